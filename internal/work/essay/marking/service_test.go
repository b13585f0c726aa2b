package marking

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/essaytest"
)

var ctx = context.Background()

const long = "Bản thân tôi nhận thức rõ trách nhiệm của mình trong thời gian tới."

func kind(t *testing.T, what string, err error, k fault.Kind, key string) {
	t.Helper()
	if err == nil || fault.Of(err) != k || key != "" && fault.Key(err) != key {
		t.Errorf("%s: %v, want %d %s", what, err, k, key)
	}
}

func give(s *Service, who access.Actor, of, version id.ID, a, b int64) error {
	return s.Give(ctx, who, of, Given{ID: id.New(), Version: version, Scores: []Score{{1, a}, {2, b}}})
}

func TestMarking(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		s := &Service{Service: w.Service}
		task := w.Task(t, nil)
		author := w.Member(w.A, 1)
		of, v := w.HandsIn(t, author, task.ID, long, "Đề xuất một việc cụ thể.")
		mine, _ := w.HandsIn(t, w.Member(w.A, 2), task.ID, long)
		as := w.Secretary
		as.Person = w.People[w.A][2]
		q, err := s.Queue(ctx, as, Query{Task: task.ID})
		if err != nil || len(q.Items) != 1 || q.Items[0].Essay.ID != of || q.Items[0].Author != "" || q.First != of {
			t.Fatalf("own essay left out, author hidden: %+v %v", q, err)
		}
		_, err = s.Paper(ctx, as, "vi", mine, Query{})
		kind(t, "one's own", err, fault.Denied, "marking.own")
		_, err = s.Paper(ctx, w.SecretaryOf, "vi", of, Query{})
		kind(t, "the secretary of another cell", err, fault.Missing, "")
		_, err = s.Paper(ctx, w.Leader, "vi", of, Query{})
		kind(t, "somebody who reads totals", err, fault.Denied, "")
		if err := s.Remark(ctx, as, of, id.New(), "trách nhiệm của mình", 0, "Nêu rõ hơn."); err != nil {
			t.Error(err)
		}
		gone := id.New()
		for range 2 {
			if err := s.Remark(ctx, as, of, gone, "trách nhiệm của mình", 0, "Nhầm chỗ."); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Unremark(ctx, as, of, gone); err != nil {
			t.Fatal(err)
		}
		for action, want := range map[string]int64{"essay.remark": 2, "essay.unremark": 1} {
			err := d.Read(ctx, func(tx db.Tx) error {
				n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry where action = $1 and subject = $2`, action, of)
				if n != want {
					t.Errorf("%s stands %d times in the log", action, n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		kind(t, "words that are not there", s.Remark(ctx, as, of, id.New(), "không có", 0, "x"), fault.Invalid, "marking.quote")
		kind(t, "scores that do not fit", give(s, as, of, v, 61, 0), fault.Invalid, "")
		if err := give(s, as, of, v, 40, 35); err != nil {
			t.Fatal(err)
		}
		p, err := s.Paper(ctx, as, "vi", of, Query{})
		if err != nil || p.Essay.State != "marked" || p.Essay.Points != 75 || !p.Essay.Passed || len(p.Writers) != 1 || len(p.Comments) != 1 {
			t.Errorf("%+v %v", p, err)
		}
		if n := w.Tally(t, task.ID); n.Passed != 1 || n.Unmarked() != 1 {
			t.Errorf("%+v", n)
		}
		kind(t, "a second one, not drawn", give(s, w.Unit, of, v, 10, 10), fault.Conflict, "marking.marked_by_other")
		_, err = s.Result(ctx, author, task.ID)
		kind(t, "before results are out", err, fault.Missing, "")
		rewritten(t, w, s, task, author, as, of)
		kind(t, "a secretary releases", s.Release(ctx, w.Secretary, task.ID), fault.Missing, "")
		if err := s.Release(ctx, w.Officer, task.ID); err != nil {
			t.Fatal(err)
		}
		answered(t, s, task, author, as, of)
	})
}

// rewritten returns an essay; its remarks find their places in the next version.
func rewritten(t *testing.T, w *essaytest.World, s *Service, task essay.Task, author, marker access.Actor, of id.ID) {
	t.Helper()
	form := id.New()
	for range 2 {
		if err := s.Return(ctx, marker, of, form, "Cần liên hệ bản thân.", w.At.Add(48*time.Hour).UnixMilli()); err != nil {
			t.Fatal(err)
		}
	}
	other, _ := w.HandsIn(t, w.Member(w.A, 3), task.ID, long)
	kind(t, "the form of another essay", s.Return(ctx, marker, other, form, "Cần liên hệ bản thân.", w.At.Add(48*time.Hour).UnixMilli()), fault.Conflict, "essay.taken")
	kind(t, "until a day that no calendar has", s.Return(ctx, marker, other, id.New(), "Cần liên hệ bản thân.", 1<<62), fault.Invalid, "web.not_time")
	if n := w.Tally(t, task.ID); n.Returned != 1 || n.Passed != 0 {
		t.Errorf("%+v", n)
	}
	kind(t, "marking what is being rewritten", give(s, marker, of, id.New(), 10, 10), fault.Conflict, "")
	_, v2 := w.HandsIn(t, author, task.ID, "Trước hết. "+long, "Đề xuất khác.")
	p, err := s.Paper(ctx, marker, "vi", of, Query{})
	if err != nil || p.Version.N != 2 || len(p.Comments) != 1 || p.Comments[0].Lost || essay.Cut(p.Version.Body, p.Comments[0].Start, p.Comments[0].End) != "trách nhiệm của mình" {
		t.Errorf("%+v %v", p.Comments, err)
	}
	kind(t, "the version that was read is not the last", give(s, marker, of, id.New(), 10, 10), fault.Conflict, "marking.newer")
	if err := give(s, marker, of, v2, 20, 20); err != nil {
		t.Error(err)
	}
	if n := w.Tally(t, task.ID); n.Failed != 1 || n.Returned != 0 {
		t.Errorf("%+v", n)
	}
}

// answered has the author say something on the result.
func answered(t *testing.T, s *Service, task essay.Task, author, marker access.Actor, of id.ID) {
	t.Helper()
	r, err := s.Result(ctx, author, task.ID)
	if err != nil || r.Essay.Points != 40 || r.Essay.Passed || r.Marks[0].Name != "" || r.Task.Questions[0].Models == nil {
		t.Errorf("%+v %v", r.Essay, err)
	}
	form := id.New()
	for range 2 {
		if err := s.Say(ctx, author, task.ID, form, "Tôi đề nghị xem lại."); err != nil {
			t.Error(err)
		}
	}
	if err := s.Answer(ctx, marker, of, form, "Đã xem lại."); err != nil {
		t.Error(err)
	}
	if r, _ = s.Result(ctx, author, task.ID); len(r.Replies) != 1 || r.Replies[0].Answer != "Đã xem lại." {
		t.Errorf("%+v", r.Replies)
	}
	kind(t, "mending a mark that is out", give(s, marker, of, r.Version.ID, 60, 40), fault.Conflict, "marking.released_already")
}

func TestSecondMarker(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		s := &Service{Service: w.Service}
		task := w.Task(t, func(t *essay.Task) { t.Twice = 10_000 })
		of, v := w.HandsIn(t, w.Member(w.A, 1), task.ID, long)
		if err := give(s, w.Secretary, of, v, 10, 10); err != nil {
			t.Fatal(err)
		}
		q, err := s.Queue(ctx, w.Secretary, Query{Task: task.ID})
		if err != nil || len(q.Items) != 0 {
			t.Errorf("the first is done with it: %+v %v", q.Items, err)
		}
		p, err := s.Paper(ctx, w.Unit, "vi", of, Query{})
		if err != nil || p.Nth != 2 || len(p.Marks) != 0 || len(p.Writers) != 0 {
			t.Errorf("the second sees nothing of the first: %+v %v", p, err)
		}
		if err := give(s, w.Unit, of, v, 60, 40); err != nil {
			t.Fatal(err)
		}
		if p, _ = s.Paper(ctx, w.Officer, "vi", of, Query{}); p.Nth != 3 || !p.Essay.Disputed || len(p.Marks) != 2 {
			t.Errorf("the third sees both: %+v", p)
		}
		kind(t, "the first again", give(s, w.Secretary, of, v, 60, 40), fault.Conflict, "marking.others_marked")
		if err := give(s, w.Officer, of, v, 30, 30); err != nil {
			t.Fatal(err)
		}
		if p, _ = s.Paper(ctx, w.Officer, "vi", of, Query{}); p.Essay.Points != 60 || p.Essay.State != "marked" {
			t.Errorf("%+v", p.Essay)
		}
	})
}

func TestBoardAndProposals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		s := &Service{Service: w.Service}
		task := w.Task(t, nil)
		_, v := w.HandsIn(t, w.Member(w.A, 1), task.ID, long, "Đề xuất của A.")
		w.HandsIn(t, w.Member(w.C, 4), task.ID, long, "Đề xuất của C.")
		b, err := s.Board(ctx, w.Officer, task.ID, 0)
		if err != nil || b.Self.Tally.Must != 9 || b.Self.Tally.All() != 2 || len(b.Below) != 2 || b.Below[0].Tally.Handed != 1 || b.Below[1].Tally.Came != 1 {
			t.Errorf("%+v %v", b, err)
		}
		var sum essay.Tally
		for _, l := range b.Below {
			sum.Must, sum.Handed = sum.Must+l.Tally.Must, sum.Handed+l.Tally.Handed
		}
		if sum.Must != b.Self.Tally.Must || sum.Handed != b.Self.Tally.Handed {
			t.Errorf("the parts are not the whole: %+v", sum)
		}
		_, err = s.Board(ctx, w.Other, task.ID, w.East)
		kind(t, "the neighbour's totals", err, fault.Missing, "")
		all, err := s.Proposals(ctx, w.Officer, Ask{Task: task.ID})
		if err != nil || len(all.Items) != 2 || all.Items[0].Text != "Đề xuất của A." {
			t.Errorf("%+v %v", all, err)
		}
		if some, err := s.Proposals(ctx, w.Other, Ask{Task: task.ID}); err != nil || len(some.Items) != 1 {
			t.Errorf("one commune's: %+v %v", some, err)
		}
		kind(t, "an answer that is no contribution", s.Pick(ctx, w.Officer, v, 1, true, ""), fault.Missing, "")
		for range 2 {
			if err := s.Pick(ctx, w.Officer, v, 2, true, "Mục II"); err != nil {
				t.Error(err)
			}
		}
		if some, _ := s.Proposals(ctx, w.Officer, Ask{Task: task.ID, Picked: true}); len(some.Items) != 1 || some.Items[0].Note != "Mục II" {
			t.Errorf("%+v", some.Items)
		}
		for name, file := range map[string]func() ([]byte, error){
			"xlsx": func() ([]byte, error) { return s.XLSX(ctx, w.Officer, "vi", Query{Task: task.ID}) }, "csv": func() ([]byte, error) { return s.CSV(ctx, w.Officer, "vi", Query{Task: task.ID}) },
			"contributions": func() ([]byte, error) { return s.ProposalsWord(ctx, w.Officer, Ask{Task: task.ID}) }, "sheet": func() ([]byte, error) { return s.ProposalsXLSX(ctx, w.Officer, "vi", Ask{Task: task.ID}) },
		} {
			if b, err := file(); err != nil || len(b) == 0 {
				t.Errorf("%s: %d bytes, %v", name, len(b), err)
			}
		}
	})
}
