package audience

import (
	"context"
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

var now = time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)

// world is a province with two communes, each with a cell of two.
type world struct {
	*Service
	province, one, two              id.ID
	officer, unit, stranger, reader access.Actor
}

func as(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit, From: "2018-01-01"}}}
}

func seed(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(now)}, province: id.New(), one: id.New(), two: id.New()}
	cells := []id.ID{id.New(), id.New()}
	units := []org.Unit{{ID: w.province, Level: "province", Code: "P", Name: "Đảng bộ tỉnh Mẫu", Short: "Mẫu"},
		{ID: w.one, Parent: w.province, Level: "commune", Code: "X1", Name: "Đảng bộ xã Mẫu Một", Short: "Một"}, {ID: w.two, Parent: w.province, Level: "commune", Code: "X2", Name: "Đảng bộ xã Mẫu Hai", Short: "Hai"},
		{ID: cells[0], Parent: w.one, Level: "cell", Code: "X1-B1", Name: "Chi bộ Một", Short: "1"}, {ID: cells[1], Parent: w.two, Level: "cell", Code: "X2-B1", Name: "Chi bộ Hai", Short: "2"}}
	var people []person.Person
	for i, cell := range cells {
		people = append(people, person.Person{ID: id.New(), Name: "Đảng viên mẫu", Kind: "official", Position: "Bí thư chi bộ", Unit: cell, Since: "2020-01-01"},
			person.Person{ID: id.New(), Name: "Đảng viên mẫu hai", Kind: []string{"probationary", "civil"}[i], Unit: cell, Since: "2020-01-01"})
	}
	err := d.Write(context.Background(), func(tx db.Tx) error {
		if err := org.AddAll(context.Background(), tx, units, 0, 0); err != nil {
			return err
		}
		return person.AddAll(context.Background(), tx, people, 0, 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.officer, w.unit, w.stranger, w.reader = as(access.Officer, w.province), as(access.UnitOfficer, w.one), as(access.UnitOfficer, w.two), as(access.Leader, w.one)
	return w
}

// An audience is kept by its unit, used below, changed by its owner alone.
func TestSaved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		a := Saved{ID: id.New(), Unit: w.province, Name: "Bí thư của hai xã", Query: Query{Positions: []string{"bí thư"}, Units: []id.ID{w.two, w.one}}}
		made, err := w.Create(ctx, w.officer, a)
		if err != nil || made.Sentence != "mọi người trong danh sách, có chức vụ “bí thư”, của Đảng bộ xã Mẫu Một và Đảng bộ xã Mẫu Hai" {
			t.Fatal(made, err)
		}
		if again, err := w.Create(ctx, w.officer, a); err != nil || again.ID != a.ID {
			t.Error("the form sent twice:", err)
		}
		other := as(access.Officer, w.province)
		if _, err := w.Create(ctx, other, a); fault.Of(err) != fault.Conflict {
			t.Error("somebody else's id:", err)
		}
		if got, err := w.Show(ctx, w.unit, a.ID); err != nil || got.MayEdit {
			t.Error("seen below, not changed:", got, err)
		}
		if _, err := w.Edit(ctx, w.unit, a); fault.Of(err) == fault.Internal || err == nil {
			t.Error("changed from below:", err)
		}
		a.Name, a.Query.Units = "Bí thư xã Một", []id.ID{w.one}
		if got, err := w.Edit(ctx, w.officer, a); err != nil || got.Name != a.Name || len(got.Query.Units) != 1 {
			t.Error(got, err)
		}
		if rows, err := w.List(ctx, w.stranger, "bi thu", db.Page{}); err != nil || len(rows.Items) != 1 {
			t.Error("found without marks:", rows, err)
		}
		for _, c := range []struct {
			name string
			who  access.Actor
			unit id.ID
			q    Query
			want int64
			kind fault.Kind
		}{
			{"in the province", w.officer, w.province, Query{Positions: []string{"bí thư"}}, 2, -1},
			{"in a commune", w.officer, w.one, Query{Kinds: members}, 2, -1},
			{"only whom one sees", w.unit, w.one, Query{}, 2, -1},
			{"not the neighbours", w.unit, w.two, Query{}, 0, fault.Missing},
			{"no sensible question", w.unit, w.one, Query{Kinds: []string{"x"}}, 0, fault.Invalid},
		} {
			n, _, err := w.Count(ctx, c.who, c.unit, c.q)
			if (err == nil) != (c.kind == -1) || err != nil && fault.Of(err) != c.kind || n.People != c.want {
				t.Errorf("%s: %+v %v", c.name, n, err)
			}
		}
		if err := w.Drop(ctx, w.officer, a.ID); err != nil {
			t.Error(err)
		}
		if _, err := w.Show(ctx, w.officer, a.ID); fault.Of(err) != fault.Missing {
			t.Error("it is dropped:", err)
		}
	})
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Mẫu", true }}
	h := site.Handler(w.Routes(), http.NotFoundHandler())
	key := id.New().String()
	form := func(change func(url.Values)) string {
		v := url.Values{"id": {key}, "unit": {w.province.String()}, "name": {"Nhóm một"}, "kinds": {"official"}, "positions": {"Bí thư, ủy viên"}, "codes": {"x1"}}
		change(v)
		return v.Encode()
	}
	for _, c := range []struct {
		name         string
		who          access.Actor
		method, path string
		body         string
		status       int
		has, not     string
	}{
		{"the list, empty", w.officer, "GET", "/audiences", "", 200, "Chưa lập nhóm nào", ""},
		{"ready groups", w.reader, "GET", "/audiences", "", 200, "Báo cáo viên, tuyên truyền viên", "Lấy làm mẫu"},
		{"an empty editor", w.officer, "GET", "/audiences/new", "", 200, "Đảng bộ xã Mẫu Một", ""},
		{"from a ready group", w.officer, "GET", "/audiences/new?from=probationary", "", 200, "đảng viên dự bị", ""},
		{"from one that is none", w.officer, "GET", "/audiences/new?from=xyz", "", 404, "", ""},
		{"for a unit of others", w.unit, "GET", "/audiences/new?unit=" + w.province.String(), "", 404, "", ""},
		{"a reader may not", w.reader, "GET", "/audiences/new", "", 403, "", ""},
		{"the count", w.officer, "POST", "/audiences/count", form(func(url.Values) {}), 200, "của Đảng bộ xã Mẫu Một", "<html"},
		{"a count of nonsense", w.officer, "POST", "/audiences/count", form(func(v url.Values) { v.Set("sex", "x") }), 200, "Chưa đếm được", ""},
		{"a count elsewhere", w.unit, "POST", "/audiences/count", form(func(v url.Values) { v.Set("unit", w.two.String()) }), 404, "", ""},
		{"without JavaScript", w.officer, "POST", "/audiences", form(func(v url.Values) { v.Set("do", "count") }), 200, "có chức vụ “Bí thư” hoặc “ủy viên”", ""},
		{"nothing asked", w.officer, "POST", "/audiences", "id=" + id.New().String() + "&name=x&unit=" + w.province.String(), 422, "Chọn ít nhất một điều kiện", ""},
		{"without a name", w.officer, "POST", "/audiences", form(func(v url.Values) { v.Set("name", "") }), 422, "Xin", ""},
		{"over-long", w.officer, "POST", "/audiences", form(func(v url.Values) { v.Set("name", strings.Repeat("x", 201)) }), 422, "Dài quá 200", ""},
		{"a code that is none", w.officer, "POST", "/audiences", form(func(v url.Values) { v.Set("codes", "X9") }), 422, "Không thấy đơn vị có mã X9", ""},
		{"a code of a neighbour", w.unit, "POST", "/audiences", form(func(v url.Values) { v.Set("unit", w.one.String()); v.Set("codes", "X2") }), 422, "Không thấy đơn vị có mã X2", ""},
		{"heads with names", w.officer, "POST", "/audiences", form(func(v url.Values) { v.Set("groups", "union") }), 422, "bỏ các điều kiện khác", ""},
		{"saved", w.officer, "POST", "/audiences", form(func(url.Values) {}), 303, "", ""},
		{"saved again", w.officer, "POST", "/audiences", form(func(url.Values) {}), 303, "", ""},
		{"the editor of it", w.officer, "GET", "/audiences/" + key, "", 200, `value="Nhóm một"`, ""},
		{"looked at from below", w.unit, "GET", "/audiences/" + key, "", 200, "Nhóm một", "Lưu nhóm"},
		{"an id that is none", w.officer, "GET", "/audiences/xyz", "", 404, "", ""},
		{"changed from below", w.unit, "POST", "/audiences/" + key, form(func(url.Values) {}), 404, "", ""},
		{"by API", w.officer, "POST", "/api/v1/audiences", `{"unit":"` + w.province.String() + `","name":"A","query":{"kinds":["civil"]}}`, 200, `"sentence":"cán bộ, công chức, viên chức ngoài Đảng"`, ""},
		{"by API nonsense", w.officer, "POST", "/api/v1/audiences", `{"unit":"` + w.province.String() + `","name":"A","query":{"kinds":["x"]}}`, 422, "", ""},
		{"count by API", w.officer, "POST", "/api/v1/audiences/count", `{"unit":"` + w.province.String() + `","query":{"kinds":["civil"]}}`, 200, `"people":1`, ""},
		{"ready by API", w.reader, "GET", "/api/v1/audiences/ready", "", 200, `"code":"key_cadre"`, ""},
		{"changed by API", w.officer, "PUT", "/api/v1/audiences/" + key, `{"unit":"` + w.province.String() + `","name":"Nhóm hai","query":{"kinds":["civil"]}}`, 200, `"id":"` + key, ""},
		{"dropped", w.officer, "POST", "/audiences/" + key + "/drop", "", 303, "", ""},
		{"gone", w.officer, "GET", "/audiences/" + key, "", 404, "", ""},
	} {
		who = c.who
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.path, "/api/") {
			r.Header.Set("Content-Type", "application/json")
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		body := rec.Body.String()
		if rec.Code != c.status || !strings.Contains(body, c.has) || c.not != "" && strings.Contains(body, c.not) {
			t.Errorf("%s: %d, want %d with %q without %q: %.600s", c.name, rec.Code, c.status, c.has, c.not, body)
		}
	}
}
