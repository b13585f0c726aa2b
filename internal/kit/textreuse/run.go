package textreuse

// run is a stretch of n equal letters at q in one stream and at s in another.
type run struct{ q, s, n int }

func (r run) qEnd() int { return r.q + r.n }
func (r run) sEnd() int { return r.s + r.n }

// Bounds of the work on one pair of texts, whatever they hold.
const (
	pairCap  = 48      // occurrences × occurrences of a seed that are all tried
	seedsCap = 1 << 18 // places tried in all
)

// runsOf lists the maximal runs of at least seedLen equal letters between the indexed
// stream q and the stream s. A seed that is frequent on both sides is tried only between
// occurrences of equal rank. The set found is the same whichever side is indexed.
func runsOf(g *grams, s []byte, w *work) []run {
	w.reset(len(g.letters)+len(s)+1, len(g.first))
	w.look(g, s)
	tried := 0
	for _, h := range w.hits {
		if tried > seedsCap {
			break
		}
		tried += w.seed(g, s, h)
	}
	w.forget()
	return w.runs
}

// look lists the seeds of s that the indexed stream has, too.
func (w *work) look(g *grams, s []byte) {
	var key uint64
	have := 0
	for i, c := range s {
		if c == 0 {
			have = 0
			continue
		}
		key = (key<<6 | uint64(code[c])) & seedMask
		if have++; have < seedLen {
			continue
		}
		if bit := key * spread >> g.fine; g.sieve[bit>>6]>>(bit&63)&1 == 0 {
			continue
		}
		if id := g.find(key); id >= 0 {
			w.hits = append(w.hits, hit{int32(i - seedLen + 1), id})
			w.count[id]++
		}
	}
}

type hit struct{ at, id int32 }

// work is memory reused from pair to pair.
type work struct {
	hits  []hit
	runs  []run
	count []int32 // per seed: occurrences in s
	rank  []int32 // per frequent seed: the occurrence to try next, plus one; -1 when all are tried
	done  []int32 // per diagonal: where its last run ended in s
	diags []int32 // diagonals to clean
	keys  []uint64
	hope  []float32 // worth by window
	used  [2][]bool
	query grams
	near  []run // around a spot
}

func (w *work) reset(diagonals, seeds int) {
	w.hits, w.runs, w.diags = w.hits[:0], w.runs[:0], w.diags[:0]
	w.done = grown(w.done, diagonals)
	w.count, w.rank = grown(w.count, seeds), grown(w.rank, seeds)
}

// forget leaves count, rank and done zero for the next pair.
func (w *work) forget() {
	for _, h := range w.hits {
		w.count[h.id], w.rank[h.id] = 0, 0
	}
	for _, d := range w.diags {
		w.done[d] = 0
	}
}

func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n+n/4)
	}
	return s[:n]
}

// seed tries the places of one hit and says how many.
func (w *work) seed(g *grams, s []byte, h hit) (tried int) {
	if int(g.count[h.id])*int(w.count[h.id]) > pairCap {
		if at := w.ranked(g, h.id); at >= 0 {
			w.diagonal(g.letters, s, int(at), int(h.at))
		}
		return 1
	}
	for at := g.first[h.id]; at >= 0; at = g.next[at] {
		w.diagonal(g.letters, s, int(at), int(h.at))
		tried++
	}
	return tried
}

// ranked is the next untried occurrence of a frequent seed, -1 when all are tried.
func (w *work) ranked(g *grams, id int32) int32 {
	at := w.rank[id] - 1
	if w.rank[id] == 0 {
		at = g.first[id]
	}
	if at >= 0 {
		w.rank[id] = g.next[at] + 1
		if w.rank[id] == 0 {
			w.rank[id] = -1
		}
	}
	return max(at, -1)
}

// diagonal adds the maximal run through (q, s) unless it is known.
func (w *work) diagonal(a, b []byte, q, s int) {
	d := q - s + len(b)
	if int(w.done[d]) > s {
		return
	}
	n := 0
	for q > 0 && s > 0 && (a[q-1]^b[s-1])&0x7F == 0 && a[q-1] != 0 {
		q, s = q-1, s-1
	}
	for q+n < len(a) && s+n < len(b) && (a[q+n]^b[s+n])&0x7F == 0 && a[q+n] != 0 {
		n++
	}
	if w.done[d] == 0 {
		w.diags = append(w.diags, int32(d))
	}
	w.done[d] = int32(s + n)
	w.runs = append(w.runs, run{q, s, n})
}
