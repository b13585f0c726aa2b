package campaign

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Listed is a campaign in a list, with how far its units are.
type Listed struct {
	Campaign Campaign `json:"campaign"`
	People   int64    `json:"people" doc:"members in the frozen roster"`
	Units    int64    `json:"units"`
}

// List gives the campaigns that who may see, the newest first: drafts only to those who may
// read at the owner, open and closed ones also to everybody below.
func (s *Service) List(ctx context.Context, who access.Actor, state string, page db.Page) (out db.Rows[Listed], err error) {
	args := []any{}
	seen := who.Scope(access.CampaignRead).WhereSeen("c.unit", &args)
	own := who.Scope(access.CampaignRead).Where("c.unit", &args)
	q := `select ` + columns + `,
		coalesce((select sum(members) from campaign_unit cu where cu.campaign = c.id), 0), (select count(*) from campaign_unit cu where cu.campaign = c.id)
		from campaign c join org_unit u on u.id = c.unit where ` + seen + ` and (c.state <> 'draft' or ` + own + `)`
	if state != "" {
		args = append(args, state)
		q += fmt.Sprintf(" and c.state = $%d", len(args))
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out, err = db.List(ctx, tx, page, db.Order{Sort: "c.starts_on", ID: "c.id", Desc: true},
			func(l Listed) (string, id.ID) { return l.Campaign.StartsOn, l.Campaign.ID },
			func(scan func(...any) error) (l Listed, err error) {
				c := &l.Campaign
				err = scan(&c.ID, &c.Unit, &c.UnitName, &c.Title, &c.Summary, &c.State, &c.StartsOn, &c.Rounding, &c.Sample, &c.OpenedAt, &l.People, &l.Units)
				return l, err
			}, q, args...)
		return err
	})
	return out, err
}

// See loads a campaign that who may see. Fault: Missing.
func See(ctx context.Context, tx db.Tx, who access.Actor, campaign id.ID) (Campaign, error) {
	c, err := Find(ctx, tx, campaign)
	if err != nil {
		return c, err
	}
	check := access.See
	if c.State == "draft" {
		check = access.Check
	}
	return c, check(ctx, tx, who, access.CampaignRead, c.Unit)
}

// Show is See in a transaction of its own.
func (s *Service) Show(ctx context.Context, who access.Actor, campaign id.ID) (c Campaign, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		c, err = See(ctx, tx, who, campaign)
		return err
	})
	if err != nil {
		return Campaign{}, fmt.Errorf("show campaign %s: %w", campaign, err)
	}
	return c, nil
}

// LevelCount says how many units of a level, and how many people, an opening would freeze.
type LevelCount struct {
	Level string
	Name  string
	Rank  int64
	Units int64
}

// Preview counts what opening would freeze today: units by level and people.
func (s *Service) Preview(ctx context.Context, who access.Actor, campaign id.ID) (c Campaign, levels []LevelCount, people int64, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if c, err = Find(ctx, tx, campaign); err != nil {
			return err
		}
		if err = access.Check(ctx, tx, who, access.CampaignEdit, c.Unit); err != nil {
			return err
		}
		if levels, err = levelsBelow(ctx, tx, c.Unit, c.StartsOn, who.Lang); err != nil {
			return err
		}
		people, err = db.One(ctx, tx, db.Value[int64], `
			select count(*) from person_membership m join person p on p.id = m.person join org_below b on b.unit = m.unit and b.top = $1
			where m.study_home and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2) and p.kind <> 'mass' and (p.left_on is null or p.left_on >= $2)`,
			c.Unit, c.StartsOn)
		return err
	})
	return c, levels, people, err
}

// levelsBelow are the levels that exist below a unit on a day, from the top.
func levelsBelow(ctx context.Context, tx db.Tx, unit id.ID, day, lang string) ([]LevelCount, error) {
	name := "l.name"
	if lang == "en" {
		name = "l.name_en"
	}
	return db.All(ctx, tx, func(scan func(...any) error) (l LevelCount, err error) {
		err = scan(&l.Level, &l.Name, &l.Rank, &l.Units)
		return l, err
	}, `select l.code, `+name+`, l.rank, count(*) from org_below b join org_unit u on u.id = b.unit join org_level l on l.code = u.level
		where b.top = $1 and b.depth > 0 and (u.valid_from is null or u.valid_from <= $2) and (u.valid_to is null or u.valid_to >= $2)
		  and (l.valid_from is null or l.valid_from <= $2) and (l.valid_to is null or l.valid_to >= $2)
		group by l.code, l.name, l.name_en, l.rank order by l.rank, l.code`, unit, day)
}

// Paper is a document as the form offers it.
type Paper struct {
	ID     id.ID
	Number string
	Title  string
	Issuer string
}

// Ground is what the form of a campaign offers to somebody.
type Ground struct {
	Owners []Owner
	Levels []LevelCount
	Papers []Paper
}

// Owner is a unit for which somebody may order a campaign.
type Owner struct {
	ID   id.ID
	Name string
}

// Offer reads what the form shows: units that who orders for (the highest first), the levels
// below the chosen one on the first day, and documents, those chosen and the newest.
func (s *Service) Offer(ctx context.Context, who access.Actor, c Campaign) (g Ground, unit id.ID, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		args := []any{}
		if g.Owners, err = db.All(ctx, tx, func(scan func(...any) error) (o Owner, err error) { err = scan(&o.ID, &o.Name); return o, err },
			`select u.id, u.name from org_unit u join org_level l on l.code = u.level where u.valid_to is null and l.rank < 60 and `+
				who.Scope(access.CampaignEdit).Where("u.id", &args)+` order by l.rank, u.position, u.sort_key limit 200`, args...); err != nil {
			return err
		}
		unit = c.Unit
		if unit == 0 && len(g.Owners) > 0 {
			unit = g.Owners[0].ID
		}
		if unit != 0 {
			if err = access.Check(ctx, tx, who, access.CampaignEdit, unit); err != nil {
				return err
			}
		}
		if g.Levels, err = levelsBelow(ctx, tx, unit, c.StartsOn, who.Lang); err != nil {
			return err
		}
		g.Papers, err = papers(ctx, tx, who, c.Documents)
		return err
	})
	return g, unit, err
}

func papers(ctx context.Context, tx db.Tx, who access.Actor, chosen []id.ID) ([]Paper, error) {
	args := []any{}
	q := `select d.id, d.number, d.title, d.issuer_name from document d where d.secrecy = '' and d.kind in ('resolution', 'directive', 'conclusion', 'regulation', 'plan') and ` +
		who.Scope(access.DocumentRead).WhereSeen("d.unit", &args)
	var in []string
	for _, d := range chosen {
		args = append(args, d)
		in = append(in, fmt.Sprintf("$%d", len(args)))
	}
	first := ""
	if len(in) > 0 {
		first = "case when d.id in (" + strings.Join(in, ", ") + ") then 0 else 1 end, "
	}
	return db.All(ctx, tx, func(scan func(...any) error) (p Paper, err error) {
		err = scan(&p.ID, &p.Number, &p.Title, &p.Issuer)
		return p, err
	}, q+` order by `+first+`case d.kind when 'plan' then 1 else 0 end, d.issued_on desc, d.id desc limit 30`, args...)
}

// Standing is a unit's place in a campaign: what it owes, by when, and how it organises.
type Standing struct {
	Campaign Campaign   `json:"campaign"`
	Unit     Unit       `json:"unit"`
	Dues     []Owed     `json:"dues"`
	Joins    string     `json:"joins_name"`
	MayEdit  bool       `json:"-"`
	Others   []Unit     `json:"-"` // whose meetings it could join
	Below    []Unit     `json:"below"`
	Audience []Audience `json:"audiences"`
}

// Owed is a deadline in force for a level of a unit's subtree.
type Owed struct {
	Due   Due    `json:"due"`
	Given Due    `json:"given" doc:"what stands above this unit"`
	Name  string `json:"level_name"`
	Own   bool   `json:"own" doc:"set by this very unit"`
	Mine  bool   `json:"mine" doc:"the deadline of the unit's own level"`
}

// Obligations shows what a unit owes in a campaign, to those who may see the unit.
func (s *Service) Obligations(ctx context.Context, who access.Actor, campaign, unit id.ID) (v Standing, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Campaign, v.Unit, err = s.unit(ctx, tx, who, access.CampaignRead, campaign, unit); err != nil {
			return err
		}
		v.Audience = v.Campaign.Audiences
		v.MayEdit = v.Campaign.State == "open" && access.Check(ctx, tx, who, access.PlanEdit, unit) == nil
		if v.Dues, err = owed(ctx, tx, v.Campaign, v.Unit, who.Lang); err != nil {
			return err
		}
		if v.Below, err = Below(ctx, tx, campaign, unit); err != nil {
			return err
		}
		return joinable(ctx, tx, &v)
	})
	if err != nil {
		return Standing{}, fmt.Errorf("obligations of %s: %w", unit, err)
	}
	return v, nil
}

func owed(ctx context.Context, tx db.Tx, c Campaign, u Unit, lang string) (out []Owed, err error) {
	now, err := Dues(ctx, tx, c.ID, u.Unit)
	if err != nil {
		return nil, err
	}
	above := c.Dues
	if u.Parent != 0 {
		if above, err = Dues(ctx, tx, c.ID, u.Parent); err != nil {
			return nil, err
		}
	}
	for _, d := range now {
		given, _ := Effective(above, units(above), d.Level)
		column := "name"
		if lang == "en" {
			column = "name_en"
		}
		name, err := db.One(ctx, tx, db.Value[string], `select `+column+` from org_level where code = $1`, d.Level)
		if err != nil {
			return nil, err
		}
		out = append(out, Owed{Due: d, Given: given, Name: name, Own: d.Unit == u.Unit && u.Unit != c.Unit, Mine: d.Level == u.Level})
	}
	return out, nil
}

func joinable(ctx context.Context, tx db.Tx, v *Standing) (err error) {
	if v.Unit.Joins != 0 {
		j, err := UnitOf(ctx, tx, v.Campaign.ID, v.Unit.Joins)
		if err != nil {
			return err
		}
		v.Joins = j.Name
	}
	if !v.MayEdit || v.Unit.Parent == 0 {
		return nil
	}
	above, err := UnitOf(ctx, tx, v.Campaign.ID, v.Unit.Parent)
	if err != nil {
		return err
	}
	beside, err := Below(ctx, tx, v.Campaign.ID, v.Unit.Parent)
	v.Others = []Unit{above}
	for _, b := range beside {
		if b.Unit != v.Unit.Unit {
			v.Others = append(v.Others, b)
		}
	}
	return err
}
