package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// patience is how long a draw waits for the witnesses of the head that decides; close to its end a signature may
// have been made and come too late.
const (
	patience = 6 * 3600_000
	nearly   = 10 * 60_000
)

// witness is the key of somebody who signs heads of this log with their own time: cosignature/v1.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func parseWitness(s string) (w witness, ok bool) {
	parts := strings.SplitN(s, "+", 3)
	if len(parts) != 3 {
		return w, false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(b) != 33 || b[0] != 4 {
		return w, false
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), b...))
	w = witness{parts[0], binary.BigEndian.Uint32(sum[:]), b[1:]}
	return w, fmt.Sprintf("%08x", w.id) == parts[1]
}

// when is the instant, in milliseconds, at which the witness signed a text; false when it did not.
func (w witness) when(text, signature string) (int64, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(signature)
	if err != nil || base64.StdEncoding.EncodeToString(b) != signature || len(b) != 4+8+ed25519.SignatureSize || binary.BigEndian.Uint32(b) != w.id {
		return 0, false
	}
	at := binary.BigEndian.Uint64(b[4:])
	return int64(at) * 1000, ed25519.Verify(w.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text), b[12:])
}

// lot is what decides with the secret: the root and what the draw says of the witnesses.
func lot(root string, drawn []string) string {
	var said []string
	for _, l := range drawn {
		if strings.HasPrefix(l, "cosigned ") || strings.HasPrefix(l, "without ") {
			said = append(said, l)
		}
	}
	if said == nil {
		return root
	}
	return root + "\n" + strings.Join(said, "\n") + "\n"
}

// checkWitnesses holds what a draw says of each witness that was committed to against the head and its
// signatures. Who decides with the head cannot be left out because their signature was not liked.
func (c *checker) checkWitnesses(d *draw) string {
	size, _ := headOf(d.drawn)
	signed, h := "", head{}
	for _, s := range c.heads {
		if x, _, _, err := parseHead(s); err == nil && x.size == size {
			signed, h = s, x
		}
	}
	var said []string
	for _, l := range d.drawn {
		if strings.HasPrefix(l, "cosigned ") || strings.HasPrefix(l, "without ") {
			said = append(said, l)
		}
	}
	text, sigs, _ := strings.Cut(signed, "\n\n")
	n := 0
	for _, l := range d.commit {
		key, is := strings.CutPrefix(l, "witness ")
		if !is {
			continue
		}
		w, ok := parseWitness(key)
		if !ok || n >= len(said) {
			return "nơi làm chứng đã cam kết không có trong rút thăm / a witness committed to is missing in the draw"
		}
		if why := c.checkWitness(d, w, said[n], text+"\n", sigs, h); why != "" {
			return why
		}
		n++
	}
	if n < len(said) {
		return "chữ ký của nơi làm chứng không được cam kết / the signature of a witness that was not committed to"
	}
	return ""
}

func (c *checker) checkWitness(d *draw, w witness, said, text, sigs string, h head) string {
	if sig, is := strings.CutPrefix(said, "cosigned "+w.name+" "); is {
		if _, ok := w.when(text, sig); !ok {
			return "chữ ký của nơi làm chứng " + w.name + " không đúng / the witness has not signed the head that decided"
		}
		return ""
	}
	if said != "without "+w.name {
		return "nơi làm chứng đã cam kết không có trong rút thăm / a witness committed to is missing in the draw"
	}
	if at := d.at["recheck.draw"].at; at < h.at+patience {
		return "rút thăm khi chưa chờ đủ sáu giờ nơi làm chứng " + w.name + " / drawn before the witness was waited for"
	}
	for l := range strings.Lines(sigs) {
		sig := strings.TrimSuffix(strings.TrimPrefix(l, "— "+w.name+" "), "\n")
		if at, ok := w.when(text, sig); ok && at < h.at+patience-nearly {
			return "bỏ chữ ký đã có của nơi làm chứng " + w.name + " / a signature of the witness that was there was left out"
		}
	}
	c.notes = append(c.notes, fmt.Sprintf("%s: rút thăm không có chữ ký của nơi làm chứng %s, sau sáu giờ chờ / drawn without the witness after six hours", drawOf(d), w.name))
	return ""
}

// drawOf says which draw it is.
func drawOf(d *draw) string { return said(d.at["recheck.draw"].row) }
