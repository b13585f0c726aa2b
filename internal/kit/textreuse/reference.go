package textreuse

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Category says why a reference may be quoted freely.
type Category int

// Categories of references.
const (
	Resolution Category = iota + 1 // the document studied
	Material                       // official outlines and study material
	Question                       // question or case set for the essay
	Template                       // form handed out
	Common                         // passage approved as common by decision
)

// Reference is a text that essays may quote; what they quote of it is exempt.
type Reference struct {
	ID       int64
	Category Category
	Name     string // shown beside what is exempt
	Text     string
}

// Quote is the letters [From, To) of a text that come from a reference.
type Quote struct {
	From, To int
	Ref      int64
	Category Category
}

// library is a set of references as one stream of letters with breaks in between.
type library struct {
	refs  []Reference
	ends  []int // where each reference ends in the stream
	seeds *grams
	sum   [32]byte
}

// newLibrary folds references, ordered by category and id whatever order they come in.
func newLibrary(refs []Reference) *library {
	l := &library{refs: slices.Clone(refs)}
	slices.SortFunc(l.refs, func(a, b Reference) int { return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.ID, b.ID)) })
	var stream, all []byte
	for _, r := range l.refs {
		t := Fold(r.Text)
		stream = append(append(stream, t.Letters...), 0)
		l.ends = append(l.ends, len(stream))
		all = binary.BigEndian.AppendUint64(append(all, byte(r.Category)), uint64(r.ID))
		all = append(append(all, t.Letters...), 0)
	}
	l.sum = sha256.Sum256(all)
	l.seeds = newGrams(stream)
	return l
}

// leastQuoteRun is the shortest run of equal letters that counts towards a quotation.
const leastQuoteRun = 12

// quotes finds what letters quote, with or without quotation marks, verbatim or lightly
// edited. A sentence may be quoted twice. The result is ascending and does not overlap.
func (l *library) quotes(letters []byte, w *work) []Quote {
	if len(l.refs) == 0 || len(letters) < leastQuoteRun {
		return nil
	}
	flat := l.runs(letters, w)
	var out []Quote
	for _, c := range chainOf(flat, &quoteRules, false, nil) {
		c, ok := trimQuote(c)
		if !ok {
			continue
		}
		at, _ := slices.BinarySearch(l.ends, c.s0+1)
		out = append(out, Quote{c.q0, c.q1, l.refs[at].ID, l.refs[at].Category})
	}
	return flatten(out)
}

// triesOfSeed bounds the places in the references that are tried for one seed.
const triesOfSeed = 16

// runs lists the runs of letters that stand in a reference as well, s being the letter of
// the reference. Seeds within a run are passed over: what they would add is quoted anyway.
func (l *library) runs(letters []byte, w *work) []run {
	out := w.runs[:0]
	var key uint64
	for i, have := 0, 0; i < len(letters); i++ {
		if letters[i] == 0 {
			have = 0
			continue
		}
		key = (key<<6 | uint64(code[letters[i]])) & seedMask
		if have++; have < seedLen {
			continue
		}
		id := l.seeds.find(key)
		if id < 0 {
			continue
		}
		end := 0
		out, end = l.extend(out, letters, i-seedLen+1, id)
		i, have = end-seedLen, 0
	}
	w.runs = out
	return out
}

// extend appends the maximal runs through a seed and tells where the longest ends.
func (l *library) extend(out []run, letters []byte, from int, id int32) ([]run, int) {
	refs, end, tries := l.seeds.letters, from+seedLen, 0
	for at := l.seeds.first[id]; at >= 0 && tries < triesOfSeed; at, tries = l.seeds.next[at], tries+1 {
		q, s, n := from, int(at), seedLen
		for q > 0 && s > 0 && (letters[q-1]^refs[s-1])&0x7F == 0 && refs[s-1] != 0 {
			q, s, n = q-1, s-1, n+1
		}
		for q+n < len(letters) && s+n < len(refs) && (letters[q+n]^refs[s+n])&0x7F == 0 && refs[s+n] != 0 {
			n++
		}
		if end = max(end, q+n); n >= leastQuoteRun {
			out = append(out, run{q, s, n})
		}
	}
	return out, end
}

// flatten gives doubly quoted letters to the quotation that begins first.
func flatten(qs []Quote) []Quote {
	slices.SortStableFunc(qs, func(a, b Quote) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	out, end := qs[:0], 0
	for _, q := range qs {
		q.From = max(q.From, end)
		if q.From < q.To {
			out = append(out, q)
			end = q.To
		}
	}
	return out
}

// snap moves the ends of quotations to where syllables begin or end, the nearer one.
func (t *Text) snap(qs []Quote) []Quote {
	for i := range qs {
		qs[i].From, qs[i].To = t.nearest(qs[i].From), t.nearest(qs[i].To)
	}
	return flatten(qs)
}

// nearest is the syllable boundary nearest to a letter.
func (t *Text) nearest(letter int) int {
	i, exact := slices.BinarySearch(t.Words, uint32(letter))
	if exact || i == 0 {
		return letter
	}
	begin, end := int(t.Words[i-1]), int(t.wordEnd(i-1))
	if letter-begin <= end-letter {
		return begin
	}
	return end
}
