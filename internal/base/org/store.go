package org

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const columns = `u.id, u.code, u.level, u.parent, u.name, u.short, u.committee, u.symbol, u.place, u.position,
	coalesce(u.valid_from, ''), coalesce(u.valid_to, '')`

func scanUnit(scan func(...any) error) (u Unit, err error) {
	err = scan(&u.ID, &u.Code, &u.Level, &u.Parent, &u.Name, &u.Short, &u.Committee, &u.Symbol, &u.Place, &u.Position, &u.From, &u.To)
	return u, err
}

// Find loads a unit, open or closed. Fault: Missing.
func Find(ctx context.Context, tx db.Tx, unit id.ID) (Unit, error) {
	return db.One(ctx, tx, scanUnit, `select `+columns+` from org_unit u where u.id = $1`, unit)
}

// ByCode loads a unit by its organisation code. Fault: Missing.
func ByCode(ctx context.Context, tx db.Tx, code string) (Unit, error) {
	return db.One(ctx, tx, scanUnit, `select `+columns+` from org_unit u where u.code = $1`, Code(code))
}

// Children are the units directly below today, in display order, that exist on a civil
// day; with day "" the closed ones too.
func Children(ctx context.Context, tx db.Tx, parent id.ID, day string) ([]Unit, error) {
	return db.All(ctx, tx, scanUnit, `
		select `+columns+` from org_unit u
		where u.parent = $1 and ($2 = '' or (coalesce(u.valid_from, '') <= $2 and coalesce(u.valid_to, '9999') >= $2))
		order by u.position, u.sort_key, u.id`, parent, day)
}

// Path is the way from the top down to the unit itself in today's tree; empty for no unit.
func Path(ctx context.Context, tx db.Tx, unit id.ID) ([]Unit, error) {
	return db.All(ctx, tx, scanUnit, `
		select `+columns+` from org_below b join org_unit u on u.id = b.top
		where b.unit = $1 order by b.depth desc`, unit)
}

// Levels are the rungs that exist on a civil day, from the top; with day "" all of them.
func Levels(ctx context.Context, tx db.Tx, day string) ([]Level, error) {
	return db.All(ctx, tx, scanLevel, `
		select code, name, name_en, rank, coalesce(valid_from, ''), coalesce(valid_to, '') from org_level
		where $1 = '' or (coalesce(valid_from, '') <= $1 and coalesce(valid_to, '9999') >= $1)
		order by rank, code`, day)
}

func scanLevel(scan func(...any) error) (l Level, err error) {
	err = scan(&l.Code, &l.Name, &l.NameEn, &l.Rank, &l.From, &l.To)
	return l, err
}

// levels are all rungs by code.
func levels(ctx context.Context, tx db.Tx) (map[string]Level, error) {
	list, err := Levels(ctx, tx, "")
	out := make(map[string]Level, len(list))
	for _, l := range list {
		out[l.Code] = l
	}
	return out, err
}

// Search finds open and closed units of a scope by name, short name or code, without
// regard to marks and case; names with the very marks typed come first.
func Search(ctx context.Context, tx db.Tx, scope access.Scope, typed string, limit int) ([]Unit, error) {
	rows, err := list(ctx, tx, scope, Filter{Text: typed, Closed: true, Page: db.Page{Limit: limit}})
	return rows.Items, err
}

// Filter says which units a list holds; zero fields do not narrow.
type Filter struct {
	Text   string // folded search in name, short name and code
	Level  string
	Under  id.ID // this unit and all below it
	Closed bool  // also the units that no longer exist
	Day    string
	Page   db.Page
}

func list(ctx context.Context, tx db.Tx, scope access.Scope, f Filter) (db.Rows[Unit], error) {
	args := []any{}
	where := f.where(scope, &args)
	order := db.Order{Sort: f.sort(&args), ID: "u.id"}
	key := func(u Unit) (string, id.ID) { return f.mark(u) + text.TitleKey(u.Name), u.ID }
	return db.List(ctx, tx, f.Page, order, key, scanUnit, `select `+columns+` from org_unit u where `+where, args...)
}

func count(ctx context.Context, tx db.Tx, scope access.Scope, f Filter) (int64, error) {
	args := []any{}
	where := f.where(scope, &args)
	return db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit u where `+where, args...)
}

func (f Filter) where(scope access.Scope, args *[]any) string {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	parts := []string{scope.Where("u.id", args)}
	if q := text.Fold(f.Text); q != "" {
		parts = append(parts, `u.folded like `+put("%"+escape(q)+"%")+` escape '\'`)
	}
	if f.Level != "" {
		parts = append(parts, "u.level = "+put(f.Level))
	}
	if f.Under != 0 {
		parts = append(parts, "exists (select 1 from org_below un where un.unit = u.id and un.top = "+put(f.Under)+")")
	}
	if !f.Closed {
		parts = append(parts, "coalesce(u.valid_to, '9999') >= "+put(f.Day))
	}
	return strings.Join(parts, " and ")
}

// sort puts names that hold the very letters typed before the rest.
func (f Filter) sort(args *[]any) string {
	if !f.marked() {
		return "u.sort_key"
	}
	*args = append(*args, f.typed())
	return fmt.Sprintf(`(case when replace(u.name, $%d, '') <> u.name then '0' else '1' end || u.sort_key)`, len(*args))
}

func (f Filter) typed() string { return text.NFC(strings.Join(strings.Fields(f.Text), " ")) }

// marked reports whether what was typed has marks, which then rank the hits.
func (f Filter) marked() bool { return text.Fold(f.Text) != strings.ToLower(f.typed()) }

// mark is what sort computes, for the key of the next piece.
func (f Filter) mark(u Unit) string {
	switch {
	case !f.marked():
		return ""
	case strings.Contains(u.Name, f.typed()):
		return "0"
	}
	return "1"
}

// escape keeps the wildcards of like from meaning anything.
func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func update(ctx context.Context, tx db.Tx, u Unit) error {
	_, err := tx.ExecContext(ctx, `
		update org_unit set code = $2, level = $3, name = $4, short = $5, committee = $6, symbol = $7, place = $8,
			folded = $9, sort_key = $10, position = $11, valid_from = $12, valid_to = $13
		where id = $1`, u.ID, u.Code, u.Level, u.Name, u.Short, u.Committee, u.Symbol, u.Place,
		u.folded(), text.TitleKey(u.Name), u.Position, null(u.From), null(u.To))
	return err
}

// maker is the account that made a unit; zero when no such unit exists yet.
func maker(ctx context.Context, tx db.Tx, unit id.ID) (by id.ID, made bool, err error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (by id.ID, err error) {
		return by, scan(&by)
	}, `select created_by from org_unit where id = $1`, unit)
	if err != nil || len(list) == 0 {
		return 0, false, err
	}
	return list[0], true, nil
}

// holders counts what keeps a unit from being closed: open units and people directly in it.
func holders(ctx context.Context, tx db.Tx, unit id.ID, day string) (units, people int64, err error) {
	units, err = db.One(ctx, tx, db.Value[int64], `
		select count(*) from org_unit where parent = $1 and coalesce(valid_to, '9999') > $2`, unit, day)
	if err == nil {
		people, err = db.One(ctx, tx, db.Value[int64], `select count(*) from person where unit = $1 and left_on is null`, unit)
	}
	return units, people, err
}

// below counts the units directly below each that are open on a day or later.
func below(ctx context.Context, tx db.Tx, units []id.ID, day string) (map[id.ID]int64, error) {
	return counts(ctx, tx, units, `
		select parent, count(*) from org_unit
		where coalesce(valid_to, '9999') >= $1 and parent in (%s) group by parent`, day)
}

func counts(ctx context.Context, tx db.Tx, units []id.ID, query string, first ...any) (map[id.ID]int64, error) {
	out := make(map[id.ID]int64, len(units))
	for chunk := range slices.Chunk(units, 200) {
		in, args := batch.In(chunk, first...)
		rows, err := tx.QueryContext(ctx, fmt.Sprintf(query, in), args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var unit id.ID
			var n int64
			if err := rows.Scan(&unit, &n); err != nil {
				rows.Close()
				return nil, err
			}
			out[unit] = n
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// FindAll loads units by id; those that are nowhere are left out.
func FindAll(ctx context.Context, tx db.Tx, ids []id.ID) (map[id.ID]Unit, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	out := make(map[id.ID]Unit, len(ids))
	for chunk := range slices.Chunk(ids, 200) {
		in, args := batch.In(chunk)
		list, err := db.All(ctx, tx, scanUnit, `select `+columns+` from org_unit u where u.id in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			out[u.ID] = u
		}
	}
	return out, nil
}
