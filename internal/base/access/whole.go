package access

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Whole reports whether everything at or below a unit lies in the scope, so that no unit need
// be looked at by itself: one grant covers the unit, and no move came below that grant since.
// false may also mean that it takes several grants to see it all.
func (s Scope) Whole(ctx context.Context, tx db.Tx, unit id.ID) (bool, error) {
	if s.all {
		return true, nil
	}
	args, ways := []any{unit}, []string{}
	for _, t := range s.tops {
		args = append(args, t.unit, t.covers)
		top, covers := fmt.Sprintf("$%d", len(args)-1), fmt.Sprintf("$%d", len(args))
		ways = append(ways, "(sc.top = "+top+" and sc.since <= "+covers+" and not exists (select 1 from org_below m where m.top = "+top+" and m.since > 0 and m.since > "+covers+"))")
	}
	if len(ways) == 0 {
		return false, nil
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_below sc where sc.unit = $1 and (`+strings.Join(ways, " or ")+`)`, args...)
	return n > 0, err
}
