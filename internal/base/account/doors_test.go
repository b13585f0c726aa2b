package account

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// site serves the room's doors alone.
func (r *room) site() http.Handler {
	s := &web.Site{Now: r.Now, WhoIs: r.WhoIs, Post: r.Post, Name: func(*http.Request) (string, bool) { return "Đảng bộ mẫu", true }}
	return s.Handler(r.Routes(), ui.Static())
}

// knock sends one request and returns the answer with its body.
func knock(h http.Handler, secret, method, path, body string) (*http.Response, string) {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	switch {
	case strings.HasPrefix(body, "{"):
		req.Header.Set("Content-Type", "application/json")
	case body != "":
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if secret != "" {
		req.AddCookie(&http.Cookie{Name: cookieName, Value: secret})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	b, _ := io.ReadAll(w.Result().Body)
	return w.Result(), string(b)
}

func (r *room) secret(a Account) string {
	r.t.Helper()
	pass, err := r.open(context.Background(), a.ID, Entry{}, false, func(db.Tx) error { return nil })
	r.fine("session", err)
	return pass.Session
}

func form(kv ...string) string {
	v := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v.Encode()
}

func TestDoors(t *testing.T) {
	r := newRoom(t, dbtest.One(t))
	h := r.site()
	root, keeper, officer := r.secret(r.admin), r.secret(r.district), r.secret(r.officer)
	path := "/accounts/" + r.officer.ID.String()
	above := "/accounts/" + r.admin.ID.String()
	fresh := func(kv ...string) string {
		return form(append([]string{"id", id.New().String(), "grant", id.New().String(), "role", "usher", "unit", "HP1C", "from", "2026-11-20"}, kv...)...)
	}
	long, nul := strings.Repeat("a", 5000), "a\x00b"
	for _, row := range []struct {
		says, who, method, path, body string
		status                        int
		has, not                      string
	}{
		{"anybody may sign in", "", "GET", "/sign-in?next=/accounts", "", 200, `value="/accounts"`, ""},
		{"a next address elsewhere is dropped", "", "GET", "/sign-in?next=//evil.example", "", 200, `name="next" value="/"`, ""},
		{"who is in is sent on", root, "GET", "/sign-in?next=/me", "", 303, "", ""},
		{"a wrong password keeps the login", "", "POST", "/sign-in", form("login", "goc", "password", "sai rồi nhé"), 422, `value="goc"`, "sai rồi nhé"},
		{"an unknown login says the same", "", "POST", "/sign-in", form("login", "aiđó", "password", "x"), 422, "Tên đăng nhập hoặc mật khẩu chưa đúng", ""},
		{"a long login", "", "POST", "/sign-in", form("login", long, "password", long), 422, "", ""},
		{"a login with NUL", "", "POST", "/sign-in", form("login", nul, "password", "x"), 422, "", ""},
		{"broken UTF-8", "", "POST", "/sign-in", "login=%ff%fe&password=x", 422, "", ""},
		{"a broken form", "", "POST", "/sign-in", "login=%zz", 422, "", ""},
		{"an empty form", "", "POST", "/sign-in", "", 422, "", ""},
		{"a set-up link that is none", "", "GET", "/setup/abc", "", 404, "khởi động lại chương trình", ""},
		{"posted to", "", "POST", "/setup/abc", form("name", "x"), 404, "khởi động lại chương trình", ""},
		{"a sign-in link that is none", "", "GET", "/link/abc", "", 404, "liên kết mới", ""},
		{"posted to", "", "POST", "/link/" + long, "", 404, "liên kết mới", ""},

		{"nobody's page", "", "GET", "/me", "", 303, "", ""},
		{"nobody's form", "", "POST", "/me/password", form("old", "x"), 401, "", ""},
		{"my page", officer, "GET", "/me", "", 200, "Đảng bộ huyện Thủy mẫu", ""},
		{"a wrong old password", officer, "POST", "/me/password", form("old", "sai", "password", "mười con ngựa ô"), 422, "Mật khẩu hiện nay chưa đúng", "mười con ngựa ô"},
		{"a long one", officer, "POST", "/me/password", form("old", long, "password", long), 422, "", ""},
		{"no language", officer, "POST", "/me/lang", form("lang", "fr"), 422, "", ""},
		{"no device", officer, "POST", "/me/devices/zzz/end", "", 404, "", ""},
		{"somebody's device", officer, "POST", "/me/devices/" + id.New().String() + "/end", "", 404, "", ""},
		{"a token of no days", officer, "POST", "/me/tokens", form("id", id.New().String(), "name", "x", "days", "0", "old", "x"), 422, "", "qt_"},
		{"a token without the password", officer, "POST", "/me/tokens", form("id", id.New().String(), "name", "x", "days", "3", "old", "x"), 422, "chưa đúng", "qt_"},
		{"a token", officer, "POST", "/me/tokens", form("id", id.New().String(), "name", "x", "days", "3", "old", r.rootPassword), 200, "qt_", ""},

		{"accounts for nobody", "", "GET", "/accounts", "", 303, "", ""},
		{"accounts for an officer", officer, "GET", "/accounts", "", 403, "", "Quản trị"},
		{"accounts", keeper, "GET", "/accounts", "", 200, "Cán bộ mẫu", "Quản trị mẫu"},
		{"all accounts", root, "GET", "/accounts?q=quan+tri&role=administrator&state=active", "", 200, "Quản trị mẫu", "Cán bộ mẫu"},
		{"a made-up page", root, "GET", "/accounts?after=zzz", "", 422, "", ""},
		{"odd filters", root, "GET", "/accounts?role=king&state=dead&q=%00%ff", "", 422, "", ""},
		{"an account", keeper, "GET", path, "", 200, "Đảng bộ huyện Thủy mẫu", ""},
		{"an account above", keeper, "GET", above, "", 404, "", "Quản trị mẫu"},
		{"no account", root, "GET", "/accounts/0000000000001", "", 404, "", ""},
		{"no id", root, "GET", "/accounts/%27--", "", 404, "", ""},
		{"a new one", keeper, "GET", "/accounts/new", "", 200, "HP1C", "HP2"},
		{"for a person outside", keeper, "GET", "/accounts/new?person=" + r.outsider.String(), "", 404, "", ""},
		{"for a person", keeper, "GET", "/accounts/new?person=" + r.member.String(), "", 200, "Đảng viên mẫu 014", ""},
		{"made", keeper, "POST", "/accounts", fresh("login", "mau.014", "person", r.member.String()), 200, "/link/", ""},
		{"nothing filled in", keeper, "POST", "/accounts", fresh(), 422, "Xin ghi", ""},
		{"a login that is none", keeper, "POST", "/accounts", fresh("login", "x y/z!", "name", "X"), 422, "x y/z!", ""},
		{"a unit outside", keeper, "POST", "/accounts", strings.Replace(fresh("login", "mau.030", "name", "X"), "HP1C", "HP2", 1), 422, "Không thấy đơn vị này", ""},
		{"long fields", keeper, "POST", "/accounts", fresh("login", long, "name", long, "card", long), 422, "", ""},
		{"no form id", keeper, "POST", "/accounts", form("login", "mau.031", "name", "X", "role", "usher", "unit", "HP1C", "from", "2026-11-20"), 422, "", ""},
		{"a link for one above", keeper, "POST", above + "/link", "", 404, "", "/link/"},
		{"a link", keeper, "POST", path + "/link", "", 200, "/link/", ""},
		{"a password", keeper, "POST", path + "/password", "", 200, "Báo mật khẩu này", ""},
		{"disabling oneself", keeper, "POST", "/accounts/" + r.district.ID.String() + "/disable", form("why", ""), 409, "tự khóa", ""},

		{"me in JSON", keeper, "GET", "/api/v1/me", "", 200, `"login":"thuy"`, "hash"},
		{"nobody in JSON", "", "GET", "/api/v1/me", "", 401, "Cần đăng nhập", ""},
		{"accounts in JSON", keeper, "GET", "/api/v1/accounts?limit=1", "", 200, `"next":"`, "argon2"},
		{"officers do not", officer, "GET", "/api/v1/accounts", "", 401, "", ""}, // the new password ended the session
		{"an odd limit", keeper, "GET", "/api/v1/accounts?limit=-1", "", 422, "", ""},
		{"an account above in JSON", keeper, "GET", "/api/v1/accounts/" + r.admin.ID.String(), "", 404, "", ""},
		{"no id in JSON", keeper, "GET", "/api/v1/accounts/zzz", "", 422, "", ""},
		{"made in JSON", keeper, "POST", "/api/v1/accounts", `{"login":"mau.040","name":"X","grant":{"role":"usher","unit":"` + r.cell.String() + `","from":"2026-11-20"}}`, 200, "mau.040", ""},
		{"an outside unit in JSON", keeper, "POST", "/api/v1/accounts", `{"login":"mau.041","name":"X","grant":{"role":"usher","unit":"` + r.an.String() + `","from":"2026-11-20"}}`, 404, "", ""},
		{"nonsense in JSON", keeper, "POST", "/api/v1/accounts", `{"login":7}`, 422, "", ""},
		{"NUL in JSON", keeper, "POST", "/api/v1/accounts", `{"login":"mau.042","name":"a\u0000b","grant":{"role":"usher","unit":"` + r.cell.String() + `","from":"2026-11-20"}}`, 422, "", ""},
		{"a token without password in JSON", keeper, "POST", "/api/v1/tokens", `{"name":"x","days":3,"password":"x"}`, 422, "chưa đúng", "qt_"},
		{"a token in JSON", keeper, "POST", "/api/v1/tokens", `{"name":"x","days":3,"password":"` + r.rootPassword + `"}`, 200, "qt_", ""},
		{"disabling in JSON", keeper, "POST", "/api/v1/accounts/" + r.officer.ID.String() + "/disable", `{"why":"nghỉ"}`, 200, "", ""},
		{"enabling in JSON", keeper, "POST", "/api/v1/accounts/" + r.officer.ID.String() + "/enable", "", 200, "", ""},
	} {
		res, body := knock(h, row.who, row.method, row.path, row.body)
		if res.StatusCode != row.status || !strings.Contains(body, row.has) || row.not != "" && strings.Contains(body, row.not) {
			t.Errorf("%s: %s %s is %d, want %d with %q without %q", row.says, row.method, row.path, res.StatusCode, row.status, row.has, row.not)
		}
	}
}

func TestCookie(t *testing.T) {
	r := newRoom(t, dbtest.One(t))
	h := r.site()
	res, _ := knock(h, "", "POST", "/sign-in", form("login", "goc", "password", r.rootPassword, "next", "/accounts"))
	if res.StatusCode != 303 || res.Header.Get("Location") != "/accounts" || len(res.Cookies()) != 2 {
		t.Fatal(res.Status, res.Header)
	}
	c := res.Cookies()[0]
	if c.Name != "__Host-session" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 {
		t.Errorf("%+v", c)
	}
	if res, _ := knock(h, c.Value, "GET", "/accounts", ""); res.StatusCode != 200 {
		t.Error(res.Status)
	}
	res, _ = knock(h, c.Value, "POST", "/sign-out", "")
	if out := res.Cookies()[0]; res.StatusCode != 303 || out.MaxAge >= 0 || out.Name != "__Host-session" {
		t.Errorf("%+v", res.Cookies())
	}
	if res, _ := knock(h, c.Value, "GET", "/accounts", ""); res.StatusCode != 303 {
		t.Error("signed out and still in")
	}
	stored, err := countHashes(r, c.Value)
	if err != nil || stored != 0 {
		t.Error("the secret itself is stored", err)
	}
	req := httptest.NewRequest("POST", "/sign-out", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, req); w.Code != 403 {
		t.Error("another site signs people out:", w.Code)
	}
}

func countHashes(r *room, secret string) (n int64, err error) {
	err = r.DB.Read(context.Background(), func(tx db.Tx) error {
		n, err = db.One(context.Background(), tx, db.Value[int64], `select count(*) from account_session where hash = $1`, secret)
		return err
	})
	return n, err
}

// A prefetching mail program opens the link; only the button signs in.
func TestLinkWaitsForTheButton(t *testing.T) {
	r := newRoom(t, dbtest.One(t))
	h := r.site()
	path, err := r.NewLink(context.Background(), r.as(r.admin), r.officer.ID)
	r.fine("link", err)
	for range 3 {
		if res, body := knock(h, "", "GET", path, ""); res.StatusCode != 200 || len(res.Cookies()) != 0 || !strings.Contains(body, "Vào với vai Cán bộ mẫu") {
			t.Fatal(res.Status, res.Cookies())
		}
	}
	res, _ := knock(h, "", "POST", path, "")
	if res.StatusCode != 303 || res.Header.Get("Location") != "/me" {
		t.Fatal(res.Status, res.Header)
	}
	if res, _ := knock(h, "", "POST", path, ""); res.StatusCode != 404 {
		t.Error("used twice:", res.Status)
	}
}

// Whatever is sent as an id, cursor or filter, the answer is never our bug.
func TestNoInputBreaks(t *testing.T) {
	r := newRoom(t, dbtest.One(t))
	h, root := r.site(), r.secret(r.admin)
	odd := []string{"", "0", "-1", "zzz", "0000000000000", "7ZZZZZZZZZZZZ", "%00", "%ff", "' or 1=1", strings.Repeat("a", 3000), "đ", "../../etc"}
	for _, rt := range r.Routes() {
		for _, o := range odd {
			p := rt.Path()
			for strings.Contains(p, "{") {
				i, j := strings.Index(p, "{"), strings.Index(p, "}")
				p = p[:i] + url.PathEscape(o) + p[j+1:]
			}
			q := "?q=" + url.QueryEscape(o) + "&after=" + url.QueryEscape(o) + "&person=" + url.QueryEscape(o) + "&role=" + url.QueryEscape(o) + "&state=" + url.QueryEscape(o)
			body := form("id", o, "grant", o, "person", o, "name", o, "login", o, "unit", o, "role", o, "from", o, "to", o, "why", o, "old", o, "password", o, "days", o, "lang", o)
			if rt.API() {
				b, _ := json.Marshal(map[string]any{"id": o, "login": o, "name": o, "why": o, "role": o, "unit": o, "from": o, "password": o, "days": 1, "grant": map[string]string{"role": o}})
				body = string(b)
			}
			if res, text := knock(h, root, rt.Method(), p+q, body); res.StatusCode >= 500 {
				t.Errorf("%s %s: %s %s", rt.Method(), p+q, res.Status, text)
			}
			root = r.secret(r.admin) // a form may have signed out
		}
	}
	if !r.as(r.admin).Is(access.Administrator) {
		t.Error("nonsense took the administrator's right")
	}
}
