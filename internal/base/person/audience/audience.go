package audience

import (
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Saved is a query under a name, owned by a unit.
type Saved struct {
	ID       id.ID  `json:"id"`
	Unit     id.ID  `json:"unit" doc:"owner; the units below may use it"`
	UnitName string `json:"unit_name"`
	Name     string `json:"name"`
	Query    Query  `json:"query"`
	Sentence string `json:"sentence" doc:"the query read back"`
	MayEdit  bool   `json:"may_edit"`
}

// check refuses what cannot be saved.
func (s Saved) check() error {
	var errs []error
	if s.Name == "" {
		errs = append(errs, fault.At("name", "web.required"))
	}
	if s.Query.Empty() {
		errs = append(errs, fault.At("query", "audience.asks_nothing"))
	}
	return fault.All(append(errs, s.Query.Check())...)
}

// Count is how many are meant today.
type Count struct {
	People  int64 `json:"people" doc:"in sight of who asks; 0 for groups outside the rosters"`
	Units   int64 `json:"units" doc:"in which they have their study home"`
	At      int64 `json:"at" doc:"when it was counted; a wide question is answered with its last count"`
	Pending bool  `json:"pending" doc:"it is being counted for the first time: ask again"`
	ByHead  bool  `json:"by_head" doc:"a group outside the rosters, counted by head at the meeting"`
}
