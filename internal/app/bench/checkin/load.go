package checkin

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/app/bench/morning"
)

// What is known of a person.
const (
	unsent  = 0
	unknown = 1 // sent; the answer was never read
	refused = 2 // the server said no
	kept    = 3 // the server said that the person is recorded
)

// load is one run against one meeting.
type load struct {
	m      morning.Morning
	hosts  []address
	target func() target
	batch  int
	most   time.Duration // after which nothing new is begun

	begun  func() // called when the clock starts; may be nil
	people []byte // what is known of each; one goroutine at a time has a person
	next   atomic.Int64
	began  time.Time

	mu       sync.Mutex
	waits    []time.Duration // of every request that was answered with success, from when it was first to be sent
	answered atomic.Int64    // people
	timely   atomic.Int64    // of them those before most was over
	turned   atomic.Int64    // requests answered 503 or 429
	again    atomic.Int64    // requests sent once more
	failed   atomic.Int64    // requests without an answer, or with one that should not be
	whys     map[string]int
}

func (l *load) prepare() {
	l.people = make([]byte, l.m.People())
	l.whys = map[string]int{}
	l.start()
}

func (l *load) start() {
	if l.begun != nil {
		l.begun()
	}
	l.began = time.Now()
}

// item is one request: people of one site.
type item struct {
	site   int
	people []int
	tries  int
	first  time.Time // when it was to be sent
	due    time.Time // when it is to be sent again
}

// take hands out the next request, nil at the end. All sites come in turn, as they do in a morning.
func (l *load) take() *item {
	n := int(l.next.Add(1)) - 1
	rounds := (l.m.Each + l.batch - 1) / l.batch
	if n >= rounds*l.m.Sites {
		return nil
	}
	site, from := n%l.m.Sites, n/l.m.Sites*l.batch
	it := &item{site: site, first: time.Now()}
	for j := from; j < min(from+l.batch, l.m.Each); j++ {
		it.people = append(it.people, site*l.m.Each+j)
	}
	return it
}

// worker sends requests on one connection and keeps how long it waited.
type worker struct {
	*load
	line  line
	t     target
	buf   []byte
	waits []time.Duration
}

func (l *load) worker(i int) *worker {
	return &worker{load: l, line: line{to: l.hosts[i%len(l.hosts)]}, t: l.target()}
}

func (w *worker) done() {
	w.line.close()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.load.waits = append(w.load.waits, w.waits...)
}

// send sends one request once. after > 0 asks for it again later.
func (w *worker) send(it *item) (after time.Duration) {
	w.buf = w.t.request(w.buf[:0], w.line.to.host, it.site, it.people)
	for _, n := range it.people {
		if w.people[n] != kept {
			w.people[n] = unknown
		}
	}
	it.tries++
	a, err := w.line.ask(w.buf)
	took := time.Since(it.first)
	switch {
	case err != nil:
		w.complain(err.Error())
		return time.Second
	case a.status == 503 || a.status == 429:
		w.turned.Add(1)
		for _, n := range it.people {
			w.people[n] = refused
		}
		return max(a.after, 100*time.Millisecond) + time.Duration(rand.Int64N(int64(time.Second)))
	case a.status != 200:
		w.complain(fmt.Sprintf("%d %.200s", a.status, a.body))
		return 0
	}
	w.waits = append(w.waits, took)
	n := int64(0)
	why := w.t.kept(a.body, it.people, func(p int) { w.people[p] = kept; n++ })
	w.answered.Add(n)
	if time.Since(w.began) < w.most {
		w.timely.Add(n)
	}
	if why != "" {
		w.complain(why)
	}
	return 0
}

func (l *load) complain(why string) {
	l.failed.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.whys[why]++; len(l.whys) > 20 {
		l.whys = map[string]int{"many different ones, the last " + why: len(l.whys)}
	}
}

// closed lets each connection send as soon as it was answered, until all people are in or time is up.
func (l *load) closed(ctx context.Context, connections int) time.Duration {
	l.prepare()
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() {
			w := l.worker(i)
			defer w.done()
			for ctx.Err() == nil && time.Since(l.began) < l.most {
				it := l.take()
				if it == nil {
					return
				}
				w.insist(ctx, it)
			}
		})
	}
	all.Wait()
	return time.Since(l.began)
}

// insist sends a request until it is answered with success, or refused for good.
func (w *worker) insist(ctx context.Context, it *item) {
	for {
		after := w.send(it)
		if after == 0 || it.tries > 50 {
			return
		}
		w.again.Add(1)
		select {
		case <-ctx.Done():
			return
		case <-time.After(after):
		}
	}
}

// open sends requests at a rate, whatever becomes of them; with again, those that were turned away
// come back when they were told to, until nobody is left.
func (l *load) open(ctx context.Context, connections int, rate float64, again bool) (took time.Duration, offered int64) {
	l.prepare()
	o := &offers{load: l, rate: rate, queue: make(chan *item, connections), again: again}
	ready := l.connect(connections)
	l.start()
	var all sync.WaitGroup
	for _, w := range ready {
		all.Go(func() {
			defer w.done()
			for it := range o.queue {
				after := w.send(it)
				if after > 0 && again {
					it.due = time.Now().Add(after)
					o.later(it)
				}
				o.inside.Add(-1)
			}
		})
	}
	o.pace(ctx)
	close(o.queue)
	all.Wait()
	return time.Since(l.began), o.offered
}

// connect opens all connections before the clock starts.
func (l *load) connect(connections int) []*worker {
	out := make([]*worker, connections)
	var all sync.WaitGroup
	for part := range 32 {
		all.Go(func() {
			for i := part; i < connections; i += 32 {
				out[i] = l.worker(i)
				if err := out[i].line.open(); err != nil {
					l.complain(err.Error())
				}
			}
		})
	}
	all.Wait()
	return out
}

// offers is a clock that hands out requests.
type offers struct {
	*load
	rate    float64 // requests a second
	queue   chan *item
	again   bool
	inside  atomic.Int64 // handed out, not finished
	offered int64
	mu      sync.Mutex
	waiting []*item
}

func (o *offers) later(it *item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting = append(o.waiting, it)
}

// due takes those out whose time has come.
func (o *offers) due(now time.Time) (out []*item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting = slices.DeleteFunc(o.waiting, func(it *item) bool {
		if it.due.After(now) {
			return false
		}
		out = append(out, it)
		return true
	})
	return out
}

func (o *offers) pace(ctx context.Context) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	fresh := true
	for ctx.Err() == nil {
		now := <-tick.C
		elapsed := now.Sub(o.began)
		if elapsed > o.most {
			fresh = false
		}
		if o.again {
			for _, it := range o.due(now) {
				o.load.again.Add(1)
				o.hand(it)
			}
		}
		for fresh && float64(o.offered) < o.rate*elapsed.Seconds() {
			it := o.take()
			if it == nil {
				fresh = false
				break
			}
			o.offered++
			o.hand(it)
		}
		if !fresh && o.inside.Load() == 0 && (!o.again || o.idle()) {
			return
		}
	}
}

func (o *offers) idle() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.waiting) == 0
}

// hand waits for a free connection when none is: then the generator is what limits.
func (o *offers) hand(it *item) {
	o.inside.Add(1)
	o.queue <- it
}

// drain lets every station send what it has kept while the network was away: each on a connection
// of its own, all at the same moment.
func (l *load) drain(ctx context.Context, stations, each int) time.Duration {
	l.prepare()
	var all sync.WaitGroup
	for i := range min(stations, l.m.Sites) {
		all.Go(func() {
			w := l.worker(i)
			defer w.done()
			for from := 0; from < min(each, l.m.Each); from += l.batch {
				it := &item{site: i, first: time.Now()}
				for j := from; j < min(from+l.batch, each, l.m.Each); j++ {
					it.people = append(it.people, i*l.m.Each+j)
				}
				w.insist(ctx, it)
			}
		})
	}
	all.Wait()
	return time.Since(l.began)
}

// at is a quantile of how long the requests waited.
func (l *load) at(q float64) time.Duration {
	if len(l.waits) == 0 {
		return 0
	}
	return l.waits[min(len(l.waits)-1, int(q*float64(len(l.waits))))]
}
