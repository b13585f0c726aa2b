package ledger

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/attendance"
)

func TestState(t *testing.T) {
	for _, c := range []struct {
		name string
		line Line
		want string
	}{
		{"came", Line{Expected: true, Grade: 3}, "present"},
		{"came late", Line{Expected: true, Grade: 3, Late: true}, "late"},
		{"came late and left early", Line{Expected: true, Grade: 3, Late: true, Left: 1}, "left"},
		{"exempt and came", Line{Expected: true, Exempt: true, Grade: 3}, "exempt_came"},
		{"exempt and did not", Line{Expected: true, Exempt: true}, "exempt"},
		{"came without being asked", Line{Grade: 2}, "unexpected"},
		{"declared to have studied above", Line{Expected: true, Grade: 5, Form: "higher", How: "declared"}, "higher"},
		{"excused, and made up for it", Line{Expected: true, Absent: true, Reason: "sick", MadeUp: 1, Studied: true}, "made_up"},
		{"excused, and studied elsewhere", Line{Expected: true, Absent: true, Reason: "sick", Studied: true}, "elsewhere"},
		{"excused", Line{Expected: true, Absent: true, Reason: "sick"}, "excused"},
		{"absent", Line{Expected: true, Absent: true}, "unexcused"},
		{"nobody said anything", Line{Expected: true}, "unknown"},
	} {
		if got := c.line.State(); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// day is the morning: one comes in time, one late and leaves early, one is excused, one absent
// without a word; in the west nobody says anything. The excused one comes to the make-up.
func (w *world) day(t testing.TB) (makeUp meeting.Meeting) {
	t.Helper()
	ctx := context.Background()
	if _, err := w.at(now.Add(-90*time.Minute)).RollCall(ctx, w.host, w.meeting, w.siteEast, []attendance.Mark{{Person: w.people[0], Present: true}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.at(now).RollCall(ctx, w.host, w.meeting, w.siteEast, []attendance.Mark{{Person: w.people[1], Present: true}, {Person: w.people[2], Reason: "sick"}, {Person: w.people[3]}}); err != nil {
		t.Fatal(err)
	}
	w.exec(t, `insert into attendance_visit (session, person, meeting, site, came_at, timing, how, left_at) values ($1, $2, $1, $3, 0, 'late', 'own_code', $4)`,
		w.meeting, w.people[1], w.siteEast, now.Add(time.Hour).UnixMilli())
	plan := &meeting.Service{DB: w.d, Now: clock.Fixed(now.Add(9 * time.Hour))}
	up := func(of id.ID, days int) meeting.Meeting {
		m, err := plan.MakeUp(ctx, w.officer, of, meeting.Meeting{ID: id.New(), Mode: "in_person", Title: "Học bù", Starts: now.AddDate(0, 0, days).UnixMilli(), Ends: now.AddDate(0, 0, days).Add(3 * time.Hour).UnixMilli()})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := up(w.meeting, 7)
	makeUp = up(first.ID, 14)
	var site id.ID
	if err := w.d.Read(ctx, func(tx db.Tx) error {
		all, err := meeting.Sites(ctx, tx, makeUp.ID)
		site = all[0].ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.at(now.AddDate(0, 0, 14)).RollCall(ctx, w.officer, makeUp.ID, site, []attendance.Mark{{Person: w.people[2], Present: true}}); err != nil {
		t.Fatal(err)
	}
	return makeUp
}

func TestLedger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		w.day(t)
		l, err := w.Of(ctx, w.officer, Query{Meeting: w.meeting})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int64{"present": 1, "left": 1, "made_up": 1, "unexcused": 1, "unknown": 4}
		if fmt.Sprint(l.Sum.States) != fmt.Sprint(want) || l.Sum.Expected != 8 || l.Sum.Came != 2 || l.Sum.Absent() != 5 || l.Sum.Grades != [5]int64{0, 0, 2} {
			t.Errorf("%+v", l.Sum)
		}
		var got []string
		for _, p := range l.Rows.Items {
			got = append(got, p.State())
		}
		if want := "present left made_up unexcused unknown unknown unknown unknown"; strings.Join(got, " ") != want {
			t.Error(got)
		}
		below, err := w.Of(ctx, w.member, Query{Meeting: w.meeting, Find: "mau 00", Site: w.siteEast, Unit: w.east, Page: db.Page{Limit: 2}})
		if err != nil || len(below.Rows.Items) != 2 || below.Rows.Next == "" || below.Sum.Expected != 8 {
			t.Errorf("a secretary reads the own names and everybody's figures: %+v %v", below.Rows, err)
		}
		if far, err := w.Of(ctx, w.stranger, Query{Meeting: w.meeting, Site: w.siteEast}); err != nil || len(far.Rows.Items) != 0 {
			t.Errorf("names of a neighbour: %+v %v", far.Rows, err)
		}
		w.years(t)
		for _, do := range []func(context.Context, access.Actor, Query) ([]byte, error){w.Print, w.SignIn, w.Sheet} {
			if b, err := do(ctx, w.officer, Query{Meeting: w.meeting}); err != nil || !bytes.HasPrefix(b, []byte("PK")) {
				t.Error(err)
			}
		}
	})
}

func TestCrowd(t *testing.T) {
	w, ctx := seed(t, dbtest.One(t)), context.Background()
	w.day(t)
	w.exec(t, `update campaign_unit set members = 60000 where unit = $1`, w.east)
	l, err := w.Of(ctx, w.officer, Query{Meeting: w.meeting, Site: w.siteEast})
	if err != nil || !l.Sum.Rough || l.Sum.Came != 2 || l.Sum.Expected != 60000 {
		t.Errorf("%+v %v", l.Sum, err)
	}
	if err := w.d.Read(ctx, func(tx db.Tx) error {
		rows, crowded, err := OfUnit(ctx, tx, w.province, 2018)
		if err == nil && (!crowded || rows[0].Sum.Came != 2) {
			t.Errorf("%+v", rows)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// years reads the year of a member and of a unit.
func (w *world) years(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	err := w.d.Read(ctx, func(tx db.Tx) error {
		m, err := OfMember(ctx, tx, w.people[2], 2018)
		if err != nil || len(m) != 3 || m[0].State() != "made_up" || m[1].State() != "elsewhere" && m[1].State() != "made_up" || m[2].State() != "present" || m[0].Documents != "26-NQ/TW" || m[0].Campaign != w.campaign {
			t.Errorf("%+v %v", m, err)
		}
		u, _, err := OfUnit(ctx, tx, w.cell, 2018)
		if err != nil || len(u) != 3 || u[0].Sum.Expected != 4 || u[0].Sum.Came != 2 || u[0].Sum.States["made_up"] != 1 {
			t.Errorf("%+v %v", u, err)
		}
		u, _, err = OfUnit(ctx, tx, w.cell, 2017)
		if len(u) != 0 {
			t.Errorf("another year: %+v", u)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.day(t)
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	h := site.Handler(w.Routes(), http.NotFoundHandler())
	m := "/meetings/" + w.meeting.String()
	for _, c := range []struct {
		name, path string
		who        access.Actor
		status     int
		has        string
	}{
		{"the ledger", m + "/ledger", w.officer, 200, "Có mặt, về sớm"},
		{"it offers the make-up", m + "/ledger", w.officer, 200, `action="` + m + `/make-up"`},
		{"a secretary is offered none", m + "/ledger?q=mau", w.member, 200, "Vắng, đã học bù"},
		{"a search that is too long", m + "/ledger?q=" + strings.Repeat("a", 101), w.officer, 422, ""},
		{"a site that is none", m + "/ledger?site=x", w.officer, 404, ""},
		{"a cursor that is none", m + "/ledger?after=%25", w.officer, 422, ""},
		{"a meeting that is none", "/meetings/x/ledger", w.officer, 404, ""},
		{"as a paper", m + "/ledger.docx", w.officer, 200, "PK"},
		{"as a sheet", m + "/ledger.xlsx", w.officer, 200, "PK"},
		{"to sign", m + "/sign-in.docx?site=" + w.siteEast.String(), w.host, 200, "PK"},
		{"by API", "/api/v1" + m + "/ledger", w.officer, 200, `"made_up"`},
		{"a paper by API", "/api/v1" + m + "/ledger.docx", w.officer, 200, "PK"},
		{"a sheet by API", "/api/v1" + m + "/ledger.xlsx", w.officer, 200, "PK"},
		{"to sign by API", "/api/v1" + m + "/sign-in.docx", w.officer, 200, "PK"},
	} {
		who = c.who
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost"+c.path, nil))
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.500s", c.name, rec.Code, c.status, c.has, rec.Body)
		}
	}
}

// TestPapers writes papers of 300 people into the folder LEDGER_PAPERS, to be looked at.
func TestPapers(t *testing.T) {
	dir := os.Getenv("LEDGER_PAPERS")
	if dir == "" {
		t.Skip("set LEDGER_PAPERS to a folder to get papers")
	}
	w, ctx := seed(t, dbtest.One(t)), context.Background()
	for i := 10; i < 310; i++ {
		unit, lo := w.cell, 3
		if i%2 == 0 {
			unit, lo = w.far, 5
		}
		p, name := id.New(), fmt.Sprintf("Đảng viên mẫu %03d", i)
		w.exec(t, `insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, p, name, text.Fold(name), text.NameKey(name), unit)
		w.exec(t, `insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', false, $6, $5)`, w.campaign, p, unit, lo, i, i%40 == 0)
		switch {
		case i%2 == 1 && i%7 != 0:
			w.people = append(w.people, p)
		}
	}
	w.exec(t, `update meeting set minutes = $2, chair = 'Đảng viên mẫu 001', monitor = 'Đảng viên mẫu 002' where id = $1`, w.meeting, "Hội nghị nghe báo cáo viên truyền đạt nội dung Nghị quyết.\nThảo luận 30 phút, 4 ý kiến.")
	w.exec(t, `update org_unit set committee = 'THÀNH UỶ MẪU', symbol = 'TU', place = 'Hải Phòng' where id = $1`, w.province)
	for s, title := range []string{"Buổi sáng", "Buổi chiều"} {
		w.exec(t, `insert into meeting_session (id, meeting, ord, title, starts_at, ends_at) values ($1, $2, $3, $4, $5, $6)`, id.New(), w.meeting, s, title,
			now.Add(time.Duration(2*s-1)*time.Hour).UnixMilli(), now.Add(time.Duration(2*s+1)*time.Hour).UnixMilli())
	}
	w.day(t)
	marks := []attendance.Mark{}
	for i, p := range w.people[4:] {
		marks = append(marks, attendance.Mark{Person: p, Present: i%9 != 0, Reason: []string{"", "sick", "work"}[i%3]})
	}
	if _, err := w.at(now.Add(-65*time.Minute)).RollCall(ctx, w.host, w.meeting, w.siteEast, marks); err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func(context.Context, access.Actor, Query) ([]byte, error){"ledger.docx": w.Print, "sign-in.docx": w.SignIn, "ledger.xlsx": w.Sheet} {
		b, err := do(ctx, w.officer, Query{Meeting: w.meeting})
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A secretary's roll call at a linked meeting is booked at the site that invites the unit, and
// who comes to another site is simply there, and shown as from elsewhere.
func TestOtherSite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		v, err := w.at(now).List(ctx, w.member, attendance.Query{Meeting: w.meeting, Taking: true})
		if err != nil || v.At != w.siteEast {
			t.Fatalf("the roll is taken at %s, want %s: %v", v.At, w.siteEast, err)
		}
		for site, person := range map[id.ID]id.ID{w.siteEast: w.people[0], w.siteWest: w.people[1]} {
			if _, err := w.at(now).RollCall(ctx, w.officer, w.meeting, site, []attendance.Mark{{Person: person, Present: true}}); err != nil {
				t.Fatal(err)
			}
		}
		v, err = w.at(now).List(ctx, w.officer, attendance.Query{Meeting: w.meeting, Show: "present"})
		if err != nil || len(v.Rows.Items) != 2 || v.Rows.Items[0].Strayed || !v.Rows.Items[1].Strayed {
			t.Errorf("%+v %v", v.Rows.Items, err)
		}
	})
}
