package photo

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	h := site.Handler(w.Routes(), http.NotFoundHandler())
	at := "/meetings/" + w.classEast.String() + "/photos"
	p, q, api := id.New().String(), id.New().String(), "/api/v1"+at
	one, other := string(jpg(hall(1, 200), 80)), string(jpg(hall(2, 200), 80))
	up := func(id, kind0, name, data string) string {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		m.WriteField("id", id)
		m.WriteField("kind", kind0)
		m.WriteField("caption", "Hội trường mẫu")
		if data != "" {
			f, _ := m.CreateFormFile("file", name)
			f.Write([]byte(data))
		}
		m.Close()
		b.WriteString("\n" + m.FormDataContentType())
		return b.String()
	}
	for _, c := range []struct {
		say    string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"nothing yet", w.host, "GET", at, "", 200, "Chọn tệp ở trên"},
		{"nothing yet, without a form", w.high, "GET", at, "", 200, "Đơn vị tổ chức gửi sau"},
		{"a stranger", w.west1, "GET", at, "", 404, ""},
		{"a meeting that is none", w.host, "GET", "/meetings/abc/photos", "", 404, ""},
		{"a cursor that is none", w.host, "GET", at + "?after=%25", "", 422, ""},
		{"sent", w.host, "POST", at, up(p, "photo", "anh.jpg", one), 303, ""},
		{"sent twice", w.host, "POST", at, up(p, "photo", "anh.jpg", one), 303, ""},
		{"a name with a NUL", w.host, "POST", at, up(id.New().String(), "photo", "a\x00b.exe.jpg", one), 422, ""},
		{"a name that lies", w.host, "POST", at, up(id.New().String(), "photo", "../../a.exe", one), 422, "Đuôi tệp"},
		{"no file", w.host, "POST", at, up(id.New().String(), "photo", "", ""), 422, "Hội trường mẫu"},
		{"no picture", w.host, "POST", at, up(id.New().String(), "photo", "a.jpg", "chữ"), 422, "Chỉ nhận ảnh"},
		{"no kind", w.host, "POST", at, up(id.New().String(), "x", "a.jpg", one), 422, ""},
		{"a bomb", w.host, "POST", at, up(id.New().String(), "photo", "a.png", string(bomb(20_000, 20_000))), 422, "25 triệu"},
		{"who may not", w.high, "POST", at, up(id.New().String(), "photo", "a.jpg", other), 403, ""},
		{"it is listed", w.high, "GET", at, "", 200, at + "/" + p + "/small"},
		{"its page", w.high, "GET", at + "/" + p, "", 200, "Hội trường mẫu"},
		{"the picture", w.high, "GET", at + "/" + p + "/picture", "", 200, "\xff\xd8\xff"},
		{"the small one", w.high, "GET", at + "/" + p + "/small", "", 200, "\xff\xd8\xff"},
		{"the picture for a stranger", w.west1, "GET", at + "/" + p + "/small", "", 404, ""},
		{"a photograph of another meeting", w.officer, "GET", "/meetings/" + w.classWest.String() + "/photos/" + p, "", 404, ""},
		{"a photograph that is none", w.host, "GET", at + "/abc/picture", "", 404, ""},
		{"by API", w.usher, "PUT", api + "/" + q + "?name=a.jpg&caption=m%E1%BA%ABu", other, 200, `"type":"image/jpeg"`},
		{"by API, NUL in the caption", w.usher, "PUT", api + "/" + id.New().String() + "?name=a.jpg&caption=%00", other, 422, ""},
		{"by API, NUL in the name", w.usher, "PUT", api + "/" + id.New().String() + "?name=%00", other, 422, ""},
		{"by API, nothing", w.usher, "PUT", api + "/" + id.New().String() + "?name=a.jpg", "", 400, ""},
		{"by API, who may not", w.high, "PUT", api + "/" + id.New().String() + "?name=a.jpg", other, 403, ""},
		{"by API, a foreign site", w.usher, "PUT", api + "/" + id.New().String() + "?name=a.jpg&site=" + w.guest.String(), other, 422, ""},
		{"the list by API", w.high, "GET", api, "", 200, `"caption":"mẫu"`},
		{"one by API", w.high, "GET", api + "/" + q, "", 200, `"original"`},
		{"the picture by API", w.high, "GET", api + "/" + q + "/picture", "", 200, "\xff\xd8\xff"},
		{"withdrawn without a reason", w.host, "POST", at + "/" + p + "/withdraw", "why=", 422, "Đề nghị ghi lý do"},
		{"withdrawn", w.host, "POST", at + "/" + p + "/withdraw", "why=G%E1%BB%ADi+nh%E1%BA%A7m", 303, ""},
		{"withdrawn by who may not", w.high, "POST", at + "/" + q + "/withdraw", "why=x", 403, ""},
		{"its reason stands", w.high, "GET", at + "/" + p, "", 200, "Gửi nhầm"},
		{"its picture does not", w.high, "GET", at + "/" + p + "/picture", "", 404, ""},
		{"withdrawn by API", w.usher, "POST", api + "/" + q + "/withdraw", `{"why":"nhầm"}`, 200, ""},
		{"withdrawn by API without a reason", w.usher, "POST", api + "/" + q + "/withdraw", `{"why":""}`, 422, ""},
	} {
		who = c.who
		body, form, multi := strings.Cut(c.body, "\nmultipart/form-data")
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(body))
		switch {
		case multi:
			r.Header.Set("Content-Type", "multipart/form-data"+form)
		case c.method == "PUT":
			r.Header.Set("Content-Type", "application/octet-stream")
		case strings.HasPrefix(c.path, "/api/"):
			r.Header.Set("Content-Type", "application/json")
		default:
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		got := rec.Body.String()
		if rec.Code != c.status || !strings.Contains(got, c.has) {
			t.Errorf("%s: %d, want %d with %q: %.600s", c.say, rec.Code, c.status, c.has, got)
		}
		if strings.HasPrefix(got, "\xff\xd8") && (rec.Header().Get("Content-Type") != "image/jpeg" || rec.Header().Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("%s: %v", c.say, rec.Header())
		}
	}
}
