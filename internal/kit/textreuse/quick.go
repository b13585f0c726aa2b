package textreuse

import "strings"

// quickBytes is what an ASCII byte folds to; slow asks for a closer look.
const slow = 3

var quickBytes = func() (t [256]byte) {
	for i := range t {
		switch {
		case i >= 0x80 || joins(byte(i)) || strings.IndexByte(`&%=\-@<[`, byte(i)) >= 0:
			t[i] = slow
		default:
			t[i] = ascii(rune(i))
		}
	}
	return t
}()

// quick folds as far as there is nothing but Latin letters, the signs of everyday text
// and combining marks. What it folds, take folds to the same.
func (f *folder) quick(end int) {
	t := f.t
	n, at, in := len(t.Letters), f.at, f.in
	room := min(cap(t.Letters), cap(t.Start), cap(t.End), MaxLetters)
	letters, starts, ends := t.Letters[:room], t.Start[:room], t.End[:room]
	for at < end && n < room {
		size, b := 1, quickBytes[f.s[at]]
		if b == slow {
			if size, b = f.quickRune(at, end); size == 0 {
				break
			}
		}
		switch b {
		case gap:
			in = false
		case unseen:
			if in {
				ends[n-1] = uint32(at + size)
			}
		default:
			if !in {
				t.Words = append(t.Words, uint32(n))
				in = true
			}
			letters[n], starts[n], ends[n] = b, uint32(at), uint32(at+size)
			n++
		}
		at += size
	}
	f.at, f.in = at, in
	t.Letters, t.Start, t.End = letters[:n], starts[:n], ends[:n]
}

// quickRune decodes a letter or mark of two or three bytes that calls for no flag; size 0
// when it is none.
func (f *folder) quickRune(at, end int) (size int, b byte) {
	c := f.s[at]
	var r rune
	switch {
	case c >= 0xC2 && c < 0xE0 && at+1 < end && f.s[at+1]&0xC0 == 0x80:
		r, size = rune(c&0x1F)<<6|rune(f.s[at+1]&0x3F), 2
		if c == 0xC3 && at+2 < end && f.s[at+2] >= 0xC2 && r >= 0xC2 { // perhaps encoded twice
			return 0, 0
		}
	case c == 0xE1 && at+2 < end && f.s[at+1]&0xC0 == 0x80 && f.s[at+2]&0xC0 == 0x80:
		r, size = 0x1000|rune(f.s[at+1]&0x3F)<<6|rune(f.s[at+2]&0x3F), 3
	default:
		return 0, 0
	}
	b = f.plane[r]
	if b == wide || b == unseen && (r < 0x300 || r > 0x36F) || r >= 0x370 && r < 0x590 {
		return 0, 0
	}
	return size, b
}
