package access_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// forest is a tree kept by hand beside the database: parents, and since when each unit is
// below each other.
type forest struct {
	t      rapid.TB
	d      *db.DB
	units  []id.ID
	parent map[id.ID]id.ID
	since  map[[2]id.ID]int64
	day    int
}

var ctx = context.Background()

// now is nine in the morning of a day of the forest.
func (f *forest) now() time.Time {
	return clock.Start("2026-01-01").AddDate(0, 0, f.day).Add(9 * time.Hour)
}

func (f *forest) above(u id.ID) (out []id.ID) {
	for ; u != 0; u = f.parent[u] {
		out = append(out, u)
	}
	return out
}

// grow makes a unit below another, or a top for zero.
func (f *forest) grow(parent id.ID) {
	u := org.Unit{ID: id.New(), Level: "group", Name: "Tổ mẫu", Parent: parent}
	u.Code = u.ID.String()
	if err := f.d.Write(ctx, func(tx db.Tx) error { return org.AddAll(ctx, tx, []org.Unit{u}, f.now().UnixMilli(), 0) }); err != nil {
		f.t.Fatal(err)
	}
	f.units, f.parent[u.ID] = append(f.units, u.ID), parent
	for _, top := range f.above(u.ID) {
		f.since[[2]id.ID{top, u.ID}] = f.since[[2]id.ID{top, parent}] // covered as its parent is
	}
}

// move hangs a unit under another, on a day of its own, as far as the tree allows it.
func (f *forest) move(u, parent id.ID) {
	f.day++
	s := &org.Service{DB: f.d, Now: f.now}
	err := s.Move(ctx, access.System("thử"), u, parent, clock.Day(f.now()), "")
	if slices.Contains(f.above(parent), u) || f.parent[u] == parent || f.parent[u] == 0 {
		if fault.Of(err) == fault.Internal && err != nil {
			f.t.Fatal(err)
		}
		if err != nil {
			return
		}
	} else if err != nil {
		f.t.Fatal(err)
	}
	old := f.since
	f.parent[u], f.since = parent, map[[2]id.ID]int64{}
	for _, x := range f.units {
		for _, top := range f.above(x) {
			at, kept := old[[2]id.ID{top, x}]
			if !kept {
				at = f.now().UnixMilli()
			}
			f.since[[2]id.ID{top, x}] = at
		}
	}
}

// sees is brute force: a grant covers what is below its unit by birth in what it covers, or by a move up to
// the instant it covers; what stands above is seen wherever it stands.
func (f *forest) sees(who access.Actor, need access.Need, u id.ID, also bool) bool {
	for _, g := range who.Grants {
		if !g.Role.Can(need) {
			continue
		}
		if since, below := f.since[[2]id.ID{g.Unit, u}]; below && since <= g.Covers {
			return true
		}
		if _, over := f.since[[2]id.ID{u, g.Unit}]; also && over {
			return true
		}
	}
	return false
}

func (f *forest) rows(where func(string, *[]any) string) (out []id.ID) {
	in, args := make([]string, len(f.units)), []any{}
	for i, u := range f.units {
		args = append(args, u)
		in[i] = fmt.Sprintf("$%d", i+1)
	}
	q := `select u.id from org_unit u where u.id in (` + strings.Join(in, ", ") + `) and ` + where("u.id", &args) + ` order by u.id`
	err := f.d.Read(ctx, func(tx db.Tx) (err error) {
		out, err = db.All(ctx, tx, db.Value[id.ID], q, args...)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// Random trees, moves, grants and queries: rows seen through SQL equal rows computed by
// brute force.
func TestRowsSeenEqualBruteForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(t *rapid.T) {
			f := &forest{t: t, d: d, parent: map[id.ID]id.ID{}, since: map[[2]id.ID]int64{}}
			f.grow(0)
			for range rapid.IntRange(2, 7).Draw(t, "units") {
				f.grow(rapid.SampledFrom(f.units).Draw(t, "parent"))
			}
			var who [3]access.Actor
			for range rapid.IntRange(1, 5).Draw(t, "steps") {
				switch rapid.IntRange(0, 3).Draw(t, "step") {
				case 0:
					f.grow(rapid.SampledFrom(f.units).Draw(t, "born below"))
				case 1, 2:
					f.move(rapid.SampledFrom(f.units).Draw(t, "moved"), rapid.SampledFrom(f.units).Draw(t, "to"))
				default:
					a := &who[rapid.IntRange(0, len(who)-1).Draw(t, "who")]
					a.Account = 7
					a.Grants = append(a.Grants, access.Grant{Role: rapid.SampledFrom(access.Roles).Draw(t, "role"),
						Unit: rapid.SampledFrom(f.units).Draw(t, "at"), Covers: f.now().UnixMilli()})
				}
			}
			need := rapid.SampledFrom([]access.Need{access.PersonRead, access.UnitRead, access.AccountEdit, access.AuditRead}).Draw(t, "need")
			for _, a := range who {
				var below, seen []id.ID
				for _, u := range slices.Sorted(slices.Values(f.units)) {
					if f.sees(a, need, u, false) {
						below = append(below, u)
					}
					if f.sees(a, need, u, true) {
						seen = append(seen, u)
					}
				}
				if got := f.rows(a.Scope(need).Where); !slices.Equal(got, below) {
					t.Fatalf("below: %v, by hand %v", got, below)
				}
				f.wholes(a.Scope(need), below)
				if got := f.rows(a.Scope(need).WhereSeen); !slices.Equal(got, seen) {
					t.Fatalf("seen: %v, by hand %v", got, seen)
				}
			}
		})
	})
}

// wholes: where the scope says that it holds everything below a unit, it does; and where one
// grant that no move came below holds the unit, it says so.
func (f *forest) wholes(s access.Scope, seen []id.ID) {
	err := f.d.Read(ctx, func(tx db.Tx) error {
		for _, u := range f.units {
			whole, err := s.Whole(ctx, tx, u)
			if err != nil {
				return err
			}
			all := true
			for _, x := range f.units {
				_, below := f.since[[2]id.ID{u, x}]
				all = all && (!below || slices.Contains(seen, x))
			}
			if whole && !all {
				f.t.Fatalf("%v is said to be seen whole, %v are seen", u, seen)
			}
			if all && !whole && f.day == 0 {
				f.t.Fatalf("%v is seen whole, nothing ever moved", u)
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}
