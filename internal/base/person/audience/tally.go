package audience

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// A wide question takes seconds where the nation is asked: whoever asks waits for patience at
// most, then gets the last answer with its time, or none yet. The count goes on meanwhile, at
// most longest; one for all who ask the same within the same sight.
const (
	patience  = 250 * time.Millisecond
	countMost = 2 * time.Minute
	atOnce    = 2 // counts that go on behind
	fresh     = 15 * time.Second
	held      = 500
	splitFrom = 2000 // units from which a count is made in parts
)

// tallies remember what was counted. The zero value is ready.
type tallies struct {
	mu   sync.Mutex
	of   map[string]*tally
	busy int
}

type tally struct {
	last    Count
	took    time.Duration
	running chan struct{} // closed at its end; nil when nobody counts
	err     error
}

// ask answers with a count made now if that is quick, else with the last one.
func (s *tallies) ask(ctx context.Context, key string, patient time.Duration, now clock.Now, make func(context.Context) (Count, error)) (Count, error) {
	s.mu.Lock()
	t := s.entry(key, now.Ms())
	if t.took > patient && now.Ms()-t.last.At < fresh.Milliseconds() {
		defer s.mu.Unlock()
		return t.last, nil
	}
	if t.running == nil && s.busy < atOnce {
		t.running, s.busy = newRun(), s.busy+1
		go s.run(context.WithoutCancel(ctx), t, now, make)
	}
	running := t.running
	s.mu.Unlock()
	select {
	case <-running: // nil while too many count: the wait ends by itself
	case <-time.After(patient):
	case <-ctx.Done():
		return Count{}, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case t.running == nil && running != nil:
		return t.last, t.err
	case t.last.At != 0:
		return t.last, nil
	}
	return Count{Pending: true}, nil
}

func newRun() chan struct{} { return make(chan struct{}) }

func (s *tallies) run(ctx context.Context, t *tally, now clock.Now, make func(context.Context) (Count, error)) {
	ctx, cancel := context.WithTimeout(ctx, countMost)
	defer cancel()
	began := time.Now()
	var n Count
	err := outlived(func() (err error) {
		n, err = make(ctx)
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.err, t.took = err, time.Since(began); err == nil {
		n.At = now.Ms()
		t.last = n
	}
	close(t.running)
	t.running, s.busy = nil, s.busy-1
}

// outlived runs fn behind the page that asked, where a bug with one question must not end the program.
func outlived(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("count broke: %v", v)
		}
	}()
	return fn()
}

// entry finds what is remembered of a question; of too many the oldest goes.
func (s *tallies) entry(key string, now int64) *tally {
	if t := s.of[key]; t != nil {
		return t
	}
	if s.of == nil {
		s.of = map[string]*tally{}
	}
	if len(s.of) >= held {
		old, at := "", now+1
		for k, t := range s.of {
			if t.running == nil && t.last.At < at {
				old, at = k, t.last.At
			}
		}
		delete(s.of, old)
	}
	t := &tally{}
	s.of[key] = t
	return t
}

// count counts at or below a unit in as many parts as there are processors, each with a
// connection of its own.
func (s *Service) count(ctx context.Context, scope access.Scope, unit id.ID, q Query, day string) (Count, error) {
	marks, whole, err := s.parts(ctx, scope, unit)
	if err != nil {
		return Count{}, err
	}
	if whole {
		scope = access.Scope{}
	}
	found, faults := make([]Count, len(marks)-1), make(chan error, len(marks))
	for i := range found {
		go func() {
			faults <- outlived(func() error {
				return s.DB.Read(ctx, func(tx db.Tx) error {
					query, args := live(scope, whole, unit, q, day, marks[i], marks[i+1])
					return tx.QueryRowContext(ctx, query, args...).Scan(&found[i].People, &found[i].Units)
				})
			})
		}()
	}
	for range found {
		if e := <-faults; e != nil {
			err = e
		}
	}
	var n Count
	for _, f := range found {
		n.People, n.Units = n.People+f.People, n.Units+f.Units
	}
	return n, err
}

// parts are the first unit of each part and one past the last; whole when everything below is in sight.
func (s *Service) parts(ctx context.Context, scope access.Scope, unit id.ID) (marks []id.ID, whole bool, err error) {
	const last = id.ID(1<<63 - 1)
	marks = []id.ID{0}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if whole, err = scope.Whole(ctx, tx, unit); err != nil {
			return err
		}
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_below where top = $1`, unit)
		k := int64(min(4, runtime.GOMAXPROCS(0)))
		for i := int64(1); err == nil && n >= cmp.Or(s.apart, splitFrom) && i < k; i++ {
			var m id.ID
			m, err = db.One(ctx, tx, db.Value[id.ID], `select unit from org_below where top = $1 order by unit limit 1 offset $2`, unit, n*i/k)
			marks = append(marks, m)
		}
		marks = append(marks, last)
		return err
	})
	return marks, whole, err
}

// asked names a question: the same for all who see the same of the same units.
func asked(scope access.Scope, unit id.ID, q Query, day string) string {
	var args []any
	sight := scope.Where("t.unit", &args)
	return strings.Join([]string{unit.String(), day, q.String(), sight, fmt.Sprint(args...)}, "\x00")
}
