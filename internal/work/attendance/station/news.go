package station

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"sync"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// A morning has 31,000 stations, each of which sends now and then: to ask for each one every
// second would cost more than what it sends. Instead two queries ask for all of them what has
// ended: stations that were shut out, and rights of accounts, on whichever replica. Where the
// usher's right reaches is asked by attendance with every scan.

// news is when that was last asked, and what was heard then.
type news struct {
	mu    sync.Mutex
	asked int64           // Unix milliseconds
	heard map[id.ID]int64 // notices, with when they were
}

const (
	askEvery = fresh / 2
	askBack  = 60_000 // clocks of two replicas may differ by less
)

// hear forgets the stations that something ended for, at most half a second ago.
func (s *Service) hear(ctx context.Context) error {
	now := s.Now.Ms()
	s.news.mu.Lock()
	defer s.news.mu.Unlock()
	if s.news.asked <= now && now-s.news.asked < askEvery {
		return nil
	}
	var shut []id.ID
	var ended []access.Ended
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if shut, err = revoked(ctx, tx, now-askBack); err == nil {
			ended, err = access.EndedSince(ctx, tx, now-askBack)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("what ended for stations: %w", err)
	}
	heard, since := map[id.ID]int64{}, map[id.ID]int64{}
	for _, e := range ended {
		heard[e.ID] = cmp.Or(s.news.heard[e.ID], now)
		since[e.Account] = max(since[e.Account], heard[e.ID])
	}
	s.news.asked, s.news.heard = now, heard
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, station := range shut {
		if k, ok := s.seen[station]; ok && k.Revoked == 0 {
			delete(s.seen, station)
		}
	}
	if len(since) > 0 { // also what a request that was under way has put back
		maps.DeleteFunc(s.seen, func(_ id.ID, k known) bool { return k.loaded <= since[k.account] })
	}
	return nil
}
