package late

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service is the desk of late exemptions.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Most bounds the list: so many late exemptions are a matter for a talk, not for a page.
const Most = 300

// List are the questions in who's scope, the newest first, at most Most; with open only those nobody answered.
func (s *Service) List(ctx context.Context, who access.Actor, open bool) (list []Question, err error) {
	scope := who.Scope(access.PersonRead)
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		args := []any{}
		where := scope.Where("r.unit", &args)
		if open {
			where += " and l.exemption is null"
		}
		list, err = page(ctx, tx, where, args)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list late exemptions: %w", err)
	}
	seen := audit.Sight{Units: audit.Under(0, scope), Purpose: "person.late"}
	for _, q := range list {
		seen.People = append(seen.People, q.Person)
	}
	return list, audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// Show is one question; who read it is written first. Faults: Missing, Denied.
func (s *Service) Show(ctx context.Context, who access.Actor, exemption, campaign id.ID) (q Question, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		q, err = load(ctx, tx, who, exemption, campaign)
		return err
	})
	if err == nil {
		err = audit.Tell(ctx, s.DB, who, s.Now.Ms(), audit.Sight{Person: q.Person, Unit: q.Unit, Purpose: "person.late"})
	}
	if err != nil {
		return q, fmt.Errorf("show late exemption: %w", err)
	}
	return q, nil
}

func load(ctx context.Context, tx db.Tx, who access.Actor, exemption, campaign id.ID) (Question, error) {
	q, err := one(ctx, tx, exemption, campaign)
	if err != nil {
		return q, err
	}
	if err := access.Check(ctx, tx, who, access.PersonRead, q.Unit); err != nil {
		return q, err
	}
	q.MayAnswer, err = mayAnswer(ctx, tx, who, q)
	q.MayAnswer = q.MayAnswer && q.Answer.At == 0
	return q, err
}

// Answer writes what the level above concludes: whether the exemption is in order, and why.
// The roster and its figures stay as they are. Faults: Missing, Denied, Invalid without a
// reason, Conflict when it was answered before.
func (s *Service) Answer(ctx context.Context, who access.Actor, exemption, campaign id.ID, accepted bool, why string) (q Question, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if q, err = load(ctx, tx, who, exemption, campaign); err != nil {
			return err
		}
		switch {
		case q.Answer.At != 0:
			return fault.New(fault.Conflict, "late.answered")
		case !q.MayAnswer:
			return fault.New(fault.Denied, "late.above")
		case why == "":
			return fault.At("why", "web.required")
		}
		q.Answer = Answer{accepted, why, who.Name, s.Now.Ms()}
		if err := insert(ctx, tx, q, q.Answer, who.Account); err != nil {
			return err
		}
		q.MayAnswer = false
		return audit.Write(ctx, tx, who, s.Now.Ms(), "person.late", q.Person, q.Unit, map[string]any{"campaign": q.Title, "accepted": accepted}, why)
	})
	if err != nil {
		return q, fmt.Errorf("answer late exemption: %w", err)
	}
	return q, nil
}
