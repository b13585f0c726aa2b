package word

import "regexp"

// Word opens no table wider than this.
const maxColumns = 63

var colour = regexp.MustCompile(`^[0-9A-Fa-f]{6}$`)

// held is a cell that reaches down from an earlier row.
type held struct{ rows, across int }

func (t Table) write(p *printer) {
	if len(t.Grid) == 0 || len(t.Rows) == 0 {
		return
	}
	if len(t.Grid) > maxColumns {
		p.fail("table of %d columns, at most %d are possible", len(t.Grid), maxColumns)
		return
	}
	t.open(p)
	holds := make([]held, len(t.Grid))
	for i, r := range t.Rows {
		if !t.row(p, r, holds) {
			p.fail("row %d has more cells than the table's %d columns", i+1, len(t.Grid))
		}
	}
	p.s("</w:tbl>")
}

func (t Table) open(p *printer) {
	p.f(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/>`, sum(t.Grid))
	if t.Borders {
		p.s("<w:tblBorders>")
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			p.f("<w:%s "+line, side, 4, 0)
		}
		p.s("</w:tblBorders>")
	}
	p.f(`<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="%[1]d" w:type="dxa"/><w:right w:w="%[1]d" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`, t.Pad)
	for _, w := range t.Grid {
		p.f(`<w:gridCol w:w="%d"/>`, w)
	}
	p.s("</w:tblGrid>")
}

// row reports whether every cell found a place.
func (t Table) row(p *printer, r Row, holds []held) bool {
	p.s("<w:tr><w:trPr><w:cantSplit/>")
	p.flag(r.Header, "<w:tblHeader/>")
	p.s("</w:trPr>")
	cells := r.Cells
	for at := 0; at < len(t.Grid); {
		var c Cell
		below := holds[at].rows > 0
		if below {
			c.Across = holds[at].across
			holds[at].rows--
		} else if len(cells) > 0 {
			c, cells = cells[0], cells[1:]
		}
		c.Across = max(1, min(c.Across, room(holds, at, below)))
		if c.Down > 1 {
			holds[at] = held{c.Down - 1, c.Across}
		}
		c.write(p, sum(t.Grid[at:at+c.Across]), below)
		at += c.Across
	}
	p.s("</w:tr>")
	return len(cells) == 0
}

// room is how many columns are free from at to the next held cell or the edge.
func room(holds []held, at int, below bool) int {
	n := 1
	for at+n < len(holds) && (below || holds[at+n].rows == 0) {
		n++
	}
	return n
}

func (c Cell) write(p *printer, width int, below bool) {
	p.f(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
	if c.Across > 1 {
		p.f(`<w:gridSpan w:val="%d"/>`, c.Across)
	}
	p.flag(c.Down > 1, `<w:vMerge w:val="restart"/>`)
	p.flag(below, "<w:vMerge/>")
	if colour.MatchString(c.Fill) {
		p.f(`<w:shd w:val="clear" w:color="auto" w:fill="%s"/>`, c.Fill)
	}
	p.flag(c.Middle, `<w:vAlign w:val="center"/>`)
	p.s("</w:tcPr>")
	if len(c.Body) == 0 {
		p.s("<w:p/>")
	}
	for i, n := range c.Body {
		n.write(p)
		if _, table := n.(Table); table && i == len(c.Body)-1 {
			p.s("<w:p/>")
		}
	}
	p.s("</w:tc>")
}

func sum(widths []int) int {
	n := 0
	for _, w := range widths {
		n += w
	}
	return n
}
