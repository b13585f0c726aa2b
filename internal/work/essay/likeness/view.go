package likeness

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// colours is how many colours passages take in turn.
const colours = 6

// class is how a piece looks: its kind and the colour of its number.
func class(p Piece) string {
	switch p.Kind {
	case Same, Changed, Moved:
		return fmt.Sprintf("lk lk-%s lk%d", p.Kind, (p.N-1)%colours+1)
	case Other:
		return "lk lk-other"
	case Exempted:
		return "lk-exempt"
	}
	return ""
}

// badge is the class of the number of the n-th passage.
func badge(n int) string { return fmt.Sprintf("lkn lk%d", (n-1)%colours+1) }

// anchor is the place of a passage on one side: "a" the essay, "b" the source.
func anchor(side string, n int) string { return side + strconv.Itoa(n) }

// kindWord says what a piece is, for those who do not see colours.
func kindWord(p ui.Page, piece Piece) string {
	switch piece.Kind {
	case Same:
		return p.T("likeness.kind.same", "n", piece.N)
	case Changed:
		return p.T("likeness.kind.changed", "n", piece.N)
	case Moved:
		return p.T("likeness.kind.moved", "n", piece.N)
	case Other:
		return p.T("likeness.kind.other", "n", piece.N)
	case Exempted:
		return p.T("likeness.kind.exempt", "name", piece.Name)
	}
	return ""
}

// sourceName calls a source by its number, and by its author once the veil is lifted.
func sourceName(p ui.Page, x Source) string {
	if x.Author != "" {
		return x.Author
	}
	return p.T("likeness.essay_n", "n", x.N)
}

// where is the unit of an essay, or that it is another's.
func where(p ui.Page, h Head) string {
	if h.UnitName == "" {
		return p.T("likeness.elsewhere")
	}
	return h.UnitName
}

// whence is where and when another essay was handed in, and in which campaign if it was an earlier one.
func whence(p ui.Page, v View, x Source) string {
	s := where(p, x.Head) + " · " + when(x.HandedAt)
	if x.Campaign != v.Campaign {
		s += " · " + p.T("likeness.earlier", "campaign", x.In)
	}
	return s
}

// parameters are the bounds a result was found with, and how much it was compared with.
func parameters(p ui.Page, v View) string {
	return p.T("likeness.parameters_are", "essays", p.Int(v.Among), "references", p.Int(v.References), "own", p.Int(leastOwn), "lead", p.Int(leastLead),
		"few", bound(p, someShare), "note", bound(p, noteShare), "near", bound(p, nearShare))
}

func when(ms int64) string {
	if ms == 0 {
		return ""
	}
	return text.DateTime(ms, clock.Zone)
}

func day(ms int64) string { return text.Date(clock.Day(time.UnixMilli(ms))) }

func percent(p ui.Page, bp int64) string { return text.For(p.Lang).Percent(bp, 10000, text.HalfUp) }

// bound writes a limit, which has no hundredths.
func bound(p ui.Page, bp int64) string { return p.Int(bp/100) + "%" }

// share is the ratio with its fraction, or why there is none.
func share(p ui.Page, f Figures) string {
	if !f.Rated() {
		return p.T("likeness.no_rate")
	}
	return percent(p, f.Share())
}

func fraction(p ui.Page, f Figures) string {
	return p.T("likeness.fraction", "copied", p.Int(f.Copied), "own", p.Int(f.Own))
}

// levelKind is the colour beside the word.
func levelKind(level string) string {
	switch level {
	case Nearly:
		return "late"
	case Notice:
		return "warn"
	}
	return ""
}

func levelWord(p ui.Page, level string) string {
	switch level {
	case Nearly:
		return p.T("likeness.level.near")
	case Notice:
		return p.T("likeness.level.note")
	case Few:
		return p.T("likeness.level.few")
	}
	return p.T("likeness.level.none")
}

func stateWord(p ui.Page, state string) string { return p.T("likeness.state." + state) }

func stateKind(state string) string {
	switch state {
	case Explained:
		return "ok"
	case Upheld:
		return "late"
	case Lead, Asked, Answered, Proposed:
		return "warn"
	}
	return ""
}

func levelOptions(p ui.Page) []ui.Option {
	out := []ui.Option{{Text: p.T("likeness.level.any")}}
	for _, l := range Levels {
		out = append(out, ui.Option{Value: l, Text: levelWord(p, l)})
	}
	return append(out, ui.Option{Value: "all", Text: p.T("likeness.level.all")})
}

func stateOptions(p ui.Page) []ui.Option {
	out := []ui.Option{{Text: p.T("likeness.state.any")}}
	for _, s := range States {
		out = append(out, ui.Option{Value: s, Text: stateWord(p, s)})
	}
	return out
}

func categoryOptions(p ui.Page) (out []ui.Option) {
	for _, c := range []string{"resolution", "material", "template", "common"} {
		out = append(out, ui.Option{Value: c, Text: p.T("likeness.category." + c)})
	}
	return out
}

// listURL keeps the filter and goes on after a row.
func listURL(of id.ID, f Filter, after string) string {
	q := url.Values{}
	for k, v := range map[string]string{"level": f.Level, "state": f.State, "after": after} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if f.Flags {
		q.Set("flags", "1")
	}
	if f.Unit != 0 {
		q.Set("unit", f.Unit.String())
	}
	if len(q) == 0 {
		return home(of)
	}
	return home(of) + "?" + q.Encode()
}

func show(of id.ID) string { return "/essays/" + of.String() + "/likeness" }

// bar is the height of a day's column, of the highest.
func bar(days []DayCount, n int64) string {
	most := int64(1)
	for _, d := range days {
		most = max(most, d.N)
	}
	return strconv.FormatInt(max(2, 40*n/most), 10)
}

func barTop(days []DayCount, n int64) string {
	h, _ := strconv.ParseInt(bar(days, n), 10, 64)
	return strconv.FormatInt(40-h, 10)
}

// stepAsks are the words of a step's question.
func stepAsk(p ui.Page, v View, step string) ui.Ask {
	return ui.Ask{Open: p.T("likeness.step." + step), Class: "s", Title: p.T("likeness.step." + step), Text: p.T("likeness.step_text." + step),
		Action: show(v.Essay) + "/talk", Yes: p.T("likeness.step." + step)}
}

func decideAsk(p ui.Page, of id.ID, x Shared, kind string) ui.Ask {
	return ui.Ask{Open: p.T("likeness.decide." + kind), Class: "s", Title: p.T("likeness.decide." + kind), Text: p.T("likeness.decide_text."+kind, "n", p.Int(x.Essays)),
		Action: home(of) + "/shared/" + x.ID.String(), Yes: p.T("likeness.decide." + kind)}
}

func flagWord(p ui.Page, f Flag) string { return p.T("likeness.flag."+f.Kind, "n", p.Int(f.N)) }

func otherSide(side string) string {
	if side == "a" {
		return "b"
	}
	return "a"
}

func waitingWord(p ui.Page, t Totals) string {
	if t.Waiting == 0 {
		return ""
	}
	return p.T("likeness.waiting", "n", p.Int(t.Waiting))
}

func othersWord(p ui.Page, f Family) string {
	if f.Others == 0 {
		return ""
	}
	return p.T("likeness.others", "n", p.Int(f.Others))
}

func authorWord(p ui.Page, h Head) string {
	if h.Author == "" {
		return p.T("likeness.author_hidden")
	}
	return h.Author
}

// whose is who said something in the talk; the author is not named while veiled.
func whose(p ui.Page, n Note) string {
	if n.Who == "" {
		return p.T("likeness.author_hidden")
	}
	return n.Who
}

func evidenceURL(v View) string {
	l := Look{Source: v.chosen(), Not: v.Look.Not}
	at := l.URL(v.Essay)
	return show(v.Essay) + "/evidence" + at[len(show(v.Essay)):]
}

func current(here, key string) string {
	if here == key {
		return "page"
	}
	return "false"
}

// cut shows a text in pieces; side is "a" for the essay and "b" for the source. It is no
// templ file, which would put spaces between the pieces of a word.
func cut(p ui.Page, ps []Piece, side string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, block := range Blocks(ps) {
			b.WriteString("<p>")
			for _, x := range block {
				write(p, &b, x, side)
			}
			b.WriteString("</p>")
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func write(p ui.Page, b *strings.Builder, x Piece, side string) {
	switch text := templ.EscapeString(x.Text); x.Kind {
	case Gap:
		b.WriteString(`<span class="muted">[…] </span>`)
	case Plain:
		b.WriteString(text)
	default:
		word := templ.EscapeString(kindWord(p, x))
		if x.First {
			fmt.Fprintf(b, `<a class="%s" id="%s" href="#%s" title="%s">%d</a>`, badge(x.N), anchor(side, x.N), anchor(otherSide(side), x.N), word, x.N)
		}
		fmt.Fprintf(b, `<mark class="%s" title="%s" data-passage="%d">%s</mark>`, class(x), word, x.N, text)
	}
}
