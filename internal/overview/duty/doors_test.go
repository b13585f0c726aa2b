package duty

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
	h := w.house(&who)
	form := func(kv ...string) string {
		v := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	order := func(more ...string) string {
		return form(append([]string{"id", "", "unit", city.String(), "title", "Báo cáo tháng 6", "period", "month", "from", "01/06/2018", "to", "30/06/2018",
			"due_district", "2018-07-20", "due_grassroots", "", "grace", "0", "freeze", "5"}, more...)...)
	}
	made, fresh, request := id.New(), id.New(), id.New()
	page, api := "/duties/"+round.String(), "/api/v1/duties/"+round.String()
	far := id.New().String()
	shut := monthly(city)
	shut.Levels = []Level{{Level: "grassroots", On: "2018-07-10", Freeze: 1}}
	if _, err := w.Order(ctx, w.officer, shut); err != nil {
		t.Fatal(err)
	}
	old := "/duties/" + shut.ID.String()
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"the list", w.eastern, "GET", "/duties", "", 200, "Học tập các nghị quyết mẫu"},
		{"an empty list says what happens next", w.other, "GET", "/duties", "", 200, "Chưa có báo cáo nào phải gửi"},
		{"the digest to be read aloud", w.low1, "GET", "/duties/digest", "", 200, "hạn đến hết 15/07/2018"},
		{"the digest of nobody's business", w.other, "GET", "/duties/digest", "", 200, "không có báo cáo nào phải nhắc"},
		{"a campaign's duty", w.officer, "GET", page, "", 200, "Kém kịp thời trước"},
		{"by timeliness", w.officer, "GET", page + "?sort=time", "", 200, "huyện Đông"},
		{"never by level of attendance", w.officer, "GET", page + "?sort=rate", "", 422, ""},
		{"below a district", w.officer, "GET", page + "?at=" + east.String(), "", 200, "Đảng bộ xã Một"},
		{"its page to be read aloud", w.eastern, "GET", page + "/digest", "", 200, "còn thiếu 2"},
		{"below a neighbour", w.western, "GET", page + "?at=" + east.String(), "", 404, ""},
		{"below a unit that is none", w.officer, "GET", page + "?at=" + far, "", 404, ""},
		{"below rubbish", w.officer, "GET", page + "?at=abc", "", 404, ""},
		{"for a stranger", w.other, "GET", page, "", 404, ""},
		{"of no duty", w.officer, "GET", "/duties/" + far, "", 404, ""},
		{"of no address", w.officer, "GET", "/duties/abc", "", 404, ""},
		{"the form", w.officer, "GET", "/duties/new", "", 200, "Tổ chức cơ sở đảng"},
		{"the form of a foreign unit", w.western, "GET", "/duties/new?unit=" + east.String(), "", 404, ""},
		{"the form for a secretary", w.secretary, "GET", "/duties/new", "", 403, ""},
		{"ordered", w.officer, "POST", "/duties", order("id", made.String()), 303, ""},
		{"ordered again by the same form", w.officer, "POST", "/duties", order("id", made.String()), 303, ""},
		{"ordered under a taken id", as("Khác", access.Officer, city), "POST", "/duties", order("id", made.String()), 409, ""},
		{"without a name keeps what was typed", w.officer, "POST", "/duties", order("title", "", "note", "Nêu rõ vướng mắc"), 422, "Nêu rõ vướng mắc"},
		{"with a name of 201 letters", w.officer, "POST", "/duties", order("title", strings.Repeat("đ", 201)), 422, "200"},
		{"for a week", w.officer, "POST", "/duties", order("period", "week"), 422, ""},
		{"from no day", w.officer, "POST", "/duties", order("from", "hôm qua"), 422, ""},
		{"to a day before", w.officer, "POST", "/duties", order("to", "01/05/2018"), 422, "đứng trước ngày đầu kỳ"},
		{"due on no day", w.officer, "POST", "/duties", order("due_district", "31/02/2018"), 422, ""},
		{"due for nobody", w.officer, "POST", "/duties", order("due_district", ""), 422, "ít nhất một cấp"},
		{"due for a level that is none", w.officer, "POST", "/duties", order("due_planet", "2018-07-20"), 422, ""},
		{"with a grace of a year", w.officer, "POST", "/duties", order("grace", "365"), 422, ""},
		{"with a freeze that is no number", w.officer, "POST", "/duties", order("freeze", "sớm"), 422, ""},
		{"in letters that are none", w.officer, "POST", "/duties", "title=%ff", 422, ""},
		{"for a foreign unit", w.western, "POST", "/duties", order("unit", city.String()), 404, ""},
		{"shown below", w.eastern, "GET", "/duties/" + made.String(), "", 200, "Báo cáo tháng 6"},
		{"grace", w.officer, "POST", page + "/grace", form("grace", "1", "freeze", "1"), 303, ""},
		{"grace without end", w.officer, "POST", page + "/grace", form("grace", "61", "freeze", "1"), 422, ""},
		{"grace by a unit below", w.eastern, "POST", page + "/grace", form("grace", "1", "freeze", "1"), 403, ""},
		{"grace of no campaign", w.officer, "POST", "/duties/" + made.String() + "/grace", form("grace", "1", "freeze", "1"), 404, ""},
		{"a campaign's report is frozen by now", w.low1, "GET", page, "", 200, "ngay ở trang báo cáo"},
		{"a periodic one too", w.low1, "GET", old, "", 200, "Lý do đề nghị mở lại"},
		{"asked without a reason", w.low1, "POST", old + "/reopenings?at=" + base1.String(), form("id", request.String(), "why", ""), 422, ""},
		{"asked", w.low1, "POST", old + "/reopenings?at=" + base1.String(), form("id", request.String(), "why", "Mất điện"), 303, ""},
		{"asked by the same form", w.low1, "POST", old + "/reopenings?at=" + base1.String(), form("id", request.String(), "why", "Mất điện"), 303, ""},
		{"asked for a foreign unit", w.western, "POST", old + "/reopenings?at=" + base1.String(), form("why", "x"), 404, ""},
		{"asked in too many words", w.low1, "POST", old + "/reopenings?at=" + base1.String(), form("why", strings.Repeat("đ", 2001)), 422, ""},
		{"asked for what is not frozen, by API", w.eastern, "POST", api + "/reopenings", `{"unit":"` + east.String() + `","why":"x"}`, 409, "trang báo cáo"},
		{"shown to who decides", w.eastern, "GET", old, "", 200, "Mở lại bảy ngày"},
		{"decided in no way", w.eastern, "POST", old + "/reopenings/" + request.String(), form("verdict", "perhaps"), 422, ""},
		{"refused without a word", w.eastern, "POST", old + "/reopenings/" + request.String(), form("verdict", "refused"), 422, "vì sao không đồng ý"},
		{"decided under another duty", w.eastern, "POST", "/duties/" + made.String() + "/reopenings/" + request.String(), form("verdict", "open"), 404, ""},
		{"decided for nothing", w.eastern, "POST", old + "/reopenings/" + far, form("verdict", "open"), 404, ""},
		{"decided by the API", w.eastern, "POST", "/api/v1" + old + "/reopenings/" + request.String(), `{"open":true}`, 200, `"verdict":"open"`},
		{"decided twice", w.eastern, "POST", old + "/reopenings/" + request.String(), form("verdict", "open"), 409, ""},
		{"listed by API", w.eastern, "GET", "/api/v1/duties", "", 200, `"mine"`},
		{"ordered by API", w.officer, "POST", "/api/v1/duties", `{"id":"` + fresh.String() + `","unit":"` + city.String() + `","title":"Quý II","period":"quarter","from":"2018-04-01","to":"2018-06-30","levels":[{"level":"grassroots","on":"2018-07-25"}]}`, 200, `"quarter"`},
		{"ordered by API from nobody", w.officer, "POST", "/api/v1/duties", `{"unit":"` + city.String() + `","title":"x","period":"quarter","from":"2018-04-01","to":"2018-06-30","levels":[]}`, 422, ""},
		{"shown by API", w.officer, "GET", api + "?sort=missing", "", 200, `"owed":5`},
		{"shown by API to a stranger", w.other, "GET", api, "", 404, ""},
		{"grace by API", w.officer, "PUT", api + "/grace", `{"grace":2,"freeze":0}`, 200, ""},
		{"taken back by a stranger", w.other, "POST", "/duties/" + made.String() + "/drop", "", 404, ""},
		{"taken back", w.officer, "POST", "/duties/" + made.String() + "/drop", "", 303, ""},
		{"taken back twice", w.officer, "POST", "/duties/" + made.String() + "/drop", "", 404, ""},
		{"a campaign is not taken back", w.officer, "POST", page + "/drop", "", 404, ""},
		{"taken back by API", w.officer, "DELETE", "/api/v1/duties/" + fresh.String(), "", 200, ""},
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
