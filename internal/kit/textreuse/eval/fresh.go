package eval

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Fresh are the second table: disguises that came after those of every other list, measured before
// a rule was touched. Nine of them were not found then (source recall below 0.2: escaped twice,
// encoded three times, unended escapes, letters twice or drawn out, numbers strewn in, words
// twice), tags and marks of forums missed in one of fifteen.
var Fresh = []Disguise{
	{Name: "encoding: Armenian and Greek letters", Rewrite: func(_ *rand.Rand, s string) string { return armenian.Replace(bare(s)) }},
	{Name: "encoding: Cherokee capitals", Rewrite: func(_ *rand.Rand, s string) string { return cherokee.Replace(strings.ToUpper(bare(s))) }},
	{Name: "encoding: fraktur and script, with marks", Rewrite: func(r *rand.Rand, s string) string { return lettered(r, s) }},
	{Name: "encoding: grapheme joiners, blank letters", Rewrite: func(r *rand.Rand, s string) string {
		return inside(r, s, "\u034f", "\u3164", "\u2060", "\u115f", "\uffa0")
	}},
	{Name: "encoding: marks as signs after letters", Rewrite: func(_ *rand.Rand, s string) string { return letters(s, spacedMarks) }},
	{Name: "encoding: marks heaped upon letters", Rewrite: func(r *rand.Rand, s string) string { return heaped(r, s) }},
	{Name: "encoding: entities escaped twice", Rewrite: func(_ *rand.Rand, s string) string { return strings.ReplaceAll(letters(s, entity), "&", "&amp;") }},
	{Name: "encoding: quoted-printable, soft breaks", Rewrite: func(_ *rand.Rand, s string) string { return printable(s) }},
	{Name: "encoding: UTF-8 encoded three times", Rewrite: func(_ *rand.Rand, s string) string { return twice(twice(s)) }},
	{Name: "encoding: \\u{1ea3}, &#7843 without its end", Rewrite: func(r *rand.Rand, s string) string { return braced(r, s) }},
	{Name: "encoding: + for spaces, percent", Rewrite: func(_ *rand.Rand, s string) string {
		return strings.ReplaceAll(letters(strings.ReplaceAll(s, "+", "%2B"), percent), " ", "+")
	}},
	{Name: "encoding: each word stored backwards", Rewrite: func(_ *rand.Rand, s string) string {
		return words(s, func(w string) string { return "\u2067\u202e" + reversed(norm.NFC.String(w)) + "\u202c\u2069" })
	}},
	{Name: "encoding: every letter twice", Rewrite: func(_ *rand.Rand, s string) string {
		return letters(s, func(r rune) string { return string(r) + strings.TrimSpace(string(r)) })
	}},
	{Name: "encoding: 4 3 1 0 5 7 for letters", Rewrite: func(_ *rand.Rand, s string) string { return leet.Replace(bare(s)) }},
	{Name: "encoding: $ ! | € for letters", Rewrite: func(_ *rand.Rand, s string) string { return priced.Replace(bare(s)) }},
	{Name: "encoding: VIQR in capitals, half", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, chance(r, 0.5, func(w string) string { return strings.ToUpper(syllables(w, viqrMarks, "'`?~.")) }))
	}},
	{Name: "layout: a white letter for each space", Rewrite: func(r *rand.Rand, s string) string { return whitened(r, s) }},
	{Name: "layout: a sign inside each word", Rewrite: func(r *rand.Rand, s string) string { return inside(r, s, "*", "_", "/", "|", "·", "-", "•", "😀") }},
	{Name: "layout: hair spaces inside words", Rewrite: func(r *rand.Rand, s string) string { return inside(r, s, "\u200a", "\u2009", "\u202f") }},
	{Name: "layout: every letter apart by a sign", Rewrite: func(_ *rand.Rand, s string) string {
		return words(s, func(w string) string { return strings.Join(strings.Split(w, ""), "-") })
	}},
	{Name: "layout: every word numbered", Rewrite: func(_ *rand.Rand, s string) string { return counted(s, "(%d) %s") }},
	{Name: "layout: any numbers between words", Rewrite: func(r *rand.Rand, s string) string {
		return words(s, func(w string) string { return fmt.Sprintf("%s %d", w, r.IntN(3000)) })
	}},
	{Name: "layout: a) b) c) before words", Rewrite: func(_ *rand.Rand, s string) string {
		i := -1
		return words(s, func(w string) string { i++; return string(rune('a'+i%26)) + ") " + w })
	}},
	{Name: "layout: BBCode and Markdown", Rewrite: func(r *rand.Rand, s string) string { return marked(r, s) }},
	{Name: "layout: numbers glued to words", Rewrite: func(_ *rand.Rand, s string) string { return counted(s, "%[2]s[%[1]d]") }},
	{Name: "layout: line numbers, broken by ‐ and ¬", Rewrite: func(r *rand.Rand, s string) string { return broken(r, s) }},
	{Name: "layout: times and names before lines", Rewrite: func(r *rand.Rand, s string) string { return chat(r, s) }},
	{Name: "layout: HTML tags", Rewrite: func(r *rand.Rand, s string) string { return tagged(r, s) }},
	{Name: "layout: page heads every 9 words", Rewrite: func(_ *rand.Rand, s string) string {
		return lines(s, 9, "\n\f  12 | Bài thu hoạch\nChi bộ mẫu – tháng 3\n")
	}},
	{Name: "words: y for i, tones as they once stood", Rewrite: func(_ *rand.Rand, s string) string { return older.Replace(norm.NFC.String(s)) }},
	{Name: "words: every word twice", Rewrite: func(_ *rand.Rand, s string) string {
		return words(s, func(w string) string { return strings.TrimRight(w, ",.;:") + " " + w })
	}},
	{Name: "words: each two words twice", Rewrite: func(_ *rand.Rand, s string) string { return pairwise(s) }},
	{Name: "words: last letters drawn out", Rewrite: func(_ *rand.Rand, s string) string { return words(s, drawn) }},
	{Name: "words: every word backwards", Rewrite: func(_ *rand.Rand, s string) string { return words(norm.NFC.String(s), reversed) }},
	{Name: "words: đ/c, NQ/TW, CT-XH", Rewrite: func(_ *rand.Rand, s string) string { return slashed.Replace(s) }},
	{Name: "order: lines of nine from last to first", Rewrite: func(_ *rand.Rand, s string) string { return upwards(s, 9) }},
	{Name: "order: every fourth pair of words swapped", Rewrite: func(r *rand.Rand, s string) string { return swapped(r, s, 0.25) }},
	{Name: "order: sentences of two sources by turns", Rewrite: func(_ *rand.Rand, s string) string { return s }, Braid: true},
	{Name: "volume: own clause after each clause", Rewrite: func(r *rand.Rand, s string) string { return between(r, s) }},
	{Name: "volume: each third sentence one's own", Rewrite: func(r *rand.Rand, s string) string { return thirdOwn(r, s) }},
}

var (
	armenian = strings.NewReplacer("a", "α", "o", "օ", "u", "ս", "h", "հ", "n", "ո", "g", "ց", "i", "ι", "p", "ρ", "v", "ν", "k", "κ", "t", "τ", "q", "զ", "c", "ϲ")
	cherokee = strings.NewReplacer("A", "Ꭺ", "B", "Ᏼ", "C", "Ꮯ", "D", "Ꭰ", "E", "Ꭼ", "G", "Ꮐ", "H", "Ꮋ", "I", "Ꮖ", "K", "Ꮶ", "L", "Ꮮ", "M", "Ꮇ", "P", "Ꮲ", "R", "Ꮢ", "T", "Ꭲ", "V", "Ꮩ", "Y", "Ꮍ")
	leet     = strings.NewReplacer("a", "4", "e", "3", "i", "1", "o", "0", "s", "5", "t", "7")
	priced   = strings.NewReplacer("s", "$", "i", "!", "l", "|", "e", "€")
	older    = strings.NewReplacer("òa", "oà", "óa", "oá", "ỏa", "oả", "õa", "oã", "ọa", "oạ", "òe", "oè", "óe", "oé", "ủy", "uỷ", "úy", "uý", "ùy", "uỳ", "ụy", "uỵ",
		"lý", "lí", "kỳ", "kì", "kỹ", "kĩ", "quy", "qui", "sỹ", "sĩ", "mỹ", "mĩ", "ty", "ti")
	slashed = strings.NewReplacer("đồng chí", "đ/c", "nghị quyết", "NQ/TW", "chính trị", "CT", "chính sách", "C/S", "công tác", "c/t", "phong trào", "p/trào", "nhân dân", "n/dân",
		"cán bộ", "c/bộ", "đảng viên", "đ/viên", "chi bộ", "c.bộ", "nhiệm vụ", "n.vụ")
)

// lettered writes each word in one of the mathematical alphabets; marks stay.
func lettered(r *rand.Rand, s string) string {
	return words(norm.NFD.String(s), func(w string) string {
		from := []rune{0x1D51E, 0x1D4EA, 0x1D552, 0x1D586, 0x1D656}[r.IntN(5)]
		return strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' {
				return from + c - 'a'
			}
			return c
		}, w)
	})
}

// inside puts one of the signs into each word of three letters or more.
func inside(r *rand.Rand, s string, signs ...string) string {
	return words(norm.NFC.String(s), func(w string) string {
		rs := []rune(w)
		if len(rs) < 3 {
			return w
		}
		at := 1 + r.IntN(len(rs)-2)
		return string(rs[:at]) + signs[r.IntN(len(signs))] + string(rs[at:])
	})
}

// spacedMarks writes the marks as characters of their own that stand beside the letter.
func spacedMarks(r rune) string {
	var b strings.Builder
	for _, c := range norm.NFD.String(string(r)) {
		if at := strings.IndexRune("\u0301\u0300\u0309\u0303\u0323\u0302\u0306\u031b", c); at >= 0 {
			c = []rune("´ˋˀ˜.ˆ˘ʼ")[at/2]
		}
		b.WriteRune(c)
	}
	return b.String()
}

func heaped(r *rand.Rand, s string) string {
	return letters(s, func(c rune) string {
		out := string(c)
		if c != ' ' {
			for range r.IntN(6) {
				out += string(rune(0x300 + r.IntN(0x70)))
			}
		}
		return out
	})
}

// printable is quoted-printable: lines of 76 end in "=", in the midst of words.
func printable(s string) string {
	var b strings.Builder
	line := 0
	for _, c := range []byte(norm.NFC.String(s)) {
		part := string(rune(c))
		if c >= 0x80 || c == '=' {
			part = fmt.Sprintf("=%02X", c)
		}
		if line += len(part); line > 75 {
			b.WriteString("=\r\n")
			line = len(part)
		}
		b.WriteString(part)
	}
	return b.String()
}

// whitened fills the spaces with letters in the colour of the paper.
func whitened(r *rand.Rand, s string) string {
	var b strings.Builder
	for i, w := range strings.Fields(s) {
		if i > 0 {
			b.WriteByte("bcdfghjklmnpqrstvwxz"[r.IntN(20)])
		}
		b.WriteString(w)
	}
	return b.String()
}

func counted(s, as string) string {
	ws := strings.Fields(s)
	for i, w := range ws {
		ws[i] = fmt.Sprintf(as, i+1, w)
	}
	return strings.Join(ws, " ")
}

// broken is a page with numbered lines whose last word goes on in the next.
func broken(r *rand.Rand, s string) string {
	var b strings.Builder
	for i, w := range strings.Fields(norm.NFC.String(s)) {
		if rs := []rune(w); i%8 == 7 && len(rs) > 3 {
			w = fmt.Sprintf("%s%c\n%4d   %s", string(rs[:2]), []rune{'\u2010', '¬', '\u00ad', '\u2011'}[r.IntN(4)], i/8+2, string(rs[2:]))
		} else if i%8 == 7 {
			w = fmt.Sprintf("%s\n%4d  ", w, i/8+2)
		}
		b.WriteString(w + " ")
	}
	return b.String()
}

func chat(r *rand.Rand, s string) string {
	var b strings.Builder
	for i, w := range strings.Fields(s) {
		if i%9 == 0 {
			fmt.Fprintf(&b, "\n[%02d:%02d, 0%d/03/2026] Mẫu %d: ", 7+i/60, r.IntN(60), 1+i/100, 1+r.IntN(9))
		}
		b.WriteString(w + " ")
	}
	return b.String()
}

func tagged(r *rand.Rand, s string) string {
	return words(s, chance(r, 0.4, func(w string) string {
		rs := []rune(w)
		switch at := len(rs) / 2; r.IntN(4) {
		case 0:
			return "<b>" + w + "</b>"
		case 1:
			return `<span style="color:#222;font-size:14pt">` + w + "</span>"
		case 2:
			return string(rs[:at]) + "<i>" + string(rs[at:]) + "</i>"
		default:
			return w + "<br/>"
		}
	}))
}

func drawn(w string) string {
	core := strings.TrimRight(w, ",.;:")
	rs := []rune(core)
	if len(rs) < 3 {
		return w
	}
	return core + strings.Repeat(string(rs[len(rs)-1]), 3) + w[len(core):]
}

func reversed(w string) string {
	core := strings.TrimRight(w, ",.;:")
	rs := []rune(core)
	slices.Reverse(rs)
	return string(rs) + w[len(core):]
}

// upwards sets s in lines of n words and reads from the last to the first.
func upwards(s string, n int) string {
	lines := slices.Collect(slices.Chunk(strings.Fields(s), n))
	slices.Reverse(lines)
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.Join(l, " ") + "\n")
	}
	return b.String()
}

// between puts a clause of one's own after each.
func between(r *rand.Rand, s string) string {
	parts := strings.Split(s, ", ")
	for i := range parts {
		own, _, _ := strings.Cut(sentence(r), ",")
		parts[i] += ", " + strings.ToLower(strings.TrimRight(own, "."))
	}
	return strings.Join(parts, ", ")
}

func thirdOwn(r *rand.Rand, s string) string {
	parts := strings.Split(strings.TrimSuffix(s, "."), ". ")
	for i := 2; i < len(parts); i += 3 {
		parts[i] = strings.TrimSuffix(sentence(r), ".")
	}
	return strings.Join(parts, ". ") + "."
}

func braced(r *rand.Rand, s string) string {
	return letters(s, func(c rune) string {
		switch {
		case c < 0x80:
			return string(c)
		case r.IntN(2) == 0:
			return fmt.Sprintf("\\u{%x}", c)
		default:
			return fmt.Sprintf("&#%d", c)
		}
	})
}

// marked bears the signs of forums and of plain text that is to be set.
func marked(r *rand.Rand, s string) string {
	return words(s, chance(r, 0.4, func(w string) string {
		rs := []rune(w)
		switch at := len(rs) / 2; r.IntN(4) {
		case 0:
			return "[b]" + w + "[/b]"
		case 1:
			return "**" + string(rs[:at]) + "**" + string(rs[at:])
		case 2:
			return "[" + w + "](https://mau.vn/tin/bai-2026)"
		default:
			return "[color=#111]" + w + "[/color]"
		}
	}))
}

// pairwise says two words, and says them again.
func pairwise(s string) string {
	var out []string
	for p := range slices.Chunk(strings.Fields(s), 2) {
		out = append(out, strings.TrimRight(strings.Join(p, " "), ",.;:"), strings.Join(p, " "))
	}
	return strings.Join(out, " ")
}
