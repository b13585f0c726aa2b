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
	runs := runsOf(l.seeds, letters, w)
	flat := make([]run, 0, len(runs))
	for _, r := range runs {
		if r.n >= leastQuoteRun {
			flat = append(flat, run{r.s, r.q, r.n})
		}
	}
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
