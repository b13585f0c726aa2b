package intake

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
)

// units looks a sheet of units over or brings it in, all of it at once: a tree is right as
// a whole only.
func (t *task) units(ctx context.Context) error {
	var who access.Actor
	err := t.s.DB.Read(ctx, func(tx db.Tx) (err error) { who, err = t.rights(ctx, tx); return err })
	if err != nil {
		return err
	}
	f := t.s.file(ctx, t.sh)
	if t.file != nil {
		f = *t.file
		f.Mapping = t.sh.Mapping
	}
	dry := t.sh.State == Checking
	r, err := t.s.Units.Import(ctx, who, f, batch.Options{DryRun: dry, Good: t.sh.Good, Under: t.sh.Under})
	if err != nil {
		return err
	}
	t.sh = reset(t.sh)
	for _, row := range r.Rows {
		t.news.add(&t.sh, row)
	}
	t.sh.Done, t.sh.Added, t.sh.Changed, t.sh.Same = int64(r.Total), int64(r.Count[batch.New]), int64(r.Count[batch.Changed]), int64(r.Count[batch.Same])
	t.sh.Bad, t.sh.Asked, t.sh.Percent = int64(r.Count[batch.Bad]), int64(r.Count[batch.Ask]), 100
	switch {
	case dry, !r.Applied:
		t.sh.State = Checked
	default:
		t.sh.State, t.sh.AppliedAt = Applied, t.s.Now.Ms()
	}
	return t.flush(ctx, true)
}
