package report

import (
	"slices"

	"quantriet/internal/kit/sheet"
	"quantriet/internal/overview/rollup"
)

// side are the columns that each document has where all stand side by side.
var side = []string{"meetings", "studied", "rate_all", "rate_obliged", "mass_heads"}

// sideSheet has every unit once with all documents side by side: what was learnt together
// is compared at a glance. One document has nothing to stand beside.
func (d printed) sideSheet(x *sheet.XLSX) error {
	if len(d.Studies) < 2 {
		return nil
	}
	widths := append([]float64{5, 34, 9, 9}, slices.Repeat([]float64{9}, len(side)*len(d.Studies))...)
	out, err := headed(x, phrase("sheet.side"), widths, len(widths) > 14, phrase("sheet.side_title"), phrase("key"), d.attached(), 2)
	if err != nil {
		return err
	}
	if err := d.sideHead(out); err != nil {
		return err
	}
	all := make([][]line, len(d.Studies))
	for i, s := range d.Studies {
		all[i] = d.lines(s)
	}
	for _, first := range all[0] {
		if err := out.Row(d.sideRow(first, all)...); err != nil {
			return err
		}
	}
	return nil
}

func (d printed) sideHead(out *sheet.Sheet) error {
	head := func(s string) sheet.Cell { return sheet.Cell{Value: s, Style: sheet.Head} }
	top := []sheet.Cell{head(phrase("col.no")), head(phrase("col.unit")), head(phrase("col.members")), head(phrase("col.obliged"))}
	low := slices.Repeat([]sheet.Cell{{Style: sheet.Head}}, len(top))
	for _, s := range d.Studies {
		for i, code := range side {
			t := sheet.Cell{Style: sheet.Head}
			if i == 0 {
				t.Value = paperName(s)
			}
			top, low = append(top, t), append(low, head(sideName(code)))
		}
	}
	if err := out.RowOf(48, top...); err != nil {
		return err
	}
	for col := range 4 {
		if err := out.Merge(col+1, col+1, 2); err != nil {
			return err
		}
	}
	for i := range d.Studies {
		if err := out.Merge(5+i*len(side), 4+(i+1)*len(side), 1); err != nil {
			return err
		}
	}
	return out.RowOf(100, low...)
}

// sideName is the name of a column as it stands in the table of one document.
func sideName(code string) string {
	for _, c := range columns {
		if c.code == code && c.name != "" && c.group == "rates" {
			return c.heading()
		}
		if c.code == code {
			return phrase("col." + c.group)
		}
	}
	return code
}

// sideRow is a unit, or a sum, with every document; where a document's table has not this
// line, its places stay empty.
func (d printed) sideRow(first line, all [][]line) []sheet.Cell {
	words, ints, rates := sheet.Text, sheet.Int, sheet.Rate
	if first.sum {
		words, ints, rates = sheet.TotalText, sheet.TotalInt, sheet.TotalRate
	}
	out := []sheet.Cell{{Style: words}, {Value: first.name, Style: words}}
	if first.number > 0 {
		out[0].Value = first.number
	}
	for _, code := range []string{"members", "obliged"} {
		f, ok := first.figure(code)
		out = append(out, counted(f, ok, ints, words))
	}
	for _, lines := range all {
		l, there := same(lines, first)
		for _, code := range side {
			switch _, rate := Ratios[code]; {
			case !there:
				out = append(out, sheet.Cell{Style: ints})
			case rate:
				r := l.rate(code)
				out = append(out, sheet.Cell{Value: sheet.Fraction{Num: r.Num, Den: r.Den, Rounding: rollup.Rounding(d.Campaign.Rounding)}, Style: rates})
			default:
				f, ok := l.figure(code)
				out = append(out, counted(f, ok, ints, words))
			}
		}
	}
	return out
}

// same is the line of another document's table that speaks of the same unit or sum; tables of
// one report nearly always have it at the same place.
func same(lines []line, as line) (line, bool) {
	alike := func(l line) bool { return l.name == as.name && l.sum == as.sum && l.unit == as.unit }
	if i := as.number - 1; i >= 0 && i < len(lines) && alike(lines[i]) {
		return lines[i], true
	}
	i := slices.IndexFunc(lines, alike)
	if i < 0 {
		return line{}, false
	}
	return lines[i], true
}
