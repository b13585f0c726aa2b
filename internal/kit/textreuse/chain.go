package textreuse

import (
	"cmp"
	"slices"
)

// rules decide which runs belong to one passage. Lengths are letters; every rule treats
// both texts alike.
type rules struct {
	near, far int     // gap on the one side and on the other
	collinear int     // both gaps, when order and distance agree
	strong    int     // runs this long …
	jump      int     // … may lie this far apart on one side (moved sentences)
	least     int     // matched letters of a passage
	longest   int     // its longest run
	dense     float64 // matched share of the denser side; the other may have 0.7 of it
	sparse    float64 // … or this share, when the syllables are alike
	alike     float64 // common subsequence of syllables of a sparse passage
	again     bool    // whether a stretch may be used twice
}

var (
	copyRules  = rules{near: 45, far: 160, collinear: 120, strong: 32, jump: 1500, least: 40, longest: 13, dense: 0.42, sparse: 0.15, alike: 0.45}
	quoteRules = rules{near: 40, far: 120, least: 40, longest: 18, dense: 0.45, again: true}
)

// chainOf groups the runs of two texts into passages, sorted by q. alike measures how
// like the syllables of a sparse passage are; flip says that ties are to be broken as if
// the texts changed places.
func chainOf(runs []run, r *rules, flip bool, alike func(chain) float64) []chain {
	var out []chain
	for _, group := range clusters(runs, r) {
		out = (&judge{r, flip, alike}).accept(out, group, 0)
	}
	slices.SortFunc(out, func(a, b chain) int { return cmp.Or(a.q0-b.q0, a.s0-b.s0) })
	return out
}

// chain is a passage: the letters [q0, q1) of one text answer [s0, s1) of the other.
type chain struct {
	q0, q1, s0, s1   int
	matched, longest int
	runs             []run // by q
}

// oneToOne lets every letter of either side belong to one run only, the longest first.
func oneToOne(runs []run, q, s, least int, flip bool, w *work) []run {
	longestFirst(runs, flip, w)
	w.used[0], w.used[1] = grown(w.used[0], q), grown(w.used[1], s)
	usedQ, usedS := w.used[0], w.used[1]
	clear(usedQ)
	clear(usedS)
	var out []run
	for _, r := range runs {
		for i := 0; i < r.n; {
			for i < r.n && (usedQ[r.q+i] || usedS[r.s+i]) {
				i++
			}
			from := i
			for i < r.n && !usedQ[r.q+i] && !usedS[r.s+i] {
				i++
			}
			if i-from >= least {
				fill(usedQ[r.q+from : r.q+i])
				fill(usedS[r.s+from : r.s+i])
				out = append(out, run{r.q + from, r.s + from, i - from})
			}
		}
	}
	return out
}

func fill(b []bool) {
	for i := range b {
		b[i] = true
	}
}

// window bounds how many neighbours of a run are looked at.
const window = 256

// clusters joins runs that lie close together on both sides.
func clusters(runs []run, r *rules) [][]run {
	group := make(forest, len(runs))
	for i := range group {
		group[i] = int32(i)
	}
	inOrder(runs)
	joinSorted(runs, r, group, nil)
	if !r.again {
		joinTurned(runs, r, group)
	}
	at := make([]int32, len(runs))
	var out [][]run
	for i := range runs {
		root := group.root(int32(i))
		if at[root] == 0 {
			out = append(out, nil)
			at[root] = int32(len(out))
		}
		out[at[root]-1] = append(out[at[root]-1], runs[i])
	}
	return out
}

// joinTurned joins neighbours as seen from the other side.
func joinTurned(runs []run, r *rules, group forest) {
	keys := make([]uint64, len(runs))
	for i, r := range runs { // fewer than seedsCap
		keys[i] = uint64(r.s)<<(2*wordBits) | uint64(r.q)<<wordBits | uint64(i)
	}
	slices.Sort(keys)
	order, turned := make([]int32, len(runs)), make([]run, len(runs))
	for i, k := range keys {
		o := k & wordMask
		order[i], turned[i] = int32(o), run{runs[o].s, runs[o].q, runs[o].n}
	}
	joinSorted(turned, r, group, order)
}

// joinSorted joins neighbours of runs sorted by q; order maps them to the forest.
func joinSorted(runs []run, r *rules, group forest, order []int32) {
	reach := max(r.near, r.collinear)
	for i, a := range runs {
		for j := i + 1; j < len(runs) && j < i+window && runs[j].q <= a.qEnd()+reach; j++ {
			if r.joins(a, runs[j]) {
				if order == nil {
					group.join(int32(i), int32(j))
				} else {
					group.join(order[i], order[j])
				}
			}
		}
	}
}

// joins says whether b, which begins no earlier than a on q, belongs to the same passage.
func (r *rules) joins(a, b run) bool {
	q, s := max(0, b.q-a.qEnd()), max(0, b.s-a.sEnd(), a.s-b.sEnd())
	if q <= r.near {
		if s <= r.far || s <= r.jump && a.n >= r.strong && b.n >= r.strong {
			return true
		}
	}
	return q <= r.collinear && s <= r.collinear && b.s >= a.sEnd() && max(q-s, s-q) <= 40
}

// forest is a union-find.
type forest []int32

func (f forest) root(i int32) int32 {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

// join makes the smaller root the root of both.
func (f forest) join(a, b int32) {
	a, b = f.root(a), f.root(b)
	if a > b {
		a, b = b, a
	}
	f[b] = a
}

// maxSplits bounds how often a loose group is cut in two.
const maxSplits = 48

// judge accepts groups of runs as passages.
type judge struct {
	*rules
	flip  bool
	alike func(chain) float64
}

// accept appends the group as a passage, or the passages in its parts.
func (r *judge) accept(out []chain, runs []run, depth int) []chain {
	c := measure(runs)
	if c.matched < r.least || c.longest < r.longest || depth > maxSplits {
		return out
	}
	q, s := float64(c.matched)/float64(c.q1-c.q0), float64(c.matched)/float64(c.s1-c.s0)
	if r.again {
		s = 1
	}
	high, low := max(q, s), min(q, s)
	switch {
	case high >= r.dense && low >= r.dense*0.7 && (!r.again || q >= r.dense):
		return append(out, c)
	case r.sparse > 0 && low >= r.sparse && len(runs) >= 3 && r.alike(c) >= r.rules.alike:
		return append(out, c)
	case len(runs) < 2:
		return out
	}
	left, right := cut(runs, q < s || q == s && !r.flip)
	return r.accept(r.accept(out, left, depth+1), right, depth+1)
}

func measure(runs []run) chain {
	c := chain{q0: runs[0].q, s0: runs[0].s, runs: runs}
	end := 0
	for _, r := range runs {
		c.q0, c.q1 = min(c.q0, r.q), max(c.q1, r.qEnd())
		c.s0, c.s1 = min(c.s0, r.s), max(c.s1, r.sEnd())
		c.longest = max(c.longest, r.n)
		c.matched += max(0, r.qEnd()-max(end, r.q))
		end = max(end, r.qEnd())
	}
	return c
}

// cut splits runs, which are sorted by q, at the widest gap of one side.
func cut(runs []run, byQ bool) (left, right []run) {
	if !byQ {
		turned := slices.Clone(runs)
		slices.SortFunc(turned, func(a, b run) int { return a.s - b.s })
		at := widest(turned, func(r run) (int, int) { return r.s, r.sEnd() })
		edge := turned[at].s
		for _, r := range runs {
			if r.s < edge {
				left = append(left, r)
			} else {
				right = append(right, r)
			}
		}
		return left, right
	}
	at := widest(runs, func(r run) (int, int) { return r.q, r.qEnd() })
	return runs[:at], runs[at:]
}

// widest is the index of the run behind the widest gap.
func widest(runs []run, span func(run) (int, int)) int {
	at, wide := 1, -1<<30
	_, end := span(runs[0])
	for i, r := range runs[1:] {
		from, to := span(r)
		if from-end > wide {
			at, wide = i+1, from-end
		}
		end = max(end, to)
	}
	return at
}
