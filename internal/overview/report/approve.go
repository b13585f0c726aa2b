package report

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// receiver loads a report that who may decide on: an officer of the unit directly above; with
// own, where nobody is above, an officer of the unit itself.
func (s *Service) receiver(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID, own bool) (v View, r Report, err error) {
	if v, err = place(ctx, tx, who, of, unit); err != nil {
		return v, r, err
	}
	above := v.Above.Unit
	switch {
	case above == 0 && !own:
		return v, r, fault.New(fault.Conflict, "report.nobody_above")
	case above == 0:
		above = unit
	}
	err = access.Check(ctx, tx, who, access.ReportAccept, above)
	if fault.Of(err) == fault.Missing {
		err = fault.New(fault.Denied, "access.denied")
	}
	if err != nil {
		return v, r, err
	}
	r, err = find(ctx, tx, of, unit)
	return v, r, err
}

// decide runs one step of the level above in a transaction of its own; version as in Send.
func (s *Service) decide(ctx context.Context, who access.Actor, of, unit id.ID, version int64, do func(tx db.Tx, r Report) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error { return s.decideIn(ctx, tx, who, of, unit, version, do) })
	if err != nil {
		return fmt.Errorf("decide on report of %s: %w", unit, err)
	}
	return nil
}

func (s *Service) decideIn(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID, version int64, do func(tx db.Tx, r Report) error) error {
	_, r, err := s.receiver(ctx, tx, who, of, unit, false)
	if err != nil {
		return err
	}
	if version != Any && version != r.Version {
		return fault.New(fault.Conflict, "report.changed_meanwhile")
	}
	return do(tx, r)
}

// again: the same form was sent twice.
func (r Report) again(who access.Actor, state string) bool {
	return r.ID != 0 && r.State == state && r.DecidedBy == who.Account
}

// Return sends a report back with a remark that says what to mend, together with all that was
// noted on single figures and sections and more; version as in Send. The figures that were only
// frozen follow the records again. Faults: Invalid remark, Missing for what more is about, Conflict.
func (s *Service) Return(ctx context.Context, who access.Actor, of, unit id.ID, remark string, version int64, more ...Remark) error {
	remark, err := clean(remark, "remark")
	if err != nil {
		return fmt.Errorf("return report of %s: %w", unit, err)
	}
	return s.decide(ctx, who, of, unit, version, func(tx db.Tx, r Report) error {
		if r.again(who, "returned") {
			return nil
		}
		if r.State == "sent" {
			for _, m := range more {
				if err := s.remark(ctx, tx, who, r, m); err != nil {
					return err
				}
			}
		}
		noted, err := remarks(ctx, tx, r.ID, r.Version)
		if err != nil {
			return err
		}
		if err := Return(Facts{Report: r, Why: remark, Account: who.Account, Noted: int64(len(noted))}); err != nil {
			return err
		}
		return s.giveBack(ctx, tx, who, r, remark)
	})
}

func (s *Service) giveBack(ctx context.Context, tx db.Tx, who access.Actor, r Report, remark string) error {
	if err := keepSealed(ctx, tx, sealSend, r); err != nil {
		return err
	}
	r.State, r.Remark, r.Decided, r.DecidedBy = "returned", remark, s.Now.Ms(), who.Account
	over, err := s.over(ctx, tx, r)
	if err != nil {
		return err
	}
	r.Reopened = r.Reopened || over // what is to be mended may be, without asking once more
	if err := thaw(ctx, tx, r.ID); err != nil {
		return err
	}
	if err := update(ctx, tx, r); err != nil {
		return err
	}
	if err := s.seal(ctx, tx, sealReturn, r.Campaign, r.Unit); err != nil {
		return err
	}
	if err := s.sendRemarks(ctx, tx, r); err != nil {
		return err
	}
	return s.step(ctx, tx, who, r, "return", remark, nil)
}

// over says whether the time of a report is over.
func (s *Service) over(ctx context.Context, tx db.Tx, r Report) (bool, error) {
	c, err := campaign.Find(ctx, tx, r.Campaign)
	if err != nil || c.State != "open" || s.Frozen == nil {
		return err == nil && c.State != "open", err
	}
	return s.Frozen(ctx, tx, r.Campaign, r.Unit)
}

// Accept closes a report; version as in Send. Nobody accepts what they sent, declared figures of
// or wrote in, or a report of a unit in whose name they ever sent one.
func (s *Service) Accept(ctx context.Context, who access.Actor, of, unit id.ID, version int64) error {
	return s.decide(ctx, who, of, unit, version, s.accepting(ctx, who))
}

func (s *Service) accepting(ctx context.Context, who access.Actor) func(db.Tx, Report) error {
	return func(tx db.Tx, r Report) error {
		if r.again(who, "accepted") {
			return nil
		}
		f := Facts{Report: r, Account: who.Account}
		var err error
		if f.Hand, err = hand(ctx, tx, r, who.Account); err != nil {
			return err
		}
		noted, err := remarks(ctx, tx, r.ID, r.Version)
		if err != nil {
			return err
		}
		f.Noted = int64(len(noted))
		if err := Accept(f); err != nil {
			return err
		}
		r.State, r.Decided, r.DecidedBy = "accepted", s.Now.Ms(), who.Account
		r.close()
		if err := update(ctx, tx, r); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, sealAccept, r.Campaign, r.Unit); err != nil {
			return err
		}
		return s.step(ctx, tx, who, r, "accept", "", nil)
	}
}

// hand tells what an account had in a report; see Facts.
func hand(ctx context.Context, tx db.Tx, r Report, account id.ID) (string, error) {
	if account == 0 || r.ID == 0 {
		return "", nil
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from report_event e join report r on r.id = e.report
		where r.unit = $1 and e.by = $2 and e.action in ('send', 'amend')`, r.Unit, account)
	if err != nil || n > 0 {
		return "unit", err
	}
	n, err = db.One(ctx, tx, db.Value[int64], `select (select count(*) from report_figure f where f.report = $1 and f.by = $2)
		+ (select count(*) from report_answer a where a.report = $1 and a.by = $2)`, r.ID, account)
	if err != nil || n > 0 {
		return "figures", err
	}
	n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry where subject = $1 and account = $2 and action in ('report.save', 'report.declare', 'report.reply')`, r.ID, account)
	if err != nil || n > 0 {
		return "texts", err
	}
	return "", nil
}

// approval fills what the levels said to each other: differences, remarks, amendments below.
func (v *View) approval(ctx context.Context, tx db.Tx) (err error) {
	if v.Amended, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(r.amendments), 0) from report r
		join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit
		where r.campaign = $1 and r.amendments > 0 and cu.lo > $2 and cu.lo <= $3`, v.Campaign.ID, v.Unit.Lo, v.Unit.Hi); err != nil || v.Report.ID == 0 {
		return err
	}
	if v.Report.Open() {
		v.Diff, err = v.differs(ctx, tx)
	} else {
		v.Diff, err = keptDiff(ctx, tx, v.Report)
	}
	if err != nil {
		return err
	}
	all, err := db.All(ctx, tx, scanRemark, `select id, version, figure, document, section, body, sent, at, by_name from report_remark
		where report = $1 and version >= $2 order by id`, v.Report.ID, v.Report.Version-1)
	for _, r := range all {
		if r.Sent || v.MayDecide {
			v.Remarks = append(v.Remarks, r)
		}
	}
	return err
}
