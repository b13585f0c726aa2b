package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"quantriet/internal/kit/text"
)

// Cell is one written cell. Value is a string, int, int64, float64, a Fraction,
// a Day, or nil for an empty one that only carries its style.
type Cell struct {
	Value any
	Style Style
}

// Day is a civil date, "2026-02-07"; it is written as a date a spreadsheet can
// count with, what is not one as text.
type Day string

// Fraction is written as Num/Den with exactly the hundredths of a percent that
// text.Percent prints, so that sheet and screen never differ; with Den ≤ 0 as "–".
type Fraction struct {
	Num, Den int64
	Rounding text.Rounding
}

// XLSX writes a workbook sheet after sheet, row after row, straight into w. The
// same rows give the same bytes.
type XLSX struct {
	zip    *zip.Writer
	sheets []*Sheet
}

// Sheet is the sheet being written; a new one or Close ends it.
type Sheet struct {
	name   string
	layout Layout
	out    *bufio.Writer
	row    int
	merged []area
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// NewXLSX begins a workbook; nothing is complete before Close.
func NewXLSX(w io.Writer) *XLSX { return &XLSX{zip: zip.NewWriter(w)} }

// Sheet begins a sheet. Names longer than 31 characters are cut, forbidden
// characters replaced, doubled names numbered.
func (x *XLSX) Sheet(name string, layout Layout) (*Sheet, error) {
	if err := x.finish(); err != nil {
		return nil, err
	}
	f, err := x.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(x.sheets)+1))
	if err != nil {
		return nil, err
	}
	s := &Sheet{name: x.freeName(name), layout: layout, out: bufio.NewWriterSize(f, 64<<10)}
	x.sheets = append(x.sheets, s)
	return s, s.begin()
}

func (s *Sheet) begin() error {
	l := s.layout
	fmt.Fprint(s.out, xmlHead, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">`)
	if l.FreezeRows > 0 || l.FreezeCols > 0 {
		fmt.Fprint(s.out, pane(l.FreezeRows, l.FreezeCols))
	}
	fmt.Fprint(s.out, `</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15.75"/>`)
	if len(l.Widths) > 0 {
		fmt.Fprint(s.out, `<cols>`)
		for i, w := range l.Widths {
			if w == 0 {
				w = 9.14
			}
			fmt.Fprintf(s.out, `<col min="%d" max="%d" width="%g" customWidth="1"/>`, i+1, i+1, w)
		}
		fmt.Fprint(s.out, `</cols>`)
	}
	_, err := s.out.WriteString(`<sheetData>`)
	return err
}

// Row writes the next row.
func (s *Sheet) Row(cells ...Cell) error { return s.RowOf(0, cells...) }

// RowOf writes the next row with a height in points; with 0 it is estimated from
// the wrapped text, because not every program does so when it opens a file.
func (s *Sheet) RowOf(height float64, cells ...Cell) error {
	s.row++
	if height == 0 {
		height = s.layout.height(cells)
	}
	b := s.out
	b.WriteString(`<row r="` + strconv.Itoa(s.row) + `"`)
	if height > 0 {
		fmt.Fprintf(b, ` ht="%g" customHeight="1"`, height)
	}
	b.WriteString(`>`)
	for i, c := range cells {
		if c.Value != nil || c.Style != Plain {
			s.cell(i+1, c)
		}
	}
	_, err := b.WriteString(`</row>`)
	return err
}

// At is the number of the row written last.
func (s *Sheet) At() int { return s.row }

// Merge joins cells of the row written last with those to the right and below:
// columns col to lastCol, counted from 1, over rows rows. It fails when the area
// meets another one, because the file could not be opened.
func (s *Sheet) Merge(col, lastCol, rows int) error {
	a := area{s.row, col, s.row + rows - 1, lastCol}
	for _, o := range s.merged {
		if a.row <= o.lastRow && o.row <= a.lastRow && a.col <= o.lastCol && o.col <= a.lastCol {
			return fmt.Errorf("sheet: merged areas %s and %s meet", a.ref(), o.ref())
		}
	}
	if a.row < 1 || col < 1 || a.lastRow < a.row || lastCol < col {
		return fmt.Errorf("sheet: no area %s", a.ref())
	}
	if a.row != a.lastRow || col != lastCol {
		s.merged = append(s.merged, a)
	}
	return nil
}

func (a area) ref() string {
	return fmt.Sprintf("%s%d:%s%d", Letter(a.col), a.row, Letter(a.lastCol), a.lastRow)
}

func (s *Sheet) cell(col int, c Cell) {
	b := s.out
	b.WriteString(`<c r="` + Letter(col) + strconv.Itoa(s.row) + `"`)
	if c.Style != Plain {
		b.WriteString(` s="` + strconv.Itoa(int(c.Style)) + `"`)
	}
	value, isNumber := written(c.Value)
	switch {
	case isNumber:
		b.WriteString(`><v>` + value + `</v></c>`)
	case value == "":
		b.WriteString(`/>`)
	default:
		b.WriteString(` t="inlineStr"><is><t xml:space="preserve">`)
		xml.EscapeText(b, []byte(value))
		b.WriteString(`</t></is></c>`)
	}
}

// written gives the text of a value and whether it is a number.
func written(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return v, false
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), v-v == 0
	case Fraction:
		n, ok := text.Hundredths(v.Num, v.Den, v.Rounding)
		if !ok {
			return text.None, false
		}
		return strconv.FormatFloat(float64(n)/10000, 'f', -1, 64), true
	case Day:
		t, err := time.Parse(time.DateOnly, string(v))
		if err != nil || t.Year() < 1901 {
			return text.Date(string(v)), false
		}
		return strconv.Itoa(int(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)), true
	}
	return fmt.Sprint(v), false
}

func (x *XLSX) finish() error {
	if len(x.sheets) == 0 {
		return nil
	}
	s := x.sheets[len(x.sheets)-1]
	b := s.out
	b.WriteString(`</sheetData>`)
	if len(s.merged) > 0 {
		fmt.Fprintf(b, `<mergeCells count="%d">`, len(s.merged))
		for _, a := range s.merged {
			b.WriteString(`<mergeCell ref="` + a.ref() + `"/>`)
		}
		b.WriteString(`</mergeCells>`)
	}
	lying := "landscape"
	if s.layout.Portrait {
		lying = "portrait"
	}
	size := 9 // A4
	if s.layout.A3 {
		size = 8
	}
	fmt.Fprintf(b, `<printOptions horizontalCentered="1"/><pageMargins left="0.6" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>`+
		`<pageSetup paperSize="%d" orientation="%s" fitToWidth="%d" fitToHeight="0"/><headerFooter><oddFooter>&amp;R&amp;P/&amp;N</oddFooter></headerFooter></worksheet>`, size, lying, max(1, s.layout.PagesWide))
	return b.Flush()
}

// Close writes the rest of the workbook; it does not close the writer below.
func (x *XLSX) Close() error {
	if len(x.sheets) == 0 {
		if _, err := x.Sheet("Sheet", Layout{}); err != nil {
			return err
		}
	}
	if err := x.finish(); err != nil {
		return err
	}
	for _, p := range x.rest() {
		f, err := x.zip.Create(p.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, xmlHead+p.text); err != nil {
			return err
		}
	}
	return x.zip.Close()
}
