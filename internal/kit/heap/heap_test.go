package heap

import (
	"runtime/debug"
	"testing"
)

func TestPercent(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(usual)
	percent := func() int {
		n := debug.SetGCPercent(usual)
		debug.SetGCPercent(n)
		return n
	}
	for _, c := range []struct {
		say  string
		do   func()
		want int
	}{
		{"a rush", func() { Rush(true) }, lavish},
		{"a crowd in it", func() { Crowd(true) }, sparse},
		{"the rush is over", func() { Rush(false) }, sparse},
		{"the crowd goes", func() { Crowd(false) }, usual},
	} {
		if c.do(); percent() != c.want {
			t.Errorf("%s: %d, want %d", c.say, percent(), c.want)
		}
	}
}
