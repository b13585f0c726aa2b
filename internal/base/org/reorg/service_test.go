package reorg_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/org/reorg"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

func small(t testing.TB, d *db.DB, today string) *world {
	w := newWorld(t, d, today)
	w.plant("T province - 1", "A commune T 2", "B commune T 0", "A1 cell A 6", "A2 cell A 3", "B1 cell B 4", "C equivalent T 1")
	return w
}

func TestTwoPersons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		e := w.event("T", "2026-02-01", plan.Step{ID: id.New(), Kind: plan.Dissolve, Units: w.ids("A2"), Into: w.by["A1"]})
		_, err := w.Prepare(ctx, w.one, e)
		wants(t, "prepared", err, ok, "")
		_, err = w.Prepare(ctx, w.one, e)
		wants(t, "sent twice", err, ok, "")
		_, err = w.Prepare(ctx, w.two, e)
		wants(t, "by another", err, fault.Conflict, "reorg.not_yours")
		_, err = w.Confirm(ctx, w.two, e.ID, "")
		wants(t, "not submitted", err, fault.Conflict, "reorg.not_submitted")
		_, err = w.Submit(ctx, w.two, e.ID)
		wants(t, "submitted by another", err, fault.Conflict, "reorg.not_yours")
		_, err = w.Submit(ctx, w.one, e.ID)
		wants(t, "submitted", err, ok, "")
		_, err = w.Prepare(ctx, w.one, e)
		wants(t, "no change after that", err, fault.Conflict, "reorg.not_draft")
		v, err := w.Show(ctx, w.one, e.ID)
		wants(t, "shown", err, ok, "")
		if v.MayConfirm || v.MayEdit {
			t.Error("the maker neither confirms nor edits now")
		}
		_, err = w.Confirm(ctx, w.one, e.ID, v.Seal)
		wants(t, "not by the same person", err, fault.Denied, "reorg.second_person")
		_, err = w.Confirm(ctx, w.two, e.ID, "other")
		wants(t, "not unseen", err, fault.Conflict, "reorg.other_effect")
		_, err = w.Confirm(ctx, w.actor(access.Leader, w.by["T"]), e.ID, v.Seal)
		wants(t, "not by who only reads", err, fault.Denied, "access.denied")
		far := w.actor(access.Administrator, w.by["B"])
		_, err = w.Confirm(ctx, far, e.ID, v.Seal)
		wants(t, "not from beside", err, fault.Missing, "fault.missing")
		_, err = w.Show(ctx, far, e.ID)
		wants(t, "nor seen", err, fault.Missing, "fault.missing")
		done, err := w.Confirm(ctx, w.two, e.ID, v.Seal)
		wants(t, "by the second", err, ok, "")
		again, err := w.Confirm(ctx, w.two, e.ID, v.Seal)
		wants(t, "sent twice", err, ok, "")
		if done.State != reorg.Applied || again.AppliedAt != done.AppliedAt {
			t.Error(done.State, again.State)
		}
		_, err = w.Cancel(ctx, w.one, e.ID, "")
		wants(t, "too late to cancel", err, fault.Conflict, "reorg.not_open")
		_, err = w.Undo(ctx, far, e.ID, "x")
		wants(t, "undone from beside", err, fault.Missing, "fault.missing")
		_, err = w.Undo(ctx, w.one, e.ID, "")
		wants(t, "undone without a reason", err, fault.Invalid, "web.required")
	})
}

func TestSplitAndUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		before := w.dump()
		e, err := w.carry(w.event("T", "2026-02-01",
			plan.Step{Kind: plan.Split, Units: w.ids("A1"), New: w.fresh("A3", "cell", ""), Who: plan.Rule{BornTo: "1960"}},
			plan.Step{Kind: plan.Split, Units: w.ids("A1"), New: w.fresh("A4", "cell", ""), Who: plan.Rule{Numbers: []string{"A1-4"}}},
			plan.Step{Kind: plan.Split, Units: w.ids("A1"), New: w.fresh("A5", "cell", ""), Who: plan.Rule{Position: "đảng viên", BornFrom: "2000"}},
			plan.Step{Kind: plan.Dissolve, Units: w.ids("A1"), Into: w.by["B1"]},
			plan.Step{Kind: plan.Rename, Units: w.ids("A2"), New: &plan.Fresh{Name: "Chi bộ tên mới", Code: "A2X"}},
			plan.Step{Kind: plan.Move, Units: w.ids("A2"), Into: w.by["B"]}))
		wants(t, "split", err, ok, "")
		homes := func(want ...int64) {
			t.Helper()
			for i, code := range []string{"A1", "A3", "A4", "A5", "B1", "A2"} {
				var n int64
				_ = d.Read(ctx, func(tx db.Tx) (err error) {
					n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from person p join person_membership m on m.person = p.id and m.unit = p.unit and m.study_home and m.valid_to is null where p.unit = $1`, w.by[code])
					return err
				})
				if n != want[i] {
					t.Errorf("%s has %d people, want %d", code, n, want[i])
				}
			}
		}
		homes(0, 2, 1, 1, 6, 3)
		w.two.Person = 0
		_, err = w.Undo(ctx, w.one, e.ID, "nhầm")
		wants(t, "undone", err, ok, "")
		homes(6, 0, 0, 0, 4, 3)
		if after := w.dump(); after != before {
			t.Error("undo restores every row:\n" + differ(before, after))
		}
		_, err = w.Undo(ctx, w.two, e.ID, "lần nữa")
		wants(t, "undone twice", err, ok, "")
	})
}

func TestAhead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		e, err := w.carry(w.event("T", "2026-03-01", plan.Step{Kind: plan.Merge, Units: w.ids("A B"), New: w.fresh("N", "commune", "")}))
		wants(t, "confirmed ahead", err, ok, "")
		if e.State != reorg.Confirmed {
			t.Error(e.State)
		}
		w.Now = at("2026-02-28")
		wants(t, "the day before", w.Refresh(ctx), ok, "")
		if v, _ := w.Show(ctx, w.one, e.ID); v.Event.State != reorg.Confirmed {
			t.Error(v.Event.State)
		}
		w.Now = at("2026-03-01")
		wants(t, "its day", w.Refresh(ctx), ok, "")
		v, err := w.Show(ctx, w.one, e.ID)
		wants(t, "shown", err, ok, "")
		if v.Event.State != reorg.Applied || !v.MayUndo {
			t.Error(v.Event.State, v.Fault)
		}
		w.stands("T", "N")
		u, err := w.units.Show(ctx, w.one, w.by["N"])
		wants(t, "the unit", err, ok, "")
		if len(u.Past.Before) != 2 || u.From != "2026-03-01" {
			t.Errorf("predecessors: %+v", u.Past)
		}
		old, err := w.units.Show(ctx, w.one, w.by["A"])
		wants(t, "the old unit", err, ok, "")
		if len(old.Past.After) != 1 || old.To != "2026-02-28" || old.Past.After[0].People != 2 {
			t.Errorf("successors: %+v", old.Past)
		}
	})
}

// An event whose day comes when it is no longer possible waits and says why.
func TestAheadButBlocked(t *testing.T) {
	w := small(t, dbtest.One(t), "2026-02-07")
	e, err := w.carry(w.event("T", "2026-03-01", plan.Step{Kind: plan.Move, Units: w.ids("A2"), Into: w.by["B"]}))
	wants(t, "confirmed", err, ok, "")
	wants(t, "meanwhile moved by hand", w.units.Move(ctx, access.System("test"), w.by["A2"], w.by["B"], "2026-02-06", ""), ok, "")
	w.Now = at("2026-03-01")
	wants(t, "its day", w.Refresh(ctx), ok, "")
	v, err := w.Show(ctx, w.one, e.ID)
	wants(t, "shown", err, ok, "")
	if v.Event.State != reorg.Confirmed || v.Fault != "reorg.same_parent" {
		t.Error(v.Event.State, v.Fault)
	}
	_, err = w.Rework(ctx, w.two, e.ID, "")
	wants(t, "given back", err, ok, "")
	_, err = w.Cancel(ctx, w.one, e.ID, "")
	wants(t, "cancelled", err, ok, "")
}

func TestBadEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		w.write(func(tx db.Tx) error {
			for _, q := range []string{
				fmt.Sprintf(`insert into campaign (id, unit, title, state, starts_on, closed_at, created_at) values (1, %d, 'Đợt mẫu 2025', 'closed', '2025-09-01', %d, 0)`, w.by["T"], clock.Start("2026-01-10").UnixMilli()),
				fmt.Sprintf(`insert into campaign_unit (campaign, unit, lo, hi, depth, level, name, short) values (1, %d, 1, 1, 0, 'cell', 'x', 'x')`, w.by["A1"]),
				fmt.Sprintf(`insert into campaign (id, unit, title, state, starts_on, created_at) values (2, %d, 'Đợt mẫu 2026', 'draft', '2026-02-01', 0)`, w.by["B1"]),
				`insert into campaign_opening (campaign, stage, mark, at) values (2, 'roster', 0, 0)`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		w.units.Unreported = reorg.Unreported
		wants(t, "one unit by hand", w.units.Move(ctx, w.one, w.by["A1"], w.by["B"], "2025-10-01", ""), fault.Invalid, "reorg.campaign_closed")
		wants(t, "nor closed by hand", w.units.Close(ctx, w.one, w.by["A1"], "2025-10-01", ""), fault.Invalid, "reorg.campaign_closed")
		move := plan.Step{Kind: plan.Move, Units: w.ids("A1"), Into: w.by["B"]}
		for _, c := range []struct {
			say  string
			e    reorg.Event
			key  string
			kind fault.Kind
		}{
			{"into a closed campaign", w.event("T", "2025-10-01", move), "reorg.campaign_closed", fault.Invalid},
			{"before a closed campaign", w.event("T", "2024-10-01", move), "reorg.campaign_closed", fault.Invalid},
			{"beside a closed campaign", w.event("T", "2025-10-01", plan.Step{Kind: plan.Rename, Units: w.ids("A2"), New: &plan.Fresh{Name: "y"}}), "", ok},
			{"while a campaign over it is being opened", w.event("T", "2025-10-01", plan.Step{Kind: plan.Rename, Units: w.ids("B1"), New: &plan.Fresh{Name: "y"}}), "reorg.campaign_opening", fault.Conflict},
			{"after it", w.event("T", "2026-02-01", move), "", ok},
			{"no day", w.event("T", "31/02/2026", move), "web.not_date", fault.Invalid},
			{"no title", reorg.Event{ID: id.New(), Unit: w.by["T"], Day: "2026-02-01"}, "web.required", fault.Invalid},
			{"a title of control letters", reorg.Event{ID: id.New(), Unit: w.by["T"], Title: "a\x00", Day: "2026-02-01"}, "web.not_text", fault.Invalid},
			{"no step", w.event("T", "2026-02-01"), "reorg.no_steps", fault.Invalid},
			{"a circle", w.event("T", "2026-02-01", plan.Step{Kind: plan.Move, Units: w.ids("B"), Into: w.by["A1"]}), "reorg.cycle", fault.Invalid},
			{"out of the scope", w.event("A", "2026-02-01", plan.Step{Kind: plan.Move, Units: w.ids("A1"), Into: w.by["B"]}), "reorg.not_here", fault.Invalid},
			{"a code that a unit elsewhere has", w.event("A", "2026-02-01", plan.Step{Kind: plan.Rename, Units: w.ids("A2"), New: &plan.Fresh{Code: "A1"}}), "reorg.code_taken", fault.Invalid},
			{"the key of a unit elsewhere", w.event("A", "2026-02-01", plan.Step{Kind: plan.Merge, Units: w.ids("A2"), New: &plan.Fresh{ID: w.by["B"], Code: "NEU", Level: "cell", Name: "x", Parent: w.by["A"]}}), "reorg.key_taken", fault.Invalid},
			{"a scope that is none", reorg.Event{ID: id.New(), Unit: 77, Title: "x", Day: "2026-02-01"}, "fault.missing", fault.Missing},
		} {
			_, err := w.carry(c.e)
			wants(t, c.say, err, c.kind, c.key)
		}
	})
}

func TestUndoUntilTheNext(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		one, err := w.carry(w.event("T", "2026-02-01", plan.Step{Kind: plan.Merge, Units: w.ids("A1 A2"), New: w.fresh("N", "cell", "")}))
		wants(t, "the first", err, ok, "")
		w.Now = clock.Fixed(w.Now().Add(1e9))
		two, err := w.carry(w.event("T", "2026-02-03", plan.Step{Kind: plan.Move, Units: w.ids("N"), Into: w.by["B"]}))
		wants(t, "the next", err, ok, "")
		_, err = w.Undo(ctx, w.one, one.ID, "x")
		wants(t, "touched by the next", err, fault.Conflict, "reorg.later_event")
		other, err := w.carry(w.event("T", "2026-02-03", plan.Step{Kind: plan.Rename, Units: w.ids("C"), New: &plan.Fresh{Name: "Tên khác"}}))
		wants(t, "one elsewhere", err, ok, "")
		_, err = w.Undo(ctx, w.one, two.ID, "x")
		wants(t, "the next goes first", err, ok, "")
		_, err = w.Undo(ctx, w.one, one.ID, "x")
		wants(t, "then the first", err, ok, "")
		u, _ := w.units.Show(ctx, w.one, w.by["C"])
		c := u.Unit
		c.Name = "Sửa tay"
		_, err = w.units.Edit(ctx, w.one, c)
		wants(t, "changed by hand", err, ok, "")
		_, err = w.Undo(ctx, w.one, other.ID, "x")
		wants(t, "what was changed since stays", err, fault.Conflict, "reorg.changed_since")
	})
}

// Who left or moved on after the event keeps that when it is undone; a grant at a new unit
// keeps the unit, closed on every day.
func TestUndoAfterLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		e, err := w.carry(w.event("T", "2026-02-01", plan.Step{Kind: plan.Merge, Units: w.ids("A1 A2"), New: w.fresh("N", "cell", "")}))
		wants(t, "merged", err, ok, "")
		var who []id.ID
		_ = d.Read(ctx, func(tx db.Tx) (err error) {
			who, err = db.All(ctx, tx, db.Value[id.ID], `select id from person where member_no in ('A1-1', 'A1-2') order by member_no`)
			return err
		})
		wants(t, "one leaves", w.people.Leave(ctx, w.one, who[0], "2026-02-05", ""), ok, "")
		wants(t, "one moves on", w.people.Move(ctx, w.one, who[1], w.by["B1"], "2026-02-04", ""), ok, "")
		w.actor(access.Secretary, w.by["N"])
		_, err = w.Undo(ctx, w.one, e.ID, "x")
		wants(t, "undone", err, ok, "")
		type stay struct {
			unit     id.ID
			from, to string
		}
		lives := func(p id.ID) (out []stay) {
			_ = d.Read(ctx, func(tx db.Tx) (err error) {
				out, err = db.All(ctx, tx, func(scan func(...any) error) (s stay, err error) { err = scan(&s.unit, &s.from, &s.to); return s, err },
					`select unit, valid_from, coalesce(valid_to, '') from person_membership where person = $1 order by valid_from`, p)
				return err
			})
			return out
		}
		if got := fmt.Sprint(lives(who[0])); got != fmt.Sprint([]stay{{w.by["A1"], "2020-01-01", "2026-02-05"}}) {
			t.Error("who left:", got)
		}
		if got := fmt.Sprint(lives(who[1])); got != fmt.Sprint([]stay{{w.by["A1"], "2020-01-01", "2026-02-03"}, {w.by["B1"], "2026-02-04", ""}}) {
			t.Error("who moved on:", got)
		}
		u, err := w.units.Show(ctx, w.one, w.by["N"])
		wants(t, "the unit with a grant stays", err, ok, "")
		if u.Open("2026-02-01") || u.Open("2026-01-31") {
			t.Error("but stands on no day", u.From, u.To)
		}
	})
}

// Whoever belongs to both units of a merger belongs to the new one once: a further membership gives
// way to the study home, whichever of the two comes.
func TestMergerOfWhoBelongsToBoth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		comes, stays := w.member("A1-1"), w.member("A2-1")
		wants(t, "home in A1, a further membership in A2", w.people.AddStay(ctx, w.one, comes, person.Membership{Unit: w.by["A2"], From: "2024-01-01"}, ""), ok, "")
		wants(t, "home in A2, a further membership in A1", w.people.AddStay(ctx, w.one, stays, person.Membership{Unit: w.by["A1"], From: "2024-01-01"}, ""), ok, "")
		start := w.dump()
		for round := range 2 {
			w.Now = clock.Fixed(w.Now().Add(1e9))
			e, err := w.carry(w.event("T", "2026-02-01", plan.Step{Kind: plan.Dissolve, Units: w.ids("A1"), Into: w.by["A2"]}))
			wants(t, "A1 is dissolved into A2", err, ok, "")
			if got := w.life(comes); got != "A1 2020-01-01…2026-01-31 home, A2 2024-01-01…2026-01-31, A2 2026-02-01… home" {
				t.Error("the further membership ends where the study home comes:", got)
			}
			if got := w.life(stays); got != "A2 2020-01-01… home, A1 2024-01-01…2026-01-31" {
				t.Error("the further membership that comes ends:", got)
			}
			if round == 1 {
				break
			}
			_, err = w.Undo(ctx, w.one, e.ID, "nhầm")
			wants(t, "undone", err, ok, "")
			if end := w.dump(); end != start {
				t.Error("not as it was:", differ(start, end))
			}
		}
		for _, p := range []id.ID{comes, stays} {
			wants(t, "who was merged can be moved", w.people.Move(ctx, w.one, p, w.by["B1"], "2026-02-04", ""), ok, "")
		}
	})
}

// Who left since keeps the last day everywhere; what cannot be made one is refused by name.
func TestMergerOfWhoBelongsToBothAndLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		p := w.member("A1-1")
		wants(t, "a further membership", w.people.AddStay(ctx, w.one, p, person.Membership{Unit: w.by["A2"], From: "2024-01-01"}, ""), ok, "")
		e, err := w.carry(w.event("T", "2026-02-01", plan.Step{Kind: plan.Dissolve, Units: w.ids("A1"), Into: w.by["A2"]}))
		wants(t, "merged", err, ok, "")
		wants(t, "left", w.people.Leave(ctx, w.one, p, "2026-02-05", ""), ok, "")
		_, err = w.Undo(ctx, w.one, e.ID, "x")
		wants(t, "undone", err, ok, "")
		if got := w.life(p); got != "A1 2020-01-01…2026-02-05 home, A2 2024-01-01…2026-02-05" {
			t.Error(got)
		}
		q := w.member("A1-2")
		wants(t, "one that begins after the event", w.people.AddStay(ctx, w.one, q, person.Membership{Unit: w.by["A2"], From: "2026-02-03"}, ""), ok, "")
		_, err = w.carry(w.event("T", "2026-02-01", plan.Step{Kind: plan.Dissolve, Units: w.ids("A1"), Into: w.by["A2"]}))
		wants(t, "is refused by name", err, fault.Conflict, "reorg.rehome_twice")
	})
}

// What was granted while the event stood shows no more once it is undone, and what was granted before it
// shows what it did; where both hang on one unit a steward confirms the older one.
func TestUndoWidensNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		sees := func(say string, who access.Actor, unit string, want bool) {
			t.Helper()
			err := d.Read(ctx, func(tx db.Tx) error {
				grants, err := access.InForce(ctx, tx, who.Account, "2026-02-07")
				if err != nil {
					return err
				}
				who.Grants = grants
				return access.Check(ctx, tx, who, access.PersonRead, w.by[unit])
			})
			if (err == nil) != want || err != nil && fault.Of(err) == fault.Internal {
				t.Errorf("%s: sees %s: %v", say, unit, err)
			}
		}
		given := func(unit string) access.Actor {
			a := w.actor(access.Reader, w.by[unit])
			w.write(func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `update access_grant set created_at = $2, covers = $2 where account = $1`, a.Account, w.Now.Ms())
				return err
			})
			return a
		}
		w.Now = clock.Fixed(w.Now().Add(-time.Minute))
		atA, atB := given("A"), given("B")
		for _, between := range []bool{false, true} {
			w.Now = clock.Fixed(w.Now().Add(time.Minute))
			e, err := w.carry(w.event("T", "2026-02-01", plan.Step{Kind: plan.Move, Units: w.ids("A2"), Into: w.by["B"]}))
			wants(t, "moved", err, ok, "")
			sees("where it was", atA, "A2", false)
			sees("where it went, before", atB, "A2", false)
			var late, there access.Actor
			if between {
				w.Now = clock.Fixed(w.Now().Add(time.Minute))
				late, there = given("A"), given("B")
				sees("where it was, since", late, "A2", false)
				sees("where it went, since", there, "A2", true)
			}
			w.Now = clock.Fixed(w.Now().Add(time.Minute))
			_, err = w.Undo(ctx, w.one, e.ID, "nhầm")
			wants(t, "undone", err, ok, "")
			sees("where it is again", atA, "A2", !between)
			sees("where it was for a while", atB, "A2", false)
			sees("who kept the whole", w.one, "A2", true)
			if between {
				sees("granted meanwhile", late, "A2", false)
				sees("granted meanwhile, elsewhere", there, "A2", false)
			}
		}
	})
}

func TestSheet(t *testing.T) {
	w := small(t, dbtest.One(t), "2026-02-07")
	e := w.event("T", "2026-02-01")
	_, err := w.Prepare(ctx, w.one, e)
	wants(t, "a draft", err, ok, "")
	sheet := "STT;Việc;Mã tổ chức;Mã nơi nhận;Tên tổ chức mới;Cấp;Mã cấp trên;Số thẻ đảng viên\n" +
		"1;Sáp nhập;A;N;Đảng bộ phường mẫu N;Đảng ủy xã, phường, đặc khu;T;\n2;Sáp nhập;b;N;;;;\n" +
		"3;Tách;A1;A9;Chi bộ mẫu 9;Chi bộ;N;A1-1\n4;Tách;A1;A9;;;;A1-3\n5;Đổi tên;A2;;Chi bộ đổi tên;;;\n6;Giải thể;C;N;;;;\n"
	key := id.New()
	for range 2 {
		e, err = w.AddSheet(ctx, w.one, e.ID, key, batch.Bytes("mau.csv", []byte(sheet)))
		wants(t, "read", err, ok, "")
	}
	if len(e.Steps) != 4 || len(e.Steps[0].Units) != 2 || len(e.Steps[1].Who.Numbers) != 2 {
		t.Fatalf("%d steps: %+v", len(e.Steps), e.Steps)
	}
	v, err := w.Show(ctx, w.one, e.ID)
	wants(t, "shown", err, ok, "")
	if v.Fault != "" || len(v.Effect.Begins) != 2 || len(v.Effect.Ends) != 3 {
		t.Error(v.Fault, len(v.Effect.Begins), len(v.Effect.Ends))
	}
	for _, c := range []struct{ say, sheet, key string }{
		{"an unknown word", "Việc;Mã tổ chức\nĐốt;A\n", "reorg.sheet_bad"},
		{"no code", "Việc;Mã tổ chức;Mã nơi nhận\nGiải thể;;A\n", "reorg.sheet_bad"},
		{"an unknown unit", "Việc;Mã tổ chức;Mã nơi nhận\nGiải thể;ZZ;A\n", "reorg.sheet_bad"},
		{"an empty file", "Việc;Mã tổ chức\n", "reorg.sheet_empty"},
	} {
		_, err := w.AddSheet(ctx, w.one, e.ID, id.New(), batch.Bytes("x.csv", []byte(c.sheet)))
		wants(t, c.say, err, fault.Invalid, c.key)
	}
	_, err = w.AddSheet(ctx, w.one, e.ID, id.New(), batch.Bytes("x.csv", []byte("Việc;Mã tổ chức;Mã nơi nhận;Tên tổ chức mới\nĐổi tên;A2;;Chi bộ mẫu\nSáp nhập;A;N9;Đảng bộ mẫu N\nGiải thể;ZZ;A\n")))
	for lang, want := range map[string][]string{"vi": {"Dòng 3, Cấp:", "Dòng 4, Mã tổ chức:"}, "en": {"Row 3, Level:", "Row 4, Unit codes:"}} {
		f := fault.List(err)[0]
		says := words.T(lang, f.Key, f.Args...)
		for _, w := range want {
			if !strings.Contains(says, w) {
				t.Errorf("which row and which cell is not said: %q, not %q", says, w)
			}
		}
	}
	var b bytes.Buffer
	if err := reorg.Sample(&b); err != nil || b.Len() == 0 {
		t.Error(err)
	}
}

// Random events, one after the other, then all undone from the last: every row is as it was.
func TestAnyEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := small(t, d, "2026-02-07")
		for _, m := range [][3]string{{"A1-1", "A2", "2024-01-01"}, {"A2-1", "A1", "2024-01-01"}, {"B1-1", "A1", "2026-02-03"}} {
			wants(t, "a further membership", w.people.AddStay(ctx, w.one, w.member(m[0]), person.Membership{Unit: w.by[m[1]], From: m[2]}, ""), ok, "")
		}
		n := 0
		check := func(rt *rapid.T) {
			start := w.dump()
			var done []id.ID
			codes := []string{"A", "B", "C", "A1", "A2", "B1"}
			for range rapid.IntRange(1, 4).Draw(rt, "events") {
				n++
				w.Now = clock.Fixed(w.Now().Add(1e9))
				unit, into := rapid.SampledFrom(codes).Draw(rt, "unit"), rapid.SampledFrom(append(codes, "T")).Draw(rt, "into")
				name := fmt.Sprint("R", n)
				var s plan.Step
				switch rapid.SampledFrom(plan.Kinds).Draw(rt, "kind") {
				case plan.Merge:
					s = plan.Step{Kind: plan.Merge, Units: w.ids(unit), New: w.fresh(name, "cell", into)}
				case plan.Split:
					s = plan.Step{Kind: plan.Split, Units: w.ids(unit), New: w.fresh(name, "cell", into), Who: plan.Rule{BornTo: rapid.SampledFrom([]string{"1950", "1970", "2000"}).Draw(rt, "born")}}
				case plan.Move:
					s = plan.Step{Kind: plan.Move, Units: w.ids(unit), Into: w.by[into]}
				case plan.Rename:
					s = plan.Step{Kind: plan.Rename, Units: w.ids(unit), New: &plan.Fresh{Name: name, Code: name}}
				case plan.Dissolve:
					s = plan.Step{Kind: plan.Dissolve, Units: w.ids(unit), Into: w.by[into]}
				default:
					s = plan.Step{Kind: plan.Abolish, Level: "commune"}
				}
				day := rapid.SampledFrom([]string{"2019-06-01", "2020-01-01", "2026-02-01", "2026-02-07"}).Draw(rt, "day")
				before := w.dump()
				e, err := w.carry(w.event("T", day, s))
				if err != nil {
					if fault.List(err) == nil {
						rt.Fatal(err)
					}
					if w.dump() != before {
						rt.Fatal("what is refused changes nothing")
					}
					continue
				}
				done = append(done, e.ID)
				same(t, w, 17)
				w.stands("T")
			}
			for i := len(done) - 1; i >= 0; i-- {
				if _, err := w.Undo(ctx, w.one, done[i], "x"); err != nil {
					rt.Fatal(err)
				}
			}
			if end := w.dump(); end != start {
				rt.Fatal("not as it was:\n" + differ(start, end))
			}
		}
		rapid.Check(t, check)
	})
}
