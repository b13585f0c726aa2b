package audience

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of saved audiences.
type Service struct {
	DB  *db.DB
	Now clock.Now

	Patience time.Duration // how long a count is waited for; 0 is the usual

	apart   int64 // units from which a count is made in parts; 0 is the usual
	counted tallies
}

func (s *Service) write(ctx context.Context, what string, fn func(db.Tx) error) error {
	return wrap(what, s.DB.Write(ctx, fn))
}

func (s *Service) see(ctx context.Context, what string, fn func(db.Tx) error) error {
	return wrap(what, s.DB.Read(ctx, fn))
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Create saves a new audience. The id is the key of the form: sent again by the same maker it
// answers with the audience as it is. Faults: Invalid by field, Denied, Missing, Conflict.
func (s *Service) Create(ctx context.Context, who access.Actor, a Saved) (made Saved, err error) {
	return made, s.write(ctx, "create audience", func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.PlanEdit, a.Unit); err != nil {
			return err
		}
		by, err := db.One(ctx, tx, db.Value[id.ID], `select created_by from person_audience where id = $1`, a.ID)
		switch {
		case err == nil && by != who.Account:
			return fault.New(fault.Conflict, "audience.id_taken")
		case fault.Of(err) == fault.Missing:
			err = s.add(ctx, tx, who, a)
		}
		if err != nil {
			return err
		}
		made, err = s.load(ctx, tx, who, a.ID)
		return err
	})
}

func (s *Service) add(ctx context.Context, tx db.Tx, who access.Actor, a Saved) error {
	a.Query = a.Query.Tidy()
	if err := admissible(ctx, tx, who, a); err != nil {
		return err
	}
	if err := insert(ctx, tx, a, s.Now.Ms(), who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "audience.create", a.ID, a.Unit, a.Query, "")
}

// admissible also proves that every unit asked for is in sight and every level exists.
func admissible(ctx context.Context, tx db.Tx, who access.Actor, a Saved) error {
	if err := a.check(); err != nil {
		return err
	}
	if err := inSight(ctx, tx, who, a.Query.Units); err != nil {
		return err
	}
	levels, err := db.All(ctx, tx, db.Value[string], `select code from org_level`)
	for _, l := range a.Query.Levels {
		if !slices.Contains(levels, l) {
			return fault.At("levels", "web.choose")
		}
	}
	return err
}

// inSight refuses a query that names a unit outside who's scope, as if it did not exist: it reads back with
// the names of its units.
func inSight(ctx context.Context, tx db.Tx, who access.Actor, units []id.ID) error {
	for _, u := range units {
		err := access.Check(ctx, tx, who, access.UnitRead, u)
		if fault.Of(err) == fault.Missing || fault.Of(err) == fault.Denied {
			return fault.At("units", "audience.no_such_unit")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Edit changes name and query; campaigns that are open keep the copy they took.
func (s *Service) Edit(ctx context.Context, who access.Actor, a Saved) (made Saved, err error) {
	return made, s.write(ctx, "edit audience", func(tx db.Tx) error {
		old, err := s.own(ctx, tx, who, a.ID)
		if err != nil {
			return err
		}
		a.Unit, a.Query = old.Unit, a.Query.Tidy()
		if err := admissible(ctx, tx, who, a); err != nil {
			return err
		}
		if err := update(ctx, tx, a, s.Now.Ms()); err != nil {
			return err
		}
		detail := map[string]any{"old": old.Query, "new": a.Query, "name": a.Name}
		if err := audit.Write(ctx, tx, who, s.Now.Ms(), "audience.edit", a.ID, a.Unit, detail, ""); err != nil {
			return err
		}
		made, err = s.load(ctx, tx, who, a.ID)
		return err
	})
}

// Drop takes an audience off the list. Dropping it twice is fine only for those who may.
func (s *Service) Drop(ctx context.Context, who access.Actor, audience id.ID) error {
	return s.write(ctx, "drop audience", func(tx db.Tx) error {
		a, err := s.own(ctx, tx, who, audience)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update person_audience set dropped_at = $2 where id = $1`, audience, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "audience.drop", audience, a.Unit, map[string]any{"name": a.Name, "query": a.Query}, "")
	})
}

// own loads an audience that who may change. Faults: Missing, Denied.
func (s *Service) own(ctx context.Context, tx db.Tx, who access.Actor, audience id.ID) (Saved, error) {
	a, err := find(ctx, tx, audience)
	if err != nil {
		return a, err
	}
	return a, access.Check(ctx, tx, who, access.PlanEdit, a.Unit)
}

// Show loads an audience of a unit at, above or below where who reads people. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, audience id.ID) (a Saved, err error) {
	err = s.see(ctx, "show audience", func(tx db.Tx) error {
		a, err = s.load(ctx, tx, who, audience)
		return err
	})
	return a, err
}

func (s *Service) load(ctx context.Context, tx db.Tx, who access.Actor, audience id.ID) (Saved, error) {
	a, err := find(ctx, tx, audience)
	if err != nil {
		return a, err
	}
	if err := access.See(ctx, tx, who, access.PersonRead, a.Unit); err != nil {
		return Saved{}, err
	}
	return told(ctx, tx, who, a)
}

// told adds what the screen says of it.
func told(ctx context.Context, tx db.Tx, who access.Actor, a Saved) (Saved, error) {
	lang := who.Lang
	if lang == "" {
		lang = "vi"
	}
	a.MayEdit = access.Check(ctx, tx, who, access.PlanEdit, a.Unit) == nil
	said, err := Sentence(ctx, tx, lang, a.Query)
	a.Sentence = said
	return a, err
}

// List gives the audiences in sight by name.
func (s *Service) List(ctx context.Context, who access.Actor, words string, page db.Page) (out db.Rows[Saved], err error) {
	err = s.see(ctx, "list audiences", func(tx db.Tx) error {
		if out, err = list(ctx, tx, who, words, page); err != nil {
			return err
		}
		for i := range out.Items {
			if out.Items[i], err = told(ctx, tx, who, out.Items[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Count says how many people are meant today at or below a unit, among those whom who sees,
// and how the query reads. What takes long is answered from the last count, or as pending. Faults: Invalid by field, Missing, Denied.
func (s *Service) Count(ctx context.Context, who access.Actor, unit id.ID, q Query) (n Count, said string, err error) {
	return s.meant(ctx, who, unit, q, func(tx db.Tx) error { return inSight(ctx, tx, who, q.Units) })
}

// meant is Count once may has agreed to what the query names: a superior's saved one names what it likes.
func (s *Service) meant(ctx context.Context, who access.Actor, unit id.ID, q Query, may func(db.Tx) error) (n Count, said string, err error) {
	q = q.Tidy()
	if err := q.Check(); err != nil {
		return n, "", err
	}
	err = s.see(ctx, "count audience", func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.PersonRead, unit); err != nil {
			return err
		}
		if err := may(tx); err != nil {
			return err
		}
		lang := who.Lang
		if lang == "" {
			lang = "vi"
		}
		said, err = Sentence(ctx, tx, lang, q)
		return err
	})
	if n.ByHead = q.ByHead(); err != nil || n.ByHead {
		return n, said, err
	}
	scope, day := who.Scope(access.PersonRead), s.Now.Day()
	n, err = s.counted.ask(ctx, asked(scope, unit, q, day), cmp.Or(s.Patience, patience), s.Now, func(ctx context.Context) (Count, error) { return s.count(ctx, scope, unit, q, day) })
	return n, said, wrap("count audience", err)
}
