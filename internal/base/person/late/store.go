package late

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// questions finds exemptions written while a campaign was open of people whom its roster
// holds as obliged; when has the last word.
const questions = `select e.id, e.kind, e.reason, e.valid_from, coalesce(e.valid_to, ''), e.resolution, coalesce(e.resolved_on, ''), e.created_at,
	coalesce(e.created_by, 0), coalesce(a.name, ''), c.id, c.title, c.starts_on, c.opened_at, coalesce(c.closed_at, 0),
	r.person, r.name, r.unit, cu.name, r.lo,
	coalesce((select min(d.document) from campaign_document d where d.campaign = c.id and d.ord = (select min(o.ord) from campaign_document o where o.campaign = c.id)), 0),
	coalesce(l.accepted, false), coalesce(l.why, ''), coalesce(l.by_name, ''), coalesce(l.created_at, 0)
	from campaign c
	join person_exemption e on e.created_at > c.opened_at and (c.closed_at is null or e.created_at < c.closed_at)
	join campaign_participant r on r.campaign = c.id and r.person = e.person
	join campaign_unit cu on cu.campaign = c.id and cu.unit = r.unit
	left join person_late l on l.exemption = e.id and l.campaign = c.id
	left join account a on a.id = e.created_by
	where c.opened_at is not null and c.state <> 'draft' and e.kind = 'exempt' and r.kind = 'member' and not r.exempt and `

func scan(scan func(...any) error) (q Question, err error) {
	err = scan(&q.Exemption, &q.kind, &q.Reason, &q.From, &q.To, &q.Resolution, &q.ResolvedOn, &q.WrittenAt, &q.writer, &q.WrittenBy,
		&q.Campaign, &q.Title, &q.over.First, &q.over.OpenedAt, &q.over.ClosedAt, &q.Person, &q.Name, &q.Unit, &q.UnitName, &q.lo, &q.document,
		&q.Answer.Accepted, &q.Answer.Why, &q.Answer.By, &q.Answer.At)
	q.FrozenAt = q.over.OpenedAt
	return q, err
}

// weigh drops what is not late and works out what the rest does to the rate.
func weigh(ctx context.Context, tx db.Tx, all []Question) (out []Question, err error) {
	for _, q := range all {
		if q.When = when(q.kind, q.From, q.To, q.WrittenAt, q.over); q.When == "" {
			continue
		}
		if q.Before, q.Studied, err = rate(ctx, tx, q); err != nil {
			return nil, err
		}
		q.After = q.Before.without(q.Studied)
		q.Raises = raises(q.Before, q.After)
		out = append(out, q)
	}
	return out, nil
}

// rate is that of the unit's obliged on the campaign's first document, as the roster stands.
func rate(ctx context.Context, tx db.Tx, q Question) (r Rate, studied bool, err error) {
	r.Den, err = db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_participant where campaign = $1 and lo = $2 and kind = 'member' and not exempt`, q.Campaign, q.lo)
	if err != nil {
		return r, false, err
	}
	came, err := db.All(ctx, tx, db.Value[id.ID], `select s.person from campaign_participant r join attendance_studied s on s.campaign = r.campaign and s.document = $3 and s.person = r.person
		where r.campaign = $1 and r.lo = $2 and r.kind = 'member' and not r.exempt`, q.Campaign, q.lo, q.document)
	for _, p := range came {
		studied = studied || p == q.Person
	}
	r.Num = int64(len(came))
	return r, studied, err
}

// Of are the questions over one person; the caller has checked that who may read the record.
func Of(ctx context.Context, tx db.Tx, who access.Actor, person id.ID) ([]Question, error) {
	all, err := db.All(ctx, tx, scan, questions+`e.person = $1 order by e.created_at desc, c.id`, person)
	if err != nil {
		return nil, err
	}
	if all, err = weigh(ctx, tx, all); err != nil {
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
	all, err := weigh(ctx, tx, []Question{q})
	if err == nil && len(all) == 0 {
		err = fault.Gone()
	}
	if err != nil {
		return q, err
	}
	return all[0], nil
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
