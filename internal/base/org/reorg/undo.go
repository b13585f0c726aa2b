package reorg

import (
	"context"
	"encoding/json"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// row is a change as the journal keeps it.
type row struct {
	kind     string
	unit     id.ID
	old, new string
}

// Undo puts every row back as it was before the event. Faults: Conflict when a later event
// touched one of its units, when one of them was changed by hand since, or when people or
// units came into a unit that would not exist any more; Invalid without a reason.
func (s *Service) Undo(ctx context.Context, who access.Actor, event id.ID, why string) (Event, error) {
	return s.act(ctx, who, event, "undo", func(tx db.Tx, e *Event) error {
		switch {
		case e.State == Undone:
			return nil
		case e.State != Applied:
			return fault.New(fault.Conflict, "reorg.not_applied")
		}
		if err := line("why", why, 1, 300); err != nil {
			return err
		}
		if err := untouched(ctx, tx, *e); err != nil {
			return err
		}
		if err := s.undo(ctx, tx, *e); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update org_event set state = 'undone', undone_at = $2, undone_by = $3, undone_name = $4, why = $5 where id = $1`,
			e.ID, s.Now.Ms(), who.Account, who.Name, why); err != nil {
			return err
		}
		return s.log(ctx, tx, who, *e, "undo", nil, why)
	})
}

// untouched refuses when a later event touched one of the units, or a campaign over them
// was closed since.
func untouched(ctx context.Context, tx db.Tx, e Event) error {
	later, err := db.All(ctx, tx, db.Value[string], `
		select l.title from org_event l where l.state = 'applied' and l.id <> $1 and l.applied_at >= $2
			and exists (select 1 from org_event_unit a join org_event_unit b on b.unit = a.unit and b.event = l.id where a.event = $1)
		order by l.applied_at limit 1`, e.ID, e.AppliedAt)
	if err != nil {
		return err
	}
	if len(later) > 0 {
		return fault.New(fault.Conflict, "reorg.later_event", "title", later[0])
	}
	units, err := db.All(ctx, tx, db.Value[id.ID], `select unit from org_event_unit where event = $1 order by unit`, e.ID)
	if err != nil {
		return err
	}
	c, closed, err := closedCampaign(ctx, tx, e.AppliedAt, units)
	if err == nil && closed {
		return fault.New(fault.Conflict, "reorg.campaign_since", "title", c.title)
	}
	return err
}

func (s *Service) undo(ctx context.Context, tx db.Tx, e Event) error {
	people, all, err := totals(ctx, tx, e.Unit)
	if err != nil {
		return err
	}
	if e.flows() {
		if err := s.Return(ctx, tx, e.ID, e.Day); err != nil {
			return err
		}
	}
	rows, err := db.All(ctx, tx, func(scan func(...any) error) (r row, err error) {
		err = scan(&r.kind, &r.unit, &r.old, &r.new)
		return r, err
	},
		`select kind, unit, old, new from org_change where event = $1 order by ord`, e.ID)
	if err != nil {
		return err
	}
	slices.Reverse(rows)
	back := &takeBack{ctx: ctx, tx: tx, e: e, since: map[org.Pair]int64{}}
	for _, r := range rows {
		if err := back.row(r); err != nil {
			return err
		}
	}
	if err := back.settle(s.Now.Day(), s.Now.Ms()); err != nil {
		return err
	}
	peopleNow, allNow, err := totals(ctx, tx, e.Unit)
	if err == nil && (people != peopleNow || all != allNow) {
		err = fault.New(fault.Conflict, "reorg.count_differs", "before", text.Int(people), "after", text.Int(peopleNow))
	}
	return err
}

func (e Event) flows() bool {
	eff, err := e.Effect()
	return err == nil && len(eff.Flows) > 0
}

// takeBack is one event being undone.
type takeBack struct {
	ctx   context.Context
	tx    db.Tx
	e     Event
	since map[org.Pair]int64
	begun []id.ID
}

func (t *takeBack) row(r row) error {
	switch r.kind {
	case "since":
		return t.places(r)
	case "level":
		return t.level(r)
	case "area":
		return t.area(r)
	case "edit":
		return t.edit(r)
	case "end":
		return t.reopen(r)
	case "move":
		return t.move(r)
	}
	t.begun = append(t.begun, r.unit)
	return nil
}

// one runs a statement that has to find exactly one row, else somebody changed it since.
func (t *takeBack) one(unit id.ID, query string, args ...any) error {
	n, err := db.Exec(t.ctx, t.tx, query, args...)
	if err == nil && n != 1 {
		return t.changed(unit)
	}
	return err
}

func (t *takeBack) changed(unit id.ID) error {
	u, err := org.Find(t.ctx, t.tx, unit)
	if fault.Of(err) != fault.Missing && err != nil {
		return err
	}
	return fault.New(fault.Conflict, "reorg.changed_since", "name", u.Name)
}

func (t *takeBack) places(r row) error {
	var list []place
	if err := json.Unmarshal([]byte(r.old), &list); err != nil {
		return err
	}
	for _, p := range list {
		t.since[org.Pair{Top: p.Top, Unit: p.Unit}] = p.Since
	}
	return nil
}

func (t *takeBack) level(r row) error {
	var was, is link
	if err := both(r, &was, &is); err != nil {
		return err
	}
	return t.one(0, `update org_level set valid_to = $3 where code = $1 and valid_to = $2`, was.From, is.To, null(was.To))
}

func both(r row, old, now any) error {
	if err := json.Unmarshal([]byte(r.old), old); err != nil {
		return err
	}
	return json.Unmarshal([]byte(r.new), now)
}

func (t *takeBack) area(r row) error {
	var was, is link
	if err := both(r, &was, &is); err != nil {
		return err
	}
	if err := t.one(r.unit, `delete from org_area where unit = $1 and valid_from = $2 and area = $3 and coalesce(valid_to, '') = $4`, r.unit, is.From, is.Parent, is.To); err != nil {
		return err
	}
	if was.From == t.e.Day {
		_, err := t.tx.ExecContext(t.ctx, `insert into org_area (unit, area, valid_from, valid_to) values ($1, $2, $3, $4)`, r.unit, was.Parent, was.From, null(was.To))
		return err
	}
	return t.one(r.unit, `update org_area set valid_to = $3 where unit = $1 and valid_from = $2`, r.unit, was.From, null(was.To))
}

func (t *takeBack) edit(r row) error {
	var was, is org.Unit
	if err := both(r, &was, &is); err != nil {
		return err
	}
	now, err := org.Find(t.ctx, t.tx, r.unit)
	if err != nil {
		return err
	}
	now.Parent, now.Position, now.To = is.Parent, is.Position, is.To
	if now != is {
		return t.changed(r.unit)
	}
	return org.Update(t.ctx, t.tx, was)
}

func (t *takeBack) reopen(r row) error {
	var was, is string
	if err := both(r, &was, &is); err != nil {
		return err
	}
	return t.one(r.unit, `update org_unit set valid_to = $3 where id = $1 and valid_to = $2`, r.unit, is, null(was))
}

func (t *takeBack) move(r row) error {
	var was, is link
	if err := both(r, &was, &is); err != nil {
		return err
	}
	err := t.one(r.unit, `delete from org_parent where unit = $1 and valid_from = $2 and parent = $3 and valid_to is null`, r.unit, is.From, is.Parent)
	if err != nil {
		return err
	}
	if was.From == t.e.Day {
		_, err := t.tx.ExecContext(t.ctx, `insert into org_parent (unit, parent, valid_from, valid_to) values ($1, $2, $3, $4)`, r.unit, was.Parent, was.From, null(was.To))
		return err
	}
	return t.one(r.unit, `update org_parent set valid_to = $3 where unit = $1 and valid_from = $2`, r.unit, was.From, null(was.To))
}

// settle puts today's tree back. Places that were held before the event get the date they
// had, those of units made since are new; so are those below a unit at which a grant was given since, for
// who gave it did not mean what comes back: a steward confirms it.
func (t *takeBack) settle(today string, at int64) error {
	if _, err := t.tx.ExecContext(t.ctx, `delete from org_successor where event = $1`, t.e.ID); err != nil {
		return err
	}
	young, err := db.All(t.ctx, t.tx, db.Value[id.ID], `select id from org_unit where created_at >= $1`, t.e.AppliedAt)
	if err != nil {
		return err
	}
	fresh := map[id.ID]bool{}
	for _, u := range young {
		fresh[u] = true
	}
	given, err := access.GivenSince(t.ctx, t.tx, t.e.AppliedAt)
	if err != nil {
		return err
	}
	if _, err := org.Reattach(t.ctx, t.tx, today, func(p org.Pair) int64 {
		if fresh[p.Unit] || given[p.Top] {
			return at
		}
		return t.since[p]
	}); err != nil {
		return err
	}
	for _, u := range t.begun {
		if err := t.unmake(u); err != nil {
			return err
		}
	}
	return nil
}

// unmake takes a unit back that began with the event. When something else refers to it by
// now, such as a grant, it stays as a unit that stood on no day.
func (t *takeBack) unmake(u id.ID) error {
	unit, err := org.Find(t.ctx, t.tx, u)
	if err != nil {
		return err
	}
	units, err := db.One(t.ctx, t.tx, db.Value[int64], `select count(*) from org_unit where parent = $1`, u)
	if err != nil {
		return err
	}
	people, err := db.One(t.ctx, t.tx, db.Value[int64], `select count(*) from person where unit = $1 and left_on is null`, u)
	if err != nil {
		return err
	}
	if units > 0 || people > 0 {
		return fault.New(fault.Conflict, "reorg.used_since", "name", unit.Name, "units", text.Int(units), "people", text.Int(people))
	}
	err = db.Attempt(t.ctx, t.tx, func() error {
		for _, q := range []string{`delete from org_below where unit = $1`, `delete from org_parent where unit = $1`, `delete from org_unit where id = $1`} {
			if _, err := t.tx.ExecContext(t.ctx, q, u); err != nil {
				return err
			}
		}
		return nil
	})
	if db.IsReference(err) {
		_, err = t.tx.ExecContext(t.ctx, `update org_unit set valid_to = $2 where id = $1`, u, t.e.before())
	}
	return err
}
