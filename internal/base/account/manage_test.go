package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

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
