package narrative

import (
	"strconv"
	"strings"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Quote is a passage that a report or review took from one below.
type Quote struct {
	ID      id.ID
	Report  id.ID
	N       int64
	Section string
	Own     bool
	Source  id.ID
	Version int64
	Part    string
	Place   string
	Body    string
	Origin  id.ID
	At      int64
	By      id.ID
	ByName  string
}

// Mark is how the passage is named in the text.
func (q Quote) Mark() string { return "T" + strconv.FormatInt(q.N, 10) }

// Line is the paragraph that is added to the section.
func (q Quote) Line(words string) string {
	if !q.Own {
		words = "“" + strings.TrimSpace(quotes.Replace(q.Body)) + "”"
	}
	return words + " [" + q.Mark() + "]"
}

// quotes inside a quotation become single ones.
var quotes = strings.NewReplacer("“", "‘", "”", "’", "\"", "’", "\n", " ")

// How says what the texts made of the passage: "" when its mark stands nowhere, quote when
// its words do, own when they were told in own words, altered when the paragraph of the mark
// still wears quotation marks but says something else.
func (q Quote) How(texts map[string]string) string {
	for _, body := range texts {
		for _, p := range paragraphs(body) {
			line := body[p.from:p.to]
			if !strings.Contains(line, "["+q.Mark()+"]") {
				continue
			}
			switch {
			case letters(line, quotes.Replace(q.Body)):
				return "quote"
			case !q.Own && strings.ContainsAny(line, "“”\""):
				return "altered"
			}
			return "own"
		}
	}
	return ""
}

// letters reports whether the words of part stand in whole, whatever the signs between them.
func letters(whole, part string) bool {
	return strings.Contains(" "+plain(whole)+" ", " "+plain(part)+" ")
}

// plain are the words of a text with single blanks between.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(text.NFC(s), func(r rune) bool { return strings.ContainsRune(" \n\t“”‘’\"'.,;:!?…()[]", r) }), " ")
}

// Since says what became of the source: "" while it says the same, returned, newer when a
// later sending still says it, changed when it does not any more.
func (q Quote) Since(state string, version int64, now string) string {
	switch {
	case state == "returned":
		return "returned"
	case !letters(bare(now), q.Body):
		return "changed"
	case version > q.Version:
		return "newer"
	}
	return ""
}
