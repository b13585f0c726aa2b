package ui

import (
	"fmt"
	"strings"
	"time"
)

// Fact is a figure on a page: what, how much, out of what, and the way to its evidence.
type Fact struct{ Label, Value, Unit, Of, Why string }

// Override is a figure changed by hand, with its reason.
type Override struct {
	Old, New, Delta   string
	Grade             int
	Who, When, Reason string
	Undo              string // address to post the undoing to, "" if it may not be undone
}

// Why explains one figure: fraction, quotient, rounding, grades, parts that add up.
type Why struct {
	Label, Value       string
	Above, Below       string   // numerator and denominator in words
	Quotient, Rounding string   // "= 13.024 ÷ 13.818 = 0,942538…" and the rule
	Grades             [5]int64 // how many of each grade; all 0 hides the list
	Parts              []Part
	Close              string
}

// Part is a line of a sum; Total marks the last.
type Part struct {
	Text, Value, Href string
	Total             bool
}

// Obligation is something that is due. Kind colours its edge: "", ok, warn, late.
type Obligation struct {
	Kind, Icon, Title, Whose, Clock, Date, Href string
}

// Finding is a lead, not a verdict: a fact with its two numbers, an innocent reading, one or two actions.
type Finding struct {
	Kind, Sign, Word     string
	Unit, Fact, Innocent string
	Actions              []Link
}

// segment is one grade of an evidence bar, in hundredths of a percent.
type segment struct {
	grade    int
	n        int64
	from, to int64
}

func segments(n [5]int64) []segment {
	var total, before int64
	for _, v := range n {
		total += max(v, 0)
	}
	var out []segment
	for i, v := range n {
		if v > 0 {
			out = append(out, segment{i + 1, v, before * 10000 / total, (before + v) * 10000 / total})
			before += v
		}
	}
	return out
}

func (s segment) x() string { return pct(s.from) }

func (s segment) width() string { return pct(s.to - s.from) }

func (s segment) mid() string { return pct((s.from + s.to) / 2) }

func (s segment) wide() bool { return s.to-s.from >= 700 }

func pct(hundredths int64) string { return fmt.Sprintf("%d.%02d%%", hundredths/100, hundredths%100) }

func grade(n int) string { return fmt.Sprintf("E%d", n) }

// spoken is an evidence bar in words.
func spoken(p Page, n [5]int64) string {
	var parts []string
	for i, v := range n {
		parts = append(parts, grade(i+1)+" "+p.Int(v))
	}
	return strings.Join(parts, "; ")
}

func share(n [5]int64, i int) string {
	top := max(n[0], n[1], n[2], n[3], n[4], 1)
	return pct(n[i] * 10000 / top)
}

func total(n [5]int64) int64 { return n[0] + n[1] + n[2] + n[3] + n[4] }

// soon is how long before a deadline its clock turns amber.
const soon = 72 * time.Hour

// Left is the clock of a deadline: kind late, warn or "", and "Còn 1 ngày 15 giờ". due is
// the first instant that is too late (for "trước 20/07": the start of 20/07).
func Left(p Page, due time.Time) (kind, text string) {
	d := due.Sub(p.Now)
	if d <= 0 {
		return "late", span(p, "ui.over_", -d)
	}
	if d < soon {
		kind = "warn"
	}
	return kind, span(p, "ui.left_", d)
}

func span(p Page, prefix string, d time.Duration) string {
	days, hours := int64(d/(24*time.Hour)), int64(d%(24*time.Hour)/time.Hour)
	switch {
	case days >= 10 || days > 0 && hours == 0:
		return p.T(prefix+"days", "d", p.Int(days))
	case days > 0:
		return p.T(prefix+"days_hours", "d", days, "h", hours)
	case hours > 0:
		return p.T(prefix+"hours", "h", hours)
	}
	return p.T(prefix+"minutes", "m", int64(d/time.Minute))
}

// Span is a length of time in full days, or in hours when there is none.
func Span(p Page, ms int64) string {
	if d := ms / (24 * time.Hour).Milliseconds(); d > 0 {
		return p.T("ui.span_days", "n", d)
	}
	return p.T("ui.span_hours", "n", max(ms/time.Hour.Milliseconds(), 1))
}

func clockSign(kind string) string {
	if kind == "late" {
		return "late"
	}
	if kind == "ok" {
		return "check"
	}
	return "clock"
}

// RowClass is the class of a row of a tree-table: kind "", sum, sel or kid; depth 0 to 4 indents.
func RowClass(kind string, depth int) string {
	if depth > 0 {
		return fmt.Sprintf("%s d%d", kind, min(depth, 4))
	}
	return kind
}
