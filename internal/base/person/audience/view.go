package audience

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"quantriet/internal/ui"
)

func action(v view) string {
	if v.saved {
		return "/audiences/" + v.ID.String()
	}
	return "/audiences"
}

// recount asks for the count after each change; without JavaScript the button does.
func recount() templ.Attributes {
	return templ.Attributes{"hx-post": "/audiences/count", "hx-trigger": "change delay:150ms, input delay:500ms", "hx-target": "#count", "hx-swap": "outerHTML", "hx-sync": "this:replace"}
}

// again asks once more for what is still being counted.
func again() templ.Attributes {
	return templ.Attributes{"hx-post": "/audiences/count", "hx-trigger": "load delay:2s", "hx-target": "#count", "hx-swap": "outerHTML", "hx-include": "closest form"}
}

func moreURL(find, after string) string {
	return "/audiences?" + url.Values{"q": {find}, "after": {after}}.Encode()
}

func owners(v view) (out []ui.Option) {
	for _, u := range v.owners {
		out = append(out, ui.Option{Value: u.ID.String(), Text: u.Name})
	}
	if !slices.ContainsFunc(v.owners, func(n named) bool { return n.ID == v.Unit }) && v.Unit != 0 {
		out = append(out, ui.Option{Value: v.Unit.String(), Text: v.UnitName})
	}
	return out
}

func unitsOf(v view) (out []ui.Option) {
	for _, u := range v.below {
		out = append(out, ui.Option{Value: u.ID.String(), Text: u.Name, On: v.asks(u.ID)})
	}
	return out
}

func ticked(v view) bool {
	return len(v.below) <= 12 || slices.ContainsFunc(v.below, func(u named) bool { return v.asks(u.ID) })
}

func levelsOf(v view) (out []ui.Option) {
	for _, l := range v.levels {
		out = append(out, ui.Option{Value: l.Code, Text: l.Name, On: slices.Contains(v.Query.Levels, l.Code)})
	}
	return out
}

func choices(p ui.Page, prefix string, all, on []string) (out []ui.Option) {
	for _, c := range all {
		out = append(out, ui.Option{Value: c, Text: p.T(prefix + c), On: slices.Contains(on, c)})
	}
	return out
}

// anyOf is the answer that asks for nothing.
const anyOf = "any"

func orAny(p ui.Page, none, prefix string, all []string) []ui.Option {
	return append([]ui.Option{{Value: anyOf, Text: p.T(none)}}, choices(p, prefix, all, nil)...)
}

func yearsField(p ui.Page, v view, name string, n int64) ui.Field {
	f := ui.Field{Name: name, Label: p.T("audience." + name), Min: "0", Max: strconv.Itoa(oldest), Optional: true, Unit: p.T("audience.years")}
	if n > 0 {
		f.Value = strconv.FormatInt(n, 10)
	}
	return f.With(v.wrong)
}
