package person

import (
	"context"
	"maps"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Missing are the people of the units that a file named who are not in it: after Run, the
// chunks of at most 200 units, ordered, are asked for one by one. Nobody is taken off by
// being absent; an operator decides.
func (p *Pass) Missing(ctx context.Context, tx db.Tx, homes []id.ID) ([]Person, error) {
	in, args := batch.In(homes)
	mine := p.Who.Scope(access.PersonEdit).Where("p.unit", &args)
	all, err := db.All(ctx, tx, scanPerson, `select `+columns+` from person p where p.left_on is null and p.unit in (`+in+`) and `+mine+` order by p.id`, args...)
	return slices.DeleteFunc(all, func(o Person) bool { return p.seen.row(o.who()) != 0 || p.seen.row("p"+o.ID.String()) != 0 }), err
}

// Homes are the units of the rows that were understood, in order.
func (p *Pass) Homes() []id.ID { return slices.Sorted(maps.Keys(p.homes)) }

// Remove writes yesterday as the last day of people who are missing from a file, or today
// for those who came today, and leaves a trace of each.
func (s *Service) Remove(ctx context.Context, tx db.Tx, p *Pass, list []Person) (traces []Trace, err error) {
	today := s.Now.Day()
	ids := make([]id.ID, len(list))
	for i, o := range list {
		ids[i] = o.ID
	}
	homes, err := homesOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		last := max(clock.AddDays(today, -1), homes[o.ID].From)
		ended, err := leave(ctx, tx, o.ID, homes[o.ID], last)
		if err != nil {
			return nil, err
		}
		if err := audit.Write(ctx, tx, p.Who, s.Now.Ms(), "person.leave", o.ID, o.Unit, map[string]any{"last": last}, p.File); err != nil {
			return nil, err
		}
		traces = append(traces, Trace{Person: o.ID, Old: o, New: o, Left: last, Further: ended})
	}
	return traces, nil
}
