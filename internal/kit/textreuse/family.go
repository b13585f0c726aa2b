package textreuse

import "slices"

// Link joins two essays that are nearly the same.
type Link struct{ A, B ID }

// Links are the essays that the result's essay is nearly the same as: they share more
// than half of the own text of either, or of its fingerprints.
func (r *Result) Links(self ID) (out []Link) {
	for _, id := range r.Near {
		if r.later == nil {
			out = append(out, Link{self, id})
		}
	}
	total := r.essay.OwnSyllables()
	for _, s := range r.Sources {
		if s.near(total) {
			out = append(out, Link{self, s.ID})
		}
	}
	return out
}

// Families groups linked essays: each family ascending, families by their first essay.
// Neither the order of the links nor their direction matters.
func Families(links []Link) [][]ID {
	var ids []ID
	for _, l := range links {
		ids = append(ids, l.A, l.B)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	f := make(forest, len(ids))
	for i := range f {
		f[i] = int32(i)
	}
	for _, l := range links {
		a, _ := slices.BinarySearch(ids, l.A)
		b, _ := slices.BinarySearch(ids, l.B)
		f.join(int32(a), int32(b))
	}
	at := map[int32]int{}
	var out [][]ID
	for i, id := range ids {
		root := f.root(int32(i))
		if _, ok := at[root]; !ok {
			at[root] = len(out)
			out = append(out, nil)
		}
		out[at[root]] = append(out[at[root]], id)
	}
	return out
}

// Twins links essays whose own letters are equal, without comparing them: each to the
// first of its kind. Essays without own letters have no twins.
func (x *Index) Twins() (out []Link) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	first := map[uint64]ID{}
	x.rows(func(row docRow) {
		if at, ok := first[row.key]; !ok || row.id < at {
			first[row.key] = row.id
		}
	})
	x.rows(func(row docRow) {
		if at := first[row.key]; at != row.id && row.prints > 0 {
			out = append(out, Link{at, row.id})
		}
	})
	return out
}

// rows calls f with every living essay.
func (x *Index) rows(f func(docRow)) {
	for _, l := range x.segs {
		for d := range l.docs {
			if _, dead := l.dead[uint32(d)]; !dead {
				f(l.doc(uint32(d)))
			}
		}
	}
	for _, m := range x.mems {
		for i, row := range m.rows {
			if m.prints[i].Hashes != nil {
				f(row)
			}
		}
	}
}
