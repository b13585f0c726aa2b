package textreuse

import (
	"bytes"
	"cmp"
	"slices"
)

// Run is n equal letters: own letters From… of the one essay, SourceFrom… of the other.
type Run struct{ From, SourceFrom, N int }

// Passage is a stretch of own letters [From, To) that answers [SourceFrom, SourceTo) of
// another essay.
type Passage struct {
	Source               ID
	From, To             int
	SourceFrom, SourceTo int
	Matched              int   // equal letters; the same seen from either essay
	Longest              int   // letters of the longest unbroken stretch
	Also                 int   // other essays that hold the passage, judged by its fingerprints
	Runs                 []Run // ascending by From, not overlapping on either side
	Hidden               bool  // most of it is explained by a longer passage of another source
}

// leastRun is the shortest rest of a run after longer ones took their letters.
const leastRun = 6

// Compare aligns two essays made ready by one engine, without the rules that need an
// index. Seen from b the passages are the same with the sides exchanged.
func Compare(a, b *Essay) []Passage {
	w := works.Get().(*work)
	defer works.Put(w)
	return slices.DeleteFunc(align(newGrams(a.Own), a, b, nil, w), func(p Passage) bool { return p.Matched < leastMatched })
}

// align finds the passages of a, indexed as g, in b. common marks the letters of a that
// say little.
func align(g *grams, a, b *Essay, ph *phrases, w *work) []Passage {
	var common []bool
	if ph != nil {
		common = ph.common
	}
	flip := bytes.Compare(a.Own, b.Own) > 0
	runs := runsOf(g, b.Own, w)
	if !w.promising(runs, ph) {
		return nil
	}
	runs = oneToOne(runs, len(a.Own), len(b.Own), leastRun, flip, w)
	beside := hopeful(runs, ph)
	if len(beside) == 0 {
		return nil
	}
	if flip {
		beside = turn(flanks(turn(beside), b.Own, a.Own))
	} else {
		beside = flanks(beside, a.Own, b.Own)
	}
	runs = oneToOne(append(runs, beside...), len(a.Own), len(b.Own), leastRun, flip, w)
	like := func(c chain) float64 { return alike(a.Own[c.q0:c.q1], b.Own[c.s0:c.s1]) }
	var cs []chain
	for _, c := range chainOf(runs, &copyRules, flip, like) {
		if c, ok := trim(c, common, flip); ok && enough(c.runs, ph) {
			cs = append(cs, c)
		}
	}
	var out []Passage
	for _, c := range joinChains(cs) {
		p := Passage{From: c.q0, To: c.q1, SourceFrom: c.s0, SourceTo: c.s1, Matched: c.matched, Longest: c.longest}
		for _, r := range c.runs {
			p.Runs = append(p.Runs, Run{r.q, r.s, r.n})
		}
		out = append(out, p)
	}
	return out
}

// joinChains makes one passage of neighbours on both sides until none are left.
func joinChains(cs []chain) []chain {
	for i := 0; i < len(cs); i++ {
		for j := i + 1; j < len(cs); j++ {
			if !neighbours(cs[i], cs[j]) {
				continue
			}
			runs := append(slices.Clone(cs[i].runs), cs[j].runs...)
			slices.SortFunc(runs, func(a, b run) int { return cmp.Or(a.q-b.q, a.s-b.s) })
			cs[i] = measure(runs)
			cs = slices.Delete(cs, j, j+1)
			i, j = -1, len(cs)
		}
	}
	return cs
}

func neighbours(a, b chain) bool {
	q := max(0, b.q0-a.q1, a.q0-b.q1)
	s := max(0, b.s0-a.s1, a.s0-b.s1)
	low, high := min(q, s), max(q, s)
	return low <= 90 && high <= 1500 || low <= 160 && high <= 200
}

// maxAlike bounds the syllables of a side whose likeness is measured.
const maxAlike = 400

// alike is the longest common subsequence of syllables ÷ the syllables of the longer side.
func alike(a, b []byte) float64 {
	x, y := words(a), words(b)
	if len(x) == 0 || len(y) == 0 || len(x) > maxAlike || len(y) > maxAlike {
		return 0
	}
	before, now := make([]uint16, len(y)+1), make([]uint16, len(y)+1)
	for _, w := range x {
		for j, v := range y {
			if w == v {
				now[j+1] = before[j] + 1
			} else {
				now[j+1] = max(now[j], before[j+1])
			}
		}
		before, now = now, before
	}
	return float64(before[len(y)]) / float64(max(len(x), len(y)))
}

// words codes the syllables of own letters.
func words(own []byte) (out []uint64) {
	const prime = 0x100000001B3
	for i, c := range own {
		if c >= begins || i == 0 {
			out = append(out, 0)
		}
		out[len(out)-1] = (out[len(out)-1] ^ uint64(c&^begins)) * prime
	}
	return out
}

// hopeful are the runs of the groups that may become a passage.
func hopeful(runs []run, ph *phrases) (out []run) {
	for _, group := range clusters(runs, &copyRules) {
		if enough(group, ph) {
			out = append(out, group...)
		}
	}
	return out
}

// block is the letters of one cell of hope.
const block = 128

// promising says whether unusual letters lie close enough together anywhere, or enough of
// any kind are there; most candidates met by chance end here.
func (w *work) promising(runs []run, ph *phrases) bool {
	w.hope = w.hope[:0]
	letters := 0
	for _, r := range runs {
		if letters += r.n; letters >= longEnough {
			return true
		}
		b := r.q / block
		for len(w.hope) <= b+2 {
			w.hope = append(w.hope, 0)
		}
		n := ph.hope(r)
		for k := b; k <= b+2; k++ { // a window of three
			if w.hope[k] += n; w.hope[k] >= leastHope {
				return true
			}
		}
	}
	return false
}

// enough says whether runs may become a passage at all.
func enough(runs []run, ph *phrases) bool {
	letters, worth := 0, float32(0)
	for _, r := range runs {
		letters += r.n
		if letters >= longEnough {
			return true
		}
		if worth += ph.hope(r); worth >= leastHope {
			return true
		}
	}
	return false
}

// letterHope is the hope of one uncommon letter where nothing tells what is rare.
const letterHope = leastHope / 26.0

// hope is what a run is worth at most; without essays to judge by every letter is uncommon.
func (ph *phrases) hope(r run) float32 {
	if ph == nil {
		return letterHope * float32(r.n)
	}
	if !ph.many {
		return letterHope * float32(rare(r, ph.common))
	}
	return ph.of(r.q, r.qEnd())
}

// rare counts the letters of a run that are not common.
func rare(r run, common []bool) int {
	if common == nil {
		return r.n
	}
	n := 0
	for _, c := range common[r.q:r.qEnd()] {
		if !c {
			n++
		}
	}
	return n
}

// turn exchanges the sides.
func turn(runs []run) []run {
	for i, r := range runs {
		runs[i] = run{r.s, r.q, r.n}
	}
	return runs
}
