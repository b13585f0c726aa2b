package campaign

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var now = time.Date(2018, 7, 1, 1, 0, 0, 0, time.UTC)

// world is a province with a district, a commune of 2025 (which did not exist in 2018), a
// grassroots organisation and two cells of three people.
type world struct {
	*Service
	province, district, commune, base, cell, cell2, doc id.ID
	people                                              []id.ID
	owner, unitOfficer, stranger                        access.Actor
}

func as(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit, From: "2018-01-01"}}}
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(now)}, province: id.New(), district: id.New(), commune: id.New(), base: id.New(), cell: id.New(), cell2: id.New(), doc: id.New()}
	unit := func(of, parent id.ID, level, code string) org.Unit {
		return org.Unit{ID: of, Parent: parent, Level: level, Code: code, Name: "Đơn vị mẫu " + code, Short: code}
	}
	units := []org.Unit{unit(w.province, 0, "province", "P"), unit(w.district, w.province, "district", "D"), unit(w.commune, w.province, "commune", "X"),
		unit(w.base, w.district, "grassroots", "B"), unit(w.cell, w.base, "cell", "C1"), unit(w.cell2, w.base, "cell", "C2")}
	var people []person.Person
	for i := range 6 {
		p := person.Person{ID: id.New(), MemberNo: fmt.Sprintf("M%08d", i), Name: fmt.Sprintf("Đảng viên mẫu %03d", i), Kind: "official", Unit: w.cell, KeyCadre: i == 0, Since: "2010-01-01"}
		if i >= 3 {
			p.Unit = w.cell2
		}
		if i == 5 {
			p.Kind, p.MemberNo = "civil", ""
		}
		people, w.people = append(people, p), append(w.people, p.ID)
	}
	people = append(people, person.Person{ID: id.New(), MemberNo: "M99", Name: "Đảng viên mẫu đến sau", Kind: "official", Unit: w.cell, Since: "2018-06-30"})
	err := d.Write(ctx, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, units, 0, 0); err != nil {
			return err
		}
		if err := person.AddAll(ctx, tx, people, 0, 0); err != nil {
			return err
		}
		if err := person.AddExemptions(ctx, tx, []person.Exemption{{ID: id.New(), Person: w.people[1], Kind: "exempt", Reason: "x", From: "2018-01-01", Resolution: "1"},
			{ID: id.New(), Person: w.people[2], Kind: "exempt", Reason: "x", From: "2018-06-27", Resolution: "2"}}, 0, 0); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at)
			values ($1, $2, 'resolution', '26-NQ/TW', 'x', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, w.doc, w.province)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.owner, w.unitOfficer, w.stranger = as(access.Officer, w.province), as(access.UnitOfficer, w.district), as(access.UnitOfficer, w.commune)
	return w
}

func (w *world) draft() Campaign {
	return Campaign{ID: id.New(), Unit: w.province, Title: "Học tập nghị quyết", StartsOn: "2018-06-26", Rounding: "half_up", Documents: []id.ID{w.doc},
		Audiences: Usual(func(k string) string { return k }),
		Dues:      []Due{{Level: "district", On: "2018-07-20"}, {Level: "grassroots", On: "2018-07-25"}}}
}

func (w *world) open(t testing.TB) Campaign {
	t.Helper()
	c, err := w.Draft(context.Background(), w.owner, w.draft())
	if err == nil {
		c, err = w.Open(context.Background(), w.owner, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The tree and the roster are those of the first day: no commune in 2018, nobody who came
// later, an exemption only when it was in force that day.
func TestOpenFreezes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		c := w.open(t)
		if again, err := w.Open(ctx, w.owner, c.ID); err != nil || again.State != "open" {
			t.Error("opening twice:", again.State, err)
		}
		err := d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_unit where campaign = $1`, c.ID)
			if err != nil || n != 5 {
				t.Errorf("%d units are frozen, want 5 without the commune", n)
			}
			for _, want := range []Unit{{Unit: w.cell, Members: 3, Exempt: 1}, {Unit: w.cell2, Members: 2, Civil: 1}} {
				u, err := UnitOf(ctx, tx, c.ID, want.Unit)
				if err != nil || u.Members != want.Members || u.Exempt != want.Exempt || u.Civil != want.Civil {
					t.Errorf("%+v %v", u, err)
				}
			}
			name, _ := db.One(ctx, tx, db.Value[string], `select a.filter from campaign_participant p join campaign_audience a on a.id = p.audience where p.person = $1`, w.people[0])
			if name != "key_cadre" {
				t.Error("the key cadre belongs to", name)
			}
			chain, err := Chain(ctx, tx, c.ID, w.cell)
			if err != nil || len(chain) != 4 || chain[0] != w.province || chain[3] != w.cell {
				t.Error(chain, err)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if _, err := w.Edit(ctx, w.owner, c); fault.Key(err) != "campaign.is_open" {
			t.Error("an open campaign was edited:", err)
		}
	})
}

func TestWhoSees(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		c, err := w.Draft(ctx, w.owner, w.draft())
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Draft(ctx, w.owner, c); err != nil || again.ID != c.ID {
			t.Error("the form sent twice:", err)
		}
		if _, err := w.Show(ctx, w.unitOfficer, c.ID); fault.Of(err) != fault.Missing && fault.Of(err) != fault.Denied {
			t.Error("a draft is seen below:", err)
		}
		if _, err := w.Draft(ctx, w.unitOfficer, w.draft()); err == nil {
			t.Error("a district officer ordered for the province")
		}
		if _, err := w.Open(ctx, w.owner, c.ID); err != nil {
			t.Fatal(err)
		}
		if rows, err := w.List(ctx, w.unitOfficer, Query{Find: "hoc tap"}, db.Page{}); err != nil || len(rows.Items) != 1 || rows.Items[0].People != 5 {
			t.Error("an open one is listed below:", rows, err)
		}
		if v, err := w.Obligations(ctx, w.unitOfficer, c.ID, w.base); err != nil || len(v.Dues) != 2 || !v.MayEdit {
			t.Errorf("%+v %v", v, err)
		}
		if _, err := w.Obligations(ctx, w.stranger, c.ID, w.base); fault.Of(err) != fault.Missing {
			t.Error("a neighbour sees the unit:", err)
		}
	})
}

func TestTightenAndOrganise(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		c := w.open(t)
		if err := w.SetDue(ctx, w.unitOfficer, c.ID, Due{Unit: w.district, Level: "grassroots", On: "2018-07-23"}); err != nil {
			t.Error(err)
		}
		if err := w.SetDue(ctx, w.unitOfficer, c.ID, Due{Unit: w.base, Level: "grassroots", On: "2018-07-24"}); fault.Key(err) != "campaign.looser" {
			t.Error("loosened under the district's own deadline:", err)
		}
		d.Read(ctx, func(tx db.Tx) error {
			dues, err := Dues(ctx, tx, c.ID, w.cell)
			if got, _ := Effective(dues, units(dues), "grassroots"); err != nil || got.On != "2018-07-23" {
				t.Error("the tightest counts below:", dues, err)
			}
			return nil
		})
		if err := w.SetDue(ctx, w.owner, c.ID, Due{Unit: w.province, Level: "grassroots", On: "2018-07-20"}); fault.Key(err) != "campaign.is_open" {
			t.Error("the order itself was changed:", err)
		}
		if err := w.SetDue(ctx, w.unitOfficer, c.ID, Due{Unit: w.district, Level: "grassroots"}); err != nil {
			t.Error("taking one's own away:", err)
		}
		if err := w.Organise(ctx, w.unitOfficer, c.ID, w.base, false, w.cell); fault.Key(err) != "campaign.join_whom" {
			t.Error("joined a unit below:", err)
		}
		if err := w.Organise(ctx, w.unitOfficer, c.ID, w.base, false, w.district); err != nil {
			t.Error(err)
		}
		if v, err := w.Obligations(ctx, w.unitOfficer, c.ID, w.base); err != nil || v.Unit.SelfOrganised || v.Joins == "" {
			t.Errorf("%+v %v", v.Unit, err)
		}
		if got, err := w.Close(ctx, w.owner, c.ID); err != nil || got.State != "closed" {
			t.Error(got, err)
		}
		if err := w.SetDue(ctx, w.unitOfficer, c.ID, Due{Unit: w.district, Level: "grassroots", On: "2018-07-23"}); fault.Key(err) != "campaign.not_open" {
			t.Error("changed after closing:", err)
		}
	})
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Mẫu", true }}
	h := site.Handler(w.Routes(), http.NotFoundHandler())
	c := w.open(t)
	key := id.New().String()
	form := func(change func(url.Values)) string {
		v := url.Values{"id": {key}, "unit": {w.province.String()}, "title": {"Đợt hai"}, "starts_on": {"26/06/2018"}, "rounding": {"truncate"}, "documents": {w.doc.String()},
			"filter": {"key_cadre", "member"}, "audience": {"Chủ chốt", "Đảng viên"}, "take_1": {"1"}, "rate_1": {"90"}, "level": {"district", "grassroots"}, "due_district": {"2018-07-20"}, "inclusive_district": {"0"}}
		change(v)
		return v.Encode()
	}
	unit := "/campaigns/" + c.ID.String() + "/units/" + w.district.String()
	for _, x := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"the list", w.owner, "GET", "/campaigns", "", 200, "Học tập nghị quyết"},
		{"found without marks", w.owner, "GET", "/campaigns?q=hoc+tap+nghi+quyet&state=open", "", 200, "Học tập nghị quyết"},
		{"not found", w.owner, "GET", "/campaigns?q=khong+co", "", 200, "Không có đợt học tập nào phù hợp"},
		{"a search that is no text", w.owner, "GET", "/campaigns?q=%ff", "", 422, ""},
		{"a cursor that is none", w.owner, "GET", "/campaigns?after=%00x", "", 422, ""},
		{"an empty form", w.owner, "GET", "/campaigns/new", "", 200, "26-NQ/TW"},
		{"with the usual deadlines", w.owner, "GET", "/campaigns/new", "", 200, "xong trong ngày 24/07/2018; có 24 ngày"},
		{"a form for a unit of others", w.unitOfficer, "GET", "/campaigns/new?unit=" + w.province.String(), "", 403, ""},
		{"levels for another first day", w.owner, "POST", "/campaigns", form(func(v url.Values) { v.Set("do", "refresh"); v.Set("starts_on", "2026-01-05") }), 200, "Đảng ủy xã, phường, đặc khu"},
		{"an id that is none", w.owner, "GET", "/campaigns/xyz/edit", "", 404, ""},
		{"an id of nothing", w.owner, "GET", "/campaigns/" + id.New().String() + "/open", "", 404, ""},
		{"over-long", w.owner, "POST", "/campaigns", form(func(v url.Values) { v.Set("id", id.New().String()); v.Set("title", strings.Repeat("x", 301)) }), 422, "Dài quá 300"},
		{"a document that is not there", w.owner, "POST", "/campaigns", form(func(v url.Values) { v.Set("id", id.New().String()); v.Set("documents", id.New().String()) }), 422, "không còn trong sổ"},
		{"a draft", w.owner, "POST", "/campaigns", form(func(url.Values) {}), 303, ""},
		{"the same draft again", w.owner, "POST", "/campaigns", form(func(url.Values) {}), 303, ""},
		{"without a deadline", w.owner, "POST", "/campaigns", form(func(v url.Values) { v.Set("id", id.New().String()); v.Del("due_district") }), 422, "Đặt hạn cho ít nhất một cấp"},
		{"without an audience", w.owner, "POST", "/campaigns", form(func(v url.Values) { v.Set("id", id.New().String()); v.Del("take_1") }), 422, "đối tượng tính từng người"},
		{"a day that is none", w.owner, "POST", "/campaigns", form(func(v url.Values) { v.Set("starts_on", "31/02/2018") }), 422, "Xin ghi ngày"},
		{"the review", w.owner, "GET", "/campaigns/" + key + "/open", "", 200, "Xem lại trước khi mở"},
		{"opening", w.owner, "POST", "/campaigns/" + key + "/open", "", 303, ""},
		{"a unit's page", w.unitOfficer, "GET", unit + "/orders", "", 200, "trước 20/07/2018"},
		{"a unit's page for a neighbour", w.stranger, "GET", unit + "/orders", "", 404, ""},
		{"a looser deadline is refused in place", w.unitOfficer, "POST", unit + "/due", "level=grassroots&inclusive=0&due_grassroots=2018-07-30", 422, "Muộn nhất: xong trong ngày 24/07/2018"},
		{"what was typed stays", w.unitOfficer, "POST", unit + "/due", "level=grassroots&inclusive=0&due_grassroots=2018-07-30", 422, `value="2018-07-30"`},
		{"a level without a deadline", w.unitOfficer, "POST", unit + "/due", "level=cell&inclusive=0&due_cell=2018-07-20", 422, ""},
		{"joining nobody", w.unitOfficer, "POST", unit + "/organise", "self=0", 422, "Xin chọn một mục"},
		{"joining a stranger", w.unitOfficer, "POST", unit + "/organise", "self=0&joins=" + w.commune.String(), 422, "cùng dự hội nghị"},
		{"a deadline for a neighbour", w.stranger, "POST", unit + "/due", "level=grassroots&inclusive=0&due_grassroots=2018-07-22", 404, ""},
		{"editing what is open", w.owner, "POST", "/campaigns/" + key, form(func(url.Values) {}), 409, ""},
		{"a tighter one", w.unitOfficer, "POST", unit + "/due", "level=grassroots&inclusive=0&due_grassroots=2018-07-22", 303, ""},
		{"by API", w.owner, "POST", "/api/v1/campaigns", fmt.Sprintf(`{"unit":%q,"title":"X","starts_on":"2018-06-26","documents":[%q],"audiences":[{"id":"","name":"A","filter":"member","counted":"person","min_rate":0,"need_essay":false}],"dues":[{"unit":"","level":"district","on":"2018-07-20","inclusive":false}]}`, w.province, w.doc), 200, `"state":"draft"`},
		{"by API looser", w.unitOfficer, "PUT", "/api/v1" + unit + "/due", `{"level":"grassroots","on":"2018-08-01","inclusive":false}`, 422, "campaign.looser"},
	} {
		who = x.who
		r := httptest.NewRequest(x.method, "http://localhost"+x.path, strings.NewReader(x.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(x.path, "/api/") {
			r.Header.Set("Content-Type", "application/json")
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != x.status || !strings.Contains(rec.Body.String(), x.has) {
			t.Errorf("%s: %d, want %d with %q: %.500s", x.name, rec.Code, x.status, x.has, rec.Body)
		}
	}
}
