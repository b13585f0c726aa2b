package account

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Entry is what a browser brings along: the session it gives up, its device secret, what it says
// of itself, and whether its owner wants it kept.
type Entry struct {
	Old, Device, Agent string
	Keep               bool
}

// Pass is what a browser gets: the secrets for its cookies, or in Second a ticket for the second
// step that is still to come. Long says that the session lasts as long as the device.
type Pass struct {
	Session, Device string
	Long            bool
	Second          string
}

// second is what a ticket remembers between the password (or a link) and the second step.
type second struct {
	Account  id.ID
	Password string // hash of what was stored
	Link     string // hash of the link followed instead
	Outside  Outside
	Keep     bool
}

// Outside is an identity at another house that was recognised instead.
type Outside struct{ Issuer, Subject string }

// SignIn takes a login (or the number of the Party card) and its password. Faults: Invalid
// account.wrong, Denied account.disabled, TooMany.
func (s *Service) SignIn(ctx context.Context, login, typed string, e Entry) (Pass, error) {
	login, err := plausible(login, typed)
	if err != nil {
		return Pass{}, err
	}
	c, known, err := s.credentials(ctx, login, e)
	if err != nil {
		return Pass{}, err
	}
	key := attempts("login "+login, known)
	if err := s.slowed(key); err != nil {
		return Pass{}, err
	}
	ok, stale, err := s.hasher().Matches(ctx, c.password, typed)
	switch {
	case err != nil:
		s.slow.Undo(key)
		return Pass{}, fmt.Errorf("sign in: %w", err)
	case !ok:
		return Pass{}, fault.New(fault.Invalid, "account.wrong")
	case c.disabled:
		return Pass{}, fault.New(fault.Denied, "account.disabled")
	}
	s.slow.Clear(key)
	if stale {
		s.renew(ctx, c, typed)
	}
	return s.enter(ctx, second{Account: c.id, Password: secret.Hash(c.password), Keep: e.Keep}, e)
}

func plausible(login, typed string) (string, error) {
	login = foldLogin(login)
	if login == "" || len(login) > maxSecret || len(typed) > 4*maxPassword {
		return "", fault.New(fault.Invalid, "account.wrong")
	}
	return login, nil
}

// attempts is what wrong passwords, and apart from them wrong second steps, are counted by: a device that
// the account knows has its own count, so that no stranger shuts its owner out. The right password says
// nothing of the second step, whose count it leaves alone.
func attempts(key string, known device.Device) string {
	if known.ID != 0 {
		return key + " device " + known.ID.String()
	}
	return key
}

// slowed counts an attempt. Fault: TooMany.
func (s *Service) slowed(key string) error {
	if wait := s.slow.Begin(key, s.Now.Ms()); wait > 0 {
		return fault.New(fault.TooMany, "account.slow", "n", (wait+999)/1000)
	}
	return nil
}

// credentials loads what a password is compared with, and whether the account knows the device.
func (s *Service) credentials(ctx context.Context, login string, e Entry) (c credentials, known device.Device, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if c, err = findCredentials(ctx, tx, login); err != nil {
			return err
		}
		known, err = device.Known(ctx, tx, c.id, secret.Hash(e.Device), s.Now.Ms())
		if fault.Of(err) == fault.Missing {
			return nil
		}
		return err
	})
	if err != nil && fault.Of(err) == fault.Missing {
		return credentials{}, device.Device{}, nil
	}
	return c, known, err
}

// renew hashes a password that was right at today's cost; another day, when the line is full.
func (s *Service) renew(ctx context.Context, c credentials, typed string) {
	fresh, err := s.hasher().Make(ctx, typed)
	if err != nil {
		return
	}
	_ = s.DB.Write(ctx, func(tx db.Tx) error {
		if still, err := passwordOf(ctx, tx, c.id); err != nil || still != c.password {
			return err
		}
		return setPassword(ctx, tx, c.id, fresh)
	})
}

// enter opens a session, or asks for the second step when the account has one and this is no
// device that is spared it.
func (s *Service) enter(ctx context.Context, v second, e Entry) (Pass, error) {
	asked := false
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		has, err := factor.Any(ctx, tx, v.Account)
		if err != nil || !has {
			return err
		}
		d, err := device.Known(ctx, tx, v.Account, secret.Hash(e.Device), s.Now.Ms())
		if err != nil && fault.Of(err) != fault.Missing {
			return err
		}
		asked = !d.Kept || !d.Strong
		return nil
	})
	if err != nil {
		return Pass{}, err
	}
	if asked {
		t, err := secret.Ticket(s.Box(), "second", s.Now.Ms()+secondFor.Milliseconds(), v)
		return Pass{Second: t}, err
	}
	return s.open(ctx, v.Account, e, false, func(tx db.Tx) error { return s.still(ctx, tx, v) })
}

// still passes when what led to the second step has not changed since, and uses a link up.
func (s *Service) still(ctx context.Context, tx db.Tx, v second) error {
	if v.Link != "" {
		good, err := useLink(ctx, tx, v.Link, s.Now.Ms())
		if err == nil && !good {
			err = fault.New(fault.Missing, "account.link_over")
		}
		return err
	}
	if v.Outside != (Outside{}) {
		tied, err := tiedTo(ctx, tx, v.Account, v.Outside)
		if err == nil && !tied {
			err = fault.New(fault.Missing, "account.link_over")
		}
		return err
	}
	if v.Password == "" {
		return nil
	}
	now, err := passwordOf(ctx, tx, v.Account)
	if err == nil && secret.Hash(now) != v.Password {
		err = fault.New(fault.Invalid, "account.wrong")
	}
	return err
}

// Second takes the second step that a ticket of SignIn asked for. Faults: Invalid, TooMany,
// Missing account.second_late when the ticket is over.
func (s *Service) Second(ctx context.Context, ticket string, p factor.Proof, e Entry) (Pass, error) {
	v, ok := s.pending(ticket)
	if !ok {
		return Pass{}, fault.New(fault.Missing, "account.second_late")
	}
	known, err := s.known(ctx, v.Account, e)
	if err != nil {
		return Pass{}, err
	}
	key := attempts("second "+v.Account.String(), known)
	if err := s.slowed(key); err != nil {
		return Pass{}, err
	}
	e.Keep = v.Keep
	pass, err := s.open(ctx, v.Account, e, true, func(tx db.Tx) error {
		if err := s.still(ctx, tx, v); err != nil {
			return err
		}
		return s.Factor().Check(ctx, tx, v.Account, p)
	})
	if err == nil {
		s.slow.Clear(key)
	}
	return pass, err
}

func (s *Service) pending(ticket string) (v second, ok bool) {
	return v, secret.Redeem(s.Box(), "second", s.Now.Ms(), ticket, &v)
}

func (s *Service) known(ctx context.Context, account id.ID, e Entry) (d device.Device, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		d, err = device.Known(ctx, tx, account, secret.Hash(e.Device), s.Now.Ms())
		return err
	})
	if err != nil && fault.Of(err) == fault.Missing {
		return device.Device{}, nil
	}
	return d, err
}

// PasskeyIn signs in with a passkey alone. Fault: Invalid.
func (s *Service) PasskeyIn(ctx context.Context, p factor.Proof, e Entry) (Pass, error) {
	account := factor.Claims(p.Response)
	pass, err := s.open(ctx, account, e, true, func(tx db.Tx) error { return s.Factor().Check(ctx, tx, account, p) })
	if err != nil && fault.Of(err) == fault.Missing { // nobody's passkey
		err = fault.New(fault.Invalid, "factor.passkey_wrong")
	}
	return pass, err
}

// Enter signs somebody in by an identity outside that is tied to the account, still when the second
// step is taken, which is asked for as after a password. Faults: Denied account.disabled, Missing.
func (s *Service) Enter(ctx context.Context, account id.ID, of Outside, e Entry) (Pass, error) {
	return s.enter(ctx, second{Account: account, Outside: of, Keep: e.Keep}, e)
}

// Admit opens a session in the transaction in which more passes. strong says that the second step
// is proven. Faults: those of more, Missing, Denied account.disabled.
func (s *Service) Admit(ctx context.Context, account id.ID, e Entry, strong bool, more func(db.Tx) error) (Pass, error) {
	return s.open(ctx, account, e, strong, more)
}

// open starts a session of an account in the transaction that also does more.
func (s *Service) open(ctx context.Context, account id.ID, e Entry, strong bool, more func(db.Tx) error) (pass Pass, err error) {
	pass = Pass{Session: secret.New(), Device: e.Device}
	if !device.Plausible(e.Device) {
		pass.Device = secret.New()
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if err := more(tx); err != nil {
			return err
		}
		pass.Long, err = s.begin(ctx, tx, account, pass, e, strong)
		return err
	})
	s.seen.drop()
	if err != nil {
		return Pass{}, err
	}
	return pass, nil
}

// begin writes the session and its device; long says that the session lasts as the device does.
func (s *Service) begin(ctx context.Context, tx db.Tx, account id.ID, pass Pass, e Entry, strong bool) (long bool, err error) {
	now := s.Now.Ms()
	a, err := find(ctx, tx, account)
	if err != nil {
		return false, err
	}
	if a.DisabledAt != 0 {
		return false, fault.New(fault.Denied, "account.disabled")
	}
	d, err := device.Remember(ctx, tx, account, secret.Hash(pass.Device), clip(e.Agent), e.Keep, strong, now)
	if err != nil {
		return false, err
	}
	grants, err := access.InForce(ctx, tx, account, s.Now.Day())
	if err != nil {
		return false, err
	}
	long = d.Kept && !above(grants)
	if err := dropSessions(ctx, tx, account, now, secret.Hash(e.Old)); err != nil {
		return false, err
	}
	se := session{account: account, device: d.ID, strong: strong || d.Strong && d.Kept, created: now, ends: sessionEnd(now, now, long), agent: clip(e.Agent)}
	if err := insertSession(ctx, tx, se, secret.Hash(pass.Session)); err != nil {
		return false, err
	}
	who := access.Actor{Account: a.ID, Name: a.Name}
	return long, audit.Write(ctx, tx, who, now, "account.sign_in", a.ID, a.home, nil, "")
}

// SignOut ends the session of a cookie.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error { return endSession(ctx, tx, secret.Hash(cookie)) })
	s.seen.drop()
	return err
}
