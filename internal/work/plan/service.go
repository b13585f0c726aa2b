package plan

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of plans.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Issued registers a sent plan as a paper and answers under which id; app/links.go joins
	// it to document. The paper has the plan's id, so that sending again finds it.
	Issued func(ctx context.Context, tx db.Tx, who access.Actor, d document.Document) (id.ID, error)
}

// View is a plan with everything that is shown around it.
type View struct {
	Plan     Plan              `json:"plan"`
	Findings []Finding         `json:"findings" doc:"what is missing before it may be sent"`
	Above    *Plan             `json:"above" doc:"the nearest sent plan of a unit above"`
	Issuer   string            `json:"issuer" doc:"of the plan above"`
	Campaign campaign.Campaign `json:"-"`
	Unit     campaign.Unit     `json:"-"`
	Office   Office            `json:"-"`
	Ground   Ground            `json:"-"`
	Papers   []document.Name   `json:"-"`
	MayEdit  bool              `json:"-"`
}

// Saved reports whether the plan is more than a proposal.
func (v View) Saved() bool { return v.Plan.State != "" }

// Show reads a unit's plan. Those who may write it get a proposal when there is none yet;
// for others that is Missing, as is a draft for those outside whose scope the unit lies.
func (s *Service) Show(ctx context.Context, who access.Actor, campaign, unit id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		v, err = s.view(ctx, tx, who, campaign, unit)
		if err != nil || v.MayEdit || v.Plan.State == "sent" {
			return err
		}
		return access.Check(ctx, tx, who, access.PlanRead, unit)
	})
	if err != nil {
		return View{}, fmt.Errorf("show plan of %s: %w", unit, err)
	}
	return v, nil
}

// view loads a plan, or proposes one, for those who see the unit from below or above.
func (s *Service) view(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID) (v View, err error) {
	if v.Unit, err = campaign.UnitOf(ctx, tx, of, unit); err != nil {
		return v, err
	}
	if err = access.See(ctx, tx, who, access.PlanRead, unit); err != nil {
		return v, err
	}
	if v.Campaign, err = campaign.Find(ctx, tx, of); err != nil {
		return v, err
	}
	if err = s.surround(ctx, tx, who, &v); err != nil {
		return v, err
	}
	v.MayEdit = v.Campaign.State == "open" && access.Check(ctx, tx, who, access.PlanEdit, unit) == nil
	v.Plan, err = Find(ctx, tx, of, unit)
	if fault.Of(err) == fault.Missing {
		v.Plan, err = propose(Source{Title: v.Campaign.Title, Office: v.Office, Documents: v.Papers, Ground: v.Ground, Above: v.Above, Issuer: v.Issuer,
			Leaf: v.Unit.Lo == v.Unit.Hi}), nil
		v.Plan.Campaign, v.Plan.Unit = of, unit
	}
	v.Findings = Check(v.Plan, v.Ground)
	return v, err
}

// surround loads what a plan is held against.
func (s *Service) surround(ctx context.Context, tx db.Tx, who access.Actor, v *View) (err error) {
	c, g := v.Campaign, &v.Ground
	g.Starts, g.Today, g.Audiences, g.Own = c.StartsOn, s.Now.Day(), c.Audiences, v.Unit.Level
	if g.Levels, err = levels(ctx, tx, who.Lang); err != nil {
		return err
	}
	if g.Below, err = levelsBelow(ctx, tx, v.Unit, c.ID); err != nil {
		return err
	}
	if g.Dues, err = campaign.Dues(ctx, tx, c.ID, v.Unit.Unit); err != nil {
		return err
	}
	if v.Papers, err = document.Named(ctx, tx, c.Documents); err != nil {
		return err
	}
	if v.Office, err = office(ctx, tx, v.Unit, c.ID); err != nil {
		return err
	}
	up, err := above(ctx, tx, v.Unit, c.ID)
	if fault.Of(err) == fault.Missing {
		return nil
	}
	if err != nil {
		return err
	}
	issuer, err := campaign.UnitOf(ctx, tx, c.ID, up.Unit)
	v.Above, v.Issuer, g.Above = &up, issuer.Name, up.Lines
	return err
}

// change runs fn on a plan that who may write, in one transaction.
func (s *Service) change(ctx context.Context, who access.Actor, campaign, unit id.ID, fn func(tx db.Tx, v *View) error) (v View, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if v, err = s.view(ctx, tx, who, campaign, unit); err != nil {
			return err
		}
		if err = access.Check(ctx, tx, who, access.PlanEdit, unit); err != nil {
			return err
		}
		if v.Campaign.State != "open" {
			return fault.New(fault.Conflict, "plan.not_open")
		}
		if err = fn(tx, &v); err != nil {
			return err
		}
		v, err = s.view(ctx, tx, who, campaign, unit)
		return err
	})
	return v, err
}

// Save keeps a draft as it is, finished or not. Sent twice it is kept once. Faults: Invalid
// by field, Conflict plan.is_sent, plan.changed when somebody else wrote meanwhile.
func (s *Service) Save(ctx context.Context, who access.Actor, p Plan) (View, error) {
	v, err := s.change(ctx, who, p.Campaign, p.Unit, func(tx db.Tx, v *View) error {
		if err := p.check(v.Ground); err != nil {
			return err
		}
		p = p.tidy(v.Office.Symbol)
		switch {
		case v.Saved() && same(p, v.Plan):
			return nil
		case v.Plan.State == "sent":
			return fault.New(fault.Conflict, "plan.is_sent")
		case v.Saved() && p.ChangedAt != v.Plan.ChangedAt:
			return fault.New(fault.Conflict, "plan.changed")
		}
		return s.store(ctx, tx, who, p, *v)
	})
	if err != nil {
		return View{}, fmt.Errorf("save plan of %s: %w", p.Unit, err)
	}
	return v, nil
}

func (s *Service) store(ctx context.Context, tx db.Tx, who access.Actor, p Plan, v View) error {
	if v.Saved() {
		p.ID = v.Plan.ID
	} else if used, err := taken(ctx, tx, p.ID); err != nil || used || p.ID == 0 {
		if err == nil {
			err = fault.New(fault.Conflict, "plan.id_taken")
		}
		return err
	}
	at := max(s.Now.Ms(), v.Plan.ChangedAt+1)
	if err := write(ctx, tx, p, at, who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "plan.save", p.ID, p.Unit, nil, "")
}

// Send gives the plan up for information and registers it as a paper of the unit. A plan
// that was sent stays as it is. Fault: Invalid plan.not_ready with every finding at its
// place; what was saved stays saved.
func (s *Service) Send(ctx context.Context, who access.Actor, campaign, unit id.ID) (View, error) {
	v, err := s.change(ctx, who, campaign, unit, func(tx db.Tx, v *View) error {
		switch {
		case !v.Saved():
			return fault.New(fault.Conflict, "plan.not_saved")
		case v.Plan.State == "sent":
			return nil
		}
		if err := refusal(v.Findings); err != nil {
			return err
		}
		paper, err := s.register(ctx, tx, who, *v)
		if err != nil {
			return err
		}
		if err := setSent(ctx, tx, v.Plan.ID, paper, max(s.Now.Ms(), v.Plan.ChangedAt+1), who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "plan.send", v.Plan.ID, unit, map[string]any{"number": v.Plan.Number, "issued_on": v.Plan.IssuedOn}, "")
	})
	if err != nil {
		return View{}, fmt.Errorf("send plan of %s: %w", unit, err)
	}
	return v, nil
}

// register gives a plan with number and day to the register of papers.
func (s *Service) register(ctx context.Context, tx db.Tx, who access.Actor, v View) (id.ID, error) {
	if s.Issued == nil || v.Plan.Number == "" || v.Plan.IssuedOn == "" {
		return v.Plan.Document, nil
	}
	return s.Issued(ctx, tx, who, v.paper())
}

// refusal is nil for a plan that lacks nothing but what is advised.
func refusal(all []Finding) error {
	stop := blocking(all)
	if len(stop) == 0 {
		return nil
	}
	errs := []error{fault.New(fault.Invalid, "plan.not_ready", "n", len(stop))}
	for _, f := range stop {
		errs = append(errs, fault.At(f.Place, f.Key, f.Args...))
	}
	return fault.All(errs...)
}

// paper is the sent plan as the register keeps it: it implements the plan above, or the
// documents of the campaign.
func (v View) paper() document.Document {
	d := document.Document{ID: v.Plan.ID, Unit: v.Plan.Unit, Kind: "plan", Number: v.Plan.Number, Issuer: v.Plan.Unit, IssuedOn: v.Plan.IssuedOn,
		Title: v.Plan.Abstract, Sample: v.Campaign.Sample, Targets: slices.Clone(v.Campaign.Documents)}
	if v.Above != nil && v.Above.Document != 0 {
		d.Targets = []id.ID{v.Above.Document}
	}
	return d
}

// Reopen takes a sent plan back to be changed; sending it again is a new sending. why is
// kept in the log.
func (s *Service) Reopen(ctx context.Context, who access.Actor, campaign, unit id.ID, why string) (View, error) {
	v, err := s.change(ctx, who, campaign, unit, func(tx db.Tx, v *View) error {
		if v.Plan.State != "sent" {
			return nil
		}
		if err := line("why", why, shortMax); err != nil {
			return err
		}
		if err := setDraft(ctx, tx, v.Plan.ID, max(s.Now.Ms(), v.Plan.ChangedAt+1)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "plan.reopen", v.Plan.ID, unit, nil, why)
	})
	if err != nil {
		return View{}, fmt.Errorf("reopen plan of %s: %w", unit, err)
	}
	return v, nil
}

// Filter chooses from the plans below a unit. Empty fields choose all that are expected.
type Filter struct {
	Unit  id.ID  // zero: the highest unit of the tree that who may read
	Find  string // words of the unit's name, without marks
	Level string
	State string // sent, draft, none, joins
	Page  db.Page
}

// Listed are the plans below a unit: a piece of the list, and the coverage of all of it.
type Listed struct {
	Items    []Row             `json:"items"`
	Next     string            `json:"next" doc:"after of the next piece, empty at the end"`
	Cover    []Cover           `json:"cover"`
	Unit     campaign.Unit     `json:"unit"`
	Campaign campaign.Campaign `json:"-"`
	Levels   []Level           `json:"-"`
}

// List reads the plans of the units below one that who may read. Faults: Missing, Invalid.
func (s *Service) List(ctx context.Context, who access.Actor, of id.ID, f Filter) (out Listed, err error) {
	if err := short("q", f.Find, shortMax); err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if out.Campaign, err = campaign.See(ctx, tx, who, of); err != nil {
			return err
		}
		if f.Unit == 0 {
			if f.Unit, err = highest(ctx, tx, who, of); err != nil {
				return err
			}
		}
		if out.Unit, err = campaign.UnitOf(ctx, tx, of, f.Unit); err != nil {
			return err
		}
		if err = access.Check(ctx, tx, who, access.PlanRead, f.Unit); err != nil {
			return err
		}
		if out.Levels, err = levels(ctx, tx, who.Lang); err != nil {
			return err
		}
		if out.Cover, err = cover(ctx, tx, out.Unit, of, who.Lang); err != nil {
			return err
		}
		rows, err := list(ctx, tx, who, out.Unit, of, f)
		out.Items, out.Next = rows.Items, rows.Next
		return err
	})
	if err != nil {
		return Listed{}, fmt.Errorf("list plans: %w", err)
	}
	return out, nil
}

// highest is the first unit of the frozen tree in who's scope. Fault: Missing.
func highest(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (id.ID, error) {
	args := []any{of}
	return db.One(ctx, tx, db.Value[id.ID], `select cu.unit from campaign_unit cu where cu.campaign = $1 and `+
		who.Scope(access.PlanRead).Where("cu.unit", &args)+` order by cu.lo limit 1`, args...)
}
