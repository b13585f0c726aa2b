package honesty

import "math"

const (
	heaviest = 6.0 // one in a million, and beyond
	lightest = 3.0 // one in a thousand: below it there is no lead
	idle     = 0.5 // one in three: below it a check adds nothing to the order
)

// weight is −log10 of a chance, at most heaviest.
func weight(p float64) float64 {
	if p <= math.Pow(10, -heaviest) {
		return heaviest
	}
	return math.Max(0, -math.Log10(p))
}

// beta is a law of shares: mean, and how alike units are (the sum of both parameters).
type beta struct{ mean, size float64 }

// share is k of n.
type share struct{ k, n int64 }

// fit estimates the law of shares from the siblings, drawn to the prior with the force of as
// many siblings. The size comes from the spread of the shares beyond that of chance.
func fit(of []share, prior beta, force float64) beta {
	var k, n float64
	for _, s := range of {
		k, n = k+float64(s.k), n+float64(s.n)
	}
	if n == 0 {
		return prior
	}
	// Each sibling speaks as one, whatever its size; a few more trials than its number count little.
	var sum, units float64
	for _, s := range of {
		if s.n > 0 {
			w := float64(s.n) / (float64(s.n) + prior.size)
			sum, units = sum+w*float64(s.k)/float64(s.n), units+w
		}
	}
	mean := (sum + force*prior.mean/4) / (units + force/4)
	rho := spread(of, mean, 1/(1+prior.size), force)
	return beta{mean, 1/rho - 1}
}

// spread is the correlation within units by the method of moments, drawn to prior.
func spread(of []share, mean, prior, force float64) float64 {
	v := mean * (1 - mean)
	top, bottom := force*prior, force
	for _, s := range of {
		if s.n < 2 || v == 0 {
			continue
		}
		n := float64(s.n)
		d := float64(s.k)/n - mean
		// E d² = v (1/n + rho (1 − 1/n)); large units know more of rho
		w := (1 - 1/n) * math.Min(1, n*prior)
		top += w * (d*d/v - 1/n) / (1 - 1/n)
		bottom += w
	}
	return math.Min(0.5, math.Max(prior/4, top/bottom))
}

func (b beta) params() (alpha, beta float64) {
	m := math.Min(0.9995, math.Max(0.0005, b.mean))
	return m * b.size, (1 - m) * b.size
}

func lgamma(x float64) float64 { v, _ := math.Lgamma(x); return v }

// at is the log chance of k of n.
func (b beta) at(k, n int64) float64 {
	x, y := b.params()
	f, g := float64(k), float64(n-k)
	return lgamma(float64(n)+1) - lgamma(f+1) - lgamma(g+1) +
		lgamma(x+f) + lgamma(y+g) - lgamma(x+y+float64(n)) + lgamma(x+y) - lgamma(x) - lgamma(y)
}

// most bounds the people a share is computed over; more change nothing, since the spread
// between units then outweighs chance.
const most = 2000

// scaled is the share over at most most people.
func (s share) scaled() share {
	if s.n <= most {
		return s
	}
	return share{s.k * most / s.n, most}
}

// tail is the chance of k of n or more.
func (b beta) tail(s share) float64 {
	s = s.scaled()
	x, y := b.params()
	step, p := math.Exp(b.at(s.k, s.n)), 0.0
	for k := float64(s.k); k <= float64(s.n); k++ {
		p += step
		step *= (float64(s.n) - k) / (k + 1) * (x + k) / (y + float64(s.n) - k - 1)
	}
	return math.Min(1, p)
}

// binomial is the chance of k of n or more, each with chance p.
func binomial(s share, p float64) float64 {
	sum := 0.0
	for k := s.k; k <= s.n; k++ {
		f := float64(k)
		sum += math.Exp(lgamma(float64(s.n)+1) - lgamma(f+1) - lgamma(float64(s.n-k)+1) + f*math.Log(p) + float64(s.n-k)*math.Log1p(-p))
	}
	return math.Min(1, sum)
}

// rare is the chance of k or more where mean are expected, with the spread of a gamma law of
// shape r (negative binomial).
func rare(k int64, mean, r float64) float64 {
	below := 0.0
	for i := range k {
		f := float64(i)
		below += math.Exp(lgamma(f+r) - lgamma(r) - lgamma(f+1) + r*math.Log(r/(r+mean)) + f*math.Log(mean/(r+mean)))
	}
	return math.Max(0, 1-below)
}

// above is the chance that an error of counting is z deviations or more.
func above(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }

// wilson is the 95 % interval of k of n.
func wilson(k, n int64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	f, p := float64(n), float64(k)/float64(n)
	mid, half := p+z*z/(2*f), z*math.Sqrt(p*(1-p)/f+z*z/(4*f*f))
	return math.Max(0, (mid-half)/(1+z*z/f)), math.Min(1, (mid+half)/(1+z*z/f))
}
