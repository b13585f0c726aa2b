package textreuse

import (
	"cmp"
	"slices"
)

// Result is what an essay has in common with others. The ratio is Copied ÷ Own. Both
// count syllables; an exempt syllable is in neither.
type Result struct {
	Own      int       // own syllables
	Copied   int       // of them, inside passages
	Exempt   int       // syllables quoted from references, left out of Own
	Longest  int       // syllables of the longest unbroken stretch
	Passages []Passage // ascending by From
	Sources  []Source  // most copied first
	Near     []ID      // essays with more than half of all fingerprints in common
	Flags    Flags
	Scanned  int // index entries read: the cost of the search, for tests

	essay   *Essay
	later   []bool // own letters quoted from references added later
	phrases *phrases
	others  map[ID]*Essay // sources read
}

// Source is one essay that shares passages.
type Source struct {
	ID     ID
	Copied int // own syllables in passages shared with it
	Theirs int // its own syllables in those passages
	Own    int // its own syllables
}

// near says whether more than half of the own text of both essays is shared.
func (s Source) near(own int) bool { return 2*s.Copied > own && 2*s.Theirs > s.Own }

func (r *Result) add(p Passage, src *Essay) {
	if r.others == nil {
		r.others = map[ID]*Essay{}
	}
	r.others[p.Source] = src
	r.Passages = append(r.Passages, p)
}

// bridge is the widest gap, in letters, between equal stretches of a passage that still
// counts as copied, with changes.
const bridge = 24

// settle works the figures out once all passages are there. Later references come after
// hiding: they may only take passages away, never bring a hidden one back.
func (r *Result) settle() {
	r.hide()
	if r.later != nil {
		r.Passages = slices.DeleteFunc(r.Passages, func(p Passage) bool { return !r.phrases.keeps(&p, r.later) })
	}
	covered := make([]bool, len(r.essay.Own))
	for _, p := range r.Passages {
		if !p.Hidden {
			cover(covered, p.Runs, func(r Run) int { return r.From })
		}
		for _, run := range p.Runs {
			r.Longest = max(r.Longest, syllablesIn(r.essay.Own[run.From:run.From+run.N]))
		}
	}
	for i, c := range r.essay.Own {
		switch quoted := r.later != nil && r.later[i]; {
		case c < begins:
		case covered[i] && quoted:
			r.Exempt++
		default:
			r.Own++
			if covered[i] {
				r.Copied++
			}
		}
	}
	r.sources()
	r.others, r.phrases = nil, nil
}

// hide marks passages of which the greater part is explained by longer ones.
func (r *Result) hide() {
	ps := r.Passages
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(ps[b].Matched, ps[a].Matched) })
	known := make([]bool, len(r.essay.Own))
	for _, i := range order {
		mine := make([]bool, ps[i].To-ps[i].From)
		cover(mine, ps[i].Runs, func(r Run) int { return r.From - ps[i].From })
		both, all := 0, 0
		for k, in := range mine {
			if in {
				all++
				if known[ps[i].From+k] {
					both++
				}
			}
		}
		if ps[i].Hidden = 2*both > all; !ps[i].Hidden {
			cover(known, ps[i].Runs, func(r Run) int { return r.From })
		}
	}
	slices.SortStableFunc(ps, func(a, b Passage) int { return cmp.Compare(a.From, b.From) })
}

// cover marks the runs and the short gaps between them.
func cover(covered []bool, runs []Run, at func(Run) int) {
	runs = slices.Clone(runs)
	slices.SortFunc(runs, func(a, b Run) int { return cmp.Compare(at(a), at(b)) })
	end := -bridge - 1
	for _, run := range runs {
		from := at(run)
		if from-end <= bridge {
			fill(covered[end:from])
		}
		end = from + run.N
		fill(covered[from:end])
	}
}

// sources sums the passages up by source.
func (r *Result) sources() {
	by := map[ID][]Passage{}
	for _, p := range r.Passages {
		by[p.Source] = append(by[p.Source], p)
	}
	for id, ps := range by {
		src := r.others[id]
		mine, theirs := make([]bool, len(r.essay.Own)), make([]bool, len(src.Own))
		for _, p := range ps {
			cover(mine, p.Runs, func(r Run) int { return r.From })
			cover(theirs, p.Runs, func(r Run) int { return r.SourceFrom })
		}
		for i, quoted := range r.later {
			mine[i] = mine[i] && !quoted
		}
		r.Sources = append(r.Sources, Source{ID: id, Own: src.OwnSyllables(),
			Copied: syllablesCovered(r.essay.Own, mine), Theirs: syllablesCovered(src.Own, theirs)})
	}
	slices.SortFunc(r.Sources, func(a, b Source) int { return cmp.Or(cmp.Compare(b.Copied, a.Copied), cmp.Compare(a.ID, b.ID)) })
}

func syllablesCovered(own []byte, covered []bool) (n int) {
	for i, c := range own {
		if c >= begins && covered[i] {
			n++
		}
	}
	return n
}
