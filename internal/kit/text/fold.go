package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold is the form that search columns hold and queries are turned into: lower
// case, without marks, đ as d, white space single, and letters that only look
// Latin (Cyrillic, Greek, full width, the old eth for đ) as the Latin letter
// they look like. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r >= foldedSize || folded[r] == 0 {
			return strings.Join(strings.Fields(foldLetters(s)), " ")
		}
		switch c := folded[r]; {
		case c == gone, c == ' ' && (len(b) == 0 || b[len(b)-1] == ' '):
		default:
			b = append(b, c)
		}
	}
	if n := len(b); n > 0 && b[n-1] == ' ' {
		b = b[:n-1]
	}
	return string(b)
}

// folded is the letter or space that a common character folds to by itself, gone for
// nothing, zero for those to be looked at one by one.
var folded = func() (t [foldedSize]byte) {
	for r := rune(1); r < foldedSize; r++ {
		f := foldLetters(string(r))
		switch {
		case unicode.IsSpace(r):
			t[r] = ' '
		case f == "":
			t[r] = gone
		case len(f) == 1 && f[0] > ' ':
			t[r] = f[0]
		}
	}
	return t
}()

const (
	foldedSize = 0x2000
	gone       = 1
)

func foldLetters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		if latin, ok := looksLatin[r]; ok {
			r = latin
		}
		b.WriteRune(lower(r))
	}
	return b.String()
}

// lower also folds letters whose lower case is itself a look-alike (Cyrillic А → а → a).
func lower(r rune) rune {
	r = unicode.ToLower(r)
	if latin, ok := looksLatin[r]; ok {
		return latin
	}
	return r
}

// looksLatin holds lower and upper case separately only where the shapes differ:
// Greek Η looks like h, but η like nothing of ours.
var looksLatin = pairs(
	"đd", "Đd", "ðd", "Ðd", "ɖd", "Ɖd", "ıi",
	"аa", "еe", "оo", "рp", "сc", "уy", "хx", "ѕs", "іi", "јj", "һh", "ԁd", "ԛq", "ԝw", "ӏl",
	"ВB", "КK", "МM", "НH", "ТT",
	"ΑA", "ΒB", "ΕE", "ΖZ", "ΗH", "ΙI", "ΚK", "ΜM", "ΝN", "ΟO", "ΡP", "ΤT", "ΥY", "ΧX", "οo",
)

func pairs(list ...string) map[rune]rune {
	m := make(map[rune]rune, len(list))
	for _, p := range list {
		r := []rune(p)
		m[r[0]] = unicode.ToLower(r[1])
	}
	return m
}

// searched bounds the words of a search: every one of them makes the question longer.
const searched = 20

// Words are the folded words of a search, the first twenty: nobody looks for a name of more.
func Words(find string) []string {
	w := strings.Fields(Fold(find))
	return w[:min(len(w), searched)]
}

// Bare is Fold with letters and digits only, words parted by one space: what a position is
// looked through for whole words.
func Bare(s string) string {
	return strings.Join(strings.FieldsFunc(foldLetters(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
