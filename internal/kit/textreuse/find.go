package textreuse

import (
	"cmp"
	"math/bits"
	"slices"
)

// The common-phrase rule: a passage counts when enough of it is uncommon, or when it is
// so long that no slogan is.
const (
	leastUncommon = 44
	leastStretch  = 13 // uncommon letters in one run
	longEnough    = 180

	longRun        = 64 // letters of one run that need fewer uncommon ones
	leastInLongRun = 24

	shortPassage = 80  // matched letters below which a passage …
	shortDense   = 0.6 // … must be this dense on both sides
)

// Corpus is an engine, the index of its essays and a way to read one of them.
type Corpus struct {
	*Engine
	*Index
	// Load reads an essay by id, as Prepare made it or from OpenEssay; nil without error
	// when it is gone.
	Load func(ID) (*Essay, error)
}

// Find lists what an essay has in common with the others. self is its id, indexed or
// not; except are further essays that do not matter, such as earlier versions or sources
// a reviewer excluded. Submission and batch call this same method.
func (c *Corpus) Find(e *Essay, self ID, except ...ID) (*Result, error) {
	ms := e.marks
	if ms == nil {
		ms = c.secret.marks(e.Own)
	}
	f := c.search(ms, self, except)
	r := &Result{essay: e, Near: f.near, Exempt: e.Exempt, Flags: e.Flags, Scanned: f.scanned}
	w := works.Get().(*work)
	defer works.Put(w)
	r.later = c.laterMask(e, w)
	r.common = commonMask(ms, f, len(e.Own))
	g := newGrams(e.Own)
	for _, id := range f.candidates {
		src, err := c.Load(id)
		if err != nil {
			return nil, err
		}
		if src == nil {
			continue
		}
		for _, p := range align(g, e, src, r.common, w) {
			if keeps(&p, r.common, nil) {
				p.Source, p.Also = id, also(&p, ms, f)
				r.add(p, src)
			}
		}
	}
	r.settle()
	return r, nil
}

// commonCount is the number of essays from which on a fingerprint is common: 0.3 % of
// the essays, whose number is rounded down to a power of two so that it moves seldom.
func commonCount(essays int) uint32 {
	return max(20, uint32(float64(uint(1)<<bits.Len(uint(essays))>>1)*0.003))
}

// commonMask marks the own letters that a common fingerprint covers.
func commonMask(ms []mark, f found, n int) []bool {
	out := make([]bool, n)
	least := commonCount(f.essays)
	for _, m := range ms {
		if f.counts[m.hash] > least {
			fill(out[m.at : m.at+gramLen])
		}
	}
	return out
}

// laterMask marks the own letters quoted from references that were added later.
func (c *Corpus) laterMask(e *Essay, w *work) []bool {
	qs := c.later.quotes(e.Own, w)
	if len(qs) == 0 {
		return nil
	}
	out := make([]bool, len(e.Own))
	for _, q := range qs {
		fill(out[q.From:q.To])
	}
	return out
}

// keeps applies the common-phrase rule to what later references leave of a passage.
func keeps(p *Passage, common, later []bool) bool {
	matched, uncommon, longest := 0, 0, 0
	for _, run := range p.Runs {
		before := uncommon
		for i := run.From; i < run.From+run.N; i++ {
			if later != nil && later[i] {
				continue
			}
			matched++
			if !common[i] {
				uncommon++
			}
		}
		longest = max(longest, uncommon-before)
	}
	if len(p.Runs) > 1 && p.Matched < shortPassage && float64(p.Matched) < shortDense*float64(max(p.To-p.From, p.SourceTo-p.SourceFrom)) {
		return false
	}
	if p.Longest >= longRun && matched >= longRun && uncommon >= leastInLongRun {
		return true
	}
	return matched >= longEnough || matched >= copyRules.least && uncommon >= leastUncommon && longest >= leastStretch
}

// also is the median of the counts of the fingerprints inside the runs of a passage.
func also(p *Passage, ms []mark, f found) int {
	var counts []int
	for _, run := range p.Runs {
		i, _ := slices.BinarySearchFunc(ms, run.From, func(m mark, at int) int { return cmp.Compare(m.at, at) })
		for ; i < len(ms) && ms[i].at+gramLen <= run.From+run.N; i++ {
			counts = append(counts, int(f.counts[ms[i].hash]))
		}
	}
	if len(counts) == 0 {
		return 1
	}
	slices.Sort(counts)
	return max(1, counts[len(counts)/2])
}
