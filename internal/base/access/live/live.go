// Package live stops what an account is doing when its rights end: every running request,
// stream and export of that account, in this process at once after it hears of it, and it
// hears of it, from whichever replica wrote the notice, within a quarter of a second.
//
// Table: access_ended, written by access.End in the transaction that ends the right.
package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Every is how often the notices are read.
const Every = 250 * time.Millisecond

// back is how far back they are read, in milliseconds: the clocks of two replicas may
// differ by less.
const back = 60_000

// Guard knows what is running. Its zero value with DB and Now is ready; the notices are
// read while Watch runs.
type Guard struct {
	DB  *db.DB
	Now clock.Now
	// Dropped hears that somebody's rights ended; may be nil.
	Dropped func()

	mu      sync.Mutex
	last    uint64
	running map[id.ID]map[uint64]run
	heard   map[id.ID]bool             // notices, as far back as they are read
	ended   map[access.Ended]time.Time // when (without ID), for requests that began before
}

// run is a request under way.
type run struct {
	via id.ID
	end context.CancelCauseFunc
}

// errEnded is why a context was ended.
var errEnded = fault.New(fault.Signin, "access.ended")

// Hold gives a request that began at an instant a context that ends with the rights of its account,
// and with the device or API token it came by; done must be called.
func (g *Guard) Hold(ctx context.Context, account, via id.ID, began time.Time) (held context.Context, done func()) {
	held, cancel := context.WithCancelCause(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range []access.Ended{{Account: account}, {Account: account, Via: via}} {
		if at, ok := g.ended[e]; ok && !began.After(at) {
			cancel(errEnded)
			return held, func() {}
		}
	}
	if g.running == nil {
		g.running = map[id.ID]map[uint64]run{}
	}
	if g.running[account] == nil {
		g.running[account] = map[uint64]run{}
	}
	g.last++
	me := g.last
	g.running[account][me] = run{via, cancel}
	return held, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if delete(g.running[account], me); len(g.running[account]) == 0 {
			delete(g.running, account)
		}
		cancel(nil)
	}
}

// Ended is the fault of a context that ended with somebody's rights; nil otherwise.
func Ended(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.Is(cause, errEnded) {
		return cause
	}
	return nil
}

// Watch reads the notices until ctx ends.
func (g *Guard) Watch(ctx context.Context) {
	t := time.NewTicker(Every)
	defer t.Stop()
	for {
		if err := g.look(ctx); err != nil && ctx.Err() == nil {
			slog.Error("notices of ended rights", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

func (g *Guard) look(ctx context.Context) error {
	var list []access.Ended
	err := g.DB.Read(ctx, func(tx db.Tx) (err error) {
		list, err = access.EndedSince(ctx, tx, g.Now.Ms()-back)
		return err
	})
	if err != nil {
		return err
	}
	if g.stop(list) && g.Dropped != nil {
		g.Dropped()
	}
	return nil
}

// stop ends what notices say that were not heard before.
func (g *Guard) stop(list []access.Ended) (any bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, was := time.Now(), g.heard
	g.heard = map[id.ID]bool{}
	for _, e := range list {
		g.heard[e.ID] = true
		if was[e.ID] {
			continue
		}
		if any = true; g.ended == nil {
			g.ended = map[access.Ended]time.Time{}
		}
		g.ended[access.Ended{Account: e.Account, Via: e.Via}] = now
		for _, r := range g.running[e.Account] {
			if e.Via == 0 || e.Via == r.via {
				r.end(errEnded)
			}
		}
	}
	for e, at := range g.ended {
		if now.Sub(at) > time.Minute {
			delete(g.ended, e)
		}
	}
	return any
}
