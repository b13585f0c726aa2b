package sheet

import (
	"io"
	"slices"
)

// WriteErrors writes the rows of t that have a verdict in the same columns as
// the file, with one more column called label ("Lỗi") that holds it, so that the
// sender mends the rows and sends them again. Kind is "xlsx" or "csv".
func WriteErrors(w io.Writer, kind string, t *Table, label string, verdict func(row int) string) error {
	if kind == "csv" {
		return errorsCSV(NewCSV(w), t, label, verdict)
	}
	x := NewXLSX(w)
	heads := t.mendable(label)
	widths := slices.Repeat([]float64{18}, len(heads)+1)
	widths[len(heads)] = 50
	s, err := x.Sheet(label, Layout{Widths: widths, FreezeRows: 1, RepeatFrom: 1, RepeatTo: 1})
	if err != nil {
		return err
	}
	if err := s.Row(styled(Head, append(heads, label))...); err != nil {
		return err
	}
	for row, err := range t.Rows() {
		if err != nil {
			return err
		}
		if v := verdict(row.Number); v != "" {
			cells := styled(Text, row.all(len(heads)))
			if err := s.Row(append(cells, Cell{v, Wrong})...); err != nil {
				return err
			}
		}
	}
	return x.Close()
}

func errorsCSV(c *CSV, t *Table, label string, verdict func(row int) string) error {
	heads := t.mendable(label)
	if err := c.Row(append(heads, label)...); err != nil {
		return err
	}
	for row, err := range t.Rows() {
		if err != nil {
			return err
		}
		if v := verdict(row.Number); v != "" {
			if err := c.Row(append(row.all(len(heads)), v)...); err != nil {
				return err
			}
		}
	}
	return c.Close()
}

func styled(s Style, values []string) []Cell {
	cells := make([]Cell, len(values))
	for i, v := range values {
		cells[i] = Cell{v, s}
	}
	return cells
}

// mendable are the headers without the verdicts of an earlier error sheet.
func (t *Table) mendable(label string) []string {
	heads := t.Heads()
	if n := len(heads); n > 0 && heads[n-1] == label {
		return heads[:n-1]
	}
	return heads
}
