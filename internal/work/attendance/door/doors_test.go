package door

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

var ticketField = regexp.MustCompile(`name="ticket" value="([^"]+)"`)

// form is what the page of a good code would send.
func (h *house) form(t testing.TB, who access.Actor, site int, more string) string {
	t.Helper()
	w := h.knock(who, "GET", "/d/"+h.code(t, site), "")
	m := ticketField.FindStringSubmatch(w.Body.String())
	if m == nil {
		t.Fatalf("no ticket: %d %.600s", w.Code, w.Body)
	}
	return "id=" + id.New().String() + "&ticket=" + m[1] + more
}

func TestDoors(t *testing.T) {
	h := build(t, dbtest.One(t))
	m, far := to(h.meeting), to(id.New())
	screen, code := atDoor(h.meeting, h.sites[1]), h.code(t, 1)
	me, second, foreign := h.member(1, 0), h.member(1, 1), actor(access.Secretary, id.New())
	reader := actor(access.Inspector, h.units[0])
	tap, slip := h.form(t, me, 1, ""), h.form(t, nobody, 1, "&by_slip=1&slip="+h.codes[1][2])
	for _, c := range []struct {
		name         string
		who          access.Actor
		after        time.Duration // of twenty minutes before the begin
		method, path string
		body         string
		status       int
		has, not     string
	}{
		{"the screen", h.usher, 0, "GET", screen, "", 200, "Điểm cầu 01", ""},
		{"without a script it loads itself anew", h.usher, 0, "GET", screen, "", 200, `http-equiv="refresh" content="16"`, ""},
		{"the screen of a neighbour", h.other, 0, "GET", screen, "", 404, "", "Điểm cầu 01"},
		{"a screen for an inspector", reader, 0, "GET", screen, "", 403, "", ""},
		{"a site of another meeting", h.officer, 0, "GET", far + "/sites/" + h.sites[1].String() + "/door", "", 404, "", ""},
		{"a site that is no id", h.officer, 0, "GET", m + "/sites/x/door", "", 404, "", ""},
		{"every door", h.officer, 0, "GET", m + "/doors", "", 200, "Điểm cầu 02", ""},
		{"one's own doors", h.usher, 0, "GET", m + "/doors", "", 200, "Điểm cầu 01", "Điểm cầu 02"},
		{"doors found by name", h.officer, 0, "GET", m + "/doors?q=khong+co", "", 200, "Không có điểm cầu nào", ""},
		{"doors of strangers", foreign, 0, "GET", m + "/doors", "", 404, "", "Điểm cầu"},
		{"a search by strangers", foreign, 0, "GET", m + "/doors?q=x", "", 404, "", "Hội nghị"},
		{"a good code", me, 0, "GET", "/d/" + code, "", 200, "Tôi có mặt", ""},
		{"a good code for nobody in particular", nobody, 0, "GET", "/d/" + strings.ToLower(code), "", 200, "Có phiếu mã cá nhân", "Tôi có mặt"},
		{"the code typed", me, 0, "GET", "/d?code=" + code[:4] + "+" + code[4:], "", 200, "Tôi có mặt", ""},
		{"one tap", me, 0, "POST", "/d", tap, 200, "Đã ghi có mặt", ""},
		{"the same tap again", me, time.Minute, "POST", "/d", tap, 200, "Đã ghi có mặt", ""},
		{"the code once more", me, 0, "GET", "/d/" + code, "", 200, "Có mặt từ 07:10", "Tôi có mặt"},
		{"a slip says no name", nobody, 0, "POST", "/d", slip, 200, "Mã cá nhân không cho biết tên", "Đảng viên mẫu 102"},
		{"a slip that is empty", nobody, 0, "POST", "/d", h.form(t, nobody, 1, "&by_slip=1&slip="), 422, "Xin ghi mục này", ""},
		{"a slip of nobody", nobody, 0, "POST", "/d", h.form(t, nobody, 1, "&by_slip=1&slip=ZZZZZZZZZ"), 422, "Không thấy trong danh sách", ""},
		{"a slip as long as a book", nobody, 0, "POST", "/d", h.form(t, nobody, 1, "&by_slip=1&slip="+strings.Repeat("A", 900)), 422, "Dài quá", ""},
		{"a slip that is no text", nobody, 0, "POST", "/d", h.form(t, nobody, 1, "&by_slip=1&slip=%ff"), 422, "", ""},
		{"a form without an id", me, 0, "POST", "/d", "ticket=x", 409, "Mã này đã đổi", ""},
		{"a forged ticket", me, 0, "POST", "/d", "id=" + id.New().String() + "&ticket=AAAA", 409, "Mã này đã đổi", ""},
		{"a code that nobody shows", me, 0, "GET", "/d/ZZZZ2222", "", 404, "Không có cửa nào", ""},
		{"a code that is none", me, 0, "GET", "/d/%20", "", 404, "Không có cửa nào", ""},
		{"a code that changed long ago", me, 2 * time.Minute, "GET", "/d/" + code, "", 409, "Mã này đã đổi", ""},
		{"the page to type", nobody, 0, "GET", "/d", "", 200, "Tám chữ và số", ""},
		{"my day", me, 0, "GET", "/me/code", "", 200, h.codes[1][0], h.codes[1][1]},
		{"my day says that I came", me, 0, "GET", "/me/code", "", 200, "Có mặt từ 07:10", "quét mã ở cửa"},
		{"somebody else's has the big button", second, 0, "GET", "/me/code", "", 200, "Tôi đã đến: quét mã ở cửa", ""},
		{"my code to keep, without a name", me, 0, "GET", "/me/code/kept", "", 200, h.codes[1][0], "ảng viên"},
		{"nobody's code to keep", access.Actor{}, 0, "GET", "/me/code/kept", "", 303, "", ""},
		{"what shows it", access.Actor{}, 0, "GET", "/me/code/worker.js", "", 200, "door.css", ""},
		{"without being anybody", h.usher, 0, "GET", "/me/code", "", 403, "", ""},
		{"a phone to lend", h.usher, 0, "GET", m + "/sites/" + h.sites[1].String() + "/lend", "", 200, "10 phút", ""},
		{"a phone of a neighbour", h.other, 0, "GET", m + "/sites/" + h.sites[1].String() + "/lend", "", 404, "", ""},
		{"a borrowed phone with rubbish", nobody, 0, "POST", "/d/lend", "ticket=x", 409, "đã hết hạn", ""},
		{"leaving where nobody asks", me, 30 * time.Minute, "POST", "/me/leave/" + h.meeting.String(), "session=" + h.morning.String(), 409, "", ""},
		{"check-out is the organiser's", h.other, 0, "POST", m + "/doors", "checkout=1", 404, "", ""},
		{"and is set", h.officer, 0, "POST", m + "/doors", "checkout=1", 303, "", ""},
		{"leaving", me, 30 * time.Minute, "POST", "/me/leave/" + h.meeting.String(), "session=" + h.morning.String(), 303, "", ""},
		{"leaving no session", me, 30 * time.Minute, "POST", "/me/leave/" + h.meeting.String(), "session=x", 422, "", ""},

		{"no code before the session", h.officer, 0, "POST", m + "/presence", "how=now&session=" + h.morning.String() + "&id=" + id.New().String(), 409, "chưa bắt đầu", ""},
		{"a moment drawn", h.officer, 0, "POST", m + "/presence", "how=one&session=" + h.morning.String() + "&id=" + id.New().String(), 303, "", ""},
		{"says its promise and not its code", h.officer, 0, "GET", m + "/presence", "", 200, "SHA-256", "Số gốc:"},
		{"two more are too many", h.officer, 0, "POST", m + "/presence", "how=two&session=" + h.morning.String() + "&id=" + id.New().String(), 409, "nhiều nhất 2", ""},
		{"a code by an usher of a site", h.usher, 30 * time.Minute, "POST", m + "/presence", "how=now&session=" + h.morning.String() + "&id=" + id.New().String(), 404, "", ""},
		{"a way that is none", h.officer, 0, "POST", m + "/presence", "how=later&session=" + h.morning.String() + "&id=" + id.New().String(), 422, "", ""},
		{"a session of nowhere", h.officer, 0, "POST", m + "/presence", "how=one&session=" + id.New().String() + "&id=" + id.New().String(), 422, "", ""},
		{"presence for strangers", foreign, 0, "GET", m + "/presence", "", 404, "", ""},
		{"no leads", h.officer, 0, "GET", m + "/leads", "", 200, "Không có gì cần hỏi lại", ""},
		{"leads for strangers", foreign, 0, "GET", m + "/leads", "", 404, "", ""},
		{"a lead of nowhere", h.officer, 0, "POST", m + "/leads/" + id.New().String(), "said=không+rõ", 404, "", ""},

		{"the code by API", h.usher, 0, "GET", "/api/v1" + screen, "", 200, `"codes":[{"code":"` + code[:4], ""},
		{"the doors by API", h.usher, 0, "GET", "/api/v1" + m + "/doors", "", 200, `"places":[`, ""},
		{"an answer by API", second, 0, "POST", "/api/v1/door", `{"id":"` + id.New().String() + `","code":"` + code + `","device":"một máy mẫu"}`, 200, `"label":""`, ""},
		{"an old code by API", second, 5 * time.Minute, "POST", "/api/v1/door", `{"id":"` + id.New().String() + `","code":"` + code + `","device":"một máy mẫu"}`, 409, "", ""},
		{"an answer of nothing sensible", second, 0, "POST", "/api/v1/door", `{"id":7}`, 422, "", ""},
		{"my sessions by API", me, 0, "GET", "/api/v1/me/sessions", "", 200, `"part":"Buổi chiều"`, ""},
		{"check-out by API", h.officer, 0, "POST", "/api/v1" + m + "/doors", `{"checkout":true}`, 200, "", ""},
		{"leaving by API", second, 30 * time.Minute, "POST", "/api/v1/me/leave/" + h.meeting.String(), `{"session":"` + h.morning.String() + `"}`, 200, "", ""},
		{"leads by API", h.usher, 0, "GET", "/api/v1" + m + "/leads", "", 200, `"items":[`, ""},
		{"presence by API", h.usher, 0, "GET", "/api/v1" + m + "/presence", "", 200, `"promise":"`, `"seed"`},
	} {
		h.at = begin.Add(-20*time.Minute + c.after)
		w := h.knock(c.who, c.method, c.path, c.body)
		if body := w.Body.String(); w.Code != c.status || !strings.Contains(body, c.has) || c.not != "" && strings.Contains(body, c.not) {
			t.Errorf("%s: %d, want %d with %q without %q: %.500s", c.name, w.Code, c.status, c.has, c.not, body)
		}
	}
}

// A phone without cookies still answers once, and one that was signed in afterwards goes on.
func TestPhonesWithoutCookies(t *testing.T) {
	h := build(t, dbtest.One(t))
	h.mark = ""
	w := h.knock(nobody, "GET", "/d/"+h.code(t, 1), "")
	cookie := w.Result().Cookies()
	if len(cookie) != 1 || cookie[0].Name != markName || !cookie[0].HttpOnly || !cookie[0].Secure {
		t.Fatal(cookie)
	}
	ticket := ticketField.FindStringSubmatch(w.Body.String())[1]
	if w := h.knock(h.member(1, 0), "GET", "/d?t="+ticket, ""); w.Code != 409 {
		t.Errorf("the address passed on to another phone opens: %d", w.Code)
	}
	h.mark = cookie[0].Value
	if w := h.knock(h.member(1, 0), "GET", "/d?t="+ticket, ""); w.Code != 200 || !strings.Contains(w.Body.String(), "Tôi có mặt") {
		t.Errorf("after signing in: %d", w.Code)
	}
}

// Presence is answered by who is recorded, once, and told as totals only.
func TestPresence(t *testing.T) {
	h, ctx := build(t, dbtest.One(t)), context.Background()
	for i := range 6 {
		if _, err := h.answer(t, h.member(1, i), "p"+string(rune('a'+i)), 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	h.at = begin.Add(time.Hour)
	key := id.New()
	for range 2 { // the form sent twice
		if err := h.Presence.Start(ctx, h.officer, h.meeting, h.morning, key, 1, false); err != nil {
			t.Fatal(err)
		}
	}
	v, err := h.Screen(ctx, h.usher, h.meeting, h.sites[1])
	if err != nil || v.Presence == nil || len(v.Presence.Code) != 4 {
		t.Fatal(v.Presence, err)
	}
	code, page := v.Presence.Code, "/me/presence/"+h.meeting.String()
	wrong := "0000"
	if code == wrong {
		wrong = "1111"
	}
	for _, c := range []struct {
		name   string
		who    access.Actor
		path   string
		body   string
		status int
	}{
		{"a member", h.member(1, 0), page, "code=" + code, 303}, {"twice", h.member(1, 0), page, "code=" + code, 303},
		{"another", h.member(1, 1), page, "code=" + code, 303}, {"a wrong code", h.member(1, 2), page, "code=" + wrong, 422},
		{"then the right one", h.member(1, 2), page, "code=" + code, 303}, {"who was not recorded", h.member(1, 9), page, "code=" + code, 409},
		{"no code", h.member(1, 3), page, "code=", 422}, {"a meeting of nowhere", h.member(1, 3), "/me/presence/" + id.New().String(), "code=" + code, 409},
		{"a slip", h.usher, to(h.meeting) + "/presence/slip", "slip=" + h.codes[1][3], 303}, {"a slip of nobody", h.usher, to(h.meeting) + "/presence/slip", "slip=ZZZ", 422},
		{"a slip taken by a stranger", actor(access.Secretary, id.New()), to(h.meeting) + "/presence/slip", "slip=" + h.codes[1][4], 404},
		{"the last", h.member(1, 5), page, "code=" + code, 303},
	} {
		if w := h.knock(c.who, "POST", c.path, c.body); w.Code != c.status {
			t.Errorf("%s: %d, want %d: %.300s", c.name, w.Code, c.status, w.Body)
		}
	}
	if n := h.number(t, `select count(*) from audit_entry where action = 'attendance.presence_for' and subject <> 0`); n != 1 {
		t.Error("who helped is in the log:", n)
	}
	if day, err := h.Today(ctx, h.member(1, 0)); err != nil || !day.Items[0].Presence || !day.Items[0].Answered {
		t.Errorf("%+v %v", day, err)
	}
	for range 5 {
		h.knock(h.member(1, 4), "POST", page, "code="+wrong)
	}
	if w := h.knock(h.member(1, 4), "POST", page, "code="+code); w.Code != 429 {
		t.Errorf("after five wrong codes: %d", w.Code)
	}
	open, err := h.Presence.Show(ctx, h.officer, h.meeting)
	if err != nil || open.Sessions[0].Calls[0].Totals.Answered != 0 {
		t.Errorf("while people answer: %+v %v", open.Sessions, err)
	}
	h.at = h.at.Add(6 * time.Minute)
	if err := h.Presence.LiftAll(ctx); err != nil {
		t.Fatal(err)
	}
	if n := h.number(t, `select count(*) from attendance_presence where veil is not null`); n != 0 {
		t.Error("nobody looked, and the key is still there:", n)
	}
	over, err := h.Presence.Show(ctx, h.officer, h.meeting)
	if got := over.Sessions[0].Calls[0]; err != nil || got.Totals.Answered != 5 || got.Totals.Of != 6 || got.Seed == "" {
		t.Errorf("%+v %v", got, err)
	}
	if n := h.number(t, `select count(*) from attendance_presence where veil is not null`); n != 0 {
		t.Error("the marks can still be led back to people")
	}
	if w := h.knock(h.member(1, 4), "POST", page, "code="+code); w.Code != 409 && w.Code != 429 {
		t.Errorf("when it is over: %d", w.Code)
	}
}
