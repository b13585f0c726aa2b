package year

import (
	"context"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/recheck"
)

// personOf is where somebody belongs. Fault: Missing.
func personOf(ctx context.Context, tx db.Tx, person id.ID) (unit id.ID, name, home string, err error) {
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&unit, &name, &home)
	}, `select p.unit, p.name, u.name from person p join org_unit u on u.id = p.unit where p.id = $1`, person)
	return unit, name, home, err
}

// mostRows bounds the campaigns of a sheet.
const mostRows = 200

// took are the campaigns whose roster has the person, the first first.
func took(ctx context.Context, tx db.Tx, person id.ID, s Span) ([]Took, error) {
	from, to := s.days()
	return db.All(ctx, tx, func(scan func(...any) error) (t Took, err error) {
		err = scan(&t.Campaign, &t.Title, &t.Starts, &t.Exempt, &t.Documents, &t.Excused, &t.Unexcused, &t.Spoke, &t.Picked)
		return t, err
	}, `select c.id, c.title, c.starts_on, r.exempt,
			(select count(*) from campaign_document d where d.campaign = c.id),
			(select count(*) from attendance_absence a where a.campaign = c.id and a.person = r.person and a.reason <> ''),
			(select count(*) from attendance_absence a where a.campaign = c.id and a.person = r.person and a.reason = ''),
			(select count(distinct i.meeting) from meeting_item i join meeting m on m.id = i.meeting and m.state = 'held' where m.campaign = c.id and i.speaker_person = r.person),
			(select count(*) from essay_pick k join essay e on e.id = k.essay where e.campaign = c.id and e.person = r.person and e.state <> 'apart')
		from campaign c join campaign_roster r on r.campaign = c.id and r.person = $1
		where c.state <> 'draft' and c.starts_on >= $2 and c.starts_on <= $3 order by c.starts_on, c.id limit $4`, person, from, to, mostRows)
}

// fill reads what was studied and written.
func (t *Took) fill(ctx context.Context, tx db.Tx, person id.ID) (err error) {
	t.Done, err = db.All(ctx, tx, func(scan func(...any) error) (d Done, err error) {
		err = scan(&d.Number, &d.Form, &d.Grade, &d.At)
		return d, err
	}, `select d.number, r.form, r.grade, r.at from campaign_document cd join document d on d.id = cd.document
		join attendance_studied s on s.campaign = cd.campaign and s.document = cd.document and s.person = $2
		join attendance_record r on r.id = s.record where cd.campaign = $1 order by cd.ord`, t.Campaign, person)
	if err != nil {
		return err
	}
	t.Essays, err = db.All(ctx, tx, func(scan func(...any) error) (e Essay, err error) {
		err = scan(&e.Title, &e.State, &e.Late, &e.Known, &e.Passed)
		return e, err
	}, `select k.title, e.state, e.late, k.released_at is not null, k.released_at is not null and coalesce(e.passed, false)
		from essay_member m join essay e on e.id = m.essay join essay_task k on k.id = m.task
		where e.campaign = $1 and m.person = $2 and e.state <> 'deleted' order by k.id`, t.Campaign, person)
	return err
}

// judged are the proposals upheld in campaigns of the years, about what column names.
func judged(ctx context.Context, tx db.Tx, column string, of id.ID, s Span) ([]Judged, error) {
	from, to := s.days()
	return db.All(ctx, tx, func(scan func(...any) error) (j Judged, err error) {
		var at int64
		err = scan(&j.Merit, &j.Title, &j.Kind, &j.What, &at)
		j.Day = text.Day(at, clock.Zone)
		return j, err
	}, `select m.id, c.title, m.kind, m.what, m.decided_at from merit m join campaign c on c.id = m.campaign
		where `+column+` = $1 and m.state = 'upheld' and c.starts_on >= $2 and c.starts_on <= $3 order by m.decided_at, m.id limit 200`, of, from, to)
}

// held are the campaigns whose tree has the unit, the first first, with its report.
func held(ctx context.Context, tx db.Tx, unit id.ID, s Span) ([]Held, error) {
	from, to := s.days()
	return db.All(ctx, tx, func(scan func(...any) error) (h Held, err error) {
		err = scan(&h.Campaign, &h.Title, &h.Starts, &h.Rounding, &h.Sent, &h.State, &h.Amendments)
		return h, err
	}, `select c.id, c.title, c.starts_on, c.rounding, coalesce(r.first_sent_at, 0), coalesce(r.state, ''), coalesce(r.amendments, 0)
		from campaign c join campaign_unit cu on cu.campaign = c.id and cu.unit = $1 left join report r on r.campaign = c.id and r.unit = $1
		where c.state <> 'draft' and c.starts_on >= $2 and c.starts_on <= $3 order by c.starts_on, c.id limit $4`, unit, from, to, mostRows)
}

// enough is how many people must have been asked again before anything is said of their answers.
const enough = 5

// confirmed counts who was asked again below a unit, of those whom reports count and of draws
// that are over; nothing where they are so few that the unit could tell who said what.
func confirmed(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit) (asked, sure int64, err error) {
	err = recheck.Confirmed(ctx, tx, of, u.Lo, u.Hi, func(_, n, k int64) { asked, sure = asked+n, sure+k })
	if asked < enough {
		return 0, 0, err
	}
	return asked, sure, err
}

type doc struct {
	id     id.ID
	number string
}

func documents(ctx context.Context, tx db.Tx, of id.ID) ([]doc, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (d doc, err error) {
		err = scan(&d.id, &d.number)
		return d, err
	}, `select d.id, d.number from campaign_document cd join document d on d.id = cd.document where cd.campaign = $1 order by cd.ord`, of)
}
