package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

type hash [32]byte

// lineHash and pair are those of RFC 6962.
func lineHash(text string) hash { return sha256.Sum256(append([]byte{0}, text...)) }

func pair(a, b hash) hash { return sha256.Sum256(append(append([]byte{1}, a[:]...), b[:]...)) }

// roots computes the root of the first n lines for every n asked for, in one pass: peaks are
// the roots of the full trees that the lines so far fall into, largest first.
type roots struct {
	peaks []hash
	n     int64
}

// add takes the next line, and gives the roots of the full trees that end with it, smallest first.
func (r *roots) add(h hash) []hash {
	made := []hash{h}
	for size := r.n; size&1 == 1; size >>= 1 {
		h = pair(r.peaks[len(r.peaks)-1], h)
		r.peaks = r.peaks[:len(r.peaks)-1]
		made = append(made, h)
	}
	r.peaks = append(r.peaks, h)
	r.n++
	return made
}

func (r *roots) root() hash {
	if len(r.peaks) == 0 {
		return sha256.Sum256(nil)
	}
	h := r.peaks[len(r.peaks)-1]
	for i := len(r.peaks) - 2; i >= 0; i-- {
		h = pair(r.peaks[i], h)
	}
	return h
}

// head is what a checkpoint says.
type head struct {
	origin string
	size   int64
	root   string // base64
	before int64  // size of the head before; -1 unknown
	at     int64  // when it was signed; 0 unknown
	from   string // where it was read
}

var errHead = errors.New("not a checkpoint")

// parseHead reads the text of a checkpoint and the signature lines under it.
func parseHead(s string) (h head, text string, signatures []string, err error) {
	text, sigs, ok := strings.Cut(s, "\n\n")
	lines := strings.Split(text, "\n")
	if !ok || len(lines) < 3 || !strings.HasSuffix(sigs, "\n") {
		return h, "", nil, errHead
	}
	h = head{origin: lines[0], root: lines[2], before: -1}
	for _, l := range lines[3:] {
		fmt.Sscanf(l, "previous %d", &h.before)
		fmt.Sscanf(l, "time %d", &h.at)
	}
	if h.size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || h.size < 0 {
		return h, "", nil, errHead
	}
	if b, err := base64.StdEncoding.Strict().DecodeString(h.root); err != nil || len(b) != 32 || len(h.root) != 44 {
		return h, "", nil, errHead
	}
	return h, text + "\n", strings.Split(strings.TrimSuffix(sigs, "\n"), "\n"), nil
}

// publicKey is a key of a log: name+hash+base64.
type publicKey struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func parseKey(s string) (k publicKey, err error) {
	parts := strings.SplitN(s, "+", 3)
	if len(parts) != 3 {
		return k, errors.New("not a public key")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(b) != 33 || b[0] != 1 {
		return k, errors.New("not a public key of a log")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), b...))
	k = publicKey{parts[0], binary.BigEndian.Uint32(sum[:]), b[1:]}
	if fmt.Sprintf("%08x", k.id) != parts[1] {
		return k, errors.New("a public key that does not fit its own name")
	}
	return k, nil
}

// signed reports whether one of the lines is the key's signature under text.
func (k publicKey) signed(text string, lines []string) bool {
	for _, l := range lines {
		rest, ok := strings.CutPrefix(l, "— "+k.name+" ")
		if !ok {
			continue
		}
		b, err := base64.StdEncoding.Strict().DecodeString(rest)
		if err == nil && base64.StdEncoding.EncodeToString(b) == rest && len(b) == 4+ed25519.SignatureSize && binary.BigEndian.Uint32(b) == k.id && ed25519.Verify(k.key, []byte(text), b[4:]) {
			return true
		}
	}
	return false
}
