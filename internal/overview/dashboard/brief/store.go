package brief

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/dashboard"
	"quantriet/internal/overview/rollup"
)

// given are the tightest deadlines above or at the unit for each level from its own down that the unit has;
// in thousands of units every level is taken to be there, rather than looked for.
func given(ctx context.Context, tx db.Tx, lang string, campaign, unit id.ID) ([]Given, error) {
	var orders []dashboard.Order
	var by, levels []string
	var own int64
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var o dashboard.Order
		var name string
		err = scan(&o.Unit, &o.Lo, &o.Hi, &o.Level, &o.Day, &o.Inclusive, &name, &own)
		orders, by = append(orders, o), append(by, name)
		return none, err
	}, `select d.unit, top.lo, top.hi, d.level, d.due_on, d.inclusive, top.short, cu.lo
		from campaign_unit cu join org_level mine on mine.code = cu.level
		join campaign_due d on d.campaign = cu.campaign
		join campaign_unit top on top.campaign = d.campaign and top.unit = d.unit and top.lo <= cu.lo and top.hi >= cu.lo
		join org_level l on l.code = d.level and l.rank >= mine.rank
		where cu.campaign = $1 and cu.unit = $2 and (cu.hi - cu.lo > 5000 or exists (
			select 1 from campaign_unit x where x.campaign = cu.campaign and x.lo >= cu.lo and x.lo <= cu.hi and x.level = d.level))
		order by l.rank, d.level, d.due_on, d.inclusive`, campaign, unit)
	if err != nil {
		return nil, err
	}
	out := []Given{}
	for i, o := range orders {
		if i > 0 && orders[i-1].Level == o.Level {
			continue
		}
		levels = append(levels, o.Level)
		out = append(out, Given{Level: o.Level, Due: dashboard.DueOf(orders, own, o.Level), By: by[i]})
	}
	return out, named(ctx, tx, lang, out, levels)
}

// named puts the names of levels in place of their codes.
func named(ctx context.Context, tx db.Tx, lang string, out []Given, codes []string) error {
	column := "name"
	if lang == "en" {
		column = "name_en"
	}
	for i, code := range codes {
		name, err := db.One(ctx, tx, db.Value[string], `select `+column+` from org_level where code = $1`, code)
		if err != nil {
			return err
		}
		out[i].Level = name
	}
	return nil
}

// past are the unit's campaigns up to and with this one, each for its first document.
func past(ctx context.Context, tx db.Tx, b Brief) ([]Past, error) {
	var documents []id.ID
	list, err := db.All(ctx, tx, func(scan func(...any) error) (p Past, err error) {
		var d id.ID
		err = scan(&p.Campaign, &p.Title, &p.Starts, &p.Rounding, &d)
		documents = append(documents, d)
		return p, err
	}, `select c.id, c.title, c.starts_on, c.rounding, coalesce((select d.document from campaign_document d where d.campaign = c.id and d.ord =
			(select min(f.ord) from campaign_document f where f.campaign = c.id)), 0)
		from campaign_unit cu join campaign c on c.id = cu.campaign
		where cu.unit = $1 and c.state <> 'draft' and (c.starts_on < $2 or c.id = $3) order by c.starts_on desc, c.id desc limit 6`,
		b.Self.Unit, b.Campaign.Starts, b.Campaign.ID)
	for i := range list {
		if list[i].Campaign == b.Campaign.ID {
			list[i].Count = b.Self.Count
			continue
		}
		self, _, err := rollup.Tree(ctx, tx, list[i].Campaign, documents[i], b.Self.Unit)
		if err != nil {
			return nil, err
		}
		list[i].Count = self.Count
	}
	return list, err
}

// contested counts open contests within the unit by figure.
func contested(ctx context.Context, tx db.Tx, b Brief) ([]Contested, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (c Contested, err error) {
		err = scan(&c.Figure, &c.People)
		return c, err
	}, `select k.figure, count(*) from contest k where k.campaign = $1 and k.state = 'open' and k.lo between $2 and $3 group by k.figure order by 2 desc, 1`,
		b.Campaign.ID, b.Self.Lo, b.Self.Hi)
}

// declared are figures of the unit's report that have a value and nothing computed.
func declared(ctx context.Context, tx db.Tx, b Brief) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select count(*) from report r join report_figure f on f.report = r.id and f.computed is null and f.value <> 0
		where r.campaign = $1 and r.unit = $2`, b.Campaign.ID, b.Self.Unit)
}

// terms are the days of grace and until the report is closed; none of either without an order.
func terms(ctx context.Context, tx db.Tx, b *Brief) error {
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&b.Grace, &b.Closing)
	}, `select grace, closing from duty_campaign where campaign = $1`, b.Campaign.ID)
	return err
}
