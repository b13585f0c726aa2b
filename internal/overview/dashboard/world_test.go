package dashboard

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
	"quantriet/internal/ui"
)

// The invented world of these tests: a city whose totals are those of the mock page, sixteen
// units below it, their grassroots organisations, and a second city that must not be seen.
const (
	city     = id.ID(1000)
	strange  = id.ID(2000)
	campaign = id.ID(5000)
	foreign  = id.ID(5001)
	draft    = id.ID(5002)
	paper1   = id.ID(6000)
	paper2   = id.ID(6001)
	meeting1 = id.ID(7000)
	cellNext = id.ID(7001)
	member   = id.ID(8000) // a person of the first cell
	speaker  = id.ID(9500) // not of the roster
)

var now = time.Date(2018, 7, 23, 8, 30, 0, 0, clock.Zone)

type district struct {
	name, short, report   string
	members, exempt, came int // came: exempt who came
	studied               int
	parts                 [3]int
	grades                [5]int // shares of a hundred
	first                 string // day of the first sending
}

// Figures of the mock page; grades are invented.
var districts = []district{
	{"Quận Hồng Bàng", "Hồng Bàng", "accepted", 8640, 905, 71, 7558, [3]int{54, 4, 0}, [5]int{52, 20, 20, 7, 1}, "2018-07-17"},
	{"Quận Ngô Quyền", "Ngô Quyền", "accepted", 11215, 1240, 102, 9798, [3]int{61, 5, 0}, [5]int{50, 22, 18, 7, 3}, "2018-07-18"},
	{"Quận Lê Chân", "Lê Chân", "sent", 13480, 1486, 95, 11825, [3]int{66, 6, 0}, [5]int{9, 11, 12, 7, 61}, "2018-07-19"},
	{"Quận Hải An", "Hải An", "accepted", 5450, 550, 30, 4710, [3]int{36, 5, 0}, [5]int{40, 25, 20, 10, 5}, "2018-07-18"},
	{"Quận Kiến An", "Kiến An", "accepted", 7020, 675, 40, 6138, [3]int{46, 6, 0}, [5]int{40, 25, 20, 10, 5}, "2018-07-18"},
	{"Quận Đồ Sơn", "Đồ Sơn", "returned", 3260, 318, 17, 2671, [3]int{22, 6, 1}, [5]int{30, 24, 26, 12, 8}, "2018-07-19"},
	{"Quận Dương Kinh", "D. Kinh", "accepted", 2960, 286, 20, 2558, [3]int{23, 3, 0}, [5]int{40, 25, 20, 10, 5}, "2018-07-18"},
	{"Huyện Thủy Nguyên", "Thủy Nguyên", "draft", 15230, 1412, 96, 13120, [3]int{77, 19, 4}, [5]int{40, 21, 24, 8, 7}, ""},
	{"Huyện An Dương", "An Dương", "sent", 7480, 688, 40, 6431, [3]int{48, 8, 1}, [5]int{42, 22, 20, 10, 6}, "2018-07-19"},
	{"Huyện An Lão", "An Lão", "accepted", 6880, 630, 38, 6019, [3]int{47, 6, 0}, [5]int{40, 25, 20, 10, 5}, "2018-07-18"},
	{"Huyện Kiến Thụy", "Kiến Thụy", "accepted", 7050, 632, 40, 6291, [3]int{53, 3, 0}, [5]int{40, 25, 20, 10, 5}, "2018-07-18"},
	{"Huyện Tiên Lãng", "Tiên Lãng", "sent", 8010, 830, 45, 6708, [3]int{50, 9, 2}, [5]int{33, 25, 26, 11, 5}, "2018-07-21"},
	{"Huyện Vĩnh Bảo", "Vĩnh Bảo", "", 10340, 1120, 38, 6603, [3]int{41, 21, 12}, [5]int{23, 24, 32, 14, 7}, ""},
	{"Huyện Cát Hải", "Cát Hải", "accepted", 2470, 206, 12, 2124, [3]int{24, 4, 0}, [5]int{40, 25, 20, 10, 5}, "2018-07-18"},
	{"Huyện Bạch Long Vĩ", "BLV", "draft", 235, 6, 0, 192, [3]int{3, 3, 1}, [5]int{0, 20, 60, 5, 15}, ""},
	{"Bộ Chỉ huy Quân sự thành phố", "Q. sự", "accepted", 2280, 17, 64, 2298, [3]int{24, 0, 0}, [5]int{60, 20, 15, 5, 0}, "2018-07-18"},
}

// writer inserts rows by hand; the first failure ends the test.
type writer struct {
	tb testing.TB
	tx db.Tx
}

func (w writer) ex(q string, args ...any) {
	w.tb.Helper()
	if _, err := w.tx.ExecContext(context.Background(), q, args...); err != nil {
		w.tb.Fatalf("%s: %v", q, err)
	}
}

func (w writer) unit(u, parent id.ID, level, name, short string) {
	w.ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1,$2,$3,$4,$5,$6,$7,$7,0)`,
		u, fmt.Sprint(int64(u)), level, parent, name, short, text.Fold(name))
	w.ex(`insert into org_below (top, unit, depth) values ($1, $1, 0)`, u)
	if parent != 0 {
		w.ex(`insert into org_below (top, unit, depth) select top, $1, depth + 1 from org_below where unit = $2`, u, parent)
	}
}

func (w writer) frozen(c, u, parent id.ID, lo, hi, depth int, level, name, short string, members, exempt int) {
	w.ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`,
		c, u, parent, lo, hi, depth, level, name, short, members, exempt)
}

// studied writes a tally that is spread over the grades by their shares.
func (w writer) studied(doc id.ID, lo, n, came int, shares [5]int) {
	g, left := [5]int{}, n
	for i := 4; i > 0; i-- {
		g[i] = n * shares[i] / 100
		left -= g[i]
	}
	g[0] = left
	w.ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
		values ($1,$2,$3,'member',$4,$5,$6,$7,0,0,0,$8,$9,$10,$11,$12)`, campaign, doc, lo, n, came, n/2, n-n/2, g[0], g[1], g[2], g[3], g[4])
}

// districtOf and lowOf are the ids of the units of the city: a unit below, and the first of its grassroots organisations.
func districtOf(i int) id.ID { return id.ID(1001 + i) }

func lowOf(i, k int) id.ID { return id.ID(10000 + 1000*i + k) }

// world fills an empty database.
func world(tb testing.TB, d *db.DB) {
	tb.Helper()
	err := d.Write(context.Background(), func(tx db.Tx) error {
		w := writer{tb, tx}
		w.unit(city, 0, "province", "Đảng bộ thành phố", "Thành phố")
		w.unit(strange, 0, "province", "Đảng bộ tỉnh khác", "Tỉnh khác")
		for i, p := range []string{"26-NQ/TW", "27-NQ/TW"} {
			w.ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1,$2,'resolution',$3,'Ban Chấp hành Trung ương','2018-05-19',$4,$5,0)`,
				paper1+id.ID(i), city, p, "Nghị quyết Hội nghị lần thứ bảy "+p, text.Fold("Nghị quyết Hội nghị lần thứ bảy "+p))
		}
		camp := func(c, unit id.ID, title, state string) {
			w.ex(`insert into campaign (id, unit, title, state, starts_on, rounding, created_at, sample) values ($1,$2,$3,$4,'2018-06-26','half_up',0,true)`, c, unit, title, state)
			w.ex(`insert into campaign_document (campaign, document, ord) values ($1,$2,0)`, c, paper1)
		}
		camp(campaign, city, "Học tập, quán triệt các nghị quyết Trung ương 7 (khóa XII)", "open")
		camp(foreign, strange, "Đợt của tỉnh khác", "open")
		camp(draft, city, "Đợt đang soạn", "draft")
		w.ex(`insert into campaign_document (campaign, document, ord) values ($1,$2,1)`, campaign, paper2)
		w.frozen(foreign, strange, 0, 1, 1, 0, "province", "Đảng bộ tỉnh khác", "Tỉnh khác", 10, 0)
		w.ex(`insert into campaign_audience (id, campaign, ord, name, filter, counted, min_rate) values (5100, $1, 0, 'Đảng viên', 'member', 'person', 9000)`, campaign)
		for _, o := range []struct{ level, day string }{{"district", "2018-07-20"}, {"equivalent", "2018-07-20"}, {"grassroots", "2018-07-25"}, {"cell", "2018-07-25"}} {
			w.ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1,$2,$3,$4,$5,0)`, campaign, city, o.level, o.day, false)
		}
		w.ex(`insert into plan (id, campaign, unit, number, issued_on, state, sent_at, created_at) values (5200,$1,$2,'117-KH/TU','2018-06-26','sent',1,0)`, campaign, city)
		lo := 1
		for i, x := range districts {
			lo = w.district(i, x, lo+1)
		}
		w.frozen(campaign, city, 0, 1, lo, 0, "province", "Đảng bộ thành phố", "Thành phố", 0, 0)
		w.meetings()
		w.people()
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := d.Analyze(context.Background()); err != nil {
		tb.Fatal(err)
	}
}

// district lays a unit with its organisations out from lo on and gives its last number.
func (w writer) district(i int, x district, lo int) int {
	u, level := districtOf(i), "district"
	if i == 15 {
		level = "equivalent"
	}
	w.unit(u, city, level, x.name, x.short)
	n := x.parts[0] + x.parts[1] + x.parts[2]
	w.frozen(campaign, u, city, lo, lo+n, 1, level, x.name, x.short, 0, 0)
	members, exempt, studied, came := share(x.members, n), share(x.exempt, n), spread(x, n), share(x.came, n)
	for k := range n {
		name := fmt.Sprintf("Đảng bộ cơ sở mẫu %02d", k+1)
		w.unit(lowOf(i, k), u, "grassroots", name, fmt.Sprintf("Cơ sở mẫu %02d", k+1))
		w.frozen(campaign, lowOf(i, k), u, lo+1+k, lo+1+k, 2, "grassroots", name, fmt.Sprintf("Cơ sở mẫu %02d", k+1), members[k], exempt[k])
		if studied[k] > 0 {
			w.studied(paper1, lo+1+k, studied[k], max(came[k], studied[k]-members[k]+exempt[k]), x.grades)
		}
	}
	if x.report != "" {
		var first any
		if t := clock.Start(x.first); !t.IsZero() {
			first = t.Add(9 * time.Hour).UnixMilli()
		}
		w.ex(`insert into report (id, campaign, unit, state, verified, first_sent_at, sent_at, created_at) values ($1,$2,$3,$4,$5,$6,$6,0)`,
			3000+i, campaign, u, x.report, x.report == "accepted", first)
		w.ex(`insert into plan (id, campaign, unit, number, issued_on, state, sent_at, created_at) values ($1,$2,$3,'12-KH/HU','2018-07-02','sent',1,0)`, 3100+i, campaign, u)
	}
	if x.short == "Thủy Nguyên" {
		for k, f := range []struct {
			code string
			n    int
		}{{"sites_main", 1}, {"sites_grassroots", 100}, {"sites_cell", 573}, {"sites_total", 675}} {
			w.ex(`insert into report_figure (id, report, code, value, reason, at) values ($1,$2,$3,$4,'sổ tay',0)`, 3200+k, 3000+i, f.code, f.n)
		}
	}
	return lo + n
}

func share(whole, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = whole*(i+1)/n - whole*i/n
	}
	return out
}

// spread gives the done nearly all, those under way the rest, and the others nothing.
func spread(x district, n int) []int {
	members, exempt := share(x.members, n), share(x.exempt, n)
	out, left := make([]int, n), x.studied
	for k := range n {
		if k < x.parts[0] {
			out[k] = min(left, (members[k]-exempt[k])*97/100+1)
			left -= out[k]
		}
	}
	for k := x.parts[0]; k < x.parts[0]+x.parts[1]; k++ {
		out[k] = min(left/(x.parts[0]+x.parts[1]-k), members[k]-exempt[k])
		left -= out[k]
	}
	for k := 0; left > 0 && k < n; k++ {
		more := min(left, members[k]-exempt[k]+x.came/n+1-out[k])
		if k < x.parts[0]+x.parts[1] {
			out[k] += more
			left -= more
		}
	}
	return out
}

func (w writer) meetings() {
	at := time.Date(2018, 7, 5, 7, 30, 0, 0, clock.Zone).UnixMilli()
	meet := func(m, unit id.ID, kind, title string, starts int64, state string) {
		w.ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, place, state, created_at) values ($1,$2,$3,$4,'hybrid',$5,$6,$7,$8,'Nhà văn hóa thôn mẫu 03',$9,0)`,
			m, campaign, unit, kind, title, text.Fold(title), starts, starts+4*3600_000, state)
		w.ex(`insert into meeting_document (meeting, document) values ($1,$2)`, m, paper1)
	}
	meet(meeting1, city, "conference", "Hội nghị trực tuyến toàn thành phố", at, "held")
	meet(cellNext, lowOf(7, 0), "cell", "Sinh hoạt học nghị quyết", now.Add(11*time.Hour).UnixMilli(), "planned")
	w.ex(`insert into meeting_site (id, meeting, ord, name, unit, expected) values (7100,$1,0,'Trung tâm Hội nghị thành phố',$2,480)`, meeting1, city)
	w.ex(`insert into meeting_site (id, meeting, ord, name, unit) values (7150,$1,0,'Nhà văn hóa thôn mẫu 03',$2)`, cellNext, lowOf(7, 0))
	w.ex(`insert into meeting_invite (id, meeting, site, unit) values (7160,$1,7150,$2)`, cellNext, lowOf(7, 0))
	w.ex(`insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, at, by_name) values (7300,$1,$2,7100,$3,'delegate',480,0,'mẫu')`, campaign, meeting1, city)
	for i, n := range share(3350, 16) {
		w.ex(`insert into meeting_site (id, meeting, ord, name, unit, expected) values ($1,$2,$3,$4,$5,$6)`, 7101+i, meeting1, i+1, districts[i].name, districtOf(i), n)
		w.ex(`insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, at, by_name) values ($1,$2,$3,$4,$5,'delegate',$6,0,'mẫu')`, 7301+i, campaign, meeting1, 7101+i, city, n)
	}
}

// people are the members of the first organisation of Thủy Nguyên, 120 of whom were marked late in four minutes.
func (w writer) people() {
	low := lowOf(7, 0)
	at := time.Date(2018, 7, 19, 22, 6, 0, 0, clock.Zone).UnixMilli()
	var lo int
	if err := w.tx.QueryRowContext(context.Background(), `select lo from campaign_unit where campaign = $1 and unit = $2`, campaign, low).Scan(&lo); err != nil {
		w.tb.Fatal(err)
	}
	for i := range 120 {
		name := fmt.Sprintf("Đảng viên mẫu %03d", i+1)
		w.ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1,$2,$3,$4,'official',$5,0)`, member+id.ID(i), name, text.Fold(name), fmt.Sprintf("%03d", i+1), low)
		w.ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1,$2,$3,$4,'member',false,false,$5)`,
			campaign, member+id.ID(i), low, lo, i)
		w.ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1,$2,$3,7108,$4,'in_person','roll_call',4,$5,$6,'Đảng viên mẫu 014',true)`,
			90000+i, campaign, meeting1, member+id.ID(i), at, at+int64(i)*1900)
	}
	w.ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1,'Báo cáo viên mẫu 01','bao cao vien mau 01','bcv','official',$2,0)`, speaker, city)
	w.ex(`insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker, speaker_person) values (7200,$1,0,'talk','Những điểm mới của Nghị quyết 26-NQ/TW',90,'Đảng viên mẫu 002',$2)`, cellNext, speaker)
}

// as is somebody with roles at units.
func as(grants ...access.Grant) access.Actor {
	return access.Actor{Account: 99, Name: "Đảng viên mẫu 002", Lang: "vi", Grants: grants}
}

func at(r access.Role, unit id.ID) access.Grant {
	return access.Grant{Role: r, Unit: unit, From: "2018-01-01"}
}

// house serves the room to whoever who gives.
func house(d *db.DB, who func(*http.Request) access.Actor) http.Handler {
	s := &Service{DB: d, Now: clock.Fixed(now)}
	site := &web.Site{Now: s.Now, WhoIs: func(r *http.Request) (access.Actor, error) { return who(r), nil },
		Post: func(*http.Request, access.Actor) string { return "Phó Bí thư Thường trực" },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố Hải Phòng", false }, Version: "0.1",
		Nav: []web.Nav{{Key: "app.nav.today", Href: "/", Icon: "home", Need: access.Signed}, {Key: "app.nav.campaign", Href: "/campaigns", Icon: "flag", Need: access.CampaignRead}}}
	return site.Handler(s.Routes(), ui.Static())
}
