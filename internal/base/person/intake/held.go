package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// holders are what may hang on a new unit so that it can't be taken back, with the query that
// gives the unit of each; $1, where it stands, is the import, %s its units. The tables belong to other rooms and are read only.
var holders = []struct{ what, query string }{
	{"person", `select unit from person where unit in (%s)`},
	{"person", `select unit from person_membership where unit in (%s)`},
	{"unit", `select parent from org_parent l where parent in (%s) and not exists (select 1 from person_import_trace t where t.import = $1 and t.subject = l.unit)`},
	{"grant", `select unit from access_post where unit in (%s)`},
	{"grant", `select unit from access_grant where unit in (%s)`},
	{"campaign", `select unit from campaign where unit in (%s)`},
	{"campaign", `select unit from campaign_unit where unit in (%s)`},
	{"reorg", `select unit from org_event where unit in (%s)`},
	{"reorg", `select unit from org_event_unit where unit in (%s)`},
	{"reorg", `select unit from org_change where unit in (%s)`},
	{"edit", `select subject from audit_entry where subject in (%s) and action like 'unit.%%'`},
}

// freeOf checks that nothing hangs on the new units of an import and that who may give those it
// changed back. Fault: Conflict, with a sentence for the first thing that stands against it.
func (s *Service) freeOf(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) error {
	units, err := db.All(ctx, tx, db.Value[id.ID], `select subject from person_import_trace where import = $1 and body = '' order by subject`, of)
	if err != nil {
		return err
	}
	if err := free(ctx, tx, of, units); err != nil {
		return err
	}
	for after := id.ID(0); ; {
		list, err := db.All(ctx, tx, db.Value[string], `select body from person_import_trace where import = $1 and body <> '' and subject > $2 order by subject limit 200`, of, int64(after))
		if err != nil || len(list) == 0 {
			return err
		}
		for _, body := range list {
			var c org.Trace
			if err := json.Unmarshal([]byte(body), &c); err != nil {
				return err
			}
			if err := s.Units.Returnable(ctx, tx, who, c); err != nil {
				return err
			}
			after = c.New.ID
		}
	}
}

// free checks that nothing hangs on units. Fault: Conflict.
func free(ctx context.Context, tx db.Tx, of id.ID, units []id.ID) error {
	for _, h := range holders {
		n, one := int64(0), id.ID(0)
		for chunk := range batch.Chunks(units) {
			first := []any{}
			if strings.Contains(h.query, "$1") {
				first = append(first, of)
			}
			in, args := batch.In(chunk, first...)
			list, err := db.All(ctx, tx, db.Value[id.ID], fmt.Sprintf(h.query, in), args...)
			if err != nil {
				return err
			}
			if n += int64(len(list)); len(list) > 0 {
				one = list[0]
			}
		}
		if n > 0 {
			u, err := org.Find(ctx, tx, one)
			if err != nil {
				return err
			}
			return fault.New(fault.Conflict, "intake.held."+h.what, "n", text.Int(n), "name", u.Name)
		}
	}
	return nil
}
