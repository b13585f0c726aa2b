package intake

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Order is what the keeper of the machine wants of a file on its disk.
type Order struct {
	Kind   string // Units or People
	DryRun bool
	Good   bool // take the good rows although others are wrong
	Under  id.ID
	Usual  string
	Remove int64       // number of missing people whose stay ends
	Tell   func(Sheet) // progress, now and again
}

// straight reports whether the good rows go in whatever a dry run would say.
func (o Order) straight() bool { return o.Good && !o.DryRun && o.Remove == 0 && o.Kind == People }

// Bring looks a file on the machine's own disk over and brings it in, of any size. Broken
// off in the middle it goes on where it was when it is brought again. The sheet that it
// answers with stays, so that it can be taken back. Faults: Invalid for a file that cannot
// be read.
func (s *Service) Bring(ctx context.Context, who access.Actor, f batch.File, o Order) (Sheet, error) {
	f.Own = true
	sh, err := s.begun(ctx, who, f, o)
	if err != nil {
		return sh, err
	}
	t := &task{s: s, sh: sh, file: &f, who: &who, tell: o.Tell}
	if sh.State == Checking && o.straight() {
		t.sh.State = Checked
	}
	if t.sh.State == Checking {
		if err := s.do(ctx, t); err != nil {
			return t.sh, s.gaveUp(ctx, err, sh.ID)
		}
	}
	if o.DryRun || t.sh.State == Checked && !o.straight() && (t.sh.Wrong() > 0 && !o.Good || t.sh.Fresh() == 0 && o.Remove == 0) {
		return t.sh, nil
	}
	if o.Remove != 0 && (t.sh.Wrong() > 0 || o.Remove != t.sh.Missing) {
		return t.sh, fault.At("remove", "intake.other_number")
	}
	if t.sh.State == Checked {
		t.sh.State, t.sh.Good, t.sh.Removing = Applying, o.Good, o.Remove
		if err := s.DB.Write(ctx, func(tx db.Tx) error { return begin(ctx, tx, t.sh) }); err != nil {
			return t.sh, err
		}
		t.sh = reset(t.sh)
	}
	if err := s.do(ctx, t); err != nil {
		return t.sh, s.gaveUp(ctx, err, sh.ID)
	}
	return t.sh, nil
}

func (s *Service) gaveUp(ctx context.Context, err error, of id.ID) error {
	if fault.Of(err) != fault.Internal {
		s.settle(ctx, err, of)
	}
	return err
}

// begun is the sheet of a file that was broken off, or a new one.
func (s *Service) begun(ctx context.Context, who access.Actor, f batch.File, o Order) (sh Sheet, err error) {
	sh, err = s.understand(ctx, who, Sheet{ID: id.New(), Kind: o.Kind, Name: f.Name, Size: f.Size, Under: o.Under, Usual: o.Usual}, f)
	if err != nil {
		return sh, err
	}
	if len(sh.Mapping.Legacy) == 0 {
		sh.State = Checking
	}
	if sh.State == Mapping {
		return sh, fault.New(fault.Conflict, "intake.state.mapping")
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		old, err := db.All(ctx, tx, scanSheet, `select `+columns+` from person_import where coalesce(created_by, 0) = $1 and kind = $2 and name = $3 and size = $4
			and print = $5 and state = 'applying' order by id desc limit 1`, int64(who.Account), sh.Kind, sh.Name, sh.Size, sh.print)
		if err != nil {
			return err
		}
		if len(old) == 1 {
			sh = old[0]
			return nil
		}
		_, err = keep(ctx, tx, who, sh, s.Now())
		return err
	})
	if err != nil {
		return sh, fmt.Errorf("bring a sheet in: %w", err)
	}
	return sh, nil
}
