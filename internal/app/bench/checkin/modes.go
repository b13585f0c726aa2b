package checkin

import (
	"context"
	"fmt"
	"time"

	"quantriet/internal/app/bench"
)

// beside runs fn while somebody looks at pages, and prints how long that one waited.
func (c *Checkin) beside(ctx context.Context, l *load, fn func() time.Duration) time.Duration {
	before := c.busy()
	l.begun = func() { before = c.busy() } // connections are opened before
	ctx, leave := context.WithCancel(ctx)
	v := &visitor{m: c.m, line: line{to: l.hosts[0]}}
	gone := make(chan struct{})
	go func() { defer close(gone); v.look(ctx) }()
	took := fn()
	leave()
	<-gone
	c.cost(before, took)
	c.after("  an officer's pages meanwhile", v.times.Said(), "≤ 1 s", v.said())
	return took
}

func (c *Checkin) runSingle(ctx context.Context) error {
	l, err := c.load(ctx, 1, c.Sites, false)
	if err != nil {
		return err
	}
	took := c.beside(ctx, l, func() time.Duration { return l.closed(ctx, c.Connections) })
	c.single = float64(l.answered.Load()) / took.Seconds()
	if err := c.told(ctx, fmt.Sprintf("one by one, %d connections", c.Connections), l, took, c.used-1, "≥ 10000/s, p99 ≤ 300 ms"); err != nil {
		return err
	}
	return c.compare(ctx)
}

func (c *Checkin) runBatch(ctx context.Context) error {
	l, err := c.load(ctx, c.Batch, c.Sites, false)
	if err != nil {
		return err
	}
	took := c.beside(ctx, l, func() time.Duration { return l.closed(ctx, min(c.Connections, 128)) })
	rate := float64(l.answered.Load()) / took.Seconds()
	if err := c.told(ctx, fmt.Sprintf("in batches of %d, %d connections", c.Batch, min(c.Connections, 128)), l, took, c.used-1, "≥ 40000/s"); err != nil {
		return err
	}
	c.table.Line("  1.93 million people would take", bench.Round(time.Duration(1.93e6/rate*float64(time.Second))), "≤ 50 s", "at this rate")
	return nil
}

// runOverload finds the capacity, then offers one, two and three times as much: first heedless of any Retry-After, each by
// itself, and who is turned away stays away; then by stations as they are.
func (c *Checkin) runOverload(ctx context.Context) error {
	peak := 0.0
	for times := range 4 {
		l, err := c.load(ctx, 1, c.Sites, false)
		if err != nil {
			return err
		}
		l.most = min(l.most, 8*time.Second)
		var offered int64
		what := "capacity, closed loop"
		took := c.beside(ctx, l, func() (took time.Duration) {
			if times == 0 {
				return l.closed(ctx, c.Connections)
			}
			what = fmt.Sprintf("offered %d× of it", times)
			took, offered = l.open(ctx, c.Many, float64(times)*c.single, false)
			return took
		})
		rate := float64(l.answered.Load()) / took.Seconds()
		if times == 0 {
			c.single = rate
		}
		peak = max(peak, rate)
		aim := map[int]string{3: "≥ 85 % of the peak"}[times]
		if err := c.told(ctx, what, l, took, c.used-1, aim); err != nil {
			return err
		}
		if times > 0 {
			rate := float64(l.timely.Load()) / l.most.Seconds()
			c.table.Line("  goodput", fmt.Sprintf("%.0f %% of the peak", 100*rate/peak), aim, fmt.Sprintf("%.0f people/s in the %s it was offered; %d requests reached the server over %d connections", rate, l.most, offered, c.Many))
		}
	}
	return c.runHonour(ctx, peak)
}

// runReconnect lets 500 stations come back with 20,000 records.
func (c *Checkin) runReconnect(ctx context.Context) error {
	l, err := c.load(ctx, 200, 500, true)
	if err != nil {
		return err
	}
	took := c.beside(ctx, l, func() time.Duration { return l.drain(ctx, 500, 40) })
	return c.told(ctx, "500 stations come back at once with 40 records each", l, took, c.used-1, "≤ 60 s")
}

// runStorm offers three times the capacity; who is turned away comes again as told, until all are in.
func (c *Checkin) runStorm(ctx context.Context) error {
	l, err := c.load(ctx, 1, c.Sites, false)
	if err != nil {
		return err
	}
	if c.single == 0 {
		c.single = 10_000
	}
	l.most = min(l.most, 10*time.Second)
	var offered int64
	took := c.beside(ctx, l, func() (took time.Duration) {
		took, offered = l.open(ctx, c.Many, 3*c.single, true)
		return took
	})
	if err := c.told(ctx, fmt.Sprintf("retry storm: %.0f/s for %s, until all are in", 3*c.single, l.most), l, took, c.used-1, "0 lost"); err != nil {
		return err
	}
	c.table.Line("  came and are in", fmt.Sprintf("%d of %d", l.answered.Load(), offered), "all", "Retry-After honoured, with chance added")
	return nil
}
