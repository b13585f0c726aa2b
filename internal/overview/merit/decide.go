package merit

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// View is a proposal with what the viewer may do.
type View struct {
	Merit
	MayAnswer   bool `json:"may_answer"`
	MayDecide   bool `json:"may_decide" doc:"by place; four eyes and the answer are asked when it is done"`
	MayWithdraw bool `json:"may_withdraw"`
	Mine        bool `json:"mine" doc:"about the viewer"`
}

// Show is a proposal for those concerned and for those above. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		v, err = s.view(ctx, tx, who, of)
		return err
	})
	if v.Mine {
		v.Evidence = own(v.Evidence)
	}
	if err == nil && v.Person != 0 {
		err = audit.Tell(ctx, s.DB, who, s.Now.Ms(), audit.Sight{Person: v.Person, Unit: v.Unit, Purpose: "merit.list", Why: v.Title})
	}
	if err != nil {
		return View{}, fmt.Errorf("proposal %s: %w", of, err)
	}
	return v, nil
}

// own are the lines as the person concerned may follow them: to the own sheet, and not to pages
// of officers.
func own(all []Evidence) (out []Evidence) {
	for _, e := range all {
		if strings.HasPrefix(e.Href, "/people/") {
			e.Href = "/me/evidence"
		} else {
			e.Href = ""
		}
		out = append(out, e)
	}
	return out
}

func (s *Service) view(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (v View, err error) {
	if v.Merit, err = find(ctx, tx, of); err != nil {
		return v, err
	}
	if v.Mine = v.Person != 0 && v.Person == who.Person; !v.Mine {
		need := access.ReportRead
		if v.Person != 0 {
			need = access.PersonRead
		}
		if ok, err := may(ctx, tx, who, need, v.Unit); err != nil || !ok {
			return v, errOr(err, fault.Gone())
		}
	}
	if !v.Open() {
		return v, nil
	}
	if v.MayDecide, err = may(ctx, tx, who, access.ReportAccept, v.Decider); err != nil {
		return v, err
	}
	v.MayDecide = v.MayDecide && !v.Mine && v.By != who.Account && (v.AnsweredBy == 0 || v.AnsweredBy != who.Account)
	v.MayWithdraw = v.By == who.Account && who.Account != 0
	if v.Answer != "" || v.By == who.Account {
		return v, nil
	}
	if v.MayAnswer = v.Mine; v.Person == 0 {
		v.MayAnswer, err = s.answers(ctx, tx, who, v.Merit)
	}
	return v, err
}

func errOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// answers reports whether who speaks for the unit itself: an officer of it and not of the level
// that decides.
func (s *Service) answers(ctx context.Context, tx db.Tx, who access.Actor, m Merit) (bool, error) {
	own, err := may(ctx, tx, who, access.ReportEdit, m.Unit)
	if err != nil || !own || m.Decider == m.Unit {
		return own, err
	}
	above, err := may(ctx, tx, who, access.ReportEdit, m.Decider)
	return !above, err
}

// act loads a proposal, lets do change it, and keeps and seals it.
func (s *Service) act(ctx context.Context, who access.Actor, of id.ID, kind string, do func(tx db.Tx, v *View) (done bool, why string, err error)) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.view(ctx, tx, who, of)
		if err != nil {
			return err
		}
		done, why, err := do(tx, &v)
		if err != nil || done {
			return err
		}
		if err := update(ctx, tx, v.Merit); err != nil {
			return err
		}
		return s.seal(ctx, tx, who, v.Merit, kind, why)
	})
	if err != nil {
		return fmt.Errorf("%s of %s: %w", kind, of, err)
	}
	return nil
}

// Answer is what the unit or the person says to it. Faults: Missing, Denied, Invalid, Conflict.
func (s *Service) Answer(ctx context.Context, who access.Actor, of id.ID, answer string) error {
	answer, err := written("answer", answer, longAnswer)
	if err != nil {
		return err
	}
	return s.act(ctx, who, of, "merit.answer", func(_ db.Tx, v *View) (bool, string, error) {
		if v.Answer == answer && v.AnsweredBy == who.Account && answer != "" {
			return true, "", nil
		}
		if err := Reply(v.Merit, answer, who.Account); err != nil {
			return false, "", err
		}
		if !v.MayAnswer {
			return false, "", fault.New(fault.Denied, "merit.not_concerned")
		}
		v.Answer, v.AnsweredAt, v.AnsweredBy, v.AnsweredName, v.State = answer, s.Now.Ms(), who.Account, who.Name, "answered"
		return false, "", nil
	})
}

// Decide upholds or declines it, with a reason. Faults: Missing, Denied, Invalid, Conflict.
func (s *Service) Decide(ctx context.Context, who access.Actor, of id.ID, uphold bool, reason string) error {
	reason, err := written("reason", reason, longAnswer)
	if err != nil {
		return err
	}
	state := map[bool]string{true: "upheld", false: "declined"}[uphold]
	return s.act(ctx, who, of, "merit.decide", func(tx db.Tx, v *View) (bool, string, error) {
		if v.State == state && v.DecidedBy == who.Account && v.Reason == reason {
			return true, "", nil
		}
		at, err := may(ctx, tx, who, access.ReportAccept, v.Decider)
		if err != nil {
			return false, "", err
		}
		if !at {
			return false, "", fault.New(fault.Denied, "access.denied")
		}
		if err := Decide(v.Merit, reason, who.Account, who.Person, s.Now.Ms()); err != nil {
			return false, "", err
		}
		v.close(who, state, reason, s.Now.Ms())
		return false, reason, nil
	})
}

func (v *View) close(who access.Actor, state, reason string, now int64) {
	v.State, v.Reason, v.DecidedAt, v.DecidedBy, v.DecidedName = state, reason, now, who.Account, who.Name
}

// Withdraw takes a proposal back; only who made it may, and with a reason. Faults: Missing,
// Denied, Invalid, Conflict.
func (s *Service) Withdraw(ctx context.Context, who access.Actor, of id.ID, reason string) error {
	reason, err := written("reason", reason, longAnswer)
	if err != nil {
		return err
	}
	return s.act(ctx, who, of, "merit.decide", func(_ db.Tx, v *View) (bool, string, error) {
		switch {
		case v.State == "withdrawn" && v.DecidedBy == who.Account:
			return true, "", nil
		case !v.Open():
			return false, "", fault.New(fault.Conflict, "merit.closed")
		case !v.MayWithdraw:
			return false, "", fault.New(fault.Denied, "access.denied")
		case reason == "":
			return false, "", fault.At("reason", "web.required")
		}
		v.close(who, "withdrawn", reason, s.Now.Ms())
		return false, reason, nil
	})
}

// Mine are the proposals about whoever asks, the newest first. Fault: Missing for whoever is in
// no roster.
func (s *Service) Mine(ctx context.Context, who access.Actor) (out []Merit, err error) {
	if who.Person == 0 {
		return nil, fault.Gone()
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out, err = about(ctx, tx, who.Person)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("own proposals: %w", err)
	}
	return out, nil
}
