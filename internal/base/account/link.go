package account

import (
	"context"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// SignInLink makes a path that signs an account in, once or again and again until it
// ends. Nobody's rights are asked: it is for the command line and the demo.
func (s *Service) SignInLink(ctx context.Context, account id.ID, validFor time.Duration, reusable bool) (path string, err error) {
	key := secret.New()
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if _, err := find(ctx, tx, account); err != nil {
			return err
		}
		return insertLink(ctx, tx, secret.Hash(key), link{account, "signin", reusable}, s.Now.Ms()+validFor.Milliseconds())
	})
	return "/link/" + key, err
}

// linked tells whom a link would sign in. Fault: Missing account.link_over.
func (s *Service) linked(ctx context.Context, key string) (a Account, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		l, err := findLink(ctx, tx, secret.Hash(key), "signin", s.Now.Ms())
		if err != nil {
			return over(err, "account.link_over")
		}
		if a, err = find(ctx, tx, l.account); err != nil {
			return err
		}
		a.demo = l.reusable
		if a.DisabledAt != 0 {
			return fault.New(fault.Missing, "account.link_over")
		}
		of, err := s.grantsOf(ctx, tx, access.Actor{}, []id.ID{a.ID}, true)
		a.Grants = of[a.ID]
		return err
	})
	return a, err
}

// FollowLink signs in by a link; an account that has a second step is asked for it, and the link is
// used up only then. newPassword says that the account has none yet and one should be chosen next.
func (s *Service) FollowLink(ctx context.Context, key string, e Entry) (pass Pass, newPassword bool, err error) {
	a, err := s.linked(ctx, key)
	if err != nil {
		return Pass{}, false, err
	}
	pass, err = s.enter(ctx, second{Account: a.ID, Link: secret.Hash(key)}, e)
	return pass, !a.HasPassword && !a.demo, err
}

// NewLink is for somebody who forgot the password: it ends the password, every session,
// token, outside identity and earlier link of an account and makes a path that signs in once within 24 hours.
// Faults as reach.
func (s *Service) NewLink(ctx context.Context, who access.Actor, account id.ID) (path string, err error) {
	key := secret.New()
	err = s.reset(ctx, who, account, "", "account.new_link", func(tx db.Tx) error {
		return insertLink(ctx, tx, secret.Hash(key), link{account, "signin", false}, s.Now.Ms()+resetFor.Milliseconds())
	})
	return "/link/" + key, err
}

// NewPassword gives an account a password made by the program, to be told to its owner
// once, and ends every other way in. Faults as reach, and TooMany.
func (s *Service) NewPassword(ctx context.Context, who access.Actor, account id.ID) (password string, err error) {
	password = secret.Easy(3, 5)
	phc, err := s.hasher().Make(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.reset(ctx, who, account, phc, "account.new_password", func(db.Tx) error { return nil })
	return password, err
}

func (s *Service) reset(ctx context.Context, who access.Actor, account id.ID, phc, action string, more func(db.Tx) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if account == who.Account {
			return fault.New(fault.Conflict, "account.own_password")
		}
		a, err := s.reach(ctx, tx, who, account)
		if err != nil {
			return err
		}
		if err := setPassword(ctx, tx, a.ID, phc); err != nil {
			return err
		}
		if err := device.RevokeOthers(ctx, tx, a.ID, 0, s.Now.Ms()); err != nil {
			return err
		}
		if err := dropWays(ctx, tx, a.ID, s.Now.Ms()); err != nil {
			return err
		}
		if err := more(tx); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, a.ID, a.home, nil, "")
	})
	s.seen.drop()
	return err
}
