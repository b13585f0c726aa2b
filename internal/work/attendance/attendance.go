package attendance

import (
	"slices"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// The five grades of evidence, strongest first.
const (
	Own       = 1 // own code on one's own device, and a second headcount agrees
	Code      = 2 // code at a station
	Marked    = 3 // marked by an usher or secretary during the meeting
	Afterward = 4 // marked later
	Declared  = 5 // typed without evidence
)

// Ways in which a record comes about.
var Ways = []string{"own_code", "station", "roll_call", "list", "confirmed", "declared"}

// Reasons for an absence; "" is none given.
var Reasons = []string{"sick", "work", "away", "family", "other", ""}

// early is how long before the start the doors open, in milliseconds.
const early = 60 * 60_000

// Facts are all that recording one person needs. Instants are Unix milliseconds UTC.
type Facts struct {
	Campaign, Meeting, Site, Person, Unit id.ID  // Unit is the person's
	State                                 string // of the meeting; "closed" when the campaign is
	Kind, Mode                            string // of the meeting
	Starts, Ends                          int64
	Main                                  bool // the site is the main one
	Name                                  string
	PersonKind                            string // member, civil
	Exempt                                bool
	Lo                                    int64
	Higher                                bool  // the organiser stands above the unit that organises for the person
	Already                               int64 // when an earlier record of this meeting was made; 0 none
	Documents                             int64 // that the meeting treats
}

// Way says how somebody is to be recorded.
type Way struct {
	How  string // one of Ways
	At   int64  // when the person attended; 0 now
	Form string // "" derives it; "higher" or "self_study" says that it was not here
	Note string
}

// Record is what is kept of one attendance.
type Record struct {
	ID       id.ID  `json:"id"`
	Campaign id.ID  `json:"campaign"`
	Meeting  id.ID  `json:"meeting"`
	Site     id.ID  `json:"site"`
	Person   id.ID  `json:"person"`
	Form     string `json:"form" enum:"in_person,online,self_study,make_up,higher"`
	How      string `json:"how"`
	Grade    int64  `json:"grade" doc:"evidence: 1 strongest to 5 declared"`
	At       int64  `json:"at" doc:"Unix milliseconds UTC"`
	Recorded int64  `json:"recorded"`
	By       id.ID  `json:"-"`
	ByName   string `json:"by"`
	Late     bool   `json:"late" doc:"recorded after the meeting"`
	Note     string `json:"note"`
}

// Decide makes the record of a person, or says why not. A person recorded already is no
// fault: it returns false.
func Decide(f Facts, w Way, now int64) (r Record, enter bool, err error) {
	at := w.At
	if at == 0 {
		at = now
	}
	switch {
	case f.Already != 0:
		return r, false, nil
	case !slices.Contains(Ways, w.How):
		return r, false, fault.At("how", "web.choose")
	case at > now+5*60_000:
		return r, false, fault.At("at", "attendance.future")
	}
	if err := f.Open(min(at, now)); err != nil {
		return r, false, err
	}
	late := now > f.Ends
	r = Record{Campaign: f.Campaign, Meeting: f.Meeting, Site: f.Site, Person: f.Person, Form: form(f, w), How: w.How,
		Grade: grade(w, late), At: at, Recorded: now, Late: late, Note: w.Note}
	return r, true, nil
}

// Open refuses when nobody can be recorded at the meeting: it or the campaign is over, or
// the doors were still shut at the instant given.
func (f Facts) Open(at int64) error {
	switch {
	case f.State == "cancelled":
		return fault.New(fault.Conflict, "attendance.cancelled")
	case f.State == "closed":
		return fault.New(fault.Conflict, "attendance.closed")
	case at < f.Starts-early:
		return fault.New(fault.Conflict, "attendance.early")
	}
	return nil
}

// form is how the person studied, as the report's columns have it.
func form(f Facts, w Way) string {
	switch {
	case w.Form != "":
		return w.Form
	case f.Kind == "make_up": // whoever organises it, a make-up is reported as one
		return "make_up"
	case f.Higher:
		return "higher"
	case f.Mode == "self_study":
		return "self_study"
	case f.Mode == "online" || f.Mode == "relay" || f.Mode == "hybrid" && !f.Main:
		return "online"
	}
	return "in_person"
}

func grade(w Way, late bool) int64 {
	switch {
	case w.How == "declared":
		return Declared
	case late:
		return Afterward
	case w.How == "own_code" || w.How == "station":
		return Code
	}
	return Marked
}

// Better reports whether a counts before b for the same person and document: the stronger
// evidence, then the earlier.
func Better(a, b Record) bool {
	if a.Grade != b.Grade {
		return a.Grade < b.Grade
	}
	if a.At != b.At {
		return a.At < b.At
	}
	return a.ID < b.ID
}
