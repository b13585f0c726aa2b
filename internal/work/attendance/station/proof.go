package station

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strconv"

	"quantriet/internal/kit/id"
)

// Sent is one scan as a device wrote it. Line gives the exact bytes that are chained.
type Sent struct {
	Key     id.ID  `json:"key" doc:"made by the device: sending it again counts once"`
	N       int64  `json:"n" minimum:"1" doc:"the device's counter"`
	How     string `json:"how" enum:"station,list,undo"`
	Code    string `json:"code,omitempty" maxLength:"60"`
	Person  id.ID  `json:"person,omitempty" doc:"instead of a code"`
	At      int64  `json:"at" doc:"by the device's own clock, Unix milliseconds"`
	Offline bool   `json:"offline,omitempty" doc:"made without a network"`
	Forced  bool   `json:"forced,omitempty"`
	Of      id.ID  `json:"of,omitempty" doc:"key of the scan that an undo takes back"`
	Note    string `json:"note,omitempty" maxLength:"300"`
}

// Line is the scan as it enters the chain.
func (s Sent) Line() string { return string(s.line(nil)) }

func (s Sent) line(b []byte) []byte {
	b = append(strconv.AppendInt(b, s.N, 10), '\t')
	b = append(append(b, s.Key.String()...), '\t')
	b = append(append(b, s.How...), '\t')
	b = append(append(b, s.Code...), '\t')
	b = append(append(b, s.Person.String()...), '\t')
	b = append(strconv.AppendInt(b, s.At, 10), '\t', bit(s.Offline), '\t', bit(s.Forced), '\t')
	b = append(append(b, s.Of.String()...), '\t')
	return append(b, s.Note...)
}

func bit(b bool) byte {
	if b {
		return '1'
	}
	return '0'
}

// Chain is the end of the chain that began with prev after these scans, in hex.
func Chain(prev string, scans []Sent) string {
	if len(scans) == 0 {
		return prev
	}
	b, end := append(make([]byte, 0, 512), prev...), [2 * sha256.Size]byte{}
	for _, s := range scans {
		sum := sha256.Sum256(s.line(append(b, '\n')))
		hex.Encode(end[:], sum[:])
		b = append(b[:0], end[:]...)
	}
	return string(end[:])
}

// Batch is one upload. Prev is the end of the chain before its scans, "" for the first.
type Batch struct {
	Sent   int64  `json:"sent" doc:"the device's clock when it sent this, Unix milliseconds"`
	RTT    int64  `json:"rtt,omitempty" minimum:"0" doc:"round trip of its last contact, milliseconds"`
	Unsent int64  `json:"unsent,omitempty" minimum:"0" maximum:"1000000" doc:"scans it still holds after these"`
	Prev   string `json:"prev,omitempty" maxLength:"64"`
	Sig    string `json:"sig,omitempty" maxLength:"200" doc:"ECDSA P-256 over the text, r and s in base64url"`
	MAC    string `json:"mac,omitempty" maxLength:"64" doc:"HMAC-SHA-256 under the hash of the token, hex: for one scan made online"`
	Scans  []Sent `json:"scans" maxItems:"1000"`
}

// Text is what an upload of a station signs.
func (b Batch) Text(station id.ID) string { return b.text(station, Chain(b.Prev, b.Scans)) }

// text is Text when the end of the chain is known.
func (b Batch) text(station id.ID, end string) string {
	return "quantriet-scans-1\n" + station.String() + "\n" + strconv.FormatInt(b.Sent, 10) + "\n" + strconv.FormatInt(b.Unsent, 10) + "\n" + b.Prev + "\n" + end
}

// Proven reports whether the device that holds key, or the token of this hash, sent the batch.
func (b Batch) Proven(station id.ID, key *ecdsa.PublicKey, hash string) bool {
	return b.proven([]byte(b.Text(station)), key, hash)
}

func (b Batch) proven(text []byte, key *ecdsa.PublicKey, hash string) bool {
	if b.MAC != "" {
		secret, err := hex.DecodeString(hash)
		got, err2 := hex.DecodeString(b.MAC)
		mac := hmac.New(sha256.New, secret)
		mac.Write(text)
		return len(b.Scans) == 1 && !b.Scans[0].Offline && err == nil && err2 == nil && hmac.Equal(got, mac.Sum(nil))
	}
	sig, err := base64.RawURLEncoding.DecodeString(b.Sig)
	if err != nil || len(sig) != 64 || key == nil {
		return false
	}
	sum := sha256.Sum256(text)
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
}

// parseKey reads a point of P-256, uncompressed, in base64url; nil when it is none.
func parseKey(s string) *ecdsa.PublicKey {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return nil
	}
	return key
}

// check is what a device recognises a personal code by without knowing it: 48 bits of a hash
// that differs from station to station.
func check(station id.ID, code string) string {
	sum := sha256.Sum256([]byte("quantriet-code\n" + station.String() + "\n" + code))
	return hex.EncodeToString(sum[:6])
}
