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

// Rename gives one's own passkey another name. Faults: Missing, Invalid.
func (s *Service) Rename(ctx context.Context, who access.Actor, passkey id.ID, name string) error {
	name, ok := text.Clean(name)
	if !ok || name == "" || utf8.RuneCountInString(name) > maxName {
		return fault.At("name", "factor.bad_name", "n", maxName)
	}
	return s.DB.Write(ctx, func(tx db.Tx) error {
		done, err := renameKey(ctx, tx, who.Account, passkey, name)
		if err == nil && !done {
			return fault.Gone()
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.passkey_name", who.Account, who.Home(), named(name), "")
	})
}

// RemovePasskey takes one's own passkey away; every device is asked for the second step again. required says that the account needs a factor.
// Faults: Missing; Conflict for the last factor of such an account.
func (s *Service) RemovePasskey(ctx context.Context, who access.Actor, passkey id.ID, required bool) error {
	return s.remove(ctx, who, required, "account.passkey_remove", func(tx db.Tx) (bool, error) {
		return dropKey(ctx, tx, who.Account, passkey)
	})
}

// RemoveTOTP takes one's own app away. Faults as RemovePasskey.
func (s *Service) RemoveTOTP(ctx context.Context, who access.Actor, required bool) error {
	return s.remove(ctx, who, required, "account.totp_remove", func(tx db.Tx) (bool, error) {
		return dropTOTP(ctx, tx, who.Account)
	})
}

func (s *Service) remove(ctx context.Context, who access.Actor, required bool, action string, drop func(db.Tx) (bool, error)) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		done, err := drop(tx)
		if err == nil && !done {
			return fault.Gone()
		}
		if err != nil {
			return err
		}
		if err := askAgain(ctx, tx, who.Account); err != nil {
			return err
		}
		left, err := Of(ctx, tx, who.Account)
		switch {
		case err != nil:
			return err
		case !left.Any() && required:
			return fault.New(fault.Conflict, "factor.last_one")
		case !left.Any():
			if err := putCodes(ctx, tx, who.Account, nil); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, who.Account, who.Home(), nil, "")
	})
	s.forget()
	return err
}

// NewCodes makes recovery codes in the place of the old ones and returns them, shown once.
// Fault: Conflict for an account without a factor.
func (s *Service) NewCodes(ctx context.Context, who access.Actor) (list []string, err error) {
	list = newCodes()
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		had, err := Of(ctx, tx, who.Account)
		if err != nil {
			return err
		}
		if !had.Any() {
			return fault.New(fault.Conflict, "factor.codes_later")
		}
		if err := putCodes(ctx, tx, who.Account, list); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.recovery_codes", who.Account, who.Home(), nil, "")
	})
	return list, err
}
