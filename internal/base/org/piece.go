package org

import (
	"context"
	"errors"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Steps are what the caller of an import hears on its way; each may be nil.
type Steps struct {
	From    int                                                                       // pieces that are in already
	Rights  func(ctx context.Context, tx db.Tx) (access.Actor, error)                 // the actor again in every piece, so that what was revoked ends there
	Beat    func() error                                                              // now and again while rows are read and weighed
	Weighed func(r *batch.Result) error                                               // once, before anything is written
	Enter   func(ctx context.Context, tx db.Tx, p *Piece) error                       // inside the transaction of a piece, after its rows
	Done    func() error                                                              // when a piece is durable
	End     func(ctx context.Context, tx db.Tx, who access.Actor, into []id.ID) error // the last transaction
}

// Piece is what one transaction brought in.
type Piece struct {
	N       int // from 1
	New     []id.ID
	Changes []Trace
}

// Trace is what an import did to a unit that was known, enough to take it back.
type Trace struct {
	Old    Unit   `json:"old"`
	New    Unit   `json:"new"`
	Before []Link `json:"before,omitempty"` // parents, when it moved
	After  []Link `json:"after,omitempty"`
}

// Link is a parent from one civil day to another; To "" is open.
type Link = link

// pieceRows is how many rows go into a transaction: some tens of milliseconds.
const pieceRows = 200

// restless is how often the tree may change under one import.
const restless = 50

// errMoved says that what a piece was weighed by is not so any more.
var errMoved = errors.New("the tree has changed")

// order puts the rows that change something below their new parents.
func (p *plan) order() {
	for _, d := range p.todo {
		p.deep(d)
	}
	slices.SortStableFunc(p.todo, func(a, b *draft) int { return a.depth - b.depth })
}

// deep is how many rows of the file stand above one; the way up ends, as circles were found before.
func (p *plan) deep(d *draft) int {
	way := []*draft{}
	for up := d; up != nil && len(way) <= 1000; up = p.byID[up.Parent] {
		way = append(way, up)
	}
	d.depth = len(way)
	return d.depth
}

// bring writes what is to be done piece by piece, weighing again when others changed the tree.
func (s *Service) bring(ctx context.Context, p *plan) error {
	for n, again := p.steps.From+1, 0; len(p.todo) > 0; {
		rows := p.todo[:min(pieceRows, len(p.todo))]
		err := s.write(ctx, "piece", func(tx db.Tx) error { return s.enter(ctx, tx, p, rows, n) })
		if errors.Is(err, errMoved) && again < restless {
			again++
			if err = s.DB.Read(ctx, func(tx db.Tx) error { return p.anew(ctx, tx) }); err != nil {
				return err
			}
			continue
		}
		if errors.Is(err, errMoved) {
			err = fault.New(fault.Conflict, "org.import_changed")
		}
		if err != nil {
			return err
		}
		n, p.todo = n+1, p.todo[len(rows):]
		if p.steps.Done != nil {
			if err := p.steps.Done(); err != nil {
				return err
			}
		}
	}
	if p.steps.End == nil {
		return nil
	}
	return s.write(ctx, "end", func(tx db.Tx) error {
		units := make([]id.ID, 0, len(p.rows))
		for _, d := range p.rows {
			units = append(units, d.ID)
		}
		into, err := access.Into(ctx, tx, p.who, access.UnitEdit, units)
		if err != nil {
			return err
		}
		return p.steps.End(ctx, tx, p.who, into)
	})
}

// anew weighs what is left. Fault: Conflict when rows are wrong that were right.
func (p *plan) anew(ctx context.Context, tx db.Tx) (err error) {
	if p.steps.Rights != nil {
		if p.who, err = p.steps.Rights(ctx, tx); err != nil {
			return err
		}
	}
	r := &batch.Result{Count: map[batch.Verdict]int{}}
	if err := p.weigh(ctx, tx, r); err != nil {
		return err
	}
	if !r.May(p.o) {
		return fault.New(fault.Conflict, "org.import_changed")
	}
	return nil
}

// enter writes a piece.
func (s *Service) enter(ctx context.Context, tx db.Tx, p *plan, rows []*draft, n int) (err error) {
	if p.steps.Rights != nil {
		if p.who, err = p.steps.Rights(ctx, tx); err != nil {
			return err
		}
	}
	if err := p.holds(ctx, tx, rows); err != nil {
		return err
	}
	piece := &Piece{N: n}
	var added []Unit
	for _, d := range rows {
		if u, _ := p.unit(d.ID); p.units[d.ID] == nil {
			added, piece.New = append(added, u), append(piece.New, u.ID)
		}
	}
	if err := AddAll(ctx, tx, added, s.Now.Ms(), p.who.Account); err != nil {
		return err
	}
	for _, d := range rows {
		if old := p.units[d.ID]; old != nil {
			t, err := s.alter(ctx, tx, p, d, *old)
			if err != nil {
				return err
			}
			piece.Changes = append(piece.Changes, t)
		}
	}
	if slices.ContainsFunc(piece.Changes, Trace.moved) {
		if err := reattach(ctx, tx, p.today, s.Now.Ms()); err != nil {
			return err
		}
	}
	if p.steps.Enter == nil {
		return nil
	}
	return p.steps.Enter(ctx, tx, piece)
}

func (t Trace) moved() bool { return len(t.Before)+len(t.After) > 0 }

// alter changes a known unit, and moves it from today on.
func (s *Service) alter(ctx context.Context, tx db.Tx, p *plan, d *draft, old Unit) (t Trace, err error) {
	u, _ := p.unit(d.ID)
	t = Trace{Old: old, New: u}
	if err := p.allowed(ctx, tx, d, u); err != nil {
		return t, err
	}
	if len(d.Notes) > 0 {
		return t, errMoved
	}
	if err := p.alone(ctx, tx, old, u); err != nil {
		return t, err
	}
	if err := s.change(ctx, tx, p.who, old, u); err != nil || u.Parent == old.Parent {
		return t, err
	}
	if t.Before, err = links(ctx, tx, u.ID); err != nil {
		return t, err
	}
	if err := place(ctx, tx, u.ID, u.Parent, p.today); err != nil {
		return t, err
	}
	if t.After, err = links(ctx, tx, u.ID); err != nil {
		return t, err
	}
	detail := map[string]any{"old": old.Parent, "new": u.Parent, "from": p.today}
	return t, audit.Write(ctx, tx, p.who, s.Now.Ms(), "unit.move", u.ID, u.ID, detail, p.file, old.Parent)
}

// alone refuses to close a unit below which others opened one since it was weighed.
func (p *plan) alone(ctx context.Context, tx db.Tx, old, u Unit) error {
	if u.To == "" || u.To == old.To {
		return nil
	}
	open, err := db.All(ctx, tx, db.Value[id.ID], `select id from org_unit where parent = $1 and coalesce(valid_to, '9999') > $2`, u.ID, u.To)
	if slices.ContainsFunc(open, func(child id.ID) bool { return p.units[child] == nil && p.byID[child] == nil }) {
		return errMoved
	}
	return err
}

// holds looks whether what a piece was weighed by is still so: the units it means, the
// parents it names, and the right to change them.
func (p *plan) holds(ctx context.Context, tx db.Tx, rows []*draft) error {
	var need, codes []any
	var ids []id.ID
	fresh := map[id.ID]bool{}
	for _, d := range rows {
		old := p.units[d.ID]
		if old == nil {
			fresh[d.ID], codes = true, append(codes, d.Code)
		} else {
			need, ids = append(need, d.ID), append(ids, d.ID)
		}
		if d.Parent != 0 && (old == nil || old.Parent != d.Parent) && !fresh[d.Parent] {
			need, ids = append(need, d.Parent), append(ids, d.Parent)
		}
	}
	now, err := FindAll(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, d := range rows {
		if !p.stands(d, now, fresh) {
			return errMoved
		}
	}
	for chunk := range batch.Chunks(codes) {
		in, args := batch.In(chunk)
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit where code in (`+in+`) /* anew */`, args...)
		if err != nil {
			return err
		}
		if n > 0 {
			return errMoved
		}
	}
	return p.mineStill(ctx, tx, need)
}

// stands compares a row with the units as they are now; fresh ones are made in the same piece.
func (p *plan) stands(d *draft, now map[id.ID]Unit, fresh map[id.ID]bool) bool {
	u, _ := p.unit(d.ID)
	old := p.units[d.ID]
	if old != nil && now[d.ID] != *old {
		return false
	}
	if d.Parent == 0 || fresh[d.Parent] || old != nil && old.Parent == d.Parent {
		return true
	}
	up, there := now[d.Parent]
	return there && fits(u, p.levels[u.Level], &up, p.levels[up.Level]) == nil
}

// mineStill asks for the right to change units again.
func (p *plan) mineStill(ctx context.Context, tx db.Tx, units []any) error {
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk)
		mine := p.who.Scope(access.UnitEdit).Where("u.id", &args)
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit u where u.id in (`+in+`) and not (`+mine+`) /* anew */`, args...)
		if err != nil {
			return err
		}
		if n > 0 {
			return errMoved
		}
	}
	return nil
}

// Imported writes the line of a whole import of units, at each unit of the officer's that it went to.
func (s *Service) Imported(ctx context.Context, tx db.Tx, who access.Actor, sheet id.ID, into []id.ID, file string, added, changed int64) error {
	counts := map[string]any{"file": file, "added": added, "changed": changed}
	for _, unit := range into {
		if err := audit.Write(ctx, tx, who, s.Now.Ms(), "unit.import", sheet, unit, counts, ""); err != nil {
			return err
		}
	}
	return nil
}
