package report

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Any is the version to give when whoever acts has not looked at a certain one.
const Any int64 = -1

// Send sends the report up: every figure is frozen with what the records said. version is
// the one that was looked at: the same form sent twice sends once, and an old form does not
// send a report that came back meanwhile. Faults: Conflict, see the rule Send.
func (s *Service) Send(ctx context.Context, who access.Actor, of, unit id.ID, why string, version int64) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.view(ctx, tx, who, of, unit)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportEdit, unit); err != nil {
			return err
		}
		again := v.Report.State == "sent" && v.Report.SentBy == who.Account && (version == Any || version == v.Report.Version-1)
		if again {
			return nil
		}
		if err := v.writable(); err != nil {
			return err
		}
		if err := s.begin(ctx, tx, who, &v.Report); err != nil {
			return err
		}
		if why, err = clean(why, "why"); err != nil {
			return err
		}
		return s.send(ctx, tx, who, v, why, version)
	})
	if err != nil {
		return fmt.Errorf("send report of %s: %w", unit, err)
	}
	return nil
}

func (s *Service) send(ctx context.Context, tx db.Tx, who access.Actor, v View, why string, version int64) error {
	verified, err := Send(v.Facts(who, why))
	if err != nil {
		return err
	}
	if version != Any && version != v.Report.Version {
		return fault.New(fault.Conflict, "report.changed_meanwhile")
	}
	r, now := v.Report, s.Now.Ms()
	if r.State == "returned" {
		if err := keepSealed(ctx, tx, sealReturn, r); err != nil {
			return err
		}
	}
	r.State, r.Verified, r.Sent, r.SentBy, r.Decided, r.DecidedBy, r.Remark = "sent", verified, now, who.Account, 0, 0, ""
	r.Version++
	if r.FirstSent == 0 {
		r.FirstSent = now
	}
	for _, f := range v.Figures {
		if err := freezeFigure(ctx, tx, r.ID, f); err != nil {
			return err
		}
	}
	if err := freeze(ctx, tx, r.ID, v.Studies); err != nil {
		return err
	}
	if err := update(ctx, tx, r); err != nil {
		return err
	}
	if err := s.seal(ctx, tx, sealSend, r.Campaign, r.Unit); err != nil {
		return err
	}
	if err := s.step(ctx, tx, who, r, "send", why, snapshot(v)); err != nil || s.Sent == nil {
		return err
	}
	return s.Sent(ctx, tx, r.Campaign, r.Unit)
}

// snapshot is what the log keeps of a sending, so that an earlier version can be told.
func snapshot(v View) map[string]any {
	out := map[string]any{"version": v.Report.Version + 1}
	for _, f := range v.Figures {
		key := f.Code
		if f.Document != 0 {
			key += " " + f.Document.String()
		}
		out[key] = written(f)
	}
	return out
}

// step records a step between the levels and logs it.
func (s *Service) step(ctx context.Context, tx db.Tx, who access.Actor, r Report, action, remark string, detail any) error {
	if err := putEvent(ctx, tx, r.ID, Event{At: s.Now.Ms(), By: who.Name, Action: action, Remark: remark}, who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "report."+action, r.ID, r.Unit, detail, remark)
}

// decide loads a report that who may decide on: an officer of the unit directly above.
func (s *Service) decide(ctx context.Context, who access.Actor, of, unit id.ID, state string, version int64, do func(tx db.Tx, r Report) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := place(ctx, tx, who, of, unit)
		if err != nil {
			return err
		}
		if v.Above.Unit == 0 {
			return fault.New(fault.Conflict, "report.nobody_above")
		}
		err = access.Check(ctx, tx, who, access.ReportAccept, v.Above.Unit)
		if fault.Of(err) == fault.Missing {
			err = fault.New(fault.Denied, "access.denied")
		}
		if err != nil {
			return err
		}
		r, err := find(ctx, tx, of, unit)
		if err != nil {
			return err
		}
		switch {
		case version != Any && version != r.Version:
			return fault.New(fault.Conflict, "report.changed_meanwhile")
		case r.State == state && r.DecidedBy == who.Account && r.ID != 0:
			return nil // the same form again
		}
		return do(tx, r)
	})
	if err != nil {
		return fmt.Errorf("decide on report of %s: %w", unit, err)
	}
	return nil
}

// Return sends a report back with a remark that says what to mend; version as in Send. The
// figures that were only frozen follow the records again.
func (s *Service) Return(ctx context.Context, who access.Actor, of, unit id.ID, remark string, version int64) error {
	remark, err := clean(remark, "remark")
	if err != nil {
		return fmt.Errorf("return report of %s: %w", unit, err)
	}
	return s.decide(ctx, who, of, unit, "returned", version, func(tx db.Tx, r Report) error {
		if err := Return(Facts{Report: r, Why: remark, Account: who.Account}); err != nil {
			return err
		}
		if err := keepSealed(ctx, tx, sealSend, r); err != nil {
			return err
		}
		r.State, r.Remark, r.Decided, r.DecidedBy = "returned", remark, s.Now.Ms(), who.Account
		if err := thaw(ctx, tx, r.ID); err != nil {
			return err
		}
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, sealReturn, of, unit); err != nil {
			return err
		}
		return s.step(ctx, tx, who, r, "return", remark, nil)
	})
}

// Accept closes a report for good; version as in Send.
func (s *Service) Accept(ctx context.Context, who access.Actor, of, unit id.ID, version int64) error {
	return s.decide(ctx, who, of, unit, "accepted", version, func(tx db.Tx, r Report) error {
		if err := Accept(Facts{Report: r, Account: who.Account}); err != nil {
			return err
		}
		r.State, r.Decided, r.DecidedBy = "accepted", s.Now.Ms(), who.Account
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, sealAccept, of, unit); err != nil {
			return err
		}
		return s.step(ctx, tx, who, r, "accept", "", nil)
	})
}

// clean is a remark of one person to another.
func clean(s, field string) (string, error) {
	out, ok := text.Lines(s)
	switch {
	case !ok:
		return "", fault.At(field, "web.not_text")
	case len([]rune(out)) > 2000:
		return "", fault.At(field, "web.too_long", "n", 2000)
	}
	return out, nil
}
