package reorg

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// View is an event with what it does or did, as the page and the API show it.
type View struct {
	Event  Event              `json:"event"`
	Effect plan.Effect        `json:"effect"`
	Seal   string             `json:"seal" doc:"send it back to confirm exactly this effect"`
	Units  map[id.ID]org.Unit `json:"-"` // that the effect and the steps name
	Rights []Right            `json:"rights" doc:"grants whose holders see fewer people, or more"`
	Levels []org.Level        `json:"-"`
	Fault  string             `json:"fault" doc:"word key of what forbids it; empty when nothing does"`

	MayEdit    bool `json:"may_edit"`
	MayConfirm bool `json:"may_confirm"`
	MayUndo    bool `json:"may_undo"`
	MayAct     bool `json:"may_act"` // give back or cancel

	wrong error
}

// Right is a grant that the event touches. Lost people are no longer in sight; Gained come
// with units that moved in and stay out of sight until a keeper of accounts confirms them;
// Seen come as people into units of the grant.
type Right struct {
	Grant   id.ID   `json:"grant"`
	Account id.ID   `json:"account"`
	Name    string  `json:"name"`
	Role    string  `json:"role"`
	Unit    id.ID   `json:"unit"`
	Ends    bool    `json:"ends" doc:"the unit itself ends"`
	Into    []id.ID `json:"into" doc:"successors at which a new grant could be given"`
	Lost    int64   `json:"lost"`
	Gained  int64   `json:"gained"`
	Seen    int64   `json:"seen"`
}

// Show is an event for who. Before it is applied the effect is worked out from the tree of
// this moment. Faults: Missing, Denied.
func (s *Service) Show(ctx context.Context, who access.Actor, event id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Event, err = find(ctx, tx, event); err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.UnitRead, v.Event.Unit); err != nil {
			return err
		}
		if v.Levels, err = org.Levels(ctx, tx, ""); err != nil {
			return err
		}
		return s.show(ctx, tx, who, &v)
	})
	if err != nil {
		return View{}, fmt.Errorf("show reorganisation: %w", err)
	}
	return v, nil
}

func (s *Service) show(ctx context.Context, tx db.Tx, who access.Actor, v *View) error {
	e := v.Event
	edit := access.Check(ctx, tx, who, access.UnitEdit, e.Unit) == nil
	mine := e.CreatedBy == who.Account
	v.MayEdit = edit && mine && e.State == Draft
	v.MayConfirm = edit && !mine && e.State == Submitted
	v.MayAct = edit && e.open()
	v.Rights = []Right{}
	if e.effect != "" {
		var err error
		if v.Effect, err = e.Effect(); err != nil {
			return err
		}
		v.MayUndo = edit && e.State == Applied && untouched(ctx, tx, e) == nil
	} else if e.open() {
		w, err := s.weigh(ctx, tx, e)
		if len(fault.List(err)) == 0 && err != nil {
			return err
		}
		if err == nil {
			v.Effect, v.Seal = w.effect, Seal(w.effect)
		} else {
			v.wrong, v.Fault = err, fault.Key(err)
		}
		if v.Rights, err = rights(ctx, tx, s.Now.Day(), v.Effect); err != nil {
			return err
		}
	}
	return v.name(ctx, tx)
}

// rights are the grants in force at units from whose subtree people go or into which they come.
func rights(ctx context.Context, tx db.Tx, day string, e plan.Effect) ([]Right, error) {
	ends := map[id.ID]bool{}
	for _, c := range e.Ends {
		ends[c.Unit.ID] = true
	}
	at := map[id.ID]bool{}
	for _, m := range []map[id.ID]int64{e.Lost, e.Gained, e.Seen} {
		for u := range m {
			at[u] = true
		}
	}
	for u := range ends {
		at[u] = true
	}
	units := make([]id.ID, 0, len(at))
	for u := range at {
		units = append(units, u)
	}
	out := []Right{}
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk, day)
		list, err := db.All(ctx, tx, func(scan func(...any) error) (r Right, err error) {
			err = scan(&r.Grant, &r.Account, &r.Name, &r.Role, &r.Unit)
			return r, err
		}, `select g.id, g.account, a.name, g.role, g.unit from access_grant g join account a on a.id = g.account
			where g.revoked_at is null and (g.valid_to is null or g.valid_to >= $1) and g.unit in (`+in+`) order by g.unit, a.name_key, g.id`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			r.Ends, r.Into = ends[r.Unit], append([]id.ID{}, e.Into(r.Unit)...)
			r.Lost, r.Gained, r.Seen = e.Lost[r.Unit], e.Gained[r.Unit], e.Seen[r.Unit]
			if r.Ends || r.Lost+r.Gained+r.Seen > 0 {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// name loads every unit that the page says.
func (v *View) name(ctx context.Context, tx db.Tx) error {
	seen := map[id.ID]bool{v.Event.Unit: true}
	for _, u := range v.Effect.Touched() {
		seen[u] = true
	}
	for _, m := range v.Effect.Moves {
		seen[m.From], seen[m.To] = true, true
	}
	for _, s := range v.Event.Steps {
		for _, u := range append(append([]id.ID{s.Into}, s.Units...), s.Below...) {
			seen[u] = true
		}
		if s.New != nil {
			seen[s.New.Parent] = true
		}
	}
	for _, c := range v.Effect.Begins {
		seen[c.Unit.Parent] = true
	}
	ids := make([]id.ID, 0, len(seen))
	for u := range seen {
		if u != 0 {
			ids = append(ids, u)
		}
	}
	var err error
	if v.Units, err = org.FindAll(ctx, tx, ids); err != nil {
		return err
	}
	for _, s := range v.Event.Steps {
		if s.New != nil && s.New.ID != 0 {
			if _, known := v.Units[s.New.ID]; !known {
				v.Units[s.New.ID] = org.Unit{ID: s.New.ID, Code: s.New.Code, Name: s.New.Name, Level: s.New.Level, Parent: s.New.Parent, From: v.Event.Day}
			}
		}
	}
	return nil
}

// Listed is an event in a list.
type Listed struct {
	ID       id.ID  `json:"id"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	Title    string `json:"title"`
	Basis    string `json:"basis"`
	Day      string `json:"day"`
	State    string `json:"state"`
	Name     string `json:"name" doc:"who prepared it"`
}

// List is a piece of the events in who's scope, the newest day first, and how many there
// are; state "" is all.
func (s *Service) List(ctx context.Context, who access.Actor, state string, page db.Page) (out db.Rows[Listed], total int64, err error) {
	args := []any{}
	where := from + `where ` + who.Scope(access.UnitRead).Where("e.unit", &args)
	if state != "" {
		args = append(args, state)
		where += fmt.Sprintf(" and e.state = $%d", len(args))
	}
	q := `select e.id, e.unit, u.name, e.title, e.basis, e.day, e.state, e.created_name` + where
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if total, err = db.One(ctx, tx, db.Value[int64], `select count(*)`+where, args...); err != nil {
			return err
		}
		out, err = db.List(ctx, tx, page, db.Order{Sort: "e.day", ID: "e.id", Desc: true}, func(l Listed) (string, id.ID) { return l.Day, l.ID },
			func(scan func(...any) error) (l Listed, err error) {
				err = scan(&l.ID, &l.Unit, &l.UnitName, &l.Title, &l.Basis, &l.Day, &l.State, &l.Name)
				return l, err
			}, q, args...)
		return err
	})
	if err != nil {
		err = fmt.Errorf("list reorganisations: %w", err)
	}
	return out, total, err
}
