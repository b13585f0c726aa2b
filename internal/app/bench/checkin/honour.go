package checkin

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

// mostTogether is how many scans a station sends at once.
const mostTogether = 200

// honour lets people come to the doors at a rate, all doors in turn, whatever becomes of them. Behind
// each stands a station as ours are: one request at a time, what has gathered meanwhile goes together,
// and who was turned away waits as long as told before it sends again. It ends when all are in.
func (l *load) honour(ctx context.Context, doors int, rate float64) (took time.Duration, came int64) {
	l.prepare()
	doors = min(doors, l.m.Sites)
	ready := l.connect(doors)
	l.start()
	var all sync.WaitGroup
	for i, w := range ready {
		all.Go(func() {
			defer w.done()
			w.attend(ctx, queue{l, i, doors, rate})
		})
	}
	all.Wait()
	took = time.Since(l.began)
	for i := range doors {
		came += int64(queue{l, i, doors, rate}.length(l.began.Add(l.most)))
	}
	return took, came
}

// queue is the people who come to one door, each at a moment that is known beforehand.
type queue struct {
	*load
	door, doors int
	rate        float64 // people a second at all doors
}

// at is when the nth comes.
func (q queue) at(n int) time.Time {
	return q.began.Add(time.Duration(float64(n*q.doors+q.door) / q.rate * float64(time.Second)))
}

// length is how many have come; after l.most nobody does.
func (q queue) length(now time.Time) int {
	since := min(now.Sub(q.began), q.most)
	n := int(math.Floor((since.Seconds()*q.rate-float64(q.door))/float64(q.doors))) + 1
	return min(max(n, 0), q.m.Each)
}

// attend sends whoever has come until all are in.
func (w *worker) attend(ctx context.Context, q queue) {
	in, all := 0, q.length(q.began.Add(q.most))
	for tries := 0; in < all && ctx.Err() == nil && tries < 50; {
		pause := time.Until(q.at(in))
		if pause <= 0 {
			it := &item{site: q.door, first: q.at(in)}
			for n := in; n < min(max(q.length(time.Now()), in+1), in+mostTogether); n++ {
				it.people = append(it.people, q.door*q.m.Each+n)
			}
			if pause = w.send(it); pause == 0 {
				in, tries = in+len(it.people), 0
				continue
			}
			tries++
			w.again.Add(1)
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// runHonour offers three times the capacity by stations as they are.
func (c *Checkin) runHonour(ctx context.Context, peak float64) error {
	l, err := c.load(ctx, 1, c.Sites, false)
	if err != nil {
		return err
	}
	l.most = min(l.most, 8*time.Second)
	var came int64
	rate := min(3*c.single, float64(min(c.Many, c.Sites)*c.m.Each)/l.most.Seconds())
	took := c.beside(ctx, l, func() (took time.Duration) {
		took, came = l.honour(ctx, c.Many, rate)
		return took
	})
	if err := c.told(ctx, fmt.Sprintf("%.1f× of it, by stations", rate/c.single), l, took, c.used-1, "≥ 85 % of the peak"); err != nil {
		return err
	}
	c.table.Line("  goodput", fmt.Sprintf("%.0f %% of the peak", 100*float64(l.answered.Load())/took.Seconds()/peak), "≥ 85 % of the peak",
		fmt.Sprintf("%d of %d who came in %s are in; stations wait as told and send together who came meanwhile", l.answered.Load(), came, l.most))
	return nil
}
