package narrative

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/review"
)

var ctx = context.Background()

// The invented world: a city over two districts; the eastern has three communes. A campaign of
// last year and one of this year; a second city is a stranger.
const (
	city, east, west = id.ID(1000), id.ID(1001), id.ID(1002)
	one, two, three  = id.ID(1003), id.ID(1004), id.ID(1005)
	strange          = id.ID(2000)
	lastYear, round  = id.ID(5000), id.ID(5001)
	paper            = id.ID(6000)
)

var now = time.Date(2018, 7, 18, 8, 30, 0, 0, clock.Zone)

type world struct {
	*Service
	report *report.Service
	review *review.Service
	now    time.Time
	d      *db.DB
	who    map[id.ID]access.Actor
}

func as(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2017-01-01"}}}
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{d: d, now: now, who: map[id.ID]access.Actor{}}
	clk := func() time.Time { return w.now }
	w.report = &report.Service{DB: d, Now: clk}
	w.review = &review.Service{DB: d, Now: clk}
	w.Service = &Service{DB: d, Now: clk, Compose: w.report.Compose, Amend: w.review.Compose}
	w.report.Sources = func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]report.Source, error) {
		return w.Service.Sources(ctx, tx, On(campaign, unit))
	}
	w.review.Sources = func(ctx context.Context, tx db.Tx, of id.ID) ([]report.Source, error) {
		return w.Service.Sources(ctx, tx, Of(of))
	}
	w.review.Alike = func(ctx context.Context, tx db.Tx, of id.ID, sent bool) ([]report.Question, error) {
		return w.Ask(ctx, tx, Of(of), sent)
	}
	w.report.Leads = func(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]report.Question, error) {
		return w.Ask(ctx, tx, On(campaign, unit), true)
	}
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		units := []struct {
			unit, parent  id.ID
			level, name   string
			lo, hi, depth int
		}{
			{city, 0, "province", "Đảng bộ thành phố mẫu", 1, 6, 0}, {east, city, "district", "Đảng bộ huyện Đông", 2, 5, 1},
			{one, east, "grassroots", "Đảng bộ xã Một", 3, 3, 2}, {two, east, "grassroots", "Đảng bộ xã Hai", 4, 4, 2},
			{three, east, "grassroots", "Đảng bộ xã Ba", 5, 5, 2}, {west, city, "district", "Đảng bộ huyện Tây", 6, 6, 1},
			{strange, 0, "province", "Tỉnh khác", 0, 0, 0},
		}
		up := map[id.ID]id.ID{}
		for i, u := range units {
			up[u.unit] = u.parent
			ex(`insert into org_unit (id, code, level, parent, name, short, committee, symbol, place, folded, sort_key, created_at) values ($1, $2, $3, $4, $5, $5, '', '', 'Mẫu', 'x', $2, 0)`,
				u.unit, fmt.Sprint(i), u.level, u.parent, u.name)
			for top, depth := u.unit, 0; top != 0; top, depth = up[top], depth+1 {
				ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.unit, depth)
			}
			w.who[u.unit] = as("Cán bộ "+u.name, access.UnitOfficer, u.unit)
		}
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '26-NQ/TW', 'Ban Chấp hành Trung ương', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, paper, city)
		for c, day := range map[id.ID]string{lastYear: "2017-06-01", round: "2018-06-26"} {
			ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, $3, 'open', $4, 0)`, c, city, "Đợt học tập mẫu "+day[:4], day)
			ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, c, paper)
			for _, level := range []string{"district", "grassroots"} {
				ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, $3, '2018-07-20', false, 0)`, c, city, level)
			}
			for _, u := range units[:6] {
				ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`, c, u.unit, u.parent, u.lo, u.hi, u.depth, u.level, u.name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.who[0] = as("Cán bộ mẫu", access.Officer, city)
	return w
}

// send writes a unit's report and sends it; a minute passes.
func (w *world) send(t testing.TB, of, unit id.ID, texts map[string]string) report.View {
	t.Helper()
	w.now = w.now.Add(time.Minute)
	ok(t, w.report.SetTexts(ctx, w.who[unit], of, unit, texts))
	ok(t, w.report.Send(ctx, w.who[unit], of, unit, "còn chờ", report.Any))
	v, err := w.report.Show(ctx, w.who[unit], of, unit)
	ok(t, err)
	return v
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) house(who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	return site.Handler(slices.Concat(w.Routes(), w.report.Routes(), w.review.Routes()), http.NotFoundHandler())
}

const (
	causes1 = "Hai chi bộ thôn ven sông mở lớp muộn vì trùng kỳ thu hoạch vải, cấp ủy chưa lường trước khi lập kế hoạch."
	causes2 = "Đồng chí bí thư kiêm nhiều việc nên việc ghi lý do vắng của tám đảng viên bị để chậm tới cuối tuần."
	good    = "Nhờ chia nhóm theo nghề đánh cá, trồng rừng và buôn bán, có bốn mươi hai ý kiến thảo luận thẳng vào việc giữ đất ở cửa biển."
)
