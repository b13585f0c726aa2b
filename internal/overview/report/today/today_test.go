package today

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
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
)

var ctx = context.Background()

const (
	city, east, west, ward, cellA, cellB, cellC, lost = id.ID(1), id.ID(2), id.ID(3), id.ID(4), id.ID(5), id.ID(6), id.ID(7), id.ID(8)
	camp, paper                                       = id.ID(50), id.ID(60)
)

// seed is a campaign of 2018 over a city with two districts of cells. Since then the
// districts ended: the eastern became the ward, the western was parted between the ward and
// a cell, and one cell ended without a successor.
func seed(t testing.TB, d *db.DB) *Service {
	t.Helper()
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		for _, u := range []struct {
			u, parent id.ID
			to        any
			name      string
			way       []id.ID
		}{
			{city, 0, nil, "Thành phố mẫu", nil}, {east, city, "2025-06-30", "Huyện Đông mẫu", []id.ID{city}}, {west, city, "2025-06-30", "Huyện Tây mẫu", []id.ID{city}},
			{ward, city, nil, "Phường mẫu", []id.ID{city}}, {cellA, ward, nil, "Chi bộ A mẫu", []id.ID{ward, city}}, {cellB, ward, nil, "Chi bộ B mẫu", []id.ID{ward, city}},
			{cellC, city, nil, "Chi bộ C mẫu", []id.ID{city}}, {lost, west, "2024-12-31", "Chi bộ mất mẫu", []id.ID{west, city}},
		} {
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, valid_to, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, $5, 0)`, u.u, fmt.Sprint(int64(u.u)), u.parent, u.name, u.to)
			for depth, top := range append([]id.ID{u.u}, u.way...) {
				ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.u, depth)
			}
		}
		ex(`insert into org_event (id, unit, title, day, state, created_at) values (90, 1, 'Sắp xếp mẫu', '2025-07-01', 'applied', 0)`)
		for _, p := range [][3]int64{{2, 4, 7}, {3, 4, 2}, {3, 7, 3}} {
			ex(`insert into org_successor (event, old, new, people) values (90, $1, $2, $3)`, p[0], p[1], p[2])
		}
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, 1, 'resolution', '26-NQ/TW', 'x', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, paper)
		ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, 1, 'Đợt mẫu 2018', 'closed', '2018-06-26', 0)`, camp)
		ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, camp, paper)
		for _, u := range []struct {
			u, parent      id.ID
			lo, hi, depth  int
			members, study int
		}{
			{city, 0, 1, 7, 0, 1, 1}, {east, city, 2, 4, 1, 7, 5}, {cellA, east, 3, 3, 2, 30, 28}, {cellB, east, 4, 4, 2, 20, 20},
			{west, city, 5, 7, 1, 5, 3}, {cellC, west, 6, 6, 2, 10, 9}, {lost, west, 7, 7, 2, 4, 2},
		} {
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members) select $1, id, $3, $4, $5, $6, 'cell', name, short, $7 from org_unit where id = $2`,
				camp, u.u, u.parent, u.lo, u.hi, u.depth, u.members)
			ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
				values ($1, $2, $3, 'member', $4, 0, $4, 0, 0, 0, 0, $4, 0, 0, 0, 0)`, camp, paper, u.lo, u.study)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &Service{DB: d, Now: clock.Fixed(time.Date(2026, 2, 7, 9, 0, 0, 0, clock.Zone))}
}

func as(r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

// said is a view in one line: "Phường mẫu 57/53".
func said(v View) string {
	var out []string
	for _, l := range v.Today.Lines {
		out = append(out, fmt.Sprintf("%s %d/%d", l.Name, l.Count.Members, l.Count.Studied))
	}
	if l := v.Today.Own; l != nil {
		out = append(out, fmt.Sprintf("own %d/%d", l.Count.Members, l.Count.Studied))
	}
	if l := v.Today.Elsewhere; l != nil {
		out = append(out, fmt.Sprintf("elsewhere %d/%d", l.Count.Members, l.Count.Studied))
	}
	if l := v.Today.Lost; l != nil {
		out = append(out, fmt.Sprintf("lost %d/%d", l.Count.Members, l.Count.Studied))
	}
	return strings.Join(out, ", ")
}

func TestShow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		for _, c := range []struct {
			say  string
			who  access.Actor
			ask  Ask
			want string
			kind fault.Kind
		}{
			{"the whole, in today's tree", as(access.Officer, city), Ask{Campaign: camp}, "Phường mẫu 57/53, Chi bộ C mẫu 10/9, own 6/4, lost 4/2", 0},
			{"down to the ward", as(access.Officer, city), Ask{Campaign: camp, At: ward}, "Chi bộ A mẫu 30/28, Chi bộ B mẫu 20/20, own 7/5", 0},
			{"a district that ended stands where it went", as(access.Officer, east), Ask{Campaign: camp, Unit: east}, "Chi bộ A mẫu 30/28, Chi bộ B mẫu 20/20, own 7/5", 0},
			{"one that was parted", as(access.Officer, west), Ask{Campaign: camp, Unit: west}, "Phường mẫu 0/0, Chi bộ C mẫu 10/9, own 5/3, lost 4/2", 0},
			{"a ward that was not there", as(access.UnitOfficer, ward), Ask{Campaign: camp, Unit: ward}, "Chi bộ A mẫu 30/28, Chi bộ B mẫu 20/20, own 7/5", 0},
			{"out of sight", as(access.Officer, east), Ask{Campaign: camp, Unit: west}, "", fault.Missing},
			{"no such campaign", as(access.Officer, city), Ask{Campaign: 7}, "", fault.Missing},
			{"no such document", as(access.Officer, city), Ask{Campaign: camp, Document: 7}, "", fault.Missing},
			{"a unit that is none", as(access.Officer, city), Ask{Campaign: camp, At: 777}, "", fault.Missing},
		} {
			v, err := s.Show(ctx, c.who, c.ask)
			if fault.Of(err) != c.kind || c.kind == 0 && err != nil {
				t.Errorf("%s: %v", c.say, err)
				continue
			}
			if got := said(v); err == nil && strings.ReplaceAll(c.want, "Phường mẫu 0/0, ", "") != got {
				t.Errorf("%s: %s, want %s", c.say, got, c.want)
			}
			if err == nil && v.Frozen != nil && c.ask.At == 0 && v.Frozen.Count != v.Today.Total.Count {
				t.Errorf("%s: totals differ: %+v %+v", c.say, v.Frozen.Count, v.Today.Total.Count)
			}
		}
		c, rows, _, err := s.Successors(ctx, as(access.Officer, city), camp, db.Page{})
		if err != nil || c.ID != camp || len(rows.Items) != 6 || len(rows.Items[0].Into) != 1 || rows.Items[0].Into[0].ID != ward {
			t.Errorf("successors: %v %+v", err, rows.Items)
		}
	})
}

func TestDoors(t *testing.T) {
	s := seed(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: s.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Thành phố mẫu", true }}
	h := site.Handler(s.Routes(), http.NotFoundHandler())
	at, api := "/campaigns/"+camp.String(), "/api/v1/campaigns/"+camp.String()
	officer, far := as(access.Officer, city), as(access.Officer, 99)
	for _, c := range []struct {
		say, path string
		who       access.Actor
		status    int
		has, not  string
	}{
		{"today", at + "/today", officer, 200, "Không còn đơn vị kế tục", "Huyện Đông mẫu"},
		{"totals are told equal", at + "/today", officer, 200, "Bằng số liệu gốc của đợt: 77 đảng viên, 68 đã học", ""},
		{"one line further", at + "/today?at=" + ward.String(), officer, 200, "Chi bộ A mẫu", "Chi bộ C mẫu"},
		{"a bad document", at + "/today?document=x", officer, 404, "", ""},
		{"a bad unit", at + "/today?unit=x", officer, 404, "", ""},
		{"a stranger", at + "/today", far, 404, "", "mẫu 57"},
		{"successors", at + "/successors", officer, 200, "Phường mẫu", ""},
		{"of a stranger", at + "/successors", far, 404, "", ""},
		{"a bad piece", at + "/successors?after=%ff", officer, 422, "", ""},
		{"the API", api + "/today", officer, 200, `"studied":53`, ""},
		{"its successors", api + "/successors", officer, 200, `"2025-06-30"`, ""},
		{"as a stranger", api + "/today", far, 404, "", ""},
	} {
		who = c.who
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "http://localhost"+c.path, nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.has) || c.not != "" && strings.Contains(w.Body.String(), c.not) {
			t.Errorf("%s: %d %.600s", c.say, w.Code, w.Body)
		}
	}
}
