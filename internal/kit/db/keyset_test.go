package db_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

type item struct {
	id   id.ID
	name string
	rank int64
}

func scanItem(scan func(...any) error) (i item, err error) {
	return i, scan(&i.id, &i.name, &i.rank)
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		script(t, d, `create table item (id bigint primary key, name text not null, rank bigint not null)`)
		must(t, d.Write(ctx, func(tx db.Tx) error {
			for n := range 23 { // many share a name and a rank, so the id must decide
				_, err := tx.ExecContext(ctx, `insert into item (id, name, rank) values ($1, $2, $3)`,
					n+1, fmt.Sprintf("tên.%d đ", n%4), n%3*10)
				if err != nil {
					return err
				}
			}
			return nil
		}))
		byName := func(i item) (string, id.ID) { return i.name, i.id }
		byRank := func(i item) (string, id.ID) { return strconv.FormatInt(i.rank, 10), i.id }
		byID := func(i item) (string, id.ID) { return "", i.id }
		for _, c := range []struct {
			says  string
			order db.Order
			key   func(item) (string, id.ID)
			sql   string
		}{
			{"by name", db.Order{Sort: "name", ID: "id"}, byName, "name, id"},
			{"by name backwards", db.Order{Sort: "name", ID: "id", Desc: true}, byName, "name desc, id desc"},
			{"by a number", db.Order{Sort: "rank", ID: "id", Number: true}, byRank, "rank, id"},
			{"by a number backwards", db.Order{Sort: "rank", ID: "id", Desc: true, Number: true}, byRank, "rank desc, id desc"},
			{"by id", db.Order{ID: "id"}, byID, "id"},
			{"by id backwards", db.Order{ID: "id", Desc: true}, byID, "id desc"},
		} {
			t.Run(c.says, func(t *testing.T) {
				var want, got []item
				must(t, d.Read(ctx, func(tx db.Tx) (err error) {
					want, err = db.All(ctx, tx, scanItem, `select id, name, rank from item where id <> $1 order by `+c.sql, 5)
					return err
				}))
				page, pieces := db.Page{Limit: 5}, 0
				for {
					var rows db.Rows[item]
					must(t, d.Read(ctx, func(tx db.Tx) (err error) {
						rows, err = db.List(ctx, tx, page, c.order, c.key, scanItem, `select id, name, rank from item where id <> $1`, 5)
						return err
					}))
					got = append(got, rows.Items...)
					if pieces++; rows.Next == "" {
						break
					}
					page.After = rows.Next
				}
				if !slices.Equal(got, want) || pieces != 5 {
					t.Errorf("in %d pieces:\n%v\nwant\n%v", pieces, got, want)
				}
			})
		}
	})
}

func TestListLimits(t *testing.T) {
	d, ctx := dbtest.One(t), t.Context()
	script(t, d, `create table item (id bigint primary key, name text not null, rank bigint not null)`,
		`insert into item select value, 'x', 0 from (with recursive n(value) as (select 1 union all select value + 1 from n where value < 501) select value from n)`)
	for _, c := range []struct {
		says        string
		limit, want int
		more        bool
	}{
		{"none asked", 0, 50, true},
		{"negative", -3, 50, true},
		{"too many", 9999, 500, true},
		{"one", 1, 1, true},
	} {
		must(t, d.Read(ctx, func(tx db.Tx) error {
			rows, err := db.List(ctx, tx, db.Page{Limit: c.limit}, db.Order{ID: "id"},
				func(i item) (string, id.ID) { return "", i.id }, scanItem, `select id, name, rank from item where true`)
			if len(rows.Items) != c.want || (rows.Next != "") != c.more {
				t.Errorf("%s: %d items, next %q", c.says, len(rows.Items), rows.Next)
			}
			return err
		}))
	}
}

func TestCursorOfStrangers(t *testing.T) {
	d, ctx := dbtest.One(t), t.Context()
	note(t, d)
	enc := base64.RawURLEncoding.EncodeToString
	for says, after := range map[string]string{
		"not base64": "!!", "no dot": enc([]byte("abc")), "no number": enc([]byte("-.x")), "zero": enc([]byte("0.x")),
		"negative": enc([]byte("-5.x")), "NUL": enc([]byte("1.\x00")), "not UTF-8": enc([]byte("1.\xff")),
		"too long": enc(make([]byte, 9000)), "number too long": enc([]byte("zzzzzzzzzzzzzzzzz.x")),
	} {
		err := d.Read(ctx, func(tx db.Tx) error {
			_, err := db.List(ctx, tx, db.Page{After: after}, db.Order{Sort: "word", ID: "id"},
				func(s string) (string, id.ID) { return s, 1 }, db.Value[string], `select word from note where true`)
			return err
		})
		if fault.Of(err) != fault.Invalid || fault.Key(err) != "db.cursor" {
			t.Errorf("%s: %v", says, err)
		}
	}
	err := d.Read(ctx, func(tx db.Tx) error {
		_, err := db.List(ctx, tx, db.Page{After: enc([]byte("1.x"))}, db.Order{Sort: "id", ID: "id", Number: true},
			func(s string) (string, id.ID) { return s, 1 }, db.Value[string], `select word from note where true`)
		return err
	})
	if fault.Key(err) != "db.cursor" {
		t.Errorf("a word for a number: %v", err)
	}
}
