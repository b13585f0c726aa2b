package merit

import (
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

func (w *world) house(who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Fixed(Now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil }, Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	return site.Handler(w.Routes(), http.NotFoundHandler())
}

func form(kv ...string) string {
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v.Encode()
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	var who access.Actor
	h := w.house(&who)
	m, p := id.New(), id.New()
	list, one, mine := at(round), to(m), to(p)
	two, person := Two.String(), People(0).String()
	good := form("id", m.String(), "unit", two, "kind", "criticise", "what", "Chậm ba năm liền.", "evidence", "late_again")
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"the list", w.Eastern, "GET", list + "?unit=" + East.String(), "", 200, "muộn 3 lần"},
		{"the list from home", w.Eastern, "GET", list, "", 200, "Cán bộ chủ chốt vắng"},
		{"the list for a stranger", w.Outside, "GET", list, "", 404, ""},
		{"the list of a foreign unit", w.One, "GET", list + "?unit=" + two, "", 404, ""},
		{"the list of no campaign", w.Eastern, "GET", "/campaigns/abc/merit", "", 404, ""},
		{"the list as a member", w.Member, "GET", list, "", 403, ""},
		{"the form", w.Eastern, "GET", list + "/new?kind=criticise&unit=" + two, "", 200, "Báo cáo muộn 3 lần"},
		{"the form of no kind", w.Eastern, "GET", list + "/new?kind=praise&unit=" + two, "", 422, ""},
		{"the form about a person", w.Eastern, "GET", list + "/new?kind=commend&person=" + person, "", 200, "Làm báo cáo viên"},
		{"the form about nobody", w.Eastern, "GET", list + "/new?kind=commend&person=" + id.New().String(), "", 404, ""},
		{"without evidence", w.Eastern, "POST", list, form("id", m.String(), "unit", two, "kind", "criticise", "what", "Giữ lại chữ này."), 422, "Giữ lại chữ này."},
		{"for nothing", w.Eastern, "POST", list, form("id", m.String(), "unit", two, "kind", "criticise", "evidence", "late_again"), 422, "Xin ghi mục này"},
		{"too long", w.Eastern, "POST", list, form("id", m.String(), "unit", two, "kind", "criticise", "what", strings.Repeat("đ", 1001), "evidence", "late_again"), 422, ""},
		{"letters that are none", w.Eastern, "POST", list, "what=%ff", 422, ""},
		{"at a foreign unit", w.One, "POST", list, good, 404, ""},
		{"a proposal", w.Eastern, "POST", list, good, 303, ""},
		{"the same again", w.Eastern, "POST", list, good, 303, ""},
		{"another's id", w.Eastern2, "POST", list, good, 409, ""},
		{"it is shown", w.Two, "GET", one, "", 200, "Ý kiến của đơn vị, cá nhân được nêu"},
		{"it is not shown to a stranger", w.Outside, "GET", one, "", 404, ""},
		{"nothing by this name", w.Eastern, "GET", to(id.New()), "", 404, ""},
		{"no name", w.Eastern, "GET", "/merits/abc", "", 404, ""},
		{"too early", w.Eastern2, "POST", one + "/decide", form("verdict", "uphold", "reason", "Rõ."), 409, "còn thời gian"},
		{"an empty answer", w.Two, "POST", one + "/answer", form("answer", " "), 422, ""},
		{"the answer", w.Two, "POST", one + "/answer", form("answer", "Mất điện hai ngày."), 303, ""},
		{"no verdict", w.Eastern2, "POST", one + "/decide", form("reason", "Rõ."), 422, ""},
		{"no reason", w.Eastern2, "POST", one + "/decide", form("verdict", "uphold", "reason", ""), 422, ""},
		{"by who proposed", w.Eastern, "POST", one + "/decide", form("verdict", "uphold", "reason", "Rõ."), 403, ""},
		{"by a secretary", w.Two, "POST", one + "/decide", form("verdict", "uphold", "reason", "Rõ."), 403, ""},
		{"the decision", w.Eastern2, "POST", one + "/decide", form("verdict", "uphold", "reason", "Rõ."), 303, ""},
		{"withdrawn too late", w.Eastern, "POST", one + "/withdraw", form("reason", "Thôi."), 409, ""},
		{"the paper", w.Eastern, "GET", list + ".docx", "", 200, "PK"},
		{"the workbook", w.Eastern, "GET", list + ".xlsx?unit=" + East.String(), "", 200, "PK"},
		{"by the other door", w.Eastern, "POST", "/api/v1" + list, `{"id":"` + p.String() + `","person":"` + person + `","kind":"commend","what":"Giỏi.","evidence":["spoke"]}`, 200, `"state":"open"`},
		{"refused by the other door", w.Eastern, "POST", "/api/v1" + list, `{"id":"` + id.New().String() + `","person":"` + person + `","kind":"commend","what":"Giỏi."}`, 422, ""},
		{"shown by the other door", w.Member, "GET", "/api/v1" + mine, "", 200, `"mine":true`},
		{"one's own", w.Member, "GET", "/me/merit", "", 200, "Giỏi."},
		{"one's own by the other door", w.Member, "GET", "/api/v1/me/merit", "", 200, "Giỏi."},
		{"one's own page leads to the own year", w.Member, "GET", mine, "", 200, `<a href="/me/evidence">Làm báo cáo viên`},
		{"answered by the other door", w.Member, "POST", "/api/v1" + mine + "/answer", `{"answer":"Xin cảm ơn."}`, 200, `"answered"`},
		{"decided by the other door", w.Eastern2, "POST", "/api/v1" + mine + "/decide", `{"uphold":false,"reason":"Chưa rõ."}`, 200, `"declined"`},
		{"withdrawn by the other door", w.Eastern, "POST", "/api/v1" + mine + "/withdraw", `{"reason":"x"}`, 409, ""},
		{"the list by the other door", w.Eastern, "GET", "/api/v1" + list, "", 200, `"may_propose":true`},
		{"a file by the other door", w.Eastern, "GET", "/api/v1" + list + ".xlsx", "", 200, "PK"},
	} {
		who = c.who
		req := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.path, "/api/") {
			req.Header.Set("Content-Type", "application/json")
		}
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		r := httptest.NewRecorder()
		h.ServeHTTP(r, req)
		if r.Code != c.status || !strings.Contains(r.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.400s", c.name, r.Code, c.status, c.has, r.Body)
		}
	}
}
