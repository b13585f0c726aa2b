package measure

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// Side by side or one by one, by one reader or by three, people are the same: of every figure, at every unit, and
// of the rates.
func TestPeopleOfEveryShare(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		crowd(t, d)
		ctx, counted := context.Background(), int64(0)
		err := d.Read(ctx, func(tx db.Tx) error {
			for _, u := range [][2]int64{{1, 7}, {2, 4}, {5, 7}, {6, 6}} {
				thirds, err := quantiles(ctx, tx, 1, u[0], u[1], 3)
				if err != nil || len(thirds) != 4 || !slices.IsSorted(thirds) {
					t.Fatal(thirds, err)
				}
				for _, def := range Current() {
					if !def.People() && !(def.Rate()) {
						continue
					}
					want, all := [2]int64{}, []share{little, most}
					if u[0] == 1 {
						all = append(all, whole)
					}
					for i, part := range append(all, all[1:]...) {
						marks, got := []int64{0, math.MaxInt64}, [2]int64{}
						if i >= len(all) {
							marks = thirds
						}
						for i := range len(marks) - 1 {
							at := place{":campaign": 1, ":unit": u[0], ":document": 20, ":lo": u[0], ":hi": u[1], ":after": marks[i], ":upto": marks[i+1]}
							c := counter{ctx, tx, at, part}
							if def.Rate() {
								num, den, e := c.rate(def)
								got[0], got[1], err = got[0]+num, got[1]+den, errors.Join(err, e)
							} else {
								n, e := c.count(def)
								got[0], err = got[0]+n, errors.Join(err, e)
							}
						}
						if err != nil {
							return err
						}
						if i == 0 {
							want = got
							counted += got[0]
						} else if got != want {
							t.Errorf("%s at %v: %v one by one, %v side by side", def.Code, u, want, got)
						}
					}
				}
			}
			return nil
		})
		if err != nil || counted == 0 {
			t.Fatal(err, counted)
		}
	})
}

// crowd is a tree of seven units whose people studied, or not, or were noted as absent once or twice, by lot.
func crowd(t *testing.T, d *db.DB) {
	r, ctx := rand.New(rand.NewPCG(4, 2)), context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		for lo, parent := range []any{nil, 1, 2, 2, 1, 5, 5} {
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, 'x', 'x', 'x', 'x', 0)`, lo+1, strings.Repeat("a", lo+1), parent)
		}
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values (20, 1, 'resolution', '1', 'x', '2026-01-01', 'x', 'x', 0), (21, 1, 'resolution', '2', 'x', '2026-01-01', 'x', 'x', 0)`)
		ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values (1, 1, 'Đợt mẫu', 'open', '2026-01-01', 0)`)
		for i, m := range []int64{30, 31, 32} {
			ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, 1, 1, 'conference', 'in_person', 'x', 'x', 1, 2, 'held', 0)`, m)
			ex(`insert into meeting_document (meeting, document) values ($1, $2)`, m, 20+i/2)
			ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 0, 'x', 1)`, m, m)
		}
		for p := range 300 {
			person, lo := 1000+p, 1+r.IntN(7)
			ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, 'Đảng viên mẫu', 'x', 'x', 'official', $2, 0)`, person, lo)
			ex(`insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) values (1, $1, $2, $3, $4, $5, false, $6)`,
				person, p, lo, lo, []string{"member", "member", "civil"}[r.IntN(3)], r.IntN(4) == 0)
			if r.IntN(2) == 0 {
				ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1, 1, 30, 30, $2, $3, 'own_code', 2, 1, 1, 'x', false)`,
					9000-p, person, []string{"in_person", "online", "relay", "self_study", "make_up", "higher"}[r.IntN(6)])
				ex(`insert into attendance_studied (campaign, document, person, record) values (1, $1, $2, $3)`, 20+r.IntN(10)/9, person, 9000-p)
			}
			for m := range r.IntN(4) {
				ex(`insert into attendance_absence (meeting, person, campaign, reason, note, at) values ($1, $2, 1, $3, '', 1)`, 30+m, person, []string{"", "sick"}[r.IntN(2)])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
