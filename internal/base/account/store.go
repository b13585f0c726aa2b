package account

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `a.id, a.login, a.name, a.person, a.lang, case when a.password is null then 0 else 1 end,
	coalesce(a.disabled_at, 0), a.created_by,
	coalesce((select max(se.seen_at) from account_session se where se.account = a.id), 0),
	coalesce((select pe.unit from person pe where pe.id = a.person),
		(select g.unit from access_grant g where g.account = a.id and g.revoked_at is null order by g.id limit 1))`

func scanAccount(scan func(...any) error) (a Account, err error) {
	var has int
	err = scan(&a.ID, &a.Login, &a.Name, &a.Person, &a.Lang, &has, &a.DisabledAt, &a.createdBy, &a.SeenAt, &a.home)
	a.HasPassword = has == 1
	return a, err
}

// find loads an account without its grants. Fault: Missing.
func find(ctx context.Context, tx db.Tx, account id.ID) (Account, error) {
	return db.One(ctx, tx, scanAccount, `select `+columns+` from account a where a.id = $1`, account)
}

// visible is find within what a keeper of accounts sees. Fault: Missing.
func visible(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (Account, error) {
	args := []any{account}
	q := `select ` + columns + ` from account a where a.id = $1 and ` + within(who, &args)
	return db.One(ctx, tx, scanAccount, q, args...)
}

// within: the person studies, or a grant lies, in the scope; accounts that are nobody and
// may do nothing are seen from the top of the tree and by who made them.
func within(who access.Actor, args *[]any) string {
	scope := who.Scope(access.AccountEdit)
	q := `(exists (select 1 from person p where p.id = a.person and ` + scope.Where("p.unit", args) + `)
		or exists (select 1 from access_grant g where g.account = a.id and g.revoked_at is null and ` + scope.Where("g.unit", args) + `)
		or (a.person is null and not exists (select 1 from access_grant g where g.account = a.id and g.revoked_at is null)
			and (exists (select 1 from org_unit u where u.parent is null and ` + scope.Where("u.id", args) + `) or a.created_by = $%d)))`
	*args = append(*args, who.Account)
	return fmt.Sprintf(q, len(*args))
}

func list(ctx context.Context, tx db.Tx, who access.Actor, f Filter) (db.Rows[Account], error) {
	args := []any{}
	where := f.where(who, &args)
	key := func(a Account) (string, id.ID) { return text.NameKey(a.Name), a.ID }
	return db.List(ctx, tx, f.Page, db.Order{Sort: "a.name_key", ID: "a.id"}, key, scanAccount,
		`select `+columns+` from account a where `+where, args...)
}

func count(ctx context.Context, tx db.Tx, who access.Actor, f Filter) (int64, error) {
	args := []any{}
	where := f.where(who, &args)
	return db.One(ctx, tx, db.Value[int64], `select count(*) from account a where `+where, args...)
}

func (f Filter) where(who access.Actor, args *[]any) string {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	parts := []string{within(who, args)}
	if q := text.Fold(f.Text); q != "" {
		parts = append(parts, `a.folded like `+put("%"+likeable.Replace(q)+"%")+` escape '\'`)
	}
	if f.Role != "" {
		parts = append(parts, `exists (select 1 from access_grant g where g.account = a.id and g.revoked_at is null and g.role = `+
			put(f.Role)+` and `+who.Scope(access.AccountEdit).Where("g.unit", args)+`)`)
	}
	switch f.State {
	case "active":
		parts = append(parts, "a.disabled_at is null")
	case "disabled":
		parts = append(parts, "a.disabled_at is not null")
	}
	return strings.Join(parts, " and ")
}

var likeable = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func insert(ctx context.Context, tx db.Tx, a Account, now int64) error {
	_, err := tx.ExecContext(ctx, `
		insert into account (id, login, name, folded, name_key, person, lang, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.Login, a.Name, text.Fold(a.Name+" "+a.Login), text.NameKey(a.Name), a.Person, a.Lang, now, a.createdBy)
	return err
}

// taken reports whether a login or a person has an account already.
func taken(ctx context.Context, tx db.Tx, login string, person id.ID) (byLogin, byPerson bool, err error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from account where login = $1`, login)
	if err != nil {
		return false, false, err
	}
	m, err := db.One(ctx, tx, db.Value[int64], `select count(*) from account where person = $1`, person)
	return n > 0, m > 0, err
}

func setDisabled(ctx context.Context, tx db.Tx, account id.ID, at int64) error {
	var v any
	if at != 0 {
		v = at
	}
	_, err := tx.ExecContext(ctx, `update account set disabled_at = $2 where id = $1`, account, v)
	return err
}

func setLang(ctx context.Context, tx db.Tx, account id.ID, lang string) error {
	_, err := tx.ExecContext(ctx, `update account set lang = $2 where id = $1`, account, lang)
	return err
}

// setPassword stores a PHC string; "" leaves the account without one.
func setPassword(ctx context.Context, tx db.Tx, account id.ID, phc string) error {
	var v any
	if phc != "" {
		v = phc
	}
	_, err := tx.ExecContext(ctx, `update account set password = $2 where id = $1`, account, v)
	return err
}

func passwordOf(ctx context.Context, tx db.Tx, account id.ID) (string, error) {
	return db.One(ctx, tx, db.Value[string], `select coalesce(password, '') from account where id = $1`, account)
}

// tiedTo reports whether an identity outside is the account's.
func tiedTo(ctx context.Context, tx db.Tx, account id.ID, of Outside) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from account_outside where issuer = $1 and subject = $2 and account = $3`, of.Issuer, of.Subject, account)
	return n > 0, err
}

// credentials are what a password is compared with.
type credentials struct {
	id       id.ID
	password string
	disabled bool
}

// findCredentials takes a login first, else the number of a Party card. Fault: Missing.
func findCredentials(ctx context.Context, tx db.Tx, typed string) (credentials, error) {
	scan := func(scan func(...any) error) (c credentials, err error) {
		var disabled int64
		err = scan(&c.id, &c.password, &disabled)
		c.disabled = disabled != 0
		return c, err
	}
	c, err := db.One(ctx, tx, scan, `select id, coalesce(password, ''), coalesce(disabled_at, 0) from account where login = $1`, typed)
	if fault.Of(err) != fault.Missing {
		return c, err
	}
	return db.One(ctx, tx, scan, `
		select a.id, coalesce(a.password, ''), coalesce(a.disabled_at, 0)
		from person p join account a on a.person = p.id where p.member_no = $1`, typed)
}

// person is what an account needs to know of somebody in the rosters.
type person struct {
	id, unit id.ID
	name     string
}

func scanPerson(scan func(...any) error) (p person, err error) {
	err = scan(&p.id, &p.unit, &p.name)
	return p, err
}

// findPerson looks within the scope, by id or else by the number of the Party card. Fault: Missing.
func findPerson(ctx context.Context, tx db.Tx, scope access.Scope, person id.ID, card string) (person, error) {
	args := []any{person, card}
	q := `select p.id, p.unit, p.name from person p where (p.id = $1 or ($1 is null and p.member_no = $2)) and ` + scope.Where("p.unit", &args)
	return db.One(ctx, tx, scanPerson, q, args...)
}

func roots(ctx context.Context, tx db.Tx) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select id from org_unit where parent is null order by position, sort_key, id`)
}

func anyAccount(ctx context.Context, tx db.Tx) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from (select id from account limit 1) x`)
	return n > 0, err
}
