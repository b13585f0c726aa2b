package lookup

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// What the ways through the tables find together is what comparing everybody finds.
func TestSameAsComparingAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, r := context.Background(), rand.New(rand.NewPCG(1, 1))
		words := strings.Fields("Nguyễn Nguyên Trần Lê Lệ Thị Văn Đức Đưc Hòa Hoà Hoàng An Ân Anh Ánh Mẫu 001 1 Sơn Y Thuỳ")
		names := map[id.ID]string{}
		err := d.Write(ctx, func(tx db.Tx) error {
			clear(names)
			if _, err := tx.ExecContext(ctx, `insert into org_unit (id, code, level, name, short, folded, sort_key, created_at) values (1, 'x', 'cell', 'x', 'x', 'x', 'x', 0)`); err != nil {
				return err
			}
			for range 250 {
				n := []string{}
				for range 1 + r.IntN(4) {
					n = append(n, words[r.IntN(len(words))])
				}
				p, name := id.New(), strings.Join(n, " ")
				names[p] = name
				if _, err := tx.ExecContext(ctx, `insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', 1, 0)`, p, name, text.Fold(name), text.NameKey(name)); err != nil {
					return err
				}
				folded := strings.Fields(text.Fold(name))
				slices.Sort(folded)
				for _, w := range slices.Compact(folded) {
					if _, err := tx.ExecContext(ctx, `insert into person_word (word, person) values ($1, $2)`, w, p); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			q := Query{Where: func(*[]any) string { return "p.left_on is null" }}
			for range 1 + r.IntN(3) {
				w := []rune(words[r.IntN(len(words))])
				q.Text += " " + string(w[:1+r.IntN(len(w))])
			}
			var want []string
			for p, name := range names {
				if folded := " " + text.Fold(name); !slices.ContainsFunc(text.Words(q.Text), func(w string) bool { return !strings.Contains(folded, " "+w) }) {
					want = append(want, p.String())
				}
			}
			slices.Sort(want)
			err := d.Read(ctx, func(tx db.Tx) error {
				for say, do := range map[string]func(Query) (Found, error){
					"by stretches": func(q Query) (Found, error) { return q.scan(ctx, tx, text.Words(q.Text)) },
					"by meeting": func(q Query) (Found, error) {
						return q.sorted(ctx, tx, text.Words(q.Text), meeting(text.Words(q.Text)))
					},
					"as chosen": func(q Query) (Found, error) { return People(ctx, tx, q) },
				} {
					got, err := pages(q, do)
					if err != nil {
						return fmt.Errorf("%s: %w", say, err)
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s, %q: found %d of %d", say, q.Text, len(got), len(want))
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(q.Text, err)
			}
		}
		err = d.Read(ctx, func(tx db.Tx) error {
			for _, bad := range []string{"~", "~!!", "~MS4y", "zzz", "~" + strings.Repeat("A", 3000)} {
				_, err := People(ctx, tx, Query{Text: "an", Page: db.Page{After: bad}, Where: func(*[]any) string { return "true" }})
				if fault.Of(err) != fault.Invalid {
					t.Errorf("the cursor %q: %v", bad, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// pages reads all of a search, and what it leaves for a wide one.
func pages(q Query, do func(Query) (Found, error)) (ids []string, err error) {
	for _, q.Wide = range []bool{false, true} {
		partial := false
		for q.Page = (db.Page{Limit: 7}); ; {
			f, err := do(q)
			if err != nil {
				return nil, err
			}
			for _, h := range f.Hits {
				ids = append(ids, h.ID.String())
			}
			partial = f.Partial
			if q.Page.After = f.Next; f.Next == "" {
				break
			}
		}
		if !partial {
			break
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		say, typed, name string
		first            bool // found before names are looked through from their beginning
	}{
		{"a full name", "nguyen thi hoa", "Nguyễn Thị Hòa", true},
		{"its end alone", "hoa", "Nguyễn Thị Hòa", true},
		{"any order", "hoa nguyen", "Nguyễn Thị Hòa", true},
		{"the very marks", "Hòa", "Nguyễn Thị Hòa", true},
		{"a family name alone", "nguyen", "Nguyễn Thị Hòa", false},
	} {
		all := spans(c.typed)
		if got := seen(all[:len(all)-1], text.NameKey(c.name)); got != c.first {
			t.Errorf("%s: %v", c.say, got)
		}
		if !all[len(all)-1].has(text.NameKey(c.name)) {
			t.Errorf("%s is nowhere", c.say)
		}
	}
}
