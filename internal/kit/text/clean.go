package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NFC composes s, so that the same word typed on two keyboards is the same bytes.
func NFC(s string) string { return norm.NFC.String(s) }

// Clean makes one line of what was typed or read from a file: NFC, trimmed,
// every run of white space one space, invisible marks (zero width, text
// direction, BOM) gone. It is false, with an empty string, when s is not valid
// UTF-8 or holds a control character other than white space.
func Clean(s string) (string, bool) {
	if tidy(s) {
		return s, true
	}
	if !printable(s) {
		return "", false
	}
	return strings.Join(strings.Fields(visible(s)), " "), true
}

// Lines is Clean for text of several lines: each line is cleaned, line ends
// become "\n", at most one empty line stays between two paragraphs.
func Lines(s string) (string, bool) {
	if tidy(s) {
		return s, true
	}
	if !printable(s) {
		return "", false
	}
	s = lineEnds.Replace(visible(s))
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n"), true
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n")

// tidy is a quick yes for the many strings that need no cleaning: printable
// ASCII and whole Latin letters, single spaces inside. False means look closer.
func tidy(s string) bool {
	last := ' '
	for _, r := range s {
		switch {
		case r == ' ' && last == ' ':
			return false
		case r >= ' ' && r < 0x7f, r >= 0xC0 && r < 0x250, r >= 0x1EA0 && r <= 0x1EF9:
		default:
			return false
		}
		last = r
	}
	return last != ' ' || s == ""
}

func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }) < 0
}

// visible composes s after dropping format characters: removed first, because
// one may stand between a letter and its mark.
func visible(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s))
}
