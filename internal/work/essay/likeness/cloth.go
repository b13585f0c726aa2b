package likeness

import (
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/textreuse"
)

// Kinds of pieces.
const (
	Plain    = ""
	Same     = "same"    // identical: solid
	Changed  = "changed" // dashed
	Moved    = "moved"   // identical, in another order: dotted
	Other    = "other"   // shared with an essay that is not beside it now
	Exempted = "exempt"  // quoted from a reference
	Gap      = "gap"     // something left out
)

// Piece is a stretch of a text that looks one way.
type Piece struct {
	Text   string `json:"text"`
	Kind   string `json:"kind" enum:",same,changed,moved,other,exempt,gap"`
	N      int    `json:"n" doc:"number of the passage, the same on both sides; 0 for none"`
	Source int    `json:"source" doc:"which of the sources, from 1; 0 for none"`
	First  bool   `json:"-"` // the passage begins here: its number is shown
	Name   string `json:"name" doc:"of the reference quoted"`
	Open   bool   `json:"opens" doc:"begins a paragraph"`
}

// cloth is a text being painted, byte by byte.
type cloth struct {
	text  string
	of    []uint16 // paint of each byte
	kinds []Piece  // what the paints mean; 0 is plain
	keep  []bool   // nil, or the bytes to show
}

func newCloth(text string) *cloth {
	return &cloth{text: text, of: make([]uint16, len(text)), kinds: []Piece{{}}}
}

func (c *cloth) paint(from, to int, p Piece, over bool) {
	if len(c.kinds) == 1<<16-1 {
		return
	}
	c.kinds = append(c.kinds, p)
	for i := max(from, 0); i < min(to, len(c.of)); i++ {
		if over || c.of[i] == 0 {
			c.of[i] = uint16(len(c.kinds) - 1)
		}
	}
}

func (c *cloth) exempt(from, to int, name string) {
	c.paint(from, to, Piece{Kind: Exempted, Name: name}, true)
}

var kinds = map[textreuse.Mark]string{textreuse.Solid: Same, textreuse.Dotted: Moved}

// passage paints the pieces of a passage shared with the source at the other side. A
// syllable that is identical in part only is a changed one.
func (c *cloth) passage(n int, of Source, ps []textreuse.Piece, over bool) {
	ps = c.trimmed(ps)
	for _, p := range ps {
		c.paint(p.Start, p.End, Piece{Kind: Changed, N: n, Source: of.N}, over)
	}
	for _, p := range ps {
		if p.Mark != textreuse.Dashed {
			from, to := c.syllables(p.Start, p.End)
			c.paint(from, to, Piece{Kind: kinds[p.Mark], N: n, Source: of.N}, over)
		}
	}
}

// trimmed are the pieces without the parts of syllables at both ends of the passage.
func (c *cloth) trimmed(ps []textreuse.Piece) (out []textreuse.Piece) {
	if len(ps) == 0 {
		return nil
	}
	from, to := c.syllables(ps[0].Start, ps[len(ps)-1].End)
	for _, p := range ps {
		if p.Start, p.End = max(p.Start, from), min(p.End, to); p.Start < p.End {
			out = append(out, p)
		}
	}
	return out
}

// syllables is the stretch without the parts of syllables that reach beyond it.
func (c *cloth) syllables(from, to int) (int, int) {
	if from > 0 && inWord(c.text, from-1) && inWord(c.text, from) {
		for from < to && inWord(c.text, from) {
			from++
		}
	}
	if to < len(c.text) && to > 0 && inWord(c.text, to) && inWord(c.text, to-1) {
		for to > from && inWord(c.text, to-1) {
			to--
		}
	}
	return from, to
}

// whole is the stretch without the part of a syllable at its beginning and its end.
func whole(text string, from, to int) (int, int) { return newCloth(text).syllables(from, to) }

// inWord says whether a byte belongs to a syllable and not to what stands between two.
func inWord(text string, at int) bool {
	b := text[at]
	return b >= utf8.RuneSelf || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// stretch paints a passage shared with another source where nothing else is.
func (c *cloth) stretch(n int, of Source, from, to int) {
	for from > 0 && from < len(c.text) && inWord(c.text, from-1) && inWord(c.text, from) {
		from--
	}
	for to > 0 && to < len(c.text) && inWord(c.text, to-1) && inWord(c.text, to) {
		to++
	}
	for _, s := range textreuse.Paragraphs(c.text, from, to) {
		c.paint(s[0], s[1], Piece{Kind: Other, N: n, Source: of.N}, false)
	}
}

// around keeps what is painted as a passage and the sentences it lies in.
func (c *cloth) around() {
	c.keep = make([]bool, len(c.text))
	for i := 0; i < len(c.text); i++ {
		if c.kinds[c.of[i]].N == 0 {
			continue
		}
		from, to := sentence(c.text, i)
		for k := from; k < to; k++ {
			c.keep[k] = true
		}
		for i+1 < to && i+1 < len(c.text) {
			i++
		}
	}
}

// sentence is the stretch of the sentence around a byte; a very long one is cut.
func sentence(text string, at int) (from, to int) {
	const most = 600
	from, to = at, at
	for from > 0 && at-from < most && !strings.ContainsRune(".?!\n", rune(text[from-1])) {
		from--
	}
	for to < len(text) && to-at < most && !strings.ContainsRune(".?!\n", rune(text[to])) {
		to++
	}
	to = min(to+1, len(text))
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return from, to
}

// pieces are the stretches of like paint, paragraph by paragraph.
func (c *cloth) pieces() (out []Piece) {
	shown := map[int]bool{}
	open, left := true, false
	for i := 0; i < len(c.text); {
		j := i
		for j < len(c.text) && c.kinds[c.of[j]] == c.kinds[c.of[i]] && c.kept(j) == c.kept(i) && (c.text[j] != '\n' || j == i) {
			j++
			if c.text[i] == '\n' {
				break
			}
		}
		switch {
		case !c.kept(i) && strings.TrimSpace(c.text[i:j]) == "": // between two passages nothing was left out
			open = open || strings.Contains(c.text[i:j], "\n")
		case !c.kept(i):
			left = true
		case c.text[i] == '\n':
			open = true
		default:
			if left {
				out, left = append(out, Piece{Kind: Gap, Open: open}), false
				open = false
			}
			p := c.kinds[c.of[i]]
			p.Text, p.Open = c.text[i:j], open
			p.First = p.N != 0 && !shown[p.N]
			shown[p.N] = true
			out, open = append(out, p), false
		}
		i = j
	}
	if left {
		out = append(out, Piece{Kind: Gap, Open: open})
	}
	return out
}

func (c *cloth) kept(i int) bool { return c.keep == nil || c.keep[i] }

// Blocks are the pieces by paragraph.
func Blocks(ps []Piece) (out [][]Piece) {
	for _, p := range ps {
		if p.Open || len(out) == 0 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}
