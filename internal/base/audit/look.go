package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Sight is what somebody reads: the record of Person of Unit, or a list of N people of
// Units. People are those on a list, all of them as far as they are few; without them it
// stands for everybody of its units.
type Sight struct {
	Person  id.ID
	Unit    id.ID
	Units   []id.ID
	People  []id.ID
	N       int64
	Purpose string // "person.page"; a word audit.look.<purpose> says it
	Why     string
}

// few bounds how many people a list keeps by name: the longest page of any list.
const few = 500

// Look writes that who reads personal data of others; at is Unix milliseconds. One's own
// record, and what the program reads by itself, is nobody's business and leaves no line.
func Look(ctx context.Context, tx db.Tx, who access.Actor, at int64, s Sight) error {
	if who.Account == 0 {
		return nil
	}
	if s.Person != 0 {
		if s.Person == who.Person {
			return nil
		}
		_, err := look(ctx, tx, who, at, s, s.Unit, false, 1)
		return err
	}
	named := s.N <= int64(len(s.People)) && len(s.People) <= few
	people := slices.DeleteFunc(slices.Clone(s.People), func(p id.ID) bool { return p == who.Person })
	slices.Sort(people)
	people = slices.Compact(people)
	n := max(s.N, int64(len(people)))
	if named {
		n = int64(len(people))
	}
	if n == 0 {
		return nil
	}
	if s.Units == nil {
		s.Units = []id.ID{s.Unit}
	}
	lines := make([]id.ID, len(s.Units))
	for i, u := range s.Units {
		var err error
		if lines[i], err = look(ctx, tx, who, at, s, u, named, n); err != nil {
			return err
		}
	}
	if !named {
		return nil
	}
	return name(ctx, tx, s.Units, lines, people)
}

func look(ctx context.Context, tx db.Tx, who access.Actor, at int64, s Sight, unit id.ID, named bool, n int64) (line id.ID, err error) {
	line = id.New()
	_, err = tx.ExecContext(ctx, `
		insert into audit_look (id, at, account, who, purpose, person, unit, named, n, why)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, line, at, who.Account, who.Name, s.Purpose, s.Person, unit, named, n, s.Why)
	return line, err
}

// name writes one row for each person of a list, wherever anybody belongs later: at the line
// of the unit that the person stands below today, else at the first.
func name(ctx context.Context, tx db.Tx, units, lines, people []id.ID) error {
	if len(lines) == 0 {
		return nil
	}
	under := map[id.ID]id.ID{}
	if len(units) > 1 {
		for part := range slices.Chunk(people, 200) {
			if err := below(ctx, tx, units, lines, part, under); err != nil {
				return err
			}
		}
	}
	rows := make([][]any, len(people))
	for i, p := range people {
		rows[i] = []any{p, cmp.Or(under[p], lines[0])}
	}
	return db.Insert(ctx, tx, `insert into audit_looked (person, look)`, 2, rows)
}

func below(ctx context.Context, tx db.Tx, units, lines, people []id.ID, under map[id.ID]id.ID) error {
	args, in := make([]any, len(people)), make([]string, len(people))
	for i, p := range people {
		args[i], in[i] = p, fmt.Sprintf("$%d", i+1)
	}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var person, top id.ID
		err = scan(&person, &top)
		if i := slices.Index(units, top); i >= 0 && under[person] == 0 {
			under[person] = lines[i]
		}
		return none, err
	}, `select p.id, b.top from person p join org_below b on b.unit = p.unit where p.id in (`+strings.Join(in, ", ")+`)`, args...)
	return err
}

// Looked is one reading, as the person concerned or a keeper of the log sees it.
type Looked struct {
	ID       id.ID  `json:"id"`
	At       int64  `json:"at" doc:"Unix milliseconds UTC"`
	Who      string `json:"who" doc:"name as it was"`
	Purpose  string `json:"purpose" example:"person.page"`
	Why      string `json:"why"`
	List     bool   `json:"list" doc:"a list, not one record"`
	N        int64  `json:"n" doc:"people on the list"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	Person   id.ID  `json:"person" doc:"empty for a list, and for whoever may not see the content"`
	Name     string `json:"name"`
}

const looked = `select l.id, l.at, l.who, l.purpose, l.why, case when l.person is null then 1 else 0 end, l.n, l.unit, u.name`

func scanLooked(scan func(...any) error) (l Looked, err error) {
	var list int
	err = scan(&l.ID, &l.At, &l.Who, &l.Purpose, &l.Why, &list, &l.N, &l.Unit, &l.UnitName, &l.Person, &l.Name)
	l.List = list == 1
	return l, err
}

// Mine shows somebody who read the own record, alone or in a list, the newest first: by name
// whatever became of the unit since, and where a list kept no names, by the tree and the
// membership of the day on which it was read. Fault: Missing for whoever is in no roster.
func (s *Service) Mine(ctx context.Context, who access.Actor, p db.Page) (rows db.Rows[Looked], err error) {
	if who.Person == 0 {
		return rows, fault.Gone()
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		places, err := places(ctx, tx, who.Person)
		if err != nil {
			return err
		}
		args := []any{who.Person, who.Account}
		lists := ""
		for _, h := range places {
			args = append(args, h.unit, h.from, h.next)
			n := len(args)
			lists += fmt.Sprintf(` union all select id from audit_look where unit = $%d and person is null and not named and at >= $%d and at < $%d`, n-2, n-1, n)
		}
		rows, err = db.List(ctx, tx, p, db.Order{ID: "l.id", Desc: true}, func(l Looked) (string, id.ID) { return "", l.ID }, scanLooked,
			looked+`, null, '' from audit_look l join org_unit u on u.id = l.unit where l.account <> $2 and l.id in (
				select id from audit_look where person = $1 union all select look from audit_looked where person = $1`+lists+`)`, args...)
		return err
	})
	return rows, err
}

// place is a unit at or above somebody: from an instant up to the next.
type place struct {
	unit       id.ID
	from, next int64
}

// places are the units in which somebody ever belonged, and those above them, each for the days
// on which both the membership and the way up were in force. What was dated back left them on the
// lists of the old unit until the day on which it was written.
func places(ctx context.Context, tx db.Tx, person id.ID) ([]place, error) {
	more, err := datedBack(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	all, err := waysUp(ctx, tx, person, more, nil)
	if err != nil {
		return nil, err
	}
	late, err := appliedLate(ctx, tx, all)
	if err != nil || len(late) == 0 {
		return all, err
	}
	return waysUp(ctx, tx, person, more, late)
}

// waysUp are the places with more memberships than are kept; of a unit in late, what ended with the day
// from is taken to have lasted to the day to.
func waysUp(ctx context.Context, tx db.Tx, person id.ID, more, late []stay) ([]place, error) {
	args, own, ends := []any{person, forever}, "", `select cast(0 as bigint), '', '' where 1 = 0`
	given := func(m stay) string {
		args = append(args, m.unit, m.from, m.to)
		n := len(args)
		return fmt.Sprintf(` union select cast($%d as bigint), cast($%d as text), cast($%d as text)`, n-2, n-1, n)
	}
	for _, m := range more {
		own += given(m)
	}
	for _, m := range late {
		ends += given(m)
	}
	return db.All(ctx, tx, func(scan func(...any) error) (h place, err error) {
		var from, to string
		if err = scan(&h.unit, &from, &to); err != nil {
			return h, err
		}
		h.from, h.next = clock.Start(from).UnixMilli(), int64(1)<<62
		if to != forever {
			h.next = clock.Start(to).AddDate(0, 0, 1).UnixMilli()
		}
		return h, nil
	}, `with recursive late (unit, ended, last) as (`+ends+`), up (unit, first, last) as (
			select unit, first, last from (
				select m.unit, m.valid_from as first, coalesce(late.last, m.valid_to, $2) as last
				from person_membership m left join late on late.unit = m.unit and late.ended = m.valid_to where m.person = $1`+own+`) own
			union
			select l.parent, case when l.valid_from > up.first then l.valid_from else up.first end,
				case when coalesce(late.last, l.valid_to) < up.last then coalesce(late.last, l.valid_to) else up.last end
			from up join org_parent l on l.unit = up.unit and l.valid_from <= up.last
				left join late on late.unit = l.unit and late.ended = l.valid_to
			where l.valid_to is null or coalesce(late.last, l.valid_to) >= up.first
		)
		select unit, first, last from up`, args...)
}

// appliedLate are the units among places that a reorganisation changed after its day, each from the
// last day of the old order to that on which the new one was written.
func appliedLate(ctx context.Context, tx db.Tx, all []place) (out []stay, err error) {
	var args []any
	var in []string
	for _, h := range all {
		if !slices.Contains(args, any(h.unit)) {
			args = append(args, h.unit)
			in = append(in, fmt.Sprintf("$%d", len(args)))
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var unit id.ID
		var day string
		var at int64
		if err = scan(&unit, &day, &at); err != nil {
			return none, err
		}
		if written := clock.Day(clock.From(at)); written > day {
			out = append(out, stay{unit, clock.AddDays(day, -1), written})
		}
		return none, nil
	}, `select u.unit, e.day, e.applied_at from org_event_unit u join org_event e on e.id = u.event
		where e.state = 'applied' and u.unit in (`+strings.Join(in, ", ")+`)`, args...)
	return out, err
}

// stay is a unit in which somebody stood from one civil day to another.
type stay struct {
	unit     id.ID
	from, to string
}

// datedBack are the days between that of a move, a leave or the end of a further membership and that
// on which it was written, in the units left: their lists still had the person.
func datedBack(ctx context.Context, tx db.Tx, person id.ID) (out []stay, err error) {
	ended, err := db.All(ctx, tx, func(scan func(...any) error) (m stay, err error) {
		err = scan(&m.unit, &m.to)
		return m, err
	}, `select unit, valid_to from person_membership where person = $1 and valid_to is not null`, person)
	if err != nil {
		return nil, err
	}
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var action, detail string
		var unit, also id.ID
		var at int64
		if err = scan(&action, &unit, &also, &at, &detail); err != nil {
			return none, err
		}
		written := clock.Day(clock.From(at))
		add := func(unit id.ID, from string) {
			if unit != 0 && from != "" && from < written {
				out = append(out, stay{unit, from, written})
			}
		}
		switch action {
		case "person.move":
			var move struct{ From string }
			err = json.Unmarshal([]byte(detail), &move)
			add(also, move.From)
		case "person.leave": // it ends every membership
			var leave struct{ Last string }
			err = json.Unmarshal([]byte(detail), &leave)
			for _, m := range ended {
				if m.to == leave.Last {
					add(m.unit, clock.AddDays(m.to, 1))
				}
			}
		case "person.stay_end":
			var end []struct{ New string }
			err = json.Unmarshal([]byte(detail), &end)
			for _, c := range end {
				add(unit, clock.AddDays(c.New, 1))
			}
		}
		if err != nil {
			return none, fmt.Errorf("day of a %s: %w", action, err)
		}
		return none, nil
	}, `select action, coalesce(unit, 0), coalesce(also, 0), at, detail from audit_entry
		where subject = $1 and action in ('person.move', 'person.leave', 'person.stay_end')`, person)
	return out, err
}

// forever is behind every day.
const forever = "9999"

// Looks shows who read what within the scope of access.AuditRead, the newest first; whose
// record it was only where who may also see the content.
func (s *Service) Looks(ctx context.Context, who access.Actor, account id.ID, p db.Page) (rows db.Rows[Looked], err error) {
	args := []any{}
	scope := who.Scope(access.AuditRead).Where("l.unit", &args)
	content := who.Scope(access.AuditContent).Where("l.unit", &args)
	args = append(args, account)
	only := fmt.Sprintf(" and (l.account = $%[1]d or $%[1]d is null)", len(args))
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		rows, err = db.List(ctx, tx, p, db.Order{ID: "l.id", Desc: true}, func(l Looked) (string, id.ID) { return "", l.ID }, scanLooked,
			looked+`, case when `+content+` then l.person end, case when `+content+` then coalesce(pe.name, '') else '' end
			from audit_look l join org_unit u on u.id = l.unit left join person pe on pe.id = l.person where `+scope+only, args...)
		return err
	})
	return rows, err
}

// When is the instant on the wall clock.
func (l Looked) When() string { return time.UnixMilli(l.At).In(clock.Zone).Format("02/01/2006 15:04") }

// Tell is Look for what was read already, before anything of it is answered.
func Tell(ctx context.Context, d *db.DB, who access.Actor, at int64, s Sight) error {
	if who.Account == 0 || s.Person == 0 && s.N == 0 && len(s.People) == 0 {
		return nil
	}
	return d.Write(ctx, func(tx db.Tx) error { return Look(ctx, tx, who, at, s) })
}

// Under are the units of a list: the one it was narrowed to, else where the scope begins.
func Under(unit id.ID, scope access.Scope) []id.ID {
	if unit != 0 {
		return []id.ID{unit}
	}
	tops, _ := scope.Tops()
	return tops
}

// OfCampaign are the units of a list of a campaign's people: the one the campaign is of.
func OfCampaign(ctx context.Context, d *db.DB, campaign id.ID) (units []id.ID, err error) {
	err = d.Read(ctx, func(tx db.Tx) error {
		units, err = db.All(ctx, tx, db.Value[id.ID], `select unit from campaign where id = $1`, campaign)
		return err
	})
	return units, err
}
