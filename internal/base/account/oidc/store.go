package oidc

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// find tells whose identity it is. Fault: Missing.
func find(ctx context.Context, tx db.Tx, of Identity) (id.ID, error) {
	return db.One(ctx, tx, db.Value[id.ID], `select account from account_outside where issuer = $1 and subject = $2`, of.Issuer, of.Subject)
}

// use is find that notes the visit.
func use(ctx context.Context, tx db.Tx, of Identity, now int64) (id.ID, error) {
	n, err := db.Exec(ctx, tx, `update account_outside set used_at = $3 where issuer = $1 and subject = $2`, of.Issuer, of.Subject, now)
	if err == nil && n == 0 {
		err = fault.Gone()
	}
	if err != nil {
		return 0, err
	}
	return find(ctx, tx, of)
}

// insert ties an identity that nobody has; false when somebody was quicker.
func insert(ctx context.Context, tx db.Tx, of Identity, account id.ID, now int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `insert into account_outside (issuer, subject, account, name, linked_at) values ($1, $2, $3, $4, $5)
		on conflict (issuer, subject) do nothing`, of.Issuer, of.Subject, account, of.Name, now)
	return n > 0, err
}

func tiesOf(ctx context.Context, tx db.Tx, account id.ID) ([]Tie, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (t Tie, err error) {
		err = scan(&t.Issuer, &t.Name, &t.LinkedAt, &t.UsedAt)
		return t, err
	}, `select issuer, name, linked_at, coalesce(used_at, 0) from account_outside where account = $1 order by linked_at`, account)
}

func drop(ctx context.Context, tx db.Tx, account id.ID) (int64, error) {
	return db.Exec(ctx, tx, `delete from account_outside where account = $1`, account)
}
