package report

import (
	"slices"
	"strings"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
)

// Sections are the paragraphs of a report, in order (R103).
var Sections = []string{"leading", "forms", "strengths", "shortcomings", "causes", "lessons", "proposals"}

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
	Reopened   bool              `json:"reopened" doc:"may be changed although it was closed, until it is closed again"`
	Closings   int64             `json:"-"`
	Amendments int64             `json:"amendments" doc:"versions after the one that was closed first"`
	Roster     string            `json:"roster" doc:"SHA-256 of the frozen roster when it was sent"`
	Program    string            `json:"program" doc:"version of the program that computed it"`
	Texts      map[string]string `json:"texts"`
}

// Open reports whether the unit may still change it.
func (r Report) Open() bool { return r.State == "draft" || r.State == "returned" }

// Facts are all that deciding on a report needs.
type Facts struct {
	Report  Report
	Figures Figures
	Waiting int64 // reports of units directly below that are not accepted yet
	Asked   int64 // questions that must be answered and are not
	Why     string
	Account id.ID  // who acts
	Hand    string // what the account had in the report: "unit" sent in its name, "figures" declared some, "texts" wrote in it at any time; "" nothing
	Noted   int64  // remarks that are noted and not sent
}

// Send decides whether the report may go up. Sums that do not hold need a reason, and so
// does sending before the units below are in. It tells whether the report is verified.
func Send(f Facts) (verified bool, err error) {
	if !f.Report.Open() {
		return false, fault.New(fault.Conflict, "report.not_open")
	}
	gaps := Gaps(f.Figures)
	unanswered := slices.IndexFunc(gaps, func(g Gap) bool { return g.Reason == "" })
	loose := slices.IndexFunc(f.Figures, func(x Figure) bool { return x.Known() == "declared" && x.Reason == "" && x.Marker == "" })
	switch {
	case unanswered >= 0:
		return false, fault.New(fault.Conflict, "report.question_open", "n", len(gaps))
	case loose >= 0:
		return false, fault.New(fault.Conflict, "report.declared_without_ground")
	case f.Asked > 0:
		return false, fault.New(fault.Conflict, "report.asked_open", "n", f.Asked)
	case f.Waiting > 0 && f.Why == "":
		return false, fault.New(fault.Conflict, "report.below_waiting", "n", f.Waiting)
	}
	return len(gaps) == 0, nil
}

// Return decides whether the level above may send it back; a remark, on the whole or on a
// figure, says what to mend.
func Return(f Facts) error {
	switch {
	case f.Report.State != "sent":
		return fault.New(fault.Conflict, "report.not_sent")
	case f.Why == "" && f.Noted == 0:
		return fault.At("remark", "report.remark_needed")
	}
	return nil
}

// Accept decides whether the level above may accept it: four eyes, and no remark left lying.
func Accept(f Facts) error {
	switch {
	case f.Report.State != "sent":
		return fault.New(fault.Conflict, "report.not_sent")
	case f.Account != 0 && f.Account == f.Report.SentBy:
		return fault.New(fault.Denied, "report.own")
	case f.Hand == "unit":
		return fault.New(fault.Denied, "report.own_unit")
	case f.Hand == "figures":
		return fault.New(fault.Denied, "report.own_figures")
	case f.Hand == "texts":
		return fault.New(fault.Denied, "report.own_texts")
	case f.Noted > 0:
		return fault.New(fault.Conflict, "report.remarks_open", "n", f.Noted)
	}
	return nil
}

// known refuses a figure that no report has. Which columns were ordered a view knows.
func known(f Figure) error {
	if measure.Own(f.Code) && f.Document == 0 {
		return nil
	}
	if d, ok := DefOf(f.Code); !ok || d.PerDocument != (f.Document != 0) {
		return fault.Gone()
	}
	return nil
}

// Set decides whether a figure without records may hold a value.
func Set(f Figure) error {
	if err := known(f); err != nil {
		return err
	}
	switch {
	case f.Value < 0 || f.Value > 1_000_000_000_000:
		return fault.At("value", "report.value_range")
	case !slices.Contains(Markers, f.Marker):
		return fault.At("marker", "web.choose")
	}
	return nil
}

// Beside decides whether a declared number may stand beside records: always with its ground.
func Beside(f Figure) error {
	if err := Set(f); err != nil {
		return err
	}
	if f.Reason == "" {
		return fault.At("reason", "report.ground_needed")
	}
	return nil
}

// HasRecords says that records speak for a figure, and where they are mended.
func HasRecords(lang, code string) error {
	return fault.New(fault.Conflict, "report.has_records", "where", words.T(lang, "report.mend."+Book(code)))
}

// Book is the kind of record a figure is counted from.
func Book(code string) string {
	switch {
	case code == "members" || code == "exempt" || code == "civil" || code == "obliged":
		return "people"
	case strings.HasPrefix(code, "meetings") || code == "speakers" || code == "opinions" || code == "mass_heads":
		return "meetings"
	case strings.HasPrefix(code, "plans_"):
		return "plans"
	case strings.HasPrefix(code, "essays_"):
		return "essays"
	}
	return "attendance"
}

// Rates are both rates of a report for one document, as its figures state them.
func Rates(fs Figures, document id.ID) (all, obliged rollup.Rate) {
	v := func(code string) int64 { return fs.Value(code, document) }
	return rollup.Rate{Num: v("studied"), Den: v("members")},
		rollup.Rate{Num: v("studied") - v("exempt_came"), Den: v("obliged")}
}
