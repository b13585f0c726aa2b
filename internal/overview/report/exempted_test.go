package report

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// Beside a report that waits stands how many exemptions came after its roster was frozen, or were
// stretched since, until somebody above concluded on them.
func TestLateExemptionsStandBesideTheReport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		w.ex(t, `update campaign set opened_at = 1000 where id = $1`, round)
		w.ex(t, `insert into person_exemption (id, person, kind, reason, valid_from, valid_to, resolution, created_at, changed_at) values
			(31, 8004, 'exempt', 'x', '2018-07-01', null, '1', 2000, null), (32, 8001, 'exempt', 'x', '2018-01-01', null, '1', 500, 2000),
			(33, 8002, 'exempt', 'x', '2018-01-01', null, '1', 500, null), (34, 8003, 'exempt', 'x', '2017-01-01', '2017-12-31', '1', 2000, null), (35, 8009, 'exempt', 'x', '2018-07-01', null, '1', 2000, null)`)
		count := func(unit id.ID) int64 {
			t.Helper()
			v, err := w.Show(ctx, w.officer, round, unit)
			if err != nil {
				t.Fatal(err)
			}
			return v.Exempted
		}
		if a, b, c := count(base1), count(east), count(west); a != 2 || b != 3 || c != 0 {
			t.Errorf("below the unit alone: %d %d %d", a, b, c)
		}
		var who access.Actor
		h := w.house(&who)
		page := func(as access.Actor, unit id.ID) string {
			who = as
			r := httptest.NewRecorder()
			h.ServeHTTP(r, httptest.NewRequest("GET", to(round, unit), nil))
			return r.Body.String()
		}
		if b := page(w.officer, east); !strings.Contains(b, "3 chưa kết luận") || !strings.Contains(b, `href="/people/exemptions/late"`) {
			t.Error("the level above is not shown them")
		}
		if strings.Contains(page(w.officer, west), "chưa kết luận") {
			t.Error("nothing where there is none")
		}
		w.ex(t, `insert into person_late (exemption, campaign, accepted, why, created_at, by_name) values (31, $1, true, 'x', 3000, 'x')`, round)
		if count(base1) != 1 {
			t.Error("concluded on, it does not wait")
		}
	})
}
