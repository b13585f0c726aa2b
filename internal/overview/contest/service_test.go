package contest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/report"
	"quantriet/internal/ui"
)

// The invented world: a province over a commune over a cell of four: 001 and 002 studied in the cell's
// meeting, 003 is noted absent without a reason, 004 is exempt.
const (
	province, commune, cell  = id.ID(1000), id.ID(1001), id.ID(1002)
	round, resolution, class = id.ID(5000), id.ID(6000), id.ID(7000)
	came, absent, exempt     = id.ID(8001), id.ID(8003), id.ID(8004)
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 2, 7, 12, 0, 0, 0, clock.Zone)
)

type world struct {
	*Service
	above, top, secretary, outside access.Actor
}

func as(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

func actor(p id.ID) access.Actor {
	return access.Actor{Account: 40_000 + p, Person: p, Name: "Đảng viên mẫu", Lang: "vi", Grants: []access.Grant{{Role: access.Member, Unit: cell, From: "2018-01-01"}}}
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(noon)}}
	err := d.Write(ctx, func(tx db.Tx) error {
		fill(func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.above, w.top = as("Cán bộ xã mẫu", access.UnitOfficer, commune), as("Cán bộ tỉnh mẫu", access.Officer, province)
	w.secretary, w.outside = as("Bí thư mẫu", access.Secretary, cell), as("Người ngoài", access.Officer, 2000)
	return w
}

func fill(ex func(q string, args ...any)) {
	up := map[id.ID]id.ID{}
	for i, u := range []struct {
		id, parent id.ID
		name       string
	}{{province, 0, "Đảng bộ tỉnh mẫu"}, {commune, province, "Đảng bộ xã mẫu"}, {cell, commune, "Chi bộ Một"}, {2000, 0, "Tỉnh khác"}} {
		up[u.id] = u.parent
		ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, $5, $2, 0)`,
			u.id, fmt.Sprint(int64(u.id)), u.parent, u.name, text.Fold(u.name))
		for above, depth := u.id, 0; above != 0; above, depth = up[above], depth+1 {
			ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, above, u.id, depth)
		}
		if u.id == 2000 {
			continue
		}
		if i == 0 {
			ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt học tập mẫu', 'open', '2026-01-10', 0)`, round, province)
		}
		members, free := 0, 0
		if u.id == cell {
			members, free = 4, 1
		}
		ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt) values ($1, $2, $3, $4, 3, $5, 'cell', $6, $6, $7, $8)`,
			round, u.id, u.parent, i+1, i, u.name, members, free)
	}
	ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '1-NQ/TW', 'Trung ương', '2026-01-01', 'Nghị quyết mẫu', 'x', 0)`, resolution, province)
	ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, round, resolution)
	at := noon.Add(-240 * time.Hour).UnixMilli()
	ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, speeches, created_at)
		values ($1, $2, $3, 'cell', 'in_person', 'Sinh hoạt chi bộ mẫu', 'x', $4, $5, 'held', 0, 0)`, class, round, cell, at, at+3600_000)
	ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 0, 'Nhà văn hóa mẫu', $3)`, class+1, class, cell)
	ex(`insert into meeting_document (meeting, document) values ($1, $2)`, class, resolution)
	for i := range 4 {
		p := came + id.ID(i)
		name := fmt.Sprintf("Đảng viên mẫu %03d", i+1)
		ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, p, name, text.Fold(name), text.NameKey(name), cell)
		ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, 3, 'member', false, $4, $5)`, round, p, cell, p == exempt, i+1)
		if p < absent {
			studied(ex, p, at)
		}
	}
	ex(`insert into attendance_absence (meeting, person, campaign, reason, at) values ($1, $2, $3, '', 0)`, class, absent, round)
	ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
		values ($1, $2, 3, 'member', 2, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 0)`, round, resolution)
	ex(`insert into report (id, campaign, unit, state, version, created_at) values (9500, $1, $2, 'sent', 1, 0)`, round, commune)
	ex(`insert into report_figure (id, report, document, code, computed, value, at) values (9600, 9500, $1, 'studied', 2, 2, 0)`, resolution)
}

func studied(ex func(q string, args ...any), p id.ID, at int64) {
	ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
		values ($1, $2, $3, $4, $5, 'in_person', 'roll_call', 3, $6, $6, 'x', false)`, 20_000+p, round, class, class+1, p, at)
	ex(`insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, round, resolution, p, 20_000+p)
}

func contested(p id.ID, figure, kind string) New {
	return New{ID: id.New(), Campaign: round, Document: resolution, Figure: figure, Kind: kind, Said: "Tôi ngồi hàng ghế đầu"}
}

func TestMyFigures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		m, err := w.MyFigures(ctx, actor(absent), 0)
		if err != nil || len(m.Papers) != 1 || m.Campaign.ID != round {
			t.Fatalf("%+v %v", m, err)
		}
		p := m.Papers[0]
		if p.Standing.Absence != "unexcused" || len(p.Figures) != 4 || p.Figures[3].Figure != "absent_unexcused" {
			t.Errorf("%+v", p)
		}
		if len(p.Levels) != 3 || p.Levels[0].Unit != cell || p.Levels[2].Studied != 2 || p.Levels[2].Members != 4 || p.Levels[1].Reported == nil || *p.Levels[1].Reported != 2 || p.Levels[2].Reported != nil {
			t.Errorf("%+v", p.Levels)
		}
		if m, err := w.MyFigures(ctx, actor(1), 0); err != nil || len(m.Papers) != 0 {
			t.Errorf("a stranger: %+v %v", m, err)
		}
		if _, err := w.MyFigures(ctx, actor(1), round); fault.Of(err) != fault.Missing {
			t.Errorf("a campaign without the actor: %v", err)
		}
	})
}

// From the member's tap to a record put right: the figure is marked on all reports above until then.
func TestUpheld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		n := contested(absent, "absent_unexcused", "was_there")
		c, err := w.Open(ctx, actor(absent), n)
		if err != nil || c.decider != commune || c.State != "open" {
			t.Fatalf("%+v %v", c, err)
		}
		second := contested(absent, "absent_unexcused", "has_reason")
		for _, again := range []New{n, second} {
			if got, err := w.Open(ctx, actor(absent), again); err != nil || got.ID != c.ID || got.Kind != "was_there" {
				t.Errorf("sent again: %+v %v", got, err)
			}
		}
		if _, err := w.Open(ctx, actor(came), n); fault.Of(err) != fault.Conflict {
			t.Errorf("the id of somebody else's: %v", err)
		}
		none := contested(came, "studied", "other_form")
		if none.ID = 0; err == nil {
			if _, err := w.Open(ctx, actor(came), none); fault.Of(err) != fault.Invalid {
				t.Errorf("without an id: %v", err)
			}
		}
		marks := func(unit id.ID, want int) {
			t.Helper()
			var got []report.Mark
			err := d.Read(ctx, func(tx db.Tx) (err error) { got, err = w.Marked(ctx, tx, round, unit); return err })
			if err != nil || len(got) != want || want > 0 && (got[0].Figure != "absent_unexcused" || got[0].Document != resolution || got[0].Count != 1) {
				t.Errorf("marked %+v %v, want %d", got, err, want)
			}
		}
		marks(cell, 1)
		marks(province, 1)
		for _, x := range []struct {
			says string
			who  access.Actor
			want fault.Kind
		}{{"the unit itself", w.secretary, fault.Denied}, {"an outsider", w.outside, fault.Missing}, {"a member without a role", actor(came), fault.Missing}} {
			if err := w.Decide(ctx, x.who, c.ID, "rejected", "Không có tên."); fault.Of(err) != x.want {
				t.Errorf("%s decides: %v", x.says, err)
			}
		}
		if err := w.Mend(ctx, w.above, c.ID); fault.Of(err) != fault.Conflict {
			t.Errorf("closed before it was decided: %v", err)
		}
		for range 2 {
			if err := w.Decide(ctx, w.above, c.ID, "upheld", "Biên bản có tên đồng chí."); err != nil {
				t.Fatal(err)
			}
		}
		marks(province, 1)
		if err := w.Mend(ctx, w.above, c.ID); fault.Of(err) != fault.Conflict {
			t.Errorf("closed although the record stands: %v", err)
		}
		_ = d.Write(ctx, func(tx db.Tx) error {
			studied(func(q string, args ...any) {
				if _, err := tx.ExecContext(ctx, q, args...); err != nil {
					t.Fatal(err)
				}
			}, absent, noon.UnixMilli())
			return nil
		})
		for range 2 {
			if err := w.Mend(ctx, w.above, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		marks(province, 0)
		about := contested(absent, "obliged", "is_exempt")
		if c, err = w.Open(ctx, actor(absent), about); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Decide(ctx, w.above, c.ID, "upheld", "Đồng chí được miễn từ tháng trước."), w.Mend(ctx, w.above, c.ID)); err != nil {
			t.Fatalf("right about a frozen roster: %v", err)
		}
		for _, unit := range []id.ID{cell, province} {
			var got []report.Mark
			err := d.Read(ctx, func(tx db.Tx) (err error) { got, err = w.Marked(ctx, tx, round, unit); return err })
			if err != nil || len(got) != 1 || got[0].Figure != "obliged" || got[0].Count != 0 || got[0].Known != 1 {
				t.Errorf("beside the figure: %+v %v", got, err)
			}
		}
		m, err := w.MyFigures(ctx, actor(absent), round)
		if err != nil || !strings.Contains(fmt.Sprint(m.Papers[0].Figures), "absent_unexcused") {
			t.Errorf("the member does not see the answer: %+v %v", m, err)
		}
		sealed(t, w)
	})
}

// sealed holds the log against the rows: each step of both contests once, and nobody's name in it.
func sealed(t *testing.T, w *world) {
	t.Helper()
	var kinds []string
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		return w.Sealed(ctx, tx, func(r proof.Row) error {
			kinds = append(kinds, r.Kind)
			if strings.Contains(r.Body, absent.String()) || strings.Contains(r.Body, "hàng ghế") || strings.Contains(r.Body, "mẫu") {
				t.Errorf("%s says whose it is: %s", r.Kind, r.Body)
			}
			var salt, digest string
			err := tx.QueryRowContext(ctx, `select salt, digest from proof_line where kind = $1 and subject = $2 and version = $3`, r.Kind, r.Subject, r.Version).Scan(&salt, &digest)
			if err != nil || proof.Digest(salt, r.Body) != digest {
				t.Errorf("%s is not what was sealed: %v", r.Kind, err)
			}
			return nil
		})
	})
	if got := strings.Join(kinds, " "); err != nil || got != "contest.open contest.decide contest.mend contest.open contest.decide contest.mend" {
		t.Errorf("%s %v", got, err)
	}
}

// The unit sees that a figure is contested; who it is, it sees when the member allows it.
func TestNoNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		c, err := w.Open(ctx, actor(absent), contested(absent, "absent_unexcused", "was_there"))
		if err != nil {
			t.Fatal(err)
		}
		see := func(who access.Actor, name, said bool, decides bool) {
			t.Helper()
			rows, err := w.List(ctx, who, Query{})
			if err != nil || len(rows.Items) != 1 {
				t.Fatalf("%+v %v", rows, err)
			}
			v, err := w.Show(ctx, who, c.ID)
			for _, x := range []Contest{rows.Items[0], v.Contest} {
				if err != nil || (x.Name != "") != name || (x.Said != "") != said || x.Decides != decides || (x.Person != 0) != name {
					t.Errorf("%s sees %+v %v", who.Name, x, err)
				}
			}
			if (v.Now != Standing{}) != decides {
				t.Errorf("%s sees the record: %+v", who.Name, v.Now)
			}
		}
		see(w.above, true, true, true)
		see(w.secretary, false, false, false)
		err = d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update attendance_absence set reason = 'ốm' where person = $1`, absent)
			return err
		})
		for _, x := range []struct {
			says string
			who  access.Actor
			want bool
		}{{"who decides", w.above, true}, {"the unit, which tries whose record it is", w.secretary, false}} {
			if v, wrong := w.Show(ctx, x.who, c.ID); err != nil || wrong != nil || v.Changed != x.want {
				t.Errorf("%s is told that the record changed: %v %v %v", x.says, v.Changed, err, wrong)
			}
		}
		if err := w.Name(ctx, actor(came), c.ID, true); fault.Of(err) != fault.Missing {
			t.Errorf("somebody else gives the name: %v", err)
		}
		if err := w.Name(ctx, actor(absent), c.ID, true); err != nil {
			t.Fatal(err)
		}
		see(w.secretary, true, true, false)
		if rows, err := w.List(ctx, w.outside, Query{}); err != nil || len(rows.Items) != 0 {
			t.Errorf("an outsider: %+v %v", rows, err)
		}
		if _, err := w.Show(ctx, w.outside, c.ID); fault.Of(err) != fault.Missing {
			t.Errorf("an outsider: %v", err)
		}
		if n, err := w.Count(ctx, w.above); err != nil || n != 1 {
			t.Errorf("%d wait: %v", n, err)
		}
	})
}

// What was rejected is not contested again while the record stands; others of the person are.
func TestRejected(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		c, err := w.Open(ctx, actor(came), contested(came, "studied", "was_not_there"))
		if err == nil {
			err = w.Decide(ctx, w.above, c.ID, "rejected", "Có chữ ký của đồng chí.")
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Open(ctx, actor(came), contested(came, "studied", "other_form")); fault.Of(err) != fault.Conflict {
			t.Errorf("again: %v", err)
		}
		if _, err := w.Open(ctx, actor(came), contested(came, "members", "other_unit")); err != nil {
			t.Errorf("another figure: %v", err)
		}
	})
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	c, err := w.Open(ctx, actor(absent), contested(absent, "absent_unexcused", "was_there"))
	if err != nil {
		t.Fatal(err)
	}
	var who access.Actor
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ tỉnh mẫu", true }}
	h := site.Handler(w.Routes(), ui.Static())
	form := func(figure, kind, said string) string {
		return url.Values{"id": {id.New().String()}, "campaign": {round.String()}, "document": {resolution.String()}, "figure": {figure}, "kind": {kind}, "said": {said}}.Encode()
	}
	one := "/contests/" + c.ID.String()
	for _, x := range []struct {
		says         string
		who          access.Actor
		method, path string
		body         string
		status       int
		has, hasNot  string
	}{
		{"a member sees the figures", actor(came), "GET", "/me/figures", "", 200, "học trực tiếp, căn cứ E3", ""},
		{"with both numbers up to the province", actor(came), "GET", "/me/figures", "", 200, "2/4", ""},
		{"a stranger has none", actor(1), "GET", "/me/figures", "", 200, "Chưa có số liệu nào", ""},
		{"no such campaign", actor(came), "GET", "/me/figures?campaign=x", "", 404, "", ""},
		{"what is wrong is not chosen", actor(came), "POST", "/me/figures", form("studied", "", ""), 422, "Sai ở đâu", ""},
		{"too long", actor(came), "POST", "/me/figures", form("studied", "other", strings.Repeat("x", 501)), 422, "", ""},
		{"sent", actor(came), "POST", "/me/figures", form("studied", "other_form", ""), 303, "", ""},
		{"it waits", actor(came), "GET", "/me/figures", "", 200, "Chờ trả lời", ""},
		{"by API", actor(exempt), "POST", "/api/v1/me/contests", `{"id":"` + id.New().String() + `","campaign":"` + round.String() + `","document":"` + resolution.String() + `","figure":"exempt","kind":"not_exempt"}`, 200, `"state":"open"`, ""},
		{"somebody else's name", actor(came), "POST", "/me/figures/" + c.ID.String(), "named=1", 404, "", ""},
		{"the unit sees no name", w.secretary, "GET", one, "", 200, "Chưa nêu tên", "Đảng viên mẫu"},
		{"nor in the list", w.secretary, "GET", "/contests?campaign=" + round.String(), "", 200, "Vắng không lý do", "Đảng viên mẫu"},
		{"nor by API", w.secretary, "GET", "/api/v1/contests", "", 200, `"name":""`, "hàng ghế"},
		{"the level above sees it", w.above, "GET", one, "", 200, "Đảng viên mẫu 003", ""},
		{"rubbish", w.above, "GET", "/contests/x", "", 404, "", ""},
		{"a cursor of nobody", w.above, "GET", "/contests?after=x", "", 422, "", ""},
		{"decided without a sentence", w.above, "POST", one, "state=upheld&remark=", 422, "Xin viết câu trả lời", ""},
		{"decided into nothing", w.above, "POST", one, "state=x&remark=" + url.QueryEscape("Có tên trong biên bản"), 422, "", ""},
		{"closed too early", w.above, "POST", one + "/mended", "", 409, "", ""},
		{"upheld", w.above, "POST", one, "state=upheld&remark=" + url.QueryEscape("Có tên trong biên bản"), 303, "", ""},
		{"the other way afterwards", w.above, "POST", one, "state=rejected&remark=" + url.QueryEscape("Không có tên"), 409, "", ""},
		{"the record is still to be put right", w.above, "GET", one, "", 200, "đề nghị sửa bản ghi", ""},
		{"the member sees the answer", actor(absent), "GET", "/me/figures", "", 200, "Có tên trong biên bản", ""},
	} {
		who = x.who
		r := httptest.NewRequest(x.method, "http://localhost"+x.path, strings.NewReader(x.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(x.body, "{") {
			r.Header.Set("Content-Type", "application/json")
		}
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		if body := out.Body.String(); out.Code != x.status || x.has != "" && !strings.Contains(body, x.has) || x.hasNot != "" && strings.Contains(body, x.hasNot) {
			t.Errorf("%s: %d, want %d with %q without %q: %.1500s", x.says, out.Code, x.status, x.has, x.hasNot, body)
		}
	}
}
