package text

import (
	"fmt"
	"math/bits"
	"strconv"
)

// Rounding says what happens to the third decimal of a rate. It is always shown
// with the figure, because sources differ: 2909/3044 is 95,57% or 95,56%.
type Rounding int

const (
	HalfUp   Rounding = iota // away from zero from 5 on
	Truncate                 // cut off
)

// None stands for a rate that does not exist, such as 0 of 0.
const None = "–"

// Int writes n with dots: 1.930.000.
func Int(n int64) string { return vietnamese.Int(n) }

// Percent writes num/den with two decimals: 95,57%. It is computed with whole
// numbers only. Exactly all is "100%", exactly nothing "0%", so that 100,00% is
// seen to be rounded; den ≤ 0 is None.
func Percent(num, den int64, r Rounding) string { return vietnamese.Percent(num, den, r) }

// Hundredths is num/den in hundredths of a percent (9557 = 95,57%); false when
// den ≤ 0.
func Hundredths(num, den int64, r Rounding) (int64, bool) {
	if den <= 0 {
		return 0, false
	}
	whole, rest, neg := num/den, num%den, num < 0
	if neg {
		whole, rest = -whole, -rest
	}
	hi, lo := bits.Mul64(uint64(rest), 10000)
	q, left := bits.Div64(hi, lo, uint64(den)) // hi < den because rest < den
	if r == HalfUp && left >= uint64(den)-left {
		q++
	}
	n := whole*10000 + int64(q)
	if neg {
		n = -n
	}
	return n, true
}

func (f Format) Int(n int64) string {
	s, sign := strconv.FormatInt(n, 10), ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	out := make([]byte, 0, len(s)+len(s)/3)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			out = append(out, f.group)
		}
		out = append(out, s[i])
	}
	return sign + string(out)
}

func (f Format) Percent(num, den int64, r Rounding) string {
	n, ok := Hundredths(num, den, r)
	switch {
	case !ok:
		return None
	case num == 0:
		return "0%"
	case num == den:
		return "100%"
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%s%c%02d%%", sign, f.Int(n/100), f.point, n%100)
}
