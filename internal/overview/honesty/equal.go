package honesty

import (
	"math"

	"quantriet/internal/overview/rollup"
)

// equals: too many units below say the same number of people who studied. Units of one size that
// are all full are no surprise, and the law is the unit's own: only its likeness is measured.
func equals(f Facts, others []Facts) (out []found) {
	own := f.derived().parts
	for i, s := range f.Studies {
		kids := own[i]
		if len(kids) < kidsOf {
			continue
		}
		var around []share
		for _, o := range others {
			if p := o.derived().parts; i < len(p) && len(around) < enoughKids {
				around = append(around, p[i]...)
			}
		}
		size := fit(around, studying, force).size
		value, same, p := alike(kids, beta{mean(kids), min(size, 60)})
		x := find("equal", p, n("k", same), n("n", int64(len(kids))), n("value", value))
		x.Figure, x.Document = "studied", s.Document
		out = append(out, x)
	}
	return out
}

// enoughKids is how many units below siblings tell the law.
const enoughKids = 400

// parts are the shares of units with somebody obliged where somebody studied.
func parts(kids []rollup.Count) (out []share) {
	for _, k := range kids {
		if r := rate(k); r.n >= 5 && r.k > 0 {
			out = append(out, r)
		}
	}
	return out
}

func mean(of []share) float64 {
	var k, n int64
	for _, s := range of {
		k, n = k+s.k, n+s.n
	}
	return (float64(k) + 1) / (float64(n) + 2)
}

// alike finds the number that stands most surprisingly often, and the chance of it: of every
// number that stands, as there are so many to choose from.
func alike(kids []share, law beta) (value, same int64, p float64) {
	count := map[int64]int64{}
	for _, s := range kids {
		count[s.k]++
	}
	p = 1
	for v, m := range count {
		if m < 3 {
			continue
		}
		chances := make([]float64, 0, len(kids))
		for _, s := range kids {
			chance := 0.0
			if s.n >= v {
				chance = math.Exp(law.at(v, s.n))
			}
			chances = append(chances, chance)
		}
		if q := atLeast(chances, int(m)); q < p || q == p && m > same {
			value, same, p = v, m, q
		}
	}
	return value, same, math.Min(1, p*float64(len(count)))
}

// atLeast is the chance that m or more of independent events happen.
func atLeast(chances []float64, m int) float64 {
	d := make([]float64, m) // chance of exactly i so far
	d[0] = 1
	over := 0.0
	for _, c := range chances {
		over += d[m-1] * c
		for i := m - 1; i > 0; i-- {
			d[i] = d[i]*(1-c) + d[i-1]*c
		}
		d[0] *= 1 - c
	}
	return math.Min(1, over)
}
