package tlog

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Kinds of keys, the first byte of an encoded one.
const (
	logKey     = 1 // Ed25519 over the note
	witnessKey = 4 // Ed25519 over "cosignature/v1", the time and the note
)

// Key signs: heads of its log, or as a witness the heads of others.
type Key struct {
	name string
	kind byte
	hash uint32
	priv ed25519.PrivateKey
	at   func() int64 // Unix seconds, of a witness
}

// LogKey is the key of a log, from 32 secret bytes. name has neither spaces nor plus signs.
func LogKey(name string, seed []byte) *Key { return newKey(name, logKey, seed, nil) }

// WitnessKey is the key of a witness; at is the clock in Unix seconds.
func WitnessKey(name string, seed []byte, at func() int64) *Key {
	return newKey(name, witnessKey, seed, at)
}

func newKey(name string, kind byte, seed []byte, at func() int64) *Key {
	priv := ed25519.NewKeyFromSeed(seed)
	return &Key{name: name, kind: kind, hash: keyHash(name, kind, priv.Public().(ed25519.PublicKey)), priv: priv, at: at}
}

func keyHash(name string, kind byte, pub []byte) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write([]byte{kind})
	h.Write(pub)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// Name is what signatures of the key are signed with.
func (k *Key) Name() string { return k.name }

// KeyHash tells keys of one name apart.
func (k *Key) KeyHash() uint32 { return k.hash }

// Sign signs the text of a note.
func (k *Key) Sign(text []byte) ([]byte, error) {
	if k.kind == logKey {
		return ed25519.Sign(k.priv, text), nil
	}
	at := k.at()
	return append(binary.BigEndian.AppendUint64(nil, uint64(at)), ed25519.Sign(k.priv, stamped(text, uint64(at)))...), nil
}

// stamped is what a witness signs.
func stamped(text []byte, at uint64) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", at), text...)
}

// Public is the key as others are given it: name+hash+base64.
func (k *Key) Public() string {
	pub := k.priv.Public().(ed25519.PublicKey)
	return fmt.Sprintf("%s+%08x+%s", k.name, k.hash, base64.StdEncoding.EncodeToString(append([]byte{k.kind}, pub...)))
}

// Known is a public key that somebody trusts.
type Known struct {
	name string
	kind byte
	hash uint32
	pub  ed25519.PublicKey
}

var errKey = errors.New("tlog: not a public key of a log or witness")

// ParseKnown reads a public key as Public writes it.
func ParseKnown(s string) (*Known, error) {
	name, rest, _ := strings.Cut(s, "+")
	hash, key, _ := strings.Cut(rest, "+")
	b, err := base64.StdEncoding.Strict().DecodeString(key)
	if err != nil || len(b) != 33 || name == "" || strings.ContainsAny(name, " \t\n\r") || b[0] != logKey && b[0] != witnessKey {
		return nil, errKey
	}
	k := &Known{name: name, kind: b[0], hash: keyHash(name, b[0], b[1:]), pub: b[1:]}
	if fmt.Sprintf("%08x", k.hash) != hash {
		return nil, errKey
	}
	return k, nil
}

// Name is whose key it is.
func (k *Known) Name() string { return k.name }

// KeyHash tells keys of one name apart.
func (k *Known) KeyHash() uint32 { return k.hash }

// Witness reports whether it is the key of a witness.
func (k *Known) Witness() bool { return k.kind == witnessKey }

// Verify tells whether sig is the key's signature under the text of a note.
func (k *Known) Verify(text, sig []byte) bool {
	if k.kind == logKey {
		return ed25519.Verify(k.pub, text, sig)
	}
	return len(sig) == 8+ed25519.SignatureSize && ed25519.Verify(k.pub, stamped(text, binary.BigEndian.Uint64(sig)), sig[8:])
}

// Signed is a head with the signatures under it, as it is handed round.
func Signed(h Head, keys ...*Key) (string, error) {
	signers := make([]note.Signer, len(keys))
	for i, k := range keys {
		signers[i] = k
	}
	b, err := note.Sign(&note.Note{Text: h.Text()}, signers...)
	return string(b), err
}

// Open reads a signed head. The log's own signature must be there; who else signed is in by.
// Error: not a checkpoint, or not signed by log.
func Open(signed string, log *Known, witnesses ...*Known) (h Head, by []string, err error) {
	known := []note.Verifier{log}
	for _, w := range witnesses {
		known = append(known, w)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(known...))
	if err != nil {
		return h, nil, fmt.Errorf("tlog: %w", err)
	}
	own := false
	for _, s := range n.Sigs {
		if s.Name == log.name && s.Hash == log.hash {
			own = true
		} else {
			by = append(by, s.Name)
		}
	}
	if !own {
		return h, nil, errors.New("tlog: the log has not signed it")
	}
	h, err = ParseHead(n.Text)
	if err == nil && h.Origin != log.name {
		err = errors.New("tlog: signed by another log than it speaks of")
	}
	return h, by, err
}

// Cosign is the line that a witness puts under a signed head.
func Cosign(signed string, w *Key) (string, error) {
	text, _, ok := strings.Cut(signed, "\n\n")
	if !ok {
		return "", errHead
	}
	sig, err := w.Sign([]byte(text + "\n"))
	if err != nil {
		return "", err
	}
	b := append(binary.BigEndian.AppendUint32(nil, w.hash), sig...)
	return "— " + w.name + " " + base64.StdEncoding.EncodeToString(b) + "\n", nil
}
