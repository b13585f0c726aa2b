package report

import (
	"context"
	"slices"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
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
