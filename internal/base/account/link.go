package account

import (
	"context"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// SignInLink makes a path that signs an account in, once or again and again until it
// ends. Nobody's rights are asked: it is for the command line and the demo.
func (s *Service) SignInLink(ctx context.Context, account id.ID, validFor time.Duration, reusable bool) (path string, err error) {
	key := secret()
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if _, err := find(ctx, tx, account); err != nil {
			return err
		}
		return insertLink(ctx, tx, hashOf(key), link{account, "signin", reusable}, s.Now.Ms()+validFor.Milliseconds())
	})
	return "/link/" + key, err
}

// linked tells whom a link would sign in. Fault: Missing account.link_over.
func (s *Service) linked(ctx context.Context, key string) (a Account, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		l, err := findLink(ctx, tx, hashOf(key), "signin", s.Now.Ms())
		if err != nil {
			return over(err, "account.link_over")
		}
		if a, err = find(ctx, tx, l.account); err != nil {
			return err
		}
		if a.DisabledAt != 0 {
			return fault.New(fault.Missing, "account.link_over")
		}
		of, err := grantsOf(ctx, tx, access.Actor{}, []id.ID{a.ID}, true)
		a.Grants = of[a.ID]
		return err
	})
	return a, err
}

// FollowLink signs in by a link and returns the secret for the cookie. newPassword says
// that the account has none yet and one should be chosen next.
func (s *Service) FollowLink(ctx context.Context, key, old, agent string) (cookie string, newPassword bool, err error) {
	a, err := s.linked(ctx, key)
	if err != nil {
		return "", false, err
	}
	reusable := false
	cookie, err = s.open(ctx, a.ID, old, agent, func(tx db.Tx) error {
		l, err := findLink(ctx, tx, hashOf(key), "signin", s.Now.Ms())
		if err != nil {
			return over(err, "account.link_over")
		}
		reusable = l.reusable
		_, err = useLink(ctx, tx, hashOf(key), s.Now.Ms())
		return err
	})
	return cookie, !a.HasPassword && !reusable, err
}

// NewLink is for somebody who forgot the password: it ends the password, every session
// and earlier links of an account and makes a path that signs in once within 24 hours.
// Faults as reach.
func (s *Service) NewLink(ctx context.Context, who access.Actor, account id.ID) (path string, err error) {
	key := secret()
	err = s.reset(ctx, who, account, "", "account.new_link", func(tx db.Tx) error {
		return insertLink(ctx, tx, hashOf(key), link{account, "signin", false}, s.Now.Ms()+resetFor.Milliseconds())
	})
	return "/link/" + key, err
}

// NewPassword gives an account a password made by the program, to be told to its owner
// once, and ends its sessions and links. Faults as reach, and TooMany.
func (s *Service) NewPassword(ctx context.Context, who access.Actor, account id.ID) (password string, err error) {
	password = newPassword()
	phc, err := s.hasher().make(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.reset(ctx, who, account, phc, "account.new_password", func(db.Tx) error { return nil })
	return password, err
}

func (s *Service) reset(ctx context.Context, who access.Actor, account id.ID, phc, action string, more func(db.Tx) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		a, err := s.reach(ctx, tx, who, account)
		if err != nil {
			return err
		}
		if a.ID == who.Account {
			return fault.New(fault.Conflict, "account.own_password")
		}
		if err := setPassword(ctx, tx, a.ID, phc); err != nil {
			return err
		}
		if _, err := endOthers(ctx, tx, a.ID, 0); err != nil {
			return err
		}
		if err := dropLinks(ctx, tx, "signin", a.ID); err != nil {
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
