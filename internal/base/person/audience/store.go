package audience

import (
	"context"
	"fmt"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `a.id, a.unit, u.name, a.name, a.query`

func scan(scan func(...any) error) (a Saved, err error) {
	var q string
	if err = scan(&a.ID, &a.Unit, &a.UnitName, &a.Name, &q); err == nil {
		a.Query, err = Parse(q)
	}
	return a, err
}

// find loads an audience that was not dropped. Fault: Missing.
func find(ctx context.Context, tx db.Tx, audience id.ID) (Saved, error) {
	return db.One(ctx, tx, scan, `select `+columns+` from person_audience a join org_unit u on u.id = a.unit where a.id = $1 and a.dropped_at is null`, audience)
}

func list(ctx context.Context, tx db.Tx, who access.Actor, find string, page db.Page) (db.Rows[Saved], error) {
	if _, ok := text.Clean(find); !ok {
		return db.Rows[Saved]{}, fault.At("q", "web.not_text")
	}
	if utf8.RuneCountInString(find) > 100 {
		return db.Rows[Saved]{}, fault.At("q", "web.too_long", "n", 100)
	}
	args := []any{}
	q := `select ` + columns + ` from person_audience a join org_unit u on u.id = a.unit
		where a.dropped_at is null and ` + who.Scope(access.PersonRead).WhereSeen("a.unit", &args)
	for _, word := range text.Words(find) {
		args = append(args, "%"+db.Like(word)+"%")
		q += fmt.Sprintf(` and a.folded like $%d escape '\'`, len(args))
	}
	return db.List(ctx, tx, page, db.Order{Sort: "a.folded", ID: "a.id"}, func(a Saved) (string, id.ID) { return text.Fold(a.Name), a.ID }, scan, q, args...)
}

// Offer are the audiences that somebody at a unit may use: its own and those of units above.
func Offer(ctx context.Context, tx db.Tx, unit id.ID) ([]Saved, error) {
	return db.All(ctx, tx, scan, `select `+columns+` from person_audience a join org_unit u on u.id = a.unit join org_below b on b.top = a.unit and b.unit = $1
		where a.dropped_at is null order by a.folded, a.id limit 200`, unit)
}

func insert(ctx context.Context, tx db.Tx, a Saved, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into person_audience (id, unit, name, folded, query, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.Unit, a.Name, text.Fold(a.Name), a.Query.String(), at, by)
	return err
}

func update(ctx context.Context, tx db.Tx, a Saved, at int64) error {
	_, err := tx.ExecContext(ctx, `update person_audience set name = $2, folded = $3, query = $4, changed_at = $5 where id = $1`,
		a.ID, a.Name, text.Fold(a.Name), a.Query.String(), at)
	return err
}

// live is the statement that finds who is meant today at or below a unit, in its units from one
// to before another: p are the people, t their study homes. It counts them and their units.
// whole leaves out the question which of the units are in sight.
func live(scope access.Scope, whole bool, unit id.ID, q Query, day string, from, until id.ID) (string, []any) {
	args := []any{unit, int64(from), int64(until)}
	levels, sight := "", ""
	if len(q.Levels) > 0 {
		levels = "join org_unit u on u.id = t.unit "
	}
	if !whole {
		sight = scope.Where("t.unit", &args) + " and "
	}
	where := q.Where(Columns{Person: "p", Unit: "t.unit", Level: "u.level"}, day, &args)
	return `select coalesce(sum(x.n), 0), count(*) from (
		select count(*) as n from org_below t ` + levels + `join person p on p.unit = t.unit
		where t.top = $1 and t.unit >= $2 and t.unit < $3 and p.left_on is null and ` + sight + where + ` group by t.unit) as x`, args
}
