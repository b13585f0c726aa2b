package org

import (
	"context"
	"slices"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Queue is where every change of the tree waits, so that two at once never close a cycle.
const Queue = queue

// Pair is a place in today's tree: Unit somewhere below Top.
type Pair struct{ Top, Unit id.ID }

// reattach makes today's tree follow the links of a day. A place that is new by it is dated
// at, in Unix milliseconds, so that no grant given before covers it unasked; places kept
// keep their date.
func reattach(ctx context.Context, tx db.Tx, day string, at int64) error {
	_, err := Reattach(ctx, tx, day, func(Pair) int64 { return at })
	return err
}

// Reattach makes today's tree follow the links of a day. fresh dates the places that are
// new by it (Unix milliseconds); places kept keep their date. It answers the dates of the
// places that are gone, as far as they are not zero. Fault: Invalid for a cycle.
func Reattach(ctx context.Context, tx db.Tx, day string, fresh func(Pair) int64) (gone map[Pair]int64, err error) {
	due, err := db.All(ctx, tx, scanPair, `
		select u.id, l.parent from org_unit u join org_parent l on l.unit = u.id
		where l.valid_from <= $1 and coalesce(l.valid_to, '9999') >= $1 and u.parent is distinct from l.parent`, day)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	units, err := hanging(ctx, tx, due)
	if err != nil {
		return nil, err
	}
	before, err := takeOut(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	for _, d := range due {
		if _, err := tx.ExecContext(ctx, `update org_unit set parent = $2 where id = $1`, d[0], d[1]); err != nil {
			return nil, err
		}
	}
	if err := hangIn(ctx, tx, units, before, fresh); err != nil {
		return nil, err
	}
	for p, since := range before {
		if since == 0 {
			delete(before, p)
		}
	}
	return before, nil
}

// hanging are all units at or below those whose parent changes.
func hanging(ctx context.Context, tx db.Tx, due [][2]id.ID) ([]id.ID, error) {
	seen := map[id.ID]bool{}
	for chunk := range batch.Chunks(due) {
		tops := make([]id.ID, len(chunk))
		for i, d := range chunk {
			tops[i] = d[0]
		}
		in, args := batch.In(tops)
		list, err := db.All(ctx, tx, db.Value[id.ID], `select unit from org_below where top in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			seen[u] = true
		}
	}
	out := make([]id.ID, 0, len(seen))
	for u := range seen {
		out = append(out, u)
	}
	slices.Sort(out)
	return out, nil
}

// takeOut removes units from today's tree and answers since when each place was held.
func takeOut(ctx context.Context, tx db.Tx, units []id.ID) (map[Pair]int64, error) {
	before := map[Pair]int64{}
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk)
		rows, err := db.All(ctx, tx, scanPlace, `select top, unit, since from org_below where unit in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			before[r.Pair] = r.n
		}
		if _, err := tx.ExecContext(ctx, `delete from org_below where unit in (`+in+`)`, args...); err != nil {
			return nil, err
		}
	}
	return before, nil
}

// deepest is more than any tree has; what goes further up stands in a circle.
const deepest = 100

// hangIn closes today's tree over units that were taken out, and leaves in before only the
// places that are gone.
func hangIn(ctx context.Context, tx db.Tx, units []id.ID, before map[Pair]int64, fresh func(Pair) int64) error {
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk, deepest)
		rows, err := db.All(ctx, tx, scanPlace, `
			with recursive up (unit, top, depth) as (
				select id, id, 0 from org_unit where id in (`+in+`)
				union all
				select up.unit, u.parent, up.depth + 1 from up join org_unit u on u.id = up.top
				where u.parent is not null and up.depth <= $1
			)
			select top, unit, depth from up`, args...)
		if err != nil {
			return err
		}
		put := make([][]any, len(rows))
		for i, r := range rows {
			since, kept := before[r.Pair]
			if !kept {
				since = fresh(r.Pair)
			}
			delete(before, r.Pair)
			if r.n >= deepest {
				return fault.At("parent", "org.cycle", "name", "")
			}
			put[i] = []any{r.Top, r.Unit, r.n, since}
		}
		if err := batch.Insert(ctx, tx, `insert into org_below (top, unit, depth, since)`, 4, put); err != nil {
			return err
		}
	}
	return nil
}

// placed is a place with its depth or the instant since which it is held.
type placed struct {
	Pair
	n int64
}

func scanPlace(scan func(...any) error) (p placed, err error) {
	err = scan(&p.Top, &p.Unit, &p.n)
	return p, err
}
