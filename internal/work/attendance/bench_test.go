package attendance

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// BenchmarkEnter prints durable records a second through the service on SQLite FULL and how
// long one scan waits, with the people who scan running beside it on the same cores: 24,000
// people of 240 cells at 8 meetings on one document, each scanned once.
func BenchmarkEnter(b *testing.B) {
	for _, stations := range []int{64, 256} {
		b.Run(fmt.Sprint("stations=", stations), func(b *testing.B) { benchmarkEnter(b, stations) })
	}
}

func benchmarkEnter(b *testing.B, stations int) {
	d := dbtest.One(b)
	w := seed(b, d, 2, 1)
	type visitor struct {
		h    hall
		code string
	}
	var queue []visitor
	var halls []hall
	for range 8 {
		halls = append(halls, w.meet(b, w.province, "conference", "in_person", w.docs))
	}
	var cells [][]string
	for i := range 240 {
		u := &leaf{unit: id.New(), parent: w.east, name: fmt.Sprint("Chi bộ mẫu ", 100+i), lo: 100 + i, hi: 100 + i}
		w.write(b, func(ex func(string, ...any)) {
			w.root(ex, u)
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, self_organised) values ($1, $2, $3, $4, $5, 2, 'cell', $6, $6, false)`,
				w.campaign, u.unit, u.above(), u.lo, u.hi, u.name)
		})
		w.settle(b, u, 100)
		cells = append(cells, u.codes)
	}
	w.exec(b, `update campaign_unit set hi = 400 where campaign = $1 and hi in (4, 6)`, w.campaign)
	for i := range 100 {
		for c, codes := range cells {
			queue = append(queue, visitor{halls[c%8], codes[i]})
		}
	}

	if err := d.Analyze(b.Context()); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	waits := make([]time.Duration, len(queue))
	before, cpu := d.Stats(), processor()
	for round := 0; b.Loop(); round++ {
		if round > 0 {
			b.Fatal("a person is scanned once: run with -benchtime=1x")
		}
		var next atomic.Int64
		var all sync.WaitGroup
		for range stations {
			all.Go(func() {
				for {
					n := int(next.Add(1)) - 1
					if n >= len(queue) {
						return
					}
					start := time.Now()
					if e, err := w.scan(w.officer, queue[n].h, 0, queue[n].code); err != nil || e.Again != 0 {
						b.Error(e, err)
						return
					}
					waits[n] = time.Since(start)
				}
			})
		}
		all.Wait()
	}
	cpu = processor() - cpu
	slices.Sort(waits)
	after := d.Stats()
	b.ReportMetric(float64(len(queue))/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(cpu.Microseconds())/float64(len(queue)), "cpu-us/record")
	b.ReportMetric(float64(after.Writes-before.Writes)/float64(after.Groups-before.Groups), "records/commit")
}

// processor is the time this process has computed, which other programs do not stretch.
func processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
