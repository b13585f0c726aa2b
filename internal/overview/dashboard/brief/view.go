package brief

import (
	"cmp"
	"slices"
	"strings"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/dashboard"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/ui"
)

// view is a Brief with its address; reports says whether the reader may open reports.
type view struct {
	Brief
	at      string
	reports bool
}

const mostBelow = 8 // units below that the pictures name

func (v view) round() text.Rounding { return rollup.Rounding(v.Campaign.Rounding) }

func (v view) percent(p ui.Page, r rollup.Rate) string {
	return text.For(p.Lang).Percent(r.Num, r.Den, v.round())
}

func (v view) report() string { return v.at + "/reports/" + v.Self.Unit.String() }

// why is where a figure opens to its evidence, for those who may read reports.
func (v view) why(figure string) string {
	if !v.reports {
		return ""
	}
	return measure.Why(v.Campaign.ID, v.Self.Unit, figure, v.Document)
}

func (v view) reportLink() string {
	if !v.reports {
		return ""
	}
	return v.report()
}

// say fills a sentence with numbers as they are written.
func (v view) say(p ui.Page, s Sentence) string {
	var kv []any
	for name, a := range s.Args {
		kv = append(kv, name, v.written(p, name, a))
	}
	out := p.T(s.Key, kv...)
	if s.Args["also"] == true {
		out += " " + p.T("brief.next.also", kv...)
	}
	return out
}

func (v view) written(p ui.Page, name string, a any) string {
	switch a := a.(type) {
	case rollup.Rate:
		return v.percent(p, a)
	case dashboard.Due:
		return due(p, a)
	case int64:
		if name == "over" {
			return ui.Span(p, a)
		}
		if name == "first" {
			return text.Date(clock.Day(clock.From(a)))
		}
		return p.Int(a)
	}
	return ""
}

// due writes a deadline as the order does.
func due(p ui.Page, d dashboard.Due) string {
	if d.Limit == 0 {
		return "–"
	}
	if d.Inclusive {
		return p.T("brief.until", "day", text.Date(d.Day))
	}
	return p.T("brief.before", "day", text.Date(d.Day))
}

func (v view) citation() string {
	var out []string
	for _, d := range v.Documents {
		out = append(out, d.Label())
	}
	return strings.Join(out, ", ")
}

// bars are the unit and the largest below it; what is only declared stands apart.
func (v view) bars(p ui.Page) (out []ui.Bar) {
	bar := func(r dashboard.Row) ui.Bar {
		return ui.Bar{Name: cmp.Or(r.Short, r.Name), Note: v.percent(p, r.Count.RateObliged()), Grades: r.Count.Grades, Of: r.Count.Members}
	}
	out = append(out, bar(v.Self))
	for _, r := range v.large() {
		b := bar(r)
		b.Href = v.at + "/units/" + r.Unit.String()
		out = append(out, b)
	}
	if rest := len(v.Below) - mostBelow; rest > 0 {
		b := ui.Bar{Name: p.T("ui.and_more", "n", p.Int(int64(rest)))}
		sum := v.Self.Count.Grades
		b.Of = v.Self.Count.Members
		for _, r := range v.large() {
			b.Of -= r.Count.Members
			for i, n := range r.Count.Grades {
				sum[i] -= n
			}
		}
		b.Grades = sum
		out = append(out, b)
	}
	return out
}

func (v view) large() []dashboard.Row {
	out := slices.Clone(v.Below)
	slices.SortStableFunc(out, func(a, b dashboard.Row) int { return cmp.Compare(b.Count.Members, a.Count.Members) })
	out = out[:min(len(out), mostBelow)]
	slices.SortStableFunc(out, func(a, b dashboard.Row) int { return cmp.Compare(a.Lo, b.Lo) })
	return out
}

// days are the unit's own report and those below it that need a look first.
func (v view) days(p ui.Page) ui.Timeline {
	t := ui.Timeline{From: v.Campaign.Starts, To: clock.AddDays(v.Campaign.Starts, 14), Today: clock.Day(clock.From(v.AsOf))}
	rows := append([]dashboard.Row{v.Self}, v.Below...)
	for i, r := range rows {
		if i > mostBelow || r.Due.Limit == 0 && r.Report.First == 0 {
			continue
		}
		row := v.timed(r)
		if i > 0 {
			row.Href = v.at + "/units/" + r.Unit.String()
		}
		t.Rows = append(t.Rows, row)
		for _, day := range []string{row.Due, row.Grace, row.Frozen, row.Sent} {
			t.To = max(t.To, day)
		}
	}
	t.To = clock.AddDays(t.To, 3)
	if t.Today > clock.AddDays(t.To, 30) {
		return t // long over: today is not drawn
	}
	t.To = max(t.To, clock.AddDays(t.Today, 3))
	return t
}

func (v view) timed(r dashboard.Row) ui.TimeRow {
	row := ui.TimeRow{Name: cmp.Or(r.Short, r.Name)}
	if r.Due.Limit != 0 {
		row.Due = clock.Day(clock.From(r.Due.Limit - 1))
		if v.Grace > 0 {
			row.Grace = clock.AddDays(row.Due, int(v.Grace))
		}
		if v.Closing > 0 {
			row.Frozen = clock.AddDays(row.Due, int(v.Grace+v.Closing)+1)
		}
	}
	if r.Report.First != 0 {
		row.Sent = clock.Day(clock.From(r.Report.First))
	}
	if again := clock.Day(clock.From(r.Report.Sent)); r.Report.Sent != 0 && again != row.Sent {
		row.Again = []string{again}
	}
	return row
}

func (v view) multiples() (out []ui.Multiple) {
	for _, c := range v.Past {
		all, obliged := c.Count.RateAll(), c.Count.RateObliged()
		m := ui.Multiple{Title: c.Title, Day: c.Starts, AllNum: all.Num, AllDen: all.Den, Num: obliged.Num, Den: obliged.Den, Grades: c.Count.Grades, Now: c.Campaign == v.Campaign.ID}
		if !m.Now {
			m.Href = "/campaigns/" + c.Campaign.String() + "/units/" + v.Self.Unit.String()
		}
		out = append(out, m)
	}
	return out
}

// lackLook is the chip of a lack.
func lackLook(kind string) (string, string) {
	switch kind {
	case "report", "below":
		return "late", "late"
	case "returned", "declared", "contested":
		return "warn", "ask"
	}
	return "", "minus"
}

func fraction(p ui.Page, r rollup.Rate) string { return p.Int(r.Num) + "/" + p.Int(r.Den) }

func hundredths(p ui.Page, n int64) string { return text.For(p.Lang).Percent(n, 10000, text.HalfUp) }

func asOf(ms int64) string {
	return text.Time(ms, clock.Zone) + ", " + text.Date(clock.Day(clock.From(ms)))
}

func links(p ui.Page, v view) []ui.Link {
	out := []ui.Link{{Text: p.T("brief.overview"), Href: v.at + "?unit=" + v.Self.Unit.String()}, {Text: p.T("brief.orders"), Href: v.at + "/units/" + v.Self.Unit.String() + "/orders"},
		{Text: p.T("brief.plan"), Href: v.at + "/plans/" + v.Self.Unit.String()}}
	if v.reports {
		out = append(out, ui.Link{Text: p.T("brief.honesty"), Href: v.at + "/honesty?unit=" + v.Self.Unit.String()})
	}
	return append(out, ui.Link{Text: p.T("brief.ledger"), Href: "/units/" + v.Self.Unit.String() + "/ledger?year=" + v.Campaign.Starts[:4]})
}
