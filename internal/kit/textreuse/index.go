package textreuse

import (
	"maps"
	"slices"
	"sync"
)

const (
	sealAt = 2048 // essays in the memtable before it is sealed
	fanIn  = 8    // segments of a level before they are merged into the next

	// While others merge, so many times as many essays may come before one waits.
	patience = 4
)

// Index finds the essays that share fingerprints. It keeps no texts and no files: the
// caller stores each essay's Print, and may store sealed segments to start faster.
// Its methods may be called from several goroutines.
type Index struct {
	merging sync.Mutex // held while segments are merged
	mu      sync.RWMutex
	segs    []*live
	mems    []*memtable // the last takes what comes; the others are being sealed
}

// NewIndex is an index of sealed segments, whose essays must be distinct.
func NewIndex(segs ...*Segment) *Index {
	x := &Index{mems: []*memtable{newMemtable(0)}}
	for _, s := range segs {
		x.segs = append(x.segs, newLive(s, levelOf(s.docs)))
	}
	return x
}

func levelOf(docs int) (level int) {
	for docs > sealAt {
		docs, level = docs/fanIn, level+1
	}
	return level
}

// Len is the number of essays.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.len()
}

func (x *Index) len() int {
	n := 0
	for _, l := range x.segs {
		n += l.docs - len(l.dead)
	}
	for _, m := range x.mems {
		n += len(m.rows) - m.dead
	}
	return n
}

// Has says whether the essay is in the index.
func (x *Index) Has(id ID) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.has(id)
}

func (x *Index) has(id ID) bool {
	for _, m := range x.mems {
		if _, ok := m.find(id); ok {
			return true
		}
	}
	for _, l := range x.segs {
		if doc, ok := l.find(id); ok {
			_, dead := l.dead[uint32(doc)]
			return !dead
		}
	}
	return false
}

// Add makes an essay visible to later queries; it does nothing when the id is there.
func (x *Index) Add(id ID, p Print) {
	x.mu.Lock()
	if !x.has(id) {
		x.newest().add(id, p)
	}
	n := len(x.newest().rows)
	x.mu.Unlock()
	switch {
	case n >= patience*sealAt:
		x.seal(sealAt)
	case n >= sealAt && x.merging.TryLock():
		defer x.merging.Unlock()
		x.sealLevels(sealAt)
	}
}

// Delete takes an essay out of every later answer; its fingerprints leave memory at the
// next Merge. p is the Print it was added with.
func (x *Index) Delete(id ID, p Print) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, m := range x.mems {
		if i, ok := m.find(id); ok {
			m.prints[i] = Print{}
			m.dead++
			return
		}
	}
	for _, l := range x.segs {
		if doc, ok := l.find(id); ok {
			l.kill(uint32(doc), p.Hashes)
		}
	}
}

// Seal makes a segment of the newest essays and merges segments where a level is full.
func (x *Index) Seal() { x.seal(0) }

// seal does so when there are at least so many new essays.
func (x *Index) seal(least int) {
	x.merging.Lock()
	defer x.merging.Unlock()
	x.sealLevels(least)
}

func (x *Index) sealLevels(least int) {
	x.mu.RLock()
	few := len(x.newest().rows) < least
	x.mu.RUnlock()
	if few {
		return
	}
	x.sealMem()
	for level := 0; ; level++ {
		var same []*live
		for _, l := range x.segs {
			if l.level == level {
				same = append(same, l)
			}
		}
		if len(same) >= fanIn {
			x.swap(same, level+1)
		} else if !x.deeper(level) {
			return
		}
	}
}

func (x *Index) deeper(level int) bool {
	return slices.ContainsFunc(x.segs, func(l *live) bool { return l.level > level })
}

// Merge makes one segment of everything. Afterwards no fingerprint of a deleted essay is
// left, and the segment is the same, byte for byte, for the same essays however they came.
func (x *Index) Merge() {
	x.merging.Lock()
	defer x.merging.Unlock()
	x.sealMem()
	if len(x.segs) > 1 || len(x.segs) == 1 && len(x.segs[0].dead) > 0 {
		x.swap(slices.Clone(x.segs), 0)
	}
	for _, l := range x.segs {
		l.level = levelOf(l.docs)
	}
}

// Segments are the sealed segments; what is not sealed yet is not among them.
func (x *Index) Segments() []*Segment {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var out []*Segment
	for _, l := range x.segs {
		out = append(out, l.Segment)
	}
	return out
}

func (x *Index) newest() *memtable { return x.mems[len(x.mems)-1] }

// sealMem seals what came while queries go on and essays come in. What was deleted
// meanwhile is deleted from the segment.
func (x *Index) sealMem() {
	x.mu.Lock()
	old := x.newest()
	rows, prints := old.living()
	room := 0
	if len(old.rows) >= sealAt { // as many again are likely
		room = len(old.entries)
	}
	x.mems = []*memtable{old, newMemtable(room)}
	x.mu.Unlock()
	s := sealed(rows, prints)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.mems = x.mems[1:]
	if s == nil {
		return
	}
	fresh := newLive(s, 0)
	for i, row := range rows {
		if _, ok := old.find(row.id); !ok {
			fresh.kill(uint32(i), prints[i].Hashes)
		}
	}
	x.segs = append(slices.Clone(x.segs), fresh)
}

// swap merges segments while queries go on, and puts the new one in their place; essays
// deleted meanwhile are deleted from it.
func (x *Index) swap(old []*live, level int) {
	x.mu.RLock()
	frozen := make([]*live, len(old))
	for i, l := range old {
		frozen[i] = &live{Segment: l.Segment, dead: maps.Clone(l.dead), gone: maps.Clone(l.gone)}
	}
	x.mu.RUnlock()
	merged := merge(frozen)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.segs = slices.DeleteFunc(slices.Clone(x.segs), func(l *live) bool { return slices.Contains(old, l) })
	if merged == nil {
		return
	}
	fresh := newLive(merged, level)
	for i, l := range old {
		for doc, hashes := range l.dead {
			if _, known := frozen[i].dead[doc]; !known {
				at, _ := fresh.find(l.ID(int(doc)))
				fresh.kill(uint32(at), hashes)
			}
		}
	}
	x.segs = append(x.segs, fresh)
}
