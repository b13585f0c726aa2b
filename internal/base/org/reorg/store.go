package reorg

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const columns = `e.id, e.unit, u.name, e.title, e.basis, e.day, e.state, e.steps, e.effect, e.fault, e.created_at, e.created_by, e.created_name,
	coalesce(e.confirmed_at, 0), e.confirmed_by, e.confirmed_name, coalesce(e.applied_at, 0), coalesce(e.undone_at, 0), e.undone_name, e.why`

const from = ` from org_event e join org_unit u on u.id = e.unit `

func scanEvent(scan func(...any) error) (e Event, err error) {
	var steps string
	err = scan(&e.ID, &e.Unit, &e.UnitName, &e.Title, &e.Basis, &e.Day, &e.State, &steps, &e.effect, &e.fault, &e.CreatedAt, &e.CreatedBy, &e.CreatedName,
		&e.ConfirmedAt, &e.ConfirmedBy, &e.ConfirmedName, &e.AppliedAt, &e.UndoneAt, &e.UndoneName, &e.Why)
	if err == nil {
		err = json.Unmarshal([]byte(steps), &e.Steps)
	}
	return e, err
}

func find(ctx context.Context, tx db.Tx, event id.ID) (Event, error) {
	return db.One(ctx, tx, scanEvent, `select `+columns+from+`where e.id = $1`, event)
}

func written(e Event) (string, error) {
	b, err := json.Marshal(append([]plan.Step{}, e.Steps...))
	return string(b), err
}

func insertEvent(ctx context.Context, tx db.Tx, e Event, who access.Actor, at int64) error {
	steps, err := written(e)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		insert into org_event (id, unit, title, basis, day, state, steps, created_at, created_by, created_name)
		values ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9)`, e.ID, e.Unit, e.Title, e.Basis, e.Day, steps, at, who.Account, who.Name)
	return err
}

func updateEvent(ctx context.Context, tx db.Tx, e Event) error {
	steps, err := written(e)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `update org_event set unit = $2, title = $3, basis = $4, day = $5, steps = $6 where id = $1`,
		e.ID, e.Unit, e.Title, e.Basis, e.Day, steps)
	return err
}

func setState(ctx context.Context, tx db.Tx, event id.ID, state string) error {
	_, err := tx.ExecContext(ctx, `update org_event set state = $2 where id = $1`, event, state)
	return err
}

func confirm(ctx context.Context, tx db.Tx, event id.ID, who access.Actor, at int64) error {
	_, err := tx.ExecContext(ctx, `update org_event set state = 'confirmed', confirmed_at = $2, confirmed_by = $3, confirmed_name = $4, fault = '' where id = $1`,
		event, at, who.Account, who.Name)
	return err
}

func unconfirm(ctx context.Context, tx db.Tx, event id.ID) error {
	_, err := tx.ExecContext(ctx, `update org_event set state = 'draft', confirmed_at = null, confirmed_by = null, confirmed_name = '', fault = '' where id = $1`, event)
	return err
}

func noteFault(ctx context.Context, tx db.Tx, event id.ID, why string) error {
	_, err := tx.ExecContext(ctx, `update org_event set fault = $2 where id = $1 and state = 'confirmed'`, event, why)
	return err
}

func dueEvents(ctx context.Context, tx db.Tx, day string) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select id from org_event where state = 'confirmed' and day <= $1 order by day, confirmed_at, id`, day)
}

// loadTree is what stands at and below a unit on a day, with today's people.
func loadTree(ctx context.Context, tx db.Tx, top id.ID, day string) (t plan.Tree, err error) {
	t = plan.Tree{Top: top, Units: map[id.ID]org.Unit{}, People: map[id.ID]int64{}, Levels: map[string]org.Level{}, Later: map[id.ID]bool{}, Else: map[string]int64{}}
	if err := loadUnits(ctx, tx, &t, day); err != nil {
		return t, err
	}
	levels, err := org.Levels(ctx, tx, "")
	for _, l := range levels {
		t.Levels[l.Code] = l
	}
	if err != nil {
		return t, err
	}
	later, err := db.All(ctx, tx, db.Value[id.ID], `
		select l.unit from org_parent l join org_below b on b.unit = l.unit and b.top = $1 where l.valid_from > $2`, top, day)
	for _, u := range later {
		t.Later[u] = true
	}
	if err != nil {
		return t, err
	}
	if err := loadCounts(ctx, tx, &t, day); err != nil {
		return t, err
	}
	t.Count = func(unit id.ID, who plan.Rule, not []plan.Rule) (int64, error) {
		return countWho(ctx, tx, unit, who, not)
	}
	return t, nil
}

// loadUnits keeps the units whose way up leads to the top on the day.
func loadUnits(ctx context.Context, tx db.Tx, t *plan.Tree, day string) error {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (u org.Unit, err error) {
		err = scan(&u.ID, &u.Code, &u.Level, &u.Parent, &u.Name, &u.Short, &u.Committee, &u.Symbol, &u.Place, &u.Position, &u.From, &u.To)
		return u, err
	}, `select u.id, u.code, u.level, coalesce((select l.parent from org_parent l where l.unit = u.id and l.valid_from <= $2 and (l.valid_to is null or l.valid_to >= $2)), u.parent),
			u.name, u.short, u.committee, u.symbol, u.place, u.position, coalesce(u.valid_from, ''), coalesce(u.valid_to, '')
		from org_below b join org_unit u on u.id = b.unit
		where b.top = $1 and (u.valid_from is null or u.valid_from <= $2) and (u.valid_to is null or u.valid_to >= $2)`, t.Top, day)
	if err != nil {
		return err
	}
	all := make(map[id.ID]org.Unit, len(list))
	for _, u := range list {
		all[u.ID] = u
	}
	if _, stands := all[t.Top]; !stands {
		return fault.At("day", "reorg.not_here_yet")
	}
	for u, unit := range all {
		up := u
		for steps := 0; up != 0 && up != t.Top && steps < 100; steps++ {
			up = all[up].Parent
		}
		if up == t.Top {
			t.Units[u] = unit
		}
	}
	return nil
}

func loadCounts(ctx context.Context, tx db.Tx, t *plan.Tree, day string) error {
	type count struct {
		unit id.ID
		n    int64
	}
	people, err := db.All(ctx, tx, func(scan func(...any) error) (c count, err error) { err = scan(&c.unit, &c.n); return c, err }, `
		select p.unit, count(*) from org_below b join person p on p.unit = b.unit and p.left_on is null where b.top = $1 group by p.unit`, t.Top)
	if err != nil {
		return err
	}
	for _, c := range people {
		if _, here := t.Units[c.unit]; here {
			t.People[c.unit] = c.n
		}
	}
	type rest struct {
		level string
		n     int64
	}
	other, err := db.All(ctx, tx, func(scan func(...any) error) (r rest, err error) { err = scan(&r.level, &r.n); return r, err }, `
		select u.level, count(*) from org_unit u
		where (u.valid_to is null or u.valid_to >= $2) and not exists (select 1 from org_below b where b.top = $1 and b.unit = u.id) group by u.level`, t.Top, day)
	for _, r := range other {
		t.Else[r.level] = r.n
	}
	return err
}

func countWho(ctx context.Context, tx db.Tx, unit id.ID, who plan.Rule, not []plan.Rule) (int64, error) {
	args := []any{unit}
	q := `select count(*) from person p where p.unit = $1 and p.left_on is null and ` + who.Where("p", &args)
	for _, r := range not {
		q += " and not " + r.Where("p", &args)
	}
	return db.One(ctx, tx, db.Value[int64], q, args...)
}

// codesFree refuses codes of new or renamed units that stand anywhere, also with units that ended,
// and keys of new ones that a unit has.
func codesFree(ctx context.Context, tx db.Tx, e plan.Effect) error {
	mine := map[string]id.ID{}
	var codes []string
	var keys []id.ID
	for _, c := range e.Begins {
		keys = append(keys, c.Unit.ID)
		mine[c.Unit.Code], codes = c.Unit.ID, append(codes, c.Unit.Code)
	}
	for _, c := range e.Edits {
		mine[c.New.Code], codes = c.New.ID, append(codes, c.New.Code)
	}
	for chunk := range batch.Chunks(keys) {
		in, args := batch.In(chunk)
		if n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit where id in (`+in+`)`, args...); err != nil || n > 0 {
			return told(err, fault.At("steps", "reorg.key_taken"))
		}
	}
	for chunk := range batch.Chunks(codes) {
		in, args := batch.In(chunk)
		taken, err := db.All(ctx, tx, func(scan func(...any) error) (u org.Unit, err error) { err = scan(&u.ID, &u.Code); return u, err },
			`select id, code from org_unit where code in (`+in+`)`, args...)
		if err != nil {
			return err
		}
		for _, u := range taken {
			if mine[u.Code] != u.ID {
				return fault.At("steps", "reorg.code_taken", "code", u.Code)
			}
		}
	}
	return nil
}

// told prefers the first of two errors that is one.
func told(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

type sealed struct {
	title string
	at    int64
}

// closedCampaign finds a campaign that was still running at an instant or opened after it,
// is closed now, and whose tree holds one of the units.
func closedCampaign(ctx context.Context, tx db.Tx, at int64, units []id.ID) (c sealed, found bool, err error) {
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk, at)
		list, err := db.All(ctx, tx, func(scan func(...any) error) (c sealed, err error) { err = scan(&c.title, &c.at); return c, err }, `
			select c.title, c.closed_at from campaign c where c.state = 'closed' and c.closed_at >= $1
				and exists (select 1 from campaign_unit cu where cu.campaign = c.id and cu.unit in (`+in+`)) order by c.closed_at desc limit 1`, args...)
		if err != nil || len(list) > 0 {
			return append(list, sealed{})[0], len(list) > 0, err
		}
	}
	return c, false, nil
}

// openingCampaign finds a campaign whose tree and roster are being frozen over one of the units.
func openingCampaign(ctx context.Context, tx db.Tx, units []id.ID) (title string, found bool, err error) {
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk)
		list, err := db.All(ctx, tx, db.Value[string], `
			select c.title from campaign_opening o join campaign c on c.id = o.campaign
			where exists (select 1 from org_below b where b.top = c.unit and b.unit in (`+in+`)) order by c.id limit 1`, args...)
		if err != nil || len(list) > 0 {
			return strings.Join(list, ""), len(list) > 0, err
		}
	}
	return "", false, nil
}

// laterEvent finds an applied event of a later day that touched one of the units.
func laterEvent(ctx context.Context, tx db.Tx, day string, units []id.ID) (title string, found bool, err error) {
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk, day)
		list, err := db.All(ctx, tx, db.Value[string], `
			select e.title from org_event e where e.state = 'applied' and e.day > $1
				and exists (select 1 from org_event_unit t where t.event = e.id and t.unit in (`+in+`)) order by e.day limit 1`, args...)
		if err != nil || len(list) > 0 {
			return strings.Join(list, ""), len(list) > 0, err
		}
	}
	return "", false, nil
}

// totals are the units open on a day and the people at and below a unit in today's tree.
func totals(ctx context.Context, tx db.Tx, top id.ID) (people, all int64, err error) {
	people, err = db.One(ctx, tx, db.Value[int64], `select count(*) from org_below b join person p on p.unit = b.unit and p.left_on is null where b.top = $1`, top)
	if err == nil {
		all, err = db.One(ctx, tx, db.Value[int64], `select count(*) from person where left_on is null`)
	}
	if err != nil {
		err = fmt.Errorf("count people: %w", err)
	}
	return people, all, err
}
