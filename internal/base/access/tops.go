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
