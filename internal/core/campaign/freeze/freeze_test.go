package freeze

import (
	"slices"
	"testing"
	"time"

	"quantriet/internal/kit/id"
)

func TestNumber(t *testing.T) {
	n := func(unit, parent id.ID, position int64) node {
		return node{unit: unit, parent: parent, position: position}
	}
	got := number(1, []node{n(4, 2, 0), n(3, 1, 1), n(1, 99, 0), n(2, 1, 2), n(5, 77, 0)})
	want := []node{{unit: 1, lo: 1, hi: 5}, {unit: 5, parent: 1, lo: 2, hi: 2, depth: 1}, {unit: 3, parent: 1, lo: 3, hi: 3, depth: 1},
		{unit: 2, parent: 1, lo: 4, hi: 5, depth: 1}, {unit: 4, parent: 2, lo: 5, hi: 5, depth: 2}}
	for i := range got {
		got[i].position = 0
	}
	if !slices.Equal(got, want) {
		t.Fatalf("got %+v\nwant %+v", got, want)
	}
}

func TestNextSize(t *testing.T) {
	const aim = 60 * time.Millisecond
	for _, c := range []struct {
		name string
		size int
		took time.Duration
		want int
	}{
		{"as long as aimed at", 5000, aim, 5000},
		{"twice as long", 5000, 2 * aim, 2500},
		{"quick pieces at most double", 5000, time.Millisecond, 10_000},
		{"never too large", 15_000, time.Millisecond, largest},
		{"never too small", 300, time.Second, smallest},
		{"a piece that never ran", 700, 0, 700},
	} {
		if got := next(c.size, c.took, aim); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
