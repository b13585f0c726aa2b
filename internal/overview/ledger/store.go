package ledger

import (
	"context"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// days are the first and last civil day of a year.
func days(year int) (from, to string) {
	y := strconv.Itoa(year)
	return y + "-01-01", y + "-12-31"
}

const courseColumns = `c.id, c.title, c.starts_on, cu.name`

// coursesOf are the campaigns in whose roster a person stood, that began in the year or had a meeting in it.
func coursesOf(ctx context.Context, tx db.Tx, person id.ID, year int, from, until int64) ([]Taken, error) {
	first, last := days(year)
	list, err := db.All(ctx, tx, func(scan func(...any) error) (t Taken, err error) {
		err = scan(&t.Campaign, &t.Title, &t.Starts, &t.Unit, &t.Exempt)
		return t, err
	}, `select `+courseColumns+`, p.exempt from campaign_roster p join campaign c on c.id = p.campaign and c.state <> 'draft'
		join campaign_unit cu on cu.campaign = c.id and cu.unit = p.unit
		where p.person = $1 and (c.starts_on between $2 and $3 or exists (select 1 from meeting m where m.campaign = c.id and m.starts_at >= $4 and m.starts_at < $5))
		order by c.starts_on, c.id limit 100`, person, first, last, from, until)
	for i := range list {
		if list[i].Documents, err = documents(ctx, tx, list[i].Campaign); err != nil {
			return nil, err
		}
		if list[i].Studied, err = db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_document d join attendance_studied s on s.campaign = d.campaign and s.document = d.document and s.person = $2
			where d.campaign = $1`, list[i].Campaign, person); err != nil {
			return nil, err
		}
	}
	return list, err
}

func documents(ctx context.Context, tx db.Tx, campaign id.ID) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `select case when d.number = '' then d.title else d.number end from campaign_document c join document d on d.id = c.document where c.campaign = $1 order by c.ord, c.document`, campaign)
}

// heldBy are the campaigns in whose tree a unit stood, that began in the year or had a meeting in it.
func heldBy(ctx context.Context, tx db.Tx, unit id.ID, year int, from, until int64) ([]UnitCourse, error) {
	first, last := days(year)
	list, err := db.All(ctx, tx, func(scan func(...any) error) (h UnitCourse, err error) {
		err = scan(&h.Campaign, &h.Title, &h.Starts, &h.Unit, &h.Rounding, &h.Report, &h.Sent)
		return h, err
	}, `select `+courseColumns+`, c.rounding, coalesce(r.state, ''), coalesce(r.first_sent_at, 0) from campaign_unit cu join campaign c on c.id = cu.campaign and c.state <> 'draft'
		left join report r on r.campaign = c.id and r.unit = cu.unit
		where cu.unit = $1 and (c.starts_on between $2 and $3 or exists (select 1 from meeting m where m.campaign = c.id and m.starts_at >= $4 and m.starts_at < $5))
		order by c.starts_on, c.id limit 100`, unit, first, last, from, until)
	for i := range list {
		if err := list[i].fill(ctx, tx, unit); err != nil {
			return nil, err
		}
	}
	return list, err
}

func (h *UnitCourse) fill(ctx context.Context, tx db.Tx, unit id.ID) (err error) {
	if h.Documents, err = documents(ctx, tx, h.Campaign); err != nil {
		return err
	}
	list, err := db.All(ctx, tx, db.Value[id.ID], `select document from campaign_document where campaign = $1 order by ord, document`, h.Campaign)
	if err != nil {
		return err
	}
	var self rollup.Line
	for i, doc := range list {
		if self, _, err = rollup.Tree(ctx, tx, h.Campaign, doc, unit); err != nil {
			return err
		}
		h.Studies = append(h.Studies, Study{doc, h.Documents[i], self.Count})
	}
	if _, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) { return none, scan(&h.Must, &h.Handed) },
		`select coalesce(sum(y.must), 0), coalesce(sum(y.handed), 0) from essay_task t join essay_tally y on y.task = t.id and y.lo between $2 and $3 where t.campaign = $1`,
		h.Campaign, self.Lo, self.Hi); err != nil {
		return err
	}
	h.Merits, err = db.All(ctx, tx, scanMerit, `select kind, what from merit where campaign = $1 and unit = $2 and person is null and state = 'upheld' order by id`, h.Campaign, unit)
	return err
}

func scanMerit(scan func(...any) error) (m Merit, err error) {
	err = scan(&m.Kind, &m.What)
	return m, err
}

// seen are the people of a unit in a campaign's own tree whose names the actor may read, each with where they
// belong: cells of several communes bear the same name.
func seen(who access.Actor, campaign, unit id.ID) (query string, args []any) {
	args = []any{campaign, unit}
	const own = ` from attendance_studied s join attendance_record r on r.id = s.record where s.campaign = p.campaign and s.person = p.person and s.document in (select d.document from campaign_document d where d.campaign = p.campaign)`
	return `select p.person, p.name, p.name_key, case when up.unit is null or up.unit = top.unit or cu.unit = top.unit then cu.name else cu.name || ', ' || up.short end, p.exempt,
		(select count(*)` + own + `), (select count(*) from campaign_document d where d.campaign = p.campaign),
		coalesce((select min(r.at)` + own + `), 0), coalesce((select min(r.form)` + own + `), ''), coalesce((select max(r.grade)` + own + `), 0),
		(select count(*)` + own + ` and r.form = 'make_up')
		from campaign_unit top join campaign_participant p on p.campaign = top.campaign and p.lo between top.lo and top.hi and p.kind = 'member'
		join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit left join campaign_unit up on up.campaign = cu.campaign and up.unit = cu.parent
		where top.campaign = $1 and top.unit = $2 and ` + who.Scope(access.PersonRead).Where("p.unit", &args), args
}

func scanMember(scan func(...any) error) (m Member, err error) {
	var made int64
	err = scan(&m.Person, &m.Name, &m.key, &m.Unit, &m.Exempt, &m.Studied, &m.Of, &m.Day, &m.Form, &m.Grade, &made)
	m.MadeUp = made > 0
	return m, err
}

// people is a piece of a unit's people in one campaign, by name.
func people(ctx context.Context, tx db.Tx, who access.Actor, campaign, unit id.ID, page db.Page) (db.Rows[Member], error) {
	query, args := seen(who, campaign, unit)
	rows, err := db.List(ctx, tx, page, db.Order{Sort: "p.name_key", ID: "p.person"}, func(m Member) (string, id.ID) { return m.key, m.Person }, scanMember, query, args...)
	if err == nil {
		err = besides(ctx, tx, campaign, rows.Items)
	}
	return rows, err
}

// everybody is the whole list by unit, at most one more than most.
func everybody(ctx context.Context, tx db.Tx, who access.Actor, campaign, unit id.ID) ([]Member, error) {
	query, args := seen(who, campaign, unit)
	list, err := db.All(ctx, tx, scanMember, query+` order by p.lo, p.name_key, p.person limit `+strconv.Itoa(most+1), args...)
	if err == nil {
		err = besides(ctx, tx, campaign, list)
	}
	return list, err
}

// besides adds essays and merits to people of a campaign.
func besides(ctx context.Context, tx db.Tx, campaign id.ID, list []Member) error {
	at := map[id.ID]*Member{}
	ids := make([]id.ID, len(list))
	for i := range list {
		ids[i], at[list[i].Person] = list[i].Person, &list[i]
	}
	for chunk := range batch.Chunks(ids) {
		in, args := batch.In(chunk, campaign)
		if _, err := db.All(ctx, tx, func(scan func(...any) error) (p id.ID, err error) {
			var e Essay
			err = scan(&p, &e.State, &e.Released, &e.Passed, &e.Points)
			at[p].Essays = append(at[p].Essays, e)
			return p, err
		}, essaySQL+` where t.campaign = $1 and m.person in (`+in+`) and e.state <> 'deleted' order by t.id`, args...); err != nil {
			return err
		}
		if _, err := db.All(ctx, tx, func(scan func(...any) error) (p id.ID, err error) {
			var m Merit
			err = scan(&p, &m.Kind, &m.What)
			at[p].Merits = append(at[p].Merits, m)
			return p, err
		}, `select person, kind, what from merit where campaign = $1 and person in (`+in+`) and state = 'upheld' order by id`, args...); err != nil {
			return err
		}
	}
	return nil
}

const essaySQL = `select m.person, e.state, t.released_at is not null, t.released_at is not null and coalesce(e.passed, false),
		case when t.released_at is null then 0 else coalesce(e.points, 0) end
	from essay_task t join essay_member m on m.task = t.id join essay e on e.id = m.essay`
