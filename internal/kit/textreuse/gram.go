package textreuse

import "math/bits"

// seedLen is the length in letters of the grams that seed an alignment; ten letters of
// six bits each are one exact 60-bit key, so that seeds never collide.
const seedLen = 10

const seedMask = 1<<(6*seedLen) - 1

// grams finds the places of every seed in one stream of letters. Letters outside the
// alphabet (zero bytes) interrupt it.
type grams struct {
	letters []byte
	keys    []uint64 // open addressing; 0 is empty, as no key is 0
	slot    []int32  // number of the distinct seed in that cell
	first   []int32  // per seed: its earliest place
	count   []int32  // per seed: how often it occurs
	next    []int32  // per place: the next place of the same seed, -1 at the end
	last    []int32  // per seed: its latest place
	sieve   []uint64 // one bit per hashed seed, to turn strangers away at once
	shift   uint
	fine    uint
}

const spread = 0x9E3779B97F4A7C15

func newGrams(letters []byte) *grams {
	g := new(grams)
	g.read(letters)
	return g
}

// read makes g the grams of other letters, in the same memory.
func (g *grams) read(letters []byte) {
	size := max(6, bits.Len(uint(len(letters)*2)))
	g.letters, g.shift, g.fine = letters, uint(64-size), uint(64-size-3)
	g.keys, g.sieve = grown(g.keys, 1<<size)[:1<<size], grown(g.sieve, 1<<(size+3-6))[:1<<(size+3-6)]
	clear(g.keys)
	clear(g.sieve)
	g.slot, g.next = grown(g.slot, 1<<size), grown(g.next, len(letters))
	g.first, g.count, g.last = g.first[:0], g.count[:0], g.last[:0]
	eachSeed(letters, func(at int, key uint64) {
		id := g.add(key)
		if int(id) == len(g.last) {
			g.last = append(g.last, int32(at))
			g.first = append(g.first, int32(at))
			g.count = append(g.count, 0)
		}
		g.next[g.last[id]] = int32(at)
		g.next[at] = -1
		g.last[id] = int32(at)
		g.count[id]++
	})
}

// eachSeed calls f with every seed of the stream and its place.
func eachSeed(letters []byte, f func(at int, key uint64)) {
	var key uint64
	have := 0
	for i, c := range letters {
		if c == 0 {
			have = 0
			continue
		}
		key = (key<<6 | uint64(code[c])) & seedMask
		if have++; have >= seedLen {
			f(i-seedLen+1, key)
		}
	}
}

func (g *grams) add(key uint64) int32 {
	h := key * spread
	bit := h >> g.fine
	g.sieve[bit>>6] |= 1 << (bit & 63)
	i := h >> g.shift
	for g.keys[i] != 0 {
		if g.keys[i] == key {
			return g.slot[i]
		}
		i = (i + 1) & uint64(len(g.keys)-1)
	}
	g.keys[i], g.slot[i] = key, int32(len(g.first))
	return g.slot[i]
}

// find returns the number of a seed, -1 when the stream has none such.
func (g *grams) find(key uint64) int32 {
	h := key * spread
	bit := h >> g.fine
	if g.sieve[bit>>6]>>(bit&63)&1 == 0 {
		return -1
	}
	i := h >> g.shift
	for g.keys[i] != 0 {
		if g.keys[i] == key {
			return g.slot[i]
		}
		i = (i + 1) & uint64(len(g.keys)-1)
	}
	return -1
}
