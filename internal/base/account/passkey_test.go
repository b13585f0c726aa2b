package account

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
)

var here = factor.Site{Host: "mau.example", Origin: "https://mau.example"}

// key is a passkey in somebody's pocket.
type key struct {
	t       testing.TB
	id      []byte
	private *ecdsa.PrivateKey
	user    string // handle, base64url
	count   uint32
	origin  string
	unseen  bool // nobody showed a finger
}

func newKey(t testing.TB) *key {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := &key{t: t, id: make([]byte, 16), private: private, origin: here.Origin}
	rand.Read(k.id)
	return k
}

var b64 = base64.RawURLEncoding

func (k *key) data(kind, challenge string) []byte {
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.origin, "crossOrigin": false})
	return b
}

// auth is the authenticator's own part; made says that a key follows.
func (k *key) auth(made bool) []byte {
	sum := sha256.Sum256([]byte(here.Host))
	flags := byte(0x01 | 0x04)
	if k.unseen {
		flags = 0x01
	}
	if made {
		flags |= 0x40
	}
	k.count++
	out := binary.BigEndian.AppendUint32(append(sum[:], flags), k.count)
	if !made {
		return out
	}
	out = append(out, make([]byte, 16)...) // no model
	out = binary.BigEndian.AppendUint16(out, uint16(len(k.id)))
	out = append(out, k.id...)
	point, err := k.private.PublicKey.Bytes() // 04 x y
	if err != nil {
		k.t.Fatal(err)
	}
	out = append(out, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	out = append(out, point[1:33]...)
	out = append(out, 0x22, 0x58, 0x20)
	return append(out, point[33:]...)
}

func options(t testing.TB, c factor.Challenge) (out struct {
	Challenge string
	User      struct{ ID string }
}) {
	t.Helper()
	if err := json.Unmarshal([]byte(c.Options), &out); err != nil || out.Challenge == "" {
		t.Fatal(c.Options, err)
	}
	return out
}

// make answers a challenge to make a passkey.
func (k *key) make(c factor.Challenge) string {
	o := options(k.t, c)
	k.user = o.User.ID
	auth := k.auth(true)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(append(object, 0x58, byte(len(auth))), auth...)
	return k.answer(map[string]any{"clientDataJSON": b64.EncodeToString(k.data("webauthn.create", o.Challenge)),
		"attestationObject": b64.EncodeToString(object), "transports": []string{"internal"}})
}

// get answers a challenge to sign in.
func (k *key) get(c factor.Challenge) string {
	o := options(k.t, c)
	auth, data := k.auth(false), k.data("webauthn.get", o.Challenge)
	sum := sha256.Sum256(data)
	all := sha256.Sum256(append(auth, sum[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, k.private, all[:])
	if err != nil {
		k.t.Fatal(err)
	}
	return k.answer(map[string]any{"clientDataJSON": b64.EncodeToString(data), "authenticatorData": b64.EncodeToString(auth),
		"signature": b64.EncodeToString(sig), "userHandle": k.user})
}

func (k *key) answer(response map[string]any) string {
	name := b64.EncodeToString(k.id)
	b, _ := json.Marshal(map[string]any{"id": name, "rawId": name, "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response})
	return string(b)
}

// addKey gives an account a passkey, from a session of it.
func (r *room) addKey(secret string) *key {
	r.t.Helper()
	k, who := newKey(r.t), r.at(secret, "/me/factors")
	c, err := r.Factor().OfferPasskey(context.Background(), who, here)
	r.fine("offer", err)
	_, err = r.Factor().AddPasskey(context.Background(), who, r.session(secret), here, c.Ticket, k.make(c), "Điện thoại mẫu")
	r.fine("added", err)
	return k
}

func TestPasskeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		r.factorRequired(true)
		secret, err := r.signIn("canbo", r.rootPassword, "")
		r.fine("password", err)
		k := r.addKey(secret)
		if !r.at(secret, "/units").Holds(access.UnitRead) {
			t.Error("not let in after adding it")
		}
		ask := func() factor.Challenge {
			t.Helper()
			c, err := r.Factor().Anybody(here)
			r.fine("challenge", err)
			return c
		}
		in := func(c factor.Challenge, response string) error {
			pass, err := r.PasskeyIn(ctx, factor.Proof{Ticket: c.Ticket, Response: response, Site: here}, Entry{})
			if err == nil && !r.at(pass.Session, "/units").Holds(access.UnitRead) {
				t.Error("in, and without rights")
			}
			return err
		}
		c := ask()
		answer := k.get(c)
		r.fine("the passkey alone", in(c, answer))
		r.refused("the same answer again", in(c, answer), fault.Invalid, "factor.passkey_wrong")
		r.refused("an answer to another question", in(ask(), k.get(c)), fault.Invalid, "factor.passkey_wrong")
		c = ask()
		r.refused("cut short", in(c, k.get(c)[:200]), fault.Invalid, "factor.passkey_wrong")
		r.refused("a forged signature", in(c, strings.Replace(k.get(c), `"signature":"`, `"signature":"AAAA`, 1)), fault.Invalid, "factor.passkey_wrong")
		r.refused("too large", in(c, `{"x":"`+strings.Repeat("a", 100_000)+`"}`), fault.Invalid, "factor.passkey_wrong")
		stranger := newKey(t)
		stranger.user = k.user
		r.refused("a key that is not kept", in(c, stranger.get(c)), fault.Invalid, "factor.passkey_wrong")
		stranger.user = b64.EncodeToString(make([]byte, 8))
		r.refused("nobody's key", in(c, stranger.get(c)), fault.Invalid, "factor.passkey_wrong")
		k.origin = "https://mau.example.evil"
		r.refused("from a false page", in(c, k.get(c)), fault.Invalid, "factor.passkey_wrong")
		k.origin, k.unseen = here.Origin, true
		r.refused("without a finger", in(c, k.get(c)), fault.Invalid, "factor.passkey_wrong")
		k.unseen = false
		r.fine("still good after all that", in(c, k.get(c)))
		c, k.count = ask(), 1
		r.refused("a copy that counts from the beginning", in(c, k.get(c)), fault.Invalid, "factor.passkey_wrong")
		k.count = 100
		c = ask()
		r.pass(31 * time.Minute)
		r.refused("too late", in(c, k.get(c)), fault.Invalid, "factor.passkey_late")
		c.Ticket = strings.ToUpper(c.Ticket)
		r.refused("a forged ticket", in(c, k.get(c)), fault.Invalid, "factor.passkey_late")
	})
}

// After the password only the account's own passkey counts.
func TestPasskeyAfterPassword(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	own, other := r.addKey(r.secret(r.officer)), r.addKey(r.secret(r.admin))
	pass, err := r.SignIn(ctx, "canbo", r.rootPassword, Entry{})
	r.fine("password", err)
	c, err := r.Factor().Only(ctx, r.officer.ID, here)
	r.fine("challenge", err)
	prove := func(k *key) error {
		_, err := r.Second(ctx, pass.Second, factor.Proof{Ticket: c.Ticket, Response: k.get(c), Site: here}, Entry{})
		return err
	}
	r.refused("somebody else's", prove(other), fault.Invalid, "factor.passkey_wrong")
	r.fine("one's own", prove(own))
	if c, err := r.Factor().Anybody(factor.Site{Host: "192.0.2.7", Origin: "https://192.0.2.7"}); err != nil || c.Offered() {
		t.Error("offered at an address without a name", err)
	}
	for _, host := range []string{"", "a b", "::1", strings.Repeat("a", 300), "%00", "mau.example:99"} {
		if _, err := r.Factor().Anybody(factor.Site{Host: host, Origin: "https://" + host}); err != nil {
			t.Errorf("a strange host %q: %v", host, err)
		}
	}
}

func TestPasskeyIsMadeOnce(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	secret := r.secret(r.officer)
	who, session := r.at(secret, "/me/factors"), r.session(secret)
	c, err := r.Factor().OfferPasskey(ctx, who, here)
	r.fine("offer", err)
	k := newKey(t)
	answer := k.make(c)
	add := func(of access.Actor, name, answer string) error {
		_, err := r.Factor().AddPasskey(ctx, of, session, here, c.Ticket, answer, name)
		return err
	}
	r.refused("without a name", add(who, " ", answer), fault.Invalid, "factor.bad_name")
	r.refused("into another account", add(r.as(r.admin), "x", answer), fault.Invalid, "factor.passkey_late")
	r.refused("nonsense", add(who, "x", "{}"), fault.Invalid, "factor.passkey_wrong")
	k.origin = "https://evil.example"
	r.refused("from a false page", add(who, "x", k.make(c)), fault.Invalid, "factor.passkey_wrong")
	r.fine("kept", add(who, "x", answer))
	r.refused("sent twice", add(who, "x", answer), fault.Conflict, "factor.passkey_twice")
}
