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
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		args := []any{}
		where := who.Scope(access.PersonRead).Where("r.unit", &args)
		if open {
			where += " and l.exemption is null"
		}
		all, err := db.All(ctx, tx, scan, questions+where+fmt.Sprintf(` order by e.created_at desc, e.id, c.id limit %d`, Most), args...)
		if err != nil {
			return err
		}
		if list, err = weigh(ctx, tx, all); err != nil {
			return err
		}
		seen := make([]id.ID, len(list))
		for i, q := range list {
			seen[i] = q.Person
		}
		return audit.Look(ctx, tx, who, s.Now.Ms(), audit.Sight{Unit: who.Home(), People: seen, N: int64(len(seen)), Purpose: "person.list"})
	})
	if err != nil {
		return nil, fmt.Errorf("list late exemptions: %w", err)
	}
	return list, nil
}

// Show is one question. Faults: Missing, Denied.
func (s *Service) Show(ctx context.Context, who access.Actor, exemption, campaign id.ID) (q Question, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		q, err = load(ctx, tx, who, exemption, campaign)
		return err
	})
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
