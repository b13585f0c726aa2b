package campaign

import (
	"net/url"
	"slices"
	"strconv"

	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

func action(c Campaign, saved bool) string {
	if saved {
		return to(c.ID)
	}
	return "/campaigns"
}

func owners(g Ground) (out []ui.Option) {
	for _, o := range g.Owners {
		out = append(out, ui.Option{Value: o.ID.String(), Text: o.Name})
	}
	return out
}

func papersOf(c Campaign, g Ground) (out []ui.Option) {
	for _, d := range g.Papers {
		name := d.Number
		if name == "" {
			name = d.Issuer
		}
		out = append(out, ui.Option{Value: d.ID.String(), Text: name, Note: d.Title, On: slices.Contains(c.Documents, d.ID)})
	}
	return out
}

// offered are the audiences of the form: those of the campaign, ticked (marked by an id),
// and the usual ones it does not have.
func offered(p ui.Page, c Campaign) (out []Audience) {
	for _, a := range c.Audiences {
		a.ID = 1
		out = append(out, a)
	}
	for _, u := range Usual(func(k string) string { return p.T(k) }) {
		if !slices.ContainsFunc(c.Audiences, func(a Audience) bool { return a.Filter == u.Filter }) {
			out = append(out, u)
		}
	}
	return out
}

// counted says how an audience is counted and whom it means.
func counted(p ui.Page, a Audience) string {
	if a.Filter != "query" {
		return p.T("campaign.filter." + a.Filter)
	}
	if a.Asks().ByHead() {
		return p.T("campaign.by_head", "who", a.Sentence)
	}
	return p.T("campaign.by_person", "who", a.Sentence)
}

// groups are what may be added to the audiences: ready ones, then those of the unit and above.
func groups(p ui.Page, g Ground) (out []ui.Option) {
	for _, r := range audience.Ready {
		out = append(out, ui.Option{Value: r.Code, Text: p.T("audience.ready." + r.Code)})
	}
	for _, a := range g.Saved {
		out = append(out, ui.Option{Value: a.ID.String(), Text: a.Name + " (" + a.UnitName + ")"})
	}
	return out
}

func dueOf(c Campaign, level string) Due {
	for _, d := range c.Dues {
		if d.Level == level {
			return d
		}
	}
	return Due{}
}

// steps are the parts of the form with how far each is.
func steps(p ui.Page, c Campaign, errs ui.Errors) []ui.Step {
	part := func(key, href string, n int, fields ...string) ui.Step {
		s := ui.Step{Text: p.T(key), Href: href, Note: p.T("campaign.step_none"), Done: n > 0}
		if n > 0 {
			s.Note = p.T("campaign.step_count", "n", n)
		}
		for name := range errs {
			if slices.Contains(fields, name) || len(name) > 4 && name[:4] == "due_" && slices.Contains(fields, "dues") {
				s.Note, s.Bad, s.Done = p.T("campaign.step_wrong"), true, false
			}
		}
		return s
	}
	named := 0
	if c.Title != "" {
		named = 1
	}
	about := part("campaign.about", "#f-title", named, "title", "starts_on", "unit", "rounding")
	if about.Done {
		about.Note = text.Date(c.StartsOn)
	}
	return []ui.Step{about, part("campaign.documents", "#f-documents", len(c.Documents), "documents"),
		part("campaign.audiences", "#audiences", len(c.Audiences), "audiences"), part("campaign.dues", "#dues", len(c.Dues), "dues"),
		{Text: p.T("campaign.step_open"), Note: p.T("campaign.step_open_note")}}
}

// meaning is what a deadline comes to: "xong trong ngày 19/07/2018, 24 ngày".
func meaning(p ui.Page, c Campaign, level string) string {
	d := dueOf(c, level)
	if d.On == "" {
		return p.T("campaign.no_due")
	}
	return p.T("campaign.means", "day", text.Date(d.Last()), "n", daysBetween(c.StartsOn, d.Last())+1)
}

func daysBetween(from, to string) int {
	return int(clock.Start(to).Sub(clock.Start(from)).Hours() / 24)
}

func levelParts(p ui.Page, levels []LevelCount) (out []ui.Part) {
	var n int64
	for _, l := range levels {
		out = append(out, ui.Part{Text: l.Name, Value: p.Int(l.Units)})
		n += l.Units
	}
	return append(out, ui.Part{Text: p.T("campaign.sum_units"), Value: p.Int(n), Total: true})
}

// said is a deadline as the order words it: "trước 20/07/2018" or "hết ngày 20/07/2018".
func said(p ui.Page, d Due) string {
	if d.On == "" {
		return "–"
	}
	if d.Inclusive {
		return p.T("campaign.until_day", "day", text.Date(d.On))
	}
	return p.T("campaign.before_day", "day", text.Date(d.On))
}

// wished is the deadline that a row shows: the refused one as it was typed, else the one in force.
func wished(d Owed, wish Due) Due {
	if wish.Level == d.Due.Level && wish.On != "" {
		return wish
	}
	return d.Due
}

// verdict says how ours stands to what was given.
func verdict(p ui.Page, given, ours Due) (kind, sign, word string) {
	switch days := daysBetween(ours.Last(), given.Last()); {
	case days < 0:
		return "late", "x", p.T("campaign.not_looser")
	case days > 0:
		return "info", "check", p.T("campaign.tighter", "n", days)
	}
	return "ok", "check", p.T("campaign.kept")
}

// until is where the bar of a deadline ends: a week after the later of the two.
func until(given, ours Due) string { return clock.AddDays(max(given.Last(), ours.Last()), 7) }

// binding is the deadline by which a unit itself must be done: its own level's, else that of
// the nearest level above.
func binding(v Standing) (Due, bool) {
	for _, d := range v.Dues {
		if d.Mine {
			return d.Due, true
		}
	}
	var best *Owed
	for i, d := range v.Dues {
		if d.Rank <= v.Rank && (best == nil || d.Rank > best.Rank) {
			best = &v.Dues[i]
		}
	}
	if best == nil {
		return Due{}, false
	}
	return best.Due, true
}

// duties are the cards of what a unit has to do, with the clock of its deadline.
func duties(p ui.Page, v Standing) (out []ui.Obligation) {
	due, bound := binding(v)
	card := func(icon, title, whose, href string) {
		o := ui.Obligation{Icon: icon, Title: title, Whose: whose, Href: href}
		if bound && v.Campaign.State == "open" {
			o.Kind, o.Clock = ui.Left(p, due.End())
			o.Date = said(p, due)
		}
		out = append(out, o)
	}
	unit, at := v.Unit.Unit.String(), to(v.Campaign.ID)
	meetings := "/meetings?" + url.Values{"campaign": {v.Campaign.ID.String()}, "unit": {unit}}.Encode()
	people := p.T("campaign.people", "n", p.Int(v.People))
	if v.Unit.SelfOrganised {
		card("file", p.T("campaign.do_plan"), p.T("campaign.do_plan_note"), at+"/plans/"+unit)
		card("calendar", p.T("campaign.do_meet"), people, meetings)
	} else {
		card("calendar", p.T("campaign.do_join", "unit", v.Joins), people, meetings)
	}
	card("report", p.T("campaign.do_report"), p.T("campaign.do_report_note"), at+"/reports/"+unit)
	return out
}

func unitOptions(us []Unit) (out []ui.Option) {
	for _, u := range us {
		out = append(out, ui.Option{Value: u.Unit.String(), Text: u.Name})
	}
	return out
}

// joinsName is the unit whose meetings one of those below joins.
func joinsName(v Standing, b Unit) string {
	for _, u := range append([]Unit{v.Unit}, v.Below...) {
		if u.Unit == b.Joins {
			return u.Name
		}
	}
	return ""
}

func yesNo(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func states(p ui.Page) (out []ui.Option) {
	out = append(out, ui.Option{Text: p.T("campaign.any_state")})
	for _, s := range []string{"open", "draft", "closed"} {
		out = append(out, ui.Option{Value: s, Text: p.T("campaign.state." + s)})
	}
	return out
}

func listURL(q Query, after string) string {
	v := url.Values{}
	for name, s := range map[string]string{"q": q.Find, "state": q.State, "after": after} {
		if s != "" {
			v.Set(name, s)
		}
	}
	return "/campaigns?" + v.Encode()
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
