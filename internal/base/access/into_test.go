package access

import (
	"context"
	"slices"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// A deed over many units is told where it was done, not where who did it has the first grant.
func TestInto(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		err := d.Write(ctx, func(tx db.Tx) error {
			for _, q := range []string{
				`insert into org_unit (id, code, level, name, short, folded, sort_key, created_at) values
					(1, 'A', 'province', 'A', 'A', '', '', 1), (2, 'B', 'province', 'B', 'B', '', '', 1), (3, 'C', 'province', 'C', 'C', '', '', 1)`,
				`insert into org_below (top, unit, depth) values (1, 1, 0), (2, 2, 0), (3, 3, 0), (1, 3, 1)`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			for _, row := range []struct {
				says   string
				grants []Grant
				units  []id.ID
				want   []id.ID
			}{
				{"nobody's", nil, []id.ID{1}, []id.ID{0}},
				{"the only unit, whatever is asked", []Grant{{Role: UnitOfficer, Unit: 2}}, nil, []id.ID{2}},
				{"not the first grant's, which does not allow it", []Grant{{Role: Leader, Unit: 1}, {Role: UnitOfficer, Unit: 2}}, []id.ID{2}, []id.ID{2}},
				{"the second of two", []Grant{{Role: UnitOfficer, Unit: 1}, {Role: UnitOfficer, Unit: 2}}, []id.ID{2}, []id.ID{2}},
				{"both", []Grant{{Role: UnitOfficer, Unit: 1}, {Role: UnitOfficer, Unit: 2}}, []id.ID{2, 3}, []id.ID{1, 2}},
				{"the outer one of two", []Grant{{Role: UnitOfficer, Unit: 3}, {Role: UnitOfficer, Unit: 1}}, []id.ID{3}, []id.ID{1}},
				{"neither: where who belongs", []Grant{{Role: UnitOfficer, Unit: 2}, {Role: UnitOfficer, Unit: 1}}, nil, []id.ID{2}},
			} {
				got, err := Into(ctx, tx, Actor{Account: 1, Grants: row.grants}, PersonEdit, row.units)
				if err != nil || !slices.Equal(got, row.want) {
					t.Errorf("%s: %v, want %v, %v", row.says, got, row.want, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
