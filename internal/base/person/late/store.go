package late

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// questions finds exemptions written, stretched or made out of a reduction while a campaign was
// open, of people whom its roster holds as obliged; when has the last word.
const questions = `select e.id, e.kind, e.reason, e.valid_from, coalesce(e.valid_to, ''), e.resolution, coalesce(e.resolved_on, ''), e.written_at, e.changed,
	coalesce(e.writer, 0), coalesce(a.name, ''), c.id, c.title, c.starts_on, c.opened_at, coalesce(c.closed_at, 0),
	r.person, r.name, r.unit, cu.name, r.lo,
	coalesce((select min(d.document) from campaign_document d where d.campaign = c.id and d.ord = (select min(o.ord) from campaign_document o where o.campaign = c.id)), 0),
	coalesce(l.accepted, false), coalesce(l.why, ''), coalesce(l.by_name, ''), coalesce(l.created_at, 0)` + source

const source = `
	from campaign c
	join (select w.*, coalesce(w.changed_at, w.created_at) as written_at, coalesce(w.changed_by, w.created_by) as writer, case when w.changed_at is null then 0 else 1 end as changed
		from person_exemption w) e on e.written_at > c.opened_at and (c.closed_at is null or e.written_at < c.closed_at)
	join campaign_participant r on r.campaign = c.id and r.person = e.person
	join campaign_unit cu on cu.campaign = c.id and cu.unit = r.unit
	left join person_late l on l.exemption = e.id and l.campaign = c.id
	left join account a on a.id = e.writer
	where c.opened_at is not null and c.state <> 'draft' and e.kind = 'exempt' and r.kind = 'member' and not r.exempt and `

func scan(scan func(...any) error) (q Question, err error) {
	var changed int
	err = scan(&q.Exemption, &q.kind, &q.Reason, &q.From, &q.To, &q.Resolution, &q.ResolvedOn, &q.WrittenAt, &changed, &q.writer, &q.WrittenBy,
		&q.Campaign, &q.Title, &q.over.First, &q.over.OpenedAt, &q.over.ClosedAt, &q.Person, &q.Name, &q.Unit, &q.UnitName, &q.lo, &q.document,
		&q.Answer.Accepted, &q.Answer.Why, &q.Answer.By, &q.Answer.At)
	q.FrozenAt = q.over.OpenedAt
	q.When = when(q.kind, q.From, q.To, q.WrittenAt, changed == 1, q.over)
	return q, err
}

// late keeps those that are late.
func late(all []Question) []Question {
	return slices.DeleteFunc(all, func(q Question) bool { return q.When == "" })
}

// unitOf is a leaf of a campaign's frozen tree.
type unitOf struct {
	campaign id.ID
	lo       int64
}

// weigh works out what late exemptions would do to the rates of their units: two grouped
// statements for each campaign and 200 of its units, however many are asked about.
func weigh(ctx context.Context, tx db.Tx, list []Question) error {
	byCampaign, rates, came := map[id.ID][]Question{}, map[unitOf]Rate{}, map[[2]id.ID]bool{}
	for _, q := range list {
		byCampaign[q.Campaign] = append(byCampaign[q.Campaign], q)
	}
	for campaign, of := range byCampaign {
		for part := range batch.Chunks(of) {
			if err := count(ctx, tx, campaign, part, rates, came); err != nil {
				return err
			}
		}
	}
	for i := range list {
		q := &list[i]
		q.Before, q.Studied = rates[unitOf{q.Campaign, q.lo}], came[[2]id.ID{q.Campaign, q.Person}]
		q.After = q.Before.without(q.Studied)
		q.Raises = raises(q.Before, q.After)
	}
	return nil
}

// count fills the rates of the units' obliged on the campaign's first document, as the roster
// stands, and who of the people asked about studied it.
func count(ctx context.Context, tx db.Tx, campaign id.ID, of []Question, rates map[unitOf]Rate, came map[[2]id.ID]bool) error {
	los, people := make([]int64, len(of)), make([]id.ID, len(of))
	for i, q := range of {
		los[i], people[i] = q.lo, q.Person
	}
	in, args := batch.In(los, campaign, of[0].document)
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var lo int64
		var r Rate
		err = scan(&lo, &r.Num, &r.Den)
		rates[unitOf{campaign, lo}] = r
		return none, err
	}, `select r.lo, count(s.person), count(*) from campaign_roster r
		left join attendance_studied s on s.campaign = r.campaign and s.document = $2 and s.person = r.person
		where r.campaign = $1 and r.kind = 'member' and not r.exempt and r.lo in (`+in+`) group by r.lo`, args...)
	if err != nil {
		return err
	}
	in, args = batch.In(people, campaign, of[0].document)
	studied, err := db.All(ctx, tx, db.Value[id.ID], `select person from attendance_studied where campaign = $1 and document = $2 and person in (`+in+`)`, args...)
	for _, p := range studied {
		came[[2]id.ID{campaign, p}] = true
	}
	return err
}

// page are the newest questions that where finds, at most Most that are late.
func page(ctx context.Context, tx db.Tx, where string, args []any) (out []Question, err error) {
	for from := 0; len(out) < Most; from += Most {
		part, err := db.All(ctx, tx, scan, questions+where+fmt.Sprintf(` order by e.written_at desc, e.id, c.id limit %d offset %d`, Most, from), args...)
		if err != nil {
			return nil, err
		}
		n := len(part)
		if out = append(out, late(part)...); n < Most {
			break
		}
	}
	out = out[:min(len(out), Most)]
	return out, weigh(ctx, tx, out)
}

// Open counts the questions over a campaign that nobody answered, of the leaves lo to hi of its
// frozen tree; the caller has checked that who may see the unit's figures.
func Open(ctx context.Context, tx db.Tx, campaign id.ID, lo, hi int64) (n int64, err error) {
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var kind, from, to string
		var at, changed int64
		var c frozen
		err = scan(&kind, &from, &to, &at, &changed, &c.First, &c.OpenedAt, &c.ClosedAt)
		if when(kind, from, to, at, changed == 1, c) != "" {
			n++
		}
		return none, err
	}, `select e.kind, e.valid_from, coalesce(e.valid_to, ''), e.written_at, e.changed, c.starts_on, c.opened_at, coalesce(c.closed_at, 0)`+source+
		`c.id = $1 and r.lo between $2 and $3 and l.exemption is null`, campaign, lo, hi)
	return n, err
}

// Of are the questions over one person; the caller has checked that who may read the record.
func Of(ctx context.Context, tx db.Tx, who access.Actor, person id.ID) ([]Question, error) {
	all, err := page(ctx, tx, `e.person = $1`, []any{person})
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].MayAnswer, err = mayAnswer(ctx, tx, who, all[i])
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func one(ctx context.Context, tx db.Tx, exemption, campaign id.ID) (Question, error) {
	q, err := db.One(ctx, tx, scan, questions+`e.id = $1 and c.id = $2`, exemption, campaign)
	if err != nil {
		return q, err
	}
	if q.When == "" {
		return q, fault.Gone()
	}
	list := []Question{q}
	err = weigh(ctx, tx, list)
	return list[0], err
}

// mayAnswer: somebody above the unit, and neither who wrote the exemption nor who has it.
func mayAnswer(ctx context.Context, tx db.Tx, who access.Actor, q Question) (bool, error) {
	if who.Account == q.writer || who.Account == 0 || who.Person == q.Person {
		return false, nil
	}
	above, err := db.All(ctx, tx, db.Value[id.ID], `select parent from org_unit where id = $1 and parent is not null`, q.Unit)
	if err != nil || len(above) == 0 {
		return false, err
	}
	err = access.Check(ctx, tx, who, access.PersonEdit, above[0])
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return false, nil
	}
	return err == nil, err
}

func insert(ctx context.Context, tx db.Tx, q Question, a Answer, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into person_late (exemption, campaign, accepted, why, created_at, created_by, by_name) values ($1, $2, $3, $4, $5, $6, $7)`,
		q.Exemption, q.Campaign, a.Accepted, a.Why, a.At, by, a.By)
	if db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "late.answered")
	}
	return err
}
