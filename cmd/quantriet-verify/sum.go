package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// counted names the counts of a sum in their order.
var counted = []string{"members", "exempt", "exempt_came", "studied", "e1", "e2", "e3", "e4", "e5", "civil", "civil_studied"}

// sum is a node of a tree of sums; a count in it is never negative.
type sum struct {
	Hash   base64Hash `json:"hash"`
	Counts []int64    `json:"counts"`
}

// base64Hash is a hash as it is written, in its one right form.
type base64Hash hash

func (h base64Hash) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.StdEncoding.EncodeToString(h[:]))
}

func (h *base64Hash) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(raw) != len(h) {
		return errors.New("not a hash")
	}
	copy(h[:], raw)
	return nil
}

func (s sum) bytes() []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(s.Counts)))
	for _, n := range s.Counts {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return append(b, s.Hash[:]...)
}

// leafOf is the sum of one person: what is committed to, and what it adds.
func leafOf(text string, counts []int64) sum {
	b := sum{Counts: counts}.bytes()
	h := sha256.Sum256(append(append([]byte{0x10}, b[:len(b)-32]...), text...))
	return sum{base64Hash(h), counts}
}

func joined(a, b sum) (sum, error) {
	s := sum{Counts: make([]int64, len(counted))}
	if len(a.Counts) != len(counted) || len(b.Counts) != len(counted) {
		return s, errors.New("tổng không đủ số / a sum of other things")
	}
	for i := range counted {
		if a.Counts[i] < 0 || b.Counts[i] < 0 || a.Counts[i]+b.Counts[i] < 0 {
			return s, errors.New("tổng có số âm / a count below nought")
		}
		s.Counts[i] = a.Counts[i] + b.Counts[i]
	}
	s.Hash = sha256.Sum256(append(append([]byte{0x11}, a.bytes()...), b.bytes()...))
	return s, nil
}

func named(name string, s sum) sum {
	b := binary.AppendUvarint([]byte{0x12}, uint64(len(name)))
	return sum{sha256.Sum256(append(append(b, name...), s.bytes()...)), s.Counts}
}

// markCounts is what a mark adds: three letters, see docs/guide/check.md.
func markCounts(m string) ([]int64, error) {
	if len(m) != 3 || !strings.Contains("mxc", m[:1]) || !strings.Contains("-iorsuh", m[1:2]) || m[2] < '0' || m[2] > '5' || (m[1] == '-') != (m[2] == '0') {
		return nil, fmt.Errorf("%q không phải ký hiệu / not a mark", m)
	}
	n, came := make([]int64, len(counted)), int64(0)
	if m[2] != '0' {
		came = 1
	}
	if m[0] == 'c' {
		n[9], n[10] = 1, came
		return n, nil
	}
	n[0], n[3] = 1, came
	if came == 1 {
		n[3+m[2]-'0'] = 1
	}
	if m[0] == 'x' {
		n[1], n[2] = 1, came
	}
	return n, nil
}
