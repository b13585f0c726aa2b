package person

import (
	"net/url"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

type listView struct {
	Filter
	Found
	more, next, first string
	xlsx, csv         string
	unit              org.Unit // of the filter
	mayEdit           bool
}

// narrowed reports whether anything but the unit narrows the list.
func (v listView) narrowed() bool {
	return v.Text != "" || v.Kind != "" || v.Key || v.Exempt != "" || v.Left
}

type pickView struct {
	text, back, lead string // lead is the sentence above the search
	units            []org.Unit
}

type formView struct {
	Person
	action string
	home   org.Unit
	errs   ui.Errors
	values url.Values // as typed, when the form was refused
}

type moveView struct {
	View
	to        org.Unit
	from, why string
	keep      bool
	errs      ui.Errors
}

type stayView struct {
	View
	unit org.Unit
	m    Membership
	why  string
	errs ui.Errors
}

type exemptView struct {
	View
	e    Exemption
	errs ui.Errors
}

// fields in the order of the page.
func (v formView) fields(p ui.Page) []ui.Field {
	typed := func(name, own string) string {
		if v.values != nil {
			return v.values.Get(name)
		}
		return own
	}
	list := []ui.Field{
		{Name: "name", Label: p.T("person.name"), Value: typed("name", v.Name), Length: nameMax},
		{Name: "kind", Label: p.T("person.kind"), Value: typed("kind", v.Kind), Options: kindOptions(p)},
		{Name: "member_no", Label: p.T("person.member_no"), Hint: p.T("person.member_no_hint"), Value: typed("member_no", v.MemberNo), Length: numberMax, Optional: true},
		{Name: "birth", Label: p.T("person.birth"), Hint: p.T("person.birth_hint"), Value: typed("birth", text.Date(v.Birth)), Length: 10, Optional: true},
		{Name: "sex", Label: p.T("person.sex"), Value: typed("sex", v.Sex), Optional: true,
			Options: []ui.Option{{Value: "m", Text: p.T("person.sex.m")}, {Value: "f", Text: p.T("person.sex.f")}}},
		{Name: "position", Label: p.T("person.position"), Value: typed("position", v.Position), Length: textMax, Optional: true},
		{Name: "key_cadre", Label: p.T("person.key_cadre"), Checked: v.KeyCadre},
		{Name: "joined_on", Label: p.T("person.joined_on"), Value: typed("joined_on", v.JoinedOn), Optional: true},
		{Name: "official_on", Label: p.T("person.official_on"), Value: typed("official_on", v.OfficialOn), Optional: true},
		{Name: "since", Label: p.T("person.since"), Hint: p.T("person.since_hint"), Value: typed("since", v.Since), Optional: true},
		{Name: "sure", Label: p.T("person.sure")},
	}
	for i := range list {
		list[i] = list[i].With(v.errs)
	}
	return list
}

func kindOptions(p ui.Page) []ui.Option {
	var out []ui.Option
	for _, k := range Kinds {
		out = append(out, ui.Option{Value: k, Text: p.T("person.kind." + k)})
	}
	return out
}

func kindFilter(p ui.Page) []ui.Option {
	all := []ui.Option{{Value: "", Text: p.T("person.any")}, {Value: "member", Text: p.T("person.members")}}
	return append(all, kindOptions(p)...)
}

func exemptFilter(p ui.Page) []ui.Option {
	return []ui.Option{{Value: "", Text: p.T("person.any")}, {Value: "any", Text: p.T("person.exempt_any")},
		{Value: Exempt, Text: p.T("person.exempt.exempt")}, {Value: Reduced, Text: p.T("person.exempt.reduced")}}
}

func (v exemptView) fields(p ui.Page) []ui.Field {
	list := []ui.Field{
		{Name: "kind", Label: p.T("person.exempt_kind"), Value: v.e.Kind,
			Options: []ui.Option{{Value: Exempt, Text: p.T("person.exempt.exempt")}, {Value: Reduced, Text: p.T("person.exempt.reduced")}}},
		{Name: "reason", Label: p.T("person.reason"), Hint: p.T("person.reason_hint"), Value: v.e.Reason, Length: textMax},
		{Name: "from", Label: p.T("person.exempt_from"), Value: v.e.From},
		{Name: "to", Label: p.T("person.exempt_to"), Hint: p.T("person.exempt_to_hint"), Value: v.e.To, Optional: true},
		{Name: "resolution", Label: p.T("person.resolution"), Hint: p.T("person.resolution_hint"), Value: v.e.Resolution, Length: 100},
		{Name: "resolved_on", Label: p.T("person.resolved_on"), Value: v.e.ResolvedOn},
		{Name: "approver", Label: p.T("person.approver"), Hint: p.T("person.approver_hint"), Value: v.e.Approver, Length: textMax},
	}
	for i := range list {
		list[i] = list[i].With(v.errs)
	}
	return list
}

// span writes from when to when.
func span(p ui.Page, from, till string) string {
	if till == "" {
		return p.T("person.span_open", "from", text.Date(from))
	}
	return p.T("person.span", "from", text.Date(from), "to", text.Date(till))
}

// decided writes number and day of a resolution.
func decided(p ui.Page, e Exemption) string {
	if e.ResolvedOn == "" {
		return e.Resolution
	}
	return p.T("person.resolution_of", "number", e.Resolution, "day", text.Date(e.ResolvedOn))
}

// learnt says what came of a campaign.
func learnt(p ui.Page, s Study) string {
	switch {
	case s.Studied > 0:
		return p.T("person.study_of", "n", p.Int(s.Studied), "total", p.Int(s.Documents))
	case s.Exempt:
		return p.T("person.study_exempt")
	case s.State == "open":
		return p.T("person.study_open")
	}
	return p.T("person.study_none")
}

func fact(p ui.Page, s string) string {
	if s == "" {
		return p.T("person.none")
	}
	return s
}

func sexText(p ui.Page, s string) string {
	if s == "" {
		return p.T("person.none")
	}
	return p.T("person.sex." + s)
}
