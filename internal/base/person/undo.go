package person

import (
	"context"
	"errors"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Kept is somebody whom undoing an import left as is, because something touched them later.
type Kept struct {
	Person id.ID
	Name   string
	New    bool // was made by the import
}

// made finds the people whom a piece of an import made, among ids that others may have used too.
const made = `select p.id, p.name, p.unit from person p where p.id between $1 and $2 and p.created_at = $3
	and coalesce(p.created_by, 0) = $4 and p.id > $5 order by p.id limit 200`

type maden struct {
	id   id.ID
	name string
	unit id.ID
}

// UndoNew takes back people whom a piece of an import made, at most 200 after an id, as far
// as nothing touched them since: no change, move or exemption of theirs was written, and
// nothing refers to them. next is where to go on, zero at the end. who must still have
// access.PersonEdit at their units.
func UndoNew(ctx context.Context, tx db.Tx, who access.Actor, first, until id.ID, at int64, after id.ID) (gone int, kept []Kept, next id.ID, err error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (m maden, err error) {
		err = scan(&m.id, &m.name, &m.unit)
		return m, err
	}, made, first, until, at, int64(who.Account), int64(after))
	if err != nil || len(list) == 0 {
		return 0, nil, 0, err
	}
	touched, err := touchedSince(ctx, tx, who, list, at)
	if err != nil {
		return 0, nil, 0, err
	}
	var free []maden
	for _, m := range list {
		if touched[m.id] {
			kept = append(kept, Kept{m.id, m.name, true})
		} else {
			free = append(free, m)
		}
	}
	more, err := erase(ctx, tx, free)
	return len(free) - len(more), append(kept, more...), list[len(list)-1].id, err
}

// touchedSince finds those of whom the log speaks, who moved or left, who stand in a campaign's frozen roster,
// or who are out of reach.
func touchedSince(ctx context.Context, tx db.Tx, who access.Actor, list []maden, at int64) (map[id.ID]bool, error) {
	ids := make([]id.ID, len(list))
	for i, m := range list {
		ids[i] = m.id
	}
	in, args := batch.In(ids, at)
	mine := who.Scope(access.PersonEdit).Where("p.unit", &args)
	found, err := db.All(ctx, tx, db.Value[id.ID], `select p.id from person p where p.id in (`+in+`) and (
		not `+mine+` or p.left_on is not null
		or exists (select 1 from audit_entry a where a.subject = p.id and a.action not like 'person.look%')
		or (select count(*) from person_membership m where m.person = p.id) <> 1
		or exists (select 1 from campaign c join campaign_roster r on r.campaign = c.id and r.person = p.id)
		or exists (select 1 from person_exemption e where e.person = p.id and e.created_at <> $1))`, args...)
	out := map[id.ID]bool{}
	for _, of := range found {
		out[of] = true
	}
	return out, err
}

// erase takes people out together, else one by one: who is referred to stays.
func erase(ctx context.Context, tx db.Tx, list []maden) (kept []Kept, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	err = db.Attempt(ctx, tx, func() error { return erasePeople(ctx, tx, list) })
	switch {
	case err == nil || !db.IsReference(err):
		return nil, err
	case len(list) == 1:
		return []Kept{{list[0].id, list[0].name, true}}, nil
	}
	left, err := erase(ctx, tx, list[:len(list)/2])
	if err != nil {
		return nil, err
	}
	right, err := erase(ctx, tx, list[len(list)/2:])
	return append(left, right...), err
}

func erasePeople(ctx context.Context, tx db.Tx, list []maden) error {
	ids := make([]id.ID, len(list))
	for i, m := range list {
		ids[i] = m.id
	}
	for _, m := range list {
		if err := forget(ctx, tx, Person{ID: m.id, Name: m.name}); err != nil {
			return err
		}
	}
	in, args := batch.In(ids)
	for _, q := range []string{`delete from person_secret where person in (`, `delete from person_exemption where person in (`, `delete from person_membership where person in (`, `delete from person where id in (`} {
		if _, err := tx.ExecContext(ctx, q+in+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}

var errTouched = errors.New("touched since")

// Undo takes a change of an import back, unless something touched the person since; then
// ok is false.
func (s *Service) Undo(ctx context.Context, tx db.Tx, who access.Actor, t Trace, why string) (ok bool, err error) {
	err = db.Attempt(ctx, tx, func() error {
		now, err := find(ctx, tx, who, access.PersonEdit, t.Person)
		if err != nil {
			return err
		}
		if now != t.after() {
			return errTouched
		}
		return s.undo(ctx, tx, who, now, t, why)
	})
	if k := fault.Of(err); errors.Is(err, errTouched) || k == fault.Missing || k == fault.Denied || k == fault.Invalid || k == fault.Conflict {
		return false, nil
	}
	return err == nil, err
}

// after is the person as the import left them.
func (t Trace) after() Person {
	p := t.New
	p.LeftOn, p.Since = t.Left, ""
	return p
}

func (s *Service) undo(ctx context.Context, tx db.Tx, who access.Actor, now Person, t Trace, why string) error {
	if t.Left != "" {
		if err := s.unleave(ctx, tx, t); err != nil {
			return err
		}
	}
	if t.Home != nil {
		if err := unmove(ctx, tx, t); err != nil {
			return err
		}
	}
	if t.Relief != nil {
		if err := unrelieve(ctx, tx, who, t, s.Now.Ms()); err != nil {
			return err
		}
	}
	if t.Numbers != nil {
		if err := s.unnumber(ctx, tx, t); err != nil {
			return err
		}
	}
	if err := update(ctx, tx, t.Old); err != nil {
		return err
	}
	changes := append(diff(now, t.Old), Change{"unit", now.Unit.String(), t.Old.Unit.String()})
	return audit.Write(ctx, tx, who, s.Now.Ms(), "person.undo", t.Person, t.Old.Unit, changes, why, now.Unit)
}

func (s *Service) unleave(ctx context.Context, tx db.Tx, t Trace) error {
	if _, err := tx.ExecContext(ctx, `update person set left_on = null where id = $1`, t.Person); err != nil {
		return err
	}
	err := touchedUnless(db.Exec(ctx, tx, `update person_membership set valid_to = null where person = $1 and unit = $2 and valid_to = $3 and study_home`, t.Person, t.New.Unit, t.Left))
	if err != nil {
		return err
	}
	return resume(ctx, tx, t.Person, t.Further, t.Left)
}

// touchedUnless a statement met exactly one row.
func touchedUnless(n int64, err error) error {
	if err == nil && n != 1 {
		return errTouched
	}
	return err
}

func unmove(ctx context.Context, tx db.Tx, t Trace) error {
	var err error
	if t.Fix {
		err = touchedUnless(db.Exec(ctx, tx, `update person_membership set unit = $4 where person = $1 and unit = $2 and valid_from = $3 and valid_to is null and study_home`,
			t.Person, t.New.Unit, t.From, t.Home.Unit))
	} else {
		err = touchedUnless(db.Exec(ctx, tx, `delete from person_membership where person = $1 and unit = $2 and valid_from = $3 and valid_to is null and study_home`,
			t.Person, t.New.Unit, t.From))
		if err == nil {
			err = touchedUnless(db.Exec(ctx, tx, `update person_membership set valid_to = $4 where person = $1 and unit = $2 and valid_from = $3 and study_home`,
				t.Person, t.Home.Unit, t.Home.From, null(t.Home.To)))
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `update person set unit = $2 where id = $1`, t.Person, t.Old.Unit)
	}
	if err != nil {
		return err
	}
	return resume(ctx, tx, t.Person, t.Further, clock.AddDays(t.From, -1))
}

func unrelieve(ctx context.Context, tx db.Tx, who access.Actor, t Trace, at int64) error {
	now, err := db.One(ctx, tx, scanExemption, exemptions+`where e.id = $1`, t.Relief.ID)
	if err != nil || now != *t.Relief {
		return errTouched
	}
	if t.Was != nil {
		return updateExemption(ctx, tx, *t.Was, at, who.Account)
	}
	if _, err = tx.ExecContext(ctx, `delete from person_exemption where id = $1`, t.Relief.ID); err != nil {
		return fmt.Errorf("undo exemption: %w", err)
	}
	return nil
}
