package attendance

import (
	"context"
	"maps"
	"math"
	"slices"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// Numbers are kept wherever they lie in their block, in any order, and once however often they come.
func TestNumbers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for _, c := range []struct {
			name    string
			numbers []int64
			want    Used
		}{
			{"one", []int64{1}, Used{1, 1}},
			{"the ends of a block", []int64{63, 64}, Used{2, 64}},
			{"the sign of a block", []int64{63, 127, 63}, Used{2, 127}},
			{"a gap", []int64{5, 2, 1, 2}, Used{3, 5}},
			{"the last there is", []int64{math.MaxInt64}, Used{1, math.MaxInt64}},
		} {
			station, other := id.New(), id.New()
			var got map[id.ID]Used
			err := d.Write(ctx, func(tx db.Tx) error {
				for _, n := range c.numbers {
					if err := UseNumber(ctx, tx, station, n); err != nil {
						return err
					}
				}
				return nil
			})
			if err == nil {
				err = d.Read(ctx, func(tx db.Tx) (err error) {
					got, err = FindUsed(ctx, tx, []id.ID{other, station})
					return err
				})
			}
			if want := map[id.ID]Used{station: c.want}; err != nil || !maps.Equal(got, want) {
				t.Errorf("%s: %v %v, want %v", c.name, got, err, want)
			}
		}
	})
}

func TestRunsOf(t *testing.T) {
	at := func(lo, n int64) spot { return spot{1, lo, n} }
	for _, c := range []struct {
		name  string
		spots []spot
		want  []run
	}{
		{"nobody", nil, nil},
		{"one", []spot{at(2, 5)}, []run{{at(2, 5), 5}}},
		{"a cell in any order", []spot{at(2, 3), at(2, 1), at(2, 2)}, []run{{at(2, 1), 3}}},
		{"three are away", []spot{at(2, 1), at(2, 5)}, []run{{at(2, 1), 5}}},
		{"four are away", []spot{at(2, 1), at(2, 6)}, []run{{at(2, 1), 1}, {at(2, 6), 6}}},
		{"two cells", []spot{at(3, 2), at(2, 1)}, []run{{at(2, 1), 1}, {at(3, 2), 2}}},
	} {
		if got := runsOf(c.spots); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
