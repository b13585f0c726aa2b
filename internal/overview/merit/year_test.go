package merit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/merit"
	"quantriet/internal/overview/merit/year"
	"quantriet/internal/ui"
	_ "quantriet/internal/work/attendance" // its words for the forms
)

var ctx = context.Background()

func TestYearSheets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := merit.Seed(t, d)
		s := &year.Service{DB: d, Now: clock.Fixed(merit.Now)}
		m := &merit.Service{DB: d, Now: clock.Fixed(merit.Now)}
		for _, p := range []merit.Proposal{{ID: id.New(), Campaign: merit.Round, Unit: merit.One, Kind: "commend", What: "Đúng hạn.", Codes: []string{"in_time"}},
			{ID: id.New(), Campaign: merit.Round, Person: merit.People(0), Kind: "commend", What: "Báo cáo viên giỏi.", Codes: []string{"spoke"}}} {
			ok(t, m.Propose(ctx, w.Eastern, p))
			ok(t, m.Decide(ctx, w.Eastern2, p.ID, true, "Rõ."))
		}
		u, err := s.OfUnit(ctx, w.Eastern, merit.One, 2016, 2018, []year.Group{{Excellent: 3, Good: 10}})
		ok(t, err)
		n, of := u.InTime()
		sure, asked := u.Sure()
		if len(u.Rows) != 3 || n != 3 || of != 3 || sure != 9 || asked != 9 || len(u.Judged) != 1 || u.Caps.Percent != 20 || u.Caps.Hold() {
			t.Errorf("One: %d campaigns, %d/%d in time, %d/%d sure, %+v %+v", len(u.Rows), n, of, sure, asked, u.Judged, u.Caps)
		}
		if p := u.Rows[2].Papers; len(p) != 1 || p[0].All.Num != 4 || p[0].All.Den != 4 || p[0].Grades[0] != 4 {
			t.Errorf("what One studied: %+v", u.Rows[2].Papers)
		}
		if two, err := s.OfUnit(ctx, w.Eastern, merit.Two, 0, 0, nil); err != nil || len(two.Rows) != 1 || !two.Rows[0].Late {
			t.Errorf("Two: %+v %v", two.Rows, err)
		}
		p, err := s.OfPerson(ctx, w.Member, merit.People(0), 0, 0)
		ok(t, err)
		if !p.Mine || len(p.Rows) != 1 || p.Rows[0].Spoke != 1 || len(p.Rows[0].Done) != 1 || len(p.Judged) != 1 {
			t.Errorf("the member: %+v", p)
		}
		if p, err = s.OfPerson(ctx, w.Eastern, merit.People(5), 2018, 0); err != nil || p.Rows[0].Unexcused != 1 || len(p.Rows[0].Done) != 0 {
			t.Errorf("who was absent: %+v %v", p, err)
		}
		ok(t, d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from audit_look where purpose = 'merit.evidence'`)
			if n != 1 {
				t.Errorf("%d readings are told", n)
			}
			return err
		}))
		ok(t, d.Write(ctx, func(tx db.Tx) error {
			for _, q := range []string{`delete from recheck_person where person >= 104`,
				`insert into essay_task (id, campaign, unit, kind, title, folded, prompt, state, due_at, pass, bound, seed, created_at) values (900, 5002, 1000, 'essay', 'Bài', 'x', 'x', 'closed', 1, 50, 10, 'x', 0)`,
				`insert into essay (id, task, campaign, unit, lo, person, state, points, passed, started_at) values (901, 900, 5002, 1002, 3, 8000, 'marked', 85, true, 0)`,
				`insert into essay_member (task, person, essay, ord, must) values (900, 8000, 901, 0, true)`} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		}))
		if u, err = s.OfUnit(ctx, w.One, merit.One, 2018, 0, nil); err != nil || u.Rows[0].Asked != 0 || u.Rows[0].Confirmed != 0 {
			t.Errorf("what four people said is told: %+v %v", u.Rows, err)
		}
		if p, err = s.OfPerson(ctx, w.One, merit.People(0), 2018, 0); err != nil || len(p.Rows[0].Essays) != 1 || p.Rows[0].Essays[0].Passed {
			t.Errorf("a result before it is released: %+v %v", p.Rows, err)
		}
		var who access.Actor
		h := house(s, &who)
		who = w.Eastern
		for path, want := range map[string]string{"/units/" + merit.One.String() + "/evidence.docx?excellent=3&good=10": "Đúng hạn.", "/units/" + merit.One.String() + "/evidence.xlsx?excellent=3&good=10": "Vượt 1",
			"/people/" + merit.People(5).String() + "/evidence.docx": "không lý do", "/people/" + merit.People(5).String() + "/evidence.xlsx": "không lý do"} {
			r := httptest.NewRecorder()
			h.ServeHTTP(r, httptest.NewRequest("GET", path, nil))
			if r.Code != 200 || !strings.Contains(unzipped(t, r.Body.Bytes()), want) {
				t.Errorf("%s: %d, does not say %s", path, r.Code, want)
			}
		}
	})
}

func house(s *year.Service, who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Fixed(merit.Now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil }, Name: func(*http.Request) (string, bool) { return "x", true }}
	return site.Handler(s.Routes(), ui.Static())
}

func unzipped(t *testing.T, b []byte) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	ok(t, err)
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		ok(t, err)
		body, _ := io.ReadAll(r)
		out.Write(body)
	}
	return out.String()
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestYearDoors(t *testing.T) {
	d := dbtest.One(t)
	w := merit.Seed(t, d)
	s := &year.Service{DB: d, Now: clock.Fixed(merit.Now)}
	var who access.Actor
	h := house(s, &who)
	unit, person := "/units/"+merit.One.String()+"/evidence", "/people/"+merit.People(5).String()+"/evidence"
	for _, c := range []struct {
		name   string
		who    access.Actor
		path   string
		status int
		has    string
	}{
		{"the unit's sheet", w.Eastern, unit + "?year=2018", 200, "9/9"},
		{"with the evidence of its rates", w.Eastern, unit + "?year=2018", 200, "&amp;figure=rate_obliged"},
		{"another year", w.Eastern, unit + "?year=1999", 200, "Không có đợt học tập nào"},
		{"a term", w.Eastern, unit + "?year=2016&to=2018", 200, "2016–2018"},
		{"the cap kept", w.Eastern, unit + "?excellent=2&good=10&group=V%C4%83n+ph%C3%B2ng", 200, "Mọi nhóm đều trong giới hạn"},
		{"the cap broken", w.Eastern, unit + "?excellent=20&good=80", 200, "Vượt 4"},
		{"the rule and its source", w.Eastern, unit, 200, "Nghị định 335/2025/NĐ-CP"},
		{"counts that are none", w.Eastern, unit + "?excellent=-1&good=80", 422, ""},
		{"words for counts", w.Eastern, unit + "?excellent=hai&good=80", 422, ""},
		{"too large a count", w.Eastern, unit + "?excellent=1&good=99999999999999999999", 422, ""},
		{"letters that are none", w.Eastern, unit + "?group=%ff&excellent=1&good=9", 422, ""},
		{"a year that is none", w.Eastern, unit + "?year=abc", 422, ""},
		{"a year beyond", w.Eastern, unit + "?year=2500", 422, ""},
		{"a term backwards", w.Eastern, unit + "?year=2018&to=2016", 422, ""},
		{"a stranger", w.Outside, unit, 404, ""},
		{"no unit", w.Eastern, "/units/abc/evidence", 404, ""},
		{"the paper", w.Eastern, unit + ".docx", 200, "PK"},
		{"the workbook", w.Eastern, unit + ".xlsx?excellent=2&good=10", 200, "PK"},
		{"a person's sheet", w.Eastern, person, 200, "1 buổi không lý do"},
		{"of a foreign unit", w.One, person, 404, ""},
		{"of nobody", w.Eastern, "/people/" + id.New().String() + "/evidence", 404, ""},
		{"by a member", w.Member, person, 403, ""},
		{"one's own", w.Member, "/me/evidence", 200, "trực tiếp, E1"},
		{"one's own paper", w.Member, "/me/evidence.docx", 200, "PK"},
		{"one's own, being nobody", w.Eastern, "/me/evidence", 403, ""},
		{"by the other door", w.Eastern, "/api/v1" + unit + "?excellent=20&good=80", 200, `"percent":20`},
		{"a person by the other door", w.Eastern, "/api/v1" + person, 200, `"unexcused":1`},
		{"own by the other door", w.Member, "/api/v1/me/evidence", 200, `"mine":true`},
		{"a file by the other door", w.Eastern, "/api/v1" + person + ".docx", 200, "PK"},
	} {
		who = c.who
		r := httptest.NewRecorder()
		h.ServeHTTP(r, httptest.NewRequest("GET", c.path, nil))
		if r.Code != c.status || !strings.Contains(r.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.300s", c.name, r.Code, c.status, c.has, r.Body)
		}
	}
}

// TestYearShots writes pictures of the sheets into the folder MERIT_SHOTS, to be looked at.
func TestYearShots(t *testing.T) {
	dir := os.Getenv("MERIT_SHOTS")
	exe, err := exec.LookPath("chromium")
	if dir == "" || err != nil {
		t.Skip("set MERIT_SHOTS to a folder, with Chromium, to get pictures")
	}
	d := dbtest.One(t)
	w := merit.Seed(t, d)
	var who access.Actor
	srv := httptest.NewServer(house(&year.Service{DB: d, Now: clock.Fixed(merit.Now)}, &who))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	c, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for name, path := range map[string]string{"unit": "/units/" + merit.Two.String() + "/evidence?year=2016&to=2018&excellent=20&good=80", "me": "/me/evidence"} {
		for suffix, width := range map[string]int64{"": 1440, "-phone": 390} {
			who = map[string]access.Actor{"unit": w.Eastern, "me": w.Member}[name]
			var png []byte
			err := chromedp.Do(c, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(c, chromedp.FullScreenshot(100))
			}
			ok(t, err)
			ok(t, os.WriteFile(filepath.Join(dir, "year-"+name+suffix+".png"), png, 0o644))
		}
	}
}
