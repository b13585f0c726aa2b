package campaign

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `c.id, c.unit, u.name, c.title, c.summary, c.state, c.starts_on, c.rounding, c.sample, coalesce(c.opened_at, 0)`

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
		err = scan(&a.ID, &a.Name, &a.Filter, &a.Counted, &a.MinRate, &a.NeedEssay)
		return a, err
	}, `select id, name, filter, counted, min_rate, need_essay from campaign_audience where campaign = $1 order by ord`, campaign)
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
	u, err := UnitOf(ctx, tx, campaign, unit)
	if err != nil {
		return nil, err
	}
	return db.All(ctx, tx, db.Value[id.ID], `select unit from campaign_unit where campaign = $1 and lo <= $2 and hi >= $2 order by lo`, campaign, u.Lo)
}

const unitColumns = `unit, parent, lo, hi, depth, level, name, short, members, exempt, civil, self_organised, joins`

func scanUnit(scan func(...any) error) (u Unit, err error) {
	err = scan(&u.Unit, &u.Parent, &u.Lo, &u.Hi, &u.Depth, &u.Level, &u.Name, &u.Short, &u.Members, &u.Exempt, &u.Civil, &u.SelfOrganised, &u.Joins)
	return u, err
}

// UnitOf is a unit as it stands in the frozen tree. Fault: Missing when it is not in it.
func UnitOf(ctx context.Context, tx db.Tx, campaign, unit id.ID) (Unit, error) {
	return db.One(ctx, tx, scanUnit, `select `+unitColumns+` from campaign_unit where campaign = $1 and unit = $2`, campaign, unit)
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
			insert into campaign_audience (id, campaign, ord, name, filter, counted, min_rate, need_essay) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id.New(), c.ID, i, a.Name, a.Filter, a.Counted, a.MinRate, a.NeedEssay); err != nil {
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

func setState(ctx context.Context, tx db.Tx, campaign id.ID, state string, at int64, by id.ID) error {
	q := `update campaign set state = 'open', opened_at = $2, opened_by = $3 where id = $1`
	if state == "closed" {
		q = `update campaign set state = 'closed', closed_at = $2 where id = $1`
		_, err := tx.ExecContext(ctx, q, campaign, at)
		return err
	}
	_, err := tx.ExecContext(ctx, q, campaign, at, by)
	return err
}

// standing are the units at or below owner that existed on a day, with their parent of that day.
func standing(ctx context.Context, tx db.Tx, owner id.ID, day string) ([]branch, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (b branch, err error) {
		b.SelfOrganised = true
		err = scan(&b.Unit.Unit, &b.Parent, &b.Level, &b.Name, &b.Short, &b.position, &b.sortKey)
		return b, err
	}, `
		select u.id, coalesce((select p.parent from org_parent p where p.unit = u.id and p.valid_from <= $2 and (p.valid_to is null or p.valid_to >= $2)), u.parent),
		       u.level, u.name, u.short, u.position, u.sort_key
		from org_below b join org_unit u on u.id = b.unit join org_level l on l.code = u.level
		where b.top = $1 and (b.depth = 0 or ((u.valid_from is null or u.valid_from <= $2) and (u.valid_to is null or u.valid_to >= $2)
		  and (l.valid_from is null or l.valid_from <= $2) and (l.valid_to is null or l.valid_to >= $2)))`, owner, day)
}

// insertUnits freezes the tree. Levels that have a deadline organise their own meetings until
// they say otherwise; the others, such as cells, join the unit above.
func insertUnits(ctx context.Context, tx db.Tx, c Campaign, units []Unit) error {
	rows := make([][]any, len(units))
	for i, u := range units {
		joins := u.Parent
		self := u.Unit == c.Unit || slices.ContainsFunc(c.Dues, func(d Due) bool { return d.Level == u.Level })
		if self {
			joins = 0
		}
		rows[i] = []any{c.ID, u.Unit, u.Parent, u.Lo, u.Hi, u.Depth, u.Level, u.Name, u.Short, self, joins}
	}
	return batch.Insert(ctx, tx, `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, self_organised, joins)`, 11, rows)
}

// someone is a person of the roster before being frozen.
type someone struct {
	id                                id.ID
	unit                              id.ID
	lo                                int64
	kind, name, folded, nameKey, post string
	keyCadre, exempt                  bool
}

// chunk reads who has a study home in the frozen tree on a day, after the person given.
func chunk(ctx context.Context, tx db.Tx, campaign id.ID, day string, after id.ID, limit int) ([]someone, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (p someone, err error) {
		err = scan(&p.id, &p.unit, &p.lo, &p.kind, &p.keyCadre, &p.name, &p.folded, &p.nameKey, &p.post, &p.exempt)
		return p, err
	}, `
		select p.id, m.unit, cu.lo, case when p.kind = 'civil' then 'civil' else 'member' end, p.key_cadre, p.name, p.folded, p.name_key, p.position,
		       exists (select 1 from person_exemption e where e.person = p.id and e.kind = 'exempt' and e.valid_from <= $2 and (e.valid_to is null or e.valid_to >= $2))
		from person p
		join person_membership m on m.person = p.id and m.study_home and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2)
		join campaign_unit cu on cu.campaign = $1 and cu.unit = m.unit
		where p.id > $3 and p.kind <> 'mass' and (p.left_on is null or p.left_on >= $2)
		order by p.id limit $4`, campaign, day, int64(after), limit)
}

func insertPeople(ctx context.Context, tx db.Tx, campaign id.ID, audiences []Audience, people []someone) error {
	rows := make([][]any, len(people))
	for i, p := range people {
		var audience id.ID
		for _, a := range audiences {
			if a.Fits(p.kind, p.keyCadre) {
				audience = a.ID
				break
			}
		}
		rows[i] = []any{campaign, p.id, p.unit, p.lo, audience, p.kind, p.keyCadre, p.exempt && p.kind == "member", p.name, p.folded, p.nameKey, p.post, newCode()}
	}
	return batch.Insert(ctx, tx, `insert into campaign_participant (campaign, person, unit, lo, audience, kind, key_cadre, exempt, name, folded, name_key, position, code)`, 13, rows)
}

func countPeople(ctx context.Context, tx db.Tx, campaign id.ID) error {
	_, err := tx.ExecContext(ctx, `
		update campaign_unit set members = x.members, exempt = x.exempt, civil = x.civil
		from (select lo, count(*) filter (where kind = 'member') as members, count(*) filter (where exempt) as exempt,
		             count(*) filter (where kind = 'civil') as civil
		      from campaign_participant where campaign = $1 group by lo) as x
		where campaign_unit.campaign = $1 and campaign_unit.lo = x.lo`, campaign)
	return err
}

func setOrganise(ctx context.Context, tx db.Tx, campaign, unit id.ID, self bool, joins id.ID) error {
	_, err := tx.ExecContext(ctx, `update campaign_unit set self_organised = $3, joins = $4 where campaign = $1 and unit = $2`, campaign, unit, self, joins)
	return err
}
