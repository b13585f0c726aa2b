package meeting

import (
	"slices"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Kinds in the order of the select box, modes likewise.
var (
	Kinds = []string{"conference", "class", "in_depth", "cell", "thematic", "speaker", "make_up"}
	Modes = []string{"in_person", "online", "hybrid", "relay", "self_study"}
	Items = []string{"talk", "discussion", "scenario", "other"}
)

// Meeting is one gathering. Instants are Unix milliseconds UTC.
type Meeting struct {
	ID                id.ID     `json:"id"`
	Campaign          id.ID     `json:"campaign"`
	Unit              id.ID     `json:"unit" doc:"organiser"`
	Kind              string    `json:"kind" enum:"conference,class,in_depth,cell,thematic,speaker,make_up"`
	Mode              string    `json:"mode" enum:"in_person,online,hybrid,relay,self_study"`
	Audience          id.ID     `json:"audience" doc:"empty: everybody"`
	Title             string    `json:"title"`
	Starts            int64     `json:"starts" doc:"Unix milliseconds UTC"`
	Ends              int64     `json:"ends"`
	Place             string    `json:"place"`
	Chair             string    `json:"chair"`
	Monitor           string    `json:"monitor" doc:"who supervises on the spot"`
	State             string    `json:"state" enum:"planned,held,cancelled"`
	MakesUp           id.ID     `json:"makes_up" doc:"meeting whose absent it is for"`
	Minutes           string    `json:"minutes"`
	DiscussionMinutes int64     `json:"discussion_minutes"`
	Speeches          int64     `json:"speeches" doc:"opinions voiced"`
	DoorsOpen         int64     `json:"doors_open" doc:"milliseconds before the start from which people are let in"`
	Grace             int64     `json:"grace" doc:"milliseconds after the start that are still in time"`
	Sessions          []Session `json:"sessions" doc:"morning, afternoon; none: the meeting is one session"`
	Documents         []id.ID   `json:"documents"`
	UnitName          string    `json:"unit_name"`
}

// Item is a point of the agenda; Minutes is how long it takes.
type Item struct {
	ID            id.ID  `json:"id"`
	Kind          string `json:"kind" enum:"talk,discussion,scenario,other"`
	Title         string `json:"title" maxLength:"300"`
	Minutes       int64  `json:"minutes" minimum:"0" maximum:"1440"`
	Speaker       string `json:"speaker" maxLength:"200"`
	SpeakerPerson id.ID  `json:"speaker_person"`
	SpeakerLevel  string `json:"speaker_level" maxLength:"200"`
}

// Site is a place linked to the meeting; Ord 0 is the main one. Capacity 0 is unknown.
type Site struct {
	ID           id.ID  `json:"id"`
	Meeting      id.ID  `json:"meeting"`
	Ord          int64  `json:"ord"`
	Name         string `json:"name" minLength:"1" maxLength:"200"`
	Unit         id.ID  `json:"unit" doc:"host"`
	UnitName     string `json:"unit_name"`
	Place        string `json:"place" maxLength:"200"`
	Capacity     int64  `json:"capacity" minimum:"0" maximum:"1000000"`
	Contact      string `json:"contact" maxLength:"200" doc:"technical contact"`
	Phone        string `json:"phone" maxLength:"40"`
	Expected     int64  `json:"expected" minimum:"0" maximum:"1000000" doc:"delegates announced"`
	Monitor      string `json:"monitor,omitempty" maxLength:"200" doc:"who supervises there"`
	MonitorPhone string `json:"monitor_phone,omitempty" maxLength:"40"`
	Ticked       int64  `json:"ticked,omitempty" doc:"points of the checklist done; told, never taken"`
	Trial        string `json:"trial,omitempty" enum:",good,weak,failed" doc:"how the last test of the line ended; told, never taken"`
	TrialAt      int64  `json:"trial_at,omitempty"`
}

// Main reports whether this is the site the programme comes from.
func (s Site) Main() bool { return s.Ord == 0 }

// Minimum is how long meetings of a kind have to last, in minutes (HD 42-HD/BTCTW for cells).
type Minimum struct {
	Cell     int64 `json:"cell"`
	Combined int64 `json:"combined"` // regular and thematic in one
}

// latest is when a meeting may start at most: the year 2101.
const latest = 4_133_894_400_000

// Check refuses what cannot be a meeting. known are the documents of its campaign.
func (m Meeting) Check(known []id.ID) error {
	var errs []error
	bad := func(wrong bool, field, key string) {
		if wrong {
			errs = append(errs, fault.At(field, key))
		}
	}
	bad(m.Title == "", "title", "web.required")
	bad(!slices.Contains(Kinds, m.Kind), "kind", "web.choose")
	bad(!slices.Contains(Modes, m.Mode), "mode", "web.choose")
	bad(m.Starts <= 0 || m.Starts > latest, "starts", "web.not_time")
	bad(m.Starts > 0 && m.Ends <= m.Starts, "ends", "meeting.ends_before")
	bad(m.Ends-m.Starts > 3*24*3600_000, "ends", "meeting.too_long")
	bad(len(m.Documents) == 0, "documents", "meeting.no_document")
	for _, d := range m.Documents {
		bad(!slices.Contains(known, d), "documents", "meeting.foreign_document")
	}
	return fault.All(append(errs, m.checkDay()...)...)
}

// Finding is something the organiser should look at; it stops nothing.
type Finding struct {
	Key  string `json:"key"`
	Args []any  `json:"-"`
}

// Review looks a meeting over as its superior would: time for discussion (R076), a person
// who supervises (R083), not too much at once (R171), long enough, room for everybody.
func Review(m Meeting, items []Item, sites []Site, least Minimum) []Finding {
	var out []Finding
	say := func(when bool, key string, args ...any) {
		if when {
			out = append(out, Finding{key, args})
		}
	}
	length := (m.Ends - m.Starts) / 60_000
	var planned, talk int64
	for _, i := range items {
		planned += i.Minutes
		if i.Kind == "discussion" || i.Kind == "scenario" {
			talk += i.Minutes
		}
	}
	say(m.Mode != "self_study" && m.Monitor == "", "meeting.review.monitor")
	say(m.Mode != "self_study" && len(items) == 0, "meeting.review.agenda")
	say(len(items) > 0 && talk == 0, "meeting.review.discussion")
	say(planned > length, "meeting.review.overfull", "planned", planned, "length", length)
	say(len(m.Documents) > 3 && length < 240, "meeting.review.crowded", "n", len(m.Documents))
	say(m.Kind == "cell" && length < least.Cell, "meeting.review.short", "n", least.Cell)
	say(m.Kind == "thematic" && length < least.Combined, "meeting.review.short", "n", least.Combined)
	linked := len(sites) > 1 && m.Mode != "in_person" && m.Mode != "self_study"
	var untried, failed, unwatched int
	var alone []Site
	for _, s := range sites {
		switch {
		case s.Trial == "":
			untried++
		case s.Trial == "failed":
			failed++
		}
		if s.Monitor == "" && !s.Main() {
			unwatched++
		}
		say(s.Capacity > 0 && s.Expected > s.Capacity, "meeting.review.capacity", "site", s.Name)
		if !s.Main() && s.Contact == "" && m.Mode != "in_person" {
			alone = append(alone, s)
		}
	}
	say(len(alone) > 3, "meeting.review.contacts", "n", len(alone))
	for _, s := range alone {
		say(len(alone) <= 3, "meeting.review.contact", "site", s.Name)
	}
	say(linked && untried > 0, "meeting.review.untried", "n", untried, "total", len(sites))
	say(failed > 0, "meeting.review.failed", "n", failed, "total", len(sites))
	say(unwatched > 0 && m.Mode != "self_study", "meeting.review.unwatched", "n", unwatched, "total", len(sites))
	return out
}

// Hold decides whether the meeting may be marked as held now.
func (m Meeting) Hold(now int64) error {
	switch {
	case m.State == "cancelled":
		return fault.New(fault.Conflict, "meeting.is_cancelled")
	case now < m.Starts:
		return fault.New(fault.Conflict, "meeting.not_begun")
	}
	return nil
}

// Cancel decides whether the meeting may be called off.
func (m Meeting) Cancel(attended int64) error {
	switch {
	case m.State == "held":
		return fault.New(fault.Conflict, "meeting.is_held")
	case attended > 0:
		return fault.New(fault.Conflict, "meeting.has_attendance", "n", attended)
	}
	return nil
}
