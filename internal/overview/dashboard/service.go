package dashboard

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/person/lookup"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/lately"
	"quantriet/internal/overview/duty"
	"quantriet/internal/overview/rollup"
)

// Service holds the use cases of the overview. It only reads.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Remind counts what somebody's own units owe, for one line on the first page; nil for none.
	Remind func(ctx context.Context, who access.Actor) (duty.Counts, error)

	// Questions counts the back-checks that wait for somebody's own answer; nil for none.
	Questions func(ctx context.Context, who access.Actor) (int64, error)

	crowds lookup.Crowds
	waits  waits
	sums   lately.Memory[spot, sum]
}

// Ask says what of a campaign to look at; zero fields take the widest unit in sight, the
// first document, and open no row.
type Ask struct {
	Campaign, Unit, Document, Open id.ID
}

// Overview is the page of a campaign for one unit of its frozen tree and one document. Faults:
// Missing (campaign, unit or document not there, not yet open, or outside the scope), Denied.
func (s *Service) Overview(ctx context.Context, who access.Actor, ask Ask) (o Overview, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		o, err = s.overview(ctx, tx, who, ask)
		return err
	})
	if err != nil {
		return Overview{}, fmt.Errorf("overview of %s: %w", ask.Campaign, err)
	}
	return o, nil
}

func (s *Service) overview(ctx context.Context, tx db.Tx, who access.Actor, ask Ask) (o Overview, err error) {
	if o.Campaign, err = findCampaign(ctx, tx, ask.Campaign); err != nil {
		return o, err
	}
	if ask.Unit == 0 {
		if ask.Unit, err = widest(ctx, tx, who, o.Campaign); err != nil {
			return o, err
		}
	}
	if err = access.Check(ctx, tx, who, access.CampaignRead, ask.Unit); err != nil {
		return o, err
	}
	if o.Documents, err = documents(ctx, tx, ask.Campaign); err != nil {
		return o, err
	}
	if o.Document, err = choose(o.Documents, ask.Document); err != nil {
		return o, err
	}
	if err = s.people(ctx, tx, ask, &o); err != nil {
		return o, err
	}
	if err = s.papers(ctx, tx, ask, &o); err != nil {
		return o, err
	}
	if o.Path, err = path(ctx, tx, who, ask.Campaign, ask.Unit); err != nil {
		return o, err
	}
	err = s.review(ctx, tx, ask, &o)
	return o, err
}

// widest is the owner when the actor sees all of the campaign, otherwise the highest unit
// granted to the actor in its frozen tree. Fault: Missing when there is none.
func widest(ctx context.Context, tx db.Tx, who access.Actor, c Campaign) (id.ID, error) {
	if access.Check(ctx, tx, who, access.CampaignRead, c.Unit) == nil {
		return c.Unit, nil
	}
	best, depth := id.ID(0), int64(0)
	for _, g := range who.Grants {
		if !g.Role.Can(access.CampaignRead) {
			continue
		}
		d, err := depthOf(ctx, tx, c.ID, g.Unit)
		switch {
		case fault.Of(err) == fault.Missing:
		case err != nil:
			return 0, err
		case best == 0 || d < depth:
			best, depth = g.Unit, d
		}
	}
	if best == 0 {
		return 0, fault.Gone()
	}
	return best, nil
}

func choose(all []Document, want id.ID) (id.ID, error) {
	for _, d := range all {
		if want == 0 || d.ID == want {
			return d.ID, nil
		}
	}
	if want == 0 {
		return 0, nil
	}
	return 0, fault.Gone()
}

// people folds the records: the unit, those directly below it, and how far those below stand.
func (s *Service) people(ctx context.Context, tx db.Tx, ask Ask, o *Overview) error {
	n, err := s.sum(ctx, tx, spot{ask.Campaign, o.Document, ask.Unit})
	if err != nil {
		return err
	}
	o.AsOf, o.Self, o.Sites = n.at, Row{Line: n.self}, slices.Clone(n.sites)
	for _, b := range n.below {
		under := b.Below
		if len(under) == 0 {
			under = []rollup.Count{b.Count}
		}
		r := Row{Line: b.Line, Parts: Stages(under, o.Campaign.Required), under: b.Below}
		o.Self.Parts = o.Self.Parts.plus(r.Parts)
		o.Below = append(o.Below, r)
		if b.Unit == ask.Open && b.Kids > 0 {
			if err := s.open(ctx, tx, ask, o, &o.Below[len(o.Below)-1]); err != nil {
				return err
			}
		}
	}
	if len(n.below) == 0 {
		o.Self.Parts = Stages([]rollup.Count{n.self.Count}, o.Campaign.Required)
	}
	if n := o.Self.Parts.All(); n > 0 && n <= mostNamed {
		if o.named, err = grandkids(ctx, tx, ask.Campaign, ask.Unit); err != nil {
			return err
		}
	}
	o.PartLevel, err = partLevel(ctx, tx, ask.Campaign, ask.Unit)
	return err
}

func (s *Service) open(ctx context.Context, tx db.Tx, ask Ask, o *Overview, r *Row) error {
	_, kids, err := rollup.Tree(ctx, tx, ask.Campaign, o.Document, ask.Open)
	for _, k := range kids {
		under := k.Below
		if len(under) == 0 {
			under = []rollup.Count{k.Count}
		}
		r.Opened = append(r.Opened, Row{Line: k.Line, Parts: Stages(under, o.Campaign.Required)})
	}
	return err
}

// papers adds reports, plans and deadlines to the rows.
func (s *Service) papers(ctx context.Context, tx db.Tx, ask Ask, o *Overview) (err error) {
	if o.levels, err = levels(ctx, tx); err != nil {
		return err
	}
	orders, err := orders(ctx, tx, ask.Campaign, o.Self.Lo, o.Self.Hi)
	if err != nil {
		return err
	}
	reports, err := papers(ctx, tx, reportSQL, ask)
	if err != nil {
		return err
	}
	plans, err := papers(ctx, tx, planSQL, ask)
	if err != nil {
		return err
	}
	now := o.AsOf
	if o.Campaign.closed != 0 {
		now = min(now, o.Campaign.closed)
	}
	fill := func(r *Row) {
		r.Report, r.Plan = reports[r.Unit], plans[r.Unit]
		r.Due = DueOf(orders, r.Lo, r.Level)
		r.Timing = Judge(r.Due, r.Report.First, now)
	}
	fill(&o.Self)
	for i := range o.Below {
		fill(&o.Below[i])
		for j := range o.Below[i].Opened {
			fill(&o.Below[i].Opened[j])
		}
	}
	o.Reports = Count(o.Below)
	o.Ticks, err = s.ticks(ctx, tx, *o, orders, now)
	return err
}

// ticks are the owner's deadlines for levels from the unit's own down; those on the same day
// share a tick.
func (s *Service) ticks(ctx context.Context, tx db.Tx, o Overview, orders []Order, now int64) (out []Tick, err error) {
	for _, r := range orders {
		if r.Unit != o.Campaign.Unit || r.Level != o.Self.Level && o.levels[r.Level].rank <= o.levels[o.Self.Level].rank {
			continue
		}
		t := Tick{Due: Due{r.limit(), r.Day, r.Inclusive}, Levels: []string{r.Level}}
		if t.Missing, err = s.awaited(ctx, tx, o, r.Level, t.Limit, now); err != nil {
			return nil, err
		}
		if n := len(out); n > 0 && out[n-1].Limit == t.Limit {
			out[n-1].Levels = append(out[n-1].Levels, r.Level)
			out[n-1].Missing = out[n-1].Missing || t.Missing
			continue
		}
		out = append(out, t)
	}
	return out, nil
}

// awaited reports whether a passed deadline still waits for a unit of the level: the rows
// tell for the level directly below, a query for those deeper.
func (s *Service) awaited(ctx context.Context, tx db.Tx, o Overview, level string, limit, now int64) (bool, error) {
	if now < limit {
		return false, nil
	}
	here := func(r Row) bool { return r.Level == level }
	if slices.ContainsFunc(o.Below, here) {
		return slices.ContainsFunc(o.Below, func(r Row) bool { return here(r) && r.Report.First == 0 }), nil
	}
	return s.waits.missing(ctx, tx, waiting{o.Campaign.ID, o.Self.Lo, o.Self.Hi, level})
}

// review looks the unit and those below over and puts those that need a look first.
func (s *Service) review(ctx context.Context, tx db.Tx, ask Ask, o *Overview) error {
	figures, err := unproven(ctx, tx, ask.Campaign, ask.Unit)
	if err != nil {
		return err
	}
	bursts, err := bursts(ctx, tx, ask.Campaign, o.Self.Lo, o.Self.Hi)
	if err != nil {
		return err
	}
	rows := o.Below
	if o.Self.Unit != o.Campaign.Unit { // the unit sees first what is asked about itself
		rows = append([]Row{o.Self}, rows...)
	}
	o.Findings = Review(rows, o.Campaign.Rounding, figures, bursts)
	o.tree = append(o.tree, o.Below...)
	byAttention(o.Below, o.Findings)
	return nil
}

// drafted reports whether the campaign is still a draft that who works on.
func (s *Service) drafted(ctx context.Context, who access.Actor, campaign id.ID) (yes bool) {
	s.DB.Read(ctx, func(tx db.Tx) error {
		yes = drafted(ctx, tx, who, campaign)
		return nil
	})
	return yes
}
