// Package heap says how hard the collector works. Streams of a crowd are memory that lasts, of which
// it would let as much again pile up; a rush of check-ins leaves much that is forgotten at once and
// little that lasts, so there it may wait. A crowd goes before a rush, and GOGC, where the
// machine's keeper has set it, before both.
package heap

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// Values of GOGC.
const (
	usual  = 100
	sparse = 30  // in a crowd
	lavish = 400 // in a rush
)

// small bounds what may last in a rush, in bytes: five times as much is still little.
const small = 96 << 20

var state struct {
	sync.Mutex
	crowd, rush bool
	set         int
}

// Crowd says that very many streams are open, or no longer.
func Crowd(on bool) {
	state.Lock()
	defer state.Unlock()
	state.crowd = on
	apply()
}

// Rush says that very much is being written, now and then while it lasts, or that it is over.
func Rush(on bool) {
	state.Lock()
	defer state.Unlock()
	state.rush = on && lasts() < small
	apply()
}

// lasts is what the last collection left, in bytes.
func lasts() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}

func apply() {
	want := usual
	switch {
	case state.crowd:
		want = sparse
	case state.rush:
		want = lavish
	}
	if want != state.set && os.Getenv("GOGC") == "" {
		state.set = want
		debug.SetGCPercent(want)
	}
}
