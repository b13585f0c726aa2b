package meeting

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestPlan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		for _, c := range []struct {
			name   string
			who    access.Actor
			change func(*Meeting)
			kind   fault.Kind
		}{
			{"the officer above", w.officer, func(*Meeting) {}, fault.Internal},
			{"an officer of another district", w.outsider, func(*Meeting) {}, fault.Missing},
			{"a secretary for the district", w.secretary, func(*Meeting) {}, fault.Missing},
			{"a secretary for the cell", w.secretary, func(m *Meeting) { m.Unit, m.Kind = w.cell, "cell" }, fault.Internal},
			{"a unit outside the campaign", w.officer, func(m *Meeting) { m.Unit = id.New() }, fault.Missing},
			{"a document of elsewhere", w.officer, func(m *Meeting) { m.Documents = []id.ID{w.foreignDoc} }, fault.Invalid},
			{"ending before it starts", w.officer, func(m *Meeting) { m.Ends = m.Starts - 1 }, fault.Invalid},
		} {
			m := w.draft()
			c.change(&m)
			got, err := w.Plan(ctx, c.who, m)
			if fault.Of(err) != c.kind || (err == nil) != (c.kind == fault.Internal) || err == nil && got.State != "planned" {
				t.Errorf("%s: %+v %v", c.name, got, err)
			}
		}
		w.exec(t, `update campaign set state = 'closed'`)
		if _, err := w.Plan(ctx, w.officer, w.draft()); fault.Key(err) != "meeting.campaign_not_open" {
			t.Error("planned in a closed campaign:", err)
		}
	})
}

// The same form sent twice makes one meeting; its main site invites the audience below.
func TestPlanTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		m := w.draft()
		for range 2 {
			if _, err := w.Plan(ctx, w.officer, m); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := w.List(ctx, w.officer, Query{})
		if err != nil || len(rows.Items) != 1 {
			t.Fatal(rows, err)
		}
		v, err := w.Show(ctx, w.secretary, m.ID)
		if err != nil || len(v.Sites) != 1 || !v.Sites[0].Main() || v.Expected != 4 || v.MayEdit {
			t.Errorf("%+v %v", v, err)
		}
		if _, err := w.Show(ctx, w.outsider, m.ID); fault.Of(err) != fault.Missing {
			t.Error("a neighbour sees it:", err)
		}
		if rows, _ := w.List(ctx, w.outsider, Query{}); len(rows.Items) != 0 {
			t.Error("a neighbour lists it")
		}
		if rows, _ := w.List(ctx, w.secretary, Query{Find: "hoc tap", Campaign: w.campaign, State: "planned"}); len(rows.Items) != 1 {
			t.Error("search without marks finds nothing")
		}
	})
}

func TestLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		m, err := w.Plan(ctx, w.officer, w.draft())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Hold(ctx, w.officer, m.ID, "x", 0, 0); fault.Key(err) != "meeting.not_begun" {
			t.Error("held before it began:", err)
		}
		if _, err := w.SetAgenda(ctx, w.officer, m.ID, []Item{{Kind: "talk", Title: "Chuyên đề 1", Minutes: 90}}); err != nil {
			t.Error(err)
		}
		if _, err := w.LinkChildren(ctx, w.officer, m.ID); err != nil {
			t.Error(err)
		}
		if _, err := w.LinkChildren(ctx, w.officer, m.ID); err != nil { // again adds nothing
			t.Error(err)
		}
		v, err := w.Show(ctx, w.officer, m.ID)
		if err != nil || len(v.Sites) != 2 || v.Sites[1].Unit != w.cell || len(v.Items) != 1 {
			t.Fatalf("%+v %v", v, err)
		}
		if _, err := w.DropSite(ctx, w.officer, v.Sites[0].ID); fault.Key(err) != "meeting.main_site" {
			t.Error("the main site went:", err)
		}
		w.exec(t, `insert into attendance_site (meeting, site, scans) values ($1, $2, 1)`, m.ID, v.Sites[1].ID)
		if _, err := w.DropSite(ctx, w.officer, v.Sites[1].ID); fault.Of(err) != fault.Conflict {
			t.Error("a site where somebody was seen went:", err)
		}
		w.exec(t, `delete from attendance_site where site = $1`, v.Sites[1].ID)
		if _, err := w.DropSite(ctx, w.officer, v.Sites[1].ID); err != nil {
			t.Error(err)
		}
		w.Now = clock.Fixed(now.Add(30 * time.Hour))
		if got, err := w.Hold(ctx, w.officer, m.ID, "Biên bản", 45, 7); err != nil || got.State != "held" || got.Speeches != 7 {
			t.Error(got, err)
		}
		if _, err := w.Cancel(ctx, w.officer, m.ID); fault.Key(err) != "meeting.is_held" {
			t.Error("a held meeting was cancelled:", err)
		}
	})
}

// Those who are absent and studied nowhere are summoned to the make-up meeting; the exempt
// member is not absent, and whoever studied elsewhere is not summoned again.
func TestMakeUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		m, err := w.Plan(ctx, w.officer, w.draft())
		if err != nil {
			t.Fatal(err)
		}
		v, _ := w.Show(ctx, w.officer, m.ID)
		rec := id.New()
		w.exec(t, `insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
			values ($1, $2, $3, $4, $5, 'in_person', 'roll_call', 3, 0, 0, 'x', false)`, rec, w.campaign, m.ID, v.Sites[0].ID, w.people[0])
		w.exec(t, `insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, w.campaign, w.doc1, w.people[0], rec)
		other := m
		other.Documents = []id.ID{w.doc2}
		if _, err := w.Edit(ctx, w.officer, other); fault.Key(err) != "meeting.documents_attended" {
			t.Error("other documents after people studied these:", err)
		}
		next := w.draft()
		next.Title = "Học bù"
		up, err := w.MakeUp(ctx, w.officer, m.ID, next)
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.Show(ctx, w.officer, up.ID)
		if err != nil || got.Expected != 2 || got.Meeting.Kind != "make_up" || got.Meeting.MakesUp != m.ID {
			t.Errorf("%+v %v", got, err)
		}
		for i, p := range w.people[1:3] {
			rec := id.New()
			w.exec(t, `insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
				values ($1, $2, $3, $4, $5, 'make_up', 'roll_call', 3, $6, 0, 'x', false)`, rec, w.campaign, up.ID, got.Sites[0].ID, p, i)
			w.exec(t, `insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, w.campaign, w.doc1, p, rec)
		}
		if _, err := w.MakeUp(ctx, w.officer, m.ID, w.draft()); fault.Key(err) != "meeting.nobody_absent" {
			t.Error("a make-up meeting for nobody:", err)
		}
	})
}

// Morning and afternoon follow each other within the meeting; those that stay keep their id.
func TestSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		n := w.draft()
		half := n.Starts + 2*3600_000
		n.Sessions = []Session{{Title: "Sáng", Starts: n.Starts, Ends: half}, {Title: "Chiều", Starts: half, Ends: n.Ends}}
		m, err := w.Plan(ctx, w.officer, n)
		if err != nil || m.DoorsOpen != UsualDoors {
			t.Fatal(m, err)
		}
		v, _ := w.Show(ctx, w.officer, m.ID)
		first := v.Meeting.Parts()
		if len(first) != 2 || first[1].Title != "Chiều" || first[0].ID == 0 {
			t.Fatalf("%+v", first)
		}
		m = v.Meeting
		m.Sessions = []Session{first[1], {Title: "Tối", Starts: first[1].Ends, Ends: n.Ends + 3600_000}}
		if _, err := w.Edit(ctx, w.officer, m); fault.List(err)[0].Field != "sessions" {
			t.Error("a session after the end:", err)
		}
		m.Ends += 3600_000
		if _, err := w.Edit(ctx, w.officer, m); err != nil {
			t.Fatal(err)
		}
		v, _ = w.Show(ctx, w.officer, m.ID)
		if got := v.Meeting.Parts(); len(got) != 2 || got[0] != first[1] || got[1].Title != "Tối" {
			t.Errorf("%+v", got)
		}
		m.Sessions = nil
		if _, err := w.Edit(ctx, w.officer, m); err != nil {
			t.Fatal(err)
		}
		v, _ = w.Show(ctx, w.officer, m.ID)
		if got := v.Meeting.Parts(); len(got) != 1 || got[0].ID != m.ID || got[0].Ends != m.Ends {
			t.Errorf("without sessions it is one: %+v", got)
		}
	})
}
