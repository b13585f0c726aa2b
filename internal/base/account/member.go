package account

import (
	"context"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// ForMember makes the account of somebody in the rosters who has none: with the role of a member
// at their unit, no password, and a login that nobody needs to remember. The caller has checked
// that who may.
func (s *Service) ForMember(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, name string, unit id.ID) (id.ID, error) {
	a := Account{ID: id.New(), Login: "dv-" + strings.ToLower(of.String()), Name: name, Person: of, Lang: "vi", createdBy: who.Account}
	if err := insert(ctx, tx, a, s.Now.Ms()); err != nil {
		return 0, err
	}
	if err := audit.Write(ctx, tx, who, s.Now.Ms(), "account.create", a.ID, unit, map[string]string{"login": a.Login, "name": name}, ""); err != nil {
		return 0, err
	}
	in := NewGrant{ID: id.New(), Role: access.Member, Unit: unit, From: s.Now.Day()}
	return a.ID, s.Grants().GiveIn(ctx, tx, access.System(who.Name), holder(a), in)
}
