package textreuse_test

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"quantriet/internal/kit/textreuse"
)

// prints draws essays of few distinct hashes, so that lists overflow.
func prints(t *rapid.T) []textreuse.Print {
	hashes := rapid.SliceOfNDistinct(rapid.Uint64Range(0, 1<<32-1), 1, 30, rapid.ID[uint64]).Draw(t, "hashes")
	n := rapid.IntRange(1, 100).Draw(t, "essays")
	times := rapid.SampledFrom([]int{1, 8}).Draw(t, "times")
	out := make([]textreuse.Print, n, n*times)
	for i := range out {
		out[i].Key = rapid.Uint64().Draw(t, "key")
		for _, h := range hashes {
			if rapid.IntRange(0, 3).Draw(t, "has") > 0 {
				out[i].Hashes = append(out[i].Hashes, h)
				out[i].Places = append(out[i].Places, rapid.Byte().Draw(t, "place")&63)
			}
		}
		slices.Sort(out[i].Hashes)
	}
	for i := n; i < n*times; i++ {
		p := out[i%n]
		p.Key = p.Key*0x9E3779B97F4A7C15 + uint64(i)
		out = append(out, p)
	}
	return out
}

func blobOf(x *textreuse.Index) []byte {
	x.Merge()
	var b []byte
	for _, s := range x.Segments() {
		b = append(b, s.Bytes()...)
	}
	return b
}

func TestIndexIsTheSameInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := prints(t)
		ids := make([]int, len(ps))
		a, b := textreuse.NewIndex(), textreuse.NewIndex()
		for i, p := range ps {
			ids[i] = i
			a.Add(textreuse.ID(i), p)
		}
		for n, i := range rapid.Permutation(ids).Draw(t, "order") {
			b.Add(textreuse.ID(i), ps[i])
			if n%20 == 19 {
				b.Seal()
			}
		}
		if !bytes.Equal(blobOf(a), blobOf(b)) {
			t.Fatalf("segments differ")
		}
	})
}

func TestDeletedLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := prints(t)
		if len(ps) > textreuse.Full { // an overflown list cannot bring back what it left out
			ps = ps[:textreuse.Full]
		}
		with, without := textreuse.NewIndex(), textreuse.NewIndex()
		var gone []int
		for i, p := range ps {
			with.Add(textreuse.ID(i), p)
			if rapid.Bool().Draw(t, "sealed") {
				with.Seal()
			}
			if rapid.Bool().Draw(t, "deleted") {
				gone = append(gone, i)
			} else {
				without.Add(textreuse.ID(i), p)
			}
		}
		for _, i := range gone {
			with.Delete(textreuse.ID(i), ps[i])
			if with.Has(textreuse.ID(i)) {
				t.Fatalf("%d is still there", i)
			}
		}
		if with.Len() != without.Len() || !bytes.Equal(blobOf(with), blobOf(without)) {
			t.Fatalf("segments differ")
		}
	})
}

func TestReopenedSegmentsAnswerTheSame(t *testing.T) {
	c := newCampaign(engine)
	for i := range 30 {
		c.add(textreuse.ID(i), author.Essay(i%20))
		if i%7 == 0 {
			c.Seal()
		}
	}
	c.Seal()
	want := c.find(t, author.Essay(3))
	var segs []*textreuse.Segment
	for _, s := range c.Segments() {
		again, err := textreuse.OpenSegment(bytes.Clone(s.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		segs = append(segs, again)
	}
	c.Index = textreuse.NewIndex(segs...)
	if got := c.find(t, author.Essay(3)); got.Copied != want.Copied || len(got.Sources) != len(want.Sources) {
		t.Errorf("%d copied, then %d", want.Copied, got.Copied)
	}
}

func TestFingerprintsAreKeyed(t *testing.T) {
	other := textreuse.New(textreuse.NewSecret([]byte("another secret")), references()...)
	a, b := engine.Prepare(author.Essay(1)), other.Prepare(author.Essay(1))
	for _, h := range b.Hashes {
		if _, both := slices.BinarySearch(a.Hashes, h); both {
			t.Fatalf("both installations know %x", h)
		}
	}
	if a.Key == b.Key {
		t.Errorf("keys are equal")
	}
}

func TestBlobsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := engine.Prepare(mixture(t, "text"))
		back, err := textreuse.OpenEssay(e.Bytes())
		if err != nil || !bytes.Equal(back.Own, e.Own) || !slices.Equal(back.Cuts, e.Cuts) || back.Exempt != e.Exempt || back.Flags != e.Flags {
			t.Fatalf("essay: %v", err)
		}
		p, err := textreuse.OpenPrint(e.Print.Bytes())
		if err != nil || p.Key != e.Key || !slices.Equal(p.Hashes, e.Hashes) || !slices.Equal(p.Places, e.Places) {
			t.Fatalf("print: %v", err)
		}
	})
}

// Large merges are divided among processors: the blob is the one that a single one writes.
func TestMergeIsTheSameOnAnyProcessors(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var blobs [][]byte
	for _, n := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(n)
		r, x := rand.New(rand.NewPCG(6, 6)), textreuse.NewIndex()
		var gone textreuse.Print
		for i := range 10_000 {
			p := textreuse.Print{Key: r.Uint64(), Hashes: make([]uint64, 6)}
			for k := range p.Hashes {
				p.Hashes[k] = uint64(r.Uint32() >> (7 * (i % 3))) // some all over, some crowded in the first buckets
			}
			p.Hashes[0] = 77 // everybody's
			slices.Sort(p.Hashes)
			x.Add(textreuse.ID(i), p)
			if i == 5000 {
				gone = p
			}
		}
		x.Delete(5000, gone)
		x.Merge()
		blobs = append(blobs, x.Segments()[0].Bytes())
		if n := x.Len(); n != 9_999 {
			t.Fatalf("%d essays", n)
		}
	}
	if !bytes.Equal(blobs[0], blobs[1]) || !bytes.Equal(blobs[0], blobs[2]) {
		t.Error("what is merged depends on the processors")
	}
}
