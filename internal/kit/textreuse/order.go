package textreuse

import "slices"

// Runs are sorted as one word each: three numbers of wordBits, which every letter number
// fits in.
const (
	wordBits = 20
	wordMask = 1<<wordBits - 1
)

// longestFirst sorts runs by length, those of equal length by q and s, or s and q if flip.
func longestFirst(runs []run, flip bool, w *work) {
	keys := w.keys[:0]
	for _, r := range runs {
		a, b := r.q, r.s
		if flip {
			a, b = b, a
		}
		keys = append(keys, uint64(wordMask-r.n)<<(2*wordBits)|uint64(a)<<wordBits|uint64(b))
	}
	slices.Sort(keys)
	for i, k := range keys {
		a, b := int(k>>wordBits&wordMask), int(k&wordMask)
		if flip {
			a, b = b, a
		}
		runs[i] = run{a, b, wordMask - int(k>>(2*wordBits))}
	}
	w.keys = keys
}

// inOrder sorts runs by q, then s.
func inOrder(runs []run) {
	var few [64]uint64
	keys := few[:0]
	for _, r := range runs {
		keys = append(keys, uint64(r.q)<<(2*wordBits)|uint64(r.s)<<wordBits|uint64(r.n))
	}
	slices.Sort(keys)
	for i, k := range keys {
		runs[i] = run{int(k >> (2 * wordBits)), int(k >> wordBits & wordMask), int(k & wordMask)}
	}
}
