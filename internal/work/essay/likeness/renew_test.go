package likeness

import (
	"context"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// What an older engine left is compared again, not stumbled over.
func TestRenew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4), context.Background()
		text := prose(1, 200)
		w.hand(t, 0, text)
		e := w.hand(t, 1, text)
		w.work(t)
		if err := w.Tidy(ctx); err != nil {
			t.Fatal(err)
		}
		w.write(t, func(tx db.Tx) error {
			if _, err := tx.ExecContext(ctx, `update likeness_segment set body = $1`, []byte("old")); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `update likeness_essay set engine = '0-x', print = $1`, []byte("old"))
			return err
		})
		w.Service = &Service{DB: d, Now: w.Now, Secret: w.Secret}
		if err := w.renew(ctx); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if v, err := w.Show(ctx, w.officer, e, Look{}); err != nil || v.Copied == 0 {
			t.Errorf("%+v %v", v.Figures, err)
		}
	})
}
