package report

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

// The invented world: a city of two districts; the eastern has two grassroots organisations
// with two cells, the western is F1 (Đức Linh) in one tally. A second city is a stranger.
const (
	city, east, west   = id.ID(1000), id.ID(1001), id.ID(1002)
	base1, base2       = id.ID(1003), id.ID(1004)
	strange            = id.ID(2000)
	round              = id.ID(5000)
	paper1, paper2     = id.ID(6000), id.ID(6001)
	conference, class1 = id.ID(7000), id.ID(7001)
)

var now = time.Date(2018, 7, 18, 8, 30, 0, 0, clock.Zone)

type world struct {
	*Service
	d                            *db.DB
	officer, eastern, western    access.Actor
	eastern2, secretary, outside access.Actor
	leader                       access.Actor
}

func (w *world) ex(t testing.TB, q string, args ...any) {
	t.Helper()
	err := w.d.Write(context.Background(), func(tx db.Tx) error { _, err := tx.ExecContext(context.Background(), q, args...); return err })
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}

func as(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

// tally is what one leaf's people studied; grades E1 to E5.
func (w *world) tally(t testing.TB, document id.ID, lo int, kind string, studied, exempt int, forms, grades [5]int) {
	w.ex(t, `insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`, round, document, lo, kind, studied, exempt,
		forms[0], forms[1], forms[2], forms[3], forms[4], grades[0], grades[1], grades[2], grades[3], grades[4])
}

type place0 struct {
	id, parent        id.ID
	level, name       string
	lo, hi, depth     int
	members, exempt   int
	civil             int
	committee, symbol string
}

var units = []place0{
	{city, 0, "province", "Đảng bộ thành phố mẫu", 1, 5, 0, 0, 0, 0, "THÀNH ỦY MẪU", "TU"},
	{east, city, "district", "Đảng bộ huyện Đông", 2, 4, 1, 0, 0, 0, "HUYỆN ỦY ĐÔNG", "HU"},
	{base1, east, "grassroots", "Đảng bộ xã Một", 3, 3, 2, 6, 1, 2, "", ""},
	{base2, east, "grassroots", "Đảng bộ xã Hai", 4, 4, 2, 4, 0, 0, "", ""},
	{west, city, "district", "Đảng bộ huyện Tây", 5, 5, 1, 3044, 0, 0, "HUYỆN ỦY TÂY", "HU"},
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(now)}, d: d}
	up := map[id.ID]id.ID{}
	for _, u := range append(units, place0{id: strange, level: "province", name: "Tỉnh khác"}) {
		up[u.id] = u.parent
		w.ex(t, `insert into org_unit (id, code, level, parent, name, short, committee, symbol, place, folded, sort_key, created_at)
			values ($1, $2, $3, $4, $5, $5, $6, $7, 'Mẫu', $8, $2, 0)`,
			u.id, fmt.Sprint(int64(u.id)), u.level, u.parent, u.name, u.committee, u.symbol, text.Fold(u.name))
		for top, depth := u.id, 0; top != 0; top, depth = up[top], depth+1 {
			w.ex(t, `insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.id, depth)
		}
	}
	for i, p := range []id.ID{paper1, paper2} {
		w.ex(t, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at)
			values ($1, $2, 'resolution', $3, 'Ban Chấp hành Trung ương', '2018-05-19', $4, 'x', 0)`,
			p, city, fmt.Sprintf("%d-NQ/TW", 26+i), fmt.Sprintf("Nghị quyết mẫu %d", i+1))
	}
	w.ex(t, `insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Học tập các nghị quyết mẫu', 'open', '2018-06-26', 0)`, round, city)
	for i, p := range []id.ID{paper1, paper2} {
		w.ex(t, `insert into campaign_document (campaign, document, ord) values ($1, $2, $3)`, round, p, i)
	}
	for level, day := range map[string]string{"district": "2018-07-20", "grassroots": "2018-07-15"} {
		w.ex(t, `insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, $3, $4, false, 0)`, round, city, level, day)
	}
	for _, u := range units {
		w.ex(t, `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt, civil)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)`, round, u.id, u.parent, u.lo, u.hi, u.depth, u.level, u.name, u.members, u.exempt, u.civil)
	}
	w.people(t)
	w.officer, w.leader = as("Cán bộ mẫu 001", access.Officer, city), as("Lãnh đạo mẫu 001", access.Leader, city)
	w.eastern, w.eastern2 = as("Đảng viên mẫu 014", access.UnitOfficer, east), as("Đảng viên mẫu 015", access.UnitOfficer, east)
	w.western = as("Đảng viên mẫu 016", access.UnitOfficer, west)
	w.secretary, w.outside = as("Bí thư mẫu", access.Secretary, base1), as("Người ngoài", access.Officer, strange)
	return w
}

// people fills the east: ten members of whom one is exempt and came, one conference on both
// papers, absences with and without a reason; and the west as F1 printed it.
func (w *world) people(t testing.TB) {
	at := now.Add(-48 * time.Hour).UnixMilli()
	w.meeting(t, conference, east, "Hội nghị trực tuyến mẫu", "conference", at, 3, paper1, paper2)
	w.meeting(t, class1, base1, "Sinh hoạt chuyên đề mẫu", "thematic", at+3600_000, 2, paper1)
	for i := range 10 {
		unit, lo := base1, 3
		if i >= 6 {
			unit, lo = base2, 4
		}
		p := id.ID(8000 + i)
		name := fmt.Sprintf("Đảng viên mẫu %03d", i+1)
		w.ex(t, `insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, p, name, text.Fold(name), text.NameKey(name), unit)
		w.ex(t, `insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n)
			values ($1, $2, $3, $4, 'member', false, $5, $6)`, round, p, unit, lo, i == 0, i)
		switch i {
		case 4: // excused
			w.ex(t, `insert into attendance_absence (meeting, person, campaign, reason, at) values ($1, $2, $3, 'sick', 0)`, conference, p, round)
		case 5: // no reason given
			w.ex(t, `insert into attendance_absence (meeting, person, campaign, reason, at) values ($1, $2, $3, '', 0)`, conference, p, round)
		case 9: // not known
		default:
			r := id.ID(9000 + i)
			w.ex(t, `insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
				values ($1, $2, $3, $4, $5, 'in_person', 'own_code', $6, $7, $7, 'x', false)`, r, round, conference, conference+100, p, i%4+1, at)
			for _, d := range []id.ID{paper1, paper2} {
				w.ex(t, `insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, round, d, p, r)
			}
		}
	}
	for _, d := range []id.ID{paper1, paper2} {
		w.tally(t, d, 3, "member", 4, 1, [5]int{4}, [5]int{1, 1, 1, 1})
		w.tally(t, d, 3, "civil", 1, 0, [5]int{1}, [5]int{1})
		w.tally(t, d, 4, "member", 3, 0, [5]int{3}, [5]int{1, 1, 1})
	}
	w.tally(t, paper1, 5, "member", 2909, 0, [5]int{2909}, [5]int{0, 0, 2900, 0, 9})
}

func (w *world) meeting(t testing.TB, m, unit id.ID, title, kind string, at int64, speeches int, papers ...id.ID) {
	w.ex(t, `insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, speeches, created_at)
		values ($1, $2, $3, $4, 'in_person', $5, $6, $7, $8, 'held', $9, 0)`, m, round, unit, kind, title, text.Fold(title), at, at+3600_000, speeches)
	w.ex(t, `insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 0, 'Hội trường', $3)`, m+100, m, unit)
	w.ex(t, `insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker) values ($1, $2, 0, 'talk', 'Nội dung', 60, 'Báo cáo viên mẫu')`, m+200, m)
	for _, p := range papers {
		w.ex(t, `insert into meeting_document (meeting, document) values ($1, $2)`, m, p)
	}
}

// heads are people counted by head at the western unit: F1's 283, F8's "hơn 1.861".
func (w *world) heads(t testing.TB, n int, marker string) {
	const m = id.ID(7010)
	w.meeting(t, m, west, "Lớp của huyện Tây", "class", now.Add(-24*time.Hour).UnixMilli(), 0, paper1)
	w.ex(t, `insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, marker, at, by_name) values ($1, $2, $3, $4, $5, 'mass', $6, $7, 0, 'x')`,
		id.New(), round, m, m+100, west, n, marker)
}

// house serves the doors as whoever who points at.
func (w *world) house(who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	return site.Handler(w.Routes(), http.NotFoundHandler())
}
