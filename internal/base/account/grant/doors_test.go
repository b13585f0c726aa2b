package grant_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

func form(kv ...string) string {
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	return v.Encode()
}

func TestDoors(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	accounts := map[string]id.ID{"founder": w.founder, "steward": w.steward, "officer": w.officer, "clerk": w.clerk}
	site := &web.Site{Now: w.Now, Name: func(*http.Request) (string, bool) { return "Mẫu", true },
		WhoIs: func(r *http.Request) (access.Actor, error) {
			if a := accounts[r.Header.Get("X-Who")]; a != 0 {
				return w.as(a), nil
			}
			return access.Actor{}, nil
		}}
	srv := site.Handler(w.Routes(), ui.Static())
	clerk, officer := "/accounts/"+w.clerk.String(), w.as(w.officer).Grants[0].ID.String()
	right := func(kv ...string) string {
		return form(append([]string{"grant", id.New().String(), "role", "secretary", "unit", "E11", "from", "07/02/2026"}, kv...)...)
	}
	key, long := id.New().String(), strings.Repeat("â", 600)
	for _, c := range []struct {
		says, who, method, path, body string
		status                        int
		must, mustNot                 string
	}{
		{"nobody", "", "GET", clerk + "/grants/new", "", 303, "", ""},
		{"an officer gives nothing", "officer", "GET", clerk + "/grants/new", "", 403, "", ""},
		{"the form", "steward", "GET", clerk + "/grants/new", "", 200, "Giao quyền cho Người mẫu nhanvien", "Người thiết lập ban đầu"},
		{"an account that is none", "steward", "GET", "/accounts/zzz/grants/new", "", 404, "", ""},
		{"given", "steward", "POST", clerk + "/grants", right(), 303, "", ""},
		{"again", "steward", "POST", clerk + "/grants", right(), 409, "đã có đúng vai trò", ""},
		{"another duty", "steward", "POST", clerk + "/grants", right("role", "operator", "unit", "C"), 409, "Một người không thể vừa vận hành máy", ""},
		{"to oneself", "steward", "POST", "/accounts/" + w.steward.String() + "/grants", right(), 403, "Không ai tự giao quyền cho mình", ""},
		{"a role that is none", "steward", "POST", clerk + "/grants", right("role", "king"), 422, "Xin chọn một vai trò", ""},
		{"days that are none", "steward", "POST", clerk + "/grants", right("from", "hôm qua"), 422, "07/02/2026", ""},
		{"a long unit", "steward", "POST", clerk + "/grants", right("unit", long), 422, "", ""},
		{"a NUL", "steward", "POST", clerk + "/grants", right("unit", "E\x00"), 422, "", ""},
		{"one's rights", "officer", "GET", "/me/rights", "", 200, "được duyệt báo cáo", "zzz"},
		{"to pass on", "officer", "GET", "/grants/" + officer + "/delegate", "", 200, "Phần được ủy quyền", ""},
		{"what is somebody else's", "clerk", "GET", "/grants/" + officer + "/delegate", "", 404, "", ""},
		{"passed on without an end", "officer", "POST", "/grants/" + officer + "/delegate", right("to_whom", "nhanvien", "role", "usher"), 422, "Xin ghi ngày kết thúc", ""},
		{"passed on", "officer", "POST", "/grants/" + officer + "/delegate", right("to_whom", "nhanvien", "role", "usher", "to", "2026-03-01"), 303, "", ""},
		{"who may what", "officer", "GET", "/units/" + w.cell.String() + "/rights", "", 200, "Người mẫu nhanvien", "Thêm chức vụ tại"},
		{"and that alone", "steward", "GET", "/units/" + w.cell.String() + "/rights?need=setting.edit&day=2026-02-07", "", 200, "Người mẫu goc", "Người mẫu nhanvien"},
		{"on a day that is none", "steward", "GET", "/units/" + w.cell.String() + "/rights?day=zzz", "", 422, "", ""},
		{"outside the scope", "officer", "GET", "/units/" + w.west.String() + "/rights", "", 404, "", ""},
		{"a post", "steward", "POST", "/units/" + w.cell.String() + "/posts", form("grant", key, "title", "Bí thư <b>", "role", "secretary"), 303, "", ""},
		{"a post without a title", "steward", "POST", "/units/" + w.cell.String() + "/posts", form("grant", id.New().String(), "title", "", "role", "secretary"), 422, "", ""},
		{"its page", "steward", "GET", "/posts/" + key + "/appoint", "", 200, "chưa có người giữ", "Bí thư <b>"},
		{"nobody by that name", "steward", "POST", "/posts/" + key + "/appoint", form("grant", id.New().String(), "to_whom", "khongcoai", "from", "2026-02-07"), 422, "Không thấy tài khoản", ""},
		{"a holder", "steward", "POST", "/posts/" + key + "/appoint", form("grant", id.New().String(), "to_whom", "canbo", "from", "2026-02-07"), 303, "", ""},
		{"the post ends", "steward", "POST", "/posts/" + key + "/end", form("why", long), 422, "", ""},
		{"handing over is the founder's", "steward", "GET", "/rights/handover", "", 404, "", ""},
		{"what is lacking", "founder", "GET", "/rights/handover", "", 200, "Tạo tài khoản", ""},
		{"not yet", "founder", "POST", "/rights/handover", "", 409, "Chưa bàn giao được", ""},
		{"the founder is told", "founder", "GET", "/rights", "", 200, "Đang thiết lập", ""},
		{"others are not", "steward", "GET", "/rights", "", 200, "", "Đang thiết lập"},
		{"revoked by nobody", "clerk", "POST", "/grants/" + officer + "/revoke", form("why", ""), 404, "", ""},
		{"revoked", "steward", "POST", "/grants/" + officer + "/revoke", form("why", "thôi"), 303, "", ""},
		{"revoked twice", "steward", "POST", "/grants/" + officer + "/revoke", form("why", ""), 404, "", ""},
		{"in JSON", "steward", "GET", "/api/v1/units/" + w.cell.String() + "/rights", "", 200, `"kind":"own"`, ""},
		{"a bad day in JSON", "steward", "GET", "/api/v1/units/" + w.cell.String() + "/rights?day=x", "", 422, "", ""},
		{"given in JSON", "steward", "POST", "/api/v1" + clerk + "/grants", `{"role":"leader","unit":"` + w.ward.String() + `","from":"2026-02-07"}`, 200, `"role":"leader"`, ""},
		{"founder in JSON", "steward", "POST", "/api/v1" + clerk + "/grants", `{"role":"administrator","unit":"` + w.ward.String() + `","from":"2026-02-07"}`, 403, "", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("X-Who", c.who)
		if c.method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if strings.HasPrefix(c.path, "/api/") {
				r.Header.Set("Content-Type", "application/json")
			}
		}
		res := httptest.NewRecorder()
		srv.ServeHTTP(res, r)
		got := res.Body.String()
		if res.Code != c.status || !strings.Contains(got, c.must) || c.mustNot != "" && strings.Contains(got, c.mustNot) {
			t.Errorf("%s: %d, want %d %q\n%.700s", c.says, res.Code, c.status, c.must, got)
		}
	}
}
