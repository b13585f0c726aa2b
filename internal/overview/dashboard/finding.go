package dashboard

import (
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/report"
)

// Finding is a lead: a fact with its two numbers A and B. Kind says which:
//
//	overdue   no report; A of B units below have not begun, or A of B obliged have studied
//	declared  A of B who studied are known only by declaration (E5)
//	gap       the parts of figure Code add up to A, the unit wrote B
//	burst     A late marks within B minutes, at At, by By
type Finding struct {
	Kind    string `json:"kind" enum:"overdue,declared,gap,burst"`
	Unit    id.ID  `json:"unit"`
	Name    string `json:"name"`
	A       int64  `json:"a"`
	B       int64  `json:"b"`
	Code    string `json:"code,omitempty"`
	At      int64  `json:"at,omitempty"`
	By      string `json:"by,omitempty"`
	Meeting id.ID  `json:"meeting,omitempty"`
	Over    int64  `json:"over,omitempty" doc:"milliseconds past the deadline"`
	State   string `json:"state,omitempty" doc:"of the report"`
	None    bool   `json:"none,omitempty" doc:"overdue: A and B count units that have not begun"`
	Rate    string `json:"rate,omitempty"`
}

const (
	muchDeclared = 3000 // share of E5 from which one asks, hundredths of a percent
	manyAtOnce   = 100  // late marks by one account within five minutes
)

// Review finds what to look at again in some units; figures are of their reports that are not verified.
func Review(rows []Row, rounding string, figures map[id.ID]report.Figures, bursts []Finding) (out []Finding) {
	var later []Finding
	for _, r := range rows {
		if r.Timing.Kind == "overdue" {
			f := Finding{Kind: "overdue", Unit: r.Unit, Name: r.Name, Over: r.Timing.Over, State: r.Report.State}
			if f.None = r.Parts.None > 0; f.None {
				f.A, f.B = r.Parts.None, r.Parts.All()
			} else {
				rate := r.Count.RateObliged()
				f.A, f.B = rate.Num, rate.Den
			}
			out = append(out, f)
		}
		e5 := r.Count.Grades[4]
		if share, ok := text.Hundredths(e5, r.Count.Studied, text.Truncate); ok && share >= muchDeclared {
			later = append(later, Finding{Kind: "declared", Unit: r.Unit, Name: r.Name, A: e5, B: r.Count.Studied, Rate: r.Count.RateObliged().Percent(rounding)})
		}
		for _, g := range report.Gaps(figures[r.Unit]) {
			later = append(later, Finding{Kind: "gap", Unit: r.Unit, Name: r.Name, A: g.Sum, B: g.Stated, Code: g.Code})
		}
	}
	return append(append(out, later...), bursts...)
}
