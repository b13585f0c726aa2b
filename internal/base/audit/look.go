package audit

import (
	"context"
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
// Units. People are those on a list, as far as they are few; without them it stands for
// everybody of its units.
type Sight struct {
	Person  id.ID
	Unit    id.ID
	Units   []id.ID
	People  []id.ID
	N       int64
	Purpose string // "person.page"; a word audit.look.<purpose> says it
	Why     string
}

// few bounds how many people a list keeps by name.
const few = 200

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
		return look(ctx, tx, who, at, s, s.Unit, "", 1)
	}
	s.People = slices.DeleteFunc(slices.Clone(s.People), func(p id.ID) bool { return p == who.Person })
	n := max(s.N, int64(len(s.People)))
	if n == 0 {
		return nil
	}
	people := ""
	if len(s.People) > 0 && len(s.People) <= few {
		var b strings.Builder
		for _, p := range s.People {
			b.WriteString(" " + p.String())
		}
		people, n = b.String()+" ", int64(len(s.People))
	}
	if s.Units == nil {
		s.Units = []id.ID{s.Unit}
	}
	for _, u := range s.Units {
		if err := look(ctx, tx, who, at, s, u, people, n); err != nil {
			return err
		}
	}
	return nil
}

func look(ctx context.Context, tx db.Tx, who access.Actor, at int64, s Sight, unit id.ID, people string, n int64) error {
	_, err := tx.ExecContext(ctx, `
		insert into audit_look (id, at, account, who, purpose, person, unit, people, n, why)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, id.New(), at, who.Account, who.Name, s.Purpose, s.Person, unit, people, n, s.Why)
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

// Mine shows somebody who read the own record, alone or in a list, the newest first. Fault:
// Missing for whoever is in no roster.
func (s *Service) Mine(ctx context.Context, who access.Actor, p db.Page) (rows db.Rows[Looked], err error) {
	if who.Person == 0 {
		return rows, fault.Gone()
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		homes, err := homes(ctx, tx, who.Person)
		if err != nil {
			return err
		}
		args := []any{who.Person, "% " + who.Person.String() + " %", who.Account}
		lists := []string{"1 = 0"}
		for _, h := range homes {
			args = append(args, h.unit, h.from, h.next)
			n := len(args)
			lists = append(lists, fmt.Sprintf(`(l.unit in (select b.top from org_below b where b.unit = $%d) and l.at >= $%d and l.at < $%d)`, n-2, n-1, n))
		}
		rows, err = db.List(ctx, tx, p, db.Order{ID: "l.id", Desc: true}, func(l Looked) (string, id.ID) { return "", l.ID }, scanLooked,
			looked+`, null, '' from audit_look l join org_unit u on u.id = l.unit where l.account <> $3 and l.id in (
				select l.id from audit_look l where l.person = $1 union all
				select l.id from audit_look l where l.person is null and (l.people = '' or l.people like $2) and (`+strings.Join(lists, " or ")+`))`, args...)
		return err
	})
	return rows, err
}

// homed is a stretch in a unit: from an instant up to the next.
type homed struct {
	unit       id.ID
	from, next int64
}

func homes(ctx context.Context, tx db.Tx, person id.ID) ([]homed, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (h homed, err error) {
		var from, to string
		if err = scan(&h.unit, &from, &to); err != nil {
			return h, err
		}
		h.from, h.next = clock.Start(from).UnixMilli(), int64(1)<<62
		if to != "" {
			h.next = clock.Start(to).AddDate(0, 0, 1).UnixMilli()
		}
		return h, nil
	}, `select unit, valid_from, coalesce(valid_to, '') from person_membership where person = $1`, person)
}

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
