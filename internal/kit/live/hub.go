package live

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/kit/id"
)

// Subject is what changes.
type Subject struct {
	Kind string
	ID   id.ID
}

// Topic is how somebody looks at a subject.
type Topic interface {
	comparable
	Subject() Subject
}

// Hub joins what changes with who watches. Load reads the state of a subject, given the one
// before (zero at first); Draw makes of it what viewers of a topic are sent. Both are called
// by one goroutine for a subject at a time. The zero numbers are usual ones.
type Hub[T Topic, S any] struct {
	Load  func(ctx context.Context, of Subject, before S) (S, error)
	Draw  func(state S, topic T) ([]byte, error)
	Stamp func(state S, topic T) uint64 // the same when Draw would give the same; may be nil
	Every time.Duration                 // between two messages of a topic, at least
	Safe  time.Duration                 // after which a subject is loaded untold
	Most  int                           // viewers in this process

	mu       sync.Mutex
	subjects map[Subject]*subject[T, S]
	viewers  int
	crowded  bool
	wake     chan struct{}
	gone     chan struct{} // closed when Run ends
	start    sync.Once
	sent     atomic.Int64
	skipped  atomic.Int64
}

// The usual numbers.
const (
	usualEvery = 800 * time.Millisecond // so that what was committed is seen within a second
	usualSafe  = 2 * time.Second
	usualMost  = 16_000
	forget     = 20 * time.Second // a state that nobody asked for
	share      = 2                // the pause after loading, in loadings
)

type subject[T Topic, S any] struct {
	topics map[T]*topic
	told   bool
	busy   chan struct{} // closed when the loading in progress ends; nil for none
	began  time.Time     // of the last loading
	rest   time.Time     // none begins before
	asked  time.Time     // when somebody last wanted the state
	state  S
	loaded time.Time // when the state was read; zero never
	err    error
}

type topic struct {
	viewers map[*viewer]struct{}
	stamp   uint64 // of what was drawn last
	body    []byte
	last    *frame
}

// viewer is one open stream: the newest frame it was not sent yet, and a bell.
type viewer struct {
	next atomic.Pointer[frame]
	bell chan struct{}
}

func (h *Hub[T, S]) init() {
	h.start.Do(func() {
		h.Every, h.Safe, h.Most = cmp.Or(h.Every, usualEvery), cmp.Or(h.Safe, usualSafe), cmp.Or(h.Most, usualMost)
		h.subjects, h.wake, h.gone = map[Subject]*subject[T, S]{}, make(chan struct{}, 1), make(chan struct{})
	})
}

// Tell says that a subject has changed. It returns at once.
func (h *Hub[T, S]) Tell(of Subject) {
	h.init()
	h.mu.Lock()
	s := h.subjects[of]
	fresh := s != nil && !s.told
	if fresh {
		s.told = true
	}
	h.mu.Unlock()
	if fresh {
		h.ring()
	}
}

// TellAll says that anything may have changed.
func (h *Hub[T, S]) TellAll() {
	h.init()
	h.mu.Lock()
	for _, s := range h.subjects {
		s.told = true
	}
	h.mu.Unlock()
	h.ring()
}

func (h *Hub[T, S]) ring() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// State is the state of a subject, read no longer than Every ago unless reading it takes
// long. The error is Load's.
func (h *Hub[T, S]) State(ctx context.Context, of Subject) (state S, err error) {
	h.init()
	h.mu.Lock()
	s := h.at(of)
	s.asked = time.Now()
	if s.loaded.IsZero() || s.err != nil || time.Since(s.loaded) > h.Every && !time.Now().Before(s.rest) {
		busy := s.busy
		if busy == nil {
			busy = h.begin(context.WithoutCancel(ctx), of, s)
		}
		h.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return state, ctx.Err()
		}
		h.mu.Lock()
	}
	defer h.mu.Unlock()
	return s.state, s.err
}

// at is a subject's place; the lock is held.
func (h *Hub[T, S]) at(of Subject) *subject[T, S] {
	s := h.subjects[of]
	if s == nil {
		s = &subject[T, S]{topics: map[T]*topic{}}
		h.subjects[of] = s
	}
	return s
}

// Run loads and draws what is watched until ctx ends; then every stream ends.
func (h *Hub[T, S]) Run(ctx context.Context) {
	h.init()
	defer close(h.gone)
	lanes := make(chan struct{}, max(2, runtime.NumCPU()))
	for ctx.Err() == nil {
		pause := time.NewTimer(h.round(ctx, lanes))
		select {
		case <-ctx.Done():
		case <-h.wake:
		case <-pause.C:
		}
		pause.Stop()
	}
}

// round begins what is due and says when to look again.
func (h *Hub[T, S]) round(ctx context.Context, lanes chan struct{}) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	now, next := time.Now(), h.Safe
	for of, s := range h.subjects {
		if len(s.topics) == 0 {
			if s.busy == nil && now.Sub(s.asked) > forget {
				delete(h.subjects, of)
			}
			continue
		}
		due := s.began.Add(h.Safe)
		if s.told {
			due = s.rest
		} else if due.Before(s.rest) {
			due = s.rest
		}
		if wait := due.Sub(now); wait > 0 || s.busy != nil {
			next = min(next, max(wait, 5*time.Millisecond))
			continue
		}
		select {
		case lanes <- struct{}{}:
			done := h.begin(ctx, of, s)
			go func() { <-done; <-lanes; h.ring() }()
		default:
			next = min(next, 5*time.Millisecond)
		}
	}
	return next
}

// begin loads a subject and draws its topics; the lock is held.
func (h *Hub[T, S]) begin(ctx context.Context, of Subject, s *subject[T, S]) (done chan struct{}) {
	done = make(chan struct{})
	s.busy, s.told, s.began = done, false, time.Now()
	before := s.state
	go func() {
		state, err := h.Load(ctx, of, before)
		if err != nil && ctx.Err() == nil {
			slog.Error("live state", "kind", of.Kind, "id", of.ID, "err", err)
		}
		h.mu.Lock()
		took := time.Since(s.began)
		s.busy, s.err, s.rest = nil, err, s.began.Add(max(h.Every, (share+1)*took))
		if err == nil {
			s.state, s.loaded = state, s.began
		}
		topics := make([]T, 0, len(s.topics))
		for t := range s.topics {
			topics = append(topics, t)
		}
		h.mu.Unlock()
		close(done)
		if err == nil {
			for _, t := range topics {
				h.draw(s, state, t)
			}
		}
	}()
	return done
}

// draw makes a topic's frame when there is something new, and hands it to its viewers.
func (h *Hub[T, S]) draw(s *subject[T, S], state S, t T) {
	var stamp uint64
	if h.Stamp != nil {
		stamp = h.Stamp(state, t)
		h.mu.Lock()
		at := s.topics[t]
		same := at == nil || at.last != nil && at.stamp == stamp
		h.mu.Unlock()
		if same {
			return
		}
	}
	body, err := h.Draw(state, t)
	if err != nil {
		slog.Error("live drawing", "err", err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	at := s.topics[t]
	if at == nil {
		return
	}
	at.stamp = stamp
	if at.last != nil && bytes.Equal(at.body, body) {
		return
	}
	f := pack(message("", body))
	at.body, at.last = body, &f
	for v := range at.viewers {
		h.hand(v, &f)
	}
}

func (h *Hub[T, S]) hand(v *viewer, f *frame) {
	if v.next.Swap(f) != nil {
		h.skipped.Add(1)
	}
	select {
	case v.bell <- struct{}{}:
	default:
	}
}

// join lets a viewer watch a topic; it hears the newest drawing at once when there is one.
func (h *Hub[T, S]) join(t T) (v *viewer, leave func(), ok bool) {
	h.init()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.viewers >= h.Most {
		return nil, nil, false
	}
	h.viewers++
	h.press()
	s := h.at(t.Subject())
	at := s.topics[t]
	if at == nil {
		at = &topic{viewers: map[*viewer]struct{}{}}
		s.topics[t] = at
	}
	v = &viewer{bell: make(chan struct{}, 1)}
	at.viewers[v] = struct{}{}
	switch {
	case at.last != nil:
		h.hand(v, at.last)
	case s.loaded.IsZero() || time.Since(s.loaded) > h.Safe:
		s.told = true
		h.ring()
	case len(at.viewers) == 1: // the others wait for what the first draws
		state := s.state
		go h.draw(s, state, t)
	}
	return v, func() { h.leave(t, v) }, true
}

func (h *Hub[T, S]) leave(t T, v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.viewers--
	h.press()
	s := h.subjects[t.Subject()]
	at := s.topics[t]
	if delete(at.viewers, v); len(at.viewers) == 0 {
		delete(s.topics, t)
		s.asked = time.Now()
	}
}

// Stats counts for the metrics page.
type Stats struct {
	Viewers, Subjects int
	Sent, Skipped     int64 // messages written, and those replaced by a newer one first
}

// Stats are the numbers of now.
func (h *Hub[T, S]) Stats() Stats {
	h.init()
	h.mu.Lock()
	defer h.mu.Unlock()
	return Stats{h.viewers, len(h.subjects), h.sent.Load(), h.skipped.Load()}
}
