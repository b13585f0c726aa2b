package review

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	due := w.half(t)
	var who access.Actor
	h := w.house(&who)
	form := func(kv ...string) string {
		v := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	made, own := id.New(), id.New()
	page, api, mine := "/reviews/"+made.String(), "/api/v1/reviews/"+made.String(), "/reviews/"+own.String()
	nobody := "/reviews/" + id.New().String()
	long := strings.Repeat("đ", 20_001)
	of := "/reviews/of?duty=" + due.ID.String() + "&unit=" + east.String()
	texts := form("title", "Báo cáo 6 tháng", "strengths", "Tốt", "shortcomings", "Ít thảo luận", "causes", "Tài liệu muộn", "number", "12-BC/HU", "issued_on", "10/07/2018")
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"an empty list says what happens next", w.eastern, "GET", "/reviews", "", 200, "Chưa có báo cáo nào"},
		{"a state that is none", w.eastern, "GET", "/reviews?state=lost", "", 422, ""},
		{"a cursor that is none", w.eastern, "GET", "/reviews?after=%25", "", 422, ""},
		{"from the duty to the form", w.eastern, "GET", of, "", 200, "01/01/2018 – 30/06/2018"},
		{"for a neighbour", w.western, "GET", of, "", 404, ""},
		{"for a reader", w.leader, "GET", of, "", 403, ""},
		{"of no duty", w.eastern, "GET", "/reviews/of?duty=" + id.New().String() + "&unit=" + east.String(), "", 404, ""},
		{"begun", w.eastern, "POST", "/reviews", form("id", made.String(), "duty", due.ID.String(), "unit", east.String()), 303, ""},
		{"begun by the same form", w.eastern, "POST", "/reviews", form("id", made.String(), "duty", due.ID.String(), "unit", east.String()), 303, ""},
		{"from the duty to what was begun", w.eastern2, "GET", of, "", 303, ""},
		{"the form of an own one", w.eastern, "GET", "/reviews/new", "", 200, "tổng kết"},
		{"an own one without a title keeps what was typed", w.eastern, "POST", "/reviews", form("unit", east.String(), "kind", "final", "title", "", "from", "01/01/2018", "to", "31/12/2018"), 422, "01/01/2018"},
		{"with a title of 201 letters", w.eastern, "POST", "/reviews", form("unit", east.String(), "kind", "final", "title", strings.Repeat("đ", 201), "from", "01/01/2018", "to", "31/12/2018"), 422, "200"},
		{"from no day", w.eastern, "POST", "/reviews", form("unit", east.String(), "kind", "final", "title", "x", "from", "hôm qua", "to", "31/12/2018"), 422, ""},
		{"of a kind that is none", w.eastern, "POST", "/reviews", form("unit", east.String(), "kind", "poem", "title", "x", "from", "01/01/2018", "to", "31/12/2018"), 422, ""},
		{"an own one", w.eastern, "POST", "/reviews", form("id", own.String(), "unit", east.String(), "kind", "final", "title", "Tổng kết", "from", "01/01/2018", "to", "31/12/2018"), 303, ""},
		{"for a foreign unit", w.western, "POST", "/reviews", form("unit", east.String(), "kind", "final", "title", "x", "from", "01/01/2018", "to", "31/12/2018"), 404, ""},
		{"the page with both roundings", w.eastern, "GET", page, "", 200, "95,56%"},
		{"each figure opens to its evidence", w.eastern, "GET", page, "", 200, "/campaigns/" + spring.String() + "/reports/" + east.String() + "/why?document=" + paper1.String() + "&amp;figure=rate_obliged"},
		{"what is declared stands apart", w.eastern, "GET", page, "", 200, "hơn 1.861"},
		{"the page for a neighbour", w.western, "GET", page, "", 404, ""},
		{"the page for a stranger", w.other, "GET", page, "", 404, ""},
		{"the page of nothing", w.eastern, "GET", nobody, "", 404, ""},
		{"the page of no address", w.eastern, "GET", "/reviews/abc", "", 404, ""},
		{"sent too early", w.eastern, "POST", page + "/send", "version=0", 409, ""},
		{"written too long", w.eastern, "POST", page, form("title", "x", "strengths", long), 422, "20000"},
		{"with a day that is none", w.eastern, "POST", page, form("title", "x", "issued_on", "hôm qua"), 422, ""},
		{"in letters that are none", w.eastern, "POST", page, "title=%ff", 422, ""},
		{"by a reader", w.leader, "POST", page, texts, 403, ""},
		{"by a neighbour", w.western, "POST", page, texts, 404, ""},
		{"written", w.eastern, "POST", page, texts, 303, ""},
		{"shows what was written", w.eastern, "GET", page, "", 200, "12-BC/HU"},
		{"accepted before it is sent", w.officer, "POST", page + "/accept", "version=0", 409, ""},
		{"sent", w.eastern, "POST", page + "/send", "version=0", 303, ""},
		{"sent by the same form", w.eastern, "POST", page + "/send", "version=0", 303, ""},
		{"dropped after it was sent", w.eastern, "POST", page + "/drop", "", 409, ""},
		{"locked", w.eastern, "POST", page, texts, 409, ""},
		{"shown to who decides", w.officer, "GET", page, "", 200, "Duyệt báo cáo"},
		{"returned without a remark", w.officer, "POST", page + "/return", "version=1", 422, "cần sửa gì"},
		{"returned by its own unit", w.eastern2, "POST", page + "/return", "version=1&remark=x", 403, ""},
		{"of an old version", w.officer, "POST", page + "/accept", "version=0", 409, ""},
		{"returned by API", w.officer, "POST", api + "/return", `{"remark":"Nêu rõ nguyên nhân","version":1}`, 200, `"state":"returned"`},
		{"says why", w.eastern, "GET", page, "", 200, "Nêu rõ nguyên nhân"},
		{"written by API", w.eastern, "PUT", api, `{"head":{"title":"Báo cáo 6 tháng"},"texts":{"causes":"Tài liệu đến muộn"}}`, 200, "Tài liệu đến muộn"},
		{"a section that is none, by API", w.eastern, "PUT", api, `{"head":{"title":"x"},"texts":{"poem":"x"}}`, 404, ""},
		{"sent by API", w.eastern, "POST", api + "/send", `{}`, 200, `"version":2`},
		{"accepted by API", w.officer, "POST", api + "/accept", `{"version":2}`, 200, `"state":"accepted"`},
		{"asked without a reason", w.eastern, "POST", page + "/ask", "", 422, "lý do sửa đổi"},
		{"asked in letters that are none", w.eastern, "POST", page + "/ask", "why=%ff", 422, ""},
		{"asked at nothing", w.eastern, "POST", nobody + "/ask", "why=x", 404, ""},
		{"the form is there", w.eastern, "GET", page, "", 200, "/ask"},
		{"asked", w.eastern, "POST", page + "/ask", "why=Sót+một+lớp", 303, ""},
		{"the list says so", w.officer, "GET", "/reviews", "", 200, "Đơn vị đề nghị mở lại"},
		{"refused without a reason", w.officer, "POST", page + "/refuse", "version=2", 422, "lý do không mở lại"},
		{"refused by API", w.officer, "POST", api + "/refuse", `{"remark":"Nêu rõ lớp nào","version":2}`, 200, `"state":"refused"`},
		{"the unit reads it", w.eastern, "GET", page, "", 200, "Nêu rõ lớp nào"},
		{"asked by API", w.eastern, "POST", api + "/ask", `{"why":"Lớp học bù ngày 7/7"}`, 200, `"state":"asked"`},
		{"shown to who decides", w.officer, "GET", page, "", 200, "Lớp học bù ngày 7/7"},
		{"opened by its own unit", w.eastern, "POST", page + "/reopen", "version=2&why=x", 403, ""},
		{"opened without a reason", w.officer, "POST", page + "/reopen", "version=2", 422, "lý do sửa đổi"},
		{"opened by the API in letters that are none", w.officer, "POST", api + "/reopen", `{"why":"\u0000"}`, 422, ""},
		{"opened of a draft", w.officer, "POST", "/api/v1/reviews/" + own.String() + "/reopen", `{"why":"x"}`, 409, ""},
		{"locked at the API", w.eastern, "PUT", api, `{"head":{"title":"x"}}`, 409, ""},
		{"the paper", w.eastern, "GET", page + "/review.docx", "", 200, ""},
		{"the paper by API", w.officer, "GET", api + "/review.docx", "", 200, ""},
		{"the paper for a neighbour", w.western, "GET", page + "/review.docx", "", 404, ""},
		{"the list", w.officer, "GET", "/reviews?state=accepted", "", 200, "Báo cáo 6 tháng"},
		{"the list by API", w.officer, "GET", "/api/v1/reviews", "", 200, `"items"`},
		{"begun by API", w.western, "POST", "/api/v1/reviews", `{"duty":"` + due.ID.String() + `","unit":"` + west.String() + `"}`, 200, `"draft"`},
		{"opened", w.officer, "POST", page + "/reopen", "version=2&why=Sót+một+lớp", 303, ""},
		{"sent as an amendment", w.eastern, "POST", api + "/send", `{"version":2}`, 200, `"of":2`},
		{"shows it", w.officer, "GET", page, "", 200, "Bản gửi lần 3"},
		{"dropped", w.eastern, "POST", mine + "/drop", "", 303, ""},
		{"dropped twice", w.eastern, "POST", mine + "/drop", "", 404, ""},
		{"the duty says when it was sent first", w.eastern, "GET", "/duties/" + due.ID.String(), "", 200, "Gửi đúng hạn"},
		{"and is not taken back any more", w.officer, "POST", "/duties/" + due.ID.String() + "/drop", "", 409, ""},
	} {
		who = c.who
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.path, "/api/") {
			r.Header.Set("Content-Type", "application/json")
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %s", c.name, rec.Code, c.status, c.has, fmt.Sprintf("%.400s", rec.Body.String()))
		}
	}
}
