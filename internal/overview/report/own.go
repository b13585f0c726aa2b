package report

import (
	"context"
	"slices"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/measure"
)

// columnOf finds a column that a unit ordered by its code as a figure.
func columnOf(columns []measure.Column, code string) (measure.Column, bool) {
	i := slices.IndexFunc(columns, func(c measure.Column) bool { return c.Code() == code })
	if i < 0 {
		return measure.Column{}, false
	}
	return columns[i], true
}

func (v View) column(code string) (measure.Column, bool) { return columnOf(v.Columns, code) }

// knows reports whether the report has such a figure.
func (v View) knows(code string) bool {
	_, known := DefOf(code)
	_, own := v.column(code)
	return known || own
}

// name is what people call a figure; a column has the name its unit gave it.
func (v View) name(lang, code string) string {
	if c, own := v.column(code); own {
		return c.Name
	}
	return words.T(lang, "report.figure."+code)
}

// heading is the name of a declared figure where it stands alone in a sheet.
func (v View) heading(code string) string {
	if c, own := v.column(code); own {
		return c.Name + " (" + words.T("vi", "measure.kind."+c.Counted) + ")"
	}
	return named(code)
}

// asserted are the codes of figures without records: those of the appendix, and the columns
// that are open or were filled.
func (v View) asserted() []string {
	out := asserted()
	for _, c := range v.Columns {
		if c.Closed == 0 || v.filled(c.Code()) {
			out = append(out, c.Code())
		}
	}
	return out
}

// columns are the figures of asserted: those that records counted, or those that a unit says itself,
// which never stand in one table. Who may not write sees only what was given.
func (v View) columns(counted bool) (out []Figure) {
	for _, code := range v.asserted() {
		if f := v.of(code, 0); (f.Computed != nil) == counted && (f.Set || v.MayEdit) {
			out = append(out, f)
		}
	}
	return out
}

// filled reports whether the unit or one directly below it declared a figure.
func (v View) filled(code string) bool {
	if v.of(code, 0).Set {
		return true
	}
	for _, fs := range v.stated {
		if _, there := fs.Of(code, 0); there {
			return true
		}
	}
	return false
}

// own are the codes of the columns that units ordered, as far as they are shown.
func (v View) own() (out []string) {
	for _, code := range v.asserted() {
		if measure.Own(code) {
			out = append(out, code)
		}
	}
	return out
}

// restsOn is what a declared number of an ordered column rests on.
func restsOn(f Figure) string {
	if !f.Set {
		return ""
	}
	return strings.Trim(closed(f.Reason)+", "+f.By, ", ")
}

const ownAcross = 3 // ordered columns side by side on paper, each with its ground

// ownAppendix is the table of what was declared in ordered columns; false when there are none.
func (d printed) ownAppendix() (a paper.Appendix, there bool) {
	a = paper.Appendix{Title: phrase("own.title"), Landscape: true}
	for codes := range slices.Chunk(d.own(), ownAcross) {
		a.Blocks = append(a.Blocks, d.ownTable(codes))
	}
	there = len(a.Blocks) > 0
	a.Blocks = append(a.Blocks, paper.Note{Text: phrase("own.note")})
	return a, there
}

func (d printed) ownTable(codes []string) paper.Table {
	t := paper.Table{Columns: []paper.Column{{Align: paper.Centre}, {}}, Size: small}
	top, low := []paper.Head{{Text: phrase("col.no"), Down: 2}, {Text: phrase("col.unit"), Down: 2}}, []paper.Head{}
	for _, code := range codes {
		t.Columns = append(t.Columns, paper.Column{Align: paper.Right}, paper.Column{})
		top, low = append(top, paper.Head{Text: d.heading(code), Across: 2}), append(low, paper.Head{Text: phrase("own.n")}, paper.Head{Text: phrase("own.ground")})
	}
	t.Head = [][]paper.Head{top, low}
	row := func(no, name string, bold bool, of func(code string) Figure) {
		cells := []string{no, name}
		for _, code := range codes {
			f, said := of(code), ""
			if f.Set {
				said = number("vi", f)
			}
			cells = append(cells, said, restsOn(f))
		}
		t.Rows = append(t.Rows, paper.Row{Cells: cells, Bold: bold})
	}
	for i, c := range d.Below {
		row(text.Int(int64(i+1)), c.Name, false, func(code string) Figure { f, _ := d.stated[c.Unit].Of(code, 0); return f })
	}
	row("", phrase("reported"), true, func(code string) Figure { return d.of(code, 0) })
	return t
}

// carryColumns fills the columns that are added up with the sum of what those below declared,
// unless the unit says a number of its own.
func (v *View) carryColumns() {
	for _, c := range v.Columns {
		if c.Summed {
			v.Figures = v.Figures.carry(c.Code(), 0, v.stated)
		}
	}
}

// ordered refuses a column that nobody ordered from the report's unit.
func ordered(ctx context.Context, tx db.Tx, r Report, code string) error {
	if !measure.Own(code) {
		return nil
	}
	columns, err := measure.Columns(ctx, tx, r.Campaign, r.Unit)
	if _, own := columnOf(columns, code); err == nil && !own {
		return fault.Gone()
	}
	return err
}
