package recheck

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// BenchmarkProvince commits to and draws the back-check of a province of 200,000 people
// (RECHECK_PEOPLE for others) in communes of 5,000, on the default engine. The figures are the
// whole of each step, and how long somebody else who writes waits for it at most.
func BenchmarkProvince(b *testing.B) {
	n := 200_000
	if s := os.Getenv("RECHECK_PEOPLE"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	var took, held [2]time.Duration
	for b.Loop() {
		b.StopTimer()
		w := seed(b, dbtest.One(b))
		w.province(b, n)
		w.closes(b, province, 1)
		b.StartTimer()
		for i, step := range []func(context.Context) (int, error){w.commit, w.draw} {
			stop, longest := w.knock()
			start := time.Now()
			moved, err := step(ctx)
			took[i] += time.Since(start)
			close(stop)
			held[i] += <-longest
			if err != nil || moved != 1 {
				b.Fatal(moved, err)
			}
			if _, err := w.log.Advance(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%d people, load %s\n", n, strings.TrimSpace(string(load)))
	for i, name := range []string{"commit", "draw"} {
		b.ReportMetric(float64(took[i].Milliseconds())/float64(b.N), "ms-"+name)
		b.ReportMetric(float64(held[i].Milliseconds())/float64(b.N), "ms-"+name+"-wait")
	}
}

// knock writes nothing again and again, and tells the longest wait.
func (w *world) knock() (stop chan struct{}, longest chan time.Duration) {
	stop, longest = make(chan struct{}), make(chan time.Duration, 1)
	go func() {
		most := time.Duration(0)
		for {
			select {
			case <-stop:
				longest <- most
				return
			case <-time.After(5 * time.Millisecond):
			}
			start := time.Now()
			if w.DB.Write(ctx, func(db.Tx) error { return nil }) == nil {
				most = max(most, time.Since(start))
			}
		}
	}()
	return stop, longest
}

// province puts n people into it, two thirds of whom studied.
func (w *world) province(b *testing.B, n int) {
	const numbers = `with recursive n (v) as (select 0 union all select v + 1 from n where v + 1 < $1) `
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		for _, q := range []string{
			`update campaign_unit set hi = 10 + $1 where lo = 1`,
			numbers + `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at)
				select 100000 + v, 'm' || v, 'cell', 1000, 'Đảng bộ xã mẫu', 'x', 'x', 'x', 0 from n where v < $1 / 5000`,
			numbers + `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members)
				select 5000, 100000 + v, 1000, 10 + v, 10 + v, 1, 'cell', 'Đảng bộ xã mẫu', 'x', 5000 from n where v < $1 / 5000`,
			numbers + `insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt)
				select 5000, 1000000000000 + 977 * v, 100 + v, 100000 + v / 5000, 10 + v / 5000, 'member', false, false from n`,
			numbers + `insert into person (id, name, folded, name_key, kind, unit, created_at)
				select 1000000000000 + 977 * v, 'Đảng viên mẫu', 'x', 'x', 'official', 1000, 0 from n`,
			numbers + `insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
				select 2000000 + v, 5000, 7000, 7001, 1000000000000 + 977 * v, 'in_person', 'own_code', 2, 1, 1, 'x', false from n where v % 3 > 0`,
			numbers + `insert into attendance_studied (campaign, document, person, record) select 5000, 6000, 1000000000000 + 977 * v, 2000000 + v from n where v % 3 > 0`,
		} {
			if _, err := tx.ExecContext(ctx, q, n); err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkConfirmed sums a province's back-checks: 200,000 answers of 100,000 people in 10,000 cells, for 1,000 draws.
func BenchmarkConfirmed(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": func(t testing.TB) *db.DB { return dbtest.One(t) }, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := open(b)
			w := seed(b, d)
			w.closes(b, commune, 1)
			w.answered(b)
			for b.Loop() {
				var asked, sure int64
				if err := d.Read(ctx, func(tx db.Tx) error {
					return Confirmed(ctx, tx, round, 1, 1<<30, func(_, n, k int64) { asked, sure = asked+n, sure+k })
				}); err != nil || asked != 100_000 || sure != 75_000 {
					b.Fatal(asked, sure, err)
				}
			}
		})
	}
}

// answered writes draws that are over and what people said, each for two of them.
func (w *world) answered(b *testing.B) {
	const numbers = `with recursive n (v) as (select 0 union all select v + 1 from n where v + 1 < $1) `
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, numbers+`insert into recheck_draw (id, campaign, unit, report, version, asker, state, secret, hash, committed_at)
			select 100 + v, $2, $3, (select min(id) from report), 1000 + v, 1, 'closed', $4, 'x', 0 from n`, 1000, round, commune, []byte("x")); err != nil {
			return err
		}
		for half := range 2 {
			if _, err := tx.ExecContext(ctx, numbers+`insert into recheck_person (draw, campaign, unit, person, lo, stratum, place, counted, asked_at, closed_at, answer, salt)
				select 100 + (v / 10 + $3 * 500) % 1000, $2, 1, 1000 + v, 10 + v / 10, 1, v, true, 0, 1,
					case when v % 4 = 0 or (v + $3) % 3 = 0 and v % 4 <> 1 then 'denied' else 'confirmed' end, 'a salt of thirty-two letters is it' from n`, 100_000, round, half); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = w.DB.Analyze(ctx)
	}
	if err != nil {
		b.Fatal(err)
	}
}
