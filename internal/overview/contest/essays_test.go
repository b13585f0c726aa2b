package contest

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/essaytest"
	"quantriet/internal/work/essay/marking"
)

func TestKnown(t *testing.T) {
	for _, c := range []struct {
		says  string
		c     essay.Counted
		state string
		want  string
	}{
		{"who has to write and did not", essay.Counted{Must: true}, "", "essays_due"},
		{"who is invited and did not", essay.Counted{Released: true}, "", ""},
		{"who is invited and did", essay.Counted{Handed: 1}, "", "essays_handed"},
		{"whose result is not out", essay.Counted{Must: true, Handed: 1, Marked: true, Passed: true}, "", "essays_due essays_handed"},
		{"who passed", essay.Counted{Must: true, Handed: 1, Marked: true, Passed: true, Released: true}, "", "essays_due essays_handed essays_passed"},
		{"who did not pass", essay.Counted{Must: true, Handed: 1, Marked: true, Released: true}, "", "essays_due essays_handed essays_failed"},
		{"whom nobody has marked", essay.Counted{Must: true, Handed: 1, Released: true}, "", "essays_due essays_handed essays_unmarked"},
		{"whose likeness nobody told", essay.Counted{Handed: 1, Lead: true}, "lead", "essays_handed"},
		{"who was asked about it", essay.Counted{Handed: 1, Lead: true}, "asked", "essays_handed essays_alike"},
	} {
		es := Essays{known(c.c, c.state)}
		if got := strings.Join(es.Counted(), " "); got != c.want {
			t.Errorf("%s: %s", c.says, got)
		}
		for _, code := range es.Counted() {
			if k := Kinds(code); len(k) < 2 || k[len(k)-1] != "other" {
				t.Errorf("%s: nothing can be wrong with %s: %v", c.says, code, k)
			}
			if e := es.about(code)[0]; e.Result != "" && !strings.HasSuffix(code, e.Result) || e.Alike && code != "essays_alike" {
				t.Errorf("%s: who decides on %s is told %+v", c.says, code, e)
			}
		}
	}
	due, marked := Essays{{Task: 1, Must: true, Handed: 1}}, Essays{{Task: 1, Must: true, Handed: 1, Result: "passed"}}
	if due.Written("essays_due") != marked.Written("essays_due") || due.Written("essays_passed") == marked.Written("essays_passed") {
		t.Error("a mark is no answer to who says that he need not write")
	}
}

// handed is a campaign whose task the top set: of cell A the second handed in and did not pass, the
// third handed nothing in.
func handed(t *testing.T, d *db.DB) (*essaytest.World, *Service, essay.Task) {
	t.Helper()
	w := essaytest.New(t, d)
	task := w.Task(t, nil)
	of, _ := w.HandsIn(t, w.Member(w.A, 1), task.ID, "Bản thân tôi nhận thức rõ trách nhiệm của mình.", "Đề xuất của tôi.")
	w.HandsIn(t, w.Member(w.A, 0), task.ID, "Tôi được mời và cũng viết một bài ngắn.", "")
	result(t, d, of, false)
	return w, &Service{DB: d, Now: w.Now}, task
}

func do(t *testing.T, d *db.DB, fn func(tx db.Tx) error) {
	t.Helper()
	if err := d.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

func result(t *testing.T, d *db.DB, of id.ID, passed bool) {
	t.Helper()
	do(t, d, func(tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `update essay set state = 'marked', points = 10, passed = $2 where id = $1`, of, passed); err != nil {
			return err
		}
		e, err := essay.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		return essay.Recount(ctx, tx, e.Task, e.Lo)
	})
}

func release(t *testing.T, d *db.DB, task id.ID) {
	t.Helper()
	do(t, d, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `update essay_task set released_at = 1 where id = $1`, task)
		return err
	})
}

func codes(list []Counted) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Figure)
	}
	return strings.Join(out, " ")
}

// What members see adds up to what the report counts, and a result is not seen before it is out.
func TestEssayFigures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, s, task := handed(t, d)
		m, err := s.MyFigures(ctx, w.Member(w.A, 1), 0)
		if err != nil || codes(m.Figures) != "essays_due essays_handed" || m.Essays[0].Result != "" {
			t.Errorf("before results are out: %+v %v", m.Essays, err)
		}
		release(t, d, task.ID)
		sum := map[string]int64{}
		for _, cell := range []id.ID{w.A, w.B, w.C} {
			for i := range 5 {
				m, err := s.MyFigures(ctx, w.Member(cell, i), w.Campaign)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range m.Figures {
					sum[f.Figure]++
				}
			}
		}
		n := w.Tally(t, task.ID)
		for code, want := range map[string]int64{"essays_due": n.Must, "essays_handed": n.All(), "essays_passed": n.Passed, "essays_failed": n.Failed, "essays_unmarked": n.Unmarked(), "essays_alike": n.Leads} {
			if sum[code] != want {
				t.Errorf("members see %d of %s, the report counts %d", sum[code], code, want)
			}
		}
		if n.Failed != 1 || n.All() != 2 || n.Unmarked() != 1 {
			t.Errorf("%+v", n)
		}
	})
}

// A result is contested, decided above the unit that set the task, marked meanwhile, and put right.
func TestEssayContested(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, s, task := handed(t, d)
		me := w.Member(w.A, 1)
		form := func(figure, kind string) New {
			return New{ID: id.New(), Campaign: w.Campaign, Figure: figure, Kind: kind, Said: "Bài của tôi đủ hai câu"}
		}
		for says, x := range map[string]New{
			"a result that is not out":   form("essays_failed", "other_mark"),
			"a figure about study":       form("studied", "was_not_there"),
			"a figure of essays by name": {ID: id.New(), Campaign: w.Campaign, Document: 7, Figure: "essays_due", Kind: "not_due"},
		} {
			if _, err := s.Open(ctx, me, x); fault.Of(err) != fault.Missing {
				t.Errorf("%s: %v", says, err)
			}
		}
		if _, err := s.Open(ctx, w.Member(w.A, 4), form("essays_due", "not_due")); fault.Of(err) != fault.Missing {
			t.Errorf("who is only invited: %v", err)
		}
		release(t, d, task.ID)
		c, err := s.Open(ctx, me, form("essays_failed", "other_mark"))
		if err != nil || c.decider != w.Top || c.Document != 0 || c.Title == "" {
			t.Fatalf("%+v %v", c, err)
		}
		if again, err := s.Open(ctx, me, form("essays_failed", "other")); err != nil || again.ID != c.ID {
			t.Errorf("a second one: %+v %v", again, err)
		}
		marks := func(unit id.ID) (out []report.Mark) {
			t.Helper()
			do(t, d, func(tx db.Tx) (err error) { out, err = s.Marked(ctx, tx, w.Campaign, unit); return err })
			return out
		}
		for unit, want := range map[id.ID]int{w.Top: 1, w.East: 1, w.A: 1, w.West: 0} {
			if got := marks(unit); len(got) != want || want == 1 && (got[0].Figure != "essays_failed" || got[0].Document != 0 || got[0].Count != 1) {
				t.Errorf("marked at %s: %+v", unit, got)
			}
		}
		if err := s.Decide(ctx, w.Unit, c.ID, "rejected", "Không đúng như thế."); fault.Of(err) != fault.Denied {
			t.Errorf("the unit below who set the task decides: %v", err)
		}
		v, err := s.Show(ctx, w.Officer, c.ID)
		if err != nil || len(v.Essays) != 1 || v.Essays[0].Result != "failed" || v.Changed {
			t.Errorf("%+v %v", v, err)
		}
		if v, err := s.Show(ctx, w.Unit, c.ID); err != nil || len(v.Essays) != 0 || v.Contest.Name != "" {
			t.Errorf("the unit sees %+v %v", v, err)
		}
		if err := s.Decide(ctx, w.Officer, c.ID, "upheld", "Đã đọc lại, bài đạt yêu cầu."); err != nil {
			t.Fatal(err)
		}
		if err := s.Mend(ctx, w.Officer, c.ID); fault.Of(err) != fault.Conflict {
			t.Errorf("closed although the mark stands: %v", err)
		}
		result(t, d, essayOf(t, d, me), true)
		if err := s.Mend(ctx, w.Officer, c.ID); err != nil || len(marks(w.Top)) != 0 {
			t.Errorf("put right: %v %+v", err, marks(w.Top))
		}
		late, err := s.Open(ctx, w.Member(w.A, 2), form("essays_due", "not_due"))
		if err == nil {
			err = s.Decide(ctx, w.Officer, late.ID, "rejected", "Đồng chí thuộc diện phải viết.")
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(ctx, w.Member(w.A, 2), form("essays_due", "handed_in")); fault.Of(err) != fault.Conflict {
			t.Errorf("rejected, and nothing changed since: %v", err)
		}
		sealed := 0
		do(t, d, func(tx db.Tx) error { return s.Sealed(ctx, tx, func(proof.Row) error { sealed++; return nil }) })
		if sealed != 5 {
			t.Errorf("%d sealed lines", sealed)
		}
	})
}

// An upheld contest of a result that is out ends when another marks again, also when that comes to the same.
func TestEssayMarkedAgain(t *testing.T) {
	t.Run("better", func(t *testing.T) {
		markedAgain(t, 30, "passed", "essays_due essays_handed essays_passed essays_failed")
	})
	t.Run("the same", func(t *testing.T) { markedAgain(t, 1, "failed", "essays_due essays_handed essays_failed") })
}

func markedAgain(t *testing.T, points int64, result, figures string) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, s, task := handed(t, d)
		release(t, d, task.ID)
		me := w.Member(w.A, 1)
		c, err := s.Open(ctx, me, New{ID: id.New(), Campaign: w.Campaign, Figure: "essays_failed", Kind: "other_mark"})
		if err == nil {
			err = s.Decide(ctx, w.Officer, c.ID, "upheld", "Đã đọc lại, bài đạt yêu cầu.")
		}
		if err != nil {
			t.Fatal(err)
		}
		w.Upheld = s.Upheld
		desk, of := &marking.Service{Service: w.Service}, essayOf(t, d, me)
		p, err := desk.Paper(ctx, w.Officer, "vi", of, marking.Query{})
		if err == nil {
			err = desk.Give(ctx, w.Officer, of, marking.Given{ID: id.New(), Version: p.Version.ID, Scores: []marking.Score{{Ord: 1, Points: points}, {Ord: 2, Points: points}}, Why: "Theo kết luận"})
		}
		if err == nil {
			err = s.Mend(ctx, w.Officer, c.ID)
		}
		if err != nil {
			t.Error(err)
		}
		if m, err := s.MyFigures(ctx, me, 0); err != nil || codes(m.Figures) != figures || m.Essays[0].Result != result || m.Figures[len(m.Figures)-1].Contest.Mended == 0 {
			t.Errorf("%+v %v", m.Figures, err)
		}
	})
}

// What an upheld contest found wrong is put right in the record, and only then the mark is taken off.
func TestEssayMended(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, s, task := handed(t, d)
		w.Upheld = s.Upheld
		w.At = time.UnixMilli(task.Due + 1)
		w.HandsIn(t, w.Member(w.A, 3), task.ID, "Bản thân tôi nhận thức rõ trách nhiệm của mình.", "")
		before := w.Tally(t, task.ID)
		for _, c := range []struct {
			who                access.Actor
			figure, kind, left string
		}{
			{w.Member(w.A, 2), "essays_due", "not_due", "essays_due"},
			{w.Member(w.A, 3), "essays_handed", "in_time", "essays_due essays_handed"},
			{w.Member(w.A, 1), "essays_handed", "not_handed", "essays_due essays_handed"},
		} {
			made, err := s.Open(ctx, c.who, New{ID: id.New(), Campaign: w.Campaign, Figure: c.figure, Kind: c.kind})
			if err != nil {
				t.Fatal(err)
			}
			m := essay.Mending{ID: id.New(), Contest: made.ID, Task: task.ID, Why: "Theo sổ nhận bài của chi bộ"}
			if _, err := w.Mend(ctx, w.Officer, m); fault.Of(err) != fault.Missing {
				t.Errorf("%s before it is upheld: %v", c.kind, err)
			}
			if err := s.Decide(ctx, w.Officer, made.ID, "upheld", "Đã đối chiếu sổ, đồng chí nói đúng."); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Mend(ctx, w.Unit, m); fault.Of(err) != fault.Missing {
				t.Errorf("%s by the unit, who gave no name: %v", c.kind, err)
			}
			if err := s.Mend(ctx, w.Officer, made.ID); fault.Of(err) != fault.Conflict {
				t.Errorf("%s closed although the record stands: %v", c.kind, err)
			}
			_, err = w.Mend(ctx, w.Officer, m)
			if err == nil {
				err = s.Mend(ctx, w.Officer, made.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Mend(ctx, w.Officer, m); err != nil {
				t.Errorf("%s: the same form after it was closed: %v", c.kind, err)
			}
			if mine, err := s.MyFigures(ctx, c.who, 0); err != nil || codes(mine.Figures) != c.left || mine.Essays[0].Late || mine.Essays[0].Must != (c.figure != "essays_due") {
				t.Errorf("%s: %s %+v %v", c.kind, codes(mine.Figures), mine.Essays, err)
			}
		}
		if n := w.Tally(t, task.ID); n.Must != before.Must-1 || n.Invited != before.Invited+1 || n.Late != before.Late-1 || n.All() != before.All()-1 || n.Failed != before.Failed-1 {
			t.Errorf("%+v, before %+v", n, before)
		}
	})
}

func essayOf(t *testing.T, d *db.DB, who access.Actor) (of id.ID) {
	t.Helper()
	do(t, d, func(tx db.Tx) (err error) {
		of, err = db.One(ctx, tx, db.Value[id.ID], `select id from essay where person = $1`, who.Person)
		return err
	})
	return of
}

func TestEssayDoors(t *testing.T) {
	w, s, task := handed(t, dbtest.One(t))
	release(t, s.DB, task.ID)
	c, err := s.Open(ctx, w.Member(w.A, 2), New{ID: id.New(), Campaign: w.Campaign, Figure: "essays_due", Kind: "not_due"})
	if err != nil {
		t.Fatal(err)
	}
	who := w.Officer
	h := w.Door(s.Routes(), &who)
	form := func(kind string) string {
		return url.Values{"id": {id.New().String()}, "campaign": {w.Campaign.String()}, "figure": {"essays_failed"}, "kind": {kind}}.Encode()
	}
	one := "/contests/" + c.ID.String()
	w.Upheld = s.Upheld
	record := essay.MendPath(task.ID, c.ID)
	for _, x := range []struct {
		says         string
		who          access.Actor
		method, path string
		body         string
		status       int
		has, hasNot  string
	}{
		{"a member reads how he is counted", w.Member(w.A, 1), "GET", "/me/figures", "", 200, "được tính là phải viết, đã nộp ngày 02/07/2018, không đạt.", "name=\"document\" value=\"\""},
		{"by API", w.Member(w.A, 1), "GET", "/api/v1/me/figures", "", 200, `"result":"failed"`, ""},
		{"what is wrong is not chosen", w.Member(w.A, 1), "POST", "/me/figures", form(""), 422, "Sai ở đâu", ""},
		{"a document that is none", w.Member(w.A, 1), "POST", "/me/figures", form("other_mark") + "&document=zz", 422, "", ""},
		{"sent", w.Member(w.A, 1), "POST", "/me/figures", form("other_mark"), 303, "", ""},
		{"it waits", w.Member(w.A, 1), "GET", "/me/figures", "", 200, "Chờ trả lời", ""},
		{"by API, without a document", w.Member(w.A, 0), "POST", "/api/v1/me/contests", `{"id":"` + id.New().String() + `","campaign":"` + w.Campaign.String() + `","figure":"essays_handed","kind":"not_handed"}`, 200, `"document":""`, ""},
		{"who decides sees what was written", w.Officer, "GET", one, "", 200, "phải viết, chưa nộp", ""},
		{"the list names no document", w.Officer, "GET", "/contests", "", 200, "Bài thu hoạch không đạt", ""},
		{"the unit sees no name", w.Secretary, "GET", one, "", 200, "Chưa nêu tên", "Đảng viên mẫu"},
		{"nothing leads to the record before it is decided", w.Officer, "GET", one, "", 200, "", record},
		{"the unit has no say, by API", w.Unit, "POST", "/api/v1" + one, `{"state":"upheld","remark":"Đúng như thế."}`, 403, "", ""},
		{"the member gives the name, by API", w.Member(w.A, 2), "POST", "/api/v1/me/contests/" + c.ID.String(), `{"named":true}`, 200, "", ""},
		{"upheld, by API", w.Officer, "POST", "/api/v1" + one, `{"state":"upheld","remark":"Đồng chí thuộc diện được miễn viết."}`, 200, `"mends":[{"task":"` + task.ID.String(), ""},
		{"then the record can be put right", w.Officer, "GET", one, "", 200, record, ""},
		{"by who keeps the tasks of the unit, for a name is given", essaytest.Actor(access.Officer, w.East), "GET", one, "", 200, record, ""},
		{"but not by the unit", w.Unit, "GET", one, "", 200, "Đảng viên mẫu", record},
	} {
		who = x.who
		r := httptest.NewRequest(x.method, "http://localhost"+x.path, strings.NewReader(x.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(x.body, "{") {
			r.Header.Set("Content-Type", "application/json")
		}
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		if body := out.Body.String(); out.Code != x.status || x.has != "" && !strings.Contains(body, x.has) || x.hasNot != "" && strings.Contains(body, x.hasNot) {
			t.Errorf("%s: %d, want %d with %q without %q: %.1500s", x.says, out.Code, x.status, x.has, x.hasNot, body)
		}
	}
}
