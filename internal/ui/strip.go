package ui

import (
	"fmt"
	"time"

	"quantriet/internal/kit/text"
)

// Timeline is a strip of days with one row per unit. Days are civil dates "2018-07-20".
type Timeline struct {
	From, To string // first and last day shown
	Today    string // "" draws none
	Rows     []TimeRow
}

// TimeRow is one obligation: Due the last day in time, Grace the last day of grace, Frozen the first day
// on which nothing is taken any more, Sent the first complete sending, Again the later ones. "" is none.
type TimeRow struct {
	Name, Href         string
	Due, Grace, Frozen string
	Sent               string
	Again              []string
	Note               string // said behind the state
}

// mostRows are drawn; those behind are counted in one line.
const mostRows = 60

// Timely says how a row stands on a day: in_time, grace, late (sent), frozen or overdue (not sent),
// waiting, or none when nothing is due.
func Timely(r TimeRow, today string) string {
	switch {
	case r.Due == "" && r.Sent == "":
		return "none"
	case r.Sent != "" && (r.Due == "" || r.Sent <= r.Due):
		return "in_time"
	case r.Sent != "" && r.Grace != "" && r.Sent <= r.Grace:
		return "grace"
	case r.Sent != "":
		return "late"
	case r.Frozen != "" && today >= r.Frozen:
		return "frozen"
	case today > r.Due:
		return "overdue"
	}
	return "waiting"
}

const civil = "2006-01-02"

func dayNumber(day string) int64 {
	t, err := time.Parse(civil, day)
	if err != nil {
		return 0
	}
	return t.Unix() / 86400
}

// days is how many the strip shows, at least one.
func (t Timeline) days() int64 { return max(dayNumber(t.To)-dayNumber(t.From)+1, 1) }

// at is where a day begins, in hundredths of a percent; days outside stand at the edges.
func (t Timeline) at(day string) int64 {
	return min(max(dayNumber(day)-dayNumber(t.From), 0), t.days()) * 10000 / t.days()
}

// after is where a day ends, mid its middle.
func (t Timeline) after(day string) int64 {
	return min(max(dayNumber(day)-dayNumber(t.From)+1, 0), t.days()) * 10000 / t.days()
}

func (t Timeline) mid(day string) string { return pct((t.at(day) + t.after(day)) / 2) }

// stay is a stretch of days, from where it begins and how long it is.
type stay struct{ x, w int64 }

func (s stay) left() string { return pct(s.x) }

func (s stay) width() string { return pct(s.w) }

// grace is the stretch between due and the end of grace, shut the one on which nothing is taken.
func (t Timeline) grace(r TimeRow) stay {
	if r.Due == "" || r.Grace <= r.Due {
		return stay{}
	}
	return stay{t.after(r.Due), max(t.after(r.Grace)-t.after(r.Due), 0)}
}

func (t Timeline) shut(r TimeRow) stay {
	if r.Frozen == "" || r.Frozen > t.To {
		return stay{}
	}
	return stay{t.at(r.Frozen), 10000 - t.at(r.Frozen)}
}

// months are the first days of months inside the strip, to write above.
func (t Timeline) months() (out []string) {
	day, err := time.Parse(civil, t.From)
	if err != nil {
		return nil
	}
	for range t.days() {
		if day.Day() == 1 || day.Format(civil) == t.From && day.Day() < 25 {
			out = append(out, day.Format(civil))
		}
		day = day.AddDate(0, 0, 1)
	}
	return out[:min(len(out), 13)]
}

func monthWord(day string) string { return fmt.Sprintf("%s/%s", day[8:], day[5:7]) }

func (t Timeline) shown() []TimeRow { return t.Rows[:min(len(t.Rows), mostRows)] }

func (t Timeline) more() int64 { return int64(len(t.Rows) - len(t.shown())) }

// timeLooks are the chip of a state: kind and sign.
var timeLooks = map[string][2]string{"in_time": {"ok", "check"}, "grace": {"warn", "clock"}, "late": {"warn", "clock"},
	"overdue": {"late", "late"}, "frozen": {"late", "lock"}, "waiting": {"", "clock"}, "none": {"", "minus"}}

func (r TimeRow) spoken(p Page, today string) string {
	s := r.Name + ": " + p.T("ui.timely."+Timely(r, today))
	for _, part := range [][2]string{{"ui.due", r.Due}, {"ui.grace", r.Grace}, {"ui.frozen", r.Frozen}, {"ui.sent_first", r.Sent}} {
		if part[1] != "" {
			s += "; " + p.T(part[0]) + " " + text.Date(part[1])
		}
	}
	return s
}

func dateOr(day string) string {
	if day == "" {
		return "–"
	}
	return text.Date(day)
}
