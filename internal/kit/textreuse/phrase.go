package textreuse

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// The common-phrase rule: a passage counts when what it says is unusual enough, or when
// it is so long that no slogan is.
const (
	longEnough = 180 // letters that need not be unusual

	// Of many essays: the worth of its letters, each as unlikely as the commonest
	// fingerprint over it, and of its rows of fingerprints, in nats.
	leastWorth  = 280 // and a fingerprint's worth of letters that only one essay holds
	leastHope   = 300 // worth close together from which on a passage is looked for
	leastSpot   = 250 // … around the spots of a text that weighs little
	knownWorth  = 0.5 // share that a letter keeps which stands in a reference, too
	chanceWorth = 20  // of each nat by which chance would not do it
	anotherRun  = 1   // nats that every further run costs

	// Of few essays, which cannot tell what is rare.
	leastMatched   = 60 // letters, of which …
	leastUncommon  = 44 // … so many are in no common fingerprint …
	leastStretch   = 13 // … and so many of those in one run
	longRun        = 64 // letters of one run that need fewer uncommon ones
	leastInLongRun = 24
	shortPassage   = 80  // matched letters below which a passage …
	shortDense     = 0.6 // … must be this dense on both sides
)

// telling is the number of essays from which on rare means something.
const telling = 4096

// phrases is how usual what an essay says is.
type phrases struct {
	marks  []mark
	counts []uint32
	logs   []float32 // of the counts
	common []bool    // own letters that a common fingerprint covers
	worth  []float32 // what the own letters before a place are worth, in nats
	many   bool      // whether there are enough essays to tell what is rare
	bound  float32   // worth from which on a passage counts
}

// commonCount is the number of essays from which on a fingerprint is common: 0.3 % of
// the essays, whose number is rounded down to a power of two so that it moves seldom.
func commonCount(essays int) uint32 {
	return max(20, uint32(float64(rounded(essays))*0.003))
}

func rounded(essays int) uint { return 1 << bits.Len(uint(essays)) >> 1 }

// phrasesOf judges the own letters by the counts of their marks. What stands in a reference
// was too short or too much changed to be exempt, but says little.
func phrasesOf(ms []mark, f found, own []byte, refs *library) *phrases {
	nats := logOf(uint32(max(2, rounded(f.essays))))
	ph := &phrases{marks: ms, counts: f.counts, logs: make([]float32, len(ms)), common: make([]bool, len(own)),
		worth: make([]float32, len(own)+1), many: f.essays >= telling, bound: leastWorth + gramLen*nats}
	value := ph.worth[1:]
	for i := range value {
		value[i] = nats
	}
	least := commonCount(f.essays)
	for i, m := range ms {
		to, lg := m.at+gramLen, logOf(f.counts[i])
		ph.logs[i] = lg
		if f.counts[i] > least {
			fill(ph.common[m.at:to])
		}
		if f.counts[i] > 0 {
			for l, v := range value[m.at:to] {
				value[m.at+l] = min(v, max(0, nats-lg))
			}
		}
	}
	known := ph.known(refs, own)
	sum := float32(0)
	for i, v := range value {
		if known != nil && known[i] {
			v *= knownWorth
		}
		sum += v
		value[i] = sum
	}
	return ph
}

// known marks what stands in the references, which is common as well.
func (ph *phrases) known(l *library, own []byte) (known []bool) {
	if len(l.refs) == 0 {
		return nil
	}
	known = make([]bool, len(own))
	eachSeed(own, func(at int, key uint64) {
		if l.seeds.find(key) >= 0 {
			fill(known[at : at+seedLen])
			fill(ph.common[at : at+seedLen])
		}
	})
	return known
}

// of is what a stretch of own letters is worth.
func (ph *phrases) of(from, to int) float32 { return ph.worth[to] - ph.worth[from] }

// inside calls f with the marks that lie within a run.
func (ph *phrases) inside(run Run, f func(i int)) {
	i, _ := slices.BinarySearchFunc(ph.marks, run.From, func(m mark, at int) int { return cmp.Compare(m.at, at) })
	for ; i < len(ph.marks) && ph.marks[i].at+gramLen <= run.From+run.N; i++ {
		f(i)
	}
}

// luck bounds how many essays would hold a row of runs by chance, if each fingerprint
// depended on the one before alone: no more than the count of the first, and each rarer
// one leaves its share of them. It is told in nats below one essay.
type luck struct {
	nats, last, best float32
	any              bool
}

func (l *luck) take(ph *phrases, run Run, later []bool) {
	if l.any {
		l.nats -= anotherRun
	}
	if run.N < gramLen {
		return
	}
	first := true
	ph.inside(run, func(i int) {
		at, lg := ph.marks[i].at, ph.logs[i]
		if later != nil && slices.Contains(later[at:at+gramLen], true) {
			return
		}
		if !l.any {
			l.nats, l.any = -lg, true
		} else if l.nats += max(0, l.last-lg); first {
			l.nats = max(l.nats, -lg)
		}
		first = false
		l.last, l.best = lg, max(l.best, l.nats)
	})
}

// weigh is what runs are worth, without what later references hold.
func (ph *phrases) weigh(runs []Run, later []bool) (worth float32) {
	var l luck
	for _, run := range runs {
		l.take(ph, run, later)
		if later == nil {
			worth += ph.of(run.From, run.From+run.N)
			continue
		}
		for i := run.From; i < run.From+run.N; i++ {
			if !later[i] {
				worth += ph.of(i, i+1)
			}
		}
	}
	return worth + chanceWorth*l.best
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
	switch {
	case matched >= longEnough:
		return true
	case ph.many:
		return matched >= copyRules.least && ph.weigh(p.Runs, later) >= ph.bound
	case len(p.Runs) > 1 && p.Matched < shortPassage && float64(p.Matched) < shortDense*float64(max(p.To-p.From, p.SourceTo-p.SourceFrom)):
		return false
	case p.Longest >= longRun && matched >= longRun && uncommon >= leastInLongRun:
		return true
	}
	return matched >= leastMatched && uncommon >= leastUncommon && longest >= leastStretch
}

// logs are those of small counts.
var logs = func() (t [1 << 16]float32) {
	for i := range t {
		t[i] = float32(math.Log(max(1, float64(i))))
	}
	return t
}()

func logOf(count uint32) float32 {
	if int(count) < len(logs) {
		return logs[count]
	}
	return float32(math.Log(float64(count)))
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
