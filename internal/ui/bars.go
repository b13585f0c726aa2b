package ui

import "cmp"

// Bar is one line of evidence: how Of people of a unit are known. Note stands behind its name.
type Bar struct {
	Name, Href, Note string
	Grades           [5]int64
	Of               int64 // whom the whole width stands for; at least all grades
	more             int64
}

// mostBars are drawn; the rest is added up in one line.
const mostBars = 40

func (b Bar) whole() int64 { return max(b.Of, total(b.Grades)) }

// parts are what is recorded, from the left; apart is what is only declared, from the right, so that
// nobody adds the two with the eye. What is between has not studied. In hundredths of a percent.
func (b Bar) parts() (out []segment) {
	of, before := max(b.whole(), 1), int64(0)
	for i, n := range b.Grades[:4] {
		if n > 0 {
			out = append(out, segment{i + 1, n, before * 10000 / of, (before + n) * 10000 / of})
			before += n
		}
	}
	return out
}

func (b Bar) apart() (s segment, some bool) {
	n := b.Grades[4]
	if n <= 0 {
		return s, false
	}
	of := b.whole()
	return segment{5, n, (of - n) * 10000 / of, 10000}, true
}

func (b Bar) recorded() int64 { return total(b.Grades) - b.Grades[4] }

// bars are those that are drawn: all, or the first and the rest as one.
func bars(rows []Bar) []Bar {
	if len(rows) <= mostBars {
		return rows
	}
	out := rows[: mostBars-1 : mostBars-1]
	var rest Bar
	for _, b := range rows[mostBars-1:] {
		rest.Of, rest.more = rest.Of+b.whole(), rest.more+1
		for i := range rest.Grades {
			rest.Grades[i] += b.Grades[i]
		}
	}
	return append(out, rest)
}

func (b Bar) called(p Page) string {
	if b.more > 0 {
		return p.T("ui.and_more", "n", p.Int(b.more))
	}
	return cmp.Or(b.Name, "–")
}

func (b Bar) spoken(p Page) string {
	return b.called(p) + ": " + spoken(p, b.Grades) + "; " + p.T("ui.of_people", "n", p.Int(b.whole()))
}
