package textreuse

import (
	"encoding/binary"
	"math/bits"
)

// bitWriter packs numbers least significant bit first.
type bitWriter struct {
	out  []byte
	buf  uint64
	have uint
}

func (w *bitWriter) put(v uint64, n uint) {
	if n > 32 {
		w.put(v&(1<<32-1), 32)
		v, n = v>>32, n-32
	}
	w.buf |= v << w.have
	if w.have += n; w.have >= 32 {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(w.buf))
		w.buf, w.have = w.buf>>32, w.have-32
	}
}

// align fills up the byte and writes what is still held back.
func (w *bitWriter) align() {
	for ; w.have > 0; w.have -= min(w.have, 8) {
		w.out = append(w.out, byte(w.buf))
		w.buf >>= 8
	}
}

// riceEscape is the quotient from which a Rice code gives way to the plain number.
const riceEscape = 24

// rice writes v with k low bits plain and the rest unary.
func (w *bitWriter) rice(v uint64, k uint) {
	if q := uint(v >> k); q < riceEscape && q+1+k <= 32 {
		w.put(1<<q|v&(1<<k-1)<<(q+1), q+1+k)
		return
	} else if q < riceEscape {
		w.put(1<<q, q+1)
		w.put(v&(1<<k-1), k)
		return
	}
	w.put(0, riceEscape)
	w.put(v, hashBits)
}

// gamma writes v ≥ 1 in Elias gamma code.
func (w *bitWriter) gamma(v uint64) {
	n := uint(bits.Len64(v)) - 1
	w.put(1<<n, n+1)
	w.put(v&(1<<n-1), n)
}

// bitReader reads what bitWriter wrote; past the end it reads zeros and bad is set.
type bitReader struct {
	in  []byte
	at  uint
	bad bool
}

// peek returns at least 57 bits.
func (r *bitReader) peek() uint64 {
	i := r.at >> 3
	if i+8 <= uint(len(r.in)) {
		return binary.LittleEndian.Uint64(r.in[i:]) >> (r.at & 7)
	}
	var tail [8]byte
	if i < uint(len(r.in)) {
		copy(tail[:], r.in[i:])
	} else if r.at > uint(len(r.in))*8 {
		r.bad = true
	}
	return binary.LittleEndian.Uint64(tail[:]) >> (r.at & 7)
}

func (r *bitReader) get(n uint) uint64 {
	v := r.peek() & (1<<n - 1)
	r.at += n
	return v
}

func (r *bitReader) rice(k uint) uint64 {
	w := r.peek()
	q := uint(bits.TrailingZeros64(w))
	if q >= riceEscape {
		r.at += riceEscape
		return r.get(hashBits)
	}
	if q+1+k <= 57 {
		r.at += q + 1 + k
		return uint64(q)<<k | w>>(q+1)&(1<<k-1)
	}
	r.at += q + 1
	return uint64(q)<<k | r.get(k)
}

func (r *bitReader) gamma() uint64 {
	n := uint(bits.TrailingZeros64(r.peek()))
	if n > 40 {
		r.bad = true
		return 1
	}
	r.at += n + 1
	return 1<<n | r.get(n)
}

// riceFor is the parameter for numbers that are spread evenly with this mean.
func riceFor(mean uint64) uint {
	return uint(max(0, bits.Len64(mean*7/10)-1))
}
