package tlog

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
)

// Sum is a node of a tree whose nodes also carry counts: those of a node are those of its
// parts added up, and stand in its hash. Whoever follows one leaf to the root has checked that
// it was counted, once, in every sum on the way.
type Sum struct {
	Hash   Hash    `json:"hash"`
	Counts []int64 `json:"counts"`
}

// What is hashed begins with what it is.
const (
	sumLeaf = 0x10
	sumJoin = 0x11
	sumName = 0x12
)

// Leaf is a part with its own counts; data is what it commits to, salted where it could be guessed.
func Leaf(data []byte, counts []int64) Sum {
	var room [512]byte
	b := appendCounts(append(room[:0], sumLeaf), counts)
	return Sum{sha256.Sum256(append(b, data...)), counts}
}

// Named is a sum under a name: that of a unit or a person.
func Named(name string, s Sum) Sum {
	var room [512]byte
	b := binary.AppendUvarint(append(room[:0], sumName), uint64(len(name)))
	return Sum{sha256.Sum256(s.append(append(b, name...))), s.Counts}
}

// Join puts two sums together. Error: they count different things, or more than can be.
func Join(a, b Sum) (s Sum, err error) {
	if len(a.Counts) != len(b.Counts) {
		return s, errors.New("tlog: sums of different things")
	}
	s.Counts = slices.Clone(a.Counts)
	for i, n := range b.Counts {
		if s.Counts[i] < 0 || n < 0 || s.Counts[i]+n < 0 {
			return s, errors.New("tlog: a sum out of range")
		}
		s.Counts[i] += n
	}
	var room [512]byte
	s.Hash = sha256.Sum256(b.append(a.append(append(room[:0], sumJoin))))
	return s, nil
}

func (s Sum) append(b []byte) []byte { return append(appendCounts(b, s.Counts), s.Hash[:]...) }

func appendCounts(b []byte, counts []int64) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(counts)))
	for _, n := range counts {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return b
}

// Step is one step from a part to the whole: another part is joined at its left or right, or
// the sum gets a name.
type Step struct {
	Name  string `json:"name,omitempty"`
	Left  bool   `json:"left,omitempty" doc:"the other part stands before"`
	Other *Sum   `json:"other,omitempty"`
}

// Total joins parts in their order, and gives the steps of part i on the way; i -1 for none.
func Total(parts []Sum, i int) (total Sum, steps []Step, err error) {
	if len(parts) == 0 {
		return total, nil, errors.New("tlog: a sum of nothing")
	}
	for at := slices.Clone(parts); ; {
		if len(at) == 1 {
			return at[0], steps, nil
		}
		if other := i ^ 1; i >= 0 && other < len(at) {
			steps = append(steps, Step{Left: other < i, Other: &at[other]})
		}
		next := make([]Sum, 0, (len(at)+1)/2)
		for j := 0; j < len(at); j += 2 {
			if j+1 == len(at) {
				next = append(next, at[j])
				continue
			}
			s, err := Join(at[j], at[j+1])
			if err != nil {
				return total, nil, err
			}
			next = append(next, s)
		}
		at = next
		if i >= 0 {
			i /= 2
		}
	}
}

// Follow goes from a part to the whole.
func Follow(part Sum, steps []Step) (Sum, error) {
	for _, s := range steps {
		var err error
		switch {
		case s.Other == nil:
			part = Named(s.Name, part)
		case s.Left:
			part, err = Join(*s.Other, part)
		default:
			part, err = Join(part, *s.Other)
		}
		if err != nil {
			return part, err
		}
	}
	return part, nil
}
