// Package limit bounds how often one phone or account may be wrong within some minutes. It
// remembers in this process only, and nothing of a network address: a whole hall sits behind one.
package limit

import (
	"sync"

	"quantriet/internal/kit/clock"
)

// Limit allows Most tries a key within Per milliseconds. Its zero value allows none.
type Limit struct {
	Most int
	Per  int64
	Now  clock.Now

	mu    sync.Mutex
	seen  map[int64]tries
	swept int64 // when what is over was forgotten last
}

type tries struct {
	n     int
	since int64
}

// room bounds the memory: at so many keys what is over is forgotten, and, when that was done
// lately or brought nothing, any half of them.
const room = 100_000

// Spent reports whether a key has no try left.
func (l *Limit) Spent(key int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.seen[key]
	return ok && l.Now.Ms()-t.since < l.Per && t.n >= l.Most
}

// Wrong counts a try that failed.
func (l *Limit) Wrong(key int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.Now.Ms()
	if l.seen == nil {
		l.seen = map[int64]tries{}
	}
	if len(l.seen) >= room {
		l.forget(now)
	}
	t := l.seen[key]
	if now-t.since >= l.Per {
		t = tries{since: now}
	}
	t.n++
	l.seen[key] = t
}

// forget makes room. All keys are looked at ten times in Per at most: everybody waits for it.
func (l *Limit) forget(now int64) {
	if now-l.swept >= l.Per/10 {
		l.swept = now
		for k, t := range l.seen {
			if now-t.since >= l.Per {
				delete(l.seen, k)
			}
		}
	}
	if len(l.seen) < room {
		return
	}
	left := room / 2
	for k := range l.seen { // in no order
		if left--; left < 0 {
			return
		}
		delete(l.seen, k)
	}
}
