package db

import (
	"context"
	"fmt"
)

// deferKeys lets foreign keys wait, so that rows may come before those they refer to.
// check proves them all and puts things back.
func (l *lite) deferKeys(ctx context.Context, tx Tx) (check func() error, err error) {
	_, err = tx.ExecContext(ctx, `pragma defer_foreign_keys = on`) // until this commit
	return func() error {
		broken, err := All(ctx, tx, func(scan func(...any) error) (s string, err error) {
			var table, parent string
			err = scan(&table, &parent)
			return fmt.Sprintf("a row of %s refers to a row of %s that does not exist", table, parent), err
		}, `select "table", parent from pragma_foreign_key_check limit 1`)
		if err == nil && len(broken) > 0 {
			err = fmt.Errorf("%s", broken[0])
		}
		return err
	}, err
}

func (p *postgres) deferKeys(ctx context.Context, tx Tx) (check func() error, err error) {
	type key struct{ table, name string }
	keys, err := All(ctx, tx, func(scan func(...any) error) (k key, err error) {
		return k, scan(&k.table, &k.name)
	}, `select c.relname, k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid
		where k.contype = 'f' and not k.condeferrable and k.connamespace = current_schema()::regnamespace`)
	if err != nil {
		return nil, err
	}
	alter := func(how string) error {
		for _, k := range keys {
			q := `alter table ` + quote(k.table) + ` alter constraint ` + quote(k.name) + ` ` + how
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	}
	return func() error {
		if _, err := tx.ExecContext(ctx, `set constraints all immediate`); err != nil {
			return err
		}
		return alter(`not deferrable`)
	}, alter(`deferrable initially deferred`)
}
