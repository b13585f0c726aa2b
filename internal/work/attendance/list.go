package attendance

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Seat is somebody expected at a meeting, or there without being expected.
type Seat struct {
	Person    id.ID  `json:"person"`
	Name      string `json:"name"`
	Position  string `json:"position"`
	Unit      id.ID  `json:"unit"`
	UnitName  string `json:"unit_name"`
	Code      string `json:"-"`
	Exempt    bool   `json:"exempt"`
	Expected  bool   `json:"expected"`
	Record    id.ID  `json:"record"`
	How       string `json:"how"`
	Form      string `json:"form"`
	Grade     int64  `json:"grade" doc:"0: no record"`
	At        int64  `json:"at"`
	ByName    string `json:"by"`
	Late      bool   `json:"late"`
	Absent    bool   `json:"absent" doc:"marked absent"`
	Reason    string `json:"reason"`
	Elsewhere bool   `json:"elsewhere" doc:"studied every document at another meeting"`
	Strayed   bool   `json:"from_other_site" doc:"recorded at another site than the one that expects them"`
	key       string
}

// Present reports whether a record of this meeting counts.
func (s Seat) Present() bool { return s.Grade > 0 }

// Away reports whether the record only declares that somebody studied at a higher level.
func (s Seat) Away() bool { return s.Form == "higher" && s.How == "declared" }

// Query narrows the list of a meeting.
type Query struct {
	Meeting id.ID
	Find    string // name, without marks
	Unit    id.ID  // at or below it, in the frozen tree
	Site    id.ID  // expected or recorded there
	Taking  bool   // for a roll call: without Site, the first site where the actor takes attendance
	Show    string // "", present, absent, exempt
	Page    db.Page
}

// Sheet is a meeting with the people of its list that the actor may see by name.
type Sheet struct {
	Meeting meeting.Meeting `json:"meeting"`
	Sites   []meeting.Site  `json:"sites"`
	Mine    []meeting.Site  `json:"-"` // where the actor takes attendance
	At      id.ID           `json:"-"` // site of a roll call
	Units   []Part          `json:"-"` // whose people a large roll call shows one by one
	Shut    string          `json:"-"` // word that says why nobody can be recorded now; "" when one can
	Rows    db.Rows[Seat]   `json:"rows"`
	Totals  Totals          `json:"totals"`
	Heads   []Headcount     `json:"heads"`
	MayTake bool            `json:"-"`
	MayEdit bool            `json:"-"`
}

// Totals count everybody expected at or recorded by a meeting, also those whose names the
// actor may not see.
type Totals struct {
	Expected int64    `json:"expected" doc:"without the exempt"`
	Exempt   int64    `json:"exempt"`
	Present  int64    `json:"present" doc:"with a record, exempt ones included"`
	Else     int64    `json:"elsewhere" doc:"of those expected: not here, studied every document at another meeting"`
	Higher   int64    `json:"higher" doc:"of them declared to have studied at a higher level, not seen here"`
	Came     int64    `json:"exempt_came"`
	Excused  int64    `json:"excused" doc:"absent with a reason"`
	Absent   int64    `json:"absent" doc:"marked absent without a reason"`
	Grades   [5]int64 `json:"grades"`
	Unknown  int64    `json:"unknown" doc:"expected, and nothing is recorded here or elsewhere"`
}

func (s *Service) list(ctx context.Context, who access.Actor, q Query) (v Sheet, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Meeting, err = meeting.Find(ctx, tx, q.Meeting); err != nil {
			return err
		}
		if err = access.See(ctx, tx, who, access.AttendanceRead, v.Meeting.Unit); err != nil {
			return err
		}
		if v.Sites, err = meeting.Sites(ctx, tx, q.Meeting); err != nil {
			return err
		}
		if v.Mine, err = mine(ctx, tx, who, q.Meeting, v.Sites); err != nil {
			return err
		}
		if q.Taking {
			if err = s.roll(ctx, tx, who, &v, &q); err != nil {
				return err
			}
		}
		v.MayTake = who.Holds(access.AttendanceTake)
		v.MayEdit = access.Check(ctx, tx, who, access.AttendanceEdit, v.Meeting.Unit) == nil
		if v.Rows, err = seats(ctx, tx, who, v.Meeting, q); err != nil {
			return err
		}
		if v.Heads, err = headcounts(ctx, tx, who, q.Meeting); err != nil {
			return err
		}
		v.Totals, err = totals(ctx, tx, v.Meeting)
		return err
	})
	if err != nil {
		return Sheet{}, fmt.Errorf("attendance of %s: %w", q.Meeting, err)
	}
	return v, nil
}

// named limits a list to people whom the actor may read by name, and to those expected or
// recorded at a site where the actor takes attendance. The meeting's parameter is $1.
func named(who access.Actor, args *[]any) string {
	read := who.Scope(access.PersonRead).Where("p.unit", args)
	return "(" + read + " or exists (select 1 from meeting_site s join meeting m on m.id = s.meeting where m.id = $1 and (" +
		taking(who, args) + ") and (r.site = s.id or " + expectedAt("s.id") + ")))"
}

// taking is the condition that the actor takes attendance at site s of meeting m: at its
// host or at the organiser.
func taking(who access.Actor, args *[]any) string {
	take := who.Scope(access.AttendanceTake)
	return take.Where("s.unit", args) + " or " + take.Where("m.unit", args)
}

// expectedAt is the condition that p is expected at one site.
func expectedAt(site string) string { return meeting.ExpectedAt("$1", site) }

// studied is the condition that p has studied every document of meeting $1, wherever.
const studied = `not exists (select 1 from meeting_document md where md.meeting = $1 and not exists (
	select 1 from attendance_studied st where st.campaign = p.campaign and st.document = md.document and st.person = p.person))`

const seatColumns = `p.person, p.name, p.position, p.unit, cu.short, p.lo, p.n, p.exempt,
	case when ` + "%s" + ` then 1 else 0 end, r.id, coalesce(r.how, ''), coalesce(r.form, ''), coalesce(r.grade, 0), coalesce(r.at, 0), coalesce(r.by_name, ''),
	coalesce(r.late, false), a.person is not null, coalesce(a.reason, ''),
	` + studied + `, case when r.how not in ('declared', 'confirmed') and r.site is not null and not ` + "%s" + ` then 1 else 0 end, p.name_key`

func seats(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, q Query) (db.Rows[Seat], error) {
	codes, err := cipherOf(ctx, tx, m.ID)
	if err != nil {
		return db.Rows[Seat]{}, err
	}
	args := []any{m.ID, m.Campaign}
	expected := meeting.Expected("$1")
	where := []string{"p.campaign = $2", named(who, &args), "(" + expected + " or r.id is not null)"}
	add := func(cond string, v ...any) {
		for _, x := range v {
			args = append(args, x)
			cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where = append(where, cond)
	}
	if q.Unit != 0 {
		add("exists (select 1 from campaign_unit top where top.campaign = p.campaign and top.unit = ? and p.lo between top.lo and top.hi)", q.Unit)
	}
	if q.Site != 0 {
		args = append(args, q.Site)
		site := fmt.Sprintf("$%d", len(args))
		where = append(where, "(r.site = "+site+" or r.id is null and ("+expectedAt(site)+"))")
	}
	for word := range strings.FieldsSeq(text.Fold(q.Find)) {
		add(`' ' || p.folded like ? escape '\'`, "% "+db.Like(word)+"%")
	}
	switch q.Show {
	case "present":
		add("r.id is not null")
	case "absent":
		add("r.id is null and not p.exempt and not " + studied)
	case "exempt":
		add("p.exempt")
	}
	return db.List(ctx, tx, q.Page, db.Order{Sort: "p.name_key", ID: "p.person"}, func(s Seat) (string, id.ID) { return s.key, s.Person },
		func(scan func(...any) error) (s Seat, err error) {
			var expected, strayed, lo, n int64
			err = scan(&s.Person, &s.Name, &s.Position, &s.Unit, &s.UnitName, &lo, &n, &s.Exempt, &expected, &s.Record, &s.How, &s.Form, &s.Grade, &s.At, &s.ByName,
				&s.Late, &s.Absent, &s.Reason, &s.Elsewhere, &strayed, &s.key)
			s.Expected, s.Code = expected == 1, codes.Code(lo, n)
			s.Elsewhere, s.Strayed = s.Elsewhere && s.Record == 0, s.Expected && strayed == 1
			return s, err
		}, `select `+fmt.Sprintf(seatColumns, expected, expectedAt("r.site"))+`
		from campaign_participant p
		join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit
		left join attendance_record r on r.meeting = $1 and r.person = p.person and r.void_at is null
		left join attendance_absence a on a.meeting = $1 and a.person = p.person and r.id is null
		where `+strings.Join(where, " and "), args...)
}

//go:embed sql/totals.sql
var totalsSQL string

func totals(ctx context.Context, tx db.Tx, m meeting.Meeting) (t Totals, err error) {
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		g := &t.Grades
		return none, scan(&t.Expected, &t.Exempt, &t.Present, &t.Higher, &t.Came, &t.Else, &t.Excused, &t.Absent, &t.Unknown, &g[0], &g[1], &g[2], &g[3], &g[4])
	}, strings.Replace(strings.Replace(totalsSQL, "/* expected */", meeting.Expected("$1"), 1), "/* studied */", studied, 1), m.ID, m.Campaign)
	return t, err
}

// Station is what the screen at a site shows.
type Station struct {
	Meeting  meeting.Meeting
	Site     meeting.Site
	Count    int64 // people recorded as being at this site
	Expected int64 // people of the roster invited to it, or the delegates announced; 0 unknown
	Stranger bool  // the last one recorded was not expected at this meeting
	Latest   []Seat
	Found    []Seat // answers to a search by name
	Heads    []Headcount
}

// AtSite shows a site's station to those who take attendance there. find searches by name;
// last is who was just recorded.
func (s *Service) AtSite(ctx context.Context, who access.Actor, of, site id.ID, find string, last id.ID) (v Station, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Site, err = meeting.FindSite(ctx, tx, site); err != nil {
			return err
		}
		if err = mayTake(ctx, tx, who, of, site); err != nil {
			return err
		}
		if v.Meeting, err = meeting.Find(ctx, tx, v.Site.Meeting); err != nil {
			return err
		}
		if v.Count, err = db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_record where site = $1 and void_at is null and how not in ('declared', 'confirmed')`, site); err != nil {
			return err
		}
		if v.Expected, err = invited(ctx, tx, v.Meeting, v.Site); err != nil {
			return err
		}
		if last != 0 {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_participant p where p.campaign = $2 and p.person = $3 and `+meeting.Expected("$1"),
				v.Meeting.ID, v.Meeting.Campaign, last)
			if err != nil {
				return err
			}
			v.Stranger = n == 0
		}
		if v.Latest, err = latest(ctx, tx, site); err != nil {
			return err
		}
		if find != "" {
			rows, err := seats(ctx, tx, who, v.Meeting, Query{Find: find, Page: db.Page{Limit: 12}})
			if err != nil {
				return err
			}
			v.Found = rows.Items
		}
		v.Heads, err = headcounts(ctx, tx, who, v.Meeting.ID)
		return err
	})
	if err != nil {
		return Station{}, fmt.Errorf("station %s: %w", site, err)
	}
	return v, nil
}

//go:embed sql/invited.sql
var invitedSQL string

// invited is how many people a site awaits: of the roster, or as announced.
func invited(ctx context.Context, tx db.Tx, m meeting.Meeting, s meeting.Site) (int64, error) {
	if s.Expected > 0 {
		return s.Expected, nil
	}
	return db.One(ctx, tx, db.Value[int64], invitedSQL, m.ID, m.Campaign, s.ID)
}

func latest(ctx context.Context, tx db.Tx, site id.ID) ([]Seat, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Seat, err error) {
		err = scan(&s.Person, &s.Name, &s.UnitName, &s.Exempt, &s.Grade, &s.At, &s.How)
		return s, err
	}, `select p.person, p.name, cu.short, p.exempt, r.grade, r.recorded_at, r.how
		from attendance_record r
		join campaign_participant p on p.campaign = r.campaign and p.person = r.person
		join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit
		where r.site = $1 and r.void_at is null and r.how not in ('declared', 'confirmed') order by r.recorded_at desc, r.id desc limit 6`, site)
}

// Mine is what is kept of a member at one meeting: a record, or an absence.
type Mine struct {
	Campaign id.ID  `json:"campaign"`
	Title    string `json:"campaign_title"`
	Meeting  string `json:"meeting"`
	Unit     string `json:"unit" doc:"organiser"`
	Starts   int64  `json:"starts" doc:"Unix milliseconds UTC"`
	Form     string `json:"form" doc:"empty: absent"`
	Grade    int64  `json:"grade" doc:"0: absent"`
	ByName   string `json:"by"`
	Counts   bool   `json:"counts" doc:"the record that counts for some document"`
	Void     string `json:"void" doc:"why it was taken back; empty when it counts"`
	Reason   string `json:"reason" doc:"of the absence; empty: none given"`
}

// Ticket is a member's personal code in a campaign that is open.
type Ticket struct {
	Campaign id.ID  `json:"campaign"`
	Title    string `json:"title"`
	Code     string `json:"code"`
	Exempt   bool   `json:"exempt"`
}

//go:embed sql/own.sql
var ownSQL string

// Own gives the actor's own records and codes, newest first.
func (s *Service) Own(ctx context.Context, who access.Actor) (records []Mine, tickets []Ticket, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		records, err = db.All(ctx, tx, func(scan func(...any) error) (m Mine, err error) {
			err = scan(&m.Campaign, &m.Title, &m.Meeting, &m.Unit, &m.Starts, &m.Form, &m.Grade, &m.ByName, &m.Counts, &m.Void, &m.Reason)
			return m, err
		}, ownSQL, who.Person)
		if err != nil {
			return err
		}
		tickets, err = db.All(ctx, tx, func(scan func(...any) error) (t Ticket, err error) {
			var key, lo, n int64
			err = scan(&t.Campaign, &t.Title, &key, &lo, &n, &t.Exempt)
			t.Code = campaign.CipherOf(key).Code(lo, n)
			return t, err
		}, `select c.id, c.title, c.code_key, p.lo, p.n, p.exempt from campaign_participant p join campaign c on c.id = p.campaign
			where p.person = $1 and c.state = 'open' order by c.starts_on desc, c.id desc`, who.Person)
		return err
	})
	return records, tickets, err
}
