package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"quantriet/internal/kit/fault"
)

// Migrate applies the *.sql files of fsys (goose format) that were not applied yet, in
// order of their numbers, each in its own transaction. Programs that start together wait
// for each other on PostgreSQL. Indexes that Aside dropped come back. Fault: Invalid when a PostgreSQL database would sort text
// other than by its bytes, which sort keys rely on.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS) error {
	err := d.engine.migrate(ctx, fsys, func(fresh bool) error {
		if fresh {
			if err := d.rememberSeeds(ctx); err != nil {
				return err
			}
		}
		return d.mend(ctx)
	})
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrate uses a connection of its own: the writer keeps the other one to itself. When two
// programs start together one of them fails and finds the work done.
func (l *lite) migrate(ctx context.Context, fsys fs.FS, then func(fresh bool) error) error {
	pool, err := sql.Open("sqlite", l.path+writerPragmas)
	if err != nil {
		return err
	}
	defer pool.Close()
	var fresh bool
	for range 10 {
		var moved bool
		if fresh, moved, err = migrate(ctx, goose.DialectSQLite3, pool, suited{fsys}); err == nil || !moved {
			break
		}
	}
	if err != nil {
		return err
	}
	return then(fresh)
}

func (p *postgres) migrate(ctx context.Context, fsys fs.FS, then func(fresh bool) error) error {
	if err := p.checkCollation(ctx); err != nil {
		return err
	}
	conn, err := p.reads.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	const key = "migrate"
	if err := lock(ctx, conn, key); err != nil {
		return err
	}
	defer unlock(ctx, conn, key)
	fresh, _, err := migrate(ctx, goose.DialectPostgres, p.writes, fsys)
	if err != nil {
		return err
	}
	return then(fresh)
}

func (p *postgres) checkCollation(ctx context.Context) error {
	var found, provider string
	err := p.writes.QueryRowContext(ctx,
		`select datcollate, datlocprovider::text from pg_database where datname = current_database()`).Scan(&found, &provider)
	if err != nil {
		return err
	}
	switch found {
	case "C", "POSIX", "C.UTF-8", "C.utf8":
		if provider != "i" {
			return nil
		}
	}
	return fault.New(fault.Invalid, "db.collation", "found", found)
}

// migrate reports whether the database was empty before, and whether somebody has moved
// it in the meantime.
func migrate(ctx context.Context, dialect goose.Dialect, pool *sql.DB, fsys fs.FS) (fresh, moved bool, err error) {
	p, err := goose.NewProvider(dialect, pool, fsys, goose.WithDisableGlobalRegistry(true))
	if errors.Is(err, goose.ErrNoMigrations) {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	before, err := p.GetDBVersion(ctx)
	if err != nil {
		return false, true, err // two programs made goose's own table
	}
	done, err := p.Up(ctx)
	if err == nil {
		return before == 0 && len(done) > 0, false, nil
	}
	mine := before
	if part, ok := errors.AsType[*goose.PartialError](err); ok {
		if n := len(part.Applied); n > 0 {
			mine = part.Applied[n-1].Source.Version
		}
		err = fmt.Errorf("%s: %w", part.Failed.Source.Path, part.Err)
	}
	now, e := p.GetDBVersion(ctx)
	return false, e == nil && now != mine, err
}

// rememberSeeds notes which tables the migrations filled, so that Copy can tell a fresh
// database from a used one.
func (d *DB) rememberSeeds(ctx context.Context) error {
	return d.Write(ctx, func(tx Tx) error {
		list, err := d.engine.tables(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `create table if not exists db_seed (name text primary key, amount bigint not null)`); err != nil {
			return err
		}
		for _, t := range list {
			_, err := tx.ExecContext(ctx, `insert into db_seed (name, amount) select $1, count(*) from `+quote(t.name)+
				` where true on conflict (name) do nothing`, t.name)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
