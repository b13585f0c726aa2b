package textreuse

import "slices"

// memtable holds the essays that came since the last sealing.
type memtable struct {
	rows    []docRow
	prints  [][]uint64 // nil once deleted
	heads   map[uint64]int32
	entries []memEntry
}

// memEntry is one essay in the chain of a hash; next is -1 at the end.
type memEntry struct{ doc, next int32 }

func newMemtable() *memtable { return &memtable{heads: map[uint64]int32{}} }

func (m *memtable) find(id ID) (int, bool) {
	i := slices.IndexFunc(m.rows, func(r docRow) bool { return r.id == id })
	return i, i >= 0 && m.prints[i] != nil
}

func (m *memtable) add(id ID, p Print) {
	doc := int32(len(m.rows))
	m.rows = append(m.rows, docRow{id, p.Key, uint32(len(p.Hashes))})
	m.prints = append(m.prints, append([]uint64{}, p.Hashes...))
	for _, h := range p.Hashes {
		head, ok := m.heads[h]
		if !ok {
			head = -1
		}
		m.heads[h] = int32(len(m.entries))
		m.entries = append(m.entries, memEntry{doc, head})
	}
}

func (m *memtable) lookup(hash uint64, docs []uint32) []uint32 {
	at, ok := m.heads[hash]
	if !ok {
		return docs
	}
	for ; at >= 0; at = m.entries[at].next {
		if e := m.entries[at]; m.prints[e.doc] != nil {
			docs = append(docs, uint32(e.doc))
		}
	}
	return docs
}

// seal makes a segment of what was not deleted; nil when nothing is left.
func (m *memtable) seal() *Segment {
	var order []int
	total := 0
	for i, p := range m.prints {
		if p != nil {
			order = append(order, i)
			total += len(p)
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
		for _, h := range m.prints[i] {
			entries = append(entries, h<<24|uint64(doc))
		}
	}
	slices.Sort(entries)
	return pour(rows, entries)
}

// pour writes sorted entries of a hash and a place below 2^24 each.
func pour(rows []docRow, entries []uint64) *Segment {
	w := newSegWriter(rows)
	row := func(doc uint32) docRow { return rows[doc] }
	var docs []uint32
	for i := 0; i < len(entries); {
		h := entries[i] >> 24
		for docs = docs[:0]; i < len(entries) && entries[i]>>24 == h; i++ {
			docs = append(docs, uint32(entries[i]&(1<<24-1)))
		}
		w.add(posting{h, uint32(len(docs)), capped(docs, row)})
	}
	return w.close()
}
