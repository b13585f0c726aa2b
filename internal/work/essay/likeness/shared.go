package likeness

import (
	"cmp"
	"hash/fnv"
	"slices"

	"quantriet/internal/kit/id"
)

// span is a stretch of own letters [from, to) of an essay.
type span struct {
	essay    id.ID
	from, to int64
}

// shared is a passage that several essays hold: the stretch in the earliest of them, and all of them.
type shared struct {
	span
	essays []id.ID
}

// group finds the passages that several essays share out of pairs of like stretches. In
// one essay two stretches are the same passage when more than half of what they cover
// together is common to both. The order of the pairs does not matter.
func group(pairs [][2]span) []shared {
	var all []span
	for _, p := range pairs {
		all = append(all, p[0], p[1])
	}
	slices.SortFunc(all, compareSpans)
	all = slices.Compact(all)
	sets := newSets(len(all))
	for i := range all {
		for j := i + 1; j < len(all) && all[j].essay == all[i].essay && all[j].from < all[i].to; j++ {
			if overlap(all[i], all[j]) {
				sets.join(i, j)
			}
		}
	}
	for _, p := range pairs {
		a, _ := slices.BinarySearchFunc(all, p[0], compareSpans)
		b, _ := slices.BinarySearchFunc(all, p[1], compareSpans)
		sets.join(a, b)
	}
	at := map[int]int{}
	var out []shared
	for i, s := range all {
		root := sets.root(i)
		k, ok := at[root]
		if !ok {
			k = len(out)
			at[root] = k
			out = append(out, shared{span: s})
		}
		out[k].take(s)
	}
	return out
}

func compareSpans(a, b span) int {
	return cmp.Or(cmp.Compare(a.essay, b.essay), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

func overlap(a, b span) bool {
	both := min(a.to, b.to) - max(a.from, b.from)
	return 2*both > max(a.to, b.to)-min(a.from, b.from)
}

// take adds a stretch; they come ascending by essay, and the longest of the first stands for all.
func (s *shared) take(x span) {
	if n := len(s.essays); n == 0 || s.essays[n-1] != x.essay {
		s.essays = append(s.essays, x.essay)
	}
	if x.essay == s.essay && x.to-x.from > s.to-s.from {
		s.span = x
	}
}

const (
	shingle  = 16 // letters
	sketched = 8  // smallest hashes kept of a passage
	likely   = 4  // of them in common make two passages the same
)

// sketch is the smallest hashes of the shingles of a passage's letters.
func sketch(letters []byte) []uint64 {
	var out []uint64
	for i := 0; i+shingle <= len(letters); i++ {
		h := fnv.New64a()
		h.Write(letters[i : i+shingle])
		out = append(out, h.Sum64())
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), sketched)]
}

// unite joins passages whose sketches agree: of many copies that are all alike the engine
// compares each with one other, so that pairs alone leave them apart.
func unite(all []shared, sketches [][]uint64) []shared {
	holders := map[uint64][]int{}
	for i, s := range sketches {
		for _, h := range s {
			holders[h] = append(holders[h], i)
		}
	}
	sets := newSets(len(all))
	for i, s := range sketches {
		both := map[int]int{}
		for _, h := range s {
			for _, j := range holders[h][:min(len(holders[h]), 64)] { // the earliest join them all
				if both[j]++; j < i && both[j] >= min(likely, len(s)) {
					sets.join(i, j)
				}
			}
		}
	}
	var out []shared
	at := map[int]int{}
	for i, x := range all {
		root := sets.root(i)
		k, ok := at[root]
		if !ok {
			at[root] = len(out)
			out = append(out, x)
			continue
		}
		if x.essay < out[k].essay {
			out[k].span = x.span
		}
		out[k].essays = append(out[k].essays, x.essays...)
	}
	for i := range out {
		slices.Sort(out[i].essays)
		out[i].essays = slices.Compact(out[i].essays)
	}
	return out
}

// sets are disjoint sets of numbers; the smallest stands for its set.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) root(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(a, b int) {
	a, b = s.root(a), s.root(b)
	s[max(a, b)] = min(a, b)
}
