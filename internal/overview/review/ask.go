package review

import (
	"context"
	"encoding/json"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const (
	sealAsk    = "review.ask"    // the subject is the request, the version that was accepted
	sealAnswer = "review.answer" // granted or refused
)

// Request is a unit's wish to amend its accepted review, and what came of it.
type Request struct {
	ID      id.ID  `json:"id"`
	Version int64  `json:"version" doc:"that was accepted"`
	State   string `json:"state" enum:",asked,granted,refused"`
	Why     string `json:"why"`
	At      int64  `json:"at"`
	By      string `json:"by"`
	Decided int64  `json:"decided"`
	Decider string `json:"decider"`
	Remark  string `json:"remark"`

	review, by, decidedBy id.ID
}

// Askable decides whether the unit may ask for its review to be opened; last is the request before.
func Askable(r Review, last Request, why string, above bool) error {
	switch {
	case !r.Closed(above):
		return fault.New(fault.Conflict, "review.not_accepted")
	case why == "":
		return fault.At("why", "review.why_needed")
	case last.State == "asked":
		return fault.New(fault.Conflict, "review.asked_already")
	}
	return nil
}

// Answerable decides whether somebody may refuse a request, or grant it by opening the review.
func Answerable(q Request, account id.ID, grant bool, remark string) error {
	switch {
	case q.State != "asked":
		return fault.New(fault.Conflict, "review.nothing_asked")
	case account != 0 && q.by == account:
		return fault.New(fault.Denied, "review.own_request")
	case !grant && remark == "":
		return fault.At("remark", "review.refusal_needs_reason")
	}
	return nil
}

// RequestReopen asks the level above to open an accepted review to be amended; of a unit with nobody above
// it asks a colleague. The same form sent again asks once. Faults: Invalid why, Missing, Denied, Conflict.
func (s *Service) RequestReopen(ctx context.Context, who access.Actor, of id.ID, why string) error {
	why, err := lines("why", why, 2000)
	if err != nil {
		return fmt.Errorf("ask to reopen review %s: %w", of, err)
	}
	return s.change(ctx, who, of, "review.ask", func(tx db.Tx, v *View) (any, bool, error) {
		last := v.Request
		if last.State == "asked" && last.by == who.Account && last.Why == why {
			return nil, false, nil
		}
		if err := Askable(v.Review, last, why, v.office.Above != 0); err != nil {
			return nil, false, err
		}
		q := Request{ID: id.New(), review: of, Version: v.Review.Version, State: "asked", Why: why, At: s.Now.Ms(), By: who.Name, by: who.Account}
		_, err := tx.ExecContext(ctx, `insert into review_ask (id, review, version, why, at, by, by_name) values ($1, $2, $3, $4, $5, $6, $7)`,
			q.ID, of, q.Version, q.Why, q.At, q.by, q.By)
		if err != nil {
			return nil, false, err
		}
		return map[string]string{"why": why}, true, s.sealRequest(ctx, tx, sealAsk, q)
	})
}

// Refuse keeps a review closed although its unit asked, and says why. version as in Send. Faults:
// Invalid remark, Missing, Denied, Conflict.
func (s *Service) Refuse(ctx context.Context, who access.Actor, of id.ID, remark string, version int64) error {
	remark, err := lines("remark", remark, 2000)
	if err != nil {
		return fmt.Errorf("refuse to reopen review %s: %w", of, err)
	}
	return s.answer(ctx, who, of, "", version, func(tx db.Tx, r Review, _ bool) error {
		last, err := lastRequest(ctx, tx, of)
		switch {
		case err != nil:
			return err
		case last.State == "refused" && last.decidedBy == who.Account && last.Remark == remark:
			return nil // the same form again
		}
		if err := Answerable(last, who.Account, false, remark); err != nil {
			return err
		}
		if err := s.answered(ctx, tx, who, last, "refused", remark); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "review.refuse", of, r.Unit, nil, remark)
	})
}

// granted answers the request that waits when the level above opens the review; without one it
// opens of its own accord. A unit with nobody above needs two persons: one who asks, one who grants.
func (s *Service) granted(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, remark string, above bool) error {
	last, err := lastRequest(ctx, tx, of)
	if err != nil || last.State != "asked" && above {
		return err
	}
	if err := Answerable(last, who.Account, true, remark); err != nil {
		return err
	}
	return s.answered(ctx, tx, who, last, "granted", remark)
}

func (s *Service) answered(ctx context.Context, tx db.Tx, who access.Actor, q Request, state, remark string) error {
	q.State, q.Decided, q.decidedBy, q.Decider, q.Remark = state, s.Now.Ms(), who.Account, who.Name, remark
	_, err := tx.ExecContext(ctx, `update review_ask set state = $2, decided_at = $3, decided_by = $4, decided_name = $5, remark = $6 where id = $1`,
		q.ID, q.State, q.Decided, q.decidedBy, q.Decider, q.Remark)
	if err != nil {
		return err
	}
	return s.sealRequest(ctx, tx, sealAnswer, q)
}

const requestColumns = `select id, review, version, state, why, at, by, by_name, coalesce(decided_at, 0), decided_by, decided_name, remark from review_ask `

func scanRequest(scan func(...any) error) (q Request, err error) {
	err = scan(&q.ID, &q.review, &q.Version, &q.State, &q.Why, &q.At, &q.by, &q.By, &q.Decided, &q.decidedBy, &q.Decider, &q.Remark)
	return q, err
}

// lastRequest is the latest one of a review; empty for none.
func lastRequest(ctx context.Context, tx db.Tx, of id.ID) (q Request, err error) {
	list, err := db.All(ctx, tx, scanRequest, requestColumns+`where review = $1 order by id desc limit 1`, of)
	if err != nil || len(list) == 0 {
		return q, err
	}
	return list[0], nil
}

// row is the sealed text of a request, or of the answer to it.
func (q Request) row(kind string) (proof.Row, error) {
	var what any = struct {
		Review    id.ID
		Version   int64
		Why, Name string
		At        int64
		By        id.ID
	}{q.review, q.Version, q.Why, q.By, q.At, q.by}
	if kind == sealAnswer {
		what = struct {
			State, Remark, Name string
			At                  int64
			By                  id.ID
		}{q.State, q.Remark, q.Decider, q.Decided, q.decidedBy}
	}
	b, err := json.Marshal(what)
	return proof.Row{Kind: kind, Subject: q.ID, Version: q.Version, Body: string(b)}, err
}

func (s *Service) sealRequest(ctx context.Context, tx db.Tx, kind string, q Request) error {
	row, err := q.row(kind)
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, s.Now.Ms(), row)
}

// requestRows are the sealed texts of all requests and answers.
func requestRows(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	list, err := db.All(ctx, tx, scanRequest, requestColumns+`order by id`)
	if err != nil {
		return err
	}
	for _, q := range list {
		kinds := []string{sealAsk}
		if q.State != "asked" {
			kinds = append(kinds, sealAnswer)
		}
		for _, kind := range kinds {
			row, err := q.row(kind)
			if err == nil {
				err = yield(row)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
