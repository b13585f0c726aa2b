package textreuse

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Essay is a text made ready: what is quoted from the references is taken out, and the
// rest, the writer's own letters, is what gets compared and indexed.
type Essay struct {
	Print
	// Own holds the own letters; the high bit marks the first letter of a syllable, and
	// a zero stands where something was taken out.
	Own []byte
	// Cuts are pairs of letter numbers of the whole text, ascending: the letters from
	// the first to before the second were taken out.
	Cuts []uint32
	// Exempt is the number of syllables taken out.
	Exempt int
	Flags  Flags
	// Text and Quotes are nil in an essay read with OpenEssay.
	Text   *Text
	Quotes []Quote

	marks []mark // as the Print; nil in an essay read with OpenEssay
}

const begins = 0x80

// newEssay takes the quotations, which begin and end at syllables, out of the text.
func newEssay(t *Text, qs []Quote, s Secret) *Essay {
	e := &Essay{Text: t, Quotes: qs, Flags: t.Flags, Own: make([]byte, 0, len(t.Letters))}
	word, at := 0, 0
	take := func(to int) {
		base := len(e.Own) - at
		e.Own = append(e.Own, t.Letters[at:to]...)
		for ; word < len(t.Words) && int(t.Words[word]) < to; word++ {
			e.Own[base+int(t.Words[word])] |= begins
		}
	}
	for _, q := range qs {
		take(q.From)
		for at = q.To; word < len(t.Words) && int(t.Words[word]) < at; word++ {
			e.Exempt++
		}
		e.cut(uint32(q.From), uint32(q.To))
	}
	take(len(t.Letters))
	e.marks = s.marks(e.Own)
	e.Print = newPrint(s.hashBytes(e.Own), e.marks)
	return e
}

// cut adds a cut and its zero, or continues the last one.
func (e *Essay) cut(from, to uint32) {
	if n := len(e.Cuts); n > 0 && e.Cuts[n-1] == from {
		e.Cuts[n-1] = to
		return
	}
	e.Cuts = append(e.Cuts, from, to)
	e.Own = append(e.Own, 0)
}

// OwnSyllables is the number of syllables that are not exempt.
func (e *Essay) OwnSyllables() int { return syllablesIn(e.Own) }

// syllablesIn counts the syllables that begin among the letters.
func syllablesIn(own []byte) (n int) {
	for _, c := range own {
		n += int(c >> 7)
	}
	return n
}

// Span returns the bytes of the original text that hold the own letters [from, to). What
// was taken out in between is inside, too. The essay must have a Text.
func (e *Essay) Span(from, to int) (start, end int) {
	if from >= to {
		return 0, 0
	}
	return int(e.Text.Start[e.letter(from)]), int(e.Text.End[e.letter(to-1)])
}

// letter maps an own letter to the letter of the whole text.
func (e *Essay) letter(own int) int {
	at := own
	for i := 0; i+1 < len(e.Cuts) && int(e.Cuts[i]) < at; i += 2 {
		at += int(e.Cuts[i+1]-e.Cuts[i]) - 1
	}
	return at
}

// SetText folds the original again for an essay read with OpenEssay, so that Span works.
func (e *Essay) SetText(original string) { e.Text = Fold(original) }

// ErrEssay says that a blob is no stored essay or print, or a damaged one.
var ErrEssay = errors.New("textreuse: not a stored essay")

// Bytes is the essay as a blob for OpenEssay, without its Print: about one byte for each
// own letter. It is as private as the text itself.
func (e *Essay) Bytes() []byte {
	b := binary.AppendUvarint(append(make([]byte, 0, len(e.Own)+3*len(e.Cuts)+32), 1), uint64(e.Exempt))
	b = binary.AppendUvarint(b, uint64(len(e.Cuts)))
	at := uint32(0)
	for _, c := range e.Cuts {
		b = binary.AppendUvarint(b, uint64(c-at))
		at = c
	}
	f := e.Flags
	for _, n := range []int{f.LookAlikes, f.Invisible, f.Legacy, f.Strokes, f.Junk} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	if f.Truncated {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	return append(b, e.Own...)
}

// OpenEssay reads a blob of Bytes; Own shares its memory.
func OpenEssay(b []byte) (*Essay, error) {
	r := blobReader{b: b}
	if r.byte() != 1 {
		return nil, ErrEssay
	}
	e := &Essay{Exempt: r.int()}
	for n := r.int(); n > 0 && !r.bad; n-- {
		at := uint32(r.int())
		if len(e.Cuts) > 0 {
			at += e.Cuts[len(e.Cuts)-1]
		}
		e.Cuts = append(e.Cuts, at)
	}
	f := &e.Flags
	for _, n := range []*int{&f.LookAlikes, &f.Invisible, &f.Legacy, &f.Strokes, &f.Junk} {
		*n = r.int()
	}
	f.Truncated = r.byte() == 1
	e.Own = r.b
	if r.bad || len(e.Cuts)%2 != 0 || !slices.IsSorted(e.Cuts) || 2*cutsIn(e.Own) != len(e.Cuts) {
		return nil, ErrEssay
	}
	return e, nil
}

// cutsIn counts the zeros among own letters; it is out of all bounds when there is anything
// else that is no letter.
func cutsIn(own []byte) (n int) {
	for _, c := range own {
		n += int(strange[c])
	}
	return n
}

var strange = func() (t [256]int32) {
	for i := range t {
		if code[i] == 0 {
			t[i] = MaxBytes
		}
	}
	t[0] = 1
	return t
}()

// blobReader reads what may be damaged.
type blobReader struct {
	b   []byte
	bad bool
}

func (r *blobReader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *blobReader) int() int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > MaxBytes {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

// Bytes is the print as a blob for OpenPrint, about four bytes for each fingerprint. It is
// what the index can be rebuilt from.
func (p Print) Bytes() []byte {
	w := bitWriter{out: binary.LittleEndian.AppendUint64(append(make([]byte, 0, 5*len(p.Hashes)+32), 2), p.Key)}
	w.out = binary.AppendUvarint(w.out, uint64(len(p.Hashes)))
	k, next := printGap(len(p.Hashes)), uint64(0)
	for i, h := range p.Hashes {
		w.rice(h-next, k)
		w.put(uint64(p.place(i)), placeBits)
		next = h + 1
	}
	w.align()
	return w.out
}

func printGap(n int) uint { return riceFor(1 << hashBits / uint64(n+1)) }

// OpenPrint reads a blob of Print.Bytes.
func OpenPrint(b []byte) (Print, error) {
	if len(b) < 10 || b[0] != 2 {
		return Print{}, ErrEssay
	}
	p := Print{Key: binary.LittleEndian.Uint64(b[1:])}
	r := blobReader{b: b[9:]}
	n := r.int()
	if r.bad || n > 8*len(r.b) {
		return Print{}, ErrEssay
	}
	in, k, next := bitReader{in: r.b}, printGap(n), uint64(0)
	for range n {
		h := next + in.rice(k)
		if in.bad || h >= 1<<hashBits {
			return Print{}, ErrEssay
		}
		p.Hashes = append(p.Hashes, h)
		p.Places = append(p.Places, byte(in.get(placeBits)))
		next = h + 1
	}
	return p, nil
}
