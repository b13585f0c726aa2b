package review

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
	"quantriet/internal/overview/duty"
	"quantriet/internal/overview/measure"
)

// The invented world: a city of two districts, two campaigns within the half year, and one
// after it.
const (
	city, east, west    = id.ID(1000), id.ID(1001), id.ID(1002)
	strange             = id.ID(2000)
	paper1, paper2      = id.ID(6000), id.ID(6001)
	spring, summer, far = id.ID(5000), id.ID(5001), id.ID(5002)
)

var ctx = context.Background()

type world struct {
	*Service
	duty                               *duty.Service
	now                                time.Time
	officer, eastern, eastern2, second access.Actor
	western, leader, other             access.Actor
}

func as(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

func (w *world) at(s string) {
	t, ok := clock.At(s)
	if !ok {
		panic(s)
	}
	w.now = t
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{}
	now := func() time.Time { return w.now }
	w.Service, w.duty = &Service{DB: d, Now: now, Version: "0.1"}, &duty.Service{DB: d, Now: now}
	w.at("2018-07-10T08:30")
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		units := []struct {
			id, parent      id.ID
			level, name     string
			lo, hi, members int
		}{{city, 0, "province", "Đảng bộ thành phố mẫu", 1, 3, 0}, {east, city, "district", "Đảng bộ huyện Đông", 2, 2, 3044}, {west, city, "district", "Đảng bộ huyện Tây", 3, 3, 100},
			{strange, 0, "province", "Tỉnh khác", 0, 0, 0}}
		for _, u := range units {
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, $3, $4, $5, $5, $6, $2, 0)`,
				u.id, fmt.Sprint(int64(u.id)), u.level, u.parent, u.name, text.Fold(u.name))
			ex(`insert into org_below (top, unit, depth) values ($1, $1, 0)`, u.id)
			if u.parent != 0 {
				ex(`insert into org_below (top, unit, depth) values ($1, $2, 1)`, u.parent, u.id)
			}
		}
		for i, p := range []id.ID{paper1, paper2} {
			ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at)
				values ($1, $2, 'resolution', $3, 'Ban Chấp hành Trung ương', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, p, city, fmt.Sprintf("%d-NQ/TW", 26+i))
		}
		for _, c := range []struct {
			id    id.ID
			title string
			from  string
			rule  string
		}{{spring, "Đợt mùa xuân", "2018-02-01", "half_up"}, {summer, "Đợt mùa hè", "2018-06-26", "truncate"}, {far, "Đợt mùa thu", "2018-09-01", "half_up"}} {
			ex(`insert into campaign (id, unit, title, state, starts_on, rounding, created_at) values ($1, $2, $3, 'open', $4, $5, 0)`, c.id, city, c.title, c.from, c.rule)
			for i, p := range []id.ID{paper1, paper2} {
				ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, $3)`, c.id, p, i)
			}
			for _, u := range units[:3] {
				ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`,
					c.id, u.id, u.parent, u.lo, u.hi, min(int64(u.parent), 1), u.level, u.name, u.members)
			}
			ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
				values ($1, $2, 2, 'member', 2909, 0, 2909, 0, 0, 0, 0, 0, 0, 2900, 0, 9)`, c.id, paper1)
		}
		ex(`insert into report (id, campaign, unit, state, version, first_sent_at, created_at) values (7000, $1, $2, 'sent', 1, 1, 0)`, spring, east)
		ex(`insert into report_figure (id, report, code, value, marker, at) values (7001, 7000, 'outreach_reach', 1861, 'hơn', 0)`)
		ex(`insert into measure_column (id, campaign, unit, ord, name, counted, summed, created_at) values (8000, $1, $2, 1, 'Buổi đối thoại', 'meeting', true, 0)`, spring, city)
		ex(`insert into report_figure (id, report, code, value, marker, reason, at) values (7002, 7000, $1, 12, '', 'sổ của huyện', 0)`, measure.Column{ID: 8000}.Code())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.officer, w.second = as("Cán bộ mẫu 001", access.Officer, city), as("Cán bộ mẫu 002", access.Officer, city)
	w.eastern, w.eastern2 = as("Đảng viên mẫu 014", access.UnitOfficer, east), as("Đảng viên mẫu 015", access.UnitOfficer, east)
	w.western, w.leader, w.other = as("Đảng viên mẫu 016", access.UnitOfficer, west), as("Lãnh đạo mẫu", access.Leader, east), as("Người ngoài", access.Officer, strange)
	return w
}

// half is the duty of the half year, due 15/7, frozen from 26/7.
func (w *world) half(t testing.TB) duty.Duty {
	t.Helper()
	d, err := w.duty.Order(ctx, w.officer, duty.Duty{ID: id.New(), Unit: city, Title: "Báo cáo 6 tháng đầu năm 2018", Period: "half_year", From: "2018-01-01", To: "2018-06-30",
		Levels: []duty.Level{{Level: "district", On: "2018-07-15", Grace: 3, Freeze: 7}}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var whole = map[string]string{"strengths": "Tổ chức sớm, đúng đối tượng.", "shortcomings": "Còn chi bộ thảo luận ít.", "causes": "Tài liệu đến muộn.", "proposals": "- Gửi đề cương sớm"}

func (w *world) house(who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Now(w.Service.Now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	return site.Handler(append(w.Routes(), w.duty.Routes()...), http.NotFoundHandler())
}
