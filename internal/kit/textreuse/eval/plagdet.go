package eval

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// planted is a copied passage: q in the suspicious text, s in the text of the source.
type planted struct {
	source int
	q, s   span
}

// judged is one suspicious text: what was planted and what was found.
type judged struct{ cases, found []planted }

// score is the measure of the PAN competitions, macro-averaged over cases and findings.
type score struct {
	precision, recall, granularity, plagdet float64
	sources                                 float64 // share of cases whose source was named
	cases                                   int
}

func (p planted) meets(o planted) bool {
	return p.source == o.source && p.q.meets(o.q) > 0 && p.s.meets(o.s) > 0
}

func (p planted) size() int { return p.q.to - p.q.from + p.s.to - p.s.from }

func rate(docs []judged) score {
	var sc score
	detected, found, named := 0, 0, 0
	for _, d := range docs {
		for _, c := range d.cases {
			sc.cases++
			hits := matching(c, d.found)
			if len(hits) > 0 {
				detected++
				sc.granularity += float64(len(hits))
				sc.recall += overlap(c, hits)
			}
			if slices.ContainsFunc(d.found, func(f planted) bool { return f.source == c.source }) {
				named++
			}
		}
		for _, f := range d.found {
			found++
			sc.precision += overlap(f, matching(f, d.cases))
		}
	}
	sc.recall /= math.Max(1, float64(sc.cases))
	sc.precision /= math.Max(1, float64(found))
	sc.granularity = math.Max(1, sc.granularity/math.Max(1, float64(detected)))
	sc.sources = float64(named) / math.Max(1, float64(sc.cases))
	if sum := sc.precision + sc.recall; sum > 0 {
		sc.plagdet = 2 * sc.precision * sc.recall / sum / math.Log2(1+sc.granularity)
	}
	return sc
}

func matching(p planted, others []planted) (out []planted) {
	for _, o := range others {
		if p.meets(o) {
			out = append(out, o)
		}
	}
	return out
}

// overlap is the share of p that the others cover.
func overlap(p planted, others []planted) float64 {
	var q, s []span
	for _, o := range others {
		q = append(q, span{max(p.q.from, o.q.from), min(p.q.to, o.q.to)})
		s = append(s, span{max(p.s.from, o.s.from), min(p.s.to, o.s.to)})
	}
	return float64(union(q)+union(s)) / float64(max(1, p.size()))
}

func union(spans []span) int {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	total, end := 0, 0
	for _, s := range spans {
		total += max(0, s.to-max(end, s.from))
		end = max(end, s.to)
	}
	return total
}

// wilson is the 95 % interval of a share.
func wilson(share float64, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.96
	N := float64(n)
	mid := (share + z*z/(2*N)) / (1 + z*z/N)
	half := z / (1 + z*z/N) * math.Sqrt(share*(1-share)/N+z*z/(4*N*N))
	return mid - half, mid + half
}

// bootstrap is the 95 % interval of PlagDet, by drawing texts again.
func bootstrap(docs []judged) (low, high float64) {
	r := rand.New(rand.NewPCG(1, 1))
	var all []float64
	for range 200 {
		drawn := make([]judged, len(docs))
		for i := range drawn {
			drawn[i] = docs[r.IntN(len(docs))]
		}
		all = append(all, rate(drawn).plagdet)
	}
	slices.Sort(all)
	return all[5], all[194]
}
