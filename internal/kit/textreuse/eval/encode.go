package eval

import (
	"math/rand/v2"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Further are disguises beyond the seventeen: old encodings, raw key strokes, layout.
// All should be as good as verbatim.
var Further = []Disguise{
	{Name: "TCVN3 as Latin-1", Rewrite: func(_ *rand.Rand, s string) string { return letters(s, tcvn3) }},
	{Name: "VNI-Windows as Latin-1", Rewrite: func(_ *rand.Rand, s string) string { return letters(s, vniWindows) }},
	{Name: "Telex key strokes", Rewrite: func(_ *rand.Rand, s string) string { return syllables(s, telexMarks, "sfrxj") }},
	{Name: "VNI key strokes", Rewrite: func(_ *rand.Rand, s string) string { return syllables(s, vniMarks, "12345") }},
	{Name: "UTF-8 encoded twice", Rewrite: func(_ *rand.Rand, s string) string { return twice(s) }},
	{Name: "VIQR", Rewrite: func(_ *rand.Rand, s string) string { return syllables(s, viqrMarks, "'`?~.") }},
	{Name: "junk letters", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, chance(r, 0.15, func(w string) string { return w + " " + string("bcdhklmnpqrstvx"[r.IntN(15)]) }))
	}},
	{Name: "spaced letters", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, chance(r, 0.3, func(w string) string { return strings.Join(strings.Split(w, ""), " ") }))
	}},
	{Name: "no spaces", Rewrite: func(_ *rand.Rand, s string) string { return strings.ReplaceAll(s, " ", "") }},
	{Name: "dots in words", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, chance(r, 0.3, func(w string) string { return strings.Join(strings.Split(w, ""), ".") }))
	}},
	{Name: "numbered lines", Rewrite: func(_ *rand.Rand, s string) string { return numbered(s) }},
	{Name: "mathematical letters", Rewrite: func(_ *rand.Rand, s string) string { return mathematical(bare(s)) }},
}

// parts takes a letter apart: base letter, shape (â ă ê ô ơ ư đ: ^ ( + -), tone 0–5 in
// the order level, acute, grave, hook, tilde, dot.
func parts(r rune) (base rune, shape byte, tone int) {
	switch r {
	case 'đ':
		return 'd', '-', 0
	case 'Đ':
		return 'D', '-', 0
	}
	for i, c := range norm.NFD.String(string(r)) {
		switch {
		case i == 0:
			base = c
		case c == 0x302:
			shape = '^'
		case c == 0x306:
			shape = '('
		case c == 0x31B:
			shape = '+'
		default:
			tone = 1 + strings.IndexRune("\u0301\u0300\u0309\u0303\u0323", c)/2
		}
	}
	return base, shape, tone
}

// syllables writes each syllable as key strokes: letters with their shape, then the tone.
func syllables(s string, shape func(rune, byte) string, tones string) string {
	return words(norm.NFC.String(s), func(w string) string {
		core := strings.TrimRight(w, ",.;:”")
		var b strings.Builder
		last := 0
		for _, r := range core {
			base, mark, tone := parts(r)
			b.WriteString(shape(base, mark))
			last = max(last, tone)
		}
		if last > 0 {
			b.WriteByte(tones[last-1])
		}
		return b.String() + w[len(core):]
	})
}

func telexMarks(base rune, shape byte) string {
	switch shape {
	case '^', '-':
		return string(base) + string(base)
	case '(', '+':
		return string(base) + "w"
	}
	return string(base)
}

func vniMarks(base rune, shape byte) string {
	return string(base) + map[byte]string{'^': "6", '+': "7", '(': "8", '-': "9"}[shape]
}

func viqrMarks(base rune, shape byte) string {
	if shape == '-' {
		return string(base) + string(base)
	}
	return string(base) + map[byte]string{'^': "^", '+': "+", '(': "("}[shape]
}

func letters(s string, f func(r rune) string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		b.WriteString(f(r))
	}
	return b.String()
}

// tcvn3Codes lists the Latin-1 reading of the TCVN3 codes beside the letters.
var tcvn3Codes = func() map[rune]rune {
	m := map[rune]rune{}
	from := []rune("ăâêôơưđĂÂÊÔƠƯĐàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")
	to := []rune("¨©ª«¬\u00ad®¡¢£¤¥¦§µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ")
	for i, r := range from {
		m[r] = to[i]
	}
	return m
}()

func tcvn3(r rune) string {
	if c, ok := tcvn3Codes[r]; ok {
		return string(c)
	}
	if c, ok := tcvn3Codes[[]rune(strings.ToLower(string(r)))[0]]; ok {
		return string(c)
	}
	return string(r)
}

// vniWindows writes the base letter and its marks as a second character.
func vniWindows(r rune) string {
	base, shape, tone := parts(r)
	tones := []string{"", "ù", "ø", "û", "õ", "ï"}
	switch {
	case base < 0x80 && shape == 0 && tone == 0:
		return string(base)
	case shape == '-':
		return "ñ"
	case shape == '^':
		return string(base) + []string{"â", "á", "à", "å", "ã", "ä"}[tone]
	case shape == '(':
		return string(base) + []string{"ê", "é", "è", "ú", "ü", "ë"}[tone]
	case shape == '+' && (base == 'o' || base == 'O'):
		return "ô" + tones[tone]
	case shape == '+':
		return "ö" + tones[tone]
	case base == 'i' || base == 'I':
		return []string{"i", "í", "ì", "æ", "ó", "ò"}[tone]
	case base == 'y' && tone == 5:
		return "î"
	case base >= 0x80:
		return string(r)
	}
	return string(base) + tones[tone]
}

// twice reads the UTF-8 bytes as Windows-1252 and encodes them again.
func twice(s string) string {
	upper := []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 0x80 && c < 0xA0 {
			b.WriteRune(upper[c-0x80])
		} else {
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

func numbered(s string) string {
	ws := strings.Fields(s)
	var b strings.Builder
	for i, w := range ws {
		if i%12 == 0 {
			b.WriteString("\n" + string(rune('1'+i/12%9)) + ". ")
		}
		b.WriteString(w + " ")
	}
	return b.String()
}

func mathematical(s string) string {
	return letters(s, func(r rune) string {
		if r >= 'a' && r <= 'z' {
			r = r - 'a' + 0x1D41A
		}
		return string(r)
	})
}
