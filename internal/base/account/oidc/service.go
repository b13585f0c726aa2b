package oidc

import (
	"context"
	"log/slog"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service is the way in by an outside provider. Provider is set before the doors open.
type Service struct {
	DB       *db.DB
	Now      clock.Now
	Account  *account.Service
	Provider Provider

	client client
}

// Tie is an own identity at the provider.
type Tie struct {
	Issuer   string `json:"issuer"`
	Name     string `json:"name"`
	LinkedAt int64  `json:"linked_at"`
	UsedAt   int64  `json:"used_at" doc:"0 is never"`
}

// Offer is the way in as the sign-in page shows it; "" when there is none.
func (s *Service) Offer() (name, href string) {
	if !s.Provider.On() {
		return "", ""
	}
	return s.Provider.title(), "/sign-in/outside"
}

// Begin asks the provider who somebody is: address is where the browser goes, ticket what it
// carries. link ties the answer to that account; zero signs in. Faults: Missing when there is
// no provider, Conflict oidc.away when it does not answer.
func (s *Service) Begin(ctx context.Context, origin, next string, link id.ID) (address, ticket string, err error) {
	if !s.Provider.On() {
		return "", "", fault.Gone()
	}
	address, f, err := s.client.start(ctx, s.Provider, origin, next, link)
	if err != nil {
		slog.Warn("identity provider", "err", err)
		return "", "", fault.New(fault.Conflict, "oidc.away")
	}
	ticket, err = secret.Ticket(s.Account.Box(), "outside", s.Now.Ms()+flightFor.Milliseconds(), f)
	return address, ticket, err
}

// answer is what the provider sent a browser back with.
type answer struct{ ticket, state, code, fault string }

// identify proves who came back. Fault: Invalid oidc.refused.
func (s *Service) identify(ctx context.Context, a answer) (who Identity, f flight, err error) {
	refused := fault.New(fault.Invalid, "oidc.refused")
	if !s.Provider.On() {
		return who, f, fault.Gone()
	}
	if !secret.Redeem(s.Account.Box(), "outside", s.Now.Ms(), a.ticket, &f) || !secret.Same(a.state, f.State) || a.fault != "" || a.code == "" {
		return who, f, refused
	}
	who, err = s.client.finish(ctx, s.Provider, f, a.code)
	if err != nil {
		slog.Warn("identity provider", "err", err)
		return who, f, refused
	}
	if name, ok := text.Clean(who.Name); ok && utf8.RuneCountInString(name) <= 200 {
		who.Name = name
	} else {
		who.Name = ""
	}
	return who, f, nil
}

// Enter signs in the account that is tied to an identity. Fault: Denied oidc.stranger for one that
// is tied to none, Denied account.disabled.
func (s *Service) Enter(ctx context.Context, of Identity, e account.Entry) (account.Pass, error) {
	var at id.ID
	err := s.DB.Write(ctx, func(tx db.Tx) (err error) {
		at, err = use(ctx, tx, of, s.Now.Ms())
		return err
	})
	if err != nil && fault.Of(err) == fault.Missing {
		return account.Pass{}, fault.New(fault.Denied, "oidc.stranger")
	}
	if err != nil {
		return account.Pass{}, err
	}
	return s.Account.Enter(ctx, at, account.Outside{Issuer: of.Issuer, Subject: of.Subject}, e)
}

// Link ties an identity to who's own account. Fault: Conflict for one that is tied to another.
func (s *Service) Link(ctx context.Context, who access.Actor, of Identity) error {
	return s.DB.Write(ctx, func(tx db.Tx) error {
		at, err := find(ctx, tx, of)
		switch {
		case err == nil && at == who.Account:
			return nil
		case err == nil:
			return fault.New(fault.Conflict, "oidc.taken")
		case fault.Of(err) != fault.Missing:
			return err
		}
		put, err := insert(ctx, tx, of, who.Account, s.Now.Ms())
		if err == nil && !put {
			err = fault.New(fault.Conflict, "oidc.taken")
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.link_outside", who.Account, who.Home(), map[string]string{"issuer": of.Issuer, "name": of.Name}, "")
	})
}

// Ties lists who's own identities.
func (s *Service) Ties(ctx context.Context, who access.Actor) (list []Tie, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = tiesOf(ctx, tx, who.Account)
		return err
	})
	return list, err
}

// Unlink ends who's own ties to the provider.
func (s *Service) Unlink(ctx context.Context, who access.Actor) error {
	return s.DB.Write(ctx, func(tx db.Tx) error {
		n, err := drop(ctx, tx, who.Account)
		if err == nil && n == 0 {
			err = fault.Gone()
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.unlink_outside", who.Account, who.Home(), nil, "")
	})
}
