package contest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/likeness"
)

// Essay is how one task of a campaign counts a member, as far as the member may know: a result once
// results are out, likeness once he was asked about it.
type Essay struct {
	Task   id.ID  `json:"task"`
	Title  string `json:"title"`
	Must   bool   `json:"must" doc:"obliged to write; otherwise invited"`
	Handed int64  `json:"handed" doc:"Unix milliseconds UTC; 0: not handed in"`
	Late   bool   `json:"late"`
	Result string `json:"result" enum:",passed,failed,unmarked" doc:"empty: nothing was handed in, or results are not out"`
	Alike  bool   `json:"alike" doc:"passages like those of others, about which the member was asked"`

	organiser id.ID
	again     int64 // when its result was marked anew
}

// Essays are those of a member in a campaign. The figures they count in stand for the whole campaign,
// so that a contest of one has no document.
type Essays []Essay

// The figures of essays, in the order of the report.
var essayFigures = []struct {
	code   string
	counts func(e Essay) bool
}{
	{"essays_due", func(e Essay) bool { return e.Must }},
	{"essays_handed", func(e Essay) bool { return e.Handed != 0 }},
	{"essays_passed", func(e Essay) bool { return e.Result == "passed" }},
	{"essays_failed", func(e Essay) bool { return e.Result == "failed" }},
	{"essays_unmarked", func(e Essay) bool { return e.Result == "unmarked" }},
	{"essays_alike", func(e Essay) bool { return e.Alike }},
}

// Counted are the figures, by their codes in the report, in which essays count.
func (es Essays) Counted() (out []string) {
	for _, f := range essayFigures {
		if slices.ContainsFunc(es, f.counts) {
			out = append(out, f.code)
		}
	}
	return out
}

// Written is what the record says of a figure, to see whether it was put right: of one about results or
// likeness only that, so that a mark does not pass for an answer to who says that he need not write.
func (es Essays) Written(figure string) string {
	var out []string
	for _, e := range es {
		switch figure {
		case "essays_due", "essays_handed":
			out = append(out, fmt.Sprintf("%s must=%t handed=%t late=%t", e.Task, e.Must, e.Handed != 0, e.Late))
		case "essays_alike":
			out = append(out, fmt.Sprintf("%s alike=%t", e.Task, e.Alike))
		default:
			said := fmt.Sprintf("%s %s", e.Task, e.Result)
			if e.again > 0 { // that it was looked at again is an answer, though it came to the same
				said += fmt.Sprintf(" again=%d", e.again)
			}
			out = append(out, said)
		}
	}
	return strings.Join(out, ", ")
}

// about is what whoever decides on a figure needs: no results for who contests that he has to write.
func (es Essays) about(figure string) (out Essays) {
	for _, e := range es {
		if figure == "essays_due" || figure == "essays_handed" || figure == "essays_alike" {
			e.Result = ""
		}
		e.Alike = e.Alike && figure == "essays_alike"
		out = append(out, e)
	}
	return out
}

func (es Essays) organisers() (out []id.ID) {
	for _, e := range es {
		out = append(out, e.organiser)
	}
	return out
}

// known is what the member may know of how a task counts him; state is that of the talk about likeness.
func known(c essay.Counted, state string) Essay {
	e := Essay{Task: c.Task, Title: c.Title, Must: c.Must, Handed: c.Handed, Late: c.Late, organiser: c.Unit, again: c.Again}
	switch {
	case c.Handed == 0 || !c.Released:
	case c.Marked && c.Passed:
		e.Result = "passed"
	case c.Marked:
		e.Result = "failed"
	default:
		e.Result = "unmarked"
	}
	e.Alike = c.Lead && likeness.Told(state)
	return e
}

// essaysOf reads how a campaign's tasks count a person. Fault: Missing for who is not in the roster.
func essaysOf(ctx context.Context, tx db.Tx, campaign, person id.ID) (es Essays, at seat, err error) {
	at, err = db.One(ctx, tx, func(scan func(...any) error) (at seat, err error) {
		err = scan(&at.campaign, &at.unit, &at.lo)
		return at, err
	}, `select campaign, unit, lo from campaign_roster where campaign = $1 and person = $2`, campaign, person)
	if err != nil {
		return nil, at, err
	}
	list, err := essay.CountedOf(ctx, tx, campaign, person)
	if err != nil {
		return nil, at, err
	}
	for _, c := range list {
		state := ""
		if c.Lead {
			state, err = db.One(ctx, tx, db.Value[string], `select state from likeness_essay where essay = $1`, c.Essay)
			if err != nil && fault.Of(err) != fault.Missing {
				return nil, at, err
			}
		}
		es = append(es, known(c, state))
	}
	return es, at, nil
}

// Record is what a contested figure rests on.
type Record interface {
	Counted() []string
	Written(figure string) string
}

// record reads what a figure rests on, where the member stands, and who keeps it.
func record(ctx context.Context, tx db.Tx, c Contest) (rec Record, at seat, keepers []id.ID, err error) {
	if c.Document == 0 {
		es, at, err := essaysOf(ctx, tx, c.Campaign, c.Person)
		return es, at, es.organisers(), err
	}
	s, at, err := standing(ctx, tx, c.Campaign, c.Document, c.Person)
	return s, at, []id.ID{s.organiser}, err
}
