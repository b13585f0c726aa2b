package word

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n")

// Clean is s as it will stand in the file: NFC, valid UTF-8, one kind of line break, no control characters.
func Clean(s string) string {
	s = breaks.Replace(strings.ToValidUTF8(s, string(utf8.RuneError)))
	return norm.NFC.String(strings.Map(legal, s))
}

func legal(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfeff, r&0xfffe == 0xfffe:
		return -1
	}
	return r
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;", "\n", " ", "\t", " ")

func escape(s string) string { return escapes.Replace(Clean(s)) }
