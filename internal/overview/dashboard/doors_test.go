package dashboard

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
)

func TestDoors(t *testing.T) {
	d := dbtest.One(t)
	world(t, d)
	who := ""
	h := house(d, func(*http.Request) access.Actor { return actors()[who] })
	page := "/campaigns/" + campaign.String()
	api := "/api/v1" + page + "/overview"
	for _, c := range []struct {
		name, who, path string
		status          int
		has             string
		hasNot          string
	}{
		{"signed out", "", "/", 303, "", ""},
		{"no rights yet", "nobody", "/", 200, "chưa được giao quyền", ""},
		{"administrator", "admin", "/", 200, "Cấp tài khoản", "Quận Đồ Sơn"},
		{"officer", "officer", "/", 200, "Chờ đồng chí xem", ""},
		{"leader", "leader", "/", 200, "84,86%", ""},
		{"unit officer", "unit", "/", 200, "Báo cáo kết quả", "Đồ Sơn"},
		{"secretary", "secretary", "/", 200, "/roll", ""},
		{"secretary as a member", "secretary", "/?as=member", 200, "Mã của tôi", "/roll"},
		{"a role of nobody", "member", "/?as=administrator", 200, "Mã của tôi", "Cấp tài khoản"},
		{"usher", "usher", "/", 200, "/station", ""},
		{"speaker", "speaker", "/", 200, "Trình bày: Những điểm mới", ""},
		{"inspector", "inspector", "/", 200, "Báo cáo mới gửi", ""},
		{"another path is not the first screen", "leader", "/nowhere", 404, "", ""},
		{"the page of a campaign", "leader", page, 200, "95.044/112.000", ""},
		{"says that figures are invented", "leader", page, 200, "Số liệu mẫu", ""},
		{"the why of a figure", "leader", page, 200, "/why?document=" + paper1.String() + "&amp;figure=rate_all", ""},
		{"opened by one level", "leader", page + "?open=" + districtOf(7).String(), 200, "60 đơn vị khác", ""},
		{"narrowed by state", "leader", page + "?state=returned", 200, "Quận Đồ Sơn", ">Huyện An Lão</a></th>"},
		{"narrowed by name", "leader", page + "?q=do+son", 200, "Quận Đồ Sơn", ">Huyện An Lão</a></th>"},
		{"nothing fits", "leader", page + "?q=xyz", 200, "Không có đơn vị nào khớp", ""},
		{"in the unit's eyes", "unit", page, 200, "Huyện Thủy Nguyên", "Đồ Sơn"},
		{"a sibling", "unit", page + "?unit=" + districtOf(5).String(), 404, "", "Đồ Sơn"},
		{"a foreign campaign", "leader", "/campaigns/" + foreign.String(), 404, "", "tỉnh khác"},
		{"a draft leads to its preview", "officer", "/campaigns/" + draft.String(), 303, "", ""},
		{"a draft of others", "leader", "/campaigns/" + draft.String(), 404, "", ""},
		{"a member", "member", page, 403, "", "84,86%"},
		{"signed out", "", page, 303, "", "84,86%"},
		{"no id", "leader", "/campaigns/xyz", 404, "", ""},
		{"no unit", "leader", page + "?unit=xyz", 404, "", ""},
		{"no document", "leader", page + "?document=0", 404, "", ""},
		{"too long a word", "leader", page + "?q=" + strings.Repeat("a", 101), 422, "", ""},
		{"not text", "leader", page + "?q=%ff", 422, "", ""},
		{"a NUL byte", "leader", "/search?q=a%00b", 422, "", ""},
		{"an unknown state is none", "leader", page + "?state=drop", 200, "Quận Đồ Sơn", ""},
		{"the table as csv", "leader", page + "/overview.csv", 200, "Quận Đồ Sơn", ""},
		{"a foreign table", "leader", "/campaigns/" + foreign.String() + "/overview.xlsx", 404, "", ""},
		{"the table as xlsx", "leader", page + "/overview.xlsx", 200, "PK", ""},
		{"search", "leader", "/search?q=" + url.QueryEscape("đồ sơn"), 200, "Quận Đồ Sơn", ""},
		{"search of a unit officer", "unit", "/search?q=do+son", 200, "Không tìm thấy", ">Quận Đồ Sơn<"},
		{"search without words", "leader", "/search", 200, "Tìm không cần dấu", ""},
		{"search signed out", "", "/search?q=a", 303, "", ""},
		{"api", "leader", api, 200, `"members":112000`, ""},
		{"api at a unit", "unit", api + "?unit=" + lowOf(7, 1).String(), 200, `"day":"2018-07-25"`, ""},
		{"api at a sibling", "unit", api + "?unit=" + districtOf(5).String(), 404, "", "Đồ Sơn"},
		{"api without an id", "leader", api + "?document=xyz", 404, "", ""},
		{"api of a member", "member", api, 403, "", ""},
	} {
		who = c.who
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		body := w.Body.String()
		if w.Code != c.status || !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
			t.Errorf("%s: %s answers %d, want %d with %q without %q", c.name, c.path, w.Code, c.status, c.has, c.hasNot)
		}
	}
}

// Every page says the same in English without a missing word.
func TestEnglish(t *testing.T) {
	d := dbtest.One(t)
	world(t, d)
	for name, a := range actors() {
		a.Lang = "en"
		h := house(d, func(*http.Request) access.Actor { return a })
		for _, path := range []string{"/", "/campaigns/" + campaign.String(), "/search?q=mau"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
			if body := w.Body.String(); strings.Contains(body, "dashboard.") || strings.Contains(body, "access.role.") {
				i := strings.Index(body, "dashboard.")
				t.Errorf("%s %s shows a bare key: %q", name, path, body[max(i, 0):min(max(i, 0)+60, len(body))])
			}
		}
	}
}
