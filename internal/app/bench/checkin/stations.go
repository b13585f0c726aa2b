package checkin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/app/bench"
	"quantriet/internal/app/bench/morning"
	"quantriet/internal/app/bench/phone"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance/station"
)

// stations are one device for each site of a meeting, signed in. They share a key to spare the generator; the
// server proves each batch all the same.
type stations struct {
	m       morning.Morning
	meeting int
	key     phone.Key
	since   int64 // Unix milliseconds: the device's clock when it saw the first
	offline bool
	batch   int // scans that go up together
	sites   []device
}

type device struct {
	mu    sync.Mutex
	id    id.ID
	token string
	n     int    // scans whose chain ends in head
	head  string // of the chain
}

// signIn registers a device for each of the first so many sites, over the wire.
func (c *Checkin) signIn(ctx context.Context, l *load, meeting, sites int, offline bool) (*stations, error) {
	key, err := phone.NewKey()
	if err != nil {
		return nil, err
	}
	point, err := key.Point()
	if err != nil {
		return nil, err
	}
	s := &stations{m: c.m, meeting: meeting, key: key, offline: offline, batch: l.batch, sites: make([]device, sites)}
	began := time.Now()
	var next atomic.Int64
	errs := make([]error, 64)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			ln := &line{to: l.hosts[i%len(l.hosts)]}
			defer ln.close()
			for errs[i] == nil && ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= sites {
					return
				}
				errs[i] = s.register(ln, n, point)
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	s.since = time.Now().UnixMilli()
	c.table.Line("stations signed in", fmt.Sprintf("%.0f/s", float64(sites)/took.Seconds()), "", fmt.Sprintf("%d sites, each once before its people come", sites))
	return s, errors.Join(errs...)
}

func (s *stations) register(ln *line, site int, point string) error {
	d := &s.sites[site]
	d.id = id.New()
	body, err := json.Marshal(station.New{ID: d.id, Name: "Cửa mẫu", Key: point, Sent: time.Now().UnixMilli()})
	if err != nil {
		return err
	}
	path := "/api/v1/meetings/" + s.m.Meeting(s.meeting).String() + "/sites/" + s.m.Site(s.meeting, site).String() + "/stations"
	for try := 0; ; try++ {
		a, err := ln.ask(append(post(nil, ln.to.host, path, s.m.Token(site), len(body)), body...))
		if err == nil && a.status == 200 {
			var pass struct {
				Token string `json:"token"`
			}
			err = json.Unmarshal(a.body, &pass)
			d.token = pass.Token
			return err
		}
		if try == 20 || err == nil && a.status != 503 && a.status != 429 {
			return fmt.Errorf("sign in site %d: %d %.300s %w", site, a.status, a.body, err)
		}
		time.Sleep(max(a.after, 200*time.Millisecond))
	}
}

// wire is the load of those devices on one connection.
type wire struct {
	*stations
	cipher campaign.Cipher
	body   []byte
}

func (w *wire) request(b []byte, host string, site int, people []int) []byte {
	d := &w.sites[site]
	batch := station.Batch{Sent: time.Now().UnixMilli()}
	first := people[0] - site*w.m.Each
	d.mu.Lock()
	if d.n > first { // sent again: the chain is spun anew
		d.n, d.head = 0, ""
	}
	for ; d.n < first; d.n++ {
		d.head = station.Chain(d.head, []station.Sent{w.seen(site, d.n)})
	}
	batch.Prev = d.head
	for i := range people {
		batch.Scans = append(batch.Scans, w.seen(site, first+i))
	}
	d.n, d.head = first+len(people), station.Chain(d.head, batch.Scans)
	d.mu.Unlock()
	if len(people) == 1 && !w.offline {
		phone.Seal(d.id, d.token, &batch)
	} else if err := w.key.Sign(d.id, &batch); err != nil {
		panic(err) // the system gives no chance
	}
	w.write(batch)
	return append(post(b, host, "/api/v1/stations/"+d.id.String()+"/scans", d.token, len(w.body)), w.body...)
}

// seen is what the device of a site writes of its nth person, the same whenever it is asked.
func (w *wire) seen(site, n int) station.Sent {
	at := w.since - int64(w.m.Each-n)
	return station.Sent{Key: w.at(at, site, n), N: int64(n + 1), How: "station", Code: w.m.Code(w.cipher, site*w.m.Each+n), At: at, Offline: w.offline}
}

// at makes a scan's key as station.js makes it, with the site in the place of chance, so that it is the
// same when it is asked for again. What goes up one by one bears its instant. What waited for a batch is
// numbered on from the batch's first, which somebody scanned at one second or another of an hour.
func (w *wire) at(at int64, site, n int) id.ID {
	if w.batch > 1 {
		at = w.since - int64(site)*7_919_000%3_600_000 + int64(n/w.batch)
	}
	return id.ID((at-1_577_836_800_000)<<22|int64(site)) + id.ID(n%w.batch)
}

// write puts a batch together as JSON.
func (w *wire) write(b station.Batch) {
	w.body = strconv.AppendInt(append(w.body[:0], `{"sent":`...), b.Sent, 10)
	text := func(name, value string) {
		if value != "" {
			w.body = append(append(append(append(append(w.body, `,"`...), name...), `":"`...), value...), '"')
		}
	}
	text("prev", b.Prev)
	text("sig", b.Sig)
	text("mac", b.MAC)
	w.body = append(w.body, `,"scans":[`...)
	for i, s := range b.Scans {
		if i > 0 {
			w.body = append(w.body, ',')
		}
		w.body = append(append(append(w.body, `{"key":"`...), s.Key.String()...), `","n":`...)
		w.body = strconv.AppendInt(w.body, s.N, 10)
		w.body = append(append(append(w.body, `,"how":"station","code":"`...), s.Code...), `","at":`...)
		w.body = strconv.AppendInt(w.body, s.At, 10)
		if s.Offline {
			w.body = append(w.body, `,"offline":true`...)
		}
		w.body = append(w.body, '}')
	}
	w.body = append(w.body, "]}"...)
}

var counts = [][]byte{[]byte(`"label":"","fault":""`), []byte(`"label":"again","fault":""`)}

func (w *wire) kept(body []byte, people []int, yes func(int)) string {
	n := 0
	for _, c := range counts {
		n += bytes.Count(body, c)
	}
	if n == len(people) {
		for _, p := range people {
			yes(p)
		}
		return ""
	}
	var a station.Answer
	if err := json.Unmarshal(body, &a); err != nil || len(a.Verdicts) != len(people) {
		return fmt.Sprintf("%d verdicts for %d people: %v", len(a.Verdicts), len(people), err)
	}
	why := ""
	for i, v := range a.Verdicts {
		if v.Fault == "" && (v.Label == "" || v.Label == "again") {
			yes(people[i])
		} else {
			why = v.Label + v.Fault
		}
	}
	return why
}

// load prepares a run against the next meeting; its stations sign in first.
func (c *Checkin) load(ctx context.Context, batch, sites int, offline bool) (*load, error) {
	believed, err := trust(c.cert)
	if err != nil {
		return nil, err
	}
	k := c.used
	c.used++
	l := &load{m: c.m, batch: batch, most: time.Duration(c.Seconds) * time.Second}
	for _, s := range c.servers {
		l.hosts = append(l.hosts, address{s.host, believed})
	}
	if c.Wire == "codes" {
		l.target = func() target { return &codes{m: c.m, meeting: k, cipher: c.m.Codes()} }
		return l, nil
	}
	s, err := c.signIn(ctx, l, k, min(sites, c.m.Sites), offline)
	l.target = func() target { return &wire{stations: s, cipher: c.m.Codes()} }
	return l, err
}

// after are lines that belong below the one that a run prints.
func (c *Checkin) after(what, figure, aim, note string) {
	c.below = append(c.below, func(t *bench.Table) { t.Line(what, figure, aim, note) })
}
