package reorg

import (
	"context"
	"encoding/json"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// deed is one event being carried out.
type deed struct {
	*Service
	ctx  context.Context
	tx   db.Tx
	e    Event
	eff  plan.Effect
	rows []change
}

// change is one row before and after.
type change struct {
	kind     string
	unit     id.ID
	old, new any
}

// link is a parent from one civil day to another, as the journal keeps it.
type link struct {
	Parent id.ID  `json:"parent"`
	From   string `json:"from"`
	To     string `json:"to,omitempty"`
}

// place is since when a unit stood below another, as the journal keeps it.
type place struct {
	Top   id.ID `json:"top"`
	Unit  id.ID `json:"unit"`
	Since int64 `json:"since"`
}

// apply carries an event out. What it counts afterwards has to be what the dry run said, or
// nothing happens. Fault: Conflict reorg.count_differs.
func (s *Service) apply(ctx context.Context, tx db.Tx, who access.Actor, e Event, w weighed) error {
	d := &deed{Service: s, ctx: ctx, tx: tx, e: e, eff: w.effect}
	people, all, err := totals(ctx, tx, e.Unit)
	if err != nil {
		return err
	}
	for _, do := range []func() error{d.begin, d.shift, d.end, d.edit, d.areas, d.levels, d.people, d.pairs, d.settle, d.journal} {
		if err := do(); err != nil {
			return err
		}
	}
	peopleNow, allNow, err := totals(ctx, tx, e.Unit)
	if err != nil {
		return err
	}
	if people != peopleNow || all != allNow {
		return fault.New(fault.Conflict, "reorg.count_differs", "before", text.Int(people), "after", text.Int(peopleNow))
	}
	if err := d.direct(); err != nil {
		return err
	}
	body, err := json.Marshal(d.eff)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update org_event set state = 'applied', effect = $2, applied_at = $3, fault = '' where id = $1`, e.ID, string(body), s.Now.Ms()); err != nil {
		return err
	}
	return s.log(ctx, tx, who, e, "apply", map[string]any{"begins": len(d.eff.Begins), "ends": len(d.eff.Ends), "moves": len(d.eff.Moves), "people": people}, "")
}

func (d *deed) note(kind string, unit id.ID, old, new any) {
	d.rows = append(d.rows, change{kind, unit, old, new})
}

func (d *deed) begin() error {
	units := make([]org.Unit, len(d.eff.Begins))
	for i, c := range d.eff.Begins {
		units[i] = c.Unit
		d.note("begin", c.Unit.ID, nil, c.Unit)
	}
	return org.AddAll(d.ctx, d.tx, units, d.Now.Ms(), d.e.CreatedBy)
}

// shift writes the links of units that move; today's tree follows in settle.
func (d *deed) shift() error {
	ids := make([]id.ID, len(d.eff.Moves))
	var rows [][]any
	for i, m := range d.eff.Moves {
		ids[i] = m.Unit
		rows = append(rows, []any{m.Unit, m.To, d.e.Day})
	}
	was, err := linksOn(d.ctx, d.tx, ids, d.e.Day)
	if err != nil {
		return err
	}
	for _, m := range d.eff.Moves {
		d.note("move", m.Unit, was[m.Unit], link{Parent: m.To, From: d.e.Day})
	}
	for chunk := range batch.Chunks(ids) {
		in, args := batch.In(chunk, d.e.Day)
		if _, err := d.tx.ExecContext(d.ctx, `delete from org_parent where valid_from = $1 and unit in (`+in+`)`, args...); err != nil {
			return err
		}
		in, args = batch.In(chunk, d.e.Day, d.e.before())
		if _, err := d.tx.ExecContext(d.ctx, `update org_parent set valid_to = $2
			where valid_from < $1 and (valid_to is null or valid_to >= $1) and unit in (`+in+`)`, args...); err != nil {
			return err
		}
	}
	return batch.Insert(d.ctx, d.tx, `insert into org_parent (unit, parent, valid_from)`, 3, rows)
}

// linksOn are the links of units in force on a day.
func linksOn(ctx context.Context, tx db.Tx, units []id.ID, day string) (map[id.ID]link, error) {
	out := map[id.ID]link{}
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk, day)
		_, err := db.All(ctx, tx, func(scan func(...any) error) (l link, err error) {
			var u id.ID
			err = scan(&u, &l.Parent, &l.From, &l.To)
			out[u] = l
			return l, err
		}, `select unit, parent, valid_from, coalesce(valid_to, '') from org_parent
			where valid_from <= $1 and (valid_to is null or valid_to >= $1) and unit in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (d *deed) end() error {
	var ids []id.ID
	for _, c := range d.eff.Ends {
		ids = append(ids, c.Unit.ID)
		d.note("end", c.Unit.ID, c.Unit.To, d.e.before())
	}
	for chunk := range batch.Chunks(ids) {
		in, args := batch.In(chunk, d.e.before())
		if _, err := d.tx.ExecContext(d.ctx, `update org_unit set valid_to = $1 where id in (`+in+`)`, args...); err != nil {
			return err
		}
	}
	return nil
}

func (d *deed) edit() error {
	for _, c := range d.eff.Edits {
		d.note("edit", c.New.ID, c.Old, c.New)
		if err := org.Update(d.ctx, d.tx, c.New); err != nil {
			return err
		}
	}
	return nil
}

// areas lets units that sit in the area of one that ends sit in its first successor.
func (d *deed) areas() error {
	for _, c := range d.eff.Ends {
		sitting, err := db.All(d.ctx, d.tx, func(scan func(...any) error) (s shiftArea, err error) {
			err = scan(&s.unit, &s.old.Parent, &s.old.From, &s.old.To)
			return s, err
		}, `select unit, area, valid_from, coalesce(valid_to, '') from org_area where area = $1 and valid_from <= $2 and (valid_to is null or valid_to >= $2)`, c.Unit.ID, d.e.Day)
		if err != nil {
			return err
		}
		into := d.eff.Into(c.Unit.ID)
		for _, s := range sitting {
			if len(into) == 0 {
				continue
			}
			s.new = link{Parent: into[len(into)-1], From: d.e.Day, To: s.old.To}
			if err := d.area(s); err != nil {
				return err
			}
		}
	}
	return nil
}

type shiftArea struct {
	unit     id.ID
	old, new link
}

func (d *deed) area(s shiftArea) error {
	d.note("area", s.unit, s.old, s.new)
	q, args := `update org_area set valid_to = $3 where unit = $1 and valid_from = $2`, []any{s.unit, s.old.From, d.e.before()}
	if s.old.From == d.e.Day {
		q, args = `delete from org_area where unit = $1 and valid_from = $2`, args[:2]
	}
	_, err := d.tx.ExecContext(d.ctx, q, args...)
	if err == nil {
		_, err = d.tx.ExecContext(d.ctx, `insert into org_area (unit, area, valid_from, valid_to) values ($1, $2, $3, $4)`, s.unit, s.new.Parent, s.new.From, null(s.new.To))
	}
	return err
}

func (d *deed) levels() error {
	for _, code := range d.eff.Levels {
		old, err := db.One(d.ctx, d.tx, db.Value[string], `select coalesce(valid_to, '') from org_level where code = $1`, code)
		if err != nil {
			return err
		}
		if old != "" && old <= d.e.before() {
			continue
		}
		d.note("level", 0, link{From: code, To: old}, link{From: code, To: d.e.before()})
		if _, err := d.tx.ExecContext(d.ctx, `update org_level set valid_to = $2 where code = $1`, code, d.e.before()); err != nil {
			return err
		}
	}
	return nil
}

func (d *deed) people() error {
	if len(d.eff.Flows) == 0 {
		return nil
	}
	return d.Rehome(d.ctx, d.tx, d.e.ID, d.e.Day, d.eff.Flows)
}

func (d *deed) pairs() error {
	var rows, touched [][]any
	for _, p := range d.eff.Pairs {
		rows = append(rows, []any{d.e.ID, p.Old, p.New, p.People})
	}
	for _, u := range d.eff.Touched() {
		touched = append(touched, []any{d.e.ID, u})
	}
	if err := batch.Insert(d.ctx, d.tx, `insert into org_successor (event, old, new, people)`, 4, rows); err != nil {
		return err
	}
	return batch.Insert(d.ctx, d.tx, `insert into org_event_unit (event, unit)`, 2, touched)
}

// settle brings today's tree up to date. Places are dated with this instant, so that no
// grant given before covers them unasked.
func (d *deed) settle() error {
	at := d.Now.Ms()
	gone, err := org.Reattach(d.ctx, d.tx, d.Now.Day(), func(org.Pair) int64 { return at })
	if err != nil || len(gone) == 0 {
		return err
	}
	kept := []place{}
	for p, since := range gone {
		kept = append(kept, place{p.Top, p.Unit, since})
	}
	d.note("since", 0, kept, nil)
	return nil
}

func (d *deed) journal() error {
	rows := make([][]any, len(d.rows))
	for i, c := range d.rows {
		old, err := said(c.old)
		if err != nil {
			return err
		}
		now, err := said(c.new)
		if err != nil {
			return err
		}
		rows[i] = []any{d.e.ID, i, c.kind, c.unit, old, now}
	}
	return batch.Insert(d.ctx, d.tx, `insert into org_change (event, ord, kind, unit, old, new)`, 6, rows)
}

func said(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

// direct proves that in every unit that gave or took people stand as many as foreseen.
func (d *deed) direct() error {
	seen := map[id.ID]bool{}
	for _, f := range d.eff.Flows {
		seen[f.From], seen[f.To] = true, true
	}
	for u := range seen {
		n, err := db.One(d.ctx, d.tx, db.Value[int64], `select count(*) from person where unit = $1 and left_on is null`, u)
		if err != nil {
			return err
		}
		if n != d.eff.Direct[u] {
			return fault.New(fault.Conflict, "reorg.count_differs", "before", text.Int(d.eff.Direct[u]), "after", text.Int(n))
		}
	}
	return nil
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
