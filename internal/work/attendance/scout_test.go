package attendance

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// TestScout keeps the writer busy while many wait: whose codes they are is known when their turn
// comes, and what they are told is what the desk alone would have told them.
func TestScout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 40, 1)
		var ticks atomic.Int64 // of two groups the later is later; at one instant the lower key would go before
		w.Now = func() time.Time { return w.at.Add(time.Duration(ticks.Add(1)) * time.Millisecond) }
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		busy, free := make(chan bool), make(chan bool)
		var all sync.WaitGroup
		all.Go(func() {
			var once sync.Once
			err := d.Queue(context.Background(), queue, func(db.Tx) error {
				once.Do(func() { close(busy) })
				<-free
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-busy
		codes := append([]string{"NOBODY"}, w.cell.codes...)
		told := make([]Entry, 3*len(codes))
		errs := make([]error, len(told))
		for i := range told {
			all.Go(func() { told[i], errs[i] = w.scan(w.officer, h, 0, codes[i%len(codes)]) })
			for i == 0 && !w.alone() { // the first goes to the writer and waits there, the others behind it
				time.Sleep(time.Millisecond)
			}
		}
		known := 0
		for range 2000 {
			if known = w.foreseen(); known >= len(told)/2 {
				break
			}
			time.Sleep(2 * time.Millisecond)
		}
		close(free)
		all.Wait()
		if known < len(told)/2 {
			t.Errorf("%d of %d who waited were known before their turn", known, len(told))
		}
		first := map[string]int{}
		for i, e := range told {
			code := codes[i%len(codes)]
			switch {
			case code == "NOBODY":
				if errs[i] == nil {
					t.Error("nobody was let in")
				}
			case errs[i] != nil || e.Name == "" || e.Person == 0:
				t.Errorf("%s: %+v %v", code, e, errs[i])
			case e.Again == 0:
				first[code]++
			}
		}
		if len(first) != len(w.cell.codes) {
			t.Errorf("%d of %d were recorded", len(first), len(w.cell.codes))
		}
		for code, n := range first {
			if n != 1 {
				t.Errorf("%s was recorded %d times", code, n)
			}
		}
		w.sound(t)
	})
}

// foreseen is how many of those who wait are known.
func (w *world) foreseen() (n int) {
	w.lane.mu.Lock()
	defer w.lane.mu.Unlock()
	for _, c := range w.lane.waiting {
		for _, g := range c.ahead.guests {
			if g != nil {
				n++
			}
		}
	}
	return n
}

// alone reports whether the writer is at work and nobody waits behind it.
func (w *world) alone() bool {
	w.lane.mu.Lock()
	defer w.lane.mu.Unlock()
	return w.lane.working && len(w.lane.waiting) == 0
}
