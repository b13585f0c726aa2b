package textreuse

import "slices"

// What a letter between two runs costs against a letter in them.
const (
	gapCost      = 0.25
	quoteGapCost = 0.7
	runCost      = 3 // of every run, whatever its length
)

// trim drops the ends of a passage that cost more than they bring: a set phrase or a
// chance word some way off. First seen from one text, then from the other; flip says that
// s is the first.
func trim(c chain, common []bool, flip bool) (chain, bool) {
	worth := worthOf(c, common)
	best := c.runs
	for _, sideS := range []bool{flip, !flip} {
		at := func(r run) int { return r.q }
		if sideS {
			at = func(r run) int { return r.s }
		}
		best = slices.Clone(best)
		slices.SortFunc(best, func(a, b run) int { return at(a) - at(b) })
		best = span(best, worth, gapCost, at)
	}
	slices.SortFunc(best, func(a, b run) int { return a.q - b.q })
	if len(best) == len(c.runs) {
		return c, true
	}
	c = measure(best)
	return c, c.matched >= copyRules.least && c.longest >= copyRules.longest
}

// trimQuote drops the ends of a quotation that lie off; it tells whether enough is left.
func trimQuote(c chain) (chain, bool) {
	c = measure(span(c.runs, func(r run) float64 { return float64(r.n) }, quoteGapCost, func(r run) int { return r.q }))
	return c, c.matched >= quoteRules.least && c.longest >= quoteRules.longest
}

// worthOf values a run by its letters. In a passage with enough to say for itself common
// letters count a quarter.
func worthOf(c chain, common []bool) func(run) float64 {
	plain := func(r run) float64 { return float64(r.n - runCost) }
	if common == nil {
		return plain
	}
	total := 0
	for _, r := range c.runs {
		total += rare(r, common)
	}
	if total < leastUncommon {
		return plain
	}
	return func(r run) float64 {
		n := rare(r, common)
		return float64(n) + float64(r.n-n)/4 - runCost
	}
}

// span is the row of neighbouring runs, given in order, whose worth less their gaps is
// greatest.
func span(runs []run, worth func(run) float64, cost float64, at func(run) int) []run {
	from, end, sum := 0, 0, 0.0
	bestFrom, bestTo, best := 0, 0, 0.0
	for i, r := range runs {
		if i > 0 {
			sum -= cost * float64(max(0, at(r)-end))
		}
		end = max(end, at(r)+r.n)
		if sum <= 0 {
			from, sum = i, 0
		}
		if sum += worth(r); sum > best {
			bestFrom, bestTo, best = from, i+1, sum
		}
	}
	return slices.Clone(runs[bestFrom:bestTo])
}
