package account

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Rights stand in a room of their own.
type (
	Grant    = grant.Grant
	NewGrant = grant.New
)

func roleWord(lang string, r access.Role) string { return words.T(lang, "access.role."+string(r)) }

// Grants is the desk of rights over these accounts.
func (s *Service) Grants() *grant.Service {
	return &grant.Service{DB: s.DB, Now: s.Now, EndAll: s.EndAll, Dropped: s.Forget,
		Looked: s.lookedAt,
		Visible: func(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (grant.Holder, error) {
			a, err := visible(ctx, tx, who, account)
			return holder(a), err
		}}
}

func holder(a Account) grant.Holder {
	return grant.Holder{ID: a.ID, Login: a.Login, Name: a.Name, Person: a.Person}
}

func (s *Service) grantsOf(ctx context.Context, tx db.Tx, who access.Actor, accounts []id.ID, all bool) (map[id.ID][]Grant, error) {
	return grant.Of(ctx, tx, who, accounts, all, s.Now.Day())
}

// Forget empties what is remembered of visitors, so that the next request of each asks again.
func (s *Service) Forget() { s.seen.drop() }

// EndAll ends the sessions, the devices and the API tokens of an account.
func (s *Service) EndAll(ctx context.Context, tx db.Tx, account id.ID) error {
	if err := device.RevokeOthers(ctx, tx, account, 0, s.Now.Ms()); err != nil {
		return err
	}
	return endTokens(ctx, tx, account, s.Now.Ms())
}

// unitAt reads a unit of a keeper's scope. Its faults are grant's.
func (s *Service) unitAt(ctx context.Context, who access.Actor, typed string) (id.ID, error) {
	return s.Grants().UnitAt(ctx, who.Scope(access.AccountEdit), typed)
}
