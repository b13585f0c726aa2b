package campaign

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Listed is a campaign in a list, with how far its units are.
type Listed struct {
	Campaign Campaign `json:"campaign"`
	People   int64    `json:"people" doc:"members in the frozen roster"`
	Units    int64    `json:"units"`
}

// Query chooses from the campaigns. Empty fields choose all.
type Query struct {
	Find  string // words of the title, without marks
	State string // draft, open, closed
}

// List gives the campaigns that who may see, the newest first: drafts only to those who may
// read at the owner, open and closed ones also to everybody below.
func (s *Service) List(ctx context.Context, who access.Actor, ask Query, page db.Page) (out db.Rows[Listed], err error) {
	if _, ok := text.Clean(ask.Find); !ok {
		return out, fault.At("q", "web.not_text")
	}
	if utf8.RuneCountInString(ask.Find) > 100 {
		return out, fault.At("q", "web.too_long", "n", 100)
	}
	args := []any{}
	seen := who.Scope(access.CampaignRead).WhereSeen("c.unit", &args)
	own := who.Scope(access.CampaignRead).Where("c.unit", &args)
	q := `select ` + columns + `,
		c.members, c.units
		from campaign c join org_unit u on u.id = c.unit where ` + seen + ` and (c.state <> 'draft' or ` + own + `)`
	if ask.State != "" {
		args = append(args, ask.State)
		q += fmt.Sprintf(" and c.state = $%d", len(args))
	}
	for _, word := range strings.Fields(text.Fold(ask.Find)) {
		args = append(args, "%"+db.Like(word)+"%")
		q += fmt.Sprintf(` and c.folded like $%d escape '\'`, len(args))
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
	if !c.shown() {
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
	Level string `json:"level"`
	Name  string `json:"name"`
	Rank  int64  `json:"-"`
	Units int64  `json:"units"`
}

// Preview is what opening would freeze today. Exempt are members too.
type Preview struct {
	Campaign Campaign     `json:"campaign"`
	Levels   []LevelCount `json:"levels"`
	Papers   []Paper      `json:"documents"`
	Members  int64        `json:"members"`
	Exempt   int64        `json:"exempt"`
	Civil    int64        `json:"civil"`
}

func (v Preview) level(code string) string {
	for _, l := range v.Levels {
		if l.Level == code {
			return l.Name
		}
	}
	return code
}

// Preview counts what opening would freeze today: units by level and people.
func (s *Service) Preview(ctx context.Context, who access.Actor, campaign id.ID) (v Preview, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Campaign, err = Find(ctx, tx, campaign); err != nil {
			return err
		}
		c := v.Campaign
		if err = access.Check(ctx, tx, who, access.CampaignEdit, c.Unit); err != nil {
			return err
		}
		if v.Levels, err = levelsBelow(ctx, tx, c.Unit, c.StartsOn, who.Lang); err != nil {
			return err
		}
		if v.Papers, err = papersByID(ctx, tx, c.Documents); err != nil {
			return err
		}
		if err = say(ctx, tx, who.Lang, c.Audiences); err != nil {
			return err
		}
		return countBelow(ctx, tx, &v)
	})
	if err != nil {
		return Preview{}, fmt.Errorf("preview campaign %s: %w", campaign, err)
	}
	return v, nil
}

// say reads the queries back in the language of who asks.
func say(ctx context.Context, tx db.Tx, lang string, list []Audience) (err error) {
	for i := range list {
		if list[i].Sentence, err = audience.Sentence(ctx, tx, cmp.Or(lang, "vi"), list[i].Asks()); err != nil {
			return err
		}
	}
	return nil
}

// countBelow counts by today's tree; opening counts by the tree of the first day.
func countBelow(ctx context.Context, tx db.Tx, v *Preview) error {
	row := tx.QueryRowContext(ctx, `
		select count(*) filter (where p.kind <> 'civil'), count(*) filter (where p.kind = 'civil'),
		       count(*) filter (where p.kind <> 'civil' and exists (select 1 from person_exemption e
		         where e.person = p.id and e.kind = 'exempt' and e.valid_from <= $2 and (e.valid_to is null or e.valid_to >= $2)))
		from person_membership m join person p on p.id = m.person join org_below b on b.unit = m.unit and b.top = $1
		where m.study_home and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2) and p.kind <> 'mass' and (p.left_on is null or p.left_on >= $2)`,
		v.Campaign.Unit, v.Campaign.StartsOn)
	return row.Scan(&v.Members, &v.Civil, &v.Exempt)
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
	ID     id.ID  `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Issuer string `json:"issuer"`
}

// Ground is what the form of a campaign offers to somebody.
type Ground struct {
	Owners []Owner
	Levels []LevelCount
	Papers []Paper
	Saved  []audience.Saved
}

// has reports whether units of a level stand below the owner.
func (g Ground) has(level string) bool {
	return slices.ContainsFunc(g.Levels, func(l LevelCount) bool { return l.Level == level })
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
		if g.Papers, err = papers(ctx, tx, who, c.Documents); err != nil || unit == 0 {
			return err
		}
		g.Saved, err = audience.Offer(ctx, tx, unit)
		return err
	})
	return g, unit, err
}

// papers are the newest documents that may be studied and seen, those chosen first.
func papers(ctx context.Context, tx db.Tx, who access.Actor, chosen []id.ID) ([]Paper, error) {
	args := []any{}
	seen := who.Scope(access.DocumentRead).WhereSeen("d.unit", &args)
	is := "(1 = 0)"
	if len(chosen) > 0 {
		var in string
		in, args = batch.In(chosen, args...)
		is = "d.id in (" + in + ")"
	}
	return db.All(ctx, tx, scanPaper, `select d.id, d.number, d.title, d.issuer_name from document d
		where d.secrecy = '' and `+seen+` and (`+is+` or d.kind not in ('plan', 'report', 'letter', 'minutes', 'submission'))
		order by case when `+is+` then 0 else 1 end, d.issued_on desc, d.id desc limit 30`, args...)
}

func scanPaper(scan func(...any) error) (p Paper, err error) {
	err = scan(&p.ID, &p.Number, &p.Title, &p.Issuer)
	return p, err
}

func papersByID(ctx context.Context, tx db.Tx, ids []id.ID) (out []Paper, err error) {
	for _, d := range ids {
		p, err := db.One(ctx, tx, scanPaper, `select id, number, title, issuer_name from document where id = $1`, d)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
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
	People   int64      `json:"people" doc:"in the frozen roster at or below the unit"`
	Rank     int64      `json:"-"` // of the unit's level
	Audience []Audience `json:"audiences"`
}

// Owed is a deadline in force for a level of a unit's subtree.
type Owed struct {
	Due   Due    `json:"due"`
	Given Due    `json:"given" doc:"what stands above this unit"`
	Name  string `json:"level_name"`
	Rank  int64  `json:"-"`
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
		if _, v.Rank, err = rung(ctx, tx, v.Unit.Level, who.Lang); err != nil {
			return err
		}
		if v.People, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(members + civil), 0) from campaign_unit where campaign = $1 and lo >= $2 and lo <= $3`,
			campaign, v.Unit.Lo, v.Unit.Hi); err != nil {
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
		name, rank, err := rung(ctx, tx, d.Level, lang)
		if err != nil {
			return nil, err
		}
		out = append(out, Owed{Due: d, Given: given, Name: name, Rank: rank, Own: d.Unit == u.Unit && u.Unit != c.Unit, Mine: d.Level == u.Level})
	}
	return out, nil
}

// rung is a level's name and its rank from the top.
func rung(ctx context.Context, tx db.Tx, level, lang string) (name string, rank int64, err error) {
	column := "name"
	if lang == "en" {
		column = "name_en"
	}
	err = tx.QueryRowContext(ctx, `select `+column+`, rank from org_level where code = $1`, level).Scan(&name, &rank)
	return name, rank, err
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
