package grant

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// shown are the columns of a grant as people read it, on civil day $1; the last is whether
// it lies within a scope.
const shown = `
	select g.account, g.id, g.role, g.unit, u.name, g.valid_from, coalesce(g.valid_to, ''), g.kind, coalesce(po.title, ''), coalesce(pa.name, ''),
		(select count(*) from org_below b join org_unit x on x.id = b.unit
			where b.top = g.unit and b.since <= coalesce(p.covers, g.covers) and coalesce(x.valid_to, '9999') >= $1),
		(select count(*) from org_below b where b.top = g.unit and b.since > 0 and b.since > coalesce(p.covers, g.covers)),
		case when %s then 1 else 0 end
	from access_grant g join org_unit u on u.id = g.unit left join access_post po on po.id = g.post
		left join access_grant p on p.id = g.parent left join account pa on pa.id = p.account `

func scanGrant(scan func(...any) error) (g Grant, err error) {
	var inside int
	err = scan(&g.Account, &g.ID, &g.Role, &g.Unit, &g.UnitName, &g.From, &g.To, &g.Kind, &g.Title, &g.By, &g.Units, &g.Moved, &inside)
	g.inside = inside == 1
	return g, err
}

// Of are the grants of accounts that were not revoked, each marked whether it lies within
// what who keeps; those outside are left out unless all is set.
func Of(ctx context.Context, tx db.Tx, who access.Actor, accounts []id.ID, all bool, day string) (map[id.ID][]Grant, error) {
	out := map[id.ID][]Grant{}
	if len(accounts) == 0 {
		return out, nil
	}
	args, in := []any{day}, []string{}
	for _, a := range accounts {
		args = append(args, a)
		in = append(in, fmt.Sprintf("$%d", len(args)))
	}
	scope := who.Scope(access.AccountEdit).Where("g.unit", &args)
	list, err := db.All(ctx, tx, scanGrant, fmt.Sprintf(shown, scope)+
		`where g.revoked_at is null and g.account in (`+strings.Join(in, ", ")+`) order by g.account, g.id`, args...)
	for _, g := range list {
		if all || g.inside {
			out[g.Account] = append(out[g.Account], g)
		}
	}
	return out, err
}

// moved are the grants within what who keeps that do not cover all that lies below them now.
func moved(ctx context.Context, tx db.Tx, who access.Actor, day string) ([]Line, error) {
	args := []any{day}
	scope := who.Scope(access.AccountEdit).Where("g.unit", &args)
	return db.All(ctx, tx, scanLine, fmt.Sprintf(lines, scope)+`
		where g.revoked_at is null and g.parent is null and coalesce(g.valid_to, '9999') >= $1 and `+scope+`
			and exists (select 1 from org_below b where b.top = g.unit and b.since > 0 and b.since > g.covers)
		order by a.name_key, g.id limit 500`, args...)
}

// lines are shown with the name of the account.
var lines = strings.Replace(strings.Replace(shown, "select g.account,", "select a.name, a.login, g.account,", 1),
	"from access_grant g", "from access_grant g join account a on a.id = g.account", 1)

func scanLine(scan func(...any) error) (l Line, err error) {
	var inside int
	g := &l.Grant
	err = scan(&l.Name, &l.Login, &g.Account, &g.ID, &g.Role, &g.Unit, &g.UnitName, &g.From, &g.To, &g.Kind, &g.Title, &g.By, &g.Units, &g.Moved, &inside)
	g.inside = inside == 1
	return l, err
}

// covers is up to which instant a right at a unit may follow moves when who gives it: until at, or
// until the first move that brought in what who does not cover.
func covers(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID, at int64) (int64, error) {
	if who.IsSystem() {
		return at, nil
	}
	args := []any{unit}
	first, err := db.One(ctx, tx, db.Value[int64], `select coalesce(min(b.since), 0) from org_below b
		where b.top = $1 and b.since > 0 and not `+who.Scope(access.AccountEdit).Where("b.unit", &args), args...)
	if err == nil && first > 0 {
		at = min(at, first-1)
	}
	return at, err
}

// step is a unit at or above another on some day; since bounds which grants follow.
type step struct {
	unit  id.ID
	since int64
}

// above are the units at and above one on a civil day: by today's tree, or by the links of
// a day that is past.
func above(ctx context.Context, tx db.Tx, unit id.ID, day, today string) ([]step, error) {
	if day >= today {
		return db.All(ctx, tx, func(scan func(...any) error) (s step, err error) {
			return s, scan(&s.unit, &s.since)
		}, `select top, since from org_below where unit = $1`, unit)
	}
	return db.All(ctx, tx, func(scan func(...any) error) (s step, err error) {
		return s, scan(&s.unit)
	}, `with recursive up (unit) as (
			select id from org_unit where id = $1
			union
			select l.parent from up join org_parent l on l.unit = up.unit and l.valid_from <= $2 and coalesce(l.valid_to, '9999') >= $2
		)
		select unit from up`, unit, day)
}

// here are the grants in force on a day at units at and above one, by name. next is the
// first instant after the day: what was revoked later counted then.
func here(ctx context.Context, tx db.Tx, who access.Actor, way []step, day string, next int64) ([]Line, error) {
	args, in := []any{day, next}, []string{}
	for _, s := range way {
		args = append(args, s.unit, s.since)
		in = append(in, fmt.Sprintf("(g.unit = $%d and $%d <= coalesce(p.covers, g.covers))", len(args)-1, len(args)))
	}
	scope := who.Scope(access.AccountEdit).Where("g.unit", &args)
	return db.All(ctx, tx, scanLine, fmt.Sprintf(lines, scope)+`
		where g.valid_from <= $1 and coalesce(g.valid_to, '9999') >= $1 and coalesce(g.revoked_at, $2) >= $2 and g.role <> 'member'
			and a.disabled_at is null and (`+strings.Join(in, " or ")+`)
			and (p.id is null or (coalesce(p.valid_to, '9999') >= $1 and coalesce(p.revoked_at, $2) >= $2 and pa.disabled_at is null
				and exists (select 1 from org_below pb where pb.top = p.unit and pb.unit = g.unit and pb.since <= p.covers)))
		order by a.name_key, g.id limit 500`, args...)
}

func scanHolder(scan func(...any) error) (h Holder, err error) {
	err = scan(&h.ID, &h.Login, &h.Name, &h.Person)
	return h, err
}

const holders = `select a.id, a.login, a.name, a.person from account a `

// holder loads an account, disabled or not. Fault: Missing.
func holder(ctx context.Context, tx db.Tx, account id.ID) (Holder, error) {
	return db.One(ctx, tx, scanHolder, holders+`where a.id = $1`, account)
}

// typed finds an account that is not disabled by its login or the number of a Party card.
// Fault: Missing.
func typed(ctx context.Context, tx db.Tx, s string) (Holder, error) {
	login := strings.ReplaceAll(text.Fold(s), " ", "")
	h, err := db.One(ctx, tx, scanHolder, holders+`where a.login = $1 and a.disabled_at is null`, login)
	if fault.Of(err) != fault.Missing {
		return h, err
	}
	card := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	return db.One(ctx, tx, scanHolder, holders+`join person p on p.id = a.person where p.member_no = $1 and a.disabled_at is null`, card)
}

// near reports whether an account belongs at or below a unit: by its person or by a grant.
func near(ctx context.Context, tx db.Tx, h Holder, unit id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select count(*) from org_below b where b.top = $1 and (b.unit = (select p.unit from person p where p.id = $2)
			or b.unit in (select g.unit from access_grant g where g.account = $3 and g.revoked_at is null))`, unit, h.Person, h.ID)
	return n > 0, err
}

// keepers counts, by role, the accounts in force at a unit that are ready to take over.
func keepers(ctx context.Context, tx db.Tx, unit id.ID, day string) ([]Line, error) {
	args := []any{day, unit}
	return db.All(ctx, tx, scanLine, fmt.Sprintf(lines, "1 = 0")+`
		where g.unit = $2 and g.role in ('operator', 'steward', 'auditor') and g.revoked_at is null and a.disabled_at is null
			and g.parent is null and g.valid_from <= $1 and coalesce(g.valid_to, '9999') >= $1 order by a.name_key, g.id`, args...)
}

// passed are the parts that an account passed on and that have not run out.
func passed(ctx context.Context, tx db.Tx, account id.ID, day string) ([]Line, error) {
	return db.All(ctx, tx, scanLine, fmt.Sprintf(lines, "1 = 0")+`
		where p.account = $2 and g.revoked_at is null and p.revoked_at is null and coalesce(g.valid_to, '9999') >= $1
		order by g.valid_from, g.id limit 200`, day, account)
}

// held are the grants of a post that have not run out.
func held(ctx context.Context, tx db.Tx, who access.Actor, post id.ID, day string) ([]Line, error) {
	args := []any{day, post}
	scope := who.Scope(access.AccountEdit).Where("g.unit", &args)
	return db.All(ctx, tx, scanLine, fmt.Sprintf(lines, scope)+`
		where g.post = $2 and g.revoked_at is null and coalesce(g.valid_to, '9999') >= $1 order by g.valid_from, g.id`, args...)
}
