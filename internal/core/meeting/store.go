package meeting

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `m.id, m.campaign, m.unit, m.kind, m.mode, m.audience, m.title, m.starts_at, m.ends_at, m.place, m.chair, m.monitor,
	m.state, m.makes_up, m.minutes, m.discussion_minutes, m.speeches, m.doors_open, m.grace, u.short`

func scan(scan func(...any) error) (m Meeting, err error) {
	err = scan(&m.ID, &m.Campaign, &m.Unit, &m.Kind, &m.Mode, &m.Audience, &m.Title, &m.Starts, &m.Ends, &m.Place, &m.Chair, &m.Monitor,
		&m.State, &m.MakesUp, &m.Minutes, &m.DiscussionMinutes, &m.Speeches, &m.DoorsOpen, &m.Grace, &m.UnitName)
	return m, err
}

// Find loads a meeting with its documents. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, meeting id.ID) (Meeting, error) {
	m, err := db.One(ctx, tx, scan, `select `+columns+` from meeting m join org_unit u on u.id = m.unit where m.id = $1`, meeting)
	if err != nil {
		return m, err
	}
	m.Documents, err = db.All(ctx, tx, db.Value[id.ID], `select document from meeting_document where meeting = $1 order by document`, meeting)
	if err != nil {
		return m, err
	}
	m.Sessions, err = sessionsOf(ctx, tx, meeting)
	return m, err
}

// Sites are a meeting's sites, the main one first.
func Sites(ctx context.Context, tx db.Tx, meeting id.ID) ([]Site, error) {
	return db.All(ctx, tx, ScanSite, siteSelect+` where s.meeting = $1 order by s.ord`, meeting)
}

// FindSite loads one site. Fault: Missing.
func FindSite(ctx context.Context, tx db.Tx, site id.ID) (Site, error) {
	return db.One(ctx, tx, ScanSite, siteSelect+` where s.id = $1`, site)
}

const siteSelect = `select ` + SiteColumns + ` from meeting_site s join org_unit u on u.id = s.unit`

// SiteColumns are what ScanSite reads of meeting_site s joined to org_unit u.
const SiteColumns = `s.id, s.meeting, s.ord, s.name, s.unit, u.short, s.place, s.capacity, s.contact, s.phone, s.expected, s.monitor, s.monitor_phone,
	s.ticked, s.trial, s.trial_at`

// ScanSite reads SiteColumns.
func ScanSite(scan func(...any) error) (s Site, err error) {
	err = scan(&s.ID, &s.Meeting, &s.Ord, &s.Name, &s.Unit, &s.UnitName, &s.Place, &s.Capacity, &s.Contact, &s.Phone, &s.Expected, &s.Monitor, &s.MonitorPhone,
		&s.Ticked, &s.Trial, &s.TrialAt)
	return s, err
}

// Agenda is a meeting's items in order.
func Agenda(ctx context.Context, tx db.Tx, meeting id.ID) ([]Item, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (i Item, err error) {
		err = scan(&i.ID, &i.Kind, &i.Title, &i.Minutes, &i.Speaker, &i.SpeakerPerson, &i.SpeakerLevel)
		return i, err
	}, `select id, kind, title, minutes, speaker, speaker_person, speaker_level from meeting_item where meeting = $1 order by ord`, meeting)
}

// Expected is a SQL condition on campaign_participant p: p is expected at the meeting whose
// parameter is given ("$1"), by invitation of the unit above or by name.
func Expected(meeting string) string {
	return `(exists (
		select 1 from meeting_invite i join campaign_unit cu on cu.campaign = p.campaign and cu.unit = i.unit
		where i.meeting = ` + meeting + ` and p.lo between cu.lo and cu.hi and (i.audience is null or i.audience = p.audience))
	or exists (select 1 from meeting_delegate d where d.meeting = ` + meeting + ` and d.person = p.person))`
}

// ExpectedAt is the same for one site: whoever was moved is expected where they were moved to,
// and no longer where their unit is invited.
func ExpectedAt(meeting, site string) string {
	return `(exists (select 1 from meeting_delegate d where d.meeting = ` + meeting + ` and d.person = p.person and d.site = ` + site + `)
	or exists (
		select 1 from meeting_invite i join campaign_unit cu on cu.campaign = p.campaign and cu.unit = i.unit
		where i.meeting = ` + meeting + ` and i.site = ` + site + ` and p.lo between cu.lo and cu.hi and (i.audience is null or i.audience = p.audience))
	and not exists (select 1 from meeting_delegate d where d.meeting = ` + meeting + ` and d.person = p.person and d.site <> ` + site + `))`
}

func insert(ctx context.Context, tx db.Tx, m Meeting, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into meeting (id, campaign, unit, kind, mode, audience, title, starts_at, ends_at, place, chair, monitor, state, makes_up,
			minutes, discussion_minutes, speeches, created_at, created_by, folded, doors_open, grace)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		m.ID, m.Campaign, m.Unit, m.Kind, m.Mode, m.Audience, m.Title, m.Starts, m.Ends, m.Place, m.Chair, m.Monitor, m.State, m.MakesUp,
		m.Minutes, m.DiscussionMinutes, m.Speeches, at, by, text.Fold(m.Title), m.DoorsOpen, m.Grace)
	if err == nil {
		err = Touch(ctx, tx, m.Campaign, m.Unit)
	}
	if err != nil {
		return err
	}
	return setDocuments(ctx, tx, m)
}

func update(ctx context.Context, tx db.Tx, m Meeting) error {
	_, err := tx.ExecContext(ctx, `
		update meeting set kind = $2, mode = $3, audience = $4, title = $5, starts_at = $6, ends_at = $7, place = $8, chair = $9, monitor = $10,
			state = $11, minutes = $12, discussion_minutes = $13, speeches = $14, folded = $15, doors_open = $16, grace = $17 where id = $1`,
		m.ID, m.Kind, m.Mode, m.Audience, m.Title, m.Starts, m.Ends, m.Place, m.Chair, m.Monitor, m.State, m.Minutes, m.DiscussionMinutes, m.Speeches,
		text.Fold(m.Title), m.DoorsOpen, m.Grace)
	if err == nil {
		err = Touch(ctx, tx, m.Campaign, m.Unit)
	}
	if err != nil {
		return err
	}
	return setDocuments(ctx, tx, m)
}

func setDocuments(ctx context.Context, tx db.Tx, m Meeting) error {
	if err := setSessions(ctx, tx, m); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from meeting_document where meeting = $1`, m.ID); err != nil {
		return err
	}
	for _, d := range m.Documents {
		if _, err := tx.ExecContext(ctx, `insert into meeting_document (meeting, document) values ($1, $2) on conflict do nothing`, m.ID, d); err != nil {
			return err
		}
	}
	return nil
}

// KeepSite adds a site or changes the one with its id; what preparation tells of it stays.
func KeepSite(ctx context.Context, tx db.Tx, s Site) error {
	_, err := tx.ExecContext(ctx, `
		insert into meeting_site (id, meeting, ord, name, unit, place, capacity, contact, phone, expected, monitor, monitor_phone, folded)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (id) do update set name = excluded.name, place = excluded.place, capacity = excluded.capacity, contact = excluded.contact,
			phone = excluded.phone, expected = excluded.expected, monitor = excluded.monitor, monitor_phone = excluded.monitor_phone, folded = excluded.folded`,
		s.ID, s.Meeting, s.Ord, s.Name, s.Unit, s.Place, s.Capacity, s.Contact, s.Phone, s.Expected, s.Monitor, s.MonitorPhone,
		text.Fold(s.Name+" "+s.Place+" "+s.Contact+" "+s.Monitor))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into meeting_touched (id, campaign, unit) select cast($1 as bigint), campaign, unit from meeting where id = $2 and state = 'held'`, id.New(), s.Meeting)
	return err
}

// NextSite is the order of a site still to come.
func NextSite(ctx context.Context, tx db.Tx, meeting id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select coalesce(max(ord), -1) + 1 from meeting_site where meeting = $1`, meeting)
}

func dropSite(ctx context.Context, tx db.Tx, site id.ID) error {
	for _, q := range []string{`delete from meeting_invite where site = $1`, `delete from meeting_tick where site = $1`, `delete from meeting_guest where site = $1`,
		`update meeting_delegate set from_site = null where from_site = $1`,
		`delete from meeting_trial where site = $1`, `delete from meeting_delegate where site = $1`, `delete from meeting_site where id = $1`} {
		if _, err := tx.ExecContext(ctx, q, site); err != nil {
			return err
		}
	}
	return nil
}

func setAgenda(ctx context.Context, tx db.Tx, meeting id.ID, items []Item) error {
	if _, err := tx.ExecContext(ctx, `delete from meeting_item where meeting = $1`, meeting); err != nil {
		return err
	}
	for n, i := range items {
		if _, err := tx.ExecContext(ctx, `
			insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker, speaker_person, speaker_level)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			id.New(), meeting, n, i.Kind, i.Title, i.Minutes, i.Speaker, i.SpeakerPerson, i.SpeakerLevel); err != nil {
			return err
		}
	}
	return nil
}

func invite(ctx context.Context, tx db.Tx, meeting, site, unit, audience id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into meeting_invite (id, meeting, site, unit, audience) values ($1, $2, $3, $4, $5)`,
		id.New(), meeting, site, unit, audience)
	return err
}

func name(ctx context.Context, tx db.Tx, meeting, site id.ID, people []id.ID) error {
	for _, p := range people {
		if _, err := tx.ExecContext(ctx, `
			insert into meeting_delegate (meeting, person, site) values ($1, $2, $3) on conflict (meeting, person) do nothing`, meeting, p, site); err != nil {
			return err
		}
	}
	return nil
}

// children are the units directly below unit in the campaign's frozen tree, as new sites.
func children(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Site, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Site, err error) {
		err = scan(&s.Unit, &s.Name)
		return s, err
	}, `select unit, name from campaign_unit where campaign = $1 and parent = $2 order by lo`, campaign, unit)
}

func attended(ctx context.Context, tx db.Tx, meeting id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select count(*) from meeting_site s join attendance_record r on r.site = s.id and r.void_at is null where s.meeting = $1`, meeting)
}

// absent are the people expected at the meeting of whom no record counts, and who did not
// study all its documents elsewhere: exempt members are not absent.
func absent(ctx context.Context, tx db.Tx, m Meeting) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `
		select p.person from campaign_participant p
		where p.campaign = $2 and not p.exempt and `+Expected("$1")+`
		  and exists (select 1 from meeting_document md where md.meeting = $1 and not exists (
			select 1 from attendance_studied st where st.campaign = p.campaign and st.document = md.document and st.person = p.person))
		order by p.lo, p.name_key, p.person`, m.ID, m.Campaign)
}

// isAudience reports whether audience is one of the campaign's; none means everybody.
func isAudience(ctx context.Context, tx db.Tx, campaign, audience id.ID) (bool, error) {
	if audience == 0 {
		return true, nil
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_audience where campaign = $1 and id = $2`, campaign, audience)
	return n > 0, err
}

func campaignFacts(ctx context.Context, tx db.Tx, campaign, unit id.ID) (state string, documents []id.ID, err error) {
	state, err = db.One(ctx, tx, db.Value[string], `
		select c.state from campaign c join campaign_unit cu on cu.campaign = c.id and cu.unit = $2 where c.id = $1`, campaign, unit)
	if err != nil {
		return "", nil, err
	}
	documents, err = db.All(ctx, tx, db.Value[id.ID], `select document from campaign_document where campaign = $1 order by ord`, campaign)
	return state, documents, err
}
