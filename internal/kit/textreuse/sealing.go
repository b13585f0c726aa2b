package textreuse

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// segWriter packs lists, given ascending by hash, into a segment.
type segWriter struct {
	s     *Segment
	rows  []docRow
	w     bitWriter
	dir   []uint32
	base  int      // the first bucket in dir
	count int      // hashes written
	batch []packed // lists of the bucket at hand
	spots []uint32
}

// packed is a list waiting for its bucket to be complete; it holds spots[from:to].
type packed struct {
	rest     uint64
	count    uint32
	from, to int
}

// newSegWriter begins a segment of these essays. The size of the directory follows from
// their fingerprints, of which about three quarters are distinct, and not from the way
// the essays came.
func newSegWriter(rows []docRow) *segWriter {
	hashes := 0
	for _, r := range rows {
		hashes += int(r.prints)
	}
	hashes -= hashes / 4
	s := &Segment{docs: len(rows), docBits: uint(max(1, bits.Len(uint(max(0, len(rows)-1)))))}
	s.bucket = uint(min(28, max(0, bits.Len(uint(hashes/32)))))
	s.gap = riceFor(1 << hashBits / uint64(max(1, hashes)))
	s.reckon()
	return &segWriter{s: s, rows: rows, dir: make([]uint32, 0, 1<<s.bucket+1)}
}

func (w *segWriter) add(p posting) {
	if p.count == 0 {
		return
	}
	low := uint(hashBits) - w.s.bucket
	for b := int(p.hash >> low); w.base+len(w.dir) <= b; {
		w.flush()
		w.dir = append(w.dir, uint32(len(w.w.out)))
	}
	from := len(w.spots)
	w.spots = append(w.spots, p.spots...)
	w.batch = append(w.batch, packed{p.hash & (1<<low - 1), p.count, from, len(w.spots)})
	w.count++
}

// flush writes the bucket at hand.
func (w *segWriter) flush() {
	if len(w.batch) == 0 {
		return
	}
	w.w.gamma(uint64(len(w.batch)))
	next := uint64(0)
	for _, p := range w.batch {
		w.w.rice(p.rest-next, w.s.gap)
		next = p.rest + 1
		w.list(p.count, w.spots[p.from:p.to])
	}
	w.w.align()
	w.batch, w.spots = w.batch[:0], w.spots[:0]
}

func (w *segWriter) list(count uint32, spots []uint32) {
	listed := uint32(len(spots))
	if count == 1 && listed == 1 {
		w.w.put(0, 1)
	} else {
		w.w.put(1, 1)
		w.w.gamma(uint64(count))
		if listed == kept(count) {
			w.w.put(0, 1)
		} else {
			w.w.put(1, 1)
			w.w.gamma(uint64(listed) + 1)
		}
	}
	k, next := w.s.docGap(listed), uint32(0)
	for i, s := range spots {
		d := s >> placeBits
		if i == 0 {
			w.w.put(uint64(d), w.s.docBits)
		} else {
			w.w.rice(uint64(d-next), k)
		}
		w.w.put(uint64(s&placeMask), placeBits)
		next = d + 1
	}
}

// part begins to write one of 1<<cut equal parts of the buckets, which join appends. As every
// bucket begins with a byte, parts joined are what one writer would have written.
func (w *segWriter) part(i int, cut uint) *segWriter {
	return &segWriter{s: w.s, rows: w.rows, base: i << (w.s.bucket - cut)}
}

func (w *segWriter) join(p *segWriter) {
	for len(w.dir) < p.base {
		w.dir = append(w.dir, uint32(len(w.w.out)))
	}
	from := uint32(len(w.w.out))
	for _, off := range p.dir {
		w.dir = append(w.dir, from+off)
	}
	w.w.out = append(w.w.out, p.w.out...)
	w.count += p.count
}

// close writes the blob and opens it.
func (w *segWriter) close() *Segment {
	w.flush()
	for len(w.dir) <= 1<<w.s.bucket {
		w.dir = append(w.dir, uint32(len(w.w.out)))
	}
	le := binary.LittleEndian
	blob := make([]byte, segHeader, segHeader+len(w.rows)*docSize+4*len(w.dir)+len(w.w.out))
	copy(blob, segMagic)
	le.PutUint32(blob[8:], uint32(len(w.rows)))
	le.PutUint64(blob[12:], uint64(w.count))
	blob[20], blob[21], blob[22] = byte(w.s.bucket), byte(w.s.docBits), byte(w.s.gap)
	for _, d := range w.rows {
		blob = le.AppendUint64(le.AppendUint64(blob, uint64(d.id)), d.key)
		blob = le.AppendUint32(blob, d.prints)
	}
	for _, off := range w.dir {
		blob = le.AppendUint32(blob, off)
	}
	blob = append(blob, w.w.out...)
	le.PutUint32(blob[24:], crc32.ChecksumIEEE(blob[segHeader:]))
	s, err := OpenSegment(blob)
	if err != nil {
		panic("textreuse: sealed segment does not open")
	}
	return s
}
