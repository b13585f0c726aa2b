package essay_test

import (
	"context"
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
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/essaytest"
)

func TestMends(t *testing.T) {
	owes, invited := essay.Counted{Must: true}, essay.Counted{}
	late, inTime := essay.Counted{Must: true, Handed: 1, Late: true}, essay.Counted{Must: true, Handed: 1}
	for _, c := range []struct {
		says, figure, kind string
		c                  essay.Counted
		want               string
	}{
		{"who need not write", "essays_due", "not_due", owes, essay.MendMust},
		{"who says something else is wrong with having to", "essays_due", "other", late, essay.MendMust},
		{"who is invited already", "essays_due", "not_due", invited, ""},
		{"who handed in on paper", "essays_due", "handed_in", owes, essay.MendPaper},
		{"who did, and here too", "essays_due", "handed_in", inTime, ""},
		{"who was only invited to", "essays_due", "handed_in", invited, ""},
		{"whose essay came in time", "essays_handed", "in_time", late, essay.MendLate},
		{"whose essay is said to be something else", "essays_handed", "other", late, essay.MendLate},
		{"whose essay is noted as in time already", "essays_handed", "in_time", inTime, ""},
		{"who handed nothing in", "essays_handed", "in_time", owes, ""},
		{"whose essay it is not", "essays_handed", "not_handed", late, essay.MendApart},
		{"whose marked essay it is not", "essays_passed", "not_handed", inTime, essay.MendApart},
		{"who handed nothing in, as is noted already", "essays_handed", "not_handed", owes, ""},
		{"whose mark is wrong: another marks anew", "essays_failed", "other_mark", late, ""},
		{"who wrote it alone: that is talked about", "essays_alike", "own_work", late, ""},
	} {
		if got := (essay.Upheld{Figure: c.figure, Kind: c.kind}).Mends(c.c); got != c.want {
			t.Errorf("%s: %q, want %q", c.says, got, c.want)
		}
	}
}

// court is the floor above: the contests that the top upheld, each known to who decides there and, when it
// is named, to everybody.
type court struct {
	w     *essaytest.World
	list  []essay.Upheld
	named bool
}

func (c *court) uphold(figure, kind string, person id.ID) id.ID {
	u := essay.Upheld{ID: id.New(), Campaign: c.w.Campaign, Person: person, Figure: figure, Kind: kind, By: "Cán bộ mẫu", Remark: "Đã đối chiếu sổ."}
	c.list = append(c.list, u)
	return u.ID
}

func (c *court) upheld(ctx context.Context, tx db.Tx, who access.Actor, q essay.Contested) (out []essay.Upheld, err error) {
	for _, u := range c.list {
		u.Decides = access.Check(ctx, tx, who, access.ReportAccept, c.w.Top) == nil
		if u.ID == q.Contest && (c.named || u.Decides) {
			out = append(out, u)
		}
	}
	return out, nil
}

// sits has the world's contests upheld by a court.
func sits(w *essaytest.World) *court {
	c := &court{w: w}
	w.Upheld = c.upheld
	return c
}

const ground = "Theo sổ nhận bài của chi bộ"

func TestMend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task, top := w.Task(t, nil), sits(w)
		owes := w.People[w.A][1]
		contest := top.uphold("essays_due", "not_due", owes)
		own := w.Officer
		own.Person = owes
		ok := essay.Mending{ID: id.New(), Contest: contest, Task: task.ID, Why: ground}
		with := func(change func(*essay.Mending)) essay.Mending { m := ok; change(&m); return m }
		for _, c := range []struct {
			says  string
			named bool
			who   access.Actor
			m     essay.Mending
			kind  fault.Kind
			key   string
		}{
			{"a contest that nobody upheld", true, w.Officer, with(func(m *essay.Mending) { m.Contest = id.New() }), fault.Missing, ""},
			{"no contest", true, w.Officer, with(func(m *essay.Mending) { m.Contest = 0 }), fault.Missing, ""},
			{"another task", true, w.Officer, with(func(m *essay.Mending) { m.Task = id.New() }), fault.Missing, ""},
			{"without a reason", true, w.Officer, with(func(m *essay.Mending) { m.Why = "vì" }), fault.Invalid, "essay.mend_why_needed"},
			{"with what is no text", true, w.Officer, with(func(m *essay.Mending) { m.Why = "lý do\x00 mẫu" }), fault.Invalid, "web.not_text"},
			{"with a reason that does not end", true, w.Officer, with(func(m *essay.Mending) { m.Why = strings.Repeat("x", 501) }), fault.Invalid, "web.too_long"},
			{"without the id of a form", true, w.Officer, with(func(m *essay.Mending) { m.ID = 0 }), fault.Invalid, "web.choose"},
			{"one's own record", true, own, ok, fault.Denied, "essay.mend_own"},
			{"the unit that must not learn who contests", false, w.Unit, ok, fault.Missing, ""},
			{"the unit that sets no tasks", true, w.Unit, ok, fault.Denied, ""},
			{"the secretary", true, w.Secretary, ok, fault.Denied, ""},
			{"a foreign unit", true, w.Other, ok, fault.Missing, ""},
		} {
			top.named = c.named
			_, err := w.Mend(ctx, c.who, c.m)
			kind(t, c.says, err, c.kind, c.key)
		}
		before := w.Tally(t, task.ID)
		for range 2 { // the same form twice
			if m, err := w.Mend(ctx, w.Officer, ok); err != nil || m.What != essay.MendMust || m.Person != owes || m.Why != ground {
				t.Fatalf("%+v %v", m, err)
			}
		}
		if n := w.Tally(t, task.ID); n.Must != before.Must-1 || n.Invited != before.Invited+1 {
			t.Errorf("%+v, before %+v", n, before)
		}
		_, err := w.Mend(ctx, w.Officer, with(func(m *essay.Mending) { m.ID = id.New() }))
		kind(t, "another form", err, fault.Conflict, "essay.mend_none")
		second := w.Officer
		second.Account = id.New()
		_, err = w.Mend(ctx, second, ok)
		kind(t, "somebody else's form", err, fault.Conflict, "essay.taken")
		w.HandsIn(t, w.Member(w.A, 1), task.ID, long)
		if n := w.Tally(t, task.ID); n.Handed != 0 || n.Came != 1 {
			t.Errorf("who need not write and does: %+v", n)
		}
		if c, err := w.Case(ctx, w.Officer, contest, task.ID); err != nil || c.Done == nil || c.Must || c.Mends != "" {
			t.Errorf("%+v %v", c, err)
		}
		if n := looks(t, d, owes); n != 1 {
			t.Errorf("%d looks at the name", n)
		}
	})
}

func looks(t *testing.T, d *db.DB, person id.ID) (n int64) {
	t.Helper()
	if err := d.Read(ctx, func(tx db.Tx) (err error) {
		n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_look where purpose = 'contest.names' and person = $1`, person)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// What came late is noted as in time, for a whole group; it is in the log with its reason, and sealed.
func TestMendLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task, top := w.Task(t, func(t *essay.Task) { t.Grouped = true }), sits(w)
		author, mate, of := w.Member(w.A, 1), w.Member(w.A, 2), id.New()
		if err := w.Group(ctx, author, task.ID, of, []id.ID{mate.Person}); err != nil {
			t.Fatal(err)
		}
		w.At = time.UnixMilli(task.Due + 60_000)
		_, version := w.HandsIn(t, author, task.ID, long)
		if n := w.Tally(t, task.ID); n.Late != 2 {
			t.Fatalf("%+v", n)
		}
		contest := top.uphold("essays_handed", "in_time", mate.Person)
		keeper := essaytest.Actor(access.Officer, w.East)
		m := essay.Mending{ID: id.New(), Contest: contest, Task: task.ID, Why: ground}
		_, err := w.Mend(ctx, keeper, m)
		kind(t, "who keeps the unit's tasks, while nobody gave a name", err, fault.Missing, "")
		top.named = true
		writer := keeper
		writer.Person = author.Person
		_, err = w.Mend(ctx, writer, m)
		kind(t, "one of the group", err, fault.Denied, "essay.mend_own")
		if _, err = w.Mend(ctx, keeper, m); err != nil {
			t.Fatal(err)
		}
		if n := w.Tally(t, task.ID); n.Late != 0 || n.Handed != 2 {
			t.Errorf("%+v", n)
		}
		if desk, err := w.Desk(ctx, author, task.ID); err != nil || desk.Essay.Late || desk.Version.ID != version || desk.Version.Late {
			t.Errorf("%+v %v", desk, err)
		}
		var n int64
		var bodies []string
		if err := d.Read(ctx, func(tx db.Tx) (err error) {
			if err := w.Sealed(ctx, tx, func(r proof.Row) error { bodies = append(bodies, r.Kind+" "+r.Body); return nil }); err != nil {
				return err
			}
			n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from audit_entry e join proof_line l on l.at = e.at and l.kind = 'essay.mend' where e.action = 'essay.mend' and e.why = $1`, ground)
			return err
		}); err != nil || n != 1 || len(bodies) != 1 || strings.Contains(bodies[0], mate.Person.String()) || strings.Contains(bodies[0], "sổ") {
			t.Errorf("%d entries, sealed %q, %v", n, bodies, err)
		}
	})
}

// What was handed in on paper counts and waits for its mark, also of who stood in a group that never handed in.
func TestMendPaper(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task, top := w.Task(t, func(t *essay.Task) { t.Grouped = true }), sits(w)
		group := id.New()
		if err := w.Group(ctx, w.Member(w.A, 1), task.ID, group, []id.ID{w.People[w.A][2]}); err != nil {
			t.Fatal(err)
		}
		w.At = w.At.Add(11 * 24 * time.Hour)
		for i, c := range []struct {
			says string
			who  access.Actor
			late bool
		}{
			{"who had not begun", w.Member(w.B, 1), false},
			{"who stood in a group", w.Member(w.A, 2), true},
			{"who had begun", w.Member(w.A, 1), false},
		} {
			at := task.Due
			if c.late {
				at++
			}
			m := essay.Mending{ID: id.New(), Contest: top.uphold("essays_due", "handed_in", c.who.Person), Task: task.ID, Why: ground}
			for _, wrong := range []int64{0, essaytest.Begin.UnixMilli() - 1, w.Now.Ms() + 1} {
				m.Handed = wrong
				_, err := w.Mend(ctx, w.Officer, m)
				kind(t, "a time that cannot be", err, fault.Invalid, "essay.mend_handed_when")
			}
			m.Handed = at
			for range 2 {
				if _, err := w.Mend(ctx, w.Officer, m); err != nil {
					t.Fatalf("%s: %v", c.says, err)
				}
			}
			desk, err := w.Desk(ctx, c.who, task.ID)
			if err != nil || !desk.Author || desk.Essay.State != "handed" || desk.Essay.Handed != at || desk.Essay.Late != c.late || !desk.Version.Handwritten || len(desk.Writers) != 1 {
				t.Errorf("%s: %+v %v", c.says, desk, err)
			}
			if n := w.Tally(t, task.ID); n.Handed != int64(i+1) || n.Pages != n.Handed || n.Unmarked() != n.Handed || n.Must != 9 {
				t.Errorf("%s: %+v", c.says, n)
			}
		}
		if n := w.Tally(t, task.ID); n.Late != 1 {
			t.Errorf("%+v", n)
		}
	})
}

// What somebody did not hand in is kept and counts for him no longer: a group keeps it with its next author, and
// what counts for nobody waits for no mark. Who says so can hand in what is his own.
func TestMendApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		task, top := w.Task(t, func(t *essay.Task) { t.Grouped = true }), sits(w)
		author, mate, of := w.Member(w.A, 1), w.Member(w.A, 2), id.New()
		if err := w.Group(ctx, author, task.ID, of, []id.ID{mate.Person}); err != nil {
			t.Fatal(err)
		}
		_, version := w.HandsIn(t, author, task.ID, long)
		before := w.Tally(t, task.ID)
		apart := func(who access.Actor) essay.Mending {
			m := essay.Mending{ID: id.New(), Contest: top.uphold("essays_handed", "not_handed", who.Person), Task: task.ID, Why: ground, Handed: 7}
			same := w.Officer
			same.Person = mate.Person
			_, err := w.Mend(ctx, same, m)
			kind(t, "one of the group", err, fault.Denied, "essay.mend_own")
			for range 2 { // the same form twice
				if out, err := w.Mend(ctx, w.Officer, m); err != nil || out.What != essay.MendApart || out.Essay != of || out.Handed != 0 {
					t.Fatalf("%+v %v", out, err)
				}
			}
			other := m
			other.ID = id.New()
			_, err = w.Mend(ctx, w.Officer, other)
			kind(t, "another form", err, fault.Conflict, "essay.mend_none")
			return m
		}
		apart(author)
		if n := w.Tally(t, task.ID); n.Handed != before.Handed-1 || n.Must != before.Must {
			t.Errorf("%+v, before %+v", n, before)
		}
		if desk, err := w.Desk(ctx, mate, task.ID); err != nil || !desk.Author || desk.Essay.ID != of || desk.Essay.State != "handed" || len(desk.Writers) != 1 {
			t.Errorf("the mate: %+v %v", desk, err)
		}
		if desk, err := w.Desk(ctx, author, task.ID); err != nil || desk.Essay.ID != 0 {
			t.Errorf("whose it is not: %+v %v", desk, err)
		}
		apart(mate)
		if n := w.Tally(t, task.ID); n.Handed != before.Handed-2 || n.All() != 0 {
			t.Errorf("%+v, before %+v", n, before)
		}
		if err := d.Read(ctx, func(tx db.Tx) error {
			e, err := essay.Find(ctx, tx, of)
			if err != nil {
				return err
			}
			v, err := essay.FindVersion(ctx, tx, version)
			if e.State != "apart" || e.Version != version || v.Body != long || e.Handed == 0 {
				t.Errorf("nothing is lost: %+v %+v", e, v)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if again, _ := w.HandsIn(t, author, task.ID, long); again == of {
			t.Error("what was set apart is handed in again")
		}
		if n := w.Tally(t, task.ID); n.Handed != before.Handed-1 {
			t.Errorf("%+v, before %+v", n, before)
		}
	})
}

func TestMendDoors(t *testing.T) {
	w := essaytest.New(t, dbtest.One(t))
	task, top := w.Task(t, nil), sits(w)
	contest, none := top.uphold("essays_due", "not_due", w.People[w.A][1]), top.uphold("essays_handed", "not_handed", w.People[w.A][2])
	w.HandsIn(t, w.Member(w.A, 3), task.ID, long)
	apart := top.uphold("essays_handed", "not_handed", w.People[w.A][3])
	who := w.Officer
	h := w.Door(w.Routes(), &who)
	page, api := essay.MendPath(task.ID, contest), "/api/v1"+essay.MendPath(task.ID, contest)
	form := func(why string) string { return url.Values{"id": {id.New().String()}, "why": {why}}.Encode() }
	sent := form(ground)
	for _, c := range []struct {
		says         string
		who          access.Actor
		method, path string
		body         string
		status       int
		has, hasNot  string
	}{
		{"the form", w.Officer, "GET", page, "", 200, "Ghi là được mời viết", "Lý do sai"},
		{"by API", w.Officer, "GET", api, "", 200, `"mends":"must"`, ""},
		{"nothing to put right", w.Officer, "GET", essay.MendPath(task.ID, none), "", 200, "không có gì phải sửa", "<textarea"},
		{"what somebody did not hand in", w.Officer, "GET", essay.MendPath(task.ID, apart), "", 200, "Ghi là không nộp bài này", `name="handed"`},
		{"set apart by API without a reason", w.Officer, "POST", "/api/v1" + essay.MendPath(task.ID, apart), `{"id":"` + id.New().String() + `"}`, 422, "", ""},
		{"set apart by API", w.Officer, "POST", "/api/v1" + essay.MendPath(task.ID, apart), `{"id":"` + id.New().String() + `","why":"` + ground + `"}`, 200, `"what":"apart"`, ""},
		{"the unit", w.Unit, "GET", page, "", 404, "", "Đảng viên mẫu"},
		{"who only reads", w.Leader, "GET", page, "", 403, "", "Đảng viên mẫu"},
		{"an address that is none", w.Officer, "GET", essay.Path(task.ID) + "/contests/zz", "", 404, "", ""},
		{"without a reason", w.Officer, "POST", page, form(""), 422, "Căn cứ để sửa", ""},
		{"with a short one", w.Officer, "POST", page, form("vì"), 422, "Xin ghi căn cứ", ""},
		{"sent", w.Officer, "POST", page, sent, 303, "", ""},
		{"sent again", w.Officer, "POST", page, sent, 303, "", ""},
		{"another form", w.Officer, "POST", page, form(ground), 409, "", ""},
		{"how it was put right", w.Officer, "GET", page, "", 200, ground, "<textarea"},
		{"by API, too late", w.Officer, "POST", api, `{"id":"` + id.New().String() + `","why":"` + ground + `"}`, 409, "", ""},
		{"by API, without a reason", w.Officer, "POST", api, `{"id":"` + id.New().String() + `","why":""}`, 422, "", ""},
	} {
		who = c.who
		r := httptest.NewRequest(c.method, "http://localhost"+c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(c.body, "{") {
			r.Header.Set("Content-Type", "application/json")
		}
		out := httptest.NewRecorder()
		h.ServeHTTP(out, r)
		if body := out.Body.String(); out.Code != c.status || c.has != "" && !strings.Contains(body, c.has) || c.hasNot != "" && strings.Contains(body, c.hasNot) {
			t.Errorf("%s: %d, want %d with %q without %q: %.800s", c.says, out.Code, c.status, c.has, c.hasNot, body)
		}
	}
}
