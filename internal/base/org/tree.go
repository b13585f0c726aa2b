package org

import (
	"cmp"
	"context"
	"slices"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// AddAll stores new units with their parent links and their place in today's tree, in any
// order: a parent may stand behind its children in the slice or be in the database. at is
// Unix milliseconds, by the account that made them, zero for the machine's keeper. The
// caller has checked that they may be made and that levels fit. Faults: Invalid for a
// cycle or a parent that is nowhere, Conflict for a code that is taken.
func AddAll(ctx context.Context, tx db.Tx, units []Unit, at int64, by id.ID) error {
	units = slices.Clone(units)
	for i := range units {
		units[i] = units[i].tidy()
	}
	units, err := topDown(units)
	if err != nil {
		return err
	}
	if err := insertUnits(ctx, tx, units, at, by); err != nil {
		return err
	}
	if err := insertLinks(ctx, tx, units); err != nil {
		return err
	}
	return insertBelow(ctx, tx, units)
}

// topDown orders units so that each stands behind its parent.
func topDown(units []Unit) ([]Unit, error) {
	place := make(map[id.ID]int, len(units))
	for i, u := range units {
		place[u.ID] = i
	}
	depth := make([]int, len(units)) // 1 for the topmost; -1 while it is being found
	var find func(i int) (int, error)
	find = func(i int) (int, error) {
		if depth[i] == -1 {
			return 0, fault.At("parent", "org.cycle", "name", units[i].Name)
		}
		if depth[i] == 0 {
			depth[i] = -1
			d := 0
			if up, here := place[units[i].Parent]; here && units[i].Parent != 0 {
				var err error
				if d, err = find(up); err != nil {
					return 0, err
				}
			}
			depth[i] = d + 1
		}
		return depth[i], nil
	}
	for i := range units {
		if _, err := find(i); err != nil {
			return nil, err
		}
	}
	out := slices.Clone(units)
	slices.SortStableFunc(out, func(a, b Unit) int { return cmp.Compare(depth[place[a.ID]], depth[place[b.ID]]) })
	return out, nil
}

func insertUnits(ctx context.Context, tx db.Tx, units []Unit, at int64, by id.ID) error {
	rows := make([][]any, len(units))
	for i, u := range units {
		rows[i] = []any{u.ID, u.Code, u.Level, u.Parent, u.Name, u.Short, u.Committee, u.Symbol, u.Place,
			u.folded(), text.TitleKey(u.Name), u.Position, null(u.From), null(u.To), at, by}
	}
	err := batch.Insert(ctx, tx, `insert into org_unit (id, code, level, parent, name, short, committee, symbol, place,
		folded, sort_key, position, valid_from, valid_to, created_at, created_by)`, 16, rows)
	switch {
	case db.IsDuplicate(err):
		return &fault.Error{Kind: fault.Conflict, Key: "org.code_taken", Field: "code"}
	case db.IsReference(err):
		return fault.At("parent", "org.no_parent")
	}
	return err
}

func insertLinks(ctx context.Context, tx db.Tx, units []Unit) error {
	var rows [][]any
	for _, u := range units {
		if u.Parent != 0 {
			rows = append(rows, []any{u.ID, u.Parent, cmp.Or(u.From, always), null(u.To)})
		}
	}
	return batch.Insert(ctx, tx, `insert into org_parent (unit, parent, valid_from, valid_to)`, 4, rows)
}

// insertBelow closes the tree over new units, which stand in order from the top. A unit is
// covered by the grants that cover its parent: below a top it takes the parent's date.
func insertBelow(ctx context.Context, tx db.Tx, units []Unit) error {
	above, err := ancestors(ctx, tx, units)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, u := range units {
		way := slices.Concat(above[u.Parent], []rung{{top: u.ID}}) // from the top
		above[u.ID] = way
		for i, r := range way {
			rows = append(rows, []any{r.top, u.ID, len(way) - 1 - i, r.since})
		}
	}
	return batch.Insert(ctx, tx, `insert into org_below (top, unit, depth, since)`, 4, rows)
}

// rung is a unit above, and since when a move brought what stands below there.
type rung struct {
	top   id.ID
	since int64
}

// ancestors are the ways down to the parents that are in the database already.
func ancestors(ctx context.Context, tx db.Tx, units []Unit) (map[id.ID][]rung, error) {
	fresh := map[id.ID]bool{0: true}
	for _, u := range units {
		fresh[u.ID] = true
	}
	var known []id.ID
	for _, u := range units {
		if !fresh[u.Parent] {
			fresh[u.Parent] = true
			known = append(known, u.Parent)
		}
	}
	out := map[id.ID][]rung{}
	for chunk := range slices.Chunk(known, 200) {
		in, args := batch.In(chunk)
		_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var unit id.ID
			var r rung
			err = scan(&unit, &r.top, &r.since)
			out[unit] = append(out[unit], r)
			return none, err
		}, `select unit, top, since from org_below where unit in (`+in+`) order by unit, depth desc`, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func scanPair(scan func(...any) error) (p [2]id.ID, err error) {
	err = scan(&p[0], &p[1])
	return p, err
}

func links(ctx context.Context, tx db.Tx, unit id.ID) ([]link, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (l link, err error) {
		err = scan(&l.Parent, &l.From, &l.To)
		return l, err
	}, `select parent, valid_from, coalesce(valid_to, '') from org_parent where unit = $1 order by valid_from`, unit)
}

// place writes the links of a unit that moves under parent from a day on; today's tree is
// brought up to date by reattach. Faults: Invalid for a cycle or a later link.
func place(ctx context.Context, tx db.Tx, unit, parent id.ID, from string) error {
	if err := acyclic(ctx, tx, unit, parent, from); err != nil {
		return err
	}
	all, err := links(ctx, tx, unit)
	if err != nil {
		return err
	}
	end, fix, err := relink(all, parent, from, clock.AddDays(from, -1))
	if err != nil {
		return err
	}
	if fix != nil {
		_, err = tx.ExecContext(ctx, `update org_parent set parent = $3 where unit = $1 and valid_from = $2`, unit, from, parent)
		return err
	}
	if end != nil {
		_, err = tx.ExecContext(ctx, `update org_parent set valid_to = $3 where unit = $1 and valid_from = $2`, unit, end.From, end.To)
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `insert into org_parent (unit, parent, valid_from) values ($1, $2, $3)`, unit, parent, from)
	}
	return err
}

// acyclic looks up from the new parent through every link in force on the day or later.
func acyclic(ctx context.Context, tx db.Tx, unit, parent id.ID, from string) error {
	n, err := db.One(ctx, tx, db.Value[int64], `
		with recursive up (unit) as (
			select id from org_unit where id = $1
			union
			select l.parent from up join org_parent l on l.unit = up.unit and coalesce(l.valid_to, '9999') >= $3
		)
		select count(*) from up where unit = $2`, parent, unit, from)
	if err == nil && n > 0 {
		u, err := Find(ctx, tx, parent)
		if err != nil {
			return err
		}
		return fault.At("parent", "org.cycle", "name", u.Name)
	}
	return err
}
