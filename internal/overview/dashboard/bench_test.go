package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

const benchCampaign, benchDoc, benchMeeting = id.ID(900000001), id.ID(900000002), id.ID(900000003)

// province makes a campaign of 10,000 units: top, mid units, low ones under them, cells under those.
func province(tb testing.TB, d *db.DB, mid, low int) {
	tb.Helper()
	ctx := context.Background()
	type unit struct {
		of, parent  id.ID
		lo, hi      int
		depth       int
		level, name string
	}
	cells := 10000 - 1 - mid - low
	var units []unit
	next := 0
	add := func(parent id.ID, depth int, level string) int {
		next++
		units = append(units, unit{id.ID(next), parent, next, next, depth, level, fmt.Sprintf("Đơn vị mẫu %05d", next)})
		return len(units) - 1
	}
	top := add(0, 0, "province")
	l, c := 0, 0
	for m := range mid {
		mi := add(units[top].of, 1, "district")
		for ; l < low*(m+1)/mid; l++ {
			li := add(units[mi].of, 2, "grassroots")
			for ; c < cells*(l+1)/low; c++ {
				add(units[li].of, 3, "cell")
			}
			units[li].hi = next
		}
		units[mi].hi = next
	}
	units[top].hi = next
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				tb.Fatal(err)
			}
		}
		for _, u := range units {
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1,$2,$3,$4,$5,$5,'x','x',0)`,
				u.of, fmt.Sprint(u.of), u.level, u.parent, u.name)
		}
		ex(`insert into org_below (top, unit, depth) select 1, id, 1 from org_unit where id <> 1`)
		ex(`insert into org_below (top, unit, depth) select id, id, 0 from org_unit`)
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, 1, 'resolution', '26-NQ/TW', 'x', '2018-05-19', 'x', 'x', 0)`, benchDoc)
		ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, 1, 'Đợt mẫu', 'open', '2018-06-26', 0)`, benchCampaign)
		ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, benchCampaign, benchDoc)
		for _, lv := range []string{"district", "grassroots", "cell"} {
			ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, 1, $2, '2018-07-20', $3, 0)`, benchCampaign, lv, false)
		}
		for _, u := range units {
			n := 0
			if u.level == "cell" {
				n = 300000/cells + 1
			}
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt, civil) values ($1,$2,$3,$4,$5,$6,$7,$8,$8,$9,$10,2)`,
				benchCampaign, u.of, u.parent, u.lo, u.hi, u.depth, u.level, u.name, n, n/10)
			if u.level == "cell" {
				ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
					values ($1,$2,$3,'member',$4,1,10,5,2,$5,0,8,4,2,2,$6)`, benchCampaign, benchDoc, u.lo, n-5+u.lo%6, n-22+u.lo%6, n-21+u.lo%6)
				ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
					values ($1,$2,$3,'civil',1,0,1,0,0,0,0,1,0,0,0,0)`, benchCampaign, benchDoc, u.lo)
			} else if u.depth > 0 {
				ex(`insert into report (id, campaign, unit, state, version, first_sent_at, sent_at, created_at) values ($1,$2,$3,'sent',1,$4,$4,0)`,
					100000+u.of, benchCampaign, u.of, time.Date(2018, 7, 19, 0, 0, 0, 0, time.UTC).UnixMilli())
			}
		}
		lateMarks(ex, 6000)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := d.Analyze(ctx); err != nil {
		tb.Fatal(err)
	}
}

// lateMarks are n people marked late at a meeting of many sites.
func lateMarks(ex func(string, ...any), n int) {
	ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1,$2,1,'conference','online','Hội nghị','hoi nghi',1,2,'held',0)`, benchMeeting, benchCampaign)
	ex(`insert into meeting_document (meeting, document) values ($1,$2)`, benchMeeting, benchDoc)
	for i := range 103 {
		ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1,$2,$3,'Điểm cầu',1)`, 910000000+i, benchMeeting, i)
	}
	for i := range n {
		ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1,'x','x','x','official',1,0)`, 920000000+i)
		ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1,$2,$3,$4,$5,'online','roll_call',4,1,$6,'x',true)`,
			930000000+i, benchCampaign, benchMeeting, 910000000+i%103, 920000000+i, i*20000)
	}
}

func percentiles(b *testing.B, do func()) {
	var took []time.Duration
	for b.Loop() {
		t := time.Now()
		do()
		took = append(took, time.Since(t))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

func BenchmarkRollup(b *testing.B) {
	for _, shape := range [][2]int{{16, 804}, {102, 3000}} {
		d := dbtest.One(b)
		province(b, d, shape[0], shape[1])
		b.Run(fmt.Sprintf("at-%d", shape[0]), func(b *testing.B) {
			percentiles(b, func() {
				d.Read(context.Background(), func(tx db.Tx) error {
					_, _, err := rollup.At(context.Background(), tx, benchCampaign, benchDoc, 1)
					if err != nil {
						b.Fatal(err)
					}
					return err
				})
			})
		})
		b.Run(fmt.Sprintf("tree-%d", shape[0]), func(b *testing.B) {
			percentiles(b, func() {
				d.Read(context.Background(), func(tx db.Tx) error {
					self, _, err := rollup.Tree(context.Background(), tx, benchCampaign, benchDoc, 1)
					if err != nil || self.Count.Members < 300000 {
						b.Fatal(err, self)
					}
					return err
				})
			})
		})
	}
}

// BenchmarkOverview asks the door for the page of a province of 10,000 units and 300,000
// participants: the tree of today (units on top of cells) and the flatter one of 2025.
func BenchmarkOverview(b *testing.B) {
	for _, shape := range [][2]int{{16, 804}, {102, 3000}} {
		d := dbtest.One(b)
		province(b, d, shape[0], shape[1])
		h := house(d, func(*http.Request) access.Actor { return as(at(access.Leader, 1)) })
		for _, path := range []string{"/campaigns/" + benchCampaign.String(), "/campaigns/" + benchCampaign.String() + "?unit=" + id.ID(2).String(), "/"} {
			b.Run(fmt.Sprintf("%d-%d%s", shape[0], shape[1], strings.ReplaceAll(path, "/", "_")), func(b *testing.B) {
				percentiles(b, func() {
					w := httptest.NewRecorder()
					h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
					if w.Code != http.StatusOK {
						b.Fatal(w.Code)
					}
				})
			})
		}
	}
}
