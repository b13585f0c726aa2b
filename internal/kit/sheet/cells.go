package sheet

import (
	"encoding/xml"
	"strconv"
	"unicode/utf8"

	"quantriet/internal/kit/text"
)

// rowReader walks through the cells of one worksheet.
type rowReader struct {
	book  *workbook
	x     *part
	row   int // last row begun
	col   int // last column begun
	held  int // rows with something in them
	cells []cell
}

// next gives the next row that holds something; number 0 at the end.
func (r *rowReader) next() (line, error) {
	for {
		t, err := r.x.next()
		if err != nil {
			return line{}, r.blame(err)
		}
		switch e := t.(type) {
		case nil:
			return line{}, nil
		case xml.StartElement:
			if err := r.start(e); err != nil {
				return line{}, err
			}
		case xml.EndElement:
			switch l := (line{r.row, r.cells}); e.Name.Local {
			case "sheetData":
				return line{}, nil
			case "row":
				if l.blank() {
					continue
				}
				if r.held++; r.held > r.book.limits.Rows {
					return line{}, &Error{Code: TooManyRows, Row: r.row}
				}
				return l, nil
			}
		}
	}
}

func (r *rowReader) blame(err error) error {
	if e, ok := err.(*Error); ok && e.Row == 0 {
		e.Row, e.Col = r.row, r.col
	}
	return err
}

func (r *rowReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		return r.startRow(attr(e, "r"))
	case "c":
		return r.blame(r.cell(e))
	}
	return nil
}

func (r *rowReader) startRow(number string) error {
	n := r.row + 1
	if number != "" {
		given, err := strconv.Atoi(number)
		if err != nil || given < n {
			return broken(r.row, 0)
		}
		n = given
	}
	if n > 1<<20 {
		return &Error{Code: TooManyRows, Row: n}
	}
	r.row, r.col, r.cells = n, 0, r.cells[:0]
	return nil
}

// raw is a cell before its value is understood.
type raw struct {
	kind, style string
	value       []byte
	text        string
	formula     bool
	got         bool // a value was there
}

func (r *rowReader) cell(e xml.StartElement) error {
	var c raw
	col := r.col + 1
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "t":
			c.kind = a.Value
		case "s":
			c.style = a.Value
		case "r":
			if _, col = parseRef(a.Value); col <= r.col {
				return broken(r.row, r.col+1)
			}
		}
	}
	r.col = col
	if err := r.inside(&c); err != nil {
		return err
	}
	v := r.book.value(c)
	if v == (cell{}) {
		return nil
	}
	if col > r.book.limits.Columns {
		return &Error{Code: TooManyCols, Row: r.row, Col: col}
	}
	for len(r.cells) < col-1 {
		r.cells = append(r.cells, cell{})
	}
	r.cells = append(r.cells, v)
	return nil
}

// inside reads up to </c>.
func (r *rowReader) inside(c *raw) error {
	in := false
	for {
		t, err := r.x.next()
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case nil:
			return broken(0, 0)
		case xml.StartElement:
			in = e.Name.Local == "v"
			c.formula = c.formula || e.Name.Local == "f"
			if e.Name.Local == "is" {
				if c.text, err = richText(r.x, "is", r.book.limits.Cell); err != nil {
					return err
				}
				c.got = true
			}
		case xml.CharData:
			if in && len(c.value) <= r.book.limits.Cell*4 {
				c.value, c.got = append(c.value, e...), true
			}
		case xml.EndElement:
			if in = false; e.Name.Local == "c" {
				return nil
			}
		}
	}
}

// value turns a raw cell into text: shared and inline strings, cached results
// of formulas, numbers without exponent, dates as civil dates.
func (wb *workbook) value(c raw) cell {
	if !c.got {
		if c.formula {
			return cell{bad: Formula}
		}
		return cell{}
	}
	v := string(c.value)
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(v)
		s, ok := wb.shared.at(i)
		if err != nil || !ok {
			return cell{bad: Broken}
		}
		return wb.limits.typed(s)
	case "inlineStr":
		return wb.limits.typed(c.text)
	case "str":
		return wb.limits.typed(unescape(v))
	case "e":
		return cell{bad: Formula}
	case "b":
		return cell{text: map[bool]string{true: "TRUE", false: "FALSE"}[v == "1"]}
	case "d":
		return wb.limits.typed(isoDate(v))
	}
	style, _ := strconv.Atoi(c.style)
	return wb.limits.typed(wb.number(v, style))
}

// typed is text that somebody typed: cleaned, or kept out with the reason.
func (l Limits) typed(s string) cell {
	if len(s) > l.Cell && utf8.RuneCountInString(s) > l.Cell {
		return cell{bad: TooLong}
	}
	clean, ok := text.Lines(shield(s))
	if !ok {
		return cell{bad: Controls}
	}
	return cell{text: clean}
}
