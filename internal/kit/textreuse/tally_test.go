package textreuse

import (
	"math"
	"testing"
)

// Of two fingerprints that share letters the rarer one decides, whichever comes first.
func TestOverlappingFingerprintsWeighAlikeInEitherOrder(t *testing.T) {
	for _, apart := range []int32{1, 5, gramLen - 1} {
		var a, b [2]stretch
		extend(&a, 2, 100, 500)
		extend(&b, 7, 100, 500)
		rareLast, rareFirst := extend(&a, 7, 100+apart, 500+apart), extend(&b, 2, 100+apart, 500+apart)
		if math.Abs(float64(rareLast-rareFirst)) > 1e-4 {
			t.Errorf("%d letters apart: %v, the rarer one first %v", apart, rareLast, rareFirst)
		}
	}
}
