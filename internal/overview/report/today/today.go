package today

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// Service is the desk of old campaigns in today's tree.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Paper is a document of the campaign.
type Paper struct {
	ID     id.ID  `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

// View is a part of a campaign in today's tree.
type View struct {
	Campaign campaign.Campaign `json:"-"`
	Document id.ID             `json:"document"`
	Papers   []Paper           `json:"papers"`
	Unit     id.ID             `json:"unit" doc:"whose part of the campaign is shown"`
	UnitName string            `json:"unit_name"`
	Frozen   *rollup.Line      `json:"frozen" doc:"the same part in its frozen tree; empty for a unit that was not in it"`
	Today    rollup.Today      `json:"today"`
}

// Ask chooses a part: Unit is a unit of the frozen tree or one of today that was not in it,
// At the unit of today whose lines are wanted, zero for the topmost.
type Ask struct {
	Campaign, Unit, At, Document id.ID
}

// Show folds a unit's part of a campaign into today's tree. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, a Ask) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Campaign, err = campaign.Find(ctx, tx, a.Campaign); err != nil {
			return err
		}
		if v.Campaign.State == "draft" {
			return fault.Gone()
		}
		if a.Unit == 0 {
			if a.Unit, err = ground(ctx, tx, who, v.Campaign); err != nil {
				return err
			}
		}
		if err := access.Check(ctx, tx, who, access.ReportRead, a.Unit); err != nil {
			return err
		}
		if v.Papers, err = papers(ctx, tx, a.Campaign); err != nil {
			return err
		}
		if v.Document, err = chosen(v.Papers, a.Document); err != nil {
			return err
		}
		v.Unit = a.Unit
		return s.fold(ctx, tx, who, a, &v)
	})
	if err != nil {
		return View{}, fmt.Errorf("campaign in today's tree: %w", err)
	}
	return v, nil
}

// ground is the highest unit of the campaign that who reads reports of.
func ground(ctx context.Context, tx db.Tx, who access.Actor, c campaign.Campaign) (id.ID, error) {
	args := []any{c.ID}
	list, err := db.All(ctx, tx, db.Value[id.ID], `select cu.unit from campaign_unit cu where cu.campaign = $1 and `+
		who.Scope(access.ReportRead).Where("cu.unit", &args)+` order by cu.lo limit 1`, args...)
	switch {
	case err != nil:
		return 0, err
	case len(list) > 0:
		return list[0], nil
	case who.Home() == 0:
		return 0, fault.Gone()
	}
	return who.Home(), nil
}

func papers(ctx context.Context, tx db.Tx, of id.ID) ([]Paper, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (p Paper, err error) {
		err = scan(&p.ID, &p.Number, &p.Title)
		return p, err
	}, `select d.id, d.number, d.title from campaign_document c join document d on d.id = c.document where c.campaign = $1 order by c.ord`, of)
}

func chosen(all []Paper, wish id.ID) (id.ID, error) {
	if wish == 0 && len(all) > 0 {
		return all[0].ID, nil
	}
	if !slices.ContainsFunc(all, func(p Paper) bool { return p.ID == wish }) {
		return 0, fault.Gone()
	}
	return wish, nil
}

// fold finds the frozen interval and the unit of today, and folds.
func (s *Service) fold(ctx context.Context, tx db.Tx, who access.Actor, a Ask, v *View) error {
	part, whole, day := rollup.Part{Campaign: a.Campaign, Document: v.Document, Lo: 1, Hi: 1 << 30}, false, s.Now.Day()
	u, err := campaign.UnitOf(ctx, tx, a.Campaign, a.Unit)
	switch {
	case err == nil:
		part.Lo, part.Hi, whole, v.UnitName = u.Lo, u.Hi, true, u.Name
		line, _, err := rollup.At(ctx, tx, a.Campaign, v.Document, a.Unit)
		if err != nil {
			return err
		}
		v.Frozen = &line
	case fault.Of(err) != fault.Missing:
		return err
	}
	at := a.Unit
	if whole {
		if at, err = standing(ctx, tx, a, u, day); err != nil {
			return err
		}
	}
	if a.At != 0 && a.At != at {
		at, whole = a.At, false
	}
	if v.Today, err = rollup.InToday(ctx, tx, part, at, whole, day); err != nil {
		return err
	}
	if v.UnitName == "" {
		v.UnitName = v.Today.Name
	}
	if empty(v.Today) && a.At != 0 {
		return access.Check(ctx, tx, who, access.ReportRead, a.At)
	}
	return nil
}

func empty(t rollup.Today) bool { return len(t.Lines) == 0 && t.Own == nil }

// standing is the unit of today at or above everything that a frozen unit's part became:
// the unit itself while it stands.
func standing(ctx context.Context, tx db.Tx, a Ask, u campaign.Unit, day string) (id.ID, error) {
	units, err := db.All(ctx, tx, db.Value[id.ID], `select unit from campaign_unit where campaign = $1 and lo between $2 and $3 order by lo`, a.Campaign, u.Lo, u.Hi)
	if err != nil {
		return 0, err
	}
	heirs, err := rollup.LoadHeirs(ctx, tx, units, day)
	if err != nil {
		return 0, err
	}
	if slices.Equal(heirs.Of(a.Unit), []id.ID{a.Unit}) {
		return a.Unit, nil
	}
	var ends []id.ID
	for _, unit := range units {
		ends = append(ends, heirs.Of(unit)...)
	}
	slices.Sort(ends)
	at, err := rollup.Common(ctx, tx, slices.Compact(ends))
	if err == nil && at == 0 {
		at = a.Unit
	}
	return at, err
}

// Become is a unit of the frozen tree that is not today what it was then.
type Become struct {
	Unit  id.ID  `json:"unit"`
	Name  string `json:"name"`
	Level string `json:"level"`
	Lo    int64  `json:"-"`
	To    string `json:"to" doc:"its last day; empty while it stands"`
	Name2 string `json:"name_now"`
	Above Unit   `json:"above" doc:"its parent of today"`
	Moved bool   `json:"moved" doc:"it stands under another parent than in the campaign"`
	Into  []Unit `json:"into" doc:"what it is today"`
}

// Unit is a unit of today.
type Unit struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Successors are a piece of the units of a campaign, as far as who sees them, that since
// ended, moved or were renamed, in tree order, and what they are today. Fault: Missing.
func (s *Service) Successors(ctx context.Context, who access.Actor, of id.ID, page db.Page) (c campaign.Campaign, out db.Rows[Become], total int64, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if c, err = campaign.See(ctx, tx, who, of); err != nil {
			return err
		}
		day := s.Now.Day()
		args := []any{of, day}
		seen := who.Scope(access.CampaignRead).WhereSeen("cu.unit", &args)
		where := ` from campaign_unit cu join org_unit u on u.id = cu.unit left join org_unit p on p.id = u.parent
			where cu.campaign = $1 and (u.valid_to < $2 or u.name <> cu.name or (cu.parent is not null and u.parent is distinct from cu.parent)
				or exists (select 1 from org_successor x where x.old = cu.unit)) and ` + seen
		if total, err = db.One(ctx, tx, db.Value[int64], `select count(*)`+where, args...); err != nil {
			return err
		}
		out, err = db.List(ctx, tx, page, db.Order{Sort: "cu.lo", ID: "cu.unit", Number: true}, func(b Become) (string, id.ID) { return fmt.Sprint(b.Lo), b.Unit },
			func(scan func(...any) error) (b Become, err error) {
				err = scan(&b.Unit, &b.Name, &b.Level, &b.Lo, &b.To, &b.Name2, &b.Above.ID, &b.Above.Name, &b.Moved)
				return b, err
			}, `select cu.unit, cu.name, cu.level, cu.lo, coalesce(u.valid_to, ''), u.name, u.parent, coalesce(p.name, ''), (cu.parent is not null and u.parent is distinct from cu.parent)`+where, args...)
		if err != nil {
			return err
		}
		return become(ctx, tx, out.Items, day)
	})
	if err != nil {
		err = fmt.Errorf("successors of campaign %s: %w", of, err)
	}
	return c, out, total, err
}

func become(ctx context.Context, tx db.Tx, list []Become, day string) error {
	units := make([]id.ID, len(list))
	for i, b := range list {
		units[i] = b.Unit
	}
	heirs, err := rollup.LoadHeirs(ctx, tx, units, day)
	if err != nil {
		return err
	}
	for i, b := range list {
		list[i].Into = []Unit{}
		for _, u := range heirs.Of(b.Unit) {
			name, err := db.One(ctx, tx, db.Value[string], `select name from org_unit where id = $1`, u)
			if err != nil {
				return err
			}
			list[i].Into = append(list[i].Into, Unit{u, name})
		}
	}
	return nil
}
