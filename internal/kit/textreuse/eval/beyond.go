package eval

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Beyond are disguises that nobody named, by family: encoding, layout, words, order and
// volume. What they show is held out: the rules were written for the families, and the
// figures are printed whatever they are.
var Beyond = []Disguise{
	{Name: "encoding: HTML entities", Rewrite: func(_ *rand.Rand, s string) string { return letters(s, entity) }},
	{Name: "encoding: percent", Rewrite: func(_ *rand.Rand, s string) string { return letters(s, percent) }},
	{Name: "encoding: backslash u", Rewrite: func(_ *rand.Rand, s string) string {
		q := strconv.QuoteToASCII(norm.NFC.String(s))
		return q[1 : len(q)-1]
	}},
	{Name: "encoding: Latin-1 entities, NFD", Rewrite: func(_ *rand.Rand, s string) string { return html.EscapeString(norm.NFD.String(s)) }},
	{Name: "encoding: white on black letters", Rewrite: func(_ *rand.Rand, s string) string { return shifted(s, 0x1F170) }},
	{Name: "encoding: full width", Rewrite: func(_ *rand.Rand, s string) string { return shifted(s, 0xFF21) }},
	{Name: "encoding: struck through", Rewrite: func(_ *rand.Rand, s string) string {
		return letters(s, func(r rune) string { return string(r) + "\u0336" })
	}},
	{Name: "encoding: Lisu capitals", Rewrite: func(_ *rand.Rand, s string) string { return lisu.Replace(strings.ToUpper(bare(s))) }},
	{Name: "encoding: 0 for o, soft hyphens", Rewrite: func(_ *rand.Rand, s string) string { return strings.ReplaceAll(letters(s, zero), "n", "n\u00ad") }},
	{Name: "layout: lines of five words, hyphens", Rewrite: func(_ *rand.Rand, s string) string { return lines(s, 5, "-\n") }},
	{Name: "layout: page heads every 40 words", Rewrite: func(_ *rand.Rand, s string) string {
		return lines(s, 40, "\nTrang 7/12 - Bài thu hoạch của đảng viên mẫu\n")
	}},
	{Name: "layout: table cells", Rewrite: func(_ *rand.Rand, s string) string { return lines(s, 3, " | ") }},
	{Name: "layout: numbered list", Rewrite: func(_ *rand.Rand, s string) string { return items(s) }},
	{Name: "words: abbreviated", Rewrite: func(_ *rand.Rand, s string) string { return abbreviated.Replace(s) }},
	{Name: "words: names and numbers changed", Rewrite: func(_ *rand.Rand, s string) string { return renamed.Replace(s) }},
	{Name: "words: each third word bare, capitals", Rewrite: func(_ *rand.Rand, s string) string { return strings.ToUpper(every(s, 3, bare)) }},
	{Name: "order: every other sentence left out", Rewrite: func(_ *rand.Rand, s string) string { return halved(s) }},
	{Name: "order: own sentence between", Rewrite: func(r *rand.Rand, s string) string { return strings.ReplaceAll(s, ". ", ". "+sentence(r)+" ") }},
	{Name: "order: words swapped in pairs, a tenth", Rewrite: func(r *rand.Rand, s string) string { return swapped(r, s, 0.1) }},
	{Name: "volume: said twice", Rewrite: func(_ *rand.Rand, s string) string { return s + " " + s }},
	{Name: "volume: brackets after each clause", Rewrite: func(r *rand.Rand, s string) string {
		return strings.ReplaceAll(s, ", ", " (theo tôi là như vậy), ")
	}},
}

func entity(r rune) string {
	if r < 0x80 {
		return string(r)
	}
	return fmt.Sprintf("&#%d;", r)
}

func percent(r rune) string {
	if r < 0x80 {
		return string(r)
	}
	return url.PathEscape(string(r))
}

func zero(r rune) string {
	if r == 'o' {
		return "0"
	}
	return string(r)
}

// shifted writes bare letters with the capitals that begin at a code point.
func shifted(s string, from rune) string {
	return letters(strings.ToUpper(bare(s)), func(r rune) string {
		if r >= 'A' && r <= 'Z' {
			r += from - 'A'
		}
		return string(r)
	})
}

var lisu = strings.NewReplacer("A", "ꓮ", "B", "ꓐ", "C", "ꓚ", "D", "ꓓ", "E", "ꓰ", "G", "ꓖ", "H", "ꓧ", "I", "ꓲ", "K", "ꓗ", "L", "ꓡ", "M", "ꓟ",
	"N", "ꓠ", "O", "ꓳ", "P", "ꓑ", "R", "ꓣ", "S", "ꓢ", "T", "ꓔ", "U", "ꓴ", "V", "ꓦ", "X", "ꓫ", "Y", "ꓬ")

// lines puts a break into every n-th word.
func lines(s string, n int, brk string) string {
	ws := strings.Fields(s)
	for i, w := range ws {
		if rs := []rune(w); i%n == n-1 && strings.HasPrefix(brk, "-") && len(rs) > 3 {
			ws[i] = string(rs[:2]) + brk + string(rs[2:])
		} else if i%n == n-1 {
			ws[i] = w + brk
		}
	}
	return strings.Join(ws, " ")
}

// items makes each sentence an item of a list.
func items(s string) string {
	var b strings.Builder
	for i, p := range strings.Split(s, ". ") {
		fmt.Fprintf(&b, "\n  %d.%d) %s.", 3, i+1, strings.TrimSuffix(p, "."))
	}
	return b.String()
}

var abbreviated = strings.NewReplacer("chủ nghĩa xã hội", "CNXH", "xã hội chủ nghĩa", "XHCN", "nghị quyết", "NQ", "đảng viên", "ĐV", "Đảng viên", "ĐV",
	"Hồ Chí Minh", "HCM", "hiện đại hóa", "HĐH", "công nghiệp hóa", "CNH", "ban chấp hành", "BCH", "cán bộ", "CB")

var renamed = strings.NewReplacer("Mẫu Một", "Kiểu Hai", "Nà Mẫu", "Pá Kiểu", "sông Mẫu", "suối Kiểu", "đảo Mẫu", "đảo Khác", "mười lăm", "bảy",
	"bốn mươi hai", "19", "hai mươi", "sáu mươi", "số năm", "số 8", "xóm Đông", "xóm Đoài")

func every(s string, n int, f func(string) string) string {
	ws := strings.Fields(s)
	for i := range ws {
		if i%n == 0 {
			ws[i] = f(ws[i])
		}
	}
	return strings.Join(ws, " ")
}

// halved keeps the sentences of even place, all when there are fewer than three.
func halved(s string) string {
	parts := strings.Split(s, ". ")
	if len(parts) < 3 {
		return s
	}
	var kept []string
	for i := 0; i < len(parts); i += 2 {
		kept = append(kept, parts[i])
	}
	return strings.Join(kept, ". ")
}

func swapped(r *rand.Rand, s string, p float64) string {
	ws := strings.Fields(s)
	for i := 0; i+1 < len(ws); i++ {
		if r.Float64() < p {
			ws[i], ws[i+1] = ws[i+1], ws[i]
			i++
		}
	}
	return strings.Join(ws, " ")
}
