package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const (
	hold     = 20 * time.Second // a process that has not been heard of for so long is gone
	patience = 1500 * time.Millisecond
)

// enter changes the state of a sheet as decide says and, when it is busy then, works on it
// in the background; small sheets are done when it answers.
func (s *Service) enter(ctx context.Context, who access.Actor, of id.ID, decide func(*Sheet) error) (sh Sheet, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if sh, err = s.find(ctx, tx, who, of); err != nil {
			return err
		}
		was := sh.State
		if err := decide(&sh); err != nil {
			return err
		}
		if sh.Busy() && (sh.State != was || was == Checking) {
			return s.begin(ctx, tx, who, sh)
		}
		return nil
	})
	if err != nil {
		return sh, fmt.Errorf("sheet: %w", err)
	}
	if !sh.Busy() {
		return sh, nil
	}
	select {
	case <-s.start(of):
	case <-time.After(patience):
	case <-ctx.Done():
	}
	return s.Show(ctx, who, of)
}

func (s *Service) begin(ctx context.Context, tx db.Tx, who access.Actor, sh Sheet) error {
	if sh.State == Undoing {
		return tally(ctx, tx, Sheet{ID: sh.ID, State: Undoing, Added: sh.Added, Changed: sh.Changed, Same: sh.Same, Asked: sh.Asked, Bad: sh.Bad,
			Passed: sh.Passed, Missing: sh.Missing, Removed: sh.Removed, AppliedAt: sh.AppliedAt}, 0)
	}
	if sh.State == Checking && sh.Source != "" {
		if err := remember(ctx, tx, who.Home(), sh, s.Now.Ms()); err != nil {
			return err
		}
	}
	return begin(ctx, tx, sh)
}

// start works on a sheet unless this process does already; the channel closes at the end.
func (s *Service) start(of id.ID) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if done, ok := s.running[of]; ok {
		return done
	}
	if s.running == nil {
		s.running = map[id.ID]chan struct{}{}
	}
	done := make(chan struct{})
	s.running[of] = done
	go func() {
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.running, of)
			close(done)
		}()
		s.work(context.Background(), of)
	}()
	return done
}

// Work goes on with what other processes left in the middle, now and again until ctx ends.
func (s *Service) Work(ctx context.Context) {
	for {
		var list []id.ID
		err := s.DB.Read(ctx, func(tx db.Tx) (err error) { list, err = idle(ctx, tx, s.clock()); return err })
		if err != nil && ctx.Err() == nil {
			slog.Error("look for sheets", "err", err)
		}
		for _, of := range list {
			<-s.start(of)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(hold / 4):
		}
	}
}

// clock is the real time, by which processes notice each other.
func (s *Service) clock() int64 { return time.Now().UnixMilli() }

// work does what the state of a sheet asks for.
func (s *Service) work(ctx context.Context, of id.ID) {
	var sh Sheet
	held := false
	err := s.DB.Write(ctx, func(tx db.Tx) (err error) {
		if held, err = take(ctx, tx, of, s.clock(), s.held()); err == nil {
			sh, err = load(ctx, tx, of)
		}
		return err
	})
	if err != nil || !held {
		if err != nil {
			slog.Error("take a sheet", "err", err)
		}
		return
	}
	s.settle(ctx, s.do(ctx, &task{s: s, sh: sh}), of)
}

func (s *Service) held() int64 { return s.clock() + hold.Milliseconds() }

func (s *Service) do(ctx context.Context, t *task) error {
	switch {
	case t.sh.State == Undoing:
		return t.undo(ctx)
	case t.sh.Kind == Units:
		return t.units(ctx)
	case t.sh.State == Applying:
		return t.apply(ctx)
	}
	return t.check(ctx)
}

// settle writes why a sheet could not go on. What was brought in stays, and can be taken back.
func (s *Service) settle(ctx context.Context, why error, of id.ID) {
	if why == nil || errors.Is(why, context.Canceled) {
		return
	}
	if fault.Of(why) == fault.Internal {
		slog.Error("bring a sheet in", "sheet", of, "err", why)
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		sh, err := load(ctx, tx, of)
		if err != nil {
			return err
		}
		was := sh.State
		sh.Broken, sh.State = sentence(why), Failed
		if was == Undoing || was == Applying && sh.Fresh()+sh.Removed > 0 {
			sh.State = Applied
		}
		return tally(ctx, tx, sh, 0)
	})
	if err != nil {
		slog.Error("end a sheet", "err", err)
	}
}
