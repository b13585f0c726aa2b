package access

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Ended is the notice that what an account is doing by a device or API token must stop; Via zero
// means by all of them.
type Ended struct {
	ID, Account, Via id.ID
}

// kept is how long a notice is kept, in milliseconds: far longer than the clocks of two
// replicas differ.
const kept = 10 * 60_000

// End asks every replica to stop what an account is doing; at is Unix milliseconds.
func End(ctx context.Context, tx db.Tx, account id.ID, at int64) error {
	return EndVia(ctx, tx, account, 0, at)
}

// EndVia is End for what an account is doing by one device or API token.
func EndVia(ctx context.Context, tx db.Tx, account, via id.ID, at int64) error {
	if _, err := tx.ExecContext(ctx, `delete from access_ended where at < $1`, at-kept); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into access_ended (id, account, via, at) values ($1, $2, $3, $4)`, id.New(), account, via, at)
	return err
}

// EndedSince are the notices since an instant.
func EndedSince(ctx context.Context, tx db.Tx, at int64) ([]Ended, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (e Ended, err error) {
		err = scan(&e.ID, &e.Account, &e.Via)
		return e, err
	}, `select id, account, via from access_ended where at >= $1`, at)
}
