package textreuse

import (
	"math"
	"math/bits"
	"sync"
)

// tally is the memory of one search: four bytes for each essay of the index, and what the
// query meets.
type tally struct {
	table  []uint32 // by essay, see hear
	turn   uint32   // which search is at hand
	stats  []stat
	spots  []uint32 // numbers in stats with places, see listing
	lists  []listing
	seen   []uint32 // open addressing: number of a mark, plus one
	opened []list
	rare   []int32 // places of what is not frequent
	least  float32
	ranked []ranked
	hits   []hitAt // of all in ranked
	used   []bool  // listings that candidates explain

	touched uint32 // so that touching is not left out as useless
}

// stat is one essay met. Of the stretches in which it answers the query two are followed
// at a time, so that a chance hit between does not break one off.
type stat struct {
	doc    uint32
	hits   uint32
	rank   int32   // place in the shortlist, from 1
	weight float32 // of the heaviest stretch so far
	open   [2]stretch
}

// stretch is fingerprints that lie close together in both texts.
type stretch struct {
	weight float32
	q, s   int32   // the last one
	last   float32 // and what it weighs
}

// listing is one hash's essays, spots[from:to]; at is its place in the query's own
// letters. Listings ascend by at.
type listing struct {
	from, to      int
	weight        float32
	mark, at      int32
	count, listed uint32
}

var tallies = sync.Pool{New: func() any { return &tally{} }}

// reset makes room for so many marks.
func (t *tally) reset(marks int) {
	seen := 1 << bits.Len(uint(2*marks)|63)
	t.seen = grown(t.seen, seen)[:seen]
	clear(t.seen)
	t.stats, t.spots, t.lists, t.opened = t.stats[:0], t.spots[:0], t.lists[:0], t.opened[:0]
}

// Lists that are passed over: what many essays hold says little, and hardly helps where
// rarer fingerprints are near.
const (
	desert = 200 // letters on either side in which …
	plenty = 2   // … so many rarer fingerprints are enough
)

// choose passes over lists and tells how many are left.
func (t *tally) choose() (read int) {
	rare := t.rare[:0]
	for i := range t.lists {
		if l := &t.lists[i]; l.count > 0 && l.count <= Full {
			rare = append(rare, l.at)
		}
	}
	t.rare = rare
	lo, hi := 0, 0
	for i := range t.lists {
		l := &t.lists[i]
		for lo < len(rare) && rare[lo] < l.at-desert {
			lo++
		}
		for hi < len(rare) && rare[hi] <= l.at+desert {
			hi++
		}
		if l.count > Full && hi-lo >= plenty {
			l.listed = 0
		} else {
			read++
		}
	}
	return read
}

// The table has a word for each essay of the index: in the high bits the search that wrote
// it, below them what the essay weighs so far, in units, or its number in stats.
const (
	turnShift = 24
	numbered  = 1 << (turnShift - 1)
	valueMask = numbered - 1
	skipped   = valueMask // the number of essays that do not matter
	unit      = 64
	enoughFor = minWeight * unit
)

// hear prepares for the notes of so many essays, each of which weighs at least least.
func (t *tally) hear(essays int, least float32) {
	if t.table = grown(t.table, essays); t.turn == 1<<(32-turnShift)-1 {
		clear(t.table[:cap(t.table)])
		t.turn = 0
	}
	t.turn++
	t.least = least
}

// note adds w to the essays of the spots from one on, until they may be candidates.
func (t *tally) note(from int, w float32) {
	units, fresh := uint32(math.Ceil(float64(max(w, t.least)*unit))), t.turn<<turnShift
	for _, spot := range t.spots[from:] {
		at := &t.table[spot>>placeBits]
		if *at>>turnShift != t.turn {
			*at = fresh + units
		} else if *at < fresh+enoughFor {
			*at += units
		}
	}
}

// tally counts the spots of the essays that may weigh enough, without those skipped.
func (t *tally) tally(skip []uint32) {
	for _, doc := range skip {
		t.table[doc] = t.turn<<turnShift | numbered | skipped
	}
	for i := range t.lists {
		t.add(&t.lists[i])
	}
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

// add counts the spots of a list and keeps those that count.
func (t *tally) add(l *listing) {
	kept := t.spots[l.from:l.from]
	for _, spot := range t.spots[l.from:l.to] {
		at := &t.table[spot>>placeBits]
		if *at&numbered == 0 {
			if *at&valueMask < enoughFor {
				continue
			}
			*at = t.turn<<turnShift | numbered | uint32(len(t.stats))
			t.stats = append(t.stats, stat{doc: spot >> placeBits})
		}
		n := *at & valueMask
		if n == skipped {
			continue
		}
		s := &t.stats[n]
		kept = append(kept, n<<placeBits|spot&placeMask)
		s.hits++
		s.weight = max(s.weight, extend(&s.open, l.weight, l.at, int32(spot&placeMask)*placeLen))
	}
	l.to = l.from + len(kept)
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
		apart := s - o.s
		if apart >= turns/2 {
			apart -= turns
		} else if apart < -turns/2 {
			apart += turns
		}
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
	add := w
	if o.weight > 0 && q-o.q < gramLen { // letters that it repeats say only what is rarer in it
		fresh := float32(q-o.q) / gramLen
		add = fresh*w + (1-fresh)*max(0, w-o.last)
	}
	o.weight, o.q, o.s, o.last = o.weight+own*add, q, s, w
	return o.weight
}

// turns is the number of letters after which places begin again.
const turns = placeLen << placeBits
