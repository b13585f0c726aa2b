package likeness

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// Two replicas do not compare the same essays, and what one left another takes over.
func TestTurns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 3), context.Background()
		now := w.Now()
		other := &Service{DB: d, Now: clock.Now(func() time.Time { return now }), Secret: w.Secret}
		w.hand(t, 0, prose(1, 200))
		w.hand(t, 1, prose(1, 200))
		if todo, err := w.waiting(ctx); err != nil || len(todo) != 2 {
			t.Fatalf("%d wait, %v", len(todo), err)
		}
		if n, err := other.Work(ctx); err != nil || n != 0 {
			t.Errorf("another compared %d meanwhile, %v", n, err)
		}
		now = now.Add(2 * turn)
		if n, err := other.Work(ctx); err != nil || n < 2 {
			t.Errorf("another took over and compared %d, %v", n, err)
		}
		if n, err := w.Work(ctx); err != nil || n != 0 {
			t.Errorf("the first compared %d again, %v", n, err)
		}
		w.hand(t, 2, prose(2, 200))
		if n, err := w.Work(ctx); err != nil || n != 1 {
			t.Errorf("the turn was not given back: %d, %v", n, err)
		}
	})
}
