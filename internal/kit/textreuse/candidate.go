package textreuse

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of the search for candidates.
const (
	maxCandidates = 60  // texts aligned for one query
	minWeight     = 10  // of fingerprints that lie together
	strongWeight  = 22  // from which a text is aligned without looking at its spots first
	shortlist     = 512 // essays considered for the cover
)

// weights are those of small counts.
var weights = func() (t [1 << 16]float32) {
	for i := range t {
		w := 12 - math.Log(max(1, float64(i)))
		t[i] = float32(w * w / 12)
	}
	return t
}()

// weight is what a fingerprint held by count essays says: much when it is rare, next to
// nothing when everybody has it, or else the 64 essays kept for every slogan would crowd
// the sources out. It does not depend on the number of essays, so that unrelated ones
// change nothing.
func weight(count uint32) float32 {
	return weights[min(count, uint32(len(weights)-1))]
}

// found is what the index knows of a query.
type found struct {
	counts     []uint32    // per mark of the query: other essays that hold its hash
	candidates []candidate // best first
	near       []ID        // essays that share more than half of the fingerprints of either side
	scanned    int         // places in lists read
	essays     int         // in the index
}

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
	for _, m := range x.mems {
		v.base = append(v.base, uint32(v.total))
		v.total += len(m.rows)
	}
	return v
}

func (v view) row(doc uint32) docRow {
	for i := len(v.base) - 1; ; i-- {
		if doc >= v.base[i] {
			if m := i - len(v.x.segs); m >= 0 {
				return v.x.mems[m].rows[doc-v.base[i]]
			}
			return v.x.segs[i].doc(doc - v.base[i])
		}
	}
}

// docs lists the numbers of the essays that are there.
func (v view) docs(ids []ID) (out []uint32) {
	for _, id := range ids {
		for i, l := range v.x.segs {
			if doc, ok := l.find(id); ok {
				out = append(out, v.base[i]+uint32(doc))
			}
		}
		for i, m := range v.x.mems {
			if doc, ok := m.find(id); ok {
				out = append(out, v.base[len(v.x.segs)+i]+uint32(doc))
			}
		}
	}
	return out
}

// open opens the lists of a hash, one for each segment, and tells how many essays hold it
// and about how many are listed.
func (v view) open(hash uint64, lists []list) (count, listed uint32, _ []list) {
	for _, l := range v.x.segs {
		o := l.open(hash)
		lists = append(lists, o)
		count, listed = count+o.count, listed+o.listed
	}
	for _, m := range v.x.mems {
		n := m.count(hash)
		count, listed = count+n, listed+n
	}
	return count, listed, lists
}

// read appends the spots of the essays listed.
func (v view) read(hash uint64, count uint32, lists []list, spots []uint32) []uint32 {
	from := len(spots)
	for i, l := range v.x.segs {
		at := len(spots)
		spots = l.spots(&lists[i], spots)
		for k := range spots[at:] {
			spots[at+k] += v.base[i] << placeBits
		}
	}
	for i, m := range v.x.mems {
		at := len(spots)
		spots = m.lookup(hash, spots)
		for k := range spots[at:] {
			spots[at+k] += v.base[len(v.x.segs)+i] << placeBits
		}
	}
	return spots[:from+len(capped(spots[from:], count, v.row))]
}

// search looks the hashes up and picks candidates. except are left out; a self that is
// in the index is one of them and is not counted.
func (x *Index) search(ms []mark, self ID, except []ID) found {
	x.mu.RLock()
	defer x.mu.RUnlock()
	t := tallies.Get().(*tally)
	defer tallies.Put(t)
	v := x.view()
	f := found{counts: make([]uint32, len(ms)), essays: x.len()}
	own := uint32(len(v.docs([]ID{self})))
	t.reset(len(ms))
	distinct, segs := 0, len(x.segs)
	for _, l := range x.segs {
		t.touched += l.touch(ms)
	}
	for i, m := range ms {
		if first := t.again(ms, i); first >= 0 {
			f.counts[i] = f.counts[first]
			continue
		}
		distinct++
		var count, listed uint32
		count, listed, t.opened = v.open(m.hash, t.opened)
		f.counts[i] = count - min(count, own)
		t.lists = append(t.lists, listing{mark: int32(i), at: int32(m.at), count: count, listed: listed, weight: weight(f.counts[i])})
	}
	read := t.choose()
	t.hear(v.total, min(minWeight, 2*minWeight/float32(max(1, read))))
	for n := range t.lists {
		l := &t.lists[n]
		l.from = len(t.spots)
		if l.listed > 0 {
			t.spots = v.read(ms[l.mark].hash, l.count, t.opened[n*segs:(n+1)*segs], t.spots)
			t.note(l.from, l.weight)
		}
		l.to = len(t.spots)
	}
	f.scanned = len(t.spots)
	skip := v.docs(append([]ID{self}, except...))
	t.tally(skip)
	f.near = t.near(v, read, distinct)
	f.candidates = t.cover(v)
	return f
}

// near lists essays that share more than half of the fingerprints of the larger side.
func (t *tally) near(v view, read, prints int) (out []ID) {
	for i := range t.stats {
		if hits := int(t.stats[i].hits); 2*hits > read {
			if row := v.row(t.stats[i].doc); 2*hits*prints > int(row.prints)*read {
				out = append(out, row.id)
			}
		}
	}
	slices.Sort(out)
	return out
}

// ranked is an essay of the shortlist: what it would still explain, and its hits.
type ranked struct {
	stat  uint32
	row   docRow
	total float32 // weight of its heaviest stretch
	left  float32 // at most this much is still unexplained in one place
	hits  []hitAt
}

// hitAt is a listing and the letter of the other essay.
type hitAt struct{ list, s int32 }

// taken is what is left of an essay that is a candidate.
const taken = -1

// cover picks candidates one by one, each the one that explains most of what the earlier
// ones left: 64 copies of one essay must not hide the second source of a mosaic.
func (t *tally) cover(v view) (out []candidate) {
	best := t.best(v)
	t.used = grown(t.used, len(t.lists))[:len(t.lists)]
	used := t.used
	clear(used)
	for len(out) < maxCandidates {
		i := t.top(best, used)
		if i < 0 {
			return out
		}
		for _, h := range best[i].hits {
			used[h.list] = true
		}
		c := candidate{id: best[i].row.id}
		if best[i].total < strongWeight {
			c.spots = t.spotsOf(best[i].hits)
		}
		out = append(out, c)
		best[i].left = taken
	}
	return out
}

// spotsOf are the places of hits, few that lie together as one.
func (t *tally) spotsOf(hits []hitAt) (out []spotAt) {
	for _, h := range hits {
		at := spotAt{t.lists[h.list].at, h.s}
		if n := len(out); n == 0 || at.q-out[n-1].q > spotReach/2 || at.s < out[n-1].s || at.s-out[n-1].s > spotReach/2 {
			out = append(out, at)
		}
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
		if b.left = t.close(b.hits, used); b.left > most || b.left == most && top < 0 {
			top, most = i, b.left
		}
	}
	return top
}

// close is the greatest weight of unused hits that lie together in both texts: chance has
// its hits all over them, a passage has them in one place.
func (t *tally) close(hits []hitAt, used []bool) (best float32) {
	var open [2]stretch
	for _, h := range hits {
		if !used[h.list] {
			l := &t.lists[h.list]
			best = max(best, extend(&open, l.weight, l.at, h.s))
		}
	}
	return best
}

// best is the shortlist, heaviest first, essays of equal weight by what they say.
func (t *tally) best(v view) []ranked {
	out, at := t.ranked[:0], 0
	for _, n := range t.heaviest() {
		s := &t.stats[n]
		out = append(out, ranked{stat: n, row: v.row(s.doc), total: s.weight, left: s.weight})
		at += int(s.hits)
	}
	t.ranked, t.hits = out, grown(t.hits, at)
	slices.SortFunc(out, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.total, a.total), a.row.before(b.row))
	})
	at = 0
	for i := range out {
		s := &t.stats[out[i].stat]
		s.rank = int32(i) + 1
		out[i].hits = t.hits[at:at]
		at += int(s.hits)
	}
	for l, list := range t.lists {
		for _, spot := range t.spots[list.from:list.to] {
			if i := t.stats[spot>>placeBits].rank; i > 0 {
				out[i-1].hits = append(out[i-1].hits, hitAt{int32(l), int32(spot&placeMask) * placeLen})
			}
		}
	}
	return out
}

// heaviest are the essays that may be candidates at all; when they are many, those of a
// weight that at most shortlist of them reach.
func (t *tally) heaviest() []uint32 {
	var out []uint32
	for n := range t.stats {
		if t.stats[n].weight >= minWeight {
			out = append(out, uint32(n))
		}
	}
	if len(out) <= shortlist {
		return out
	}
	weights := make([]float32, len(out))
	for i, n := range out {
		weights[i] = t.stats[n].weight
	}
	slices.Sort(weights)
	least := weights[len(weights)-shortlist]
	return slices.DeleteFunc(out, func(n uint32) bool { return t.stats[n].weight < least })
}
