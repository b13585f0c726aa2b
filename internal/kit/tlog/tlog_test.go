package tlog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// book is a log in memory.
type book struct {
	lines  []string
	hashes []Hash
}

func (b *book) read(idx []int64) ([]Hash, error) {
	out := make([]Hash, len(idx))
	for i, n := range idx {
		if n >= int64(len(b.hashes)) {
			return nil, fmt.Errorf("no hash %d", n)
		}
		out[i] = b.hashes[n]
	}
	return out, nil
}

func (b *book) add(t *testing.T, line string) {
	t.Helper()
	h, err := Stored(int64(len(b.lines)), Line(line), b.read)
	if err != nil {
		t.Fatal(err)
	}
	b.lines, b.hashes = append(b.lines, line), append(b.hashes, h...)
}

func (b *book) head(t *testing.T) Head {
	t.Helper()
	root, err := Root(int64(len(b.lines)), b.read)
	if err != nil {
		t.Fatal(err)
	}
	return Head{Origin: "quantriet.example/tinh", Size: int64(len(b.lines)), Root: root}
}

func grown(t *testing.T, n int) *book {
	b := &book{}
	for i := range n {
		b.add(t, fmt.Sprint("line ", i))
	}
	return b
}

func TestEveryLineIsProven(t *testing.T) {
	for _, size := range []int{1, 2, 3, 7, 8, 9, 33} {
		b := grown(t, size)
		h := b.head(t)
		for n := range size {
			p, err := Inclusion(h.Size, int64(n), b.read)
			if err != nil {
				t.Fatal(err)
			}
			if err := CheckInclusion(p, h, int64(n), Line(b.lines[n])); err != nil {
				t.Errorf("%d of %d: %v", n, size, err)
			}
			if CheckInclusion(p, h, int64(n), Line("another line")) == nil {
				t.Errorf("%d of %d: another line passes", n, size)
			}
		}
	}
}

func TestEveryOlderHeadIsGoneOnFrom(t *testing.T) {
	b := &book{}
	var heads []Head
	for i := range 20 {
		heads = append(heads, b.head(t))
		b.add(t, fmt.Sprint(i))
	}
	now := b.head(t)
	for _, old := range heads {
		p, err := Consistency(now.Size, old.Size, b.read)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(p, now, old); err != nil {
			t.Errorf("from %d: %v", old.Size, err)
		}
		if old.Size == 0 {
			continue
		}
		forged := old
		forged.Root[5] ^= 1
		if CheckConsistency(p, now, forged) == nil {
			t.Errorf("from %d: another past passes", old.Size)
		}
	}
}

// keys are those of a log and of two witnesses, with what others know of them.
func keys(t *testing.T) (log, w *Key, known, witness *Known) {
	t.Helper()
	log = LogKey("quantriet.example/tinh", bytes.Repeat([]byte{1}, 32))
	w = WitnessKey("quantriet.example/xa", bytes.Repeat([]byte{2}, 32), func() int64 { return 1_770_422_400 })
	known, err := ParseKnown(log.Public())
	if err != nil {
		t.Fatal(err)
	}
	if witness, err = ParseKnown(w.Public()); err != nil {
		t.Fatal(err)
	}
	return log, w, known, witness
}

func TestSignedHead(t *testing.T) {
	log, w, known, witness := keys(t)
	h := grown(t, 5).head(t)
	h.More = "previous 3\n"
	signed, err := Signed(h, log)
	if err != nil {
		t.Fatal(err)
	}
	line, err := Cosign(signed, w)
	if err != nil {
		t.Fatal(err)
	}
	got, by, err := Open(signed+line, known, witness)
	if err != nil || got != h || !slices.Equal(by, []string{w.Name()}) {
		t.Fatal(got, by, err)
	}
	if _, by, err = Open(signed+line, known); err != nil || by != nil {
		t.Error("a witness nobody knows counts:", by, err)
	}
	only, err := Signed(h, w)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(only, known, witness); err == nil {
		t.Error("a witness alone makes a head")
	}
	stranger := LogKey(log.Name(), bytes.Repeat([]byte{3}, 32))
	if s, _ := Signed(h, stranger); s != "" {
		if _, _, err := Open(s, known, witness); err == nil {
			t.Error("another key of the same name passes")
		}
	}
	other := h
	other.Origin = "quantriet.example/khac"
	if s, _ := Signed(other, log); s != "" {
		if _, _, err := Open(s, known); err == nil {
			t.Error("a head of another log passes")
		}
	}
}

// No byte of a signed head can be another one: it is refused, or (in a signature nobody asked
// about) changes nothing of what it says.
func TestNoByteOfAHeadIsFree(t *testing.T) {
	log, w, known, witness := keys(t)
	h := grown(t, 5).head(t)
	signed, _ := Signed(h, log)
	line, _ := Cosign(signed, w)
	whole := []byte(signed + line)
	for i := range whole {
		for _, bit := range []byte{1, 0x20, 0x80} {
			b := slices.Clone(whole)
			b[i] ^= bit
			got, by, err := Open(string(b), known, witness)
			if err == nil && (got != h || len(by) > 0) {
				t.Errorf("byte %d of %d: %q passes as %v by %v", i, len(whole), b, got, by)
			}
		}
	}
}

func TestNoByteOfAProofIsFree(t *testing.T) {
	b := grown(t, 21)
	now := b.head(t)
	inclusion, _ := Inclusion(21, 9, b.read)
	flip(inclusion, func(p []Hash) {
		if CheckInclusion(p, now, 9, Line(b.lines[9])) == nil {
			t.Error("a changed proof of inclusion passes")
		}
	})
	old := grown(t, 13).head(t)
	consistency, _ := Consistency(21, 13, b.read)
	flip(consistency, func(p []Hash) {
		if CheckConsistency(p, now, old) == nil {
			t.Error("a changed proof of consistency passes")
		}
	})
}

// flip calls try with every byte of a proof changed, and with every hash left out or doubled.
func flip(proof []Hash, try func([]Hash)) {
	for i := range proof {
		for j := range proof[i] {
			p := slices.Clone(proof)
			p[i][j] ^= 1
			try(p)
		}
		try(slices.Delete(slices.Clone(proof), i, i+1))
		try(slices.Insert(slices.Clone(proof), i, proof[i]))
	}
}

func TestKeysAreReadInOneForm(t *testing.T) {
	log, _, _, _ := keys(t)
	good := log.Public()
	for i := range good {
		b := []byte(good)
		b[i] ^= 1
		if k, err := ParseKnown(string(b)); err == nil {
			t.Errorf("%q passes as %v", b, k.Name())
		}
	}
	for _, bad := range []string{"", "+", "++", "a+b", "a b" + strings.TrimPrefix(good, log.Name()), good + "="} {
		if _, err := ParseKnown(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestAskComesBackTheSame(t *testing.T) {
	b := grown(t, 9)
	p, _ := Consistency(9, 4, b.read)
	for _, a := range []Ask{{4, p, "head\n\n— x y\n"}, {0, nil, "head\n\n— x y\n"}} {
		got, err := ParseAsk(a.Text())
		if err != nil || got.Old != a.Old || got.Signed != a.Signed || !slices.Equal(got.Proof, a.Proof) {
			t.Errorf("%q: %+v %v", a.Text(), got, err)
		}
	}
	for _, bad := range []string{"", "old 1", "old -1\n\nx", "old 01\n\nx", "old 1\nabc\n\nx", "new 1\n\nx", "old 1\n" + strings.Repeat("a\n", 99) + "\nx"} {
		if _, err := ParseAsk(bad); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a\n1\n" + strings.Repeat("A", 43) + "=\n")
	f.Add("old 1\n\nx")
	f.Fuzz(func(t *testing.T, s string) {
		if h, err := ParseHead(s); err == nil && s != h.Text() {
			t.Errorf("%q reads as %q", s, h.Text())
		}
		if a, err := ParseAsk(s); err == nil && a.Text() != s {
			t.Errorf("%q reads as %q", s, a.Text())
		}
		ParseKnown(s)
	})
}

// Everybody finds the way from their own record to the figure at the top, and no other.
func TestSums(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 8, 13} {
		var parts []Sum
		for i := range n {
			parts = append(parts, Named(fmt.Sprint("person ", i), Leaf(fmt.Append(nil, "salt", i), []int64{1, int64(i % 2)})))
		}
		for i := range parts {
			cell, steps, err := Total(parts, i)
			if err != nil {
				t.Fatal(err)
			}
			top, more, err := Total([]Sum{Named("other", Leaf(nil, []int64{7, 3})), Named("cell", cell)}, 1)
			if err != nil {
				t.Fatal(err)
			}
			way := append(append(steps, Step{Name: "cell"}), more...)
			got, err := Follow(parts[i], way)
			if err != nil || got.Hash != top.Hash || got.Counts[0] != int64(n)+7 || got.Counts[1] != int64(n/2)+3 {
				t.Fatal(n, i, got, err)
			}
			noOther(t, parts[i], way, top)
		}
	}
	if _, err := Join(Leaf(nil, []int64{1}), Leaf(nil, []int64{-1})); err == nil {
		t.Error("somebody is counted less than nought times")
	}
	if _, err := Join(Leaf(nil, []int64{1 << 62}), Leaf(nil, []int64{1 << 62})); err == nil {
		t.Error("a sum runs over")
	}
}

// noOther changes every byte of the way as it is handed out.
func noOther(t *testing.T, part Sum, way []Step, top Sum) {
	t.Helper()
	b, _ := json.Marshal(way)
	for i := range b {
		c := slices.Clone(b)
		c[i] ^= 1
		var other []Step
		if json.Unmarshal(c, &other) != nil {
			continue
		}
		again, _ := json.Marshal(other)
		if s, err := Follow(part, other); err == nil && s.Hash == top.Hash && !bytes.Equal(again, b) {
			t.Fatalf("%s leads to the same top as %s", c, b)
		}
	}
}
