package intake

import (
	"context"
	"encoding/json"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// units looks a sheet of units over or brings it in, in pieces, from where an earlier process
// got to.
func (t *task) units(ctx context.Context) error {
	var who access.Actor
	steps := org.Steps{Rights: t.rights}
	err := t.s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if who, err = t.rights(ctx, tx); err == nil {
			err = tx.QueryRowContext(ctx, `select coalesce(max(n), 0) from person_import_trace where import = $1`, t.sh.ID).Scan(&steps.From)
		}
		return err
	})
	if err != nil {
		return err
	}
	o := batch.Options{DryRun: t.sh.State == Checking, Good: t.sh.Good, Under: t.sh.Under}
	again := !o.DryRun && t.sh.Percent > 0 // begun before: what was told then stands
	f, m := t.source(ctx)
	steps.Beat = func() error {
		if !o.DryRun {
			return t.alive(ctx)
		}
		t.sh.Percent = m.percent(t.sh.Size)
		return t.flush(ctx, false)
	}
	var total int64
	steps.Weighed = func(r *batch.Result) error {
		total = int64(r.Total)
		if again {
			return nil
		}
		return t.weighed(ctx, r, o)
	}
	var next Sheet
	steps.Enter = func(ctx context.Context, tx db.Tx, p *org.Piece) error {
		next = t.sh
		next.Added, next.Changed = next.Added+int64(len(p.New)), next.Changed+int64(len(p.Changes))
		next.Done += int64(len(p.New) + len(p.Changes))
		next.Percent = int(min(99, max(1, next.Done*100/max(1, total))))
		if err := traceUnits(ctx, tx, t.sh.ID, p); err != nil {
			return err
		}
		return tally(ctx, tx, next, t.until())
	}
	steps.Done = func() error {
		if t.sh = next; t.tell != nil {
			t.tell(t.sh)
		}
		return nil
	}
	steps.End = func(ctx context.Context, tx db.Tx, who access.Actor, into []id.ID) error {
		next = t.sh
		next.State, next.Percent, next.AppliedAt = Applied, 100, t.s.Now.Ms()
		if err := t.s.Units.Imported(ctx, tx, who, next.ID, into, next.Name, next.Added, next.Changed); err != nil {
			return err
		}
		return tally(ctx, tx, next, 0)
	}
	r, err := t.s.Units.Import(ctx, who, f, o, steps)
	switch {
	case err != nil:
		return err
	case r.Applied:
		t.sh = next
	case again:
		return fault.New(fault.Conflict, "org.import_changed")
	}
	return nil
}

// weighed tells what each row does; what changes something is counted piece by piece when it is
// brought in.
func (t *task) weighed(ctx context.Context, r *batch.Result, o batch.Options) error {
	t.sh = reset(t.sh)
	for _, row := range r.Rows {
		t.news.add(&t.sh, row)
	}
	t.sh.Done, t.sh.Added, t.sh.Changed, t.sh.Same = int64(r.Total), int64(r.Count[batch.New]), int64(r.Count[batch.Changed]), int64(r.Count[batch.Same])
	t.sh.Bad, t.sh.Asked, t.sh.Percent = int64(r.Count[batch.Bad]), int64(r.Count[batch.Ask]), 100
	if r.May(o) {
		t.sh.Done, t.sh.Added, t.sh.Changed, t.sh.Percent = t.sh.Total()-t.sh.Fresh(), 0, 0, 1
	} else {
		t.sh.State = Checked
	}
	return t.flush(ctx, true)
}

// traceUnits keeps what a piece brought in, to take it back by.
func traceUnits(ctx context.Context, tx db.Tx, of id.ID, p *org.Piece) error {
	var rows [][]any
	for _, u := range p.New {
		rows = append(rows, []any{of, u, p.N, ""})
	}
	for _, c := range p.Changes {
		rows = append(rows, []any{of, c.New.ID, p.N, written(c)})
	}
	return batch.Insert(ctx, tx, `insert into person_import_trace (import, subject, n, body)`, 4, rows)
}

// undoUnits takes a sheet of units back, unless something hangs on what it brought: changes
// first, then the new units, those of the last piece first, as they stand lowest. What begins
// to hang on them meanwhile ends it; it can be gone on with later.
func (t *task) undoUnits(ctx context.Context) error {
	var who access.Actor
	err := t.s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if who, err = t.rights(ctx, tx); err == nil {
			err = t.s.freeOf(ctx, tx, who, t.sh.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, piece := range []func(*task, context.Context, db.Tx, access.Actor) (bool, error){(*task).undoChanges, (*task).undoNew} {
		for more := true; more; {
			err := t.step(ctx, func(tx db.Tx, next *task) (err error) {
				if who, err = t.rights(ctx, tx); err == nil {
					more, err = piece(next, ctx, tx, who)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return t.step(ctx, func(tx db.Tx, next *task) error {
		next.sh.State, next.sh.UndoneAt = Undone, t.s.Now.Ms()
		return t.taken(ctx, tx, who, "unit.import", map[string]any{"file": t.sh.Name, "undone": t.sh.Done})
	})
}

// undoChanges gives known units back what they were, 50 at a time; more is false after the last.
func (t *task) undoChanges(ctx context.Context, tx db.Tx, who access.Actor) (more bool, err error) {
	list, err := db.All(ctx, tx, db.Value[string], `select body from person_import_trace where import = $1 and body <> '' order by n desc, subject desc limit 50`, t.sh.ID)
	for _, body := range list {
		var c org.Trace
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return false, err
		}
		if err := t.s.Units.Unchange(ctx, tx, who, c, t.sh.Name); err != nil {
			return false, err
		}
		if _, err := tx.ExecContext(ctx, `delete from person_import_trace where import = $1 and subject = $2`, t.sh.ID, c.New.ID); err != nil {
			return false, err
		}
	}
	t.sh.Done += int64(len(list))
	return len(list) > 0, err
}

// undoNew takes the new units of the last piece out; more is false when none is left.
func (t *task) undoNew(ctx context.Context, tx db.Tx, who access.Actor) (more bool, err error) {
	const last = ` from person_import_trace where import = $1 and body = '' and n = (select max(n) from person_import_trace where import = $1 and body = '')`
	units, err := db.All(ctx, tx, db.Value[id.ID], `select subject`+last, t.sh.ID)
	if err != nil || len(units) == 0 {
		return false, err
	}
	if err := free(ctx, tx, t.sh.ID, units); err != nil {
		return false, err
	}
	if err := t.s.Units.Unmake(ctx, tx, who, units); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `delete`+last, t.sh.ID)
	t.sh.Done += int64(len(units))
	return true, err
}
