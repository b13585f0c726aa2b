package ledger

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// studied is the condition that p has studied every document of meeting m, wherever.
const studied = `not exists (select 1 from meeting_document md where md.meeting = m.id and not exists (
	select 1 from attendance_studied st where st.campaign = p.campaign and st.document = md.document and st.person = p.person))`

// madeUp is when p came to a make-up of meeting m, or to a make-up of such a make-up.
const madeUp = `coalesce((select min(mu.starts_at) from meeting mu join attendance_record ru on ru.meeting = mu.id and ru.person = p.person and ru.void_at is null
	where mu.makes_up = m.id or mu.makes_up in (select first.id from meeting first where first.makes_up = m.id)), 0)`

// leftAt is when p said to leave meeting m before its last session ended.
const leftAt = `coalesce((select max(v.left_at) from attendance_visit v where v.meeting = m.id and v.person = p.person and v.left_at is not null and v.left_at < m.ends_at), 0)`

// facts are what Line.State asks, of participant p, meeting m, record r and absence a.
var facts = `p.exempt, case when ` + meeting.Expected("m.id") + ` then 1 else 0 end, coalesce(r.grade, 0), coalesce(r.form, ''), coalesce(r.how, ''), coalesce(r.at, 0),
	case when r.id is not null and not r.late and r.at > m.starts_at + m.grace then 1 else 0 end, ` + leftAt + `,
	case when a.person is null then 0 else 1 end, coalesce(a.reason, ''), case when r.id is null then ` + madeUp + ` else 0 end, case when ` + studied + ` then 1 else 0 end`

// joins put record and absence beside participant p and meeting m.
const joins = `left join attendance_record r on r.meeting = m.id and r.person = p.person and r.void_at is null
	left join attendance_absence a on a.meeting = m.id and a.person = p.person and r.id is null `

// scanFacts reads facts into l, after the columns of dest.
func scanFacts(scan func(...any) error, l *Line, dest ...any) error {
	var expected, late, absent, studied int64
	err := scan(append(dest, &l.Exempt, &expected, &l.Grade, &l.Form, &l.How, &l.At, &late, &l.Left, &absent, &l.Reason, &l.MadeUp, &studied)...)
	l.Expected, l.Late, l.Absent, l.Studied = expected == 1, late == 1, absent == 1, studied == 1
	return err
}

func (q Query) where(who access.Actor, args *[]any) string {
	read := who.Scope(access.PersonRead).Where("p.unit", args)
	take := who.Scope(access.AttendanceTake)
	read = "(" + read + " or exists (select 1 from meeting_site s where s.meeting = m.id and (" + take.Where("s.unit", args) + " or " + take.Where("m.unit", args) +
		") and (r.site = s.id or " + meeting.ExpectedAt("m.id", "s.id") + ")))"
	where := []string{"m.id = $1", read, "(" + meeting.Expected("m.id") + " or r.id is not null)"}
	add := func(cond string, v any) {
		*args = append(*args, v)
		where = append(where, strings.ReplaceAll(cond, "?", fmt.Sprintf("$%d", len(*args))))
	}
	if q.Unit != 0 {
		add("exists (select 1 from campaign_unit top where top.campaign = p.campaign and top.unit = ? and p.lo between top.lo and top.hi)", q.Unit)
	}
	if q.Site != 0 {
		add("(r.site = ? or r.id is null and "+meeting.ExpectedAt("m.id", "?")+")", q.Site)
	}
	for word := range strings.FieldsSeq(text.Fold(q.Find)) {
		add(`' ' || p.folded like ? escape '\'`, "% "+db.Like(word)+"%")
	}
	return strings.Join(where, " and ")
}

const people = `select p.person, p.name, p.position, p.unit, cu.name, p.name_key, %s from meeting m join campaign_participant p on p.campaign = m.campaign
	join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit ` + joins + `where `

func scanLine(scan func(...any) error) (l Line, err error) {
	err = scanFacts(scan, &l, &l.Person, &l.Name, &l.Position, &l.Unit, &l.UnitName, &l.key)
	return l, err
}

// page is a piece of the list by name.
func page(ctx context.Context, tx db.Tx, who access.Actor, q Query) (db.Rows[Line], error) {
	args := []any{q.Meeting}
	where := q.where(who, &args)
	return db.List(ctx, tx, q.Page, db.Order{Sort: "p.name_key", ID: "p.person"}, func(l Line) (string, id.ID) { return l.key, l.Person }, scanLine,
		fmt.Sprintf(people, facts)+where, args...)
}

// whole is the list by unit in the order of the tree, then by name, at most one more than most.
func whole(ctx context.Context, tx db.Tx, who access.Actor, q Query) ([]Line, error) {
	args := []any{q.Meeting}
	where := q.where(who, &args)
	return db.All(ctx, tx, scanLine, fmt.Sprintf(people, facts)+where+fmt.Sprintf(" order by p.lo, p.name_key, p.person limit %d", most+1), args...)
}

// counted one by one are meetings to which at most so many are invited.
const crowd = 50_000

// summed counts a meeting's people: one by one, or of a crowd what its sites keep.
func summed(ctx context.Context, tx db.Tx, of id.ID) (s Sum, err error) {
	invited, err := db.One(ctx, tx, db.Value[int64], `select coalesce(sum(cu.members + cu.civil), 0) from meeting m join meeting_invite i on i.meeting = m.id
		join campaign_unit top on top.campaign = m.campaign and top.unit = i.unit
		join campaign_unit cu on cu.campaign = top.campaign and cu.lo between top.lo and top.hi where m.id = $1`, of)
	if err != nil || invited <= crowd {
		if err == nil {
			s, err = sum(ctx, tx, of)
		}
		return s, err
	}
	s.Rough, s.Expected = true, invited
	g := &s.Grades
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&s.Came, &g[0], &g[1], &g[2], &g[3], &g[4])
	},
		`select coalesce(sum(persons), 0), coalesce(sum(e1), 0), coalesce(sum(e2), 0), coalesce(sum(e3), 0), coalesce(sum(e4), 0), coalesce(sum(e5), 0)
		from attendance_site where meeting = $1`, of)
	s.People = s.Came
	return s, err
}

// sum counts everybody of a meeting, also those whose names the actor may not read.
func sum(ctx context.Context, tx db.Tx, of id.ID) (s Sum, err error) {
	all, err := db.All(ctx, tx, scanCount, counted(`m.id = $1 and (`+meeting.Expected("m.id")+` or r.id is not null)`), of)
	for _, g := range all {
		s.Add(g.line, g.n)
	}
	return s, err
}

// tally is how many people of a meeting stand alike.
type tally struct {
	meeting id.ID
	line    Line
	n       int64
}

func scanCount(scan func(...any) error) (t tally, err error) {
	var expected, late, left, absent, made, studied int64
	err = scan(&t.meeting, &t.line.Exempt, &expected, &t.line.Grade, &t.line.Form, &t.line.How, &late, &left, &absent, &t.line.Reason, &made, &studied, &t.n)
	l := &t.line
	l.Expected, l.Late, l.Left, l.Absent, l.MadeUp, l.Studied = expected == 1, late == 1, left, absent == 1, made, studied == 1
	return t, err
}

// counted is a query that counts people by what Line.State asks.
func counted(where string) string {
	return `select x.meeting, x.exempt, x.expected, x.grade, x.form, x.how, x.late, x.left_early, x.absent, x.reason, x.made_up, x.studied, count(*) from (
		select m.id as meeting, p.exempt, case when ` + meeting.Expected("m.id") + ` then 1 else 0 end as expected, coalesce(r.grade, 0) as grade, coalesce(r.form, '') as form,
			coalesce(r.how, '') as how, case when r.id is not null and not r.late and r.at > m.starts_at + m.grace then 1 else 0 end as late,
			case when ` + leftAt + ` > 0 then 1 else 0 end as left_early, case when a.person is null then 0 else 1 end as absent, coalesce(a.reason, '') as reason,
			case when r.id is null and ` + madeUp + ` > 0 then 1 else 0 end as made_up, case when ` + studied + ` then 1 else 0 end as studied
		from meeting m join campaign_participant p on p.campaign = m.campaign ` + joins + `where ` + where + `) x
		group by x.meeting, x.exempt, x.expected, x.grade, x.form, x.how, x.late, x.left_early, x.absent, x.reason, x.made_up, x.studied`
}

// yearColumns name the organiser as in the campaign's own tree, where it stands there.
const yearColumns = `m.campaign, m.id, m.title, m.kind, coalesce((select o.short from campaign_unit o where o.campaign = m.campaign and o.unit = m.unit), u.short), m.starts_at`

// within gives a civil year's first instant and that of the next.
func within(year int) (from, until int64) {
	return time.Date(year, 1, 1, 0, 0, 0, 0, clock.Zone).UnixMilli(), time.Date(year+1, 1, 1, 0, 0, 0, 0, clock.Zone).UnixMilli()
}

// took are the meetings of a year that expected or recorded a person, the first first.
func took(ctx context.Context, tx db.Tx, person id.ID, year int) ([]Took, error) {
	from, until := within(year)
	return db.All(ctx, tx, func(scan func(...any) error) (t Took, err error) {
		err = scanFacts(scan, &t.Line, &t.Campaign, &t.Meeting, &t.Title, &t.Kind, &t.Organiser, &t.Starts)
		return t, err
	}, `select `+yearColumns+`, `+facts+` from campaign_participant p join meeting m on m.campaign = p.campaign and m.starts_at >= $2 and m.starts_at < $3 and m.state <> 'cancelled'
		join org_unit u on u.id = m.unit `+joins+`where p.person = $1 and (`+meeting.Expected("m.id")+` or r.id is not null) order by m.starts_at, m.id limit 500`, person, from, until)
}

// meetings are those of a year that a unit organised or was invited to.
func meetings(ctx context.Context, tx db.Tx, unit id.ID, year int) ([]Held, error) {
	from, until := within(year)
	return db.All(ctx, tx, func(scan func(...any) error) (h Held, err error) {
		return h, scan(&h.Campaign, &h.Meeting, &h.Title, &h.Kind, &h.Organiser, &h.Starts)
	}, `select `+yearColumns+` from meeting m join org_unit u on u.id = m.unit
		where m.starts_at >= $2 and m.starts_at < $3 and m.state <> 'cancelled' and (m.unit = $1 or exists (
			select 1 from meeting_invite i join campaign_unit iu on iu.campaign = m.campaign and iu.unit = i.unit
			join campaign_unit mine on mine.campaign = m.campaign and mine.unit = $1 and mine.lo between iu.lo and iu.hi where i.meeting = m.id)
			or exists (select 1 from meeting_delegate d join campaign_participant p on p.campaign = m.campaign and p.person = d.person
			join campaign_unit mine on mine.campaign = m.campaign and mine.unit = $1 and p.lo between mine.lo and mine.hi where d.meeting = m.id))
		order by m.starts_at, m.id limit 500`, unit, from, until)
}

// ofUnit counts a unit's own people at one meeting.
func ofUnit(ctx context.Context, tx db.Tx, of, unit id.ID) (s Sum, err error) {
	all, err := db.All(ctx, tx, scanCount, counted(`m.id = $1 and (`+meeting.Expected("m.id")+` or r.id is not null)
		and p.lo between (select lo from campaign_unit where campaign = m.campaign and unit = $2) and (select hi from campaign_unit where campaign = m.campaign and unit = $2)`), of, unit)
	for _, g := range all {
		s.Add(g.line, g.n)
	}
	return s, err
}

// documents names what a meeting treats.
func documents(ctx context.Context, tx db.Tx, of id.ID) (string, error) {
	all, err := db.All(ctx, tx, db.Value[string], `select d.number from meeting_document md join document d on d.id = md.document where md.meeting = $1 order by d.number`, of)
	return strings.Join(all, "; "), err
}
