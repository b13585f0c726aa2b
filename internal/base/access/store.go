package access

import (
	"context"
	"slices"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// columns of a grant g with its parent p. A delegation covers no more than its parent.
const columns = `g.id, g.account, g.role, g.unit, g.valid_from, coalesce(g.valid_to, ''), g.kind, g.post, g.parent, coalesce(p.covers, g.covers)
	from access_grant g left join access_grant p on p.id = g.parent `

// inForce holds on civil day $2: a delegation ends with its parent, rests while who passed it on
// is shut out, and ends when its unit is no longer covered by it.
const inForce = `g.valid_from <= $2 and coalesce(g.valid_to, '9999') >= $2 and g.revoked_at is null
	and (g.parent is null or (p.valid_from <= $2 and coalesce(p.valid_to, '9999') >= $2 and p.revoked_at is null
		and exists (select 1 from account pa where pa.id = p.account and pa.disabled_at is null)
		and exists (select 1 from org_below pb where pb.top = p.unit and pb.unit = g.unit and pb.since <= p.covers)))`

func scanGrant(scan func(...any) error) (g Grant, err error) {
	err = scan(&g.ID, &g.Account, &g.Role, &g.Unit, &g.From, &g.To, &g.Kind, &g.Post, &g.Parent, &g.Covers)
	return g, err
}

// InForce returns the grants of an account on a civil day, oldest first.
func InForce(ctx context.Context, tx db.Tx, account id.ID, day string) ([]Grant, error) {
	return db.All(ctx, tx, scanGrant, `select `+columns+`where g.account = $1 and `+inForce+` order by g.id`, account, day)
}

// Of returns every grant of an account that was not revoked, also past and future ones.
func Of(ctx context.Context, tx db.Tx, account id.ID) ([]Grant, error) {
	return db.All(ctx, tx, scanGrant, `select `+columns+`where g.account = $1 and g.revoked_at is null order by g.id`, account)
}

// Find loads one grant that is not revoked. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, grant id.ID) (Grant, error) {
	return db.One(ctx, tx, scanGrant, `select `+columns+`where g.id = $1 and g.revoked_at is null`, grant)
}

// Parts are the delegations of a grant that were not revoked.
func Parts(ctx context.Context, tx db.Tx, grant id.ID) ([]Grant, error) {
	return db.All(ctx, tx, scanGrant, `select `+columns+`where g.parent = $1 and g.revoked_at is null order by g.id`, grant)
}

// GivenSince are the units at which a grant was given at or after an instant and not revoked.
func GivenSince(ctx context.Context, tx db.Tx, at int64) (map[id.ID]bool, error) {
	list, err := db.All(ctx, tx, db.Value[id.ID], `select distinct unit from access_grant where created_at >= $1 and revoked_at is null`, at)
	out := make(map[id.ID]bool, len(list))
	for _, u := range list {
		out[u] = true
	}
	return out, err
}

// HeldBy returns the grants that go with a post and were not revoked, the newest first.
func HeldBy(ctx context.Context, tx db.Tx, post id.ID) ([]Grant, error) {
	return db.All(ctx, tx, scanGrant, `select `+columns+`where g.post = $1 and g.revoked_at is null order by g.valid_from desc, g.id desc`, post)
}

// Kept reports whether anybody can keep accounts on a civil day.
func Kept(ctx context.Context, tx db.Tx, day string) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select count(*) from access_grant g join account a on a.id = g.account
		where g.role in ('steward', 'administrator') and g.revoked_at is null and a.disabled_at is null
			and coalesce(g.valid_to, '9999') >= $1`, day)
	return n > 0, err
}

// Over returns the roles that who holds at unit or above it; the program itself holds all.
func Over(ctx context.Context, tx db.Tx, who Actor, unit id.ID) ([]Role, error) {
	if who.system {
		return Roles, nil
	}
	tops, err := db.All(ctx, tx, func(scan func(...any) error) (t top, err error) {
		return t, scan(&t.unit, &t.covers)
	}, `select top, since from org_below where unit = $1`, unit)
	var out []Role
	for _, g := range who.Grants {
		covers := func(t top) bool { return t.unit == g.Unit && t.covers <= g.Covers }
		if slices.ContainsFunc(tops, covers) && !slices.Contains(out, g.Role) {
			out = append(out, g.Role)
		}
	}
	return out, err
}

// Add stores a grant, which covers moves up to g.Covers, zero for at. The caller has checked that it may be given. Fault: Conflict
// access.apart.… when the person behind the account holds, on any of the days and through
// any account, a role that nobody may join with this one.
func Add(ctx context.Context, tx db.Tx, g Grant, at int64, by id.ID) error {
	if err := apart(ctx, tx, g); err != nil {
		return err
	}
	if g.Kind == "" {
		g.Kind = Own
	}
	if g.Covers == 0 {
		g.Covers = at
	}
	_, err := tx.ExecContext(ctx, `
		insert into access_grant (id, account, role, unit, valid_from, valid_to, kind, post, parent, covers, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		g.ID, g.Account, g.Role, g.Unit, g.From, null(g.To), string(g.Kind), g.Post, g.Parent, g.Covers, at, by)
	return err
}

// apart refuses what one person may not join.
func apart(ctx context.Context, tx db.Tx, g Grant) error {
	if g.Role.Duty() == "" {
		return nil
	}
	list, err := db.All(ctx, tx, scanGrant, `select `+columns+`join account a on a.id = g.account
		where g.revoked_at is null and (a.id = $1 or a.person = (select person from account where id = $1))`, g.Account)
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.ID != g.ID && Apart(o.Role, g.Role) && Overlap(o.From, o.To, g.From, g.To) {
			a, b := min(o.Role.Duty(), g.Role.Duty()), max(o.Role.Duty(), g.Role.Duty())
			return fault.New(fault.Conflict, "access.apart."+string(a)+"_"+string(b))
		}
	}
	return nil
}

// Overlap reports whether two periods share a day; "" is open.
func Overlap(fromA, toA, fromB, toB string) bool {
	return (toB == "" || fromA <= toB) && (toA == "" || fromB <= toA)
}

// Revoke ends a grant now.
func Revoke(ctx context.Context, tx db.Tx, grant id.ID, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update access_grant set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null`, grant, at, by)
	return err
}

// Till writes the last day of a grant.
func Till(ctx context.Context, tx db.Tx, grant id.ID, last string) error {
	_, err := tx.ExecContext(ctx, `update access_grant set valid_to = $2 where id = $1`, grant, null(last))
	return err
}

// Cover lets a grant follow every move up to an instant.
func Cover(ctx context.Context, tx db.Tx, grant id.ID, at int64) error {
	_, err := tx.ExecContext(ctx, `update access_grant set covers = $2 where id = $1`, grant, at)
	return err
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
