package conference

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/attendance"
)

// mayTake is the condition that the actor takes attendance at site s of meeting m.
func mayTake(who access.Actor, args *[]any) string {
	take := who.Scope(access.AttendanceTake)
	return "(" + take.Where("s.unit", args) + " or " + take.Where("m.unit", args) + ")"
}

// mostListed bounds a list; a search finds the others.
const mostListed = 200

// takenAt are the sites of a meeting at which the actor takes attendance, whose names hold find.
func takenAt(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, find string) ([]meeting.Site, error) {
	args := []any{of, like(find)}
	return db.All(ctx, tx, meeting.ScanSite, `select `+meeting.SiteColumns+` from meeting_site s join org_unit u on u.id = s.unit join meeting m on m.id = s.meeting
		where s.meeting = $1 and s.folded like $2 escape '\' and `+mayTake(who, &args)+` order by s.ord limit 500`, args...)
}

// taking loads a meeting at one site of which the actor takes attendance. Fault: Missing.
func taking(ctx context.Context, tx db.Tx, who access.Actor, of, site id.ID) (m meeting.Meeting, err error) {
	args := []any{of, site}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from meeting_site s join meeting m on m.id = s.meeting where s.meeting = $1 and s.id = $2 and `+mayTake(who, &args), args...)
	if err == nil && n == 0 {
		err = fault.Gone()
	}
	if err != nil {
		return m, err
	}
	return meeting.Find(ctx, tx, of)
}

func like(find string) string { return "%" + db.Like(text.Fold(find)) + "%" }

func links(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, find string) ([]Link, error) {
	args := []any{m.ID, m.Campaign, who.Person, like(find), mostListed}
	may := "(" + who.Scope(access.MeetingEdit).Where("s.unit", &args) + " or " + who.Scope(access.MeetingEdit).Where("m.unit", &args) + ")"
	seen := "(" + may + " or " + mayTake(who, &args) + ` or exists (select 1 from campaign_participant p where p.campaign = $2 and p.person = $3 and ` + meeting.ExpectedAt("$1", "s.id") + `))`
	return db.All(ctx, tx, func(scan func(...any) error) (l Link, err error) {
		var may int64
		err = scan(&l.Site, &l.SiteName, &l.URL, &l.Note, &l.ByName, &may)
		l.May = may == 1
		return l, err
	}, `select s.id, s.name, coalesce(l.url, ''), coalesce(l.note, ''), coalesce(l.by_name, ''), case when `+may+` then 1 else 0 end
		from meeting_site s join meeting m on m.id = s.meeting left join attendance_link l on l.site = s.id
		where s.meeting = $1 and (l.url is not null or `+may+`) and s.folded like $4 escape '\' and `+seen+` order by s.ord limit $5`, args...)
}

func putLink(ctx context.Context, tx db.Tx, who access.Actor, of, site id.ID, address, note string, at int64) (err error) {
	if address == "" {
		_, err = tx.ExecContext(ctx, `delete from attendance_link where site = $1`, site)
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into attendance_link (site, meeting, url, note, at, by, by_name) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (site) do update set url = excluded.url, note = excluded.note, at = excluded.at, by = excluded.by, by_name = excluded.by_name`,
		site, of, address, note, at, who.Account, who.Name)
	return err
}

const listColumns = `c.id, c.meeting, c.site, s.name, c.name, c.entries, c.least, c.at, c.by_name,
	(select count(*) from attendance_conference_row r where r.list = c.id and r.decision = 'person' and r.label in ('', 'late', 'forced')),
	(select count(*) from attendance_conference_row r where r.list = c.id and r.decision = '')`

const listFrom = ` from attendance_conference c join meeting_site s on s.id = c.site join meeting m on m.id = c.meeting `

func scanList(scan func(...any) error) (l List, err error) {
	err = scan(&l.ID, &l.Meeting, &l.Site, &l.SiteName, &l.Name, &l.Entries, &l.Least, &l.At, &l.ByName, &l.Kept, &l.Open)
	return l, err
}

// lists are a meeting's lists the actor may see, or the one asked for.
func lists(ctx context.Context, tx db.Tx, who access.Actor, of, list id.ID) ([]List, error) {
	args := []any{of}
	where := "c.meeting = $1 and " + mayTake(who, &args)
	if list != 0 {
		args = append(args, list)
		where += fmt.Sprintf(" and c.id = $%d", len(args))
	}
	return db.All(ctx, tx, scanList, `select `+listColumns+listFrom+`where `+where+` order by c.at desc, c.id desc limit 100`, args...)
}

func find(ctx context.Context, tx db.Tx, who access.Actor, of, list id.ID) (m meeting.Meeting, l List, err error) {
	all, err := lists(ctx, tx, who, of, list)
	if err == nil && len(all) == 0 {
		err = fault.Gone()
	}
	if err != nil {
		return m, l, err
	}
	m, err = meeting.Find(ctx, tx, of)
	return m, all[0], err
}

// known is the list that says the same, or has the same id; none has the id 0. Fault:
// Conflict when the id is another meeting's.
func known(ctx context.Context, tx db.Tx, l List, print string) (List, error) {
	all, err := db.All(ctx, tx, scanList, `select `+listColumns+listFrom+`where c.meeting = $1 and c.print = $2 or c.id = $3`, l.Meeting, print, l.ID)
	switch {
	case err != nil || len(all) == 0:
		return List{}, err
	case all[0].Meeting != l.Meeting:
		return List{}, fault.New(fault.Conflict, "conference.id_taken")
	}
	return all[0], nil
}

func keep(ctx context.Context, tx db.Tx, who access.Actor, l List, print string) error {
	_, err := tx.ExecContext(ctx, `insert into attendance_conference (id, meeting, site, name, print, entries, least, at, by, by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		l.ID, l.Meeting, l.Site, l.Name, print, l.Entries, l.Least, l.At, who.Account, who.Name)
	return err
}

func keepRow(ctx context.Context, tx db.Tx, l List, n int64, line Line, f Found) error {
	var person id.ID
	if f.Verdict == "exact" {
		person = f.Candidates[0].Person
	}
	_, err := tx.ExecContext(ctx, `insert into attendance_conference_row (list, n, name, email, first_at, last_at, seconds, joins, verdict, person, place, heads, scan)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		l.ID, n, line.Name, line.Email, line.First, line.Last, line.Seconds, line.Joins, f.Verdict, person, f.Place, f.Heads, id.New())
	return err
}

const rowSelect = `select r.n, r.name, r.email, r.first_at, r.last_at, r.seconds, r.joins, r.verdict, r.person, coalesce(p.name, ''), r.place, coalesce(s.name, ''),
	r.heads, r.decision, r.label, r.scan from attendance_conference_row r left join person p on p.id = r.person left join meeting_site s on s.id = r.place `

func scanRow(scan func(...any) error) (r Row, err error) {
	err = scan(&r.N, &r.Name, &r.Email, &r.First, &r.Last, &r.Seconds, &r.Joins, &r.Verdict, &r.Person, &r.PersonName, &r.Place, &r.PlaceName, &r.Heads, &r.Decision,
		&r.Label, &r.scan)
	return r, err
}

// entries are the rows of a list in the order of the file.
func entries(ctx context.Context, tx db.Tx, l List, page db.Page) (db.Rows[Row], error) {
	return db.List(ctx, tx, page, db.Order{Sort: "r.n", ID: "r.scan", Number: true}, func(r Row) (string, id.ID) { return strconv.FormatInt(r.N, 10), r.scan },
		scanRow, rowSelect+`where r.list = $1`, l.ID)
}

// pickable loads the rows picked and refuses what is none of the list's.
func pickable(ctx context.Context, tx db.Tx, l List, picks []Pick, into map[int64]Row) error {
	args, marks := []any{l.ID}, []string{}
	for _, p := range picks {
		if p.Person != 0 && p.Site != 0 {
			return fault.At("picks", "web.choose")
		}
		args = append(args, p.N)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := db.All(ctx, tx, scanRow, rowSelect+`where r.list = $1 and r.n in (`+strings.Join(marks, ", ")+`)`, args...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		into[r.N] = r
	}
	sites, err := meeting.Sites(ctx, tx, l.Meeting)
	if err != nil {
		return err
	}
	for _, p := range picks {
		_, there := into[p.N]
		if !there || p.Site != 0 && !slices.ContainsFunc(sites, func(s meeting.Site) bool { return s.ID == p.Site }) {
			return fault.At("picks", "web.choose")
		}
	}
	if len(into) != len(picks) {
		return fault.At("picks", "conference.picked_twice")
	}
	return nil
}

// decide keeps what was said of a row and counts it. Who is recorded stays so until undone.
func decide(ctx context.Context, tx db.Tx, l List, r Row, p Pick, v attendance.Verdict, res *Result) error {
	decision, label := "skip", ""
	switch {
	case r.Decision == "person":
		res.Again++
		return nil
	case p.Person != 0 && v.Fault != "":
		res.Refused++
		_, err := tx.ExecContext(ctx, `update attendance_conference_row set label = $3 where list = $1 and n = $2`, l.ID, p.N, v.Label)
		return err
	case p.Person != 0:
		decision, label = "person", v.Label
		if v.Label == "again" || v.Label == "elsewhere" {
			res.Again++
		} else {
			res.Recorded++
		}
	case p.Site != 0:
		decision = "site"
		res.Sites++
	default:
		res.Skipped++
	}
	_, err := tx.ExecContext(ctx, `update attendance_conference_row set decision = $3, label = $4, person = $5, place = $6 where list = $1 and n = $2`,
		l.ID, p.N, decision, label, p.Person, p.Site)
	return err
}

// standing are the rows whose record still is the one that counts.
func standing(ctx context.Context, tx db.Tx, l List) ([]Row, error) {
	return db.All(ctx, tx, scanRow, rowSelect+`where r.list = $1 and r.decision = 'person' and exists (
		select 1 from attendance_record a where a.id = r.scan and a.void_at is null) order by r.n`, l.ID)
}

// reopen makes a row undecided, under a new key: the old one is answered as the first time.
func reopen(ctx context.Context, tx db.Tx, l List, n int64) error {
	_, err := tx.ExecContext(ctx, `update attendance_conference_row set decision = '', label = '', scan = $3 where list = $1 and n = $2`, l.ID, n, id.New())
	return err
}

// forget empties the names of one old list, and says whether there may be more.
func forget(ctx context.Context, tx db.Tx, before int64) (bool, error) {
	old, err := db.All(ctx, tx, db.Value[id.ID], `select c.id from attendance_conference c where c.at < $1
		and exists (select 1 from attendance_conference_row r where r.list = c.id and (r.name <> '' or r.email <> '')) order by c.at limit 1`, before)
	if err != nil || len(old) == 0 {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `update attendance_conference_row set name = '', email = '' where list = $1`, old[0])
	return true, err
}

// mostExpected bounds the people among whom names are looked for.
const mostExpected = 50_000

// rollOf are the people expected at a meeting whose names the actor may read: of the own
// scope, and those expected at the site where attendance is taken. When the meeting expects
// too many, those of the site alone. Fault: Conflict when these are too many too.
func rollOf(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, site id.ID) (*roll, error) {
	var people []Candidate
	for _, wide := range []bool{true, false} {
		args := []any{m.ID, m.Campaign, site}
		cond := meeting.ExpectedAt("$1", "$3")
		if wide {
			cond = meeting.Expected("$1") + " and (" + who.Scope(access.PersonRead).Where("p.unit", &args) + " or " + cond + ")"
		}
		var err error
		if people, err = expected(ctx, tx, cond, args); err != nil {
			return nil, err
		}
		if len(people) <= mostExpected {
			break
		}
	}
	if len(people) > mostExpected {
		return nil, fault.New(fault.Conflict, "conference.too_many_expected", "n", text.Int(mostExpected))
	}
	sites, err := meeting.Sites(ctx, tx, m.ID)
	var places []place
	for _, s := range sites {
		places = append(places, place{s.ID, text.Fold(s.Name)})
	}
	return newRoll(people, places), err
}

func expected(ctx context.Context, tx db.Tx, cond string, args []any) ([]Candidate, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (c Candidate, err error) {
		var already int64
		err = scan(&c.Person, &c.Name, &c.folded, &c.UnitName, &already)
		c.Already = already == 1
		return c, err
	}, `select p.person, p.name, p.folded, cu.short, case when r.id is null then 0 else 1 end
		from campaign_participant p join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit
		left join attendance_record r on r.meeting = $1 and r.person = p.person and r.void_at is null
		where p.campaign = $2 and `+cond+` order by p.person limit `+strconv.Itoa(mostExpected+1), args...)
}
