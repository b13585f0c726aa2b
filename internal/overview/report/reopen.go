package report

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Reopening is a request to open a closed report again, and what came of it.
type Reopening struct {
	ID      id.ID  `json:"id"`
	State   string `json:"state" enum:",asked,granted,refused"`
	Why     string `json:"why"`
	At      int64  `json:"at"`
	By      string `json:"by"`
	Decided int64  `json:"decided"`
	Decider string `json:"decider"`
	Remark  string `json:"remark"`

	by id.ID
}

// closed: nothing changes any more unless it is opened again. The owner's report has nobody
// above and is closed once it is sent.
func (v View) closed() bool {
	return v.Report.State == "accepted" || v.Report.State == "sent" && v.Above.Unit == 0
}

// askable decides whether the unit may ask for its report to be opened again.
func (v View) askable() error {
	stopped := v.Report.Open() && !v.Report.Reopened && (v.Campaign.State != "open" || v.Frozen)
	switch {
	case !v.Reports:
		return fault.New(fault.Conflict, "report.owes_none")
	case !v.closed() && !stopped:
		return fault.New(fault.Conflict, "report.not_closed")
	case v.Reopen.State == "asked":
		return fault.New(fault.Conflict, "report.asked_already")
	}
	return nil
}

// RequestReopen asks the level above to open a report that is accepted, or whose time is over; of
// the owner's own report another officer of the owner decides. Faults: Invalid why, Conflict.
func (s *Service) RequestReopen(ctx context.Context, who access.Actor, of, unit id.ID, why string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.view(ctx, tx, who, of, unit)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportEdit, unit); err != nil {
			return err
		}
		why, err := clean(why, "why")
		switch {
		case err != nil:
			return err
		case why == "":
			return fault.At("why", "report.reason_needed")
		case v.Reopen.State == "asked" && v.Reopen.by == who.Account && v.Reopen.Why == why:
			return nil // the same form again
		}
		if err := v.askable(); err != nil {
			return err
		}
		if err := s.begin(ctx, tx, who, &v.Report); err != nil {
			return err
		}
		return s.requestReopen(ctx, tx, who, v.Report, why)
	})
	if err != nil {
		return fmt.Errorf("ask to reopen report of %s: %w", unit, err)
	}
	return nil
}

func (s *Service) requestReopen(ctx context.Context, tx db.Tx, who access.Actor, r Report, why string) error {
	of := id.New()
	_, err := tx.ExecContext(ctx, `insert into report_reopen (id, report, version, why, at, by, by_name) values ($1, $2, $3, $4, $5, $6, $7)`,
		of, r.ID, r.Version, why, s.Now.Ms(), who.Account, who.Name)
	if err != nil {
		return err
	}
	if err := s.sealReopening(ctx, tx, sealAsk, of); err != nil {
		return err
	}
	return s.step(ctx, tx, who, r, "ask", why, nil)
}

// Reopen decides on the request that waits: granted, the unit may change the report and send it as
// an amendment; refused, it stays closed and remark says why. Nobody decides on what they asked
// for. Faults: Conflict, Denied, Invalid remark.
func (s *Service) Reopen(ctx context.Context, who access.Actor, of, unit id.ID, grant bool, remark string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, r, err := s.receiver(ctx, tx, who, of, unit, true)
		if err != nil {
			return err
		}
		if remark, err = clean(remark, "remark"); err != nil {
			return err
		}
		o, err := lastReopening(ctx, tx, r.ID)
		switch {
		case err != nil:
			return err
		case o.State != "asked":
			return fault.New(fault.Conflict, "report.nothing_asked")
		case o.by == who.Account && who.Account != 0:
			return fault.New(fault.Denied, "report.own_request")
		case !grant && remark == "":
			return fault.At("remark", "report.refusal_needs_reason")
		}
		v.Report = r
		return s.reopen(ctx, tx, who, v, o, grant, remark)
	})
	if err != nil {
		return fmt.Errorf("reopen report of %s: %w", unit, err)
	}
	return nil
}

func (s *Service) reopen(ctx context.Context, tx db.Tx, who access.Actor, v View, o Reopening, grant bool, remark string) error {
	state, action, r := "refused", "refuse", v.Report
	if grant {
		state, action = "granted", "reopen"
	}
	_, err := tx.ExecContext(ctx, `update report_reopen set state = $2, decided_at = $3, decided_by = $4, decided_name = $5, remark = $6 where id = $1`,
		o.ID, state, s.Now.Ms(), who.Account, who.Name, remark)
	if err != nil {
		return err
	}
	if err := s.sealReopening(ctx, tx, sealDecide, o.ID); err != nil {
		return err
	}
	if grant {
		if r, err = s.unlock(ctx, tx, v); err != nil {
			return err
		}
	}
	return s.step(ctx, tx, who, r, action, remark, nil)
}

// unlock opens the report. What was sealed of it is kept, and its new state sealed.
func (s *Service) unlock(ctx context.Context, tx db.Tx, v View) (Report, error) {
	r, closed := v.Report, v.closed()
	r.Reopened = true
	var kinds []string
	switch {
	case closed && r.State == "accepted":
		kinds = []string{sealSend, sealAccept}
	case closed:
		kinds = []string{sealSend}
	case r.State == "returned":
		kinds = []string{r.returnedAs()}
	default: // never sent
		return r, update(ctx, tx, r)
	}
	for _, kind := range kinds {
		if err := keepSealed(ctx, tx, kind, v.Report); err != nil {
			return r, err
		}
	}
	r.State, r.Decided, r.DecidedBy = "returned", 0, 0
	if closed {
		r.Remark = ""
	}
	if err := thaw(ctx, tx, r.ID); err != nil {
		return r, err
	}
	if err := update(ctx, tx, r); err != nil {
		return r, err
	}
	return r, s.seal(ctx, tx, sealReopen, r.Campaign, r.Unit)
}

// lastReopening is the latest request; empty for none.
func lastReopening(ctx context.Context, tx db.Tx, report id.ID) (o Reopening, err error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (o Reopening, err error) {
		err = scan(&o.ID, &o.State, &o.Why, &o.At, &o.by, &o.By, &o.Decided, &o.Decider, &o.Remark)
		return o, err
	}, `select id, state, why, at, by, by_name, coalesce(decided_at, 0), decided_name, remark from report_reopen where report = $1 order by id desc limit 1`, report)
	if err != nil || len(list) == 0 {
		return o, err
	}
	return list[0], nil
}

// sealReopening writes the line of a request or of the decision on it.
func (s *Service) sealReopening(ctx context.Context, tx db.Tx, kind string, of id.ID) error {
	return reopeningRows(ctx, tx, kind, `id = $1`, func(row proof.Row) error { return proof.Append(ctx, tx, s.Now.Ms(), row) }, of)
}

// reopeningRows are the sealed texts of requests, or of what was decided on them.
func reopeningRows(ctx context.Context, tx db.Tx, kind, where string, yield func(proof.Row) error, args ...any) error {
	type asking struct {
		Report    id.ID
		Version   int64
		Why, Name string
		At        int64
		By        id.ID
	}
	type decision struct {
		State, Remark, Name string
		At                  int64
		By                  id.ID
	}
	return sealEach(ctx, tx, kind, yield, func(scan func(...any) error) (subject id.ID, body any, err error) {
		var a asking
		var d decision
		err = scan(&subject, &a.Report, &a.Version, &a.Why, &a.At, &a.By, &a.Name, &d.State, &d.At, &d.By, &d.Name, &d.Remark)
		if kind == sealAsk {
			return subject, a, err
		}
		return subject, d, err
	}, `select id, report, version, why, at, by, by_name, state, coalesce(decided_at, 0), decided_by, decided_name, remark from report_reopen where `+where+` order by id`, args...)
}
