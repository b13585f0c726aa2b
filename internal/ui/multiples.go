package ui

import (
	"fmt"

	"quantriet/internal/kit/text"
)

// Multiple is one campaign among several: both rates with their numbers, how the first is known, and the day.
type Multiple struct {
	Title, Href, Day string // civil day on which it began
	AllNum, AllDen   int64  // studied of all members
	Num, Den         int64  // of those obliged
	Grades           [5]int64
	Now              bool // the one the page is about
}

const (
	plotTop, plotHigh = 18.0, 72.0 // px from 100 % down to 0 %
	mostMultiples     = 12
)

// reach is how high num of den stands on the one scale of all panels.
func reach(num, den int64) float64 { return portion(num, den) * plotHigh }

// column is a grade of the first column, from below.
func (m Multiple) column() (out []stratum) {
	y := plotTop + plotHigh
	for i, n := range m.Grades {
		if n <= 0 || m.AllDen <= 0 {
			continue
		}
		h := min(float64(n)/float64(m.AllDen)*plotHigh, y-plotTop)
		y -= h
		out = append(out, stratum{i + 1, y, h})
	}
	return out
}

func (m Multiple) rates(p Page, r text.Rounding) (all, obliged string) {
	l := text.For(p.Lang)
	return l.Percent(m.AllNum, m.AllDen, r), l.Percent(m.Num, m.Den, r)
}

func (m Multiple) spoken(p Page, r text.Rounding) string {
	all, obliged := m.rates(p, r)
	return fmt.Sprintf("%s, %s: %s %s (%s/%s); %s %s (%s/%s); %s", m.Title, text.Date(m.Day), p.T("ui.rate_all"), all, p.Int(m.AllNum), p.Int(m.AllDen),
		p.T("ui.rate_obliged"), obliged, p.Int(m.Num), p.Int(m.Den), spoken(p, m.Grades))
}
