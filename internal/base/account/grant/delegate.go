package grant

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Part is a part of one's own right, to be passed on; Typed is the login or the number of
// the Party card of who gets it.
type Part struct {
	New
	Typed string
}

// Own loads one's own grant in force, to pass a part of it on. Faults: Missing, Denied for
// what was itself passed on.
func (s *Service) Own(ctx context.Context, who access.Actor, grant id.ID) (g Grant, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if _, err := s.own(ctx, tx, who, grant); err != nil {
			return err
		}
		g, err = s.one(ctx, tx, who, who.Account, grant)
		return err
	})
	return g, err
}

func (s *Service) own(ctx context.Context, tx db.Tx, who access.Actor, grant id.ID) (access.Grant, error) {
	g, err := access.Find(ctx, tx, grant)
	switch {
	case err != nil:
		return g, err
	case who.Account == 0 || g.Account != who.Account:
		return g, fault.Gone()
	case g.Kind == access.Delegated:
		return g, fault.New(fault.Denied, "grant.not_twice_passed")
	case len(parts(g.Role)) == 0:
		return g, fault.New(fault.Denied, "grant.not_passable")
	}
	return g, nil
}

// Delegate passes a part of one's own right on to a colleague of the subtree, for days
// within one's own; it ends when one's own does. Faults: Missing, Denied, Invalid, Conflict.
func (s *Service) Delegate(ctx context.Context, who access.Actor, grant id.ID, in Part) (g Grant, err error) {
	err = s.write(ctx, func(tx db.Tx) error {
		whole, err := s.own(ctx, tx, who, grant)
		if err != nil {
			return err
		}
		if err := part(whole, in.Role, in.From, in.To, s.Now.Day()); err != nil {
			return err
		}
		over, err := access.Over(ctx, tx, access.Actor{Grants: []access.Grant{whole}}, in.Unit)
		if err != nil {
			return err
		}
		if len(over) == 0 {
			return fault.At("unit", "grant.no_unit")
		}
		h, err := colleague(ctx, tx, who, whole, in.Typed)
		if err != nil {
			return err
		}
		to := access.Grant{ID: in.ID, Account: h.ID, Role: in.Role, Unit: in.Unit, From: in.From, To: in.To, Kind: access.Delegated, Parent: whole.ID}
		if err := s.add(ctx, tx, who, to, h, "account.delegate"); err != nil {
			return err
		}
		g, err = s.one(ctx, tx, who, h.ID, in.ID)
		return err
	})
	return g, err
}

// colleague finds who is to get a part: somebody else, at or below the unit of the whole.
func colleague(ctx context.Context, tx db.Tx, who access.Actor, whole access.Grant, s string) (Holder, error) {
	none := fault.At("to_whom", "grant.no_colleague")
	h, err := typed(ctx, tx, s)
	if fault.Of(err) == fault.Missing {
		return h, none
	}
	if err != nil {
		return h, err
	}
	if h.ID == who.Account {
		return h, fault.At("to_whom", "grant.to_self")
	}
	if ok, err := near(ctx, tx, h, whole.Unit); err != nil || !ok {
		return h, firstOf(err, none)
	}
	return h, nil
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// Passed are the parts of one's own rights that others hold now or later.
func (s *Service) Passed(ctx context.Context, who access.Actor) (list []Line, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = passed(ctx, tx, who.Account, s.Now.Day())
		return err
	})
	return list, err
}

// HandedOver is who stands ready for each duty at the top, before the first set-up ends.
type HandedOver struct {
	Unit     string
	Operator []string
	Steward  []string
	Auditor  []string
	Till     string // last day of the first set-up
}

// Ready reports whether all three duties are held.
func (h HandedOver) Ready() bool {
	return len(h.Operator) > 0 && len(h.Steward) > 0 && len(h.Auditor) > 0
}

// Founding shows who could take over from who. Fault: Missing for whoever is no founder.
func (s *Service) Founding(ctx context.Context, who access.Actor) (h HandedOver, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		h, _, err = s.founding(ctx, tx, who)
		return err
	})
	return h, err
}

func (s *Service) founding(ctx context.Context, tx db.Tx, who access.Actor) (h HandedOver, held []access.Grant, err error) {
	for _, g := range who.Grants {
		if g.Role == access.Administrator {
			held = append(held, g)
		}
	}
	if len(held) == 0 {
		return h, nil, fault.Gone()
	}
	list, err := keepers(ctx, tx, held[0].Unit, s.Now.Day())
	for _, l := range list {
		switch l.Role {
		case access.Operator:
			h.Operator = append(h.Operator, l.Name)
		case access.Steward:
			h.Steward = append(h.Steward, l.Name)
		case access.Auditor:
			h.Auditor = append(h.Auditor, l.Name)
		}
	}
	if err == nil {
		h.Till = held[0].To
		h.Unit, err = db.One(ctx, tx, db.Value[string], `select name from org_unit where id = $1`, held[0].Unit)
	}
	return h, held, err
}

// HandOver ends the first set-up: the founder's role ends and the founder is signed out, now that an operator, a steward
// and an auditor hold theirs at the top. Faults: Missing, Conflict while one is lacking.
func (s *Service) HandOver(ctx context.Context, who access.Actor) error {
	return s.write(ctx, func(tx db.Tx) error {
		h, held, err := s.founding(ctx, tx, who)
		if err != nil {
			return err
		}
		if !h.Ready() {
			return fault.New(fault.Conflict, "grant.not_ready")
		}
		for _, g := range held {
			if err := s.stop(ctx, tx, g); err != nil {
				return err
			}
			if err := access.Revoke(ctx, tx, g.ID, s.Now.Ms(), who.Account); err != nil {
				return err
			}
			if err := audit.Write(ctx, tx, who, s.Now.Ms(), "account.hand_over", who.Account, g.Unit, h, ""); err != nil {
				return err
			}
		}
		return nil
	})
}
