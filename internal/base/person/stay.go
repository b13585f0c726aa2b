package person

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// covers reports whether two stretches have a day in common.
func (m Membership) covers(o Membership) bool {
	return (o.To == "" || m.From <= o.To) && (m.To == "" || o.From <= m.To)
}

// straight refuses memberships of one person that contradict each other: a unit twice on a
// day, or two study homes.
func straight(all []Membership) error {
	for i, m := range all {
		if m.To != "" && m.To < m.From {
			return fault.At("to", "person.to_before_from")
		}
		for _, o := range all[:i] {
			switch {
			case !m.covers(o):
			case m.Unit == o.Unit:
				return fault.At("from", "person.stay_twice", "day", text.Date(max(m.From, o.From)))
			case m.Home && o.Home:
				return fault.At("from", "person.two_homes", "day", text.Date(max(m.From, o.From)))
			}
		}
	}
	return nil
}

// Memberships of a person, also past ones, the newest first.
func Memberships(ctx context.Context, tx db.Tx, person id.ID) ([]Membership, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (m Membership, err error) {
		err = scan(&m.Unit, &m.From, &m.To, &m.Home)
		return m, err
	}, `select unit, valid_from, coalesce(valid_to, ''), study_home from person_membership where person = $1 order by valid_from desc, unit`, person)
}

// sane proves what was just written.
func sane(ctx context.Context, tx db.Tx, person id.ID) error {
	all, err := Memberships(ctx, tx, person)
	if err != nil {
		return err
	}
	return straight(all)
}

// AddStay records that a person belongs to a further unit, which does not make it the study
// home: who studies where is changed by Transfer. Sent twice it is made once.
// Faults: Invalid, Denied, Missing.
func (s *Service) AddStay(ctx context.Context, who access.Actor, person id.ID, m Membership, why string) error {
	m.Home = false
	return s.write(ctx, "add membership", func(tx db.Tx) error {
		p, err := find(ctx, tx, who, access.PersonEdit, person)
		if err != nil {
			return err
		}
		if err := enter(ctx, tx, who, m.Unit, s.Now.Day()); err != nil {
			return err
		}
		all, err := Memberships(ctx, tx, person)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o == m {
				return nil
			}
		}
		if err := mayStay(p, m, s.Now.Day()); err != nil {
			return err
		}
		if err := straight(append(all, m)); err != nil {
			return err
		}
		if err := insertStay(ctx, tx, person, m); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "person.stay", person, m.Unit, map[string]any{"unit": m.Unit, "from": m.From, "to": m.To}, why, p.Unit)
	})
}

func mayStay(p Person, m Membership, today string) error {
	switch {
	case m.From == "":
		return fault.At("from", "web.required")
	case civil("from", m.From) != nil:
		return civil("from", m.From)
	case civil("to", m.To) != nil:
		return civil("to", m.To)
	case m.From > today:
		return fault.At("from", "person.not_ahead")
	case p.LeftOn != "":
		return fault.New(fault.Conflict, "person.left_already", "day", text.Date(p.LeftOn))
	}
	return nil
}

func insertStay(ctx context.Context, tx db.Tx, person id.ID, m Membership) error {
	_, err := tx.ExecContext(ctx, `insert into person_membership (person, unit, valid_from, valid_to, study_home) values ($1, $2, $3, $4, $5)`,
		person, m.Unit, m.From, null(m.To), m.Home)
	return refused(err)
}

// EndStay writes the last day of a membership that is no study home. Who edits people at the
// study home or at the unit itself may. Faults: Invalid, Denied, Missing.
func (s *Service) EndStay(ctx context.Context, who access.Actor, person id.ID, m Membership, why string) error {
	return s.write(ctx, "end membership", func(tx db.Tx) error {
		if _, err := find(ctx, tx, who, access.PersonEdit, person); err != nil {
			if access.Check(ctx, tx, who, access.PersonEdit, m.Unit) != nil {
				return err
			}
		}
		all, err := Memberships(ctx, tx, person)
		if err != nil {
			return err
		}
		i := indexStay(all, m)
		switch {
		case i < 0:
			return fault.Gone()
		case all[i].Home:
			return fault.New(fault.Invalid, "person.home_stays")
		case m.To == "":
			return fault.At("last", "web.required")
		case civil("last", m.To) != nil:
			return civil("last", m.To)
		case m.To < m.From:
			return fault.At("last", "person.to_before_from")
		}
		old := all[i].To
		if all[i].To = m.To; old == m.To {
			return nil
		}
		if err := straight(all); err != nil {
			return err
		}
		if err := closeStay(ctx, tx, person, m); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "person.stay_end", person, m.Unit, []Change{{"to", old, m.To}}, why)
	})
}

func indexStay(all []Membership, m Membership) int {
	for i, o := range all {
		if o.Unit == m.Unit && o.From == m.From {
			return i
		}
	}
	return -1
}

func closeStay(ctx context.Context, tx db.Tx, person id.ID, m Membership) error {
	_, err := tx.ExecContext(ctx, `update person_membership set valid_to = $4 where person = $1 and unit = $2 and valid_from = $3`, person, m.Unit, m.From, m.To)
	return err
}

// further are somebody's memberships beside the study home.
func further(ctx context.Context, tx db.Tx, person id.ID) ([]Membership, error) {
	all, err := Memberships(ctx, tx, person)
	return slices.DeleteFunc(all, func(m Membership) bool { return m.Home }), err
}

// makeWay ends further memberships in the unit that becomes the study home on a day; ended is
// what they were.
func makeWay(ctx context.Context, tx db.Tx, person, unit id.ID, from string) (ended []Membership, err error) {
	all, err := further(ctx, tx, person)
	for _, m := range all {
		switch {
		case err != nil || m.Unit != unit || m.To != "" && m.To < from:
			continue
		case m.From >= from:
			_, err = tx.ExecContext(ctx, `delete from person_membership where person = $1 and unit = $2 and valid_from = $3`, person, unit, m.From)
		default:
			err = closeStay(ctx, tx, person, Membership{Unit: unit, From: m.From, To: clock.AddDays(from, -1)})
		}
		ended = append(ended, m)
	}
	return ended, err
}

// leave ends all that somebody belongs to with a last day; ended is what the further
// memberships were. home is the study home.
func leave(ctx context.Context, tx db.Tx, person id.ID, home Membership, last string) (ended []Membership, err error) {
	if _, err = tx.ExecContext(ctx, `update person set left_on = $2 where id = $1`, person, last); err != nil {
		return nil, err
	}
	home.To = last
	if err = closeStay(ctx, tx, person, home); err != nil {
		return nil, err
	}
	all, err := further(ctx, tx, person)
	for _, m := range all {
		if err != nil || m.From > last || m.To != "" && m.To <= last {
			continue
		}
		ended = append(ended, m)
		m.To = last
		err = closeStay(ctx, tx, person, m)
	}
	return ended, err
}

// resume puts further memberships back as they were before they were ended with a last day.
func resume(ctx context.Context, tx db.Tx, person id.ID, ended []Membership, last string) error {
	for _, m := range ended {
		if m.From > last { // it was taken out
			if err := insertStay(ctx, tx, person, m); err != nil {
				return err
			}
			continue
		}
		err := touchedUnless(db.Exec(ctx, tx, `update person_membership set valid_to = $4 where person = $1 and unit = $2 and valid_from = $3 and valid_to = $5 and not study_home`,
			person, m.Unit, m.From, null(m.To), last))
		if err != nil {
			return err
		}
	}
	return sane(ctx, tx, person)
}

// Transfer is where somebody studies from a civil day on.
type Transfer struct {
	Unit id.ID
	From string
	Keep bool // go on belonging to the unit that was the study home
	Why  string
}

// Transfer gives a person another study home, not ahead of today; one who left comes back.
// A further membership in that unit becomes the study home. Faults: Invalid, Denied, Missing.
func (s *Service) Transfer(ctx context.Context, who access.Actor, person id.ID, t Transfer) error {
	return s.write(ctx, "move person", func(tx db.Tx) error {
		p, err := find(ctx, tx, who, access.PersonEdit, person)
		if err != nil {
			return err
		}
		if err := enter(ctx, tx, who, t.Unit, s.Now.Day()); err != nil {
			return err
		}
		if _, err := s.move(ctx, tx, who, p, t.Unit, t.From, t.Why); err != nil || !t.Keep || p.LeftOn != "" || p.Unit == t.Unit {
			return err
		}
		if err := insertStay(ctx, tx, person, Membership{Unit: p.Unit, From: t.From}); err != nil {
			return err
		}
		return sane(ctx, tx, person)
	})
}

// Move is Transfer without keeping the old unit.
func (s *Service) Move(ctx context.Context, who access.Actor, person, unit id.ID, from, why string) error {
	return s.Transfer(ctx, who, person, Transfer{Unit: unit, From: from, Why: why})
}
