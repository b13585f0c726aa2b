package eval

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Unnamed are more disguises that nobody named, tried after the rules were written: those
// of encoding and layout were mended where they slipped through, the others stand as they
// are.
var Unnamed = []Disguise{
	{Name: "encoding: VISCII as Windows-1252", Rewrite: func(_ *rand.Rand, s string) string { return letters(s, viscii) }},
	{Name: "encoding: Windows-1258 as 1252", Rewrite: func(_ *rand.Rand, s string) string { return letters(s, windows1258) }},
	{Name: "encoding: TCVN3 every other sentence", Rewrite: func(_ *rand.Rand, s string) string {
		return everySentence(s, 2, func(p string) string { return letters(p, tcvn3) })
	}},
	{Name: "encoding: TCVN3 words among others", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, chance(r, 0.5, func(w string) string { return letters(w, tcvn3) }))
	}},
	{Name: "encoding: VIQR words among others", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, chance(r, 0.5, func(w string) string { return syllables(w, viqrMarks, "'`?~.") }))
	}},
	{Name: "encoding: Greek, Cyrillic, all letters", Rewrite: func(_ *rand.Rand, s string) string { return foreign.Replace(strings.ToUpper(bare(s))) }},
	{Name: "encoding: marks out of order, doubled", Rewrite: func(r *rand.Rand, s string) string { return disordered(s) }},
	{Name: "encoding: marks of direction", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, chance(r, 0.5, func(w string) string { return "\u202b" + w[:1] + w[1:] + "\u200f\u202c" }))
	}},
	{Name: "encoding: right to left override", Rewrite: func(_ *rand.Rand, s string) string { return everySentence(s, 1, overridden) }},
	{Name: "encoding: variation selectors, tags", Rewrite: func(_ *rand.Rand, s string) string {
		return letters(s, func(r rune) string { return string(r) + "\ufe0f\U000e0041" })
	}},
	{Name: "encoding: a as @, o as 0, l as 1", Rewrite: func(_ *rand.Rand, s string) string {
		return strings.NewReplacer("a", "@", "o", "0", "l", "1").Replace(s)
	}},
	{Name: "encoding: first letters apart", Rewrite: func(r *rand.Rand, s string) string { return words(s, chance(r, 0.4, apart)) }},
	{Name: "encoding: circled letters", Rewrite: func(_ *rand.Rand, s string) string { return shifted(s, 0x24B6) }},
	{Name: "layout: two columns side by side", Rewrite: func(_ *rand.Rand, s string) string { return columns(s, 7) }},
	{Name: "layout: signs before each clause", Rewrite: func(r *rand.Rand, s string) string { return bulleted(r, s) }},
	{Name: "layout: footnote numbers", Rewrite: func(_ *rand.Rand, s string) string { return footnoted(s) }},
	{Name: "layout: sentences in comments and tags", Rewrite: func(_ *rand.Rand, s string) string {
		return sentencesIn(s, "<!-- ", " -->", `<p title="`, `">`, "[quote=", "]")
	}},
	{Name: "layout: capitals, a word a line", Rewrite: func(_ *rand.Rand, s string) string { return strings.Join(strings.Fields(strings.ToUpper(s)), "\n") }},
	{Name: "words: one in seven replaced", Rewrite: func(r *rand.Rand, s string) string { return replaced(r, s, 7) }},
	{Name: "words: one in five replaced", Rewrite: func(r *rand.Rand, s string) string { return replaced(r, s, 5) }},
	{Name: "words: one in four replaced", Rewrite: func(r *rand.Rand, s string) string { return replaced(r, s, 4) }},
	{Name: "words: one in three replaced", Rewrite: func(r *rand.Rand, s string) string { return replaced(r, s, 3) }},
	{Name: "words: abbreviations not in any list", Rewrite: func(_ *rand.Rand, s string) string { return contracted.Replace(s) }},
	{Name: "words: numbers in digits", Rewrite: func(_ *rand.Rand, s string) string { return inDigits.Replace(s) }},
	{Name: "words: spelling of chats", Rewrite: func(_ *rand.Rand, s string) string { return words(s, chatted) }},
	{Name: "words: misread by a scanner, 15%", Rewrite: func(r *rand.Rand, s string) string { return words(s, chance(r, 0.15, misread)) }},
	{Name: "words: s for x, ch for tr, n for l", Rewrite: func(_ *rand.Rand, s string) string { return dialect.Replace(s) }},
	{Name: "order: sentences backwards", Rewrite: func(_ *rand.Rand, s string) string { return backwards(s, ". ") }},
	{Name: "order: clauses backwards", Rewrite: func(_ *rand.Rand, s string) string { return backwards(s, ", ") }},
	{Name: "order: halves of sentences exchanged", Rewrite: func(_ *rand.Rand, s string) string { return everySentence(s, 1, exchanged) }},
	{Name: "volume: every other clause left out", Rewrite: func(_ *rand.Rand, s string) string { return thinned(s) }},
}

// sentencesIn puts each sentence between the next pair of brackets.
func sentencesIn(s string, pairs ...string) string {
	i := -2
	return everySentence(s, 1, func(p string) string {
		i = (i + 2) % len(pairs)
		return pairs[i] + p + pairs[i+1]
	})
}

// visciiCodes lists the code points under which Windows-1252 shows VISCII.
var visciiCodes = func() map[rune]string {
	m := map[rune]string{}
	from := []rune("ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĂÂÊÔƠƯĐ")
	to := []rune("åâêô½ßðàäãáÕ¢ÆÇ¡£¥¦ç¤§èë¨é©«¬\u00adª®ìïîí¸òöõó÷°±²¯µ¶·Þ¾þùüûúø×ØæÑñÏÖÛýÜÅÂÊÔ´¿Ð")
	for i, r := range from {
		m[r] = string(to[i])
	}
	return m
}()

func viscii(r rune) string {
	if c, ok := visciiCodes[r]; ok {
		return c
	}
	return lowered(r, visciiCodes)
}

// lowered is the code of the small letter where there is none of the capital.
func lowered(r rune, codes map[rune]string) string {
	if c, ok := codes[[]rune(strings.ToLower(string(r)))[0]]; ok {
		return c
	}
	return string(r)
}

// windows1258 writes a tone as a character of its own.
func windows1258(r rune) string {
	encode := charmap.Windows1258.NewEncoder()
	var b strings.Builder
	for _, c := range taken(r) {
		if raw, err := encode.String(string(c)); err == nil {
			shown, _ := charmap.Windows1252.NewDecoder().String(raw)
			b.WriteString(shown)
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// taken is a letter with its shape, and its tone apart.
func taken(r rune) []rune {
	var shape, tone []rune
	for _, c := range norm.NFD.String(string(r)) {
		if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", c) {
			tone = append(tone, c)
		} else {
			shape = append(shape, c)
		}
	}
	return append([]rune(norm.NFC.String(string(shape))), tone...)
}

func everySentence(s string, n int, f func(string) string) string {
	parts := strings.Split(strings.TrimSuffix(s, "."), ". ")
	for i := range parts {
		if i%n == 0 {
			parts[i] = f(parts[i])
		}
	}
	return strings.Join(parts, ". ") + "."
}

var foreign = strings.NewReplacer("A", "Α", "B", "В", "C", "С", "E", "Ε", "H", "Η", "I", "Ι", "K", "Κ", "M", "М", "N", "Ν", "O", "Ο", "P", "Р", "T", "Τ", "X", "Χ", "Y", "Υ", "U", "υ", "V", "ν", "G", "ɡ", "S", "Ѕ", "D", "ԁ", "L", "ⅼ", "R", "г", "Q", "ԛ")

// disordered puts the marks of a letter in the wrong order and the last one twice.
func disordered(s string) string {
	return letters(s, func(r rune) string {
		rs := []rune(norm.NFD.String(string(r)))
		if len(rs) < 2 {
			return string(r)
		}
		slices.Reverse(rs[1:])
		return string(append(rs, rs[len(rs)-1]))
	})
}

// overridden looks right on the screen and is stored from back to front.
func overridden(s string) string {
	rs := []rune(norm.NFC.String(s))
	slices.Reverse(rs)
	return "\u202e" + string(rs) + "\u202c"
}

func apart(w string) string {
	rs := []rune(w)
	if len(rs) < 3 {
		return w
	}
	return string(rs[:1]) + " " + string(rs[1:])
}

// columns sets s in two columns and reads across.
func columns(s string, n int) string {
	lines := slices.Collect(slices.Chunk(strings.Fields(s), n))
	half := (len(lines) + 1) / 2
	var b strings.Builder
	for i := range half {
		b.WriteString(strings.Join(lines[i], " ") + "     ")
		if half+i < len(lines) {
			b.WriteString(strings.Join(lines[half+i], " "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func bulleted(r *rand.Rand, s string) string {
	parts := strings.Split(s, ", ")
	for i, p := range parts {
		parts[i] = []string{"- ", "• ", "+ ", "* ", string(rune('a'+i%26)) + ") ", "IV. ", "➢ ", "(ii) "}[r.IntN(8)] + p
	}
	return strings.Join(parts, "\n")
}

func footnoted(s string) string {
	ws := strings.Fields(s)
	for i := range ws {
		if i%9 == 8 {
			ws[i] += []string{"[12]", "¹²", "(3)", "²", " [4, tr. 15]"}[i/9%5]
		}
	}
	return strings.Join(ws, " ")
}

// replaced puts another word in the place of every n-th.
func replaced(r *rand.Rand, s string, n int) string {
	i := 0
	return spoken(s, func(w string) string {
		if i++; i%n == 0 {
			return word(r, things)
		}
		return w
	})
}

var contracted = strings.NewReplacer("đoàn thanh niên", "ĐTN", "hội phụ nữ", "HPN", "hợp tác xã", "HTX", "ban công tác mặt trận", "BCTMT", "nhà văn hóa", "NVH",
	"hội nông dân", "HND", "hội cựu chiến binh", "HCCB", "trạm y tế", "TYT", "tổ dân phố", "TDP", "chi bộ", "CB", "nhân dân", "ND", "kế hoạch", "KH", "chương trình", "CT")

var inDigits = strings.NewReplacer("mười lăm", "15", "bốn mươi hai", "42", "hai mươi", "20", "một trăm", "100", "hai", "2", "ba ", "3 ", "số năm", "số 5", "một", "1")

// chatted spells a word as in messages.
func chatted(w string) string {
	for _, p := range [][2]string{{"ph", "f"}, {"gi", "j"}, {"qu", "w"}, {"d", "z"}} {
		if rest, ok := strings.CutPrefix(w, p[0]); ok && rest != "" {
			return p[1] + rest
		}
	}
	return w
}

func misread(w string) string {
	for _, p := range [][2]string{{"m", "rn"}, {"l", "1"}, {"d", "cl"}, {"o", "0"}, {"u", "ii"}, {"h", "li"}, {"i", "1"}} {
		if strings.Contains(w, p[0]) {
			return strings.Replace(w, p[0], p[1], 1)
		}
	}
	return w
}

var dialect = strings.NewReplacer("tr", "ch", "x", "s", "l", "n", "gi", "d")

func backwards(s, sep string) string {
	parts := strings.Split(strings.TrimSuffix(s, "."), sep)
	slices.Reverse(parts)
	return strings.Join(parts, sep) + "."
}

// exchanged says the second half first, as an active sentence made passive does.
func exchanged(s string) string {
	ws := strings.Fields(s)
	if len(ws) < 8 {
		return s
	}
	half := len(ws) / 2
	return fmt.Sprintf("%s được %s", strings.Join(ws[half:], " "), strings.Join(ws[:half], " "))
}

// thinned keeps the clauses of even place.
func thinned(s string) string {
	parts := strings.Split(s, ", ")
	var kept []string
	for i := 0; i < len(parts); i += 2 {
		kept = append(kept, parts[i])
	}
	return strings.Join(kept, ", ")
}
