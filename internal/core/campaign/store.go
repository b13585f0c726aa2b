package campaign

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `c.id, c.unit, u.name, c.title, c.summary,
	case when exists (select 1 from campaign_opening co where co.campaign = c.id) then 'opening' else c.state end, c.starts_on, c.rounding, c.sample, coalesce(c.opened_at, 0)`

func scan(scan func(...any) error) (c Campaign, err error) {
	err = scan(&c.ID, &c.Unit, &c.UnitName, &c.Title, &c.Summary, &c.State, &c.StartsOn, &c.Rounding, &c.Sample, &c.OpenedAt)
	return c, err
}

// Find loads a campaign with its documents, audiences and the owner's deadlines. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, campaign id.ID) (Campaign, error) {
	c, err := db.One(ctx, tx, scan, `select `+columns+` from campaign c join org_unit u on u.id = c.unit where c.id = $1`, campaign)
	if err != nil {
		return c, err
	}
	if c.Documents, err = db.All(ctx, tx, db.Value[id.ID], `select document from campaign_document where campaign = $1 order by ord`, campaign); err != nil {
		return c, err
	}
	if c.Audiences, err = Audiences(ctx, tx, campaign); err != nil {
		return c, err
	}
	all, err := dues(ctx, tx, campaign)
	for _, d := range all {
		if d.Unit == c.Unit {
			c.Dues = append(c.Dues, d)
		}
	}
	return c, err
}

// Audiences are a campaign's audiences in their order.
func Audiences(ctx context.Context, tx db.Tx, campaign id.ID) ([]Audience, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (a Audience, err error) {
		var query string
		if err = scan(&a.ID, &a.Name, &a.Filter, &query, &a.Sentence, &a.Counted, &a.MinRate, &a.NeedEssay); err == nil && query != "" {
			a.Query, err = audience.Parse(query)
		}
		return a, err
	}, `select id, name, filter, query, sentence, counted, min_rate, need_essay from campaign_audience where campaign = $1 order by ord`, campaign)
}

func dues(ctx context.Context, tx db.Tx, campaign id.ID) ([]Due, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (d Due, err error) {
		err = scan(&d.Unit, &d.Level, &d.On, &d.Inclusive)
		return d, err
	}, `select d.unit, d.level, d.due_on, d.inclusive from campaign_due d join org_level l on l.code = d.level
		where d.campaign = $1 order by l.rank, d.level, d.unit`, campaign)
}

// Dues are the deadlines in force for a unit's subtree, one for each level that has any:
// the tightest set by the unit or one above it.
func Dues(ctx context.Context, tx db.Tx, campaign, unit id.ID) (out []Due, err error) {
	chain, err := Chain(ctx, tx, campaign, unit)
	if err != nil {
		return nil, err
	}
	all, err := dues(ctx, tx, campaign)
	seen := map[string]bool{}
	for _, d := range all {
		if seen[d.Level] {
			continue
		}
		if best, ok := Effective(all, chain, d.Level); ok {
			out, seen[d.Level] = append(out, best), true
		}
	}
	return out, err
}

// Chain is the frozen tree from the owner down to unit, both included. Fault: Missing when
// the unit is not in it.
func Chain(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]id.ID, error) {
	if _, err := UnitOf(ctx, tx, campaign, unit); err != nil {
		return nil, err
	}
	return db.All(ctx, tx, db.Value[id.ID], `
		with recursive way (unit, parent, lo) as (
			select unit, parent, lo from campaign_unit where campaign = $1 and unit = $2
			union all select u.unit, u.parent, u.lo from way w join campaign_unit u on u.campaign = $1 and u.unit = w.parent)
		select unit from way order by lo`, campaign, unit)
}

const unitColumns = `unit, parent, lo, hi, depth, level, name, short, members, exempt, civil, self_organised, joins`

func scanUnit(scan func(...any) error) (u Unit, err error) {
	err = scan(&u.Unit, &u.Parent, &u.Lo, &u.Hi, &u.Depth, &u.Level, &u.Name, &u.Short, &u.Members, &u.Exempt, &u.Civil, &u.SelfOrganised, &u.Joins)
	return u, err
}

// UnitOf is a unit as it stands in the frozen tree. Fault: Missing when it is not in it, or the
// tree is not frozen to the end.
func UnitOf(ctx context.Context, tx db.Tx, campaign, unit id.ID) (Unit, error) {
	return db.One(ctx, tx, scanUnit, `select `+unitColumns+` from campaign_unit where campaign = $1 and unit = $2
		and exists (select 1 from campaign c where c.id = $1 and c.state <> 'draft')`, campaign, unit)
}

// May passes when who has the need at a unit of the frozen tree. Faults: Missing, Denied.
func May(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, campaign, unit id.ID) (Unit, error) {
	u, err := UnitOf(ctx, tx, campaign, unit)
	if err != nil {
		return u, err
	}
	return u, access.Check(ctx, tx, who, need, unit)
}

// Below are the units directly below one, in tree order.
func Below(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Unit, error) {
	return db.All(ctx, tx, scanUnit, `select `+unitColumns+` from campaign_unit where campaign = $1 and parent = $2 order by lo`, campaign, unit)
}

func insert(ctx context.Context, tx db.Tx, c Campaign, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into campaign (id, unit, title, folded, summary, state, starts_on, rounding, sample, created_at, created_by)
		values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9, $10)`,
		c.ID, c.Unit, c.Title, text.Fold(c.Title), c.Summary, c.StartsOn, c.Rounding, c.Sample, at, by)
	if err != nil {
		return err
	}
	return details(ctx, tx, c, at, by)
}

func update(ctx context.Context, tx db.Tx, c Campaign, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update campaign set title = $2, summary = $3, starts_on = $4, rounding = $5, folded = $6 where id = $1`,
		c.ID, c.Title, c.Summary, c.StartsOn, c.Rounding, text.Fold(c.Title))
	if err != nil {
		return err
	}
	for _, q := range []string{`delete from campaign_document where campaign = $1`, `delete from campaign_audience where campaign = $1`,
		`delete from campaign_due where campaign = $1`} {
		if _, err := tx.ExecContext(ctx, q, c.ID); err != nil {
			return err
		}
	}
	return details(ctx, tx, c, at, by)
}

func details(ctx context.Context, tx db.Tx, c Campaign, at int64, by id.ID) error {
	for i, d := range c.Documents {
		if _, err := tx.ExecContext(ctx, `insert into campaign_document (campaign, document, ord) values ($1, $2, $3) on conflict do nothing`, c.ID, d, i); err != nil {
			return err
		}
	}
	for i, a := range c.Audiences {
		if _, err := tx.ExecContext(ctx, `
			insert into campaign_audience (id, campaign, ord, name, filter, query, counted, min_rate, need_essay) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			id.New(), c.ID, i, a.Name, a.Filter, a.stored(), a.Counted, a.MinRate, a.NeedEssay); err != nil {
			return err
		}
	}
	for _, d := range c.Dues {
		d.Unit = c.Unit
		if err := putDue(ctx, tx, c.ID, d, at, by); err != nil {
			return err
		}
	}
	return nil
}

func putDue(ctx context.Context, tx db.Tx, campaign id.ID, d Due, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into campaign_due (campaign, unit, level, due_on, inclusive, at, by) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (campaign, unit, level) do update set due_on = excluded.due_on, inclusive = excluded.inclusive, at = excluded.at, by = excluded.by`,
		campaign, d.Unit, d.Level, d.On, d.Inclusive, at, by)
	return err
}

func dropDue(ctx context.Context, tx db.Tx, campaign, unit id.ID, level string) error {
	_, err := tx.ExecContext(ctx, `delete from campaign_due where campaign = $1 and unit = $2 and level = $3`, campaign, unit, level)
	return err
}

// setOpen shows a campaign whose tree and roster are frozen.
func setOpen(ctx context.Context, tx db.Tx, campaign id.ID, at int64, units, members int64) error {
	_, err := tx.ExecContext(ctx, `update campaign set state = 'open', opened_at = $2, units = $3, members = $4 where id = $1`, campaign, at, units, members)
	return err
}

func setClosed(ctx context.Context, tx db.Tx, campaign id.ID, at int64) error {
	_, err := tx.ExecContext(ctx, `update campaign set state = 'closed', closed_at = $2 where id = $1`, campaign, at)
	return err
}

func setOrganise(ctx context.Context, tx db.Tx, campaign, unit id.ID, self bool, joins id.ID) error {
	_, err := tx.ExecContext(ctx, `update campaign_unit set self_organised = $3, joins = $4 where campaign = $1 and unit = $2`, campaign, unit, self, joins)
	return err
}
