package textreuse

import "bytes"

// Repair reads what was typed or pasted in a broken form: syllables glued together or
// spelled letter by letter, raw Telex and VNI key strokes, single junk letters between
// syllables. It touches only words that are not Vietnamese syllables, and treats equal
// words equally, so that it can cost no match.
const maxRepairs = 8

func (t *Text) repair() {
	within, apart := []stride{{0, len(t.Words)}}, t.apart()
	mended := len(t.Words)
	for range maxRepairs {
		if 20*mended >= len(t.Words) && t.surplus() { // a few mended words make no row
			within = []stride{{0, len(t.Words)}}
		}
		var fixes []fix
		for _, s := range within {
			fixes = t.diagnose(fixes, s, apart)
		}
		if len(fixes) == 0 {
			return
		}
		mended = len(fixes)
		within = t.widened(t.apply(fixes))
	}
}

// stride is the words [from, to).
type stride struct{ from, to int }

// widened adds to what was mended the single letters around and the piece before, which it may complete.
func (t *Text) widened(mended []stride) (out []stride) {
	single := func(i int) bool { return t.wordEnd(i)-t.Words[i] == 1 }
	for _, s := range mended {
		for s.from > 0 && single(s.from-1) {
			s.from--
		}
		for s.to < len(t.Words) && single(s.to) {
			s.to++
		}
		if s.from > 0 && !isSyllable(t.word(s.from-1)) {
			s.from--
		}
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// fix replaces the words [from, to) by letters (nil: the letters stay) cut at ends.
type fix struct {
	from, to int
	letters  []byte
	ends     []int
}

// diagnose appends what to mend, in order of the text.
func (t *Text) diagnose(fixes []fix, within stride, apart bool) []fix {
	for i := within.from; i < within.to; i++ {
		w := t.word(i)
		if len(w) == 1 {
			n := t.singles(i)
			if n == 1 && t.torn(i, within.to) && (apart || !isSyllable(t.word(i+1))) {
				fixes = append(fixes, t.joined(i))
				n = 2
			} else if f, ok := t.mendSingles(i, n); ok {
				fixes = append(fixes, f)
			}
			i += n - 1
		} else if !isSyllable(w) {
			if t.torn(i, within.to) && t.singles(i+1) == 1 {
				fixes = append(fixes, t.joined(i))
				i++
				continue
			}
			if f, ok := t.mend(i, i+1, w); ok {
				fixes = append(fixes, f)
			}
		}
	}
	return fixes
}

// apart says whether single letters were rather torn off what follows than strewn in: of
// strewn ones only a few happen to make a syllable with it.
func (t *Text) apart() bool {
	single, torn := 0, 0
	for i := range t.Words {
		if w := t.word(i); len(w) == 1 && !digit(w[0]) && !isSyllable(w) {
			if single++; t.torn(i, len(t.Words)) {
				torn++
			}
		}
	}
	return 2*torn >= single
}

// torn says whether word i is no syllable and becomes one together with the next: one of
// the two is a letter that was torn off.
func (t *Text) torn(i, to int) bool {
	if i+1 >= to || isSyllable(t.word(i)) {
		return false
	}
	both := t.Letters[t.Words[i]:t.wordEnd(i+1)]
	return !digit(both[0]) && isSyllable(both)
}

// joined is the fix that makes a word and the next one word.
func (t *Text) joined(i int) fix {
	return fix{from: i, to: i + 2, ends: []int{int(t.wordEnd(i+1) - t.Words[i])}}
}

// singles counts the one-letter words from word i on.
func (t *Text) singles(i int) int {
	n := 0
	for i+n < len(t.Words) && t.wordEnd(i+n)-t.Words[i+n] == 1 {
		n++
	}
	return n
}

// mendSingles drops an isolated letter that is no syllable and joins three or more to
// the word they spell.
func (t *Text) mendSingles(i, n int) (fix, bool) {
	w := t.Letters[t.Words[i]:t.wordEnd(i+n-1)]
	switch {
	case n == 1 && digit(w[0]):
		return spell(i, i+1, w)
	case n == 1 && !isSyllable(w):
		t.Flags.Junk++
		t.sign(Junk, i, i+1)
		return fix{from: i, to: i + 1, letters: []byte{}}, true
	case n < 3 || allDigits(w):
		return fix{}, false
	}
	if f, ok := t.mend(i, i+n, w); ok {
		return f, true
	}
	return fix{from: i, to: i + n, ends: []int{len(w)}}, true
}

// mend tries the readings of a word that is no syllable, the likeliest first.
func (t *Text) mend(from, to int, w []byte) (fix, bool) {
	if f, ok := spell(from, to, w); ok || allDigits(w) {
		return f, ok
	}
	if bytes.IndexByte(w, '0') >= 0 { // which no way of typing uses
		if y := alternatives(w); y != nil {
			return fix{from, to, y, []int{len(y)}}, true
		}
	}
	if y := strokes(w, false); y != nil {
		t.stroked(from, to, w)
		return fix{from, to, y, []int{len(y)}}, true
	}
	if y := squeezed(w); y != nil {
		return fix{from, to, y, []int{len(y)}}, true
	}
	ends, whole := split(w)
	if whole || len(w) > 2*longestSyllable && len(ends) > 1 {
		return fix{from, to, nil, ends}, true
	}
	if y := strokes(w, true); y != nil {
		t.stroked(from, to, w)
		return fix{from, to, y, []int{len(y)}}, true
	}
	if y := alternatives(w); y != nil {
		return fix{from, to, y, []int{len(y)}}, true
	}
	return fix{}, false
}

// strokes decodes key strokes: the letters of the syllable, or nil. Strict reading takes
// doubled vowels, dd, w, j, f, z and VNI digits anywhere and a tone key s, r, x at the
// end; the free one takes tone keys and repeated vowels wherever they were typed.
func strokes(w []byte, free bool) []byte {
	if len(w) > 2*longestSyllable || digit(w[0]) {
		return nil
	}
	y := make([]byte, 0, len(w))
	for i, c := range w {
		last := i == len(w)-1
		tone := i > 0 && bytes.IndexByte([]byte("srx"), c) >= 0 && (last || free && i > 1)
		again := i > 0 && c == w[i-1] && bytes.IndexByte([]byte("aeod"), c) >= 0 ||
			free && last && bytes.IndexByte(w[:i], c) >= 0 && bytes.IndexByte([]byte("aeod"), c) >= 0
		if tone || again || digit(c) || i > 0 && bytes.IndexByte([]byte("wjfz"), c) >= 0 {
			continue
		}
		if c == 'w' {
			c = 'u'
		}
		y = append(y, c)
	}
	if len(y) == len(w) && !bytes.Contains(w, []byte("w")) || !isSyllable(y) {
		return nil
	}
	return y
}

// squeezed reads letters drawn out ("đảngggg"): the letters of the syllable, or nil.
func squeezed(w []byte) []byte {
	if len(w) > 4*longestSyllable || digit(w[0]) {
		return nil
	}
	y := make([]byte, 0, longestSyllable)
	for i, c := range w {
		if i > 0 && c == w[i-1] {
			continue
		}
		if len(y) == longestSyllable {
			return nil
		}
		y = append(y, c)
	}
	if len(y) == len(w) || !isSyllable(y) {
		return nil
	}
	return y
}

// stroked counts key strokes. "A4" and "E5" may be read as syllables, but are names of sizes and
// parts in everybody's text and no sign of anything.
func (t *Text) stroked(from, to int, w []byte) {
	if len(w) == 2 && digit(w[1]) {
		return
	}
	t.Flags.Strokes++
	t.sign(Stroke, from, to)
}

// sign notes the words [from, to).
func (t *Text) sign(kind SignKind, from, to int) {
	t.signs.add(kind, int(t.Start[t.Words[from]]), int(t.End[t.wordEnd(to-1)-1]))
}

// apply rebuilds the text with the fixes made and tells where they are now.
func (t *Text) apply(fixes []fix) (mended []stride) {
	o := Text{Flags: t.Flags, shown: t.shown, signs: t.signs}
	o.room(len(t.Letters)+8, len(t.Words)+8)
	at := 0
	for _, f := range fixes {
		o.copyWords(t, at, f.from)
		from := len(o.Words)
		o.copyFix(t, f)
		mended = append(mended, stride{from, len(o.Words)})
		at = f.to
	}
	o.copyWords(t, at, len(t.Words))
	t.spare()
	*t = o
	return mended
}

func (o *Text) copyWords(t *Text, from, to int) {
	if from >= to {
		return
	}
	b, e := t.Words[from], t.wordEnd(to-1)
	shift := uint32(len(o.Letters)) - b
	for _, w := range t.Words[from:to] {
		o.Words = append(o.Words, w+shift)
	}
	o.Letters = append(o.Letters, t.Letters[b:e]...)
	o.Start = append(o.Start, t.Start[b:e]...)
	o.End = append(o.End, t.End[b:e]...)
}

// copyFix writes one mended stretch; its letters lie over the bytes of the old ones.
func (o *Text) copyFix(t *Text, f fix) {
	b, e := int(t.Words[f.from]), int(t.wordEnd(f.to-1))
	y := f.letters
	if y == nil {
		y = t.Letters[b:e]
	}
	base := len(o.Letters)
	for i, c := range y {
		src := b + min(i, e-b-1)
		o.Letters = append(o.Letters, c)
		o.Start = append(o.Start, t.Start[src])
		if i == len(y)-1 {
			src = e - 1
		}
		o.End = append(o.End, t.End[src])
	}
	before := 0
	for _, end := range f.ends {
		o.Words = append(o.Words, uint32(base+before))
		before = end
	}
}

func digit(c byte) bool { return c <= '9' }

func allDigits(w []byte) bool {
	for _, c := range w {
		if !digit(c) {
			return false
		}
	}
	return true
}
