package likeness

import (
	"context"
	"strings"
	"testing"
	"time"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// next closes the campaign and opens another one with a task of its own.
func (w *world) next(t testing.TB) {
	t.Helper()
	s := &campaign.Service{DB: w.d, Now: w.Now}
	if _, err := s.Close(context.Background(), w.officer, w.campaign); err != nil {
		t.Fatal(err)
	}
	if err := w.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.task = id.New()
	w.open(t)
}

// What was handed in before is found in a later campaign, and stays as it was.
func TestEarlierCampaigns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 8), context.Background()
		quoted, text := prose(9, 90), prose(1, 220)
		if err := w.AddReference(ctx, w.officer, Reference{ID: id.New(), Campaign: w.campaign, Category: "resolution", Name: "Nghị quyết của đợt trước", Body: quoted}); err != nil {
			t.Fatal(err)
		}
		first := w.campaign
		old := w.hand(t, 0, prose(2, 60)+" "+quoted+" "+text)
		w.work(t)
		w.next(t)
		again, other := w.hand(t, 1, text), w.hand(t, 2, prose(3, 220))
		w.work(t)
		v, err := w.Show(ctx, w.officer, again, Look{})
		if err != nil || len(v.Sources) != 1 || v.Sources[0].Essay != old || v.Sources[0].In != "Học tập nghị quyết mẫu" || v.Share < 9500 {
			t.Fatalf("last year's text: %+v %+v %v", v.Sources, v.Figures, err)
		}
		var left, right string
		for _, p := range v.Left {
			left += p.Text
		}
		for _, p := range v.Right {
			if p.Kind == Same {
				right += p.Text
			}
		}
		if !strings.Contains(left, strings.Trim(right, " .")) || len(right) < len(text)*9/10 {
			t.Errorf("beside it stands %q", right)
		}
		if v, err := w.Show(ctx, w.officer, other, Look{}); err != nil || v.Copied != 0 {
			t.Errorf("another text: %+v %v", v.Figures, err)
		}
		if n := w.count(t, `select count(*) from likeness_essay where campaign = $1 and (again or copied > 0 or state <> '')`, first); n != 0 {
			t.Error("what is sealed was touched")
		}
		if _, all, err := w.Families(ctx, w.officer, w.campaign); err != nil || len(all) != 0 {
			t.Errorf("a family over campaigns: %+v %v", all, err)
		}
		if err := w.Tidy(ctx); err != nil {
			t.Fatal(err)
		}
		third := w.hand(t, 3, text)
		w.work(t)
		if v, err := w.Show(ctx, w.officer, third, Look{}); err != nil || v.Figures.Sources != 2 {
			t.Errorf("after the index was stored: %+v %v", v.Figures, err)
		}
		w.Service = &Service{DB: d, Now: w.Now, Secret: w.Secret} // a restart; nobody asks for the campaign that is closed
		w.write(t, func(tx db.Tx) error { return w.Deleted(ctx, tx, old) })
		if err := w.Tidy(ctx); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, `select count(*) from likeness_gone`); n != 0 {
			t.Errorf("%d prints of what was deleted are left", n)
		}
		w.work(t)
		if v, err := w.Show(ctx, w.officer, again, Look{}); err != nil || len(v.Sources) != 1 || v.Sources[0].Essay != third {
			t.Errorf("after the old one was deleted: %+v %v", v.Sources, err)
		}
		if v, err := w.Show(ctx, w.officer, w.hand(t, 0, prose(5, 60)), Look{}); err != nil || v.Copied != 0 {
			t.Errorf("%+v %v", v.Figures, err)
		}
	})
}

// Facts of a unit's ground, written after the task was set, are nobody's copy either.
func TestLocalFacts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4), context.Background()
		facts := prose(7, 80)
		a := w.hand(t, 0, prose(1, 160)+" "+facts)
		b := w.hand(t, 1, prose(2, 160)+" "+facts)
		w.work(t)
		if v, err := w.Show(ctx, w.officer, a, Look{}); err != nil || v.Copied == 0 {
			t.Fatalf("before: %+v %v", v.Figures, err)
		}
		w.write(t, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into essay_local (task, unit, text, at) values ($1, $2, $3, $4)`, w.task, w.east, facts, w.Now.Ms()+1)
			return err
		})
		later := w.Now().Add(2 * time.Millisecond)
		w.Now = clock.Fixed(later)
		w.work(t)
		for _, of := range []id.ID{a, b} {
			if v, err := w.Show(ctx, w.officer, of, Look{}); err != nil || v.Copied != 0 || len(v.Quoted) != 1 {
				t.Errorf("after: %+v %+v %v", v.Figures, v.Quoted, err)
			}
		}
		w.work(t)
		if n := w.count(t, `select count(*) from likeness_reference where task = $1`, w.task); n != 2 {
			t.Errorf("%d references of the task", n)
		}
	})
}

// Facts of two units may be kept in another order than that of their times: those whose
// transaction ends last are the older ones, and are nobody's copy all the same.
func TestLocalFactsOutOfOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4), context.Background()
		early, late := prose(7, 80), prose(8, 80)
		a := w.hand(t, 0, prose(1, 160)+" "+early)
		b := w.hand(t, 2, prose(2, 160)+" "+early)
		put := func(unit id.ID, facts string, at int64) func(db.Tx) error {
			return func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `insert into essay_local (task, unit, text, at) values ($1, $2, $3, $4)`, w.task, unit, facts, at)
				return err
			}
		}
		first, written, end, done := put(w.east, early, w.Now.Ms()), make(chan bool), make(chan bool), make(chan error)
		held := func() { done <- d.Write(ctx, first) }
		if d.Engine() == db.Postgres { // it is open while the other comes and goes; SQLite has one writer
			held = func() {
				done <- d.Write(ctx, func(tx db.Tx) error {
					err := first(tx)
					written <- true
					<-end
					return err
				})
			}
			go held()
			<-written
		}
		w.Now = clock.Fixed(w.Now().Add(time.Second))
		w.write(t, put(w.west, late, w.Now.Ms()))
		w.Now = clock.Fixed(w.Now().Add(time.Second))
		w.work(t)
		if v, err := w.Show(ctx, w.officer, a, Look{}); err != nil || v.Copied == 0 {
			t.Fatalf("before: %+v %v", v.Figures, err)
		}
		if d.Engine() == db.Postgres {
			close(end)
		} else {
			go held()
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		w.work(t)
		for _, of := range []id.ID{a, b} {
			if v, err := w.Show(ctx, w.officer, of, Look{}); err != nil || v.Copied != 0 || len(v.Quoted) != 1 {
				t.Errorf("after: %+v %+v %v", v.Figures, v.Quoted, err)
			}
		}
		w.work(t)
		if n := w.count(t, `select count(*) from likeness_reference where task = $1`, w.task); n != 2 {
			t.Errorf("%d references of the task", n)
		}
	})
}
