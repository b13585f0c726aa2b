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

	leastMatched = 60 // letters, if they are but uncommon
	leastRare    = 22 // letters of fingerprints that hardly anybody has, alone …
	someRare     = 16 // … or beside someUncommon
	someUncommon = 30
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
	r.phrases = phrasesOf(ms, f, len(e.Own))
	r.phrases.known(c.base, e.Own)
	g := newGrams(e.Own)
	for _, id := range f.candidates {
		src, err := c.Load(id)
		if err != nil {
			return nil, err
		}
		if src == nil {
			continue
		}
		for _, p := range r.phrases.align(g, e, src, w) {
			if r.phrases.keeps(&p, nil) {
				p.Source, p.Also = id, r.phrases.also(&p)
				r.add(p, src)
			}
		}
	}
	r.settle()
	return r, nil
}

// Bounds of looking again.
const (
	maxRounds    = 3
	maxRepeating = 1 << 15 // letters of the essay
)

// align finds the passages of an essay in a source. What stands in the essay twice is
// looked for again without what was found.
func (ph *phrases) align(g *grams, e, src *Essay, w *work) []Passage {
	out := align(g, e, src, ph.common, w)
	rest, found := e.Own, out
	for range maxRounds {
		if len(found) == 0 || len(rest) > maxRepeating || !repeated(g, found) {
			break
		}
		rest = slices.Clone(rest)
		for _, p := range found {
			for _, r := range p.Runs {
				clear(rest[r.From : r.From+r.N])
			}
		}
		g = newGrams(rest)
		found = align(g, &Essay{Own: rest}, src, ph.common, w)
		out = append(out, found...)
	}
	return out
}

// repeated says whether a passage's worth of letters of what was found stands elsewhere
// in the essay, too.
func repeated(g *grams, found []Passage) bool {
	n := 0
	for _, p := range found {
		for _, r := range p.Runs {
			eachSeed(g.letters[r.From:r.From+r.N], func(_ int, key uint64) {
				if id := g.find(key); id >= 0 && g.count[id] > 1 {
					n++
				}
			})
		}
	}
	return n >= leastMatched
}

// commonCount is the number of essays from which on a fingerprint is common: 0.3 % of
// the essays, whose number is rounded down to a power of two so that it moves seldom.
func commonCount(essays int) uint32 {
	return max(20, uint32(float64(uint(1)<<bits.Len(uint(essays))>>1)*0.003))
}

// rareCount is the number of essays up to which a fingerprint is rare.
func rareCount(essays int) uint32 {
	return max(4, uint32(uint(1)<<bits.Len(uint(essays))>>1>>13))
}

// phrases is how usual what an essay says is.
type phrases struct {
	marks  []mark
	counts []uint32
	common []bool // own letters that a common fingerprint covers
	rare   uint32 // rareCount
	few    bool   // too few essays to tell what is rare
}

// telling is the number of essays from which on rare means something.
const telling = 4096

func phrasesOf(ms []mark, f found, n int) *phrases {
	ph := &phrases{ms, f.counts, make([]bool, n), rareCount(f.essays), f.essays < telling}
	least := commonCount(f.essays)
	for i, m := range ms {
		if f.counts[i] > least {
			fill(ph.common[m.at : m.at+gramLen])
		}
	}
	return ph
}

// known marks what stands in the references as common: it was too short or too much
// changed to be exempt, but it says nothing.
func (ph *phrases) known(l *library, own []byte) {
	if len(l.refs) == 0 {
		return
	}
	eachSeed(own, func(at int, key uint64) {
		if l.seeds.find(key) >= 0 {
			fill(ph.common[at : at+seedLen])
		}
	})
}

// inside calls f with the marks that lie within a run.
func (ph *phrases) inside(run Run, f func(i int)) {
	i, _ := slices.BinarySearchFunc(ph.marks, run.From, func(m mark, at int) int { return cmp.Compare(m.at, at) })
	for ; i < len(ph.marks) && ph.marks[i].at+gramLen <= run.From+run.N; i++ {
		f(i)
	}
}

// rareIn counts the letters of rare fingerprints within a passage.
func (ph *phrases) rareIn(p *Passage, later []bool) (n int) {
	for _, run := range p.Runs {
		end := run.From
		ph.inside(run, func(i int) {
			if ph.counts[i] > ph.rare {
				return
			}
			at := ph.marks[i].at
			for l := max(at, end); l < at+gramLen; l++ {
				if !ph.common[l] && (later == nil || !later[l]) {
					n++
				}
			}
			end = at + gramLen
		})
	}
	return n
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
func (ph *phrases) keeps(p *Passage, later []bool) bool {
	matched, uncommon, longest := 0, 0, 0
	for _, run := range p.Runs {
		before := uncommon
		for i := run.From; i < run.From+run.N; i++ {
			if later != nil && later[i] {
				continue
			}
			matched++
			if !ph.common[i] {
				uncommon++
			}
		}
		longest = max(longest, uncommon-before)
	}
	if matched >= copyRules.least && !ph.few {
		if rare := ph.rareIn(p, later); rare >= leastRare || rare >= someRare && uncommon >= someUncommon {
			return true
		}
	}
	if len(p.Runs) > 1 && p.Matched < shortPassage && float64(p.Matched) < shortDense*float64(max(p.To-p.From, p.SourceTo-p.SourceFrom)) {
		return false
	}
	if p.Longest >= longRun && matched >= longRun && uncommon >= leastInLongRun {
		return true
	}
	return matched >= longEnough || matched >= leastMatched && uncommon >= leastUncommon && longest >= leastStretch
}

// also is the median of the counts of the fingerprints inside the runs of a passage.
func (ph *phrases) also(p *Passage) int {
	var counts []int
	for _, run := range p.Runs {
		ph.inside(run, func(i int) { counts = append(counts, int(ph.counts[i])) })
	}
	if len(counts) == 0 {
		return 1
	}
	slices.Sort(counts)
	return max(1, counts[len(counts)/2])
}
