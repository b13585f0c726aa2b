package duty

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// AskReopen asks the level above to open a frozen report of a unit for some days; the same
// form sent twice asks once. Faults: Invalid why, Missing, Denied, Conflict.
func (s *Service) AskReopen(ctx context.Context, who access.Actor, of, unit, request id.ID, why string) (r Reopening, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.view(ctx, tx, who, of, unit)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportEdit, unit); err != nil {
			return err
		}
		r, err = findReopen(ctx, tx, request)
		if err == nil {
			if r.AskedBy != who.Account || r.Unit != unit || r.Duty != of {
				err = fault.New(fault.Conflict, "duty.taken")
			}
			return err
		}
		if fault.Of(err) != fault.Missing {
			return err
		}
		waiting := false
		for _, o := range v.Reopenings {
			waiting = waiting || o.Unit == unit && o.Verdict == ""
		}
		if why == "" {
			return fault.At("why", "web.required")
		}
		if err := Ask(v.At.State, waiting); err != nil {
			return err
		}
		if request == 0 {
			request = id.New()
		}
		r = Reopening{ID: request, Duty: of, Unit: unit, UnitName: v.At.Name, Why: why, AskedAt: s.Now.Ms(), AskedBy: who.Account, AskedName: who.Name}
		if err := putReopen(ctx, tx, r, who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "duty.ask_reopen", r.ID, unit, map[string]string{"duty": v.Duty.Title}, why)
	})
	if err != nil {
		return Reopening{}, fmt.Errorf("ask to reopen %s of %s: %w", of, unit, err)
	}
	return r, nil
}

// DecideReopen opens a frozen report for seven days, or refuses; who accepts the reports that
// the unit sends up decides. Faults: Invalid remark of a refusal, Missing, Denied, Conflict.
func (s *Service) DecideReopen(ctx context.Context, who access.Actor, of, request id.ID, open bool, remark string) (r Reopening, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if r, err = findReopen(ctx, tx, request); err != nil {
			return err
		}
		if r.Duty != of {
			return fault.Gone()
		}
		if err := access.Check(ctx, tx, who, access.ReportRead, r.Unit); err != nil {
			return err
		}
		above, err := s.above(ctx, tx, of, r.Unit)
		if err != nil {
			return err
		}
		err = access.Check(ctx, tx, who, access.ReportAccept, above)
		if fault.Of(err) == fault.Missing {
			err = fault.New(fault.Denied, "access.denied")
		}
		if err != nil {
			return err
		}
		if err := Decide(r, who.Account); err != nil {
			return err
		}
		r.Verdict, r.Remark, r.DecidedAt, r.Decider = "refused", remark, s.Now.Ms(), who.Name
		switch {
		case open:
			r.Verdict, r.Until = "open", s.until()
		case remark == "":
			return fault.At("remark", "duty.remark_needed")
		}
		if err := decideReopen(ctx, tx, r, who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "duty.reopen", r.ID, r.Unit, map[string]string{"verdict": r.Verdict}, remark)
	})
	if err != nil {
		return Reopening{}, fmt.Errorf("decide on reopening %s: %w", request, err)
	}
	return r, nil
}

// until is the end of the last of the days a reopened report stays open.
func (s *Service) until() int64 {
	return clock.Start(clock.AddDays(s.Now.Day(), reopenDays+1)).UnixMilli()
}

// above is who receives a unit's report: in a campaign by its frozen tree.
func (s *Service) above(ctx context.Context, tx db.Tx, of, unit id.ID) (id.ID, error) {
	u, err := campaign.UnitOf(ctx, tx, of, unit)
	if err == nil {
		return u.Parent, nil
	}
	if fault.Of(err) != fault.Missing {
		return 0, err
	}
	return parentOf(ctx, tx, unit)
}

// Reopened keeps that the level above opened a report on a campaign by another way: it may be
// sent for some days whatever the freeze says. Joined to report in app/links.go; called in
// its transaction.
func (s *Service) Reopened(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID, why string) error {
	now := s.Now.Ms()
	return putReopen(ctx, tx, Reopening{ID: id.New(), Duty: of, Unit: unit, Why: why, AskedAt: now, AskedName: who.Name, Verdict: "open",
		Until: s.until(), DecidedAt: now, Decider: who.Name}, who.Account)
}
