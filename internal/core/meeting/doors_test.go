package meeting

import (
	"fmt"
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
	m := w.draft()
	form := func(change func(url.Values)) string {
		v := url.Values{"id": {m.ID.String()}, "campaign": {w.campaign.String()}, "unit": {w.east.String()}, "kind": {"class"}, "mode": {"in_person"},
			"title": {"Lớp học tập"}, "starts": {"2018-07-20T07:30"}, "ends": {"2018-07-20T11:00"}, "documents": {w.doc1.String()}}
		change(v)
		return v.Encode()
	}
	same := func(url.Values) {}
	json := fmt.Sprintf(`{"campaign":%q,"unit":%q,"kind":"class","mode":"in_person","title":"Lớp","starts":%d,"ends":%d,"documents":[%q]}`,
		w.campaign, w.east, m.Starts, m.Ends, w.doc1)
	own := id.New()
	guests := func(host id.ID, inviting bool) string {
		v := url.Values{"id": {id.New().String()}, "unit": {host.String()}, "name": {"Hội trường"}}
		if inviting {
			v.Set("inviting", "1")
		}
		return v.Encode()
	}
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"an empty list says what to do", w.officer, "GET", "/meetings", "", 200, "Chưa có hội nghị nào"},
		{"the form of a campaign", w.officer, "GET", "/meetings/new?campaign=" + w.campaign.String(), "", 200, "Người giám sát tại chỗ"},
		{"without a campaign one is chosen", w.officer, "GET", "/meetings/new", "", 200, "Đợt mẫu"},
		{"a form", w.officer, "POST", "/meetings", form(same), 303, ""},
		{"the form again", w.officer, "POST", "/meetings", form(same), 303, ""},
		{"no title keeps what was typed", w.officer, "POST", "/meetings", form(func(v url.Values) { v.Set("title", ""); v.Set("place", "Nhà văn hóa") }), 422, "Nhà văn hóa"},
		{"a time that is none", w.officer, "POST", "/meetings", form(func(v url.Values) { v.Set("starts", "hôm qua") }), 422, "Xin ghi ngày và giờ"},
		{"a title longer than the field", w.officer, "POST", "/meetings", form(func(v url.Values) { v.Set("title", strings.Repeat("đ", 301)) }), 422, "Dài quá 300"},
		{"letters that are none", w.officer, "POST", "/meetings", "title=%ff", 422, "ký tự"},
		{"by a stranger", w.outsider, "POST", "/meetings", form(func(v url.Values) { v.Set("id", id.New().String()) }), 404, ""},
		{"its page", w.officer, "GET", "/meetings/" + m.ID.String(), "", 200, "Lớp học tập"},
		{"its page for a neighbour", w.outsider, "GET", "/meetings/" + m.ID.String(), "", 404, "Không tìm thấy"},
		{"an address that is none", w.officer, "GET", "/meetings/abc", "", 404, ""},
		{"a cursor that is none", w.officer, "GET", "/meetings?after=%25", "", 422, ""},
		{"the calendar", w.officer, "GET", "/meetings.ics", "", 200, "SUMMARY:Lớp học tập"},
		{"editing", w.officer, "POST", "/meetings/" + m.ID.String(), form(func(v url.Values) { v.Set("title", "Lớp đã đổi") }), 303, ""},
		{"the agenda", w.officer, "POST", "/meetings/" + m.ID.String() + "/agenda", "item_title=A&item_speaker=B&item_level=&item_kind_0=talk&item_minutes_0=30", 303, ""},
		{"an agenda of no kind", w.officer, "POST", "/meetings/" + m.ID.String() + "/agenda", "item_title=A&item_kind_0=song", 422, ""},
		{"held too early", w.officer, "POST", "/meetings/" + m.ID.String() + "/hold", "minutes=x", 409, "chưa bắt đầu"},
		{"by API", w.officer, "POST", "/api/v1/meetings", json, 200, `"state":"planned"`},
		{"by API with nothing", w.officer, "POST", "/api/v1/meetings", "{}", 422, "title"},
		{"by API in no time", w.officer, "POST", "/api/v1/meetings", strings.Replace(json, fmt.Sprint(m.Starts), "-9223372036854775808", 1), 422, "starts"},
		{"by API for an audience that is none", w.officer, "POST", "/api/v1/meetings", strings.Replace(json, "{", `{"audience":"`+id.New().String()+`",`, 1), 422, "audience"},
		{"an agenda with a speaker who is nobody", w.officer, "PUT", "/api/v1/meetings/" + m.ID.String() + "/agenda",
			`[{"id":"","kind":"talk","title":"x","minutes":5,"speaker":"","speaker_person":"` + id.New().String() + `","speaker_level":""}]`, 404, ""},
		{"an agenda of negative minutes", w.officer, "PUT", "/api/v1/meetings/" + m.ID.String() + "/agenda",
			`[{"id":"","kind":"talk","title":"x","minutes":-5,"speaker":"","speaker_person":"","speaker_level":""}]`, 422, "minutes"},
		{"a cell plans its own", w.secretary, "POST", "/meetings", form(func(v url.Values) { v.Set("id", own.String()); v.Set("unit", w.cell.String()) }), 303, ""},
		{"a cell cannot invite a neighbour's people", w.secretary, "POST", "/meetings/" + own.String() + "/sites", guests(w.far, true), 422, "trong phạm vi"},
		{"nor everybody", w.secretary, "POST", "/meetings/" + own.String() + "/sites", guests(w.province, true), 422, "trong phạm vi"},
		{"but may meet in a neighbour's hall", w.secretary, "POST", "/meetings/" + own.String() + "/sites", guests(w.far, false), 303, ""},
		{"by API as a stranger", w.outsider, "POST", "/api/v1/meetings", json, 404, ""},
		{"listed by API", w.officer, "GET", "/api/v1/meetings?q=lop", "", 200, "Lớp đã đổi"},
		{"shown by API to a neighbour", w.outsider, "GET", "/api/v1/meetings/" + m.ID.String(), "", 404, ""},
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
			t.Errorf("%s: %d, want %d with %q: %.600s", c.name, rec.Code, c.status, c.has, rec.Body)
		}
	}
}
