package access

import (
	"context"
	"slices"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// InForce returns the grants of an account on a civil day, oldest first.
func InForce(ctx context.Context, tx db.Tx, account id.ID, day string) ([]Grant, error) {
	return db.All(ctx, tx, scanGrant, `
		select id, account, role, unit, valid_from, coalesce(valid_to, '') from access_grant
		where account = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2) and revoked_at is null
		order by id`, account, day)
}

// Of returns every grant of an account that was not revoked, also past and future ones.
func Of(ctx context.Context, tx db.Tx, account id.ID) ([]Grant, error) {
	return db.All(ctx, tx, scanGrant, `
		select id, account, role, unit, valid_from, coalesce(valid_to, '') from access_grant
		where account = $1 and revoked_at is null order by id`, account)
}

// Find loads one grant that is not revoked. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, grant id.ID) (Grant, error) {
	return db.One(ctx, tx, scanGrant, `
		select id, account, role, unit, valid_from, coalesce(valid_to, '') from access_grant
		where id = $1 and revoked_at is null`, grant)
}

// Over returns the roles that who holds at unit or above it; the program itself holds all.
func Over(ctx context.Context, tx db.Tx, who Actor, unit id.ID) ([]Role, error) {
	if who.system {
		return Roles, nil
	}
	tops, err := db.All(ctx, tx, db.Value[id.ID], `select top from org_below where unit = $1`, unit)
	var out []Role
	for _, g := range who.Grants {
		if slices.Contains(tops, g.Unit) && !slices.Contains(out, g.Role) {
			out = append(out, g.Role)
		}
	}
	return out, err
}

func scanGrant(scan func(...any) error) (g Grant, err error) {
	err = scan(&g.ID, &g.Account, &g.Role, &g.Unit, &g.From, &g.To)
	return g, err
}

// Add stores a grant. The caller has checked that it may be given.
func Add(ctx context.Context, tx db.Tx, g Grant, at int64, by id.ID) error {
	var to any
	if g.To != "" {
		to = g.To
	}
	_, err := tx.ExecContext(ctx, `
		insert into access_grant (id, account, role, unit, valid_from, valid_to, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, g.ID, g.Account, g.Role, g.Unit, g.From, to, at, by)
	return err
}

// Revoke ends a grant now.
func Revoke(ctx context.Context, tx db.Tx, grant id.ID, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update access_grant set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null`, grant, at, by)
	return err
}
