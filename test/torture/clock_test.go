package torture

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/kit/db"
)

// TestClocks lets devices date the same morning by clocks that are wrong by hours, by days, that are put right in the
// middle, or go backwards. Nobody is lost and no scan called early or future; who was seen while the clock was
// steady is dated to the second.
func TestClocks(t *testing.T) {
	const h = int64(time.Hour / time.Millisecond)
	m := morning.Morning{Sites: halls, Each: 6, Meetings: 6, Begins: begins}
	path := file(t, m)
	d, err := db.Open(path)
	must(t, err)
	defer d.Close()
	c := &contest{m: m, d: d}
	for k, v := range []struct {
		says          string
		before, after int64 // by how much the clock goes wrong before and after the fourth of six people
		exact         bool  // also for those seen before the clock changed
	}{
		{"right", 0, 0, true},
		{"seven hours ahead: another time zone", 7 * h, 7 * h, true},
		{"seven hours behind", -7 * h, -7 * h, true},
		{"a day ahead", 24 * h, 24 * h, true},
		{"a day behind, put right in the middle", -24 * h, 0, true},
		{"it goes back by forty minutes in the middle", 0, -h * 2 / 3, false},
	} {
		t.Run(v.says, func(t *testing.T) {
			start := begins.UnixMilli() - 50*60_000
			c.now.Store(start)
			s := c.service()
			var all [halls][]seen
			for i := range all {
				for j := range m.Each {
					all[i] = append(all[i], seen{person: i*m.Each + j, how: "station", at: start + int64(j+1)*10*60_000, serial: i*m.Each + j})
				}
			}
			clocks := make([]int64, halls)
			for i := range clocks {
				clocks[i] = v.before
			}
			gadgets := c.gadgets(t, s, k, all, clocks)
			for _, g := range gadgets {
				for j := range g.scans {
					if j >= 3 {
						g.scans[j].At += v.after - v.before
					}
				}
				g.wrong = v.after
			}
			c.now.Store(start + 70*60_000)
			for _, g := range gadgets {
				if err := g.send(context.Background(), s, c.now.Load(), 0, len(g.scans)); err != nil {
					t.Error(err)
				}
			}
			c.dated(t, k, start, v.exact)
		})
	}
}

// dated compares when people are recorded with when they truly came.
func (c *contest) dated(t *testing.T, k int, start int64, exact bool) {
	t.Helper()
	ctx := context.Background()
	must(t, c.d.Read(ctx, func(tx db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_record where meeting = $1 and void_at is null`, c.m.Meeting(k))
		if n != int64(c.m.People()) {
			t.Errorf("%d of %d people are recorded", n, c.m.People())
		}
		must(t, err)
		odd, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_scan where meeting = $1 and label in ('early', 'future')`, c.m.Meeting(k))
		if odd != 0 {
			t.Errorf("%d scans are called early or future", odd)
		}
		must(t, err)
		wrong, err := db.All(ctx, tx, func(scan func(...any) error) (string, error) {
			var person, at, truly int64
			err := scan(&person, &at, &truly)
			return fmt.Sprintf("person %d: %d s", person, (at-truly)/1000), err
		}, `select person, at, $2 + (1 + (person - $3) % $4) * 600000 from attendance_record where meeting = $1 and void_at is null
			and (at - ($2 + (1 + (person - $3) % $4) * 600000) not between -1500 and 1500) and ((person - $3) % $4 >= 3 or $5) order by person`,
			c.m.Meeting(k), start, int64(c.m.Person(0)), int64(c.m.Each), exact)
		if len(wrong) > 0 {
			t.Errorf("%d people are dated wrong, %s", len(wrong), wrong[0])
		}
		return err
	}))
}
