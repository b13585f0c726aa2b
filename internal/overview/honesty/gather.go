package honesty

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// narrow is how many units a subtree may have for its people to be counted while a page waits;
// a wider one says what was kept when reports were sent.
const narrow = 1000

// span is a subtree of the frozen tree.
type span struct {
	unit   id.ID
	lo, hi int64
}

// slot is what one hand entered within ten seconds.
type slot struct{ of, by, at int64 }

// gather counts the marks of spans, which lie side by side in tree order.
type gather struct {
	ctx    context.Context
	tx     db.Tx
	of     campaign.Campaign
	spans  []span
	marks  []Marks
	lo, hi int64
}

func gathered(ctx context.Context, tx db.Tx, of campaign.Campaign, spans []span) ([]Marks, error) {
	if len(spans) == 0 {
		return nil, nil
	}
	g := &gather{ctx, tx, of, spans, make([]Marks, len(spans)), spans[0].lo, spans[len(spans)-1].hi}
	for _, read := range []func() error{g.records, g.bulk, g.two, g.halls, g.moved, g.excused, g.photos} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return g.marks, nil
}

// in is the span a place lies in; −1 for none.
func (g *gather) in(lo int64) int {
	i := sort.Search(len(g.spans), func(i int) bool { return g.spans[i].lo > lo }) - 1
	if i >= 0 && lo <= g.spans[i].hi {
		return i
	}
	return -1
}

// each reads rows that begin with a place and are followed by n numbers.
func (g *gather) each(n int, row func(m *Marks, v []int64), query string, more ...any) error {
	v := make([]int64, n+1)
	into := make([]any, n+1)
	for i := range v {
		into[i] = &v[i]
	}
	rows, err := g.tx.QueryContext(g.ctx, query, append([]any{g.of.ID, g.lo, g.hi}, more...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if i := g.in(v[0]); i >= 0 {
			row(&g.marks[i], v[1:])
		}
	}
	return rows.Err()
}

const ofMembers = ` from campaign_roster p
	join attendance_record r on r.person = p.person and r.campaign = p.campaign and r.void_at is null
	where p.campaign = $1 and p.lo between $2 and $3 and p.kind = 'member'`

func (g *gather) records() error {
	return g.each(2, func(m *Marks, v []int64) { m.Records += v[0]; m.Late += v[1] },
		`select p.lo, count(*), sum(case when r.late and r.grade >= 4 then 1 else 0 end)`+ofMembers+` group by p.lo`)
}

// bulk is ten or more by one hand within ten seconds, over all cells of a span.
func (g *gather) bulk() error {
	at := map[slot]int64{}
	err := g.each(4, func(_ *Marks, v []int64) { at[slot{int64(g.in(v[0])), v[1], v[2]}] += v[3] },
		`select p.lo, p.lo, coalesce(r.by, 0), r.recorded_at / 10000, count(*)`+ofMembers+` and r.late and r.grade >= 4
		group by p.lo, coalesce(r.by, 0), r.recorded_at / 10000`)
	for s, n := range at {
		if n >= 10 {
			g.marks[s.of].Bulk += n
		}
	}
	return err
}

func (g *gather) two() error {
	return g.each(1, func(m *Marks, v []int64) { m.Two += v[0] }, `
		select p.lo, count(distinct s.person) from meeting m
		join attendance_scan s on s.meeting = m.id and s.label <> '' and s.label = 'elsewhere'
		join campaign_roster p on p.campaign = m.campaign and p.person = s.person
		where m.campaign = $1 and p.lo between $2 and $3 group by p.lo`)
}

// halls are sites where heads were counted: by the larger count, against those recorded as there.
func (g *gather) halls() error {
	return g.each(3, func(m *Marks, v []int64) {
		*m = m.plus(Marks{Halls: 1, Heads: v[1], Present: v[2]})
	}, `select own.lo, s.id, max(case when h.second_amount > h.amount then h.second_amount else h.amount end),
			(select count(*) from attendance_record r where r.site = s.id and r.void_at is null and r.form in ('in_person', 'higher'))
		from attendance_headcount h join meeting_site s on s.id = h.site
		join campaign_unit own on own.campaign = h.campaign and own.unit = s.unit
		where h.campaign = $1 and own.lo between $2 and $3 and h.who = 'hall' and h.void_at is null
		group by own.lo, s.id`)
}

func (g *gather) days() (from, day, till string) {
	return clock.AddDays(g.of.StartsOn, -before), g.of.StartsOn, clock.AddDays(g.of.StartsOn, after)
}

// moved are people whose study home was in a span until shortly before the first day, was again
// soon after it, and who are not on its roster.
func (g *gather) moved() error {
	from, day, till := g.days()
	seen := map[[2]int64]bool{}
	return g.each(4, func(m *Marks, v []int64) {
		here := g.in(v[0])
		if here < 0 || g.in(v[1]) != here || v[2] != 0 && g.in(v[2]) == here || seen[[2]int64{int64(here), v[3]}] {
			return
		}
		seen[[2]int64{int64(here), v[3]}] = true
		m.Moved++
	}, `select cu.lo, cu.lo, back.lo, coalesce(p.lo, 0), a.person from campaign_unit cu
		join person_membership a on a.unit = cu.unit and a.study_home and a.valid_to >= $4 and a.valid_to < $5
		join person_membership b on b.person = a.person and b.study_home and b.valid_from > $5 and b.valid_from <= $6
		join campaign_unit back on back.campaign = cu.campaign and back.unit = b.unit and back.lo between $2 and $3
		left join campaign_roster p on p.campaign = cu.campaign and p.person = a.person
		where cu.campaign = $1 and cu.lo between $2 and $3`, from, day, till)
}

// excused are people of the roster whose exemption began in these days and ended soon after.
func (g *gather) excused() error {
	from, day, till := g.days()
	return g.each(1, func(m *Marks, v []int64) { m.Excused += v[0] }, `
		select p.lo, count(distinct p.person) from campaign_roster p
		join person_exemption e on e.person = p.person and e.kind = 'exempt' and e.valid_from >= $4 and e.valid_from <= $5 and e.valid_to > $5 and e.valid_to <= $6
		where p.campaign = $1 and p.lo between $2 and $3 and p.exempt group by p.lo`, from, day, till)
}

// kept are the marks of units directly below one, as they were when their reports were sent.
func kept(ctx context.Context, tx db.Tx, of, parent id.ID) (map[id.ID]Marks, error) {
	out := map[id.ID]Marks{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var unit id.ID
		var body string
		var m Marks
		if err = scan(&unit, &body); err == nil {
			err = json.Unmarshal([]byte(body), &m)
		}
		out[unit] = m
		return none, err
	}, `select f.unit, f.body from campaign_unit cu join honesty_fact f on f.campaign = cu.campaign and f.unit = cu.unit
		where cu.campaign = $1 and cu.parent = $2`, of, parent)
	return out, err
}

// keep stores what the records of a unit's subtree say: a wide one adds up what was kept of the
// units below that sent their reports, and its own people.
func keep(ctx context.Context, tx db.Tx, of campaign.Campaign, u campaign.Unit, at int64) error {
	m, err := whole(ctx, tx, of, u)
	if err != nil {
		return err
	}
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("keep marks: %w", err)
	}
	_, err = tx.ExecContext(ctx, `insert into honesty_fact (campaign, unit, at, body) values ($1, $2, $3, $4)
		on conflict (campaign, unit) do update set at = excluded.at, body = excluded.body`, of.ID, u.Unit, at, string(body))
	return err
}

func whole(ctx context.Context, tx db.Tx, of campaign.Campaign, u campaign.Unit) (sum Marks, err error) {
	wide := u.Hi-u.Lo >= narrow
	s := span{u.Unit, u.Lo, u.Hi}
	if wide {
		s.hi = u.Lo
	}
	marks, err := gathered(ctx, tx, of, []span{s})
	if err != nil {
		return sum, err
	}
	if !wide {
		return marks[0], nil
	}
	below, err := kept(ctx, tx, of.ID, u.Unit)
	sum = marks[0]
	for _, m := range below {
		sum = sum.plus(m)
	}
	return sum, err
}
