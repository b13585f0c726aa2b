package trail

import (
	"context"
	"errors"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// The tree that is stored is the one made ready as long as nobody was recorded meanwhile, and
// right in any case.
func TestMadeReady(t *testing.T) {
	for _, c := range []struct {
		says    string
		changes int // sendings before which somebody takes another's place
		sends   int
		ready   bool // what is stored was made ready before the transaction
	}{
		{"nothing changes", 0, 1, true},
		{"somebody else is counted once it is ready", 1, 2, true},
		{"they never stop", 9, tries, false},
	} {
		t.Run(c.says, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := seed(t, d)
				counted, other, sends := 2, 6, 0
				var made id.ID
				err := w.Around(ctx, round, city, func(ctx context.Context) error {
					made = ctx.Value(readyKey{}).(*grown).ID
					if sends++; sends <= c.changes {
						w.swap(counted, other)
						counted, other = other, counted
					}
					return d.Write(ctx, func(tx db.Tx) error { return w.Sent(ctx, tx, round, city) })
				})
				if err != nil || sends != c.sends || w.count(`select count(*) from trail`) != 1 || w.count(`select count(*) from proof_line`) != 1 {
					t.Fatalf("sent %d times: %v", sends, err)
				}
				if is := w.count(`select id from trail`) == int64(made); is != c.ready {
					t.Errorf("the tree made ready was taken: %v", is)
				}
				if _, err := w.log.Advance(ctx); err != nil {
					t.Fatal(err)
				}
				for i, m := range map[int]Mark{counted: "mi1", other: "m-0", 3: "mo2"} {
					if v := w.mine(i, paper1); v.Broken || v.Mark != m || writeCounts(v.Path.Root.Counts) != "10,2,1,7,3,1,1,1,1,2,1" {
						t.Errorf("%d: %s, want %s; %v, broken %v", i, v.Mark, m, v.Path.Root.Counts, v.Broken)
					}
				}
			})
		})
	}
}

// A sending that fails leaves nothing, a tree made ready is stored once, and units that get no
// tree are sent as ever.
func TestReadyOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		mind, sends := errors.New("changed my mind"), 0
		err := w.Around(ctx, round, east, func(ctx context.Context) error {
			sends++
			return d.Write(ctx, func(tx db.Tx) error { return errors.Join(w.Sent(ctx, tx, round, east), mind) })
		})
		if !errors.Is(err, mind) || sends != 1 || w.count(`select (select count(*) from trail) + (select count(*) from trail_sum) + (select count(*) from proof_line)`) != 0 {
			t.Error("something is left:", sends, err)
		}
		err = w.Around(ctx, round, cellA, func(ctx context.Context) error {
			return d.Write(ctx, func(tx db.Tx) error { return w.Sent(ctx, tx, round, cellA) })
		})
		if err != nil || w.count(`select count(*) from trail`) != 0 {
			t.Error("too deep for a tree:", err)
		}
		g, err := w.prepare(ctx, round, east)
		if err != nil {
			t.Fatal(err)
		}
		g.last = true
		held := context.WithValue(ctx, readyKey{}, g)
		for range 2 { // another version, and of another unit
			for _, of := range []id.ID{east, west} {
				if err := d.Write(held, func(tx db.Tx) error { return w.Sent(held, tx, round, of) }); err != nil {
					t.Fatal(err)
				}
			}
			w.ex(`update report set version = version + 1`)
		}
		if n := w.count(`select count(distinct secret) from trail`); n != 4 || w.count(`select count(*) from trail where id = $1 and version = 1`, g.ID) != 1 {
			t.Errorf("%d secrets for 4 trees", n)
		}
	})
}

// No more trees are in memory than bounded; who waits for a place may give up.
func TestPlaces(t *testing.T) {
	var p places
	for range mostReady {
		leave, err := p.enter(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := p.enter(gone); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
