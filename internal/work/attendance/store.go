package attendance

import (
	"context"
	_ "embed"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

//go:embed sql/facts.sql
var factsSQL string

// byPerson asks for the facts of somebody by id.
var byPerson = factsSQL + ` and p.person = $3`

// load reads the facts of one person at one site of a meeting; who is what the query asks
// by, with its further parameters. Fault: Missing.
func load(ctx context.Context, tx db.Tx, meeting, site id.ID, query string, who ...any) (Facts, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (f Facts, err error) {
		f.Meeting, f.Site = meeting, site
		err = scan(&f.Campaign, &f.State, &f.Kind, &f.Mode, &f.Starts, &f.Ends, &f.Doors, &f.Grace, &f.Main, &f.Person, &f.Unit, &f.Name, &f.PersonKind,
			&f.Exempt, &f.Lo, &f.Higher, &f.Already, &f.Documents)
		return f, err
	}, query, append([]any{site, meeting}, who...)...)
}

// cipherOf reads the codes of a meeting's campaign. Fault: Missing.
func cipherOf(ctx context.Context, tx db.Tx, meeting id.ID) (campaign.Cipher, error) {
	key, err := db.One(ctx, tx, db.Value[int64], `select c.code_key from meeting m join campaign c on c.id = m.campaign where m.id = $1`, meeting)
	return campaign.CipherOf(key), err
}

// there is a SQL condition on meeting_site s and meeting m: who has the need at the host of
// the site or the organiser of the meeting.
func there(who access.Actor, need access.Need, args *[]any) string {
	scope := who.Scope(need)
	host := scope.Where("s.unit", args)
	return "(" + host + " or " + scope.Where("m.unit", args) + ")"
}

// may passes for those who have the need at the site's host or the meeting's organiser.
// Fault: Missing.
func may(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, site id.ID) error {
	args := []any{site}
	_, err := db.One(ctx, tx, db.Value[id.ID], `select s.id from meeting_site s join meeting m on m.id = s.meeting where s.id = $1 and `+there(who, need, &args), args...)
	return err
}

// siteOf proves that a site is the meeting's. Fault: Missing.
func siteOf(ctx context.Context, tx db.Tx, meeting, site id.ID) error {
	_, err := db.One(ctx, tx, db.Value[id.ID], `select id from meeting_site where id = $1 and meeting = $2`, site, meeting)
	return err
}

var formIndex = map[string]int{"in_person": 0, "online": 1, "self_study": 2, "make_up": 3, "higher": 4, "relay": 10} // places after the first two of tallyColumns

const tallyColumns = `studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5, relay`

// tallied is how many numbers a row of tallies has.
const tallied = 13

// tallyUpdate adds what a conflicting insert brought.
const tallyUpdate = ` on conflict (campaign, document, kind, lo) do update set
	studied = attendance_tally.studied + excluded.studied, exempt = attendance_tally.exempt + excluded.exempt,
	in_person = attendance_tally.in_person + excluded.in_person, online = attendance_tally.online + excluded.online,
	self_study = attendance_tally.self_study + excluded.self_study, make_up = attendance_tally.make_up + excluded.make_up,
	higher = attendance_tally.higher + excluded.higher, e1 = attendance_tally.e1 + excluded.e1, e2 = attendance_tally.e2 + excluded.e2,
	e3 = attendance_tally.e3 + excluded.e3, e4 = attendance_tally.e4 + excluded.e4, e5 = attendance_tally.e5 + excluded.e5, relay = attendance_tally.relay + excluded.relay`

// tally adds sign times one person's study of a document to the leaf's row.
func tally(ctx context.Context, tx db.Tx, f Facts, document id.ID, form string, grade, sign int64) error {
	d := &desk{ctx: ctx, tx: tx}
	d.writes.leaf(f, document, form, grade, sign)
	return d.putLeaves()
}

// atSiteNow moves a record's person at a site from one grade to another; 0 is none.
func atSiteNow(ctx context.Context, tx db.Tx, r Record, from, to, now int64) error {
	d := &desk{ctx: ctx, tx: tx, now: now}
	s := d.writes.site(r.Meeting, r.Site)
	if from != 0 {
		s.person(from, -1)
	}
	if to != 0 {
		s.person(to, 1)
	}
	return d.putSites()
}

// counted is one document that a person has studied, with the record that counts.
type counted struct {
	document id.ID
	record   Record
}

// retract takes a person's study out of the tallies before a record of the person changes.
func retract(ctx context.Context, tx db.Tx, f Facts) error {
	now, err := db.All(ctx, tx, func(scan func(...any) error) (c counted, err error) {
		err = scan(&c.document, &c.record.Form, &c.record.Grade)
		return c, err
	}, `select s.document, r.form, r.grade from attendance_studied s join attendance_record r on r.id = s.record
		where s.campaign = $1 and s.person = $2`, f.Campaign, f.Person)
	if err != nil {
		return err
	}
	for _, c := range now {
		if err := tally(ctx, tx, f, c.document, c.record.Form, c.record.Grade, -1); err != nil {
			return err
		}
	}
	if _, err = tx.ExecContext(ctx, `delete from attendance_studied where campaign = $1 and person = $2`, f.Campaign, f.Person); err != nil {
		return err
	}
	return touchAbsent(ctx, tx, []study{{campaign: f.Campaign, person: f.Person}})
}

// apply counts a person's best record for each document, after retract and the change.
func apply(ctx context.Context, tx db.Tx, f Facts) error {
	all, err := db.All(ctx, tx, func(scan func(...any) error) (c counted, err error) {
		r := &c.record
		err = scan(&c.document, &r.ID, &r.Form, &r.Grade, &r.At)
		return c, err
	}, `select md.document, r.id, r.form, r.grade, r.at from attendance_record r join meeting_document md on md.meeting = r.meeting
		where r.campaign = $1 and r.person = $2 and r.void_at is null`, f.Campaign, f.Person)
	if err != nil {
		return err
	}
	best := map[id.ID]Record{}
	for _, c := range all {
		if b, ok := best[c.document]; !ok || Better(c.record, b) {
			best[c.document] = c.record
		}
	}
	for document, r := range best {
		if _, err := tx.ExecContext(ctx, `insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`,
			f.Campaign, document, f.Person, r.ID); err != nil {
			return err
		}
		if err := tally(ctx, tx, f, document, r.Form, r.Grade, 1); err != nil {
			return err
		}
	}
	return nil
}

func voidRecord(ctx context.Context, tx db.Tx, meeting, person id.ID, at int64, by id.ID, why string) (int64, error) {
	return db.Exec(ctx, tx, `update attendance_record set void_at = $3, void_by = $4, void_why = $5 where meeting = $1 and person = $2 and void_at is null`,
		meeting, person, at, by, why)
}

func putAbsence(ctx context.Context, tx db.Tx, f Facts, reason, note string, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into attendance_absence (meeting, person, campaign, reason, note, at, by) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (meeting, person) do update set reason = excluded.reason, note = excluded.note, at = excluded.at, by = excluded.by`,
		f.Meeting, f.Person, f.Campaign, reason, note, at, by)
	if err != nil {
		return err
	}
	return meeting.Touch(ctx, tx, f.Campaign, f.Unit)
}

// elsewhere reports whether a person has studied every document of the meeting, wherever.
func elsewhere(ctx context.Context, tx db.Tx, f Facts) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select count(*) from meeting_document md where md.meeting = $1 and not exists (
			select 1 from attendance_studied st where st.campaign = $2 and st.document = md.document and st.person = $3)`, f.Meeting, f.Campaign, f.Person)
	return n == 0, err
}

func dropAbsence(ctx context.Context, tx db.Tx, f Facts) error {
	n, err := db.Exec(ctx, tx, `delete from attendance_absence where meeting = $1 and person = $2`, f.Meeting, f.Person)
	if err != nil || n == 0 {
		return err
	}
	return meeting.Touch(ctx, tx, f.Campaign, f.Unit)
}

// touchAbsent notes the units of those people who were marked as absent somewhere: whether they
// still are depends on what they have studied.
func touchAbsent(ctx context.Context, tx db.Tx, people []study) error {
	units := map[pair]bool{}
	err := look(ctx, tx, absentQuery, nil, people, func(s study, args []any) []any {
		return append(args, int64(s.campaign), int64(s.person))
	}, func(scan func(...any) error) (p pair, err error) { return p, scan(&p[0], &p[1]) }, func(p pair) { units[p] = true })
	for p := range units {
		if err == nil {
			err = meeting.Touch(ctx, tx, p[0], p[1])
		}
	}
	return err
}

// AddRecords stores records without asking and counts nothing: for the demonstration and
// for moving. Rebuild counts them.
func AddRecords(ctx context.Context, tx db.Tx, list []Record) error {
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{r.ID, r.Campaign, r.Meeting, r.Site, r.Person, r.Form, r.How, r.Grade, r.At, r.Recorded, r.By, r.ByName, r.Late, r.Note}
	}
	return batch.Insert(ctx, tx, `insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by, by_name, late, note)`, 14, rows)
}

//go:embed sql/rebuild.sql
var rebuildSQL string

//go:embed sql/retally.sql
var retallySQL string

//go:embed sql/refold.sql
var refoldSQL string

//go:embed sql/sites.sql
var sitesSQL string

// Rebuild counts a whole campaign anew from its records.
func Rebuild(ctx context.Context, tx db.Tx, campaign id.ID) error {
	for _, q := range []string{`delete from attendance_tally where campaign = $1`, `delete from attendance_studied where campaign = $1`, rebuildSQL, retallySQL,
		`delete from attendance_pending where campaign = $1`, `delete from attendance_fold where campaign = $1`, refoldSQL,
		`delete from attendance_site where meeting in (select id from meeting where campaign = $1)`, sitesSQL} {
		if _, err := tx.ExecContext(ctx, q, campaign); err != nil {
			return fmt.Errorf("rebuild %s: %w", campaign, err)
		}
	}
	units, err := db.All(ctx, tx, db.Value[id.ID], `select distinct p.unit from attendance_absence a join campaign_roster p on p.campaign = a.campaign and p.person = a.person where a.campaign = $1`, campaign)
	for _, u := range units {
		if err == nil {
			err = meeting.Touch(ctx, tx, campaign, u)
		}
	}
	return err
}
