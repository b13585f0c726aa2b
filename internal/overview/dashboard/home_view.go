package dashboard

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

func (h Home) views() (out []view) {
	for _, o := range h.Running {
		out = append(out, view{Overview: o})
	}
	return out
}

// duties are the cards of what is due in the running campaigns, the most pressing first.
func duties(p ui.Page, h Home) (out []ui.Obligation) {
	var calm []ui.Obligation
	for _, v := range h.views() {
		for _, o := range v.duties(p) {
			if o.Kind == "late" || o.Kind == "warn" {
				out = append(out, o)
			} else {
				calm = append(calm, o)
			}
		}
	}
	return slices.Concat(toDecide(p, h.Decide), out, toMark(p, h), calm)
}

// tasks are the same for a phone, where a clock leaves no room for whose it is.
func tasks(p ui.Page, h Home) []ui.Obligation {
	all := duties(p, h)
	for i, o := range all {
		if o.Clock != "" {
			all[i].Whose = ""
		}
	}
	return all
}

func (v view) duties(p ui.Page) (out []ui.Obligation) {
	title := short(v.Campaign.Title, 60)
	if v.Self.Unit != v.Campaign.Unit && (v.Self.Due.Limit != 0 || v.Self.Report.State != "") {
		out = append(out, v.ownReport(p, title))
	}
	if v.Self.Plan.State != "sent" && v.Self.Kids > 0 {
		out = append(out, ui.Obligation{Icon: "list", Title: p.T("dashboard.duty.plan"), Whose: title, Href: v.at() + "/plans/" + v.Self.Unit.String()})
	}
	rate := v.Self.Count.RateObliged()
	study := ui.Obligation{Icon: "book", Title: p.T("dashboard.duty.study", "a", p.Int(rate.Num), "b", p.Int(rate.Den)), Whose: title, Href: v.unitHref(v.Self.Unit)}
	if rate.Den > 0 && rate.Num == rate.Den {
		study.Kind = "ok"
	}
	out = append(out, study)
	for _, t := range v.Ticks {
		if o, ok := v.below(p, t); ok {
			out = append(out, o)
		}
	}
	return out
}

// ownReport is the unit's own report with its clock, or what became of it.
func (v view) ownReport(p ui.Page, title string) ui.Obligation {
	r := v.Self
	o := ui.Obligation{Icon: "file", Title: p.T("dashboard.duty.report"), Whose: title, Href: v.report(r.Unit)}
	switch r.Report.State {
	case "sent", "accepted":
		o.Kind, o.Clock = "ok", p.T("dashboard.report."+r.Report.State)
		return o
	case "returned":
		o.Title = p.T("dashboard.duty.again")
		o.Kind, o.Clock = "warn", p.T("dashboard.report.returned")
		return o
	}
	if r.Due.Limit != 0 {
		o.Kind, o.Clock = ui.Left(p, time.UnixMilli(r.Due.Limit))
		o.Date = dueWord(p, r.Due)
	}
	return o
}

// below is the deadline of the units directly below, as long as one of them is awaited.
func (v view) below(p ui.Page, t Tick) (o ui.Obligation, ok bool) {
	if p.Now.UnixMilli() >= t.Limit && !t.Missing {
		return o, false
	}
	var who []string
	for _, l := range t.Levels {
		if slices.ContainsFunc(v.tree, func(r Row) bool { return r.Level == l }) {
			who = append(who, v.levelWord(p, l))
		}
	}
	if len(who) == 0 {
		return o, false
	}
	o = ui.Obligation{Icon: "flag", Title: p.T("dashboard.duty.below", "who", strings.Join(who, ", ")), Date: dueWord(p, t.Due), Href: v.unitHref(v.Self.Unit) + "#units"}
	o.Kind, o.Clock = ui.Left(p, time.UnixMilli(t.Limit))
	o.Whose = p.T("dashboard.duty.in", "n", p.Int(v.Reports.Accepted+v.Reports.Waiting), "of", p.Int(v.Reports.Due))
	return o, true
}

// when says a meeting's time as people say it: today with the hour alone.
func when(p ui.Page, ms int64) string {
	day := clock.Day(clock.From(ms))
	switch day {
	case clock.Day(p.Now):
		return text.Time(ms, clock.Zone) + ", " + p.T("dashboard.day_today")
	case clock.AddDays(clock.Day(p.Now), 1):
		return text.Time(ms, clock.Zone) + ", " + p.T("dashboard.day_tomorrow")
	}
	return text.Time(ms, clock.Zone) + ", " + text.For(p.Lang).Weekday(day) + " " + text.Date(day)
}

// fullDay is "thứ Hai 23/07/2018".
func fullDay(p ui.Page) string {
	day := clock.Day(p.Now)
	return text.For(p.Lang).Weekday(day) + " " + text.Date(day)
}

// boardPath is the live board of a meeting or a campaign; kind is their word in addresses.
func boardPath(kind string, of id.ID) string { return "/" + kind + "/" + of.String() + "/board" }

func meetingPath(m id.ID) string { return "/meetings/" + m.String() }

func reportPath(campaign, unit id.ID) string {
	return "/campaigns/" + campaign.String() + "/reports/" + unit.String()
}

func (s Station) path() string {
	return meetingPath(s.Meeting) + "/sites/" + s.Site.String() + "/station"
}

func roleWord(p ui.Page, r access.Role) string { return p.T("access.role." + string(r)) }

// toDo are a member's tasks: documents not studied yet, and talks to prepare.
func toDo(p ui.Page, h Home) (out []ui.Obligation) {
	for _, t := range h.Talks {
		if t.Meeting.Ends < p.Now.UnixMilli() {
			continue
		}
		out = append(out, ui.Obligation{Icon: "mic", Title: p.T("dashboard.talk", "what", t.Title), Whose: when(p, t.Meeting.Starts) + " · " + cmp.Or(t.Meeting.Place, t.Meeting.Unit),
			Href: meetingPath(t.Meeting.ID)})
	}
	out = append(out, toWrite(p, h)...)
	for _, r := range h.Reading {
		if r.Studied {
			continue
		}
		o := ui.Obligation{Icon: "book", Title: p.T("dashboard.read", "what", r.Label()), Whose: r.Title, Href: "/documents/" + r.ID.String()}
		if r.Due.Limit != 0 {
			o.Kind, o.Clock = ui.Left(p, time.UnixMilli(r.Due.Limit))
			o.Whose = dueWord(p, r.Due)
		}
		out = append(out, o)
	}
	return out
}

// noted says how a record is known.
func noted(p ui.Page, r Record) string {
	if r.Absent {
		return p.T("dashboard.absent_reason", "why", p.T("dashboard.reason."+cmp.Or(r.Reason, "none")))
	}
	return p.T("dashboard.form."+r.Form) + ", " + text.Time(r.At, clock.Zone) + " (E" + p.Int(int64(r.Grade)) + ")"
}

// start is one step of furnishing an installation.
type start struct {
	key, href, icon string
	done            bool
}

func (s SetUp) steps() []start {
	return []start{
		{"units", "/units", "tree", s.Units},
		{"people", "/import", "users", s.People},
		{"accounts", "/accounts/new", "key", s.Accounts},
		{"documents", "/documents", "file", s.Documents},
		{"campaigns", "/campaigns", "flag", s.Campaigns},
	}
}

// next is the first step that is not done; false when all are.
func (s SetUp) next() (start, bool) {
	for _, st := range s.steps() {
		if !st.done {
			return st, true
		}
	}
	return start{}, false
}

func uiSteps(p ui.Page, s SetUp) (out []ui.Step) {
	now, open := s.next()
	for _, st := range s.steps() {
		out = append(out, ui.Step{Text: p.T("dashboard.start." + st.key), Href: st.href, Done: st.done, Now: open && st.key == now.key})
	}
	return out
}
