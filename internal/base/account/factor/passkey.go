package factor

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"net"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"quantriet/internal/base/account/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Site is where a passkey is good: the host without its port, and the origin as browsers write it.
type Site struct{ Host, Origin string }

// Able reports whether browsers give passkeys to the site: it needs a name, not a bare address.
func (s Site) Able() bool { return s.Host != "" && net.ParseIP(s.Host) == nil }

// Challenge is what the browser is asked (JSON for the script) and the ticket that comes back with
// the answer. Its zero value says that the site takes no passkeys.
type Challenge struct{ Options, Ticket string }

// Offered reports whether there is anything to ask.
func (c Challenge) Offered() bool { return c.Ticket != "" }

// ceremony is what the ticket remembers. Account is zero when anybody may answer.
type ceremony struct {
	Session webauthn.SessionData
	Account id.ID
}

func (s Site) party() (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{RPID: s.Host, RPDisplayName: issuer, RPOrigins: []string{s.Origin},
		AttestationPreference:             protocol.PreferNoAttestation,
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired}})
}

// holder is an account as the standard sees it.
type holder struct {
	id          id.ID
	login, name string
	keys        []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return handle(h.id) }
func (h holder) WebAuthnName() string                       { return h.login }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// handle is an account as a passkey keeps it: its id, which says nothing of anybody.
func handle(account id.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(account)) }

func unhandle(b []byte) id.ID {
	if len(b) != 8 {
		return 0
	}
	return id.ID(binary.BigEndian.Uint64(b))
}

func (s *Service) ask(purpose string, options any, c ceremony) (Challenge, error) {
	b, err := json.Marshal(options)
	if err != nil {
		return Challenge{}, err
	}
	t, err := secret.Ticket(s.Seal, purpose, s.Now.Ms()+offerFor, c)
	return Challenge{string(b), t}, err
}

// Anybody asks for a passkey of whoever holds one here. It writes nothing.
func (s *Service) Anybody(site Site) (Challenge, error) {
	if !site.Able() {
		return Challenge{}, nil
	}
	w, err := site.party()
	if err != nil {
		return Challenge{}, nil // a host that is no name; passkeys are not offered there
	}
	a, session, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Challenge{}, err
	}
	return s.ask("passkey get", a.Response, ceremony{Session: *session})
}

// Only asks for a passkey of one account; not offered when it has none.
func (s *Service) Only(ctx context.Context, account id.ID, site Site) (c Challenge, err error) {
	if !site.Able() {
		return Challenge{}, nil
	}
	var h holder
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		h, err = s.holder(ctx, tx, account)
		return err
	})
	if err != nil || len(h.keys) == 0 {
		return Challenge{}, err
	}
	w, err := site.party()
	if err != nil {
		return Challenge{}, nil
	}
	a, session, err := w.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Challenge{}, err
	}
	return s.ask("passkey get", a.Response, ceremony{*session, account})
}

// Claims reads whose passkey an answer claims to be; zero for nobody's. It proves nothing.
func Claims(response string) id.ID {
	if len(response) > maxReply {
		return 0
	}
	p, err := protocol.ParseCredentialRequestResponseBytes([]byte(response))
	if err != nil {
		return 0
	}
	return unhandle(p.Response.UserHandle)
}

// passkey checks the answer to a challenge and uses it up.
func (s *Service) passkey(ctx context.Context, tx db.Tx, account id.ID, p Proof) error {
	wrong := fault.New(fault.Invalid, "factor.passkey_wrong")
	var c ceremony
	if !secret.Redeem(s.Seal, "passkey get", s.Now.Ms(), p.Ticket, &c) {
		return fault.New(fault.Invalid, "factor.passkey_late")
	}
	if len(p.Response) > maxReply || c.Account != 0 && c.Account != account {
		return wrong
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(p.Response))
	if err != nil {
		return wrong
	}
	h, err := s.holder(ctx, tx, account)
	if err != nil {
		return err
	}
	w, err := p.Site.party()
	if err != nil {
		return wrong
	}
	var key *webauthn.Credential
	if c.Account != 0 {
		key, err = w.ValidateLogin(h, c.Session, answer)
	} else {
		key, err = w.ValidateDiscoverableLogin(func(_, of []byte) (webauthn.User, error) { return h, nil }, c.Session, answer)
	}
	if err != nil {
		slog.Debug("passkey refused", "err", err)
		return wrong
	}
	if key.Authenticator.CloneWarning {
		slog.Warn("a passkey counts backwards: perhaps a copy", "account", account)
		return wrong
	}
	fresh, err := spend(ctx, tx, secret.Hash(c.Session.Challenge), s.Now.Ms()+offerFor, s.Now.Ms())
	if err != nil || !fresh {
		return cmpErr(err, wrong)
	}
	return s.store(ctx, tx, account, key)
}

// store keeps the counter and flags of a passkey that was used.
func (s *Service) store(ctx context.Context, tx db.Tx, account id.ID, key *webauthn.Credential) error {
	name := encode(key.ID)
	record, err := s.sealed(account, name, key)
	if err != nil {
		return err
	}
	return touchKey(ctx, tx, account, name, record, s.Now.Ms())
}

func (s *Service) sealed(account id.ID, name string, key *webauthn.Credential) ([]byte, error) {
	b, err := json.Marshal(key)
	if err != nil {
		return nil, err
	}
	return s.Seal.Seal(b, aboutKey(account, name)), nil
}

func (s *Service) holder(ctx context.Context, tx db.Tx, account id.ID) (h holder, err error) {
	if h, err = findHolder(ctx, tx, account); err != nil {
		return h, err
	}
	list, err := keysOf(ctx, tx, account)
	if err != nil {
		return h, err
	}
	for _, k := range list {
		b, err := s.Seal.Open(k.record, aboutKey(account, k.credential))
		if err != nil {
			return h, err
		}
		var c webauthn.Credential
		if err := json.Unmarshal(b, &c); err != nil {
			return h, err
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

func encode(credential []byte) string { return base64.RawURLEncoding.EncodeToString(credential) }
