package duty

import (
	"fmt"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// BenchmarkNation adds the duties of a whole nation up, as the page of its root does: 51,034
// units that owe (34 provinces, 3,400 communes, 47,600 grassroots organisations) above 190,400
// cells in the frozen tree; four of five sent.
func BenchmarkNation(b *testing.B) {
	w := &world{now: time.UnixMilli(ms("2018-07-18T08:00"))}
	w.Service = &Service{DB: dbtest.One(b), Now: func() time.Time { return w.now }}
	began := time.Now()
	d := w.nation(b)
	if err := w.DB.Analyze(ctx); err != nil {
		b.Fatal(err)
	}
	b.Logf("built in %s", time.Since(began).Round(time.Millisecond))
	for _, c := range []struct {
		name string
		of   id.ID
		owed int64
	}{{"campaign", round, 51034}, {"periodic", d, 51034}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				err := w.DB.Read(ctx, func(tx db.Tx) error {
					found, err := find(ctx, tx, c.of)
					if err != nil {
						return err
					}
					self, below, err := w.lines(ctx, tx, found, 1)
					if err == nil && (self.Tally.Owed != c.owed || len(below) != 34) {
						err = fmt.Errorf("%+v, %d below", self.Tally, len(below))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func (w *world) nation(b *testing.B) id.ID {
	const due = id.ID(77)
	w.ex(b, func(ex func(q string, args ...any)) {
		next, lo := id.ID(0), 0
		unit := func(level string, tops []id.ID, below int) id.ID {
			next, lo = next+1, lo+1
			u := next
			var parent id.ID
			if len(tops) > 0 {
				parent = tops[len(tops)-1]
			}
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, $3, $4, $2, $2, 'x', 'x', 0)`, u, fmt.Sprint(int64(u)), level, parent)
			for i, top := range append(tops, u) {
				ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u, len(tops)-i)
			}
			if u == 1 {
				ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, 1, 'Đợt mẫu', 'open', '2018-06-26', 0)`, round)
				for _, level := range []string{"province", "commune", "grassroots"} {
					ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, 1, $2, '2018-07-15', true, 0)`, round, level)
				}
				ex(`insert into duty (id, unit, title, period, period_from, period_to, created_at) values ($1, 1, 'Tháng', 'month', '2018-06-01', '2018-06-30', 0)`, due)
				for _, level := range []string{"province", "commune", "grassroots"} {
					t := TermsOf("2018-07-15", 3, 0)
					ex(`insert into duty_level (duty, level, due_on, grace, closing, due_at, grace_at, freeze_at) values ($1, $2, '2018-07-15', 3, 0, $3, $4, 0)`, due, level, t.Due, t.Grace)
				}
			}
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) values ($1, $2, $3, $4, $5, $6, $7, 'x', 'x')`, round, u, parent, lo, lo+below, len(tops), level)
			if u > 1 {
				var first any
				if u%5 > 0 {
					first = ms("2018-07-16T00:00") + int64(u%3-1)*3600_000
					ex(`insert into report (id, campaign, unit, state, version, first_sent_at, created_at) values ($1, $2, $3, 'sent', 1, $4, 0)`, u, round, u, first)
				}
				ex(`insert into duty_unit (duty, unit, level, sent_at) values ($1, $2, $3, $4)`, due, u, level, first)
			}
			return u
		}
		const cells, bases, communes, provinces = 4, 14, 100, 34
		base := 1 + cells
		commune := 1 + bases*base
		province := 1 + communes*commune
		root := unit("central", nil, provinces*province)
		for range provinces {
			p := unit("province", []id.ID{root}, province-1)
			for range communes {
				c := unit("commune", []id.ID{root, p}, commune-1)
				for range bases {
					g := unit("grassroots", []id.ID{root, p, c}, base-1)
					for range cells {
						lo++
						ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, 'x', 'x', 'x', 'x', 0)`, 10_000_000+lo, fmt.Sprint("c", lo), g)
						ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) values ($1, $2, $3, $4, $4, 4, 'cell', 'x', 'x')`, round, 10_000_000+lo, g, lo)
					}
				}
			}
		}
	})
	return due
}
