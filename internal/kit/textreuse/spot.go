package textreuse

// candidate is a text to align with. One that weighs little is looked at around its spots
// first: most of those are met by chance, and the whole text need not be aligned.
type candidate struct {
	id    ID
	spots []spotAt
}

// spotAt is a letter of the query and one of the other text, which is known in steps of
// placeLen and but for multiples of turns.
type spotAt struct{ q, s int32 }

const (
	spotReach = 240 // letters looked at on either side of a spot, twice as many of the query's
	spotTries = 4   // places of a seed that are looked at
	spotRuns  = 64  // runs that are looked at
)

// local says whether a text has enough in common with the query around the spots.
func (ph *phrases) local(g *grams, src []byte, spots []spotAt, w *work) bool {
	for _, spot := range spots {
		for s := int(spot.s); s < len(src); s += turns {
			at := stands(g.letters, src, int(spot.q), s)
			if at >= 0 && ph.around(w.around(g, src, max(0, at-spotReach), min(len(src), at+spotReach), int(spot.q))) {
				return true
			}
		}
	}
	return false
}

// stands is where the fingerprint at q stands in b within placeLen letters from s on; -1
// when it is none of this turn.
func stands(a, b []byte, q, s int) int {
	gram := a[q : q+gramLen]
	for end := min(s+placeLen, len(b)-gramLen+1); s < end; s++ {
		n := 0
		for n < gramLen && (gram[n]^b[s+n])&0x7F == 0 {
			n++
		}
		if n == gramLen {
			return s
		}
	}
	return -1
}

// around says whether a group of runs is worth enough, or so long that no worth is asked for.
func (ph *phrases) around(runs []run) bool {
	worth, letters := float32(0), 0
	for _, r := range runs {
		worth, letters = worth+ph.hope(r), letters+r.n
	}
	if worth < leastSpot && letters < longEnough {
		return false
	}
	for _, group := range clusters(runs, &copyRules) {
		if ph.covered(group) {
			return true
		}
	}
	return false
}

// covered adds up what runs, ascending by q, are worth, letters met twice once.
func (ph *phrases) covered(runs []run) bool {
	worth, letters, end := float32(0), 0, 0
	for _, r := range runs {
		from := max(r.q, end)
		if r.qEnd() <= from {
			continue
		}
		end = r.qEnd()
		letters += end - from
		worth += ph.hope(run{from, 0, end - from})
	}
	return worth >= leastSpot || letters >= longEnough
}

// around lists the runs between s[from:to] and the letters of the query near q.
func (w *work) around(g *grams, s []byte, from, to, q int) []run {
	var key uint64
	have, runs := 0, w.near[:0]
	for i, c := range s[from:to] {
		if c == 0 {
			have = 0
			continue
		}
		key = (key<<6 | uint64(code[c])) & seedMask
		if have++; have < seedLen {
			continue
		}
		if bit := key * spread >> g.fine; g.sieve[bit>>6]>>(bit&63)&1 == 0 {
			continue
		}
		id := g.find(key)
		if id < 0 {
			continue
		}
		for at, tries := int(g.first[id]), 0; at >= 0 && tries < spotTries && len(runs) < spotRuns; at = int(g.next[at]) {
			if at >= q-2*spotReach && at <= q+2*spotReach {
				runs = extended(runs, g.letters, s, at, from+i-seedLen+1)
				tries++
			}
		}
	}
	w.near = runs
	return runs
}

// extended appends the run that begins with the seed at (q, s) unless the last one on its
// diagonal holds it.
func extended(runs []run, a, b []byte, q, s int) []run {
	for i := len(runs) - 1; i >= 0; i-- {
		if r := runs[i]; r.q-r.s == q-s {
			if q < r.qEnd() {
				return runs
			}
			break
		}
	}
	n := seedLen
	for q+n < len(a) && s+n < len(b) && (a[q+n]^b[s+n])&0x7F == 0 && a[q+n] != 0 {
		n++
	}
	return append(runs, run{q, s, n})
}
