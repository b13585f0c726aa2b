package db_test

import (
	"database/sql"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
)

func step(sql string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("-- owner: test\n-- +goose Up\n" + sql)}
}

func fresh(t *testing.T, fn func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, t.TempDir()+"/m.db") })
	t.Run("postgres", func(t *testing.T) { fn(t, dbtest.PostgresURL(t, false)) })
}

func TestMigrate(t *testing.T) {
	fresh(t, func(t *testing.T, url string) {
		d, err := db.Open(url)
		must(t, err)
		t.Cleanup(func() { d.Close() })
		ctx := t.Context()
		must(t, d.Migrate(ctx, fstest.MapFS{}))
		one := fstest.MapFS{"0001_a.sql": step(`create table a (id bigint primary key); insert into a values (1);`)}
		must(t, d.Migrate(ctx, one))
		must(t, d.Migrate(ctx, one))

		one["0002_b.sql"] = step(`create table b (id bigint primary key); insert into nowhere values (1);`)
		if err := d.Migrate(ctx, one); err == nil || !strings.Contains(err.Error(), "0002_b.sql") {
			t.Errorf("a broken file: %v", err)
		}
		one["0002_b.sql"] = step(`create table b (id bigint primary key); insert into b select id from a;`)
		must(t, d.Migrate(ctx, one)) // the broken file left nothing behind
		must(t, d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from b`)
			if n != 1 {
				t.Errorf("%d rows", n)
			}
			return err
		}))
	})
}

// Programs that start at the same time do not trip over each other.
func TestMigrateTogether(t *testing.T) {
	fresh(t, func(t *testing.T, url string) {
		files := fstest.MapFS{"0001_a.sql": step(`create table a (id bigint primary key);`), "0002_b.sql": step(`create table b (id bigint primary key);`)}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				d, err := db.Open(url)
				must(t, err)
				defer d.Close()
				if err := d.Migrate(t.Context(), files); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

// One that closes a file does not trip another that opens it.
func TestOpenTogether(t *testing.T) {
	for range 40 {
		path := t.TempDir() + "/m.db"
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				for range 3 {
					if d, err := db.Open(path); err != nil {
						t.Error(err)
					} else {
						d.Close()
					}
				}
			})
		}
		all.Wait()
	}
}

func TestMigrateRefusesAnotherOrder(t *testing.T) {
	address := dbtest.PostgresURL(t, false)
	u, err := url.Parse(address)
	must(t, err)
	admin, err := sql.Open("pgx", address)
	must(t, err)
	defer admin.Close()
	name := strings.TrimPrefix(u.Path, "/") + "_icu"
	if _, err := admin.Exec("create database " + name + " template template0 encoding 'UTF8' locale_provider icu icu_locale 'vi'"); err != nil {
		t.Skipf("SKIPPED: this server cannot sort as Vietnamese does: %v", err)
	}
	u.Path = "/" + name
	d, err := db.Open(u.String())
	must(t, err)
	t.Cleanup(func() {
		d.Close()
		again, err := sql.Open("pgx", address)
		must(t, err)
		defer again.Close()
		again.Exec("drop database " + name + " with (force)")
	})
	if err := d.Migrate(t.Context(), family); fault.Key(err) != "db.collation" {
		t.Errorf("got %v", err)
	}
}

func TestClustered(t *testing.T) {
	fresh(t, func(t *testing.T, url string) {
		d, err := db.Open(url)
		must(t, err)
		t.Cleanup(func() { d.Close() })
		ctx := t.Context()
		must(t, d.Migrate(ctx, fstest.MapFS{"0001_a.sql": step("create table a (x bigint not null, y bigint not null, primary key (x, y)) /* clustered */;\ninsert into a values (1, 2);")}))
		must(t, d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from a`)
			if err != nil || n != 1 || d.Engine() != db.SQLite {
				return err
			}
			own, err := db.One(ctx, tx, db.Value[int64], `select wr from pragma_table_list where name = 'a'`)
			if own != 1 {
				t.Error("the table has row numbers beside its key")
			}
			return err
		}))
	})
}

// Checks against lists hold the same on both engines, however SQLite is told of them.
func TestListed(t *testing.T) {
	fresh(t, func(t *testing.T, url string) {
		d, err := db.Open(url)
		must(t, err)
		t.Cleanup(func() { d.Close() })
		ctx := t.Context()
		must(t, d.Migrate(ctx, fstest.MapFS{"0001_a.sql": step(`create table a (
			x text check (x in ('', 'in, person', 'Đảng')),
			n integer not null default 1 check (n in (1, -2)) /* sides */
		);`)}))
		for _, c := range []struct {
			values string
			fits   bool
		}{
			{`('', 1)`, true}, {`('in, person', -2)`, true}, {`('Đảng', 1)`, true}, {`(null, 1)`, true},
			{`('person', 1)`, false}, {`('in', 1)`, false}, {`('đảng', 1)`, false}, {`('', 2)`, false}, {`('', 0)`, false},
		} {
			err := d.Write(ctx, func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `insert into a (x, n) values `+c.values)
				return err
			})
			if (err == nil) != c.fits {
				t.Errorf("%s: %v", c.values, err)
			}
		}
		if d.Engine() == db.SQLite {
			must(t, d.Read(ctx, func(tx db.Tx) error {
				text, err := db.One(ctx, tx, db.Value[string], `select sql from sqlite_master where name = 'a'`)
				if err == nil && strings.Contains(text, " in (") {
					t.Error("a list is left:", text)
				}
				return err
			}))
		}
	})
}
