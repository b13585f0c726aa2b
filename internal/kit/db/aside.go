package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// Aside drops indexes before a large load into empty tables, which Restore makes again at the
// end in one go: kept up row by row, an index in another order than the load's costs more than
// all the rest. What is dropped is noted in the database itself, so that a program that was
// killed leaves nothing undone: Migrate restores it. may runs in the same transaction and
// decides; nothing is dropped when it says no. A unique index stays. Names of foreign keys are for
// PostgreSQL, which looks every row up; they come back proved, and meanwhile transactions that run as if
// alone have only the checks of their own.
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

// part is something to set aside: how it is made again, and how it goes, "" when it has gone with another.
type part struct{ name, made, drop string }

func (d *DB) drop(ctx context.Context, tx Tx, name string) error {
	parts, err := All(ctx, tx, func(scan func(...any) error) (p part, err error) {
		return p, scan(&p.name, &p.made, &p.drop)
	}, d.engine.parts(), name) // none: aside already, or it has to stay
	for _, p := range parts {
		if err == nil {
			_, err = tx.ExecContext(ctx, `insert into db_aside (name, made) values ($1, $2)`, p.name, p.made)
		}
		if err == nil && p.drop != "" {
			_, err = tx.ExecContext(ctx, p.drop)
		}
	}
	return err
}

// Restore makes again what Aside dropped, here or in a program that is gone. A key that does not hold
// stays noted, the rest is made all the same. Fault: IsReference for such a key.
func (d *DB) Restore(ctx context.Context) (err error) {
	if err := d.sorting(ctx, true); err != nil {
		return fmt.Errorf("restore indexes: %w", err)
	}
	defer func() { err = errors.Join(err, d.sorting(context.WithoutCancel(ctx), false)) }()
	type index struct{ name, made string }
	var list []index
	err = d.Read(ctx, func(tx Tx) (err error) {
		list, err = All(ctx, tx, func(scan func(...any) error) (i index, err error) {
			return i, scan(&i.name, &i.made)
		}, `select name, made from db_aside order by name`)
		return err
	})
	var broken error
	for _, i := range list {
		if err != nil {
			break
		}
		err = d.Write(ctx, func(tx Tx) error {
			// whoever deletes the note makes it again: another program may have been quicker
			n, err := Exec(ctx, tx, `delete from db_aside where name = $1`, i.name)
			if err == nil && n > 0 {
				_, err = tx.ExecContext(ctx, i.made)
			}
			return err
		})
		if IsReference(err) {
			broken, err = errors.Join(broken, fmt.Errorf("%s: %w", i.name, err)), nil
		}
	}
	if err = errors.Join(err, broken); err != nil {
		return fmt.Errorf("restore indexes: %w", err)
	}
	return nil
}

// parts finds how an index that is not unique was made.
func (l *lite) parts() string {
	return `select name, sql, 'drop index "' || name || '"' from sqlite_master where type = 'index' and name = $1 and sql not like 'CREATE UNIQUE%'`
}

// parts finds how an index that is not unique, or a foreign key, was made. The key comes back in two
// steps: it is heeded again at once, and what was written meanwhile is proved while others write.
func (p *postgres) parts() string {
	return `select indexname, indexdef, format('drop index %I', indexname) from pg_indexes
			where schemaname = current_schema() and indexname = $1 and indexdef not like 'CREATE UNIQUE%'
		union all select conname, format('alter table %s add constraint %I %s not valid', conrelid::regclass, conname, pg_get_constraintdef(oid)),
				format('alter table %s drop constraint %I', conrelid::regclass, conname) from pg_constraint
			where contype = 'f' and connamespace = current_schema()::regnamespace and conname = $1 and convalidated
		union all select conname || '~', format('alter table %s validate constraint %I', conrelid::regclass, conname), '' from pg_constraint
			where contype = 'f' and connamespace = current_schema()::regnamespace and conname = $1 and convalidated`
}

// mend makes the place where Aside takes its notes, and restores what one has left. A key that does not
// hold is no reason not to start: it is heeded by all that is new, and the doctor tells of it.
func (d *DB) mend(ctx context.Context) error {
	err := d.Write(ctx, func(tx Tx) error {
		_, err := tx.ExecContext(ctx, `create table if not exists db_aside (name text primary key, made text not null)`)
		return err
	})
	if err != nil {
		return err
	}
	if err = d.Restore(ctx); IsReference(err) {
		slog.Error("what was loaded refers to nothing", "err", err)
		return nil
	}
	return err
}
