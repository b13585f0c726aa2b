package honesty

import (
	"fmt"
	"slices"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// mostShown bounds the leads of one page; the others stand on the pages of the units below.
const mostShown = 60

// shown is a lead with the unit it is about.
type shown struct {
	Row
	Asked
}

// leads of a level, those nobody has looked at first, then the units by what weighs in all.
func (v View) leads() (out []shown, more int) {
	for _, r := range v.Rows {
		for _, a := range r.Leads {
			out = append(out, shown{r, a})
		}
	}
	rank := func(s shown) int64 {
		settled := int64(0)
		if s.State == "settled" && !s.Reopened {
			settled = 1
		}
		return settled<<40 - s.Score<<16 - s.Weight
	}
	slices.SortStableFunc(out, func(a, b shown) int {
		switch x, y := rank(a), rank(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	if len(out) > mostShown {
		return out[:mostShown], len(out) - mostShown
	}
	return out, 0
}

func (s shown) key() string { return s.Row.Unit.String() + s.Code }

func action(of, unit id.ID, code string) string {
	return "/campaigns/" + of.String() + "/honesty/" + unit.String() + "/" + code
}

func reportOf(of, unit id.ID) string {
	return "/campaigns/" + of.String() + "/reports/" + unit.String()
}

func anchor(unit id.ID) string { return "u-" + unit.String() }

// percent writes hundredths of a percent.
func percentOf(p ui.Page, hundredths int64) string {
	return text.For(p.Lang).Percent(hundredths, 10000, text.HalfUp)
}

func (f Factor) rate(p ui.Page) string {
	return text.For(p.Lang).Percent(f.Confirmed, f.Asked, text.HalfUp)
}

// said is a factor read aloud.
func (f Factor) said(p ui.Page) string {
	return p.T("honesty.factor_said", "k", p.Int(f.Confirmed), "n", p.Int(f.Asked), "low", percentOf(p, f.Low), "high", percentOf(p, f.High))
}

// x is a place on a line of a hundred and twenty, of hundredths of a percent.
func x(hundredths int64) string { return fmt.Sprintf("%.1f", float64(hundredths)*1.2/100) }

func (f Factor) point() string { return x(f.Confirmed * 10000 / max(1, f.Asked)) }

func width(f Factor) string { return x(max(100, f.High-f.Low)) }

// timing is the kind, words and note of a clock.
func timing(p ui.Page, t Timing) (kind, says, note string) {
	if t.Sent != 0 {
		note = text.DateTime(t.Sent, clock.Zone)
	}
	switch t.Kind {
	case "overdue":
		return "late", p.T("honesty.overdue", "span", ui.Span(p, t.Over)), ""
	case "late":
		return "warn", p.T("honesty.late", "span", ui.Span(p, t.Over)), note
	case "in_time":
		return "ok", p.T("honesty.in_time"), note
	case "waiting":
		return "", p.T("honesty.waiting"), ""
	}
	return "", p.T("honesty.none_due"), ""
}

// stateOf is the sign of a lead's state.
func stateOf(p ui.Page, a Asked) (kind, sign, word string) {
	switch {
	case a.Reopened:
		return "warn", "history", p.T("honesty.state.reopened")
	case a.State == "settled":
		return "ok", "check", p.T("honesty.state.settled")
	case a.State == "asked" && a.Said != "":
		return "info", "ask", p.T("honesty.state.answered")
	case a.State == "asked":
		return "info", "ask", p.T("honesty.state.asked")
	case a.State == "seen":
		return "", "check", p.T("honesty.state.seen")
	}
	return "warn", "info", p.T("honesty.state.new")
}

func options(p ui.Page, now string) (out []ui.Option) {
	for _, s := range States {
		out = append(out, ui.Option{Value: s, Text: p.T("honesty.do." + s), On: s == now || now == "" && s == "asked"})
	}
	return out
}

func count(r Row) (open, all int64) {
	for _, a := range r.Leads {
		all++
		if a.State != "settled" || a.Reopened {
			open++
		}
	}
	return open, all
}

// said names the other meeting, to whom it may be named.
func (x Pair) said(p ui.Page) string {
	how := p.T("honesty.pair_near")
	if x.Exact {
		how = p.T("honesty.pair_exact")
	}
	if x.Other == "" {
		return how + " " + p.T("honesty.pair_hidden")
	}
	return how + " " + p.T("honesty.pair", "title", x.Other, "unit", x.Unit, "day", text.Date(clock.Day(clock.From(x.At))))
}

func moment(ms int64) string { return text.DateTime(ms, clock.Zone) }
