package org

import (
	"net/url"
	"strconv"

	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

type treeView struct {
	query
	items   []Item
	levels  []Level
	next    string
	total   int64
	mayEdit bool
}

type pickView struct {
	query
	items      []Item
	next       string
	total      int64
	back, lead string
}

type formView struct {
	Unit
	action string
	above  Unit
	levels []Level
	day    string
	errs   ui.Errors
	values url.Values // as typed, when the form was refused
}

type moveView struct {
	View
	above     Unit
	from, why string
	errs      ui.Errors
}

// typed is what stood in a field when the form was refused, else the unit's own.
func (v formView) typed(name, own string) string {
	if v.values != nil {
		return v.values.Get(name)
	}
	return own
}

// fields in the order of the page.
func (v formView) fields(p ui.Page) []ui.Field {
	position := ""
	if v.Position != 0 {
		position = strconv.Itoa(v.Position)
	}
	short := v.Short
	if short == v.Name {
		short = ""
	}
	list := []ui.Field{
		{Name: "code", Label: p.T("org.code"), Hint: p.T("org.code_hint"), Value: v.typed("code", v.Code), Length: codeMax},
		{Name: "level", Label: p.T("org.level"), Value: v.typed("level", v.Level), Options: levelOptions(p, v.levels, v.day, v.Level)},
		{Name: "name", Label: p.T("org.name"), Hint: p.T("org.name_hint"), Value: v.typed("name", v.Name), Length: nameMax},
		{Name: "short", Label: p.T("org.short"), Hint: p.T("org.short_hint"), Value: v.typed("short", short), Length: nameMax, Optional: true},
		{Name: "committee", Label: p.T("org.committee"), Hint: p.T("org.committee_hint"), Value: v.typed("committee", v.Committee), Length: nameMax, Optional: true},
		{Name: "symbol", Label: p.T("org.symbol"), Hint: p.T("org.symbol_hint"), Value: v.typed("symbol", v.Symbol), Length: tagMax, Optional: true},
		{Name: "place", Label: p.T("org.place"), Hint: p.T("org.place_hint"), Value: v.typed("place", v.Place), Length: 100, Optional: true},
		{Name: "position", Label: p.T("org.position"), Hint: p.T("org.position_hint"), Value: v.typed("position", position), Mode: "numeric", Optional: true},
		{Name: "from", Label: p.T("org.from"), Hint: p.T("org.from_hint"), Value: v.typed("from", v.From), Optional: true},
	}
	for i := range list {
		list[i] = list[i].With(v.errs)
	}
	return list
}

// levelOptions offers the levels of today first and those that are over in a group.
func levelOptions(p ui.Page, levels []Level, day, own string) []ui.Option {
	var out, past []ui.Option
	for _, l := range levels {
		o := ui.Option{Value: l.Code, Text: l.In(p.Lang)}
		if l.To != "" && l.To < day && l.Code != own {
			o.Text = p.T("org.level_until", "name", o.Text, "day", text.Date(l.To))
			o.Group = p.T("org.levels_over")
			past = append(past, o)
			continue
		}
		out = append(out, o)
	}
	return append(out, past...)
}

func filterOptions(p ui.Page, levels []Level) []ui.Option {
	out := []ui.Option{{Value: "", Text: p.T("org.any_level")}}
	for _, l := range levels {
		out = append(out, ui.Option{Value: l.Code, Text: l.In(p.Lang)})
	}
	return out
}

func (v treeView) levelName(p ui.Page, code string) string { return levelName(p, v.levels, code) }

func levelName(p ui.Page, levels []Level, code string) string {
	for _, l := range levels {
		if l.Code == code {
			return l.In(p.Lang)
		}
	}
	return code
}

// rowClass indents a row of the tree; below the fourth step all look alike.
func rowClass(it Item) string {
	if it.Depth == 0 {
		return "sum"
	}
	c := "d" + strconv.Itoa(min(it.Depth, 4))
	if it.Depth > 1 {
		c += " kid"
	}
	return c
}

// days writes from when to when a unit exists.
func days(p ui.Page, from, till string) string {
	switch {
	case (from == "" || from == always) && till == "":
		return p.T("org.days_always")
	case from == "" || from == always:
		return p.T("org.days_until", "to", text.Date(till))
	case till == "":
		return p.T("org.days_since", "from", text.Date(from))
	}
	return p.T("org.days_span", "from", text.Date(from), "to", text.Date(till))
}

func (v View) fact(p ui.Page, s string) string {
	if s == "" {
		return p.T("org.none")
	}
	return s
}
