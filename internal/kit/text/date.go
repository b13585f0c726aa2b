package text

import (
	"errors"
	"fmt"
	"regexp"
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

var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[/\-](\d{1,2})[/\-](\d{1,2})$`)
)

// ParseDate reads "07/02/2026", "7-2-2026", "7.2.2026" and "2026-02-07" (day
// before month, four digits of year, 1800 to 2999) and answers the civil date
// "2026-02-07", or ErrDate.
func ParseDate(s string) (string, error) {
	s, ok := Clean(s)
	if !ok {
		return "", ErrDate
	}
	var y, m, d string
	if p := dayFirst.FindStringSubmatch(s); p != nil {
		d, m, y = p[1], p[2], p[3]
	} else if p := yearFirst.FindStringSubmatch(s); p != nil {
		y, m, d = p[1], p[2], p[3]
	}
	t, err := time.Parse("2006-1-2", y+"-"+m+"-"+d)
	if err != nil || t.Year() < 1800 || t.Year() > 2999 {
		return "", ErrDate
	}
	return t.Format(civil), nil
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

// LongDate writes "ngày 07 tháng 02 năm 2026" as official documents do: days
// under 10 and the months 1 and 2 have a leading zero, the other months none.
func LongDate(day string) string { return vietnamese.LongDate(day) }

// Weekday is "thứ Hai" … "thứ Bảy", "Chủ nhật" of a civil date, "" of anything else.
func Weekday(day string) string { return vietnamese.Weekday(day) }

func (f Format) LongDate(day string) string {
	t, err := time.Parse(civil, day)
	if err != nil {
		return day
	}
	if f.english {
		return t.Format("2 January 2006")
	}
	month := "%d"
	if t.Month() <= time.February {
		month = "%02d"
	}
	return fmt.Sprintf("ngày %02d tháng "+month+" năm %d", t.Day(), int(t.Month()), t.Year())
}

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
