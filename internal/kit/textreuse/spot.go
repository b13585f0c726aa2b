package textreuse

// candidate is a text to align with. One that weighs little is looked at around its spots
// first: most of those are met by chance, and the whole text need not be read.
type candidate struct {
	id    ID
	spots []spotAt
}

// spotAt is a letter of the query and one of the other text, which is known in steps of
// placeLen and but for multiples of turns.
type spotAt struct{ q, s int32 }

const (
	spotReach = 240 // letters looked at on either side of a spot
	spotTries = 4   // places of a seed that are looked at
)

// local says whether a text has enough in common with the query around the spots.
func (ph *phrases) local(g *grams, src []byte, spots []spotAt) bool {
	for _, spot := range spots {
		for s := int(spot.s); s < len(src)+spotReach; s += turns {
			from, to := max(0, s-spotReach), min(len(src), s+placeLen+spotReach)
			if from < to && ph.around(g, src[from:to], int(spot.q)) {
				return true
			}
		}
	}
	return false
}

// around adds up what the seeds of a part of a text are worth that the query has near q,
// or whether they are so many that no worth is asked for.
func (ph *phrases) around(g *grams, part []byte, q int) bool {
	var key uint64
	worth, letters, have, end := float32(0), 0, 0, 0
	for _, c := range part {
		if c == 0 {
			have = 0
			continue
		}
		key = (key<<6 | uint64(code[c])) & seedMask
		if have++; have < seedLen {
			continue
		}
		id := g.find(key)
		if id < 0 {
			continue
		}
		for at, tries := int(g.first[id]), 0; at >= 0 && tries < spotTries; at, tries = int(g.next[at]), tries+1 {
			if at < q-2*spotReach || at > q+2*spotReach || at+seedLen <= end && end-at < 2*seedLen {
				continue
			}
			from := at
			if at < end && at+seedLen > end {
				from = end
			}
			end = at + seedLen
			letters, worth = letters+end-from, worth+ph.hope(run{from, 0, end - from})
			if worth >= leastSpot || letters >= longEnough {
				return true
			}
			break
		}
	}
	return false
}
