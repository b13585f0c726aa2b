package narrative

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Piece is a paragraph of a report or review below, or a sentence of one.
type Piece struct {
	Unit      id.ID   `json:"unit"`
	Name      string  `json:"name"`
	Title     string  `json:"title,omitempty" doc:"of a review, of which a unit writes several"`
	Report    id.ID   `json:"report" doc:"or the review"`
	Version   int64   `json:"version" doc:"sending that says it"`
	State     string  `json:"state" enum:"sent,accepted"`
	Section   string  `json:"section"`
	Place     string  `json:"place" doc:"paragraph, or paragraph.sentence, from 1"`
	Text      string  `json:"text"`
	Sentences []Piece `json:"sentences,omitempty" doc:"when the paragraph has several"`
	Taken     bool    `json:"taken" doc:"stands in the own report already"`

	lo int64
}

// mark is how a source is named inside a text.
var mark = regexp.MustCompile(`\s*\[T(\d{1,4})\]`)

// bare is a text without marks.
func bare(s string) string { return strings.TrimSpace(mark.ReplaceAllString(s, "")) }

// marks are the numbers that stand in a text.
func marks(s string) (out []int64) {
	for _, m := range mark.FindAllStringSubmatch(s, -1) {
		n, _ := strconv.ParseInt(m[1], 10, 64)
		out = append(out, n)
	}
	return out
}

// part is a paragraph or sentence of a text: its place and the bytes [from, to) it takes.
type part struct {
	place    string
	from, to int
}

// paragraphs are the lines of a text that say something, without the dash of a list.
func paragraphs(body string) (out []part) {
	at, n := 0, 0
	for line := range strings.SplitAfterSeq(body, "\n") {
		from := at
		at += len(line)
		said := strings.TrimSpace(line)
		if said == "" {
			continue
		}
		from += strings.Index(line, said)
		if item, is := strings.CutPrefix(said, "- "); is {
			from, said = from+len(said)-len(item), item
		}
		n++
		out = append(out, part{strconv.Itoa(n), from, from + len(said)})
	}
	return out
}

// sentences cut a paragraph. A mark of a source stays with the sentence before it.
func sentences(body string, p part) (out []part) {
	start := p.from
	add := func(to int) {
		from := start + len(body[start:to]) - len(strings.TrimLeft(body[start:to], " "))
		if from < to {
			out = append(out, part{p.place + "." + strconv.Itoa(len(out)+1), from, to})
		}
		start = to
	}
	for i, r := range body[p.from:p.to] {
		at := p.from + i + utf8.RuneLen(r)
		if at <= start || !strings.ContainsRune(".?!…", r) || short(body[start:at]) {
			continue
		}
		at += len(after.FindString(body[at:p.to]))
		if at == p.to || body[at] == ' ' {
			add(at)
		}
	}
	if start < p.to {
		add(p.to)
	}
	return out
}

// after is what still belongs to a sentence that ended: closing signs and the mark of a source.
var after = regexp.MustCompile(`^[.?!…"')”’]*(\s*\[T\d{1,4}\])*`)

// short says whether the stop belongs to an item's number or a short form.
func short(s string) bool {
	s = strings.TrimSpace(strings.TrimSuffix(s, "."))
	if _, err := strconv.Atoi(s); err == nil {
		return true
	}
	word := s[strings.LastIndexByte(s, ' ')+1:]
	return slices.Contains([]string{"TP", "Tp", "Q", "P", "H", "Đ/c", "đ/c", "GS", "TS", "ThS", "BS", "tr"}, word)
}

// Cut makes pieces of one section.
func Cut(from Piece, body string) (out []Piece) {
	for _, p := range paragraphs(body) {
		one := from
		one.Place, one.Text = p.place, body[p.from:p.to]
		if many := sentences(body, p); len(many) > 1 {
			for _, q := range many {
				s := from
				s.Place, s.Text = q.place, body[q.from:q.to]
				one.Sentences = append(one.Sentences, s)
			}
		}
		if bare(one.Text) != "" {
			out = append(out, one)
		}
	}
	return out
}

// at finds the words at a place of a text.
func at(body, place string) (string, bool) {
	for _, p := range paragraphs(body) {
		if p.place == place {
			return body[p.from:p.to], true
		}
		for _, q := range sentences(body, p) {
			if q.place == place {
				return body[q.from:q.to], true
			}
		}
	}
	return "", false
}

// says reports whether a piece holds every word looked for, with or without its signs.
func says(p Piece, words []string) bool {
	folded := " " + text.Fold(p.Text+" "+p.Name)
	for _, w := range words {
		if !strings.Contains(folded, " "+w) {
			return false
		}
	}
	return true
}
