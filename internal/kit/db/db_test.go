package db_test

import (
	"context"
	"errors"
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
