package slip

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// rows lists members of the scope, by name; people narrows to some of them.
func rows(ctx context.Context, tx db.Tx, scope access.Scope, people []id.ID, now int64, day string, page db.Page) (db.Rows[Row], error) {
	args := []any{now, day}
	where := scope.Where("p.unit", &args)
	if len(people) > 0 {
		in := make([]string, len(people))
		for i, p := range people {
			args = append(args, p)
			in[i] = fmt.Sprintf("$%d", len(args))
		}
		where += " and p.id in (" + strings.Join(in, ", ") + ")"
	}
	key := func(r Row) (string, id.ID) { return text.NameKey(r.Name), r.Person }
	return db.List(ctx, tx, page, db.Order{Sort: "p.name_key", ID: "p.id"}, key, scanRow, `
		select p.id, p.name, p.unit, u.name, a.id,
			coalesce((select max(s.expires_at) from account_slip s where s.person = p.id and s.used_at is null and s.revoked_at is null and s.expires_at > $1), 0),
			coalesce((select max(s.used_at) from account_slip s where s.person = p.id), 0),
			case when a.disabled_at is not null
				or exists (select 1 from access_grant g where g.account = a.id and g.revoked_at is null and g.role <> 'member' and (g.valid_to is null or g.valid_to >= $2))
				or exists (select 1 from account_totp t where t.account = a.id)
				or exists (select 1 from account_passkey k where k.account = a.id) then 1 else 0 end
		from person p join org_unit u on u.id = p.unit left join account a on a.person = p.id
		where p.left_on is null and `+where, args...)
}

func scanRow(scan func(...any) error) (r Row, err error) {
	var above int
	err = scan(&r.Person, &r.Name, &r.Unit, &r.UnitName, &r.account, &r.Till, &r.UsedAt, &above)
	r.Above = above == 1
	return r, err
}

func printed(ctx context.Context, tx db.Tx, batch id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from account_slip where batch = $1`, batch)
	return n > 0, err
}

type slip struct {
	batch, account, person, unit, by id.ID
	hash                             string
	now, ends                        int64
}

func insert(ctx context.Context, tx db.Tx, s slip) error {
	_, err := tx.ExecContext(ctx, `
		insert into account_slip (id, batch, hash, account, person, unit, created_at, created_by, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id.New(), s.batch, s.hash, s.account, s.person, s.unit, s.now, s.by, s.ends)
	return err
}

// revoke takes back the slips of a person that were not used, and reports whether one was used before.
func revoke(ctx context.Context, tx db.Tx, person id.ID, now int64) (used bool, err error) {
	if _, err = tx.ExecContext(ctx, `
		update account_slip set revoked_at = $2 where person = $1 and used_at is null and revoked_at is null`, person, now); err != nil {
		return false, err
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from account_slip where person = $1 and used_at is not null`, person)
	return n > 0, err
}

// find tells whose slip a code is, while it is good. Fault: Missing.
func find(ctx context.Context, tx db.Tx, hash string, now int64) (account id.ID, err error) {
	return db.One(ctx, tx, db.Value[id.ID], `
		select account from account_slip where hash = $1 and expires_at > $2 and used_at is null and revoked_at is null`, hash, now)
}

// use reports whether the slip was still good.
func use(ctx context.Context, tx db.Tx, hash string, now int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		update account_slip set used_at = $2 where hash = $1 and expires_at > $2 and used_at is null and revoked_at is null`, hash, now)
	return n == 1, err
}

// plain reports whether an account may do no more than a member and has no second step.
func plain(ctx context.Context, tx db.Tx, account id.ID, day string) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select (select count(*) from access_grant g where g.account = $1 and g.revoked_at is null and g.role <> 'member' and (g.valid_to is null or g.valid_to >= $2))
			+ (select count(*) from account_totp where account = $1) + (select count(*) from account_passkey where account = $1)`, account, day)
	return n == 0, err
}
