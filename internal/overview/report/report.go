package report

import (
	"slices"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// Sections are the paragraphs of a report, in order (R103).
var Sections = []string{"leading", "forms", "strengths", "shortcomings", "lessons", "proposals"}

// Report is one unit's report on a campaign. Instants are Unix milliseconds UTC.
type Report struct {
	ID         id.ID             `json:"id"`
	Campaign   id.ID             `json:"campaign"`
	Unit       id.ID             `json:"unit"`
	State      string            `json:"state" enum:"draft,sent,returned,accepted"`
	Version    int64             `json:"version" doc:"grows with every sending"`
	Number     string            `json:"number"`
	IssuedOn   string            `json:"issued_on"`
	Authority  string            `json:"authority"`
	Position   string            `json:"position"`
	Signer     string            `json:"signer"`
	Recipients string            `json:"recipients" doc:"one a line"`
	Verified   bool              `json:"verified" doc:"every sum held when it was sent"`
	FirstSent  int64             `json:"first_sent" doc:"decides whether it was in time"`
	Sent       int64             `json:"sent"`
	SentBy     id.ID             `json:"sent_by"`
	Decided    int64             `json:"decided"`
	DecidedBy  id.ID             `json:"decided_by"`
	Remark     string            `json:"remark" doc:"why it was returned"`
	Texts      map[string]string `json:"texts"`
}

// Open reports whether the unit may still change it.
func (r Report) Open() bool { return r.State == "draft" || r.State == "returned" }

// Facts are all that deciding on a report needs.
type Facts struct {
	Report  Report
	Figures Figures
	Waiting int64 // reports of units directly below that are not accepted yet
	Why     string
	Account id.ID // who acts
}

// Send decides whether the report may go up. Sums that do not hold need a reason, and so
// does sending before the units below are in. It tells whether the report is verified.
func Send(f Facts) (verified bool, err error) {
	if !f.Report.Open() {
		return false, fault.New(fault.Conflict, "report.not_open")
	}
	gaps := Gaps(f.Figures)
	unanswered := slices.IndexFunc(gaps, func(g Gap) bool { return g.Reason == "" })
	bare := slices.IndexFunc(f.Figures, func(x Figure) bool { return x.Known() == "changed" && x.Reason == "" })
	loose := slices.IndexFunc(f.Figures, func(x Figure) bool { return x.Known() == "declared" && x.Reason == "" && x.Marker == "" })
	switch {
	case unanswered >= 0:
		return false, fault.New(fault.Conflict, "report.question_open", "n", len(gaps))
	case bare >= 0:
		return false, fault.New(fault.Conflict, "report.change_without_reason")
	case loose >= 0:
		return false, fault.New(fault.Conflict, "report.declared_without_ground")
	case f.Waiting > 0 && f.Why == "":
		return false, fault.New(fault.Conflict, "report.below_waiting", "n", f.Waiting)
	}
	return len(gaps) == 0, nil
}

// Return decides whether the level above may send it back; a remark says what to mend.
func Return(f Facts) error {
	switch {
	case f.Report.State != "sent":
		return fault.New(fault.Conflict, "report.not_sent")
	case f.Why == "":
		return fault.At("remark", "report.remark_needed")
	}
	return nil
}

// Accept decides whether the level above may accept it; nobody accepts what they sent.
func Accept(f Facts) error {
	switch {
	case f.Report.State != "sent":
		return fault.New(fault.Conflict, "report.not_sent")
	case f.Account != 0 && f.Account == f.Report.SentBy:
		return fault.New(fault.Denied, "report.own")
	}
	return nil
}

// Set decides whether a figure may hold a value: an evidenced one only with a reason, a
// declared one with what it rests on or a marker that says it is not exact.
func Set(f Figure) error {
	d, ok := DefOf(f.Code)
	switch {
	case !ok:
		return fault.Gone()
	case d.PerDocument != (f.Document != 0):
		return fault.Gone()
	case f.Value < 0 || f.Value > 1_000_000_000_000:
		return fault.At("value", "report.value_range")
	case !slices.Contains(Markers, f.Marker):
		return fault.At("marker", "web.choose")
	case f.Computed != nil && (*f.Computed != f.Value || f.Marker != f.Inexact) && f.Reason == "":
		return fault.At("reason", "report.reason_needed")
	}
	return nil
}

// Rates are both rates of a report for one document, as its figures state them.
func Rates(fs Figures, document id.ID) (all, obliged rollup.Rate) {
	v := func(code string) int64 { return fs.Value(code, document) }
	return rollup.Rate{Num: v("studied"), Den: v("members")},
		rollup.Rate{Num: v("studied") - v("exempt_came"), Den: v("obliged")}
}
