package account

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// A stranger who guesses at a login slows every stranger, never the owner at a device that the
// account knows; and what is guessed there slows nobody elsewhere.
func TestOwnerIsNeverLockedOut(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	first, err := r.SignIn(ctx, "canbo", r.rootPassword, Entry{})
	r.fine("in", err)
	for range 5 {
		_, err = r.SignIn(ctx, "canbo", "sai mật khẩu rồi", Entry{})
		r.refused("guessed", err, fault.Invalid, "account.wrong")
	}
	_, err = r.SignIn(ctx, "canbo", r.rootPassword, Entry{})
	r.refused("an unknown device waits", err, fault.TooMany, "account.slow")
	for range 3 {
		_, err = r.SignIn(ctx, "canbo", r.rootPassword, Entry{Device: first.Device})
		r.fine("the owner does not", err)
	}
	for range 5 {
		_, err = r.SignIn(ctx, "canbo", "sai mật khẩu rồi", Entry{Device: first.Device})
		r.refused("guessed at the owner's device", err, fault.Invalid, "account.wrong")
	}
	_, err = r.SignIn(ctx, "canbo", r.rootPassword, Entry{Device: first.Device})
	r.refused("waits there", err, fault.TooMany, "account.slow")
	_, err = r.SignIn(ctx, "goc", r.rootPassword, Entry{Device: first.Device})
	r.fine("another account of the same device", err)
	for _, forged := range []string{"x", first.Device[:42] + "!", "' or 1=1 --"} {
		pass, err := r.SignIn(ctx, "thuy", r.rootPassword, Entry{Device: forged})
		r.fine("a forged device is no device", err)
		if pass.Device == forged {
			t.Error("a forged secret is taken")
		}
	}
}

func TestKeptDevices(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		own, _ := r.addPhone(r.secret(r.officer))
		in := func(keep bool, dev string) Pass {
			t.Helper()
			pass, err := r.SignIn(ctx, "canbo", r.rootPassword, Entry{Keep: keep, Device: dev})
			r.fine("password", err)
			return pass
		}
		second := func(p Pass, dev string) Pass {
			t.Helper()
			pass, err := r.Second(ctx, p.Second, factor.Proof{Code: own.code()}, Entry{Device: dev})
			r.fine("second step", err)
			r.pass(time.Minute)
			return pass
		}
		loose := second(in(false, ""), "")
		if in(false, loose.Device).Second == "" {
			t.Error("a device that is not kept is spared the second step")
		}
		kept := second(in(true, ""), "")
		if kept.Long {
			t.Error("an officer stays in for months")
		}
		again := in(false, kept.Device)
		if again.Session == "" || !r.whoIs(again.Session).Holds(access.UnitRead) {
			t.Fatal("a kept device is asked again")
		}
		if pass, err := r.SignIn(ctx, "goc", r.rootPassword, Entry{Device: kept.Device}); err != nil || pass.Session == "" {
			t.Error("another account is not in")
		}
		r.Routes()
		list, err := r.devices.List(ctx, r.whoIs(again.Session), 0)
		r.fine("list", err)
		if len(list) != 3 || !list[0].Kept || !list[0].Open || list[1].Kept {
			t.Errorf("%+v", list)
		}
		who := r.whoIs(again.Session)
		r.refused("somebody else's device", r.devices.End(ctx, r.as(r.admin), list[0].ID), fault.Missing, "fault.missing")
		r.refused("named by another", r.devices.Rename(ctx, r.as(r.admin), list[0].ID, "x"), fault.Missing, "fault.missing")
		r.fine("named", r.devices.Rename(ctx, who, list[0].ID, "Máy cơ quan"))
		r.fine("revoked", r.devices.End(ctx, who, list[0].ID))
		if r.whoIs(again.Session).Account != 0 || r.whoIs(kept.Session).Account != 0 {
			t.Error("a session of the device lives on")
		}
		if r.whoIs(loose.Session).Account == 0 {
			t.Error("another device was ended")
		}
		if in(false, kept.Device).Second == "" {
			t.Error("a revoked device is spared the second step")
		}
		r.fine("all others", r.devices.EndOthers(ctx, who, 0))
		if r.whoIs(loose.Session).Account != 0 {
			t.Error("not all were ended")
		}
	})
}

// A member stays in on a device that is kept; whoever rises above member does not.
func TestMembersStayIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		m, err := r.Create(ctx, r.as(r.admin), New{ID: id.New(), Login: "mau.014", Person: r.member, Grants: []NewGrant{r.right(access.Member, r.cell)}})
		r.fine("a member", err)
		r.setPassword(m.ID, r.rootPassword)
		pass, err := r.SignIn(ctx, "mau.014", r.rootPassword, Entry{Keep: true})
		r.fine("in", err)
		short, err := r.SignIn(ctx, "mau.014", r.rootPassword, Entry{})
		r.fine("elsewhere", err)
		if !pass.Long || short.Long {
			t.Error("long", pass.Long, short.Long)
		}
		r.pass(60 * 24 * time.Hour)
		if r.whoIs(pass.Session).Account != m.ID || r.whoIs(short.Session).Account != 0 {
			t.Error("after two months")
		}
		r.pass(13 * time.Hour)
		_, err = r.Grants().Give(ctx, access.System("test"), m.ID, r.right(access.Secretary, r.cell))
		r.fine("becomes secretary", err)
		if r.whoIs(pass.Session).Account != 0 {
			t.Error("a secretary is in after 13 idle hours")
		}
	})
}
