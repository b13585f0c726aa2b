package brief

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
	"quantriet/internal/overview/dashboard"
	"quantriet/internal/ui"
)

// The world: a province, two districts, two communes below the first, a campaign of last year and one of this.
const (
	province = id.ID(10)
	north    = id.ID(11)
	south    = id.ID(12)
	commune  = id.ID(21)
	other    = id.ID(22)
	before   = id.ID(500)
	this     = id.ID(501)
	paper    = id.ID(600)
)

var now = time.Date(2018, 7, 23, 8, 30, 0, 0, clock.Zone)

func world(t testing.TB, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		for _, u := range []struct {
			unit, parent id.ID
			level, name  string
		}{{province, 0, "province", "Đảng bộ tỉnh mẫu"}, {north, province, "district", "Đảng bộ huyện Bắc"}, {south, province, "district", "Đảng bộ huyện Nam"}, {commune, north, "grassroots", "Đảng bộ xã mẫu 1"}, {other, north, "grassroots", "Đảng bộ xã mẫu 2"}} {
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1,$2,$3,$4,$5,$5,$5,$5,0)`, u.unit, fmt.Sprint(int64(u.unit)), u.level, u.parent, u.name)
			ex(`insert into org_below (top, unit, depth) values ($1,$1,0)`, u.unit)
			if u.parent != 0 {
				ex(`insert into org_below (top, unit, depth) select top, $1, depth + 1 from org_below where unit = $2`, u.unit, u.parent)
			}
		}
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1,$2,'resolution','26-NQ/TW','Ban Chấp hành Trung ương','2018-05-19','Nghị quyết','nghi quyet',0)`, paper, province)
		for c, starts := range map[id.ID]string{before: "2017-06-26", this: "2018-06-26"} {
			ex(`insert into campaign (id, unit, title, state, starts_on, rounding, created_at, sample) values ($1,$2,$3,'open',$4,'half_up',0,true)`, c, province, "Đợt học tập năm "+starts[:4], starts)
			ex(`insert into campaign_document (campaign, document, ord) values ($1,$2,0)`, c, paper)
			for _, u := range []struct {
				unit, parent      id.ID
				lo, hi, depth     int
				level, name       string
				members, exempted int
			}{{province, 0, 1, 5, 0, "province", "Đảng bộ tỉnh mẫu", 0, 0}, {north, province, 2, 4, 1, "district", "Đảng bộ huyện Bắc", 0, 0}, {commune, north, 3, 3, 2, "grassroots", "Đảng bộ xã mẫu 1", 100, 10},
				{other, north, 4, 4, 2, "grassroots", "Đảng bộ xã mẫu 2", 50, 0}, {south, province, 5, 5, 1, "district", "Đảng bộ huyện Nam", 40, 0}} {
				ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt) values ($1,$2,$3,$4,$5,$6,$7,$8,$8,$9,$10)`,
					c, u.unit, u.parent, u.lo, u.hi, u.depth, u.level, u.name, u.members, u.exempted)
			}
			ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1,$2,'district','2018-07-20',false,0), ($1,$2,'grassroots','2018-07-18',true,0), ($1,$3,'grassroots','2018-07-16',true,0)`, c, province, north)
		}
		for _, s := range []struct {
			campaign      id.ID
			lo, n, e1, e5 int
		}{{this, 3, 81, 81, 0}, {this, 4, 30, 0, 30}, {before, 3, 60, 0, 60}} {
			ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5) values ($1,$2,$3,'member',$4,0,$4,0,0,0,0,$5,0,0,0,$6)`,
				s.campaign, paper, s.lo, s.n, s.e1, s.e5)
		}
		ex(`insert into report (id, campaign, unit, state, first_sent_at, sent_at, created_at) values (700,$1,$2,'accepted',$3,$3,0)`, this, commune, time.Date(2018, 7, 15, 9, 0, 0, 0, clock.Zone).UnixMilli())
		ex(`insert into report (id, campaign, unit, state, created_at) values (701,$1,$2,'draft',0)`, this, north)
		ex(`insert into report_figure (id, report, code, value, at) values (710, 701, 'mass', 400, 0)`)
		ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values (800,'Đảng viên mẫu 001','dang vien mau 001','001','official',$1,0)`, commune)
		ex(`insert into contest (id, campaign, document, person, figure, unit, lo, decider, was, kind, state, at, salt) values (900,$1,$2,800,'studied',$3,3,$4,'absent','was_there','open',1,'x')`, this, paper, commune, north)
		ex(`insert into duty_campaign (campaign, grace, closing, at) values ($1, 5, 10, 0)`, this)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func leader(unit id.ID) access.Actor {
	return access.Actor{Account: 99, Name: "Đảng viên mẫu 002", Lang: "vi", Grants: []access.Grant{{Role: access.Leader, Unit: unit, From: "2017-01-01"}}}
}

func service(d *db.DB) *Service {
	return &Service{DB: d, Overview: (&dashboard.Service{DB: d, Now: clock.Fixed(now)}).Overview}
}

func house(d *db.DB, who func() access.Actor) http.Handler {
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who(), nil }, Post: func(*http.Request, access.Actor) string { return "Bí thư" },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ tỉnh mẫu", false }, Version: "0.1"}
	return site.Handler(service(d).Routes(), ui.Static())
}
