package narrative

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/review"
)

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	r := w.send(t, round, one, map[string]string{"causes": causes1 + " " + causes2, "strengths": good})
	w.send(t, round, two, map[string]string{"causes": causes1})
	below := w.wrote(t, one, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"causes": causes1, "lessons": good})
	copied := w.wrote(t, two, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"causes": causes1})
	sixMonths, err := w.review.Begin(ctx, w.who[east], review.Review{ID: id.New(), Unit: east, Kind: "preliminary", From: "2018-01-01", To: "2018-06-30", Head: review.Head{Title: "Báo cáo sáu tháng"}})
	ok(t, err)
	period, same := Of(sixMonths.ID).href()+"/pieces", Of(copied.ID).href()+"/alike"
	ofReview := `{"id":"` + id.New().String() + `","report":"` + below.ID.String() + `","version":1,"part":"lessons","place":"1","into":"proposals"}`
	_, err = w.Work(ctx)
	ok(t, err)
	var who access.Actor
	h := w.house(&who)
	pieces, alike := On(round, east).href()+"/pieces", On(round, two).href()+"/alike"
	form := func(kv ...string) string {
		v := url.Values{"id": {id.New().String()}, "report": {r.Report.ID.String()}, "version": {"1"}, "part": {"causes"}, "place": {"1"}, "into": {"causes"}, "as": {"quote"}}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	api := `{"id":"` + id.New().String() + `","report":"` + r.Report.ID.String() + `","version":1,"part":"strengths","place":"1","into":"strengths"}`
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
	}{
		{"the pieces", w.who[east], "GET", pieces, "", 200, "trùng kỳ thu hoạch vải"},
		{"of one section and unit", w.who[east], "GET", pieces + "?section=strengths&from=" + one.String(), "", 200, "1 đoạn"},
		{"none found", w.who[east], "GET", pieces + "?q=kh%C3%B4ng+h%E1%BB%81+c%C3%B3", "", 200, "Không có đoạn nào như vậy"},
		{"none below", w.who[one], "GET", On(round, one).href() + "/pieces", "", 200, "Chưa có báo cáo nào của cấp dưới"},
		{"no section", w.who[east], "GET", pieces + "?section=poem", "", 422, ""},
		{"a cursor that is none", w.who[east], "GET", pieces + "?after=abc", "", 422, ""},
		{"too long a search", w.who[east], "GET", pieces + "?q=" + strings.Repeat("a", 101), "", 422, ""},
		{"a unit that is none", w.who[east], "GET", pieces + "?from=abc", "", 404, ""},
		{"for a stranger", w.who[strange], "GET", pieces, "", 404, ""},
		{"for a commune", w.who[one], "GET", pieces, "", 404, ""},
		{"no campaign", w.who[east], "GET", "/campaigns/abc/reports/" + east.String() + "/pieces", "", 404, ""},
		{"a quotation", w.who[east], "POST", pieces, form(), 303, ""},
		{"a sentence", w.who[east], "POST", pieces + "?section=causes", form("place", "1.2"), 303, ""},
		{"in own words", w.who[east], "POST", pieces, form("as", "own", "words", "Trùng mùa vụ."), 303, ""},
		{"in no words keeps the form", w.who[east], "POST", pieces, form("as", "own", "words", ""), 422, "Xin ghi mục này"},
		{"into no section", w.who[east], "POST", pieces, form("into", "poem"), 422, ""},
		{"of another version", w.who[east], "POST", pieces, form("version", "9"), 409, "vừa thay đổi"},
		{"letters that are none", w.who[east], "POST", pieces, "words=%ff", 422, ""},
		{"by a stranger", w.who[strange], "POST", pieces, form(), 404, ""},
		{"the report shows its sources", w.who[east], "GET", On(round, east).href(), "", 200, "Nguồn trích"},
		{"and leads to the pieces", w.who[east], "GET", On(round, east).href(), "", 200, pieces},
		{"copies are asked about", w.who[two], "GET", alike, "", 200, "Giống báo cáo của Đảng bộ xã Một"},
		{"above with both sentences", w.who[east], "GET", alike, "", 200, "Xem câu bên kia"},
		{"nothing to ask", w.who[one], "GET", On(round, one).href() + "/alike", "", 200, "Không có câu nào phải hỏi"},
		{"nothing written", w.who[three], "GET", On(round, three).href() + "/alike", "", 200, "Báo cáo chưa có phần lời"},
		{"for a neighbour", w.who[one], "GET", alike, "", 404, ""},
		{"by the other door", w.who[east], "GET", "/api/v1" + pieces + "?section=causes&limit=1", "", 200, `"total":2`},
		{"taken by the other door", w.who[east], "POST", "/api/v1" + pieces, api, 200, `"mark":"T4"`},
		{"refused by the other door", w.who[east], "POST", "/api/v1" + pieces, strings.Replace(api, `"version":1`, `"version":0`, 1), 422, ""},
		{"compared by the other door", w.who[two], "GET", "/api/v1" + alike, "", 200, `"theirs":""`},
		{"what was sent is a lead to those above", w.who[east], "GET", On(round, two).href(), "", 200, "Xem từng câu trước khi kết luận"},
		{"the reviews below", w.who[east], "GET", period, "", 200, below.Title},
		{"of one section", w.who[east], "GET", period + "?section=lessons", "", 200, "1 đoạn"},
		{"of a section that reviews have not", w.who[east], "GET", period + "?section=leading", "", 422, ""},
		{"the reviews for a stranger", w.who[strange], "GET", period, "", 404, ""},
		{"no review", w.who[east], "GET", "/reviews/abc/pieces", "", 404, ""},
		{"a report for a review", w.who[east], "GET", Of(r.Report.ID).href() + "/pieces", "", 404, ""},
		{"a quotation of a review", w.who[east], "POST", period, form("report", below.ID.String()), 303, ""},
		{"of a report into a review", w.who[east], "POST", period, form(), 404, ""},
		{"of a review into a report", w.who[east], "POST", pieces, form("report", below.ID.String()), 404, ""},
		{"into a section that reviews have not", w.who[east], "POST", period, form("report", below.ID.String(), "into", "leading"), 422, ""},
		{"by a stranger into a review", w.who[strange], "POST", period, form("report", below.ID.String()), 404, ""},
		{"the review shows its sources", w.who[east], "GET", Of(sixMonths.ID).href(), "", 200, "Nguồn trích"},
		{"and leads to the pieces below", w.who[east], "GET", Of(sixMonths.ID).href(), "", 200, period},
		{"a copied review is a lead", w.who[east], "GET", Of(copied.ID).href(), "", 200, "Xem từng câu trước khi kết luận"},
		{"its sentences", w.who[east], "GET", same, "", 200, "Xem câu bên kia"},
		{"its sentences for a neighbour", w.who[one], "GET", same, "", 404, ""},
		{"reviews by the other door", w.who[east], "GET", "/api/v1" + period + "?section=causes&limit=1", "", 200, `"total":2`},
		{"a review taken by the other door", w.who[east], "POST", "/api/v1" + period, ofReview, 200, `"mark":"T2"`},
		{"a review taken from none", w.who[east], "POST", "/api/v1" + period, strings.NewReplacer("lessons", "poem", ofReview[7:20], id.New().String()).Replace(ofReview), 409, ""},
		{"reviews compared by the other door", w.who[east], "GET", "/api/v1" + same, "", 200, `"neighbours":1`},
	} {
		who = c.who
		req := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.path, "/api/") {
			req.Header.Set("Content-Type", "application/json")
		}
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.400s", c.name, rec.Code, c.status, c.has, rec.Body)
		}
	}
}
