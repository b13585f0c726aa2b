package reorg

import (
	"context"
	"fmt"
	"log/slog"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service is the desk for reorganisations.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Rehome sends people along the flows of an event from a civil day on, and Return takes
	// them back; the room of people joins them.
	Rehome func(ctx context.Context, tx db.Tx, event id.ID, day string, flows []plan.Flow) error
	Return func(ctx context.Context, tx db.Tx, event id.ID, day string) error
}

func (s *Service) write(ctx context.Context, what string, fn func(db.Tx) error) error {
	if err := s.DB.Queue(ctx, org.Queue, fn); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Prepare stores a draft: a new one, or the same one changed by who made it. e.ID is the key
// of the form. Faults: Invalid by field and step, Denied, Missing, Conflict.
func (s *Service) Prepare(ctx context.Context, who access.Actor, e Event) (Event, error) {
	for i, st := range e.Steps {
		e.Steps[i] = st.Tidy()
	}
	err := s.write(ctx, "prepare reorganisation", func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.UnitEdit, e.Unit); err != nil {
			return err
		}
		if err := e.check(); err != nil {
			return err
		}
		old, err := find(ctx, tx, e.ID)
		switch {
		case fault.Of(err) == fault.Missing:
			err = insertEvent(ctx, tx, e, who, s.Now.Ms())
		case err != nil:
			return err
		case old.CreatedBy != who.Account:
			return fault.New(fault.Conflict, "reorg.not_yours")
		case old.State != Draft:
			return fault.New(fault.Conflict, "reorg.not_draft")
		default:
			err = updateEvent(ctx, tx, e)
		}
		if err != nil {
			return err
		}
		if err := s.log(ctx, tx, who, e, "prepare", map[string]any{"title": e.Title, "day": e.Day, "steps": len(e.Steps)}, ""); err != nil {
			return err
		}
		e, err = find(ctx, tx, e.ID)
		return err
	})
	return e, err
}

func (s *Service) log(ctx context.Context, tx db.Tx, who access.Actor, e Event, deed string, detail any, why string) error {
	return audit.Write(ctx, tx, who, s.Now.Ms(), "reorg."+deed, e.ID, e.Unit, detail, why)
}

// act loads an event that who may change and runs fn on it in one transaction.
func (s *Service) act(ctx context.Context, who access.Actor, event id.ID, what string, fn func(tx db.Tx, e *Event) error) (e Event, err error) {
	err = s.write(ctx, what+" reorganisation", func(tx db.Tx) error {
		if e, err = find(ctx, tx, event); err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.UnitEdit, e.Unit); err != nil {
			return err
		}
		if err := fn(tx, &e); err != nil {
			return err
		}
		e, err = find(ctx, tx, event)
		return err
	})
	return e, err
}

// Submit asks for the second person. Faults: Conflict unless it is the maker's draft, and
// whatever Make finds wrong.
func (s *Service) Submit(ctx context.Context, who access.Actor, event id.ID) (Event, error) {
	return s.act(ctx, who, event, "submit", func(tx db.Tx, e *Event) error {
		switch {
		case e.State == Submitted && e.CreatedBy == who.Account:
			return nil
		case e.State != Draft:
			return fault.New(fault.Conflict, "reorg.not_draft")
		case e.CreatedBy != who.Account:
			return fault.New(fault.Conflict, "reorg.not_yours")
		}
		if _, err := s.weigh(ctx, tx, *e); err != nil {
			return err
		}
		if err := setState(ctx, tx, e.ID, Submitted); err != nil {
			return err
		}
		return s.log(ctx, tx, who, *e, "submit", nil, "")
	})
}

// Rework gives a submitted or confirmed event back to its maker, who may change it again.
func (s *Service) Rework(ctx context.Context, who access.Actor, event id.ID, why string) (Event, error) {
	return s.act(ctx, who, event, "rework", func(tx db.Tx, e *Event) error {
		if e.State != Submitted && e.State != Confirmed {
			return fault.New(fault.Conflict, "reorg.not_open")
		}
		if err := line("why", why, 0, 300); err != nil {
			return err
		}
		if err := unconfirm(ctx, tx, e.ID); err != nil {
			return err
		}
		return s.log(ctx, tx, who, *e, "rework", nil, why)
	})
}

// Cancel ends an event that did not come about. It stays readable.
func (s *Service) Cancel(ctx context.Context, who access.Actor, event id.ID, why string) (Event, error) {
	return s.act(ctx, who, event, "cancel", func(tx db.Tx, e *Event) error {
		if e.State == Cancelled {
			return nil
		}
		if !e.open() {
			return fault.New(fault.Conflict, "reorg.not_open")
		}
		if err := line("why", why, 0, 300); err != nil {
			return err
		}
		if err := setState(ctx, tx, e.ID, Cancelled); err != nil {
			return err
		}
		return s.log(ctx, tx, who, *e, "cancel", nil, why)
	})
}

// Confirm is the second person's word on the effect whose Seal was shown; on or after its
// day the event is applied at once. Faults: Denied reorg.second_person for who prepared it,
// Conflict when the effect is not the one that was shown.
func (s *Service) Confirm(ctx context.Context, who access.Actor, event id.ID, seal string) (Event, error) {
	return s.act(ctx, who, event, "confirm", func(tx db.Tx, e *Event) error {
		switch {
		case (e.State == Confirmed || e.State == Applied) && e.ConfirmedBy == who.Account && who.Account != 0:
			return nil
		case e.State != Submitted:
			return fault.New(fault.Conflict, "reorg.not_submitted")
		case e.CreatedBy == who.Account:
			return fault.New(fault.Denied, "reorg.second_person")
		}
		w, err := s.weigh(ctx, tx, *e)
		if err != nil {
			return err
		}
		if Seal(w.effect) != seal {
			return fault.New(fault.Conflict, "reorg.other_effect")
		}
		if err := confirm(ctx, tx, e.ID, who, s.Now.Ms()); err != nil {
			return err
		}
		if err := s.log(ctx, tx, who, *e, "confirm", map[string]any{"seal": seal}, ""); err != nil {
			return err
		}
		if e.Day > s.Now.Day() {
			return nil
		}
		return s.apply(ctx, tx, who, *e, w)
	})
}

// Refresh applies every confirmed event whose day has come; the house calls it at start and
// after every midnight. An event that cannot be applied any more keeps the reason and waits
// for its makers.
func (s *Service) Refresh(ctx context.Context) error {
	var due []id.ID
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		due, err = dueEvents(ctx, tx, s.Now.Day())
		return err
	})
	for _, event := range due {
		err := s.write(ctx, "apply reorganisation", func(tx db.Tx) error {
			e, err := find(ctx, tx, event)
			if err != nil || e.State != Confirmed || e.Day > s.Now.Day() {
				return err
			}
			w, err := s.weigh(ctx, tx, e)
			if err != nil {
				return err
			}
			return s.apply(ctx, tx, access.System(e.ConfirmedName), e, w)
		})
		if fault.List(err) == nil {
			if err != nil {
				return err
			}
			continue
		}
		slog.Warn("a reorganisation waits", "event", event, "err", err)
		if err := s.write(ctx, "note reorganisation", func(tx db.Tx) error { return noteFault(ctx, tx, event, stop(err)) }); err != nil {
			return err
		}
	}
	return err
}

// weighed is an event with all that deciding on it needs.
type weighed struct {
	tree   plan.Tree
	effect plan.Effect
}

// weigh works out what an event does and refuses what must not be. Faults: Invalid, Conflict.
func (s *Service) weigh(ctx context.Context, tx db.Tx, e Event) (w weighed, err error) {
	if len(e.Steps) == 0 {
		return w, fault.At("steps", "reorg.no_steps")
	}
	if w.tree, err = loadTree(ctx, tx, e.Unit, e.Day); err != nil {
		return w, err
	}
	if w.effect, err = plan.Make(w.tree, e.Day, e.Steps); err != nil {
		return w, err
	}
	if w.effect.Nothing() {
		return w, fault.At("steps", "reorg.no_steps")
	}
	if err := codesFree(ctx, tx, w.effect); err != nil {
		return w, err
	}
	return w, undisturbed(ctx, tx, e, w.effect)
}

// undisturbed refuses an event before a later one of the same units, and as Unreported.
func undisturbed(ctx context.Context, tx db.Tx, e Event, eff plan.Effect) error {
	touched := eff.Touched()
	title, later, err := laterEvent(ctx, tx, e.Day, touched)
	if err != nil {
		return err
	}
	if later {
		return fault.At("day", "reorg.before_other", "title", title)
	}
	return Unreported(ctx, tx, "day", e.Day, touched...)
}

// Unreported refuses a change of units dated into a campaign that is closed, or while one is being
// opened over them: what was reported never changes. Faults: Conflict, Invalid field.
func Unreported(ctx context.Context, tx db.Tx, field, day string, units ...id.ID) error {
	title, opening, err := openingCampaign(ctx, tx, units)
	if err != nil {
		return err
	}
	if opening {
		return fault.New(fault.Conflict, "reorg.campaign_opening", "title", title)
	}
	c, closed, err := closedCampaign(ctx, tx, clock.Start(day).UnixMilli(), units)
	if err != nil {
		return err
	}
	if closed {
		return fault.At(field, "reorg.campaign_closed", "title", c.title, "day", text.Date(clock.Day(clock.From(c.at))))
	}
	return nil
}
