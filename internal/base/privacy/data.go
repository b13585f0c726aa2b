package privacy

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Section is a part of one's own data: columns and rows as people read them.
type Section struct {
	Title string     `json:"title"`
	Head  []string   `json:"head"`
	Rows  [][]string `json:"rows"`
}

// part is where a section comes from. days and instants are columns to be written as such.
type part struct {
	name, query string
	head        []string
	days        []int
	instants    []int
	worded      map[int]string // columns of codes, with the stem of their words
}

var held = []part{
	{name: "record", head: []string{"name", "member_no", "birth", "sex", "kind", "position", "joined_on", "official_on", "unit"}, days: []int{2, 6, 7},
		worded: map[int]string{3: "person.sex.", 4: "person.kind."}, query: `
		select p.name, coalesce(p.member_no, ''), coalesce(p.birth, ''), p.sex, p.kind, p.position, coalesce(p.joined_on, ''), coalesce(p.official_on, ''), u.name
		from person p join org_unit u on u.id = p.unit where p.id = $1`},
	{name: "stays", head: []string{"unit", "from", "to"}, days: []int{1, 2}, query: `
		select u.name, m.valid_from, coalesce(m.valid_to, '') from person_membership m join org_unit u on u.id = m.unit where m.person = $1 order by m.valid_from`},
	{name: "exemptions", head: []string{"kind", "reason", "from", "to", "resolution"}, days: []int{2, 3}, worded: map[int]string{0: "person.exempt."}, query: `
		select kind, reason, valid_from, coalesce(valid_to, ''), resolution from person_exemption where person = $1 order by valid_from`},
	{name: "studied", head: []string{"campaign", "meeting", "at", "form", "grade", "by"}, instants: []int{2}, worded: map[int]string{3: "attendance.form."}, query: `
		select c.title, m.title, r.at, r.form, 'E' || r.grade, r.by_name from attendance_record r join meeting m on m.id = r.meeting join campaign c on c.id = r.campaign
		where r.campaign in (select id from campaign) and r.person = $1 and r.void_at is null order by r.at`},
	{name: "essays", head: []string{"campaign", "task", "at", "body"}, instants: []int{2}, query: `
		select c.title, t.title, v.handed_at, v.body from essay e join essay_task t on t.id = e.task join campaign c on c.id = e.campaign
			join essay_version v on v.essay = e.id
		where e.campaign in (select id from campaign) and e.person = $1 order by v.handed_at`},
	{name: "account", head: []string{"login", "at"}, instants: []int{1}, query: `select login, created_at from account where person = $1`},
	{name: "rights", head: []string{"role", "unit", "from", "to"}, days: []int{2, 3}, worded: map[int]string{0: "access.role."}, query: `
		select g.role, u.name, g.valid_from, coalesce(g.valid_to, '') from access_grant g join account a on a.id = g.account join org_unit u on u.id = g.unit
		where a.person = $1 and g.revoked_at is null order by g.id`},
	{name: "cases", head: []string{"kind", "at", "due", "state", "answer"}, days: []int{2}, instants: []int{1},
		worded: map[int]string{0: "privacy.kind.", 3: "privacy.state."}, query: `
		select kind, opened_at, due_on, state, answer from privacy_case where person = $1 order by id`},
}

// Data is everything kept about who asks, in sections; what is empty says so. Identity number
// and phone are shown, opened, on the page of one's own numbers. Fault: Missing for whoever is
// in no roster.
func (s *Service) Data(ctx context.Context, who access.Actor, lang string) (out []Section, err error) {
	if who.Person == 0 {
		return nil, fault.Gone()
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out = nil
		for _, p := range held {
			sec := Section{Title: words.T(lang, "privacy.part."+p.name), Rows: [][]string{}}
			for _, h := range p.head {
				sec.Head = append(sec.Head, words.T(lang, "privacy.col."+h))
			}
			rows, err := db.All(ctx, tx, p.scan(lang), p.query, who.Person)
			if err != nil {
				return fmt.Errorf("own data, %s: %w", p.name, err)
			}
			sec.Rows = append(sec.Rows, rows...)
			out = append(out, sec)
		}
		return nil
	})
	return out, err
}

// scan reads a row as text.
func (p part) scan(lang string) db.Scan[[]string] {
	return func(scan func(...any) error) ([]string, error) {
		out, into, at := make([]string, len(p.head)), make([]any, len(p.head)), make([]int64, len(p.head))
		for i := range out {
			into[i] = &out[i]
		}
		for _, i := range p.instants {
			into[i] = &at[i]
		}
		if err := scan(into...); err != nil {
			return nil, err
		}
		for _, i := range p.days {
			out[i] = text.Date(out[i])
		}
		for _, i := range p.instants {
			out[i] = text.DateTime(at[i], clock.Zone)
		}
		for i, stem := range p.worded {
			if out[i] != "" {
				out[i] = words.T(lang, stem+out[i])
			}
		}
		return out, nil
	}
}
