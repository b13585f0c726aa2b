package textreuse

import (
	"cmp"
	"slices"
)

// headBits is the size of a memtable's directory.
const headBits = 19

// memtable holds the essays that came since the last sealing.
type memtable struct {
	rows    []docRow
	prints  []Print // Hashes is nil once deleted
	dead    int     // prints deleted
	places  map[ID]int32
	heads   []int32 // by the high bits of a hash: its last entry, plus one
	entries []memEntry
}

// memEntry is one essay in the chain of the hashes that share a head; next is 0 at the end.
type memEntry struct {
	hash, spot uint32
	next       int32
}

// newMemtable has room for so many entries.
func newMemtable(room int) *memtable {
	return &memtable{places: map[ID]int32{}, heads: make([]int32, 1<<headBits), entries: make([]memEntry, 0, room)}
}

func (m *memtable) find(id ID) (int, bool) {
	i, ok := m.places[id]
	return int(i), ok && m.prints[i].Hashes != nil
}

func (m *memtable) add(id ID, p Print) {
	doc := uint32(len(m.rows))
	m.rows = append(m.rows, docRow{id, p.Key, uint32(len(p.Hashes))})
	if p.Hashes == nil {
		p.Hashes = []uint64{}
	}
	m.prints = append(m.prints, p)
	m.places[id] = int32(doc)
	for i, h := range p.Hashes {
		head := &m.heads[h>>(hashBits-headBits)]
		m.entries = append(m.entries, memEntry{uint32(h), doc<<placeBits | p.place(i), *head})
		*head = int32(len(m.entries))
	}
}

// count is how many essays hold a hash.
func (m *memtable) count(hash uint64) (n uint32) {
	if len(m.rows) == 0 {
		return 0
	}
	for at := m.heads[hash>>(hashBits-headBits)]; at > 0; {
		e := m.entries[at-1]
		if e.hash == uint32(hash) && m.prints[e.spot>>placeBits].Hashes != nil {
			n++
		}
		at = e.next
	}
	return n
}

func (m *memtable) lookup(hash uint64, spots []uint32) []uint32 {
	if len(m.rows) == 0 {
		return spots
	}
	for at := m.heads[hash>>(hashBits-headBits)]; at > 0; {
		e := m.entries[at-1]
		if e.hash == uint32(hash) && m.prints[e.spot>>placeBits].Hashes != nil {
			spots = append(spots, e.spot)
		}
		at = e.next
	}
	return spots
}

// living are the rows and prints that were not deleted, ascending by id.
func (m *memtable) living() (rows []docRow, prints []Print) {
	var order []int
	for i, p := range m.prints {
		if p.Hashes != nil {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(m.rows[a].id, m.rows[b].id) })
	for _, i := range order {
		rows, prints = append(rows, m.rows[i]), append(prints, m.prints[i])
	}
	return rows, prints
}

// sealed makes a segment; nil when there is nothing.
func sealed(rows []docRow, prints []Print) *Segment {
	total := 0
	for _, p := range prints {
		total += len(p.Hashes)
	}
	if len(rows) == 0 {
		return nil
	}
	entries := make([]uint64, 0, total)
	for doc, p := range prints {
		for k, h := range p.Hashes {
			entries = append(entries, h<<spotBits|uint64(doc)<<placeBits|uint64(p.place(k)))
		}
	}
	return pour(rows, sortEntries(entries))
}

// sortEntries sorts by hash entries that ascend by spot, digit by digit.
func sortEntries(entries []uint64) []uint64 {
	const digit = 11
	from, to := entries, make([]uint64, len(entries))
	for shift := spotBits; shift < 64; shift += digit {
		var count [1 << digit]int
		for _, e := range from {
			count[e>>shift&(1<<digit-1)]++
		}
		sum := 0
		for i, n := range count {
			count[i] = sum
			sum += n
		}
		for _, e := range from {
			d := e >> shift & (1<<digit - 1)
			to[count[d]] = e
			count[d]++
		}
		from, to = to, from
	}
	return from
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
		w.add(posting{h, uint32(len(spots)), capped(spots, uint32(len(spots)), row)})
	}
	return w.close()
}
