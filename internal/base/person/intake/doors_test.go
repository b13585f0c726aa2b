package intake

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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
	"quantriet/internal/kit/seal"
	"quantriet/internal/ui"
)

var ctx = context.Background()

// house is the three rooms of the base over one database, asked as whoever knocks.
type house struct {
	t            testing.TB
	db           *db.DB
	units        *org.Service
	people       *person.Service
	sheets       *Service
	east, e1, w1 org.Unit
	one          person.Person
	admin, far   access.Actor
	who          access.Actor
	h            http.Handler
}

func open(t testing.TB, d *db.DB) *house {
	t.Helper()
	now := clock.Fixed(clock.Start("2026-02-07").Add(9 * time.Hour))
	h := &house{t: t, db: d, units: &org.Service{DB: d, Now: now}, people: &person.Service{DB: d, Now: now, Seal: seal.Fresh()}}
	h.sheets = &Service{DB: d, Now: now, Units: h.units, People: h.people, Seal: h.people.Seal}
	city := org.Unit{ID: id.New(), Code: "C", Level: "province", Name: "Thành phố mẫu"}
	h.east = org.Unit{ID: id.New(), Code: "E", Level: "commune", Name: "Phường Đông mẫu", Parent: city.ID}
	west := org.Unit{ID: id.New(), Code: "W", Level: "commune", Name: "Phường Tây mẫu", Parent: city.ID}
	h.e1 = org.Unit{ID: id.New(), Code: "E1", Level: "cell", Name: "Chi bộ Đông 1 mẫu", Parent: h.east.ID}
	h.w1 = org.Unit{ID: id.New(), Code: "W1", Level: "cell", Name: "Chi bộ Tây 1 mẫu", Parent: west.ID}
	h.one = person.Person{ID: id.New(), Name: "Đảng viên mẫu 001", MemberNo: "001", Birth: "1970-02-07", Kind: person.Official, Unit: h.e1.ID, Since: "2020-01-01"}
	err := d.Write(ctx, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, []org.Unit{city, h.east, west, h.e1, h.w1}, now.Ms(), 0); err != nil {
			return err
		}
		return person.AddAll(ctx, tx, []person.Person{h.one}, now.Ms(), 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	h.admin, h.far = actor(access.Administrator, h.east.ID), actor(access.Administrator, west.ID)
	h.sheets.Sender = func(_ context.Context, _ db.Tx, account id.ID) (access.Actor, error) {
		for _, a := range []access.Actor{h.admin, h.far} {
			if a.Account == account {
				return a, nil
			}
		}
		return access.Actor{}, fault.Gone()
	}
	site := &web.Site{Now: now, Name: func(*http.Request) (string, bool) { return "Thành phố mẫu", true }, Version: "test",
		Nav:   []web.Nav{{Key: "org.units", Href: "/units", Icon: "tree", Need: access.UnitRead}},
		WhoIs: func(*http.Request) (access.Actor, error) { return h.who, nil }}
	h.h = site.Handler(slices.Concat(h.units.Routes(), h.people.Routes(), h.sheets.Routes()), ui.Static())
	return h
}

func actor(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Người mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit}}}
}

func (h *house) ask(who access.Actor, method, path, mime, body string) *httptest.ResponseRecorder {
	h.who = who
	r := httptest.NewRequestWithContext(ctx, method, "http://localhost"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", mime)
	}
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	return w
}

const (
	formMime = "application/x-www-form-urlencoded"
	jsonMime = "application/json"
)

func TestDoors(t *testing.T) {
	h := open(t, dbtest.One(t))
	leader := actor(access.Leader, h.east.ID)
	u, p, lone := "/units/"+h.e1.ID.String(), "/people/"+h.one.ID.String(), "/units/"+h.lone().ID.String()
	fresh := func() string { return id.New().String() }
	unitForm := func(code, name string) string {
		return url.Values{"id": {fresh()}, "parent": {h.east.ID.String()}, "code": {code}, "level": {"cell"}, "name": {name}}.Encode()
	}
	personForm := func(name, birth string) string {
		return url.Values{"id": {fresh()}, "unit": {h.e1.ID.String()}, "name": {name}, "kind": {"official"}, "birth": {birth}}.Encode()
	}
	long := strings.Repeat("a", 500)
	for _, c := range []struct {
		say    string
		who    access.Actor
		ask    string
		body   string
		status int
		has    string
		hasNot string
	}{
		{"the tree", h.admin, "GET /units", "", 200, "Chi bộ Đông 1 mẫu", "Tây"},
		{"a tree all closed", h.admin, "GET /units?open=", "", 200, "Phường Đông mẫu", "Đông 1"},
		{"a tree with odd ids open", h.admin, "GET /units?open=x.y." + long, "", 200, "Phường Đông mẫu", ""},
		{"search without marks", h.admin, "GET /units?q=chi+bo+dong", "", 200, "Chi bộ Đông 1 mẫu", ""},
		{"search finds nothing", h.admin, "GET /units?q=zzz", "", 200, "Không có tổ chức nào khớp", ""},
		{"search too long", h.admin, "GET /units?q=" + long, "", 422, "", ""},
		{"search that is no text", h.admin, "GET /units?q=%ff%00", "", 422, "", ""},
		{"a cursor nobody made", h.admin, "GET /units?q=chi&after=zz", "", 422, "", ""},
		{"a unit", h.admin, "GET " + u, "", 200, "Chi bộ Đông 1 mẫu", ""},
		{"a unit above shows its name alone", h.admin, "GET /units?under=zzz", "", 404, "", ""},
		{"a unit elsewhere", h.far, "GET " + u, "", 404, "", "Đông"},
		{"an id that is none", h.admin, "GET /units/%00", "", 404, "", ""},
		{"the form", h.admin, "GET /units/new?parent=" + h.east.ID.String(), "", 200, `name="code"`, ""},
		{"the choice of a parent", h.admin, "GET /units/new?q=phuong", "", 200, "Phường Đông mẫu", "Tây"},
		{"a leader gets no form", leader, "GET /units/new", "", 403, "", ""},
		{"a unit is made", h.admin, "POST /units", unitForm("E2", "Chi bộ 2 mẫu"), 303, "", ""},
		{"its code is taken now", h.admin, "POST /units", unitForm("e2", "Chi bộ 3 mẫu"), 409, "Mã này đã có", "Về trang đầu"},
		{"what was typed is kept", h.admin, "POST /units", unitForm("", "Chi bộ 3 mẫu"), 422, "Chi bộ 3 mẫu", ""},
		{"too long a name", h.admin, "POST /units", unitForm("E3", long), 422, "Dài quá", ""},
		{"not under others", h.far, "POST /units", unitForm("E4", "Chi bộ"), 404, "", ""},
		{"edit", h.admin, "GET " + u + "/edit", "", 200, "E1", ""},
		{"save", h.admin, "POST " + u, "code=E1&level=cell&name=Chi+b%E1%BB%99+m%E1%BB%9Bi&position=3", 303, "", ""},
		{"save nonsense", h.admin, "POST " + u, "code=E1&level=vua&name=x&position=abc", 422, "", ""},
		{"a leader does not save", leader, "POST " + u, "code=E1&level=cell&name=x", 403, "", ""},
		{"move, first the parent", h.admin, "GET " + lone + "/move", "", 200, "Bước 1", ""},
		{"a cell with people goes by a reorganisation", h.admin, "GET " + u + "/move", "", 200, "Soạn sự kiện sắp xếp", "Bước 1"},
		{"also at the door that moves", h.admin, "POST " + u + "/move", "parent=" + h.east.ID.String() + "&from=2026-01-01", 409, "sự kiện sắp xếp tổ chức", ""},
		{"move, then the day", h.admin, "GET " + lone + "/move?parent=" + h.east.ID.String(), "", 200, "Từ ngày", ""},
		{"move to where it is", h.admin, "POST " + lone + "/move", "parent=" + h.east.ID.String() + "&from=2026-01-01", 422, "đang trực thuộc", ""},
		{"move on no day", h.admin, "POST " + lone + "/move", "parent=" + h.east.ID.String() + "&from=31/02/2026", 422, "Xin ghi ngày", ""},
		{"a unit with units and people below it goes by a reorganisation", h.admin, "GET /units/" + h.east.ID.String() + "/move", "", 200, "Soạn sự kiện sắp xếp", "Bước 1"},
		{"close with people", h.admin, "POST " + u + "/close", "to=2026-02-07", 409, "1 người", ""},
		{"export", h.admin, "GET /units.csv", "", 200, "Mã tổ chức", "Tây"},
		{"export as a workbook", h.admin, "GET /units.xlsx?level=cell", "", 200, "PK", ""},

		{"the people", h.admin, "GET /people", "", 200, "Đảng viên mẫu 001", ""},
		{"the people of others", h.far, "GET /people", "", 200, "Chưa có ai", "Đảng viên mẫu"},
		{"people by filter", h.admin, "GET /people?kind=official&exempt=any&key=1", "", 200, "Không có ai khớp", ""},
		{"people of a unit out of sight", h.admin, "GET /people?unit=" + h.w1.ID.String(), "", 404, "", ""},
		{"a person", h.admin, "GET " + p, "", 200, "07/02/1970", ""},
		{"a person elsewhere", h.far, "GET " + p, "", 404, "", "Đảng viên mẫu"},
		{"the form of a person", h.admin, "GET /people/new?unit=" + h.e1.ID.String(), "", 200, `name="member_no"`, ""},
		{"a person is made", h.admin, "POST /people", personForm("Đảng viên mẫu 002", "1971"), 303, "", ""},
		{"the same one is asked about", h.admin, "POST /people", personForm("ĐẢNG VIÊN MẪU 002", "1971"), 409, `name="sure"`, ""},
		{"a birth that never was", h.admin, "POST /people", personForm("Đảng viên mẫu 003", "31/02/1970"), 422, "31/02/1970", ""},
		{"edit a person", h.admin, "GET " + p + "/edit", "", 200, "001", ""},
		{"transfer, first the unit", h.admin, "GET " + p + "/move", "", 200, "Bước 1", ""},
		{"transfer out of sight", h.admin, "POST " + p + "/move", "unit=" + h.w1.ID.String() + "&from=2026-02-01", 404, "", ""},
		{"the form of an exemption", h.admin, "GET " + p + "/exempt", "", 200, "Số nghị quyết", ""},
		{"an exemption without reason", h.admin, "POST " + p + "/exempt", "id=" + fresh() + "&kind=exempt&from=2026-01-01", 422, "", ""},
		{"an exemption", h.admin, "POST " + p + "/exempt", "id=" + fresh() + "&kind=exempt&from=2026-01-01&reason=x&resolution=1-NQ&resolved_on=2025-12-20&approver=x", 303, "", ""},
		{"an exemption without an approver", h.admin, "POST " + p + "/exempt", "id=" + fresh() + "&kind=exempt&from=2020-01-01&to=2020-02-01&reason=x&resolution=1-NQ&resolved_on=2019-12-20", 422, `name="approver"`, ""},
		{"nor by the API", h.admin, "POST /api/v1" + p + "/exemptions", `{"kind":"exempt","reason":"x","from":"2020-01-01","to":"2020-02-01","resolution":"1","resolved_on":"2019-12-20","approver":""}`, 422, "approver", ""},
		{"it is seen", h.admin, "GET " + p, "", 200, "1-NQ", ""},
		{"leave ahead of time", h.admin, "POST " + p + "/leave", "last=2030-01-01", 422, "", ""},
		{"export people", h.admin, "GET /people.csv", "", 200, "Số thẻ đảng", ""},

		{"the form of a sheet", h.admin, "GET /import?kind=units", "", 200, "Kiểm tra thử", ""},
		{"a sheet of what", h.admin, "GET /import?kind=kings", "", 404, "", ""},
		{"a sample", h.admin, "GET /import/sample?kind=people", "", 200, "PK", ""},
		{"a sheet that is not there", h.admin, "GET /import/" + fresh(), "", 404, "", ""},
		{"a leader sends none", leader, "GET /import", "", 403, "", ""},

		{"units by the API", h.admin, "GET /api/v1/units?q=dong", "", 200, `"total":1`, ""},
		{"a unit by the API", h.admin, "GET /api/v1" + u, "", 200, `"path":[`, ""},
		{"a unit elsewhere by the API", h.far, "GET /api/v1" + u, "", 404, "", ""},
		{"a bad id by the API", h.admin, "GET /api/v1/units/xyz", "", 422, "", ""},
		{"make by the API", h.admin, "POST /api/v1/units", `{"code":"E9","level":"cell","name":"Chi bộ 9 mẫu","parent":"` + h.east.ID.String() + `"}`, 200, `"E9"`, ""},
		{"nonsense by the API", h.admin, "POST /api/v1/units", `{"code":"","level":"cell","name":"x","parent":"` + h.east.ID.String() + `"}`, 422, "", ""},
		{"people by the API", h.admin, "GET /api/v1/people?limit=1", "", 200, `"next":"`, ""},
		{"a person by the API", h.admin, "GET /api/v1" + p, "", 200, `"exemptions":[{`, ""},
		{"levels by the API", h.admin, "GET /api/v1/levels", "", 200, `"district"`, ""},
	} {
		method, path, _ := strings.Cut(c.ask, " ")
		mime := formMime
		if strings.HasPrefix(path, "/api/") {
			mime = jsonMime
		}
		w := h.ask(c.who, method, path, mime, c.body)
		body := w.Body.String()
		if w.Code != c.status || !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
			t.Errorf("%s: %s answered %d, want %d with %q without %q\n%.600s", c.say, c.ask, w.Code, c.status, c.has, c.hasNot, visible(body))
		}
	}
}

func visible(body string) string {
	if i := strings.Index(body, "<main"); i > 0 {
		return body[i:]
	}
	return body
}

// send posts a sheet as a browser does.
func (h *house) send(who access.Actor, fields map[string]string, name, body string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		m.WriteField(k, v)
	}
	if name != "" {
		f, _ := m.CreateFormFile("file", name)
		f.Write([]byte(body))
	}
	m.Close()
	return h.ask(who, "POST", "/import", m.FormDataContentType(), b.String())
}

const (
	good  = "Số thẻ đảng,Họ và tên,Ngày sinh,Mã chi bộ\n002,Đảng viên mẫu 002,1980,E1\n001,Đảng viên mẫu 001,07/02/1970,E1\n"
	mixed = good + "003,Đảng viên mẫu 003,31/02/1970,E1\n"
)

func TestSheetByPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		key := id.New().String()
		at := "/import/" + key
		fields := map[string]string{"id": key, "kind": "people", "usual": "", "under": ""}
		for range 2 {
			if w := h.send(h.admin, fields, "đảng viên.csv", mixed); w.Code != 303 || w.Header().Get("Location") != at {
				t.Fatalf("send: %d %s", w.Code, visible(w.Body.String()))
			}
		}
		page := h.ask(h.admin, "GET", at, "", "").Body.String()
		for _, want := range []string{"C4", "31/02/1970", "Chỉ nhập 1 dòng đúng"} {
			if !strings.Contains(page, want) {
				t.Errorf("dry run lacks %q", want)
			}
		}
		if w := h.ask(h.far, "GET", at, "", ""); w.Code != 404 {
			t.Errorf("another's sheet: %d", w.Code)
		}
		if w := h.ask(h.admin, "POST", at, formMime, "x=1"); w.Code != 409 {
			t.Errorf("apply with errors: %d", w.Code)
		}
		if w := h.ask(h.admin, "GET", at+"/wrong?as=csv", "", ""); !strings.Contains(w.Body.String(), "003,Đảng viên mẫu 003,31/02/1970,E1") {
			t.Errorf("error sheet: %s", w.Body)
		}
		for range 2 {
			if w := h.ask(h.admin, "POST", at, formMime, "good=1"); w.Code != 303 {
				t.Errorf("apply: %d %s", w.Code, visible(w.Body.String()))
			}
		}
		_, total, err := h.people.List(ctx, h.admin, person.Filter{})
		if err != nil || total != 2 {
			t.Errorf("people: %d %v", total, err)
		}
		if page := h.ask(h.admin, "GET", at, "", "").Body.String(); !strings.Contains(page, "thêm 1, thay đổi 0, bỏ qua 1") {
			t.Errorf("result: %s", visible(page))
		}
		for _, c := range []struct{ say, name, body, want string }{
			{"no file", "", "", "Hãy chọn một tệp"},
			{"no sheet", "a.pdf", "%PDF-1.4", "không phải là bảng tính"},
		} {
			fields["id"] = id.New().String()
			if w := h.send(h.admin, fields, c.name, c.body); w.Code != 422 || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%s: %d %s", c.say, w.Code, visible(w.Body.String()))
			}
		}
		fields["under"] = "ZZ"
		if w := h.send(h.admin, fields, "a.csv", good); w.Code != 422 || !strings.Contains(w.Body.String(), "ZZ") {
			t.Errorf("unknown unit: %d", w.Code)
		}
	})
}

func TestSheetByAPI(t *testing.T) {
	h := open(t, dbtest.One(t))
	send := func(text string) (out answer, code int) {
		b, _ := json.Marshal(map[string]any{"kind": "people", "name": "t.csv", "file": base64.StdEncoding.EncodeToString([]byte(text))})
		w := h.ask(h.admin, "POST", "/api/v1/imports", jsonMime, string(b))
		if err := json.Unmarshal(w.Body.Bytes(), &out); w.Code == 200 && err != nil {
			t.Fatal(err)
		}
		return out, w.Code
	}
	out, code := send(good)
	if code != 200 || out.Count["new"] != 1 || out.Count["same"] != 1 || out.Applied {
		t.Fatalf("%d %+v", code, out)
	}
	w := h.ask(h.admin, "POST", "/api/v1/imports/"+out.ID.String()+"/apply", jsonMime, "{}")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"new":1`) {
		t.Errorf("apply %d %s", w.Code, w.Body)
	}
	out, _ = send(mixed)
	w = h.ask(h.admin, "POST", "/api/v1/imports/"+out.ID.String()+"/apply", jsonMime, "{}")
	if w.Code != 409 || len(out.Rows) == 0 {
		t.Errorf("with errors %d %s", w.Code, w.Body)
	}
	if w := h.ask(h.far, "GET", "/api/v1/imports/"+out.ID.String(), "", ""); w.Code != 404 {
		t.Errorf("another's: %d", w.Code)
	}
	if _, code := send("%PDF"); code != 422 {
		t.Errorf("no sheet: %d", code)
	}
}

func TestSheetWaitsADay(t *testing.T) {
	h := open(t, dbtest.One(t))
	sh := Sheet{ID: id.New(), Kind: People, Name: "t.csv", Size: int64(len(good))}
	if _, err := h.sheets.Check(ctx, h.admin, sh, strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	later := h.sheets.Now().Add(kept + time.Minute)
	h.sheets.Now = clock.Fixed(later)
	if _, err := h.sheets.Show(ctx, h.admin, sh.ID); fault.Of(err) != fault.Missing {
		t.Errorf("after a day: %v", err)
	}
	sh.ID = id.New()
	if _, err := h.sheets.Check(ctx, h.admin, sh, strings.NewReader(good)); err != nil {
		t.Fatal(err)
	}
	var n int64
	h.db.Read(ctx, func(tx db.Tx) (err error) {
		n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from person_import`)
		return err
	})
	if fmt.Sprint(n) != "1" {
		t.Errorf("%d sheets kept", n)
	}
}

// What the page refuses of columns the other door refuses too, and nothing that was said is passed over.
func TestColumnsByLetters(t *testing.T) {
	h := open(t, dbtest.One(t))
	sh := h.sent(headline + "002,Đảng viên mẫu 002,1980,E1,\n")
	for _, c := range []struct {
		say, body string
		want      int
	}{
		{"as they are", `{"columns":{"A":"number","B":"name","C":"birth","D":"code","E":"kind"}}`, 200},
		{"a name in two columns side by side", `{"columns":{"A":"number","B":"name","C":"name","D":"code"}}`, 200},
		{"a key that is none", `{"columns":{"A":"number","B":"name","C":"shoe_size","D":"code"}}`, 422},
		{"a key in columns apart", `{"columns":{"A":"name","B":"number","C":"name","D":"code"}}`, 422},
		{"a letter that is none", `{"columns":{"B":"name","D":"code","7":"birth"}}`, 422},
		{"an encoding that is none", `{"columns":{"B":"name","D":"code"},"legacy":{"B":"utf7"}}`, 422},
		{"an encoding of a column beyond all", `{"columns":{"B":"name","D":"code"},"legacy":{"ZZZ":"vni"}}`, 422},
	} {
		if w := h.ask(h.admin, "PUT", "/api/v1/imports/"+sh.ID.String()+"/columns", jsonMime, c.body); w.Code != c.want {
			t.Errorf("%s: %d %s", c.say, w.Code, w.Body)
		}
	}
}
