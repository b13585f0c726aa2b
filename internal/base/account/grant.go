package account

import (
	"context"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

func roleWord(lang string, r access.Role) string { return words.T(lang, "access.role."+string(r)) }

// Give grants a role at a unit and its subtree. Faults: Missing (account or unit outside
// the scope), Denied (a role that can do what who cannot do there), Invalid (dates),
// Conflict (the same role there in the same days).
func (s *Service) Give(ctx context.Context, who access.Actor, account id.ID, g NewGrant) (a Account, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if a, err = visible(ctx, tx, who, account); err != nil {
			return err
		}
		if err := s.give(ctx, tx, who, a, g); err != nil {
			return err
		}
		a, err = s.shown(ctx, tx, who, account)
		return err
	})
	s.seen.drop()
	return a, err
}

func (s *Service) give(ctx context.Context, tx db.Tx, who access.Actor, a Account, in NewGrant) error {
	if !in.Role.Known() {
		return fault.At("role", "account.no_role")
	}
	if err := checkPeriod(in.From, in.To); err != nil {
		return err
	}
	if err := access.Check(ctx, tx, who, access.AccountEdit, in.Unit); err != nil {
		return err
	}
	own, err := access.Over(ctx, tx, who, in.Unit)
	if err != nil {
		return err
	}
	if !mayGrant(own, in.Role) {
		return fault.New(fault.Denied, "account.role_above")
	}
	unit, err := org.Find(ctx, tx, in.Unit)
	if err != nil {
		return err
	}
	if done, err := s.given(ctx, tx, a.ID, in); err != nil || done {
		return err
	}
	now := s.Now.Ms()
	g := access.Grant{ID: in.ID, Account: a.ID, Role: in.Role, Unit: in.Unit, From: in.From, To: in.To}
	if err := access.Add(ctx, tx, g, now, who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, now, "account.give", a.ID, in.Unit, told(g, a, unit.Name), "")
}

// given reports whether this very grant was made before, and refuses one that would say
// the same as another.
func (s *Service) given(ctx context.Context, tx db.Tx, account id.ID, in NewGrant) (bool, error) {
	list, err := access.Of(ctx, tx, account)
	if err != nil {
		return false, err
	}
	for _, g := range list {
		same := g.Role == in.Role && g.Unit == in.Unit
		switch {
		case g.ID == in.ID && same && g.From == in.From && g.To == in.To:
			return true, nil
		case g.ID == in.ID || same && overlaps(g.From, g.To, in.From, in.To):
			return false, fault.New(fault.Conflict, "account.grant_twice")
		}
	}
	return false, nil
}

func told(g access.Grant, a Account, unit string) map[string]string {
	return map[string]string{"name": a.Name, "role": string(g.Role), "unit": unit, "from": g.From, "to": g.To}
}

// Revoke ends a grant at once. Faults: Missing (outside the scope), Denied, Conflict for
// the right to keep accounts that who stands on.
func (s *Service) Revoke(ctx context.Context, who access.Actor, grant id.ID, why string) (account id.ID, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		g, err := access.Find(ctx, tx, grant)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.AccountEdit, g.Unit); err != nil {
			return err
		}
		own, err := access.Over(ctx, tx, who, g.Unit)
		switch {
		case err != nil:
			return err
		case !mayGrant(own, g.Role):
			return fault.New(fault.Denied, "account.role_above")
		case g.Account == who.Account && g.Role.Can(access.AccountEdit):
			return fault.New(fault.Conflict, "account.own_grant")
		}
		a, err := find(ctx, tx, g.Account)
		if err != nil {
			return err
		}
		unit, err := org.Find(ctx, tx, g.Unit)
		if err != nil {
			return err
		}
		account = g.Account
		if err := access.Revoke(ctx, tx, g.ID, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.revoke", a.ID, g.Unit, told(g, a, unit.Name), why)
	})
	s.seen.drop()
	return account, err
}

// UnitAt reads a unit as somebody wrote it, by code, "code · name" or name, within the
// scope of a keeper. Fault: Invalid for none and for several.
func (s *Service) UnitAt(ctx context.Context, who access.Actor, typed string) (unit id.ID, err error) {
	code, _, _ := strings.Cut(typed, separator)
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		u, err := org.ByCode(ctx, tx, strings.TrimSpace(code))
		if err == nil && access.Check(ctx, tx, who, access.AccountEdit, u.ID) == nil {
			unit = u.ID
			return nil
		}
		if err != nil && fault.Of(err) != fault.Missing {
			return err
		}
		list, err := org.Search(ctx, tx, who.Scope(access.AccountEdit), typed, 2)
		switch {
		case err != nil:
			return err
		case len(list) == 0:
			return fault.At("unit", "account.no_unit")
		case len(list) > 1:
			return fault.At("unit", "account.many_units", "a", list[0].Code, "b", list[1].Code)
		}
		unit = list[0].ID
		return nil
	})
	return unit, err
}

const separator = " · "

// Units are the first units of a keeper's scope, to choose from.
func (s *Service) Units(ctx context.Context, who access.Actor) (list []org.Unit, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = org.Search(ctx, tx, who.Scope(access.AccountEdit), "", 300)
		return err
	})
	return list, err
}
