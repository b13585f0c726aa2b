package attendance

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// A second count is blind, and confirms only while people are there to be counted.
func TestCountAgainInTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 3, 1), context.Background()
		for _, c := range []struct {
			name          string
			first, second time.Duration // from the beginning
			change        string
			key           string
			e1            int64
		}{
			{"in the room", time.Hour, 2 * time.Hour, "", "", 1},
			{"while they leave", time.Hour, 4*time.Hour + 29*time.Minute, "", "", 1},
			{"the day after", 24 * time.Hour, 25 * time.Hour, "", "", 0},
			{"the second the day after", time.Hour, 25 * time.Hour, "", "", 0},
			{"of a meeting called off", time.Hour, 2 * time.Hour, `update meeting set state = 'cancelled'`, "attendance.cancelled", 0},
			{"of a campaign that is closed", time.Hour, 2 * time.Hour, `update campaign set state = 'closed'`, "attendance.closed", 0},
		} {
			w.at = begin
			h := w.meet(t, w.east, "class", "in_person", w.docs)
			if _, err := w.Enter(ctx, w.usher, h.meeting, h.sites[0], w.cell.codes[0], Way{How: "own_code"}); err != nil {
				t.Fatal(err)
			}
			w.at = begin.Add(c.first)
			count := Headcount{ID: id.New(), Meeting: h.meeting, Site: h.sites[0], Who: Hall, Amount: 1}
			if err := w.Count(ctx, w.usher, count); err != nil {
				t.Fatal(c.name, err)
			}
			if mine, err := w.Heads(ctx, w.usher, h.meeting); err != nil || len(mine) != 1 || mine[0].Amount != 1 {
				t.Errorf("%s: who counted sees %+v %v", c.name, mine, err)
			}
			others, err := w.Heads(ctx, w.unit, h.meeting)
			if err != nil || len(others) != 1 || others[0].Amount != -1 {
				t.Errorf("%s: who is to count again sees %+v %v", c.name, others, err)
			}
			if v, err := w.List(ctx, w.unit, Query{Meeting: h.meeting}); err != nil || len(v.Heads) != 1 || v.Heads[0].Amount != -1 {
				t.Errorf("%s: and on the page %+v %v", c.name, v.Heads, err)
			}
			w.at = begin.Add(c.second)
			if c.change != "" {
				w.exec(t, c.change+` where id in ($1, $2)`, w.campaign, h.meeting)
			}
			if _, err := w.CountAgain(ctx, w.unit, count.ID, 1); (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key {
				t.Errorf("%s: %v", c.name, err)
			}
			if n := w.number(t, `select count(*) from attendance_record where meeting = $1 and grade = 1`, h.meeting); n != c.e1 {
				t.Errorf("%s: %d of grade one, want %d", c.name, n, c.e1)
			}
			w.sound(t)
		}
	})
}
