package attendance

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// seat finds a person in the list of a meeting.
func (w *world) seat(t testing.TB, h hall, person id.ID) Seat {
	t.Helper()
	v, err := w.List(context.Background(), w.officer, Query{Meeting: h.meeting})
	for _, s := range v.Rows.Items {
		if s.Person == person {
			return s
		}
	}
	t.Fatalf("%s is not on the list of %d: %v", person, len(v.Rows.Items), err)
	return Seat{}
}

func TestRollCall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 6, 1)
		h := w.meet(t, w.cell, "cell", "in_person", w.docs)
		p := w.cell.people
		if _, err := w.scan(w.secretary, h, 0, w.cell.codes[3]); err != nil {
			t.Fatal(err)
		}
		first := []Mark{{Person: p[0], Present: true}, {Person: p[1], Reason: "sick", Note: "nằm viện"}, {Person: p[2]}, {Person: p[3], Reason: "work"}, {Person: p[5]}}
		for range 2 { // the form sent twice
			if r, err := w.call(w.secretary, h, first...); err != nil || r != (Rolled{Present: 2, Absent: 2}) {
				t.Fatalf("%+v %v", r, err)
			}
		}
		for _, c := range []struct {
			says                    string
			person                  id.ID
			present, absent, exempt bool
			reason                  string
		}{
			{"called out", p[0], true, false, false, ""},
			{"absent with a reason", p[1], false, true, false, "sick"},
			{"absent without", p[2], false, true, false, ""},
			{"a scanned code is not overruled by a list", p[3], true, false, false, ""},
			{"of whom nobody said anything", p[4], false, false, false, ""},
			{"an exempt member who stays away is not absent", p[5], false, false, true, ""},
		} {
			if s := w.seat(t, h, c.person); s.Present() != c.present || s.Absent != c.absent || s.Exempt != c.exempt || s.Reason != c.reason {
				t.Errorf("%s: %+v", c.says, s)
			}
		}
		if r, err := w.call(w.secretary, h, Mark{Person: p[0], Reason: "away"}, Mark{Person: p[1], Present: true}); err != nil || r != (Rolled{Present: 1, Absent: 1}) {
			t.Errorf("corrected: %+v %v", r, err)
		}
		if s := w.seat(t, h, p[0]); s.Present() || !s.Absent || s.Reason != "away" {
			t.Errorf("turned out to be absent: %+v", s)
		}
		if s := w.seat(t, h, p[1]); !s.Present() || s.Absent {
			t.Errorf("turned out to be here: %+v", s)
		}
		if n := w.number(t, `select count(*) from attendance_record where void_at is not null and void_by = $1 and void_why <> ''`, w.secretary.Account); n != 1 {
			t.Errorf("%d records are void, want the corrected one, kept with its reason", n)
		}
		v, err := w.List(context.Background(), w.secretary, Query{Meeting: h.meeting})
		if got := v.Totals; err != nil || got.Expected != 5 || got.Exempt != 1 || got.Present != 2 || got.Excused != 1 || got.Absent != 1 || got.Unknown != 1 {
			t.Errorf("%+v %v", got, err)
		}
		w.sound(t)
	})
}

func TestRollCallRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 4, 1)
		h, off := w.meet(t, w.cell, "cell", "in_person", w.docs), w.meet(t, w.cell, "cell", "in_person", w.docs)
		w.exec(t, `update meeting set state = 'cancelled' where id = $1`, off.meeting)
		p := w.cell.people
		for _, c := range []struct {
			says  string
			who   access.Actor
			h     hall
			at    time.Duration
			marks []Mark
			key   string
		}{
			{"a neighbour", w.other, h, 0, []Mark{{Person: p[0], Present: true}}, "fault.missing"},
			{"somebody outside the campaign", w.secretary, h, 0, []Mark{{Person: id.New(), Present: true}}, "fault.missing"},
			{"one bad line undoes the good ones", w.secretary, h, 0, []Mark{{Person: p[0], Present: true}, {Person: id.New()}}, "fault.missing"},
			{"no known reason", w.secretary, h, 0, []Mark{{Person: p[0], Reason: "lazy"}}, "web.choose"},
			{"text that is none", w.secretary, h, 0, []Mark{{Person: p[0], Reason: "sick", Note: "a\x00"}}, "db.text"},
			{"present too early", w.secretary, h, -2 * time.Hour, []Mark{{Person: p[0], Present: true}}, "attendance.shut"},
			{"absent too early", w.secretary, h, -2 * time.Hour, []Mark{{Person: p[0]}}, "attendance.shut"},
			{"absent at a meeting called off", w.secretary, off, 0, []Mark{{Person: p[0]}}, "attendance.cancelled"},
			{"the site of another meeting", w.secretary, hall{h.meeting, off.sites}, 0, []Mark{{Person: p[0], Present: true}}, "fault.missing"},
			{"too many at once", w.secretary, h, 0, make([]Mark, 1001), "attendance.batch_too_large"},
		} {
			w.at = begin.Add(c.at)
			if _, err := w.call(c.who, c.h, c.marks...); fault.Key(err) != c.key {
				t.Errorf("%s: %v", c.says, err)
			}
		}
		if n := w.number(t, `select (select count(*) from attendance_record) + (select count(*) from attendance_absence)`); n != 0 {
			t.Errorf("%d rows of refused calls", n)
		}
	})
}

// An exempt member who comes is counted once, and apart, so that the rate of those obliged
// never exceeds the whole.
func TestExempt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 4, 1)
		h := w.meet(t, w.cell, "cell", "in_person", w.docs)
		exempt := w.cell.people[3]
		for range 2 {
			if e, err := w.scan(w.secretary, h, 0, w.cell.codes[3]); err != nil || !e.Exempt {
				t.Fatal(e, err)
			}
		}
		if n := w.number(t, `select studied * 10 + exempt from attendance_tally where kind = 'member' and lo = $1`, w.cell.lo); n != 11 {
			t.Error(w.tallies(t))
		}
		v, err := w.List(context.Background(), w.secretary, Query{Meeting: h.meeting})
		if err != nil || v.Totals.Came != 1 || v.Totals.Exempt != 1 || v.Totals.Expected != 3 || v.Totals.Unknown != 3 {
			t.Errorf("%+v %v", v.Totals, err)
		}
		if err := w.Void(context.Background(), w.secretary, h.meeting, exempt, "nhầm phiếu"); err != nil {
			t.Fatal(err)
		}
		if got := w.tallies(t); len(got) != 0 {
			t.Error("after taking it back:", got)
		}
		w.sound(t)
	})
}

// A make-up meeting is for the absent; whoever comes is no longer missing.
func TestMakeUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4, 1), context.Background()
		h := w.meet(t, w.cell, "cell", "in_person", w.docs)
		p := w.cell.people
		if _, err := w.call(w.secretary, h, Mark{Person: p[0], Present: true}, Mark{Person: p[1], Reason: "sick"}); err != nil {
			t.Fatal(err)
		}
		planner := &meeting.Service{DB: d, Now: clock.Fixed(begin.Add(24 * time.Hour))}
		m, err := planner.MakeUp(ctx, w.secretary, h.meeting, meeting.Meeting{ID: id.New(), Title: "Học bù", Mode: "in_person", Starts: begin.Add(48 * time.Hour).UnixMilli(), Ends: begin.Add(50 * time.Hour).UnixMilli()})
		if err != nil {
			t.Fatal(err)
		}
		var up hall
		d.Read(ctx, func(tx db.Tx) error {
			sites, err := meeting.Sites(ctx, tx, m.ID)
			up = hall{m.ID, []id.ID{sites[0].ID}}
			return err
		})
		w.at = begin.Add(48 * time.Hour)
		if e, err := w.scan(w.secretary, up, 0, w.cell.codes[1]); err != nil || e.Record.Form != "make_up" {
			t.Fatal(e, err)
		}
		if s := w.seat(t, h, p[1]); !s.Elsewhere {
			t.Errorf("%+v", s)
		}
		v, err := w.List(ctx, w.secretary, Query{Meeting: up.meeting})
		if err != nil || v.Totals.Expected != 2 || v.Totals.Present != 1 { // the one who came and the one who is no member
			t.Errorf("%+v %v", v.Totals, err)
		}
		if n := w.number(t, `select make_up + 10 * in_person from attendance_tally where kind = 'member'`); n != 11 {
			t.Error(w.tallies(t))
		}
		w.sound(t)
	})
}

func TestSelfStudy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 4, 1)
		h := w.meet(t, w.cell, "class", "self_study", w.docs)
		w.at = begin.Add(time.Hour)
		if _, err := w.call(w.secretary, h, Mark{Person: w.cell.people[0], Present: true}); err != nil {
			t.Fatal(err)
		}
		s := w.seat(t, h, w.cell.people[0])
		if s.Form != "self_study" || s.How != "confirmed" || s.Grade != Marked || s.ByName != w.secretary.Name {
			t.Errorf("%+v", s)
		}
		w.sound(t)
	})
}

func TestVoid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4, 2), context.Background()
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		p := w.cell.people[0]
		for _, code := range w.cell.codes[:2] {
			if _, err := w.scan(w.usher, h, 0, code); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			says string
			who  access.Actor
			why  string
			key  string
		}{
			{"without a reason", w.officer, "", "web.required"},
			{"by an usher, who corrects nothing", w.usher, "nhầm", "access.denied"},
			{"by a neighbour", w.other, "nhầm", "fault.missing"},
			{"by the secretary of the cell", w.secretary, "quét nhầm phiếu", ""},
		} {
			if err := w.Void(ctx, c.who, h.meeting, p, c.why); (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key {
				t.Errorf("%s: %v", c.says, err)
			}
		}
		if n := w.number(t, `select sum(studied) from attendance_tally`); n != 2 {
			t.Error("one person on two documents is left:", w.tallies(t))
		}
		if n := w.number(t, `select count(*) from attendance_record where void_why = 'quét nhầm phiếu'`); n != 1 {
			t.Error("the void record is not readable")
		}
		if e, err := w.scan(w.usher, h, 0, w.cell.codes[0]); err != nil || e.Again != 0 {
			t.Error("scanned anew:", e, err)
		}
		member := access.Actor{Account: id.New(), Person: p}
		records, tickets, err := w.Own(ctx, member)
		if err != nil || len(records) != 2 || len(tickets) != 1 || tickets[0].Code != w.cell.codes[0] || records[0].Void != "" || records[1].Void != "quét nhầm phiếu" {
			t.Errorf("the person reads both: %+v %+v %v", records, tickets, err)
		}
		w.sound(t)
	})
}

func TestHeadcount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 3, 1), context.Background()
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		count := Headcount{ID: id.New(), Meeting: h.meeting, Site: h.sites[0], Who: "mass", Amount: 283, Marker: "hơn"}
		for range 2 {
			if err := w.Count(ctx, w.usher, count); err != nil {
				t.Fatal("the same form twice:", err)
			}
		}
		if n := w.number(t, `select sum(amount) from attendance_headcount`); n != 283 {
			t.Errorf("%d heads", n)
		}
		taken := count
		taken.Amount = 5
		for _, c := range []struct {
			says string
			do   func() error
			key  string
		}{
			{"another's form with the same id", func() error { return w.Count(ctx, w.unit, taken) }, "attendance.id_taken"},
			{"a neighbour", func() error { return w.Count(ctx, w.other, count) }, "fault.missing"},
			{"fewer than none", func() error { return w.Count(ctx, w.usher, Headcount{ID: id.New(), Who: "mass", Amount: -1}) }, "web.not_number"},
			{"more than a stadium", func() error { return w.Count(ctx, w.usher, Headcount{ID: id.New(), Who: "mass", Amount: 1_000_001}) }, "web.not_number"},
			{"nobody known", func() error { return w.Count(ctx, w.usher, Headcount{ID: id.New(), Who: "cats", Amount: 1}) }, "web.choose"},
			{"no known way of counting", func() error { return w.Count(ctx, w.usher, Headcount{ID: id.New(), Who: "mass", Marker: "chừng"}) }, "web.choose"},
			{"counted again by the same account", func() error { _, err := w.CountAgain(ctx, w.usher, count.ID, 283); return err }, "attendance.same_counter"},
			{"counted again by a neighbour", func() error { _, err := w.CountAgain(ctx, w.other, count.ID, 283); return err }, "fault.missing"},
			{"counted again by somebody else", func() error { _, err := w.CountAgain(ctx, w.unit, count.ID, 281); return err }, ""},
			{"a count that is not there", func() error { _, err := w.CountAgain(ctx, w.unit, id.New(), 281); return err }, "fault.missing"},
		} {
			if err := c.do(); (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key {
				t.Errorf("%s: %v", c.says, err)
			}
		}
		v, err := w.List(ctx, w.unit, Query{Meeting: h.meeting})
		if err != nil || len(v.Heads) != 1 || v.Heads[0].Amount != 283 || v.Heads[0].Second != 281 || v.Heads[0].Marker != "hơn" {
			t.Errorf("%+v %v", v.Heads, err)
		}
		w.exec(t, `update campaign set state = 'closed'`)
		if err := w.Count(ctx, w.usher, Headcount{ID: id.New(), Meeting: h.meeting, Site: h.sites[0], Who: "mass", Amount: 1}); fault.Key(err) != "attendance.closed" {
			t.Error("counted after the campaign:", err)
		}
	})
}

// A hall counted twice, in agreement with its records, makes own codes as good as it gets.
func TestHallConfirmed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4, 2), context.Background()
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		for i, how := range []string{"own_code", "own_code", "station"} {
			if _, err := w.Enter(ctx, w.usher, h.meeting, h.sites[0], w.cell.codes[i], Way{How: how}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			first, second, e1 int64
		}{{3, 2, 0}, {4, 4, 0}, {3, 3, 4}} { // two people, two documents
			count := Headcount{ID: id.New(), Meeting: h.meeting, Site: h.sites[0], Who: Hall, Amount: c.first}
			if err := w.Count(ctx, w.usher, count); err != nil {
				t.Fatal(err)
			}
			if _, err := w.CountAgain(ctx, w.unit, count.ID, c.second); err != nil {
				t.Fatal(err)
			}
			if n := w.number(t, `select sum(e1) from attendance_tally`); n != c.e1 {
				t.Errorf("%+v: %d", c, n)
			}
		}
		if n := w.number(t, `select sum(e2) from attendance_tally`); n != 2 {
			t.Error("a station's record stays E2:", w.tallies(t))
		}
		w.sound(t)
	})
}

// Ids are no secret: whoever takes attendance marks those on the own list and in the own
// scope, and a guest from elsewhere comes in by code.
func TestMarkWhom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 6, 1)
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		guest, own := w.far.people[0], w.cell.people[0]
		by := func(who access.Actor, person id.ID) error {
			_, err := w.EnterPerson(t.Context(), who, h.meeting, h.sites[0], person, Way{How: "list"})
			return err
		}
		roll := func(who access.Actor, m Mark) error { _, err := w.call(who, h, m); return err }
		for _, c := range []struct {
			says string
			err  error
			want fault.Kind
		}{
			{"a guest by id", by(w.usher, guest), fault.Missing},
			{"a guest in a roll call", roll(w.usher, Mark{Person: guest, Present: true}), fault.Missing},
			{"one's own people at a meeting out of sight", roll(w.other, Mark{Person: guest, Present: true}), fault.Missing},
			{"study elsewhere declared by an usher", roll(w.usher, Mark{Person: own, Else: "higher", Note: "Hà Nội"}), fault.Denied},
			{"study alone confirmed by an usher", roll(w.usher, Mark{Person: own, Else: "self_study"}), fault.Denied},
		} {
			if fault.Of(c.err) != c.want {
				t.Errorf("%s: %v", c.says, c.err)
			}
		}
		if n := w.number(t, `select count(*) from attendance_record`); n != 0 {
			t.Errorf("%d records of what was refused", n)
		}
		_, scanned := w.scan(w.usher, h, 0, w.far.codes[0])
		for says, err := range map[string]error{"a guest's code": scanned, "a guest who was scanned": by(w.usher, guest), "one of the list": by(w.usher, own),
			"study elsewhere declared by the unit": roll(w.unit, Mark{Person: w.cell.people[1], Else: "higher", Note: "Hà Nội"}),
			"a secretary ticks the own cell":       by(w.secretary, w.cell.people[2])} {
			if err != nil {
				t.Errorf("%s: %v", says, err)
			}
		}
		w.sound(t)
	})
}
