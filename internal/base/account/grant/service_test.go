package grant_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/base/account/password"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var ctx = context.Background()

// world is a city over east and west, each over a ward with a cell, and an account for most.
type world struct {
	*grant.Service
	t                                        *testing.T
	account                                  *account.Service
	org                                      *org.Service
	at                                       atomic.Int64
	city, east, west, ward, far, cell        id.ID
	founder, steward, officer, clerk, nobody id.ID
	post                                     id.ID // of the test that makes one
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t}
	w.day("2026-02-07")
	now := clock.Now(func() time.Time { return clock.From(w.at.Load()) })
	w.account, w.org = &account.Service{DB: d, Now: now, Cost: password.Cost{Memory: 64, Passes: 1, Threads: 1}}, &org.Service{DB: d, Now: now}
	w.Service = w.account.Grants()
	w.city = w.unit("C", "province", 0)
	w.east, w.west = w.unit("E", "equivalent", w.city), w.unit("W", "equivalent", w.city)
	w.ward, w.far = w.unit("E1", "commune", w.east), w.unit("W1", "commune", w.west)
	w.cell = w.unit("E11", "cell", w.ward)
	w.founder = w.make("goc", access.Administrator, w.city)
	w.steward = w.make("giuquyen", access.Steward, w.city)
	w.officer = w.make("canbo", access.UnitOfficer, w.east)
	w.clerk = w.make("nhanvien", access.Member, w.ward)
	w.nobody = w.make("dangvien", access.Member, w.west)
	return w
}

// day sets the clock to nine in the morning; every call is an instant later.
func (w *world) day(d string) { w.at.Store(clock.Start(d).Add(9 * time.Hour).UnixMilli()) }

func (w *world) unit(code, level string, parent id.ID) id.ID {
	w.t.Helper()
	u, err := w.org.Create(ctx, access.System("thử"), org.Unit{ID: id.New(), Code: code, Level: level, Name: "Đơn vị mẫu " + code, Parent: parent, From: "2010-01-01"})
	w.fine("unit "+code, err)
	return u.ID
}

func (w *world) make(login string, role access.Role, unit id.ID) id.ID {
	w.t.Helper()
	a, err := w.account.Create(ctx, access.System("thử"), account.New{ID: id.New(), Login: login, Name: "Người mẫu " + login,
		Grants: []grant.New{{ID: id.New(), Role: role, Unit: unit, From: "2020-01-01"}}})
	w.fine("account "+login, err)
	return a.ID
}

// as is an account as it asks now.
func (w *world) as(account id.ID) (who access.Actor) {
	w.t.Helper()
	who = access.Actor{Account: account, Name: "Người mẫu", Lang: "vi"}
	w.fine("who", w.DB.Read(ctx, func(tx db.Tx) (err error) {
		who.Grants, err = access.InForce(ctx, tx, account, w.Now.Day())
		return err
	}))
	return who
}

func (w *world) sees(account, unit id.ID, need access.Need) bool {
	w.t.Helper()
	who := w.as(account)
	err := w.DB.Read(ctx, func(tx db.Tx) error { return access.Check(ctx, tx, who, need, unit) })
	if err != nil && fault.Of(err) == fault.Internal {
		w.t.Fatal(err)
	}
	return err == nil
}

func (w *world) fine(says string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", says, err)
	}
}

func (w *world) refused(says string, err error, kind fault.Kind, key string) {
	w.t.Helper()
	if err == nil || fault.Of(err) != kind || fault.Key(err) != key {
		w.t.Errorf("%s: %v, want %s", says, err, key)
	}
}

func (w *world) give(to id.ID, role access.Role, unit id.ID, from, till string) error {
	_, err := w.Give(ctx, w.as(w.steward), to, grant.New{ID: id.New(), Role: role, Unit: unit, From: from, To: till})
	return err
}

func TestNobodyJoinsTwoDuties(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.fine("a reader for the spring", w.give(w.clerk, access.Reader, w.ward, "2026-02-01", "2026-03-31"))
		for _, c := range []struct {
			says       string
			role       access.Role
			from, till string
			key        string
		}{
			{"sees people and keeps the machine", access.Operator, "2026-03-01", "", "access.apart.machine_people"},
			{"the last day overlaps", access.Auditor, "2026-03-31", "2026-04-30", "access.apart.log_people"},
			{"from before, open", access.Steward, "2025-01-01", "", "access.apart.accounts_people"},
			{"the day after is free", access.Auditor, "2026-04-01", "2026-04-30", ""},
			{"but not twice", access.Operator, "2026-04-30", "2026-05-30", "access.apart.log_machine"},
			{"another role that sees people may join", access.Usher, "2026-02-01", "2026-03-31", ""},
			{"being a member joins anything", access.Member, "2026-04-01", "", ""},
		} {
			err := w.give(w.clerk, c.role, w.east, c.from, c.till)
			if c.key == "" {
				w.fine(c.says, err)
			} else {
				w.refused(c.says, err, fault.Conflict, c.key)
			}
		}
		w.refused("nobody gives to oneself", w.give(w.steward, access.Steward, w.east, "2026-02-07", ""), fault.Denied, "grant.own_right")
		w.refused("nor makes a founder", w.give(w.clerk, access.Administrator, w.city, "2026-02-07", ""), fault.Denied, "grant.role_above")
		_, err := w.Revoke(ctx, w.as(w.steward), w.as(w.steward).Grants[0].ID, "")
		w.refused("nor leaves the own chair", err, fault.Conflict, "grant.own_grant")
	})
}

func TestPassingOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		own := w.as(w.officer).Grants[0]
		pass := func(typed string, role access.Role, unit id.ID, till string) (grant.Grant, error) {
			return w.Delegate(ctx, w.as(w.officer), own.ID, grant.Part{New: grant.New{ID: id.New(), Role: role, Unit: unit, From: "2026-02-07", To: till}, Typed: typed})
		}
		g, err := pass("nhanvien", access.Usher, w.ward, "2026-03-01")
		w.fine("to a colleague below", err)
		if !w.sees(w.clerk, w.cell, access.AttendanceTake) || w.sees(w.clerk, w.east, access.AttendanceTake) || w.sees(w.clerk, w.cell, access.PersonRead) {
			t.Error("the part is the part")
		}
		for _, c := range []struct {
			says, typed string
			role        access.Role
			unit        id.ID
			kind        fault.Kind
			key         string
		}{
			{"not to another district", "dangvien", access.Usher, w.ward, fault.Invalid, "grant.no_colleague"},
			{"nor to nobody", "khongcoai", access.Usher, w.ward, fault.Invalid, "grant.no_colleague"},
			{"nor to oneself", "canbo", access.Usher, w.ward, fault.Invalid, "grant.to_self"},
			{"nor of what is outside", "nhanvien", access.Usher, w.west, fault.Invalid, "grant.no_unit"},
			{"nor more than one has", "nhanvien", access.Officer, w.ward, fault.Invalid, "grant.not_yours"},
		} {
			_, err := pass(c.typed, c.role, c.unit, "2026-03-01")
			w.refused(c.says, err, c.kind, c.key)
		}
		_, err = w.Delegate(ctx, w.as(w.clerk), g.ID, grant.Part{New: grant.New{ID: id.New(), Role: access.Usher, Unit: w.cell, From: "2026-02-07", To: "2026-02-08"}, Typed: "canbo"})
		w.refused("no second hand", err, fault.Denied, "grant.not_twice_passed")
		_, err = w.Delegate(ctx, w.as(w.nobody), own.ID, grant.Part{})
		w.refused("somebody else's right is not there", err, fault.Missing, "fault.missing")

		w.fine("the ward moves away", w.org.Move(ctx, access.System("thử"), w.ward, w.west, "2026-02-07", ""))
		if w.sees(w.clerk, w.cell, access.AttendanceTake) {
			t.Error("what the whole no longer covers, its part does not either")
		}
		_, err = pass("canbo", access.Usher, w.ward, "2026-03-01")
		w.refused("and cannot be passed on", err, fault.Invalid, "grant.no_unit")
		w.fine("and moves back", w.org.Move(ctx, access.System("thử"), w.ward, w.east, "2026-02-07", ""))
		w.fine("confirmed", w.Confirm(ctx, w.as(w.steward), own.ID, "QĐ 01"))
		if !w.sees(w.clerk, w.cell, access.AttendanceTake) {
			t.Error("the part follows the whole")
		}
		_, err = w.Revoke(ctx, w.as(w.steward), own.ID, "thôi nhiệm vụ")
		w.fine("the whole ends", err)
		if len(w.as(w.officer).Grants) != 0 || w.sees(w.clerk, w.cell, access.AttendanceTake) {
			t.Error("and its parts with it")
		}
	})
}

func TestMovesWidenNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		sys := access.System("thử")
		w.at.Add(1000)
		w.fine("a ward of the west comes to the east", w.org.Move(ctx, sys, w.far, w.east, "2026-02-07", ""))
		if w.sees(w.officer, w.far, access.PersonRead) {
			t.Error("the officer of the east gained a ward by its move")
		}
		if !w.sees(w.officer, w.cell, access.PersonRead) || !w.sees(w.steward, w.far, access.AccountEdit) {
			t.Error("what was covered is covered still, and who stands above both loses nothing")
		}
		born := w.unit("E2", "commune", w.east)
		inside := w.unit("W11", "cell", w.far)
		if !w.sees(w.officer, born, access.PersonRead) {
			t.Error("a unit born below is covered")
		}
		if w.sees(w.officer, inside, access.UnitRead) {
			t.Error("but not one born in the ward that is not")
		}
		list, err := w.Moved(ctx, w.as(w.steward))
		w.fine("what waits", err)
		if len(list) != 1 || list[0].Moved != 2 || list[0].Account != w.officer {
			t.Errorf("waiting: %+v", list)
		}
		own := w.as(w.officer).Grants[0].ID
		w.refused("an officer confirms nothing", w.Confirm(ctx, w.as(w.officer), own, ""), fault.Denied, "access.denied")
		w.fine("the steward confirms", w.Confirm(ctx, w.as(w.steward), own, "QĐ 02"))
		if !w.sees(w.officer, w.far, access.PersonRead) {
			t.Error("confirmed, it counts")
		}
		w.at.Add(1000)
		w.fine("moves within the east change nothing", w.org.Move(ctx, sys, w.cell, born, "2026-02-07", ""))
		if !w.sees(w.officer, w.cell, access.PersonRead) {
			t.Error("a move within is no loss")
		}
	})
}

// Who keeps accounts gives no more than what they cover: not the units that a move brought in and
// that nobody above has confirmed for them.
func TestKeepersWidenNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		local := w.make("giuquyen.dong", access.Steward, w.east)
		keeper := func() access.Actor { return w.as(local) }
		w.at.Add(1000)
		w.fine("a ward of the west comes to the east", w.org.Move(ctx, access.System("thử"), w.far, w.east, "2026-02-07", ""))
		w.at.Add(1000)
		own := w.as(w.officer).Grants[0].ID
		w.refused("confirming what one does not cover", w.Confirm(ctx, keeper(), own, ""), fault.Denied, "grant.moved_outside")
		_, err := w.Give(ctx, keeper(), w.clerk, grant.New{ID: id.New(), Role: access.Reader, Unit: w.east, From: "2026-02-07"})
		w.fine("a new right there", err)
		if w.sees(w.clerk, w.far, access.PersonRead) || !w.sees(w.clerk, w.cell, access.PersonRead) {
			t.Error("the new right reaches further than its giver")
		}
		p, err := w.AddPost(ctx, keeper(), access.Post{ID: id.New(), Unit: w.east, Title: "Cán bộ", Role: access.UnitOfficer})
		w.fine("a post", err)
		appoint := func(typed string) error {
			_, err := w.Appoint(ctx, keeper(), p.ID, grant.Turn{ID: id.New(), Typed: typed, From: "2026-02-08"})
			return err
		}
		w.refused("nobody from elsewhere is appointed, and so shut out at its end", appoint("dangvien"), fault.Invalid, "grant.no_account")
		w.fine("the clerk is", appoint("nhanvien"))
		w.day("2026-02-08")
		if w.sees(w.clerk, w.far, access.PersonRead) {
			t.Error("nor does the post's")
		}
		w.fine("the keeper above confirms", w.Confirm(ctx, w.as(w.steward), own, "QĐ 03"))
		if !w.sees(w.officer, w.far, access.PersonRead) {
			t.Error("confirmed from above, it counts")
		}
	})
}

// A part that somebody passed on rests while that one is shut out.
func TestPartsRestWithTheirGiver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		own := w.as(w.officer).Grants[0]
		_, err := w.Delegate(ctx, w.as(w.officer), own.ID, grant.Part{New: grant.New{ID: id.New(), Role: access.Usher, Unit: w.ward, From: "2026-02-07", To: "2026-03-01"}, Typed: "nhanvien"})
		w.fine("passed on", err)
		w.fine("shut out", w.account.Disable(ctx, w.as(w.steward), w.officer, "chuyển đi"))
		if w.sees(w.clerk, w.cell, access.AttendanceTake) {
			t.Error("the part outlives the account of who passed it on")
		}
		w.fine("let in again", w.account.Enable(ctx, w.as(w.steward), w.officer))
		if !w.sees(w.clerk, w.cell, access.AttendanceTake) {
			t.Error("and counts again with it")
		}
	})
}

func TestPosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		keeper := w.as(w.steward)
		p, err := w.AddPost(ctx, keeper, access.Post{ID: id.New(), Unit: w.cell, Title: "Bí thư chi bộ", Role: access.Secretary})
		w.fine("a post", err)
		_, err = w.AddPost(ctx, keeper, p)
		w.fine("sent twice", err)
		turn := func(typed, from, till string, acting bool) error {
			_, err := w.Appoint(ctx, keeper, p.ID, grant.Turn{ID: id.New(), Typed: typed, From: from, To: till, Acting: acting})
			return err
		}
		w.fine("a holder", turn("nhanvien", "2026-01-01", "", false))
		w.refused("acting has an end", turn("dangvien", "2026-02-07", "", true), fault.Invalid, "grant.needs_end")
		w.fine("somebody acts", turn("dangvien", "2026-02-07", "2026-02-10", true))
		if !w.sees(w.nobody, w.cell, access.PersonRead) || !w.sees(w.clerk, w.cell, access.PersonRead) {
			t.Error("both have the post's rights")
		}
		w.refused("not to oneself", turn("giuquyen", "2026-02-07", "", false), fault.Denied, "grant.own_right")
		w.fine("the next holder", turn("canbo", "2026-02-20", "", false))
		for day, want := range map[string][3]bool{"2026-02-19": {true, false, false}, "2026-02-20": {false, true, false}, "2026-02-10": {true, false, true}} {
			w.day(day)
			for i, a := range []id.ID{w.clerk, w.officer, w.nobody} {
				if got := w.as(a).Is(access.Secretary); got != want[i] {
					t.Errorf("on %s the %dth: %v", day, i, got)
				}
			}
		}
		h, err := w.Here(ctx, keeper, w.cell, "2026-02-20")
		w.fine("who may what", err)
		if len(h.Posts) != 1 || len(h.Lines) != 4 { // founder, steward, officer twice
			t.Errorf("%d posts, %d lines", len(h.Posts), len(h.Lines))
		}
		_, err = w.EndPost(ctx, keeper, p.ID, "bỏ")
		w.fine("the post ends", err)
		if w.as(w.clerk).Is(access.Secretary) {
			t.Error("and its holders with it")
		}
	})
}

func TestHandingOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		who := w.as(w.founder)
		w.refused("not yet", w.HandOver(ctx, who), fault.Conflict, "grant.not_ready")
		w.refused("nobody else", w.HandOver(ctx, w.as(w.steward)), fault.Missing, "fault.missing")
		w.make("vanhanh", access.Operator, w.city)
		w.make("nhatky", access.Auditor, w.city)
		h, err := w.Founding(ctx, who)
		w.fine("shown", err)
		if !h.Ready() || h.Steward[0] != "Người mẫu giuquyen" {
			t.Errorf("%+v", h)
		}
		w.fine("handed over", w.HandOver(ctx, who))
		if len(w.as(w.founder).Grants) != 0 {
			t.Error("the founder's role is over")
		}
	})
}

// What was may be asked for: a past day is read by the tree and the grants of that day.
func TestPastDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		keeper := w.as(w.steward)
		names := func(day string) (n int) {
			h, err := w.Here(ctx, keeper, w.ward, day)
			w.fine(day, err)
			for _, l := range h.Lines {
				if l.Account == w.officer {
					n++
				}
			}
			return n
		}
		w.day("2026-03-01")
		w.fine("the ward moves", w.org.Move(ctx, access.System("thử"), w.ward, w.west, "2026-03-01", ""))
		if names("2026-02-20") != 1 || names("2026-03-01") != 0 || names("") != 0 {
			t.Error("the officer of the east was in charge until the move")
		}
		_, err := w.Here(ctx, keeper, w.ward, "2026-02-30")
		w.refused("a day that is none", err, fault.Invalid, "web.not_date")
		_, err = w.Here(ctx, w.as(w.officer), w.west, "")
		w.refused("outside the scope", err, fault.Missing, "fault.missing")
	})
}
