package marking

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/essaytest"
)

// contested has a member contest a result; what the level above, the top, said of it is state. Who does not decide
// there learns of it when it is named.
func contested(w *essaytest.World, who access.Actor, state, kind string, named bool) {
	w.Upheld = func(ctx context.Context, tx db.Tx, asks access.Actor, q essay.Contested) ([]essay.Upheld, error) {
		decides := access.Check(ctx, tx, asks, access.ReportAccept, w.Top) == nil
		if state != "upheld" || q.Campaign != w.Campaign || q.Person != who.Person || !named && !decides {
			return nil, nil
		}
		return []essay.Upheld{{ID: 1, Campaign: q.Campaign, Person: q.Person, Figure: "essays_failed", Kind: kind, Decides: decides}}, nil
	}
}

// released is an essay of A's second member that its secretary failed, with 2 points of 10.
func released(t *testing.T, w *essaytest.World, s *Service) (task essay.Task, author access.Actor, of, v id.ID) {
	t.Helper()
	task, author = w.Task(t, nil), w.Member(w.A, 1)
	of, v = w.HandsIn(t, author, task.ID, long, "Đề xuất một việc cụ thể.")
	if err := fault.All(give(s, w.Secretary, of, v, 10, 10), s.Release(ctx, w.Officer, task.ID)); err != nil {
		t.Fatal(err)
	}
	return task, author, of, v
}

// A result that is out is marked again by another once a contest of it is upheld; the former stays.
func TestAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		s := &Service{Service: w.Service}
		task, author, of, v := released(t, w, s)
		own := w.Officer
		own.Person = author.Person
		firstAbove := w.Officer
		firstAbove.Account = w.Secretary.Account
		const why = "Đọc lại theo kết luận của cấp trên"
		g := Given{ID: id.New(), Version: v, Scores: []Score{{1, 40}, {2, 30}}, Why: why}
		for _, c := range []struct {
			says, state, what string
			named             bool
			who               access.Actor
			kind              fault.Kind
			key               string
		}{
			{"before anything is decided", "open", "other_mark", false, w.Officer, fault.Conflict, "marking.released_already"},
			{"after it was rejected", "rejected", "other_mark", false, w.Officer, fault.Conflict, "marking.released_already"},
			{"after something else was upheld", "upheld", "not_handed", false, w.Officer, fault.Conflict, "marking.released_already"},
			{"the author", "upheld", "other_mark", false, own, fault.Denied, "marking.own"},
			{"the first marker", "upheld", "other_mark", false, firstAbove, fault.Conflict, "marking.again_other"},
			{"the first marker of a named one", "upheld", "other_mark", true, w.Secretary, fault.Conflict, "marking.again_other"},
			{"the unit that must not learn who contests", "upheld", "other_mark", false, w.Unit, fault.Conflict, "marking.released_already"},
			{"a foreign unit", "upheld", "other_mark", true, w.Other, fault.Missing, ""},
			{"who only reads", "upheld", "other_mark", true, w.Leader, fault.Denied, ""},
		} {
			contested(w, author, c.state, c.what, c.named)
			kind(t, c.says, s.Give(ctx, c.who, of, g), c.kind, c.key)
		}
		contested(w, author, "upheld", "other_mark", false)
		if p, err := s.Paper(ctx, w.Officer, "vi", of, Query{}); err != nil || p.Nth != againFrom {
			t.Errorf("%d %v", p.Nth, err)
		}
		g.Why = ""
		kind(t, "without a reason", s.Give(ctx, w.Officer, of, g), fault.Invalid, "")
		g.Why = why
		for range 2 {
			if err := s.Give(ctx, w.Officer, of, g); err != nil {
				t.Fatal(err)
			}
		}
		kind(t, "a second time", give(s, w.Officer, of, v, 10, 10), fault.Conflict, "marking.released_already")
		r, err := s.Result(ctx, author, task.ID)
		if err != nil || r.Essay.Points != 70 || !r.Essay.Passed || !r.Replaced || r.Former != 20 || len(r.Marks) != 2 || r.Marks[0].Points != 20 {
			t.Errorf("%+v %v", r, err)
		}
		if n := w.Tally(t, task.ID); n.Passed != 1 || n.Failed != 0 {
			t.Errorf("%+v", n)
		}
		var n int64
		if err := d.Read(ctx, func(tx db.Tx) (err error) {
			n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry where action = 'essay.mark' and why = $1 and detail like '%"was":20%'`, why)
			return err
		}); err != nil || n != 1 {
			t.Errorf("%d entries with reason and the points before, %v", n, err)
		}
	})
}

// One mark anew answers a contest, also when it comes to the same.
func TestAgainOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		s := &Service{Service: w.Service}
		_, author, of, v := released(t, w, s)
		contested(w, author, "upheld", "other_mark", false)
		g := Given{ID: id.New(), Version: v, Scores: []Score{{1, 10}, {2, 10}}, Why: "Đọc lại bài"}
		if err := s.Give(ctx, w.Officer, of, g); err != nil {
			t.Fatal(err)
		}
		third := w.Officer
		third.Account, third.Person = id.New(), id.New()
		g.ID = id.New()
		kind(t, "one marker after another", s.Give(ctx, third, of, g), fault.Conflict, "marking.released_already")
	})
}

func TestAgainDoors(t *testing.T) {
	w := essaytest.New(t, dbtest.One(t))
	s := &Service{Service: w.Service}
	task, author, of, v := released(t, w, s)
	who := w.Officer
	h := w.Door(s.Routes(), &who)
	form := url.Values{"id": {id.New().String()}, "version": {v.String()}, "score_1": {"2"}, "score_2": {"2"}}
	if r := knock(h, "POST", paperPath(of)+"/mark", form.Encode()); r.Code != 409 {
		t.Errorf("too early: %d", r.Code)
	}
	contested(w, author, "upheld", "other_mark", false)
	if r := knock(h, "GET", paperPath(of), ""); r.Code != 200 || !strings.Contains(r.Body.String(), "Cấp trên đã chấp nhận") {
		t.Errorf("the form: %d", r.Code)
	}
	if r := knock(h, "POST", paperPath(of)+"/mark", form.Encode()); r.Code != 422 || !strings.Contains(r.Body.String(), "ghi lý do chấm lại") {
		t.Errorf("without a reason: %d", r.Code)
	}
	body := `{"id":"` + form.Get("id") + `","version":"` + v.String() + `","remark":"","why":"Đọc lại bài","scores":[{"ord":1,"points":40},{"ord":2,"points":30}]}`
	if r := knock(h, "POST", "/api/v1/essays/"+of.String()+"/marks", body); r.Code != 200 && r.Code != 204 {
		t.Errorf("by API: %d %s", r.Code, r.Body)
	}
	who = author
	if r := knock(h, "GET", "/me/essays/"+task.ID.String()+"/result", ""); r.Code != 200 || !strings.Contains(r.Body.String(), "thay kết quả trước: 2 điểm") {
		t.Errorf("the member: %d", r.Code)
	}
}

// What was handed in on paper is marked like what was written here.
func TestMarkPaper(t *testing.T) {
	w := essaytest.New(t, dbtest.One(t))
	s := &Service{Service: w.Service}
	task, author := w.Task(t, nil), w.Member(w.A, 1)
	w.Upheld = func(context.Context, db.Tx, access.Actor, essay.Contested) ([]essay.Upheld, error) {
		return []essay.Upheld{{ID: 1, Campaign: w.Campaign, Person: author.Person, Figure: "essays_due", Kind: "handed_in", Decides: true}}, nil
	}
	if _, err := w.Mend(ctx, w.Officer, essay.Mending{ID: id.New(), Contest: 1, Task: task.ID, Why: "Theo sổ nhận bài", Handed: w.Now.Ms()}); err != nil {
		t.Fatal(err)
	}
	q, err := s.Queue(ctx, w.Secretary, Query{Task: task.ID})
	if err != nil || len(q.Items) != 1 || q.Items[0].Author != "" {
		t.Fatalf("%+v %v", q.Items, err)
	}
	e, who := q.Items[0].Essay, w.Secretary
	if r := knock(w.Door(s.Routes(), &who), "GET", paperPath(e.ID), ""); r.Code != 200 || !strings.Contains(r.Body.String(), "đọc bản giấy") {
		t.Errorf("%d", r.Code)
	}
	if err := give(s, w.Secretary, e.ID, e.Version, 40, 35); err != nil {
		t.Error(err)
	}
	if n := w.Tally(t, task.ID); n.Passed != 1 || n.Pages != 1 {
		t.Errorf("%+v", n)
	}
}
