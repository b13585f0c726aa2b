package device

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

const columns = `d.id, d.name, d.agent, d.kept, d.strong, d.created_at, d.seen_at,
	case when exists (select 1 from account_session s where s.device = d.id and s.expires_at > $2) then 1 else 0 end`

func scan(scan func(...any) error) (d Device, err error) {
	var open int
	err = scan(&d.ID, &d.Name, &d.Agent, &d.Kept, &d.Strong, &d.CreatedAt, &d.SeenAt, &open)
	d.Open = open == 1
	return d, err
}

// Known finds the device of an account by the hash of its secret. Fault: Missing.
func Known(ctx context.Context, tx db.Tx, account id.ID, hash string, now int64) (Device, error) {
	return db.One(ctx, tx, scan, `
		select `+columns+` from account_device d
		where d.account = $1 and d.expires_at > $2 and d.hash = $3 and d.revoked_at is null`, account, now, hash)
}

// Remember notes that an account signed in at a device; one that was revoked begins anew. kept and
// strong stay as they were where they are not claimed.
func Remember(ctx context.Context, tx db.Tx, account id.ID, hash, agent string, kept, strong bool, now int64) (Device, error) {
	old, err := Known(ctx, tx, account, hash, now)
	if err == nil {
		kept, strong = kept || old.Kept, strong || old.Strong
	}
	_, err = tx.ExecContext(ctx, `
		insert into account_device (id, hash, account, agent, kept, strong, created_at, seen_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (hash, account) do update set agent = excluded.agent, kept = excluded.kept, strong = excluded.strong,
			seen_at = excluded.seen_at, expires_at = excluded.expires_at, revoked_at = null`,
		id.New(), hash, account, agent, kept, strong, now, now, until(now, kept))
	if err != nil {
		return Device{}, err
	}
	if err := sweep(ctx, tx, account, now); err != nil {
		return Device{}, err
	}
	return Known(ctx, tx, account, hash, now)
}

// sweep forgets devices of an account that were not seen for long, once nothing names them.
func sweep(ctx context.Context, tx db.Tx, account id.ID, now int64) error {
	_, err := tx.ExecContext(ctx, `
		delete from account_device where account = $1 and expires_at <= $2
		and not exists (select 1 from account_session s where s.device = account_device.id)`, account, now)
	return err
}

// Touch notes that a device was used.
func Touch(ctx context.Context, tx db.Tx, device id.ID, kept bool, now int64) error {
	_, err := tx.ExecContext(ctx, `update account_device set seen_at = $2, expires_at = $3 where id = $1`, device, now, until(now, kept))
	return err
}

// Of lists the devices of an account, the last used first.
func Of(ctx context.Context, tx db.Tx, account id.ID, now int64) ([]Device, error) {
	return db.All(ctx, tx, scan, `
		select `+columns+` from account_device d
		where d.account = $1 and d.expires_at > $2 and d.revoked_at is null order by d.seen_at desc, d.id desc limit 100`, account, now)
}

// Revoke forgets one device of an account and ends its sessions and what runs by it; false when it
// is not there.
func Revoke(ctx context.Context, tx db.Tx, account, device id.ID, now int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		update account_device set revoked_at = $3, kept = false, strong = false where account = $1 and id = $2 and revoked_at is null`, account, device, now)
	if err != nil || n == 0 {
		return false, err
	}
	if _, err = tx.ExecContext(ctx, `delete from account_session where account = $1 and device = $2`, account, device); err != nil {
		return false, err
	}
	return true, access.EndVia(ctx, tx, account, device, now)
}

// RevokeOthers forgets every device of an account but one, and ends all sessions and what runs
// elsewhere, but what runs by an API token; zero spares none and ends that too.
func RevokeOthers(ctx context.Context, tx db.Tx, account, but id.ID, now int64) error {
	over, err := db.All(ctx, tx, db.Value[id.ID], `
		update account_device set revoked_at = $3, kept = false, strong = false where account = $1 and id <> $2 and revoked_at is null returning id`, account, int64(but), now)
	if err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, `delete from account_session where account = $1 and (device is null or device <> $2)`, account, int64(but)); err != nil {
		return err
	}
	if but == 0 {
		return access.End(ctx, tx, account, now)
	}
	for _, d := range over {
		if err := access.EndVia(ctx, tx, account, d, now); err != nil {
			return err
		}
	}
	return nil
}

func rename(ctx context.Context, tx db.Tx, account, device id.ID, name string) (bool, error) {
	n, err := db.Exec(ctx, tx, `update account_device set name = $3 where account = $1 and id = $2 and revoked_at is null`, account, device, name)
	return n == 1, err
}
