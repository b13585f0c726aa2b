package org

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// single refuses to one person alone the move of a unit with people in it or below it: that is a
// reorganisation, with its dry run, a second person and an undo. The machine's keeper, who brings in a first
// tree, may, and whoever puts a tree right before anybody belongs to it. Fault: Conflict.
func single(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID, day string) error {
	if who.Holds(rootEdit) {
		return nil
	}
	units, people, err := holders(ctx, tx, unit, day)
	if err != nil {
		return err
	}
	if people == 0 {
		people, err = db.One(ctx, tx, db.Value[int64], `
			select count(*) from (
				select 1 from org_below b join person p on p.unit = b.unit and p.left_on is null
				where b.top = $1 limit 1) found`, unit)
	}
	switch {
	case err != nil || people == 0:
		return err
	case units == 0:
		return fault.New(fault.Conflict, "org.by_event_alone")
	}
	return fault.New(fault.Conflict, "org.by_event", "units", text.Int(units))
}

// allowed refuses what a sheet may not do to a known unit, as by hand: close it while it holds somebody, close
// or move it as of a day that a closed campaign has counted, move what only a reorganisation may.
func (p *plan) allowed(ctx context.Context, tx db.Tx, d *draft, u Unit) error {
	if err := p.closable(ctx, tx, d, u); err != nil {
		return err
	}
	old, known := p.old(d.ID)
	if !known {
		return nil
	}
	if u.To != "" && u.To != old.To {
		if err := d.heed("to", p.counted(ctx, tx, clock.AddDays(u.To, 1), u.ID)); err != nil {
			return err
		}
	}
	if u.Parent == old.Parent {
		return nil
	}
	if err := d.heed(d.by, p.counted(ctx, tx, p.today, u.ID)); err != nil {
		return err
	}
	return d.heed(d.by, single(ctx, tx, p.who, u.ID, p.today))
}

func (p *plan) counted(ctx context.Context, tx db.Tx, day string, unit id.ID) error {
	if p.unreported == nil {
		return nil
	}
	return p.unreported(ctx, tx, "", day, unit)
}

// heed writes down against a cell what refused it; other errors are given on.
func (d *draft) heed(column string, err error) error {
	if err == nil || fault.Of(err) != fault.Conflict && fault.Of(err) != fault.Invalid {
		return err
	}
	for _, f := range fault.List(err) {
		d.Blame(column, f.Key, f.Args...)
	}
	return nil
}

// closable refuses a last day for a unit that still holds people or open units.
func (p *plan) closable(ctx context.Context, tx db.Tx, d *draft, u Unit) error {
	old, known := p.old(d.ID)
	if !known || u.To == "" || u.To == old.To {
		return nil
	}
	_, people, err := holders(ctx, tx, d.ID, u.To)
	if err != nil {
		return err
	}
	units := int64(0)
	for _, child := range p.below()[d.ID] {
		if c, _ := p.unit(child); c.To == "" || c.To > u.To {
			units++
		}
	}
	if units > 0 || people > 0 {
		d.Blame("to", "org.not_empty", "units", text.Int(units), "people", text.Int(people))
	}
	return nil
}

// below are the known units below each, as the file will leave them.
func (p *plan) below() map[id.ID][]id.ID {
	if p.kids == nil {
		p.kids = map[id.ID][]id.ID{}
		for child := range p.units {
			c, _ := p.unit(child)
			p.kids[c.Parent] = append(p.kids[c.Parent], child)
		}
	}
	return p.kids
}
