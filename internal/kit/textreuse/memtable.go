package textreuse

import "slices"

// memtable holds the essays that came since the last sealing.
type memtable struct {
	rows    []docRow
	prints  []Print // Hashes is nil once deleted
	heads   map[uint64]int32
	entries []memEntry
}

// memEntry is one essay in the chain of a hash; next is -1 at the end.
type memEntry struct {
	spot uint32
	next int32
}

func newMemtable() *memtable { return &memtable{heads: map[uint64]int32{}} }

func (m *memtable) find(id ID) (int, bool) {
	i := slices.IndexFunc(m.rows, func(r docRow) bool { return r.id == id })
	return i, i >= 0 && m.prints[i].Hashes != nil
}

func (m *memtable) add(id ID, p Print) {
	doc := uint32(len(m.rows))
	m.rows = append(m.rows, docRow{id, p.Key, uint32(len(p.Hashes))})
	p.Hashes = append([]uint64{}, p.Hashes...)
	m.prints = append(m.prints, p)
	for i, h := range p.Hashes {
		head, ok := m.heads[h]
		if !ok {
			head = -1
		}
		m.heads[h] = int32(len(m.entries))
		m.entries = append(m.entries, memEntry{doc<<placeBits | p.place(i), head})
	}
}

func (m *memtable) lookup(hash uint64, spots []uint32) []uint32 {
	at, ok := m.heads[hash]
	if !ok {
		return spots
	}
	for ; at >= 0; at = m.entries[at].next {
		if e := m.entries[at]; m.prints[e.spot>>placeBits].Hashes != nil {
			spots = append(spots, e.spot)
		}
	}
	return spots
}

// seal makes a segment of what was not deleted; nil when nothing is left.
func (m *memtable) seal() *Segment {
	var order []int
	total := 0
	for i, p := range m.prints {
		if p.Hashes != nil {
			order = append(order, i)
			total += len(p.Hashes)
		}
	}
	if len(order) == 0 {
		return nil
	}
	slices.SortFunc(order, func(a, b int) int { return int(min(1, max(-1, m.rows[a].id-m.rows[b].id))) })
	rows := make([]docRow, len(order))
	entries := make([]uint64, 0, total)
	for doc, i := range order {
		rows[doc] = m.rows[i]
		for k, h := range m.prints[i].Hashes {
			entries = append(entries, h<<spotBits|uint64(doc)<<placeBits|uint64(m.prints[i].place(k)))
		}
	}
	slices.Sort(entries)
	return pour(rows, entries)
}

// spotBits are those of an essay and its place beside a hash in one word.
const spotBits = 64 - hashBits

// pour writes sorted entries of a hash and a spot each.
func pour(rows []docRow, entries []uint64) *Segment {
	w := newSegWriter(rows)
	row := func(doc uint32) docRow { return rows[doc] }
	var spots []uint32
	for i := 0; i < len(entries); {
		h := entries[i] >> spotBits
		for spots = spots[:0]; i < len(entries) && entries[i]>>spotBits == h; i++ {
			spots = append(spots, uint32(entries[i]&(1<<spotBits-1)))
		}
		w.add(posting{h, uint32(len(spots)), capped(spots, row)})
	}
	return w.close()
}
