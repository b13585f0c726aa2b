package checkin

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"quantriet/internal/app/bench"
)

// compare drives a plain PocketBase with the same generator, in the same run, and prints the ratio.
func (c *Checkin) compare(ctx context.Context) error {
	if c.PocketBase == "" {
		return nil
	}
	u, err := url.Parse(c.PocketBase)
	if err != nil {
		return err
	}
	meeting := fresh()
	l := &load{m: c.m, batch: 1, most: time.Duration(c.Seconds) * time.Second, hosts: []address{{host: u.Host}},
		target: func() target { return &collection{m: c.m, meeting: meeting} }}
	took := l.closed(ctx, c.Connections)
	slices.Sort(l.waits)
	rate := float64(l.answered.Load()) / took.Seconds()
	c.table.Line("plain PocketBase, the same generator", fmt.Sprintf("%.0f people/s", rate), "", fmt.Sprintf("%d people in %.1f s; p50 %s, p99 %s, max %s; %d failed %s; no TLS, no sign-in, no log",
		l.answered.Load(), took.Seconds(), bench.Round(l.at(0.5)), bench.Round(l.at(0.99)), bench.Round(l.at(1)), l.failed.Load(), reasons(l.whys)))
	if rate > 0 {
		c.table.Line("  ratio", fmt.Sprintf("%.2f", c.single/rate), "≥ 2", "ours one by one, over TLS, signed in, with log and tallies, FULL")
	}
	return nil
}
