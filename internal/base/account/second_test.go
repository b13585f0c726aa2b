package account

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// at is who the door sees at a path.
func (r *room) at(secret, path string) access.Actor {
	r.t.Helper()
	req := httptest.NewRequest("GET", path, nil)
	req.AddCookie(&http.Cookie{Name: cookieName, Value: secret})
	who, err := r.WhoIs(req)
	r.fine("who is it", err)
	return who
}

// session is the row of a session's secret.
func (r *room) session(secret string) id.ID {
	r.t.Helper()
	req := httptest.NewRequest("GET", "/me/factors", nil)
	req.AddCookie(&http.Cookie{Name: cookieName, Value: secret})
	return r.visit(req).Session
}

// phone is an authenticator app.
type phone struct {
	r      *room
	secret string
}

func (p phone) code() string {
	c, err := totp.GenerateCode(p.secret, p.r.Now())
	p.r.fine("code", err)
	return c
}

// addPhone gives an account an app, from a session of it.
func (r *room) addPhone(secret string) (phone, []string) {
	r.t.Helper()
	who := r.at(secret, "/me/factors")
	o, err := r.Factor().OfferTOTP(context.Background(), who)
	r.fine("offer", err)
	p := phone{r, strings.ReplaceAll(o.Secret, " ", "")}
	codes, err := r.Factor().AddTOTP(context.Background(), who, r.session(secret), o.Ticket, p.code())
	r.fine("added", err)
	r.pass(time.Minute) // its first code is used up
	return p, codes
}

func TestSecondStepRequired(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		r.factorRequired(true)
		elsewhere, err := r.signIn("canbo", r.rootPassword, "")
		r.fine("in by password", err)
		secret, err := r.signIn("canbo", r.rootPassword, "")
		r.fine("in by password", err)
		for _, path := range []string{"/", "/me", "/me/devices", "/me/tokens", "/units", "/accounts", "/api/v1/me", "/me/factor", "/ME/FACTORS"} {
			if r.at(secret, path).Account != 0 {
				t.Errorf("%s opens without a second step", path)
			}
		}
		if who := r.at(secret, "/me/factors"); who.Account != r.officer.ID || len(who.Grants) != 0 || who.Person != 0 {
			t.Errorf("the page where it is added: %+v", who)
		}
		_, err = r.Token(ctx, "canbo", "số liệu", 3)
		r.refused("no token either", err, fault.Conflict, "account.token_factor")

		_, codes := r.addPhone(secret)
		if len(codes) != 10 || !r.at(secret, "/units").Holds(access.UnitRead) {
			t.Error("not let in with the second step", len(codes))
		}
		if r.at(elsewhere, "/me/factors").Account != 0 {
			t.Error("a session without it lives on elsewhere")
		}
		key, err := r.Token(ctx, "canbo", "số liệu", 3)
		r.fine("a token", err)
		if !r.whoIs(key).Holds(access.UnitRead) {
			t.Error("the token opens nothing")
		}
		if r.at(r.secret(r.admin), "/accounts").Account != 0 {
			t.Error("who keeps accounts needs none")
		}
		r.factorRequired(false)
		m, err := r.Create(ctx, r.as(r.admin), New{ID: id.New(), Login: "mau.014", Person: r.member, Grants: []NewGrant{r.right(access.Member, r.cell)}})
		r.fine("a member", err)
		r.factorRequired(true)
		if !r.at(r.secret(m), "/").Holds(access.Self) {
			t.Error("members need none")
		}
	})
}

func TestSecondStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		own, codes := r.addPhone(r.secret(r.officer))
		other, _ := r.addPhone(r.secret(r.admin))
		begin := func() string {
			t.Helper()
			pass, err := r.SignIn(ctx, "canbo", r.rootPassword, Entry{})
			r.fine("password", err)
			if pass.Session != "" || pass.Second == "" {
				t.Fatalf("let in by the password alone: %+v", pass)
			}
			return pass.Second
		}
		prove := func(ticket, code string) (Pass, error) {
			return r.Second(ctx, ticket, factor.Proof{Code: code}, Entry{})
		}
		ticket, code := begin(), own.code()
		pass, err := prove(ticket, " "+code[:3]+" "+code[3:])
		r.fine("the code, with spaces", err)
		if r.whoIs(pass.Session).Account != r.officer.ID {
			t.Error("not in")
		}
		_, err = prove(ticket, code)
		r.refused("the same code again", err, fault.Invalid, "factor.code_wrong")
		r.pass(30 * time.Second)
		early, err := totp.GenerateCode(own.secret, r.Now().Add(30*time.Second))
		r.fine("code", err)
		_, err = prove(ticket, early)
		r.fine("a phone whose clock is fast", err)
		_, err = prove(ticket, own.code())
		r.refused("an older code after it", err, fault.Invalid, "factor.code_wrong")
		r.pass(5 * time.Minute)
		_, err = prove(ticket, code)
		r.refused("a code of long ago", err, fault.Invalid, "factor.code_wrong")
		_, err = prove(ticket, other.code())
		r.refused("somebody else's code", err, fault.Invalid, "factor.code_wrong")
		_, err = prove(begin(), strings.ToUpper(codes[3]))
		r.fine("a code on paper", err)
		_, err = prove(begin(), codes[3])
		r.refused("used up", err, fault.Invalid, "factor.code_wrong")

		r.pass(time.Hour)
		for _, bad := range []string{"", "x", "000000", "12345", "1234567", "１２３４５６", strings.Repeat("1", 5000), "\x00", "abcd-efgh-jkmn", "' or 1=1"} {
			_, err := prove(begin(), bad)
			if fault.Of(err) != fault.Invalid && fault.Of(err) != fault.TooMany || err == nil {
				t.Errorf("%.20q: %v", bad, err)
			}
		}
		_, err = prove(begin(), own.code())
		r.refused("guessing slows the second step", err, fault.TooMany, "account.slow")
		r.pass(10 * time.Minute)
		late := begin()
		r.pass(secondFor)
		_, err = prove(late, own.code())
		r.refused("too late", err, fault.Missing, "account.second_late")
		for _, forged := range []string{"", "x", late[:20] + "A" + late[21:], strings.Repeat("a", 100_000)} {
			_, err = prove(forged, own.code())
			r.refused("a forged ticket", err, fault.Missing, "account.second_late")
		}
		ticket = begin()
		r.setPassword(r.officer.ID, r.otherPassword)
		_, err = prove(ticket, own.code())
		r.refused("the password was changed meanwhile", err, fault.Invalid, "account.wrong")
	})
}

// Whoever has the password and a device that the account knows guesses no codes by signing in again between two.
func TestPasswordClearsNoSecondStep(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	own, _ := r.addPhone(r.secret(r.officer))
	begin := func(dev string) Pass {
		t.Helper()
		pass, err := r.SignIn(ctx, "canbo", r.rootPassword, Entry{Device: dev})
		r.fine("password", err)
		return pass
	}
	in, err := r.Second(ctx, begin("").Second, factor.Proof{Code: own.code()}, Entry{})
	r.fine("the owner", err)
	dev := in.Device
	if dev == "" {
		t.Fatal("the device is not known")
	}
	r.pass(time.Hour)
	slow := false
	for range 12 {
		_, err := r.Second(ctx, begin(dev).Second, factor.Proof{Code: "000000"}, Entry{Device: dev})
		slow = slow || fault.Of(err) == fault.TooMany
	}
	if !slow {
		t.Error("twelve wrong codes, each after the right password, and nothing slows down")
	}
}

// A link that an administrator hands out replaces the password, not the second step; and it is
// used up only with it.
func TestLinkAsksForTheSecondStep(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	own, _ := r.addPhone(r.secret(r.officer))
	path, err := r.NewLink(ctx, r.as(r.admin), r.officer.ID)
	r.fine("link", err)
	key := strings.TrimPrefix(path, "/link/")
	pass, _, err := r.FollowLink(ctx, key, Entry{})
	r.fine("followed", err)
	if pass.Session != "" || pass.Second == "" {
		t.Fatal("the link alone opens")
	}
	_, err = r.Second(ctx, pass.Second, factor.Proof{Code: own.code()}, Entry{})
	r.fine("with the code", err)
	_, _, err = r.FollowLink(ctx, key, Entry{})
	r.refused("used up", err, fault.Missing, "account.link_over")
}

// What came in by the password alone ends when the second step begins: also API tokens.
func TestFirstFactorEndsTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		key, err := r.Token(ctx, "canbo", "số liệu", 3)
		r.fine("a token before", err)
		r.addPhone(r.secret(r.officer))
		if r.whoIs(key).Account != 0 {
			t.Error("a token made without the second step lives on")
		}
		key, err = r.Token(ctx, "canbo", "số liệu", 3)
		r.fine("a token after", err)
		if r.whoIs(key).Account == 0 {
			t.Error("a token made with it does not")
		}
	})
}

// A keeper's new link or password shuts every other way in: tokens and identities elsewhere too.
func TestNewLinkEndsOtherWays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		key, err := r.Token(ctx, "canbo", "số liệu", 3)
		r.fine("a token", err)
		r.fine("an identity elsewhere", r.DB.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into account_outside (issuer, subject, account, linked_at) values ('https://mau.example', 'x', $1, 0)`, r.officer.ID)
			return err
		}))
		_, err = r.NewLink(ctx, r.as(r.admin), r.officer.ID)
		r.fine("a link", err)
		if r.whoIs(key).Account != 0 || r.count(`select count(*) from account_outside`) != 0 {
			t.Error("another way in is left open")
		}
	})
}

func TestReset(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		second := r.account("quantri.hai", "Quản trị hai mẫu", access.Administrator, r.province)
		secret := r.secret(r.officer)
		own, codes := r.addPhone(secret)
		f, one, two := r.Factor(), r.as(r.admin), r.as(second)
		bare, row := r.account("canbo.ba", "Cán bộ ba mẫu", access.UnitOfficer, r.thuy), id.New()
		r.refused("without a reason", f.AskReset(ctx, one, row, r.officer.ID, " "), fault.Invalid, "factor.needs_why")
		r.refused("of who has none", f.AskReset(ctx, one, row, bare.ID, "mất máy"), fault.Conflict, "factor.nothing_to_reset")
		for range 2 {
			r.fine("asked", f.AskReset(ctx, one, row, r.officer.ID, "mất máy"))
		}
		r.refused("asked by another too", f.AskReset(ctx, two, id.New(), r.officer.ID, "mất máy"), fault.Conflict, "factor.reset_open")
		r.refused("below the account", f.AskReset(ctx, r.at(secret, "/"), id.New(), r.admin.ID, "x"), fault.Missing, "fault.missing")
		_, err := f.Confirm(ctx, one, row)
		r.refused("the same person confirms", err, fault.Denied, "factor.second_person")
		_, err = f.Confirm(ctx, two, id.New())
		r.refused("nothing to confirm", err, fault.Missing, "fault.missing")
		if r.whoIs(secret).Account == 0 {
			t.Error("asking alone ends nothing")
		}
		_, err = f.Confirm(ctx, two, row)
		r.fine("a second person", err)
		if r.whoIs(secret).Account != 0 {
			t.Error("still in")
		}
		_, err = f.Confirm(ctx, two, row)
		r.refused("twice", err, fault.Missing, "fault.missing")
		r.pass(time.Minute)
		pass, err := r.SignIn(ctx, "canbo", r.rootPassword, Entry{})
		r.fine("the password is enough to begin anew", err)
		if pass.Second != "" {
			t.Error("still asked for the lost phone", own, codes)
		}
		n := r.count(`select count(*) from audit_entry where action in ('account.reset_ask', 'account.reset_factor') and why = 'mất máy'`)
		if n != 2 {
			t.Errorf("%d lines in the log", n)
		}
	})
}

func (r *room) count(query string) (n int64) {
	r.t.Helper()
	r.fine("count", r.DB.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = db.One(context.Background(), tx, db.Value[int64], query)
		return err
	}))
	return n
}

func TestSecretsAreSealed(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	own, codes := r.addPhone(r.secret(r.officer))
	r.fine("read", r.DB.Read(ctx, func(tx db.Tx) error {
		sealed, err := db.One(ctx, tx, db.Value[[]byte], `select secret from account_totp`)
		if strings.Contains(string(sealed), own.secret) || len(sealed) < 40 {
			t.Error("the secret lies open")
		}
		hash, err2 := db.All(ctx, tx, db.Value[string], `select hash from account_recovery`)
		if len(hash) != 10 || strings.Contains(strings.Join(hash, " "), codes[0]) {
			t.Error("codes lie open")
		}
		return cmpErr(err, err2)
	}))
}

func TestOwnFactors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		secret := r.secret(r.officer)
		r.addPhone(secret)
		f, who := r.Factor(), r.at(secret, "/")
		r.refused("the last one of who needs one", f.RemoveTOTP(ctx, who, true), fault.Conflict, "factor.last_one")
		r.refused("a passkey that is not there", f.RemovePasskey(ctx, who, id.New(), false), fault.Missing, "fault.missing")
		r.refused("named", f.Rename(ctx, who, id.New(), "x"), fault.Missing, "fault.missing")
		r.refused("a long name", f.Rename(ctx, who, id.New(), strings.Repeat("â", 61)), fault.Invalid, "factor.bad_name")
		list, err := f.NewCodes(ctx, who)
		r.fine("new codes", err)
		if held, err := f.Of(ctx, who.Account); err != nil || held.Codes != len(list) || held.TOTP == 0 {
			t.Errorf("%+v %v", held, err)
		}
		r.fine("removed", f.RemoveTOTP(ctx, who, false))
		_, err = f.NewCodes(ctx, who)
		r.refused("codes without a step", err, fault.Conflict, "factor.codes_later")
		if held, err := f.Of(ctx, who.Account); err != nil || held.Any() || held.Codes != 0 {
			t.Errorf("%+v %v", held, err)
		}
		o, err := f.OfferTOTP(ctx, who)
		r.fine("offer", err)
		_, err = f.AddTOTP(ctx, r.as(r.admin), 0, o.Ticket, "123456")
		r.refused("somebody else's offer", err, fault.Invalid, "factor.offer_late")
		r.pass(31 * time.Minute)
		_, err = f.AddTOTP(ctx, who, 0, o.Ticket, "123456")
		r.refused("an old offer", err, fault.Invalid, "factor.offer_late")
	})
}

// Another app in the place of the old one, or a factor less: what a kept device had proven is forgotten.
func TestChangedFactorIsAskedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		old, _ := r.addPhone(r.secret(r.officer))
		in := func(dev string) Pass {
			t.Helper()
			pass, err := r.SignIn(ctx, "canbo", r.rootPassword, Entry{Keep: true, Device: dev})
			r.fine("password", err)
			return pass
		}
		step := func(p Pass, code string) Pass {
			t.Helper()
			pass, err := r.Second(ctx, p.Second, factor.Proof{Code: code}, Entry{})
			r.fine("second step", err)
			r.pass(time.Minute)
			return pass
		}
		kept := step(in(""), old.code())
		if in(kept.Device).Session == "" {
			t.Fatal("a kept device is asked")
		}
		other := step(in(""), old.code()) // on another device
		fresh, _ := r.addPhone(other.Session)
		pass := in(kept.Device)
		if pass.Second == "" {
			t.Fatal("another app, and nobody is asked for it")
		}
		r.pass(time.Minute)
		pass, err := r.Second(ctx, pass.Second, factor.Proof{Code: fresh.code()}, Entry{Device: kept.Device})
		r.fine("the new app", err)
		if pass = in(kept.Device); pass.Session == "" {
			t.Error("a device that proved the new app is asked again")
		}
	})
}

// Who was recognised outside and is about to take the second step comes in no more once the tie is cut.
func TestCutTieEndsTheSecondStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		own, _ := r.addPhone(r.secret(r.officer))
		of := Outside{Issuer: "https://mau.example", Subject: "mau-001"}
		do := func(q string, args ...any) {
			t.Helper()
			r.fine(q, d.Write(ctx, func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, q, args...)
				return err
			}))
		}
		do(`insert into account_outside (issuer, subject, account, linked_at) values ($1, $2, $3, 0)`, of.Issuer, of.Subject, r.officer.ID)
		enter := func() Pass {
			t.Helper()
			pass, err := r.Enter(ctx, r.officer.ID, of, Entry{})
			r.fine("recognised", err)
			if pass.Second == "" {
				t.Fatal("the second step is not asked for")
			}
			return pass
		}
		first, late := enter(), enter()
		_, err := r.Second(ctx, first.Second, factor.Proof{Code: own.code()}, Entry{})
		r.fine("while it is tied", err)
		r.pass(time.Minute)
		do(`delete from account_outside`)
		_, err = r.Second(ctx, late.Second, factor.Proof{Code: own.code()}, Entry{})
		r.refused("after the tie is cut", err, fault.Missing, "account.link_over")
	})
}
