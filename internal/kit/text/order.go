package text

import (
	"bytes"
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NameKey is the sort key of a personal name in Vietnamese order: given name
// (the last word), then family name (the first), then what is between, each
// compared by letters first and tones second, as x/text/collate does for "vi"
// (a test compares them). The key is printable ASCII, about one character a
// letter, and sorts by its bytes, as `order by` does on SQLite and on a
// PostgreSQL that kit/db accepts. It is our own instead of the Collator's
// because that one is eight times as long, which matters for five million
// people, and because it orders "hoà" and "hòa" as the same word.
func NameKey(full string) string {
	words := strings.Fields(full)
	if len(words) == 0 {
		return ""
	}
	given, rest := words[len(words)-1], words[:len(words)-1]
	if len(rest) == 0 {
		return key(given, "", "")
	}
	return key(given, rest[0], strings.Join(rest[1:], " "))
}

// TitleKey is the same for titles and unit names, from left to right, numbers
// by their value: "Chi bộ 2" comes before "Chi bộ 10".
func TitleKey(title string) string {
	if strings.TrimSpace(title) == "" {
		return ""
	}
	return key(title)
}

// Weights of one character; anything less sorts earlier. Nothing follows what ends a key
// but more of it, so that both ends are left out where the key is over.
const (
	endPart  = '!'
	endLevel = '"'
	gap      = '#' // space and punctuation
	number   = '$' // then the count of digits (at most 15) as '0'+n, then the digits
	letters  = 'A' // to 'a'
	foreign  = '~' // then the code point in four characters of six bits
)

// alphabet in Vietnamese order: ă, â, đ, ê, ô, ơ, ư are letters of their own.
var weight = func() map[rune]byte {
	m := map[rune]byte{}
	for i, r := range []rune("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz") {
		m[r] = letters + byte(i)
	}
	return m
}()

// Tones in dictionary order: ngang (level), huyền, hỏi, ngã, sắc, nặng.
const level = '1'

var tone = map[rune]byte{'\u0300': '2', '\u0309': '3', '\u0303': '4', '\u0301': '5', '\u0323': '6'}

func key(parts ...string) string {
	var k []byte
	for _, p := range parts {
		w, tones := weigh(p)
		k = append(k, w...)
		k = append(k, endLevel)
		k = append(k, tones...)
		k = append(k, endPart)
	}
	return strings.TrimRight(string(k), string([]byte{endPart, endLevel}))
}

// weigh gives the letter weights of s and its tones, one a word without the level ones at
// the end: a Vietnamese syllable has one tone wherever its mark was put.
func weigh(s string) (w, tones []byte) {
	for i, word := range strings.FieldsFunc(plain(s), between) {
		if i > 0 {
			w = append(w, gap)
		}
		letters, tone := syllable(word)
		w, tones = append(w, letters...), append(tones, tone)
	}
	return w, bytes.TrimRight(tones, string(level))
}

func between(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r)
}

func syllable(word string) (w []byte, mark byte) {
	var digits []byte
	mark = level
	for _, r := range word {
		if r >= '0' && r <= '9' {
			digits = append(digits, byte(r))
			continue
		}
		w, digits = append(w, numeral(digits)...), nil
		switch {
		case tone[r] != 0:
			mark = tone[r]
		case weight[r] != 0:
			w = append(w, weight[r])
		case !unicode.Is(unicode.Mn, r):
			w = append(w, foreign, sextet(r>>18), sextet(r>>12), sextet(r>>6), sextet(r))
		}
	}
	return append(w, numeral(digits)...), mark
}

func sextet(r rune) byte { return '0' + byte(r&63) }

func numeral(digits []byte) []byte {
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	if len(digits) == 0 {
		return nil
	}
	return append([]byte{number, '0' + byte(min(len(digits), 15))}, digits...)
}

// plain lowers s and separates tones from letters but keeps ă, â, đ, ê, ô, ơ, ư whole.
func plain(s string) string {
	var out strings.Builder
	for _, r := range norm.NFKC.String(s) {
		if unicode.Is(unicode.Cf, r) {
			continue
		}
		if latin, ok := looksLatin[r]; ok && latin != 'd' {
			r = latin
		}
		out.WriteString(split(stroke(unicode.ToLower(r))))
	}
	return out.String()
}

func stroke(r rune) rune {
	if r == 'ð' || r == 'ɖ' {
		return 'đ'
	}
	return r
}

// split takes the tone off a letter: ấ is â and sắc. Marks that are neither
// tone nor part of a letter of ours stay behind the base letter and weigh nothing.
func split(r rune) string {
	if s, ok := pieces[r]; ok || r < utf8.RuneSelf {
		return cmp.Or(s, string(r))
	}
	return decompose(r)
}

// pieces saves decomposing the letters of ours again for every name.
var pieces = func() map[rune]string {
	m := map[rune]string{}
	for _, r := range "aăâeêioôơuưy" {
		for mark := range tone {
			for _, whole := range norm.NFC.String(string([]rune{r, mark})) {
				m[whole] = decompose(whole)
			}
		}
		m[r] = string(r)
	}
	m['đ'] = "đ"
	return m
}()

func decompose(r rune) string {
	var base, after []rune
	for _, d := range norm.NFD.String(string(r)) {
		if _, ok := tone[d]; ok {
			after = append(after, d)
		} else {
			base = append(base, d)
		}
	}
	return norm.NFC.String(string(base)) + string(after)
}
