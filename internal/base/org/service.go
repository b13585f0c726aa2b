package org

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service is the desk of the tree.
type Service struct {
	DB  *db.DB
	Now clock.Now
	// Unreported refuses to change units as of a day that a closed campaign has counted; nil: none has.
	Unreported func(ctx context.Context, tx db.Tx, field, day string, units ...id.ID) error

	sums sums
}

// rootEdit is given by no role: only the program itself, for the machine's keeper, has it.
const rootEdit access.Need = "unit.root"

// queue is where all changes of the tree wait: two of them at once could close a cycle.
const queue = "org.tree"

func (s *Service) write(ctx context.Context, what string, fn func(db.Tx) error) error {
	if err := s.DB.Queue(ctx, queue, fn); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Create adds a unit under its parent. u.ID is the key of the form: sent again by the same
// maker it answers with the unit as it is. Faults: Invalid, Denied, Missing, Conflict.
func (s *Service) Create(ctx context.Context, who access.Actor, u Unit) (made Unit, err error) {
	u = u.tidy()
	return made, s.write(ctx, "create unit", func(tx db.Tx) error {
		by, again, err := maker(ctx, tx, u.ID)
		if err != nil {
			return err
		}
		if again && by != who.Account {
			return fault.New(fault.Conflict, "org.id_taken")
		}
		if !again {
			if err := s.add(ctx, tx, who, u); err != nil {
				return err
			}
		}
		made, err = Find(ctx, tx, u.ID)
		return err
	})
}

func (s *Service) add(ctx context.Context, tx db.Tx, who access.Actor, u Unit) error {
	if err := u.check(); err != nil {
		return err
	}
	if err := mayMake(ctx, tx, who, u); err != nil {
		return err
	}
	if err := suits(ctx, tx, u); err != nil {
		return err
	}
	if err := free(ctx, tx, u); err != nil {
		return err
	}
	now := s.Now()
	if err := AddAll(ctx, tx, []Unit{u}, now.UnixMilli(), who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, now.UnixMilli(), "unit.create", u.ID, u.ID, u, "")
}

func mayMake(ctx context.Context, tx db.Tx, who access.Actor, u Unit) error {
	if u.Parent != 0 {
		return access.Check(ctx, tx, who, access.UnitEdit, u.Parent)
	}
	if !who.Holds(rootEdit) {
		return fault.At("parent", "web.required")
	}
	return nil
}

// suits checks level and parent against each other.
func suits(ctx context.Context, tx db.Tx, u Unit) error {
	rungs, err := levels(ctx, tx)
	if err != nil {
		return err
	}
	l, ok := rungs[u.Level]
	if !ok {
		return fault.At("level", "web.choose")
	}
	if u.Parent == 0 {
		return fits(u, l, nil, Level{})
	}
	parent, err := Find(ctx, tx, u.Parent)
	if err != nil {
		return err
	}
	return fits(u, l, &parent, rungs[parent.Level])
}

// free refuses a code that another unit has.
func free(ctx context.Context, tx db.Tx, u Unit) error {
	other, err := ByCode(ctx, tx, u.Code)
	switch {
	case fault.Of(err) == fault.Missing:
		return nil
	case err == nil && other.ID != u.ID:
		return &fault.Error{Kind: fault.Conflict, Key: "org.code_taken", Field: "code"}
	}
	return err
}

// Edit changes the facts of a unit, not its parent nor its days. Faults: Invalid,
// Denied, Missing, Conflict.
func (s *Service) Edit(ctx context.Context, who access.Actor, u Unit) (Unit, error) {
	u = u.tidy()
	return u, s.write(ctx, "edit unit", func(tx db.Tx) error {
		old, err := find(ctx, tx, who, u.ID)
		if err != nil {
			return err
		}
		u.Parent, u.From, u.To = old.Parent, old.From, old.To
		if err := u.check(); err != nil {
			return err
		}
		if err := suits(ctx, tx, u); err != nil {
			return err
		}
		if err := aboveChildren(ctx, tx, u); err != nil {
			return err
		}
		if err := free(ctx, tx, u); err != nil {
			return err
		}
		return s.change(ctx, tx, who, old, u)
	})
}

// aboveChildren refuses a level under which those below would stand upside down.
func aboveChildren(ctx context.Context, tx db.Tx, u Unit) error {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select count(*) from org_unit c join org_level l on l.code = c.level
		where c.parent = $1 and l.rank < (select rank from org_level where code = $2)`, u.ID, u.Level)
	if err == nil && n > 0 {
		return fault.At("level", "org.level_below", "n", n)
	}
	return err
}

func (s *Service) change(ctx context.Context, tx db.Tx, who access.Actor, old, u Unit) error {
	changes := diff(old, u)
	if len(changes) == 0 {
		return nil
	}
	if err := update(ctx, tx, u); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "unit.edit", u.ID, u.ID, changes, "")
}

// find loads a unit that who may edit.
func find(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID) (Unit, error) {
	u, err := Find(ctx, tx, unit)
	if err != nil {
		return u, err
	}
	return u, access.Check(ctx, tx, who, access.UnitEdit, u.ID)
}

// Move hangs a unit with everything below it under another parent from a civil day on,
// which may lie ahead. Faults: Invalid for a cycle, a later move, a level upside down or a day
// that a closed campaign has counted, Conflict for what only a reorganisation may move.
func (s *Service) Move(ctx context.Context, who access.Actor, unit, parent id.ID, from, why string) error {
	return s.write(ctx, "move unit", func(tx db.Tx) error {
		u, err := find(ctx, tx, who, unit)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.UnitEdit, parent); err != nil {
			return err
		}
		old := u.Parent
		if err := movable(u, from); err != nil {
			return err
		}
		if s.Unreported != nil {
			if err := s.Unreported(ctx, tx, "from", from, unit); err != nil {
				return err
			}
		}
		u.Parent, u.From = parent, from
		if err := suits(ctx, tx, u); err != nil {
			return err
		}
		if err := single(ctx, tx, who, unit, from); err != nil {
			return err
		}
		if err := place(ctx, tx, unit, parent, from); err != nil {
			return err
		}
		if err := reattach(ctx, tx, s.Now.Day(), s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "unit.move", unit, unit, map[string]any{"old": old, "new": parent, "from": from}, why, old)
	})
}

func movable(u Unit, from string) error {
	if from == "" {
		return fault.At("from", "web.required")
	}
	if err := civil("from", from); err != nil {
		return err
	}
	if !u.Open(from) {
		return fault.At("from", "org.not_open", "day", text.Date(from))
	}
	return nil
}

// Close writes a unit's last day; it may lie ahead. Faults: Conflict while open units or
// people are in it, Invalid for a day before its first or that a closed campaign has counted.
func (s *Service) Close(ctx context.Context, who access.Actor, unit id.ID, last, why string) error {
	return s.write(ctx, "close unit", func(tx db.Tx) error {
		u, err := find(ctx, tx, who, unit)
		if err != nil {
			return err
		}
		old := u
		if u.To = last; last == "" {
			return fault.At("to", "web.required")
		}
		if err := u.check(); err != nil {
			return err
		}
		if s.Unreported != nil {
			if err := s.Unreported(ctx, tx, "to", clock.AddDays(last, 1), unit); err != nil {
				return err
			}
		}
		units, people, err := holders(ctx, tx, unit, last)
		if err != nil {
			return err
		}
		if units > 0 || people > 0 {
			return fault.New(fault.Conflict, "org.not_empty", "units", text.Int(units), "people", text.Int(people))
		}
		if err := update(ctx, tx, u); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "unit.close", unit, unit, diff(old, u), why)
	})
}

// Reopen takes a last day back, while the parent exists. Faults: Invalid, Denied, Missing.
func (s *Service) Reopen(ctx context.Context, who access.Actor, unit id.ID, why string) error {
	return s.write(ctx, "reopen unit", func(tx db.Tx) error {
		u, err := find(ctx, tx, who, unit)
		if err != nil {
			return err
		}
		if err := heirless(ctx, tx, unit); err != nil {
			return err
		}
		old := u
		u.To = ""
		if err := above(ctx, tx, u, s.Now.Day()); err != nil {
			return err
		}
		if err := suits(ctx, tx, u); err != nil {
			return err
		}
		if err := update(ctx, tx, u); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "unit.reopen", unit, unit, diff(old, u), why)
	})
}

// above refuses to open a unit under a closed one.
func above(ctx context.Context, tx db.Tx, u Unit, day string) error {
	if u.Parent == 0 {
		return nil
	}
	parent, err := Find(ctx, tx, u.Parent)
	if err == nil && !parent.Open(day) {
		return fault.At("parent", "org.parent_closed", "name", parent.Name)
	}
	return err
}

// Refresh brings today's tree up to date with links that were dated ahead; the house calls
// it at start and after every midnight.
func (s *Service) Refresh(ctx context.Context) error {
	return s.write(ctx, "refresh tree", func(tx db.Tx) error { return reattach(ctx, tx, s.Now.Day(), s.Now.Ms()) })
}
