package person

import (
	"context"
	"maps"
	"slices"

	"quantriet/internal/kit/db"
)

// foresee judges pieces while others are written.
func (p *Pass) foresee(ctx context.Context, d *db.DB, in <-chan *Piece, out chan<- *Piece) error {
	for piece := range in {
		if p.Guard != nil && !p.Dry && !piece.Again {
			var guard int64
			after := p.durable()
			err := d.Read(ctx, func(tx db.Tx) (err error) {
				if guard, err = p.Guard(ctx, tx); err != nil {
					return err
				}
				return p.weigh(ctx, tx, piece)
			})
			if err != nil {
				return err
			}
			piece.judged, piece.guard, piece.after = true, guard, after
			p.remember(piece)
		}
		select {
		case out <- piece:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// holds reports whether what was judged ahead of its turn is still true.
func (p *Pass) holds(ctx context.Context, tx db.Tx, piece *Piece) (bool, error) {
	if !piece.judged {
		return false, nil
	}
	guard, err := p.Guard(ctx, tx)
	if err != nil || guard != piece.guard {
		return false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.overtaken(piece) {
		return false, nil
	}
	if p.Rights != nil {
		if p.Who, err = p.Rights(ctx, tx); err != nil {
			return false, err
		}
	}
	piece.who = p.Who
	now, err := p.loadUnits(ctx, tx, piece.drafts)
	if err == nil {
		err = p.complete(ctx, tx, now, piece.known)
	}
	return err == nil && maps.Equal(now.byID, piece.units.byID), err
}

// overtaken reports whether a piece that was not durable yet when this one was judged has
// somebody of the same name in the same unit: whether they are one is to be asked again, so that
// the answer does not depend on who was quicker.
func (p *Pass) overtaken(piece *Piece) bool {
	since := p.lately[max(0, len(p.lately)-(p.written-piece.after)):]
	return slices.ContainsFunc(piece.drafts, func(d *draft) bool {
		return slices.ContainsFunc(since, func(names map[string]bool) bool { return names[d.near()] })
	})
}

// near is what makes two rows perhaps one: the name and the unit.
func (d *draft) near() string { return d.folded + "|" + d.Unit.String() }

// latelyMost is how many pieces may be judged ahead of the one that is written, and more.
const latelyMost = 8

// durable is how many pieces are kept by now.
func (p *Pass) durable() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written
}

// wrote notes who stood in a piece that is durable now.
func (p *Pass) wrote(piece *Piece) {
	names := make(map[string]bool, len(piece.drafts))
	for _, d := range piece.drafts {
		names[d.near()] = true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.written++
	if p.lately = append(p.lately, names); len(p.lately) > latelyMost {
		p.lately = p.lately[1:]
	}
}
