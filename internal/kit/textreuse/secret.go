package textreuse

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// Secret keys the fingerprints of an installation: without it a stolen index cannot be
// searched for a sentence. It must stay the same as long as fingerprints are compared.
type Secret struct {
	k0, k1 uint64                       // SipHash key
	ranks  *[1 << (6 * shortLen)]uint32 // orders the short grams that select fingerprints
}

// NewSecret derives the keys from any bytes, of which there should be 16 or more.
func NewSecret(b []byte) Secret {
	h := sha256.Sum256(append([]byte("quantriet textreuse 1\x00"), b...))
	s := Secret{
		k0:    binary.LittleEndian.Uint64(h[0:]),
		k1:    binary.LittleEndian.Uint64(h[8:]),
		ranks: new([1 << (6 * shortLen)]uint32),
	}
	order := binary.LittleEndian.Uint64(h[16:]) | 1
	for i := range s.ranks {
		r := uint64(i+1) * order
		r ^= r >> 31
		s.ranks[i] = uint32(r * spread >> 32)
	}
	return s
}

// hash2 is SipHash-2-4 of two words.
func (s Secret) hash2(a, b uint64) uint64 {
	p := newSip(s)
	p.word(a)
	p.word(b)
	return p.sum(16)
}

// hashBytes is SipHash-2-4 of b with its high bits cleared.
func (s Secret) hashBytes(b []byte) uint64 {
	p := newSip(s)
	n := len(b)
	for ; len(b) >= 8; b = b[8:] {
		p.word(binary.LittleEndian.Uint64(b) & 0x7F7F7F7F7F7F7F7F)
	}
	var tail [8]byte
	copy(tail[:], b)
	p.word(binary.LittleEndian.Uint64(tail[:]) & 0x7F7F7F7F7F7F7F7F)
	return p.sum(uint64(n))
}

type sip struct{ v0, v1, v2, v3 uint64 }

func newSip(s Secret) sip {
	return sip{s.k0 ^ 0x736f6d6570736575, s.k1 ^ 0x646f72616e646f6d, s.k0 ^ 0x6c7967656e657261, s.k1 ^ 0x7465646279746573}
}

func (p *sip) word(m uint64) {
	p.v3 ^= m
	p.round()
	p.round()
	p.v0 ^= m
}

func (p *sip) sum(n uint64) uint64 {
	p.word(n << 56)
	p.v2 ^= 0xff
	for range 4 {
		p.round()
	}
	return p.v0 ^ p.v1 ^ p.v2 ^ p.v3
}

func (p *sip) round() {
	p.v0 += p.v1
	p.v2 += p.v3
	p.v1 = bits.RotateLeft64(p.v1, 13) ^ p.v0
	p.v3 = bits.RotateLeft64(p.v3, 16) ^ p.v2
	p.v0 = bits.RotateLeft64(p.v0, 32)
	p.v2 += p.v1
	p.v0 += p.v3
	p.v1 = bits.RotateLeft64(p.v1, 17) ^ p.v2
	p.v3 = bits.RotateLeft64(p.v3, 21) ^ p.v0
	p.v2 = bits.RotateLeft64(p.v2, 32)
}
