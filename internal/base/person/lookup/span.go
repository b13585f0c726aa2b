package lookup

import (
	"slices"
	"strings"

	"quantriet/internal/kit/text"
)

// span is a stretch of name keys, from lo to before hi.
type span struct {
	lo, hi string
	narrow bool // a given name and a family name: needs no bound of its own
}

func from(start string, narrow bool) span { return span{start, text.After(start), narrow} }

func (s span) has(key string) bool { return s.lo <= key && key < s.hi }

// mostNarrow bounds how many stretches of a given name and a family name are looked through.
const mostNarrow = 240

// spans are the stretches where people with the words may stand, the likeliest first: given
// and family name with the very marks typed, then whatever their marks, then each word as a
// given name, the last one first, then everywhere.
func spans(typed string) []span {
	marked, words := strings.Fields(typed), text.Words(typed)
	var out []span
	if len(marked) == len(words) && hasMarks(typed) {
		out = append(out, exact(marked)...)
	}
	out = append(out, pairs(words)...)
	for _, w := range slices.Backward(words) {
		for _, s := range first(text.Starts(w)) {
			out = append(out, from(s, false))
		}
	}
	return append(out, from("", false))
}

func first(list []string, _ bool) []string { return list }

// exact are the stretches of the last word as a given name with its tone, alone and with the first as family name.
func exact(words []string) []span {
	given := text.NameKey(words[len(words)-1])
	if !strings.Contains(given, "\"") {
		given += "\""
	}
	given += "!"
	if len(words) == 1 {
		return []span{from(given, true)}
	}
	return []span{from(given+text.NameKey(words[0]), true), from(given, true)}
}

// pairs take the last word for the given name and the first for the family name, and of two
// also the other way round.
func pairs(words []string) (out []span) {
	n := len(words)
	if n < 2 {
		return nil
	}
	out = pair(words[n-1], words[0])
	if n == 2 {
		out = append(out, pair(words[0], words[1])...)
	}
	return out
}

func pair(given, family string) (out []span) {
	own, whole := text.Starts(given)
	kin, _ := text.Starts(family)
	if !whole || len(own)*len(text.Tones)*len(kin) > mostNarrow {
		return nil
	}
	for _, g := range own {
		for _, tone := range text.Tones {
			for _, f := range kin {
				out = append(out, from(g+tone+f, true))
			}
		}
	}
	return out
}

// hasMarks reports whether what was typed has marks, which then rank the hits.
func hasMarks(typed string) bool { return text.Fold(typed) != strings.ToLower(text.NFC(typed)) }

// written is a word of a search as names are written: Hòa.
func written(word string) string {
	r := []rune(strings.ToLower(word))
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// bears reports whether each word begins a word of the name, marks and all.
func bears(name string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(" "+name, " "+w) {
			return false
		}
	}
	return true
}
