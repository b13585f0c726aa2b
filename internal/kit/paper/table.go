package paper

import "quantriet/internal/kit/paper/word"

// Table is a bordered table. Without Head the columns' own titles are its heading; the heading repeats on every page.
// Its text is as large as the width allows, between the form's Table and SmallTable sizes, unless Size (points) is set.
type Table struct {
	Columns []Column
	Head    [][]Head
	Rows    []Row
	Size    float64
}

// Column is one column of figures or text. Width is millimetres; 0 fits the content.
type Column struct {
	Title string
	Align Align
	Width float64
}

// Align is where the text of a column stands.
type Align = word.Align

const (
	Left   = word.Left
	Centre = word.Centre
	Right  = word.Right
)

// Head is a cell of the heading over Across columns and Down rows (0 = 1); places covered from above are left out.
type Head struct {
	Text         string
	Across, Down int
}

// Row is a row of cells; missing ones are blank. Bold is for totals, Wide for a group title over all columns, of which
// the first cell is the text. Shade greys the row. Keep holds the row on one page with what follows.
type Row struct {
	Cells       []string
	Bold, Shade bool
	Wide, Keep  bool
}

const shade = "F0F0F0"

func (t Table) lay(d *desk, width int) []word.Node {
	if len(t.Columns) == 0 {
		return nil
	}
	t.Head = t.heading()
	fit := t.fit(width, d.Sizes)
	out := word.Table{Grid: fit.grid, Borders: true, Pad: fit.pad}
	for _, h := range t.Head {
		out.Rows = append(out.Rows, headRow(h, fit))
	}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, t.row(r, fit))
	}
	space := word.Paragraph{Exact: word.Pt(6), KeepNext: len(t.Rows) > 0 && t.Rows[len(t.Rows)-1].Keep, Runs: []word.Run{{Size: 2}}}
	return []word.Node{out, space}
}

// heading is Head, or one row of the columns' titles when there is none.
func (t Table) heading() [][]Head {
	if len(t.Head) > 0 {
		return t.Head
	}
	row, any := make([]Head, len(t.Columns)), false
	for i, c := range t.Columns {
		row[i].Text = c.Title
		any = any || c.Title != ""
	}
	if !any {
		return nil
	}
	return [][]Head{row}
}

func headRow(cells []Head, fit fitted) word.Row {
	out := word.Row{Header: true}
	for _, h := range cells {
		p := fit.line(h.Text, word.Centre, true)
		p.KeepNext = true
		out.Cells = append(out.Cells, word.Cell{Across: h.Across, Down: h.Down, Middle: true, Body: []word.Node{p}})
	}
	return out
}

func (t Table) row(r Row, fit fitted) word.Row {
	fill := ""
	if r.Shade {
		fill = shade
	}
	line := func(text string, align Align, bold bool) []word.Node {
		p := fit.line(text, align, bold)
		p.KeepNext = r.Keep
		return []word.Node{p}
	}
	if r.Wide {
		return word.Row{Cells: []word.Cell{{Across: len(t.Columns), Middle: true, Fill: fill, Body: line(firstOf(append(r.Cells, "")...), word.Left, true)}}}
	}
	var out word.Row
	for i, text := range r.Cells {
		align := Left
		if i < len(t.Columns) {
			align = t.Columns[i].Align
		}
		out.Cells = append(out.Cells, word.Cell{Middle: true, Fill: fill, Body: line(text, align, r.Bold)})
	}
	for len(out.Cells) < len(t.Columns) {
		out.Cells = append(out.Cells, word.Cell{Fill: fill})
	}
	return out
}
