package report

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"quantriet/internal/core/document"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/ui"
)

// mainRows are the figures of a document as the page shows them, each with what it is split
// into; rates stand after the figure they are made of.
var mainRows = []struct {
	code  string
	split []string
	rates []string
}{
	{code: "meetings", split: []string{"meetings_key_cadre", "meetings_member", "meetings_mass", "meetings_thematic"}},
	{code: "members"},
	{code: "exempt", split: []string{"exempt_came"}},
	{code: "obliged"},
	{code: "studied", split: []string{"form_in_person", "form_online", "form_relay", "form_self_study", "form_make_up", "form_higher"}, rates: []string{"rate_all", "rate_obliged"}},
	{code: "absent", split: []string{"absent_excused", "absent_unexcused", "absent_unknown"}},
	{code: "civil", split: []string{"civil_studied"}, rates: []string{"rate_civil"}},
	{code: "mass_heads"},
	{code: "speakers"},
}

// once are the evidenced figures that stand for the whole campaign.
var once = []string{"opinions", "plans_issued", "plans_due"}

// asserted are the codes of figures that have no records, in order.
func asserted() (out []string) {
	for _, d := range Defs {
		if !d.Evidenced {
			out = append(out, d.Code)
		}
	}
	return out
}

// number is a figure as people read it, its marker before it; a dash when it was not given.
func number(lang string, f Figure) string {
	if !f.Set {
		return text.None
	}
	return strings.TrimSpace(document.Marked(lang, f.Marker) + " " + text.For(lang).Int(f.Value))
}

func (v View) of(code string, document id.ID) Figure {
	f, _ := v.Figures.Of(code, document)
	f.Code, f.Document = code, document
	return f
}

func (v View) ratio(code string, document id.ID) rollup.Rate {
	r := Ratios[code]
	n := rollup.Rate{Num: v.Figures.Value(r.Num, document), Den: v.Figures.Value(r.Den, document)}
	if r.Less != "" {
		n.Num -= v.Figures.Value(r.Less, document)
	}
	return n
}

func (v View) percent(p ui.Page, r rollup.Rate) string {
	return text.For(p.Lang).Percent(r.Num, r.Den, rollup.Rounding(v.Campaign.Rounding))
}

func fraction(p ui.Page, r rollup.Rate) string { return p.Int(r.Num) + "/" + p.Int(r.Den) }

func (v View) to() string { return to(v.Campaign.ID, v.Unit.Unit) }

func (v View) why(code string, document id.ID) string {
	return measure.Why(v.Campaign.ID, v.Unit.Unit, code, document)
}

// edit is the page with the form of one figure open.
func (v View) edit(a asked, code string) string {
	return v.to() + "?" + url.Values{"document": {a.document.String()}, "edit": {code}}.Encode() + "#edit"
}

func (v View) undo(f Figure) string {
	q := url.Values{"code": {f.Code}}
	if f.Document != 0 {
		q.Set("of", f.Document.String())
	}
	return v.to() + "/clear?" + q.Encode()
}

// under is the document a figure of this code belongs to when a is looked at.
func under(code string, document id.ID) id.ID {
	if d, ok := DefOf(code); ok && !d.PerDocument || measure.Own(code) {
		return 0
	}
	return document
}

// open are the questions nobody answered.
func (v View) open() (out []Gap) {
	for _, g := range v.Gaps {
		if g.Reason == "" {
			out = append(out, g)
		}
	}
	return out
}

// settled are the sums that do not hold and are kept with a reason.
func (v View) settled() (out []Gap) {
	for _, g := range v.Gaps {
		if g.Reason != "" {
			out = append(out, g)
		}
	}
	return out
}

func sumParts(p ui.Page, g Gap) (out []ui.Part) {
	for _, part := range g.Parts {
		value := p.Int(part.Value)
		if part.Less {
			value = "(−" + value + ")"
		}
		out = append(out, ui.Part{Value: value, Text: lowered(p.T("report.figure." + part.Code))})
	}
	return out
}

func lowered(s string) string {
	r := []rune(s)
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// stops says what keeps the report from being sent, "" when nothing does.
func (v View) stops(p ui.Page) string {
	n := len(v.open())
	loose := slices.ContainsFunc(v.Figures, func(f Figure) bool { return f.Known() == "declared" && f.Reason == "" && f.Marker == "" })
	switch {
	case n > 0:
		return p.T("report.stop.questions", "n", n)
	case loose:
		return p.T("report.stop.loose")
	case v.unanswered() > 0:
		return p.T("report.stop.asked", "n", v.unanswered())
	}
	return ""
}

func moment(ms int64) string {
	if ms == 0 {
		return ""
	}
	return text.DateTime(ms, clock.Zone)
}

// clockOf is the clock of a report that must still go up.
func clockOf(p ui.Page, end int64) (kind, left string) {
	if end == 0 {
		return "", ""
	}
	return ui.Left(p, time.UnixMilli(end))
}

func dueText(p ui.Page, on string, inclusive bool) string {
	switch {
	case on == "":
		return ""
	case inclusive:
		return p.T("report.due_on", "day", text.Date(on))
	}
	return p.T("report.due_before", "day", text.Date(on))
}

// look is the chip of a state.
func look(p ui.Page, state string) (kind, sign, word string) {
	switch state {
	case "accepted":
		return "ok", "check", p.T("report.state.accepted")
	case "sent":
		return "info", "send", p.T("report.state.sent")
	case "returned":
		return "warn", "back", p.T("report.state.returned")
	case "draft":
		return "", "pencil", p.T("report.state.draft")
	}
	return "", "clock", p.T("report.state.none")
}

// state is the word of the chip: a report that nobody began is none.
func (v View) state() string {
	if v.Report.ID == 0 {
		return "none"
	}
	return v.Report.State
}

// headed reports whether there is anything of the official form to show.
func (v View) headed() bool {
	return v.Report.Number+v.Report.IssuedOn+v.Report.Signer+v.Report.Position != ""
}

func nextList(q Query, l Lists) string {
	return "/reports?" + url.Values{"campaign": {l.Campaign.String()}, "state": {q.State}, "q": {q.Find}, "after": {l.Receive.Next}}.Encode()
}

func markers(p ui.Page) (out []ui.Option) {
	for _, m := range Markers {
		o := ui.Option{Value: m, Text: document.Marked(p.Lang, m)}
		if m == "" {
			o.Text = p.T("report.exact")
		}
		out = append(out, o)
	}
	return out
}

func campaigns(l Lists) (out []ui.Option) {
	for _, c := range l.Campaigns {
		out = append(out, ui.Option{Value: c.ID.String(), Text: c.Title})
	}
	return out
}

func states(p ui.Page) []ui.Option {
	out := []ui.Option{{Text: p.T("report.any_state")}}
	for _, s := range []string{"none", "draft", "sent", "returned", "accepted"} {
		out = append(out, ui.Option{Value: s, Text: p.T("report.state." + s)})
	}
	return out
}

func answerErrors(a asked, g Gap) ui.Errors {
	if a.form == "answer" && a.typed.Get("code") == g.Code {
		return a.errs
	}
	return nil
}

// shown is what the unit said of a figure, as its form has it.
func shown(f Figure) string {
	said := f.Said()
	if !said.Set {
		return ""
	}
	return text.Int(said.Value)
}

// split are the parts of a figure on the page.
func split(code string) []string {
	for _, m := range mainRows {
		if m.code == code {
			return m.split
		}
	}
	d, _ := DefOf(code)
	return d.Parts
}

func editWord(p ui.Page, f Figure) string {
	switch {
	case f.Computed != nil:
		return p.T("report.mend")
	case !f.Set:
		return p.T("report.declare")
	}
	return p.T("report.edit")
}

func declaredNote(p ui.Page, f Figure) string {
	if f.By == "" {
		return f.Reason
	}
	s := p.T("report.declared_by", "who", f.By, "when", moment(f.At))
	if f.Reason != "" {
		s += " " + p.T("report.ground_is", "reason", f.Reason)
	}
	if f.Marker != "" {
		s += " " + p.T("report.printed_with", "marker", document.Marked(p.Lang, f.Marker))
	}
	return s
}

// basis says where an evidenced figure comes from.
func basis(p ui.Page, v View, f Figure) string {
	switch f.Code {
	case "members":
		return p.T("report.basis.members", "day", text.Date(v.Campaign.StartsOn))
	case "obliged":
		return p.Int(v.Figures.Value("members", f.Document)) + " − " + p.Int(v.Figures.Value("exempt", f.Document))
	case "exempt":
		return p.T("report.basis.exempt", "n", p.Int(v.Figures.Value("exempt_came", f.Document)))
	case "mass_heads":
		return p.T("report.basis.mass_heads")
	case "meetings", "speakers", "opinions", "plans_issued", "plans_due", "civil":
		return p.T("report.basis." + f.Code)
	}
	if d, _ := DefOf(f.Code); d.Evidenced {
		return p.T("report.basis.records")
	}
	if strings.HasPrefix(f.Code, "essays_") && f.Known() == "evidenced" {
		return p.T("report.basis.essays")
	}
	if f.Set {
		return declaredNote(p, f)
	}
	return p.T("report.not_given")
}

func paperName(s Study) string {
	if s.Number != "" {
		return s.Number
	}
	return s.Title
}

// paper is the short name of a document of the campaign.
func (v View) paper(document id.ID) string {
	if s, ok := v.Study(document); ok && len(v.Studies) > 1 {
		return paperName(s)
	}
	return ""
}

func dash(s string) string {
	if s == "" {
		return text.None
	}
	return s
}

func sendWord(p ui.Page, v View) string {
	if v.Above.Unit == 0 {
		return p.T("report.finish")
	}
	return p.T("report.send_to", "above", v.Above.Short)
}
