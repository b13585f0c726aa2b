package textreuse

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/bits"
	"slices"
)

// ID names an essay; the caller chooses it.
type ID int64

// A list of at most Full essays is kept whole. Of a longer one Cap are kept: those whose
// Print.Key is smallest, so that the choice depends on what the essays say, not on when
// they came. The count beside the list goes on counting.
const (
	Full = 512
	Cap  = 64
)

// ErrSegment says that a blob is no segment, or a damaged one.
var ErrSegment = errors.New("textreuse: not a segment")

// Segment is a sealed part of an index: an immutable, serialisable inverted index of the
// essays in its table. All its memory is the one blob that Bytes returns.
//
//	header   magic, docs, hashes, bucket bits, doc bits, checksum
//	docs     id, key (8 bytes each), number of fingerprints (4), ascending by id
//	buckets  2^bits + 1 byte offsets (4)
//	lists    per bucket: number of hashes; per hash: gap, count, listed, docs and places
type Segment struct {
	blob    []byte
	docs    int
	bucket  uint // high bits of a hash that choose the bucket
	docBits uint
	gap     uint
	dir     []byte
	lists   []byte
	gaps    [Full + 1]uint8 // Rice parameter by number of essays listed
}

const (
	segMagic  = "QTTRSEG3"
	segHeader = 32
	docSize   = 20
)

// OpenSegment reads a sealed segment without copying it.
func OpenSegment(blob []byte) (*Segment, error) {
	if len(blob) < segHeader || string(blob[:8]) != segMagic {
		return nil, ErrSegment
	}
	le := binary.LittleEndian
	s := &Segment{blob: blob, docs: int(le.Uint32(blob[8:])),
		bucket: uint(blob[20]), docBits: uint(blob[21]), gap: uint(blob[22])}
	if s.bucket > 28 || s.docBits > 32-placeBits || s.gap > hashBits || crc32.ChecksumIEEE(blob[segHeader:]) != le.Uint32(blob[24:]) {
		return nil, ErrSegment
	}
	at := segHeader + s.docs*docSize
	end := at + 4*(1<<s.bucket+1)
	if end > len(blob) {
		return nil, ErrSegment
	}
	s.dir, s.lists = blob[at:end], blob[end:]
	s.reckon()
	return s, nil
}

// Bytes is the segment's blob; it must not be changed.
func (s *Segment) Bytes() []byte { return s.blob }

// Len is the number of essays in the segment.
func (s *Segment) Len() int { return s.docs }

// ID names the essay at a place of the table.
func (s *Segment) ID(doc int) ID {
	return ID(binary.LittleEndian.Uint64(s.blob[segHeader+doc*docSize:]))
}

func (s *Segment) doc(i uint32) docRow {
	b := s.blob[segHeader+int(i)*docSize:]
	le := binary.LittleEndian
	return docRow{ID(le.Uint64(b)), le.Uint64(b[8:]), le.Uint32(b[16:])}
}

// find returns the place of an essay in the table.
func (s *Segment) find(id ID) (int, bool) {
	lo, hi := 0, s.docs
	for lo < hi {
		if m := (lo + hi) / 2; s.ID(m) < id {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo, lo < s.docs && s.ID(lo) == id
}

// docRow is a line of the table of essays.
type docRow struct {
	id     ID
	key    uint64
	prints uint32
}

// before orders essays by what they say.
func (d docRow) before(o docRow) int {
	switch {
	case d.key != o.key:
		if d.key < o.key {
			return -1
		}
		return 1
	case d.id < o.id:
		return -1
	case d.id > o.id:
		return 1
	}
	return 0
}

// posting is the list of one fingerprint: the essays kept, ascending, and how many there
// are. A spot is the essay's number in the table and, in its low bits, the place.
type posting struct {
	hash  uint64
	count uint32
	spots []uint32
}

// bucketAt opens the bucket of a hash.
func (s *Segment) bucketAt(b uint64) (bitReader, uint64) {
	from := binary.LittleEndian.Uint32(s.dir[4*b:])
	to := binary.LittleEndian.Uint32(s.dir[4*b+4:])
	if from >= to || int(to) > len(s.lists) {
		return bitReader{}, 0
	}
	r := bitReader{in: s.lists[from:]}
	return r, r.gamma()
}

// find opens the list of a hash; it is empty when no essay holds the hash.
func (s *Segment) open(hash uint64) (l list) {
	low := uint(hashBits) - s.bucket
	r, n := s.bucketAt(hash >> low)
	rest := hash & (1<<low - 1)
	for at := uint64(0); n > 0 && !r.bad; n-- {
		at += r.rice(s.gap)
		if at >= rest {
			if at == rest {
				l.r = r
				l.count, l.listed = s.counts(&l.r)
			}
			return l
		}
		s.skip(&r)
		at++
	}
	return l
}

// list is a list whose essays are not read yet.
type list struct {
	r             bitReader
	count, listed uint32
}

// spots appends the spots of a list.
func (s *Segment) spots(l *list, spots []uint32) []uint32 {
	if l.listed == 0 {
		return spots
	}
	r, k := &l.r, s.docGap(l.listed)
	doc := uint32(r.get(s.docBits))
	for i := uint32(1); ; i++ {
		place := uint32(r.get(placeBits))
		for int(doc) < s.docs && i < l.listed { // gap and place at once, as long as both are short
			w := r.peek()
			q := uint(bits.TrailingZeros64(w))
			if q >= riceEscape || q+1+k+placeBits > 57 || r.bad {
				break
			}
			spots = append(spots, doc<<placeBits|place)
			w >>= q + 1
			doc += uint32(uint64(q)<<k|w&(1<<k-1)) + 1
			place = uint32(w >> k & placeMask)
			r.at += q + 1 + k + placeBits
			i++
		}
		if int(doc) < s.docs {
			spots = append(spots, doc<<placeBits|place)
		}
		if i >= l.listed || r.bad {
			return spots
		}
		doc += uint32(r.rice(k)) + 1
	}
}

// touch brings what the search will open into the processor's memory, all hashes at once:
// one after another each would wait for the one before.
func (s *Segment) touch(ms []mark) (sum uint32) {
	var offs [64]uint32
	low := uint(hashBits) - s.bucket
	for len(ms) > 0 {
		n := min(len(ms), len(offs))
		for i, m := range ms[:n] {
			offs[i] = binary.LittleEndian.Uint32(s.dir[4*(m.hash>>low):])
		}
		for _, at := range offs[:n] {
			if int(at) < len(s.lists) {
				sum += uint32(s.lists[at])
			}
		}
		ms = ms[n:]
	}
	return sum
}

func (s *Segment) counts(r *bitReader) (count, listed uint32) {
	if r.get(1) == 0 {
		return 1, 1
	}
	count = uint32(r.gamma())
	listed = kept(count)
	if r.get(1) == 1 {
		listed = uint32(r.gamma()) - 1
	}
	return count, min(listed, Full)
}

func (s *Segment) skip(r *bitReader) {
	_, listed := s.counts(r)
	if listed == 0 {
		return
	}
	r.at += s.docBits + placeBits
	k := s.docGap(listed)
	for ; listed > 1 && !r.bad; listed-- {
		r.rice(k)
		r.at += placeBits
	}
}

func (s *Segment) docGap(listed uint32) uint { return uint(s.gaps[listed]) }

// reckon fills gaps in once the number of essays is known.
func (s *Segment) reckon() {
	for i := range s.gaps {
		s.gaps[i] = uint8(riceFor(uint64(s.docs) / uint64(i+1)))
	}
}

// cursor walks over all lists of a segment, ascending by hash.
type cursor struct {
	posting // the list at hand; valid until next
	s       *Segment
	r       bitReader
	bucket  uint64 // the bucket to open next
	until   uint64 // the bucket to end before
	left    uint64 // lists left in the open bucket
	at      uint64
}

// cursor begins a walk over one of 1<<cut equal parts of the hashes; a segment has at least as
// many buckets.
func (s *Segment) cursor(part uint64, cut uint) *cursor {
	c := &cursor{s: s, bucket: part << (s.bucket - cut), until: (part + 1) << (s.bucket - cut)}
	c.next()
	return c
}

func (c *cursor) next() {
	for c.left == 0 || c.r.bad {
		if c.bucket == c.until {
			c.hash = 1 << hashBits
			return
		}
		c.r, c.left = c.s.bucketAt(c.bucket)
		c.at = 0
		c.bucket++
	}
	c.left--
	c.at += c.r.rice(c.s.gap)
	c.hash = (c.bucket-1)<<(hashBits-c.s.bucket) | c.at
	l := list{r: c.r}
	l.count, l.listed = c.s.counts(&l.r)
	c.count, c.posting.spots = l.count, c.s.spots(&l, c.posting.spots[:0])
	c.r = l.r
	c.at++
}

// capped keeps of a list of count essays those that come first by what they say; ascending
// either way.
func capped(spots []uint32, count uint32, row func(uint32) docRow) []uint32 {
	if len(spots) <= int(kept(count)) {
		return spots
	}
	slices.SortFunc(spots, func(a, b uint32) int { return row(a >> placeBits).before(row(b >> placeBits)) })
	spots = spots[:kept(count)]
	slices.Sort(spots)
	return spots
}

// kept is how many of count essays a list keeps.
func kept(count uint32) uint32 {
	if count <= Full {
		return count
	}
	return Cap
}
