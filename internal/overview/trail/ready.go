package trail

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// stock is what a tree is computed from, read from one snapshot.
type stock struct {
	units     []unit
	documents []id.ID
	crowds    []*crowd // by document; none when nobody is counted
	print     string
}

// grown is a whole tree, not stored yet: the nodes of each document, the top first. Without
// rows when nobody is counted.
type grown struct {
	Trail
	print     string
	documents []id.ID
	rows      [][]kept
	last      bool // when it no longer holds, another is computed in the transaction
}

// tries bounds how often a tree is made ready for one sending.
const tries = 3

// errStale says that somebody was recorded since the tree was made ready.
var errStale = errors.New("the tree made ready no longer is what the records say")

type readyKey struct{}

// Around runs a sending of a unit's report, whose transaction calls Sent, with the tree of
// sums made ready before it on a snapshot: nobody else who writes waits for the hashing of a
// province. The tree lives no longer than the call. send runs again when the records have
// changed meanwhile, at last with the tree computed in the transaction.
func (s *Service) Around(ctx context.Context, campaign, unit id.ID, send func(context.Context) error) error {
	leave, err := s.places.enter(ctx)
	if err != nil {
		return fmt.Errorf("trail of %s: %w", unit, err)
	}
	defer leave()
	for try := 1; ; try++ {
		g, err := s.prepare(ctx, campaign, unit)
		if err != nil {
			return fmt.Errorf("trail of %s: %w", unit, err)
		}
		if g == nil {
			return send(ctx)
		}
		g.last = try == tries
		if err := send(context.WithValue(ctx, readyKey{}, g)); !errors.Is(err, errStale) {
			return err
		}
	}
}

// prepare makes a tree on a snapshot; nil for a unit that gets none.
func (s *Service) prepare(ctx context.Context, campaign, unit id.ID) (*grown, error) {
	var t Trail
	var from stock
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if t, err = treeOf(ctx, tx, campaign, unit); err == nil {
			from, err = load(ctx, tx, t)
		}
		return err
	})
	if fault.Of(err) == fault.Missing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.hash(t, from)
}

// grow makes a tree from what a transaction sees.
func (s *Service) grow(ctx context.Context, tx db.Tx, t Trail) (*grown, error) {
	from, err := load(ctx, tx, t)
	if err != nil {
		return nil, err
	}
	return s.hash(t, from)
}

// hash computes the tree under an id and a secret of its own.
func (s *Service) hash(t Trail, from stock) (*grown, error) {
	t.ID, t.secret = id.New(), fresh()
	g := &grown{Trail: t, print: from.print, documents: from.documents}
	for i, people := range from.crowds {
		rows, err := s.plant(t, from.documents[i], from.units, people)
		if err != nil {
			return nil, err
		}
		g.rows = append(g.rows, rows)
	}
	return g, nil
}

// madeReady gives the tree that was made ready for t, when the records are still those it was
// computed from and it was not stored yet; nil when one has to be computed. Error: errStale.
func (s *Service) madeReady(ctx context.Context, tx db.Tx, t Trail) (*grown, error) {
	g, _ := ctx.Value(readyKey{}).(*grown)
	if g == nil || g.Campaign != t.Campaign || g.Unit != t.Unit {
		return nil, nil
	}
	documents, err := documentsOf(ctx, tx, t.Campaign)
	if err != nil {
		return nil, err
	}
	now, err := printOf(ctx, tx, t, documents)
	if err != nil {
		return nil, err
	}
	used, err := isTrail(ctx, tx, g.ID)
	switch {
	case err != nil:
		return nil, err
	case now == g.print && !used:
		return g, nil
	case g.last:
		return nil, nil
	}
	return nil, errStale
}

// mostReady bounds the trees in memory: that of a nation takes some 200 MB.
const mostReady = 2

// places are taken by trees that are made ready. The zero value is free.
type places struct {
	once sync.Once
	free chan struct{}
}

func (p *places) enter(ctx context.Context) (leave func(), err error) {
	p.once.Do(func() { p.free = make(chan struct{}, mostReady) })
	select {
	case p.free <- struct{}{}:
		return func() { <-p.free }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
