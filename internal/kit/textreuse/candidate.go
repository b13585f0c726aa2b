package textreuse

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// Bounds of the search for candidates.
const (
	maxCandidates = 40  // texts aligned for one query
	minWeight     = 11  // of common fingerprints close together: two, or one that is very rare
	reach         = 500 // letters
	shortlist     = 512 // essays considered for the cover
)

// weight is what a fingerprint held by count essays says: much when it is rare. It does
// not depend on the number of essays, so that unrelated ones change nothing.
func weight(count uint32) float32 {
	return float32(max(1, 12-math.Log(float64(count))))
}

// found is what the index knows of a query.
type found struct {
	counts     map[uint64]uint32 // per hash of the query: other essays that hold it
	candidates []ID              // best first
	near       []ID              // essays that share more than half of the fingerprints of either side
	scanned    int               // places in lists read
	essays     int               // in the index
}

// tally is the memory of one search; stats is indexed by place in the view.
type tally struct {
	stats   []stat
	touched []uint32
	docs    []uint32
	lists   []listing
}

type stat struct {
	weight float32
	hits   uint32
	rank   int32 // place in the shortlist, from 1
}

// listing is one hash's essays, docs[from:to] as places in the view; at is its place in
// the query's own letters. Listings ascend by at.
type listing struct {
	from, to int
	weight   float32
	at       int
}

var tallies = sync.Pool{New: func() any { return &tally{} }}

// view numbers the essays of all segments and the memtable in one row.
type view struct {
	x     *Index
	base  []uint32
	total int
}

func (x *Index) view() view {
	v := view{x: x}
	for _, l := range x.segs {
		v.base = append(v.base, uint32(v.total))
		v.total += l.docs
	}
	v.base = append(v.base, uint32(v.total))
	v.total += len(x.mem.rows)
	return v
}

func (v view) row(place uint32) docRow {
	for i := len(v.base) - 1; ; i-- {
		if place >= v.base[i] {
			if i == len(v.x.segs) {
				return v.x.mem.rows[place-v.base[i]]
			}
			return v.x.segs[i].doc(place - v.base[i])
		}
	}
}

// places lists where the essays are, for those that are there.
func (v view) places(ids []ID) (out []uint32) {
	for _, id := range ids {
		for i, l := range v.x.segs {
			if doc, ok := l.find(id); ok {
				out = append(out, v.base[i]+uint32(doc))
			}
		}
		if doc, ok := v.x.mem.find(id); ok {
			out = append(out, v.base[len(v.x.segs)]+uint32(doc))
		}
	}
	return out
}

// list appends the places of the essays that hold the hash, at most Cap of them.
func (v view) list(hash uint64, docs []uint32) (uint32, []uint32) {
	from, total := len(docs), uint32(0)
	for i, l := range v.x.segs {
		at := len(docs)
		var n uint32
		n, docs = l.lookup(hash, docs)
		for k := range docs[at:] {
			docs[at+k] += v.base[i]
		}
		total += n
	}
	at := len(docs)
	docs = v.x.mem.lookup(hash, docs)
	for k := range docs[at:] {
		docs[at+k] += v.base[len(v.x.segs)]
	}
	total += uint32(len(docs) - at)
	if len(docs)-from > Cap {
		docs = docs[:from+len(capped(docs[from:], v.row))]
	}
	return total, docs
}

// search looks the hashes up and picks candidates. except are left out; a self that is
// in the index is one of them and is not counted.
func (x *Index) search(ms []mark, self ID, except []ID) found {
	x.mu.RLock()
	defer x.mu.RUnlock()
	t := tallies.Get().(*tally)
	defer tallies.Put(t)
	v := x.view()
	t.reset(v.total)
	f := found{counts: make(map[uint64]uint32, len(ms)), essays: x.len()}
	own := uint32(len(v.places([]ID{self})))
	skip := v.places(append([]ID{self}, except...))
	for _, m := range ms {
		if _, again := f.counts[m.hash]; again {
			continue
		}
		from := len(t.docs)
		var count uint32
		count, t.docs = v.list(m.hash, t.docs)
		f.counts[m.hash] = count - min(count, own)
		f.scanned += len(t.docs) - from
		t.add(from, weight(max(1, f.counts[m.hash])), m.at, skip)
	}
	f.near = t.near(v, len(f.counts))
	f.candidates = t.cover(v)
	return f
}

func (t *tally) reset(total int) {
	for _, d := range t.touched {
		t.stats[d] = stat{}
	}
	t.stats = grown(t.stats, total)
	t.touched, t.docs, t.lists = t.touched[:0], t.docs[:0], t.lists[:0]
}

// add counts the list docs[from:] but for those to skip.
func (t *tally) add(from int, w float32, at int, skip []uint32) {
	kept := t.docs[:from]
	for _, d := range t.docs[from:] {
		if slices.Contains(skip, d) {
			continue
		}
		kept = append(kept, d)
		s := &t.stats[d]
		if s.hits == 0 {
			t.touched = append(t.touched, d)
		}
		s.hits++
		s.weight += w
	}
	t.docs = kept
	if from < len(kept) {
		t.lists = append(t.lists, listing{from, len(kept), w, at})
	}
}

// near lists essays that share more than half of the fingerprints of the larger side.
func (t *tally) near(v view, prints int) (out []ID) {
	for _, d := range t.touched {
		if hits := int(t.stats[d].hits); 2*hits > prints {
			if row := v.row(d); 2*hits > int(row.prints) {
				out = append(out, row.id)
			}
		}
	}
	slices.Sort(out)
	return out
}

// ranked is an essay of the shortlist: what it would still explain, and its lists.
type ranked struct {
	place uint32
	row   docRow
	total float32 // weight of all common fingerprints
	left  float32 // at most this much is still unexplained in one place
	lists []int32
}

// cover picks candidates one by one, each the one that explains most of what the earlier
// ones left: 64 copies of one essay must not hide the second source of a mosaic.
func (t *tally) cover(v view) (out []ID) {
	best := t.best(v)
	used := make([]bool, len(t.lists))
	for len(out) < maxCandidates {
		i := t.top(best, used)
		if i < 0 {
			return out
		}
		for _, l := range best[i].lists {
			used[l] = true
		}
		out = append(out, best[i].row.id)
		best = slices.Delete(best, i, i+1)
	}
	return out
}

// top finds the essay that explains most; what one explains only falls, so an old value
// that does not lead need not be brought up to date.
func (t *tally) top(best []ranked, used []bool) int {
	top, most := -1, float32(minWeight)
	for i := range best {
		b := &best[i]
		if b.total < most {
			break
		}
		if b.left < most || b.left == most && top >= 0 {
			continue
		}
		if b.left = t.close(b.lists, used); b.left > most || b.left == most && top < 0 {
			top, most = i, b.left
		}
	}
	return top
}

// close is the greatest weight of unused listings that lie close together: chance has its
// hits all over the text, a passage has them in one place.
func (t *tally) close(lists []int32, used []bool) (best float32) {
	sum, from := float32(0), 0
	for _, l := range lists {
		if used[l] {
			continue
		}
		for ; t.lists[l].at-t.lists[lists[from]].at > reach; from++ {
			if !used[lists[from]] {
				sum -= t.lists[lists[from]].weight
			}
		}
		sum += t.lists[l].weight
		best = max(best, sum)
	}
	return best
}

// best is the shortlist, heaviest first, essays of equal weight by what they say.
func (t *tally) best(v view) []ranked {
	out := make([]ranked, 0, shortlist)
	for _, d := range t.heaviest() {
		out = append(out, ranked{place: d, row: v.row(d), total: t.stats[d].weight, left: t.stats[d].weight})
	}
	slices.SortFunc(out, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.total, a.total), a.row.before(b.row))
	})
	for i := range out {
		t.stats[out[i].place].rank = int32(i) + 1
	}
	for l, list := range t.lists {
		for _, d := range t.docs[list.from:list.to] {
			if i := t.stats[d].rank; i > 0 {
				out[i-1].lists = append(out[i-1].lists, int32(l))
			}
		}
	}
	return out
}

// heaviest are the places that may be candidates at all; when they are many, those of a
// weight that at most shortlist of them reach.
func (t *tally) heaviest() []uint32 {
	var out []uint32
	for _, d := range t.touched {
		if t.stats[d].weight >= minWeight {
			out = append(out, d)
		}
	}
	if len(out) <= shortlist {
		return out
	}
	weights := make([]float32, len(out))
	for i, d := range out {
		weights[i] = t.stats[d].weight
	}
	slices.Sort(weights)
	least := weights[len(weights)-shortlist]
	return slices.DeleteFunc(out, func(d uint32) bool { return t.stats[d].weight < least })
}
