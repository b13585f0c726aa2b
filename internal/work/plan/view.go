package plan

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// spare is how many empty rows stand at the end of the form's lists.
const spare = 2

// rows are what the form shows: those there are and a few empty ones.
func lineRows(v View) []Line {
	return append(v.Plan.Lines[:len(v.Plan.Lines):len(v.Plan.Lines)], make([]Line, spare)...)
}

func assignmentRows(v View) []Assignment {
	return append(v.Plan.Assignments[:len(v.Plan.Assignments):len(v.Plan.Assignments)], make([]Assignment, spare)...)
}

// at are the findings beside a place. Before the plan was saved once, nothing is blamed.
func (v View) at(place string) (out []Finding) {
	for _, f := range v.Findings {
		if f.Place == place && v.Saved() {
			out = append(out, f)
		}
	}
	return out
}

// numbered is the name of a row, or of a field of it.
func numbered(name string, i int, field string) string {
	if field != "" {
		field = "_" + field
	}
	return name + "_" + strconv.Itoa(i) + field
}

func audienceOptions(v View) (out []ui.Option) {
	for _, a := range v.Ground.Audiences {
		out = append(out, ui.Option{Value: a.ID.String(), Text: a.Name})
	}
	return out
}

func levelOptions(v View) (out []ui.Option) {
	for _, code := range v.Ground.Below {
		out = append(out, ui.Option{Value: code, Text: v.Ground.level(code)})
	}
	return out
}

func modeOptions(p ui.Page) (out []ui.Option) {
	for _, m := range Modes {
		out = append(out, ui.Option{Value: m, Text: p.T("plan.mode." + m)})
	}
	return out
}

// levelOf is the level of a row, the unit's own for an empty one.
func levelOf(v View, l Line) string {
	if l.Level == "" {
		return v.Ground.Own
	}
	return l.Level
}

func modeOf(l Line) string {
	if l.Mode == "" {
		return Modes[0]
	}
	return l.Mode
}

// lineTitle is "1. Cán bộ chủ chốt", or what an empty row says.
func lineTitle(p ui.Page, v View, i int, l Line) string {
	if l.Audience == 0 {
		return p.T("plan.line_more")
	}
	return strconv.Itoa(i+1) + ". " + v.Ground.audience(l.Audience)
}

func assignmentTitle(p ui.Page, i int, d Assignment) string {
	if d == (Assignment{}) {
		return p.T("plan.assignment_more")
	}
	return p.T("plan.assignment_n", "n", i+1)
}

// bound says until when a line may last.
func bound(p ui.Page, v View, l Line) string {
	if day := v.Ground.Last(l.Audience, levelOf(v, l)); day != "" && l.Audience != 0 {
		return p.T("plan.latest", "day", text.Date(day))
	}
	return ""
}

func hint(p ui.Page, code string) string {
	switch code {
	case "content":
		return p.T("plan.hint.content")
	case "organisation":
		return p.T("plan.hint.organisation")
	}
	return ""
}

// missing is what the bar at the end of the form says.
func missing(p ui.Page, v View) string {
	switch n := len(blocking(v.Findings)); {
	case !v.Saved():
		return p.T("plan.proposed")
	case n > 0:
		return p.T("plan.missing", "n", n)
	}
	return p.T("plan.complete")
}

// cited is "Kế hoạch số 12-KH/HU", or what the plan is about when it has no number.
func cited(p ui.Page, plan Plan) string {
	if plan.Number == "" {
		return p.T("plan.abstract_of", "abstract", plan.Abstract)
	}
	return p.T("plan.numbered", "number", plan.Number)
}

// joined puts a dot between the parts that say something.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// placeID is the anchor of a finding's place.
func placeID(place string) string { return "#f-" + place }

// said is a deadline as the order words it.
func said(p ui.Page, d campaign.Due) string {
	if d.Inclusive {
		return p.T("plan.until_day", "day", text.Date(d.On))
	}
	return p.T("plan.before_day", "day", text.Date(d.On))
}

// dues are the deadlines that bind this unit and those below it.
func dues(v View) (out []campaign.Due) {
	for _, d := range v.Ground.Dues {
		for _, code := range v.Ground.Below {
			if d.Level == code {
				out = append(out, d)
			}
		}
	}
	if n := len(v.Ground.Dues); len(out) == 0 && n > 0 {
		return v.Ground.Dues[n-1:]
	}
	return out
}

func states(p ui.Page) (out []ui.Option) {
	out = append(out, ui.Option{Text: p.T("plan.filter.all")})
	for _, s := range []string{"sent", "draft", "none", "joins"} {
		out = append(out, ui.Option{Value: s, Text: p.T("plan.filter." + s)})
	}
	return out
}

// coverOptions are the levels of the list.
func coverOptions(p ui.Page, l Listed) (out []ui.Option) {
	out = append(out, ui.Option{Text: p.T("plan.filter.levels")})
	for _, c := range l.Cover {
		out = append(out, ui.Option{Value: c.Level, Text: c.Name})
	}
	return out
}

// expecting are the levels of which plans are expected, or were sent.
func expecting(l Listed) (out []Cover) {
	for _, c := range l.Cover {
		if c.Expected > 0 {
			out = append(out, c)
		}
	}
	return out
}

func listURL(of, unit id.ID, f Filter, after string) string {
	q := url.Values{"unit": {unit.String()}}
	for k, v := range map[string]string{"q": f.Find, "level": f.Level, "state": f.State, "after": after} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return "/campaigns/" + of.String() + "/plans?" + q.Encode()
}
