package text

import (
	"errors"
	"time"
)

// ErrDate is what ParseDate answers to anything that is not a day of the calendar.
var ErrDate = errors.New("not a date")

// Format writes numbers and dates in one language; make it with For.
type Format struct {
	english      bool
	group, point byte
}

var vietnamese = Format{group: '.', point: ','}

// For gives the format of a language: "en", otherwise Vietnamese. Short dates
// are dd/mm/yyyy in both, so that nobody confuses day and month.
func For(lang string) Format {
	if lang == "en" {
		return Format{english: true, group: ',', point: '.'}
	}
	return vietnamese
}

const civil = "2006-01-02"

// ParseDate reads "07/02/2026", "7-2-2026", "7.2.2026" and "2026-02-07" (day
// before month, four digits of year, 1800 to 2999) and answers the civil date
// "2026-02-07", or ErrDate.
func ParseDate(s string) (string, error) {
	s, ok := Clean(s)
	if !ok {
		return "", ErrDate
	}
	y, m, d, ok := parts(s)
	if !ok || y < 1800 || y > 2999 || m < 1 || m > 12 || d < 1 || d > days(y, m) {
		return "", ErrDate
	}
	digit := func(n int) byte { return byte('0' + n%10) }
	return string([]byte{digit(y / 1000), digit(y / 100), digit(y / 10), digit(y), '-', digit(m / 10), digit(m), '-', digit(d / 10), digit(d)}), nil
}

// parts takes a date apart at its separators: three numbers, the year of four digits in
// front or at the end, the others of at most two.
func parts(s string) (y, m, d int, ok bool) {
	var n, size [3]int
	i := 0
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9' && size[i] < 4:
			n[i], size[i] = n[i]*10+int(c-'0'), size[i]+1
		case i < 2 && (c == '/' || c == '-' || c == '.' && size[0] <= 2):
			i++
		default:
			return 0, 0, 0, false
		}
	}
	short := func(i int) bool { return size[i] == 1 || size[i] == 2 }
	switch {
	case i == 2 && size[0] == 4 && short(1) && short(2):
		return n[0], n[1], n[2], true
	case i == 2 && size[2] == 4 && short(1) && short(0):
		return n[2], n[1], n[0], true
	}
	return 0, 0, 0, false
}

func days(y, m int) int {
	switch {
	case m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0):
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	}
	return 31
}

// Date writes the civil date "2026-02-07" as "07/02/2026"; what is not a civil
// date, the empty one included, comes back as it is.
func Date(day string) string {
	t, err := time.Parse(civil, day)
	if err != nil {
		return day
	}
	return t.Format("02/01/2006")
}

// Time writes an instant (Unix milliseconds) as "07:30" in loc.
func Time(ms int64, loc *time.Location) string { return time.UnixMilli(ms).In(loc).Format("15:04") }

// Day is the civil date of an instant in loc, "2026-02-07".
func Day(ms int64, loc *time.Location) string { return time.UnixMilli(ms).In(loc).Format(civil) }

// DateTime writes an instant as "07:30 07/02/2026" in loc.
func DateTime(ms int64, loc *time.Location) string {
	return time.UnixMilli(ms).In(loc).Format("15:04 02/01/2006")
}

// Weekday is "thứ Hai" … "thứ Bảy", "Chủ nhật" of a civil date, "" of anything else.
func Weekday(day string) string { return vietnamese.Weekday(day) }

func (f Format) Weekday(day string) string {
	t, err := time.Parse(civil, day)
	if err != nil {
		return ""
	}
	if f.english {
		return t.Weekday().String()
	}
	return [...]string{"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"}[t.Weekday()]
}
