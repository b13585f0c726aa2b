package dashboard

import (
	"context"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// What units ask and members contest waits on the first screen of those who decide, and nowhere else.
func TestDecisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		world(t, d)
		s, ctx := &Service{DB: d, Now: clock.Fixed(now)}, context.Background()
		err := d.Write(ctx, func(tx db.Tx) error {
			w := writer{t, tx}
			of, err := db.One(ctx, tx, db.Value[id.ID], `select id from report where campaign = $1 and unit = $2`, campaign, districtOf(0))
			if err != nil {
				return err
			}
			for i, state := range []string{"refused", "asked"} {
				w.ex(`insert into report_reopen (id, report, version, why, at, by_name, state) values ($1, $2, 1, 'Sai số', $3, 'x', $4)`, i+1, of, i, state)
			}
			for i, unit := range []id.ID{districtOf(1), lowOf(1, 0)} {
				w.ex(`insert into review (id, kind, unit, title, period_from, period_to, state, created_at) values ($1, 'final', $2, 'Tổng kết mẫu', '2018-01-01', '2018-12-31', 'accepted', 0)`, i+1, unit)
				w.ex(`insert into review_ask (id, review, version, why, at, by_name) values ($1, $1, 1, 'Sai số', 5, 'x')`, i+1)
			}
			for i, state := range []string{"open", "open", "rejected"} {
				w.ex(`insert into contest (id, person, campaign, document, figure, unit, lo, decider, was, kind, state, at, salt) values ($1, $2, $3, $4, $5, $6, 1, $7, '', 'other', $8, 0, '')`,
					i+1, member, campaign, paper1, "x"+state+string(rune('a'+i)), lowOf(0, 0), districtOf(0), state)
			}
			w.ex(`insert into privacy_case (id, person, kind, state, opened_at, due_on) values (1, $1, 'delete', 'open', 1, '2018-01-02'), (2, $1, 'correct', 'granted', 1, '2018-01-01')`, member)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name     string
			who      access.Actor
			report   id.ID
			review   id.ID
			contests int64
			privacy  int64
		}{
			{"the city's officer", as(at(access.Officer, city)), districtOf(0), 1, 0, 1},
			{"who asked", as(at(access.UnitOfficer, districtOf(0))), 0, 0, 2, 0},
			{"a unit officer above a low unit", as(at(access.UnitOfficer, districtOf(1))), 0, 2, 0, 0},
			{"another province", as(at(access.Officer, strange)), 0, 0, 0, 0},
			{"a leader only looks", as(at(access.Leader, city)), 0, 0, 0, 0},
		} {
			h, err := s.Home(ctx, c.who, "")
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			var report, review id.ID
			for _, q := range h.Decide.Requests {
				if q.Review != 0 {
					review = q.Review
				} else {
					report = q.Unit
				}
			}
			if report != c.report || review != c.review || h.Decide.Contests != c.contests || h.Decide.Privacy.N != c.privacy || h.Decide.Late != (c.privacy > 0) {
				t.Errorf("%s: %+v", c.name, h.Decide)
			}
		}
	})
}
