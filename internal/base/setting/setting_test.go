package setting

import (
	"context"
	"encoding/json"
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

type minutes struct {
	Cell int64    `json:"cell"`
	Note string   `json:"note"`
	Open bool     `json:"open"`
	List []string `json:"list"`
}

type size string

var (
	margin = Key[int]{Name: "paper.margin", Default: 30, Source: "Hướng dẫn mẫu"}
	least  = Key[minutes]{Name: "meeting.minutes", Default: minutes{Cell: 90, List: []string{"a"}}}
	sheet  = Key[size]{Name: "paper.size", Default: "a4"}
)

func room(t *testing.T, d *db.DB) *Service {
	t.Helper()
	ctx := context.Background()
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
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &Service{DB: d, Now: clock.Fixed(time.Date(2026, 11, 20, 12, 0, 0, 0, clock.Zone)), Fields: []Field{
		OfAll(Line(Installation, "setting.installation")), Number(margin, "m", 10, 50), Choice(sheet, "s", "a4", "a5"), Flag(Demo, "d"), Group(least, "l", "l.cell", "l.note", "l.open")}}
}

func at(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: 7, Name: "Quản trị mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit}}}
}

func (s *Service) on(t *testing.T, unit id.ID, day string) (m int) {
	t.Helper()
	err := s.DB.Read(context.Background(), func(tx db.Tx) (err error) {
		m, err = margin.On(context.Background(), tx, unit, day)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestValuesHaveDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := room(t, d), context.Background()
		top := at(access.Administrator, province)
		put := func(unit id.ID, from, value string) {
			t.Helper()
			if err := s.Put(ctx, top, unit, margin.Name, from, json.RawMessage(value), "Quy định mẫu"); err != nil {
				t.Fatal(err)
			}
		}
		put(0, "2026-01-01", "20")
		put(0, "2027-01-01", "25")
		put(district, "2026-06-01", "15")
		put(district, "2026-06-01", "16") // mended the same day
		for _, row := range []struct {
			unit id.ID
			day  string
			want int
		}{{0, "2025-12-31", 30}, {0, "2026-01-01", 20}, {0, "2027-02-01", 25}, {province, "2026-07-01", 20},
			{district, "2026-05-31", 20}, {district, "2026-06-01", 16}, {district, "2027-06-01", 16}} {
			if got := s.on(t, row.unit, row.day); got != row.want {
				t.Errorf("unit %d on %s: %d, want %d", row.unit, row.day, got, row.want)
			}
		}
		list, err := s.List(ctx, at(access.Administrator, district), district)
		if err != nil || len(list) != 4 {
			t.Fatal(list, err)
		}
		if v := list[0]; string(v.Value) != "16" || !v.Own || v.From != "2026-06-01" || len(v.History) != 2 {
			t.Errorf("%+v", v)
		}
		if list, err = s.List(ctx, top, 0); err != nil || string(list[1].Value) != "20" || len(list[1].History) != 2 {
			t.Errorf("%+v %v", list[1], err)
		}
	})
}

func TestWhoMayAndWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := room(t, d), context.Background()
		top, below := at(access.Administrator, province), at(access.Administrator, district)
		for _, row := range []struct {
			says        string
			who         access.Actor
			unit        id.ID
			name, value string
			from        string
			kind        fault.Kind
			key         string
		}{
			{"a district changes nothing for all", below, 0, margin.Name, "20", "", fault.Denied, "setting.top_only"},
			{"nor above", below, province, margin.Name, "20", "", fault.Missing, "fault.missing"},
			{"an officer changes nothing", at(access.Officer, province), province, margin.Name, "20", "", fault.Denied, "access.denied"},
			{"what is of all is of no unit", top, district, Installation.Name, `"X"`, "", fault.Missing, "fault.missing"},
			{"no such setting", top, 0, "x", "1", "", fault.Missing, "fault.missing"},
			{"out of bounds", top, 0, margin.Name, "51", "", fault.Invalid, "web.not_number"},
			{"a fraction", top, 0, margin.Name, "20.5", "", fault.Invalid, "web.not_number"},
			{"text for a number", top, 0, margin.Name, `"20"`, "", fault.Invalid, "web.not_number"},
			{"not one of the answers", top, 0, sheet.Name, `"a3"`, "", fault.Invalid, "web.choose"},
			{"no yes or no", top, 0, Demo.Name, `1`, "", fault.Invalid, "setting.bad_value"},
			{"nothing", top, 0, Demo.Name, ``, "", fault.Invalid, "setting.bad_value"},
			{"an empty name", top, 0, Installation.Name, `""`, "", fault.Invalid, "web.required"},
			{"a long name", top, 0, Installation.Name, `"` + strings.Repeat("a", 301) + `"`, "", fault.Invalid, "setting.bad_value"},
			{"a wrong member", top, 0, least.Name, `{"cell":"x"}`, "", fault.Invalid, "web.not_number"},
			{"no object", top, 0, least.Name, `[]`, "", fault.Invalid, "setting.bad_value"},
			{"no day", top, 0, margin.Name, "20", "2026-02-30", fault.Invalid, "web.not_date"},
		} {
			err := s.Put(ctx, row.who, row.unit, row.name, row.from, json.RawMessage(row.value), "")
			if fault.Of(err) != row.kind || fault.Key(err) != row.key {
				t.Errorf("%s: %v, want %s", row.says, err, row.key)
			}
		}
		if err := s.Put(ctx, top, 0, least.Name, "", json.RawMessage(`{"cell":60,"list":["b"],"more":1}`), ""); err != nil {
			t.Fatal(err)
		}
		var m minutes
		err := d.Read(ctx, func(tx db.Tx) (err error) { m, err = least.On(ctx, tx, 0, "2026-11-20"); return err })
		if err != nil || m.Cell != 60 || len(m.List) != 1 || m.List[0] != "a" {
			t.Errorf("%+v %v", m, err)
		}
		n := int64(0)
		d.Read(ctx, func(tx db.Tx) (err error) {
			n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry where action = 'setting.put'`)
			return err
		})
		if n != 1 {
			t.Errorf("%d lines in the log", n)
		}
	})
}

func TestDoors(t *testing.T) {
	s := room(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: s.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: s.Name}
	h := site.Handler(s.Routes(), ui.Static())
	form := func(kv ...string) string {
		v := url.Values{}
		for i := 0; i < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v.Encode()
	}
	top, below := at(access.Administrator, province), at(access.Administrator, district)
	for _, row := range []struct {
		says               string
		who                access.Actor
		method, path, body string
		status             int
		has, not           string
	}{
		{"nobody", access.Actor{}, "GET", "/settings", "", 303, "", ""},
		{"an officer", at(access.Officer, province), "GET", "/settings", "", 403, "", ""},
		{"the top", top, "GET", "/settings", "", 200, "Hướng dẫn mẫu", ""},
		{"a district starts with its own", below, "GET", "/settings", "", 200, "riêng của Huyện mẫu", "Tên hiển thị của hệ thống"},
		{"a unit above", below, "GET", "/settings?unit=" + province.String(), "", 404, "", ""},
		{"no unit", top, "GET", "/settings?unit=zzz", "", 404, "", ""},
		{"named", top, "POST", "/settings/installation.name", form("installation.name", "Đảng bộ đổi tên", "from", "2026-11-20"), 303, "", ""},
		{"and seen", top, "GET", "/settings", "", 200, "Đảng bộ đổi tên", ""},
		{"a bad number is kept and blamed", top, "POST", "/settings/paper.margin", form("paper.margin", "99", "from", "20/11/2026"), 422, "Xin ghi số nguyên từ 10 đến 50", ""},
		{"a bad day", top, "POST", "/settings/paper.margin", form("paper.margin", "20", "from", "mai"), 422, "07/02/2026", ""},
		{"no form", top, "POST", "/settings/paper.margin", "", 422, "", ""},
		{"no setting", top, "POST", "/settings/x", form("x", "1"), 404, "", ""},
		{"a group", top, "POST", "/settings/meeting.minutes", form("cell", "60", "note", "x", "open", "1", "from", "2026-11-20", "unit", district.String()), 303, "", ""},
		{"a district for all", below, "POST", "/settings/paper.margin", form("paper.margin", "20", "from", "2026-11-20"), 403, "", ""},
		{"JSON", top, "GET", "/api/v1/settings?unit=" + district.String(), "", 200, `"value":{"cell":60`, ""},
		{"JSON put", top, "PUT", "/api/v1/settings/paper.margin", `{"value":22}`, 200, "", ""},
		{"JSON put of text", top, "PUT", "/api/v1/settings/paper.margin", `{"value":"22"}`, 422, "paper.margin", ""},
		{"JSON put of nothing", top, "PUT", "/api/v1/settings/paper.margin", `{}`, 422, "", ""},
		{"JSON for a district", below, "PUT", "/api/v1/settings/paper.margin", `{"value":22}`, 403, "", ""},
	} {
		who = row.who
		req := httptest.NewRequest(row.method, row.path, strings.NewReader(row.body))
		if req.Header.Set("Content-Type", "application/x-www-form-urlencoded"); strings.HasPrefix(row.body, "{") {
			req.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != row.status || !strings.Contains(w.Body.String(), row.has) || row.not != "" && strings.Contains(w.Body.String(), row.not) {
			t.Errorf("%s: %s %s is %d, want %d with %q without %q", row.says, row.method, row.path, w.Code, row.status, row.has, row.not)
		}
	}
}
