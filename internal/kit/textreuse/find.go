package textreuse

import "slices"

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
	r.phrases = phrasesOf(ms, f, e.Own, c.base)
	g := &w.query
	g.read(e.Own)
	for _, cand := range f.candidates {
		id := cand.id
		src, err := c.Load(id)
		if err != nil {
			return nil, err
		}
		if src == nil || len(cand.spots) > 0 && !r.phrases.local(g, src.Own, cand.spots, w) {
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
	out := align(g, e, src, ph, w)
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
		found = align(g, &Essay{Own: rest}, src, ph, w)
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
