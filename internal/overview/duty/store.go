package duty

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

const columns = `d.id, d.unit, u.name, d.title, d.period, d.period_from, d.period_to, d.note`

func scanDuty(scan func(...any) error) (d Duty, err error) {
	err = scan(&d.ID, &d.Unit, &d.UnitName, &d.Title, &d.Period, &d.From, &d.To, &d.Note)
	d.Open = true
	return d, err
}

// periodic finds a duty that was ordered. Fault: Missing.
func periodic(ctx context.Context, tx db.Tx, of id.ID) (Duty, error) {
	d, err := db.One(ctx, tx, scanDuty, `select `+columns+` from duty d join org_unit u on u.id = d.unit where d.id = $1`, of)
	if err != nil {
		return d, err
	}
	d.Levels, err = db.All(ctx, tx, scanLevel, `select l.level, l.due_on, l.grace, l.closing, l.due_at, l.grace_at, l.freeze_at
		from duty_level l join org_level o on o.code = l.level where l.duty = $1 order by o.rank, l.level`, of)
	return d, err
}

func scanLevel(scan func(...any) error) (l Level, err error) {
	err = scan(&l.Level, &l.On, &l.Grace, &l.Freeze, &l.Terms.Due, &l.Terms.Grace, &l.Terms.Freeze)
	return l, err
}

func insert(ctx context.Context, tx db.Tx, d Duty, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into duty (id, unit, title, period, period_from, period_to, note, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, d.ID, d.Unit, d.Title, d.Period, d.From, d.To, d.Note, at, by)
	for _, l := range d.Levels {
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into duty_level (duty, level, due_on, grace, closing, due_at, grace_at, freeze_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`, d.ID, l.Level, l.On, l.Grace, l.Freeze, l.Terms.Due, l.Terms.Grace, l.Terms.Freeze)
	}
	return err
}

// bind keeps who owes a duty: the units of its levels that stand below who ordered it today.
func bind(ctx context.Context, tx db.Tx, d Duty, day string) (int64, error) {
	return db.Exec(ctx, tx, `insert into duty_unit (duty, unit, level)
		select l.duty, u.id, u.level from duty_level l join org_unit u on u.level = l.level
		join org_below b on b.top = $2 and b.unit = u.id and b.depth > 0
		where l.duty = $1 and (u.valid_from is null or u.valid_from <= $3) and (u.valid_to is null or u.valid_to >= $3)`, d.ID, d.Unit, day)
}

func maker(ctx context.Context, tx db.Tx, of id.ID) (by id.ID, err error) {
	return db.One(ctx, tx, db.Value[id.ID], `select created_by from duty where id = $1`, of)
}

// drop takes a duty away that nobody has answered; false when somebody has.
func drop(ctx context.Context, tx db.Tx, of id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from duty_unit where duty = $1 and sent_at is not null`, of)
	if err != nil || n > 0 {
		return false, err
	}
	for _, q := range []string{`delete from duty_reopen where duty = $1`, `delete from duty_unit where duty = $1`,
		`delete from duty_level where duty = $1`, `delete from duty where id = $1`} {
		if _, err := tx.ExecContext(ctx, q, of); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Levels that have units below one, to choose from, the highest first.
func levelsBelow(ctx context.Context, tx db.Tx, unit id.ID) ([]Rung, error) {
	return db.All(ctx, tx, scanRung, `select l.code, l.name, l.name_en from org_level l
		where exists (select 1 from org_below b join org_unit u on u.id = b.unit where b.top = $1 and b.depth > 0 and u.level = l.code) order by l.rank, l.code`, unit)
}

// Rung is a level with its names.
type Rung struct{ Code, Vi, En string }

func scanRung(scan func(...any) error) (r Rung, err error) {
	err = scan(&r.Code, &r.Vi, &r.En)
	return r, err
}

func rungs(ctx context.Context, tx db.Tx) (map[string]Rung, error) {
	list, err := db.All(ctx, tx, scanRung, `select code, name, name_en from org_level`)
	out := map[string]Rung{}
	for _, r := range list {
		out[r.Code] = r
	}
	return out, err
}

// around are a unit of today and those directly below it that stand or owe the duty.
func around(ctx context.Context, tx db.Tx, of, at id.ID, day string) ([]Line, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		var owes string
		err = scan(&l.Unit, &l.Name, &l.Level, &owes, &l.First, &l.Terms.Due, &l.Terms.Grace, &l.Terms.Freeze, &l.open, &l.Back)
		if owes != "" {
			l.State = Waiting
		}
		return l, err
	}, `select u.id, u.name, u.level, coalesce(o.level, ''), coalesce(o.sent_at, 0), coalesce(t.due_at, 0), coalesce(t.grace_at, 0), coalesce(t.freeze_at, 0),
			coalesce((select max(r.until) from duty_reopen r where r.duty = $1 and r.unit = u.id), 0),
			exists (select 1 from review v where v.duty = $1 and v.unit = u.id and v.state = 'returned')
		from org_unit u left join duty_unit o on o.duty = $1 and o.unit = u.id
		left join duty_level t on t.duty = o.duty and t.level = o.level
		where (u.id = $2 or u.parent = $2) and (u.id = $2 or o.unit is not null or u.valid_to is null or u.valid_to >= $3)
		order by case when u.id = $2 then 0 else 1 end, u.position, u.sort_key, u.id`, of, at, day)
}

// group is how many units below a top stand alike to their clocks.
type group struct {
	top   id.ID
	first int64
	terms Terms
	n     int64
}

// grouped counts the units that owe a periodic duty, below a unit and each directly below it,
// in one query. Those whose first sending lies on the same side of every clock are one group:
// the rule is asked once for each. The "+ 0" has the few units above each be read and looked up
// among the tops, instead of every top be sought for each of 52,000 units.
func grouped(ctx context.Context, tx db.Tx, of, at id.ID) ([]group, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (g group, err error) {
		err = scan(&g.top, &g.first, &g.terms.Due, &g.terms.Grace, &g.terms.Freeze, &g.n)
		return g, err
	}, `select x.top, x.first, x.due_at, x.grace_at, x.freeze_at, sum(x.n) from (
			select b.top, min(coalesce(o.sent_at, 0)) as first, l.due_at, l.grace_at, l.freeze_at, count(*) as n
			from duty_unit o join duty_level l on l.duty = o.duty and l.level = o.level
			join org_below b on b.unit = o.unit and b.top + 0 in (select u.id from org_unit u where u.id = $2 or u.parent = $2)
			where o.duty = $1
			group by b.top, l.due_at, l.grace_at, l.freeze_at,
				case when o.sent_at is null then 0 when o.sent_at < l.due_at then 1 when o.sent_at < l.grace_at then 2 else 3 end
		) x group by x.top, x.first, x.due_at, x.grace_at, x.freeze_at`, of, at)
}

// path is the unit itself and those above it, as far as they are in the scope.
func path(ctx context.Context, tx db.Tx, who access.Actor, at id.ID) ([]Step, error) {
	args := []any{at}
	return db.All(ctx, tx, func(scan func(...any) error) (s Step, err error) {
		err = scan(&s.Unit, &s.Name)
		return s, err
	}, `select u.id, u.name from org_below b join org_unit u on u.id = b.top where b.unit = $1 and `+
		who.Scope(access.ReportRead).Where("u.id", &args)+` order by b.depth desc`, args...)
}

// Step is a unit on the way down to the one that is shown.
type Step struct {
	Unit id.ID  `json:"unit"`
	Name string `json:"name"`
}

// sent keeps the first complete sending of a periodic duty; later ones change nothing.
func sent(ctx context.Context, tx db.Tx, of, unit id.ID, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update duty_unit set sent_at = $3, sent_by = $4 where duty = $1 and unit = $2 and sent_at is null`, of, unit, at, by)
	return err
}

// one is a unit that owes a periodic duty. Fault: Missing.
func one(ctx context.Context, tx db.Tx, of, unit id.ID) (Line, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		err = scan(&l.Unit, &l.Name, &l.Level, &l.First, &l.Terms.Due, &l.Terms.Grace, &l.Terms.Freeze)
		return l, err
	}, `select u.id, u.name, u.level, coalesce(o.sent_at, 0), t.due_at, t.grace_at, t.freeze_at from duty_unit o
		join duty_level t on t.duty = o.duty and t.level = o.level join org_unit u on u.id = o.unit where o.duty = $1 and o.unit = $2`, of, unit)
}

// openUntil is until when a unit may send what is frozen: as the level above allowed, or for
// some days after it sent the report back to be mended.
func openUntil(ctx context.Context, tx db.Tx, of, unit id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select coalesce(max(x.until), 0) from (
			select until from duty_reopen where duty = $1 and unit = $2 and verdict = 'open'
			union all
			select coalesce(decided_at, 0) + $3 from report where campaign = $1 and unit = $2 and state = 'returned'
			union all
			select coalesce(decided_at, 0) + $3 from review where duty = $1 and unit = $2 and state = 'returned') x`,
		of, unit, int64(reopenDays*24*3600_000))
}

const reopenColumns = `r.id, r.duty, r.unit, u.name, r.why, r.asked_at, r.asked_by, r.asked_name, r.verdict, r.remark, r.until, coalesce(r.decided_at, 0), r.decided_name
	from duty_reopen r join org_unit u on u.id = r.unit`

func scanReopen(scan func(...any) error) (r Reopening, err error) {
	err = scan(&r.ID, &r.Duty, &r.Unit, &r.UnitName, &r.Why, &r.AskedAt, &r.AskedBy, &r.AskedName, &r.Verdict, &r.Remark, &r.Until, &r.DecidedAt, &r.Decider)
	return r, err
}

func findReopen(ctx context.Context, tx db.Tx, request id.ID) (Reopening, error) {
	return db.One(ctx, tx, scanReopen, `select `+reopenColumns+` where r.id = $1`, request)
}

// reopenings of a unit and those directly below it, the waiting and then the newest first.
func reopenings(ctx context.Context, tx db.Tx, of, at id.ID) ([]Reopening, error) {
	return db.All(ctx, tx, scanReopen, `select `+reopenColumns+` where r.duty = $1 and (u.id = $2 or u.parent = $2)
		order by case when r.verdict = '' then 0 else 1 end, r.id desc limit 50`, of, at)
}

func putReopen(ctx context.Context, tx db.Tx, r Reopening, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into duty_reopen (id, duty, unit, why, asked_at, asked_by, asked_name)
		values ($1, $2, $3, $4, $5, $6, $7)`, r.ID, r.Duty, r.Unit, r.Why, r.AskedAt, by, r.AskedName)
	return err
}

func decideReopen(ctx context.Context, tx db.Tx, r Reopening, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update duty_reopen set verdict = $2, remark = $3, until = $4, decided_at = $5, decided_by = $6, decided_name = $7 where id = $1`,
		r.ID, r.Verdict, r.Remark, r.Until, r.DecidedAt, by, r.Decider)
	return err
}

func parentOf(ctx context.Context, tx db.Tx, unit id.ID) (id.ID, error) {
	return db.One(ctx, tx, db.Value[id.ID], `select parent from org_unit where id = $1`, unit)
}
