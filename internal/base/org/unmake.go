package org

import (
	"cmp"
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Unmake takes units out again that an import brought in, 200 at most, with their links; none
// of them may have others below it that are not among them. The caller has seen that nothing
// hangs on them. Faults: Denied, Conflict when something refers to them all the same.
func (s *Service) Unmake(ctx context.Context, tx db.Tx, who access.Actor, units []id.ID) error {
	if len(units) == 0 {
		return nil
	}
	in, args := batch.In(units)
	mine := who.Scope(access.UnitEdit).Where("u.id", &args)
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit u where u.id in (`+in+`) and not (`+mine+`)`, args...)
	if err != nil {
		return err
	}
	if n > 0 {
		return fault.New(fault.Denied, "access.denied")
	}
	in, args = batch.In(units)
	err = db.Attempt(ctx, tx, func() error {
		for _, q := range []string{`delete from org_below where unit in (`, `delete from org_parent where unit in (`, `delete from org_unit where id in (`} {
			if _, err := tx.ExecContext(ctx, q+in+`)`, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if db.IsReference(err) {
		return fault.New(fault.Conflict, "org.still_held")
	}
	return err
}

// untouched reports whether a unit is still as an import left it.
func untouched(ctx context.Context, tx db.Tx, t Trace) (bool, error) {
	now, err := Find(ctx, tx, t.New.ID)
	if fault.Of(err) == fault.Missing {
		return false, nil
	}
	if err != nil || now != t.New {
		return false, err
	}
	if !t.moved() {
		return true, nil
	}
	all, err := links(ctx, tx, t.New.ID)
	return slices.Equal(all, t.After), err
}

// Returnable refuses to give a unit back what it was before an import: when it was changed since, into what a
// closed campaign has counted, or when people belong to what would move. Fault: Conflict.
func (s *Service) Returnable(ctx context.Context, tx db.Tx, who access.Actor, t Trace) error {
	same, err := untouched(ctx, tx, t)
	if err != nil {
		return err
	}
	if !same {
		return fault.New(fault.Conflict, "org.changed_since", "name", t.New.Name)
	}
	var days []string // as of which the tree would change
	if t.Old.To != t.New.To {
		days = append(days, clock.AddDays(cmp.Or(t.New.To, t.Old.To), 1))
	}
	for _, l := range t.After {
		if !slices.Contains(t.Before, l) && l.To == "" {
			days = append(days, l.From)
		}
	}
	for _, day := range days {
		if s.Unreported != nil && err == nil {
			err = s.Unreported(ctx, tx, "", day, t.New.ID)
		}
	}
	if err == nil && t.moved() {
		err = single(ctx, tx, who, t.New.ID, s.Now.Day())
	}
	if k := fault.Of(err); k != fault.Conflict && k != fault.Invalid {
		return err
	}
	why := fault.List(err)[0]
	return fault.New(fault.Conflict, "org.not_given_back", "name", t.New.Name, "why", words.Said{Key: why.Key, Args: why.Args})
}

// Unchange gives a unit back what it was before an import. Places that it comes back to count as
// new: grants above cover it again once a steward confirms them, so that nobody's rights are
// widened unasked. Faults: Missing, Denied, and those of Returnable.
func (s *Service) Unchange(ctx context.Context, tx db.Tx, who access.Actor, t Trace, file string) error {
	if err := access.Check(ctx, tx, who, access.UnitEdit, t.New.ID); err != nil {
		return err
	}
	if err := s.Returnable(ctx, tx, who, t); err != nil {
		return err
	}
	if err := update(ctx, tx, t.Old); err != nil {
		return err
	}
	if t.moved() {
		if err := s.unmove(ctx, tx, t); err != nil {
			return err
		}
	}
	changes := diff(t.New, t.Old)
	if t.moved() {
		changes = append(changes, Change{"parent", t.New.Parent.String(), t.Old.Parent.String()})
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "unit.undo", t.New.ID, t.New.ID, changes, file, t.New.Parent)
}

func (s *Service) unmove(ctx context.Context, tx db.Tx, t Trace) error {
	if _, err := tx.ExecContext(ctx, `delete from org_parent where unit = $1`, t.New.ID); err != nil {
		return err
	}
	for _, l := range t.Before {
		_, err := tx.ExecContext(ctx, `insert into org_parent (unit, parent, valid_from, valid_to) values ($1, $2, $3, $4)`, t.New.ID, l.Parent, l.From, null(l.To))
		if err != nil {
			return err
		}
	}
	return reattach(ctx, tx, s.Now.Day(), s.Now.Ms())
}
