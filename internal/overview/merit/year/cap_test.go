package year

import "testing"

func TestCap(t *testing.T) {
	for _, c := range []struct {
		name            string
		excellent, good int64
		holds           bool
		most            int64
	}{
		{"two of ten good", 2, 10, true, 2},
		{"three of ten good", 3, 10, false, 2},
		{"a fifth is of the good, not of everybody: 20 of 100 when 80 are good", 20, 80, false, 16},
		{"sixteen of the eighty", 16, 80, true, 16},
		{"it is not rounded up", 2, 9, false, 1},
		{"nobody good, one excellent", 1, 0, false, 0},
		{"nobody at all", 0, 0, true, 0},
	} {
		g := Group{Excellent: c.excellent, Good: c.good}
		if g.Holds(20) != c.holds || g.Most(20) != c.most {
			t.Errorf("%s: %v, at most %d", c.name, g.Holds(20), g.Most(20))
		}
	}
	if (Caps{Percent: 20, Groups: []Group{{Excellent: 0, Good: 90}, {Excellent: 3, Good: 10}}}).Hold() {
		t.Error("a group over the cap is hidden by another")
	}
}
