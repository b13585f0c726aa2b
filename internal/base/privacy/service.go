package privacy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service is the desk of requests.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Close ends the account of a person, as far as it is a member's alone, and reports whether it did.
	Close func(ctx context.Context, tx db.Tx, who access.Actor, person id.ID) (bool, error)
}

// New is a request to be opened; ID makes it the same one when it is sent twice.
type New struct {
	ID   id.ID
	Kind string
	Body string
}

// Open sends a request about one's own data. To see it is answered at once. Faults: Missing
// for whoever is in no roster, Invalid, Conflict while the same is open.
func (s *Service) Open(ctx context.Context, who access.Actor, in New) (c Case, err error) {
	if in.Body, err = clean("body", in.Body); err != nil {
		return c, err
	}
	if err := (Case{Kind: in.Kind, Body: in.Body}).check(); err != nil {
		return c, err
	}
	if who.Person == 0 {
		return c, fault.Gone()
	}
	return c, s.DB.Write(ctx, func(tx db.Tx) error {
		old, err := find(ctx, tx, in.ID)
		if err == nil {
			if c = old; old.Person != who.Person || old.Kind != in.Kind {
				return fault.New(fault.Conflict, "privacy.twice")
			}
			return nil
		}
		if fault.Of(err) != fault.Missing {
			return err
		}
		if err := s.open(ctx, tx, who, in); err != nil {
			return err
		}
		c, err = find(ctx, tx, in.ID)
		return err
	})
}

func (s *Service) open(ctx context.Context, tx db.Tx, who access.Actor, in New) error {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from privacy_case where person = $1 and kind = $2 and state = 'open'`, who.Person, in.Kind)
	if err != nil || n > 0 {
		return first(err, fault.New(fault.Conflict, "privacy.already"))
	}
	day := s.Now.Day()
	days, err := Days.On(ctx, tx, 0, day)
	if err != nil {
		return err
	}
	free, err := Holidays.On(ctx, tx, 0, day)
	if err != nil {
		return err
	}
	unit, err := db.One(ctx, tx, db.Value[id.ID], `select unit from person where id = $1`, who.Person)
	if err != nil {
		return err
	}
	c := Case{ID: in.ID, Person: who.Person, Kind: in.Kind, Body: in.Body, State: "open", OpenedAt: s.Now.Ms(), DueOn: Due(day, days, free)}
	if c.Kind == "access" {
		c.State, c.AnsweredAt = "granted", c.OpenedAt
	}
	if err := insert(ctx, tx, c, who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "privacy.open", c.ID, unit, map[string]string{"kind": c.Kind, "to": c.DueOn}, "")
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// Mine are one's own requests, the newest first.
func (s *Service) Mine(ctx context.Context, who access.Actor) (list []Case, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = db.All(ctx, tx, scanCase, cases+`where c.person = $1 order by c.id desc limit 200`, who.Person)
		return err
	})
	return list, err
}

// Show loads one's own request, or one that who may answer; to open somebody else's is
// written to the log of readings. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (c Case, mayAnswer bool, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if c, err = find(ctx, tx, of); err != nil {
			return err
		}
		if c.Person == who.Person && who.Person != 0 {
			return nil
		}
		if err := access.Check(ctx, tx, who, access.PrivacyAnswer, c.Unit); err != nil {
			return fault.Gone()
		}
		mayAnswer = c.State == "open"
		return audit.Look(ctx, tx, who, s.Now.Ms(), audit.Sight{Person: c.Person, Unit: c.Unit, Purpose: "privacy.case"})
	})
	return c, mayAnswer, err
}

// Filter says which requests a list holds.
type Filter struct {
	All  bool // also those that were answered
	Page db.Page
}

// List shows the requests that who may answer, those due first.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (rows db.Rows[Case], err error) {
	args := []any{}
	where := who.Scope(access.PrivacyAnswer).Where("p.unit", &args)
	if !f.All {
		where += ` and c.state = 'open'`
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		rows, err = db.List(ctx, tx, f.Page, db.Order{Sort: "c.due_on", ID: "c.id", Desc: f.All}, func(c Case) (string, id.ID) { return c.DueOn, c.ID },
			scanCase, cases+`where `+where, args...)
		return err
	})
	if err != nil {
		return rows, err
	}
	seen := audit.Sight{Units: audit.Under(0, who.Scope(access.PrivacyAnswer)), Purpose: "privacy.case"}
	for _, c := range rows.Items {
		seen.People = append(seen.People, c.Person)
	}
	return rows, audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// Answer closes a request of somebody else with words. A deletion that is granted takes away, in the
// same transaction, what can be deleted: the rest holds up figures. Faults: Missing, Denied for
// one's own, Invalid, Conflict once it was answered.
func (s *Service) Answer(ctx context.Context, who access.Actor, of id.ID, state, answer string) (c Case, err error) {
	if answer, err = clean("answer", answer); err != nil {
		return c, err
	}
	switch {
	case !slices.Contains(answers, state):
		return c, fault.At("state", "web.choose")
	case answer == "":
		return c, fault.At("answer", "privacy.say_answer")
	case len([]rune(answer)) > maxBody:
		return c, fault.At("answer", "web.too_long", "n", maxBody)
	}
	return c, s.DB.Write(ctx, func(tx db.Tx) error {
		if c, err = find(ctx, tx, of); err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.PrivacyAnswer, c.Unit); err != nil {
			return fault.Gone()
		}
		switch {
		case c.Person == who.Person:
			return fault.New(fault.Denied, "privacy.own")
		case c.State != "open":
			return fault.New(fault.Conflict, "privacy.closed")
		}
		if state == "granted" && c.Kind == "delete" {
			if err := s.erase(ctx, tx, who, &c); err != nil {
				return err
			}
		}
		return s.close(ctx, tx, who, &c, state, answer, "privacy.answer")
	})
}

// erase takes away what no figure rests on, and notes what there was.
func (s *Service) erase(ctx context.Context, tx db.Tx, who access.Actor, c *Case) error {
	gone, err := person.Erase(ctx, tx, c.Person)
	if err != nil {
		return err
	}
	if s.Close != nil {
		closed, err := s.Close(ctx, tx, who, c.Person)
		if err != nil {
			return err
		}
		if closed {
			gone = append(gone, "account")
		}
	}
	c.Erased = strings.Join(gone, ",")
	return nil
}

// Waiting is what waits for an answer: how many requests, and the last day of the first.
type Waiting struct {
	N     int64
	DueOn string // "" for none
}

// Wait counts the open requests that who may answer, without the own.
func Wait(ctx context.Context, tx db.Tx, who access.Actor) (Waiting, error) {
	args := []any{who.Person}
	where := who.Scope(access.PrivacyAnswer).Where("p.unit", &args)
	return db.One(ctx, tx, func(scan func(...any) error) (w Waiting, err error) {
		err = scan(&w.N, &w.DueOn)
		return w, err
	}, `select count(*), coalesce(min(c.due_on), '') from privacy_case c join person p on p.id = c.person
		where c.state = 'open' and c.person is distinct from $1 and `+where, args...)
}

// Withdraw takes one's own request back. Faults: Missing, Conflict once it was answered.
func (s *Service) Withdraw(ctx context.Context, who access.Actor, of id.ID) error {
	return s.DB.Write(ctx, func(tx db.Tx) error {
		c, err := find(ctx, tx, of)
		switch {
		case err != nil:
			return err
		case c.Person != who.Person || who.Person == 0:
			return fault.Gone()
		case c.State != "open":
			return fault.New(fault.Conflict, "privacy.closed")
		}
		return s.close(ctx, tx, who, &c, "withdrawn", "", "privacy.withdraw")
	})
}

func (s *Service) close(ctx context.Context, tx db.Tx, who access.Actor, c *Case, state, answer, action string) error {
	was := c.State
	c.State, c.Answer, c.AnsweredAt, c.Answerer = state, answer, s.Now.Ms(), who.Name
	_, err := tx.ExecContext(ctx, `
		update privacy_case set state = $2, answer = $3, answered_at = $4, answered_by = $5, answerer = $6, erased = $7 where id = $1`,
		c.ID, c.State, c.Answer, c.AnsweredAt, who.Account, c.Answerer, c.Erased)
	if err != nil {
		return fmt.Errorf("close case: %w", err)
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), action, c.ID, c.Unit, audit.Changes{}.With("state", was, state).With("erased", "", c.Erased), "")
}

const cases = `
	select c.id, c.person, p.name, p.unit, u.name, c.kind, c.body, c.state, c.opened_at, c.due_on, c.answer, coalesce(c.answered_at, 0), c.answerer, c.erased
	from privacy_case c join person p on p.id = c.person join org_unit u on u.id = p.unit `

func scanCase(scan func(...any) error) (c Case, err error) {
	err = scan(&c.ID, &c.Person, &c.Name, &c.Unit, &c.UnitName, &c.Kind, &c.Body, &c.State, &c.OpenedAt, &c.DueOn, &c.Answer, &c.AnsweredAt, &c.Answerer, &c.Erased)
	return c, err
}

// find loads a request. Fault: Missing.
func find(ctx context.Context, tx db.Tx, of id.ID) (Case, error) {
	return db.One(ctx, tx, scanCase, cases+`where c.id = $1`, of)
}

func insert(ctx context.Context, tx db.Tx, c Case, by id.ID) error {
	var answered any
	if c.AnsweredAt != 0 {
		answered = c.AnsweredAt
	}
	_, err := tx.ExecContext(ctx, `
		insert into privacy_case (id, person, kind, body, state, opened_at, due_on, answered_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, c.ID, c.Person, c.Kind, c.Body, c.State, c.OpenedAt, c.DueOn, answered, by)
	return err
}
