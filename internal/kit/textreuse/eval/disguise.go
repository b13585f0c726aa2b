package eval

import (
	"math/rand/v2"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Disguise rewrites a copied passage.
type Disguise struct {
	Name    string
	Rewrite func(r *rand.Rand, s string) string
	Braid   bool // sentence by sentence with a passage of another source; its letters count for both
}

// Disguises are the seventeen of the evaluation, in the order of its tables.
var Disguises = []Disguise{
	{Name: "verbatim", Rewrite: func(_ *rand.Rand, s string) string { return s }},
	{Name: "NFD, lower case, no punctuation", Rewrite: func(_ *rand.Rand, s string) string { return norm.NFD.String(strings.ToLower(unpointed(s))) }},
	{Name: "no diacritics", Rewrite: func(_ *rand.Rand, s string) string { return bare(s) }},
	{Name: "30% without diacritics", Rewrite: func(r *rand.Rand, s string) string { return words(s, chance(r, 0.3, bare)) }},
	{Name: "look-alikes, zero width", Rewrite: lookAlike},
	{Name: "glued and split syllables", Rewrite: respaced},
	{Name: "10% typos", Rewrite: func(r *rand.Rand, s string) string { return words(s, chance(r, 0.1, typo(r))) }},
	{Name: "synonyms, half", Rewrite: func(r *rand.Rand, s string) string { return synonymized(r, s, 0.5) }},
	{Name: "synonyms, all", Rewrite: func(r *rand.Rand, s string) string { return synonymized(r, s, 1) }},
	{Name: "10% edits", Rewrite: func(r *rand.Rand, s string) string { return edited(r, s, 0.1) }},
	{Name: "20% edits", Rewrite: func(r *rand.Rand, s string) string { return edited(r, s, 0.2) }},
	{Name: "30% edits", Rewrite: func(r *rand.Rand, s string) string { return edited(r, s, 0.3) }},
	{Name: "filler every 5 syllables", Rewrite: filled},
	{Name: "sentences shuffled", Rewrite: func(r *rand.Rand, s string) string { return shuffled(r, s, ". ") }},
	{Name: "clauses shuffled", Rewrite: func(r *rand.Rand, s string) string { return shuffled(r, s, ", ") }},
	{Name: "shuffle, synonyms, 10% edits", Rewrite: func(r *rand.Rand, s string) string {
		return edited(r, synonymized(r, shuffled(r, s, ". "), 1), 0.1)
	}},
	{Name: "heavy: shuffles, synonyms, 30% edits", Rewrite: func(r *rand.Rand, s string) string {
		return edited(r, synonymized(r, shuffled(r, shuffled(r, s, ", "), ". "), 1), 0.3)
	}},
}

// words rewrites each word of s.
func words(s string, f func(string) string) string {
	ws := strings.Split(s, " ")
	for i, w := range ws {
		ws[i] = f(w)
	}
	return strings.Join(ws, " ")
}

func chance(r *rand.Rand, p float64, f func(string) string) func(string) string {
	return func(w string) string {
		if r.Float64() < p {
			return f(w)
		}
		return w
	}
}

func unpointed(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(",.;:!?“”", r) {
			return -1
		}
		return r
	}, s)
}

// bare drops every mark.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'đ':
			return 'd'
		case r == 'Đ':
			return 'D'
		case r >= 0x300 && r <= 0x36F:
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

var cyrillic = strings.NewReplacer("a", "а", "e", "е", "o", "о", "p", "р", "c", "с", "x", "х", "i", "і", "y", "у")

func lookAlike(r *rand.Rand, s string) string {
	return words(s, func(w string) string {
		switch f := r.Float64(); {
		case f < 0.3:
			return cyrillic.Replace(w)
		case f < 0.45:
			at := r.IntN(len([]rune(w)) + 1)
			return string([]rune(w)[:at]) + "\u200b" + string([]rune(w)[at:])
		}
		return w
	})
}

// respaced glues a fifth of the syllables to the next and splits one in twenty.
func respaced(r *rand.Rand, s string) string {
	var b strings.Builder
	for _, w := range strings.Split(s, " ") {
		if rs := []rune(w); r.Float64() < 0.05 && len(rs) > 2 {
			w = string(rs[:2]) + " " + string(rs[2:])
		}
		b.WriteString(w)
		if r.Float64() >= 0.2 {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}

// typo drops, doubles, swaps or replaces a letter.
func typo(r *rand.Rand) func(string) string {
	return func(w string) string {
		rs := []rune(w)
		if len(rs) < 2 {
			return w
		}
		i := r.IntN(len(rs) - 1)
		switch r.IntN(4) {
		case 0:
			return string(rs[:i]) + string(rs[i+1:])
		case 1:
			return string(rs[:i+1]) + string(rs[i:])
		case 2:
			rs[i], rs[i+1] = rs[i+1], rs[i]
		default:
			rs[i] = rune('a' + r.IntN(26))
		}
		return string(rs)
	}
}

// synonymized replaces the words that have a synonym, each with the given chance.
func synonymized(r *rand.Rand, s string, p float64) string {
	return spoken(s, func(w string) string {
		if syn, ok := synonyms[strings.ToLower(w)]; ok && r.Float64() < p {
			return syn
		}
		return w
	})
}

// edited replaces, drops or inserts a word at p of the words.
func edited(r *rand.Rand, s string, p float64) string {
	return spoken(s, func(w string) string {
		if r.Float64() >= p {
			return w
		}
		switch r.IntN(3) {
		case 0:
			return word(r, things)
		case 1:
			return ""
		default:
			return w + " " + word(r, deeds)
		}
	})
}

// known are the words of two syllables.
var known = func() map[string]bool {
	m := map[string]bool{}
	for _, l := range [][]string{actors, deeds, things, kinds, links, modals, counts, orders, aims, stock} {
		for _, w := range l {
			if strings.Count(w, " ") == 1 {
				m[w] = true
			}
		}
	}
	for w := range synonyms {
		m[w] = true
	}
	return m
}()

// spoken rewrites s word by word, a word being one or two syllables; signs stay.
func spoken(s string, f func(string) string) string {
	ws, out := strings.Fields(s), []string{}
	for i := 0; i < len(ws); i++ {
		w := ws[i]
		if i+1 < len(ws) && known[strings.ToLower(w+" "+strings.TrimRight(ws[i+1], ",.;:"))] {
			i++
			w += " " + ws[i]
		}
		core := strings.TrimRight(w, ",.;:")
		if n := f(core) + w[len(core):]; n != "" {
			out = append(out, n)
		}
	}
	return strings.Join(out, " ")
}

func filled(r *rand.Rand, s string) string {
	ws := strings.Fields(s)
	var out []string
	for i, w := range ws {
		out = append(out, w)
		if i%5 == 4 {
			out = append(out, fillers[r.IntN(len(fillers))])
		}
	}
	return strings.Join(out, " ")
}

func shuffled(r *rand.Rand, s, sep string) string {
	parts := strings.Split(strings.TrimSuffix(s, "."), sep)
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return strings.Join(parts, sep) + "."
}
