package factor

import (
	"context"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Reset is the wish that an account begins anew with its second step.
type Reset struct {
	ID      id.ID  `json:"id"`
	Account id.ID  `json:"account"`
	Why     string `json:"why"`
	AskedAt int64  `json:"asked_at"`
	AskedBy id.ID  `json:"asked_by"`
	Asker   string `json:"asker" doc:"name of who asked"`
}

// State is an account's second step as its keepers see it.
type State struct {
	Account id.ID  `json:"account"`
	Name    string `json:"name"`
	Held    Held   `json:"held"`
	Open    *Reset `json:"open" doc:"a reset that waits for a second person"`

	home id.ID
}

// Look shows a keeper of accounts what an account has; who read it is written first. Faults as Reach.
func (s *Service) Look(ctx context.Context, who access.Actor, account id.ID) (v State, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		v, err = s.look(ctx, tx, who, account)
		return err
	})
	if err != nil {
		return v, err
	}
	return v, s.Looked(ctx, who, account)
}

func (s *Service) look(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (v State, err error) {
	v.Account = account
	if v.Name, v.home, err = s.Reach(ctx, tx, who, account); err != nil {
		return v, err
	}
	if v.Held, err = Of(ctx, tx, account); err != nil {
		return v, err
	}
	r, err := openReset(ctx, tx, account)
	if err != nil && fault.Of(err) != fault.Missing {
		return v, err
	}
	if err == nil {
		v.Open = &r
	}
	return v, nil
}

// AskReset asks for a reset, which somebody else confirms. The id of the row is the key against
// asking twice. Faults: as Reach, Invalid, Conflict.
func (s *Service) AskReset(ctx context.Context, who access.Actor, row, account id.ID, why string) error {
	why, ok := text.Clean(why)
	if !ok || why == "" || utf8.RuneCountInString(why) > maxWhy {
		return fault.At("why", "factor.needs_why", "n", maxWhy)
	}
	return s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.look(ctx, tx, who, account)
		switch {
		case err != nil:
			return err
		case account == who.Account:
			return fault.New(fault.Conflict, "factor.own_reset")
		case v.Open != nil && v.Open.ID == row && v.Open.AskedBy == who.Account:
			return nil // the same form twice
		case v.Open != nil:
			return fault.New(fault.Conflict, "factor.reset_open")
		case !v.Held.Any():
			return fault.New(fault.Conflict, "factor.nothing_to_reset")
		}
		put, err := insertReset(ctx, tx, Reset{ID: row, Account: account, Why: why, AskedAt: s.Now.Ms(), AskedBy: who.Account})
		if err == nil && !put {
			return fault.New(fault.Conflict, "factor.reset_open")
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.reset_ask", account, v.home, nil, why)
	})
}

// Confirm carries a reset out: the factors go, and every session, device and token of the
// account ends. Faults: as Reach; Denied for who asked and for the owner.
func (s *Service) Confirm(ctx context.Context, who access.Actor, reset id.ID) (account id.ID, err error) {
	err = s.end(ctx, who, reset, true, func(tx db.Tx, r Reset) error {
		if r.AskedBy == who.Account {
			return fault.New(fault.Denied, "factor.second_person")
		}
		return s.Drop(ctx, tx, r.Account)
	}, &account)
	s.forget()
	return account, err
}

// Withdraw ends a reset without doing it. Faults as Reach.
func (s *Service) Withdraw(ctx context.Context, who access.Actor, reset id.ID) (account id.ID, err error) {
	err = s.end(ctx, who, reset, false, func(db.Tx, Reset) error { return nil }, &account)
	return account, err
}

func (s *Service) end(ctx context.Context, who access.Actor, reset id.ID, done bool, do func(db.Tx, Reset) error, account *id.ID) error {
	return s.DB.Write(ctx, func(tx db.Tx) error {
		r, err := findReset(ctx, tx, reset)
		if err != nil {
			return err
		}
		_, home, err := s.Reach(ctx, tx, who, r.Account)
		if err != nil {
			return err
		}
		if r.Account == who.Account && done {
			return fault.New(fault.Denied, "factor.own_reset")
		}
		if err := do(tx, r); err != nil {
			return err
		}
		*account = r.Account
		if err := endReset(ctx, tx, r.ID, s.Now.Ms(), who.Account, done); err != nil {
			return err
		}
		action := "account.reset_withdraw"
		if done {
			action = "account.reset_factor"
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, r.Account, home, map[string]string{"asked_by": r.Asker}, r.Why)
	})
}

// Drop takes every factor of an account and whatever it is signed in with.
func (s *Service) Drop(ctx context.Context, tx db.Tx, account id.ID) error {
	if _, err := dropTOTP(ctx, tx, account); err != nil {
		return err
	}
	if err := dropKeys(ctx, tx, account); err != nil {
		return err
	}
	if err := putCodes(ctx, tx, account, nil); err != nil {
		return err
	}
	return s.EndAll(ctx, tx, account)
}

// Clear is a reset from the command line, where the keeper of the machine is the second person.
func (s *Service) Clear(ctx context.Context, account id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := s.Drop(ctx, tx, account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, access.System("quantriet"), s.Now.Ms(), "account.reset_factor", account, 0, nil, "")
	})
	s.forget()
	return err
}
