package plan

import (
	"quantriet/internal/base/org"
	"quantriet/internal/kit/id"
)

// Shift is a unit that hangs elsewhere from the day on.
type Shift struct {
	Unit id.ID `json:"unit"`
	From id.ID `json:"from"`
	To   id.ID `json:"to"`
}

// Flow sends people whose study home is exactly From to To: those who fit Who and none of
// the flows before it from the same unit, or all that are left when All.
type Flow struct {
	From   id.ID `json:"from"`
	To     id.ID `json:"to"`
	All    bool  `json:"all"`
	Who    Rule  `json:"who,omitzero"`
	People int64 `json:"people"`
}

// Pair says that Old became New; People went directly from one to the other.
type Pair struct {
	Old    id.ID `json:"old"`
	New    id.ID `json:"new"`
	People int64 `json:"people"`
}

// Edit is a unit that stays and gets other facts.
type Edit struct {
	Old org.Unit `json:"old"`
	New org.Unit `json:"new"`
}

// Change is one unit of the dry run with the people at and below it before and after.
type Change struct {
	Unit   org.Unit `json:"unit"`
	Before int64    `json:"before"`
	After  int64    `json:"after"`
}

// Effect is all that a reorganisation does.
type Effect struct {
	Begins   []Change `json:"begins"`
	Ends     []Change `json:"ends"`
	Stays    []Change `json:"stays" doc:"units that go on and have more or fewer people at or below them"`
	Moves    []Shift  `json:"moves"`
	Edits    []Edit   `json:"edits"`
	Flows    []Flow   `json:"flows"`
	Pairs    []Pair   `json:"pairs" doc:"what every unit that ended or was split became"`
	Levels   []string `json:"levels" doc:"that end the day before"`
	Kept     []string `json:"kept" doc:"levels to be abolished that units elsewhere still have"`
	Before   int64    `json:"before" doc:"people at and below the top"`
	After    int64    `json:"after"`
	Units    int64    `json:"units" doc:"at and below the top before"`
	UnitsNow int64    `json:"units_now" doc:"after"`

	// By unit that stood before, people: no longer at or below it; come with units that moved
	// there, so that no grant covers them unasked; come as people, so that grants there do.
	Lost, Gained, Seen map[id.ID]int64 `json:"-"`

	Direct map[id.ID]int64 `json:"-"` // people whose study home is exactly the unit, after
}

// Touched are all units that the effect changes, sorted.
func (e Effect) Touched() []id.ID {
	seen := map[id.ID]bool{}
	for _, c := range e.Begins {
		seen[c.Unit.ID] = true
	}
	for _, c := range e.Ends {
		seen[c.Unit.ID] = true
	}
	for _, m := range e.Moves {
		seen[m.Unit] = true
	}
	for _, c := range e.Edits {
		seen[c.New.ID] = true
	}
	for _, f := range e.Flows {
		seen[f.From], seen[f.To] = true, true
	}
	for _, p := range e.Pairs {
		seen[p.Old], seen[p.New] = true, true
	}
	return sorted(seen)
}

// Into are the units that one became, in the order of the steps.
func (e Effect) Into(unit id.ID) (out []id.ID) {
	for _, p := range e.Pairs {
		if p.Old == unit {
			out = append(out, p.New)
		}
	}
	return out
}

// Nothing reports whether nothing would change.
func (e Effect) Nothing() bool { return len(e.Touched()) == 0 }
