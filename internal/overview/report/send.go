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
	"quantriet/internal/overview/measure"
)

// Any is the version to give when whoever acts has not looked at a certain one.
const Any int64 = -1

// Send sends the report up: every figure is frozen with what the records said. version is
// the one that was looked at: the same form sent twice sends once, and an old form does not
// send a report that came back meanwhile. Faults: Conflict, see the rule Send.
func (s *Service) Send(ctx context.Context, who access.Actor, of, unit id.ID, why string, version int64) error {
	why, bad := clean(why, "why")
	send := func(ctx context.Context) error {
		return s.DB.Write(ctx, func(tx db.Tx) error {
			v, again, err := s.toSend(ctx, tx, who, of, unit, version)
			if err != nil || again {
				return err
			}
			if bad != nil {
				return bad
			}
			if err := s.begin(ctx, tx, who, &v.Report); err != nil {
				return err
			}
			return s.send(ctx, tx, who, v, why, version)
		})
	}
	around := s.Around
	if around == nil || bad != nil || !s.goes(ctx, who, of, unit, why, version) {
		around = func(ctx context.Context, _, _ id.ID, send func(context.Context) error) error { return send(ctx) }
	}
	if err := around(ctx, of, unit, send); err != nil {
		return fmt.Errorf("send report of %s: %w", unit, err)
	}
	return nil
}

// toSend loads a report that who may send; again when it was sent by this form already.
func (s *Service) toSend(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID, version int64) (v View, again bool, err error) {
	if v, err = s.view(ctx, tx, who, of, unit); err != nil {
		return v, false, err
	}
	if err := access.Check(ctx, tx, who, access.ReportEdit, unit); err != nil {
		return v, false, err
	}
	again = v.Report.State == "sent" && v.Report.SentBy == who.Account && (version == Any || version == v.Report.Version-1)
	if again {
		return v, true, nil
	}
	return v, false, v.writable()
}

// goes tells whether a sending will go through as things stand, so that nothing long is made
// ready for one that is refused.
func (s *Service) goes(ctx context.Context, who access.Actor, of, unit id.ID, why string, version int64) bool {
	goes := false
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		v, again, err := s.toSend(ctx, tx, who, of, unit, version)
		if err == nil && !again {
			_, err = Send(v.Facts(who, why))
			goes = err == nil && (version == Any || version == v.Report.Version)
		}
		return err
	})
	return err == nil && goes
}

func (s *Service) send(ctx context.Context, tx db.Tx, who access.Actor, v View, why string, version int64) error {
	verified, err := Send(v.Facts(who, why))
	if err != nil {
		return err
	}
	if version != Any && version != v.Report.Version {
		return fault.New(fault.Conflict, "report.changed_meanwhile")
	}
	d, err := v.differs(ctx, tx)
	if err != nil {
		return err
	}
	if err := keepOpen(ctx, tx, v.Report); err != nil {
		return err
	}
	if d.Kind == "amend" && why == "" {
		why = v.Reopen.Why
	}
	r := v.sent(who, verified, s.Now.Ms())
	r.Program = s.Version
	if r.Roster, err = measure.Roster(ctx, tx, r.Campaign, r.Unit); err != nil {
		return err
	}
	if err := s.freeze(ctx, tx, v); err != nil {
		return err
	}
	if err := update(ctx, tx, r); err != nil {
		return err
	}
	if err := s.seal(ctx, tx, sealSend, r.Campaign, r.Unit); err != nil {
		return err
	}
	if err := s.keepVersion(ctx, tx, who, r, d, why); err != nil {
		return err
	}
	action := "send"
	if d.Kind == "amend" {
		action = "amend"
	}
	if err := s.step(ctx, tx, who, r, action, why, snapshot(v)); err != nil || s.Sent == nil {
		return err
	}
	return s.Sent(ctx, tx, r.Campaign, r.Unit)
}

// sent is the report as it goes up. What nobody above receives is closed by that.
func (v View) sent(who access.Actor, verified bool, now int64) Report {
	r := v.Report
	r.State, r.Verified, r.Sent, r.SentBy, r.Decided, r.DecidedBy, r.Remark = "sent", verified, now, who.Account, 0, 0, ""
	r.Version++
	if r.FirstSent == 0 {
		r.FirstSent = now
	}
	if v.Above.Unit == 0 {
		r.close()
	}
	return r
}

// close counts a closing; every one after the first is an amendment.
func (r *Report) close() {
	if r.Closings > 0 {
		r.Amendments++
	}
	r.Closings, r.Reopened = r.Closings+1, false
}

// keepOpen keeps what was sealed of an open report before it is sent again.
func keepOpen(ctx context.Context, tx db.Tx, r Report) error {
	if r.State != "returned" {
		return nil
	}
	return keepSealed(ctx, tx, r.returnedAs(), r)
}

// freeze keeps figures, studies and answers as they go up.
func (s *Service) freeze(ctx context.Context, tx db.Tx, v View) error {
	for _, f := range v.Figures {
		f.Definition, f.Grades = measure.VersionOf(f.Code), v.graded(f)
		if err := freezeFigure(ctx, tx, v.Report.ID, f); err != nil {
			return err
		}
	}
	if err := settle(ctx, tx, v); err != nil {
		return err
	}
	return freeze(ctx, tx, v.Report.ID, v.Studies)
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
		if said := f.Said(); f.Computed != nil && said.Set {
			out[key+" declared"] = written(said)
		}
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
