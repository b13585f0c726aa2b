package dashboard

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// Within a moment everybody is shown the same of a large unit, with the time it is of; small units are
// read anew, another unit or document is never served with it, and whoever may not look sees nothing.
func TestLately(t *testing.T) {
	defer func(n int) { many = n }(many)
	many = 100
	d := dbtest.One(t)
	world(t, d)
	passed := time.Duration(0)
	s := &Service{DB: d, Now: func() time.Time { return now.Add(passed) }}
	for _, step := range []struct {
		name    string
		after   time.Duration
		ask     Ask
		studied int64 // more than in the beginning
		of      time.Duration
	}{
		{"first", 0, Ask{Campaign: campaign}, 0, 0},
		{"one came meanwhile", 300 * time.Millisecond, Ask{Campaign: campaign, Unit: city}, 0, 0},
		{"a small unit", 0, Ask{Campaign: campaign, Unit: districtOf(0)}, 2 - 87486, 300 * time.Millisecond},
		{"the moment is over", 200 * time.Millisecond, Ask{Campaign: campaign}, 3, 500 * time.Millisecond},
		{"another document", 0, Ask{Campaign: campaign, Document: paper2}, -95044, 500 * time.Millisecond},
		{"the clock went back", -time.Hour, Ask{Campaign: campaign}, 5, 500*time.Millisecond - time.Hour},
	} {
		passed += step.after
		o, err := s.Overview(context.Background(), as(at(access.Leader, city)), step.ask)
		if err != nil || o.Self.Count.Studied-95044 != step.studied || o.AsOf != now.Add(step.of).UnixMilli() {
			t.Errorf("%s: %v, %d, of %d ms", step.name, err, o.Self.Count.Studied-95044, o.AsOf-now.UnixMilli())
		}
		err = d.Write(context.Background(), func(tx db.Tx) error {
			_, err := tx.ExecContext(context.Background(), `update attendance_tally set studied = studied + 1
				where campaign = $1 and document = $2 and lo = (select min(lo) from attendance_tally where campaign = $1)`, campaign, paper1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Overview(context.Background(), as(at(access.Leader, strange)), Ask{Campaign: campaign, Unit: city}); err == nil {
		t.Error("a stranger is shown what somebody else has just seen")
	}
}
