package account

import (
	"sync"
	"time"
)

// guard slows attempts per typed login, whether an account has it or not, so that the
// slowing tells nothing. It lives in memory: hashing is so slow that an hour of guessing
// at full speed makes some 70,000 entries.
type guard struct {
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

// begin counts an attempt before it is made, so that a hundred at once are not free. It
// returns the milliseconds still to wait, 0 to go on.
func (g *guard) begin(login string, now int64) (wait int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sweep(now)
	t := g.tries[login]
	if now < t.until {
		return t.until - now
	}
	t.n, t.last = t.n+1, now
	t.until = now + pause(t.n).Milliseconds()
	g.tries[login] = t
	return 0
}

// undo takes back an attempt that was never made.
func (g *guard) undo(login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t, ok := g.tries[login]; ok {
		t.n, t.until = max(t.n-1, 0), 0
		g.tries[login] = t
	}
}

// clear forgets a login that got in.
func (g *guard) clear(login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.tries, login)
}

func (g *guard) sweep(now int64) {
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
