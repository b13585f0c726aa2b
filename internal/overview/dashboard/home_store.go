package dashboard

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

func unitOf(ctx context.Context, tx db.Tx, unit id.ID) (Unit, error) {
	return db.One(ctx, tx, scanUnit, `select id, name, short from org_unit where id = $1`, unit)
}

func homeOf(ctx context.Context, tx db.Tx, person id.ID) (Unit, error) {
	return db.One(ctx, tx, scanUnit, `select u.id, u.name, u.short from person p join org_unit u on u.id = p.unit where p.id = $1`, person)
}

// runningAt are the open campaigns that unit takes part in, and those of owners below it, the newest first.
func runningAt(ctx context.Context, tx db.Tx, unit id.ID) ([]Ask, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (a Ask, err error) {
		err = scan(&a.Campaign, &a.Unit)
		return a, err
	}, fmt.Sprintf(`
		select c.id, case when exists (select 1 from campaign_unit cu where cu.campaign = c.id and cu.unit = $1) then $1 else c.unit end
		from campaign c where c.state = 'open' and (
			exists (select 1 from campaign_unit cu where cu.campaign = c.id and cu.unit = $1)
			or exists (select 1 from org_below b where b.top = $1 and b.unit = c.unit))
		order by c.starts_on desc, c.id desc limit %d`, mostCampaigns), unit)
}

// Draft is a campaign that is not open yet.
type Draft struct {
	ID    id.ID
	Title string
}

func draftsOf(ctx context.Context, tx db.Tx, who access.Actor) ([]Draft, error) {
	args := []any{}
	return db.All(ctx, tx, func(scan func(...any) error) (d Draft, err error) {
		err = scan(&d.ID, &d.Title)
		return d, err
	}, `select c.id, c.title from campaign c where c.state = 'draft' and `+who.Scope(access.CampaignEdit).Where("c.unit", &args)+` order by c.id desc limit 5`, args...)
}

// Letter is a report on its way: whose, in which campaign, and what was said of it.
type Letter struct {
	Campaign, Unit id.ID
	Name, Title    string
	State          string
	Version        int64
	Sent, Decided  int64
	Remark         string
	Verified       bool
}

// letters are reports of open or closed campaigns; tail ends the query after "where".
func letters(ctx context.Context, tx db.Tx, tail string, most int, args ...any) ([]Letter, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (l Letter, err error) {
		err = scan(&l.Campaign, &l.Unit, &l.Name, &l.Title, &l.State, &l.Version, &l.Sent, &l.Decided, &l.Remark, &l.Verified)
		return l, err
	}, fmt.Sprintf(`
		select r.campaign, r.unit, cu.name, c.title, r.state, r.version, coalesce(r.sent_at, 0), coalesce(r.decided_at, 0), r.remark, r.verified
		from report r
		join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit
		join campaign c on c.id = r.campaign
		where %s limit %d`, tail, most), args...)
}

// Change is a figure where a unit declared another number beside its records, with the ground.
type Change struct {
	Campaign, Unit id.ID
	Name, Code     string
	Old, New       int64
	Marker, Reason string
	By             string
	At             int64
}

func changes(ctx context.Context, tx db.Tx, who access.Actor) ([]Change, error) {
	args := []any{}
	return db.All(ctx, tx, func(scan func(...any) error) (c Change, err error) {
		err = scan(&c.Campaign, &c.Unit, &c.Name, &c.Code, &c.Old, &c.New, &c.Marker, &c.Reason, &c.By, &c.At)
		return c, err
	}, `
		select r.campaign, r.unit, cu.name, f.code, f.computed, f.declared, f.declared_marker, f.reason, f.by_name, f.at
		from report_figure f
		join report r on r.id = f.report
		join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit
		where f.computed is not null and f.declared <> f.computed and f.by_name <> '' and `+who.Scope(access.ReportRead).Where("r.unit", &args)+`
		order by f.at desc, f.id desc limit 12`, args...)
}

// Meeting is a meeting in one line. Instants are Unix milliseconds UTC.
type Meeting struct {
	ID           id.ID
	Campaign     id.ID
	Title        string
	Kind         string
	Starts, Ends int64
	Place        string
	Unit         string
}

const meetingSQL = `select m.id, m.campaign, m.title, m.kind, m.starts_at, m.ends_at, m.place, u.short from meeting m join org_unit u on u.id = m.unit where `

func scanMeeting(scan func(...any) error) (m Meeting, err error) {
	err = scan(&m.ID, &m.Campaign, &m.Title, &m.Kind, &m.Starts, &m.Ends, &m.Place, &m.Unit)
	return m, err
}

// nextMeetings are those organised by unit, directly below it, or above it, that are not over.
func nextMeetings(ctx context.Context, tx db.Tx, unit id.ID, now int64) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, meetingSQL+`m.state = 'planned' and m.ends_at >= $2 and (
		exists (select 1 from org_below b where b.top = $1 and b.unit = m.unit and b.depth <= 1)
		or exists (select 1 from org_below b where b.top = m.unit and b.unit = $1))
		and m.starts_at >= $3 order by m.starts_at, m.id limit 6`, unit, now, now-24*3600_000)
}

// ownMeetings are a cell's that nobody has marked as held or called off, the oldest first.
func ownMeetings(ctx context.Context, tx db.Tx, unit id.ID) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, meetingSQL+`m.state = 'planned' and m.unit = $1 order by m.starts_at, m.id limit 4`, unit)
}

// invited are meetings of others at which people of unit are expected.
func invited(ctx context.Context, tx db.Tx, unit id.ID, now int64) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, meetingSQL+`m.state = 'planned' and m.starts_at >= $2 and m.unit <> $1 and exists (
		select 1 from meeting_invite i join org_below b on b.top = i.unit and b.unit = $1 where i.meeting = m.id)
		order by m.starts_at, m.id limit 3`, unit, now-24*3600_000)
}

// expectedAt are the coming meetings at which a person is expected.
func expectedAt(ctx context.Context, tx db.Tx, person id.ID, now int64) ([]Meeting, error) {
	return db.All(ctx, tx, scanMeeting, `select m.id, m.campaign, m.title, m.kind, m.starts_at, m.ends_at, m.place, u.short
		from campaign c
		join campaign_participant p on p.campaign = c.id and p.person = $1
		join meeting m on m.campaign = c.id and m.state = 'planned' and m.ends_at >= $2
		join org_unit u on u.id = m.unit
		where c.state = 'open' and `+meeting.Expected("m.id")+`
		order by m.starts_at, m.id limit 3`, person, now)
}

// Station is a site where somebody takes attendance today.
type Station struct {
	Meeting, Site id.ID
	Title, Name   string
	Place         string
	Starts, Ends  int64
	Expected      int64
	Came          int64
}

// stations are the sites of meetings on a civil day at which the actor may take attendance.
func stations(ctx context.Context, tx db.Tx, who access.Actor, day string) ([]Station, error) {
	args := []any{clock.Start(day).UnixMilli(), clock.Start(clock.AddDays(day, 1)).UnixMilli()}
	return db.All(ctx, tx, func(scan func(...any) error) (s Station, err error) {
		err = scan(&s.Meeting, &s.Site, &s.Title, &s.Name, &s.Place, &s.Starts, &s.Ends, &s.Expected, &s.Came)
		return s, err
	}, `
		select m.id, s.id, m.title, s.name, s.place, m.starts_at, m.ends_at, s.expected,
			coalesce((select t.persons from attendance_site t where t.meeting = m.id and t.site = s.id), 0)
		from meeting m join meeting_site s on s.meeting = m.id
		where m.state <> 'cancelled' and m.starts_at < $2 and m.ends_at >= $1
		  and `+who.Scope(access.AttendanceTake).Where("s.unit", &args)+`
		order by m.starts_at, m.id, s.ord limit 12`, args...)
}

// Reading is a document of a running campaign that a person has to know.
type Reading struct {
	Document
	Campaign id.ID
	Studied  bool
	Due      Due
}

// readings are the documents of the campaigns a person takes part in, those not studied first.
func readings(ctx context.Context, tx db.Tx, person id.ID) ([]Reading, error) {
	type place struct {
		lo    int64
		level string
	}
	var places []place
	out, err := db.All(ctx, tx, func(scan func(...any) error) (r Reading, err error) {
		var at place
		err = scan(&r.Campaign, &r.ID, &r.Kind, &r.Number, &r.Title, &r.Studied, &at.lo, &at.level)
		places = append(places, at)
		return r, err
	}, `
		select c.id, d.id, d.kind, d.number, d.title,
			exists (select 1 from attendance_studied st where st.campaign = c.id and st.document = d.id and st.person = $1), cu.lo, cu.level
		from campaign c
		join campaign_participant p on p.campaign = c.id and p.person = $1
		join campaign_unit cu on cu.campaign = c.id and cu.unit = p.unit
		join campaign_document cd on cd.campaign = c.id
		join document d on d.id = cd.document
		where c.state = 'open'
		order by 6, c.starts_on desc, cd.ord limit 8`, person)
	if err != nil {
		return nil, err
	}
	for i := range out {
		orders, err := orders(ctx, tx, out[i].Campaign, places[i].lo, places[i].lo)
		if err != nil {
			return nil, err
		}
		out[i].Due = DueOf(orders, places[i].lo, places[i].level)
	}
	return out, nil
}

// Record is one line of a person's own record: present with its grade, or absent.
type Record struct {
	Meeting Meeting
	Form    string
	Grade   int
	At      int64
	By      string
	Absent  bool
	Reason  string
}

// records are a person's latest entries in running campaigns.
func records(ctx context.Context, tx db.Tx, person id.ID) ([]Record, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (r Record, err error) {
		err = scan(&r.Meeting.ID, &r.Meeting.Title, &r.Meeting.Kind, &r.Meeting.Starts, &r.Form, &r.Grade, &r.At, &r.By, &r.Absent, &r.Reason)
		return r, err
	}, `
		select x.* from (
			select m.id, m.title, m.kind, m.starts_at, a.form, a.grade, a.at, a.by_name, false as absent, '' as reason
			from campaign c
			join attendance_record a on a.campaign = c.id and a.person = $1 and a.void_at is null
			join meeting m on m.id = a.meeting
			where c.state = 'open'
			union all
			select m.id, m.title, m.kind, m.starts_at, '', 0, b.at, '', true, b.reason
			from campaign c
			join attendance_absence b on b.campaign = c.id and b.person = $1
			join meeting m on m.id = b.meeting
			where c.state = 'open' and not exists (
				select 1 from attendance_record a where a.meeting = b.meeting and a.person = $1 and a.void_at is null)
		) x order by x.starts_at desc limit 3`, person)
}

// Talk is a meeting at which a person speaks.
type Talk struct {
	Meeting Meeting
	Title   string
	Minutes int64
}

// talks are those of the last week and to come.
func talks(ctx context.Context, tx db.Tx, person id.ID, now int64) ([]Talk, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (t Talk, err error) {
		m := &t.Meeting
		err = scan(&m.ID, &m.Title, &m.Starts, &m.Ends, &m.Place, &m.Unit, &t.Title, &t.Minutes)
		return t, err
	}, `
		select m.id, m.title, m.starts_at, m.ends_at, m.place, u.short, i.title, i.minutes
		from meeting_item i join meeting m on m.id = i.meeting join org_unit u on u.id = m.unit
		where i.speaker_person = $1 and m.state <> 'cancelled' and m.ends_at >= $2
		order by m.starts_at, i.ord limit 6`, person, now-7*24*3600_000)
}

// SetUp says which of the first things exist within the administrator's scope.
type SetUp struct {
	Units, People, Accounts, Documents, Campaigns bool
}

func setUp(ctx context.Context, tx db.Tx, who access.Actor) (s SetUp, err error) {
	for _, one := range []struct {
		into  *bool
		query string
		need  access.Need
		unit  string
	}{
		{&s.Units, `org_unit u where u.parent is not null`, access.UnitRead, "u.id"},
		{&s.People, `person p where true`, access.PersonRead, "p.unit"},
		{&s.Accounts, `access_grant g where g.revoked_at is null and g.role <> 'administrator'`, access.UnitRead, "g.unit"},
		{&s.Documents, `document d where true`, access.DocumentRead, "d.unit"},
		{&s.Campaigns, `campaign c where c.state <> 'draft'`, access.CampaignRead, "c.unit"},
	} {
		args := []any{}
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from (select 1 from `+one.query+` and `+who.Scope(one.need).Where(one.unit, &args)+` limit 1) x`, args...)
		if err != nil {
			return s, err
		}
		*one.into = n > 0
	}
	return s, nil
}
