package marking

import (
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay/essaytest"
)

// Once the author's name was shown, other points need a reason, which the log keeps.
func TestReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		s := &Service{Service: w.Service}
		of, v := w.HandsIn(t, w.Member(w.A, 1), w.Task(t, nil).ID, long, "Đề xuất một việc cụ thể.")
		g := Given{ID: id.New(), Version: v, Scores: []Score{{1, 40}, {2, 35}}}
		if err := s.Give(ctx, w.Secretary, of, g); err != nil {
			t.Fatal(err)
		}
		g.ID, g.Remark = id.New(), "Bài viết rõ ràng."
		if err := s.Give(ctx, w.Secretary, of, g); err != nil {
			t.Errorf("another remark, the same points: %v", err)
		}
		g.ID, g.Scores = id.New(), []Score{{1, 20}, {2, 35}}
		kind(t, "other points without a reason", s.Give(ctx, w.Secretary, of, g), fault.Invalid, "")
		g.Why = "Nhập nhầm điểm tiêu chí 1"
		if err := s.Give(ctx, w.Secretary, of, g); err != nil {
			t.Errorf("other points with a reason: %v", err)
		}
		var n int64
		if err := d.Read(ctx, func(tx db.Tx) (err error) {
			n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry where action = 'essay.mark' and why = $1`, g.Why)
			return err
		}); err != nil || n != 1 {
			t.Errorf("%d entries with the reason, %v", n, err)
		}
	})
}
