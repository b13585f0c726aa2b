package recheck

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// A draw written in pieces that ends in the middle of any of them is seen by nobody, is gone on with, and is
// committed to and drawn once: the people are those whom the secret and the head give.
func TestDrawInPieces(t *testing.T) {
	defer func(b, p int) { portionBytes, portionPeople = b, p }(portionBytes, portionPeople)
	portionBytes, portionPeople = 10, 2
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, halves := seed(t, d), [2]int{}
		for version := int64(1); version <= 7; version++ {
			w.clock = w.clock.AddDate(1, 0, 0) // everybody is asked once a year
			w.closes(t, commune, version)
			w.left(t, int(version)%4)
			w.advance(t) // somebody else may be at it still
			if x := w.of(t, commune); x.Version == version && x.State == "begun" {
				halves[0]++
			}
			w.clock = w.clock.Add(time.Duration(Stale+1) * time.Millisecond)
			w.unsealed(t)
			w.sent.looked = time.Time{}
			w.advance(t)
			if x := w.of(t, commune); x.Version != version || x.State != "committed" || len(x.Strata) != 3 {
				t.Fatalf("version %d: %+v", version, x)
			}
			w.head(t)
			w.broken(int(version))
			if there := w.people(t, commune); w.of(t, commune).State == "committed" && len(there) > 0 {
				halves[1]++
				if mine, err := w.MyAsks(ctx, member(there[0].Person)); err != nil || version == 1 && len(mine) != 0 {
					t.Errorf("asked before the draw is whole: %+v %v", mine, err)
				}
			}
			w.unsealed(t)
			other := &Service{DB: d, Now: w.Now, Seal: w.Seal}
			if _, err := other.Advance(ctx); err != nil {
				t.Fatal(err)
			}
			w.advance(t)
			w.asDrawn(t)
			w.unsealed(t)
		}
		if halves[0] == 0 || halves[1] == 0 {
			t.Errorf("never ended in the middle: %v", halves)
		}
	})
}

// left begins to commit to the commune's draw and writes so many of its lists.
func (w *world) left(t *testing.T, lists int) {
	t.Helper()
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		list, err := uncommitted(ctx, tx, 0, many)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		d := list[0]
		d.ID, d.State, d.Hash, d.Committed = id.New(), "begun", "x", w.Now.Ms()
		if d.Strata, err = w.strata(ctx, tx, d); err != nil {
			return err
		}
		if err := insertDraw(ctx, tx, d, []byte("x")); err != nil {
			return err
		}
		return insertStrata(ctx, tx, d.ID, 0, d.Strata[:min(lists, len(d.Strata))])
	})
	if err != nil {
		t.Fatal(err)
	}
}

// broken draws and ends when it asks for the time once too often, which it does in each piece.
func (w *world) broken(calls int) {
	some, end := context.WithCancel(ctx)
	defer end()
	s := &Service{DB: w.DB, Seal: w.Seal, Now: func() time.Time {
		if calls--; calls < 0 {
			end()
		}
		return w.clock
	}}
	calls++ // to find what is ripe
	s.decide(some)
	s.draw(some)
}

// asDrawn holds the people against the draw computed anew.
func (w *world) asDrawn(t *testing.T) {
	t.Helper()
	x, there := w.of(t, commune), w.people(t, commune)
	secret, err := w.secret(x)
	if err != nil || x.State != "drawn" {
		t.Fatalf("%+v %v", x, err)
	}
	want := Draw(secret, x.Root, x.Strata)
	if len(want) != len(there) || len(there) < 3 {
		t.Fatalf("asked %d, drawn %d", len(there), len(want))
	}
	for i, p := range there {
		if (Pick{p.stratum, p.Counted, p.place}) != want[i] || p.Asked != x.Drawn || p.Answer == "" && p.Closes != x.Closes {
			t.Errorf("asked %+v, drawn %v", p, want[i])
		}
	}
}

// unsealed finds rows without their line and lines without their row.
func (w *world) unsealed(t *testing.T) {
	t.Helper()
	rows := int64(0)
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		err := w.Sealed(ctx, tx, func(r proof.Row) error {
			rows++
			var salt, digest string
			err := tx.QueryRowContext(ctx, `select salt, digest from proof_line where kind = $1 and subject = $2 and version = $3`, r.Kind, r.Subject, r.Version).Scan(&salt, &digest)
			if err != nil || proof.Digest(salt, r.Body) != digest {
				t.Errorf("%s %s without its line: %v", r.Kind, r.Subject, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		lines, err := db.One(ctx, tx, db.Value[int64], `select count(*) from proof_line where kind like 'recheck.%'`)
		if lines != rows {
			t.Errorf("%d rows, %d lines", rows, lines)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
