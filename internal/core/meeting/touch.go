package meeting

import (
	"context"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Touched is a note that what a unit itself held, counted by head or noted of the absent has
// changed since it was added up.
type Touched struct{ ID, Campaign, Unit id.ID }

// Touch notes it, in the transaction of the change: of a unit that organised a meeting, or of
// the unit of somebody who was noted as absent or no longer is.
func Touch(ctx context.Context, tx db.Tx, campaign, unit id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into meeting_touched (id, campaign, unit) values ($1, $2, $3)`, id.New(), campaign, unit)
	return err
}

// Settle takes notes away whose units were counted anew in the same transaction.
func Settle(ctx context.Context, tx db.Tx, list []Touched) error {
	ids := make([]id.ID, len(list))
	for i, t := range list {
		ids[i] = t.ID
	}
	for part := range batch.Chunks(ids) {
		in, args := batch.In(part)
		if _, err := tx.ExecContext(ctx, `delete from meeting_touched where id in (`+in+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}
