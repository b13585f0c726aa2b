package account

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// bySession finds who holds a living session. Fault: Missing.
func bySession(ctx context.Context, tx db.Tx, hash string, now int64) (known, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (v known, err error) {
		err = scan(&v.session, &v.strong, &v.created, &v.touched, &v.ends, &v.device, &v.kept, &v.who.Account, &v.who.Person, &v.who.Name, &v.who.Lang)
		return v, err
	}, `
		select s.id, s.strong, s.created_at, s.seen_at, s.expires_at, s.device, coalesce(d.kept, false), a.id, a.person, a.name, a.lang
		from account_session s join account a on a.id = s.account left join account_device d on d.id = s.device
		where s.hash = $1 and s.expires_at > $2 and a.disabled_at is null`, hash, now)
}

// byToken finds whose living API token it is. Fault: Missing.
func byToken(ctx context.Context, tx db.Tx, hash string, now int64) (known, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (v known, err error) {
		err = scan(&v.token, &v.touched, &v.ends, &v.who.Account, &v.who.Person, &v.who.Name, &v.who.Lang)
		return v, err
	}, `
		select t.id, coalesce(t.used_at, 0), t.expires_at, a.id, a.person, a.name, a.lang
		from account_token t join account a on a.id = t.account
		where t.hash = $1 and t.expires_at > $2 and t.revoked_at is null and a.disabled_at is null`, hash, now)
}

// session is a row that is being opened.
type session struct {
	account, device id.ID
	strong          bool
	created, ends   int64
	agent           string
}

func insertSession(ctx context.Context, tx db.Tx, se session, hash string) error {
	_, err := tx.ExecContext(ctx, `
		insert into account_session (id, hash, account, device, strong, created_at, seen_at, expires_at, agent)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		id.New(), hash, se.account, se.device, se.strong, se.created, se.created, se.ends, se.agent)
	return err
}

func touchSession(ctx context.Context, tx db.Tx, session id.ID, now, ends int64) error {
	_, err := tx.ExecContext(ctx, `update account_session set seen_at = $2, expires_at = $3 where id = $1`, session, now, ends)
	return err
}

func touchToken(ctx context.Context, tx db.Tx, token id.ID, now int64) error {
	_, err := tx.ExecContext(ctx, `update account_token set used_at = $2 where id = $1`, token, now)
	return err
}

func endSession(ctx context.Context, tx db.Tx, hash string) error {
	_, err := tx.ExecContext(ctx, `delete from account_session where hash = $1`, hash)
	return err
}

// dropSessions clears what is over, and the session a new one takes the place of.
func dropSessions(ctx context.Context, tx db.Tx, account id.ID, now int64, old string) error {
	_, err := tx.ExecContext(ctx, `delete from account_session where (account = $1 and expires_at <= $2) or hash = $3`, account, now, old)
	return err
}

func insertToken(ctx context.Context, tx db.Tx, t Token, account id.ID, hash string) error {
	_, err := tx.ExecContext(ctx, `
		insert into account_token (id, hash, account, name, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)`,
		t.ID, hash, account, t.Name, t.CreatedAt, t.ExpiresAt)
	return err
}

func tokensOf(ctx context.Context, tx db.Tx, account id.ID, now int64) ([]Token, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (t Token, err error) {
		err = scan(&t.ID, &t.Name, &t.CreatedAt, &t.ExpiresAt, &t.UsedAt)
		return t, err
	}, `
		select id, name, created_at, expires_at, coalesce(used_at, 0) from account_token
		where account = $1 and revoked_at is null and expires_at > $2 order by id desc`, account, now)
}

// revokeToken reports how many it ended: none when the token is not the account's.
func revokeToken(ctx context.Context, tx db.Tx, account, token id.ID, now int64) (int64, error) {
	return db.Exec(ctx, tx, `update account_token set revoked_at = $3 where account = $1 and id = $2 and revoked_at is null`, account, token, now)
}

// endTokens revokes every API token of an account.
func endTokens(ctx context.Context, tx db.Tx, account id.ID, now int64) error {
	_, err := tx.ExecContext(ctx, `update account_token set revoked_at = $2 where account = $1 and revoked_at is null`, account, now)
	return err
}

// link is a way in that was handed out.
type link struct {
	account  id.ID
	purpose  string
	reusable bool
}

// findLink loads a link that can still be used. Fault: Missing.
func findLink(ctx context.Context, tx db.Tx, hash, purpose string, now int64) (link, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (l link, err error) {
		err = scan(&l.account, &l.purpose, &l.reusable)
		return l, err
	}, `
		select account, purpose, reusable from account_link
		where hash = $1 and purpose = $2 and expires_at > $3 and (reusable or used_at is null)`, hash, purpose, now)
}

func insertLink(ctx context.Context, tx db.Tx, hash string, l link, ends int64) error {
	_, err := tx.ExecContext(ctx, `
		insert into account_link (hash, account, purpose, expires_at, reusable) values ($1, $2, $3, $4, $5)`,
		hash, l.account, l.purpose, ends, l.reusable)
	return err
}

// useLink marks the use and reports whether the link was still good.
func useLink(ctx context.Context, tx db.Tx, hash string, now int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		update account_link set used_at = $2 where hash = $1 and expires_at > $2 and (reusable or used_at is null)`, hash, now)
	return n == 1, err
}

// dropWays ends every other way into an account than its password.
func dropWays(ctx context.Context, tx db.Tx, account id.ID, now int64) error {
	if err := dropLinks(ctx, tx, "signin", account); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from account_outside where account = $1`, account); err != nil {
		return err
	}
	return endTokens(ctx, tx, account, now)
}

// dropLinks ends what was handed out before: every set-up link, or the one-time links of an account.
func dropLinks(ctx context.Context, tx db.Tx, purpose string, account id.ID) error {
	_, err := tx.ExecContext(ctx, `
		delete from account_link where purpose = $1 and not reusable and (purpose = 'setup' or account = $2)`, purpose, account)
	return err
}
