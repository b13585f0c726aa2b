package intake

import (
	"context"
	"encoding/json"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// undo takes a sheet of people back: first the changes, then the new people, in pieces
// that a later process goes on with.
func (t *task) undo(ctx context.Context) error {
	if t.sh.Kind == Units {
		return t.undoUnits(ctx)
	}
	var who access.Actor
	for more := true; more; {
		err := t.step(ctx, func(tx db.Tx, next *task) (err error) {
			if who, err = t.rights(ctx, tx); err == nil {
				more, err = next.undoTraces(ctx, tx, who)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for more := true; more; {
		err := t.step(ctx, func(tx db.Tx, next *task) (err error) {
			if who, err = t.rights(ctx, tx); err == nil {
				more, err = next.undoPiece(ctx, tx, who)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return t.step(ctx, func(tx db.Tx, next *task) error {
		next.sh.State, next.sh.Percent, next.sh.UndoneAt = Undone, 100, t.s.Now.Ms()
		detail := map[string]any{"file": t.sh.Name, "undone": t.sh.Done, "kept": t.sh.Kept}
		return t.taken(ctx, tx, who, "person.import", detail)
	})
}

// taken tells the log, wherever it was told of the import, that it was taken back.
func (t *task) taken(ctx context.Context, tx db.Tx, who access.Actor, deed string, detail any) error {
	at, err := audit.At(ctx, tx, deed, t.sh.ID)
	if err != nil {
		return err
	}
	if len(at) == 0 { // it never came to its end
		at = []id.ID{who.Home()}
	}
	for _, unit := range at {
		if err := audit.Write(ctx, tx, who, t.s.Now.Ms(), deed+"_undo", t.sh.ID, unit, detail, ""); err != nil {
			return err
		}
	}
	return nil
}

// step runs one transaction of undoing; what it counts is taken over when it is durable.
func (t *task) step(ctx context.Context, do func(tx db.Tx, next *task) error) error {
	var next task
	err := t.s.DB.Write(ctx, func(tx db.Tx) error {
		next = *t
		next.news = telling{}
		if err := do(tx, &next); err != nil {
			return err
		}
		if err := next.news.write(ctx, tx); err != nil {
			return err
		}
		next.sh.Percent = int(min(99, (next.sh.Done+next.sh.Kept)*100/max(1, t.sh.Fresh()+t.sh.Removed)))
		if next.sh.State == Undone {
			next.sh.Percent = 100
		}
		return tally(ctx, tx, next.sh, next.until())
	})
	if err == nil {
		t.sh = next.sh
	}
	return err
}

// undoTraces takes changes of people who were known back; more is false after the last.
func (t *task) undoTraces(ctx context.Context, tx db.Tx, who access.Actor) (more bool, err error) {
	bodies, err := db.All(ctx, tx, db.Value[string], `select body from person_import_trace where import = $1 and not kept order by subject limit 200`, t.sh.ID)
	if err != nil {
		return false, err
	}
	for _, body := range bodies {
		var c person.Trace
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return false, err
		}
		ok, err := t.s.People.Undo(ctx, tx, who, c, t.sh.Name)
		if err != nil {
			return false, err
		}
		if ok {
			t.sh.Done++
			_, err = tx.ExecContext(ctx, `delete from person_import_trace where import = $1 and subject = $2`, t.sh.ID, c.Person)
		} else {
			t.keep(c.Person, c.New.Name, false)
			_, err = tx.ExecContext(ctx, `update person_import_trace set kept = true where import = $1 and subject = $2`, t.sh.ID, c.Person)
		}
		if err != nil {
			return false, err
		}
	}
	return len(bodies) > 0, nil
}

// keep lists somebody who stays as is.
func (t *task) keep(of id.ID, name string, made bool) {
	key := "intake.kept_changed"
	if made {
		key = "intake.kept_new"
	}
	t.news.add(&t.sh, batch.Row{Number: int(t.sh.Kept) + 1, Verdict: Kept, Name: name, Code: of.String(), Person: of, Notes: []batch.Note{{Key: key}}})
}

// undoPiece takes the new people of the last piece back, 200 at a time; more is false when
// no piece is left.
func (t *task) undoPiece(ctx context.Context, tx db.Tx, who access.Actor) (more bool, err error) {
	type made struct {
		n            int
		at, after    int64
		first, until id.ID
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (m made, err error) {
		err = scan(&m.n, &m.at, &m.first, &m.until, &m.after)
		return m, err
	}, `select n, at, first, until, last_row from person_import_piece where import = $1 order by n desc limit 1`, t.sh.ID)
	if err != nil || len(list) == 0 {
		return false, err
	}
	m := list[0]
	gone, kept, next, err := person.UndoNew(ctx, tx, who, m.first, m.until, m.at, 0)
	if err != nil {
		return false, err
	}
	for _, k := range kept {
		t.keep(k.Person, k.Name, k.New)
	}
	t.sh.Done += int64(gone)
	if next == 0 || m.first == 0 {
		_, err = tx.ExecContext(ctx, `delete from person_import_piece where import = $1 and n = $2`, t.sh.ID, m.n)
	} else {
		_, err = tx.ExecContext(ctx, `update person_import_piece set first = $3 where import = $1 and n = $2`, t.sh.ID, m.n, next+1)
	}
	return true, err
}
