package eval

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/textreuse"
)

// familyTable runs the batch over whole copies of the viral essays and as many
// independent ones and compares families with what was planted.
func (w *world) familyTable(out io.Writer) {
	var ids []int
	copies := 0
	for id := sources; id < w.size() && len(ids) < 6000; id++ {
		if w.viral[id] >= 0 {
			copies++
			ids = append(ids, id)
		} else if len(ids) < 2*copies {
			ids = append(ids, id)
		}
	}
	links := make([][]textreuse.Link, len(ids))
	batch := w.batch()
	start := time.Now()
	parallel(len(ids), func(i int) {
		e, _ := batch.Load(textreuse.ID(ids[i]))
		res, _ := batch.Find(e, textreuse.ID(ids[i]))
		links[i] = res.Links(textreuse.ID(ids[i]))
	})
	took := time.Since(start)
	families := textreuse.Families(append(slices.Concat(links...), w.corpus.Twins()...))
	mixed, joined := 0, 0
	biggest := map[int16]int{}
	for _, f := range families {
		of := map[int16]int{}
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
	fmt.Fprintf(out, "… of which half are whole copies, batch of them against all: %.0f essays/s\n", float64(len(ids))/took.Seconds())
}

// remembered is how many bytes of essays read a batch keeps.
const remembered = 64 << 20

// batch is the corpus as a batch uses it.
func (w *world) batch() *textreuse.Corpus {
	c := *w.corpus
	c.Load = textreuse.Recent(w.load, remembered)
	return &c
}

// batchTable compares stored essays, evenly spread, with all others, as a batch over the
// whole collection does.
func (w *world) batchTable(out io.Writer, n int) {
	n = min(n, w.size())
	batch := w.batch()
	start, before := time.Now(), clock.Worked()
	parallel(n, func(i int) {
		id := textreuse.ID(i * w.size() / n)
		e, _ := batch.Load(id)
		if _, err := batch.Find(e, id); err != nil {
			panic(err) // load never fails
		}
	})
	took, used := time.Since(start), clock.Worked()-before
	fmt.Fprintf(out, "batch of stored essays against all: %.0f essays/s, %.0f µs of processor time an essay (%d essays, evenly spread)\n",
		float64(n)/took.Seconds(), float64(used.Microseconds())/float64(n), n)
}

// costTable measures one submission at a time, and sizes.
func (w *world) costTable(out io.Writer, n int) {
	times, finds := make([]time.Duration, n), make([]time.Duration, n)
	scanned := 0
	for i := range times {
		text := w.essay(cleanStream + 2<<24 + i).text
		if i%3 == 0 {
			text, _ = w.hay(sources + i*7%(w.size()-sources))
		}
		start := time.Now()
		e := w.corpus.Prepare(text)
		ready := time.Now()
		res, _ := w.corpus.Find(e, -1)
		times[i], finds[i] = time.Since(start), time.Since(ready)
		scanned += res.Scanned
	}
	index := 0
	for _, s := range w.corpus.Segments() {
		index += len(s.Bytes())
	}
	fmt.Fprintf(out, "\ningest (fold, exempt, fingerprint, index, merge): %.0f essays/s, %.0f µs of processor time an essay; writing the texts took %v apart\n",
		float64(w.size())/w.took.Seconds(), float64(w.used.Microseconds())/float64(w.size()), w.writing.Round(time.Second))
	fmt.Fprintf(out, "one submission after another, a third of them copies: %s; without making ready: %s; %d entries read\n",
		percentiles(times), percentiles(finds), scanned/n)
	fmt.Fprintf(out, "index %d bytes an essay in memory, stored prints %d bytes an essay on disk; heap %d MB, of it the index %d MB\n",
		index/w.size(), w.printed/w.size(), heap()>>20, index>>20)
}

func percentiles(ts []time.Duration) string {
	slices.Sort(ts)
	at := func(p int) time.Duration { return ts[min(len(ts)-1, len(ts)*p/100)].Round(10 * time.Microsecond) }
	return fmt.Sprintf("p50 %v p95 %v p99 %v max %v", at(50), at(95), at(99), at(100))
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// conditions says on what the figures were taken.
func conditions() string {
	load, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%s, GOMAXPROCS %d of %d processors, load %s", runtime.Version(), runtime.GOMAXPROCS(0), runtime.NumCPU(), strings.Join(strings.Fields(string(load))[:min(3, len(strings.Fields(string(load))))], " "))
}

// hostileTable is the dearest single texts.
func (w *world) hostileTable(out io.Writer) {
	fmt.Fprintf(out, "\nhostile texts, made ready and looked for\n")
	for _, h := range []struct{ name, text string }{
		{"20,000 equal syllables", strings.Repeat("đảng ", 20_000)},
		{"20,000 syllables in a circle", strings.Repeat("nghị quyết của đảng ta rất hay ", 20_000/7)},
		{"100,000 combining marks", "nghị" + strings.Repeat("\u0301", 100_000)},
		{"64,000 zero-width characters", strings.Repeat("\u200b", 64_000)},
		{"the whole resolution", w.References[0].Text},
		{"2 MB of one letter", strings.Repeat("a", 1<<21)},
		{"100,000 single letters", strings.Repeat("q ", 100_000)},
		{"two syllables in turn", strings.Repeat("đảng viên ", 20_000)},
		{"zero-width noise between all letters", strings.Repeat("n\u200b\u2060g\u200d\ufeffh\u00adị\u034f ", 20_000)},
		{"100,000 overrides of direction", strings.Repeat("\u202e", 100_000)},
		{"100,000 torn letters", strings.Repeat("n ghị q uyết ", 25_000)},
		{"old and new encodings word by word", strings.Repeat("§¶ng ủy nghÞ quyết ", 25_000)},
		{"2 MB of entities", strings.Repeat("&#7841;", 300_000)},
		{"the same word in 2 MB of capitals", strings.Repeat("ĐẢNG", 400_000)},
		{"an essay a hundred times over", strings.Repeat(w.essay(1).text, 100)},
	} {
		best, least := time.Hour, time.Hour
		for range 3 {
			start, used := time.Now(), clock.Worked()
			w.corpus.Find(w.corpus.Prepare(h.text), -1)
			best, least = min(best, time.Since(start)), min(least, clock.Worked()-used)
		}
		fmt.Fprintf(out, "%-38s %v, of processor time %v\n", h.name, best.Round(100*time.Microsecond), least.Round(100*time.Microsecond))
	}
	took, used := w.shared(5000)
	fmt.Fprintf(out, "%-38s %v, of processor time %v\n", "one paragraph in 5,000 other essays", took.Round(100*time.Microsecond), used.Round(100*time.Microsecond))
}

// shared is how long an essay takes that holds a paragraph which n others hold, too.
func (w *world) shared(n int) (took, used time.Duration) {
	e := w.essay(cleanStream + 4<<24)
	p := e.text[e.own[0].from:e.own[0].to]
	texts := make([]*textreuse.Essay, n)
	c := textreuse.Corpus{Engine: w.corpus.Engine, Index: textreuse.NewIndex(), Load: func(id textreuse.ID) (*textreuse.Essay, error) { return texts[id], nil }}
	parallel(n, func(i int) {
		texts[i] = c.Prepare(w.essay(cleanStream+4<<24+1+i).text + "\n" + p)
		c.Add(textreuse.ID(i), texts[i].Print)
	})
	start, before := time.Now(), clock.Worked()
	c.Find(c.Prepare(e.text), -1)
	return time.Since(start), clock.Worked() - before
}
