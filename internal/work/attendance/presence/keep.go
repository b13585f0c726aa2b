package presence

import (
	"context"
	"log/slog"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Run throws veils away within a minute after their codes are over, until ctx ends: the promise
// of the page does not wait for somebody to look at it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := s.LiftAll(ctx); err != nil && ctx.Err() == nil {
			slog.Error("lift the veils of presence codes", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// LiftAll is Lift for every meeting that has a code which is over.
func (s *Service) LiftAll(ctx context.Context) error {
	var list []id.ID
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		list, err = db.All(ctx, tx, db.Value[id.ID], `select distinct meeting from attendance_presence where veil is not null and ends_at <= $1`, s.Now.Ms())
		return err
	})
	for _, of := range list {
		if err == nil {
			err = s.Lift(ctx, of)
		}
	}
	return err
}
