package account

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/password"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// room is a service over a small tree: the province, two districts, a cell below the first.
type room struct {
	*Service
	t                           testing.TB
	clock                       atomic.Int64
	province, thuy, an, cell    id.ID
	admin, district, officer    Account // administrator of the province, of Thủy; officer of Thủy
	member                      id.ID   // person in the cell, card 31.000.014
	outsider                    id.ID   // person in An
	rootPassword, otherPassword string
}

func (r *room) pass(d time.Duration) { r.clock.Add(d.Milliseconds()) }

func newRoom(t testing.TB, d *db.DB) *room {
	t.Helper()
	r := &room{t: t, rootPassword: "sáu con vịt vàng", otherPassword: "bảy con gà trống"}
	r.clock.Store(time.Date(2026, 11, 20, 8, 0, 0, 0, clock.Zone).UnixMilli())
	now := clock.Now(func() time.Time { return clock.From(r.clock.Load()) })
	units := &org.Service{DB: d, Now: now}
	r.Service = &Service{DB: d, Now: now, Cost: password.Cost{Memory: 64, Passes: 1, Threads: 1}, NewUnit: units.Create}
	r.factorRequired(false)
	r.province = r.unit(units, "HP", "province", "Đảng bộ thành phố mẫu", 0)
	r.thuy = r.unit(units, "HP1", "equivalent", "Đảng bộ huyện Thủy mẫu", r.province)
	r.an = r.unit(units, "HP2", "equivalent", "Đảng bộ huyện An mẫu", r.province)
	r.cell = r.unit(units, "HP1C", "cell", "Chi bộ mẫu 07", r.thuy)
	r.member, r.outsider = r.person("Đảng viên mẫu 014", "31.000.014", r.cell), r.person("Đảng viên mẫu 015", "31.000.015", r.an)
	r.admin = r.account("goc", "Quản trị mẫu", access.Administrator, r.province)
	r.district = r.account("thuy", "Quản trị Thủy mẫu", access.Administrator, r.thuy)
	r.officer = r.account("canbo", "Cán bộ mẫu", access.UnitOfficer, r.thuy)
	return r
}

// factorRequired sets whether everybody above member needs a second step.
func (r *room) factorRequired(on bool) {
	r.t.Helper()
	r.fine("setting", r.DB.Write(context.Background(), func(tx db.Tx) error {
		return FactorRequired.Put(context.Background(), tx, 0, "2018-01-01", on, "", r.Now.Ms(), 0)
	}))
	r.Forget()
}

// signIn gives the secret of the session that a password opens.
func (r *room) signIn(login, typed, old string) (string, error) {
	pass, err := r.SignIn(context.Background(), login, typed, Entry{Old: old})
	return pass.Session, err
}

func (r *room) unit(units *org.Service, code, level, name string, parent id.ID) id.ID {
	r.t.Helper()
	u, err := units.Create(context.Background(), access.System("test"), org.Unit{ID: id.New(), Code: code, Level: level, Name: name, Parent: parent})
	if err != nil {
		r.t.Fatal(err)
	}
	return u.ID
}

func (r *room) person(name, card string, unit id.ID) id.ID {
	r.t.Helper()
	p := id.New()
	err := r.DB.Write(context.Background(), func(tx db.Tx) error {
		_, err := tx.ExecContext(context.Background(), `insert into person (id, member_no, name, folded, name_key, kind, unit, created_at)
			values ($1, $2, $3, '', '', 'official', $4, 1)`, p, card, name, unit)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

func (r *room) account(login, name string, role access.Role, unit id.ID) Account {
	r.t.Helper()
	a, err := r.Create(context.Background(), access.System("test"), New{ID: id.New(), Login: login, Name: name, Grants: []NewGrant{r.right(role, unit)}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.setPassword(a.ID, r.rootPassword)
	return a
}

func (r *room) setPassword(account id.ID, password string) {
	r.t.Helper()
	phc, err := r.hasher().Make(context.Background(), password)
	r.fine("hash", err)
	r.keepPassword(account, phc)
}

func (r *room) keepPassword(account id.ID, phc string) {
	r.t.Helper()
	r.fine("password", r.DB.Write(context.Background(), func(tx db.Tx) error { return setPassword(context.Background(), tx, account, phc) }))
}

func (r *room) right(role access.Role, unit id.ID) NewGrant {
	return NewGrant{ID: id.New(), Role: role, Unit: unit, From: "2026-01-01"}
}

// as is an actor as the door would know it.
func (r *room) as(a Account) access.Actor {
	r.t.Helper()
	who := r.whoIs(r.secret(a))
	if who.Account != a.ID {
		r.t.Fatal("not recognised")
	}
	return who
}

func (r *room) whoIs(secret string) access.Actor {
	r.t.Helper()
	req := httptest.NewRequest("GET", "/", nil)
	if strings.HasPrefix(secret, tokenPrefix) {
		req.Header.Set("Authorization", "Bearer "+secret)
	} else {
		req.AddCookie(&http.Cookie{Name: cookieName, Value: secret})
	}
	who, err := r.WhoIs(req)
	if err != nil {
		r.t.Fatal(err)
	}
	if session := who.Account != 0 && !strings.HasPrefix(secret, tokenPrefix); session != (who.Until > r.Now.Ms()) {
		r.t.Errorf("a session lasts until %d", who.Until)
	}
	return who
}

// refused expects a fault with a key.
func (r *room) refused(says string, err error, kind fault.Kind, key string) {
	r.t.Helper()
	if fault.Of(err) != kind || fault.Key(err) != key || err == nil {
		r.t.Errorf("%s: got %v, want %s", says, err, key)
	}
}

func (r *room) fine(says string, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%s: %v", says, err)
	}
}

func TestSigningIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		secret, err := r.signIn(" GỐC ", r.rootPassword, "")
		r.fine("the login is folded", err)
		who := r.whoIs(secret)
		if who.Account != r.admin.ID || who.Name != "Quản trị mẫu" || len(who.Grants) != 1 || !who.Holds(access.AccountEdit) {
			t.Errorf("signed in as %+v", who)
		}
		_, err = r.signIn("goc", "sai mật khẩu rồi", "")
		r.refused("a wrong password", err, fault.Invalid, "account.wrong")
		_, err = r.signIn("khongco", "sai mật khẩu rồi", "")
		r.refused("an unknown login looks the same", err, fault.Invalid, "account.wrong")
		_, err = r.signIn("", "", "")
		r.refused("nothing at all", err, fault.Invalid, "account.wrong")

		m, err := r.Create(ctx, r.as(r.admin), New{ID: id.New(), Login: "mau.014", Card: "31.000.014", Grants: []NewGrant{r.right(access.Member, r.cell)}})
		r.fine("an account for a person", err)
		if m.Name != "Đảng viên mẫu 014" || m.Person != r.member {
			t.Errorf("took %q", m.Name)
		}
		_, err = r.signIn("mau.014", "chưa có mật khẩu", "")
		r.refused("an account without password", err, fault.Invalid, "account.wrong")
		r.setPassword(m.ID, r.otherPassword)
		secret, err = r.signIn("31.000.014", r.otherPassword, "")
		r.fine("the Party card will do", err)
		if who := r.whoIs(secret); who.Person != r.member || !who.Holds(access.Self) {
			t.Error("the person is not known")
		}
		r.fine("disabled", r.Disable(ctx, r.as(r.admin), m.ID, "chuyển công tác"))
		if r.whoIs(secret).Account != 0 {
			t.Error("a disabled account is still in")
		}
		_, err = r.signIn("mau.014", r.otherPassword, "")
		r.refused("a disabled account", err, fault.Denied, "account.disabled")
		r.fine("enabled", r.Enable(ctx, r.as(r.admin), m.ID))
		if r.whoIs(secret).Account != 0 {
			t.Error("an ended session came back")
		}
		_, err = r.signIn("mau.014", r.otherPassword, "")
		r.fine("enabled again", err)
	})
}

func TestSlowedPerLogin(t *testing.T) {
	r := newRoom(t, dbtest.One(t))
	for _, login := range []string{"goc", "khongco"} { // whether there is such an account is not told
		for range 5 {
			_, err := r.signIn(login, "sai mật khẩu rồi", "")
			r.refused("wrong", err, fault.Invalid, "account.wrong")
		}
		_, err := r.signIn(login, r.rootPassword, "")
		r.refused("even the right one has to wait", err, fault.TooMany, "account.slow")
	}
	_, err := r.signIn("thuy", r.rootPassword, "")
	r.fine("somebody else at the same address", err)
	r.pass(6 * time.Second)
	_, err = r.signIn("goc", r.rootPassword, "")
	r.fine("after the pause", err)
}

func TestSessionsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		secret, err := r.signIn("goc", r.rootPassword, "")
		r.fine("in", err)
		r.pass(11 * time.Hour)
		if r.whoIs(secret).Account == 0 {
			t.Fatal("gone before 12 idle hours")
		}
		r.pass(11 * time.Hour)
		if r.whoIs(secret).Account == 0 {
			t.Fatal("the visit did not prolong it")
		}
		r.pass(12*time.Hour + time.Second)
		if r.whoIs(secret).Account != 0 {
			t.Error("idle for 12 hours and still in")
		}
		secret, err = r.signIn("goc", r.rootPassword, "")
		r.fine("in again", err)
		for range 30 * 24 / 10 {
			r.pass(10 * time.Hour)
			r.whoIs(secret)
		}
		r.pass(time.Minute)
		if r.whoIs(secret).Account != 0 {
			t.Error("longer than 30 days")
		}
		first, _ := r.signIn("goc", r.rootPassword, "")
		second, err := r.signIn("goc", r.rootPassword, first)
		r.fine("signed in over a session", err)
		if r.whoIs(first).Account != 0 || r.whoIs(second).Account == 0 {
			t.Error("the replaced session lives")
		}
		r.fine("out", r.SignOut(ctx, second))
		if r.whoIs(second).Account != 0 {
			t.Error("signed out and still in")
		}
		for _, s := range []string{"", "x", strings.Repeat("a", 5000), "qt_", "' or 1=1 --"} {
			if r.whoIs(s).Account != 0 {
				t.Errorf("%q is somebody", s)
			}
		}
	})
}

// What another process changes is known within a second; what this one changes, at once.
func TestRevokingActsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		other := &Service{DB: d, Now: r.Now, Cost: r.Cost}
		secret, err := r.signIn("canbo", r.rootPassword, "")
		r.fine("in", err)
		if !r.whoIs(secret).Holds(access.MeetingEdit) {
			t.Fatal("no rights")
		}
		_, err = other.Grants().Revoke(ctx, r.as(r.admin), r.officer.Grants[0].ID, "hết nhiệm vụ")
		r.fine("revoked elsewhere", err)
		r.pass(time.Second)
		if r.whoIs(secret).Holds(access.MeetingEdit) {
			t.Error("a second later the right is still there")
		}
		secret, err = r.signIn("canbo", r.rootPassword, "")
		r.fine("in again", err)
		g, err := r.Grants().Give(ctx, r.as(r.admin), r.officer.ID, r.right(access.Leader, r.thuy))
		r.fine("given here", err)
		if !r.whoIs(secret).Is(access.Leader) {
			t.Error("the new right is not seen at once")
		}
		_, err = r.Grants().Revoke(ctx, r.as(r.admin), g.ID, "hết nhiệm vụ")
		r.fine("revoked here", err)
		if len(r.whoIs(secret).Grants) != 0 {
			t.Error("the ended right is not gone at once")
		}
	})
}
