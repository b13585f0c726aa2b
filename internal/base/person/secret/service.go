package secret

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// Service is the desk of the sealed numbers.
type Service struct {
	DB   *db.DB
	Now  clock.Now
	Seal *seal.Box
}

// View is a person with the numbers masked, or open to who looks with a purpose.
type View struct {
	Person  id.ID
	Name    string
	Unit    id.ID
	Numbers Numbers
	Open    bool
}

// load finds a person with the need at the unit.
func (s *Service) load(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, person id.ID) (v View, err error) {
	p, err := someoneOf(ctx, tx, person)
	if err != nil {
		return v, err
	}
	if err := access.Check(ctx, tx, who, need, p.Unit); err != nil {
		return v, err
	}
	v = View{Person: p.ID, Name: p.Name, Unit: p.Unit}
	v.Numbers, err = Of(ctx, tx, s.Seal, person)
	return v, err
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Show is a person's numbers masked, for who may change them. Faults: Missing, Denied.
func (s *Service) Show(ctx context.Context, who access.Actor, person id.ID) (View, error) {
	return s.masked(ctx, who, access.PersonEdit, person, "show numbers")
}

// Ask is a person with the numbers masked, before somebody in scope opens them. Faults: Missing, Denied.
func (s *Service) Ask(ctx context.Context, who access.Actor, person id.ID) (View, error) {
	return s.masked(ctx, who, access.PersonRead, person, "ask for numbers")
}

// masked shows the last digits and writes who saw them.
func (s *Service) masked(ctx context.Context, who access.Actor, need access.Need, person id.ID, what string) (v View, err error) {
	return v, wrap(what, s.DB.Write(ctx, func(tx db.Tx) error {
		if v, err = s.load(ctx, tx, who, need, person); err != nil {
			return err
		}
		v.Numbers = v.Numbers.Masked()
		return audit.Look(ctx, tx, who, s.Now.Ms(), audit.Sight{Person: person, Unit: v.Unit, Purpose: "person.numbers"})
	}))
}

// Reveal opens the numbers of somebody in scope and writes who looked and why. Faults:
// Missing, Denied, Invalid without a purpose.
func (s *Service) Reveal(ctx context.Context, who access.Actor, person id.ID, purpose string) (v View, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if v, err = s.load(ctx, tx, who, access.PersonRead, person); err != nil {
			return err
		}
		if purpose == "" {
			return fault.At("purpose", "web.required")
		}
		v.Open = true
		return audit.Look(ctx, tx, who, s.Now.Ms(), audit.Sight{Person: person, Unit: v.Unit, Purpose: "person.secret", Why: purpose})
	})
	if err != nil {
		return View{}, wrap("reveal numbers", err)
	}
	return v, nil
}

// Mine are one's own numbers. Fault: Missing for who is in no roster.
func (s *Service) Mine(ctx context.Context, who access.Actor) (n Numbers, err error) {
	return n, wrap("own numbers", s.DB.Read(ctx, func(tx db.Tx) error {
		if who.Person == 0 {
			return fault.Gone()
		}
		n, err = Of(ctx, tx, s.Seal, who.Person)
		return err
	}))
}

// Save changes the numbers of a person. Faults: Missing, Denied, Invalid for what is no
// number, Conflict for an identity number that somebody else has.
func (s *Service) Save(ctx context.Context, who access.Actor, person id.ID, c Change, why string) (v View, err error) {
	return v, wrap("save numbers", s.DB.Write(ctx, func(tx db.Tx) error {
		if v, err = s.load(ctx, tx, who, access.PersonEdit, person); err != nil {
			return err
		}
		now := c.over(v.Numbers)
		fields := changed(v.Numbers, now)
		v.Numbers = now.Masked()
		if err := now.check(); err != nil || len(fields) == 0 {
			return err
		}
		if err := alone(ctx, tx, s.Seal, person, now); err != nil {
			return err
		}
		if err := put(ctx, tx, s.Seal, person, now); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "person.numbers", person, v.Unit, map[string]any{"fields": fields}, why)
	}))
}
