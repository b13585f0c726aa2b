package account

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/setting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// SetupLink makes the address where the first administrator is made, good once and for
// 30 minutes; links made earlier end. It is "" while somebody keeps accounts. base is the
// address of the site, "https://host:port".
func (s *Service) SetupLink(ctx context.Context, base string) (string, error) {
	key, made := secret.New(), false
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		kept, err := access.Kept(ctx, tx, s.Now.Day())
		if made = !kept; err != nil || kept {
			return err
		}
		if err := dropLinks(ctx, tx, "setup", 0); err != nil {
			return err
		}
		return insertLink(ctx, tx, secret.Hash(key), link{purpose: "setup"}, s.Now.Ms()+setupFor.Milliseconds())
	})
	if err != nil || !made {
		return "", err
	}
	return strings.TrimSuffix(base, "/") + "/setup/" + key, nil
}

// Start says how an installation gets its units.
type Start string

// The ways: the top unit alone, the top unit and then a sheet, or invented units.
const (
	StartAlone Start = "alone"
	StartSheet Start = "sheet"
	StartDemo  Start = "demo"
)

// First is what the first set-up asks for. Unit is the top unit; it is not looked at when
// there are units already or the demo brings them.
type First struct {
	Installation string
	Start        Start
	Unit         org.Unit
	Name         string
	Login        string
	Password     string
}

func (f First) check() error {
	login := foldLogin(f.Login)
	return fault.All(checkLogin(login), checkPassword(login, f.Password))
}

// Ground says what a set-up page offers.
type Ground struct {
	Units  bool // there are units already
	Levels []org.Level
	Demo   bool
}

// setupGround also proves that the link is good. Fault: Missing account.setup_over.
func (s *Service) setupGround(ctx context.Context, key string) (g Ground, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if _, err := findLink(ctx, tx, secret.Hash(key), "setup", s.Now.Ms()); err != nil {
			return over(err, "account.setup_over")
		}
		tops, err := roots(ctx, tx)
		if err != nil {
			return err
		}
		g.Units = len(tops) > 0
		g.Levels, err = org.Levels(ctx, tx, s.Now.Day())
		return err
	})
	g.Demo = s.Demo != nil && !g.Units
	return g, err
}

// over names what a link that is not there should say instead of "not found".
func over(err error, key string) error {
	if fault.Of(err) == fault.Missing {
		return fault.New(fault.Missing, key)
	}
	return err
}

// Setup uses the link: it names the installation, makes the top unit or loads the demo,
// makes the administrator and signs that one in.
// Units that were made stay when a later step fails, and are found at the next try.
func (s *Service) Setup(ctx context.Context, key string, f First, e Entry) (Pass, error) {
	g, err := s.setupGround(ctx, key)
	if err != nil {
		return Pass{}, err
	}
	if err := f.check(); err != nil {
		return Pass{}, err
	}
	f.Login = foldLogin(f.Login)
	phc, err := s.hasher().Make(ctx, f.Password)
	if err != nil {
		return Pass{}, err
	}
	if err := s.ground(ctx, g, f); err != nil {
		return Pass{}, fmt.Errorf("set up: %w", err)
	}
	a := Account{ID: id.New(), Login: f.Login, Name: f.Name, Lang: "vi"}
	return s.open(ctx, a.ID, e, false, func(tx db.Tx) error { return s.first(ctx, tx, key, phc, a, f) })
}

// ground makes sure that there is a unit to be administrator of.
func (s *Service) ground(ctx context.Context, g Ground, f First) error {
	switch {
	case g.Units:
		return nil
	case f.Start == StartDemo && s.Demo != nil:
		return s.Demo(ctx, f.Installation)
	}
	f.Unit.ID = id.New()
	_, err := s.NewUnit(ctx, access.System(f.Name), f.Unit)
	return err
}

func (s *Service) first(ctx context.Context, tx db.Tx, key, phc string, a Account, f First) error {
	now, day := s.Now.Ms(), s.Now.Day()
	if good, err := useLink(ctx, tx, secret.Hash(key), now); err != nil || !good {
		return cmpErr(err, fault.New(fault.Missing, "account.setup_over"))
	}
	if err := dropLinks(ctx, tx, "setup", 0); err != nil {
		return err
	}
	if byLogin, _, err := taken(ctx, tx, a.Login, 0); err != nil || byLogin {
		return cmpErr(err, fault.At("login", "account.login_taken"))
	}
	if err := insert(ctx, tx, a, now); err != nil {
		return err
	}
	if err := setPassword(ctx, tx, a.ID, phc); err != nil {
		return err
	}
	tops, err := roots(ctx, tx)
	if err != nil {
		return err
	}
	for _, top := range tops {
		g := access.Grant{ID: id.New(), Account: a.ID, Role: access.Administrator, Unit: top, From: day, To: clock.AddDays(day, access.Founding-1)}
		if err := access.Add(ctx, tx, g, now, a.ID); err != nil {
			return err
		}
	}
	who := access.Actor{Account: a.ID, Name: a.Name}
	if err := setting.Installation.Put(ctx, tx, 0, day, f.Installation, "", now, a.ID); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, now, "account.setup", a.ID, 0, map[string]string{"login": a.Login}, "")
}
