package factor

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Of loads what an account has.
func Of(ctx context.Context, tx db.Tx, account id.ID) (h Held, err error) {
	h.TOTP, err = db.One(ctx, tx, db.Value[int64], `select created_at from account_totp where account = $1`, account)
	if err != nil && fault.Of(err) != fault.Missing {
		return h, err
	}
	if h.Passkeys, err = keysOf(ctx, tx, account); err != nil {
		return h, err
	}
	if h.Passkeys == nil {
		h.Passkeys = []Passkey{}
	}
	h.Codes, err = db.One(ctx, tx, db.Value[int], `select count(*) from account_recovery where account = $1 and used_at is null`, account)
	return h, err
}

// Any reports whether an account has a second step.
func Any(ctx context.Context, tx db.Tx, account id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select (select count(*) from account_totp where account = $1) + (select count(*) from account_passkey where account = $1)`, account)
	return n > 0, err
}

func findHolder(ctx context.Context, tx db.Tx, account id.ID) (holder, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (h holder, err error) {
		err = scan(&h.id, &h.login, &h.name)
		return h, err
	}, `select id, login, name from account where id = $1`, account)
}

func findTOTP(ctx context.Context, tx db.Tx, account id.ID) (sealed []byte, step int64, err error) {
	_, err = db.One(ctx, tx, func(scan func(...any) error) (x struct{}, err error) { return x, scan(&sealed, &step) },
		`select secret, step from account_totp where account = $1`, account)
	return sealed, step, err
}

func putTOTP(ctx context.Context, tx db.Tx, account id.ID, sealed []byte, step, now int64) error {
	_, err := tx.ExecContext(ctx, `
		insert into account_totp (account, secret, step, created_at) values ($1, $2, $3, $4)
		on conflict (account) do update set secret = excluded.secret, step = excluded.step, created_at = excluded.created_at`,
		account, sealed, step, now)
	return err
}

// useStep reports whether the step was still unused.
func useStep(ctx context.Context, tx db.Tx, account id.ID, step int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `update account_totp set step = $2 where account = $1 and step < $2`, account, step)
	return n == 1, err
}

func dropTOTP(ctx context.Context, tx db.Tx, account id.ID) (bool, error) {
	n, err := db.Exec(ctx, tx, `delete from account_totp where account = $1`, account)
	return n == 1, err
}

func keysOf(ctx context.Context, tx db.Tx, account id.ID) ([]Passkey, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (k Passkey, err error) {
		err = scan(&k.ID, &k.Name, &k.CreatedAt, &k.UsedAt, &k.credential, &k.record)
		return k, err
	}, `
		select id, name, created_at, coalesce(used_at, 0), credential, record from account_passkey
		where account = $1 order by id`, account)
}

// insertKey reports whether the passkey was new.
func insertKey(ctx context.Context, tx db.Tx, k Passkey, account id.ID) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		insert into account_passkey (id, credential, account, name, record, created_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (credential) do nothing`, k.ID, k.credential, account, k.Name, k.record, k.CreatedAt)
	return n == 1, err
}

func touchKey(ctx context.Context, tx db.Tx, account id.ID, credential string, record []byte, now int64) error {
	_, err := tx.ExecContext(ctx, `
		update account_passkey set record = $3, used_at = $4 where account = $1 and credential = $2`, account, credential, record, now)
	return err
}

func renameKey(ctx context.Context, tx db.Tx, account, key id.ID, name string) (bool, error) {
	n, err := db.Exec(ctx, tx, `update account_passkey set name = $3 where account = $1 and id = $2`, account, key, name)
	return n == 1, err
}

func dropKey(ctx context.Context, tx db.Tx, account, key id.ID) (bool, error) {
	n, err := db.Exec(ctx, tx, `delete from account_passkey where account = $1 and id = $2`, account, key)
	return n == 1, err
}

func dropKeys(ctx context.Context, tx db.Tx, account id.ID) error {
	_, err := tx.ExecContext(ctx, `delete from account_passkey where account = $1`, account)
	return err
}

// putCodes stores recovery codes in the place of the old ones.
func putCodes(ctx context.Context, tx db.Tx, account id.ID, list []string) error {
	if _, err := tx.ExecContext(ctx, `delete from account_recovery where account = $1`, account); err != nil {
		return err
	}
	for _, c := range list {
		if _, err := tx.ExecContext(ctx, `insert into account_recovery (account, hash) values ($1, $2)`, account, codeHash(account, c)); err != nil {
			return err
		}
	}
	return nil
}

// useCode reports whether the code was still good.
func useCode(ctx context.Context, tx db.Tx, account id.ID, hash string, now int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		update account_recovery set used_at = $3 where account = $1 and hash = $2 and used_at is null`, account, hash, now)
	return n == 1, err
}

// spend remembers that a challenge was answered; false when it had been before. It forgets
// those that nobody can answer any more.
func spend(ctx context.Context, tx db.Tx, hash string, until, now int64) (bool, error) {
	if _, err := tx.ExecContext(ctx, `delete from account_spent where expires_at < $1`, now); err != nil {
		return false, err
	}
	n, err := db.Exec(ctx, tx, `insert into account_spent (hash, expires_at) values ($1, $2) on conflict (hash) do nothing`, hash, until)
	return n == 1, err
}

// strengthen marks a session as proven.
func strengthen(ctx context.Context, tx db.Tx, account, session id.ID) error {
	_, err := tx.ExecContext(ctx, `update account_session set strong = true where account = $1 and id = $2`, account, session)
	return err
}

// endOthers ends the sessions, tokens and kept devices that came in without the second step.
func endOthers(ctx context.Context, tx db.Tx, account, session id.ID, now int64) error {
	if _, err := tx.ExecContext(ctx, `update account_token set revoked_at = $2 where account = $1 and revoked_at is null`, account, now); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from account_session where account = $1 and id <> $2`, account, int64(session)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `update account_device set kept = false where account = $1 and not strong`, account)
	return err
}

// askAgain has every device asked for the second step at the next signing in: what it had proven is not
// the account's any more.
func askAgain(ctx context.Context, tx db.Tx, account id.ID) error {
	_, err := tx.ExecContext(ctx, `update account_device set strong = false where account = $1 and strong`, account)
	return err
}

func scanReset(scan func(...any) error) (r Reset, err error) {
	err = scan(&r.ID, &r.Account, &r.Why, &r.AskedAt, &r.AskedBy, &r.Asker)
	return r, err
}

const resets = `select r.id, r.account, r.why, r.asked_at, r.asked_by, coalesce(a.name, '')
	from account_reset r left join account a on a.id = r.asked_by where r.ended_at is null and `

// openReset loads what waits for an account. Fault: Missing.
func openReset(ctx context.Context, tx db.Tx, account id.ID) (Reset, error) {
	return db.One(ctx, tx, scanReset, resets+`r.account = $1 order by r.id desc limit 1`, account)
}

func findReset(ctx context.Context, tx db.Tx, reset id.ID) (Reset, error) {
	return db.One(ctx, tx, scanReset, resets+`r.id = $1`, reset)
}

func insertReset(ctx context.Context, tx db.Tx, r Reset) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		insert into account_reset (id, account, why, asked_at, asked_by) values ($1, $2, $3, $4, $5)
		on conflict (id) do nothing`, r.ID, r.Account, r.Why, r.AskedAt, r.AskedBy)
	return n == 1, err
}

func endReset(ctx context.Context, tx db.Tx, reset id.ID, now int64, by id.ID, done bool) error {
	_, err := tx.ExecContext(ctx, `update account_reset set ended_at = $2, ended_by = $3, done = $4 where id = $1`, reset, now, by, done)
	return err
}
