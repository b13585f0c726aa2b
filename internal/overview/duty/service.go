package duty

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of duties.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// View is a duty as it stands below one unit.
type View struct {
	Duty       Duty            `json:"duty"`
	At         Line            `json:"at"`
	Path       []Step          `json:"path" doc:"from the highest unit in sight down to At"`
	Lines      []Line          `json:"lines" doc:"units directly below that owe it or have units below that do"`
	Reopenings []Reopening     `json:"reopenings"`
	Levels     map[string]Rung `json:"-"`
	Now        int64           `json:"now"`

	MayWrite  bool `json:"may_write" doc:"the unit's own report"`
	MaySet    bool `json:"may_set" doc:"the grace of a campaign's report"`
	MayDrop   bool `json:"may_drop"`
	MayAsk    bool `json:"may_ask" doc:"for a frozen report to be opened"`
	MayDecide bool `json:"may_decide"`
}

// find is a duty of either kind. Fault: Missing.
func find(ctx context.Context, tx db.Tx, of id.ID) (Duty, error) {
	d, err := periodic(ctx, tx, of)
	if fault.Of(err) == fault.Missing {
		return ofCampaign(ctx, tx, of)
	}
	return d, err
}

// Show tells how a duty stands below a unit; zero is the highest one in sight. sort is one of
// Sorts. Faults: Missing, Invalid.
func (s *Service) Show(ctx context.Context, who access.Actor, of, at id.ID, sort string) (v View, err error) {
	if !slices.Contains(Sorts, sort) {
		return v, fault.At("sort", "web.choose")
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		v, err = s.view(ctx, tx, who, of, at)
		return err
	})
	if err != nil {
		return View{}, fmt.Errorf("duty %s: %w", of, err)
	}
	Sort(v.Lines, sort)
	return v, nil
}

func (s *Service) view(ctx context.Context, tx db.Tx, who access.Actor, of, at id.ID) (v View, err error) {
	v.Now = s.Now.Ms()
	if v.Duty, err = find(ctx, tx, of); err != nil {
		return v, err
	}
	if at == 0 {
		if at, err = ground(ctx, tx, who, v.Duty); err != nil {
			return v, err
		}
	}
	if err := access.Check(ctx, tx, who, access.ReportRead, at); err != nil {
		return v, err
	}
	if v.At, v.Lines, err = s.lines(ctx, tx, v.Duty, at); err != nil {
		return v, err
	}
	if v.At.open, err = openUntil(ctx, tx, of, at); err != nil {
		return v, err
	}
	if v.Path, err = path(ctx, tx, who, at); err != nil {
		return v, err
	}
	if v.Reopenings, err = reopenings(ctx, tx, of, at); err != nil {
		return v, err
	}
	if v.Levels, err = rungs(ctx, tx); err != nil {
		return v, err
	}
	return v, v.rights(ctx, tx, who)
}

// ground is the highest unit under whoever ordered the duty that is who's own.
func ground(ctx context.Context, tx db.Tx, who access.Actor, d Duty) (id.ID, error) {
	err := access.Check(ctx, tx, who, access.ReportRead, d.Unit)
	if fault.Of(err) != fault.Missing {
		return d.Unit, err
	}
	args := []any{d.ID}
	q := `select b.unit from org_below b join duty d on d.unit = b.top where d.id = $1 and ` + own(who, access.ReportRead, "b.unit", &args) + ` order by b.depth, b.unit limit 1`
	if d.Period == OfCampaign {
		args = args[:1]
		q = `select u.unit from campaign_unit u where u.campaign = $1 and ` + own(who, access.ReportRead, "u.unit", &args) + ` order by u.lo limit 1`
	}
	list, err := db.All(ctx, tx, db.Value[id.ID], q, args...)
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		return 0, fault.Gone()
	}
	return list[0], nil
}

// own is "column in (the units of the grants with a need)".
func own(who access.Actor, need access.Need, column string, args *[]any) string {
	marks := ""
	for _, g := range who.Grants {
		if g.Role.Can(need) {
			*args = append(*args, g.Unit)
			marks += fmt.Sprintf(", $%d", len(*args))
		}
	}
	if marks == "" {
		return "(1 = 0)"
	}
	return column + " in (" + marks[2:] + ")"
}

// lines are a unit and those directly below it with what their subtrees add up to; of those
// below only such as have anything to do with the duty.
func (s *Service) lines(ctx context.Context, tx db.Tx, d Duty, at id.ID) (self Line, below []Line, err error) {
	var all []Line
	if d.Period == OfCampaign {
		all, err = campaignLines(ctx, tx, d, at, s.Now.Ms())
	} else {
		all, err = s.periodicLines(ctx, tx, d, at)
	}
	if err != nil {
		return self, nil, err
	}
	for _, l := range all[1:] {
		if l.Tally.Owed > 0 {
			below = append(below, l)
		}
	}
	return all[0], below, nil
}

func (s *Service) periodicLines(ctx context.Context, tx db.Tx, d Duty, at id.ID) ([]Line, error) {
	now := s.Now.Ms()
	lines, err := around(ctx, tx, d.ID, at, s.Now.Day())
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, fault.Gone()
	}
	groups, err := grouped(ctx, tx, d.ID, at)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		if l.State != "" {
			l.State = Of(l.Terms, l.First, l.open, now)
		}
		for _, g := range groups {
			if g.top == l.Unit {
				l.Tally.Add(Of(g.terms, g.first, 0, now), g.n)
			}
		}
	}
	return lines, nil
}

func (v *View) rights(ctx context.Context, tx db.Tx, who access.Actor) (err error) {
	may := func(need access.Need, unit id.ID) bool {
		wrong := access.Check(ctx, tx, who, need, unit)
		if k := fault.Of(wrong); wrong != nil && k != fault.Missing && k != fault.Denied {
			err = wrong
		}
		return wrong == nil
	}
	of := v.Duty.Period == OfCampaign
	v.MaySet = of && v.Duty.Open && may(access.CampaignEdit, v.Duty.Unit)
	v.MayDrop = !of && v.At.Unit == v.Duty.Unit && v.At.Tally.Sent == 0 && may(access.ReportAccept, v.Duty.Unit)
	v.MayWrite = v.At.State != "" && may(access.ReportEdit, v.At.Unit)
	v.MayAsk = v.MayWrite && v.askable() == nil
	v.MayDecide = may(access.ReportAccept, v.At.Unit)
	return err
}

// Order makes a periodic duty for units below one; the same form sent twice makes one. Who
// accepts reports of the unit orders. Faults: Invalid by field, Missing, Denied, Conflict.
func (s *Service) Order(ctx context.Context, who access.Actor, d Duty) (Duty, error) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.ReportAccept, d.Unit); err != nil {
			return err
		}
		was, err := periodic(ctx, tx, d.ID)
		if err == nil {
			by, err := maker(ctx, tx, d.ID)
			if err == nil && (by != who.Account || was.Unit != d.Unit) {
				err = fault.New(fault.Conflict, "duty.taken")
			}
			d = was
			return err
		}
		if fault.Of(err) != fault.Missing {
			return err
		}
		if err := d.Check(); err != nil {
			return err
		}
		known, err := rungs(ctx, tx)
		if err != nil {
			return err
		}
		for _, l := range d.Levels {
			if known[l.Level].Code == "" {
				return fault.At("due_"+l.Level, "web.choose")
			}
		}
		if d.ID == 0 {
			d.ID = id.New()
		}
		return s.order(ctx, tx, who, d)
	})
	if err != nil {
		return Duty{}, fmt.Errorf("order duty: %w", err)
	}
	return d, nil
}

func (s *Service) order(ctx context.Context, tx db.Tx, who access.Actor, d Duty) error {
	if err := insert(ctx, tx, d, s.Now.Ms(), who.Account); err != nil {
		return err
	}
	n, err := bind(ctx, tx, d, s.Now.Day())
	if err == nil && n == 0 {
		err = fault.At("due", "duty.nobody")
	}
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "duty.order", d.ID, d.Unit, d, "")
}

// Drop takes a duty back that nobody has answered. Faults: Missing, Denied, Conflict.
func (s *Service) Drop(ctx context.Context, who access.Actor, of id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		d, err := periodic(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportAccept, d.Unit); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, who, s.Now.Ms(), "duty.drop", of, d.Unit, d, ""); err != nil {
			return err
		}
		gone, err := drop(ctx, tx, of)
		if err == nil && !gone || db.IsReference(err) {
			err = fault.New(fault.Conflict, "duty.answered")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("drop duty %s: %w", of, err)
	}
	return nil
}

// SetGrace sets the days of grace of a campaign's report, and those after which it is frozen
// (0 never). Faults: Invalid, Missing, Denied, Conflict.
func (s *Service) SetGrace(ctx context.Context, who access.Actor, of id.ID, grace, freeze int64) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		d, err := ofCampaign(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.CampaignEdit, d.Unit); err != nil {
			return err
		}
		switch {
		case !d.Open:
			return fault.New(fault.Conflict, "duty.campaign_closed")
		case grace < 0 || grace > mostGrace:
			return fault.At("grace", "duty.range")
		case freeze < 0 || freeze > mostFreeze:
			return fault.At("freeze", "duty.range")
		}
		if err := putGrace(ctx, tx, of, grace, freeze, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "duty.grace", of, d.Unit, map[string]int64{"grace": grace, "freeze": freeze}, "")
	})
	if err != nil {
		return fmt.Errorf("grace of %s: %w", of, err)
	}
	return nil
}

// Sent tells that a unit completed what a periodic duty asks for; only the first time counts.
// It is called in the transaction of the sending. Faults: Missing for a unit that owes
// nothing, Conflict for one that is frozen.
func Sent(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID, at int64) error {
	if err := Check(ctx, tx, of, unit, at); err != nil {
		return err
	}
	return sent(ctx, tx, of, unit, at, who.Account)
}

// Check refuses what a frozen periodic duty no longer allows. Faults: Missing, Conflict.
func Check(ctx context.Context, tx db.Tx, of, unit id.ID, at int64) error {
	l, err := one(ctx, tx, of, unit)
	if err != nil {
		return err
	}
	open, err := openUntil(ctx, tx, of, unit)
	if err == nil && l.Terms.Frozen(open, at) {
		err = fault.New(fault.Conflict, "duty.is_frozen")
	}
	return err
}

// Frozen reports whether the time of a unit's report on a campaign is over. What the level
// above opens again is the report's own matter. Joined to report in app/links.go.
func (s *Service) Frozen(ctx context.Context, tx db.Tx, of, unit id.ID) (bool, error) {
	u, err := campaign.UnitOf(ctx, tx, of, unit)
	if err != nil {
		return false, err
	}
	t, owes, err := campaignTerms(ctx, tx, of, u)
	if err != nil || !owes || t.Freeze == 0 {
		return false, err
	}
	open, err := openUntil(ctx, tx, of, unit)
	return t.Frozen(open, s.Now.Ms()), err
}
