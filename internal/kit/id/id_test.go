package id

import (
	"encoding/json"
	"testing"
)

func TestNewGrows(t *testing.T) {
	last := New()
	for range 10000 {
		n := New()
		if n <= last {
			t.Fatalf("%d after %d", n, last)
		}
		last = n
	}
}

func TestParse(t *testing.T) {
	one := New()
	for _, c := range []struct {
		name, in string
		want     ID
		ok       bool
	}{
		{"what String wrote", one.String(), one, true},
		{"lower case", "0000000000abc", 0b01010_01011_01100, true},
		{"too short", "000000000000", 0, false},
		{"a letter that is not in the alphabet", "000000000000U", 0, false},
		{"zero names nothing", "0000000000000", 0, false},
		{"more than 63 bits", "8000000000000", 0, false},
		{"not ASCII", "00000000000đ", 0, false},
	} {
		got, err := Parse(c.in)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%s: %v %v", c.name, got, err)
		}
	}
}

func TestNoneIsNull(t *testing.T) {
	if v, _ := ID(0).Value(); v != nil {
		t.Error("zero must be stored as NULL")
	}
	i := ID(5)
	if i.Scan(nil); i != 0 {
		t.Error("NULL must read as zero")
	}
	var back struct{ A, B ID }
	b, _ := json.Marshal(struct{ A, B ID }{New(), 0})
	if err := json.Unmarshal(b, &back); err != nil || back.A == 0 || back.B != 0 {
		t.Error(string(b), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("0123456789ABC")
	f.Fuzz(func(t *testing.T, s string) {
		if i, err := Parse(s); err == nil {
			if back, err := Parse(i.String()); err != nil || back != i {
				t.Error(s, i, back)
			}
		}
	})
}
