package honesty

import (
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
)

func TestDoors(t *testing.T) {
	s := seed(t, dbtest.One(t))
	var who access.Actor
	h := house(s, func() access.Actor { return who })
	officer, own, sibling, strange := as(access.Officer, city), as(access.UnitOfficer, base(round1)), as(access.UnitOfficer, base(plain)), as(access.Officer, far)
	page, api := "/campaigns/"+camp.String()+"/honesty", "/api/v1/campaigns/"+camp.String()+"/honesty"
	unit := base(round1).String()
	at := "&at=" + city.String()
	for _, c := range []struct {
		say        string
		who        access.Actor
		do, body   string
		status     int
		want, less string
	}{
		{"the level", officer, "GET " + page, "", 200, "8/12 người", "9/12"},
		{"by time", officer, "GET " + page + "?sort=time&unit=" + city.String(), "", 200, "quá hạn 40 ngày", ""},
		{"sorted by attendance there is none", officer, "GET " + page + "?sort=rate", "", 200, "8/12 người", ""},
		{"a lead in one sentence, with an innocent reading", officer, "GET " + page, "", 200, "10 trong 10 con số khác nhau", ""},
		{"no campaign", officer, "GET /campaigns/x/honesty", "", 404, "", ""},
		{"no unit", officer, "GET " + page + "?unit=x", "", 404, "", ""},
		{"a stranger", strange, "GET " + page, "", 404, "", "Cơ sở"},
		{"the level above is not a unit's", own, "GET " + page + "?unit=" + city.String(), "", 404, "", ""},
		{"its own page names no sibling", own, "GET " + page, "", 200, "không có đơn vị trực thuộc", "mẫu 01"},
		{"API", officer, "GET " + api + "?sort=time", "", 200, `"kind":"overdue"`, ""},
		{"API, wrong sort", officer, "GET " + api + "?sort=rate", "", 422, "", ""},
		{"mark without words", officer, "POST " + page + "/" + unit + "/ends", "state=asked" + at, 422, "Đề nghị ghi câu hỏi", ""},
		{"no state", officer, "POST " + page + "/" + unit + "/ends", "note=a" + at, 422, "", ""},
		{"an unknown check", officer, "POST " + page + "/" + unit + "/rate", "state=seen" + at, 404, "", ""},
		{"too many words", officer, "POST " + page + "/" + unit + "/ends", "state=asked&note=" + strings.Repeat("a", 601) + at, 422, "", ""},
		{"a unit does not mark itself", own, "POST " + page + "/" + unit + "/ends", "state=settled&note=ok" + at, 404, "", ""},
		{"ask", officer, "POST " + page + "/" + unit + "/ends", "state=asked&note=Ước+lượng?" + at, 303, "", ""},
		{"the unit reads it", own, "GET " + page, "", 200, "Ước lượng?", ""},
		{"a sibling does not", sibling, "GET " + page, "", 200, "", "Ước lượng?"},
		{"nor answers", sibling, "POST " + page + "/" + unit + "/ends/answer", "said=x", 404, "", ""},
		{"nor does who asked", officer, "POST " + page + "/" + unit + "/ends/answer", "said=x", 403, "", ""},
		{"an empty answer", own, "POST " + page + "/" + unit + "/ends/answer", "said=", 422, "", ""},
		{"answer", own, "POST " + page + "/" + unit + "/ends/answer", "said=Có+làm+tròn", 303, "", ""},
		{"it is read above", officer, "GET " + page, "", 200, "Có làm tròn", ""},
		{"API settles", officer, "POST " + api + "/" + unit + "/ends", `{"state":"settled","note":"ổn"}`, 200, "settled", ""},
		{"API, after it", own, "POST " + api + "/" + unit + "/ends/answer", `{"said":"nữa"}`, 409, "", ""},
		{"API, no such state", officer, "POST " + api + "/" + unit + "/ends", `{"state":"guilty"}`, 422, "", ""},
		{"API, no such lead", officer, "POST " + api + "/" + base(plain).String() + "/ends", `{"state":"seen"}`, 404, "", ""},
	} {
		who = c.who
		method, target, _ := strings.Cut(c.do, " ")
		r := httptest.NewRequest(method, target, strings.NewReader(c.body))
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.body, "{") {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		body := w.Body.String()
		if w.Code != c.status || !strings.Contains(body, c.want) || c.less != "" && strings.Contains(body, c.less) {
			t.Errorf("%s: %d, want %d with %q without %q", c.say, w.Code, c.status, c.want, c.less)
		}
	}
}
