package essay_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/essaytest"
)

var ctx = context.Background()

const long = "Bản thân tôi nhận thức rõ trách nhiệm của mình."

func kind(t *testing.T, what string, err error, k fault.Kind, key string) {
	t.Helper()
	if err == nil || fault.Of(err) != k || key != "" && fault.Key(err) != key {
		t.Errorf("%s: %v, want %d %s", what, err, k, key)
	}
}

func TestWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		var told []id.ID
		w.HandedIn = func(_ context.Context, _ db.Tx, e, v id.ID) error { told = append(told, e, v); return nil }
		task := w.Task(t, nil)
		if n := w.Tally(t, task.ID); n.Must != 9 || n.Invited != 6 {
			t.Errorf("of 15 people 3 are old and 3 exempt: %+v", n)
		}
		me, of := w.Member(w.A, 1), id.New()
		save := func(base int64, tab string, step int64, words string) essay.Saved {
			t.Helper()
			out, err := w.Save(ctx, me, task.ID, of, essay.Save{Base: base, Tab: tab, Step: step, Answers: []string{words, ""}})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if out := save(0, "a", 1, "một"); out.Verdict != essay.Keep || out.Draft.Serial != 1 {
			t.Errorf("%+v", out)
		}
		save(1, "a", 2, "một hai")
		if out := save(1, "b", 1, "khác"); out.Verdict != essay.Clash || out.Draft.Answers[0] != "một hai" {
			t.Errorf("another window: %+v", out)
		}
		if out := save(0, "a", 1, "một"); out.Verdict != essay.Known || out.Draft.Answers[0] != "một hai" {
			t.Errorf("an old save that comes late: %+v", out)
		}
		_, err := w.HandIn(ctx, me, task.ID, of, id.New(), nil)
		kind(t, "too short", err, fault.Invalid, "essay.too_short")
		v := id.New()
		for range 2 { // the same form twice
			got, err := w.HandIn(ctx, me, task.ID, of, v, &essay.Save{Base: 2, Tab: "c", Step: 1, Answers: []string{long, "Đề xuất\u200b một việc."}})
			if err != nil || got.N != 1 || got.Syllables != 14 || got.Late || got.Hidden != 1 {
				t.Fatalf("%+v %v", got, err)
			}
		}
		if len(told) != 2 || told[0] != of || told[1] != v {
			t.Errorf("likeness was told %v", told)
		}
		if n := w.Tally(t, task.ID); n.Handed != 1 || n.Came != 0 || n.Unmarked() != 1 {
			t.Errorf("%+v", n)
		}
		w.HandsIn(t, w.Member(w.A, 4), task.ID, long)
		w.At = time.UnixMilli(task.Due + 1)
		_, err = w.Save(ctx, me, task.ID, of, essay.Save{Base: 9, Answers: []string{"x"}})
		kind(t, "a new version after the due time", err, fault.Conflict, "essay.due_over")
		_, late := w.HandsIn(t, w.Member(w.B, 1), task.ID, long)
		if n := w.Tally(t, task.ID); n.Handed != 2 || n.Came != 1 || n.Late != 1 {
			t.Errorf("%+v", n)
		}
		_, err = w.HandIn(ctx, w.Member(w.B, 2), task.ID, id.New(), late, &essay.Save{Tab: "x", Step: 1, Answers: []string{long}})
		kind(t, "another's number of a receipt", err, fault.Conflict, "essay.taken")
		w.Talk = func(_ context.Context, _ db.Tx, e id.ID) (string, error) {
			if e == of {
				return "asked", nil
			}
			return "", nil
		}
		list, err := w.Mine(ctx, me)
		if err != nil || len(list) != 1 || list[0].Essay.State != "handed" || !list[0].Must || list[0].Talk != "asked" {
			t.Errorf("%+v %v", list, err)
		}
		if d, err := w.Desk(ctx, me, task.ID); err != nil || d.Talk != "asked" {
			t.Errorf("who is asked sees it where he writes: %q %v", d.Talk, err)
		}
		if d, err := w.Desk(ctx, w.Member(w.A, 4), task.ID); err != nil || d.Talk != "" {
			t.Errorf("nobody else: %q %v", d.Talk, err)
		}
	})
}

// Many windows of one person at once: nothing is lost or doubled.
func TestWritingAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task := w.Task(t, nil)
		me := w.Member(w.C, 2)
		var all sync.WaitGroup
		kept := make([]string, 8)
		for i := range kept {
			all.Go(func() {
				out, err := w.Save(ctx, me, task.ID, id.New(), essay.Save{Tab: id.New().String(), Step: 1, Answers: []string{strings.Repeat("a", i+1)}})
				if kept[i] = out.Verdict; err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		n := 0
		for _, v := range kept {
			if v == essay.Keep {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d of 8 windows that began empty were kept: %v", n, kept)
		}
	})
}

func TestTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task := w.Task(t, nil)
		_, err := w.Desk(ctx, w.Unit, task.ID)
		kind(t, "somebody whom the task does not mean", err, fault.Missing, "")
		_, err = w.Draft(ctx, w.Unit, essay.Task{})
		kind(t, "nothing is a task", err, fault.Invalid, "")
		other := task
		other.ID = id.New()
		_, err = w.Draft(ctx, w.Unit, other)
		kind(t, "a commune's officer at the top", err, fault.Missing, "")
		again, err := w.Draft(ctx, w.Officer, task)
		if err != nil || again.ID != task.ID {
			t.Errorf("the same form twice: %v", err)
		}
		other = task
		other.Title, other.Due = "Tên mới", task.Due-1
		_, err = w.Edit(ctx, w.Officer, other)
		kind(t, "an earlier due time once given", err, fault.Invalid, "essay.due_earlier")
		other.Due, other.Least = task.Due+1, 999
		if got, err := w.Edit(ctx, w.Officer, other); err != nil || got.Least != 5 || got.Title != "Tên mới" {
			t.Errorf("%+v %v", got, err)
		}
		if err := w.SetLocal(ctx, w.Secretary, task.ID, w.A, "Chi bộ có 5 đảng viên."); err != nil {
			t.Error(err)
		}
		kind(t, "facts of a cell that is not one's own", w.SetLocal(ctx, w.Secretary, task.ID, w.B, "x"), fault.Missing, "")
		if d, _ := w.Desk(ctx, w.Member(w.A, 1), task.ID); len(d.Locals) != 1 || d.Task.Questions[0].Models != nil {
			t.Errorf("facts of one's cell, and no model answers: %+v", d)
		}
		if d, _ := w.Desk(ctx, w.Member(w.B, 1), task.ID); len(d.Locals) != 0 {
			t.Error("facts of another cell")
		}
		rows, err := w.List(ctx, w.Other, essay.Query{Campaign: w.Campaign, Find: "ten moi"})
		if err != nil || len(rows.Items) != 1 || rows.Items[0].Tally.Must != 3 {
			t.Errorf("a commune sees the task with its own totals: %+v %v", rows, err)
		}
		if err := w.Close(ctx, w.Officer, task.ID); err != nil {
			t.Error(err)
		}
		_, err = w.Save(ctx, w.Member(w.A, 1), task.ID, id.New(), essay.Save{Answers: []string{"x"}})
		kind(t, "after the end", err, fault.Conflict, "essay.closed")
	})
}

func TestGroups(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task := w.Task(t, func(t *essay.Task) { t.Grouped = true })
		me := w.Member(w.A, 1)
		of, _ := w.HandsIn(t, me, task.ID, long)
		w.HandsIn(t, w.Member(w.A, 3), task.ID, long)
		if err := w.Group(ctx, me, task.ID, of, []id.ID{w.People[w.A][2], w.People[w.A][4]}); err != nil {
			t.Fatal(err)
		}
		if n := w.Tally(t, task.ID); n.Handed != 3 || n.Came != 1 {
			t.Errorf("two who must, one invited, and one alone: %+v", n)
		}
		kind(t, "somebody of another cell", w.Group(ctx, me, task.ID, of, []id.ID{w.People[w.B][1]}), fault.Invalid, "essay.not_mate")
		kind(t, "somebody with an essay", w.Group(ctx, me, task.ID, of, []id.ID{w.People[w.A][3]}), fault.Conflict, "essay.mate_has_one")
		_, err := w.Save(ctx, w.Member(w.A, 2), task.ID, id.New(), essay.Save{Answers: []string{"x"}})
		kind(t, "one of the group writes", err, fault.Conflict, "essay.not_author")
		kind(t, "the author leaves", w.Leave(ctx, me, task.ID), fault.Missing, "")
		if err := w.Leave(ctx, w.Member(w.A, 2), task.ID); err != nil {
			t.Error("nobody is kept in a group that somebody else set:", err)
		}
		kind(t, "one of none leaves", w.Leave(ctx, w.Member(w.A, 2), task.ID), fault.Missing, "")
		if _, err := w.Save(ctx, w.Member(w.A, 2), task.ID, id.New(), essay.Save{Answers: []string{"bài riêng"}}); err != nil {
			t.Error("and writes alone:", err)
		}
		if n := w.Tally(t, task.ID); n.Handed != 2 || n.Came != 1 {
			t.Errorf("one fewer: %+v", n)
		}
		if err := w.Group(ctx, me, task.ID, of, nil); err != nil {
			t.Error(err)
		}
		if n := w.Tally(t, task.ID); n.Handed != 2 || n.Came != 0 {
			t.Errorf("%+v", n)
		}
	})
}

// A file taken in by the form of an empty page comes behind what was saved since.
func TestUploadComesBehindWhatWasTyped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task := w.Task(t, nil)
		me, of := w.Member(w.A, 1), id.New()
		if _, err := w.Save(ctx, me, task.ID, of, essay.Save{Tab: "t", Step: 1, Answers: []string{long, ""}}); err != nil {
			t.Fatal(err)
		}
		out, err := w.Attach(ctx, me, task.ID, of, essay.Upload{ID: id.New(), Name: "thêm.txt"}, strings.NewReader("Thêm một đoạn."))
		if err != nil || out.Draft.Answers[0] != long+"\n\nThêm một đoạn." {
			t.Errorf("%+v %v", out.Draft, err)
		}
	})
}

func TestFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task := w.Task(t, nil)
		me, of := w.Member(w.A, 1), id.New()
		first := id.New()
		for range 2 {
			out, err := w.Attach(ctx, me, task.ID, of, essay.Upload{ID: first, Name: "bài.txt", Over: true}, strings.NewReader("Câu 1. "+long+"\nCâu 2. Đề xuất.\u200b"))
			if err != nil || out.File.Role != "text" || out.File.Hidden != 1 {
				t.Fatalf("%+v %v", out, err)
			}
		}
		desk, err := w.Desk(ctx, me, task.ID)
		if err != nil || desk.Draft.Answers[0] != long || desk.Draft.Answers[1] != "Đề xuất." || len(desk.Files) != 1 {
			t.Errorf("%+v %v", desk.Draft, err)
		}
		var pic bytes.Buffer
		if err := png.Encode(&pic, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
			t.Fatal(err)
		}
		page := id.New()
		if out, err := w.Attach(ctx, me, task.ID, of, essay.Upload{ID: page, Name: "trang.png"}, &pic); err != nil || out.File.Role != "page" {
			t.Errorf("%+v %v", out, err)
		}
		v, err := w.HandIn(ctx, me, task.ID, of, id.New(), nil)
		if err != nil || !v.Handwritten || v.Hidden != 1 || len(v.Files) != 2 {
			t.Errorf("%+v %v", v, err)
		}
		if n := w.Tally(t, task.ID); n.Pages != 1 {
			t.Errorf("%+v", n)
		}
		if err := w.Detach(ctx, me, task.ID, page); err != nil {
			t.Error(err)
		}
		if desk, _ = w.Desk(ctx, me, task.ID); len(desk.Files) != 1 || len(desk.Version.Files) != 2 {
			t.Error("what was handed in keeps its files")
		}
		for _, c := range []struct{ name, body, key string }{
			{"x.exe", "MZ", "file.program"}, {"x.html", "<html>", "file.program"}, {"x.txt", " \n", "essay.file_empty"}, {"x.docx", "PK\x03\x04rubbish", "file.broken"}, {"x", "", "file.empty"},
			{"x.csv", "a,b\n", "essay.file_kind"},
		} {
			_, err := w.Attach(ctx, me, task.ID, of, essay.Upload{ID: id.New(), Name: c.name}, strings.NewReader(c.body))
			kind(t, c.name, err, fault.Invalid, c.key)
		}
		_, _, err = w.OwnFile(ctx, w.Member(w.A, 2), task.ID, first)
		kind(t, "another's file", err, fault.Missing, "")
		tomb(t, w, task, of, me.Person)
	})
}

// A deletion leaves no word behind, and the totals as they were.
func tomb(t *testing.T, w *essaytest.World, task essay.Task, of, person id.ID) {
	t.Helper()
	before := w.Tally(t, task.ID)
	var asked id.ID
	w.Deleted = func(_ context.Context, tx db.Tx, e id.ID) error {
		asked = e
		_, err := essay.Versions(ctx, tx, e)
		return err
	}
	kind(t, "a secretary deletes", w.Delete(ctx, w.Secretary, of, "theo yêu cầu"), fault.Denied, "")
	if err := w.Delete(ctx, w.Officer, of, "theo yêu cầu"); err != nil || asked != of {
		t.Fatal(err, asked)
	}
	if after := w.Tally(t, task.ID); after != before {
		t.Errorf("%+v became %+v", before, after)
	}
	for _, q := range []string{`select count(*) from essay_version where essay = $1`, `select count(*) from essay_answer where essay = $1`, `select count(*) from essay_file where essay = $1`} {
		err := w.D.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], q, of)
			if n > 0 {
				t.Errorf("%s: %d", q, n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	_, err := w.Save(ctx, w.Member(w.A, 1), task.ID, id.New(), essay.Save{Answers: []string{"x"}})
	kind(t, "writing on a grave", err, fault.Conflict, "essay.deleted")
}
