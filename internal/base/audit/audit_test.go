package audit

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

const (
	province id.ID = 1
	district id.ID = 2
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, clock.Zone)

// room has a province with a district, and three entries a day from 18 to 20 November.
func room(t *testing.T, d *db.DB) *Service {
	t.Helper()
	s, ctx := &Service{DB: d, Now: clock.Fixed(noon)}, context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		for _, q := range []string{
			`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values
				(1, 'HP', 'province', null, 'Đảng bộ mẫu', 'Mẫu', '', '', 1), (2, 'HP1', 'equivalent', 1, 'Huyện mẫu', 'Huyện', '', '', 1)`,
			`insert into org_below (top, unit, depth) values (1, 1, 0), (2, 2, 0), (1, 2, 1)`,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		who := access.Actor{Account: 7, Name: "Cán bộ mẫu"}
		for day := range 3 {
			at := noon.AddDate(0, 0, day-2).UnixMilli()
			for _, e := range []struct {
				action string
				unit   id.ID
			}{{"account.give", district}, {"report.accept", province}, {"account.setup", 0}} {
				if err := Write(ctx, tx, who, at, e.action, 9, e.unit, map[string]any{"role": "usher", "from": "2026-11-20", "n": 1930}, "vì <thế>"); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: 7, Name: "Người xem", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit}}}
}

func TestScopeAndFilters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := room(t, d), context.Background()
		for _, row := range []struct {
			says string
			who  access.Actor
			f    Filter
			want int
		}{
			{"the top sees all, also what belongs to no unit", at(access.Inspector, province), Filter{}, 9},
			{"a district sees its own", at(access.Inspector, district), Filter{}, 3},
			{"an officer sees nothing", at(access.UnitOfficer, province), Filter{}, 0},
			{"nobody sees nothing", access.Actor{}, Filter{}, 0},
			{"one action", at(access.Administrator, province), Filter{Action: "account.give"}, 3},
			{"a room", at(access.Administrator, province), Filter{Action: "account."}, 6},
			{"one day", at(access.Administrator, province), Filter{From: "2026-11-19", To: "2026-11-19"}, 3},
			{"from a day on", at(access.Administrator, province), Filter{From: "2026-11-19"}, 6},
			{"a unit and below", at(access.Administrator, province), Filter{Unit: province}, 6},
			{"the unit below", at(access.Administrator, province), Filter{Unit: district}, 3},
			{"a unit outside the scope", at(access.Administrator, district), Filter{Unit: province}, 3},
			{"a person", at(access.Administrator, province), Filter{Account: 7}, 9},
			{"another person", at(access.Administrator, province), Filter{Account: 8}, 0},
			{"a subject", at(access.Administrator, province), Filter{Subject: 9, Action: "report.accept"}, 3},
		} {
			rows, err := s.List(ctx, row.who, row.f)
			if err != nil || len(rows.Items) != row.want {
				t.Errorf("%s: %d entries, want %d, %v", row.says, len(rows.Items), row.want, err)
			}
		}
		f := Filter{Page: db.Page{Limit: 4}}
		var seen []id.ID
		for {
			rows, err := s.List(ctx, at(access.Inspector, province), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range rows.Items {
				if n := len(seen); n > 0 && seen[n-1] <= l.ID {
					t.Fatal("not the newest first")
				}
				seen = append(seen, l.ID)
			}
			if f.Page.After = rows.Next; rows.Next == "" {
				break
			}
		}
		if len(seen) != 9 {
			t.Errorf("%d entries over all pieces", len(seen))
		}
		if _, err := s.List(ctx, at(access.Inspector, province), Filter{From: "hôm qua"}); fault.Of(err) != fault.Invalid {
			t.Error("a day that is none:", err)
		}
	})
}

// What was moved stands in the log of the unit that it left as well, named there.
func TestMoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := room(t, d), context.Background()
		err := d.Write(ctx, func(tx db.Tx) error {
			if _, err := tx.ExecContext(ctx, `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values (3, 'HP2', 'equivalent', 1, 'Huyện khác', 'Khác', '', '', 1)`); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `insert into org_below (top, unit, depth) values (3, 3, 0), (1, 3, 1)`); err != nil {
				return err
			}
			who := access.Actor{Account: 7, Name: "Cán bộ mẫu"}
			return Write(ctx, tx, who, s.Now.Ms(), "person.move", 11, 3, map[string]any{"old": district, "new": id.ID(3), "from": "2026-11-20"}, "theo nghị quyết", district)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			says   string
			who    access.Actor
			f      Filter
			want   int
			hidden bool
		}{
			{"the unit left", at(access.Inspector, district), Filter{Action: "person."}, 1, false},
			{"the unit gained", at(access.Inspector, 3), Filter{Action: "person."}, 1, false},
			{"both see one line", at(access.Inspector, province), Filter{Action: "person."}, 1, false},
			{"narrowed to the unit left", at(access.Inspector, province), Filter{Action: "person.", Unit: district}, 1, false},
			{"an auditor sees no content", at(access.Auditor, district), Filter{Action: "person."}, 1, true},
			{"somebody else", at(access.Inspector, 99), Filter{Action: "person."}, 0, false},
		} {
			rows, err := s.List(ctx, row.who, row.f)
			if err != nil || len(rows.Items) != row.want {
				t.Errorf("%s: %d lines, want %d, %v", row.says, len(rows.Items), row.want, err)
				continue
			}
			for _, l := range rows.Items {
				if got := fmt.Sprint(l.Facts("vi")); !row.hidden && got != "[{Thay đổi Huyện mẫu Huyện khác} {Từ  20/11/2026}]" || row.hidden && got != "[]" {
					t.Errorf("%s: %s", row.says, got)
				}
			}
		}
	})
}

func TestFacts(t *testing.T) {
	for detail, want := range map[string]string{
		``: ``,
		`{"role":"usher","from":"2018-06-01","to":""}`:                  `Từ=01/06/2018 Vai trò=Phụ trách điểm danh `,
		`[{"field":"name","old":"A","new":"B"}]`:                        `Tên=A→B `,
		`{"n":1930,"part":{"a":1},"x":null}`:                            `Số lượng=1.930 part=a: 1 `,
		`not json`:                                                      `=not json `,
		`{"old":{"cell":90},"new":{"cell":60},"key":"meeting.minutes"}`: `Thay đổi=cell: 90→cell: 60 Thiết lập=meeting.minutes `,
		`[1,2]`: `=[1,2] `,
	} {
		got := ""
		for _, f := range (Line{Entry: Entry{Detail: detail}}).Facts("vi") {
			got += f.Name + "="
			if f.Old != "" {
				got += f.Old + "→"
			}
			got += f.New + " "
		}
		if got != want {
			t.Errorf("%s is %q, want %q", detail, got, want)
		}
	}
	if d := (Entry{Action: "account.give"}).Deed("en"); d != "Gave a right" {
		t.Error(d)
	}
	if d := (Entry{Action: "x.y"}).Deed("vi"); d != "x.y" {
		t.Error(d)
	}
}

func TestDoors(t *testing.T) {
	s := room(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: s.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "", false }}
	h := site.Handler(s.Routes(), ui.Static())
	top, below, officer := at(access.Inspector, province), at(access.Inspector, district), at(access.Officer, province)
	for _, row := range []struct {
		says   string
		who    access.Actor
		path   string
		status int
		has    string
		not    string
	}{
		{"nobody", access.Actor{}, "/audit", 303, "", ""},
		{"an officer", officer, "/audit", 403, "", ""},
		{"the log", top, "/audit", 200, "toàn hệ thống", "<thế>"},
		{"a district's log", below, "/audit", 200, "Huyện mẫu", "toàn hệ thống"},
		{"a filter", top, "/audit?action=report.&from=2026-11-20&to=20/11/2026", 200, "Duyệt báo cáo", "Giao quyền"},
		{"an unknown action", top, "/audit?action=%3Cb%3E", 200, "Không có việc nào phù hợp", "<b>\""},
		{"a bad day is told and passed over", top, "/audit?from=qua", 200, "07/02/2026", ""},
		{"a bad unit", top, "/audit?unit=zzz", 404, "", ""},
		{"a bad cursor", top, "/audit?after=zzz", 422, "", ""},
		{"NUL", top, "/audit?action=%00", 422, "", ""},
		{"broken UTF-8", top, "/audit?action=%ff", 422, "", ""},
		{"JSON", below, "/api/v1/audit?limit=2", 200, `"next":"`, "account.setup"},
		{"JSON for an officer", officer, "/api/v1/audit", 403, "", ""},
		{"JSON with a bad day", top, "/api/v1/audit?from=2026-02-30", 422, "from", ""},
		{"JSON with a bad unit", top, "/api/v1/audit?unit=zzz", 422, "", ""},
		{"JSON with a long action", top, "/api/v1/audit?action=" + strings.Repeat("a", 100), 422, "", ""},
	} {
		who = row.who
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", row.path, nil))
		if w.Code != row.status || !strings.Contains(w.Body.String(), row.has) || row.not != "" && strings.Contains(w.Body.String(), row.not) {
			t.Errorf("%s: %s is %d, want %d with %q without %q", row.says, row.path, w.Code, row.status, row.has, row.not)
		}
	}
}

func TestAddresses(t *testing.T) {
	v := view{q: url.Values{"action": {"account."}, "after": {"x"}, "unit": {""}}}
	for _, row := range [][3]string{{"unit", "1", "/audit?action=account.&unit=1"}, {"action", "", "/audit"}, {"after", "y", "/audit?action=account.&after=y"}} {
		if got := v.with(row[0], row[1]); got != row[2] {
			t.Errorf("%v: %s", row, got)
		}
	}
}
