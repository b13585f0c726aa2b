package account

import (
	"context"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// A keeper cannot take over an account that reaches further, by its password or otherwise.
func TestNoTakingOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r, ctx := newRoom(t, d), context.Background()
		root, keeper := r.as(r.admin), r.as(r.district)
		_, err := r.Grants().Give(ctx, access.System("test"), r.admin.ID, r.right(access.UnitOfficer, r.thuy)) // now in sight of the district
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
		_, err = r.signIn("canbo", password, "")
		r.fine("the new password works", err)
		_, err = r.signIn("canbo", r.rootPassword, "")
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
	})
}
