package person

import (
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestStraight(t *testing.T) {
	home := Membership{Unit: 1, From: "2020-01-01", To: "2024-12-31", Home: true}
	for _, c := range []struct {
		say  string
		m    Membership
		want string
	}{
		{"the next home begins the day after", Membership{2, "2025-01-01", "", true}, ""},
		{"two homes share no day", Membership{2, "2024-12-31", "", true}, "person.two_homes"},
		{"not inside either", Membership{2, "2021-01-01", "2021-01-31", true}, "person.two_homes"},
		{"a further unit may be at any time", Membership{2, "2021-01-01", "", false}, ""},
		{"but never the same unit twice on a day", Membership{1, "2021-01-01", "", false}, "person.stay_twice"},
		{"again in the same unit later", Membership{1, "2025-01-01", "", false}, ""},
		{"no end before the beginning", Membership{2, "2025-01-02", "2025-01-01", false}, "person.to_before_from"},
	} {
		for _, all := range [][]Membership{{home, c.m}, {c.m, home}} {
			if err := straight(all); (err == nil) != (c.want == "") || err != nil && fault.Key(err) != c.want {
				t.Errorf("%s: %v", c.say, err)
			}
		}
	}
}

func TestStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p, err := w.Create(ctx, w.admin, Person{ID: id.New(), Name: "Đảng viên mẫu 001", Kind: Official, Unit: w.e1.ID, Since: "2020-01-01"}, false)
		wants(t, "a person", err, ok, "")
		further := Membership{Unit: w.w1.ID, From: "2024-01-01"}
		wants(t, "a further unit needs its officer too", w.AddStay(ctx, w.admin, p.ID, further, ""), fault.Missing, "fault.missing")
		wants(t, "a further unit", w.AddStay(ctx, w.all, p.ID, further, "điều động"), ok, "")
		wants(t, "sent twice is one", w.AddStay(ctx, w.all, p.ID, further, ""), ok, "")
		wants(t, "the same unit twice", w.AddStay(ctx, w.all, p.ID, Membership{Unit: w.w1.ID, From: "2025-01-01"}, ""), fault.Invalid, "person.stay_twice")
		wants(t, "the study home once more", w.AddStay(ctx, w.all, p.ID, Membership{Unit: w.e1.ID, From: "2025-01-01"}, ""), fault.Invalid, "person.stay_twice")
		wants(t, "a day ahead", w.AddStay(ctx, w.all, p.ID, Membership{Unit: w.city.ID, From: "2027-01-01"}, ""), fault.Invalid, "person.not_ahead")
		wants(t, "the study home is not ended here", w.EndStay(ctx, w.all, p.ID, Membership{Unit: w.e1.ID, From: "2020-01-01", To: "2026-01-01"}, ""), fault.Invalid, "person.home_stays")
		wants(t, "nor what there is not", w.EndStay(ctx, w.all, p.ID, Membership{Unit: w.city.ID, From: "2020-01-01", To: "2026-01-01"}, ""), fault.Missing, "fault.missing")

		view := func() []Stay {
			t.Helper()
			v, err := w.Show(ctx, w.all, p.ID)
			wants(t, "shown", err, ok, "")
			return v.Memberships
		}
		if list := view(); len(list) != 2 || list[0].Home || !list[1].Home {
			t.Errorf("%+v", list)
		}
		people, err := w.Show(ctx, w.all, p.ID)
		if err != nil || people.Unit != w.e1.ID {
			t.Error("the roster keeps the study home")
		}

		wants(t, "the further unit becomes the study home", w.Transfer(ctx, w.all, p.ID, Transfer{Unit: w.w1.ID, From: "2025-01-01", Keep: true}), ok, "")
		if list := view(); len(list) != 4 || list[0].To != "" || list[1].To != "" || list[0].Unit == list[1].Unit || list[2].To != "2024-12-31" {
			t.Errorf("after the transfer: %+v", list)
		}
		wants(t, "ended by the officer of that unit", w.EndStay(ctx, w.admin, p.ID, Membership{Unit: w.e1.ID, From: "2025-01-01", To: "2026-01-31"}, ""), ok, "")
		wants(t, "not by strangers", w.EndStay(ctx, actor(w.e1.ID), p.ID, Membership{Unit: w.w1.ID, From: "2024-01-01", To: "2026-01-31"}, ""), fault.Missing, "fault.missing")
		wants(t, "leaving ends all", w.Leave(ctx, w.far, p.ID, "2026-02-01", ""), ok, "")
		for _, m := range view() {
			if m.To == "" {
				t.Errorf("still open: %+v", m)
			}
		}
	})
}
