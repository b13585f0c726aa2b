package account

import (
	"context"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// tokenPrefix begins every API token, so that one in the wrong place is known for what it is.
const tokenPrefix = "qt_"

// Me is what somebody sees of the own account.
type Me struct {
	Account
	Tokens  []Token     `json:"tokens"`
	Held    factor.Held `json:"-"`
	Needs   bool        `json:"-"` // a second step
	Devices int         `json:"-"`
}

// Me loads one's own account.
func (s *Service) Me(ctx context.Context, who access.Actor) (m Me, err error) {
	now := s.Now.Ms()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if m.Account, err = find(ctx, tx, who.Account); err != nil {
			return err
		}
		of, err := s.grantsOf(ctx, tx, who, []id.ID{who.Account}, true)
		if err != nil {
			return err
		}
		m.Grants = listed(of[who.Account])
		m.Tokens, err = tokensOf(ctx, tx, who.Account, now)
		m.Tokens = listed(m.Tokens)
		if err != nil {
			return err
		}
		return s.guards(ctx, tx, who, &m)
	})
	return m, err
}

// guards loads how the own account is kept.
func (s *Service) guards(ctx context.Context, tx db.Tx, who access.Actor, m *Me) (err error) {
	if m.Held, err = factor.Of(ctx, tx, who.Account); err != nil {
		return err
	}
	if m.Needs, err = s.required(ctx, tx, who.Grants, s.Now.Day()); err != nil {
		return err
	}
	list, err := device.Of(ctx, tx, who.Account, s.Now.Ms())
	m.Devices = len(list)
	return err
}

// ChangePassword sets one's own password and revokes every other device than here. old is not
// asked of an account that has none. Faults: Invalid, TooMany.
func (s *Service) ChangePassword(ctx context.Context, who access.Actor, here id.ID, old, fresh string) error {
	login, was, err := s.prove(ctx, who, old, true)
	if err != nil {
		return err
	}
	if err := checkPassword(login, fresh); err != nil {
		return err
	}
	phc, err := s.hasher().Make(ctx, fresh)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if now, err := passwordOf(ctx, tx, who.Account); err != nil || now != was {
			return cmpErr(err, fault.At("old", "account.wrong_old"))
		}
		if err := setPassword(ctx, tx, who.Account, phc); err != nil {
			return err
		}
		if err := device.RevokeOthers(ctx, tx, who.Account, here, s.Now.Ms()); err != nil {
			return err
		}
		if err := dropLinks(ctx, tx, "signin", who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.password", who.Account, who.Home(), nil, "")
	})
	s.seen.drop()
	return err
}

// prove asks for the password of who again, slowed like a sign-in; was is what is stored.
// An account without one passes only when none says so.
func (s *Service) prove(ctx context.Context, who access.Actor, password string, none bool) (login, was string, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		a, err := find(ctx, tx, who.Account)
		if err != nil {
			return err
		}
		login = a.Login
		was, err = passwordOf(ctx, tx, who.Account)
		return err
	})
	switch {
	case err != nil:
		return "", "", err
	case was == "" && none:
		return login, "", nil
	case was == "":
		return "", "", fault.At("old", "account.no_password")
	case utf8.RuneCountInString(password) > maxPassword:
		return "", "", fault.At("old", "account.wrong_old")
	}
	key := "own " + who.Account.String() // apart from signing in: a stranger at the door slows nobody inside
	if err := s.slowed(key); err != nil {
		return "", "", err
	}
	ok, _, err := s.hasher().Matches(ctx, was, password)
	switch {
	case err != nil:
		s.slow.Undo(key)
		return "", "", err
	case !ok:
		return "", "", fault.At("old", "account.wrong_old")
	}
	s.slow.Clear(key)
	return login, was, nil
}

// SetLang keeps the language an account reads.
func (s *Service) SetLang(ctx context.Context, who access.Actor, lang string) error {
	if lang != words.Langs[0] && lang != words.Langs[1] {
		return fault.At("lang", "account.no_lang")
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error { return setLang(ctx, tx, who.Account, lang) })
	s.seen.drop()
	return err
}

// NewToken makes an API token with all rights of who and returns its secret, shown once.
// The password is asked again, so that no open browser or stolen token makes another. Fault
// Conflict account.token_factor for who needs a second step and has none.
func (s *Service) NewToken(ctx context.Context, who access.Actor, row id.ID, name string, days int64, password string) (string, error) {
	if _, _, err := s.prove(ctx, who, password, false); err != nil {
		return "", err
	}
	return s.token(ctx, who, who.Account, row, name, days)
}

// Token makes an API token for a login on the command line. Fault: Missing account.no_login.
func (s *Service) Token(ctx context.Context, login, name string, days int) (string, error) {
	c, _, err := s.credentials(ctx, foldLogin(login), Entry{})
	if err != nil {
		return "", err
	}
	if c.id == 0 || c.disabled {
		return "", fault.New(fault.Missing, "account.no_login", "login", login)
	}
	return s.token(ctx, access.System("quantriet token"), c.id, id.New(), name, int64(days))
}

// ResetFactor takes the second step of a login away, on the command line. Fault: Missing
// account.no_login.
func (s *Service) ResetFactor(ctx context.Context, login string) error {
	c, _, err := s.credentials(ctx, foldLogin(login), Entry{})
	if err != nil {
		return err
	}
	if c.id == 0 {
		return fault.New(fault.Missing, "account.no_login", "login", login)
	}
	return s.Factor().Clear(ctx, c.id)
}

func (s *Service) token(ctx context.Context, who access.Actor, account, row id.ID, name string, days int64) (string, error) {
	name, ok := text.Clean(name)
	if !ok || name == "" || utf8.RuneCountInString(name) > maxName {
		return "", fault.At("name", "account.bad_name")
	}
	if days < 1 || days > maxDays {
		return "", fault.At("days", "account.bad_days", "n", maxDays)
	}
	key, now := tokenPrefix+secret.New(), s.Now.Ms()
	ends := clock.From(now).AddDate(0, 0, int(days)).UnixMilli()
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		a, err := find(ctx, tx, account)
		if err != nil {
			return err
		}
		if err := s.strongEnough(ctx, tx, account); err != nil {
			return err
		}
		err = insertToken(ctx, tx, Token{ID: row, Name: name, CreatedAt: now, ExpiresAt: ends}, account, secret.Hash(key))
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "account.token_twice")
		}
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, now, "account.token", account, a.home, map[string]string{"name": name}, "")
	})
	return key, err
}

// strongEnough refuses a token to an account that needs a second step and has none.
func (s *Service) strongEnough(ctx context.Context, tx db.Tx, account id.ID) error {
	grants, err := access.InForce(ctx, tx, account, s.Now.Day())
	if err != nil {
		return err
	}
	needs, err := s.required(ctx, tx, grants, s.Now.Day())
	if err != nil || !needs {
		return err
	}
	has, err := factor.Any(ctx, tx, account)
	if err == nil && !has {
		err = fault.New(fault.Conflict, "account.token_factor")
	}
	return err
}

// Tokens lists the living API tokens of who, newest first.
func (s *Service) Tokens(ctx context.Context, who access.Actor) (list []Token, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = tokensOf(ctx, tx, who.Account, s.Now.Ms())
		list = listed(list)
		return err
	})
	return list, err
}

// EndToken revokes one of who's own tokens. Fault: Missing.
func (s *Service) EndToken(ctx context.Context, who access.Actor, token id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if n, err := revokeToken(ctx, tx, who.Account, token, s.Now.Ms()); err != nil || n == 0 {
			return cmpErr(err, fault.Gone())
		}
		if err := access.EndVia(ctx, tx, who.Account, token, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.end_token", who.Account, who.Home(), nil, "")
	})
	s.seen.drop()
	return err
}
