package textreuse

import (
	"strings"
	"unicode/utf8"
)

// Bounds of one essay; what lies beyond is not compared and Flags.Truncated says so.
const (
	MaxBytes   = 1 << 21
	MaxLetters = 1 << 18
)

// Text is a text folded to a stream of letters a–z (without y) and digits 0–9, without
// marks, spaces and signs. Letter i came from the bytes [Start[i], End[i]) of the
// original, whose bounds lie on code points; marks belong to the letter before them.
type Text struct {
	Letters    []byte
	Start, End []uint32
	Words      []uint32 // letter at which each syllable begins, ascending
	Flags      Flags

	shown string
	signs *signs // nil unless wanted
}

// Fold turns any string, valid UTF-8 or not, into its letter stream. Text that differs
// only in marks, letter case, spaces, signs, look-alikes, unseen characters, old
// encodings or raw key strokes folds to the same letters, and folding Text.String again
// changes nothing.
func Fold(s string) *Text {
	return fold(s, nil)
}

func fold(s string, found *signs) *Text {
	t := &Text{shown: s, signs: found}
	if len(s) > MaxBytes {
		s, t.Flags.Truncated = s[:MaxBytes], true
	}
	f := newFolder(t, s)
	for f.at < len(s) && len(t.Letters) < MaxLetters {
		f.clause()
	}
	t.Flags.Truncated = t.Flags.Truncated || f.at < len(s)
	t.repair()
	return t
}

// String writes the folded syllables separated by spaces.
func (t *Text) String() string {
	var b strings.Builder
	for i := range t.Words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.Write(t.word(i))
	}
	return b.String()
}

func (t *Text) word(i int) []byte { return t.Letters[t.Words[i]:t.wordEnd(i)] }

func (t *Text) wordEnd(i int) uint32 {
	if i+1 < len(t.Words) {
		return t.Words[i+1]
	}
	return uint32(len(t.Letters))
}

// folder walks over a string; in is whether it stands inside a syllable.
type folder struct {
	t     *Text
	s     string
	at    int
	in    bool
	width int // bytes of the code point at hand where it is written with others, else 0
	plane *plane
}

func newFolder(t *Text, s string) *folder {
	t.room(len(s)*3/5+8, len(s)/5+8)
	return &folder{t: t, s: s, plane: planeOnce()}
}

// clause folds up to the next full stop or line end in the encoding that suits it.
func (f *folder) clause() {
	if f.at == 0 || f.s[f.at-1] == '\n' {
		f.numbering(min(len(f.s), f.at+maxNumbering))
	}
	end, odd := clauseEnd(f.s, f.at)
	decode := decodePlain
	if odd {
		decode = sniff(f.s[f.at:end])
	}
	if decode == decodePlain {
		f.plain(end)
		return
	}
	was := len(f.t.Letters)
	f.t.signs.add(Legacy, f.at, end)
	f.legacy(end, decoders[decode])
	f.t.Flags.Legacy += len(f.t.Letters) - was
}

// Bytes that matter to clauseEnd.
const (
	ends   = 1 // a clause
	latin1 = 2 // may begin a Latin-1 character
)

var clauseBytes = [256]byte{'\n': ends, '.': ends, ';': ends, ':': ends, '!': ends, '?': ends, 0xC2: latin1, 0xC3: latin1}

// maxClause is where a clause ends that no sign ends.
const maxClause = 4096

// clauseEnd finds where the clause at i ends, and whether it holds characters that
// modern Vietnamese has no use for.
func clauseEnd(s string, i int) (end int, odd bool) {
	limit := min(len(s), i+maxClause)
	for ; i < limit; i++ {
		switch clauseBytes[s[i]] {
		case ends:
			return i + 1, odd
		case latin1:
			odd = odd || oddLatin(s[i:])
		}
	}
	for limit < len(s) && !utf8.RuneStart(s[limit]) {
		limit++
	}
	return limit, odd
}

func (f *folder) plain(end int) {
	for f.at < end {
		f.quick(end)
		if f.at < end {
			f.odd(end)
		}
	}
}

// odd folds one character that quick left.
func (f *folder) odd(end int) {
	s := f.s[f.at:end]
	if s[0] < utf8.RuneSelf {
		if r, size := escape(f.s[f.at:]); size > 0 {
			f.t.signs.add(Legacy, f.at, f.at+size)
			f.t.Flags.Legacy++
			f.take(f.coded(r, size), size)
		} else if n, by := tag(f.s[f.at:]); n > 0 {
			f.take(by, n)
		} else if n := hyphen(s); n > 0 {
			f.take(unseen, n)
		} else if s[0] == '@' && (f.in || len(s) > 1 && ascii(rune(s[1])) != gap) {
			f.t.signs.add(LookAlike, f.at, f.at+1)
			f.t.Flags.LookAlikes++
			f.take('a', 1)
		} else {
			f.take(ascii(rune(s[0])), 1)
		}
		return
	}
	if r, size := doubled(s); size > 0 {
		f.t.signs.add(Legacy, f.at, f.at+size)
		f.t.Flags.Legacy++
		f.take(f.coded(r, size), size)
		return
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == override {
		f.turned()
		return
	}
	f.take(f.rune(r), size)
}

// hyphen is the length of a hyphen and the line end it stands at.
func hyphen(s string) int {
	if s[0] != '-' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\n':
			return i + 1
		case ' ', '\t', '\r':
		default:
			return 0
		}
	}
	return 0
}

// rune folds one code point and counts what is out of place.
func (f *folder) rune(r rune) byte {
	var b byte
	if int(r) < len(f.plane) {
		b = f.plane[r]
	} else {
		b = classify(r)
	}
	switch {
	case b == unseen && (r < 0x300 || r > 0x36F) && r != 0xFEFF:
		f.t.Flags.Invisible++
		f.t.signs.add(Invisible, f.at, f.at+utf8.RuneLen(r))
	case b > wide && (r >= 0x370 && r < 0x590 || r > 0xA000):
		f.t.Flags.LookAlikes++
		f.t.signs.add(LookAlike, f.at, f.at+utf8.RuneLen(r))
	case b == wide:
		return f.several(r)
	}
	return b
}

// coded folds a code point that size bytes stand for.
func (f *folder) coded(r rune, size int) byte {
	f.width = size
	b := f.rune(r)
	f.width = 0
	return b
}

// several adds all letters of a ligature but the last, which the caller adds.
func (f *folder) several(r rune) byte {
	s, ok := severalOnce()[r]
	if !ok {
		s = decompose(r)
	}
	size := utf8.RuneLen(r)
	if f.width > 0 {
		size = f.width
	}
	for _, b := range s[:len(s)-1] {
		f.take(b, size)
		f.at -= size
	}
	return s[len(s)-1]
}

// take adds what the next size bytes fold to.
func (f *folder) take(b byte, size int) {
	t, from := f.t, f.at
	f.at += size
	switch {
	case b == unseen:
		if f.in {
			t.End[len(t.End)-1] = uint32(f.at)
		}
	case b == gap:
		if !joins(f.s[from]) || f.at >= len(f.s) {
			f.in = false
		}
	case len(t.Letters) >= MaxLetters:
		t.Flags.Truncated = true
	default:
		if !f.in {
			t.Words = append(t.Words, uint32(len(t.Letters)))
			f.in = true
		}
		t.Letters = append(t.Letters, b)
		t.Start = append(t.Start, uint32(from))
		t.End = append(t.End, uint32(f.at))
	}
}
