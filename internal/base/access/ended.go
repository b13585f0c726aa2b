package access

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Ended is the notice that whatever an account is doing must stop.
type Ended struct {
	ID, Account id.ID
}

// kept is how long a notice is kept, in milliseconds: far longer than the clocks of two
// replicas differ.
const kept = 10 * 60_000

// End asks every replica to stop what an account is doing; at is Unix milliseconds.
func End(ctx context.Context, tx db.Tx, account id.ID, at int64) error {
	if _, err := tx.ExecContext(ctx, `delete from access_ended where at < $1`, at-kept); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into access_ended (id, account, at) values ($1, $2, $3)`, id.New(), account, at)
	return err
}

// EndedSince are the notices since an instant.
func EndedSince(ctx context.Context, tx db.Tx, at int64) ([]Ended, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (e Ended, err error) {
		err = scan(&e.ID, &e.Account)
		return e, err
	}, `select id, account from access_ended where at >= $1`, at)
}
