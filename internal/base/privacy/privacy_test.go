package privacy

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account" // brings words that one's own data speaks too
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"

	_ "quantriet/internal/base/person"
)

func TestDue(t *testing.T) {
	const free = "01/01, 30/04, 01/05, 02/09; 17/02/2026"
	for _, c := range []struct{ says, asked, want string }{
		{"on a Monday", "2026-02-09", "2026-02-11"},
		{"over a weekend", "2026-02-06", "2026-02-10"},
		{"on a Saturday", "2026-02-07", "2026-02-10"},
		{"over two holidays and a weekend", "2026-04-29", "2026-05-05"},
		{"over a day that is free this year alone", "2026-02-16", "2026-02-19"},
		{"into the next year", "2026-12-31", "2027-01-05"},
	} {
		if got := Due(c.asked, 2, free); got != c.want {
			t.Errorf("asked %s (%s): %s, want %s", c.says, c.asked, got, c.want)
		}
	}
	if got := Due("2026-02-09", 0, ""); got != "2026-02-10" {
		t.Error("at least a day", got)
	}
	c := Case{State: "open", DueOn: "2026-02-11"}
	if c.Late("2026-02-11") || !c.Late("2026-02-12") {
		t.Error("late from the day after")
	}
	c.AnsweredAt = clock.Start("2026-02-12").UnixMilli()
	if !c.LateAnswer() {
		t.Error("answered late")
	}
}

type house struct {
	*Service
	member, officer, far access.Actor
}

var ctx = context.Background()

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{Service: &Service{DB: d, Now: clock.Fixed(clock.Start("2026-02-06").Add(9 * time.Hour))}}
	top := org.Unit{ID: id.New(), Code: "P", Level: "commune", Name: "Phường mẫu"}
	a := org.Unit{ID: id.New(), Code: "P1", Level: "cell", Name: "Chi bộ mẫu 01", Parent: top.ID}
	b := org.Unit{ID: id.New(), Code: "P2", Level: "cell", Name: "Chi bộ mẫu 02", Parent: top.ID}
	who := id.New()
	err := d.Write(ctx, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, []org.Unit{top, a, b}, 1, 0); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, 'Đảng viên mẫu 001', '', '', 'official', $2, 1)`, who, a.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into person_membership (person, unit, valid_from, study_home) values ($1, $2, '2020-01-01', true)`, who, a.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	at := func(role access.Role, unit id.ID) access.Actor {
		return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit}}}
	}
	h.member = access.Actor{Account: id.New(), Person: who, Name: "Đảng viên mẫu 001", Lang: "vi"}
	h.officer, h.far = at(access.UnitOfficer, top.ID), at(access.UnitOfficer, b.ID)
	return h
}

func wants(t *testing.T, says string, err error, kind fault.Kind, key string) {
	t.Helper()
	if err == nil || fault.Of(err) != kind || fault.Key(err) != key {
		t.Errorf("%s: %v, want %s", says, err, key)
	}
}

func TestCases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		in := New{ID: id.New(), Kind: "correct", Body: "Ngày sinh đúng là 07/02/1970\r\nXin sửa."}
		c, err := h.Open(ctx, h.member, in)
		if err != nil || c.State != "open" || c.DueOn != "2026-02-10" || strings.Contains(c.Body, "\r") {
			t.Fatalf("%+v %v", c, err)
		}
		if again, err := h.Open(ctx, h.member, in); err != nil || again.ID != c.ID {
			t.Errorf("sent twice: %v", err)
		}
		_, err = h.Open(ctx, h.member, New{ID: id.New(), Kind: "correct", Body: "nữa"})
		wants(t, "one at a time", err, fault.Conflict, "privacy.already")
		_, err = h.Open(ctx, h.member, New{ID: id.New(), Kind: "correct"})
		wants(t, "without words", err, fault.Invalid, "privacy.say_what")
		_, err = h.Open(ctx, h.member, New{ID: id.New(), Kind: "x"})
		wants(t, "no such kind", err, fault.Invalid, "web.choose")
		_, err = h.Open(ctx, h.officer, New{ID: id.New(), Kind: "access"})
		wants(t, "in no roster", err, fault.Missing, "fault.missing")
		seen, err := h.Open(ctx, h.member, New{ID: id.New(), Kind: "access"})
		if err != nil || seen.State != "granted" {
			t.Errorf("to see is answered at once: %+v %v", seen, err)
		}

		rows, err := h.List(ctx, h.officer, Filter{})
		if err != nil || len(rows.Items) != 1 || rows.Items[0].ID != c.ID {
			t.Errorf("the officer's list: %+v %v", rows.Items, err)
		}
		if rows, err := h.List(ctx, h.far, Filter{All: true}); err != nil || len(rows.Items) != 0 {
			t.Errorf("beside: %+v %v", rows.Items, err)
		}
		_, _, err = h.Show(ctx, h.far, c.ID)
		wants(t, "outside the scope", err, fault.Missing, "fault.missing")
		_, err = h.Answer(ctx, h.far, c.ID, "granted", "đã sửa")
		wants(t, "nor answered from there", err, fault.Missing, "fault.missing")
		_, err = h.Answer(ctx, h.officer, c.ID, "granted", " ")
		wants(t, "without words", err, fault.Invalid, "privacy.say_answer")
		_, err = h.Answer(ctx, h.officer, c.ID, "withdrawn", "x")
		wants(t, "no such answer", err, fault.Invalid, "web.choose")
		self := h.officer
		self.Person = h.member.Person
		_, err = h.Answer(ctx, self, c.ID, "granted", "x")
		wants(t, "one's own", err, fault.Denied, "privacy.own")
		done, err := h.Answer(ctx, h.officer, c.ID, "partly", "Đã sửa ngày sinh.")
		if err != nil || done.State != "partly" || done.Answerer != "Cán bộ mẫu" || done.LateAnswer() {
			t.Errorf("%+v %v", done, err)
		}
		_, err = h.Answer(ctx, h.officer, c.ID, "refused", "x")
		wants(t, "twice", err, fault.Conflict, "privacy.closed")
		wants(t, "nor taken back", h.Withdraw(ctx, h.member, c.ID), fault.Conflict, "privacy.closed")

		list, err := h.Data(ctx, h.member, "vi")
		if err != nil || len(list) != len(held) || list[0].Rows[0][0] != "Đảng viên mẫu 001" || list[1].Rows[0][1] != "01/01/2020" {
			t.Errorf("own data: %+v %v", list, err)
		}
		i := slices.IndexFunc(list, func(s Section) bool { return s.Title == "Yêu cầu đã gửi" })
		if i < 0 || len(list[i].Rows) != 2 || list[i].Rows[0][0] != "Sửa dữ liệu" {
			t.Errorf("own requests: %+v", list)
		}
	})
}

// A deletion that was granted takes away, with the answer, what no figure rests on; granted in part or
// refused it takes nothing.
func TestGrantedDeletionDeletes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		person, of := h.member.Person, id.New()
		accounts := &account.Service{DB: d, Now: h.Now}
		h.Close = accounts.CloseFor
		put := func(q string, args ...any) {
			t.Helper()
			if err := d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		put(`insert into person_secret (person, sealed, identity, phone) values ($1, $2, 1, 2)`, person, []byte("x"))
		put(`update person set position = 'Bí thư', position_folded = 'bi thu' where id = $1`, person)
		put(`insert into account (id, login, name, folded, name_key, password, person, lang, created_at) values ($1, 'mau', 'Mẫu', 'mau', 'mau', 'x', $2, 'vi', 0)`, of, person)
		put(`insert into access_grant (id, account, role, unit, valid_from, created_at) select $1, $2, 'usher', unit, '2020-01-01', 0 from person where id = $3`, id.New(), of, person)
		kept := func() (n int64) {
			t.Helper()
			err := d.Read(ctx, func(tx db.Tx) (err error) {
				n, err = db.One(ctx, tx, db.Value[int64], `select (select count(*) from person_secret where person = $1) + (select count(*) from person where id = $1 and position <> '' and position_folded <> '')
					+ (select count(*) from account where person = $1 and disabled_at is null and password is not null)`, person)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		answer := func(state string) Case {
			t.Helper()
			c, err := h.Open(ctx, h.member, New{ID: id.New(), Kind: "delete"})
			if err == nil {
				c, err = h.Answer(ctx, h.officer, c.ID, state, "Đã xem xét.")
			}
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if c := answer("refused"); kept() != 3 || c.Erased != "" {
			t.Errorf("refused: %d kept, %q", kept(), c.Erased)
		}
		if c := answer("partly"); kept() != 3 || c.Erased != "" {
			t.Errorf("in part: %d kept, %q", kept(), c.Erased)
		}
		if c := answer("granted"); kept() != 1 || c.Erased != "numbers,position" {
			t.Errorf("an account with a right above a member's stays: %d kept, %q", kept(), c.Erased)
		}
		put(`update access_grant set revoked_at = 1 where account = $1`, of)
		if c := answer("granted"); kept() != 0 || c.Erased != "account" {
			t.Errorf("granted: %d kept, %q", kept(), c.Erased)
		}
	})
}

func TestDoors(t *testing.T) {
	h := newHouse(t, dbtest.One(t))
	all := map[string]access.Actor{"member": h.member, "officer": h.officer, "far": h.far, "": {}}
	site := &web.Site{Now: h.Now, Name: func(*http.Request) (string, bool) { return "Phường mẫu", true },
		WhoIs: func(r *http.Request) (access.Actor, error) { return all[r.Header.Get("X-Who")], nil }}
	srv := site.Handler(h.Routes(), ui.Static())
	key, form := id.New().String(), func(kv ...string) string {
		v := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	long := strings.Repeat("â", maxBody+1)
	for _, c := range []struct {
		says, who, method, path, body string
		status                        int
		must, mustNot                 string
	}{
		{"nobody", "", "GET", "/me/privacy", "", 303, "", ""},
		{"an officer in no roster", "officer", "GET", "/me/privacy", "", 403, "", ""},
		{"the choice", "member", "GET", "/me/privacy", "", 200, "Sửa điều chưa đúng", ""},
		{"no such kind", "member", "GET", "/me/privacy/new?kind=x", "", 303, "", ""},
		{"the form", "member", "GET", "/me/privacy/new?kind=delete", "", 200, "Những gì không xóa", ""},
		{"too long", "member", "POST", "/me/privacy", form("id", id.New().String(), "kind", "delete", "body", long), 422, "", ""},
		{"NUL", "member", "POST", "/me/privacy", form("id", id.New().String(), "kind", "delete", "body", "a\x00b"), 422, "", ""},
		{"no form id", "member", "POST", "/me/privacy", form("kind", "delete"), 422, "", ""},
		{"sent", "member", "POST", "/me/privacy", form("id", key, "kind", "delete", "body", "<b>số điện thoại</b>"), 303, "", ""},
		{"sent twice", "member", "POST", "/me/privacy", form("id", key, "kind", "delete", "body", "x"), 303, "", ""},
		{"one's own", "member", "GET", "/me/privacy/" + key, "", 200, "chờ trả lời", "<b>số"},
		{"not an id", "member", "GET", "/me/privacy/zzz", "", 404, "", ""},
		{"the list", "officer", "GET", "/privacy", "", 200, "Đảng viên mẫu 001", ""},
		{"the list beside", "far", "GET", "/privacy?all=1", "", 200, "Không có yêu cầu nào", "Đảng viên mẫu 001"},
		{"a member does not list", "member", "GET", "/privacy", "", 403, "", ""},
		{"a cursor that is none", "officer", "GET", "/privacy?after=zzz", "", 422, "", ""},
		{"the case", "officer", "GET", "/privacy/" + key, "", 200, "Gửi câu trả lời", "<b>số"},
		{"nothing is chosen for a deletion", "officer", "GET", "/privacy/" + key, "", 200, "không lấy lại được", " checked"},
		{"answered without a choice", "officer", "POST", "/privacy/" + key + "/answer", form("answer", "Đã xóa."), 422, "", ""},
		{"the case beside", "far", "GET", "/privacy/" + key, "", 404, "", ""},
		{"answered by nothing", "officer", "POST", "/privacy/" + key + "/answer", form("state", "granted", "answer", ""), 422, "Xin ghi câu trả lời", ""},
		{"answered", "officer", "POST", "/privacy/" + key + "/answer", form("state", "granted", "answer", "Đã xóa."), 303, "", ""},
		{"answered twice", "officer", "POST", "/privacy/" + key + "/answer", form("state", "granted", "answer", "x"), 409, "", ""},
		{"the answer is seen", "member", "GET", "/me/privacy/" + key, "", 200, "Đã xóa.", "Rút yêu cầu"},
		{"own data", "member", "GET", "/me/data", "", 200, "Chi bộ mẫu 01", ""},
		{"own data in JSON", "member", "GET", "/api/v1/me/data", "", 200, "Chi bộ mẫu 01", ""},
		{"cases in JSON", "officer", "GET", "/api/v1/privacy?all=true", "", 200, `"state":"granted"`, ""},
		{"opened in JSON", "member", "POST", "/api/v1/me/privacy", `{"kind":"object","body":"thống kê"}`, 200, `"state":"open"`, ""},
		{"a bad kind in JSON", "member", "POST", "/api/v1/me/privacy", `{"kind":"x"}`, 422, "", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("X-Who", c.who)
		if c.method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if strings.HasPrefix(c.path, "/api/") {
				r.Header.Set("Content-Type", "application/json")
			}
		}
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, r)
		got := w.Body.String()
		if w.Code != c.status || !strings.Contains(got, c.must) || c.mustNot != "" && strings.Contains(got, c.mustNot) {
			t.Errorf("%s: %d, want %d %q\n%.600s", c.says, w.Code, c.status, c.must, got)
		}
	}
}
