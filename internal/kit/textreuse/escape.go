package textreuse

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxEscape bounds the bytes of one escaped character.
const maxEscape = 12

// escape reads a character that was written with others: &aacute; &#225; %C3%A1 =C3=A1
// \u00e1. Only what is not ASCII is read this way, so that "50%" and "a=b" remain.
func escape(s string) (r rune, size int) {
	switch s[0] {
	case '&':
		return entity(s)
	case '%', '=':
		return hexBytes(s)
	case '\\':
		if len(s) >= 6 && s[1] == 'u' {
			digits, size := s[2:6], 6
			if s[2] == '{' {
				n := strings.IndexByte(s[:min(len(s), maxEscape)], '}')
				digits, size = s[3:max(3, n)], n+1
			}
			if n, err := strconv.ParseUint(digits, 16, 21); err == nil && n >= 0x80 && utf8.ValidRune(rune(n)) {
				return rune(n), size
			}
		}
	}
	return 0, 0
}

func entity(s string) (r rune, size int) {
	end := strings.IndexByte(s[:min(len(s), maxEscape)], ';')
	if end < 0 {
		return unended(s)
	}
	if rest, ok := strings.CutPrefix(s, "&amp;"); ok { // escaped twice, or oftener
		if r, n := entity("&" + rest[:min(len(rest), maxEscape)]); n > 0 {
			return r, n + len("amp;")
		}
	}
	plain := html.UnescapeString(s[:end+1])
	if r, n := utf8.DecodeRuneInString(plain); n == len(plain) && r != utf8.RuneError {
		return r, end + 1
	}
	return unended(s)
}

// unended reads &#7843 without its semicolon, as browsers do.
func unended(s string) (r rune, size int) {
	if !strings.HasPrefix(s, "&#") {
		return 0, 0
	}
	for size = 2; size < len(s) && size < 9 && s[size] >= '0' && s[size] <= '9'; size++ {
		r = 10*r + rune(s[size]-'0')
	}
	if r < 0x80 || r > 0xFFFF || !utf8.ValidRune(r) {
		return 0, 0
	}
	return r, size
}

// hexBytes reads the UTF-8 bytes of a character written as =XX or %XX.
func hexBytes(s string) (r rune, size int) {
	var raw [utf8.UTFMax]byte
	for n := 0; n < len(raw) && 3*n+3 <= len(s) && s[3*n] == s[0]; n++ {
		b, err := strconv.ParseUint(s[3*n+1:3*n+3], 16, 8)
		if err != nil || n == 0 && b < 0xC2 {
			return 0, 0
		}
		raw[n] = byte(b)
		if r, size := utf8.DecodeRune(raw[:n+1]); r != utf8.RuneError {
			return r, 3 * size
		}
	}
	return 0, 0
}

// maxNumbering bounds the bytes before an item.
const maxNumbering = 40

// numbering passes over the number of an item or a page at the beginning of a line: text
// is copied under other numbers.
func (f *folder) numbering(end int) {
	at := f.at
	for at < end && strings.IndexByte(" \t-*#>|", f.s[at]) >= 0 {
		at++
	}
	from := at
	for at < end && at-from < 9 && (f.s[at] >= '0' && f.s[at] <= '9' || at > from && f.s[at] == '.') {
		at++
	}
	if at == from {
		return
	}
	if at < end && strings.IndexByte(")|", f.s[at]) >= 0 {
		at++
	}
	numbered := strings.IndexByte(".)|", f.s[at-1]) >= 0
	for at < end && strings.IndexByte(" \t-\r", f.s[at]) >= 0 {
		at++
	}
	if numbered || at < len(f.s) && f.s[at] == '\n' { // an item, or a page
		f.at, f.in = at, false
	}
}
