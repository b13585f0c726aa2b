package access

import "quantriet/internal/kit/id"

// Tops are the units where the scope begins: what it takes in lies at or below them. all
// reports a scope without bounds. It is for choosing a way through the tables; what may be
// seen is for Where to say.
func (s Scope) Tops() (units []id.ID, all bool) {
	for _, t := range s.tops {
		units = append(units, t.unit)
	}
	return units, s.all
}

// Above is one place in the line above a unit, itself among them: a row of org_below.
type Above struct {
	Top   id.ID
	Since int64 // instant of the move that brought the unit below it; 0: born there
}

// Takes decides what Where asks the database, for one unit whose line above was loaded in
// the same transaction: for a busy spot that decides for many units at once.
func (s Scope) Takes(line []Above) bool {
	if s.all {
		return true
	}
	for _, a := range line {
		for _, t := range s.tops {
			if t.unit == a.Top && a.Since <= t.covers {
				return true
			}
		}
	}
	return false
}
