package duty

import (
	"slices"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// chip is the colour and sign of a state.
func chip(s State, back bool) (kind, sign string) {
	switch {
	case back:
		return "warn", "back"
	case s == InTime:
		return "ok", "check"
	case s == InGrace, s == Grace, s == Soon:
		return "warn", "clock"
	case s == SentLate, s == Late:
		return "late", "late"
	case s == Frozen:
		return "late", "lock"
	}
	return "", "clock"
}

func stateWord(p ui.Page, s State, back bool) string {
	if back {
		return p.T("duty.state.back")
	}
	return p.T("duty.state." + string(s))
}

// lastDay is the last day before an instant, "20/07/2018".
func lastDay(at int64) string { return text.Date(before(at)) }

func moment(at int64) string { return text.DateTime(at, clock.Zone) }

// period is the time a duty is about: "01/06/2018 – 30/06/2018".
func period(p ui.Page, d Duty) string {
	if d.To == "" {
		return p.T("duty.since", "day", text.Date(d.From))
	}
	return text.Date(d.From) + " – " + text.Date(d.To)
}

// write is where a unit writes what it owes.
func write(d Duty, unit id.ID) string {
	if d.Period == OfCampaign {
		return "/campaigns/" + d.ID.String() + "/reports/" + unit.String()
	}
	return "/reviews/of?duty=" + d.ID.String() + "&unit=" + unit.String()
}

func (r Rung) in(p ui.Page) string {
	if p.Lang == "en" {
		return r.En
	}
	return r.Vi
}

func percent(num, den int64) string { return text.Percent(num, den, text.HalfUp) }

// clockOf is how long a unit has left, or is over.
func clockOf(p ui.Page, t Terms, s State) (kind, words string) {
	due := t.Due
	if s == Grace {
		due = t.Grace
	}
	if due == 0 || s.Sent() {
		return "", ""
	}
	return ui.Left(p, clock.From(due))
}

func periods(p ui.Page) (out []ui.Option) {
	for _, x := range Periods {
		out = append(out, ui.Option{Value: x, Text: p.T("duty.period." + x)})
	}
	return out
}

func orderers(o Offer) (out []ui.Option) {
	for _, u := range o.Units {
		out = append(out, ui.Option{Value: u.Unit.String(), Text: u.Name})
	}
	return out
}

// tight reports whether a line's own clock is another than the duty gives its level.
func tight(d Duty, l Line) bool {
	given, ok := d.Level(l.Level)
	return ok && l.Terms.Due != 0 && l.Terms.Due != given.Terms.Due
}

// timeline has a row for each unit shown that owes the report itself: its clocks and its
// first sending.
func timeline(p ui.Page, v View) ui.Timeline {
	t := ui.Timeline{From: v.Duty.From, Today: clock.Day(clock.From(v.Now))}
	if v.Duty.To != "" {
		t.From = v.Duty.To
	}
	t.To = max(t.From, t.Today)
	for _, l := range append([]Line{v.At}, v.Lines...) {
		if l.State == "" {
			continue
		}
		r := ui.TimeRow{Name: l.Name, Href: toAt(v.Duty.ID, l.Unit), Due: before(l.Terms.Due), Frozen: day(l.Terms.Freeze), Sent: day(l.First)}
		if l.Terms.Grace > l.Terms.Due {
			r.Grace = before(l.Terms.Grace)
		}
		if l.Back {
			r.Note = p.T("duty.state.back")
		}
		if r.Sent != "" {
			t.From = min(t.From, r.Sent)
		}
		t.To = max(t.To, clock.AddDays(r.Due, 2), r.Sent)
		if shut := clock.AddDays(r.Frozen, 2); shut <= clock.AddDays(r.Due, 45) {
			t.To = max(t.To, shut)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// day is the civil day of an instant, before the last day in front of it; "" of none.
func day(at int64) string {
	if at == 0 {
		return ""
	}
	return clock.Day(clock.From(at))
}

func before(at int64) string {
	if at == 0 {
		return ""
	}
	return clock.Day(clock.From(at - 1))
}

func sortHref(v View, by string) string {
	to := toAt(v.Duty.ID, v.At.Unit)
	if by != "" {
		to += "&sort=" + by
	}
	return to
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// typed is what a refused form said, shown again; wrong is what was wrong with it.
func typed(a asked, form string) string {
	if a.form == form {
		return a.why
	}
	return ""
}

func wrong(a asked, form, field string) string {
	if a.form == form {
		return a.errs[field]
	}
	return ""
}

func graceOf(d Duty) string {
	if len(d.Levels) == 0 {
		return "0"
	}
	return text.Int(d.Levels[0].Grace)
}

func freezeOf(d Duty) string {
	if len(d.Levels) == 0 {
		return "0"
	}
	return text.Int(d.Levels[0].Freeze)
}

// owes reports whether a digest has anything to say.
func owes(d Digest) bool {
	return slices.ContainsFunc(d.Mine, Owed.Open) || slices.ContainsFunc(d.Below, func(u Under) bool { return u.Tally.Missing > 0 })
}

// longest bounds a page that is read aloud.
const longest = 18

// aloud are the first units that something is missing from.
func aloud(v View) (out []Line) {
	for _, l := range v.Lines {
		if l.Tally.Missing > 0 && len(out) < longest {
			out = append(out, l)
		}
	}
	return out
}

func missing(v View) (n int) {
	for _, l := range v.Lines {
		if l.Tally.Missing > 0 {
			n++
		}
	}
	return n
}
