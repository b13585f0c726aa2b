package db_test

import (
	"fmt"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestInsert(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		script(t, d, `create table thing (id bigint primary key, owner bigint, word text, much integer not null, sure boolean not null, body bytea)`)
		rows := func(from, n int, word any) (list [][]any) {
			for i := range n {
				list = append(list, []any{id.ID(from + i), id.ID(0), word, i, i%2 == 0, []byte{byte(i), 0}})
			}
			return list
		}
		put := func(rows [][]any) error {
			return d.Write(ctx, func(tx db.Tx) error {
				return db.Insert(ctx, tx, `insert into thing (id, owner, word, much,
					sure, body)`, 6, rows)
			})
		}
		for _, c := range []struct {
			say  string
			rows [][]any
			ok   func(error) bool
		}{
			{"none", nil, func(err error) bool { return err == nil }},
			{"a few", rows(1, 3, nil), func(err error) bool { return err == nil }},
			{"many", rows(1000, 300, "Đảng ủy"), func(err error) bool { return err == nil }},
			{"one of a few is there", rows(3, 3, "x"), db.IsDuplicate},
			{"one of many is there", rows(1299, 200, "x"), db.IsDuplicate},
			{"text that nobody can keep", rows(2000, 200, "a\x00b"), func(err error) bool { return fault.Of(err) == fault.Invalid }},
		} {
			if err := put(c.rows); !c.ok(err) {
				t.Errorf("%s: %v", c.say, err)
			}
		}
		var got string
		must(t, d.Read(ctx, func(tx db.Tx) error {
			var n, words, owners, much, sure, bodies int64
			err := tx.QueryRowContext(ctx, `select count(*), count(word), count(owner), sum(much), sum(case when sure then 1 else 0 end), sum(length(body)) from thing`).
				Scan(&n, &words, &owners, &much, &sure, &bodies)
			got = fmt.Sprint(n, words, owners, much, sure, bodies)
			return err
		}))
		if want := fmt.Sprint(303, 300, 0, 3+299*300/2, 152, 606); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// A statement planned for its values says the same as any other.
func TestAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		note(t, d)
		for i := range int64(8) {
			must(t, d.Write(ctx, func(tx db.Tx) error {
				if err := insert(ctx, tx, i, fmt.Sprint(i)); err != nil {
					return err
				}
				n, err := db.Exec(ctx, tx, `update note set done = true where id > $1 and id <= $2 /* anew */`, i-2, i)
				if want := min(i+1, 2); err == nil && n != want {
					t.Errorf("%d rows, want %d", n, want)
				}
				return err
			}))
		}
		must(t, d.Learn(ctx, "note"))
	})
}
