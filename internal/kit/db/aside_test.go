package db_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

func TestAside(t *testing.T) {
	fresh(t, func(t *testing.T, url string) {
		d, err := db.Open(url)
		must(t, err)
		t.Cleanup(func() { d.Close() })
		ctx := t.Context()
		files := fstest.MapFS{"0001_a.sql": step(`create table a (id bigint primary key, x bigint, y bigint unique); create index a_x on a (x); create unique index a_xy on a (x, y);`)}
		must(t, d.Migrate(ctx, files))
		aside := func(may bool) {
			t.Helper()
			done, err := d.Aside(ctx, func(db.Tx) (bool, error) { return may, nil }, "a_x", "a_xy", "none")
			if must(t, err); done != may {
				t.Errorf("said %v, done %v", may, done)
			}
		}
		is := func(say string, there bool) {
			t.Helper()
			if got := names(ctx, t, d); got != there {
				t.Errorf("%s: the index is there %v", say, got)
			}
		}
		aside(false)
		is("refused", true)
		aside(true)
		aside(true)
		is("dropped, and twice is once", false)
		must(t, d.Restore(ctx))
		must(t, d.Restore(ctx))
		is("restored", true)
		aside(true)
		must(t, d.Migrate(ctx, files))
		is("restored by the next program that starts", true)
		must(t, d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into a (id, x, y) values (1, 1, 1)`)
			return err
		}))
		err = d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into a (id, x, y) values (2, 1, 1)`)
			return err
		})
		if !db.IsDuplicate(err) {
			t.Errorf("unique indexes stay: %v", err)
		}
	})
}

// Foreign keys that PostgreSQL does without for a while are heeded and proved afterwards; SQLite keeps them.
func TestAsideOfForeignKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		script(t, d, `create table a (id bigint primary key)`, `create table b (id bigint primary key, a bigint references a (id))`, `insert into a values (1)`)
		put := func(id, a int64) error {
			return d.Write(ctx, func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `insert into b (id, a) values ($1, $2)`, id, a)
				return err
			})
		}
		aside := func() {
			t.Helper()
			_, err := d.Aside(ctx, func(db.Tx) (bool, error) { return true, nil }, "b_a_fkey")
			must(t, err)
		}
		aside()
		aside()
		must(t, put(1, 1))
		must(t, d.Restore(ctx))
		if err := put(2, 7); !db.IsReference(err) {
			t.Errorf("heeded again: %v", err)
		}
		if d.Engine() != db.Postgres {
			return
		}
		aside()
		must(t, put(3, 7))
		if err := d.Restore(ctx); !db.IsReference(err) {
			t.Errorf("what was wrong meanwhile is not found: %v", err)
		}
		must(t, d.Migrate(ctx, fstest.MapFS{"0001_a.sql": step(`create table c (id bigint primary key);`)})) // starts nevertheless
		if err := put(4, 7); !db.IsReference(err) {
			t.Errorf("heeded although not proved: %v", err)
		}
	})
}

// names reports whether the index a_x exists.
func names(ctx context.Context, t *testing.T, d *db.DB) bool {
	t.Helper()
	q := `select count(*) from sqlite_master where name = 'a_x'`
	if d.Engine() == db.Postgres {
		q = `select count(*) from pg_indexes where indexname = 'a_x'`
	}
	var n int64
	must(t, d.Read(ctx, func(tx db.Tx) (err error) { n, err = db.One(ctx, tx, db.Value[int64], q); return err }))
	return n == 1
}

func TestAnalyzeLooksAtEveryIndex(t *testing.T) {
	d, err := db.Open(filepath.Join(t.TempDir(), "a.db"))
	must(t, err)
	t.Cleanup(func() { d.Close() })
	ctx := t.Context()
	must(t, d.Migrate(ctx, fstest.MapFS{"0001_a.sql": step(`create table a (id bigint primary key, x bigint, y text unique); create index a_x on a (x);
		create table b (x bigint not null, y bigint not null, primary key (x, y)) /* clustered */; create index b_y on b (y); create table c (n bigint);
		insert into a values (1, 1, 'a'), (2, 1, 'b'); insert into b values (1, 2), (1, 3); insert into c values (1);`)}))
	for range 2 {
		must(t, d.Analyze(ctx))
		must(t, d.Read(ctx, func(tx db.Tx) error {
			got, err := db.All(ctx, tx, db.Value[string], `select tbl || ' ' || coalesce(idx, '') || ' ' || stat from sqlite_stat1 where tbl in ('a', 'b', 'c') order by 1`)
			if want := "[a a_x 2 2 a sqlite_autoindex_a_1 2 1 b b 2 2 1 b b_y 2 1 c  1]"; fmt.Sprint(got) != want {
				t.Errorf("%v, want %s", got, want)
			}
			return err
		}))
	}
}

// What is stored is what SQLite's own command would say, also of parts, expressions and nulls.
func TestAnalyzeSaysWhatSQLiteWould(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	d, err := db.Open(path)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	ctx := t.Context()
	must(t, d.Migrate(ctx, fstest.MapFS{"0001_a.sql": step(`create table a (id bigint primary key, x bigint, y text unique); create index a_x on a (x, y); create index a_z on a (y) where x > 1;
		create index a_none on a (x, y) where x > 100; create index a_low on a (lower(y)); create table b (x bigint not null, y bigint not null, primary key (x, y)) /* clustered */;
		create index b_y on b (y); create table c (n bigint); create index c_n on c (n) where n > 0; create table e (n bigint); create index e_n on e (n);
		insert into a values (1, 1, 'a'), (2, 1, 'b'), (3, null, 'c'), (4, 3, null), (5, 3, null), (6, 4, 'd'), (7, 5, 'e');
		insert into b values (1, 2), (1, 3), (2, 2), (2, 4), (3, 2); insert into c values (1), (2), (0);`)}))
	stats := func() string {
		var got []string
		must(t, d.Read(ctx, func(tx db.Tx) (err error) {
			got, err = db.All(ctx, tx, db.Value[string], `select tbl || ' ' || coalesce(idx, '') || ' ' || stat from sqlite_stat1 where tbl in ('a', 'b', 'c', 'e') order by 1`)
			return err
		}))
		return strings.Join(got, "\n")
	}
	must(t, d.Analyze(ctx))
	ours := stats()
	must(t, d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, `analyze`); return err }))
	if want := stats(); ours != want {
		t.Errorf("it says\n%s\nSQLite\n%s", ours, want)
	}
}

// A reader that is there already plans with what was found.
func TestReadersHearOfAnalyze(t *testing.T) {
	d, err := db.Open(filepath.Join(t.TempDir(), "a.db"))
	must(t, err)
	t.Cleanup(func() { d.Close() })
	ctx := t.Context()
	must(t, d.Migrate(ctx, fstest.MapFS{"0001_a.sql": step(`create table a (x bigint not null, y bigint not null); create index a_x on a (x); create index a_y on a (y);
		with recursive n (i) as (select 1 union all select i + 1 from n where i < 900) insert into a select 1, i from n;`)}))
	plan := func() (said string) {
		must(t, d.Read(ctx, func(tx db.Tx) error {
			var a, b, c int
			return tx.QueryRowContext(ctx, `explain query plan select * from a where x = 1 and y = 1`).Scan(&a, &b, &c, &said)
		}))
		return said
	}
	before := plan()
	must(t, d.Analyze(ctx))
	if after := plan(); !strings.Contains(after, "a_y") {
		t.Errorf("first %q, then %q", before, after)
	}
}
