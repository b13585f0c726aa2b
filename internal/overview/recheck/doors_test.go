package recheck

import (
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
	list := w.drawn(t)
	first := list[0]
	mine := member(first.Person)
	form := func(question, value string) string {
		return url.Values{"draw": {first.Draw.String()}, "question": {question}, "value": {value}}.Encode()
	}
	page := "/campaigns/" + round.String() + "/recheck"
	var who access.Actor
	h := w.house(&who)
	for _, c := range []struct {
		says         string
		who          access.Actor
		method, path string
		body         string
		status       int
		has, hasNot  string
	}{
		{"the level above sees the report", w.above, "GET", page, "", 200, "Đảng bộ xã mẫu", "Đảng viên mẫu"},
		{"and how it was drawn", w.above, "GET", page + "?unit=" + commune.String(), "", 200, "mã gốc", "Mã bí mật"},
		{"an outsider does not", w.outside, "GET", page, "", 404, "", "xã mẫu"},
		{"nor is there a draw of no unit", w.above, "GET", page + "?unit=" + id.New().String(), "", 404, "", ""},
		{"nor of rubbish", w.above, "GET", page + "?unit=x", "", 404, "", ""},
		{"a cursor of nobody", w.above, "GET", page + "?after=x", "", 422, "", ""},
		{"a member without a person has none", w.above, "GET", "/me/recheck", "", 403, "", ""},
		{"who was not drawn has nothing to answer", member(1), "GET", "/me/recheck", "", 200, "Không có câu hỏi nào", "Câu 1"},
		{"who was drawn is asked", mine, "GET", "/me/recheck", "", 200, "tại Hội trường mẫu", "Câu 2"},
		{"an answer that cannot be", mine, "POST", "/me/recheck", form("there", "x"), 422, "", ""},
		{"an answer too long", mine, "POST", "/me/recheck", form("there", strings.Repeat("x", 99)), 422, "", ""},
		{"the answer of somebody else", member(1), "POST", "/me/recheck", form("there", "yes"), 404, "", ""},
		{"the first tap", mine, "POST", "/me/recheck", form("there", "yes"), 303, "", ""},
		{"the same form again", mine, "POST", "/me/recheck", form("there", "yes"), 303, "", ""},
		{"another answer", mine, "POST", "/me/recheck", form("there", "no"), 409, "đã trả lời", ""},
		{"the second question", mine, "GET", "/me/recheck", "", 200, "hình thức nào", ""},
		{"the second tap, by API", mine, "POST", "/api/v1/me/recheck", `{"draw":"` + first.Draw.String() + `","question":"form","value":"in_person"}`, 200, `"question":"heard"`, ""},
		{"the third tap", mine, "POST", "/me/recheck", form("heard", "partly"), 303, "", ""},
		{"thanks", mine, "GET", "/me/recheck", "", 200, "Đã ghi nhận", "Câu 3"},
		{"the API lists the same", w.above, "GET", "/api/v1" + page, "", 200, `"state":"drawn"`, "person"},
	} {
		who = c.who
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.body, "{") {
			r.Header.Set("Content-Type", "application/json")
		}
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		if body := out.Body.String(); out.Code != c.status || c.has != "" && !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
			t.Errorf("%s: %d, want %d with %q without %q: %.600s", c.says, out.Code, c.status, c.has, c.hasNot, body)
		}
	}
}
