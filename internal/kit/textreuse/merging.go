package textreuse

import (
	"math/bits"
	"runtime"
	"slices"
	"sync"
)

// live is a sealed segment in use with the essays deleted from it since it was sealed.
type live struct {
	*Segment
	level int
	dead  map[uint32][]uint64 // place in the table → its hashes
	gone  map[uint64]uint32   // hash → how many of the dead held it
}

func newLive(s *Segment, level int) *live {
	return &live{Segment: s, level: level, dead: map[uint32][]uint64{}, gone: map[uint64]uint32{}}
}

func (l *live) kill(doc uint32, hashes []uint64) {
	if _, ok := l.dead[doc]; ok {
		return
	}
	l.dead[doc] = hashes
	for _, h := range hashes {
		l.gone[h]++
	}
}

// open opens a list; its count is without the dead.
func (l *live) open(hash uint64) list {
	o := l.Segment.open(hash)
	if len(l.dead) > 0 && o.count > 0 {
		o.count -= min(o.count, l.gone[hash])
	}
	return o
}

// spots is the list without the dead.
func (l *live) spots(o *list, spots []uint32) []uint32 {
	from := len(spots)
	spots = l.Segment.spots(o, spots)
	if len(l.dead) > 0 && o.count > 0 {
		alive := slices.DeleteFunc(spots[from:], func(s uint32) bool { _, dead := l.dead[s>>placeBits]; return dead })
		spots = spots[:from+len(alive)]
	}
	return spots
}

const tombstone = ^uint32(0)

// mergeAlone is how many essays are merged on one processor: fewer are not worth dividing.
const mergeAlone = 4 * sealAt

// input is a segment being merged, as it was when the merge began.
type input struct {
	*cursor
	gone map[uint64]uint32
	now  []uint32 // place in the table → new place, or tombstone
}

// merge makes one segment of several; nil when all their essays are dead. The outcome
// depends only on the essays, not on how they were spread over the segments.
func merge(ls []*live) *Segment {
	rows, ins := mergeRows(ls)
	if len(rows) == 0 {
		return nil
	}
	w := newSegWriter(rows)
	cut := w.s.bucket
	for _, l := range ls {
		cut = min(cut, l.bucket)
	}
	if len(rows) < mergeAlone {
		cut = 0
	}
	cut = min(cut, uint(bits.Len(uint(runtime.GOMAXPROCS(0)))-1))
	parts := make([]*segWriter, 1<<cut)
	var wait sync.WaitGroup
	for i := range parts {
		parts[i] = w.part(i, cut)
		wait.Go(func() {
			own := make([]*input, len(ins))
			for k, in := range ins {
				own[k] = &input{cursor: ls[k].cursor(uint64(i), cut), gone: in.gone, now: in.now}
			}
			parts[i].mix(own)
		})
	}
	wait.Wait()
	for _, p := range parts {
		w.join(p)
	}
	return w.close()
}

// mix writes the lists of all inputs, those of one hash as one.
func (w *segWriter) mix(ins []*input) {
	row := func(doc uint32) docRow { return w.rows[doc] }
	var spots []uint32
	for {
		h := smallestHash(ins)
		if h == 1<<hashBits {
			w.flush()
			return
		}
		p := posting{hash: h}
		spots = spots[:0]
		for _, in := range ins {
			if in.hash == h {
				spots = in.take(&p, spots)
			}
		}
		slices.Sort(spots)
		p.spots = capped(spots, p.count, row)
		w.add(p)
	}
}

// take adds the input's list to p and steps on.
func (in *input) take(p *posting, spots []uint32) []uint32 {
	p.count += in.count - min(in.count, in.gone[in.hash])
	for _, s := range in.spots {
		if to := in.now[s>>placeBits]; to != tombstone {
			spots = append(spots, to<<placeBits|s&placeMask)
		}
	}
	in.next()
	return spots
}

func smallestHash(ins []*input) uint64 {
	h := uint64(1 << hashBits)
	for _, in := range ins {
		h = min(h, in.hash)
	}
	return h
}

// mergeRows lists the living essays of all segments by id and numbers them anew.
func mergeRows(ls []*live) (rows []docRow, ins []*input) {
	type from struct {
		row      docRow
		seg, doc int
	}
	var all []from
	for i, l := range ls {
		in := &input{gone: l.gone, now: make([]uint32, l.docs)}
		for d := range l.docs {
			in.now[d] = tombstone
			if _, dead := l.dead[uint32(d)]; !dead {
				all = append(all, from{l.doc(uint32(d)), i, d})
			}
		}
		ins = append(ins, in)
	}
	slices.SortFunc(all, func(a, b from) int {
		if a.row.id < b.row.id {
			return -1
		}
		return 1
	})
	for n, f := range all {
		rows = append(rows, f.row)
		ins[f.seg].now[f.doc] = uint32(n)
	}
	return rows, ins
}
