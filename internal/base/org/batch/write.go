package batch

import (
	"fmt"
	"io"

	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Write writes rows under the first name of each column. kind is "xlsx" or "csv"; values
// are those of sheet.Cell, an empty sheet.Day is an empty cell.
func Write(w io.Writer, kind, title string, columns []sheet.Column, rows [][]any) error {
	if kind == "csv" {
		return writeCSV(sheet.NewCSV(w), columns, rows)
	}
	x := sheet.NewXLSX(w)
	layout := sheet.Layout{FreezeRows: 1, RepeatFrom: 1, RepeatTo: 1}
	head := make([]sheet.Cell, len(columns))
	for i, c := range columns {
		head[i] = sheet.Cell{Value: c.Names[0], Style: sheet.Head}
		layout.Widths = append(layout.Widths, width(c.Key))
	}
	s, err := x.Sheet(title, layout)
	if err == nil {
		err = s.Row(head...)
	}
	for _, row := range rows {
		if err != nil {
			return err
		}
		cells := make([]sheet.Cell, len(row))
		for i, v := range row {
			cells[i] = cell(v)
		}
		err = s.Row(cells...)
	}
	if err != nil {
		return err
	}
	return x.Close()
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

func writeCSV(c *sheet.CSV, columns []sheet.Column, rows [][]any) error {
	line := make([]string, len(columns))
	for i, col := range columns {
		line[i] = col.Names[0]
	}
	err := c.Row(line...)
	for _, row := range rows {
		if err != nil {
			return err
		}
		for i, v := range row {
			line[i] = plainText(v)
		}
		err = c.Row(line...)
	}
	if err != nil {
		return err
	}
	return c.Close()
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
