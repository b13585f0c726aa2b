package intake

import (
	"context"
	"encoding/json"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
)

const columns = `id, kind, name, size, under, usual, print, mapping, source, state, good, removing, done, percent, added, changed, same, asked, wrong,
	passed, missing, removed, kept, fault, created_at, coalesce(created_by, 0), coalesce(applied_at, 0), coalesce(undone_at, 0)`

func scanSheet(scan func(...any) error) (s Sheet, err error) {
	var mapping, broken string
	err = scan(&s.ID, &s.Kind, &s.Name, &s.Size, &s.Under, &s.Usual, &s.print, &mapping, &s.Source, &s.State, &s.Good, &s.Removing, &s.Done, &s.Percent,
		&s.Added, &s.Changed, &s.Same, &s.Asked, &s.Bad, &s.Passed, &s.Missing, &s.Removed, &s.Kept, &broken, &s.At, &s.maker, &s.AppliedAt, &s.UndoneAt)
	if err == nil && mapping != "" {
		s.Mapping = &sheet.Mapping{}
		err = json.Unmarshal([]byte(mapping), s.Mapping)
	}
	if err == nil && broken != "" {
		s.Broken = &Sentence{}
		err = json.Unmarshal([]byte(broken), s.Broken)
	}
	return s, err
}

func load(ctx context.Context, tx db.Tx, of id.ID) (Sheet, error) {
	return db.One(ctx, tx, scanSheet, `select `+columns+` from person_import where id = $1`, of)
}

// kept is how long a sheet waits that is not brought in, stays how long the file of one that is.
const (
	kept  = 24 * time.Hour
	stays = 30 * 24 * time.Hour
)

// sweep forgets sheets that waited too long and the files of those long brought in, a few
// at a time.
func sweep(ctx context.Context, tx db.Tx, now time.Time) error {
	old, err := db.All(ctx, tx, db.Value[id.ID], `select id from person_import
		where state in ('mapping', 'checked', 'failed') and created_at < $1 order by id limit 5`, now.Add(-kept).UnixMilli())
	if err != nil {
		return err
	}
	for _, of := range old {
		for _, q := range []string{`delete from person_import_part where import = $1`, `delete from person_import_row where import = $1`,
			`delete from person_import_piece where import = $1`, `delete from person_import_trace where import = $1`, `delete from person_import where id = $1`} {
			if _, err := tx.ExecContext(ctx, q, of); err != nil {
				return err
			}
		}
	}
	_, err = tx.ExecContext(ctx, `delete from person_import_part where import in (
		select id from person_import where state in ('applied', 'undone') and applied_at < $1)`, now.Add(-stays).UnixMilli())
	return err
}

// keep stores a new sheet; again is true when it is there already. Fault: Conflict when
// another's has the id.
func keep(ctx context.Context, tx db.Tx, who access.Actor, s Sheet, now time.Time) (again bool, err error) {
	n, err := db.Exec(ctx, tx, `
		insert into person_import (id, kind, name, size, under, usual, print, mapping, source, state, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do nothing`,
		s.ID, s.Kind, s.Name, s.Size, s.Under, s.Usual, s.print, written(s.Mapping), s.Source, s.State, now.UnixMilli(), who.Account)
	if err != nil || n > 0 {
		return false, err
	}
	by, err := db.One(ctx, tx, db.Value[id.ID], `select created_by from person_import where id = $1`, s.ID)
	if err == nil && by != who.Account {
		err = fault.New(fault.Conflict, "person.id_taken")
	}
	return true, err
}

func written(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// mine are the last sheets of an account, the newest first.
func mine(ctx context.Context, tx db.Tx, who access.Actor) ([]Sheet, error) {
	return db.All(ctx, tx, scanSheet, `select `+columns+` from person_import where coalesce(created_by, 0) = $1 order by id desc limit 20`, int64(who.Account))
}

// begin enters a state from nothing counted; rows told of before are forgotten.
func begin(ctx context.Context, tx db.Tx, s Sheet) error {
	if _, err := tx.ExecContext(ctx, `delete from person_import_row where import = $1`, s.ID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `update person_import set state = $2, mapping = $3, source = $4, good = $5, removing = $6, done = 0, percent = 0, added = 0,
		changed = 0, same = 0, asked = 0, wrong = 0, passed = 0, removed = 0, kept = 0, fault = '', held_until = 0 where id = $1`,
		s.ID, s.State, written(s.Mapping), s.Source, s.Good, s.Removing)
	return err
}

// tally writes how far a sheet is and holds it for a while longer.
func tally(ctx context.Context, tx db.Tx, s Sheet, held int64) error {
	_, err := tx.ExecContext(ctx, `update person_import set state = $2, done = $3, percent = $4, added = $5, changed = $6, same = $7, asked = $8, wrong = $9,
		passed = $10, missing = $11, removed = $12, kept = $13, fault = $14, held_until = $15, applied_at = $16, undone_at = $17 where id = $1`,
		s.ID, s.State, s.Done, s.Percent, s.Added, s.Changed, s.Same, s.Asked, s.Bad, s.Passed, s.Missing, s.Removed, s.Kept, s.fault(), held,
		null(s.AppliedAt), null(s.UndoneAt))
	return err
}

func null(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// take holds a sheet for this process; false when another one does.
func take(ctx context.Context, tx db.Tx, of id.ID, now, until int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `update person_import set held_until = $3 where id = $1 and held_until <= $2
		and state in ('checking', 'applying', 'undoing')`, of, now, until)
	return n == 1, err
}

// idle are sheets that a process left in the middle; those of files on the machine's own
// disk wait for their keeper.
func idle(ctx context.Context, tx db.Tx, now int64) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select i.id from person_import i where i.state in ('checking', 'applying', 'undoing') and i.held_until <= $1
		and (i.state = 'undoing' or exists (select 1 from person_import_part p where p.import = i.id)) order by i.id`, now)
}

// source finds how files of a shape were understood last time.
func source(ctx context.Context, tx db.Tx, unit id.ID, kind, print string) (name string, m *sheet.Mapping, err error) {
	var text string
	_, err = db.One(ctx, tx, func(scan func(...any) error) (struct{}, error) { return struct{}{}, scan(&name, &text) },
		`select name, mapping from person_import_source where unit = $1 and kind = $2 and print = $3`, int64(unit), kind, print)
	if fault.Of(err) == fault.Missing {
		return "", nil, nil
	}
	if err == nil {
		m = &sheet.Mapping{}
		err = json.Unmarshal([]byte(text), m)
	}
	return name, m, err
}

func remember(ctx context.Context, tx db.Tx, unit id.ID, s Sheet, now int64) error {
	_, err := tx.ExecContext(ctx, `insert into person_import_source (id, unit, kind, print, name, mapping, used_at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (unit, kind, print) do update set name = excluded.name, mapping = excluded.mapping, used_at = excluded.used_at`,
		id.New(), int64(unit), s.Kind, s.print, s.Source, written(s.Mapping), now)
	return err
}
