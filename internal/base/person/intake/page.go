package intake

import (
	"strconv"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

type formView struct {
	id          id.ID
	kind, usual string
	code        string // of the unit for rows that name none
	both        bool   // may bring in units too
	errs        ui.Errors
}

func (v formView) fields(p ui.Page) []ui.Field {
	under := ui.Field{Name: "under", Label: p.T("intake.under_people"), Hint: p.T("intake.under_hint"), Value: v.code, Length: 40, Optional: true}
	if v.kind == Units {
		under.Label = p.T("intake.under_units")
	}
	list := []ui.Field{{Name: "file", Label: p.T("intake.file"), Hint: p.T("intake.file_hint"), Accept: ".xlsx,.csv"}, under}
	if v.kind == People {
		list = append(list, ui.Field{Name: "usual", Label: p.T("intake.usual"), Hint: p.T("intake.usual_hint"), Value: v.usual, Optional: true,
			Placeholder: p.T("intake.usual_none"), Options: kinds(p)})
	}
	for i := range list {
		list[i] = list[i].With(v.errs)
	}
	return list
}

func kinds(p ui.Page) (out []ui.Option) {
	for _, k := range person.Kinds {
		out = append(out, ui.Option{Value: k, Text: p.T("person.kind." + k)})
	}
	return out
}

type resultView struct {
	Sheet
	r    *batch.Result
	errs ui.Errors
}

// shownMost bounds each table of the page; the rest is in the sheet of wrong rows.
const shownMost = 100

func (v resultView) rows(verdict batch.Verdict) []batch.Row {
	all := v.r.Of(verdict)
	return all[:min(len(all), shownMost)]
}

func (v resultView) count(verdict batch.Verdict) int64 { return int64(v.r.Count[verdict]) }

var looks = map[batch.Verdict][2]string{ // kind and sign of the chip
	batch.New: {"ok", "plus"}, batch.Same: {"", "check"}, batch.Changed: {"info", "pencil"}, batch.Ask: {"warn", "ask"}, batch.Bad: {"late", "stop"},
}

func number(n int) string { return strconv.Itoa(n) }

// value shows what stands in a field before or after.
func value(p ui.Page, field, s string) string {
	switch {
	case s == "":
		return p.T("intake.nothing")
	case field == "kind":
		return p.T("person.kind." + s)
	case field == "sex":
		return p.T("person.sex." + s)
	}
	return text.Date(s)
}
