package dashboard

import (
	"context"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay/essaytest"
	"quantriet/internal/work/essay/marking"
)

// Essays wait for a secretary until they are marked; one's own and those of other cells never do.
func TestMarkings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := essaytest.New(t, d), context.Background()
		task := w.Task(t, nil).ID
		of, version := w.HandsIn(t, w.Member(w.A, 1), task, "Bản thân tôi nhận thức rõ trách nhiệm của mình.", "Đề xuất một việc.")
		waits := func(cell id.ID, person id.ID) (n int64) {
			who := w.Secretary
			who.Person = person
			if err := d.Read(ctx, func(tx db.Tx) error {
				all, err := markings(ctx, tx, who, cell)
				for _, m := range all {
					n += m.Essays
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := waits(w.A, 0); n != 1 {
			t.Errorf("%d wait for the secretary", n)
		}
		if n := waits(w.A, w.People[w.A][1]); n != 0 {
			t.Errorf("%d of one's own wait", n)
		}
		s := &marking.Service{Service: w.Service}
		if err := s.Give(ctx, w.Secretary, of, marking.Given{ID: id.New(), Version: version, Scores: []marking.Score{{Ord: 1, Points: 40}, {Ord: 2, Points: 35}}}); err != nil {
			t.Fatal(err)
		}
		if n := waits(w.A, 0); n != 0 {
			t.Errorf("%d wait once marked", n)
		}
	})
}
