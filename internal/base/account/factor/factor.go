package factor

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"

	"github.com/pquerna/otp/hotp"

	"quantriet/internal/base/account/secret"
	"quantriet/internal/kit/id"
)

// Held is what an account has. Codes are recovery codes not used yet.
type Held struct {
	TOTP     int64     `json:"totp" doc:"when the app was added, Unix milliseconds UTC; 0 is none"`
	Passkeys []Passkey `json:"passkeys"`
	Codes    int       `json:"codes" doc:"recovery codes not used yet"`
}

// Any reports whether there is a second step at all; recovery codes alone are none.
func (h Held) Any() bool { return h.TOTP != 0 || len(h.Passkeys) > 0 }

// Passkey is one as its owner sees it.
type Passkey struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	CreatedAt int64  `json:"created_at"`
	UsedAt    int64  `json:"used_at" doc:"0 is never"`

	credential string
	record     []byte
}

const (
	period   = 30_000 // milliseconds of a TOTP step
	skew     = 1      // steps before and after that are taken: clocks of phones are off
	keyLen   = 20     // bytes of a TOTP secret
	codes    = 10     // recovery codes of one sheet
	groups   = 3      // of a recovery code
	size     = 4      // letters of a group
	maxKeys  = 20
	maxName  = 60
	maxReply = 64 << 10 // bytes of what an authenticator answers
	offerFor = 30 * 60_000
	maxWhy   = 500
)

// step is the TOTP step of an instant.
func step(ms int64) int64 { return ms / period }

// typed is a TOTP secret as people type it: base32 without padding.
func typed(key []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(key)
}

// spaced puts a secret in groups of four, to be read aloud.
func spaced(s string) string {
	var b strings.Builder
	for i, c := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// address is what the QR picture holds (otpauth://).
func address(issuer, login string, key []byte) string {
	q := url.Values{"secret": {typed(key)}, "issuer": {issuer}} // the rest is what every app takes for granted
	return "otpauth://totp/" + url.PathEscape(issuer+":"+login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// sixDigits reads a TOTP code; false for anything else.
func sixDigits(s string) (string, bool) {
	if len(s) > 40 {
		return "", false
	}
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' || r == '\t' {
			return -1
		}
		return r
	}, s)
	return s, len(s) == 6 && strings.Trim(s, "0123456789") == ""
}

// match finds the step of a code at an instant, later than last. It compares with every step
// that is open, in constant time.
func match(key []byte, code string, now, last int64) (at int64, ok bool) {
	for n := step(now) - skew; n <= step(now)+skew; n++ {
		want, err := hotp.GenerateCode(typed(key), uint64(n))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && n > last {
			at, ok = n, true
		}
	}
	return at, ok
}

func newKey() []byte {
	key := make([]byte, keyLen)
	rand.Read(key)
	return key
}

func newCodes() []string {
	out := make([]string, codes)
	for i := range out {
		out[i] = secret.Easy(groups, size)
	}
	return out
}

// codeHash is how a recovery code is stored; the same letters of another account hash elsewhere.
func codeHash(account id.ID, code string) string { return secret.Hash(account.String() + " " + code) }

func aboutTOTP(account id.ID) string { return "totp " + account.String() }

func aboutKey(account id.ID, credential string) string {
	return "passkey " + account.String() + " " + credential
}
