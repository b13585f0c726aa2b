package paper

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Blanks do not break at the end of a line and keep their width in justified text.
const (
	blank     = "\u00a0\u00a0\u00a0"
	wideBlank = blank + "\u00a0\u00a0"
)

// date is a civil date of which the end may be unknown (0).
type date struct{ year, month, day int }

// readDate takes "2026-02-07", "2026-02", "2026" or nothing.
func readDate(s string) (date, error) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() == 0 {
			continue
		}
		d := date{t.Year(), int(t.Month()), t.Day()}
		if len(layout) < 10 {
			d.day = 0
		}
		if len(layout) < 7 {
			d.month = 0
		}
		return d, nil
	}
	if s == "" {
		return date{}, nil
	}
	return date{}, fmt.Errorf("paper: %q is not a civil date", s)
}

// long is "ngày 07 tháng 02 năm 2026": days below 10 and the months 1 and 2 get a leading zero.
func (d date) long() string {
	return fmt.Sprintf("ngày %s tháng %s năm %s", or(d.day, "%02d"), d.months(), or(d.year, "%d"))
}

// short is "07/02/2026" or "23/7/2018".
func (d date) short() string {
	return or(d.day, "%02d") + "/" + d.months() + "/" + or(d.year, "%d")
}

func (d date) months() string {
	if d.month == 1 || d.month == 2 {
		return or(d.month, "%02d")
	}
	return or(d.month, "%d")
}

func or(n int, format string) string {
	if n == 0 {
		return blank
	}
	return fmt.Sprintf(format, n)
}

// dated is "Hải Phòng, ngày 07 tháng 02 năm 2026".
func (o Official) dated() string {
	d, _ := readDate(o.Date)
	if o.Place == "" {
		return "N" + strings.TrimPrefix(d.long(), "n")
	}
	return o.Place + ", " + d.long()
}

// numbered is "Số 127-BC/HU", or the same with room for the number.
func (d *desk) numbered(word string) string {
	number := firstOf(strings.TrimSpace(d.Number), wideBlank)
	if d.Symbol == "" {
		return word + " " + number
	}
	return word + " " + number + d.Words.Joint + d.Symbol
}

var romans = []struct {
	value int
	text  string
}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}}

func roman(n int) string {
	if n > 1000 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, r := range romans {
		for ; n >= r.value; n -= r.value {
			b.WriteString(r.text)
		}
	}
	return b.String()
}
