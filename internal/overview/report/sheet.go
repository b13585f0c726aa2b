package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/rollup"
)

// writeXLSX is the appendix as a workbook: a sheet for each document with all columns, one of
// all documents side by side when there are several, one of what was declared, one of the notes.
func (v View) writeXLSX(w io.Writer) error {
	d, x := v.printed(""), sheet.NewXLSX(w)
	for _, s := range d.Studies {
		if err := d.table(x, s); err != nil {
			return err
		}
	}
	if err := d.sideSheet(x); err != nil {
		return err
	}
	if err := d.declaredSheet(x); err != nil {
		return err
	}
	if err := d.notesSheet(x); err != nil {
		return err
	}
	return x.Close()
}

func (d printed) attached() string {
	return phrase("sheet.attached", "unit", d.issuer.Name, "campaign", d.Campaign.Title, "moment", d.moment())
}

// headed begins a sheet with its three lines and answers it.
func headed(x *sheet.XLSX, name string, widths []float64, large bool, title, about, note string, heads int) (*sheet.Sheet, error) {
	s, err := x.Sheet(name, sheet.Layout{Widths: widths, FreezeRows: 3 + heads, FreezeCols: 2, RepeatFrom: 4, RepeatTo: 3 + heads, A3: large})
	if err != nil {
		return nil, err
	}
	for _, c := range []sheet.Cell{{Value: title, Style: sheet.Bold}, {Value: about, Style: sheet.Plain}, {Value: note, Style: sheet.Italic}} {
		if err := s.RowOf(16, c); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (d printed) table(x *sheet.XLSX, s Study) error {
	lines := d.lines(s)
	widths := append([]float64{5, 34}, narrow(lines, d.Campaign.Rounding)...)
	about := strings.TrimSpace(s.Number + " " + s.Title)
	out, err := headed(x, paperName(s), append(widths, 14), true, phrase("sheet.title"), about, d.attached(), 2)
	if err != nil {
		return err
	}
	if err := tableHead(out); err != nil {
		return err
	}
	for _, l := range lines {
		if err := out.Row(l.cells(rollup.Rounding(d.Campaign.Rounding))...); err != nil {
			return err
		}
	}
	for _, note := range []string{"", phrase("key"), phrase("rounding." + d.Campaign.Rounding)} {
		if err := out.RowOf(16, sheet.Cell{Value: note, Style: sheet.Italic}); err != nil {
			return err
		}
	}
	return nil
}

// narrow are the widths of the columns of figures, as small as their numbers and the words of their
// headings allow: all of them stand side by side on A3. The sums are the longest.
func narrow(lines []line, rounding string) (out []float64) {
	for _, c := range columns {
		most := 6.2
		if _, rate := Ratios[c.code]; rate {
			most = 7
		}
		for word := range strings.FieldsSeq(c.heading()) {
			most = max(most, float64(len([]rune(word)))+0.8)
		}
		for _, l := range lines {
			if l.sum {
				most = max(most, float64(len([]rune(l.written(c, rounding)))))
			}
		}
		out = append(out, most+1)
	}
	return out
}

func tableHead(out *sheet.Sheet) error {
	top := []sheet.Cell{{Value: phrase("col.no"), Style: sheet.Head}, {Value: phrase("col.unit"), Style: sheet.Head}}
	low := []sheet.Cell{{Style: sheet.Head}, {Style: sheet.Head}}
	for i, c := range columns {
		t, l := sheet.Cell{Style: sheet.Head}, sheet.Cell{Style: sheet.Head}
		if i == 0 || columns[i-1].group != c.group {
			t.Value = phrase("col." + c.group)
		}
		if c.name != "" {
			l.Value = c.heading()
		}
		top, low = append(top, t), append(low, l)
	}
	top = append(top, sheet.Cell{Value: phrase("col.notes"), Style: sheet.Head})
	if err := out.RowOf(64, top...); err != nil {
		return err
	}
	for _, col := range []int{1, 2, len(columns) + 3} {
		if err := out.Merge(col, col, 2); err != nil {
			return err
		}
	}
	for i := 0; i < len(columns); i += run(columns, i) {
		n, down := run(columns, i), 1
		if columns[i].name == "" {
			down = 2
		}
		if err := out.Merge(i+3, i+2+n, down); err != nil {
			return err
		}
	}
	return out.RowOf(116, append(low, sheet.Cell{Style: sheet.Head})...)
}

// cells are a line's; what is not exact keeps its marker and is text.
func (l line) cells(rounding text.Rounding) []sheet.Cell {
	words, ints, rates, middle := sheet.Text, sheet.Int, sheet.Rate, sheet.Middle
	if l.sum {
		words, ints, rates, middle = sheet.TotalText, sheet.TotalInt, sheet.TotalRate, sheet.TotalText
	}
	out := []sheet.Cell{{Style: middle}, {Value: l.name, Style: words}}
	if l.number > 0 {
		out[0].Value = l.number
	}
	for _, c := range columns {
		if _, is := Ratios[c.code]; is {
			r := l.rate(c.code)
			out = append(out, sheet.Cell{Value: sheet.Fraction{Num: r.Num, Den: r.Den, Rounding: rounding}, Style: rates})
			continue
		}
		f, ok := l.figure(c.code)
		out = append(out, counted(f, ok, ints, words))
	}
	return append(out, sheet.Cell{Value: marks(l.marks), Style: words})
}

func counted(f Figure, ok bool, ints, words sheet.Style) sheet.Cell {
	switch {
	case !ok || !f.Set:
		return sheet.Cell{Style: ints}
	case f.Marker != "":
		return sheet.Cell{Value: number("vi", f), Style: words}
	}
	return sheet.Cell{Value: f.Value, Style: ints}
}

// declaredSheet has what the units below declared, its sum, and what the report states.
func (d printed) declaredSheet(x *sheet.XLSX) error {
	codes := d.asserted()
	widths := append([]float64{5, 34}, slices.Repeat([]float64{12}, len(codes))...)
	out, err := headed(x, phrase("sheet.declared"), widths, len(codes) > 8, phrase("sheet.declared_title"), phrase("sheet.declared_note"), d.attached(), 1)
	if err != nil {
		return err
	}
	head := []sheet.Cell{{Value: phrase("col.no"), Style: sheet.Head}, {Value: phrase("col.unit"), Style: sheet.Head}}
	for _, code := range codes {
		head = append(head, sheet.Cell{Value: d.heading(code), Style: sheet.Head})
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	row := func(no any, name string, ints, words sheet.Style, of func(code string) Figure) error {
		cells := []sheet.Cell{{Value: no, Style: words}, {Value: name, Style: words}}
		for _, code := range codes {
			cells = append(cells, counted(of(code), true, ints, words))
		}
		return out.Row(cells...)
	}
	for i, c := range d.Below {
		own := func(code string) Figure { f, _ := d.stated[c.Unit].Of(code, 0); return f }
		if err := row(i+1, c.Name, sheet.Int, sheet.Text, own); err != nil {
			return err
		}
	}
	if len(d.Below) > 0 {
		if err := row(nil, phrase("sum_declared"), sheet.TotalInt, sheet.TotalText, d.declaredBelow); err != nil {
			return err
		}
	}
	return row(nil, phrase("reported"), sheet.TotalInt, sheet.TotalText, func(code string) Figure { return d.of(code, 0) })
}

// declaredBelow adds up what the units below declared; one number that is not exact makes the
// sum so.
func (d printed) declaredBelow(code string) (sum Figure) {
	if c, own := d.column(code); own && !c.Summed {
		return sum
	}
	for _, c := range d.Below {
		f, _ := d.stated[c.Unit].Of(code, 0)
		if !f.Set {
			continue
		}
		switch {
		case f.Marker == "" || f.Marker == sum.Marker:
		case sum.Marker == "":
			sum.Marker = f.Marker
		default:
			sum.Marker = "khoảng"
		}
		sum.Value, sum.Set = sum.Value+f.Value, true
	}
	return sum
}

func (d printed) notesSheet(x *sheet.XLSX) error {
	out, err := headed(x, phrase("sheet.notes"), []float64{6, 18, 34, 36, 12, 14, 60, 24, 18}, false, phrase("sheet.notes_title"), d.attached(), "", 1)
	if err != nil {
		return err
	}
	var head []sheet.Cell
	for _, key := range []string{"mark", "kind", "unit", "figure", "was", "now", "reason", "who", "when"} {
		head = append(head, sheet.Cell{Value: phrase("note." + key), Style: sheet.Head})
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	for i, n := range d.notes {
		unit, was := n.unit, sheet.Cell{Style: sheet.Int}
		if unit == "" {
			unit = d.Unit.Name
		}
		if n.figure.Computed != nil {
			was.Value = *n.figure.Computed
		}
		reason := n.reason()
		if n.kind == "kept" {
			reason = n.sum + ". " + reason
		}
		if err := out.Row(sheet.Cell{Value: "[" + strconv.Itoa(i+1) + "]", Style: sheet.Middle}, worded(phrase("kind."+n.kind)), worded(unit), worded(n.name()), was,
			counted(n.stated(), true, sheet.Int, sheet.Text), worded(reason), worded(n.figure.By), worded(moment(n.figure.At))); err != nil {
			return err
		}
	}
	return nil
}

func worded(s string) sheet.Cell { return sheet.Cell{Value: s, Style: sheet.Text} }

// writeCSV is every document's table under one heading; behind it what was declared in ordered
// columns, each with its ground.
func (v View) writeCSV(w io.Writer) error {
	d, out := v.printed(""), sheet.NewCSV(w)
	head := []string{phrase("col.paper"), phrase("col.no"), phrase("col.unit")}
	for _, c := range columns {
		head = append(head, c.full())
	}
	for _, code := range d.own() {
		head = append(head, phrase("own.declared", "figure", d.heading(code)), phrase("own.ground_of", "figure", d.heading(code)))
	}
	if err := out.Row(append(head, phrase("col.notes"))...); err != nil {
		return err
	}
	for _, s := range d.Studies {
		for _, l := range d.lines(s) {
			row := []string{paperName(s), ordinal(l), l.name}
			for _, c := range columns {
				row = append(row, l.plain(c, d.Campaign.Rounding))
			}
			for _, code := range d.own() {
				f, _ := l.figure(code)
				row = append(row, l.plain(column{code: code}, d.Campaign.Rounding), restsOn(f))
			}
			if err := out.Row(append(row, marks(l.marks))...); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// plain is a figure for a program: no grouping dots, its marker before it.
func (l line) plain(c column, rounding string) string {
	if _, is := Ratios[c.code]; is {
		return l.rate(c.code).Percent(rounding)
	}
	f, ok := l.figure(c.code)
	if !ok {
		return ""
	}
	return strings.TrimSpace(f.Marker + " " + strconv.FormatInt(f.Value, 10))
}
