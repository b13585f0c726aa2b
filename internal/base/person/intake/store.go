package intake

import (
	"context"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// keep stores a sheet and forgets those that waited too long.
func keep(ctx context.Context, tx db.Tx, who access.Actor, sh Sheet, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `delete from person_import where created_at < $1`, now.Add(-kept).UnixMilli()); err != nil {
		return err
	}
	n, err := db.Exec(ctx, tx, `
		insert into person_import (id, kind, name, body, under, usual, state, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, 'checked', $7, $8) on conflict (id) do nothing`,
		sh.ID, sh.Kind, sh.Name, sh.Body, sh.Under, sh.Usual, now.UnixMilli(), who.Account)
	if err != nil || n > 0 {
		return err
	}
	by, err := db.One(ctx, tx, db.Value[id.ID], `select created_by from person_import where id = $1`, sh.ID)
	if err == nil && by != who.Account {
		err = fault.New(fault.Conflict, "person.id_taken")
	}
	return err
}

func load(ctx context.Context, tx db.Tx, of id.ID, now time.Time) (Sheet, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (s Sheet, err error) {
		var state string
		err = scan(&s.ID, &s.Kind, &s.Name, &s.Body, &s.Under, &s.Usual, &state, &s.Added, &s.Changed, &s.Wrong, &s.maker)
		s.Applied = state == "applied"
		return s, err
	}, `select id, kind, name, body, under, usual, state, added, changed, wrong, created_by from person_import
		where id = $1 and created_at >= $2`, of, now.Add(-kept).UnixMilli())
}

func done(ctx context.Context, tx db.Tx, sh Sheet, at int64) error {
	_, err := tx.ExecContext(ctx, `update person_import set state = 'applied', added = $2, changed = $3, wrong = $4, applied_at = $5 where id = $1`,
		sh.ID, sh.Added, sh.Changed, sh.Wrong, at)
	return err
}
