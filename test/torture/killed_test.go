package torture

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
)

// TestKilled kills the program 200 times at moments of chance, also while it opens what the last one
// left, and starts it again on the same file with the calls whose answers nobody heard.
func TestKilled(t *testing.T) {
	r := chance(t)
	kills := times(200, 2000)
	const lanes = 2
	var all sync.WaitGroup
	for lane := range lanes {
		a, b := r.Uint64(), r.Uint64()
		all.Go(func() { killing(t, lane, kills/lanes, a, b) })
	}
	all.Wait()
}

func killing(t *testing.T, lane, kills int, a, b uint64) {
	r := pcg(a, b)
	m := morning.Morning{Sites: 400 + kills*2, Each: 25, Meetings: 1, Begins: begins}
	path := file(t, m)
	kept := map[int]int64{}
	next, idle := 0, 0
	for round := range kills {
		v := start(t, order{URL: path, Morning: m, From: next, Stations: 12, Batch: 1 + r.IntN(3)})
		early := r.IntN(5) == 0
		wait := time.Duration(1+r.IntN(40)) * time.Millisecond
		if early {
			time.AfterFunc(wait, func() { v.cmd.Process.Kill() })
		}
		for heard := false; v.hear(); {
			if !early && !heard && len(v.kept) > 0 {
				heard = true
				time.AfterFunc(wait, func() { v.cmd.Process.Kill() })
			}
		}
		v.finish(t)
		if len(v.kept) == 0 {
			idle++
		}
		for n, at := range v.kept {
			kept[n] = at
			next = max(next, n-30) // what was on its way is sent once more
		}
		if v.ended {
			t.Fatal("everybody was let in before it was killed")
		}
		if round%25 == 24 || round == kills-1 {
			lost, stored := sound(t, path, m, 0, kept)
			if lost > 0 {
				t.Fatalf("lane %d, round %d: %s", lane, round, summary(kept, stored, lost))
			}
			if round == kills-1 {
				t.Log(fmt.Sprintf("lane %d: %d kills, %d of them before the first answer; ", lane, kills, idle), summary(kept, stored, lost))
			}
		}
		if t.Failed() {
			return
		}
	}
}
