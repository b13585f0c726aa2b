package audience

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/clock"
)

// Nobody waits longer than their patience; the same question is counted once for all.
func TestWideCountsDoNotHoldThePage(t *testing.T) {
	ctx, patient := context.Background(), 20*time.Millisecond
	var s tallies
	var made atomic.Int64
	at := int64(1000)
	now := clock.Now(func() time.Time { return time.UnixMilli(atomic.LoadInt64(&at)) })
	gate := make(chan struct{})
	slow := func(context.Context) (Count, error) { <-gate; return Count{People: made.Add(1)}, nil }
	for range 3 {
		if n, err := s.ask(ctx, "nation", patient, now, slow); err != nil || !n.Pending {
			t.Fatalf("%+v %v", n, err)
		}
	}
	gate <- struct{}{}
	for s.going() > 0 {
		time.Sleep(time.Millisecond)
	}
	if n, err := s.ask(ctx, "nation", patient, now, slow); err != nil || n != (Count{People: 1, At: 1000}) {
		t.Errorf("the count made meanwhile: %+v %v", n, err)
	}
	atomic.AddInt64(&at, fresh.Milliseconds()+1)
	if n, err := s.ask(ctx, "nation", patient, now, slow); err != nil || n.People != 1 || n.At != 1000 {
		t.Errorf("the last one with its time: %+v %v", n, err)
	}
	if n, err := s.ask(ctx, "province", patient, now, slow); err != nil || !n.Pending {
		t.Errorf("%+v %v", n, err)
	}
	if n, err := s.ask(ctx, "commune", patient, now, slow); err != nil || !n.Pending || s.going() != atOnce {
		t.Errorf("a third is not begun: %+v %v", n, err)
	}
	close(gate)
	for s.going() > 0 {
		time.Sleep(time.Millisecond)
	}
	quick := func(context.Context) (Count, error) { return Count{People: 7}, nil }
	if n, err := s.ask(ctx, "commune", time.Minute, now, quick); err != nil || n.People != 7 {
		t.Errorf("%+v %v", n, err)
	}
	broken := errors.New("broken")
	if _, err := s.ask(ctx, "bad", time.Minute, now, func(context.Context) (Count, error) { return Count{}, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := s.ask(ctx, "worse", time.Minute, now, func(context.Context) (Count, error) { panic("a bug") }); err == nil || s.going() > 0 {
		t.Errorf("%v, %d go on", err, s.going())
	}
	for i := range 2 * held {
		if _, err := s.ask(ctx, fmt.Sprint(i), time.Minute, now, quick); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.of) > held {
		t.Errorf("%d are remembered", len(s.of))
	}
}

func (s *tallies) going() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy
}
