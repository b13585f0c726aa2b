package lead

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Watch keeps what is odd about an answer that was just stored. It reads what is known around
// it: of Seen only the first part is given.
func Watch(ctx context.Context, tx db.Tx, s Seen) error {
	if err := around(ctx, tx, &s); err != nil {
		return err
	}
	for _, sign := range Signs(s) {
		if err := keep(ctx, tx, s, sign); err != nil {
			return err
		}
	}
	return nil
}

func around(ctx context.Context, tx db.Tx, s *Seen) (err error) {
	if s.Age > 0 {
		return nil
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_shared where meeting = $1 and phone = $2`, s.Meeting, s.Phone)
	if s.Shared = n > 0; err != nil {
		return err
	}
	if !s.Shared {
		if s.Phones, err = db.All(ctx, tx, scanPast, `select at, site, person from attendance_answer
			where meeting = $1 and phone = $2 and label in ('', 'again') and person is not null order by at desc limit $3`, s.Meeting, s.Phone, most); err != nil {
			return err
		}
	}
	s.Persons, err = db.All(ctx, tx, scanPast, `
		select at, site, person from attendance_answer where person = $1 and at >= $2 and at <= $3 and label in ('', 'again')
		union all
		select at, site, person from attendance_record where campaign = $4 and person = $1 and void_at is null and how <> 'declared' and at >= $2 and at <= $3
		order by at desc limit 20`, s.Person, s.At-near, s.At+near, s.Campaign)
	if err != nil || !s.Fresh {
		return err
	}
	s.Expected, err = expected(ctx, tx, *s)
	return err
}

func scanPast(scan func(...any) error) (p Past, err error) {
	err = scan(&p.At, &p.Site, &p.Person)
	return p, err
}

// expected is the site of a meeting where a person is awaited: by name, else by the invitation
// of the nearest unit above; zero when nobody said.
func expected(ctx context.Context, tx db.Tx, s Seen) (id.ID, error) {
	list, err := db.All(ctx, tx, db.Value[id.ID], `
		select x.site from (
			select d.site as site, 0 as wide from meeting_delegate d where d.meeting = $1 and d.person = $3
			union all
			select i.site, 1 + cu.hi - cu.lo from meeting_invite i
			join campaign_participant p on p.campaign = $2 and p.person = $3
			join campaign_unit cu on cu.campaign = p.campaign and cu.unit = i.unit
			where i.meeting = $1 and p.lo between cu.lo and cu.hi and (i.audience is null or i.audience = p.audience)) as x
		order by x.wide limit 1`, s.Meeting, s.Campaign, s.Person)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0], nil
}

func keep(ctx context.Context, tx db.Tx, s Seen, g Sign) error {
	n := `case when excluded.n > attendance_lead.n then excluded.n else attendance_lead.n end`
	if g.Add {
		n = `attendance_lead.n + excluded.n`
	}
	_, err := tx.ExecContext(ctx, `
		insert into attendance_lead (id, meeting, site, unit, kind, subject, person, other, n, first_at, last_at)
		select $1, $2, $3, ms.unit, $4, $5, $6, $7, $8, $9, $9 from meeting_site ms where ms.id = $3
		on conflict (meeting, kind, site, subject) do update set n = `+n+`, last_at = excluded.last_at`,
		id.New(), s.Meeting, g.Site, g.Kind, g.Subject, g.Person, g.Other, g.N, s.At)
	return err
}

const columns = `l.id, l.meeting, l.site, ms.name, l.unit, u.short, l.kind, l.person, coalesce(os.name, ''), l.n, l.first_at, l.last_at, l.said, l.said_at, l.said_name,
	case when exists (select 1 from attendance_shared sh where sh.meeting = l.meeting and sh.phone = l.subject) then 1 else 0 end, l.subject`

const from = ` from attendance_lead l join meeting_site ms on ms.id = l.site join org_unit u on u.id = l.unit left join meeting_site os on os.id = l.other
	join meeting m on m.id = l.meeting`

func scan(scan func(...any) error) (l Lead, err error) {
	var shared int
	err = scan(&l.ID, &l.Meeting, &l.Site, &l.SiteName, &l.Unit, &l.UnitName, &l.Kind, &l.Person, &l.OtherName, &l.N, &l.First, &l.Last, &l.Said, &l.SaidAt, &l.SaidName,
		&shared, &l.phone)
	l.Shared = shared == 1
	return l, err
}

// leads of a meeting in the scope, those without an answer first.
func leads(ctx context.Context, tx db.Tx, who access.Actor, meeting id.ID) ([]Lead, error) {
	args := []any{meeting}
	where := who.Scope(access.AttendanceRead).Where("l.unit", &args)
	return db.All(ctx, tx, scan, `select `+columns+from+` where l.meeting = $1 and `+where+`
		order by case when l.said = '' then 0 else 1 end, l.last_at desc, l.id desc limit 500`, args...)
}

func find(ctx context.Context, tx db.Tx, meeting, lead id.ID) (Lead, error) {
	return db.One(ctx, tx, scan, `select `+columns+from+` where l.meeting = $1 and l.id = $2`, meeting, lead)
}

func say(ctx context.Context, tx db.Tx, l Lead, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update attendance_lead set said = $2, said_at = $3, said_by = $4, said_name = $5 where id = $1`, l.ID, l.Said, l.SaidAt, by, l.SaidName)
	return err
}

func share(ctx context.Context, tx db.Tx, l Lead, who access.Actor, at int64) error {
	_, err := tx.ExecContext(ctx, `insert into attendance_shared (meeting, phone, site, at, by, by_name) values ($1, $2, $3, $4, $5, $6) on conflict (meeting, phone) do nothing`,
		l.Meeting, l.phone, l.Site, at, who.Account, who.Name)
	return err
}

// named are the names of people whom who may read, by id.
func named(ctx context.Context, tx db.Tx, who access.Actor, campaign, person id.ID) (string, error) {
	args := []any{campaign, person}
	where := who.Scope(access.PersonRead).Where("p.unit", &args)
	list, err := db.All(ctx, tx, db.Value[string], `select p.name from campaign_participant p where p.campaign = $1 and p.person = $2 and `+where, args...)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0], nil
}
