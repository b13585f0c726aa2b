package db_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
)

// family has what makes copying hard: a seed, a table that refers to itself, one that
// comes before its parent in the alphabet, every kind of column, and nulls.
var family = fstest.MapFS{"0001_family.sql": {Data: []byte(`-- owner: test
-- +goose Up
create table sort (code text primary key, name text not null);
insert into sort (code, name) values ('a', 'đầu'), ('b', 'sau');
create table person (
	id bigint primary key,
	parent bigint references person (id),
	sort text not null references sort (code),
	ok boolean not null,
	maybe boolean,
	weight double precision,
	photo bytea,
	note text
);
create table adoption (person bigint not null references person (id), at bigint not null, primary key (person, at));
-- +goose Down
drop table adoption; drop table person; drop table sort;
`)}}

func lite(t *testing.T, m fstest.MapFS) *db.DB {
	t.Helper()
	return opened(t, t.TempDir()+"/copy.db", m)
}

func opened(t *testing.T, url string, m fstest.MapFS) *db.DB {
	t.Helper()
	d, err := db.Open(url)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	must(t, d.Migrate(t.Context(), m))
	return d
}

// people fills the family: children get smaller ids than their parents.
func people(t *testing.T, d *db.DB, n int) {
	t.Helper()
	ctx := t.Context()
	must(t, d.Write(ctx, func(tx db.Tx) error {
		for i := n; i > 0; i-- {
			var parent, maybe, weight, photo, word any
			if i < n {
				parent = i + 1
			}
			if i%3 > 0 {
				maybe, weight, word = i%3 == 1, float64(i)/4, fmt.Sprintf("Đảng viên 'mẫu' %03d $1", i)
			}
			if i%5 > 0 {
				photo = []byte(strings.Repeat("\x00\xff", i%5-1))
			}
			_, err := tx.ExecContext(ctx, `insert into person (id, parent, sort, ok, maybe, weight, photo, note) values ($1, $2, 'a', $3, $4, $5, $6, $7)`,
				i, parent, i%2 == 0, maybe, weight, photo, word)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `insert into adoption (person, at) values ($1, $2)`, i, int64(i)<<40); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `update sort set name = 'sửa' where code = 'b'`)
		return err
	}))
}

// contents is every row as the program would read it.
func contents(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	ctx := t.Context()
	type row struct {
		id, parent *int64
		sort       string
		ok         bool
		maybe      *bool
		weight     *float64
		photo      []byte
		note       *string
	}
	must(t, d.Read(ctx, func(tx db.Tx) error {
		rows, err := db.All(ctx, tx, func(scan func(...any) error) (string, error) {
			var r row
			err := scan(&r.id, &r.parent, &r.sort, &r.ok, &r.maybe, &r.weight, &r.photo, &r.note)
			show := func(p any) any {
				if v := reflect.ValueOf(p); !v.IsNil() {
					return v.Elem().Interface()
				}
				return nil
			}
			return fmt.Sprint(*r.id, show(r.parent), r.sort, r.ok, show(r.maybe), show(r.weight), r.photo, show(r.note)), err
		}, `select id, parent, sort, ok, maybe, weight, photo, note from person order by id`)
		if err != nil {
			return err
		}
		more, err := db.All(ctx, tx, func(scan func(...any) error) (string, error) {
			var a, b string
			return a + b, scan(&a, &b)
		}, `select code, name from sort order by code`)
		empty, err2 := db.One(ctx, tx, db.Value[int64], `select count(*) from person where photo is null`)
		must(t, err2)
		out = append(append(rows, more...), fmt.Sprint(empty))
		return err
	}))
	return out
}

func TestCopyThereAndBack(t *testing.T) {
	ctx := t.Context()
	home := lite(t, family)
	people(t, home, 457)
	want := contents(t, home)

	far := opened(t, dbtest.PostgresURL(t, false), family)
	last := map[string]int64{}
	must(t, db.Copy(ctx, home, far, func(table string, n int64) { last[table] = n }))
	if got := contents(t, far); !reflect.DeepEqual(got, want) {
		t.Errorf("in PostgreSQL:\n%v\nwant\n%v", got, want)
	}
	if last["person"] != 457 || last["adoption"] != 457 || last["sort"] != 2 {
		t.Errorf("progress ended at %v", last)
	}
	if err := write(far, `insert into adoption (person, at) values (9999, 1)`); !db.IsReference(err) {
		t.Errorf("keys are checked late after a copy: %v", err)
	}

	back := lite(t, family)
	must(t, db.Copy(ctx, far, back, nil))
	if got := contents(t, back); !reflect.DeepEqual(got, want) {
		t.Errorf("back in SQLite:\n%v\nwant\n%v", got, want)
	}
	if err := write(back, `insert into adoption (person, at) values (9999, 1)`); !db.IsReference(err) {
		t.Errorf("keys are checked late after a copy: %v", err)
	}
}

func write(d *db.DB, query string) error {
	ctx := context.Background()
	return d.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, query)
		return err
	})
}

// The real schema, both ways, with what its migrations put there.
func TestCopyOfTheSchema(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		to := dbtest.One(t)
		must(t, db.Copy(t.Context(), d, to, nil))
		if d.Engine() == db.Postgres {
			must(t, db.Copy(t.Context(), dbtest.One(t), dbtest.Postgres(t), nil))
		}
	})
}

func TestCopyRefuses(t *testing.T) {
	t.Run("a target in use", func(t *testing.T) {
		home, used := lite(t, family), lite(t, family)
		people(t, home, 3)
		people(t, used, 1)
		err := db.Copy(t.Context(), home, used, nil)
		if fault.Of(err) != fault.Conflict || fault.Key(err) != "db.copy_filled" {
			t.Errorf("got %v", err)
		}
		if n := len(contents(t, used)); n != 4 {
			t.Errorf("target changed: %d lines", n)
		}
	})
	t.Run("another schema", func(t *testing.T) {
		home := lite(t, family)
		more := fstest.MapFS{"0001_family.sql": family["0001_family.sql"],
			"0002_more.sql": {Data: []byte("-- +goose Up\nalter table sort add column rank bigint not null default 0;\n")}}
		if err := db.Copy(t.Context(), home, lite(t, more), nil); fault.Key(err) != "db.copy_schema" {
			t.Errorf("got %v", err)
		}
	})
	loose := fstest.MapFS{"0001_family.sql": {Data: []byte(strings.ReplaceAll(string(family["0001_family.sql"].Data),
		"person bigint not null references person (id)", "person bigint not null"))}}
	home := lite(t, loose)
	must(t, write(home, `insert into adoption (person, at) values (7, 1)`))
	t.Run("a source whose references are broken, into SQLite", func(t *testing.T) {
		refusesBroken(t, home, lite(t, family))
	})
	t.Run("a source whose references are broken, into PostgreSQL", func(t *testing.T) {
		refusesBroken(t, home, opened(t, dbtest.PostgresURL(t, false), family))
	})
}

func refusesBroken(t *testing.T, home, to *db.DB) {
	t.Helper()
	if err := db.Copy(t.Context(), home, to, nil); err == nil {
		t.Error("copied")
	}
	must(t, to.Read(t.Context(), func(tx db.Tx) error {
		n, err := db.One(t.Context(), tx, db.Value[int64], `select count(*) from adoption`)
		if n > 0 {
			t.Errorf("%d rows were left behind", n)
		}
		return err
	}))
}
