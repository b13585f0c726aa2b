package review

import (
	"slices"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/duty"
)

// From a duty to its acceptance: figures of the period's campaigns side by side, sent in time,
// returned, sent again after the deadline and still in time, accepted by another.
func TestAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		due := w.half(t)
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		r, err := w.Begin(ctx, w.eastern, Review{ID: id.New(), Duty: due.ID, Unit: east})
		ok(err)
		if r.Title != due.Title || r.Kind != "periodic" || r.To != "2018-06-30" {
			t.Errorf("begun as %+v", r)
		}
		if again, err := w.Begin(ctx, w.eastern2, Review{ID: id.New(), Duty: due.ID, Unit: east}); err != nil || again.ID != r.ID {
			t.Error("a colleague opens the same one:", again.ID, err)
		}
		v, err := w.Show(ctx, w.eastern, r.ID)
		ok(err)
		if len(v.Rounds) != 2 || len(v.Rounds[0].Studies) != 2 {
			t.Fatalf("campaigns of the half year: %+v", v.Rounds)
		}
		for i, want := range []string{"95,57%", "95,56%"} { // each by its own rule
			if got := v.Rounds[i].Studies[0].Count.RateAll().Percent(v.Rounds[i].Rounding); got != want {
				t.Errorf("campaign %d: %s, want %s", i, got, want)
			}
		}
		if ds := v.Rounds[0].Declared; len(ds) != 2 || ds[0].Value != 1861 && ds[1].Value != 1861 {
			t.Errorf("declared apart: %+v", ds)
		}
		if lines := v.declared(); !slices.ContainsFunc(lines, func(s string) bool {
			return strings.Contains(s, "Buổi đối thoại (buổi)") && strings.Contains(s, "sổ của huyện")
		}) ||
			!slices.ContainsFunc(lines, func(s string) bool { return strings.Contains(s, "hơn 1.861") }) {
			t.Errorf("told apart: %q", lines)
		}
		if err := w.Send(ctx, w.eastern, r.ID, 0); fault.Key(err) != "review.incomplete" {
			t.Error("sent incomplete:", err)
		}
		ok(w.Save(ctx, w.eastern, r.ID, Head{Title: r.Title, Number: "12"}, whole))
		ok(w.Send(ctx, w.eastern, r.ID, 0))
		ok(w.Send(ctx, w.eastern, r.ID, 0)) // the same form again
		if err := w.Save(ctx, w.eastern, r.ID, Head{Title: "Khác"}, nil); fault.Key(err) != "review.not_open" {
			t.Error("changed on its way:", err)
		}
		w.at("2018-07-30T08:00") // frozen by now; the level above wants something mended
		ok(w.Return(ctx, w.officer, r.ID, "Nêu rõ nguyên nhân", 1))
		w.sealed(t, "review.return 1", "review.send 1")
		ok(w.Save(ctx, w.eastern2, r.ID, Head{Title: r.Title}, map[string]string{"causes": "Tài liệu đến muộn hai tuần."}))
		ok(w.Send(ctx, w.eastern2, r.ID, 1))
		dv, err := w.duty.Show(ctx, w.officer, due.ID, 0, "")
		ok(err)
		if dv.At.Tally.InTime != 1 || dv.At.Tally.Missing != 1 || dv.Lines[0].State != duty.InTime {
			t.Errorf("returned and sent again stays in time: %+v", dv.At)
		}
		if err := w.Accept(ctx, w.eastern2, r.ID, Any); fault.Of(err) != fault.Denied {
			t.Error("accepted by its own unit:", err)
		}
		ok(w.Accept(ctx, w.officer, r.ID, 2))
		if err := w.Return(ctx, w.second, r.ID, "muộn", Any); fault.Of(err) != fault.Conflict {
			t.Error("returned after it was accepted:", err)
		}
		w.sealed(t, "review.accept 2", "review.return 1", "review.send 1", "review.send 2")
		w.amend(t, r.ID)
		w.sealed(t, "review.accept 2", "review.accept 3", "review.amend 3", "review.answer 2", "review.answer 2", "review.ask 2", "review.ask 2", "review.reopen 2", "review.return 1", "review.return 2", "review.send 1", "review.send 2", "review.send 3")
	})
}

// amend: what was accepted is opened by the level above alone, with a reason; what is sent after
// it is kept with its difference and counted.
func (w *world) amend(t *testing.T, of id.ID) {
	t.Helper()
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"refused before it was asked", w.Refuse(ctx, w.officer, of, "Chưa rõ", 2), "review.nothing_asked"},
		{"asked without a reason", w.RequestReopen(ctx, w.eastern, of, " "), "review.why_needed"},
		{"asked by a neighbour", w.RequestReopen(ctx, w.western, of, "Sót"), "fault.missing"},
		{"asked by who decides", w.RequestReopen(ctx, w.leader, of, "Sót"), "access.denied"},
		{"asked", w.RequestReopen(ctx, w.eastern, of, "Sót một lớp học bù"), ""},
		{"by the same form", w.RequestReopen(ctx, w.eastern, of, "Sót một lớp học bù"), ""},
		{"by another of the unit", w.RequestReopen(ctx, w.eastern2, of, "Cũng sót"), "review.asked_already"},
		{"refused by its own unit", w.Refuse(ctx, w.eastern2, of, "Chưa rõ", 2), "access.denied"},
		{"refused without a reason", w.Refuse(ctx, w.officer, of, "", 2), "review.refusal_needs_reason"},
		{"refused", w.Refuse(ctx, w.officer, of, "Nêu rõ lớp nào", 2), ""},
		{"by the same form", w.Refuse(ctx, w.officer, of, "Nêu rõ lớp nào", 2), ""},
		{"asked again", w.RequestReopen(ctx, w.eastern, of, "Sót lớp học bù ngày 7/7"), ""},
		{"opened by its own unit", w.Reopen(ctx, w.eastern, of, "Sót một lớp", 2), "access.denied"},
		{"opened by a neighbour", w.Reopen(ctx, w.western, of, "Sót một lớp", 2), "fault.missing"},
		{"opened without a reason", w.Reopen(ctx, w.officer, of, "", 2), "review.why_needed"},
		{"an old version", w.Reopen(ctx, w.officer, of, "Sót một lớp", 1), "review.changed_meanwhile"},
		{"opened", w.Reopen(ctx, w.officer, of, "Sót một lớp", 2), ""},
		{"by the same form", w.Reopen(ctx, w.officer, of, "Sót một lớp", 2), ""},
		{"by another meanwhile", w.Reopen(ctx, w.second, of, "Sót một lớp", 2), "review.not_accepted"},
		{"accepted before it is sent", w.Accept(ctx, w.officer, of, Any), "review.not_sent"},
		{"amended", w.Save(ctx, w.eastern, of, Head{Title: "Báo cáo sửa"}, map[string]string{"lessons": "Đếm cả lớp học bù."}), ""},
		{"sent", w.Send(ctx, w.eastern, of, 2), ""},
		{"accepted by who sent it", w.Accept(ctx, w.eastern, of, 3), "access.denied"},
		{"accepted again", w.Accept(ctx, w.officer, of, 3), ""},
	} {
		if key := fault.Key(c.err); c.err == nil && c.want != "" || c.err != nil && key != c.want {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
	v, err := w.Show(ctx, w.officer, of)
	if err != nil || v.Review.Amendments != 1 || len(v.Amendments) != 1 {
		t.Fatalf("counted: %+v %v", v.Amendments, err)
	}
	if q := v.Request; q.State != "granted" || q.Why != "Sót lớp học bù ngày 7/7" || q.Version != 2 || v.MayAsk || v.Review.Asked != 0 {
		t.Errorf("the request: %+v", q)
	}
	a := v.Amendments[0]
	if a.Of != 2 || a.Version != 3 || a.Why != "Sót một lớp" || len(a.Changes) != 2 || a.Changes[0].Now != "Đếm cả lớp học bù." || a.Changes[1].Name != "title" {
		t.Errorf("the difference: %+v", a)
	}
	if _, err := w.Paper(ctx, w.officer, of); err != nil {
		t.Error(err)
	}
}

// Who sent a unit's last review does not accept its next one from the office above.
func TestNotOnesFormerUnits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		sent := func(from, to string, by access.Actor) id.ID {
			t.Helper()
			r, err := w.Begin(ctx, by, Review{ID: id.New(), Unit: east, Kind: "preliminary", From: from, To: to, Head: Head{Title: "Sơ kết"}})
			if err == nil {
				err = w.Save(ctx, by, r.ID, Head{Title: "Sơ kết"}, whole)
			}
			if err == nil {
				err = w.Send(ctx, by, r.ID, Any)
			}
			if err != nil {
				t.Fatal(err)
			}
			return r.ID
		}
		sent("2018-01-01", "2018-03-31", w.eastern)
		next := sent("2018-04-01", "2018-06-30", w.eastern2)
		promoted := w.eastern
		promoted.Grants = w.officer.Grants
		if err := w.Accept(ctx, promoted, next, Any); fault.Key(err) != "review.own" {
			t.Errorf("by who sent the quarter before: %v", err)
		}
		if err := w.Accept(ctx, w.officer, next, Any); err != nil {
			t.Errorf("by another: %v", err)
		}
	})
}

// Nobody is above the owner: what it sent is closed, and opened only by one officer for another.
func TestOwnersReview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		r, err := w.Begin(ctx, w.officer, Review{ID: id.New(), Unit: city, Kind: "final", From: "2018-01-01", To: "2018-06-30", Head: Head{Title: "Tổng kết"}})
		if err != nil {
			t.Fatal(err)
		}
		of := r.ID
		for _, c := range []struct {
			name string
			do   func() error
			want string
		}{
			{"written", func() error { return w.Save(ctx, w.officer, of, Head{Title: "Tổng kết"}, whole) }, ""},
			{"asked while it is written", func() error { return w.RequestReopen(ctx, w.officer, of, "Sai số") }, "review.not_accepted"},
			{"sent", func() error { return w.Send(ctx, w.officer, of, 0) }, ""},
			{"written in afterwards", func() error { return w.Save(ctx, w.officer, of, Head{Title: "Khác"}, nil) }, "review.not_open"},
			{"accepted by a colleague", func() error { return w.Accept(ctx, w.second, of, Any) }, "review.nobody_above"},
			{"returned by a colleague", func() error { return w.Return(ctx, w.second, of, "Sai số", Any) }, "review.nobody_above"},
			{"opened although nobody asked", func() error { return w.Reopen(ctx, w.second, of, "Sai số", 1) }, "review.nothing_asked"},
			{"asked from below", func() error { return w.RequestReopen(ctx, w.eastern, of, "Sai số") }, "fault.missing"},
			{"asked", func() error { return w.RequestReopen(ctx, w.officer, of, "Sai số quyết định") }, ""},
			{"opened by who asked", func() error { return w.Reopen(ctx, w.officer, of, "Sai số", 1) }, "review.own_request"},
			{"refused by a colleague", func() error { return w.Refuse(ctx, w.second, of, "Số ấy đúng", 1) }, ""},
			{"asked again", func() error { return w.RequestReopen(ctx, w.officer, of, "Sai số, có bản gốc kèm theo") }, ""},
			{"opened by a colleague", func() error { return w.Reopen(ctx, w.second, of, "Đã xem bản gốc", 1) }, ""},
			{"by the same form", func() error { return w.Reopen(ctx, w.second, of, "Đã xem bản gốc", 1) }, ""},
			{"amended", func() error { return w.Save(ctx, w.officer, of, Head{Title: "Tổng kết", Number: "15-BC/TU"}, nil) }, ""},
			{"sent again", func() error { return w.Send(ctx, w.officer, of, 1) }, ""},
		} {
			if err := c.do(); err == nil && c.want != "" || err != nil && fault.Key(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		v, err := w.Show(ctx, w.officer, of)
		if err != nil || v.Review.Amendments != 1 || len(v.Amendments) != 1 || len(v.Amendments[0].Changes) != 1 || v.Amendments[0].Changes[0].Now != "15-BC/TU" || !v.MayAsk || v.MayReopen {
			t.Errorf("counted with its difference: %+v %v", v, err)
		}
		w.sealed(t, "review.amend 2", "review.answer 1", "review.answer 1", "review.ask 1", "review.ask 1", "review.reopen 1", "review.return 1", "review.send 1", "review.send 2")
	})
}

// sealed compares what the room says it sealed with the log.
func (w *world) sealed(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		return w.Sealed(ctx, tx, func(r proof.Row) error {
			if _, err := proof.LineOf(ctx, tx, r.Kind, r.Subject, r.Version); err != nil {
				t.Errorf("%s %d is not in the log: %v", r.Kind, r.Version, err)
			}
			got = append(got, r.Kind+" "+string(rune('0'+r.Version)))
			return nil
		})
	})
	slices.Sort(got)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("sealed %v, want %v: %v", got, want, err)
	}
}

// What was sealed is told from the rows as they stand: a change past the program shows.
func TestSealedBodies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		r, err := w.Begin(ctx, w.eastern, Review{ID: id.New(), Unit: east, Kind: "preliminary", From: "2018-01-01", To: "2018-06-30", Head: Head{Title: "Sơ kết"}})
		if err == nil {
			err = w.Save(ctx, w.eastern, r.ID, Head{Title: "Sơ kết"}, whole)
		}
		if err == nil {
			err = w.Send(ctx, w.eastern, r.ID, Any)
		}
		if err == nil {
			err = w.Accept(ctx, w.officer, r.ID, Any)
		}
		if err != nil {
			t.Fatal(err)
		}
		bodies := func() (all string) {
			if err := d.Read(ctx, func(tx db.Tx) error {
				return w.Sealed(ctx, tx, func(r proof.Row) error { all += r.Body; return nil })
			}); err != nil {
				t.Fatal(err)
			}
			return all
		}
		before := bodies()
		for _, q := range []string{`update review set first_sent_at = first_sent_at - 1`, `update review set signer = 'Ai đó'`, `update review_text set body = 'x' where section = 'causes'`,
			`update review set decided_by = 77`, `delete from review_round where campaign = 5000`, `update review set period_to = '2018-06-29'`} {
			if err := d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q); return err }); err != nil {
				t.Fatal(err)
			}
			after := bodies()
			if after == before {
				t.Errorf("not seen: %s", q)
			}
			before = after
		}
		if err := w.Reopen(ctx, w.officer, r.ID, "Bổ sung", Any); err != nil {
			t.Fatal(err)
		}
		before = bodies()
		for _, q := range []string{`update review set remark = 'Không cần sửa gì'`, `update review set decided_name = 'Ai đó'`, `update review set decided_at = decided_at - 1`, `update review set state = 'draft'`} {
			if err := d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q); return err }); err != nil {
				t.Fatal(err)
			}
			after := bodies()
			if after == before {
				t.Errorf("not seen of one that came back: %s", q)
			}
			before = after
		}
	})
}

// Frozen: neither written nor sent until the level above opens it; then it is late for good.
func TestFrozen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		due := w.half(t)
		r, err := w.Begin(ctx, w.eastern, Review{Duty: due.ID, Unit: east})
		if err != nil {
			t.Fatal(err)
		}
		w.at("2018-07-26T00:00")
		if err := w.Save(ctx, w.eastern, r.ID, Head{Title: r.Title}, whole); fault.Key(err) != "duty.is_frozen" {
			t.Error("written when frozen:", err)
		}
		ask, err := w.duty.AskReopen(ctx, w.eastern, due.ID, east, 0, "Đồng chí phụ trách ốm")
		if err == nil {
			_, err = w.duty.DecideReopen(ctx, w.officer, due.ID, ask.ID, true, "")
		}
		if err == nil {
			err = w.Save(ctx, w.eastern, r.ID, Head{Title: r.Title}, whole)
		}
		if err == nil {
			err = w.Send(ctx, w.eastern, r.ID, Any)
		}
		if err != nil {
			t.Fatal(err)
		}
		if v, err := w.duty.Show(ctx, w.eastern, due.ID, 0, ""); err != nil || v.At.State != duty.SentLate {
			t.Errorf("%+v %v", v.At, err)
		}
	})
}

func TestBegin(t *testing.T) {
	w := seed(t, dbtest.One(t))
	due := w.half(t)
	good := func() Review {
		return Review{ID: id.New(), Unit: east, Kind: "final", From: "2018-01-01", To: "2018-12-31", Head: Head{Title: "Tổng kết năm 2018"}}
	}
	for _, c := range []struct {
		name   string
		who    access.Actor
		change func(*Review)
		want   fault.Kind
	}{
		{"a good one", w.eastern, func(*Review) {}, 0},
		{"by a leader", w.leader, func(*Review) {}, fault.Denied},
		{"by a neighbour", w.western, func(*Review) {}, fault.Missing},
		{"of an unknown kind", w.eastern, func(r *Review) { r.Kind = "poem" }, fault.Invalid},
		{"from no day", w.eastern, func(r *Review) { r.From = "" }, fault.Invalid},
		{"ending before it begins", w.eastern, func(r *Review) { r.To = "2017-12-31" }, fault.Invalid},
		{"without a title", w.eastern, func(r *Review) { r.Title = "" }, fault.Invalid},
		{"for no duty", w.eastern, func(r *Review) { r.Duty = id.New() }, fault.Missing},
		{"for a duty its unit does not owe", w.officer, func(r *Review) { r.Duty, r.Unit = due.ID, city }, fault.Missing},
	} {
		r := good()
		c.change(&r)
		if _, err := w.Begin(ctx, c.who, r); fault.Of(err) != c.want || err != nil && c.want == 0 {
			t.Errorf("begun %s: %v", c.name, err)
		}
	}
	r := good()
	if _, err := w.Begin(ctx, w.eastern, r); err != nil {
		t.Fatal(err)
	}
	if again, err := w.Begin(ctx, w.eastern, r); err != nil || again.ID != r.ID {
		t.Error("the same form again:", err)
	}
	if _, err := w.Begin(ctx, w.eastern2, r); fault.Of(err) != fault.Conflict {
		t.Error("the id of somebody else's:", err)
	}
	if err := w.Drop(ctx, w.western, r.ID); fault.Of(err) != fault.Missing {
		t.Error("dropped by a neighbour:", err)
	}
	if err := w.Drop(ctx, w.eastern2, r.ID); err != nil {
		t.Error(err)
	}
}
