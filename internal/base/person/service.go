package person

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person/lookup"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
)

// Service is the desk of the rosters.
type Service struct {
	DB   *db.DB
	Now  clock.Now
	Seal *seal.Box // of the sealed numbers that people are found by; nil: they are not looked for

	crowds lookup.Crowds
}

func (s *Service) write(ctx context.Context, what string, fn func(db.Tx) error) error {
	return wrap(what, s.DB.Write(ctx, fn))
}

func (s *Service) read(ctx context.Context, what string, fn func(db.Tx) error) error {
	return wrap(what, s.DB.Read(ctx, fn))
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// find loads a person for who, with the need at the study home. Faults: Missing, Denied.
func find(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, person id.ID) (Person, error) {
	p, err := Find(ctx, tx, person)
	if err != nil {
		return p, err
	}
	return p, access.Check(ctx, tx, who, need, p.Unit)
}

// Create adds a person. p.ID is the key of the form: sent again by the same maker it
// answers with the person as it is. A person of the same name and birth in the same unit
// is a question (Conflict on field "sure") until sure. Faults: Invalid, Denied, Missing, Conflict.
func (s *Service) Create(ctx context.Context, who access.Actor, p Person, sure bool) (made Person, err error) {
	p = p.tidy()
	return made, s.write(ctx, "create person", func(tx db.Tx) error {
		by, again, err := maker(ctx, tx, "person", p.ID)
		if err != nil {
			return err
		}
		if again && by != who.Account {
			return fault.New(fault.Conflict, "person.id_taken")
		}
		if !again {
			if err := s.add(ctx, tx, who, p, sure); err != nil {
				return err
			}
		}
		made, err = Find(ctx, tx, p.ID)
		return err
	})
}

func (s *Service) add(ctx context.Context, tx db.Tx, who access.Actor, p Person, sure bool) error {
	if err := p.check(s.Now.Day()); err != nil {
		return err
	}
	if p.Since > s.Now.Day() {
		return fault.At("since", "person.not_ahead")
	}
	if err := enter(ctx, tx, who, p.Unit, s.Now.Day()); err != nil {
		return err
	}
	if err := free(ctx, tx, p); err != nil {
		return err
	}
	if !sure {
		if err := alone(ctx, tx, p); err != nil {
			return err
		}
	}
	if err := AddAll(ctx, tx, []Person{p}, s.Now.Ms(), who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "person.create", p.ID, p.Unit, p, "")
}

// enter checks that who may bring people into a unit that is open.
func enter(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID, day string) error {
	u, err := org.Find(ctx, tx, unit)
	if err != nil {
		return err
	}
	if err := access.Check(ctx, tx, who, access.PersonEdit, unit); err != nil {
		return err
	}
	if !u.Open(day) {
		return fault.At("unit", "person.unit_closed", "name", u.Name)
	}
	return nil
}

// free refuses a member number that somebody else has.
func free(ctx context.Context, tx db.Tx, p Person) error {
	if p.MemberNo == "" {
		return nil
	}
	other, err := ByNumber(ctx, tx, p.MemberNo)
	switch {
	case fault.Of(err) == fault.Missing:
		return nil
	case err == nil && other.ID != p.ID:
		return taken
	}
	return err
}

// alone asks before the same name and birth stand twice in a unit.
func alone(ctx context.Context, tx db.Tx, p Person) error {
	list, err := db.All(ctx, tx, scanPerson, `select `+columns+` from person p
		where p.folded = $1 and p.unit = $2 and p.left_on is null`, text.Fold(p.Name), p.Unit)
	list = slices.DeleteFunc(list, func(o Person) bool { return !sameBirth(o.Birth, p.Birth) })
	if err == nil && len(list) > 0 {
		return &fault.Error{Kind: fault.Conflict, Key: "person.perhaps_known", Field: "sure", Args: []any{"name", list[0].Name}}
	}
	return err
}

// Edit changes the facts of a person, not the unit. Faults: Invalid, Denied, Missing, Conflict.
func (s *Service) Edit(ctx context.Context, who access.Actor, p Person) (Person, error) {
	p = p.tidy()
	return p, s.write(ctx, "edit person", func(tx db.Tx) error {
		old, err := find(ctx, tx, who, access.PersonEdit, p.ID)
		if err != nil {
			return err
		}
		p.Unit, p.LeftOn, p.Since = old.Unit, old.LeftOn, ""
		if err := p.check(s.Now.Day()); err != nil {
			return err
		}
		if err := free(ctx, tx, p); err != nil {
			return err
		}
		return s.change(ctx, tx, who, old, p, "")
	})
}

func (s *Service) change(ctx context.Context, tx db.Tx, who access.Actor, old, p Person, why string) error {
	changes := diff(old, p)
	if len(changes) == 0 {
		return nil
	}
	if err := update(ctx, tx, p); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "person.edit", p.ID, old.Unit, changes, why)
}

// move changes the study home; ended is what further memberships in the new one were.
func (s *Service) move(ctx context.Context, tx db.Tx, who access.Actor, p Person, unit id.ID, from, why string) (ended []Membership, err error) {
	if err := civil("from", from); err != nil {
		return nil, err
	}
	last, err := home(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	end, fix, err := rehome(last, p.LeftOn, unit, from, s.Now.Day())
	if err != nil {
		return nil, err
	}
	if ended, err = makeWay(ctx, tx, p.ID, unit, from); err != nil {
		return nil, err
	}
	if err := settle(ctx, tx, p.ID, last, unit, from, end, fix); err != nil {
		return nil, err
	}
	if err := sane(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	return ended, audit.Write(ctx, tx, who, s.Now.Ms(), "person.move", p.ID, unit, map[string]any{"old": p.Unit, "new": unit, "from": from}, why, p.Unit)
}

// Leave writes somebody's last day, not ahead of today. Faults: Invalid, Denied, Missing.
func (s *Service) Leave(ctx context.Context, who access.Actor, person id.ID, last, why string) error {
	return s.write(ctx, "leave", func(tx db.Tx) error {
		p, err := find(ctx, tx, who, access.PersonEdit, person)
		if err != nil {
			return err
		}
		now, err := home(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := mayLeave(p, now, last, s.Now.Day()); err != nil {
			return err
		}
		if _, err := leave(ctx, tx, person, now, last); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "person.leave", person, p.Unit, map[string]any{"last": last}, why)
	})
}

func mayLeave(p Person, now Membership, last, today string) error {
	switch {
	case last == "":
		return fault.At("last", "web.required")
	case civil("last", last) != nil:
		return civil("last", last)
	case p.LeftOn != "":
		return fault.New(fault.Conflict, "person.left_already", "day", text.Date(p.LeftOn))
	case last > today:
		return fault.At("last", "person.not_ahead")
	case last < now.From:
		return fault.At("last", "person.moved_later", "day", text.Date(now.From))
	}
	return nil
}

// AddExemption records why a person need not study. e.ID is the key of the form, as for
// Create. Faults: Invalid also when it has a day in common with another one.
func (s *Service) AddExemption(ctx context.Context, who access.Actor, e Exemption) (made Exemption, err error) {
	return e, s.write(ctx, "add exemption", func(tx db.Tx) error {
		p, err := find(ctx, tx, who, access.PersonEdit, e.Person)
		if err != nil {
			return err
		}
		by, again, err := maker(ctx, tx, "person_exemption", e.ID)
		if err != nil {
			return err
		}
		if again {
			if by != who.Account {
				return fault.New(fault.Conflict, "person.id_taken")
			}
			return nil
		}
		if err := lawful(ctx, tx, p, e); err != nil {
			return err
		}
		if err := AddExemptions(ctx, tx, []Exemption{e}, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "person.exempt", p.ID, p.Unit, e, "")
	})
}

// lawful checks an exemption and its neighbours; only members can be exempt.
func lawful(ctx context.Context, tx db.Tx, p Person, e Exemption) error {
	if err := e.check(); err != nil {
		return err
	}
	switch { // sheets of old ones may lack both
	case e.ResolvedOn == "":
		return fault.At("resolved_on", "web.required")
	case e.Approver == "":
		return fault.At("approver", "web.required")
	}
	if !p.Member() {
		return fault.New(fault.Invalid, "person.exempt_outside")
	}
	all, err := Exemptions(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	if o := e.clash(all); o != nil {
		return fault.At("from", "person.exempt_twice", "day", text.Date(o.From))
	}
	return nil
}

// EndExemption writes the last day of an exemption; the record stays. Faults: Invalid, Denied, Missing.
func (s *Service) EndExemption(ctx context.Context, who access.Actor, exemption id.ID, last, why string) (e Exemption, err error) {
	return e, s.write(ctx, "end exemption", func(tx db.Tx) error {
		if e, err = db.One(ctx, tx, scanExemption, exemptions+`where e.id = $1`, exemption); err != nil {
			return err
		}
		p, err := find(ctx, tx, who, access.PersonEdit, e.Person)
		if err != nil {
			return err
		}
		old := e.To
		if e.To = last; last == "" {
			return fault.At("to", "web.required")
		}
		if old != "" && last > old { // more days want a resolution of their own
			return fault.At("to", "person.exempt_longer", "day", text.Date(old))
		}
		if err := e.check(); err != nil {
			return err
		}
		all, err := Exemptions(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if o := e.clash(all); o != nil {
			return fault.At("to", "person.exempt_twice", "day", text.Date(o.From))
		}
		if err := updateExemption(ctx, tx, e, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "person.exempt_end", p.ID, p.Unit, map[string]string{"old": old, "new": last}, why)
	})
}
