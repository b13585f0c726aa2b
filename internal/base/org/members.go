package org

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

const (
	// live is the people of an installation up to which all are counted whenever somebody
	// asks; above it that would take longer than a page may.
	live = 20_000
	// kept is the people of a subtree from which on its count is kept once counts are.
	kept = 300
	// stale is how old the counts of large units may be, and how many times as long as
	// counting took.
	stale     = time.Minute
	staleness = 50
)

// sums are the people at or below each large unit, counted a while ago.
type sums struct {
	mu   sync.Mutex
	all  map[id.ID]int64 // nil until they were counted
	at   time.Time
	took time.Duration
	busy bool
}

// members counts the people of each unit and all below it who have not left: small units
// now, large ones at most a minute ago. at is when the oldest was counted, zero for now.
func (s *Service) members(ctx context.Context, tx db.Tx, units []id.ID) (out map[id.ID]int64, at time.Time, err error) {
	large, counted, err := s.large(ctx, tx)
	if err != nil {
		return nil, at, err
	}
	var small []id.ID
	out = make(map[id.ID]int64, len(units))
	for _, u := range units {
		if n := large[u]; n > 0 {
			out[u], at = n, counted
		} else {
			small = append(small, u)
		}
	}
	now, err := counts(ctx, tx, small, `
		select b.top, count(*) from org_below b join person p on p.unit = b.unit and p.left_on is null
		where b.top in (%s) group by b.top`)
	for u, n := range now {
		out[u] = n
	}
	return out, at, err
}

// large gives the counts of large units. They are counted by the first who asks, and
// again in the background when they are stale; never where all people are few.
func (s *Service) large(ctx context.Context, tx db.Tx) (map[id.ID]int64, time.Time, error) {
	s.sums.mu.Lock()
	defer s.sums.mu.Unlock()
	now := s.Now()
	if s.sums.all == nil {
		few, err := db.One(ctx, tx, db.Value[bool], `select count(*) <= $1 from (select 1 from person where left_on is null limit $1 + 1) p`, live)
		if err != nil || few {
			return nil, now, err
		}
		err = s.sums.count(ctx, tx, s.Now)
		return s.sums.all, s.sums.at, err
	}
	if age := now.Sub(s.sums.at); !s.sums.busy && age > max(stale, staleness*s.sums.took) {
		s.sums.busy = true
		go s.recount(context.WithoutCancel(ctx))
	}
	return s.sums.all, s.sums.at, nil
}

func (s *Service) recount(ctx context.Context) {
	fresh := &sums{}
	err := s.DB.Read(ctx, func(tx db.Tx) error { return fresh.count(ctx, tx, s.Now) })
	s.sums.mu.Lock()
	defer s.sums.mu.Unlock()
	if s.sums.busy = false; err != nil {
		slog.Error("count the people of large units", "err", err)
		return
	}
	s.sums.all, s.sums.at, s.sums.took = fresh.all, fresh.at, fresh.took
}

// count counts everybody once and adds up along the tree.
func (c *sums) count(ctx context.Context, tx db.Tx, now func() time.Time) error {
	began := now()
	type pair struct {
		unit  id.ID
		other int64
	}
	scan := func(scan func(...any) error) (p pair, err error) {
		err = scan(&p.unit, &p.other)
		return p, err
	}
	own, err := db.All(ctx, tx, scan, `select unit, count(*) from person where left_on is null group by unit`)
	if err != nil {
		return err
	}
	parents, err := db.All(ctx, tx, scan, `select id, coalesce(parent, 0) from org_unit`)
	if err != nil {
		return err
	}
	up := make(map[id.ID]id.ID, len(parents))
	for _, p := range parents {
		up[p.unit] = id.ID(p.other)
	}
	all := map[id.ID]int64{}
	for _, p := range own {
		for u := p.unit; u != 0; u = up[u] {
			all[u] += p.other
		}
	}
	for u, n := range all {
		if n < kept {
			delete(all, u)
		}
	}
	c.all, c.at, c.took = all, began, now().Sub(began)
	return nil
}
