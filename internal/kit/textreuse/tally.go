package textreuse

import (
	"math/bits"
	"sync"
)

// tally is the memory of one search. It grows with what the query meets, not with the
// index.
type tally struct {
	slots []uint32 // open addressing: number in stats, plus one
	shift uint
	stats []stat
	spots []uint32 // numbers in stats with places, see listing
	lists []listing
	seen  []uint32 // open addressing: number of a mark, plus one
}

// stat is one essay met. Of the stretches in which it answers the query two are followed
// at a time, so that a chance hit between does not break one off.
type stat struct {
	doc    uint32
	hits   uint32
	rank   int32 // place in the shortlist, from 1
	skip   bool
	weight float32 // of the heaviest stretch so far
	open   [2]stretch
}

// stretch is fingerprints that lie close together in both texts.
type stretch struct {
	weight float32
	q, s   int32 // the last one
}

// listing is one hash's essays, spots[from:to]; at is its place in the query's own
// letters. Listings ascend by at.
type listing struct {
	from, to int
	weight   float32
	at       int32
}

var tallies = sync.Pool{New: func() any { return &tally{} }}

// reset makes room for at most so many essays and marks.
func (t *tally) reset(essays, marks int) {
	size := bits.Len(uint(2*essays) | 63)
	t.shift = uint(64 - size)
	t.slots = grown(t.slots, 1<<size)[:1<<size]
	clear(t.slots)
	seen := 1 << bits.Len(uint(2*marks)|63)
	t.seen = grown(t.seen, seen)[:seen]
	clear(t.seen)
	t.stats, t.spots, t.lists = t.stats[:0], t.spots[:0], t.lists[:0]
}

// stat finds or adds the number of an essay.
func (t *tally) stat(doc uint32) uint32 {
	i := uint64(doc+1) * spread >> t.shift
	for t.slots[i] != 0 {
		if n := t.slots[i] - 1; t.stats[n].doc == doc {
			return n
		}
		i = (i + 1) & uint64(len(t.slots)-1)
	}
	t.stats = append(t.stats, stat{doc: doc})
	t.slots[i] = uint32(len(t.stats))
	return t.slots[i] - 1
}

// again returns the first mark with the hash of the i-th, or -1 when that is the i-th.
func (t *tally) again(ms []mark, i int) int {
	h := ms[i].hash
	at := h * spread >> 32 & uint64(len(t.seen)-1)
	for t.seen[at] != 0 {
		if first := int(t.seen[at] - 1); ms[first].hash == h {
			return first
		}
		at = (at + 1) & uint64(len(t.seen)-1)
	}
	t.seen[at] = uint32(i + 1)
	return -1
}

// add counts the spots from a place on, whose mark is at.
func (t *tally) add(from int, w float32, at int) {
	kept := t.spots[:from]
	for _, spot := range t.spots[from:] {
		n := t.stat(spot >> placeBits)
		s := &t.stats[n]
		if s.skip {
			continue
		}
		kept = append(kept, n<<placeBits|spot&placeMask)
		s.hits++
		s.weight = max(s.weight, extend(&s.open, w, int32(at), int32(spot&placeMask)*placeLen))
	}
	t.spots = kept
	if from < len(kept) {
		t.lists = append(t.lists, listing{from, len(kept), w, int32(at)})
	}
}

// How far apart two fingerprints of one stretch may lie.
const (
	reach = 400 // letters of the query
	slack = 80  // by which the distances in both texts may differ
	aside = 240 // letters in either text, where the order changed; such a hit counts half
)

// extend adds a hit to the stretch that it continues and returns that one's weight.
func extend(open *[2]stretch, w float32, q, s int32) float32 {
	part, own := -1, float32(1)
	for i := range open {
		o := &open[i]
		if o.weight == 0 || q-o.q > reach {
			o.weight = 0
			continue
		}
		apart := (s-o.s+turns+turns/2)%turns - turns/2
		switch off := apart - (q - o.q); {
		case off >= -slack && off <= slack:
			if part < 0 || own < 1 || open[part].weight < o.weight {
				part, own = i, 1
			}
		case part < 0 && q-o.q <= aside && apart >= -aside && apart <= aside:
			part, own = i, 0.5
		}
	}
	if part < 0 {
		part = 0
		if open[1].weight < open[0].weight {
			part = 1
		}
		open[part].weight = 0
	}
	o := &open[part]
	if o.weight > 0 && q-o.q < gramLen { // it repeats letters of the last one
		own *= float32(q-o.q) / gramLen
	}
	o.weight, o.q, o.s = o.weight+own*w, q, s
	return o.weight
}

// turns is the number of letters after which places begin again.
const turns = placeLen << placeBits
