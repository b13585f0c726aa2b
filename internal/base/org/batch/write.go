package batch

import (
	"fmt"
	"io"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Write writes rows under the first name of each column. kind is "xlsx" or "csv"; values
// are those of sheet.Cell, an empty sheet.Day is an empty cell.
func Write(w io.Writer, kind, title string, columns []sheet.Column, rows [][]any) error {
	o, err := Out(w, kind, title, columns)
	for _, row := range rows {
		if err != nil {
			return err
		}
		err = o.Row(row...)
	}
	if err != nil {
		return err
	}
	return o.Close()
}

// Writing is a sheet on its way out: each row goes straight into the writer, so that any number
// of them costs no memory.
type Writing struct {
	csv   *sheet.CSV // or
	book  *sheet.XLSX
	sheet *sheet.Sheet
	line  []string
	cells []sheet.Cell
}

// SheetMost is how many rows a worksheet holds below its headers, in every program that opens one.
const SheetMost = 1<<20 - 1

// Out begins a sheet with its row of headers.
func Out(w io.Writer, kind, title string, columns []sheet.Column) (*Writing, error) {
	o := &Writing{line: make([]string, len(columns)), cells: make([]sheet.Cell, len(columns))}
	layout := sheet.Layout{FreezeRows: 1, RepeatFrom: 1, RepeatTo: 1}
	for i, c := range columns {
		o.line[i], o.cells[i] = c.Names[0], sheet.Cell{Value: c.Names[0], Style: sheet.Head}
		layout.Widths = append(layout.Widths, width(c.Key))
	}
	if kind == "csv" {
		o.csv = sheet.NewCSV(w)
		return o, o.csv.Row(o.line...)
	}
	o.book = sheet.NewXLSX(w)
	var err error
	if o.sheet, err = o.book.Sheet(title, layout); err != nil {
		return nil, err
	}
	return o, o.sheet.Row(o.cells...)
}

// Row writes the next row, a value for each column. Fault: Invalid for one below the last of a worksheet.
func (o *Writing) Row(values ...any) error {
	if o.csv != nil {
		for i, v := range values {
			o.line[i] = plainText(v)
		}
		return o.csv.Row(o.line...)
	}
	if o.sheet.At() > SheetMost {
		return Full()
	}
	for i, v := range values {
		o.cells[i] = cell(v)
	}
	return o.sheet.Row(o.cells...)
}

// Full is the fault of an xlsx file that would have more rows than a worksheet has.
func Full() error { return fault.New(fault.Invalid, "batch.sheet_full", "n", text.Int(SheetMost)) }

// Close writes the rest; it does not close the writer below.
func (o *Writing) Close() error {
	if o.csv != nil {
		return o.csv.Close()
	}
	return o.book.Close()
}

func width(key string) float64 {
	if key == "name" || key == "parent" {
		return 36
	}
	return 18
}

func cell(v any) sheet.Cell {
	if day, ok := v.(sheet.Day); ok {
		if day == "" {
			return sheet.Cell{Style: sheet.Text}
		}
		return sheet.Cell{Value: v, Style: sheet.Date}
	}
	return sheet.Cell{Value: v, Style: sheet.Text}
}

func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case sheet.Day:
		return text.Date(string(v))
	}
	return fmt.Sprint(v)
}

// Mime is the type of a file of a kind, "xlsx" or "csv".
func Mime(kind string) string {
	if kind == "csv" {
		return "text/csv; charset=utf-8"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}
