package merit

import (
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Evidence is one line that a proposal rests on.
type Evidence struct {
	Code string `json:"code" doc:"of what the records say; said: written by the officer"`
	Kind string `json:"kind" enum:"commend,criticise"`
	Text string `json:"text"`
	Href string `json:"href" doc:"page of the figure; may be empty"`

	args []string
}

// say is the line in a language.
func (e Evidence) say(lang string) string {
	if e.args == nil {
		return e.Text
	}
	kv := make([]any, len(e.args))
	for i, a := range e.args {
		kv[i] = a
	}
	return words.T(lang, "merit.fact."+e.Code, kv...)
}

func line(kind, code, href string, args ...string) Evidence {
	e := Evidence{Code: code, Kind: kind, Href: href, args: append([]string{}, args...)}
	e.Text = e.say("vi")
	return e
}

// Leasts from which on a record says something about a unit.
const (
	leastAsked  = 5  // people asked again
	mostSure    = 95 // percent of them who confirmed
	leastMissed = 3  // who missed the first meeting
	mostMadeUp  = 80 // percent of them who made up
	leastLate   = 2  // reports late, this one included
)

// UnitFacts are what the records say of a unit directly below.
type UnitFacts struct {
	Campaign, Unit id.ID
	Name           string
	Sent, Due      int64 // first sending, and the first instant that is too late; 0 none
	Late           bool  // sent too late, or not sent and overdue
	LateBefore     int64 // of the campaigns before
	Before         int64
	Asked          int64 // people asked again about the report, once that is over
	Confirmed      int64
	Amended        int64 // corrections the unit asked for itself after its report was closed
	Unanswered     int64 // questions of the level above
	Upheld         int64 // contests of members that the level above upheld
	Missed, MadeUp int64 // members who missed the first study, and of them made up

	lo, hi int64
	level  string
}

// Evidence is what counts for and against the unit. How many attended is no part of it.
func (f UnitFacts) Evidence() (out []Evidence) {
	at := "/campaigns/" + f.Campaign.String()
	report := at + "/reports/" + f.Unit.String()
	add := func(kind, code, href string, args ...string) { out = append(out, line(kind, code, href, args...)) }
	if f.Sent > 0 && f.Due > 0 && !f.Late {
		add(Commend, "in_time", report, "sent", moment(f.Sent), "due", moment(f.Due))
	}
	if f.Asked >= leastAsked && 100*f.Confirmed >= mostSure*f.Asked {
		add(Commend, "confirmed", report, "n", text.Int(f.Confirmed), "total", text.Int(f.Asked))
	}
	if f.Amended > 0 {
		add(Commend, "amended", report, "n", text.Int(f.Amended))
	}
	if f.Missed >= leastMissed && 100*f.MadeUp >= mostMadeUp*f.Missed {
		add(Commend, "made_up", report+"/why?figure=form_make_up", "n", text.Int(f.MadeUp), "total", text.Int(f.Missed))
	}
	if f.Late && 1+f.LateBefore >= leastLate {
		add(Criticise, "late_again", report, "n", text.Int(1+f.LateBefore), "total", text.Int(1+f.Before))
	}
	if f.Unanswered > 0 {
		add(Criticise, "unanswered", report, "n", text.Int(f.Unanswered))
	}
	if f.Upheld > 0 {
		add(Criticise, "upheld", report, "n", text.Int(f.Upheld))
	}
	return out
}

// PersonFacts are what the records say of somebody in the campaign's roster.
type PersonFacts struct {
	Campaign, Person id.ID
	Name             string
	Position         string
	Unit             id.ID
	UnitName         string
	KeyCadre         bool
	Absent           int64 // meetings missed without a reason
	Studied          int64 // documents studied, wherever
	Spoke            int64 // meetings at which the person spoke as speaker
	Picked           int64 // proposals of the essay picked for the action programme
}

// Evidence is what counts for and against the person.
func (f PersonFacts) Evidence() (out []Evidence) {
	year := "/people/" + f.Person.String() + "/evidence"
	if f.Picked > 0 {
		out = append(out, line(Commend, "picked", year, "n", text.Int(f.Picked)))
	}
	if f.Spoke > 0 {
		out = append(out, line(Commend, "spoke", year, "n", text.Int(f.Spoke)))
	}
	if f.Absent > 0 && f.Studied == 0 {
		code := "absent"
		if f.KeyCadre {
			code = "absent_cadre"
		}
		out = append(out, line(Criticise, code, year, "n", text.Int(f.Absent)))
	}
	return out
}

func moment(ms int64) string { return text.DateTime(ms, clock.Zone) }
