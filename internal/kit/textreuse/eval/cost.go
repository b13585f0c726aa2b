package eval

import (
	"fmt"
	"io"
	"slices"
	"time"

	"quantriet/internal/kit/textreuse"
)

// familyTable runs the batch over whole copies of the viral essays and as many
// independent ones and compares families with what was planted.
func (w *world) familyTable(out io.Writer) {
	var ids []int
	copies := 0
	for id := sources; id < len(w.essays) && len(ids) < 6000; id++ {
		if w.viral[id] >= 0 {
			copies++
			ids = append(ids, id)
		} else if len(ids) < 2*copies {
			ids = append(ids, id)
		}
	}
	links := make([][]textreuse.Link, len(ids))
	start := time.Now()
	parallel(len(ids), func(i int) {
		res, _ := w.corpus.Find(w.essays[ids[i]], textreuse.ID(ids[i]))
		links[i] = res.Links(textreuse.ID(ids[i]))
	})
	took := time.Since(start)
	families := textreuse.Families(append(slices.Concat(links...), w.corpus.Twins()...))
	mixed, joined := 0, 0
	biggest := map[int]int{}
	for _, f := range families {
		of := map[int]int{}
		for _, id := range f {
			of[w.viral[id]]++
		}
		if len(of) > 1 {
			mixed++
		}
		for v, n := range of {
			if v >= 0 {
				biggest[v] = max(biggest[v], n)
			}
		}
	}
	for _, n := range biggest {
		joined += n
	}
	fmt.Fprintf(out, "families: %d wrong; %d of %d whole copies joined to the largest part of their family\n", mixed, min(joined, copies), copies)
	fmt.Fprintf(out, "batch of stored essays against all: %.0f essays/s\n", float64(len(ids))/took.Seconds())
}

// costTable measures one submission at a time on one core, and sizes.
func (w *world) costTable(out io.Writer) {
	const n = 400
	times := make([]time.Duration, n)
	scanned := 0
	for i := range times {
		text := w.essay(cleanStream + 2<<24 + i).text
		start := time.Now()
		e := w.corpus.Prepare(text)
		res, _ := w.corpus.Find(e, -1)
		times[i] = time.Since(start)
		scanned += res.Scanned
	}
	slices.Sort(times)
	index := 0
	for _, s := range w.corpus.Segments() {
		index += len(s.Bytes())
	}
	essays := len(w.essays)
	fmt.Fprintf(out, "\ningest %.0f essays/s (fold, exempt, fingerprint, index, merge; texts generated in %v apart)\n", float64(essays)/w.took.Seconds(), w.writing.Round(time.Second))
	fmt.Fprintf(out, "one submission, one core: p50 %v p95 %v p99 %v max %v; %d entries read\n", times[n/2].Round(10*time.Microsecond), times[n*95/100].Round(10*time.Microsecond), times[n*99/100].Round(10*time.Microsecond), times[n-1].Round(10*time.Microsecond), scanned/n)
	fmt.Fprintf(out, "index %d bytes an essay in memory, stored prints %d bytes an essay on disk\n", index/essays, w.printed/essays)
}
