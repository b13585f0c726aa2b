package station

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// door serves the room to whoever who says at the moment.
func door(w *world, who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Now(w.Now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	return site.Handler(w.Routes(), ui.Static())
}

// knock asks a door once; a body to /api/ is JSON, elsewhere a form.
func knock(h http.Handler, method, path, token, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t), 4)
	d := w.device(w.usher, 0, 0)
	var who access.Actor
	h := door(w, &who)
	site, api, list := atSite(w.meeting, w.sites[0]), "/api/v1/stations/"+d.pass.ID.String(), to(w.meeting)+"/stations"
	good, nobody := "Bearer "+d.pass.Token, access.Actor{}
	upload := func(scans ...Sent) string {
		b, err := json.Marshal(d.batch(scans...))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	register := func(key string) string {
		return `{"id":"` + id.New().String() + `","name":"Cửa phụ","key":"` + key + `","sent":1}`
	}
	wrong := "Bearer qs_" + strings.Repeat("x", 43)
	for _, c := range []struct {
		name         string
		who          access.Actor
		method, path string
		token, body  string
		status       int
		has, not     string
	}{
		{"the page of a site", w.usher, "GET", site, "", "", 200, "Chuẩn bị máy này", "Đảng viên mẫu"},
		{"of a site of others", w.strange, "GET", site, "", "", 404, "", "Chuẩn bị"},
		{"as nobody", nobody, "GET", site, "", "", 303, "", ""},
		{"a code without a script", w.usher, "POST", site, "", "code=" + w.codes[0][3], 200, "Đảng viên mẫu 004", ""},
		{"a code nobody has", w.usher, "POST", site, "", "code=ZZZZZZ", 422, "không thuộc", ""},
		{"found by name", w.usher, "GET", site + "?q=dang+vien+mau+002", "", "", 200, "Đảng viên mẫu 002", "Đảng viên mẫu 003"},
		{"ticked", w.usher, "POST", site, "", "person=" + w.people[0][1].String(), 200, "E3", ""},
		{"the shell says nothing of anybody", w.usher, "GET", "/station", "", "", 200, "qr-worker", "Phụ trách mẫu"},
		{"the shell as nobody", nobody, "GET", "/station", "", "", 200, "Quét mã", ""},
		{"the worker keeps the shell", nobody, "GET", "/station/worker.js", "", "", 200, "station.js", "Phụ trách"},
		{"the manifest", nobody, "GET", "/station/manifest.webmanifest", "", "", 200, `"start_url":"/station"`, ""},
		{"registered", w.usher, "POST", "/api/v1" + to(w.meeting) + "/sites/" + w.sites[0].String() + "/stations", "", register(point(d.key)), 200, `"token":"qs_`, ""},
		{"at a site of others", w.strange, "POST", "/api/v1" + to(w.meeting) + "/sites/" + w.sites[0].String() + "/stations", "", register(point(d.key)), 404, "", "qs_"},
		{"with no key", w.usher, "POST", "/api/v1" + to(w.meeting) + "/sites/" + w.sites[0].String() + "/stations", "", register("AAAA"), 422, "station.bad_key", "qs_"},
		{"by nobody", nobody, "POST", "/api/v1" + to(w.meeting) + "/sites/" + w.sites[0].String() + "/stations", "", register(point(d.key)), 401, "", "qs_"},
		{"the roster", nobody, "GET", api + "/roster", good, "", 200, "Đảng viên mẫu 002", w.codes[0][1]},
		{"without a token", nobody, "GET", api + "/roster", "", "", 401, "", "Đảng viên"},
		{"with another's token", nobody, "GET", api + "/roster", wrong, "", 401, "", "Đảng viên"},
		{"the state", nobody, "GET", api + "/state?since=0&after=", good, "", 200, `"persons":2`, ""},
		{"the state after nobody", nobody, "GET", api + "/state?since=0&after=x", good, "", 422, "", ""},
		{"the state without a token, by the usher in person", w.usher, "GET", api + "/state", "", "", 401, "", ""},
		{"scans", nobody, "POST", api + "/scans", good, upload(d.see(w.codes[0][0], true), d.see("NOBODY", true)), 200, `"label":"unknown"`, ""},
		{"scans without a token", nobody, "POST", api + "/scans", "", upload(d.see(w.codes[0][0], true)), 401, "", ""},
		{"no scans", nobody, "POST", api + "/scans", good, upload(), 200, `"verdicts":`, ""},
		{"something else", nobody, "POST", api + "/scans", good, `{"scans":7}`, 422, "", ""},
		{"nothing", nobody, "POST", api + "/scans", good, ``, 400, "", ""},
		{"a headcount", nobody, "POST", api + "/heads", good, `{"id":"` + id.New().String() + `","who":"mass","amount":61,"marker":"hơn"}`, 200, `"amount":61`, ""},
		{"a headcount below nothing", nobody, "POST", api + "/heads", good, `{"id":"` + id.New().String() + `","who":"mass","amount":-1}`, 422, "", ""},
		{"counted again, what is not there", nobody, "POST", api + "/heads", good, `{"again":"` + id.New().String() + `","amount":1}`, 404, "", ""},
		{"the stations for officers", w.officer, "GET", list, "", "", 200, "Phụ trách mẫu", ""},
		{"by API", w.officer, "GET", "/api/v1" + list, "", "", 200, `"usher":"Phụ trách mẫu"`, "qs_"},
		{"an usher of another site sees none of this one", w.strange, "GET", list, "", "", 200, "Chưa có trạm nào", "Phụ trách mẫu"},
		{"revoked without a reason", w.officer, "POST", list + "/" + d.pass.ID.String() + "/revoke", "", "why=", 422, "", ""},
		{"revoked by a stranger", w.strange, "POST", list + "/" + d.pass.ID.String() + "/revoke", "", "why=thử+xem", 404, "", ""},
		{"of another meeting", w.officer, "POST", to(id.New()) + "/stations/" + d.pass.ID.String() + "/revoke", "", "why=mất+máy", 404, "", ""},
		{"ended by itself", nobody, "POST", api + "/end", good, "", 200, "", ""},
		{"revoked when it is already", w.officer, "POST", list + "/" + d.pass.ID.String() + "/revoke", "", "why=mất+máy", 303, "", ""},
		{"the roster of one that ended", nobody, "GET", api + "/roster", good, "", 403, "station.revoked", "Đảng viên"},
		{"why", w.officer, "GET", list, "", "", 200, "Kết thúc trên máy trạm", ""},
	} {
		who = c.who
		r := knock(h, c.method, c.path, c.token, c.body)
		if body := r.Body.String(); r.Code != c.status || !strings.Contains(body, c.has) || c.not != "" && strings.Contains(body, c.not) {
			t.Errorf("%s: %d, want %d with %q without %q: %.500s", c.name, r.Code, c.status, c.has, c.not, body)
		}
	}
	camera := func(path string) string { return knock(h, "GET", path, "", "").Header().Get("Permissions-Policy") }
	if who = w.usher; !strings.Contains(camera("/station"), "camera=(self)") || strings.Contains(camera(site), "camera=(self)") {
		t.Error("the camera belongs to the station alone", camera("/station"), camera(site))
	}
}

// Whatever a device sends, it is told: nothing is our bug.
func FuzzSend(f *testing.F) {
	w := seed(f, dbtest.One(f), 2)
	d := w.device(w.usher, 0, 0)
	h := door(w, new(access.Actor))
	for _, s := range []string{`{"scans":[{"key":"x"}]}`, `{"sent":-9223372036854775808,"rtt":9223372036854775807,"scans":[{"n":1,"how":"list","at":9223372036854775807}]}`,
		`{"scans":[{"n":1,"how":"station","code":"\u0000\ud800","at":0}],"mac":"zz"}`, `[]`, `{"sig":"` + strings.Repeat("A", 86) + `","scans":[{"n":1,"how":"undo","at":1}]}`} {
		f.Add(s, int64(1), "ABC", "")
	}
	f.Fuzz(func(t *testing.T, body string, at int64, code, note string) {
		if r := knock(h, "POST", "/api/v1/stations/"+d.pass.ID.String()+"/scans", "Bearer "+d.pass.Token, body); r.Code >= 500 {
			t.Errorf("%q: %d %s", body, r.Code, r.Body)
		}
		s := d.see(code, true)
		s.At, s.Note = at, note
		b, _ := json.Marshal(d.batch(s))
		if r := knock(h, "POST", "/api/v1/stations/"+d.pass.ID.String()+"/scans", "Bearer "+d.pass.Token, string(b)); r.Code >= 500 {
			t.Errorf("%d %q %q: %d %s", at, code, note, r.Code, r.Body)
		}
	})
}
