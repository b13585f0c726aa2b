package attendance

import (
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

// What a scan is when it is not simply one that counts.
const (
	Again     = "again"     // counted already at this site
	Elsewhere = "elsewhere" // counted already at another site of the meeting
	Late      = "late"      // counts; after the start and its grace, or recorded when all was over
	Early     = "early"     // the doors were shut
	Forced    = "forced"    // counts; let in by the usher against a rule
	Unknown   = "unknown"   // nobody of the roster
	Foreign   = "foreign"   // a code of another campaign
	Revoked   = "revoked"   // the station had been shut out
	Future    = "future"    // at an instant to come: the device's clock is wrong
	Double    = "double"    // the device used its number before, for something else
	Closed    = "closed"    // the meeting is called off or the campaign over
)

// ahead is how far an instant may lie in the future, since clocks differ: milliseconds.
const ahead = 5 * 60_000

// Facts are all that recording one person needs. Instants are Unix milliseconds UTC.
type Facts struct {
	Campaign, Meeting, Site, Person, Unit id.ID  // Unit is the person's
	State                                 string // of the meeting; "closed" when the campaign is
	Kind, Mode                            string // of the meeting
	Starts, Ends                          int64
	Doors, Grace                          int64 // milliseconds before the start, and after it
	Main                                  bool  // the site is the main one
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
	Form     string `json:"form" enum:"in_person,online,relay,self_study,make_up,higher"`
	How      string `json:"how"`
	Grade    int64  `json:"grade" doc:"evidence: 1 strongest to 5 declared"`
	At       int64  `json:"at" doc:"Unix milliseconds UTC"`
	Recorded int64  `json:"recorded"`
	By       id.ID  `json:"-"`
	ByName   string `json:"by"`
	Late     bool   `json:"late" doc:"recorded after the meeting"`
	Note     string `json:"note"`
}

// Judge says what a scan is and whether it counts; stands is the record that counts so far,
// without an ID when there is none. Among the scans of one person at one meeting the best
// counts, in whatever order they come in, so that stations may send when they can.
func Judge(f Facts, c Scan, stands Record, now int64) (r Record, label string, counts bool) {
	at := c.At
	if at == 0 {
		at = now
	}
	switch {
	case c.Revoked:
		return r, Revoked, false
	case f.Person == 0:
		return r, Unknown, false
	case f.State == "cancelled" || f.State == "closed":
		return r, Closed, false
	case at > now+ahead:
		return r, Future, false
	case at < f.Starts-f.Doors && !c.Forced:
		return r, Early, false
	}
	w := Way{How: c.How, Form: c.Form}
	over := at > f.Ends || now > f.Ends && !c.sealed()
	r = Record{ID: c.Key, Campaign: f.Campaign, Meeting: f.Meeting, Site: f.Site, Person: f.Person, Form: form(f, w), How: c.How,
		Grade: grade(w, over), At: at, Recorded: now, Late: over, Note: c.Note}
	if c.Forced { // whoever lets somebody in vouches for it
		r.Grade = max(r.Grade, Marked)
	}
	switch {
	case stands.ID != 0 && !Better(r, stands) && stands.Site == f.Site:
		return stands, Again, false
	case stands.ID != 0 && !Better(r, stands):
		return stands, Elsewhere, false
	case c.Forced:
		return r, Forced, true
	case over || f.Grace > 0 && at > f.Starts+f.Grace:
		return r, Late, true
	}
	return r, "", true
}

// sealed: a station of ours made the scan without a line and numbered it, so that when it was
// made is known although it came late.
func (c Scan) sealed() bool { return c.Offline && c.Station != 0 && c.Counter != 0 }

// Open refuses when nobody can be recorded at the meeting: it or the campaign is over, or
// the doors were still shut at the instant given.
func (f Facts) Open(at int64) error {
	switch {
	case f.State == "cancelled":
		return fault.New(fault.Conflict, "attendance.cancelled")
	case f.State == "closed":
		return fault.New(fault.Conflict, "attendance.closed")
	case at < f.Starts-f.Doors:
		return fault.New(fault.Conflict, "attendance.shut", "n", f.Doors/60_000)
	}
	return nil
}

// refusal is why a scan with a label does not count; nil when it does or one before it did.
func (f Facts) refusal(label string) error {
	switch label {
	case "", Late, Forced, Again, Elsewhere, "undone":
		return nil
	case Unknown:
		return fault.New(fault.Missing, "attendance.unknown_code")
	case Foreign:
		return fault.New(fault.Missing, "attendance.foreign")
	case Future:
		return fault.At("at", "attendance.future")
	case Revoked:
		return fault.New(fault.Denied, "attendance.revoked")
	case Early:
		return fault.New(fault.Conflict, "attendance.early")
	case Double:
		return fault.New(fault.Conflict, "attendance.double")
	}
	return f.Open(f.Starts)
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
	case f.Mode == "relay": // television or radio: nobody at the other end sees who is there (R040)
		return "relay"
	case f.Mode == "online" || f.Mode == "hybrid" && !f.Main:
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
