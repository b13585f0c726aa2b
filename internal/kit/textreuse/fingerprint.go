package textreuse

import "bytes"

// Closed syncmers: a gram of gramLen letters is a fingerprint when the smallest of its
// short grams is its first or its last. The choice depends on the gram alone, so an edit
// loses only the fingerprints it touches, and an unbroken common run of 23 letters
// (about seven syllables) always shares one.
const (
	gramLen  = 13
	shortLen = 2
	hashBits = 32
)

// A place tells about where a fingerprint lies, so that those of one passage can be told
// from those that two essays share by chance: in placeLen letters, and from the beginning
// again after 2^placeBits of them.
const (
	placeBits = 6
	placeLen  = 48
	placeMask = 1<<placeBits - 1
)

// Print is what the index keeps of an essay: a key of its own text, by which it is
// ranked among the essays that share a fingerprint, and its distinct hashes, ascending,
// each with the place where it is first.
type Print struct {
	Key    uint64
	Hashes []uint64
	Places []byte
}

// place is that of the i-th hash; a print made by hand may have none.
func (p Print) place(i int) uint32 {
	if i >= len(p.Places) {
		return 0
	}
	return uint32(p.Places[i] & placeMask)
}

// mark is a fingerprint at its place in the own letters.
type mark struct {
	hash uint64
	at   int
}

// marks selects the fingerprints of letters; none lies across a zero.
func (s Secret) marks(own []byte) []mark {
	out := make([]mark, 0, len(own)/5+4)
	for from := 0; from < len(own); {
		to := len(own)
		if i := bytes.IndexByte(own[from:], 0); i >= 0 {
			to = from + i
		}
		out = s.stretch(out, own[from:to], from)
		from = to + 1
	}
	return out
}

// stretch slides over a stretch and knows where the smallest short gram of the window is.
func (s Secret) stretch(out []mark, w []byte, base int) []mark {
	if len(w) < gramLen {
		return out
	}
	var hi, lo uint64
	const rest, eight = 1<<(6*(gramLen-8)) - 1, 1<<48 - 1
	least, rank := 0, s.rank(w, 0)
	for i, c := range w {
		hi = (hi<<6 | lo>>42) & rest
		lo = (lo<<6 | uint64(code[c])) & eight
		last, at := i-shortLen+1, i-gramLen+1
		if last > 0 {
			if r := s.rank(w, last); r < rank {
				least, rank = last, r
			}
		}
		if at < 0 {
			continue
		}
		if least < at {
			least, rank = s.smallest(w, at, last)
		}
		if least == at || least == last {
			out = append(out, mark{s.hash2(hi, lo) >> (64 - hashBits), base + at})
		}
	}
	return out
}

// rank orders the short grams.
func (s Secret) rank(w []byte, i int) uint32 {
	return s.ranks[uint(code[w[i]])<<6|uint(code[w[i+1]])]
}

// smallest is the first of the smallest short grams from one place to another.
func (s Secret) smallest(w []byte, from, to int) (least int, rank uint32) {
	least, rank = from, s.rank(w, from)
	for i := from + 1; i <= to; i++ {
		if r := s.rank(w, i); r < rank {
			least, rank = i, r
		}
	}
	return least, rank
}

// sortHashes sorts by hash marks that ascend by place; spare is as long.
func sortHashes(order, spare []uint64) []uint64 {
	from, to := order, spare
	for shift := 64 - hashBits; shift < 64; shift += 8 {
		var at [257]int32
		for _, o := range from {
			at[o>>shift&0xFF+1]++
		}
		for i := 1; i < 256; i++ {
			at[i] += at[i-1]
		}
		for _, o := range from {
			d := o >> shift & 0xFF
			to[at[d]] = o
			at[d]++
		}
		from, to = to, from
	}
	return from
}

func newPrint(key uint64, ms []mark) Print {
	const bits = 64 - hashBits
	var few [2][1024]uint64
	order, spare := few[0][:], few[1][:]
	if len(ms) > len(order) {
		order, spare = make([]uint64, len(ms)), make([]uint64, len(ms))
	}
	order, spare = order[:len(ms)], spare[:len(ms)]
	for i, m := range ms {
		order[i] = m.hash<<bits | uint64(m.at)
	}
	order = sortHashes(order, spare)
	p := Print{Key: key, Hashes: make([]uint64, 0, len(ms)), Places: make([]byte, 0, len(ms))}
	for _, o := range order {
		if n := len(p.Hashes); n == 0 || p.Hashes[n-1] != o>>bits {
			p.Hashes = append(p.Hashes, o>>bits)
			p.Places = append(p.Places, byte(o&(1<<bits-1)/placeLen&placeMask))
		}
	}
	return p
}
