package attendance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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
func knock(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t), 6, 2)
	var who access.Actor
	h := door(w, &who)
	hall := w.meet(t, w.east, "class", "in_person", w.docs)
	m, api := to(hall.meeting), "/api/v1"+to(hall.meeting)
	site, p, head := hall.sites[0].String(), w.cell.people, id.New().String()
	shown := func(more string) string {
		s := "site=" + site
		for _, x := range p[:4] {
			s += "&shown=" + x.String()
		}
		return s + more
	}
	names := "/campaigns/" + w.campaign.String() + "/names?unit=" + w.east.unit.String()
	as := w.secretary
	as.Person = p[0]
	early := begin.Add(-2 * time.Hour)
	for _, c := range []struct {
		name         string
		who          access.Actor
		at           time.Time
		method, path string
		body         string
		status       int
		has, not     string
	}{
		{"too early the roll call says when", w.secretary, early, "GET", m + "/roll", "", 200, "60 phút", "<button class=\"bigbtn p xl\">"},
		{"and takes nothing", w.secretary, early, "POST", m + "/roll", shown(""), 409, "Chưa đến giờ mở cửa", ""},
		{"the roll call of one's cell", w.secretary, begin, "GET", m + "/roll", "", 200, "Đảng viên mẫu 00001", "Đảng viên mẫu 00007"},
		{"everybody but two", w.secretary, begin, "POST", m + "/roll", shown("&absent=" + p[1].String() + "&why_" + p[1].String() + "=family&absent=" + p[2].String() + "&why_" + p[2].String() + "=none"), 303, "", ""},
		{"a reason that is none", w.secretary, begin, "POST", m + "/roll", shown("&absent=" + p[1].String() + "&why_" + p[1].String() + "=lazy"), 422, "", ""},
		{"a person of no campaign", w.secretary, begin, "POST", m + "/roll", "site=" + site + "&shown=" + id.New().String(), 404, "", ""},
		{"a person that is no id", w.secretary, begin, "POST", m + "/roll", "site=" + site + "&shown=x", 422, "", ""},
		{"a site of no meeting", w.secretary, begin, "POST", m + "/roll", "site=" + id.New().String() + "&shown=" + p[0].String(), 404, "", ""},
		{"people of a neighbour's cell", w.secretary, begin, "POST", m + "/roll", "site=" + site + "&shown=" + w.own.people[0].String(), 404, "", ""},
		{"an inspector takes no attendance", actor(access.Inspector, w.province.unit), begin, "GET", m + "/roll", "", 403, "", "Đảng viên mẫu"},
		{"a headcount", w.usher, begin, "POST", m + "/sites/" + site + "/heads", "id=" + head + "&who=mass&amount=61&marker=hơn", 303, "", ""},
		{"the same form again counts once", w.usher, begin, "POST", m + "/sites/" + site + "/heads", "id=" + head + "&who=mass&amount=61&marker=hơn", 303, "", ""},
		{"somebody else's form", w.unit, begin, "POST", m + "/sites/" + site + "/heads", "id=" + head + "&who=mass&amount=61", 409, "", ""},
		{"a count below nothing", w.usher, begin, "POST", m + "/sites/" + site + "/heads", "id=" + id.New().String() + "&who=mass&amount=-1", 422, "", ""},
		{"a crowd of no kind", w.usher, begin, "POST", m + "/sites/" + site + "/heads", "id=" + id.New().String() + "&who=elephants&amount=1", 422, "", ""},
		{"the second count by the same hand", w.usher, begin, "POST", m + "/heads/" + head + "/again", "amount=61", 403, "người khác", ""},
		{"by another", w.unit, begin, "POST", m + "/heads/" + head + "/again", "amount=61", 303, "", ""},
		{"again of a count that is not", w.unit, begin, "POST", m + "/heads/" + id.New().String() + "/again", "amount=61", 404, "", ""},
		{"the officer's list", w.unit, begin, "GET", m + "/attendance", "", 200, "hơn", "Đảng viên mẫu 00014"},
		{"with the agreeing count", w.unit, begin, "GET", m + "/attendance", "", 200, "Hai lần đếm khớp", ""},
		{"the absent", w.unit, begin, "GET", m + "/attendance?show=absent", "", 200, "Vắng có lý do: Việc gia đình", "Đảng viên mẫu 00001"},
		{"the list of a meeting for a neighbour", w.other, begin, "GET", m + "/attendance", "", 404, "", "Đảng viên"},
		{"the list of one's own district sees only one's cell", w.secretary, begin, "GET", m + "/attendance", "", 200, "Đảng viên mẫu 00001", "Đảng viên mẫu 00007"},
		{"as csv", w.unit, begin, "GET", m + "/attendance.csv", "", 200, "Đảng viên mẫu 00001", ""},
		{"as xlsx", w.unit, begin, "GET", m + "/attendance.xlsx", "", 200, "PK", ""},
		{"a page of the list that is none", w.unit, begin, "GET", m + "/attendance?after=%25", "", 422, "", ""},
		{"slips for the secretary", w.secretary, begin, "GET", m + "/slips", "", 200, w.cell.codes[0], w.own.codes[0]},
		{"no slips for an usher", w.usher, begin, "GET", m + "/slips", "", 403, "", w.own.codes[0]},
		{"a sheet to sign", w.unit, begin, "GET", m + "/sheet", "", 200, "Ký tên", ""},
		{"taken back without a reason", w.unit, begin, "POST", m + "/records/" + w.own.people[0].String() + "/void", "why=", 422, "", ""},
		{"taken back by the cell next door", w.secretary, begin, "POST", m + "/records/" + w.own.people[0].String() + "/void", "why=nhầm người", 404, "", ""},
		{"taken back", w.unit, begin, "POST", m + "/records/" + p[0].String() + "/void", "why=nhầm người", 303, "", ""},
		{"taken back twice", w.unit, begin, "POST", m + "/records/" + p[0].String() + "/void", "why=nhầm người", 404, "", ""},
		{"marked the day after", w.unit, begin.Add(26 * time.Hour), "POST", m + "/records/" + w.own.people[1].String(), "site=" + site + "&as=present", 303, "", ""},
		{"declared without saying where", w.unit, begin, "POST", m + "/records/" + w.own.people[2].String(), "site=" + site + "&as=higher", 422, "học ở đâu", ""},
		{"declared", w.unit, begin, "POST", m + "/records/" + w.own.people[2].String(), "site=" + site + "&as=higher&note=lớp của Thành ủy", 303, "", ""},
		{"marked as something else", w.unit, begin, "POST", m + "/records/" + w.own.people[2].String(), "site=" + site + "&as=dreaming", 422, "", ""},
		{"my record says what was taken back and why", as, begin, "GET", "/me/record", "", 200, "nhầm người", ""},
		{"names behind a figure", w.unit, begin, "GET", names + "&figure=absent_excused", "", 200, "Việc gia đình", "Đảng viên mẫu 00001"},
		{"a figure that is none", w.unit, begin, "GET", names + "&figure=weight", "", 404, "", ""},
		{"names for a neighbour", w.other, begin, "GET", names + "&figure=absent", "", 404, "", "Đảng viên mẫu"},
		{"names by API", w.unit, begin, "GET", "/api/v1" + names + "&figure=studied", "", 200, `"total":`, ""},
		{"a batch by API", w.usher, begin, "POST", api + "/sites/" + site + "/records", `{"codes":["` + w.cell.codes[3] + `","nobody","đ"]}`, 200, `"fault":"attendance.unknown_code"`, ""},
		{"a batch that is too large", w.usher, begin, "POST", api + "/sites/" + site + "/records", batchOf(501), 422, "", ""},
		{"a batch of nothing sensible", w.usher, begin, "POST", api + "/sites/" + site + "/records", `{"codes":7}`, 422, "", ""},
		{"a roll call by API", w.secretary, begin, "POST", api + "/sites/" + site + "/roll", fmt.Sprintf(`{"marks":[{"person":%q,"present":true},{"person":%q,"reason":"sick"}]}`, p[0], p[4]), 200, `"absent":`, ""},
		{"the list by API", w.unit, begin, "GET", api + "/attendance?show=absent", "", 200, `"reason":"family"`, w.cell.codes[1]},
		{"headcounts by API", w.usher, begin, "GET", api + "/headcounts", "", 200, `"marker":"hơn"`, ""},
		{"a headcount by API", w.usher, begin, "POST", api + "/sites/" + site + "/headcounts", `{"who":"guest","amount":3}`, 200, `"guest"`, ""},
		{"counted again by API, as it was", w.unit, begin, "POST", "/api/v1/headcounts/" + head + "/again", `{"amount":61}`, 200, `"second":61`, ""},
		{"a third count does not take the second one's place", w.officer, begin, "POST", "/api/v1/headcounts/" + head + "/again", `{"amount":60}`, 409, "", `"second":60`},
		{"headcounts for a neighbour", w.other, begin, "GET", api + "/headcounts", "", 404, "", "hơn"},
		{"taken back by API", w.unit, begin, "POST", api + "/records/" + p[0].String() + "/void", `{"why":"ghi nhầm"}`, 200, "", ""},
		{"my record by API", as, begin, "GET", "/api/v1/me/record", "", 200, w.cell.codes[0], ""},
		{"nobody is asked to sign in", access.Actor{}, begin, "GET", m + "/attendance", "", 303, "", "Đảng viên"},
	} {
		who, w.at = c.who, c.at
		r := knock(h, c.method, c.path, c.body)
		if body := r.Body.String(); r.Code != c.status || !strings.Contains(body, c.has) || c.not != "" && strings.Contains(body, c.not) {
			t.Errorf("%s: %d, want %d with %q without %q: %.700s", c.name, r.Code, c.status, c.has, c.not, body)
		}
	}
	w.sound(t)
}

func batchOf(n int) string {
	b, _ := json.Marshal(map[string]any{"codes": make([]string, n)})
	return string(b)
}

// Whatever a scanner sends, the door answers and records nobody it does not know.
func FuzzCode(f *testing.F) {
	w := seed(f, dbtest.One(f), 3, 1)
	hall := w.meet(f, w.east, "class", "in_person", w.docs)
	who := w.usher
	h := door(w, &who)
	for _, s := range []string{"", "C00001", " c-000.01 ", "\x00", "\xff\xfe", "' or '1'='1", "%", "_____", strings.Repeat("9", 70), "Ｃ００００１", "đ", "C00001\n", "C000\v01"} {
		f.Add(s)
	}
	known := map[string]bool{}
	for _, c := range append(append(w.cell.codes, w.own.codes...), w.far.codes...) {
		known[c] = true
	}
	f.Fuzz(func(t *testing.T, code string) {
		body, _ := json.Marshal(scanning{Codes: []string{code}})
		r := knock(h, "POST", "/api/v1"+to(hall.meeting)+"/sites/"+hall.sites[0].String()+"/records", string(body))
		tidied, _ := tidy(code)
		if counted := strings.Contains(r.Body.String(), `"fault":""`); r.Code != 200 || counted != known[tidied] {
			t.Errorf("%q: %d", code, r.Code)
		}
	})
}
