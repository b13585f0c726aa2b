// Package phone is a station's device as a program: it registers with a key, dates and numbers what it
// sees by its own clock, chains and signs it. Measurements and the tests that break things use it.
package phone

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"quantriet/internal/base/account/secret"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance/station"
)

// Key is a device's key pair.
type Key struct{ pair *ecdsa.PrivateKey }

// NewKey draws one.
func NewKey() (Key, error) {
	pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return Key{pair}, err
}

// Point is the public half as a station registers it.
func (k Key) Point() (string, error) {
	b, err := k.pair.PublicKey.Bytes()
	return base64.RawURLEncoding.EncodeToString(b), err
}

// Sign proves a batch by the key.
func (k Key) Sign(of id.ID, b *station.Batch) error {
	sum := sha256.Sum256([]byte(b.Text(of)))
	r, s, err := ecdsa.Sign(rand.Reader, k.pair, sum[:])
	if err != nil {
		return err
	}
	var raw [64]byte
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	b.Sig, b.MAC = base64.RawURLEncoding.EncodeToString(raw[:]), ""
	return nil
}

// Seal proves one scan made online by the token.
func Seal(of id.ID, token string, b *station.Batch) {
	hash, _ := hex.DecodeString(secret.Hash(token)) // hex by its making
	mac := hmac.New(sha256.New, hash)
	mac.Write([]byte(b.Text(of)))
	b.MAC, b.Sig = hex.EncodeToString(mac.Sum(nil)), ""
}
