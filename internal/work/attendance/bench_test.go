package attendance

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// BenchmarkTake prints durable check-ins a second through the service on SQLite FULL and how
// long one call waits, with those who send running beside it on the same cores: 48,000
// people of 240 cells at 8 meetings on one document, each scanned once by a numbered station.
func BenchmarkTake(b *testing.B) {
	for _, c := range []struct{ senders, scans int }{{256, 1}, {1500, 1}, {64, 62}, {4, 62}} {
		b.Run(fmt.Sprint("senders=", c.senders, "/scans=", c.scans), func(b *testing.B) { benchmarkTake(b, c.senders, c.scans) })
	}
}

func benchmarkTake(b *testing.B, senders, scans int) {
	d := dbtest.One(b)
	w := seed(b, d, 2, 1)
	type batch struct {
		h     hall
		scans []Scan
	}
	var halls []hall
	for range 8 {
		halls = append(halls, w.meet(b, w.province, "conference", "in_person", w.docs))
	}
	var queue []batch
	for i := range 240 {
		u := &leaf{unit: id.New(), parent: w.east, name: fmt.Sprint("Chi bộ mẫu ", 100+i), lo: 100 + i, hi: 100 + i}
		w.write(b, func(ex func(string, ...any)) {
			w.root(ex, u)
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, self_organised) values ($1, $2, $3, $4, $5, 2, 'cell', $6, $6, false)`,
				w.campaign, u.unit, u.above(), u.lo, u.hi, u.name)
		})
		w.settle(b, u, 200)
		station := id.New()
		for from := 0; from < len(u.codes); from += scans {
			var list []Scan
			for n, code := range u.codes[from:min(from+scans, len(u.codes))] {
				list = append(list, Scan{Key: id.New(), Station: station, Counter: int64(from + n + 1), Code: code, How: "station", DeviceAt: begin.UnixMilli()})
			}
			queue = append(queue, batch{halls[i%8], list})
		}
	}
	w.exec(b, `update campaign_unit set hi = 400 where campaign = $1 and hi in (4, 6)`, w.campaign)
	rand.Shuffle(len(queue), func(i, k int) { queue[i], queue[k] = queue[k], queue[i] })

	if err := d.Analyze(b.Context()); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	waits := make([]time.Duration, len(queue))
	before, cpu := d.Stats(), clock.Worked()
	for round := 0; b.Loop(); round++ {
		if round > 0 {
			b.Fatal("a person is scanned once: run with -benchtime=1x")
		}
		var next atomic.Int64
		var all sync.WaitGroup
		for range senders {
			all.Go(func() {
				for {
					n := int(next.Add(1)) - 1
					if n >= len(queue) {
						return
					}
					start, q := time.Now(), queue[n]
					out, err := w.Take(b.Context(), w.officer, q.h.meeting, q.h.sites[0], q.scans)
					for _, v := range out {
						if v.Label != "" || v.Entry.Record.ID == 0 {
							b.Error(v)
						}
					}
					if err != nil {
						b.Error(err)
						return
					}
					waits[n] = time.Since(start)
				}
			})
		}
		all.Wait()
	}
	cpu = clock.Worked() - cpu
	slices.Sort(waits)
	after := d.Stats()
	b.ReportMetric(48_000/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(cpu.Microseconds())/48_000, "cpu-us/record")
	b.ReportMetric(48_000/float64(after.Groups-before.Groups), "records/commit")
}
