package report

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
	var who access.Actor
	w.heads(t, 283, "")
	h := w.house(&who)
	page, api := to(round, west), "/api/v1"+to(round, west)
	form := func(kv ...string) string {
		v := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	far, long := id.New().String(), strings.Repeat("đ", 20_001)
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"the list", w.western, "GET", "/reports", "", 200, "Học tập các nghị quyết mẫu"},
		{"an empty list says what happens next", w.outside, "GET", "/reports", "", 200, "Chưa có báo cáo nào"},
		{"the list of a foreign state", w.officer, "GET", "/reports?state=sent&q=tay", "", 200, "Không có báo cáo nào như vậy"},
		{"a cursor that is none", w.officer, "GET", "/reports?after=%25", "", 422, ""},
		{"a campaign that is none", w.officer, "GET", "/reports?campaign=abc", "", 404, ""},
		{"the page with both rates", w.western, "GET", page, "", 200, "95,57%"},
		{"the page of another document", w.western, "GET", page + "?document=" + paper2.String(), "", 200, "27-NQ/TW"},
		{"the page of a foreign document", w.western, "GET", page + "?document=" + far, "", 404, ""},
		{"the page for the level above", w.officer, "GET", page, "", 200, "2.909/3.044"},
		{"the page for a stranger", w.outside, "GET", page, "", 404, "Không tìm thấy"},
		{"the page for a neighbour", w.eastern, "GET", page, "", 404, ""},
		{"the page of no unit", w.officer, "GET", to(round, id.New()), "", 404, ""},
		{"the page of no address", w.officer, "GET", "/campaigns/abc/reports/def", "", 404, ""},
		{"the page of one below who owes none", w.officer, "GET", to(round, city), "", 200, "Hoàn tất báo cáo"},
		{"the form of a figure", w.western, "GET", page + "?edit=studied", "", 200, "Sổ cho: 2.909. Số này tính từ sổ"},
		{"the form of nothing", w.western, "GET", page + "?edit=iq", "", 200, ""},
		{"why", w.western, "GET", page + "/why?figure=rate_all", "", 200, "2.909 ÷ 3.044"},
		{"the parts add up to it, by unit", w.western, "GET", page + "/why?figure=rate_all", "", 200, "Cộng từ các đơn vị trực thuộc"},
		{"F1 as newspapers add it up, apart", w.western, "GET", page + "/why?figure=mass_heads", "", 200, "3.192/3.327. Không phải số người"},
		{"why of nothing", w.western, "GET", page + "/why?figure=iq", "", 404, ""},
		{"why for a stranger", w.outside, "GET", page + "/why?figure=studied", "", 404, ""},
		{"why with a cursor that is none", w.western, "GET", page + "/why?figure=studied&after=%25", "", 422, ""},
		{"a figure typed over records", w.western, "POST", page + "/figure", form("code", "studied", "of", paper1.String(), "value", "2910", "marker", "", "reason", "sổ giấy"), 409, "sổ điểm danh của từng hội nghị"},
		{"the same by API", w.western, "POST", api + "/figure", `{"code":"studied","document":"` + paper1.String() + `","value":2910,"reason":"sổ giấy"}`, 409, "sổ điểm danh"},
		{"beside them without ground", w.western, "POST", page + "/declared", form("code", "studied", "of", paper1.String(), "value", "2910", "marker", "gần"), 422, "căn cứ của số khai báo"},
		{"beside them with ground", w.western, "POST", page + "/declared", form("code", "studied", "of", paper1.String(), "value", "2910", "marker", "gần", "reason", "sổ giấy"), 303, ""},
		{"stands in its own column", w.western, "GET", page, "", 200, "gần 2.910"},
		{"beside them by API", w.western, "POST", api + "/declared", `{"code":"studied","document":"` + paper1.String() + `","value":2911,"marker":"hơn","reason":"sổ giấy"}`, 200, `"declared":2911`},
		{"beside no records", w.western, "POST", api + "/declared", `{"code":"programmes","value":1,"reason":"x"}`, 409, "không có sổ"},
		{"a figure that is none keeps what was typed", w.western, "POST", page + "/figure", form("code", "programmes", "value", "hai mươi", "marker", ""), 422, "hai mươi"},
		{"a figure without a number", w.western, "POST", page + "/figure", form("code", "programmes", "value", "", "marker", ""), 422, "Xin ghi mục này"},
		{"letters that are none", w.western, "POST", page + "/figure", "reason=%ff", 422, ""},
		{"a marker nobody knows", w.western, "POST", page + "/figure", form("code", "programmes", "value", "1", "marker", "chắc"), 422, ""},
		{"a declared figure", w.western, "POST", page + "/figure", form("code", "programmes", "value", "1.861", "marker", "hơn"), 303, ""},
		{"the same again", w.western, "POST", page + "/figure", form("code", "programmes", "value", "1.861", "marker", "hơn"), 303, ""},
		{"is printed with its word", w.western, "GET", page, "", 200, "hơn 1.861"},
		{"a figure by a stranger", w.outside, "POST", page + "/figure", form("code", "programmes", "value", "1", "marker", ""), 404, ""},
		{"a figure by a reader", w.leader, "POST", page + "/figure", form("code", "programmes", "value", "1", "marker", ""), 403, ""},
		{"undone by its button", w.western, "POST", page + "/clear?code=programmes", "", 303, ""},
		{"a question that is not open", w.western, "POST", page + "/answer", form("code", "sites_total", "answer", "sum"), 303, ""},
		{"an answer that is none", w.western, "POST", page + "/answer", form("code", "sites_total", "answer", "maybe"), 422, ""},
		{"texts", w.western, "POST", page + "/texts", form("leading", "Chỉ đạo kịp thời"), 303, ""},
		{"a text longer than the field", w.western, "POST", page + "/texts", form("leading", long), 422, "Dài quá 20000"},
		{"the head", w.western, "POST", page + "/head", form("number", "127", "issued_on", "18/07/2018"), 303, ""},
		{"a day that is none", w.western, "POST", page + "/head", form("issued_on", "hôm qua"), 422, "07/02/2026"},
		{"accepted before it is sent", w.officer, "POST", page + "/accept", "version=0", 409, "chờ duyệt"},
		{"sent by a reader", w.leader, "POST", page + "/send", "version=0", 403, ""},
		{"sent", w.western, "POST", page + "/send", "version=0", 303, ""},
		{"sent again by the same form", w.western, "POST", page + "/send", "version=0", 303, ""},
		{"shown to who decides", w.officer, "GET", page, "", 200, "Duyệt báo cáo"},
		{"returned without a remark", w.officer, "POST", page + "/return", "version=1", 422, "cần sửa gì"},
		{"returned by the unit", w.western, "POST", page + "/return", "version=1&remark=x", 403, ""},
		{"returned by API", w.officer, "POST", api + "/return", `{"remark":"thiếu phụ lục","version":1}`, 200, `"state":"returned"`},
		{"says why", w.western, "GET", page, "", 200, "thiếu phụ lục"},
		{"sent by API", w.western, "POST", api + "/send", `{}`, 200, `"version":2`},
		{"accepted", w.officer, "POST", page + "/accept", "version=2", 303, ""},
		{"locked at the page", w.western, "POST", page + "/texts", form("leading", "x"), 409, "đã được duyệt"},
		{"locked at the API", w.western, "POST", api + "/figure", `{"code":"programmes","value":1}`, 409, ""},
		{"shown by API", w.western, "GET", api, "", 200, `"studied"`},
		{"shown by API to a stranger", w.outside, "GET", api, "", 404, ""},
		{"listed by API", w.officer, "GET", "/api/v1/reports?state=accepted", "", 200, `"state":"accepted"`},
		{"explained by API", w.officer, "GET", api + "/why?figure=rate_obliged", "", 200, `"num":2909`},
		{"a text of no section by API", w.eastern, "POST", "/api/v1" + to(round, east) + "/texts", `{"texts":{"poem":"x"}}`, 404, ""},
		{"a figure out of range by API", w.eastern, "POST", "/api/v1" + to(round, east) + "/figure", `{"code":"programmes","value":-1}`, 422, "value"},
		{"an unknown answer by API", w.eastern, "POST", "/api/v1" + to(round, east) + "/answer", `{"code":"studied","answer":"x"}`, 422, ""},
		{"the paper", w.western, "GET", page + "/report.docx", "", 200, ""},
		{"the sheet", w.western, "GET", page + "/appendix.xlsx", "", 200, ""},
		{"the sheet as CSV by API", w.officer, "GET", api + "/appendix.csv", "", 200, ""},
		{"the paper for a stranger", w.outside, "GET", page + "/report.docx", "", 404, ""},
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
			t.Errorf("%s: %d, want %d with %q: %s", c.name, rec.Code, c.status, c.has, tail(rec.Body.String()))
		}
	}
}

func tail(s string) string { return fmt.Sprintf("%.500s", s) }
