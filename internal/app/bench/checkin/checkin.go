package checkin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quantriet/internal/app/bench"
	"quantriet/internal/app/bench/morning"
	"quantriet/internal/app/bench/pair"
	"quantriet/internal/kit/db"
	"quantriet/internal/schema"
)

// Checkin is a measurement of the morning.
type Checkin struct {
	Dir         string // for the database and what else is needed; a temporary one unless given
	URL         string // database to fill, which must be empty; a file in Dir unless given
	Servers     int    // processes before the one database
	Pair        bool   // on a temporary PostgreSQL with a synchronous standby
	Sites, Each int
	Batch       int // people in a request of the batch run
	Connections int
	Many        int    // connections when more is offered than can be done: more than the server lets wait
	Seconds     int    // of each run at most
	Wire        string // door for check-in: "station" or "codes"
	Modes       []string
	PocketBase  string // address of one to compare with
	Out         io.Writer

	m       morning.Morning
	table   bench.Table
	cert    string
	key     string
	servers []*server
	used    int // meetings
	single  float64
	wrong   []error
	below   []func(*bench.Table)
}

// Modes in the order they run; each has so many meetings of its own.
var Modes = []string{"single", "batch", "overload", "reconnect", "storm"}

var meetings = map[string]int{"single": 1, "batch": 1, "overload": 5, "reconnect": 1, "storm": 1}

// Run fills the database, measures and prints. An error says that something was lost, doubled or counted wrong.
func (c *Checkin) Run(ctx context.Context) error {
	c.table.Out = c.Out
	if c.Dir == "" {
		dir, err := os.MkdirTemp("/var/tmp", "quantriet-checkin-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.Dir = dir
	}
	if c.Pair {
		p, err := pair.Start(ctx, "/var/tmp")
		if err != nil {
			return err
		}
		defer p.Stop()
		c.URL = p.URL()
		fmt.Fprintln(c.Out, "a temporary PostgreSQL with a synchronous standby:", p.Said())
	}
	if c.URL == "" {
		c.URL = filepath.Join(c.Dir, "quantriet.db")
	}
	steps := map[string]func(context.Context) error{"single": c.runSingle, "batch": c.runBatch, "overload": c.runOverload, "reconnect": c.runReconnect, "storm": c.runStorm}
	if err := c.fill(ctx); err != nil {
		return err
	}
	var err error
	if c.cert, c.key, err = certify(c.Dir); err != nil {
		return err
	}
	for _, mode := range Modes {
		if !slices.Contains(c.Modes, mode) {
			continue
		}
		if err := c.serve(ctx); err != nil {
			return err
		}
		err := steps[mode](ctx)
		if err = errors.Join(err, c.stop()); err != nil {
			return fmt.Errorf("%s: %w", mode, err)
		}
	}
	c.conditions(ctx)
	return errors.Join(c.wrong...)
}

// fill makes the country and its meetings.
func (c *Checkin) fill(ctx context.Context) error {
	c.m = morning.Morning{Sites: c.Sites, Each: c.Each, Begins: time.Now().Add(10 * time.Minute)}
	for _, mode := range c.Modes {
		c.m.Meetings += meetings[mode]
	}
	d, err := db.Open(c.URL)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx, schema.Files); err != nil {
		return err
	}
	began := time.Now()
	if err := c.m.Fill(ctx, d); err != nil {
		return err
	}
	size, durability, err := d.Size(ctx)
	bench.Conditions(c.Out, string(d.Engine()), durability)
	fmt.Fprintf(c.Out, "%d sites with %d people each, %d in all; %d meetings; database of %d MB filled in %.1f s; %d server process(es) and the generator share the machine\n",
		c.Sites, c.Each, c.m.People(), c.m.Meetings, size/1e6, time.Since(began).Seconds(), max(1, c.Servers))
	return err
}

func (c *Checkin) conditions(ctx context.Context) {
	d, err := db.Open(c.URL)
	if err != nil {
		return
	}
	defer d.Close()
	if _, durability, err := d.Size(ctx); err == nil {
		bench.Conditions(c.Out, string(d.Engine()), durability)
	}
}

func (c *Checkin) serve(ctx context.Context) error {
	for i := range max(1, c.Servers) {
		s, err := serve(ctx, filepath.Join(c.Dir, fmt.Sprint("server", i)), c.URL, c.cert, c.key)
		if err != nil {
			return errors.Join(err, c.stop())
		}
		c.servers = append(c.servers, s)
	}
	return nil
}

func (c *Checkin) stop() (err error) {
	for _, s := range c.servers {
		err = errors.Join(err, s.stop())
	}
	c.servers = nil
	return err
}

// told prints a run and compares every answer with the database.
func (c *Checkin) told(ctx context.Context, what string, l *load, took time.Duration, meeting int, aim string) error {
	slices.Sort(l.waits)
	if c.Pair {
		aim = "" // it is for one SQLite file
	}
	rate := float64(l.answered.Load()) / took.Seconds()
	c.table.Line(what, fmt.Sprintf("%.0f people/s", rate), aim, fmt.Sprintf("%d people in %.1f s; p50 %s, p95 %s, p99 %s, max %s", l.answered.Load(), took.Seconds(),
		bench.Round(l.at(0.5)), bench.Round(l.at(0.95)), bench.Round(l.at(0.99)), bench.Round(l.at(1))))
	for _, line := range c.below {
		line(&c.table)
	}
	c.below = nil
	if n := l.turned.Load() + l.failed.Load() + l.again.Load(); n > 0 {
		c.table.Line("  turned away, failed, sent again", fmt.Sprintf("%d, %d, %d", l.turned.Load(), l.failed.Load(), l.again.Load()), "", reasons(l.whys))
	}
	v, err := l.verify(ctx, c.URL, meeting)
	if err != nil {
		return err
	}
	if err := v.wrong(); err != nil {
		c.wrong = append(c.wrong, fmt.Errorf("%s: %w", what, err))
	}
	c.table.Line("  afterwards", fmt.Sprintf("%d lost, %d doubled", v.lost, v.doubled), "0, 0", v.String())
	return nil
}

func reasons(whys map[string]int) string {
	var out []string
	for why, n := range whys {
		out = append(out, fmt.Sprintf("%d× %.100s", n, why))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// cost prints what the servers took.
func (c *Checkin) cost(busy []time.Duration, took time.Duration) {
	var most, all int64
	var work time.Duration
	for i, s := range c.servers {
		p := s.peak()
		most, all = max(most, p), all+p
		work += s.busy() - busy[i]
	}
	c.after("  memory of the servers at most", fmt.Sprintf("%d MB", all>>20), "≤ 1536 MB", fmt.Sprintf("largest process %d MB; they computed %.2f s a second", most>>20, work.Seconds()/took.Seconds()))
}

func (c *Checkin) busy() (out []time.Duration) {
	for _, s := range c.servers {
		out = append(out, s.busy())
	}
	return out
}
