package password

import (
	"sync"
	"time"
)

// Guard slows attempts per key: a typed login, whether an account has it or not, so that the
// slowing tells nothing; or a device that the account knows, which no stranger can slow. It
// lives in memory: hashing is so slow that an hour of guessing at full speed makes some
// 70,000 entries. Its zero value works.
type Guard struct {
	mu    sync.Mutex
	tries map[string]try
	swept int64
}

type try struct {
	n     int
	last  int64
	until int64 // no attempt before
}

const forget = int64(time.Hour / time.Millisecond)

// Begin counts an attempt before it is made, so that a hundred at once are not free. It
// returns the milliseconds still to wait, 0 to go on.
func (g *Guard) Begin(key string, now int64) (wait int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep(now)
	t := g.tries[key]
	if now < t.until {
		return t.until - now
	}
	t.n, t.last = t.n+1, now
	t.until = now + pause(t.n).Milliseconds()
	g.tries[key] = t
	return 0
}

// Undo takes back an attempt that was never made.
func (g *Guard) Undo(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t, ok := g.tries[key]
	if !ok {
		return
	}
	if t.n <= 1 {
		delete(g.tries, key)
		return
	}
	t.n, t.until = t.n-1, 0
	g.tries[key] = t
}

// Clear forgets a key that got in.
func (g *Guard) Clear(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.tries, key)
}

func (g *Guard) sweep(now int64) {
	if g.tries == nil {
		g.tries = map[string]try{}
	}
	if now-g.swept < forget/60 && now >= g.swept {
		return
	}
	g.swept = now
	for k, t := range g.tries {
		if now-t.last > forget {
			delete(g.tries, k)
		}
	}
}

// pause is how long the next attempt waits after n wrong ones in a row.
func pause(n int) time.Duration {
	if n < 5 {
		return 0
	}
	return min(5*time.Second<<min(n-5, 10), 5*time.Minute)
}
