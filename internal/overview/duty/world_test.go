package duty

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// The invented world: a city, two districts, two grassroots organisations of the eastern one
// and one of the western. A second city is a stranger.
const (
	city, east, west    = id.ID(1000), id.ID(1001), id.ID(1002)
	base1, base2, base3 = id.ID(1003), id.ID(1004), id.ID(1005)
	strange             = id.ID(2000)
	round               = id.ID(5000)
)

var ctx = context.Background()

type world struct {
	*Service
	now                             time.Time
	officer, eastern, eastern2      access.Actor
	western, low1, secretary, other access.Actor
}

func as(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

func (w *world) at(s string) { w.now = time.UnixMilli(ms(s)) }

func (w *world) ex(t testing.TB, do func(ex func(q string, args ...any))) {
	t.Helper()
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		do(func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{}
	w.Service = &Service{DB: d, Now: func() time.Time { return w.now }}
	w.at("2018-07-18T08:30")
	up := map[id.ID]id.ID{}
	w.ex(t, func(ex func(q string, args ...any)) {
		for _, u := range []struct {
			id, parent    id.ID
			level, name   string
			lo, hi, depth int
		}{
			{city, 0, "province", "Đảng bộ thành phố mẫu", 1, 6, 0}, {east, city, "district", "Đảng bộ huyện Đông", 2, 4, 1},
			{base1, east, "grassroots", "Đảng bộ xã Một", 3, 3, 2}, {base2, east, "grassroots", "Đảng bộ xã Hai", 4, 4, 2},
			{west, city, "district", "Đảng bộ huyện Tây", 5, 6, 1}, {base3, west, "grassroots", "Đảng bộ xã Ba", 6, 6, 2},
			{strange, 0, "province", "Tỉnh khác", 0, 0, 0},
		} {
			up[u.id] = u.parent
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, $3, $4, $5, $5, $6, $2, 0)`,
				u.id, fmt.Sprint(int64(u.id)), u.level, u.parent, u.name, text.Fold(u.name))
			for top, depth := u.id, 0; top != 0; top, depth = up[top], depth+1 {
				ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.id, depth)
			}
			if u.id == city {
				ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Học tập các nghị quyết mẫu', 'open', '2018-06-26', 0)`, round, city)
				ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, 'district', '2018-07-20', true, 0)`, round, city)
				ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, 'grassroots', '2018-07-15', true, 0)`, round, city)
			}
			if u.lo > 0 {
				ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
					round, u.id, u.parent, u.lo, u.hi, u.depth, u.level, u.name)
			}
		}
	})
	w.officer, w.eastern, w.eastern2 = as("Cán bộ mẫu 001", access.Officer, city), as("Đảng viên mẫu 014", access.UnitOfficer, east), as("Đảng viên mẫu 015", access.UnitOfficer, east)
	w.western, w.low1 = as("Đảng viên mẫu 016", access.UnitOfficer, west), as("Đảng viên mẫu 017", access.UnitOfficer, base1)
	w.secretary, w.other = as("Bí thư mẫu", access.Secretary, base1), as("Người ngoài", access.Officer, strange)
	return w
}

// reported puts the report of a unit where a story wants it.
func (w *world) reported(t testing.TB, unit id.ID, state, first string) {
	w.ex(t, func(ex func(q string, args ...any)) {
		ex(`delete from report where campaign = $1 and unit = $2`, round, unit)
		ex(`insert into report (id, campaign, unit, state, version, first_sent_at, sent_at, created_at) values ($1, $2, $3, $4, 1, $5, $5, 0)`, id.New(), round, unit, state, ms(first))
	})
}

func monthly(unit id.ID) Duty {
	return Duty{ID: id.New(), Unit: unit, Title: "Báo cáo công tác tuyên giáo tháng 6/2018", Period: "month", From: "2018-06-01", To: "2018-06-30",
		Levels: []Level{{Level: "district", On: "2018-07-20", Grace: 3, Freeze: 7}, {Level: "grassroots", On: "2018-07-19", Grace: 3, Freeze: 7}}}
}

// send answers a periodic duty.
func (w *world) send(of, unit id.ID) error {
	return w.DB.Write(ctx, func(tx db.Tx) error { return Sent(ctx, tx, w.eastern, of, unit, w.Now.Ms()) })
}

// house serves the doors as whoever who points at.
func (w *world) house(who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Now(w.Service.Now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	return site.Handler(w.Routes(), http.NotFoundHandler())
}
