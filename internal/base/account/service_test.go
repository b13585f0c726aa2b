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
	t                           *testing.T
	clock                       atomic.Int64
	province, thuy, an, cell    id.ID
	admin, district, officer    Account // administrator of the province, of Thủy; officer of Thủy
	member                      id.ID   // person in the cell, card 31.000.014
	outsider                    id.ID   // person in An
	rootPassword, otherPassword string
}

func (r *room) pass(d time.Duration) { r.clock.Add(d.Milliseconds()) }

func newRoom(t *testing.T, d *db.DB) *room {
	t.Helper()
	r := &room{t: t, rootPassword: "sáu con vịt vàng", otherPassword: "bảy con gà trống"}
	r.clock.Store(time.Date(2026, 11, 20, 8, 0, 0, 0, clock.Zone).UnixMilli())
	now := clock.Now(func() time.Time { return clock.From(r.clock.Load()) })
	units := &org.Service{DB: d, Now: now}
	r.Service = &Service{DB: d, Now: now, Cost: Cost{Memory: 64, Passes: 1, Threads: 1}, NewUnit: units.Create}
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
	phc, err := r.hasher().make(context.Background(), password)
	if err == nil {
		err = r.DB.Write(context.Background(), func(tx db.Tx) error { return setPassword(context.Background(), tx, account, phc) })
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) right(role access.Role, unit id.ID) NewGrant {
	return NewGrant{ID: id.New(), Role: role, Unit: unit, From: "2026-01-01"}
}

// as is an actor as the door would know it.
func (r *room) as(a Account) access.Actor {
	r.t.Helper()
	secret, err := r.open(context.Background(), a.ID, "", "", func(db.Tx) error { return nil })
	if err != nil {
		r.t.Fatal(err)
	}
	who := r.whoIs(secret)
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
		secret, err := r.SignIn(ctx, " GỐC ", r.rootPassword, "", "Firefox")
		r.fine("the login is folded", err)
		who := r.whoIs(secret)
		if who.Account != r.admin.ID || who.Name != "Quản trị mẫu" || len(who.Grants) != 1 || !who.Holds(access.AccountEdit) {
			t.Errorf("signed in as %+v", who)
		}
		_, err = r.SignIn(ctx, "goc", "sai mật khẩu rồi", "", "")
		r.refused("a wrong password", err, fault.Invalid, "account.wrong")
		_, err = r.SignIn(ctx, "khongco", "sai mật khẩu rồi", "", "")
		r.refused("an unknown login looks the same", err, fault.Invalid, "account.wrong")
		_, err = r.SignIn(ctx, "", "", "", "")
		r.refused("nothing at all", err, fault.Invalid, "account.wrong")

		m, err := r.Create(ctx, r.as(r.admin), New{ID: id.New(), Login: "mau.014", Card: "31.000.014", Grants: []NewGrant{r.right(access.Member, r.cell)}})
		r.fine("an account for a person", err)
		if m.Name != "Đảng viên mẫu 014" || m.Person != r.member {
			t.Errorf("took %q", m.Name)
		}
		_, err = r.SignIn(ctx, "mau.014", "chưa có mật khẩu", "", "")
		r.refused("an account without password", err, fault.Invalid, "account.wrong")
		r.setPassword(m.ID, r.otherPassword)
		secret, err = r.SignIn(ctx, "31.000.014", r.otherPassword, "", "")
		r.fine("the Party card will do", err)
		if who := r.whoIs(secret); who.Person != r.member || !who.Holds(access.Self) {
			t.Error("the person is not known")
		}
		r.fine("disabled", r.Disable(ctx, r.as(r.admin), m.ID, "chuyển công tác"))
		if r.whoIs(secret).Account != 0 {
			t.Error("a disabled account is still in")
		}
		_, err = r.SignIn(ctx, "mau.014", r.otherPassword, "", "")
		r.refused("a disabled account", err, fault.Denied, "account.disabled")
		r.fine("enabled", r.Enable(ctx, r.as(r.admin), m.ID))
		if r.whoIs(secret).Account != 0 {
			t.Error("an ended session came back")
		}
		_, err = r.SignIn(ctx, "mau.014", r.otherPassword, "", "")
		r.fine("enabled again", err)
	})
}

func TestSlowedPerLogin(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	for _, login := range []string{"goc", "khongco"} { // whether there is such an account is not told
		for range 5 {
			_, err := r.SignIn(ctx, login, "sai mật khẩu rồi", "", "")
			r.refused("wrong", err, fault.Invalid, "account.wrong")
		}
		_, err := r.SignIn(ctx, login, r.rootPassword, "", "")
		r.refused("even the right one has to wait", err, fault.TooMany, "account.slow")
	}
	_, err := r.SignIn(ctx, "thuy", r.rootPassword, "", "")
	r.fine("somebody else at the same address", err)
	r.pass(6 * time.Second)
	_, err = r.SignIn(ctx, "goc", r.rootPassword, "", "")
	r.fine("after the pause", err)
}

func TestSessionsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		secret, err := r.SignIn(ctx, "goc", r.rootPassword, "", "")
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
		secret, err = r.SignIn(ctx, "goc", r.rootPassword, "", "")
		r.fine("in again", err)
		for range 30 * 24 / 10 {
			r.pass(10 * time.Hour)
			r.whoIs(secret)
		}
		r.pass(time.Minute)
		if r.whoIs(secret).Account != 0 {
			t.Error("longer than 30 days")
		}
		first, _ := r.SignIn(ctx, "goc", r.rootPassword, "", "")
		second, err := r.SignIn(ctx, "goc", r.rootPassword, first, "")
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
		secret, err := r.SignIn(ctx, "canbo", r.rootPassword, "", "")
		r.fine("in", err)
		if !r.whoIs(secret).Holds(access.MeetingEdit) {
			t.Fatal("no rights")
		}
		_, err = other.Revoke(ctx, r.as(r.admin), r.officer.Grants[0].ID, "")
		r.fine("revoked elsewhere", err)
		r.pass(time.Second)
		if r.whoIs(secret).Holds(access.MeetingEdit) {
			t.Error("a second later the right is still there")
		}
		a, err := r.Give(ctx, r.as(r.admin), r.officer.ID, r.right(access.Leader, r.thuy))
		r.fine("given here", err)
		if !r.whoIs(secret).Is(access.Leader) {
			t.Error("the new right is not seen at once")
		}
		_, err = r.Revoke(ctx, r.as(r.admin), a.Grants[0].ID, "")
		r.fine("revoked here", err)
		if len(r.whoIs(secret).Grants) != 0 {
			t.Error("the ended right is not gone at once")
		}
	})
}

func TestGrantsHaveDays(t *testing.T) {
	r, ctx := newRoom(t, dbtest.One(t)), context.Background()
	g := NewGrant{ID: id.New(), Role: access.Usher, Unit: r.cell, From: "2026-11-22", To: "2026-11-23"}
	_, err := r.Give(ctx, r.as(r.admin), r.officer.ID, g)
	r.fine("ahead of its day", err)
	for day, want := range map[int]bool{20: false, 22: true, 23: true, 24: false} {
		r.clock.Store(time.Date(2026, 11, day, 9, 0, 0, 0, clock.Zone).UnixMilli())
		if got := r.as(r.officer).Is(access.Usher); got != want {
			t.Errorf("on the %dth: %v", day, got)
		}
	}
	said := Grant{Role: access.UnitOfficer, UnitName: "Huyện ủy Thủy mẫu", From: "2018-06-01", To: "2018-12-31"}.Sentence("vi", "Đảng viên mẫu 014")
	if said != "Đảng viên mẫu 014 là Cán bộ đơn vị tại Huyện ủy Thủy mẫu, từ 01/06/2018 đến 31/12/2018" {
		t.Error(said)
	}
}

func TestScopeOfGrants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		root, keeper, officer := r.as(r.admin), r.as(r.district), r.as(r.officer)
		give := func(who access.Actor, to Account, role access.Role, unit id.ID) error {
			_, err := r.Give(ctx, who, to.ID, r.right(role, unit))
			return err
		}
		r.refused("a unit officer makes no administrator", give(officer, r.officer, access.Administrator, r.thuy), fault.Missing, "fault.missing")
		r.refused("nor an usher: accounts are not theirs", give(officer, r.district, access.Usher, r.cell), fault.Missing, "fault.missing")
		r.refused("a district keeper gives nothing above", give(keeper, r.officer, access.UnitOfficer, r.province), fault.Missing, "fault.missing")
		r.refused("nor beside", give(keeper, r.officer, access.UnitOfficer, r.an), fault.Missing, "fault.missing")
		r.refused("nor at no unit", give(keeper, r.officer, access.UnitOfficer, 12345), fault.Missing, "fault.missing")
		r.refused("nor to an account out of sight", give(keeper, r.admin, access.UnitOfficer, r.thuy), fault.Missing, "fault.missing")
		r.refused("nor a role that does not exist", give(keeper, r.officer, "king", r.thuy), fault.Invalid, "account.no_role")
		r.fine("but below, yes", give(keeper, r.officer, access.Secretary, r.cell))
		r.refused("not twice in the same days", give(keeper, r.officer, access.Secretary, r.cell), fault.Conflict, "account.grant_twice")

		g := r.right(access.Usher, r.cell)
		for range 2 { // the same form sent twice
			_, err := r.Give(ctx, keeper, r.officer.ID, g)
			r.fine("given", err)
		}
		a, err := r.Show(ctx, keeper, r.officer.ID)
		r.fine("shown", err)
		if len(a.Grants) != 3 {
			t.Errorf("%d grants", len(a.Grants))
		}
		_, err = r.Revoke(ctx, keeper, r.admin.Grants[0].ID, "")
		r.refused("a right above is not there to be ended", err, fault.Missing, "fault.missing")
		_, err = r.Revoke(ctx, officer, g.ID, "")
		r.refused("who keeps no accounts ends no right", err, fault.Denied, "access.denied")
		_, err = r.Revoke(ctx, root, r.admin.Grants[0].ID, "")
		r.refused("one's own chair", err, fault.Conflict, "account.own_grant")
		_, err = r.Revoke(ctx, root, g.ID, "hết nhiệm vụ")
		r.fine("from above", err)
		_, err = r.Revoke(ctx, root, g.ID, "")
		r.refused("ended already", err, fault.Missing, "fault.missing")
	})
}

// A keeper cannot take over an account that reaches further, by its password or otherwise.
func TestNoTakingOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		root, keeper := r.as(r.admin), r.as(r.district)
		_, err := r.Give(ctx, root, r.admin.ID, r.right(access.UnitOfficer, r.thuy)) // now in sight of the district
		r.fine("a post in the district", err)
		a, err := r.Show(ctx, keeper, r.admin.ID)
		r.fine("seen", err)
		if len(a.Grants) != 1 || a.Grants[0].Role != access.UnitOfficer {
			t.Errorf("the keeper sees rights outside: %+v", a.Grants)
		}
		_, err = r.NewPassword(ctx, keeper, r.admin.ID)
		r.refused("new password", err, fault.Denied, "account.wider")
		_, err = r.NewLink(ctx, keeper, r.admin.ID)
		r.refused("new link", err, fault.Denied, "account.wider")
		r.refused("disable", r.Disable(ctx, keeper, r.admin.ID, ""), fault.Denied, "account.wider")

		m, err := r.Create(ctx, root, New{ID: id.New(), Login: "mau.015", Person: r.outsider, Grants: []NewGrant{r.right(access.Usher, r.cell)}})
		r.fine("somebody of another district helps out", err)
		_, err = r.NewPassword(ctx, keeper, m.ID)
		r.refused("not one's own person", err, fault.Denied, "account.wider")

		password, err := r.NewPassword(ctx, keeper, r.officer.ID)
		r.fine("one's own officer", err)
		_, err = r.SignIn(ctx, "canbo", password, "", "")
		r.fine("the new password works", err)
		_, err = r.SignIn(ctx, "canbo", r.rootPassword, "", "")
		r.refused("the old one does not", err, fault.Invalid, "account.wrong")
		r.refused("not oneself", r.Disable(ctx, keeper, r.district.ID, ""), fault.Conflict, "account.own_account")
		_, err = r.NewPassword(ctx, keeper, r.district.ID)
		r.refused("nor one's own password here", err, fault.Conflict, "account.own_password")
		r.refused("an account out of sight", r.Disable(ctx, r.as(m), r.officer.ID, ""), fault.Missing, "fault.missing")
	})
}

func TestCreating(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		keeper := r.as(r.district)
		in := New{ID: id.New(), Login: "Mẫu.020", Name: "Đảng viên mẫu 020", Grants: []NewGrant{r.right(access.Secretary, r.cell)}}
		a, err := r.Create(ctx, keeper, in)
		r.fine("made", err)
		again, err := r.Create(ctx, keeper, in)
		r.fine("sent twice", err)
		if a.ID != again.ID || a.Login != "mau.020" || len(again.Grants) != 1 {
			t.Errorf("%+v %+v", a, again)
		}
		_, err = r.Create(ctx, r.as(r.admin), in)
		r.refused("the same id from somebody else", err, fault.Conflict, "account.twice")
		for _, row := range []struct {
			says string
			in   New
			kind fault.Kind
			key  string
		}{
			{"a taken login", New{Login: "canbo", Name: "X", Grants: []NewGrant{r.right(access.Usher, r.cell)}}, fault.Invalid, "account.login_taken"},
			{"no name", New{Login: "mau.021", Grants: []NewGrant{r.right(access.Usher, r.cell)}}, fault.Invalid, "account.bad_name"},
			{"a name with control characters", New{Login: "mau.021", Name: "a\x00b", Grants: []NewGrant{r.right(access.Usher, r.cell)}}, fault.Invalid, "account.bad_name"},
			{"a long name", New{Login: "mau.021", Name: strings.Repeat("â", 201), Grants: []NewGrant{r.right(access.Usher, r.cell)}}, fault.Invalid, "account.bad_name"},
			{"no right", New{Login: "mau.021", Name: "X"}, fault.Invalid, "account.needs_grant"},
			{"a person of another district", New{Login: "mau.021", Card: "31.000.015", Grants: []NewGrant{r.right(access.Usher, r.cell)}}, fault.Invalid, "account.no_person"},
			{"a right elsewhere", New{Login: "mau.021", Name: "X", Grants: []NewGrant{r.right(access.Usher, r.an)}}, fault.Missing, "fault.missing"},
		} {
			row.in.ID = id.New()
			_, err := r.Create(ctx, keeper, row.in)
			r.refused(row.says, err, row.kind, row.key)
		}
		rows, total, err := r.List(ctx, keeper, Filter{})
		r.fine("listed", err)
		if total != 3 || len(rows.Items) != 3 { // thuy, canbo, mau.020; nothing half made
			t.Errorf("%d accounts", total)
		}
		for q, want := range map[string]int64{"can bo": 1, "MẪU 020": 1, "%": 0, "goc": 0, "mau": 3} {
			if _, n, err := r.List(ctx, keeper, Filter{Text: q}); n != want || err != nil {
				t.Errorf("search %q finds %d, %v", q, n, err)
			}
		}
		if _, n, err := r.List(ctx, r.as(r.officer), Filter{}); n != 0 || err != nil {
			t.Errorf("an officer sees %d accounts, %v", n, err)
		}
		one, _, err := r.List(ctx, keeper, Filter{Page: db.Page{Limit: 2}})
		r.fine("first piece", err)
		two, _, err := r.List(ctx, keeper, Filter{Page: db.Page{Limit: 2, After: one.Next}})
		r.fine("second piece", err)
		if len(one.Items) != 2 || len(two.Items) != 1 || two.Next != "" || two.Items[0].ID == one.Items[1].ID {
			t.Error("pieces do not join")
		}
		_, err = r.UnitAt(ctx, keeper, "HP1C · Chi bộ mẫu 07")
		r.fine("unit from the list", err)
		if u, err := r.UnitAt(ctx, keeper, "chi bo mau 07"); err != nil || u != r.cell {
			t.Error("unit by name", u, err)
		}
		_, err = r.UnitAt(ctx, keeper, "HP2")
		r.refused("a unit outside", err, fault.Invalid, "account.no_unit")
		_, err = r.UnitAt(ctx, keeper, "mau")
		r.refused("a name of several", err, fault.Invalid, "account.many_units")
	})
}
