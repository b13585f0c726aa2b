package dashboard

import (
	"cmp"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/ui"
)

// mostRows bounds the table on the page; the exported one is whole.
const mostRows, mostKids, mostFindings = 300, 40, 8

// view is an Overview with what the reader asked to see of its table.
type view struct {
	Overview
	open        id.ID
	find, state string
	mayClose    bool
}

func (v view) at() string { return "/campaigns/" + v.Campaign.ID.String() }

// href is this page with another unit, document or opened row.
func (v view) href(unit, document, open id.ID) string {
	q := url.Values{}
	for name, of := range map[string]id.ID{"unit": unit, "document": document, "open": open} {
		if of != 0 {
			q.Set(name, of.String())
		}
	}
	if v.find != "" {
		q.Set("q", v.find)
	}
	if v.state != "" {
		q.Set("state", v.state)
	}
	if len(q) == 0 {
		return v.at()
	}
	return v.at() + "?" + q.Encode()
}

func (v view) unitHref(unit id.ID) string { return v.at() + "?" + v.asked(unit).Encode() }

func (v view) asked(unit id.ID) url.Values {
	q := url.Values{"unit": {unit.String()}}
	if v.Document != 0 {
		q.Set("document", v.Document.String())
	}
	return q
}

func (v view) export(kind string) string {
	return v.at() + "/overview." + kind + "?" + v.asked(v.Self.Unit).Encode()
}

// why is where a figure opens to its evidence.
func (v view) why(unit id.ID, figure string) string {
	return measure.Why(v.Campaign.ID, unit, figure, v.Document)
}

func (v view) report(unit id.ID) string { return v.at() + "/reports/" + unit.String() }

func (v view) percent(p ui.Page, r rollup.Rate) string {
	return text.For(p.Lang).Percent(r.Num, r.Den, rollup.Rounding(v.Campaign.Rounding))
}

func fraction(p ui.Page, r rollup.Rate) string { return p.Int(r.Num) + "/" + p.Int(r.Den) }

// rows are those of the table that match what was asked, at most mostRows.
func (v view) rows() (rows []Row, more int) {
	asked := strings.Fields(text.Fold(v.find))
	for _, r := range v.Below {
		if !matches(r, asked) || v.state != "" && stateOf(r) != v.state {
			continue
		}
		if len(rows) == mostRows {
			more++
			continue
		}
		rows = append(rows, r)
	}
	return rows, more
}

func matches(r Row, asked []string) bool {
	return found(" "+text.Fold(r.Name+" "+r.Short), asked)
}

// states are what the table can be narrowed to.
var states = []string{"overdue", "sent", "returned", "accepted", "draft", "none"}

func stateOf(r Row) string {
	if r.Timing.Kind == "overdue" {
		return "overdue"
	}
	return cmp.Or(r.Report.State, "none")
}

func stateOptions(p ui.Page) []ui.Option {
	out := []ui.Option{{Text: p.T("dashboard.any_state")}}
	for _, s := range states {
		out = append(out, ui.Option{Value: s, Text: p.T("dashboard.report." + s)})
	}
	return out
}

// rest sums the kids that an opened row does not list.
func rest(kids []Row) (shown []Row, more int64, sum Row) {
	if len(kids) <= mostKids {
		return kids, 0, sum
	}
	for _, k := range kids[mostKids:] {
		sum.Count = sum.Count.Add(k.Count)
		sum.Parts = sum.Parts.plus(k.Parts)
	}
	return kids[:mostKids], int64(len(kids) - mostKids), sum
}

func (v view) strip(p ui.Page) ui.Strip {
	s := ui.Strip{Start: clock.Start(v.Campaign.Starts), From: p.T("dashboard.from", "day", dayMonth(v.Campaign.Starts))}
	if v.Campaign.Plan != "" {
		s.Source = p.T("dashboard.plan_no", "n", v.Campaign.Plan)
	}
	for _, t := range v.Ticks {
		var who []string
		for _, l := range t.Levels {
			who = append(who, v.levelWord(p, l))
		}
		s.Ticks = append(s.Ticks, ui.Tick{At: time.UnixMilli(t.Limit), Label: dueWord(p, t.Due), Who: short(strings.Join(who, ", "), 38), Missing: t.Missing})
	}
	return s
}

func (v view) coverage(p ui.Page) ui.Coverage {
	c := ui.Coverage{Cover: cover(v.Self), Round: rollup.Rounding(v.Campaign.Rounding), Overdue: v.Reports.Overdue,
		Note: p.T("dashboard.parts_note", "done", p.Int(v.Self.Parts.Done), "under", p.Int(v.Self.Parts.Under), "none", p.Int(v.Self.Parts.None),
			"n", p.Int(v.Self.Parts.All()), "what", v.partWord(p))}
	for _, r := range v.tree {
		u := cover(r)
		u.Href, u.Late = v.unitHref(r.Unit), r.Timing.Kind == "overdue"
		names := v.named[r.Unit]
		for i, k := range r.under {
			b := covered(k)
			if len(names) == len(r.under) {
				b.Name, b.Short, b.Href = names[i].Name, names[i].Short, v.unitHref(names[i].ID)
			}
			u.Below = append(u.Below, b)
		}
		c.Below = append(c.Below, u)
	}
	return c
}

func cover(r Row) ui.Cover {
	c := covered(r.Count)
	c.Name, c.Short = r.Name, r.Short
	return c
}

// covered are the people of a unit by how their study is known.
func covered(c rollup.Count) ui.Cover {
	rate := c.RateObliged()
	return ui.Cover{Members: c.Members, Num: rate.Num, Den: rate.Den, Grades: c.Grades}
}

// levelWord is a level in a few letters; one that an installation added has its own name.
func (v view) levelWord(p ui.Page, code string) string {
	if key := "dashboard.level." + code; words.Has(key) {
		return p.T(key)
	}
	return lowered(v.levels[code].in(p.Lang))
}

// partWord names what Parts counts: "tổ chức cơ sở đảng", or "đơn vị" when levels are mixed.
func (v view) partWord(p ui.Page) string {
	if l, ok := v.levels[v.PartLevel]; ok {
		return lowered(l.in(p.Lang))
	}
	return p.T("dashboard.units_word")
}

// dueHead names the column of deadlines: by the deadline when all units below share it.
func (v view) dueHead(p ui.Page) string {
	var d Due
	for i, r := range v.tree {
		if i > 0 && r.Due != d {
			return p.T("dashboard.due")
		}
		d = r.Due
	}
	if d.Limit == 0 {
		return p.T("dashboard.due")
	}
	return raised(dueWord(p, d))
}

// dueWord writes a deadline as the order does: "trước 20/07", "hết ngày 25/07".
func dueWord(p ui.Page, d Due) string {
	if d.Inclusive {
		return p.T("dashboard.until", "day", dayMonth(d.Day))
	}
	return p.T("dashboard.before", "day", dayMonth(d.Day))
}

func dayMonth(day string) string {
	if t := clock.Start(day); !t.IsZero() {
		return t.Format("02/01")
	}
	return day
}

func momentDay(ms int64) string { return clock.From(ms).Format("02/01") }

func lowered(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}

func raised(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func short(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ,") + "…"
}

// timing is what the last column says: kind of clock, clock, and plain words.
func timing(p ui.Page, r Row) (kind, clock, plain string) {
	switch r.Timing.Kind {
	case "overdue":
		return "late", p.T("dashboard.overdue_by", "span", ui.Span(p, r.Timing.Over)), ""
	case "late":
		return "warn", p.T("dashboard.late_by", "span", ui.Span(p, r.Timing.Over)), ""
	case "in_time":
		return "", "", p.T("dashboard.sent_on", "day", momentDay(r.Report.First))
	case "soon", "waiting":
		return "", "", dueWord(p, r.Due)
	}
	return "", "", ""
}

// reportLook is the chip of a report's state.
func reportLook(state string) (kind, sign string) {
	switch state {
	case "accepted":
		return "ok", "check"
	case "sent":
		return "info", "send"
	case "returned":
		return "warn", "back"
	case "draft":
		return "", "pencil"
	}
	return "", "minus"
}

// asOf is "08:30, thứ Hai 23/07/2018".
func asOf(p ui.Page, ms int64) string {
	day := clock.Day(clock.From(ms))
	return text.Time(ms, clock.Zone) + ", " + text.For(p.Lang).Weekday(day) + " " + text.Date(day)
}

// lead puts a finding into words.
func (v view) lead(p ui.Page, f Finding) ui.Finding {
	a, b := p.Int(f.A), p.Int(f.B)
	out := ui.Finding{Kind: "warn", Sign: "ask", Word: p.T("dashboard.ask_again"), Unit: f.Name}
	look := ui.Link{Text: p.T("dashboard.look_unit"), Href: v.unitHref(f.Unit)}
	switch f.Kind {
	case "overdue":
		out.Kind, out.Sign, out.Word = "late", "late", p.T("dashboard.overdue_by", "span", ui.Span(p, f.Over))
		out.Fact = p.T("dashboard.lead.report."+cmp.Or(f.State, "none")) + " " + p.T("dashboard.lead.studied", "a", a, "b", b)
		if f.None {
			out.Fact = p.T("dashboard.lead.report."+cmp.Or(f.State, "none")) + " " + p.T("dashboard.lead.not_begun", "a", a, "b", b, "what", v.partWord(p))
		}
		out.Innocent = p.T("dashboard.lead.overdue_maybe")
		out.Actions = []ui.Link{look, {Text: p.T("dashboard.see_report"), Href: v.report(f.Unit)}}
	case "declared":
		out.Fact = p.T("dashboard.lead.declared", "rate", f.Rate, "a", a, "b", b)
		out.Innocent = p.T("dashboard.lead.declared_maybe")
		out.Actions = []ui.Link{look, {Text: p.T("dashboard.why"), Href: v.why(f.Unit, "studied")}}
	case "gap":
		out.Fact = p.T("dashboard.lead.gap", "what", lowered(p.T("report.figure."+f.Code)), "a", a, "b", b)
		out.Innocent = p.T("dashboard.lead.gap_maybe")
		out.Actions = []ui.Link{{Text: p.T("dashboard.see_question"), Href: v.report(f.Unit)}}
	case "burst":
		out.Fact = p.T("dashboard.lead.burst", "a", a, "b", b, "at", text.Time(f.At, clock.Zone), "day", momentDay(f.At), "who", f.By)
		out.Innocent = p.T("dashboard.lead.burst_maybe")
		out.Actions = []ui.Link{{Text: p.T("dashboard.see_meeting"), Href: "/meetings/" + f.Meeting.String()}}
	}
	return out
}

func (v view) leads(p ui.Page) (out []ui.Finding, more int) {
	for i, f := range v.Findings {
		if i == mostFindings {
			return out, len(v.Findings) - i
		}
		out = append(out, v.lead(p, f))
	}
	return out, 0
}

// overdue and asking count the leads of both sorts.
func (v view) overdue() (n int64) {
	for _, f := range v.Findings {
		if f.Kind == "overdue" {
			n++
		}
	}
	return n
}

func (v view) asking() int64 { return int64(len(v.Findings)) - v.overdue() }

func (r Row) hasKids() bool { return r.Hi > r.Lo }

// twistHref opens a closed row and closes an open one.
func twistHref(v view, r Row) string {
	if r.Unit == v.open {
		return v.href(v.Self.Unit, v.Document, 0) + "#units"
	}
	return v.href(v.Self.Unit, v.Document, r.Unit) + "#units"
}

// whyOf leads to the evidence of a row; sums of several rows have none of their own.
func whyOf(v view, r Row, figure string) string {
	if r.Unit == 0 {
		return ""
	}
	return v.why(r.Unit, figure)
}

func stateOr(state string) string { return cmp.Or(state, "none") }

func rateWord(p ui.Page, hundredths int64) string {
	return text.For(p.Lang).Percent(hundredths, 10000, text.HalfUp)
}

func sitesNote(p ui.Page, s Sites) string {
	if s.Expected {
		return p.T("dashboard.sites_expected", "n", p.Int(s.Others))
	}
	return p.T("dashboard.sites_came", "n", p.Int(s.Others))
}

func momentCivil(ms int64) string { return clock.Day(clock.From(ms)) }

func planNote(p ui.Page, plan Paper) string {
	return p.T("dashboard.plan_no", "n", plan.Number) + ", " + text.Date(plan.IssuedOn)
}

// leafParts are the counts of a unit without units below.
func (v view) leafParts(p ui.Page) []ui.Part {
	c := v.Self.Count
	return []ui.Part{
		{Text: p.T("dashboard.sheet.members"), Value: p.Int(c.Members)},
		{Text: p.T("dashboard.sheet.exempt"), Value: p.Int(c.Exempt)},
		{Text: p.T("dashboard.sheet.exempt_came"), Value: p.Int(c.ExemptCame)},
		{Text: p.T("dashboard.sheet.studied"), Value: p.Int(c.Studied), Href: v.why(v.Self.Unit, "studied")},
		{Text: p.T("dashboard.absent"), Value: p.Int(c.Absent()), Href: v.why(v.Self.Unit, "absent")},
		{Text: p.T("dashboard.report_col"), Value: p.T("dashboard.report." + stateOr(v.Self.Report.State)), Href: v.report(v.Self.Unit)},
	}
}
