package trail

import (
	"os"
	"runtime"
	"strconv"
	"testing"

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
