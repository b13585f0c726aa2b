package dashboard

import (
	"context"
	"sync"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// To add up what stands above thousands of units takes a tenth of a second, and in the morning of a
// conference hundreds look at it at once: within a moment all are shown the same. Smaller parts are
// read anew for everybody.
var (
	many   = 1000
	moment = 500 * time.Millisecond
)

// sum is what a unit's page adds up over the units below and the sites of its meetings.
type sum struct {
	self  rollup.Line
	below []rollup.Branch
	sites []Sites
	at    int64 // Unix milliseconds UTC
}

// lately holds the sums that were just read. Nobody may change what he gets. The zero value is ready.
type lately struct {
	mu   sync.Mutex
	sums map[[3]id.ID]sum // by campaign, document and unit
}

func (l *lately) find(k [3]id.ID, now int64) (sum, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.sums[k]
	return s, ok && s.fresh(now)
}

func (l *lately) keep(k [3]id.ID, s sum) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sums == nil {
		l.sums = map[[3]id.ID]sum{}
	}
	for other, o := range l.sums {
		if !o.fresh(s.at) {
			delete(l.sums, other)
		}
	}
	l.sums[k] = s
}

func (s sum) fresh(now int64) bool { return now-s.at < moment.Milliseconds() && now >= s.at }

// large reports whether it was long to add up.
func (s sum) large() bool {
	n := 0
	for _, b := range s.below {
		n += 1 + len(b.Below)
	}
	for _, m := range s.sites {
		n += int(m.Others)
	}
	return n > many
}

// sum adds up a unit's people and sites as they are, or were a moment ago.
func (s *Service) sum(ctx context.Context, tx db.Tx, campaign, document, unit id.ID) (n sum, err error) {
	k := [3]id.ID{campaign, document, unit}
	n, ok := s.lately.find(k, s.Now.Ms())
	if ok {
		return n, nil
	}
	n = sum{at: s.Now.Ms()}
	if n.self, n.below, err = rollup.Tree(ctx, tx, campaign, document, unit); err != nil {
		return n, err
	}
	if n.sites, err = sites(ctx, tx, campaign, unit, document); err == nil && n.large() {
		s.lately.keep(k, n)
	}
	return n, err
}
