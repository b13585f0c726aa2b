package review

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/duty"
)

// Send sends a review up with the figures of this moment, which it keeps; the first time
// answers its duty. version is the one that was looked at: the same form sent twice sends
// once. Faults: Missing, Denied, Conflict.
func (s *Service) Send(ctx context.Context, who access.Actor, of id.ID, version int64) error {
	return s.change(ctx, who, of, "review.send", func(tx db.Tx, v *View) (any, bool, error) {
		r, now := v.Review, s.Now.Ms()
		if r.State == "sent" && r.SentBy == who.Account && (version == Any || version == r.Version-1) {
			return nil, false, nil
		}
		if err := v.writable(); err != nil {
			return nil, false, err
		}
		if err := Send(r); err != nil {
			return nil, false, err
		}
		if version != Any && version != r.Version {
			return nil, false, fault.New(fault.Conflict, "review.changed_meanwhile")
		}
		if r.State == "returned" {
			if err := keepSealed(ctx, tx, sealReturn, r); err != nil {
				return nil, false, err
			}
		}
		r.State, r.Sent, r.SentBy, r.Sender = "sent", now, who.Account, who.Name
		r.Decided, r.DecidedBy, r.Decider, r.Remark = 0, 0, "", ""
		r.Version++
		if r.FirstSent == 0 {
			r.FirstSent = now
		}
		if r.Duty != 0 {
			if err := duty.Sent(ctx, tx, who, r.Duty, r.Unit, now); err != nil {
				return nil, false, err
			}
		}
		if err := freeze(ctx, tx, of, v.Rounds); err != nil {
			return nil, false, err
		}
		if err := update(ctx, tx, r); err != nil {
			return nil, false, err
		}
		if err := s.amended(ctx, tx, r); err != nil {
			return nil, false, err
		}
		return map[string]any{"version": r.Version}, true, s.seal(ctx, tx, sealSend, of)
	})
}

// decide loads a review that who may decide on: an officer of the unit directly above.
func (s *Service) decide(ctx context.Context, who access.Actor, of id.ID, state string, version int64, do func(tx db.Tx, r Review) error) error {
	return s.answer(ctx, who, of, state, version, func(tx db.Tx, r Review, above bool) error {
		if !above {
			return fault.New(fault.Conflict, "review.nobody_above")
		}
		return do(tx, r)
	})
}

// answer is decide that an officer of the unit itself may do when nobody is above.
func (s *Service) answer(ctx context.Context, who access.Actor, of id.ID, state string, version int64, do func(tx db.Tx, r Review, above bool) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.view(ctx, tx, who, of)
		if err != nil {
			return err
		}
		err = access.Check(ctx, tx, who, access.ReportAccept, v.office.decider(v.Review.Unit))
		if fault.Of(err) == fault.Missing {
			err = fault.New(fault.Denied, "access.denied")
		}
		if err != nil {
			return err
		}
		r := v.Review
		switch {
		case version != Any && version != r.Version:
			return fault.New(fault.Conflict, "review.changed_meanwhile")
		case r.State == state && r.DecidedBy == who.Account:
			return nil // the same form again
		}
		r.Decided, r.DecidedBy, r.Decider = s.Now.Ms(), who.Account, who.Name
		return do(tx, r, v.office.Above != 0)
	})
	if err != nil {
		return fmt.Errorf("decide on review %s: %w", of, err)
	}
	return nil
}

// Return sends a review back with a remark; version as in Send. It stays in time. Faults:
// Invalid remark, Missing, Denied, Conflict.
func (s *Service) Return(ctx context.Context, who access.Actor, of id.ID, remark string, version int64) error {
	remark, err := lines("remark", remark, 2000)
	if err != nil {
		return fmt.Errorf("return review %s: %w", of, err)
	}
	return s.decide(ctx, who, of, "returned", version, func(tx db.Tx, r Review) error {
		was, err := find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := Return(was, remark); err != nil {
			return err
		}
		if err := keepSealed(ctx, tx, sealSend, was); err != nil {
			return err
		}
		r.State, r.Remark = "returned", remark
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, sealReturn, of); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "review.return", of, r.Unit, nil, remark)
	})
}

// hand reports whether an account wrote in a review or ever sent one in the unit's name.
func hand(ctx context.Context, tx db.Tx, r Review, account id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry where account = $3
		and (subject = $1 and action in ('review.save', 'review.send') or unit = $2 and action = 'review.send')`, r.ID, r.Unit, account)
	return n > 0, err
}

// Accept closes a review; only Reopen opens it again. version as in Send. Faults: Missing, Denied, Conflict.
func (s *Service) Accept(ctx context.Context, who access.Actor, of id.ID, version int64) error {
	return s.decide(ctx, who, of, "accepted", version, func(tx db.Tx, r Review) error {
		wrote, err := hand(ctx, tx, r, who.Account)
		if err != nil {
			return err
		}
		if err := Accept(r, who.Account, wrote); err != nil {
			return err
		}
		r.State = "accepted"
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, sealAccept, of); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "review.accept", of, r.Unit, nil, "")
	})
}
