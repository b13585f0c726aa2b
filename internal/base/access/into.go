package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Into are the outermost of who's units with the need that hold any of units: where a deed over
// many units is told in the log. When there is none, it is told where who belongs.
func Into(ctx context.Context, tx db.Tx, who Actor, n Need, units []id.ID) (into []id.ID, err error) {
	tops, _ := who.Scope(n).Tops()
	slices.Sort(tops)
	if tops = slices.Compact(tops); len(tops) > 1 {
		inner, err := pick(ctx, tx, `select distinct unit from org_below where depth > 0 and top in (%[1]s) and unit in (%[2]s)`, tops, tops)
		if err != nil {
			return nil, err
		}
		tops = slices.DeleteFunc(tops, func(u id.ID) bool { return slices.Contains(inner, u) })
	}
	if len(tops) > 1 {
		for part := range slices.Chunk(units, 200) {
			held, err := pick(ctx, tx, `select distinct top from org_below where top in (%[1]s) and unit in (%[2]s)`, tops, part)
			if err != nil {
				return nil, err
			}
			into = append(into, held...)
		}
		slices.Sort(into)
		tops = slices.Compact(into)
	}
	if len(tops) == 0 {
		return []id.ID{who.Home()}, nil
	}
	return tops, nil
}

func pick(ctx context.Context, tx db.Tx, query string, tops, units []id.ID) ([]id.ID, error) {
	var args []any
	list := func(ids []id.ID) string {
		in := make([]string, len(ids))
		for i, u := range ids {
			args = append(args, u)
			in[i] = fmt.Sprintf("$%d", len(args))
		}
		return strings.Join(in, ", ")
	}
	first, second := list(tops), list(units)
	return db.All(ctx, tx, db.Value[id.ID], fmt.Sprintf(query, first, second), args...)
}
