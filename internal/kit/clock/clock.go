// Package clock turns instants into the civil days people live by.
package clock

import (
	"time"
	_ "time/tzdata" // the binary runs on machines without zone files
)

// Zone is the civil time zone unless an installation says otherwise.
var Zone = mustLoad("Asia/Ho_Chi_Minh")

func mustLoad(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// Now is a clock; a service carries one as a field so that tests choose the time.
type Now func() time.Time

// Ms is the instant in Unix milliseconds, as stored.
func (n Now) Ms() int64 { return n().UnixMilli() }

// Day is today's civil date, "2026-02-07".
func (n Now) Day() string { return Day(n()) }

// Fixed is a clock that stands still.
func Fixed(t time.Time) Now { return func() time.Time { return t } }

// Day is the civil date of an instant.
func Day(t time.Time) string { return t.In(Zone).Format(time.DateOnly) }

// Start is the first instant of a civil date; the zero time when it is no date.
func Start(day string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, day, Zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// AddDays moves a civil date; "" stays "".
func AddDays(day string, n int) string {
	t := Start(day)
	if t.IsZero() {
		return ""
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// At reads a local civil date and time, "2026-02-07T07:30"; false when it is none.
func At(s string) (time.Time, bool) {
	t, err := time.ParseInLocation("2006-01-02T15:04", s, Zone)
	return t, err == nil
}

// From makes an instant of stored milliseconds; 0 gives the zero time.
func From(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).In(Zone)
}
