package honesty

import (
	"fmt"
	"strings"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

const (
	before = 30  // days before the first day in which a roster may shrink
	after  = 90  // days after it in which it may grow again
	length = 600 // letters of a note or an answer
)

// States of a lead, as the level above marks it; "" is new.
var States = []string{"seen", "asked", "settled"}

// Mark is what was made of a lead. Instants are Unix milliseconds UTC.
type Mark struct {
	ID       id.ID  `json:"-"`
	Unit     id.ID  `json:"-"`
	Check    string `json:"-"`
	State    string `json:"state" enum:",seen,asked,settled" doc:"empty: new"`
	Note     string `json:"note" doc:"what was asked, or what was found"`
	At       int64  `json:"at"`
	By       string `json:"by"`
	Said     string `json:"said" doc:"the unit's answer"`
	SaidAt   int64  `json:"said_at"`
	SaidBy   string `json:"said_by"`
	Reopened bool   `json:"reopened" doc:"the numbers changed since it was settled"`

	lead     Lead // as it was marked
	steps    int64
	campaign id.ID
}

// Open reports whether the unit is asked and has not answered.
func (m Mark) Open() bool { return m.State == "asked" && m.Said == "" }

// Asked is a lead of a unit with what was made of it.
type Asked struct {
	Lead
	Mark
	Answer string `json:"answer" doc:"what the unit answered before it sent its report"`
	Pairs  []Pair `json:"pairs,omitempty" doc:"photographs that repeat one of another meeting"`
}

// Row is a unit directly below the one looked at.
type Row struct {
	Unit   id.ID   `json:"unit"`
	Name   string  `json:"name"`
	Level  string  `json:"level"`
	Kids   int64   `json:"kids" doc:"units directly below it"`
	Report string  `json:"report" doc:"state of its report; empty: not begun"`
	Timing Timing  `json:"timing"`
	Factor Factor  `json:"factor"`
	Leads  []Asked `json:"leads" doc:"the heaviest first"`
	Score  int64   `json:"score" doc:"sum of what weighs more than chance, hundredths: the order in which to look"`
}

// Decide says whether a lead may be marked: asking and settling need words.
func Decide(state, note string) error {
	switch {
	case state != "seen" && state != "asked" && state != "settled":
		return fault.At("state", "web.choose")
	case state != "seen" && note == "":
		return fault.At("note", "honesty.note_needed")
	}
	return nil
}

// clean is a note or an answer.
func clean(field, s string) (string, error) {
	out, ok := text.Lines(s)
	switch {
	case !ok:
		return "", fault.At(field, "web.not_text")
	case len([]rune(out)) > length:
		return "", fault.At(field, "web.too_long", "n", length)
	}
	return out, nil
}

// print is what a lead says, without the odds: other numbers make it new.
func (l Lead) print() string {
	var b strings.Builder
	for _, a := range l.Args {
		if a.own() {
			fmt.Fprintf(&b, "%s=%d%s;", a.Name, a.N, a.Text)
		}
	}
	return b.String()
}

// own reports whether a number is the unit's, and not its siblings'.
func (a number) own() bool { return a.Kind == "n" || a.Kind == "figure" }

// in writes a number of a sentence.
func (a number) in(lang string) string {
	f := text.For(lang)
	switch a.Kind {
	case "rate":
		return f.Percent(a.N, 10000, text.HalfUp)
	case "odds":
		return f.Int(odds(a.N))
	case "figure":
		return words.T(lang, "report.figure."+a.Text)
	}
	return f.Int(a.N)
}

// odds is one in how many, of a weight in hundredths, rounded to a number people can hold.
func odds(weight int64) int64 {
	for i, w := range []int64{600, 500, 400, 350, 300, 270, 200} {
		if weight >= w {
			return []int64{1_000_000, 100_000, 10_000, 3000, 1000, 500, 100}[i]
		}
	}
	return 10
}

// pairs are the words of the sentence in a language.
func (l Lead) pairs(lang string) (out []any) {
	for _, a := range l.Args {
		out = append(out, a.Name, a.in(lang))
	}
	return out
}

// own are the words of the question to the unit: its own numbers alone, so that an answer holds
// while siblings go on, and nothing is told of them.
func (l Lead) own(lang string) (out []string) {
	for _, a := range l.Args {
		if a.own() {
			out = append(out, a.Name, a.in(lang))
		}
	}
	return out
}

// Ask is the lead as a question to its unit.
func (l Lead) Ask(lang string) string {
	var kv []any
	for _, s := range l.own(lang) {
		kv = append(kv, s)
	}
	return words.T(lang, "honesty.ask."+l.Code, kv...)
}

// Say is the lead in one sentence.
func (l Lead) Say(lang string) string { return words.T(lang, "honesty.say."+l.Code, l.pairs(lang)...) }

// Perhaps is what it may well have been.
func (l Lead) Perhaps(lang string) string { return words.T(lang, "honesty.perhaps."+l.Code) }
