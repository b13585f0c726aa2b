package board

import (
	"quantriet/internal/kit/id"
)

// States of a site, in the order of the legend.
const (
	Wait    = "wait"    // its time has not come, nothing came
	Missing = "missing" // it should have begun, and nothing came
	Live    = "live"    // something came within the last minutes
	Quiet   = "quiet"   // something came, but not lately
	Done    = "done"    // it is over, or all who were announced are there
)

// States in the order of the legend; a State is counted by its place here.
var States = [...]string{Live, Quiet, Done, Wait, Missing}

// lately is how long after its last record a site still receives, in milliseconds.
const lately = 5 * 60_000

// Count is what was recorded. Persons are by grade of evidence and never shown without;
// lượt are counted by head and never added to them.
type Count struct {
	Persons int64    `json:"persons" doc:"people of the roster with a record, the sum of the grades"`
	Grades  [5]int64 `json:"grades" doc:"the persons by grade of evidence, E1 to E5"`
	Heads   int64    `json:"heads" doc:"counted by head, lượt: never added to persons"`
}

// Add is the sum of two counts.
func (c Count) Add(o Count) Count {
	c.Persons += o.Persons
	c.Heads += o.Heads
	for i, n := range o.Grades {
		c.Grades[i] += n
	}
	return c
}

// Less is what remains of c without o.
func (c Count) Less(o Count) Count {
	c.Persons -= o.Persons
	c.Heads -= o.Heads
	for i, n := range o.Grades {
		c.Grades[i] -= n
	}
	return c
}

// Hours are when a meeting lets people in, begins and ends, Unix milliseconds UTC.
type Hours struct {
	Opens  int64 `json:"opens" doc:"when people are let in, Unix milliseconds UTC"`
	Starts int64 `json:"starts"`
	Ends   int64 `json:"ends"`
}

// State is that of a site which expects so many (0 unknown) and has counted c, the last at
// an instant (0 never).
func (h Hours) State(c Count, expected, last, now int64) string {
	came := c.Persons + c.Heads
	switch {
	case came == 0 && now < h.Starts:
		return Wait
	case came == 0:
		return Missing
	case now > h.Ends || expected > 0 && c.Persons >= expected: // lượt fill no seat of a delegate
		return Done
	case now-last <= lately:
		return Live
	}
	return Quiet
}

// Sum is what a group of sites adds up to.
type Sum struct {
	Count    Count    `json:"count"`
	Expected int64    `json:"expected" doc:"delegates announced by the sites"`
	Sites    int64    `json:"sites"`
	States   [5]int64 `json:"states" doc:"sites that receive, are quiet, are done, wait, are missing"`
	Unsent   int64    `json:"unsent" doc:"stations that said they still hold records"`
}

// Add is the sum of two.
func (s Sum) Add(o Sum) Sum {
	s.Count = s.Count.Add(o.Count)
	s.Expected += o.Expected
	s.Sites += o.Sites
	s.Unsent += o.Unsent
	for i, n := range o.States {
		s.States[i] += n
	}
	return s
}

// Less is s without o, which is a part of it.
func (s Sum) Less(o Sum) Sum {
	s.Count = s.Count.Less(o.Count)
	s.Expected -= o.Expected
	s.Sites -= o.Sites
	s.Unsent -= o.Unsent
	for i, n := range o.States {
		s.States[i] -= n
	}
	return s
}

// In is the number of sites in a state.
func (s Sum) In(state string) int64 { return s.States[place(state)] }

// Begun is the number of sites at which something was recorded.
func (s Sum) Begun() int64 { return s.In(Live) + s.In(Quiet) + s.In(Done) }

func place(state string) int {
	for i, s := range States {
		if s == state {
			return i
		}
	}
	return 0
}

// Meeting is one that the board shows.
type Meeting struct {
	ID       id.ID  `json:"id"`
	Campaign id.ID  `json:"campaign"`
	Unit     id.ID  `json:"unit" doc:"organiser"`
	UnitName string `json:"unit_name"`
	Title    string `json:"title"`
	State    string `json:"state" enum:"planned,held,cancelled"`
	Hours
}

// Site is a place of a meeting as it stands.
type Site struct {
	ID       id.ID  `json:"id"`
	Meeting  id.ID  `json:"meeting"`
	Name     string `json:"name"`
	Unit     id.ID  `json:"unit" doc:"host"`
	UnitName string `json:"unit_name"`
	Contact  string `json:"contact" doc:"whom to ring"`
	Phone    string `json:"phone"`
	Expected int64  `json:"expected" doc:"delegates announced"`
	Count    Count  `json:"count"`
	Last     int64  `json:"last" doc:"when the newest record came in, Unix milliseconds UTC; 0 never"`
	Unsent   int64  `json:"unsent" doc:"stations that said they still hold records"`
	State    string `json:"state" enum:"live,quiet,done,wait,missing"`

	lo  int64 // of the host in the campaign's tree
	ord int64
	of  int // index of its meeting
}

// Line is a unit directly below the one shown, with all its sites. Unit 0 gathers the sites
// that the unit shown hosts itself, or that lie elsewhere.
type Line struct {
	Unit id.ID  `json:"unit"`
	Name string `json:"name"`
	Sum  Sum    `json:"sum"`
}

// Held is a meeting of the campaign with its sites in the part shown.
type Held struct {
	Meeting Meeting `json:"meeting"`
	Sum     Sum     `json:"sum"`
}

// View is what somebody sees: one unit, or the whole of a meeting.
type View struct {
	Unit     id.ID  `json:"unit"`
	Name     string `json:"name"`
	Sum      Sum    `json:"sum"`
	Changed  int64  `json:"changed" doc:"when the newest record came in, Unix milliseconds UTC; 0 none"`
	Units    []Line `json:"units" doc:"one level down, in the order of the tree"`
	Sites    []Site `json:"sites" doc:"at most 300, by parts; empty when units are given instead"`
	Part     int    `json:"part" doc:"which part of the sites, from 0"`
	Parts    int    `json:"parts"`
	Silent   []Site `json:"missing" doc:"sites that should have begun and sent nothing, the first 60"`
	Meetings []Held `json:"meetings" doc:"those of the day, the first 60, those with missing sites first"`
	Others   int64  `json:"other_meetings" doc:"meetings of the day beyond these"`
}

// The most that one page lists.
const (
	mostCells    = 300
	mostSilent   = 60
	mostMeetings = 60
)
