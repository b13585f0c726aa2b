package duty

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// AskReopen asks the level above to open a frozen periodic report of a unit for some days; the
// same form sent twice asks once. For a campaign's report one asks at the report itself.
// Faults: Invalid why, Missing, Denied, Conflict.
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
		if why == "" {
			return fault.At("why", "web.required")
		}
		if err := v.askable(); err != nil {
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
		above, err := parentOf(ctx, tx, r.Unit)
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

// askable decides whether the unit may ask for its report to be opened.
func (v View) askable() error {
	if v.Duty.Period == OfCampaign {
		return fault.New(fault.Conflict, "duty.ask_there")
	}
	waits := slices.ContainsFunc(v.Reopenings, func(r Reopening) bool { return r.Unit == v.At.Unit && r.Verdict == "" })
	return Ask(v.shut(), waits)
}

// shut reports whether the unit's own report can be neither sent nor mended.
func (v View) shut() bool {
	open := !v.At.State.Sent() || v.At.Back
	return v.At.State != "" && open && v.At.Terms.Frozen(v.At.open, v.Now)
}
