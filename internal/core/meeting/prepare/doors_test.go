package prepare

import (
	"bytes"
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

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	h := site.Handler(w.Routes(), http.NotFoundHandler())
	m := "/meetings/" + w.meeting.String()
	east, api := m+"/sites/"+w.siteEast.String(), "/api/v1"+m
	trial := id.New().String()
	var b bytes.Buffer
	up := multipart.NewWriter(&b)
	part, _ := up.CreateFormFile("file", "diem-cau.csv")
	fmt.Fprint(part, sites3)
	up.Close()
	file := up.FormDataContentType()
	lines := url.Values{"lines": {`[{"name":"Xã mẫu 07","capacity":"80"}]`}}.Encode()
	guest := fmt.Sprintf("id=%s&site=%s&guests=", id.New(), w.siteEast)
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"the organiser sees what is open", w.officer, "GET", m + "/sites", "", 200, "Còn 3/3 điểm cầu chưa thử đường truyền"},
		{"filtered", w.officer, "GET", m + "/sites?show=unwatched&q=dong", "", 200, "Điểm cầu Đông"},
		{"nothing found says so", w.officer, "GET", m + "/sites?q=khongco", "", 200, "Không có điểm cầu nào"},
		{"a filter that is none", w.officer, "GET", m + "/sites?show=x", "", 422, ""},
		{"a cursor that is none", w.officer, "GET", m + "/sites?after=%25", "", 422, ""},
		{"too long a search", w.officer, "GET", m + "/sites?q=" + strings.Repeat("a", 101), "", 422, ""},
		{"a meeting that is none", w.officer, "GET", "/meetings/abc/sites", "", 404, ""},
		{"a member below sees them without a form", w.member, "GET", m + "/sites", "", 200, "Điểm cầu Đông"},
		{"a site", w.host, "GET", east, "", 200, "Hội trường, chỗ ngồi"},
		{"a site of another meeting", w.host, "GET", m + "/sites/" + id.New().String(), "", 404, ""},
		{"ticks", w.host, "POST", east + "/ticks", "done=hall&done=sound", 303, ""},
		{"ticks that are none", w.host, "POST", east + "/ticks", "done=xyz", 422, ""},
		{"ticks by whoever only looks", w.member, "POST", east + "/ticks", "done=hall", 403, ""},
		{"a test", w.usher, "POST", east + "/trials", "id=" + trial + "&result=good&at=2018-07-19T07:30", 303, ""},
		{"the same again", w.usher, "POST", east + "/trials", "id=" + trial + "&result=good&at=2018-07-19T07:30", 303, ""},
		{"a test tomorrow", w.usher, "POST", east + "/trials", "id=" + id.New().String() + "&result=good&at=2018-07-20T07:30", 422, "Xin ghi ngày và giờ"},
		{"a test without result", w.usher, "POST", east + "/trials", "id=" + id.New().String(), 422, ""},
		{"mending", w.host, "POST", east, "place=X%C3%A3&monitor=Gi%C3%A1m+s%C3%A1t+m%E1%BA%ABu&capacity=80", 303, ""},
		{"it is shown", w.officer, "GET", m + "/sites", "", 200, "Giám sát mẫu"},
		{"mending in letters that are none", w.host, "POST", east, "place=%ff", 422, ""},
		{"mending too much", w.host, "POST", east, "capacity=-1", 422, ""},
		{"in bulk", w.officer, "POST", m + "/sites/bulk", "what=trial%3Agood&site=" + w.siteWest.String(), 303, ""},
		{"in bulk of nothing", w.officer, "POST", m + "/sites/bulk", "what=trial%3Agood", 422, ""},
		{"in bulk without a deed", w.officer, "POST", m + "/sites/bulk", "site=" + w.siteWest.String(), 422, ""},
		{"in bulk at a neighbour's", w.host, "POST", m + "/sites/bulk", "what=tick%3Ahall&site=" + w.siteWest.String(), 404, ""},
		{"the list changed", w.officer, "POST", m + "/needs", "code=hall&own=Phi%C3%AAn+d%E1%BB%8Bch", 303, ""},
		{"it is asked", w.host, "GET", east, "", 200, "Phiên dịch"},
		{"by a host", w.host, "POST", m + "/needs", "code=hall", 404, ""},
		{"the form of a sheet", w.officer, "GET", m + "/sites/sheet", "", 200, "Sức chứa"},
		{"for a host", w.host, "GET", m + "/sites/sheet", "", 404, ""},
		{"a dry run", w.officer, "POST", m + "/sites/sheet", b.String(), 200, "Không tìm thấy đơn vị"},
		{"a dry run of nothing", w.officer, "POST", m + "/sites/sheet", "", 422, ""},
		{"brought in", w.officer, "POST", m + "/sites/bring", lines, 303, ""},
		{"brought in of nothing", w.officer, "POST", m + "/sites/bring", "lines=x", 422, ""},
		{"delegates", w.member, "GET", m + "/delegates?q=mau+000", "", 200, "Đảng viên mẫu 000"},
		{"delegates of a neighbour", w.stranger, "GET", m + "/delegates?q=mau+000", "", 200, "Chưa có ai"},
		{"moved", w.member, "POST", m + "/delegates/" + w.people[0].String(), "site=" + w.siteWest.String(), 303, ""},
		{"moved to nowhere", w.member, "POST", m + "/delegates/" + w.people[0].String(), "site=" + id.New().String(), 404, ""},
		{"moved by a stranger", w.stranger, "POST", m + "/delegates/" + w.people[0].String(), "site=" + w.siteWest.String(), 404, ""},
		{"shown as moved", w.officer, "GET", m + "/delegates", "", 200, "từ Điểm cầu Đông"},
		{"guests", w.usher, "POST", m + "/guests", guest + "Kh%C3%A1ch+m%E1%BA%ABu+01+-+Ban+m%E1%BA%ABu", 303, ""},
		{"guests of nobody", w.usher, "POST", m + "/guests", guest, 422, "Ghi từ 1 đến 500"},
		{"the list of guests", w.usher, "GET", m + "/guests", "", 200, "Khách mẫu 01"},
		{"not for a secretary", w.member, "GET", m + "/guests", "", 404, ""},
		{"nobody to count", w.usher, "POST", east + "/guests", "id=" + id.New().String(), 409, "đều đã được tính"},
		{"by API", w.officer, "GET", api + "/sites?limit=1", "", 200, `"untried"`},
		{"by API as a stranger to it", w.member, "PUT", api + "/sites/" + w.siteEast.String() + "/ticks", `{"done":[]}`, 403, ""},
		{"ticks by API", w.host, "PUT", api + "/sites/" + w.siteEast.String() + "/ticks", `{"done":["hall"]}`, 200, `"ticked":1`},
		{"a test by API of no result", w.host, "POST", api + "/sites/" + w.siteEast.String() + "/trials", `{"result":"song"}`, 422, ""},
		{"a test by API", w.host, "POST", api + "/sites/" + w.siteEast.String() + "/trials", `{"result":"failed"}`, 200, `"trial":"failed"`},
		{"mending by API", w.host, "PATCH", api + "/sites/" + w.siteEast.String(), `{"name":"Tên khác","place":"x","contact":"","phone":"","monitor":"","monitor_phone":"","capacity":1,"expected":2}`, 200, `"name":"Điểm cầu Đông"`},
		{"rows by API, dry", w.officer, "POST", api + "/sites/sheet?dry=true", `[{"name":"Xã mẫu 09"}]`, 200, `"verdict":"add"`},
		{"a list by API of nothing known", w.officer, "PUT", api + "/needs", `[{"code":"zzz","title":""}]`, 422, ""},
		{"a move by API", w.officer, "PUT", api + "/delegates/" + w.people[1].String(), fmt.Sprintf(`{"site":%q}`, w.siteWest), 200, ""},
		{"guests by API without a name", w.usher, "POST", api + "/sites/" + w.siteEast.String() + "/guests", `[{"name":""}]`, 422, ""},
		{"guests by API", w.usher, "GET", api + "/guests", "", 200, "Khách mẫu 01"},
	} {
		who = c.who
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		switch {
		case strings.HasPrefix(c.path, "/api/"):
			r.Header.Set("Content-Type", "application/json")
		case strings.HasPrefix(c.body, "--"):
			r.Header.Set("Content-Type", file)
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
