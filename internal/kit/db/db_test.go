package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
)

// note makes the table most tests here write to.
func note(t testing.TB, d *db.DB) {
	t.Helper()
	script(t, d, `create table note (id bigint primary key, word text not null unique, done boolean not null default false)`)
}

func script(t testing.TB, d *db.DB, statements ...string) {
	t.Helper()
	for _, q := range statements {
		must(t, d.Write(t.Context(), func(tx db.Tx) error {
			_, err := tx.ExecContext(t.Context(), q)
			return err
		}))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func insert(ctx context.Context, tx db.Tx, id int64, word string) error {
	_, err := tx.ExecContext(ctx, `insert into note (id, word) values ($1, $2)`, id, word)
	return err
}

func words(t testing.TB, d *db.DB) []string {
	t.Helper()
	var out []string
	must(t, d.Read(t.Context(), func(tx db.Tx) (err error) {
		out, err = db.All(t.Context(), tx, db.Value[string], `select word from note order by id`)
		return err
	}))
	return out
}

func TestWriteAndRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		note(t, d)
		must(t, d.Write(ctx, func(tx db.Tx) error { return insert(ctx, tx, 1, "một") }))
		boom := errors.New("boom")
		err := d.Write(ctx, func(tx db.Tx) error { return errors.Join(insert(ctx, tx, 2, "hai"), boom) })
		if !errors.Is(err, boom) {
			t.Errorf("got %v", err)
		}
		if got := words(t, d); len(got) != 1 || got[0] != "một" {
			t.Errorf("after a failed write: %q", got)
		}
		err = d.Read(ctx, func(tx db.Tx) error {
			_, err := db.One(ctx, tx, db.Value[int64], `select id from note where word = $1`, "ba")
			return err
		})
		if fault.Of(err) != fault.Missing {
			t.Errorf("no row: %v", err)
		}
		if err := d.Read(ctx, func(tx db.Tx) error { return insert(ctx, tx, 3, "ba") }); err == nil {
			t.Error("wrote inside Read")
		}
	})
}

func TestRefusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		note(t, d)
		script(t, d, `create table part (id bigint primary key, note bigint not null references note (id))`)
		must(t, d.Write(ctx, adding(ctx, 1, "a", nil)))
		for _, c := range []struct {
			says string
			fn   func(db.Tx) error
			ok   func(error) bool
		}{
			{"a word twice", adding(ctx, 2, "a", nil), db.IsDuplicate},
			{"an id twice", adding(ctx, 1, "b", nil), db.IsDuplicate},
			{"a part of nothing", func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `insert into part (id, note) values (1, 99)`)
				return err
			}, db.IsReference},
			{"NUL", adding(ctx, 3, "x\x00y", nil), isBadText},
			{"broken UTF-8", adding(ctx, 3, "x\xff", nil), isBadText},
			{"broken UTF-8 of another type", func(tx db.Tx) error {
				type label string
				_, err := db.One(ctx, tx, db.Value[string], `select word from note where word = $1`, label("x\xff"))
				return err
			}, func(err error) bool { return fault.Of(err) != fault.Internal }},
			{"a failure that is ignored", func(tx db.Tx) error { insert(ctx, tx, 1, "a"); return nil }, db.IsDuplicate},
			{"a statement after a failure", func(tx db.Tx) error {
				insert(ctx, tx, 1, "a")
				return insert(ctx, tx, 4, "d")
			}, func(err error) bool { return strings.Contains(err.Error(), "has failed") }},
			{"a statement with a cursor open", func(tx db.Tx) error {
				rows, err := tx.QueryContext(ctx, `select id from note`)
				must(t, err)
				defer rows.Close()
				return insert(ctx, tx, 4, "d")
			}, func(err error) bool { return strings.Contains(err.Error(), "cursor") }},
			{"no such table", func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `delete from nowhere`)
				return err
			}, func(err error) bool { return strings.HasPrefix(err.Error(), "delete from nowhere: ") }},
		} {
			if err := d.Write(ctx, c.fn); err == nil || !c.ok(err) {
				t.Errorf("%s: %v", c.says, err)
			}
		}
		if got := words(t, d); !slices.Equal(got, []string{"a"}) {
			t.Errorf("kept %q", got)
		}
	})
}

func isBadText(err error) bool {
	return fault.Of(err) == fault.Invalid && fault.Key(err) == "db.text"
}

func TestTxIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		note(t, d)
		var kept db.Tx
		must(t, d.Write(ctx, func(tx db.Tx) error { kept = tx; return nil }))
		if err := insert(ctx, kept, 1, "a"); err == nil {
			t.Error("wrote after Write")
		}
		must(t, d.Read(ctx, func(tx db.Tx) error { kept = tx; return nil }))
		if err := kept.QueryRowContext(ctx, `select 1`).Scan(new(int)); err == nil {
			t.Error("read after Read")
		}
	})
}

func TestAttempt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		note(t, d)
		must(t, d.Write(ctx, func(tx db.Tx) error {
			must(t, insert(ctx, tx, 1, "a"))
			err := db.Attempt(ctx, tx, func() error {
				must(t, insert(ctx, tx, 2, "b"))
				must(t, db.Attempt(ctx, tx, func() error { return insert(ctx, tx, 3, "c") }))
				return insert(ctx, tx, 4, "a")
			})
			if !db.IsDuplicate(err) {
				t.Errorf("got %v", err)
			}
			err = db.Attempt(ctx, tx, func() error { insert(ctx, tx, 4, "a"); return nil })
			if !db.IsDuplicate(err) {
				t.Errorf("ignored inside: %v", err)
			}
			must(t, db.Attempt(ctx, tx, func() error { return insert(ctx, tx, 5, "e") }))
			return insert(ctx, tx, 6, "f")
		}))
		if got := words(t, d); !slices.Equal(got, []string{"a", "e", "f"}) {
			t.Errorf("kept %q", got)
		}
	})
}

func TestAttemptWhenTheCallerLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, leave := context.WithCancel(t.Context())
		note(t, d)
		err := d.Write(t.Context(), func(tx db.Tx) error {
			db.Attempt(ctx, tx, func() error {
				must(t, insert(ctx, tx, 1, "a"))
				leave()
				return errors.New("half done")
			})
			return nil
		})
		if got := words(t, d); err == nil || len(got) > 0 {
			t.Errorf("%v, kept %q", err, got)
		}
	})
}

func TestLike(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		for _, c := range []struct {
			text, find string
			want       bool
		}{
			{"nguyen van a", "van", true}, {"nguyen van a", "Van", false}, {"100%", "0%", true}, {"1000", "0%", false},
			{"a_b", "a_", true}, {"acb", "a_", false}, {`a\b`, `\b`, true}, {`ab`, `\b`, false},
		} {
			must(t, d.Read(ctx, func(tx db.Tx) error {
				got, err := db.One(ctx, tx, db.Value[bool], `select cast($1 as text) like $2 escape '\'`, c.text, "%"+db.Like(c.find)+"%")
				if got != c.want {
					t.Errorf("%q in %q: %v", c.find, c.text, got)
				}
				return err
			}))
		}
	})
}

// Another program keeps the file to itself.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "busy.db")
	ours, err := db.Open(path)
	must(t, err)
	defer ours.Close()
	theirs, err := sql.Open("sqlite", path)
	must(t, err)
	defer theirs.Close()
	must(t, ours.Write(t.Context(), func(tx db.Tx) error { // so that the test need not wait ten seconds
		_, err := db.One(t.Context(), tx, db.Value[int64], `pragma busy_timeout = 50`)
		return err
	}))
	lock, err := theirs.Conn(t.Context())
	must(t, err)
	defer lock.Close()
	_, err = lock.ExecContext(t.Context(), `begin immediate`)
	must(t, err)
	if err := ours.Ping(t.Context()); fault.Of(err) != fault.TooMany {
		t.Errorf("got %v", err)
	}
	_, err = lock.ExecContext(t.Context(), `rollback`)
	must(t, err)
	must(t, ours.Ping(t.Context()))
}

// What a transaction has read does not change under it.
func TestSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		note(t, d)
		must(t, d.Read(ctx, func(tx db.Tx) error {
			count := func() int64 {
				n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from note`)
				must(t, err)
				return n
			}
			before := count()
			must(t, d.Write(ctx, adding(ctx, 1, "a", nil)))
			if after := count(); before != 0 || after != 0 {
				t.Errorf("saw %d, then %d", before, after)
			}
			return nil
		}))
	})
}

// More texts than are kept prepared, more readers than connections.
func TestManyReaders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var all sync.WaitGroup
		for r := range 40 {
			all.Go(func() {
				for k := range 30 {
					must(t, d.Read(ctx, func(tx db.Tx) error {
						got, err := db.One(ctx, tx, db.Value[int64], fmt.Sprintf(`select $1 + %d`, r*30+k), int64(1))
						if got != int64(r*30+k+1) {
							t.Errorf("%d + 1 = %d", r*30+k, got)
						}
						return err
					}))
				}
			})
		}
		all.Wait()
	})
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	odd := filepath.Join(dir, "có dấu %3F?#.db")
	for _, url := range []string{odd, "file:" + odd} {
		d, err := db.Open(url)
		must(t, err)
		must(t, d.Ping(t.Context()))
		must(t, d.Close())
	}
	if st, err := os.Stat(odd); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st, err)
	}
	text := filepath.Join(dir, "text")
	must(t, os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o600))
	for says, url := range map[string]string{
		"a folder that is not there": filepath.Join(dir, "absent", "x.db"),
		"a folder":                   dir,
		"another file":               text,
		"a server that is not there": "postgres://nobody@127.0.0.1:1/x?sslmode=disable",
		"not an address":             "postgres://%zz",
	} {
		if d, err := db.Open(url); err == nil {
			d.Close()
			t.Errorf("%s was opened", says)
		}
	}
}

func TestClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must(t, d.Close())
		d.Close()
		nothing := func(db.Tx) error { t.Error("it ran"); return nil }
		if d.Write(t.Context(), nothing) == nil || d.Read(t.Context(), nothing) == nil {
			t.Error("a closed database answers")
		}
	})
}

func TestWriteInsideWrite(t *testing.T) {
	d := dbtest.One(t)
	defer func() {
		if err, _ := recover().(error); err == nil || !strings.Contains(err.Error(), "inside Write") {
			t.Errorf("recovered %v", err)
		}
		must(t, d.Ping(t.Context()))
	}()
	d.Write(t.Context(), func(db.Tx) error {
		return d.Write(t.Context(), func(db.Tx) error { return nil })
	})
}
