package db

import (
	"sync"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// SQLite takes the mutex of a connection for every parameter bound and every column read: some fifty
// times for one person at the door. A connection is never used by two goroutines at once, as database/sql
// sees to, which is what SQLite's multi-thread mode asks for; but the driver opens connections in
// serialized mode. So the mutex of connections, alone of its kind (recursive), is made one that does
// nothing. Those that guard what connections share stay as they are.

// unguarded is called before the first connection is opened. Should SQLite refuse, it stays as it was.
var unguarded = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	// SQLite fills in its own mutexes when it begins, and tells them only when it does not run.
	if lib.Xsqlite3_initialize(tls) != lib.SQLITE_OK || lib.Xsqlite3_shutdown(tls) != lib.SQLITE_OK {
		return
	}
	defer lib.Xsqlite3_initialize(tls)
	m, list := &methods, libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(uintptr(0))))
	idle = libc.Xcalloc(tls, 1, 64)
	if list == 0 || idle == 0 || lib.Xsqlite3_config(tls, lib.SQLITE_CONFIG_GETMUTEX, libc.VaList(list, uintptr(unsafe.Pointer(m)))) != lib.SQLITE_OK {
		return
	}
	if m.FxMutexAlloc == 0 {
		return
	}
	usual.make, usual.free = function[func(*libc.TLS, int32) uintptr](m.FxMutexAlloc), function[func(*libc.TLS, uintptr)](m.FxMutexFree)
	usual.enter, usual.leave = function[func(*libc.TLS, uintptr)](m.FxMutexEnter), function[func(*libc.TLS, uintptr)](m.FxMutexLeave)
	usual.try = function[func(*libc.TLS, uintptr) int32](m.FxMutexTry)
	m.FxMutexAlloc, m.FxMutexFree = pointer(mutexMake), pointer(mutexFree)
	m.FxMutexEnter, m.FxMutexLeave, m.FxMutexTry = pointer(mutexEnter), pointer(mutexLeave), pointer(mutexTry)
	lib.Xsqlite3_config(tls, lib.SQLITE_CONFIG_MUTEX, libc.VaList(list, uintptr(unsafe.Pointer(m))))
})

// idle is the mutex of every connection; usual are SQLite's own; methods is what SQLite is told.
var (
	idle    uintptr
	methods lib.Tsqlite3_mutex_methods
	usual   struct {
		make               func(*libc.TLS, int32) uintptr
		free, enter, leave func(*libc.TLS, uintptr)
		try                func(*libc.TLS, uintptr) int32
	}
)

func mutexMake(tls *libc.TLS, kind int32) uintptr {
	if kind == lib.SQLITE_MUTEX_RECURSIVE {
		return idle
	}
	return usual.make(tls, kind)
}

func mutexFree(tls *libc.TLS, m uintptr) {
	if m != idle {
		usual.free(tls, m)
	}
}

func mutexEnter(tls *libc.TLS, m uintptr) {
	if m != idle {
		usual.enter(tls, m)
	}
}

func mutexLeave(tls *libc.TLS, m uintptr) {
	if m != idle {
		usual.leave(tls, m)
	}
}

func mutexTry(tls *libc.TLS, m uintptr) int32 {
	if m == idle {
		return lib.SQLITE_OK
	}
	return usual.try(tls, m)
}

// function and pointer go between a Go function and what the translated C takes for the address of
// one: the pointer that a function value is. f is a declared function, no closure.
func function[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&struct{ uintptr }{p})) }

func pointer[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f T }{f})) }
