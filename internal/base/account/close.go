package account

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// CloseFor ends the account of somebody whose wish to have it deleted was granted: it is shut, and
// password, second steps, links and whatever is signed in go. The row stays, since deeds refer to it.
// closed is false where there is none to close, and for who may do more than a member: that is for
// the keepers of accounts to take away first.
func (s *Service) CloseFor(ctx context.Context, tx db.Tx, who access.Actor, person id.ID) (closed bool, err error) {
	a, err := db.One(ctx, tx, scanAccount, `select `+columns+` from account a where a.person = $1`, person)
	if fault.Of(err) == fault.Missing {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	above, err := db.One(ctx, tx, db.Value[int64], `select count(*) from access_grant
		where account = $1 and revoked_at is null and role <> $2 and (valid_to is null or valid_to >= $3)`, a.ID, access.Member, s.Now.Day())
	if err != nil || above > 0 {
		return false, err
	}
	now := s.Now.Ms()
	for _, step := range []func() error{
		func() error { return setDisabled(ctx, tx, a.ID, now) },
		func() error { return setPassword(ctx, tx, a.ID, "") },
		func() error { return dropWays(ctx, tx, a.ID, now) },
		func() error { return s.Factor().Drop(ctx, tx, a.ID) },
		func() error { return access.End(ctx, tx, a.ID, now) },
		func() error { return audit.Write(ctx, tx, who, now, "account.disable", a.ID, a.home, nil, "") },
	} {
		if err := step(); err != nil {
			return false, err
		}
	}
	return true, nil
}
