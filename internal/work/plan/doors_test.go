package plan

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

// typed is the form of a plan as a browser sends it.
func typed(p Plan, change func(url.Values)) string {
	v := url.Values{"id": {p.ID.String()}, "changed_at": {fmt.Sprint(p.ChangedAt)}, "number": {p.Number}, "issued_on": {p.IssuedOn}, "abstract": {p.Abstract},
		"authority": {p.Authority}, "position": {p.Position}, "signer": {p.Signer}, "recipients": {p.Recipients}, "lines": {fmt.Sprint(len(p.Lines))}, "assignments": {fmt.Sprint(len(p.Assignments))}}
	for _, code := range Codes {
		v.Set("section_"+code, p.Sections[code])
	}
	for i, l := range p.Lines {
		for name, s := range map[string]string{"audience": l.Audience.String(), "level": l.Level, "mode": l.Mode, "held_on": l.HeldOn, "due_on": l.DueOn, "place": l.Place, "speaker": l.Speaker} {
			v.Set(numbered("line", i, name), s)
		}
	}
	for i, d := range p.Assignments {
		for name, s := range map[string]string{"name": d.Name, "position": d.Position, "work": d.Work, "due_on": d.DueOn} {
			v.Set(numbered("assignment", i, name), s)
		}
	}
	change(v)
	return v.Encode()
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	h := site.Handler(w.Routes(), http.NotFoundHandler())
	p := w.ready(t, w.district, w.east, "12-KH/HU")
	same := func(url.Values) {}
	alone := func(v url.Values) { v.Set("assignments", "1") }
	list := "/campaigns/" + w.campaign.ID.String() + "/plans"
	at, api := list+"/"+w.east.String(), "/api/v1"+list+"/"+w.east.String()
	west := list + "/" + w.west.String()
	for _, c := range []struct {
		name   string
		who    access.Actor
		method string
		path   string
		body   string
		status int
		has    string
		not    string
	}{
		{"the list", w.owner, "GET", list, "", 200, "Đảng bộ huyện mẫu Đông", ""},
		{"the list of somebody else's unit", w.neighbour, "GET", list + "?unit=" + w.east.String(), "", 404, "", "mẫu Đông"},
		{"a cursor that is none", w.owner, "GET", list + "?after=%25", "", 422, "", ""},
		{"the proposal", w.district, "GET", at, "", 200, "26-NQ/TW", ""},
		{"for a reader there is none yet", w.eye, "GET", at, "", 200, "chưa", "<textarea"},
		{"for a neighbour nothing", w.neighbour, "GET", at, "", 404, "", "mẫu Đông"},
		{"an address that is none", w.owner, "GET", list + "/abc", "", 404, "", ""},
		{"a day that is none keeps what was typed", w.district, "POST", at, typed(p, func(v url.Values) { v.Set("issued_on", "31/02/2018"); v.Set("signer", "Người ký mẫu") }), 422, "Người ký mẫu", ""},
		{"a place longer than the field", w.district, "POST", at, typed(p, func(v url.Values) { v.Set("line_0_place", strings.Repeat("đ", 301)) }), 422, "300", ""},
		{"letters that are none", w.district, "POST", at, "number=%ff", 422, "", ""},
		{"a reader may not write", w.eye, "POST", at, typed(p, same), 403, "", ""},
		{"a neighbour may not", w.neighbour, "POST", at, typed(p, same), 404, "", ""},
		{"with one person only", w.district, "POST", at, typed(p, alone), 303, "", ""},
		{"the same again", w.district, "POST", at, typed(p, alone), 303, "", ""},
		{"sent too early, what was written is kept", w.district, "POST", at + "/send", "", 422, "Chưa gửi được kế hoạch", ""},
		{"the paper of a draft", w.district, "GET", at + "/plan.docx", "", 200, "PK", ""},
		{"the paper of a draft for those below", w.grassroots, "GET", at + "/plan.docx", "", 404, "", ""},
		{"sent before it was written", w.neighbour, "POST", west + "/send", "", 409, "", ""},
		{"reopened before it was sent", w.district, "POST", at + "/reopen", "why=x", 303, "", ""},
		{"shown by API", w.district, "GET", api, "", 200, `"plan.find.persons"`, ""},
		{"sent by API too early", w.district, "POST", api + "/send", "", 422, "plan.not_ready", ""},
		{"by API with nothing", w.district, "PUT", api, "{}", 422, "sections", ""},
		{"by API with a foreign audience", w.district, "PUT", api, fmt.Sprintf(`{"sections":{},"assignments":[],"lines":[{"audience":%q,"level":"district","mode":"online"}]}`, id.New()), 422, "line_0_audience", ""},
		{"by API as a neighbour", w.neighbour, "PUT", api, `{"sections":{},"assignments":[],"lines":[]}`, 404, "", ""},
		{"listed by API", w.owner, "GET", "/api/v1" + list + "?state=draft", "", 200, `"state":"draft"`, "mẫu Tây"},
		{"a state that is none, by API", w.owner, "GET", "/api/v1" + list + "?state=song", "", 422, "", ""},
	} {
		who = c.who
		if rec := ask(h, c.method, c.path, c.body); rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) || c.not != "" && strings.Contains(rec.Body.String(), c.not) {
			t.Errorf("%s: %d, want %d with %q without %q: %.700s", c.name, rec.Code, c.status, c.has, c.not, rec.Body)
		}
	}
	w.sendAndReopen(t, h, &who, at)
}

// sendAndReopen goes on with a plan that lacks nothing.
func (w *world) sendAndReopen(t *testing.T, h http.Handler, who *access.Actor, at string) {
	*who = w.district
	p := w.ready(t, w.district, w.east, "12-KH/HU")
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		has                      string
	}{
		{"a whole plan is saved and sent at once", "POST", at, typed(p, func(v url.Values) { v.Set("do", "send") }), 303, ""},
		{"it reads as a paper", "GET", at, "", 200, "Tải bản Word"},
		{"changed after sending", "POST", at, typed(p, func(v url.Values) { v.Set("signer", "Khác") }), 409, ""},
		{"reopened without a reason", "POST", at + "/reopen", "why=", 422, ""},
		{"reopened", "POST", at + "/reopen", "why=S%E1%BB%ADa", 303, ""},
		{"the form is back", "GET", at, "", 200, "<textarea"},
		{"sent by API", "POST", "/api/v1" + at + "/send", "", 200, `"state":"sent"`},
		{"the paper by API", "GET", "/api/v1" + at + "/plan.docx", "", 200, "PK"},
		{"reopened by API", "POST", "/api/v1" + at + "/reopen", `{"why":"Sửa"}`, 200, `"state":"draft"`},
	} {
		if rec := ask(h, c.method, c.path, c.body); rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.700s", c.name, rec.Code, c.status, c.has, rec.Body)
		}
	}
}

func ask(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}
