package attendance

import (
	"context"
	"errors"
	"sync"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/heap"
	"quantriet/internal/kit/id"
)

// Bounds of what waits and of what is written together, in calls and in scans. A call that
// finds no room is told so at once: it can wait better than we can.
const (
	mostCalls  = 2_048
	mostScans  = 16_384
	groupCalls = 768
	groupScans = 4_096
)

// lane is the queue in front of the writer. Whoever finds it idle starts its worker, which
// writes all that waits in one transaction, again and again, and goes home when nobody waits.
// The zero value is ready.
type lane struct {
	mu      sync.Mutex
	waiting []*call
	scans   int // of those who wait
	unseen  int // of them those that nobody has looked at
	working bool
	scouts  bool      // somebody looks ahead
	calls   int       // bounds of the tests; 0 stands for the usual ones
	rush    time.Time // the last large group; zero: none lately
	told    time.Time // when the collector last heard of it
}

// full reports whether another call would be turned away.
func (l *lane) full() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.crowded(1)
}

func (l *lane) crowded(scans int) bool {
	most := mostCalls
	if l.calls > 0 {
		most = l.calls
	}
	return len(l.waiting) >= most || len(l.waiting) > 0 && l.scans+scans > mostScans
}

// Waiting is how many scans wait for the writer: for those who had better wait themselves.
func (s *Service) Waiting() int {
	s.lane.mu.Lock()
	defer s.lane.mu.Unlock()
	return s.lane.scans
}

// Full reports whether Take would answer Busy, so that a door may say so before it reads.
func (s *Service) Full() bool { return s.lane.full() }

// busy is the answer of a lane without room.
func busy() error { return fault.New(fault.Busy, "attendance.busy") }

// take waits for a call's turn and its commit. What was begun is finished, also when the
// caller has left.
func (l *lane) take(s *Service, c *call) error {
	l.mu.Lock()
	if l.crowded(len(c.scans)) {
		l.mu.Unlock()
		return busy()
	}
	l.waiting, l.scans, l.unseen = append(l.waiting, c), l.scans+len(c.scans), l.unseen+len(c.scans)
	l.send(s)
	if !l.working {
		l.working = true
		go l.work(s)
	}
	l.mu.Unlock()
	select {
	case <-c.done:
		return c.err
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}

// work takes groups until nobody waits.
func (l *lane) work(s *Service) {
	for {
		group := l.next()
		if len(group) == 0 {
			return
		}
		l.brace(s, group)
		s.settle(group)
	}
}

// What makes a rush, in scans of one group, and how long it is thought to go on.
const (
	large = 96
	calm  = 20 * time.Second
)

// brace gives the writer and the collector more memory while a rush lasts.
func (l *lane) brace(s *Service, group []*call) {
	scans := 0
	for _, c := range group {
		scans += len(c.scans)
	}
	if scans < large {
		return
	}
	l.mu.Lock()
	begun, now := l.rush.IsZero(), time.Now()
	again := now.Sub(l.told) > time.Second
	if l.rush = now; again {
		l.told = now
	}
	l.mu.Unlock()
	if again {
		heap.Rush(true)
	}
	if begun && s.DB.Bulk(context.Background(), true) == nil {
		time.AfterFunc(calm, func() { l.relax(s) })
	}
}

func (l *lane) relax(s *Service) {
	l.mu.Lock()
	left := calm - time.Since(l.rush)
	if left <= 0 {
		l.rush = time.Time{}
	}
	l.mu.Unlock()
	if left > 0 {
		time.AfterFunc(left, func() { l.relax(s) })
		return
	}
	heap.Rush(false)
	s.DB.Bulk(context.Background(), false)
}

// next takes those who wait, as many as are written together; without any the worker is off. Whom the
// scout is just looking up comes next time, unless nobody else is there.
func (l *lane) next() (group []*call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if group = l.pick(looking); len(group) == 0 {
		group = l.pick(taken)
	}
	l.working = len(group) > 0
	return group
}

// pick takes those of the waiting who are not at a stage.
func (l *lane) pick(not int) (group []*call) {
	scans, rest := 0, l.waiting[:0]
	for _, c := range l.waiting {
		if c.look == not || len(group) >= groupCalls || scans >= groupScans {
			rest = append(rest, c)
			continue
		}
		if c.look == unlooked {
			l.unseen -= len(c.scans)
		}
		c.look = taken
		group, scans = append(group, c), scans+len(c.scans)
	}
	clear(l.waiting[len(rest):])
	l.waiting, l.scans = rest, l.scans-scans
	return group
}

// patience bounds one transaction: a database that answers no more must not hold the lane.
const patience = 30 * time.Second

// queue is the key under which attendance is written: two replicas take turns.
const queue = "attendance"

// settle writes a group and answers it. A group that fails as a whole is tried one by one, so that
// nobody suffers from what another one sent.
func (s *Service) settle(group []*call) {
	here := group[:0:0]
	for _, c := range group {
		if c.err = c.ctx.Err(); c.err == nil {
			here = append(here, c)
		} else {
			close(c.done)
		}
	}
	err := s.commit(here)
	failed := 0
	for _, c := range here {
		if err != nil && len(here) > 1 && failed < 3 {
			if alone := s.commit([]*call{c}); alone != nil {
				c.err = alone
				failed++
			}
		} else if err != nil {
			c.err = err
		}
		close(c.done)
	}
}

// commit writes calls in one transaction; the fault of each stands in the call.
func (s *Service) commit(group []*call) (err error) {
	if len(group) == 0 {
		return nil
	}
	defer func() { // a bug with one call must not end the lane
		if v := recover(); v != nil {
			err = errors.Join(errBroken, asError(v))
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var changed map[pair]bool
	take := func(hasty bool) error {
		return s.DB.Queue(ctx, queue, func(tx db.Tx) error {
			d := s.deskAt(ctx, tx, group)
			d.hasty, changed = hasty, d.changed
			return d.take()
		})
	}
	if err = take(true); errors.Is(err, errSeen) {
		err = take(false)
	}
	if err == nil {
		s.tell(changed)
	}
	return err
}

var errBroken = errors.New("attendance: the lane met a panic")

func asError(v any) error {
	if err, ok := v.(error); ok {
		return err
	}
	return nil
}

// tellOf says that one meeting has changed.
func (s *Service) tellOf(ctx context.Context, meeting id.ID) {
	if s.Told == nil {
		return
	}
	var campaign id.ID
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		campaign, err = db.One(ctx, tx, db.Value[id.ID], `select campaign from meeting where id = $1`, meeting)
		return err
	})
	if err == nil {
		s.Told(campaign, meeting)
	}
}

// tell says which meetings have changed.
func (s *Service) tell(changed map[pair]bool) {
	if s.Told == nil {
		return
	}
	for k := range changed {
		s.Told(k[0], k[1])
	}
}
