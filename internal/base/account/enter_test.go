package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/password"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestSetup(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := &room{t: t}
		r.clock.Store(time.Date(2026, 11, 20, 8, 0, 0, 0, clock.Zone).UnixMilli())
		now := clock.Now(func() time.Time { return clock.From(r.clock.Load()) })
		r.Service = &Service{DB: d, Now: now, Cost: password.Cost{Memory: 64, Passes: 1, Threads: 1}, NewUnit: (&org.Service{DB: d, Now: now}).Create}
		r.factorRequired(false)
		link := func() string {
			l, err := r.SetupLink(ctx, "http://localhost:8018/")
			r.fine("link", err)
			key, ok := strings.CutPrefix(l, "http://localhost:8018/setup/")
			if !ok {
				t.Fatal(l)
			}
			return key
		}
		f := First{Installation: "Đảng bộ mẫu", Start: StartAlone, Unit: org.Unit{Name: "Đảng bộ mẫu", Code: "HP", Level: "province"},
			Name: "Quản trị mẫu", Login: "goc", Password: "sáu con vịt vàng"}
		older, key := link(), link()
		_, err := r.Setup(ctx, older, f, Entry{})
		r.refused("a link of an earlier start", err, fault.Missing, "account.setup_over")
		_, err = r.Setup(ctx, "abc", f, Entry{})
		r.refused("a guessed link", err, fault.Missing, "account.setup_over")
		r.pass(31 * time.Minute)
		_, err = r.Setup(ctx, key, f, Entry{})
		r.refused("after 30 minutes", err, fault.Missing, "account.setup_over")

		key = link()
		bad := f
		bad.Password, bad.Login = "ngắn", "x"
		if _, err := r.Setup(ctx, key, bad, Entry{}); len(fault.List(err)) != 2 {
			t.Error("both fields are blamed at once:", err)
		}
		bad = f
		bad.Unit.Level = "palace"
		if _, err := r.Setup(ctx, key, bad, Entry{}); fault.Of(err) != fault.Invalid {
			t.Error("a level that does not exist:", err)
		}
		pass, err := r.Setup(ctx, key, f, Entry{})
		r.fine("set up", err)
		who := r.whoIs(pass.Session)
		if !who.Is(access.Administrator) || who.Home() == 0 || !who.Holds(access.SettingEdit) {
			t.Errorf("not administrator: %+v", who)
		}
		_, err = r.Setup(ctx, key, f, Entry{})
		r.refused("twice", err, fault.Missing, "account.setup_over")
		if l, err := r.SetupLink(ctx, "http://x"); l != "" || err != nil {
			t.Error("a link though there is an account", l, err)
		}
	})
}

// When the demo loads units and accounts, the administrator still comes in at the top.
func TestSetupWithDemo(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background() // has units and accounts, as the demo leaves them
	key := secret.New()
	r.fine("link", r.DB.Write(ctx, func(tx db.Tx) error {
		return insertLink(ctx, tx, secret.Hash(key), link{purpose: "setup"}, r.Now.Ms()+1000)
	}))
	f := First{Installation: "Tỉnh mẫu", Start: StartDemo, Name: "Quản trị hai", Login: "goc", Password: "sáu con vịt vàng"}
	_, err := r.Setup(ctx, key, f, Entry{})
	r.refused("a login the demo has", err, fault.Invalid, "account.login_taken")
	f.Login = "goc2"
	pass, err := r.Setup(ctx, key, f, Entry{}) // the refused try did not use the link up
	r.fine("set up", err)
	if who := r.whoIs(pass.Session); who.Home() != r.province {
		t.Error("not at the top")
	}
}

func TestLinks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		follow := func(path string) (string, error) {
			pass, _, err := r.FollowLink(ctx, strings.TrimPrefix(path, "/link/"), Entry{})
			return pass.Session, err
		}
		path, err := r.SignInLink(ctx, r.officer.ID, time.Hour, false)
		r.fine("once", err)
		a, err := r.linked(ctx, strings.TrimPrefix(path, "/link/"))
		r.fine("looking does not use it", err)
		if a.Name != "Cán bộ mẫu" || len(a.Grants) != 1 {
			t.Errorf("%+v", a)
		}
		cookie, err := follow(path)
		r.fine("followed", err)
		if r.whoIs(cookie).Account != r.officer.ID {
			t.Error("somebody else came in")
		}
		_, err = follow(path)
		r.refused("a second time", err, fault.Missing, "account.link_over")

		path, _ = r.SignInLink(ctx, r.officer.ID, time.Hour, true)
		for range 3 {
			_, err = follow(path)
			r.fine("again and again", err)
		}
		r.pass(time.Hour)
		_, err = follow(path)
		r.refused("too late", err, fault.Missing, "account.link_over")
		_, err = r.SignInLink(ctx, 12345, time.Hour, false)
		r.refused("nobody's link", err, fault.Missing, "fault.missing")

		old, err := r.NewLink(ctx, r.as(r.admin), r.officer.ID)
		r.fine("for somebody who forgot", err)
		_, err = r.signIn("canbo", r.rootPassword, "")
		r.refused("the password is gone", err, fault.Invalid, "account.wrong")
		path, err = r.NewLink(ctx, r.as(r.admin), r.officer.ID)
		r.fine("another", err)
		_, err = follow(old)
		r.refused("the earlier link ended", err, fault.Missing, "account.link_over")
		pass, fresh, err := r.FollowLink(ctx, strings.TrimPrefix(path, "/link/"), Entry{})
		cookie = pass.Session
		r.fine("followed", err)
		if !fresh {
			t.Error("should choose a password")
		}
		who := r.whoIs(cookie)
		r.fine("without the old one", r.ChangePassword(ctx, who, 0, "", r.otherPassword))
		path, _ = r.NewLink(ctx, r.as(r.admin), r.officer.ID)
		r.fine("disabled", r.Disable(ctx, r.as(r.admin), r.officer.ID, ""))
		_, err = follow(path)
		r.refused("a disabled account", err, fault.Missing, "account.link_over")
	})
}

func TestOwnAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		here, _ := r.signIn("canbo", r.rootPassword, "")
		there, _ := r.signIn("canbo", r.rootPassword, "")
		who := r.whoIs(here)
		at := func(key string) id.ID {
			v, err := r.recognise(ctx, secret.Hash(key), false, r.Now.Ms())
			r.fine("session", err)
			return v.device
		}
		me, err := r.Me(ctx, who)
		r.fine("me", err)
		if me.Devices != 2 || len(me.Grants) != 1 {
			t.Errorf("%+v", me)
		}
		r.Routes()
		r.refused("somebody else's device", r.devices.End(ctx, r.as(r.admin), at(there)), fault.Missing, "fault.missing")
		r.fine("out there", r.devices.End(ctx, who, at(there)))
		if r.whoIs(there).Account != 0 || r.whoIs(here).Account == 0 {
			t.Error("the wrong one was ended")
		}
		there, _ = r.signIn("canbo", r.rootPassword, "")
		r.refused("a wrong old password", r.ChangePassword(ctx, who, at(here), "không phải", r.otherPassword), fault.Invalid, "account.wrong_old")
		r.refused("a short new one", r.ChangePassword(ctx, who, at(here), r.rootPassword, "ngắn"), fault.Invalid, "account.password_short")
		r.fine("changed", r.ChangePassword(ctx, who, at(here), r.rootPassword, r.otherPassword))
		if r.whoIs(there).Account != 0 || r.whoIs(here).Account == 0 {
			t.Error("the other session lives, or this one ended")
		}
		r.fine("language", r.SetLang(ctx, who, "en"))
		if r.whoIs(here).Lang != "en" {
			t.Error("language not kept")
		}
		r.refused("no such language", r.SetLang(ctx, who, "fr"), fault.Invalid, "account.no_lang")
	})
}

func TestTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		who := r.as(r.officer)
		_, err := r.NewToken(ctx, who, id.New(), "thống kê", 30, "không phải")
		r.refused("without the password", err, fault.Invalid, "account.wrong_old")
		row := id.New()
		token, err := r.NewToken(ctx, who, row, "thống kê", 30, r.rootPassword)
		r.fine("made", err)
		if got := r.whoIs(token); got.Account != r.officer.ID || !got.Holds(access.MeetingEdit) || !strings.HasPrefix(token, "qt_") {
			t.Errorf("%s is %+v", token, got)
		}
		_, err = r.NewToken(ctx, who, row, "thống kê", 30, r.rootPassword)
		r.refused("the same form again", err, fault.Conflict, "account.token_twice")
		list, err := r.Tokens(ctx, who)
		if err != nil || len(list) != 1 || list[0].UsedAt == 0 {
			t.Errorf("%+v %v", list, err)
		}
		r.refused("somebody else's", r.EndToken(ctx, r.as(r.admin), list[0].ID), fault.Missing, "fault.missing")
		r.fine("revoked", r.EndToken(ctx, who, list[0].ID))
		if r.whoIs(token).Account != 0 {
			t.Error("a revoked token works")
		}
		r.refused("revoked already", r.EndToken(ctx, who, list[0].ID), fault.Missing, "fault.missing")

		token, err = r.Token(ctx, "CanBo", "dòng lệnh", 1)
		r.fine("on the command line", err)
		r.pass(23 * time.Hour)
		if r.whoIs(token).Account == 0 {
			t.Error("ended too early")
		}
		r.pass(2 * time.Hour)
		if r.whoIs(token).Account != 0 {
			t.Error("an expired token works")
		}
		for says, make := range map[string]func() (string, error){
			"account.no_login": func() (string, error) { return r.Token(ctx, "khongco", "x", 1) },
			"account.bad_days": func() (string, error) { return r.Token(ctx, "canbo", "x", 0) },
			"account.bad_name": func() (string, error) { return r.Token(ctx, "canbo", " ", 1) },
		} {
			if _, err := make(); fault.Key(err) != says {
				t.Errorf("%v, want %s", err, says)
			}
		}
		living, _ := r.Token(ctx, "canbo", "x", 10)
		r.fine("disabled", r.Disable(ctx, r.as(r.admin), r.officer.ID, ""))
		if r.whoIs(living).Account != 0 {
			t.Error("a disabled account's token works")
		}
	})
}
