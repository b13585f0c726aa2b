package batch

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Open finds the table in a file. Faults: Invalid, naming row and column.
func Open(f File, columns []sheet.Column) (*sheet.Table, error) {
	book, err := Book(f)
	if err != nil {
		return nil, err
	}
	var t *sheet.Table
	if f.Mapping != nil {
		t, err = book.Use(*f.Mapping)
	} else {
		t, err = book.Find(columns)
	}
	if err == nil {
		t.Down(columns)
	}
	if err == nil && f.Veil != nil {
		f.Veil(t)
	}
	return t, err
}

// Book opens a file whose columns are still to be understood. A workbook may unpack to
// forty times its size: real sheets stay below that. Fault: Invalid.
func Book(f File) (*sheet.Book, error) {
	l := sheet.Limits{Size: Most, Unpacked: min(768<<20, max(256<<20, 40*f.Size))}
	if f.Own {
		l = sheet.Limits{Size: 1 << 40, Unpacked: 8 << 30, Rows: 1 << 30}
	}
	return sheet.Open(f.Name, f.Data, f.Size, l)
}

// Most is the size of the largest file that is sent, in bytes.
const Most = 64 << 20

var (
	totals = regexp.MustCompile(`^(tổng cộng|tổng số|tổng|cộng)\b`)
	closes = regexp.MustCompile(`^(người lập|t/m |tm\. |thủ trưởng|(.+, )?ngày (\d|\.|…)+ ?tháng|danh sách (này )?(có|gồm)|ghi chú:|\(ký)`)
)

// Foot reports whether a row is no row of the list but a total, a signature or a remark
// below it: it has such a text and nothing in the columns that tell a real row.
func Foot(row sheet.Row, text string, telling ...string) bool {
	return Plain(row, telling...) && foot(text)
}

func foot(text string) bool {
	s := strings.ToLower(text)
	return totals.MatchString(s+" ") || closes.MatchString(s)
}

// Plain reports whether a row has nothing in the columns that tell a real row, but perhaps
// the total itself.
func Plain(row sheet.Row, telling ...string) bool {
	for _, key := range telling {
		if s := row.Text(key); s != "" && (s[0] < 0x80 && s[0] <= '9' || !foot(s)) {
			return false
		}
	}
	return true
}

// Cells reads the columns of one row and remembers what is wrong with them.
type Cells struct {
	row   sheet.Row
	Notes []Note
}

// Read begins a row with the cells that cannot be read at all.
func Read(row sheet.Row) *Cells {
	c := &Cells{row: row}
	for _, e := range row.Faults() {
		c.Notes = append(c.Notes, Note{e.Cell(), e.Key(), []any{"cell", e.Cell(), "row", e.Row}})
	}
	return c
}

// Blame adds what is wrong with a column, or with the row when the file lacks the column.
func (c *Cells) Blame(key, word string, args ...any) {
	c.Notes = append(c.Notes, Note{c.Cell(key), word, args})
}

// Cell is the name of a column's cell, else the number of the row.
func (c *Cells) Cell(key string) string {
	if s := c.row.Cell(key); s != "" {
		return s
	}
	return strconv.Itoa(c.row.Number)
}

// Line is the text of a column, at most max letters.
func (c *Cells) Line(key string, max int) string {
	s := c.row.Text(key)
	if utf8.RuneCountInString(s) > max {
		c.Blame(key, "web.too_long", "n", max)
	}
	return s
}

// Bare is the text of a column that is hidden from everybody else.
func (c *Cells) Bare(key string) string { return c.row.Bare(key) }

// Must is a Line that may not be empty.
func (c *Cells) Must(key string, max int) string {
	s := c.Line(key, max)
	if s == "" && !slices.ContainsFunc(c.Notes, func(n Note) bool { return n.Cell == c.Cell(key) }) {
		c.Blame(key, "batch.empty")
	}
	return s
}

// Date is a civil date, written as a date, as text or as a serial number; "" when empty.
func (c *Cells) Date(key string) string {
	s := c.row.Text(key)
	if s == "" {
		return ""
	}
	day, ok := Day(s)
	if !ok {
		c.Blame(key, "batch.not_date", "text", short(s))
	}
	return day
}

// DateOrYear is Date that also takes a year alone, as old papers have it; 00/00/1970 is one.
func (c *Cells) DateOrYear(key string) string {
	s := strings.TrimPrefix(strings.TrimPrefix(c.row.Text(key), "00/"), "00/")
	if len(s) == 4 && s >= "1900" && s <= "2100" {
		return s
	}
	return c.Date(key)
}

// Choice translates what offices write by a table of folded words; "" when empty.
func (c *Cells) Choice(key string, table map[string]string) string {
	s := c.row.Text(key)
	if s == "" {
		return ""
	}
	v, ok := table[plain(s)]
	if !ok {
		c.Blame(key, "batch.not_known", "text", short(s))
	}
	return v
}

func plain(s string) string { return strings.Trim(text.Fold(s), ".,;:()[]-/ ") }

func short(s string) string {
	if utf8.RuneCountInString(s) > 60 {
		return string([]rune(s)[:60]) + "…"
	}
	return s
}

var shortYear = regexp.MustCompile(`^(\d{1,2}[/.\-]\d{1,2}[/.\-])(\d{2})$`)

// Day reads a civil date as sheets have it: 07/02/1970, 7/2/70, 1970-02-07 with or without a
// time, or the serial number of a cell that was not formatted as a date. Two digits of a
// year are read as Excel does: up to 29 of this century.
func Day(s string) (string, bool) {
	s, _, _ = strings.Cut(s, " ")
	if n, err := strconv.Atoi(s); err == nil && n >= 10_000 && n <= 99_999 {
		return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), true
	}
	if day, err := text.ParseDate(s); err == nil {
		return day, true
	}
	if p := shortYear.FindStringSubmatch(s); p != nil {
		century := "20"
		if p[2] > "29" {
			century = "19"
		}
		s = p[1] + century + p[2]
	}
	day, err := text.ParseDate(s)
	return day, err == nil
}
