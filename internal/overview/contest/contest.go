package contest

import (
	"fmt"
	"slices"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const (
	// Most is how many contests of one person are open at once.
	Most = 10

	longest = 500 // letters in own words or of a decision
)

// Standing is how a member is counted for one document. Form is empty for who is not counted
// as having studied; Absence is then excused, unexcused or unknown.
type Standing struct {
	Kind    string `json:"kind" enum:"member,civil"`
	Exempt  bool   `json:"exempt"`
	Form    string `json:"form"`
	Grade   int64  `json:"grade" doc:"E1 to E5; 0: did not study"`
	Absence string `json:"absence" enum:",excused,unexcused,unknown"`
	At      int64  `json:"at" doc:"when the member studied, Unix milliseconds UTC"`
	Meeting string `json:"meeting" doc:"title of the meeting that counts"`
	Record  id.ID  `json:"-"`

	organiser id.ID
	meeting   id.ID
}

// Counted are the figures, by their codes in the report, in which a standing counts.
func (s Standing) Counted() (out []string) {
	if s.Kind == "civil" {
		out = append(out, "civil")
		if s.Form != "" {
			out = append(out, "civil_studied")
		}
		return out
	}
	out = append(out, "members")
	if s.Exempt {
		out = append(out, "exempt")
	} else {
		out = append(out, "obliged")
	}
	switch {
	case s.Form != "":
		out = append(out, "studied", "form_"+s.Form)
		if s.Exempt {
			out = append(out, "exempt_came")
		}
	case !s.Exempt:
		out = append(out, "absent", "absent_"+s.Absence)
	}
	return out
}

// Kinds are what may be said to be wrong with a figure.
func Kinds(figure string) []string {
	switch figure {
	case "members", "civil":
		return []string{"other_unit", "other"}
	case "exempt", "exempt_came":
		return []string{"not_exempt", "other"}
	case "obliged":
		return []string{"is_exempt", "other"}
	case "studied", "civil_studied":
		return []string{"was_not_there", "other_form", "other"}
	case "absent", "absent_excused", "absent_unexcused", "absent_unknown":
		return []string{"was_there", "has_reason", "other"}
	case "essays_due":
		return []string{"handed_in", "not_due", "other"}
	case "essays_handed":
		return []string{"in_time", "not_handed", "other"}
	case "essays_passed", "essays_failed", "essays_unmarked":
		return []string{"other_mark", "not_handed", "other"}
	case "essays_alike":
		return []string{"own_work", "other"}
	}
	return []string{"other_form", "was_not_there", "other"}
}

// Written is a standing as a contest keeps it, to see whether the record was put right; the same for
// every figure.
func (s Standing) Written(string) string {
	exempt := "obliged"
	if s.Exempt {
		exempt = "exempt"
	}
	if s.Form == "" {
		return fmt.Sprintf("%s %s absent %s", s.Kind, exempt, s.Absence)
	}
	return fmt.Sprintf("%s %s studied %s E%d %s", s.Kind, exempt, s.Form, s.Grade, s.Record)
}

// Contest is one, as those who may decide or the member see it.
type Contest struct {
	ID       id.ID  `json:"id"`
	Campaign id.ID  `json:"campaign"`
	Title    string `json:"campaign_title"`
	Document id.ID  `json:"document" doc:"empty for figures of essays"`
	Paper    string `json:"paper" doc:"number or title of the document; empty for figures of essays"`
	Figure   string `json:"figure" doc:"code of the report's figure"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	Kind     string `json:"kind" enum:"was_there,was_not_there,other_form,has_reason,not_exempt,is_exempt,other_unit,not_due,handed_in,in_time,not_handed,other_mark,own_work,other"`
	Said     string `json:"said" doc:"own words; empty for the unit unless the member gave the name"`
	Person   id.ID  `json:"person" doc:"zero for the unit unless the member gave the name"`
	Name     string `json:"name"`
	Named    bool   `json:"named" doc:"the unit may see the name"`
	State    string `json:"state" enum:"open,upheld,rejected"`
	At       int64  `json:"at"`
	Decided  int64  `json:"decided"`
	By       string `json:"by" doc:"who decided"`
	Remark   string `json:"remark" doc:"the sentence to the member"`
	Mended   int64  `json:"mended" doc:"when the record was put right; 0 not yet"`
	Decides  bool   `json:"decides" doc:"the reader may decide"`

	decider, decidedBy id.ID
	lo                 int64
	was, salt          string
}

// Marks reports whether the figure is still to be marked.
func (c Contest) Marks() bool { return c.State == "open" || c.State == "upheld" && c.Mended == 0 }

// Frozen reports whether the contest is about the roster. It was frozen when the campaign opened and is
// changed by nobody, so that there is no record to put right: the file of the member is, for the next one.
func (c Contest) Frozen() bool {
	return slices.Contains(frozenFigures, c.Figure) || slices.Contains(frozenKinds, c.Kind)
}

var (
	frozenFigures = []string{"members", "civil", "exempt", "obliged"}
	frozenKinds   = []string{"other_unit", "not_exempt", "is_exempt"}
)

// Facts are what contesting depends on.
type Facts struct {
	Standing Record
	Open     int64  // contests of the person
	Rejected string // what the record said when the same figure was rejected last; "" never
}

// May decides whether a figure may be contested. Faults: Missing for a figure that does not count the
// person, Invalid, Conflict for too many at once or one that was decided and nothing changed since.
func May(f Facts, figure, kind, said string) error {
	switch {
	case !slices.Contains(f.Standing.Counted(), figure):
		return fault.Gone()
	case !slices.Contains(Kinds(figure), kind):
		return fault.At("kind", "web.choose")
	case kind == "other" && said == "":
		return fault.At("said", "contest.say_what")
	case f.Open >= Most:
		return fault.New(fault.Conflict, "contest.many", "n", Most)
	case f.Rejected != "" && f.Rejected == f.Standing.Written(figure):
		return fault.New(fault.Conflict, "contest.decided_already")
	}
	return nil
}

// Decide decides whether somebody may uphold or reject a contest.
func Decide(c Contest, state, remark string, person id.ID) error {
	switch {
	case state != "upheld" && state != "rejected":
		return fault.At("state", "web.choose")
	case len([]rune(remark)) < 5:
		return fault.At("remark", "contest.remark_needed")
	case c.State != "open":
		return fault.New(fault.Conflict, "contest.is_decided")
	case person != 0 && person == c.Person:
		return fault.New(fault.Denied, "contest.own")
	}
	return nil
}

// Mend decides whether an upheld contest is done: only the record can tell, except of a frozen roster,
// where whoever decided says so and the figure keeps a word beside it.
func Mend(c Contest, now Record) error {
	switch {
	case c.State != "upheld":
		return fault.New(fault.Conflict, "contest.not_upheld")
	case !c.Frozen() && c.was == now.Written(c.Figure):
		return fault.New(fault.Conflict, "contest.not_mended")
	}
	return nil
}
