package grant

import (
	"context"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service is the desk of rights. The function fields are joined by the room of accounts.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Visible loads an account within what who keeps. Fault: Missing.
	Visible func(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (Holder, error)
	// Looked writes that who read of an account.
	Looked func(ctx context.Context, who access.Actor, account id.ID) error
	// EndAll ends the sessions, devices and tokens of an account and what runs for it.
	EndAll func(ctx context.Context, tx db.Tx, account id.ID) error
	// Dropped hears that what is remembered of visitors is no longer true.
	Dropped func()
}

func (s *Service) write(ctx context.Context, fn func(db.Tx) error) error {
	err := s.DB.Write(ctx, fn)
	s.Dropped()
	return err
}

// Give grants a role at a unit and its subtree. Faults: Missing (account or unit outside
// the scope), Denied (a role nobody gives, or to oneself), Invalid (dates), Conflict (the
// same role there in the same days, or a role that cannot be joined with another).
func (s *Service) Give(ctx context.Context, who access.Actor, account id.ID, in New) (g Grant, err error) {
	err = s.write(ctx, func(tx db.Tx) error {
		h, err := s.Visible(ctx, tx, who, account)
		if err != nil {
			return err
		}
		if err := s.GiveIn(ctx, tx, who, h, in); err != nil {
			return err
		}
		g, err = s.one(ctx, tx, who, h.ID, in.ID)
		return err
	})
	return g, err
}

// one loads a grant of an account as who reads it.
func (s *Service) one(ctx context.Context, tx db.Tx, who access.Actor, account, grant id.ID) (Grant, error) {
	of, err := Of(ctx, tx, who, []id.ID{account}, true, s.Now.Day())
	for _, g := range of[account] {
		if g.ID == grant {
			return g, nil
		}
	}
	if err == nil {
		err = fault.Gone()
	}
	return Grant{}, err
}

// GiveIn is Give inside a transaction, to an account that who sees.
func (s *Service) GiveIn(ctx context.Context, tx db.Tx, who access.Actor, h Holder, in New) error {
	if !in.Role.Known() {
		return fault.At("role", "grant.no_role")
	}
	if err := CheckPeriod(in.From, in.To); err != nil {
		return err
	}
	if err := mayAt(ctx, tx, who, in.Unit, in.Role); err != nil {
		return err
	}
	if err := notSelf(who, h); err != nil {
		return err
	}
	g := access.Grant{ID: in.ID, Account: h.ID, Role: in.Role, Unit: in.Unit, From: in.From, To: in.To}
	return s.add(ctx, tx, who, g, h, "account.give")
}

// mayAt lets keepers of accounts give or end a role at a unit. Faults: Missing, Denied.
func mayAt(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID, role access.Role) error {
	if err := access.Check(ctx, tx, who, access.AccountEdit, unit); err != nil {
		return err
	}
	own, err := access.Over(ctx, tx, who, unit)
	if err == nil && !May(who, own, role) {
		err = fault.New(fault.Denied, "grant.role_above")
	}
	return err
}

// notSelf keeps keepers from giving rights to themselves once the first set-up is over.
func notSelf(who access.Actor, h Holder) error {
	same := h.ID == who.Account || h.Person != 0 && h.Person == who.Person
	if same && !who.Is(access.Administrator) {
		return fault.New(fault.Denied, "grant.own_right")
	}
	return nil
}

// add stores a grant, unless this very one was made before, and tells the log.
func (s *Service) add(ctx context.Context, tx db.Tx, who access.Actor, g access.Grant, h Holder, action string) error {
	list, err := access.Of(ctx, tx, g.Account)
	if err != nil {
		return err
	}
	for _, o := range list {
		same := o.Role == g.Role && o.Unit == g.Unit
		switch {
		case o.ID == g.ID && same && o.From == g.From && o.To == g.To:
			return nil
		case o.ID == g.ID || same && access.Overlap(o.From, o.To, g.From, g.To):
			return fault.New(fault.Conflict, "grant.twice")
		}
	}
	if g.Parent == 0 {
		if g.Covers, err = covers(ctx, tx, who, g.Unit, s.Now.Ms()); err != nil {
			return err
		}
	}
	if err := access.Add(ctx, tx, g, s.Now.Ms(), who.Account); err != nil {
		return err
	}
	return s.tell(ctx, tx, who, action, g, h, "")
}

func (s *Service) tell(ctx context.Context, tx db.Tx, who access.Actor, action string, g access.Grant, h Holder, why string) error {
	unit, err := org.Find(ctx, tx, g.Unit)
	if err != nil {
		return err
	}
	told := map[string]string{"name": h.Name, "role": string(g.Role), "unit": unit.Name, "from": g.From, "to": g.To}
	return audit.Write(ctx, tx, who, s.Now.Ms(), action, g.Account, g.Unit, told, why)
}

// Revoke ends a grant and the parts of it at once, with the sessions, tokens and running
// requests of those who held them. Who passed a part on may take it back. Faults: Missing
// (outside the scope), Denied, Conflict for the right to keep accounts that who stands on.
func (s *Service) Revoke(ctx context.Context, who access.Actor, grant id.ID, why string) (account id.ID, err error) {
	err = s.write(ctx, func(tx db.Tx) error {
		g, err := access.Find(ctx, tx, grant)
		if err != nil {
			return err
		}
		if err := mayRevoke(ctx, tx, who, g); err != nil {
			return err
		}
		account = g.Account
		return s.revoke(ctx, tx, who, g, why)
	})
	return account, err
}

func mayRevoke(ctx context.Context, tx db.Tx, who access.Actor, g access.Grant) error {
	if g.Parent != 0 {
		if p, err := access.Find(ctx, tx, g.Parent); err == nil && p.Account == who.Account {
			return nil
		}
	}
	err := access.Check(ctx, tx, who, access.AccountEdit, g.Unit)
	if err == nil && g.Account == who.Account && g.Role.Can(access.AccountEdit) {
		err = fault.New(fault.Conflict, "grant.own_grant")
	}
	if err != nil {
		return err
	}
	return mayAt(ctx, tx, who, g.Unit, g.Role)
}

func (s *Service) revoke(ctx context.Context, tx db.Tx, who access.Actor, g access.Grant, why string) error {
	if err := s.stop(ctx, tx, g); err != nil {
		return err
	}
	parts, err := access.Parts(ctx, tx, g.ID)
	if err != nil {
		return err
	}
	for _, one := range append(parts, g) {
		h, err := holder(ctx, tx, one.Account)
		if err != nil {
			return err
		}
		if err := access.Revoke(ctx, tx, one.ID, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, who, "account.revoke", one, h, why); err != nil {
			return err
		}
	}
	return nil
}

// stop ends what the account of a grant in force is doing now, and those who hold parts of it,
// which end or rest with it.
func (s *Service) stop(ctx context.Context, tx db.Tx, g access.Grant) error {
	if day := s.Now.Day(); !access.Overlap(g.From, g.To, day, day) {
		return nil
	}
	if err := s.EndAll(ctx, tx, g.Account); err != nil {
		return err
	}
	parts, err := access.Parts(ctx, tx, g.ID)
	for _, p := range parts { // no part has parts
		if err := s.stop(ctx, tx, p); err != nil {
			return err
		}
	}
	return err
}

// StopParts ends what those are doing to whom an account passed parts of its rights.
func (s *Service) StopParts(ctx context.Context, tx db.Tx, account id.ID) error {
	held, err := access.Of(ctx, tx, account)
	for _, g := range held {
		if err := s.stop(ctx, tx, g); err != nil {
			return err
		}
	}
	return err
}

// Confirm lets a grant cover the units that moves have brought below it, as far as who covers
// them. Faults: Missing, Denied also for one's own grant.
func (s *Service) Confirm(ctx context.Context, who access.Actor, grant id.ID, why string) error {
	return s.write(ctx, func(tx db.Tx) error {
		g, err := access.Find(ctx, tx, grant)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.AccountEdit, g.Unit); err != nil {
			return err
		}
		h, err := holder(ctx, tx, g.Account)
		if err != nil {
			return err
		}
		if err := notSelf(who, h); err != nil {
			return err
		}
		if g.Parent != 0 {
			return fault.New(fault.Conflict, "grant.confirm_whole")
		}
		at := s.Now.Ms()
		till, err := covers(ctx, tx, who, g.Unit, at)
		if err != nil {
			return err
		}
		if till < at {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_below where top = $1 and since > $2 and since <= $3`, g.Unit, g.Covers, till)
			if err != nil || n == 0 {
				return firstOf(err, fault.New(fault.Denied, "grant.moved_outside"))
			}
		}
		if err := access.Cover(ctx, tx, g.ID, till); err != nil {
			return err
		}
		return s.tell(ctx, tx, who, "account.confirm", g, h, why)
	})
}

// Moved are the grants that a move would have widened, for a keeper to confirm or leave.
func (s *Service) Moved(ctx context.Context, who access.Actor) (list []Line, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = moved(ctx, tx, who, s.Now.Day())
		return err
	})
	return list, err
}

// UnitAt reads a unit as somebody wrote it, by code, "code · name" or name, within a scope.
// Fault: Invalid for none and for several.
func (s *Service) UnitAt(ctx context.Context, scope access.Scope, typed string) (unit id.ID, err error) {
	code, _, _ := strings.Cut(typed, separator)
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		u, err := org.ByCode(ctx, tx, strings.TrimSpace(code))
		if err == nil {
			args := []any{u.ID}
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit u where u.id = $1 and `+scope.Where("u.id", &args), args...)
			if unit = u.ID; err != nil || n > 0 {
				return err
			}
		} else if fault.Of(err) != fault.Missing {
			return err
		}
		list, err := org.Search(ctx, tx, scope, typed, 2)
		switch {
		case err != nil:
			return err
		case len(list) == 0:
			return fault.At("unit", "grant.no_unit")
		case len(list) > 1:
			return fault.At("unit", "grant.many_units", "a", list[0].Code, "b", list[1].Code)
		}
		unit = list[0].ID
		return nil
	})
	return unit, err
}

const separator = " · "

// Units are the first units of a scope, to choose from.
func (s *Service) Units(ctx context.Context, scope access.Scope) (list []org.Unit, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = org.Search(ctx, tx, scope, "", 300)
		return err
	})
	return list, err
}
