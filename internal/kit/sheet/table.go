package sheet

import (
	"iter"
	"regexp"
	"slices"
	"strings"
)

// Row is one row under the header, good until the next one is asked for.
type Row struct {
	Number int // as the spreadsheet shows it
	table  *Table
	line   line
	hidden []area // merged areas over this row
	held   map[int]held
}

// held is what a cell merged over several rows stands for.
type held struct {
	cell
	last int
}

// Down lets merged cells of the columns that say so stand for each of their rows.
func (t *Table) Down(columns []Column) {
	for _, c := range columns {
		if at, ok := t.places[c.Key]; ok && c.Down && at.first == at.last {
			t.down = append(t.down, at.first)
		}
	}
}

// Rows streams the rows below the header that hold something, from the
// beginning every time it is called. After an error nothing follows.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		m := merging{areas: t.areas, held: map[int]held{}}
		for l, err := range t.grid.lines() {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if l.number <= t.start {
				continue
			}
			r := Row{Number: l.number, table: t, line: l, hidden: m.over(l.number), held: m.held}
			m.hold(r)
			if !yield(r, nil) {
				return
			}
		}
	}
}

// merging keeps the areas over the current row while rows go by.
type merging struct {
	areas []area // not reached yet, by first row
	open  []area
	held  map[int]held // by column
}

// hold keeps what stands in the first cell of an area, for the rows below it.
func (m *merging) hold(r Row) {
	for _, a := range r.hidden {
		if a.row == r.Number && a.col == a.lastCol && slices.Contains(r.table.down, a.col-1) && a.col <= len(r.line.cells) {
			m.held[a.col-1] = held{r.line.cells[a.col-1], a.lastRow}
		}
	}
}

func (m *merging) over(row int) []area {
	for len(m.areas) > 0 && m.areas[0].row <= row {
		if len(m.open) < 1000 { // more can only overlap
			m.open = append(m.open, m.areas[0])
		}
		m.areas = m.areas[1:]
	}
	m.open = slices.DeleteFunc(m.open, func(a area) bool { return a.lastRow < row })
	return m.open
}

// Has tells whether the file has the column.
func (t *Table) Has(key string) bool {
	_, ok := t.places[key]
	return ok
}

// Label is the header of a column as the file has it, "" when it has none.
func (t *Table) Label(key string) string { return t.labels[key] }

// Heads are all headers of the file by column, two-row ones joined.
func (t *Table) Heads() []string { return slices.Clone(t.heads) }

// Text is the value of a column on one line, cleaned, "" when empty or absent.
func (r Row) Text(key string) string { return oneLine(r.Lines(key)) }

// Lines is Text with the line breaks kept.
func (r Row) Lines(key string) string {
	at, ok := r.table.places[key]
	if !ok {
		return ""
	}
	s := r.value(at.first)
	for col := at.first + 1; col <= at.last; col++ {
		s = strings.TrimSpace(s + " " + r.value(col))
	}
	return s
}

// value is a cell in Unicode.
func (r Row) value(col int) string {
	s := r.line.text(col)
	if h, ok := r.below(col); ok && s == "" {
		s = h.text
	}
	return r.table.decode(col, s)
}

// below is what stands for a cell that is merged with those above it.
func (r Row) below(col int) (held, bool) {
	h, ok := r.held[col]
	return h, ok && r.Number <= h.last
}

// Blank tells whether every column that was asked for is empty; such a row
// (a remark, a signature) can be passed over.
func (r Row) Blank() bool {
	for _, at := range r.table.places {
		for col := at.first; col <= at.last && col < len(r.line.cells); col++ {
			if r.line.cells[col] != (cell{}) {
				return false
			}
		}
	}
	return true
}

var ordinal = regexp.MustCompile(`^\(?([IVXLC]+|\d{1,3}|[A-Za-z])[.)-]*$`)

// Lone is the text of a row that has no other, but for its number: a heading between the rows of a
// list. "" for any other row.
func (r Row) Lone() (lone string) {
	for col := range r.line.cells {
		switch s := oneLine(r.value(col)); {
		case s == "", lone == "" && len(s) < 8 && ordinal.MatchString(s):
		case lone != "":
			return ""
		default:
			lone = s
		}
	}
	return lone
}

// Cell is the name of a column's cell in this row, "C12".
func (r Row) Cell(key string) string {
	at, ok := r.table.places[key]
	if !ok {
		return ""
	}
	return (&Error{Row: r.Number, Col: at.first + 1}).Cell()
}

// Faults are the cells of wanted columns that could not be read, from left to
// right; cells hidden under a merged area are among them.
func (r Row) Faults() []*Error {
	var out []*Error
	for _, at := range r.table.places {
		for col := at.first; col <= at.last && col < len(r.line.cells); col++ {
			if bad := r.line.cells[col].bad; bad != "" {
				out = append(out, &Error{Code: bad, Row: r.Number, Col: col + 1})
			}
		}
		if _, down := r.below(at.first); !down && r.covered(at.first+1) {
			out = append(out, &Error{Code: Merged, Row: r.Number, Col: at.first + 1})
		}
	}
	slices.SortFunc(out, func(a, b *Error) int { return a.Col - b.Col })
	return out
}

func (r Row) covered(col int) bool {
	return slices.ContainsFunc(r.hidden, func(a area) bool {
		return col >= a.col && col <= a.lastCol && (r.Number != a.row || col != a.col)
	})
}

// all are the values of the first n columns; those without a header are no part of the table.
func (r Row) all(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = r.value(i)
	}
	return out
}

func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\t\r\u00a0") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}
