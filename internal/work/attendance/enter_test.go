package attendance

import (
	"context"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestEnter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 4, 1)
		h, next, other := w.meet(t, w.east, "class", "in_person", w.docs), w.meet(t, w.east, "class", "in_person", w.docs), w.meet(t, w.west, "class", "in_person", w.docs)
		over := w.meet(t, w.east, "class", "in_person", w.docs)
		w.exec(t, `update meeting set state = 'cancelled' where id = $1`, over.meeting)
		code := w.cell.codes
		for _, c := range []struct {
			name string
			who  access.Actor
			h    hall
			code string
			at   time.Duration
			key  string
		}{
			{"an usher of the host scans a code", w.usher, h, code[0], 0, ""},
			{"scanning again is no error", w.usher, h, code[0], time.Minute, ""},
			{"typed in small letters with gaps", w.usher, h, " " + strings.ToLower(code[1][:3]) + "-" + code[1][3:] + " ", 0, ""},
			{"somebody of another district is let in too", w.usher, h, w.far.codes[0], 0, ""},
			{"a code that nobody has", w.usher, h, "ZZZZZZZZZ", 0, "attendance.unknown_code"},
			{"no code at all", w.usher, h, " ", 0, "attendance.unknown_code"},
			{"letters that no code has", w.usher, h, "Nguyễn\x00", 0, "attendance.unknown_code"},
			{"an address instead of a code", w.usher, h, "https://example.vn/?" + strings.Repeat("x", 9000), 0, "attendance.unknown_code"},
			{"a stranger learns nothing from a good code", w.other, h, code[2], 0, "fault.missing"},
			{"nor from a bad one", w.other, h, "ZZZZZZZZZ", 0, "fault.missing"},
			{"a member is no usher", actor(access.Member, w.east.unit), h, code[2], 0, "fault.missing"},
			{"the site of another meeting", w.officer, hall{next.meeting, h.sites}, code[2], 0, "fault.missing"},
			{"the site of another unit's meeting", w.usher, other, code[2], 0, "fault.missing"},
			{"a meeting that is not there", w.officer, hall{id.New(), []id.ID{id.New()}}, code[2], 0, "fault.missing"},
			{"while the doors are shut", w.usher, next, code[0], -61 * time.Minute, "attendance.early"},
			{"as the doors open", w.usher, next, code[0], -60 * time.Minute, ""},
			{"at a meeting called off", w.usher, over, code[0], 0, "attendance.cancelled"},
		} {
			w.at = begin.Add(c.at)
			if e, err := w.scan(c.who, c.h, 0, c.code); (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key || err == nil && e.Name == "" {
				t.Errorf("%s: %+v %v", c.name, e, err)
			}
		}
		if n := w.number(t, `select count(*) from attendance_record`); n != 4 {
			t.Errorf("%d records, want one for each person and meeting", n)
		}
		w.exec(t, `update campaign set state = 'closed'`)
		if _, err := w.scan(w.usher, h, 0, code[3]); fault.Key(err) != "attendance.closed" {
			t.Error("recorded after the campaign:", err)
		}
		w.sound(t)
	})
}

// The record says how it is known, and the second scan says when the first was.
func TestEvidence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4, 1), context.Background()
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		e, err := w.scan(w.usher, h, 0, w.cell.codes[0])
		if r := e.Record; err != nil || e.Again != 0 || r.Grade != Code || r.Form != "in_person" || r.How != "station" || r.ByName != w.usher.Name || r.Late {
			t.Errorf("%+v %v", e, err)
		}
		w.at = begin.Add(10 * time.Minute)
		if e, err := w.scan(w.usher, h, 0, w.cell.codes[0]); err != nil || e.Again != begin.UnixMilli() || e.Name != "Đảng viên mẫu 00001" {
			t.Errorf("again: %+v %v", e, err)
		}
		if e, err := w.EnterPerson(ctx, w.secretary, h.meeting, h.sites[0], w.cell.people[1], Way{How: "list"}); err != nil || e.Record.Grade != Marked {
			t.Errorf("found by name: %+v %v", e, err)
		}
		w.at = begin.Add(30 * time.Hour)
		if e, err := w.EnterPerson(ctx, w.secretary, h.meeting, h.sites[0], w.cell.people[2], Way{How: "list"}); err != nil || e.Record.Grade != Afterward || !e.Record.Late {
			t.Errorf("the day after: %+v %v", e, err)
		}
		if _, err := w.EnterPerson(ctx, w.secretary, h.meeting, h.sites[0], w.own.people[0], Way{How: "list"}); fault.Of(err) != fault.Missing {
			t.Error("a secretary marked another cell:", err)
		}
		if _, err := w.Enter(ctx, w.usher, h.meeting, h.sites[0], w.own.codes[0], Way{How: "station", At: begin.UnixMilli() - 7*24*3600_000}); fault.Key(err) != "attendance.early" {
			t.Error("scanned a week before the meeting:", err)
		}
		if _, err := w.Enter(ctx, w.usher, h.meeting, h.sites[0], w.own.codes[0], Way{How: "station", At: w.at.UnixMilli() + 3600_000}); fault.Key(err) != "attendance.future" {
			t.Error("scanned an hour from now:", err)
		}
		w.sound(t)
	})
}

// A bad line of a batch spoils no good one, and the batch may be sent again.
func TestBatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4, 2), context.Background()
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		codes := []string{w.cell.codes[0], "", "KHONGCO", "a\x00b", "\xff", w.own.codes[0], w.cell.codes[0], strings.Repeat("A", 5000)}
		for range 2 {
			out, err := w.EnterMany(ctx, w.usher, h.meeting, h.sites[0], codes, Way{How: "station"})
			if err != nil || len(out) != len(codes) {
				t.Fatal(out, err)
			}
			for i, v := range out {
				if good := i == 0 || i == 5 || i == 6; v.Code != codes[i] || good != (v.Fault == "") || good != (v.Entry.Name != "") || !good && v.Fault != "attendance.unknown_code" {
					t.Errorf("line %d: %+v", i, v)
				}
			}
		}
		if n := w.number(t, `select count(*) from attendance_record`); n != 2 {
			t.Errorf("%d records", n)
		}
		if _, err := w.EnterMany(ctx, w.other, h.meeting, h.sites[0], codes, Way{How: "station"}); fault.Of(err) != fault.Missing {
			t.Error("a stranger's batch:", err)
		}
		if _, err := w.EnterMany(ctx, w.usher, h.meeting, h.sites[0], make([]string, 501), Way{How: "station"}); fault.Key(err) != "attendance.batch_too_large" {
			t.Error("501 lines:", err)
		}
		w.sound(t)
	})
}

// Somebody whose unit organises itself and who attends the province's conference has studied
// at a higher level: counted in the rate, and not absent at home.
func TestHigherLevel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 4, 1), context.Background()
		conference, class, west := w.meet(t, w.province, "conference", "hybrid", w.docs, w.east, w.west), w.meet(t, w.own, "class", "in_person", w.docs), w.meet(t, w.west, "class", "in_person", w.docs)
		e, err := w.scan(w.usher, conference, 1, w.own.codes[0])
		if err != nil || e.Record.Form != "higher" || e.Record.Grade != Code {
			t.Fatalf("%+v %v", e, err)
		}
		if e, err := w.scan(w.officer, west, 0, w.far.codes[0]); err != nil || e.Record.Form != "in_person" {
			t.Errorf("whoever joins the meeting above studies there: %+v %v", e, err)
		}
		if e, err := w.scan(w.officer, west, 0, w.own.codes[1]); err != nil || e.Record.Form != "in_person" {
			t.Errorf("a guest of another district is at no higher level: %+v %v", e, err)
		}
		v, err := w.List(ctx, w.unit, Query{Meeting: class.meeting, Show: "absent"})
		for _, s := range v.Rows.Items {
			if s.Person == w.own.people[0] {
				t.Errorf("absent at home: %+v", s)
			}
		}
		if err != nil || v.Totals.Expected != 3 || v.Totals.Unknown != 1 {
			t.Errorf("%+v %v", v.Totals, err)
		}
		all, err := w.List(ctx, w.unit, Query{Meeting: class.meeting})
		if err != nil || len(all.Rows.Items) != 4 || !all.Rows.Items[0].Elsewhere || all.Rows.Items[0].Present() {
			t.Errorf("%+v %v", all.Rows.Items, err)
		}
		if n := w.number(t, `select sum(higher) from attendance_tally where lo = $1 and studied = 2`, w.own.lo); n != 1 {
			t.Error("it does not count at home:", w.tallies(t))
		}
		w.sound(t)
	})
}

// The strongest record of a person counts for a document; a meeting on four documents gives
// four figures.
func TestDocuments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 3, 4)
		one, all := w.meet(t, w.east, "class", "in_person", w.docs[:1]), w.meet(t, w.east, "conference", "in_person", w.docs)
		if _, err := w.call(w.secretary, one, Mark{Person: w.cell.people[0], Present: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.scan(w.usher, all, 0, w.cell.codes[0]); err != nil {
			t.Fatal(err)
		}
		if n := w.number(t, `select count(*) from attendance_tally where studied = 1 and e2 = 1 and e3 = 0`); n != 4 {
			t.Error("a code outweighs a mark for each of four documents:", w.tallies(t))
		}
		if err := w.Void(context.Background(), w.officer, all.meeting, w.cell.people[0], "nhầm người"); err != nil {
			t.Fatal(err)
		}
		if n := w.number(t, `select sum(e3) from attendance_tally where studied = 1`); n != 1 {
			t.Error("without it the mark counts for the one document again:", w.tallies(t))
		}
		w.sound(t)
	})
}
