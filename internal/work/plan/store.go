package plan

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `p.id, p.campaign, p.unit, p.number, p.issued_on, p.abstract, p.state, p.authority, p.position, p.signer, p.recipients, coalesce(p.sent_at, 0), p.changed_at, p.document`

func scan(scan func(...any) error) (p Plan, err error) {
	err = scan(&p.ID, &p.Campaign, &p.Unit, &p.Number, &p.IssuedOn, &p.Abstract, &p.State, &p.Authority, &p.Position, &p.Signer, &p.Recipients, &p.SentAt, &p.ChangedAt, &p.Document)
	return p, err
}

// Find loads the plan of a unit for a campaign. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, campaign, unit id.ID) (Plan, error) {
	p, err := db.One(ctx, tx, scan, `select `+columns+` from plan p where p.campaign = $1 and p.unit = $2`, campaign, unit)
	if err != nil {
		return p, err
	}
	return p, load(ctx, tx, &p)
}

// above loads the nearest sent plan of a unit above. Fault: Missing.
func above(ctx context.Context, tx db.Tx, u campaign.Unit, of id.ID) (Plan, error) {
	p, err := db.One(ctx, tx, scan, `
		select `+columns+` from plan p join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit
		where p.campaign = $1 and p.state = 'sent' and cu.lo < $2 and cu.hi >= $2 order by cu.lo desc limit 1`, of, u.Lo)
	if err != nil {
		return p, err
	}
	return p, load(ctx, tx, &p)
}

func load(ctx context.Context, tx db.Tx, p *Plan) (err error) {
	type section struct{ code, body string }
	all, err := db.All(ctx, tx, func(scan func(...any) error) (s section, err error) { return s, scan(&s.code, &s.body) },
		`select code, body from plan_section where plan = $1`, p.ID)
	if err != nil {
		return err
	}
	p.Sections = map[string]string{}
	for _, s := range all {
		p.Sections[s.code] = s.body
	}
	if p.Lines, err = db.All(ctx, tx, scanLine, `select audience, level, mode, held_on, due_on, place, speaker from plan_line where plan = $1 order by ord`, p.ID); err != nil {
		return err
	}
	p.Assignments, err = db.All(ctx, tx, scanAssignment, `select name, position, work, due_on from plan_assignment where plan = $1 order by ord`, p.ID)
	return err
}

func scanLine(scan func(...any) error) (l Line, err error) {
	return l, scan(&l.Audience, &l.Level, &l.Mode, &l.HeldOn, &l.DueOn, &l.Place, &l.Speaker)
}

func scanAssignment(scan func(...any) error) (d Assignment, err error) {
	return d, scan(&d.Name, &d.Position, &d.Work, &d.DueOn)
}

// write stores a draft whole; the id of a new one is not taken.
func write(ctx context.Context, tx db.Tx, p Plan, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into plan (id, campaign, unit, number, issued_on, abstract, state, authority, position, signer, recipients, changed_at, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $10, $11, $11, $12)
		on conflict (campaign, unit) do update set number = excluded.number, issued_on = excluded.issued_on, abstract = excluded.abstract,
			authority = excluded.authority, position = excluded.position, signer = excluded.signer, recipients = excluded.recipients, changed_at = excluded.changed_at`,
		p.ID, p.Campaign, p.Unit, p.Number, p.IssuedOn, p.Abstract, p.Authority, p.Position, p.Signer, p.Recipients, at, by)
	if err != nil {
		return err
	}
	for _, q := range []string{`delete from plan_section where plan = $1`, `delete from plan_line where plan = $1`, `delete from plan_assignment where plan = $1`} {
		if _, err := tx.ExecContext(ctx, q, p.ID); err != nil {
			return err
		}
	}
	return details(ctx, tx, p)
}

func details(ctx context.Context, tx db.Tx, p Plan) error {
	for _, code := range Codes {
		if _, err := tx.ExecContext(ctx, `insert into plan_section (plan, code, body) values ($1, $2, $3)`, p.ID, code, p.Sections[code]); err != nil {
			return err
		}
	}
	for i, l := range p.Lines {
		if _, err := tx.ExecContext(ctx, `insert into plan_line (plan, ord, audience, level, mode, held_on, due_on, place, speaker) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			p.ID, i, l.Audience, l.Level, l.Mode, l.HeldOn, l.DueOn, l.Place, l.Speaker); err != nil {
			return err
		}
	}
	for i, d := range p.Assignments {
		if _, err := tx.ExecContext(ctx, `insert into plan_assignment (plan, ord, name, position, work, due_on) values ($1, $2, $3, $4, $5, $6)`,
			p.ID, i, d.Name, d.Position, d.Work, d.DueOn); err != nil {
			return err
		}
	}
	return nil
}

func taken(ctx context.Context, tx db.Tx, plan id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from plan where id = $1`, plan)
	return n > 0, err
}

func setSent(ctx context.Context, tx db.Tx, plan, document id.ID, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update plan set state = 'sent', sent_at = $2, sent_by = $3, changed_at = $2, document = $4 where id = $1`, plan, at, by, document)
	return err
}

func setDraft(ctx context.Context, tx db.Tx, plan id.ID, at int64) error {
	_, err := tx.ExecContext(ctx, `update plan set state = 'draft', sent_at = null, sent_by = null, changed_at = $2 where id = $1`, plan, at)
	return err
}

// office is a unit as its papers name it, with the unit above in the frozen tree.
func office(ctx context.Context, tx db.Tx, u campaign.Unit, of id.ID) (o Office, err error) {
	return db.One(ctx, tx, func(scan func(...any) error) (o Office, err error) {
		return o, scan(&o.Name, &o.Committee, &o.Symbol, &o.Place, &o.Above)
	}, `select cu.name, u.committee, u.symbol, u.place, coalesce(a.name, '')
		from campaign_unit cu join org_unit u on u.id = cu.unit left join campaign_unit a on a.campaign = cu.campaign and a.unit = cu.parent
		where cu.campaign = $1 and cu.unit = $2`, of, u.Unit)
}

func levels(ctx context.Context, tx db.Tx, lang string) ([]Level, error) {
	name := "name"
	if lang == "en" {
		name = "name_en"
	}
	return db.All(ctx, tx, func(scan func(...any) error) (l Level, err error) { return l, scan(&l.Code, &l.Name, &l.Rank) },
		`select code, `+name+`, rank from org_level order by rank, code`)
}

// levelsBelow are the levels of the units at or below one in the frozen tree, from the top.
func levelsBelow(ctx context.Context, tx db.Tx, u campaign.Unit, of id.ID) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `
		select l.code from org_level l where exists (select 1 from campaign_unit cu where cu.campaign = $1 and cu.lo >= $2 and cu.lo <= $3 and cu.level = l.code)
		order by l.rank, l.code`, of, u.Lo, u.Hi)
}

// Row is a unit in the list of plans.
type Row struct {
	Unit     id.ID  `json:"unit"`
	Name     string `json:"name"`
	Above    string `json:"above"`
	Level    string `json:"level"`
	State    string `json:"state" enum:",draft,sent" doc:"empty: not begun"`
	Number   string `json:"number"`
	IssuedOn string `json:"issued_on"`
	SentAt   int64  `json:"sent_at"`
	Joins    string `json:"joins" doc:"unit whose meetings it joins; no plan is expected then"`
	Last     string `json:"last" doc:"last day allowed to its level, civil date; empty without a deadline"`
	lo       int64
}

func scanRow(scan func(...any) error) (r Row, err error) {
	var due string
	err = scan(&r.Unit, &r.Name, &r.Above, &r.Level, &r.State, &r.Number, &r.IssuedOn, &r.SentAt, &r.Joins, &r.lo, &due)
	if day, inclusive, ok := strings.Cut(due, " "); ok {
		r.Last = campaign.Due{On: day, Inclusive: inclusive == "1"}.Last()
	}
	return r, err
}

const rowFrom = ` from campaign_unit cu join org_unit u on u.id = cu.unit
	left join plan p on p.campaign = cu.campaign and p.unit = cu.unit
	left join campaign_unit a on a.campaign = cu.campaign and a.unit = cu.parent
	left join campaign_unit j on j.campaign = cu.campaign and j.unit = cu.joins `

// where is the filter's condition after $1 campaign, $2 lo, $3 hi.
func (f Filter) where(args *[]any) string {
	add := func(format string, v any) string {
		*args = append(*args, v)
		return fmt.Sprintf(format, len(*args))
	}
	q := " where cu.campaign = $1 and cu.lo >= $2 and cu.lo <= $3"
	for _, word := range text.Words(f.Find) {
		q += add(` and u.folded like $%d escape '\'`, "%"+db.Like(word)+"%")
	}
	if f.Level != "" {
		q += add(" and cu.level = $%d", f.Level)
	}
	switch f.State {
	case "none":
		q += " and cu.self_organised and p.id is null"
	case "sent", "draft":
		q += add(" and p.state = $%d", f.State)
	case "joins":
		q += " and not cu.self_organised"
	default:
		q += " and (cu.self_organised or p.id is not null)"
	}
	return q
}

// tightest is the deadline in force for the level of a row, "2018-07-20 0" or "… 1" when it is
// inclusive: "before 20/7" sorts, and ends, before "until 20/7".
const tightest = `coalesce((select min(d.due_on || case when d.inclusive then ' 1' else ' 0' end)
	from campaign_due d join campaign_unit t on t.campaign = d.campaign and t.unit = d.unit
	where d.campaign = cu.campaign and d.level = cu.level and t.lo <= cu.lo and t.hi >= cu.lo), '')`

func list(ctx context.Context, tx db.Tx, who access.Actor, u campaign.Unit, of id.ID, f Filter) (db.Rows[Row], error) {
	args := []any{of, u.Lo, u.Hi}
	q := `select cu.unit, cu.name, coalesce(a.name, ''), cu.level, coalesce(p.state, ''), coalesce(p.number, ''), coalesce(p.issued_on, ''), coalesce(p.sent_at, 0), coalesce(j.name, ''), cu.lo, ` + tightest +
		rowFrom + f.where(&args) + " and " + who.Scope(access.PlanRead).Where("cu.unit", &args)
	return db.List(ctx, tx, f.Page, db.Order{Sort: "cu.lo", ID: "cu.unit", Number: true}, func(r Row) (string, id.ID) { return fmt.Sprint(r.lo), r.Unit }, scanRow, q, args...)
}

// Cover is how many units of a level that organise themselves have sent a plan (R116).
type Cover struct {
	Level    string `json:"level"`
	Name     string `json:"name"`
	Sent     int64  `json:"sent"`
	Expected int64  `json:"expected"`
	Joining  int64  `json:"joining" doc:"units that join another's meetings"`
}

func cover(ctx context.Context, tx db.Tx, u campaign.Unit, of id.ID, lang string) ([]Cover, error) {
	name := "l.name"
	if lang == "en" {
		name = "l.name_en"
	}
	return db.All(ctx, tx, func(scan func(...any) error) (c Cover, err error) {
		return c, scan(&c.Level, &c.Name, &c.Sent, &c.Expected, &c.Joining)
	}, `select cu.level, `+name+`, count(*) filter (where p.state = 'sent' and cu.self_organised), count(*) filter (where cu.self_organised), count(*) filter (where not cu.self_organised)
		from campaign_unit cu join org_level l on l.code = cu.level left join plan p on p.campaign = cu.campaign and p.unit = cu.unit
		where cu.campaign = $1 and cu.lo > $2 and cu.lo <= $3 group by cu.level, `+name+`, l.rank order by l.rank, cu.level`, of, u.Lo, u.Hi)
}
