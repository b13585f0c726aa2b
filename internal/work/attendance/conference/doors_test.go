package conference

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

func posted(list, site id.ID, file string) (body, kind string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	m.WriteField("id", list.String())
	m.WriteField("site", site.String())
	if file != "" {
		part, _ := m.CreateFormFile("file", "zoom.csv")
		fmt.Fprint(part, file)
	}
	m.Close()
	return b.String(), m.FormDataContentType()
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	h := site.Handler(w.Routes(), http.NotFoundHandler())
	m := "/meetings/" + w.meeting.String()
	api, list, other := "/api/v1"+m, id.New(), id.New()
	file, kind := posted(list, w.siteEast, zoom)
	nothing, kindNothing := posted(id.New(), w.siteEast, "")
	torn, kindTorn := posted(id.New(), w.siteEast, "%PDF-1.4")
	foreign, kindForeign := posted(id.New(), w.siteWest, zoom)
	kept, err := w.Bring(context.Background(), w.officer, List{ID: other, Meeting: w.meeting, Site: w.siteWest, Name: "khac"}, []Line{{Name: "Ai đó"}})
	if err != nil {
		t.Fatal(err)
	}
	member := w.member
	member.Grants, member.Person = nil, w.people[0]
	picks := url.Values{"n": {"1", "2", "4", "5"}, "pick_1": {w.people[0].String()}, "pick_2": {"later"}, "pick_4": {"site:" + w.siteEast.String()}, "pick_5": {""}}.Encode()
	at := m + "/online/" + list.String()
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		kind   string
		status int
		has    string
	}{
		{"the page says what to do", w.host, "GET", m + "/online", "", "", 200, "Nhập danh sách từ phần mềm họp"},
		{"a link that is none", w.host, "POST", m + "/sites/" + w.siteEast.String() + "/link", "url=http%3A%2F%2Fx.vn", "", 422, "https://"},
		{"a link", w.host, "POST", m + "/sites/" + w.siteEast.String() + "/link", "url=https%3A%2F%2Fhop.mau.vn%2Fj%2F1&note=123", "", 303, ""},
		{"a link of a neighbour's site", w.host, "POST", m + "/sites/" + w.siteWest.String() + "/link", "url=https%3A%2F%2Fhop.mau.vn", "", 404, ""},
		{"an invited member joins", member, "GET", m + "/online", "", "", 200, "Vào họp tại hop.mau.vn"},
		{"a stranger does not", access.Actor{Account: id.New(), Person: id.New(), Lang: "vi"}, "GET", m + "/online", "", "", 404, ""},
		{"a meeting that is none", w.host, "GET", "/meetings/abc/online", "", "", 404, ""},
		{"a list", w.usher, "POST", m + "/online", file, kind, 303, ""},
		{"the list again", w.usher, "POST", m + "/online", file, kind, 303, ""},
		{"no file", w.usher, "POST", m + "/online", nothing, kindNothing, 422, ""},
		{"no list", w.usher, "POST", m + "/online", torn, kindTorn, 422, ""},
		{"a list of a site that is not theirs", w.usher, "POST", m + "/online", foreign, kindForeign, 404, ""},
		{"the review", w.usher, "GET", at, "", "", 200, "khớp một người"},
		{"a site's device is told apart", w.usher, "GET", at, "", "", 200, "khai 62 người, không tự tính"},
		{"of another's site", w.usher, "GET", m + "/online/" + kept.ID.String(), "", "", 404, ""},
		{"of no list", w.usher, "GET", m + "/online/" + id.New().String(), "", "", 404, ""},
		{"a cursor that is none", w.usher, "GET", at + "?after=%25", "", "", 422, ""},
		{"confirmed", w.usher, "POST", at, picks, "", 303, ""},
		{"confirmed again", w.usher, "POST", at, picks, "", 303, ""},
		{"nothing picked", w.usher, "POST", at, "", "", 422, ""},
		{"a row that is none", w.usher, "POST", at, "n=x", "", 422, ""},
		{"a person that is none", w.usher, "POST", at, "n=2&pick_2=x", "", 422, ""},
		{"it shows", w.usher, "GET", at, "", "", 200, "Đã ghi 1/5"},
		{"undo without why", w.host, "POST", at + "/undo", "", "", 422, ""},
		{"undo", w.host, "POST", at + "/undo", "why=nh%E1%BA%A7m", "", 303, ""},
		{"links by API", member, "GET", api + "/links", "", "", 200, `"url":"https://hop.mau.vn/j/1"`},
		{"a link by API", w.host, "PUT", api + "/sites/" + w.siteEast.String() + "/link", `{"url":"ftp://x.vn"}`, "", 422, ""},
		{"lists by API", w.host, "GET", api + "/lists", "", "", 200, `"name":"zoom.csv"`},
		{"a list by API of nobody", w.host, "POST", api + "/sites/" + w.siteEast.String() + "/lists", `{"name":"x","lines":[]}`, "", 422, ""},
		{"a list by API", w.host, "POST", api + "/sites/" + w.siteEast.String() + "/lists", `{"name":"bbb","lines":[{"name":"Đảng viên mẫu 002"}]}`, "", 200, `"entries":1`},
		{"a review by API", w.host, "GET", api + "/lists/" + list.String() + "?limit=2", "", "", 200, `"verdict":"exact"`},
		{"picks by API", w.host, "POST", api + "/lists/" + list.String() + "/picks", fmt.Sprintf(`[{"n":2,"person":%q}]`, w.people[1]), "", 200, `"recorded":1`},
		{"picks by API as a stranger", w.stranger, "POST", api + "/lists/" + list.String() + "/picks", `[{"n":2}]`, "", 404, ""},
		{"undo by API", w.host, "POST", api + "/lists/" + list.String() + "/undo", `{"why":"x"}`, "", 200, `"undone":1`},
	} {
		who = c.who
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		switch {
		case c.kind != "":
			r.Header.Set("Content-Type", c.kind)
		case strings.HasPrefix(c.path, "/api/"):
			r.Header.Set("Content-Type", "application/json")
		default:
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.700s", c.name, rec.Code, c.status, c.has, rec.Body)
		}
	}
}

func FuzzReadList(f *testing.F) {
	f.Add([]byte(zoom))
	f.Add([]byte("Họ tên;Thời lượng\nA;1:2:3:4:5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, err := ReadList(meetingNow(), "x.csv", bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, l := range lines {
			if l.Name == "" || len([]rune(l.Name)) > 200 || l.Seconds < 0 {
				t.Errorf("%+v", l)
			}
			newRoll(nil, nil).find(l.Name)
		}
	})
}
