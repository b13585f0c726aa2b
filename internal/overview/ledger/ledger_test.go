package ledger

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
	_ "quantriet/internal/work/attendance" // its words
)

func TestEssayWord(t *testing.T) {
	for want, e := range map[string]Essay{"writing": {State: "writing"}, "handed": {State: "marked", Passed: true}, "passed": {State: "marked", Passed: true, Released: true}, "failed": {State: "marked", Released: true}, "returned": {State: "returned", Released: true}} {
		if got := e.Word(); got != want {
			t.Errorf("%+v: %s, want %s", e, got, want)
		}
	}
}

func TestYears(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := world(t, d), context.Background()
		u, err := s.OfUnit(ctx, as(access.Leader, branch), Ask{Unit: branch, Year: 2018})
		if err != nil || len(u.Courses) != 1 || len(u.Rows) != 1 || len(u.People.Items) != 3 {
			t.Fatalf("%+v %v", u, err)
		}
		if c := u.Courses[0]; c.Unit != "Chi bộ mẫu 1" || len(c.Studies) != 1 || c.Studies[0].Count.Studied != 2 || c.Studies[0].Count.Obliged() != 2 || c.Studies[0].Document != "26-NQ/TW" || c.Sent == 0 || c.Documents[0] != "26-NQ/TW" {
			t.Errorf("%+v", c)
		}
		err = d.Write(ctx, func(tx db.Tx) error { // a campaign on two: each with the rates of its own
			if _, err := tx.ExecContext(ctx, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values (601, $1, 'resolution', '27-NQ/TW', 'x', '2018-05-21', 'x', 'x', 0)`, province); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `insert into campaign_document (campaign, document, ord) values ($1, 601, 1)`, campaign1)
			return err
		})
		two, wrong := s.OfUnit(ctx, as(access.Leader, branch), Ask{Unit: branch, Year: 2018})
		if err != nil || wrong != nil || len(two.Courses) != 1 {
			t.Fatal(two.Courses, err, wrong)
		}
		if l := two.lines("vi"); len(l) != 2 || l[0].Count.Studied != 2 || l[1].Count.Studied != 0 || l[0].Document == l[1].Document || l[0].number != "1" || l[1].number != "" || l[1].essays != "" {
			t.Errorf("%+v", l)
		}
		err = d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `delete from campaign_document where document = 601`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		m := u.People.Items
		if m[0].Essays[0].Word() != "passed" || m[0].Merits[0].Kind != "commend" || !m[1].MadeUp || len(m[1].Merits) != 0 || !m[2].Exempt || m[2].Studied != 0 {
			t.Errorf("%+v", m)
		}
		page, err := s.OfUnit(ctx, as(access.Leader, province), Ask{Unit: commune, Year: 2018, Page: db.Page{Limit: 2}})
		if err != nil || len(page.People.Items) != 2 || page.People.Next == "" {
			t.Errorf("a page: %+v %v", page.People, err)
		}
		whole, err := s.OfUnit(ctx, as(access.Leader, province), Ask{Unit: province, Year: 2018})
		if err != nil || whole.People.Items[0].Unit != "Chi bộ mẫu 1, Đảng bộ xã Cũ" || page.People.Items[0].Unit != "Chi bộ mẫu 1" {
			t.Errorf("where they belong: %+v %+v %v", whole.People, page.People, err)
		}
		rest, err := s.OfUnit(ctx, as(access.Leader, province), Ask{Unit: commune, Year: 2018, Page: db.Page{Limit: 2, After: page.People.Next}})
		if err != nil || len(rest.People.Items) != 1 || rest.People.Items[0].Person != third {
			t.Errorf("the next page: %+v %v", rest.People, err)
		}
		if none, err := s.OfUnit(ctx, as(access.Leader, branch), Ask{Unit: branch}); err != nil || none.Year != 2026 || len(none.Courses)+len(none.Rows) != 0 {
			t.Errorf("this year: %+v %v", none, err)
		}
		p, err := s.OfPerson(ctx, as(access.Leader, away), first, 2018)
		if err != nil || len(p.Courses) != 1 || p.Courses[0].Unit != "Chi bộ mẫu 1" || p.Unit != "Chi bộ nơi khác" || len(p.Courses[0].Rows) != 1 || p.Courses[0].Rows[0].State() != "present" {
			t.Errorf("%+v %v", p, err)
		}
		if _, err := s.OfPerson(ctx, as(access.Leader, branch), first, 2018); fault.Of(err) != fault.Missing {
			t.Error("who left is seen where he left:", err)
		}
		for say, a := range map[string]Ask{"another unit": {Unit: away, Year: 2018}, "another campaign": {Unit: branch, Year: 2018, Campaign: 3}} {
			if _, err := s.OfUnit(ctx, as(access.Leader, branch), a); fault.Of(err) != fault.Missing {
				t.Errorf("%s: %v", say, err)
			}
		}
		looks(t, d)
		err = d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update essay_task set released_at = null`)
			return err
		})
		if u, wrong := s.OfUnit(ctx, as(access.Leader, branch), Ask{Unit: branch, Year: 2018}); err != nil || wrong != nil || u.People.Items[0].Essays[0] != (Essay{State: "marked"}) {
			t.Errorf("a result before it is released: %+v %v %v", u.People.Items, err, wrong)
		}
	})
}

// looks counts the lines that the reading of others has left.
func looks(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Read(context.Background(), func(tx db.Tx) error {
		n, err := db.One(context.Background(), tx, db.Value[int64], `select count(*) from audit_look`)
		if n < 4 {
			t.Errorf("%d readings were told", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestPapers(t *testing.T) {
	s, ctx := world(t, dbtest.One(t)), context.Background()
	for name, do := range map[string]func() ([]byte, error){
		"unit.docx": func() ([]byte, error) {
			return s.Print(ctx, as(access.Leader, province), Ask{Unit: branch, Year: 2018})
		},
		"unit.xlsx": func() ([]byte, error) {
			return s.Sheet(ctx, as(access.Leader, province), Ask{Unit: branch, Year: 2018})
		},
		"empty.docx": func() ([]byte, error) {
			return s.Print(ctx, as(access.Leader, province), Ask{Unit: branch, Year: 2001})
		},
		"person.docx": func() ([]byte, error) { return s.PrintPerson(ctx, as(access.Leader, province), first, 2018) },
	} {
		b, err := do()
		if err != nil || !bytes.HasPrefix(b, []byte("PK")) {
			t.Errorf("%s: %v", name, err)
		}
		if dir := os.Getenv("LEDGER_PAPERS"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestDoors(t *testing.T) {
	s := world(t, dbtest.One(t))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Đảng bộ tỉnh mẫu", false }}
	h := site.Handler(s.Routes(), ui.Static())
	leader, stranger := as(access.Leader, province), as(access.Leader, away)
	self := access.Actor{Account: 98, Person: second, Lang: "vi", Name: "Đảng viên mẫu 002"}
	unit, person := "/units/"+branch.String()+"/ledger", "/people/"+first.String()+"/ledger"
	for _, c := range []struct {
		say, path string
		who       access.Actor
		status    int
		has       string
	}{
		{"a unit", unit + "?year=2018", leader, 200, "Lớp học tập tại xã"},
		{"named as then", unit + "?year=2018", leader, 200, "26/06/2018 · Chi bộ mẫu 1<"},
		{"with the evidence of its rates", unit + "?year=2018", leader, 200, "/reports/" + branch.String() + "/why?document="},
		{"its people", unit + "?year=2018", leader, 200, "đạt (8,5)"},
		{"commended", unit + "?year=2018", leader, 200, "Biểu dương"},
		{"an empty year", unit + "?year=2001", leader, 200, "Chưa có đợt học tập nào trong năm"},
		{"of a stranger", unit + "?year=2018", stranger, 404, ""},
		{"no year", unit + "?year=x", leader, 422, ""},
		{"long ago", unit + "?year=12", leader, 422, ""},
		{"a campaign that is none", unit + "?year=2018&campaign=zz", leader, 404, ""},
		{"a cursor that is none", unit + "?year=2018&after=%25", leader, 422, ""},
		{"no unit", "/units/x/ledger", leader, 404, ""},
		{"as a paper", unit + ".docx?year=2018", leader, 200, "PK"},
		{"as a sheet", unit + ".xlsx?year=2018", leader, 200, "PK"},
		{"a paper of a stranger", unit + ".docx?year=2018", stranger, 404, ""},
		{"a person", person + "?year=2018", leader, 200, "đã học 1/1 văn bản"},
		{"a person as a paper", person + ".docx?year=2018", leader, 200, "PK"},
		{"of nobody", "/people/" + task.String() + "/ledger", leader, 404, ""},
		{"a person of others", "/people/" + second.String() + "/ledger", stranger, 404, ""},
		{"one's own", "/me/ledger?year=2018", self, 200, "Lớp học bù"},
		{"one's own paper", "/me/ledger.docx?year=2018", self, 200, "PK"},
		{"one's own, a bad year", "/me/ledger?year=9999", self, 422, ""},
		{"by the interface", "/api/v1" + unit + "?year=2018&limit=1", leader, 200, `"made_up":false`},
		{"a stranger by the interface", "/api/v1" + unit + "?year=2018", stranger, 404, ""},
		{"a paper by the interface", "/api/v1" + unit + ".docx?year=2018", leader, 200, "PK"},
		{"a sheet by the interface", "/api/v1" + unit + ".xlsx?year=2018", leader, 200, "PK"},
		{"a person by the interface", "/api/v1" + person + "?year=2018", leader, 200, `"year":2018`},
		{"a person's paper by the interface", "/api/v1" + person + ".docx?year=2018", leader, 200, "PK"},
	} {
		who = c.who
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+c.path, nil))
		if body := w.Body.String(); w.Code != c.status || !strings.Contains(body, c.has) || w.Code == 200 && (strings.Contains(body, "ledger.book.") || strings.Contains(body, "attendance.form.")) {
			t.Errorf("%s: %d, want %d with %q: %.300s", c.say, w.Code, c.status, c.has, body)
		}
	}
}
