package tlog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256 of a tree.
type Hash = tlog.Hash

// Hashes reads stored hashes by their index, in the order asked for.
type Hashes func(indexes []int64) ([]Hash, error)

// ReadHashes makes Hashes what the tree functions read from.
func (h Hashes) ReadHashes(indexes []int64) ([]Hash, error) { return h(indexes) }

// Head is what a checkpoint says: the log of that name had Size lines whose tree has this root.
type Head struct {
	Origin string
	Size   int64
	Root   Hash
	More   string // extension lines, each with its end; usually none
}

// Text is the head as it is signed.
func (h Head) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n%s", h.Origin, h.Size, base64.StdEncoding.EncodeToString(h.Root[:]), h.More)
}

var errHead = errors.New("tlog: not a checkpoint")

// ParseHead reads a signed text.
func ParseHead(text string) (h Head, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" || lines[0] == "" {
		return h, errHead
	}
	n, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != lines[1] {
		return h, errHead
	}
	h = Head{Origin: lines[0], Size: n, More: strings.Join(lines[3:], "\n")}
	return h, decode(h.Root[:], lines[2])
}

// decode reads a hash in base64, in its one right form.
func decode(to []byte, s string) error {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != len(to) {
		return errHead
	}
	copy(to, b)
	return nil
}

// Line is the hash of a line of the log.
func Line(text string) Hash { return tlog.RecordHash([]byte(text)) }

// Stored are the hashes to be kept when the line with this hash becomes the nth (from 0): the
// first at index Count(n).
func Stored(n int64, line Hash, r Hashes) ([]Hash, error) {
	return tlog.StoredHashesForRecordHash(n, line, r)
}

// Count is how many hashes are kept for a log of n lines.
func Count(n int64) int64 { return tlog.StoredHashCount(n) }

// Root is the root of the first n lines; that of no lines is the hash of nothing.
func Root(n int64, r Hashes) (Hash, error) { return tlog.TreeHash(n, r) }

// Inclusion proves that line n stands in the log of size lines.
func Inclusion(size, n int64, r Hashes) ([]Hash, error) { return tlog.ProveRecord(size, n, r) }

// CheckInclusion tells whether a proof of Inclusion holds for a head.
func CheckInclusion(proof []Hash, h Head, n int64, line Hash) error {
	return tlog.CheckRecord(proof, h.Size, h.Root, n, line)
}

// Consistency proves that the log of size lines begins with the log of old lines; old 0 needs none.
func Consistency(size, old int64, r Hashes) ([]Hash, error) {
	if old == 0 {
		return nil, nil
	}
	return tlog.ProveTree(size, old, r)
}

// CheckConsistency tells whether now goes on from old: nothing changed, nothing left out.
func CheckConsistency(proof []Hash, now, old Head) error {
	switch {
	case now.Origin != old.Origin:
		return errors.New("tlog: heads of two logs")
	case old.Size == 0:
		if len(proof) > 0 {
			return errors.New("tlog: nothing needs no proof")
		}
		return nil
	}
	return tlog.CheckTree(proof, now.Size, now.Root, old.Size, old.Root)
}
