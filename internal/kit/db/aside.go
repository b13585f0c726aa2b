package db

import (
	"context"
	"errors"
	"fmt"

	"quantriet/internal/kit/fault"
)

// Aside drops indexes before a large load into empty tables, which Restore makes again at the
// end in one go: kept up row by row, an index in another order than the load's costs more than
// all the rest. What is dropped is noted in the database itself, so that a program that was
// killed leaves nothing undone: Migrate restores it. may runs in the same transaction and
// decides; nothing is dropped when it says no. A unique index stays.
func (d *DB) Aside(ctx context.Context, may func(tx Tx) (bool, error), indexes ...string) (done bool, err error) {
	err = d.Write(ctx, func(tx Tx) error {
		if done, err = may(tx); err != nil || !done {
			return err
		}
		for _, name := range indexes {
			if err := d.drop(ctx, tx, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("set indexes aside: %w", err)
	}
	return done, nil
}

func (d *DB) drop(ctx context.Context, tx Tx, name string) error {
	made, err := One(ctx, tx, Value[string], d.engine.indexes(), name)
	if fault.Of(err) == fault.Missing {
		return nil // aside already, or it has to stay
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `insert into db_aside (name, made) values ($1, $2)`, name, made); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `drop index `+quote(name))
	return err
}

// Restore makes the indexes again that Aside dropped, here or in a program that is gone.
func (d *DB) Restore(ctx context.Context) (err error) {
	if err := d.sorting(ctx, true); err != nil {
		return fmt.Errorf("restore indexes: %w", err)
	}
	defer func() { err = errors.Join(err, d.sorting(context.WithoutCancel(ctx), false)) }()
	for more := true; more; {
		err := d.Write(ctx, func(tx Tx) error {
			type index struct{ name, made string }
			list, err := All(ctx, tx, func(scan func(...any) error) (i index, err error) {
				return i, scan(&i.name, &i.made)
			}, `select name, made from db_aside order by name limit 1`)
			if more = err == nil && len(list) > 0; !more {
				return err
			}
			if _, err := tx.ExecContext(ctx, list[0].made); err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `delete from db_aside where name = $1`, list[0].name)
			return err
		})
		if err != nil {
			return fmt.Errorf("restore indexes: %w", err)
		}
	}
	return nil
}

// indexes finds how an index that is not unique was made.
func (l *lite) indexes() string {
	return `select sql from sqlite_master where type = 'index' and name = $1 and sql not like 'CREATE UNIQUE%'`
}

func (p *postgres) indexes() string {
	return `select indexdef from pg_indexes where schemaname = current_schema() and indexname = $1 and indexdef not like 'CREATE UNIQUE%'`
}

// mend makes the place where Aside takes its notes, and restores what one has left.
func (d *DB) mend(ctx context.Context) error {
	err := d.Write(ctx, func(tx Tx) error {
		_, err := tx.ExecContext(ctx, `create table if not exists db_aside (name text primary key, made text not null)`)
		return err
	})
	if err != nil {
		return err
	}
	return d.Restore(ctx)
}
