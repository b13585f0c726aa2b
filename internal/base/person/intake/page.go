package intake

import (
	"slices"
	"strconv"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

type formView struct {
	id          id.ID
	kind, usual string
	code        string // of the unit for rows that name none
	both        bool   // may bring in units too
	last        []Sheet
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
	list map[batch.Verdict][]batch.Row
	errs ui.Errors
}

// shownMost bounds each table of the page; the rest is a page further.
const shownMost = 50

// shownVerdicts are those whose rows are shown.
var shownVerdicts = []batch.Verdict{batch.Bad, batch.Ask, Kept, batch.Changed, batch.New}

// numbered reports whether identity or phone numbers come in.
func (v resultView) numbered() bool {
	return v.Mapping != nil && slices.ContainsFunc(secret.Keys, func(key string) bool { _, there := v.Mapping.Columns[key]; return there })
}

func (v resultView) rows(verdict batch.Verdict) []batch.Row { return v.list[verdict] }

func (v resultView) n(verdict batch.Verdict) int64 { return *v.Sheet.count(verdict) }

// told is how many rows of a verdict are kept to be shown.
func (v resultView) told(verdict batch.Verdict) int64 { return min(v.n(verdict), most(verdict)) }

func (v resultView) href(verdict batch.Verdict, after int) string {
	return "/import/" + v.ID.String() + "/rows/" + string(verdict) + "?after=" + number(after)
}

// next is the row after which the next page begins; 0 when there is none.
func (v resultView) next(verdict batch.Verdict) int {
	if rows := v.list[verdict]; len(rows) == shownMost {
		return rows[shownMost-1].Number
	}
	return 0
}

type columnsView struct {
	Sheet
	looks []sheet.Glimpse
	errs  ui.Errors
}

// mappedMost bounds the columns that people say something of.
const mappedMost = 256

func field(name string, column int) string { return name + "-" + strconv.Itoa(column) }

// key is what a column is understood as.
func (v columnsView) key(column int) string {
	for key, at := range v.Mapping.Columns {
		if column >= at[0] && column <= at[1] {
			return key
		}
	}
	return ""
}

func (v columnsView) legacy(column int) text.Legacy { return v.Mapping.Legacy[column] }

// old reports whether any column is in an old encoding.
func (v columnsView) old() bool { return len(v.Mapping.Legacy) > 0 }

func (v columnsView) keyField(p ui.Page, g sheet.Glimpse) ui.Field {
	f := ui.Field{Name: field("col", g.Column), Label: p.T("intake.as"), Value: v.key(g.Column), Optional: true, Placeholder: p.T("intake.as_nothing")}
	for _, c := range v.columns() {
		name := c.Names[0]
		if p.Lang == "en" {
			name = c.Names[len(c.Names)-1]
		}
		f.Options = append(f.Options, ui.Option{Value: c.Key, Text: name})
	}
	return f.With(v.errs)
}

func (v columnsView) legacyField(p ui.Page, g sheet.Glimpse) ui.Field {
	f := ui.Field{Name: field("enc", g.Column), Label: p.T("intake.written_in"), Value: string(v.legacy(g.Column)), Optional: true, Placeholder: p.T("intake.enc.unicode")}
	for _, l := range text.Legacies {
		f.Options = append(f.Options, ui.Option{Value: string(l), Text: p.T("intake.enc." + string(l))})
	}
	return f.With(v.errs)
}

func (v columnsView) rowField(p ui.Page, name string, n int) ui.Field {
	return ui.Field{Name: name, Label: p.T("intake.header_" + name), Value: strconv.Itoa(n), Min: "1", Max: "1000"}.With(v.errs)
}

func (v columnsView) sourceField(p ui.Page) ui.Field {
	return ui.Field{Name: "source", Label: p.T("intake.source"), Hint: p.T("intake.source_hint"), Value: v.Source, Length: 100, Optional: true}.With(v.errs)
}

func (v columnsView) fields(p ui.Page) (out []ui.Field) {
	for _, g := range v.looks {
		out = append(out, v.keyField(p, g), v.legacyField(p, g))
	}
	return append(out, v.rowField(p, "first", v.Mapping.First), v.rowField(p, "last", v.Mapping.Last), v.sourceField(p))
}

// stateLook is the kind and the sign of the chip of a state.
func stateLook(state string) (kind, sign string) {
	switch state {
	case Applied:
		return "ok", "check"
	case Failed:
		return "late", "stop"
	case Undone, Mapping:
		return "", "ask"
	}
	return "info", "clock"
}

var looks = map[batch.Verdict][2]string{ // kind and sign of the chip
	batch.New: {"ok", "plus"}, batch.Same: {"", "check"}, batch.Changed: {"info", "pencil"}, batch.Ask: {"warn", "ask"}, batch.Bad: {"late", "stop"}, Kept: {"warn", "ask"},
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

// undoText says what taking the sheet back does.
func (v resultView) undoText(p ui.Page) string {
	if v.Kind == Units {
		return p.T("intake.undo_text_units")
	}
	return p.T("intake.undo_text")
}

// step is where on the way a sheet is: its columns, the dry run, the result.
func (v resultView) step() int {
	switch v.State {
	case Applying, Applied, Undoing, Undone:
		return 3
	}
	return 2
}

func waySteps(p ui.Page, now int) (out []ui.Step) {
	for i, key := range []string{"intake.way_file", "intake.way_columns", "intake.way_check", "intake.way_result"} {
		out = append(out, ui.Step{Text: p.T(key), Done: i < now, Now: i == now})
	}
	return out
}

func when(p ui.Page, at int64) string { return text.DateTime(at, p.Now.Location()) }
