package eval

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/textreuse"
)

// The haystack: the sources that copies are taken from, then essays of which most are
// independent, a tenth are disguised whole copies of a few viral essays, a tenth hold a
// viral passage and a tenth a passage of an earlier essay.
const (
	sources = 300
	virals  = 50
)

// Streams of random numbers, so that no two texts share one.
const (
	viralStream   = 1 << 32
	suspectStream = 2 << 32
	cleanStream   = 3 << 32
	rewriteStream = 4 << 32
)

// world is a haystack made ready.
type world struct {
	*Author
	corpus  *textreuse.Corpus
	shelf   *shelf        // the essays by id
	viral   []int16       // per id: viral essay it copies as a whole, or -1
	printed int           // bytes of stored prints
	took    time.Duration // making ready and indexing
	used    time.Duration // … of processor time
	writing time.Duration // generating the texts, not counted in took
}

// newWorld generates and indexes size essays and the sources.
func newWorld(size int, seed uint64) *world {
	w := &world{Author: NewAuthor(seed)}
	var refs []textreuse.Reference
	for i, r := range w.References {
		refs = append(refs, textreuse.Reference{ID: int64(i), Category: textreuse.Category(i + 1), Text: r.Text})
	}
	engine := textreuse.New(textreuse.NewSecret([]byte("evaluation")), refs...)
	w.shelf = newShelf(sources + size)
	w.viral = make([]int16, sources+size)
	w.corpus = &textreuse.Corpus{Engine: engine, Index: textreuse.NewIndex(), Load: w.load}
	w.ingest()
	return w
}

func (w *world) load(id textreuse.ID) (*textreuse.Essay, error) { return w.shelf.load(int(id)) }

func (w *world) size() int { return len(w.viral) }

// ingest adds the essays in blocks: each is written first, then made ready and indexed
// against the clock.
func (w *world) ingest() {
	const block = 16384 // at its end processors wait for each other
	texts := make([]string, block)
	for from := 0; from < w.size(); from += block {
		n := min(block, w.size()-from)
		start := time.Now()
		parallel(n, func(i int) {
			text, viral := w.hay(from + i)
			texts[i], w.viral[from+i] = text, int16(viral)
		})
		w.writing += time.Since(start)
		blobs := make([][]byte, n)
		start, used := time.Now(), clock.Worked()
		var printed atomic.Int64
		parallel(n, func(i int) {
			e := w.corpus.Prepare(texts[i])
			w.corpus.Add(textreuse.ID(from+i), e.Print)
			printed.Add(int64(len(e.Print.Bytes())))
			blobs[i] = e.Bytes()
		})
		w.took += time.Since(start)
		w.used += clock.Worked() - used
		w.shelf.add(from, blobs)
		w.printed += int(printed.Load())
	}
	start, used := time.Now(), clock.Worked()
	w.corpus.Merge()
	w.took += time.Since(start)
	w.used += clock.Worked() - used
}

// parallel calls f for 0 … n-1 on all processors.
func parallel(n int, f func(int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	wait.Wait()
}

// hay writes the essay of an id.
func (w *world) hay(id int) (text string, viral int) {
	e := w.essay(id)
	if id < sources {
		return e.text, -1
	}
	r := w.rand(rewriteStream + uint64(id))
	f := r.Float64()
	v := int(r.Float64() * r.Float64() * r.Float64() * virals)
	switch {
	case f < 0.1:
		return edited3(r, w.essay(viralStream+v)), v
	case f < 0.2:
		src := w.essay(viralStream + virals + v)
		return w.plant(e, []string{passage(rand.New(rand.NewPCG(uint64(v), 1)), src, 50, 150).text}, r).text, -1
	case f < 0.3:
		p := passage(r, w.essay(sources+r.IntN(id-sources+1)), 50, 150).text
		return w.plant(e, []string{edited(r, p, 0.1*r.Float64())}, r).text, -1
	}
	return e.text, -1
}

// edited3 is the essay with 3 % of the words of its own paragraphs edited.
func edited3(r *rand.Rand, e essay) string {
	var b strings.Builder
	at := 0
	for _, p := range e.own {
		b.WriteString(e.text[at:p.from] + edited(r, e.text[p.from:p.to], 0.03))
		at = p.to
	}
	return b.String() + e.text[at:]
}

// cutting is a passage of a text.
type cutting struct {
	text string
	span
}

// passage cuts whole sentences of an essay's own prose: from least to most syllables.
func passage(r *rand.Rand, e essay, least, most int) cutting {
	want := least + r.IntN(most-least)
	for range 50 {
		p := e.own[r.IntN(len(e.own))]
		s := e.text[p.from:p.to]
		skip := 0
		if most <= 100 || strings.Count(s, ". ") > 4 {
			for range r.IntN(3) {
				if i := strings.Index(s[skip:], ". "); i >= 0 {
					skip += i + 2
				}
			}
		}
		end, n := skip, 0
		for n < want && end < len(s) {
			i := strings.IndexByte(s[end:], ' ')
			if i < 0 {
				i = len(s) - end - 1
			}
			end, n = end+i+1, n+1
		}
		if n >= least {
			return cutting{strings.TrimSpace(s[skip:end]), span{p.from + skip, p.from + skip + len(strings.TrimSpace(s[skip:end]))}}
		}
	}
	return cutting{e.text[e.own[0].from:e.own[0].to], e.own[0]}
}

// plant puts each text into the essay as sentences of their own; the result's own spans
// are where they went.
func (w *world) plant(e essay, texts []string, r *rand.Rand) essay {
	var b builder
	slots := r.Perm(len(e.own))[:len(texts)]
	at := 0
	for i, p := range e.own {
		for k, slot := range slots {
			if slot != i {
				continue
			}
			b.WriteString(e.text[at:p.to] + " ")
			at = p.to
			from := b.Len()
			b.WriteString(texts[k])
			b.own = append(b.own, span{from, b.Len()})
			b.quotes = append(b.quotes, span{k, k})
		}
	}
	b.WriteString(e.text[at:])
	return essay{text: b.String(), own: b.own, quotes: b.quotes}
}
