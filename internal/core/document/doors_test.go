package document

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// house serves the room; the header "As" says who knocks.
func (w *world) house() http.Handler {
	people := map[string]access.Actor{"officer": w.officer, "district": w.district, "member": w.member, "stranger": w.stranger}
	site := &web.Site{Now: w.Now, Version: "test", Name: func(*http.Request) (string, bool) { return "Thành ủy Hải Phòng", true },
		Nav:   []web.Nav{{Key: "document.list", Href: "/documents", Icon: "file", Need: access.DocumentRead}},
		WhoIs: func(r *http.Request) (access.Actor, error) { return people[r.Header.Get("As")], nil }}
	return site.Handler(w.Routes(), ui.Static())
}

type knock struct {
	who, method, path string
	body, mime        string
	status            int
	has, hasNot       string
}

func (k knock) at(h http.Handler) (*httptest.ResponseRecorder, string) {
	r := httptest.NewRequest(k.method, k.path, strings.NewReader(k.body))
	r.Header.Set("As", k.who)
	if k.mime != "" {
		r.Header.Set("Content-Type", k.mime)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec, rec.Body.String()
}

const formType = "application/x-www-form-urlencoded"

func multi(fields map[string]string, name string, data []byte) (body, mime string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range fields {
		m.WriteField(k, v)
	}
	if name != "" {
		f, _ := m.CreateFormFile("file", name)
		f.Write(data)
	}
	m.Close()
	return b.String(), m.FormDataContentType()
}

func TestDoors(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	resolution, plan := w.haiphong()
	h := w.house()
	at, api := "/documents/"+plan.ID.String(), "/api/v1/documents/"+plan.ID.String()
	form := func(change ...string) string {
		v := url.Values{"id": {id.New().String()}, "unit": {w.city.String()}, "number": {"7-KH/TU"}, "issued_on": {"2018-07-02"}, "issuer": {w.city.String()},
			"title": {"Kế hoạch <mới>"}, "targets": {resolution.ID.String()}, "part_kind": {"task_year", "survey"}, "part_title": {"", ""},
			"part_marker": {"", "hơn"}, "part_amount": {"1.200", ""}, "do": {"save"}}
		for i := 0; i+1 < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v.Encode()
	}
	twice := form("number", "9-KH/TU")
	small, smallType := multi(map[string]string{"id": id.New().String()}, "kế hoạch.txt", []byte("Nội dung"))
	stamped, stampedType := multi(map[string]string{"id": id.New().String()}, "a.txt", []byte("TỐI MẬT\n"))
	big, bigType := multi(map[string]string{"id": id.New().String()}, "a.txt", bytes.Repeat([]byte("a"), 3<<20))
	none, noneType := multi(map[string]string{"id": id.New().String()}, "", nil)
	apiFile, jsonType := api+"/files/"+id.New().String(), "application/json"
	for i, k := range []knock{
		{"", "GET", "/documents", "", "", 303, "", "91-KH"},
		{"officer", "GET", "/documents", "", "", 200, "Kế hoạch số 91-KH/TU", "document."},
		{"officer", "GET", "/documents?q=sap+xep&kind=resolution&year=2017", "", "", 200, "18-NQ/TW", "91-KH/TU</a>"},
		{"officer", "GET", "/documents?q=khong+co", "", "", 200, "Không có văn bản nào khớp", ""},
		{"stranger", "GET", "/documents", "", "", 200, "Chưa có văn bản nào", "91-KH"},
		{"officer", "GET", "/documents?year=20x7", "", "", 422, "", ""},
		{"officer", "GET", "/documents?q=%00", "", "", 422, "", ""},
		{"officer", "GET", "/documents?after=%FF%00x", "", "", 422, "", ""},
		{"officer", "GET", "/documents?limit=-99999999999999999999&target=x", "", "", 404, "", ""},
		{"officer", "GET", "/documents.csv?q=91-kh", "", "", 200, "91-KH/TU", ""},
		{"officer", "GET", "/documents.xlsx", "", "", 200, "PK", ""},
		{"officer", "GET", at, "", "", 200, "48 nhiệm vụ", "document."},
		{"officer", "GET", at, "", "", 200, "Quận ủy, huyện ủy: 15/15", ""},
		{"officer", "GET", at, "", "", 200, "Sở, ngành, đoàn thể cấp tỉnh: 20/20", "style="},
		{"officer", "GET", at, "", "", 200, "hơn 300", ""},
		{"district", "GET", at, "", "", 200, "đồng chí xem được 5", at + "/edit"},
		{"member", "GET", at, "", "", 200, "91-KH/TU", "enctype"},
		{"stranger", "GET", at, "", "", 404, "", "91-KH"},
		{"officer", "GET", "/documents/0000000000000", "", "", 404, "", ""},
		{"officer", "GET", "/documents/%F0%9F%92%A9", "", "", 404, "", ""},
		{"officer", "GET", "/documents/new", "", "", 200, "18-NQ/TW", "document."},
		{"officer", "GET", "/documents/new?target=" + plan.ID.String(), "", "", 200, `value="` + plan.ID.String() + `" checked`, ""},
		{"officer", "GET", "/documents/new?unit=zz", "", "", 404, "", ""},
		{"member", "GET", "/documents/new", "", "", 403, "", ""},
		{"officer", "POST", "/documents", form(), formType, 303, "", ""},
		{"officer", "POST", "/documents", form(), formType, 409, "Mở văn bản đã đăng ký", ""},
		{"officer", "POST", "/documents", twice, formType, 303, "", ""},
		{"officer", "POST", "/documents", twice, formType, 303, "", ""},
		{"officer", "GET", "/documents?q=ke+hoach+moi", "", "", 200, "&lt;mới&gt;", "<mới>"},
		{"officer", "POST", "/documents", form("do", "find", "find", "91-KH", "title", "còn nguyên"), formType, 200, "còn nguyên", "mục cần sửa"},
		{"officer", "POST", "/documents", form("title", ""), formType, 422, "Xin ghi mục này", ""},
		{"officer", "POST", "/documents", form("title", strings.Repeat("a", 1001)), formType, 422, "Dài quá 1000", ""},
		{"officer", "POST", "/documents", form("number", strings.Repeat("9", 61)), formType, 422, "Dài quá 60", ""},
		{"officer", "POST", "/documents", form("issued_on", "hôm qua"), formType, 422, "07/02/2026", ""},
		{"officer", "POST", "/documents", form("issued_on", "2019-01-01"), formType, 422, "không được sau ngày hôm nay", ""},
		{"officer", "POST", "/documents", form("part_amount", "nhiều"), formType, 422, "số nguyên", ""},
		{"officer", "POST", "/documents", form("kind", "'; drop"), formType, 422, "", ""},
		{"officer", "POST", "/documents", form("targets", "xyz"), formType, 422, "", ""},
		{"officer", "POST", "/documents", form("title", "a\x00b"), formType, 422, "", ""},
		{"officer", "POST", "/documents", form("id", "x"), formType, 422, "", ""},
		{"officer", "POST", "/documents", form("unit", id.New().String()), formType, 404, "", ""},
		{"stranger", "POST", "/documents", form(), formType, 404, "", ""},
		{"member", "POST", "/documents", form(), formType, 403, "", ""},
		{"officer", "POST", "/documents", "%zz", formType, 422, "", ""},
		{"officer", "GET", at + "/edit", "", "", 200, "13", ""},
		{"district", "GET", at + "/edit", "", "", 403, "sổ của đơn vị khác", ""},
		{"stranger", "GET", at + "/edit", "", "", 404, "", ""},
		{"officer", "POST", at, form("number", "91-KH/TU", "issued_on", "2018-01-15", "title", "Sửa trích yếu"), formType, 303, "", ""},
		{"officer", "GET", at, "", "", 200, "Sửa trích yếu", ""},
		{"district", "POST", at, form("number", "92-KH/TU"), formType, 403, "", ""},
		{"officer", "POST", at + "/files", small, smallType, 303, "", ""},
		{"officer", "POST", at + "/files", small, smallType, 303, "", ""},
		{"officer", "POST", at + "/files", stamped, stampedType, 422, "Tối mật", ""},
		{"officer", "POST", at + "/files", big, bigType, 422, "lớn quá 1 MB", ""},
		{"officer", "POST", at + "/files", none, noneType, 422, "Xin chọn một tệp", ""},
		{"officer", "POST", at + "/files", "not a form", "multipart/form-data; boundary=x", 422, "", ""},
		{"district", "POST", at + "/files", small, smallType, 403, "", ""},
		{"member", "POST", at + "/files", small, smallType, 403, "", ""},
		{"officer", "GET", at, "", "", 200, "kế hoạch.txt", ""},
		{"officer", "GET", at + "/files/" + id.New().String(), "", "", 404, "", ""},
		{"officer", "POST", at + "/files/x/remove", "", formType, 404, "", ""},

		{"", "GET", api, "", "", 401, "", "91-KH"},
		{"officer", "GET", api, "", "", 200, `"issued":15`, ""},
		{"officer", "GET", api + "/coverage", "", "", 200, `"level":"department"`, ""},
		{"stranger", "GET", api + "/coverage", "", "", 404, "", ""},
		{"officer", "GET", "/api/v1/documents?year=2017", "", "", 200, "18-NQ/TW", "91-KH"},
		{"officer", "GET", "/api/v1/documents?year=17", "", "", 422, "", ""},
		{"officer", "GET", "/api/v1/documents?target=!", "", "", 422, "", ""},
		{"officer", "GET", "/api/v1/documents.csv?q=91-KH", "", "", 200, "91-KH/TU", ""},
		{"officer", "POST", "/api/v1/documents", fmt.Sprintf(`{"unit":%q,"number":"3-CV/TU","issuer_name":"Thành ủy","issued_on":"2018-07-03","title":"Công văn","targets":[%q]}`, w.city, plan.ID), jsonType, 200, `"kind":"letter"`, ""},
		{"officer", "POST", "/api/v1/documents", fmt.Sprintf(`{"unit":%q,"number":"3-CV/TU","issuer_name":"Thành ủy","issued_on":"2018-07-03","title":"Công văn"}`, w.city), jsonType, 409, "đã được đăng ký", ""},
		{"officer", "POST", "/api/v1/documents", `{"unit":"x"}`, jsonType, 422, "", ""},
		{"officer", "POST", "/api/v1/documents", `{`, jsonType, 400, "", ""},
		{"member", "POST", "/api/v1/documents", `{}`, jsonType, 403, "", ""},
		{"officer", "PUT", api + "/targets/" + resolution.ID.String(), "", "", 200, "", ""},
		{"officer", "PUT", "/api/v1/documents/" + resolution.ID.String() + "/targets/" + plan.ID.String(), "", "", 422, "", ""},
		{"officer", "PUT", apiFile + "?name=a.txt", "Nội dung khác", "application/octet-stream", 200, `"size":16`, ""},
		{"officer", "PUT", apiFile + "?name=a.txt", "Nội dung khác", "application/octet-stream", 200, `"size":16`, ""},
		{"officer", "PUT", api + "/files/" + id.New().String() + "?name=a.txt", "MẬT", "application/octet-stream", 422, "file.secret", ""},
		{"officer", "PUT", api + "/files/" + id.New().String() + "?name=a.txt", strings.Repeat("a", 1<<20+5), "application/octet-stream", 422, "file.too_large", ""},
		{"member", "GET", apiFile, "", "", 200, "Nội dung khác", ""},
		{"stranger", "GET", apiFile, "", "", 404, "", ""},
		{"officer", "DELETE", apiFile, "", "", 200, "", ""},
		{"officer", "GET", apiFile, "", "", 404, "", ""},
	} {
		rec, body := k.at(h)
		if rec.Code != k.status || !strings.Contains(body, k.has) || k.hasNot != "" && strings.Contains(body, k.hasNot) {
			t.Errorf("%d: %s %s %s: %d, want %d with %q without %q\n%s", i, k.who, k.method, k.path, rec.Code, k.status, k.has, k.hasNot, cutAt(body, 1500))
		}
	}
}

func cutAt(s string, n int) string { return s[:min(len(s), n)] }

func TestDownload(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	_, plan := w.haiphong()
	f, err := w.Attach(context.Background(), w.officer, File{ID: id.New(), Document: plan.ID, Name: "Kế hoạch 91.html.txt"}, strings.NewReader("chữ"))
	w.must(err)
	for _, path := range []string{filePath(f), "/api/v1" + filePath(f)} {
		rec, body := knock{who: "member", method: "GET", path: path}.at(w.house())
		head := rec.Header()
		if body != "chữ" || head.Get("Content-Type") != "text/plain; charset=utf-8" || head.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(head.Get("Content-Disposition"), "attachment; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch%2091.html.txt") {
			t.Errorf("%s: %q %v", path, body, head)
		}
	}
}

// Nothing that is typed into an address or a form may become our bug.
func FuzzDoors(f *testing.F) {
	f.Add("number", "117-KH/TU", "q")
	f.Add("part_amount", "99999999999999999999", "after")
	f.Add("find", "%_\\", "year")
	w := newWorld(f, dbtest.One(f))
	_, plan := w.haiphong()
	h := w.house()
	f.Fuzz(func(t *testing.T, field, value, query string) {
		v := url.Values{"id": {id.New().String()}, "unit": {w.city.String()}, "issued_on": {"2018-07-02"}, "issuer_name": {"x"}, "title": {"x"}, "kind": {"plan"}}
		v.Set(field, value)
		for _, k := range []knock{
			{who: "officer", method: "POST", path: "/documents", body: v.Encode(), mime: formType},
			{who: "officer", method: "POST", path: "/documents/" + plan.ID.String(), body: v.Encode(), mime: formType},
			{who: "officer", method: "GET", path: "/documents?" + url.Values{query: {value}}.Encode()},
			{who: "officer", method: "GET", path: "/api/v1/documents?" + url.Values{query: {value}}.Encode()},
			{who: "officer", method: "GET", path: "/documents/" + url.PathEscape(value)},
			{who: "officer", method: "GET", path: "/api/v1/documents/" + plan.ID.String() + "/coverage?" + url.Values{"level": {value}}.Encode()},
		} {
			if rec, body := k.at(h); rec.Code >= 500 {
				t.Fatalf("%s %s %q: %d %s", k.method, k.path, k.body, rec.Code, cutAt(body, 500))
			}
		}
		b, _ := json.Marshal(map[string]any{"unit": w.city, "issued_on": "2018-07-02", "issuer_name": "x", field: value})
		if rec, body := (knock{who: "officer", method: "POST", path: "/api/v1/documents", body: string(b), mime: "application/json"}).at(h); rec.Code >= 500 {
			t.Fatalf("%s: %d %s", b, rec.Code, body)
		}
	})
}
