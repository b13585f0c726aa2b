package dashboard

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// To add up what stands above thousands of units takes a tenth of a second, and in the morning of a
// conference hundreds look at it at once: within a moment all are shown the same, and the longer it took
// the longer, so that it never takes more than a part of a processor. Smaller parts are read anew for everybody.
var many = 1000

// Bounds of a moment, in ms, and how much longer it is than the adding up took.
const (
	moment = 500
	lasts  = 4
	atMost = 2000
)

// spot is a unit of a campaign, for one of its documents.
type spot struct{ campaign, document, unit id.ID }

// sum is what a unit's page adds up over the units below and the sites of its meetings.
type sum struct {
	self  rollup.Line
	below []rollup.Branch
	sites []Sites
	at    int64 // Unix milliseconds UTC
}

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
func (s *Service) sum(ctx context.Context, tx db.Tx, at spot) (n sum, err error) {
	now := s.Now.Ms()
	if n, ok := s.sums.Find(at, now); ok {
		return n, nil
	}
	n.at = now
	if n.self, n.below, err = rollup.Tree(ctx, tx, at.campaign, at.document, at.unit); err != nil {
		return n, err
	}
	if n.sites, err = sites(ctx, tx, at.campaign, at.unit, at.document); err == nil && n.large() {
		done := s.Now.Ms()
		s.sums.Keep(at, n, now, done+min(max(moment, lasts*(done-now)), atMost))
	}
	return n, err
}
