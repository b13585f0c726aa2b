package duty

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Offer is what may be ordered: for which of one's units, from which levels.
type Offer struct {
	Unit   id.ID
	Units  []Step
	Levels []Rung
}

// Offer tells what a unit, or the first of who's units when zero, can order. Faults: Missing,
// Denied.
func (s *Service) Offer(ctx context.Context, who access.Actor, unit id.ID) (o Offer, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		var args []any
		if o.Units, err = db.All(ctx, tx, func(scan func(...any) error) (u Step, err error) {
			err = scan(&u.Unit, &u.Name)
			return u, err
		}, `select u.id, u.name from org_unit u where `+own(who, access.ReportAccept, "u.id", &args)+` order by u.sort_key, u.id`, args...); err != nil {
			return err
		}
		if o.Unit = unit; unit == 0 && len(o.Units) > 0 {
			o.Unit = o.Units[0].Unit
		}
		if o.Unit == 0 {
			return fault.Gone()
		}
		if err := access.Check(ctx, tx, who, access.ReportAccept, o.Unit); err != nil {
			return err
		}
		o.Levels, err = levelsBelow(ctx, tx, o.Unit)
		return err
	})
	if err != nil {
		return Offer{}, fmt.Errorf("offer duties: %w", err)
	}
	return o, nil
}
