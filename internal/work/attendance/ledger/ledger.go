package ledger

import (
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/id"
)

// Line is one person in the ledger of a meeting. Instants are Unix milliseconds UTC.
type Line struct {
	Person   id.ID  `json:"person"`
	Name     string `json:"name"`
	Position string `json:"position"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	Exempt   bool   `json:"exempt"`
	Expected bool   `json:"expected"`
	Grade    int64  `json:"grade" doc:"evidence, 1 strongest to 5 declared; 0: no record"`
	Form     string `json:"form"`
	How      string `json:"how"`
	At       int64  `json:"at" doc:"when the person came"`
	Late     bool   `json:"late" doc:"came after the start and its grace"`
	Left     int64  `json:"left" doc:"when the person said to leave before the end; 0: stayed"`
	Absent   bool   `json:"absent" doc:"marked absent"`
	Reason   string `json:"reason" doc:"of the absence; empty: none given"`
	MadeUp   int64  `json:"made_up" doc:"start of the make-up the person came to; 0: none"`
	Studied  bool   `json:"studied" doc:"every document of the meeting, wherever"`
	key      string
}

// State says how somebody stands, in one word.
func (l Line) State() string {
	switch {
	case l.Grade > 0 && l.Form == "higher" && l.How == "declared":
		return "higher"
	case l.Grade > 0 && l.Exempt:
		return "exempt_came"
	case l.Grade > 0 && !l.Expected:
		return "unexpected"
	case l.Grade > 0 && l.Left > 0:
		return "left"
	case l.Grade > 0 && l.Late:
		return "late"
	case l.Grade > 0:
		return "present"
	case l.Exempt:
		return "exempt"
	case l.MadeUp > 0:
		return "made_up"
	case l.Studied:
		return "elsewhere"
	case l.Absent && l.Reason != "":
		return "excused"
	case l.Absent:
		return "unexcused"
	}
	return "unknown"
}

// States in the order of the summary.
var States = []string{"present", "late", "left", "exempt_came", "unexpected", "higher", "made_up", "elsewhere", "exempt", "excused", "unexcused", "unknown"}

// absentStates are those whom a make-up is for.
var absentStates = []string{"excused", "unexcused", "unknown"}

// Sum counts the people of a meeting by State.
type Sum struct {
	People   int64            `json:"people" doc:"expected, or came without"`
	Expected int64            `json:"expected" doc:"without the exempt"`
	Came     int64            `json:"came" doc:"of them, and had not only declared a study above"`
	States   map[string]int64 `json:"states"`
	Reasons  map[string]int64 `json:"reasons" doc:"of those excused"`
	Grades   [5]int64         `json:"grades"`
	Rough    bool             `json:"rough" doc:"a crowd: everybody invited and everybody recorded, by site"`
}

// came lists the states of those who were here and obliged to be.
var came = map[string]bool{"present": true, "late": true, "left": true}

// Add counts n people of one kind.
func (s *Sum) Add(l Line, n int64) {
	if s.States == nil {
		s.States, s.Reasons = map[string]int64{}, map[string]int64{}
	}
	state := l.State()
	s.People += n
	s.States[state] += n
	if l.Expected && !l.Exempt {
		s.Expected += n
		if came[state] {
			s.Came += n
		}
	}
	if state == "excused" {
		s.Reasons[l.Reason] += n
	}
	if l.Grade > 0 {
		s.Grades[l.Grade-1] += n
	}
}

// Absent is how many a make-up would be for.
func (s Sum) Absent() (n int64) {
	for _, state := range absentStates {
		n += s.States[state]
	}
	return n
}

// Year is one meeting of a member's or a unit's year.
type Year struct {
	Campaign  id.ID  `json:"campaign"`
	Meeting   id.ID  `json:"meeting"`
	Title     string `json:"title"`
	Kind      string `json:"kind"`
	Organiser string `json:"organiser"`
	Starts    int64  `json:"starts" doc:"Unix milliseconds UTC"`
	Documents string `json:"documents"`
}

// Took is a meeting of a member's year.
type Took struct {
	Year
	Line
}

// Held is a meeting of a unit's year, with its own people.
type Held struct {
	Year
	Sum Sum `json:"sum"`
}

// next is when a make-up is proposed: a week later at the same time.
func next(m meeting.Meeting) (starts, ends int64) {
	const week = 7 * 24 * 3600_000
	return m.Starts + week, m.Ends + week
}
