package textreuse_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/textreuse"
)

const benchEssays = 3000

// written is the campaign of the benchmarks and the texts of its essays.
var written = sync.OnceValues(func() (*campaign, []string) {
	c := newCampaign(engine)
	texts := make([]string, benchEssays)
	for i := range texts {
		texts[i] = author.Essay(i)
		c.add(textreuse.ID(i), texts[i])
	}
	c.Merge()
	return c, texts
})

// spent reports processor time beside the clock, which counts the neighbours too.
func spent(b *testing.B) func() {
	from := clock.Worked()
	return func() { b.ReportMetric(float64((clock.Worked()-from).Microseconds())/float64(b.N), "cpu-µs/op") }
}

func BenchmarkFold(b *testing.B) {
	_, texts := written()
	defer spent(b)()
	for i := 0; b.Loop(); i++ {
		textreuse.Fold(texts[i%benchEssays])
	}
}

func BenchmarkPrepare(b *testing.B) {
	_, texts := written()
	defer spent(b)()
	for i := 0; b.Loop(); i++ {
		engine.Prepare(texts[i%benchEssays])
	}
}

func BenchmarkIngest(b *testing.B) {
	_, texts := written()
	defer spent(b)()
	x := textreuse.NewIndex()
	for i := 0; b.Loop(); i++ {
		x.Add(textreuse.ID(i), engine.Prepare(texts[i%benchEssays]).Print)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "essays/s")
}

func BenchmarkFind(b *testing.B) {
	c, texts := written()
	defer spent(b)()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		c.Find(c.Prepare(texts[i%benchEssays]), textreuse.ID(i%benchEssays))
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	for _, p := range []struct {
		name string
		per  int
	}{{"p50", 50}, {"p95", 95}, {"p99", 99}} {
		b.ReportMetric(float64(took[len(took)*p.per/100].Microseconds()), p.name+"-µs")
	}
	b.ReportMetric(float64(len(c.Segments()[0].Bytes()))/benchEssays, "index-B/essay")
}

func BenchmarkMerge(b *testing.B) {
	c, _ := written()
	defer spent(b)()
	for b.Loop() {
		x := textreuse.NewIndex()
		for id, e := range c.essays {
			x.Add(id, e.Print)
		}
		x.Merge()
	}
	b.ReportMetric(float64(b.N*benchEssays)/b.Elapsed().Seconds(), "essays/s")
}
