package likeness

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestCompare(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 8), context.Background()
		passage := prose(1, 120)
		a := w.hand(t, 0, prose(2, 200)+"\n"+passage)
		b := w.hand(t, 7, question+"\n"+prose(3, 100)+" "+passage+" "+prose(4, 100))
		c := w.hand(t, 1, prose(5, 300))
		w.work(t)
		for _, x := range []struct {
			name   string
			essay  id.ID
			copied bool
			with   id.ID
		}{{"the later one", b, true, a}, {"the earlier one as well", a, true, b}, {"one that shares nothing", c, false, 0}} {
			v, err := w.Show(ctx, w.officer, x.essay, Look{})
			if err != nil {
				t.Fatal(err)
			}
			if (v.Copied > 0) != x.copied || x.copied && (v.Copied < 115 || v.Copied > 125 || v.Sources[0].Essay != x.with) {
				t.Errorf("%s: %+v", x.name, v.Figures)
			}
		}
		v, err := w.Show(ctx, w.officer, b, Look{})
		if err != nil || v.Exempt < 25 || v.Level != Notice || v.Author != "" || len(v.Quoted) != 1 {
			t.Errorf("the question is nobody's copy, and names are hidden: %+v %v", v.Figures, err)
		}
		if !strings.Contains(Say("vi", v.Figures), "giống 1 bài khác") {
			t.Error(Say("vi", v.Figures))
		}
		var marked strings.Builder
		for _, p := range v.Right {
			if p.Kind == Same {
				marked.WriteString(p.Text)
			}
		}
		if !strings.Contains(marked.String(), passage[:len(passage)/2]) {
			t.Errorf("the other side shows %q", marked.String())
		}
		for _, p := range v.Right {
			if p.Kind == Plain && len(p.Text) > 600 {
				t.Errorf("more than a sentence around the passage is shown: %q", p.Text)
			}
		}
		if v, err = w.Show(ctx, w.officer, b, Look{Not: []id.ID{a}}); err != nil || v.Copied != 0 || len(v.Sources) != 1 || !v.Sources[0].Excluded {
			t.Errorf("without the source nothing is shared: %+v %v", v.Figures, err)
		}
		l, err := w.List(ctx, w.officer, w.campaign, Filter{})
		if err != nil || len(l.Rows.Items) != 2 || l.Totals.Compared != 3 || l.Totals.Waiting != 0 || l.Totals.Note != 2 {
			t.Errorf("%+v %v", l, err)
		}
		leads := w.count(t, `select count(*) from essay where lead`)
		if leads != 2 {
			t.Errorf("%d leads", leads)
		}
	})
}

func (w *world) count(t testing.TB, q string, args ...any) (n int64) {
	t.Helper()
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = db.One(context.Background(), tx, db.Value[int64], q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whoever sees one unit only learns nothing of another but the passage.
func TestScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4), context.Background()
		text := prose(1, 200)
		mine, theirs := w.hand(t, 0, text), w.hand(t, 3, text+" "+prose(9, 150))
		w.work(t)
		v, err := w.Show(ctx, w.eastern, mine, Look{})
		if err != nil || len(v.Sources) != 1 || v.Sources[0].UnitName != "" || v.Sources[0].Unit != 0 || v.Sources[0].Seen {
			t.Fatalf("%+v %v", v.Sources, err)
		}
		for _, c := range []struct {
			name string
			err  error
			kind fault.Kind
		}{
			{"another unit's essay", second2(w.Show(ctx, w.eastern, theirs, Look{})), fault.Missing},
			{"its name", w.Unveil(ctx, w.eastern, theirs, "muốn biết"), fault.Missing},
			{"a name without the permission", w.Unveil(ctx, w.inEast, mine, "muốn biết"), fault.Denied},
			{"a name without a reason", w.Unveil(ctx, w.eastern, mine, " "), fault.Invalid},
			{"a talk with another unit's author", w.Step(ctx, w.eastern, theirs, Note{ID: id.New(), Kind: "ask", Body: "x"}), fault.Missing},
			{"an essay that is none", second2(w.Show(ctx, w.officer, id.New(), Look{})), fault.Missing},
			{"a reference by a unit", w.AddReference(ctx, w.eastern, Reference{ID: id.New(), Campaign: w.campaign, Category: "common", Name: "x", Body: text}), fault.Missing},
		} {
			if c.err == nil || fault.Of(c.err) != c.kind {
				t.Errorf("%s: %v", c.name, c.err)
			}
		}
		if err := w.Unveil(ctx, w.eastern, mine, "trao đổi với người viết"); err != nil {
			t.Fatal(err)
		}
		if v, err = w.Show(ctx, w.eastern, mine, Look{}); err != nil || v.Author != "Đảng viên mẫu 000" {
			t.Errorf("%q %v", v.Author, err)
		}
		if v, _ = w.Show(ctx, w.officer, mine, Look{}); v.Author != "" {
			t.Error("the veil is lifted for one account, not for all")
		}
		if n := w.count(t, `select count(*) from audit_entry where action = 'likeness.identify' and subject = $1`, mine); n != 1 {
			t.Errorf("%d lines in the log", n)
		}
	})
}

// A reference never raises a share; undoing the decision brings it back.
func TestDecide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 10), context.Background()
		viral := prose(1, 90)
		var all []id.ID
		for i := range 6 {
			all = append(all, w.hand(t, i, prose(uint64(100+i), 180)+" "+viral+" "+prose(uint64(200+i), 60)))
		}
		w.work(t)
		l, err := w.Worklist(ctx, w.officer, w.campaign)
		if err != nil || len(l.Open) != 1 || l.Open[0].Essays != 6 || l.Open[0].Units != 2 {
			t.Fatalf("%+v %v", l.Open, err)
		}
		if err := w.Decide(ctx, w.eastern, w.campaign, l.Open[0].ID, Decision{ID: id.New(), Kind: "common"}); fault.Of(err) != fault.Missing && fault.Of(err) != fault.Denied {
			t.Error(err)
		}
		before, _ := w.Show(ctx, w.officer, all[0], Look{})
		d1 := Decision{ID: id.New(), Kind: "common", Note: "câu trong đề cương"}
		for range 2 { // the same form twice
			if err := w.Decide(ctx, w.officer, w.campaign, l.Open[0].ID, d1); err != nil {
				t.Fatal(err)
			}
		}
		w.work(t)
		after, err := w.Show(ctx, w.officer, all[0], Look{})
		if err != nil || after.Copied >= before.Copied || after.Copied > 10 {
			t.Errorf("%+v before, %+v after: %v", before.Figures, after.Figures, err)
		}
		if n := w.count(t, `select count(*) from likeness_reference where category = 5`); n != 1 {
			t.Errorf("%d references", n)
		}
		if err := w.Undo(ctx, w.officer, w.campaign, d1.ID); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if again, _ := w.Show(ctx, w.officer, all[0], Look{}); again.Copied != before.Copied {
			t.Errorf("%+v after undoing, %+v before", again.Figures, before.Figures)
		}
		l, err = w.Worklist(ctx, w.officer, w.campaign)
		if err != nil || len(l.Open) != 1 || len(l.Decisions) != 1 {
			t.Fatalf("%+v %v", l, err)
		}
		if err := w.Step(ctx, w.eastern, all[0], Note{ID: id.New(), Kind: "lead", Body: "Đề nghị xem lại."}); err != nil {
			t.Fatal(err)
		}
		d2 := Decision{ID: id.New(), Kind: "copied"}
		if err := w.Decide(ctx, w.officer, w.campaign, l.Open[0].ID, d2); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, `select count(*) from likeness_essay where state = 'lead'`); n != 6 {
			t.Errorf("%d marked", n)
		}
		w.hand(t, 6, prose(106, 180)+" "+viral+" "+prose(206, 60))
		w.Now = clock.Fixed(now.Add(time.Minute)) // passages are grouped again
		w.work(t)
		if n := w.count(t, `select count(*) from likeness_essay where state = 'lead'`); n != 7 {
			t.Errorf("%d marked after one more was handed in", n)
		}
		if err := w.Decide(ctx, w.officer, w.campaign, l.Open[0].ID, Decision{ID: id.New(), Kind: "apart"}); fault.Of(err) != fault.Conflict {
			t.Error(err)
		}
		if err := w.Undo(ctx, w.officer, w.campaign, d2.ID); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, `select count(*) from likeness_essay where state = 'lead'`); n != 1 {
			t.Errorf("%d still marked, one of them by a reader", n)
		}
	})
}

func TestTalkWithTheAuthor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4), context.Background()
		text := prose(1, 200)
		e := w.hand(t, 0, text)
		w.hand(t, 1, text)
		if err := w.Step(ctx, w.eastern, e, Note{ID: id.New(), Kind: "ask", Body: "Mời đồng chí cho biết ý kiến."}); fault.Of(err) != fault.Conflict {
			t.Error("before it is compared there is nothing to ask", err)
		}
		w.work(t)
		author := w.author(0)
		if _, err := w.Mine(ctx, author, e); fault.Of(err) != fault.Missing {
			t.Error("the author hears nothing before he is asked", err)
		}
		ask := Note{ID: id.New(), Kind: "ask", Body: "Mời đồng chí cho biết ý kiến."}
		for range 2 {
			if err := w.Step(ctx, w.eastern, e, ask); err != nil {
				t.Fatal(err)
			}
		}
		m, err := w.Mine(ctx, author, e)
		if err != nil || len(m.Notes) != 1 || !m.MayTell || m.Copied == 0 {
			t.Fatalf("%+v %v", m, err)
		}
		if _, err := w.Mine(ctx, w.author(1), e); fault.Of(err) != fault.Missing {
			t.Error("another member", err)
		}
		if err := w.Reply(ctx, author, e, Note{ID: id.New(), Body: "Chúng tôi cùng thảo luận ở tổ."}); err != nil {
			t.Fatal(err)
		}
		if err := w.Reply(ctx, author, e, Note{ID: id.New()}); fault.Of(err) != fault.Invalid {
			t.Error("an empty reply", err)
		}
		if err := w.Step(ctx, w.eastern, e, Note{ID: id.New(), Kind: "propose", Body: "Giống gần hết."}); err != nil {
			t.Fatal(err)
		}
		if err := w.Step(ctx, w.eastern, e, Note{ID: id.New(), Kind: "uphold", Body: "Đúng."}); fault.Key(err) != "likeness.needs_second" {
			t.Error("one person alone", err)
		}
		if err := w.Step(ctx, w.officer, e, Note{ID: id.New(), Kind: "uphold", Body: "Đồng ý."}); err != nil {
			t.Fatal(err)
		}
		if v, err := w.Show(ctx, w.officer, e, Look{}); err != nil || v.State != Upheld || len(v.Notes) != 4 {
			t.Errorf("%+v %v", v.Notes, err)
		}
		w.hand(t, 0, prose(9, 200)) // written anew, and by oneself
		w.work(t)
		if v, err := w.Show(ctx, w.officer, e, Look{}); err != nil || v.State != None || len(v.Notes) != 4 {
			t.Errorf("another version is judged by the talk about the first: %q %+v %v", v.State, v.Notes, err)
		}
		if n := w.count(t, `select count(*) from essay where id = $1 and lead`, e); n != 0 {
			t.Error("it is still a lead")
		}
	})
}

// A new version, a deletion and a restart leave what one clean comparison would leave.
func TestChangesAndRestart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 8), context.Background()
		text := prose(1, 150)
		a := w.hand(t, 0, prose(2, 100)+" "+text)
		b := w.hand(t, 1, prose(3, 100)+" "+text)
		w.work(t)
		w.hand(t, 0, prose(4, 260)) // a is rewritten
		w.work(t)
		if v, _ := w.Show(ctx, w.officer, b, Look{}); v.Copied != 0 {
			t.Errorf("a shares nothing any more: %+v", v.Figures)
		}
		if n := w.count(t, `select copied from likeness_essay where essay = $1`, b); n != 0 {
			t.Errorf("stored: %d", n)
		}
		c := w.hand(t, 2, text)
		w.work(t)
		if err := w.Tidy(ctx); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, `select count(*) from likeness_gone`); n != 0 {
			t.Errorf("%d prints that are no longer true", n)
		}
		w.write(t, func(tx db.Tx) error { return w.Deleted(ctx, tx, b) })
		w.work(t)
		for _, name := range []string{"as it runs", "after a restart", "after a restart with a stored index"} {
			if v, err := w.Show(ctx, w.officer, c, Look{}); err != nil || v.Copied != 0 {
				t.Errorf("%s: b is gone: %+v %v", name, v.Figures, err)
			}
			if name == "after a restart" {
				if err := w.Tidy(ctx); err != nil {
					t.Fatal(err)
				}
			}
			w.Service = &Service{DB: d, Now: w.Now, Secret: w.Secret}
		}
		e := w.hand(t, 7, text)
		w.work(t)
		if v, err := w.Show(ctx, w.officer, e, Look{}); err != nil || len(v.Sources) != 1 || v.Sources[0].Essay != c {
			t.Errorf("a stored index finds: %+v %v", v.Sources, err)
		}
		if n := w.count(t, `select count(*) from likeness_essay where essay = $1`, b) + w.count(t, `select count(*) from likeness_passage where essay = $1 or source = $1`, b); n != 0 {
			t.Errorf("%d rows of the deleted essay", n)
		}
		_ = a
	})
}

func TestFamilies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 10), context.Background()
		for i := range 10 {
			text := prose(uint64(i), 250)
			if i%2 == 0 {
				text = prose(77, 250)
			}
			w.hand(t, i, text)
		}
		w.work(t)
		_, all, err := w.Families(ctx, w.officer, w.campaign)
		if err != nil || len(all) != 1 || len(all[0].Essays) != 5 || len(all[0].Units) != 2 || all[0].Days[0].N != 5 {
			t.Fatalf("%+v %v", all, err)
		}
		_, all, err = w.Families(ctx, w.western, w.campaign)
		if err != nil || len(all) != 1 || len(all[0].Essays) != 2 || all[0].Others != 3 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func TestCheck(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4), context.Background()
		text := prose(1, 200)
		w.hand(t, 0, text)
		w.work(t)
		mine := w.hand(t, 1, prose(5, 20))
		answer := func(body string) {
			w.write(t, func(tx db.Tx) error {
				if _, err := tx.ExecContext(ctx, `delete from essay_answer where essay = $1`, mine); err != nil {
					return err
				}
				_, err := tx.ExecContext(ctx, `insert into essay_answer (essay, ord, text) values ($1, 1, $2)`, mine, body)
				return err
			})
		}
		answer("")
		if m, err := w.Check(ctx, w.author(1), mine); err != nil || !m.Empty {
			t.Errorf("nothing written costs no check: %+v %v", m, err)
		}
		answer(text)
		for i := range checksMost {
			m, err := w.Check(ctx, w.author(1), mine)
			if err != nil || m.Copied == 0 || m.Checks != int64(checksMost-1-i) {
				t.Errorf("%d: %+v %v", i, m.Figures, err)
			}
		}
		if _, err := w.Check(ctx, w.author(1), mine); fault.Of(err) != fault.TooMany {
			t.Error(err)
		}
		if _, err := w.Check(ctx, w.author(2), mine); fault.Of(err) != fault.Missing {
			t.Error("somebody else's essay", err)
		}
	})
}

func TestReferenceIsChecked(t *testing.T) {
	for _, c := range []struct {
		r     Reference
		field string
	}{
		{Reference{Name: "x", Category: "common", Body: prose(1, 40)}, ""},
		{Reference{Category: "common", Body: prose(1, 40)}, "name"},
		{Reference{Name: "x", Category: "secret", Body: prose(1, 40)}, "category"},
		{Reference{Name: "x", Category: "common", Body: "ngắn"}, "body"},
	} {
		got := ""
		for _, f := range fault.List(c.r.check()) {
			got = f.Field
		}
		if got != c.field {
			t.Errorf("%+v: %q", c.r.Name, got)
		}
	}
}

func second2[T any](_ T, err error) error { return err }

var _ = fmt.Sprint
