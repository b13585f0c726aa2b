package lately

import (
	"sync"
	"testing"
)

func TestMemory(t *testing.T) {
	var m Memory[string, int]
	m.Keep("a", 1, 1000, 1500)
	for _, c := range []struct {
		name string
		key  string
		now  int64
		want int
	}{
		{"at once", "a", 1000, 1},
		{"a moment later", "a", 1499, 1},
		{"over", "a", 1500, 0},
		{"something else", "b", 1000, 0},
		{"the clock went back", "a", 999, 0},
	} {
		if got, ok := m.Find(c.key, c.now); got != c.want || ok != (c.want != 0) {
			t.Errorf("%s: %d %v", c.name, got, ok)
		}
	}
	m.Keep("b", 2, 1600, 2100)
	if len(m.kept) != 1 {
		t.Errorf("%d are kept", len(m.kept))
	}
}

func TestMemoryOfMany(t *testing.T) {
	var (
		m   Memory[int, int]
		all sync.WaitGroup
	)
	for n := range 8 {
		all.Go(func() {
			for i := range 1000 {
				at := int64(i + n)
				m.Keep(i%50, i%50, at, at+100)
				if v, ok := m.Find(i%50, at); ok && v != i%50 {
					t.Errorf("%d is kept as %d", i%50, v)
				}
			}
		})
	}
	all.Wait()
}
