package factor

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
)

// Visit is the browser that asks: its session, since when, whether it may only come here,
// and whether a factor is required of the account.
type Visit struct {
	Session  id.ID
	Since    int64
	Limited  bool
	Required bool
}

// Service is the second step. Its function fields are joined by package account.
type Service struct {
	DB   *db.DB
	Now  clock.Now
	Seal *seal.Box

	// Visit says how a request came in.
	Visit func(*http.Request) Visit
	// Prove asks for the password again. Faults: Invalid on "old", TooMany.
	Prove func(ctx context.Context, who access.Actor, password string) error
	// Reach passes when who may take the account in hand as a whole, and gives its name and unit.
	Reach func(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (name string, home id.ID, err error)
	// Looked writes that who read of an account.
	Looked func(ctx context.Context, who access.Actor, account id.ID) error
	// EndAll ends the sessions, devices and tokens of an account.
	EndAll func(ctx context.Context, tx db.Tx, account id.ID) error
	// Forget drops what the door remembers of visitors.
	Forget func()
}

const issuer = "Quán Triệt"

// Proof is what somebody offers as the second step: a code, or the answer of a passkey.
type Proof struct {
	Code             string
	Ticket, Response string
	Site             Site
}

// Check passes when the proof is the account's and was never used, and uses it up in tx.
// Fault: Invalid.
func (s *Service) Check(ctx context.Context, tx db.Tx, account id.ID, p Proof) error {
	if p.Response != "" || p.Ticket != "" && p.Code == "" {
		return s.passkey(ctx, tx, account, p)
	}
	wrong := fault.At("code", "factor.code_wrong")
	if code, ok := sixDigits(p.Code); ok {
		good, err := s.totp(ctx, tx, account, code)
		if err != nil || good {
			return err
		}
		return wrong
	}
	code, ok := secret.Tidy(p.Code, groups, size)
	if !ok {
		return wrong
	}
	good, err := useCode(ctx, tx, account, codeHash(account, code), s.Now.Ms())
	if err == nil && !good {
		return wrong
	}
	return err
}

func (s *Service) totp(ctx context.Context, tx db.Tx, account id.ID, code string) (bool, error) {
	sealed, last, err := findTOTP(ctx, tx, account)
	if fault.Of(err) == fault.Missing && err != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	key, err := s.Seal.Open(sealed, aboutTOTP(account))
	if err != nil {
		return false, err
	}
	at, ok := match(key, code, s.Now.Ms(), last)
	if !ok {
		return false, nil
	}
	return useStep(ctx, tx, account, at)
}

// Of loads what an account has.
func (s *Service) Of(ctx context.Context, account id.ID) (h Held, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		h, err = Of(ctx, tx, account)
		return err
	})
	return h, err
}

// Offer is an app to be added: Secret is typed where no camera is, Address is the QR picture.
type Offer struct{ Secret, Address, Ticket string }

type offer struct {
	Account id.ID
	Key     []byte
}

// OfferTOTP makes a secret that is stored only once a code of it came back.
func (s *Service) OfferTOTP(ctx context.Context, who access.Actor) (Offer, error) {
	var h holder
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		h, err = findHolder(ctx, tx, who.Account)
		return err
	})
	if err != nil {
		return Offer{}, err
	}
	key := newKey()
	t, err := secret.Ticket(s.Seal, "totp", s.Now.Ms()+offerFor, offer{who.Account, key})
	return Offer{spaced(typed(key)), address(issuer, h.login, key), t}, err
}

// again is an offer shown once more after a code that was wrong.
func (s *Service) again(ctx context.Context, who access.Actor, ticket string) (Offer, error) {
	var o offer
	if !secret.Redeem(s.Seal, "totp", s.Now.Ms(), ticket, &o) || o.Account != who.Account {
		return s.OfferTOTP(ctx, who)
	}
	var h holder
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		h, err = findHolder(ctx, tx, who.Account)
		return err
	})
	return Offer{spaced(typed(o.Key)), address(issuer, h.login, o.Key), ticket}, err
}

// AddTOTP stores the app of an offer when code is one of it, in the place of an older one, of
// which no device remembers the second step. The session counts as proven from now on. codes are recovery codes, made with the first factor.
// Fault: Invalid.
func (s *Service) AddTOTP(ctx context.Context, who access.Actor, session id.ID, ticket, code string) (codes []string, err error) {
	var o offer
	if !secret.Redeem(s.Seal, "totp", s.Now.Ms(), ticket, &o) || o.Account != who.Account {
		return nil, fault.At("code", "factor.offer_late")
	}
	digits, ok := sixDigits(code)
	at, right := match(o.Key, digits, s.Now.Ms(), 0)
	if !ok || !right {
		return nil, fault.At("code", "factor.totp_wrong")
	}
	sealed := s.Seal.Seal(o.Key, aboutTOTP(who.Account))
	return s.add(ctx, who, session, "account.totp_add", "", func(tx db.Tx, had Held) error {
		if had.TOTP != 0 {
			if err := askAgain(ctx, tx, who.Account); err != nil {
				return err
			}
		}
		return putTOTP(ctx, tx, who.Account, sealed, at, s.Now.Ms())
	})
}

// add stores a factor; with the first one come recovery codes, and other sessions and API tokens end.
func (s *Service) add(ctx context.Context, who access.Actor, session id.ID, action, name string, put func(db.Tx, Held) error) (codes []string, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		had, err := Of(ctx, tx, who.Account)
		if err != nil {
			return err
		}
		if err := put(tx, had); err != nil {
			return err
		}
		if !had.Any() {
			if err := endOthers(ctx, tx, who.Account, session, s.Now.Ms()); err != nil {
				return err
			}
			codes = newCodes()
			if err := putCodes(ctx, tx, who.Account, codes); err != nil {
				return err
			}
		}
		if err := strengthen(ctx, tx, who.Account, session); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, who.Account, who.Home(), named(name), "")
	})
	if err != nil {
		return nil, err
	}
	s.forget()
	return codes, nil
}

func named(name string) any {
	if name == "" {
		return nil
	}
	return map[string]string{"name": name}
}

// OfferPasskey asks the browser to make a passkey; not offered where the site can have none.
func (s *Service) OfferPasskey(ctx context.Context, who access.Actor, site Site) (Challenge, error) {
	if !site.Able() {
		return Challenge{}, nil
	}
	var h holder
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		h, err = s.holder(ctx, tx, who.Account)
		return err
	})
	if err != nil {
		return Challenge{}, err
	}
	w, err := site.party()
	if err != nil {
		return Challenge{}, nil
	}
	var known []protocol.CredentialDescriptor
	for _, k := range h.keys {
		known = append(known, k.Descriptor())
	}
	c, session, err := w.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return Challenge{}, err
	}
	return s.ask("passkey create", c.Response, ceremony{*session, who.Account})
}

// AddPasskey stores the passkey that the browser made. Faults: Invalid, Conflict for one that
// is kept already or was answered before.
func (s *Service) AddPasskey(ctx context.Context, who access.Actor, session id.ID, site Site, ticket, response, name string) ([]string, error) {
	name, ok := text.Clean(name)
	if !ok || name == "" || utf8.RuneCountInString(name) > maxName {
		return nil, fault.At("name", "factor.bad_name", "n", maxName)
	}
	var c ceremony
	if !secret.Redeem(s.Seal, "passkey create", s.Now.Ms(), ticket, &c) || c.Account != who.Account {
		return nil, fault.New(fault.Invalid, "factor.passkey_late")
	}
	wrong := fault.New(fault.Invalid, "factor.passkey_wrong")
	if len(response) > maxReply {
		return nil, wrong
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes([]byte(response))
	if err != nil {
		return nil, wrong
	}
	return s.add(ctx, who, session, "account.passkey_add", name, func(tx db.Tx, had Held) error {
		if len(had.Passkeys) >= maxKeys {
			return fault.New(fault.Conflict, "factor.many_passkeys", "n", maxKeys)
		}
		return s.keep(ctx, tx, who.Account, site, c, answer, name)
	})
}

func (s *Service) keep(ctx context.Context, tx db.Tx, account id.ID, site Site, c ceremony, answer *protocol.ParsedCredentialCreationData, name string) error {
	wrong := fault.New(fault.Invalid, "factor.passkey_wrong")
	h, err := s.holder(ctx, tx, account)
	if err != nil {
		return err
	}
	w, err := site.party()
	if err != nil {
		return wrong
	}
	key, err := w.CreateCredential(h, c.Session, answer)
	if err != nil {
		slog.Debug("passkey refused", "err", err)
		return wrong
	}
	fresh, err := spend(ctx, tx, secret.Hash(c.Session.Challenge), s.Now.Ms()+offerFor, s.Now.Ms())
	if err != nil || !fresh {
		return cmpErr(err, fault.New(fault.Conflict, "factor.passkey_twice"))
	}
	record, err := s.sealed(account, encode(key.ID), key)
	if err != nil {
		return err
	}
	put, err := insertKey(ctx, tx, Passkey{ID: id.New(), Name: name, CreatedAt: s.Now.Ms(), credential: encode(key.ID), record: record}, account)
	if err != nil || !put {
		return cmpErr(err, fault.New(fault.Conflict, "factor.passkey_twice"))
	}
	return nil
}

func (s *Service) forget() {
	if s.Forget != nil {
		s.Forget()
	}
}

func cmpErr(a, b error) error { return cmp.Or(a, b) }
