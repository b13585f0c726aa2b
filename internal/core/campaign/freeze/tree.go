package freeze

import (
	"cmp"
	"context"
	"slices"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// node is a unit as it stands on the campaign's first day; lo..hi is the preorder interval
// of its subtree, depth 0 is the owner.
type node struct {
	unit, parent       id.ID
	level, name, short string
	position           int64
	sortKey            string
	lo, hi, depth      int64
}

// number gives every unit at or below owner its place in display order. A unit whose parent
// is not among them hangs under owner.
func number(owner id.ID, all []node) []node {
	here := make(map[id.ID]bool, len(all))
	for _, n := range all {
		here[n.unit] = true
	}
	kids, top := map[id.ID][]node{}, node{unit: owner}
	for _, n := range all {
		switch {
		case n.unit == owner:
			top = n
			top.parent = 0
		case here[n.parent]:
			kids[n.parent] = append(kids[n.parent], n)
		default:
			n.parent = owner
			kids[owner] = append(kids[owner], n)
		}
	}
	out := make([]node, 0, len(all))
	var walk func(n node, depth int64)
	walk = func(n node, depth int64) {
		at := len(out)
		n.lo, n.depth = int64(at+1), depth
		out = append(out, n)
		below := kids[n.unit]
		slices.SortFunc(below, func(a, b node) int {
			return cmp.Or(cmp.Compare(a.position, b.position), cmp.Compare(a.sortKey, b.sortKey), cmp.Compare(a.unit, b.unit))
		})
		for _, k := range below {
			walk(k, depth+1)
		}
		out[at].hi = int64(len(out))
	}
	walk(top, 0)
	return out
}

// standing are the units at or below owner that existed on a day, with their parent of that day.
func standing(ctx context.Context, tx db.Tx, owner id.ID, day string) ([]node, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (n node, err error) {
		err = scan(&n.unit, &n.parent, &n.level, &n.name, &n.short, &n.position, &n.sortKey)
		return n, err
	}, `
		select u.id, coalesce((select p.parent from org_parent p where p.unit = u.id and p.valid_from <= $2 and (p.valid_to is null or p.valid_to >= $2)), u.parent),
		       u.level, u.name, u.short, u.position, u.sort_key
		from org_below b join org_unit u on u.id = b.unit join org_level l on l.code = u.level
		where b.top = $1 and (b.depth = 0 or ((u.valid_from is null or u.valid_from <= $2) and (u.valid_to is null or u.valid_to >= $2)
		  and (l.valid_from is null or l.valid_from <= $2) and (l.valid_to is null or l.valid_to >= $2)))`, owner, day)
}

// insertUnits freezes some of the tree. Levels that have a deadline organise their own meetings
// until they say otherwise; the others, such as cells, join the unit above.
func insertUnits(ctx context.Context, tx db.Tx, o Order, some []node) error {
	rows := make([][]any, len(some))
	for i, n := range some {
		joins := n.parent
		self := n.unit == o.Unit || slices.Contains(o.Self, n.level)
		if self {
			joins = 0
		}
		rows[i] = []any{o.Campaign, n.unit, n.parent, n.lo, n.hi, n.depth, n.level, n.name, n.short, self, joins}
	}
	return batch.Insert(ctx, tx, `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, self_organised, joins)`, 11, rows)
}

func dropUnits(ctx context.Context, tx db.Tx, campaign id.ID, from int64) error {
	_, err := tx.ExecContext(ctx, `delete from campaign_unit where campaign = $1 and lo > $2`, campaign, from)
	return err
}
