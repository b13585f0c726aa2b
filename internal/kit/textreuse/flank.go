package textreuse

// Beside a run of equal letters a short one means more than elsewhere: rewriting leaves
// pairs of syllables standing.
const (
	flankLen = 90 // letters looked at on either side of a run
	shortRun = 6
)

// flanks lists the short runs that lie beside the given ones on both sides.
func flanks(beside []run, a, b []byte) (runs []run) {
	var t shortTable
	for _, r := range beside {
		runs = t.match(runs, a, b, max(0, r.q-flankLen), r.q, max(0, r.s-flankLen), r.s)
		runs = t.match(runs, a, b, r.qEnd(), min(len(a), r.qEnd()+flankLen), r.sEnd(), min(len(b), r.sEnd()+flankLen))
	}
	return runs
}

// shortTable finds the short grams of one flank; a cell is valid if stamped with the
// flank's number.
type shortTable struct {
	keys  [256]uint64
	at    [256]int32
	stamp [256]int32
	now   int32
}

const shortMask = 1<<(6*shortRun) - 1

// match appends the maximal runs between a[a0:a1] and b[b0:b1], by the last occurrence
// of a short gram in a.
func (t *shortTable) match(runs []run, a, b []byte, a0, a1, b0, b1 int) []run {
	if a1-a0 < shortRun || b1-b0 < shortRun {
		return runs
	}
	t.now++
	eachShort(a[a0:a1], func(at int, key uint64) {
		i := key * spread >> 56
		for t.stamp[i] == t.now && t.keys[i] != key {
			i = (i + 1) & 255
		}
		t.stamp[i], t.keys[i], t.at[i] = t.now, key, int32(a0+at)
	})
	done := 0
	eachShort(b[b0:b1], func(at int, key uint64) {
		i := key * spread >> 56
		for t.stamp[i] == t.now && t.keys[i] != key {
			i = (i + 1) & 255
		}
		if t.stamp[i] != t.now || b0+at < done {
			return
		}
		r := run{int(t.at[i]), b0 + at, shortRun}
		for r.q > a0 && r.s > max(b0, done) && (a[r.q-1]^b[r.s-1])&0x7F == 0 && a[r.q-1] != 0 {
			r = run{r.q - 1, r.s - 1, r.n + 1}
		}
		for r.qEnd() < a1 && r.sEnd() < b1 && (a[r.qEnd()]^b[r.sEnd()])&0x7F == 0 && a[r.qEnd()] != 0 {
			r.n++
		}
		done = r.sEnd()
		runs = append(runs, r)
	})
	return runs
}

// eachShort calls f with every short gram and its place.
func eachShort(letters []byte, f func(at int, key uint64)) {
	var key uint64
	have := 0
	for i, c := range letters {
		if c == 0 {
			have = 0
			continue
		}
		key = (key<<6 | uint64(code[c])) & shortMask
		if have++; have >= shortRun {
			f(i-shortRun+1, key)
		}
	}
}
