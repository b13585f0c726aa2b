package tlog

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// Ask is what a log sends to a witness: the size the witness signed last, the proof that the
// log goes on from there, and the new signed head.
type Ask struct {
	Old    int64
	Proof  []Hash
	Signed string
}

// Text is the body of add-checkpoint.
func (a Ask) Text() string {
	var b strings.Builder
	b.WriteString("old " + strconv.FormatInt(a.Old, 10) + "\n")
	for _, h := range a.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	return b.String() + "\n" + a.Signed
}

// ParseAsk reads the body of add-checkpoint.
func ParseAsk(s string) (a Ask, err error) {
	front, signed, ok := strings.Cut(s, "\n\n")
	lines := strings.Split(front, "\n")
	size, old := strings.CutPrefix(lines[0], "old ")
	if !ok || !old || len(lines) > 64 {
		return a, errors.New("tlog: not a request to a witness")
	}
	a.Signed = signed
	if a.Old, err = strconv.ParseInt(size, 10, 64); err != nil || a.Old < 0 || strconv.FormatInt(a.Old, 10) != size {
		return a, errors.New("tlog: not a request to a witness")
	}
	for _, line := range lines[1:] {
		var h Hash
		if err := decode(h[:], line); err != nil {
			return a, err
		}
		a.Proof = append(a.Proof, h)
	}
	return a, nil
}
