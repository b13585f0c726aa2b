package trail

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// BenchmarkTree makes the tree of sums of a province, one document, in memory: 165,000 people
// in 6,700 cells; TRAIL_PEOPLE=5600000 makes that of a nation. The figures are leaves a second,
// and bytes of memory a leaf while it is made.
func BenchmarkTree(b *testing.B) {
	n := 165_000
	if s := os.Getenv("TRAIL_PEOPLE"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	units, c := country(n)
	s := &Service{}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		rows, err := s.plant(Trail{ID: 1, Campaign: round, secret: "mẫu"}, paper1, units, c)
		if err != nil || rows[0].sum.Counts[members] != int64(n) {
			b.Fatal(err, rows[0].sum.Counts)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapSys)/1e6, "MB-heap")
		runtime.KeepAlive(rows)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "leaves/s")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/tree")
}

// country is a tree of cells of 25 people, 70 cells in a commune, 100 communes in a province.
func country(people int) ([]unit, *crowd) {
	units, c := []unit{{1, "Cả nước mẫu", 1, 1 << 30}}, newCrowd()
	lo := int64(1)
	add := func(name string, width int64) {
		lo++
		units = append(units, unit{id.ID(lo), name, lo, lo + width})
	}
	for made := 0; made < people; {
		cells := (made / 25)
		if cells%7000 == 0 {
			add("Đảng bộ tỉnh mẫu", 7100)
		}
		if cells%70 == 0 {
			add("Đảng bộ xã mẫu", 70)
		}
		add("Chi bộ mẫu", 0)
		for i := 0; i < 25 && made < people; i++ {
			made++
			c.add(lo, id.ID(1<<40+made), [...]Mark{"mi1", "mi2", "mo1", "m-0", "x-0"}[made%5])
		}
	}
	return units, c
}

// BenchmarkSending stores the tree of a province of 200,000 people (TRAIL_PEOPLE for others) with
// one document on the default engine. The figures are what is done before the transaction, and
// for how long the transaction holds the writer: as it is, and with the tree computed in it.
func BenchmarkSending(b *testing.B) {
	n := 200_000
	if s := os.Getenv("TRAIL_PEOPLE"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	w := seed(b, dbtest.One(b))
	w.province(n)
	var before, held, inside time.Duration
	for b.Loop() {
		start := time.Now()
		err := w.Around(ctx, round, east, func(ctx context.Context) error {
			before += time.Since(start)
			d, err := w.hold(ctx)
			held += d
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		d, err := w.hold(ctx)
		if err != nil {
			b.Fatal(err)
		}
		inside += d
	}
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%d people, load %s\n", n, strings.TrimSpace(string(load)))
	for unit, d := range map[string]time.Duration{"ms-before": before, "ms-held": held, "ms-held-inside": inside} {
		b.ReportMetric(float64(d.Milliseconds())/float64(b.N), unit)
	}
}

// hold sends another version, and says how long the writer was held.
func (w *world) hold(ctx context.Context) (d time.Duration, err error) {
	err = w.DB.Write(ctx, func(tx db.Tx) error {
		start := time.Now()
		if _, err := tx.ExecContext(ctx, `update report set version = version + 1 where unit = $1`, east); err != nil {
			return err
		}
		err := w.Sent(ctx, tx, round, east)
		d = time.Since(start)
		return err
	})
	return d, err
}

// province makes the eastern district one of n people in cells of 25, a third of whom studied.
func (w *world) province(n int) {
	const numbers = `with recursive n (v) as (select 0 union all select v + 1 from n where v + 1 < $1) `
	for _, q := range []string{
		`delete from campaign_document where document <> 6000 and 0 < $1`, `delete from attendance_studied where 0 < $1`,
		`update campaign_unit set hi = 2 + $1 where lo = 2`, `delete from campaign_unit where lo > 2 and 0 < $1`, `delete from campaign_roster where 0 < $1`,
		`update campaign_unit set hi = 2 + $1 where lo = 1`,
		numbers + `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at)
			select 100000 + v, 'm' || v, 'cell', 1001, 'Chi bộ mẫu', 'x', 'x', 'x', 0 from n where v < $1 / 25 * 71 / 70`,
		numbers + `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short)
			select 5000, 100000 + v, case when v % 71 = 0 then 1001 else 100000 + v - v % 71 end, 3 + v, case when v % 71 = 0 then 73 + v else 3 + v end,
				case when v % 71 = 0 then 2 else 3 end, 'cell', 'Chi bộ mẫu ' || v, 'x' from n where v < $1 / 25 * 71 / 70`,
		numbers + `insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt)
			select 5000, 1000000000000 + v, v, 100001 + v / 25 + v / 1750, 4 + v / 25 + v / 1750, 'member', false, v % 20 = 0 from n`,
		numbers + `insert into person (id, name, folded, name_key, kind, unit, created_at)
			select 1000000000000 + v, 'Đảng viên mẫu', 'x', 'x', 'official', 1001, 0 from n where v % 3 = 0`,
		numbers + `insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
			select 2000000 + v, 5000, 7000, 7001, 1000000000000 + v, 'in_person', 'own_code', 2, 1, 1, 'x', false from n where v % 3 = 0`,
		numbers + `insert into attendance_studied (campaign, document, person, record) select 5000, 6000, 1000000000000 + v, 2000000 + v from n where v % 3 = 0`,
		`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
			select 5000, 6000, r.lo, 'member', count(*), 0, count(*), 0, 0, 0, 0, 0, count(*), 0, 0, 0
			from attendance_studied s join campaign_roster r on r.campaign = s.campaign and r.person = s.person where 0 < $1 group by r.lo`,
	} {
		w.ex(q, n)
	}
}
