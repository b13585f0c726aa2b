package honesty

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
)

// codes of a unit's leads, in the order of Checks.
func codes(v View, unit id.ID) string {
	var out []string
	for _, r := range v.Rows {
		for _, a := range r.Leads {
			if r.Unit == unit {
				out = append(out, a.Code)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return slices.Index(Checks, a) - slices.Index(Checks, b) })
	return strings.Join(out, " ")
}

func TestLevel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		officer := as(access.Officer, city)
		v, err := s.Level(ctx, officer, camp, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		for b, want := range []string{plain: "", round1: "ends", same: "copied", packed: "hall", shrunken: "shrunk", twice: "two", rushed: "bulk", full: "full", quiet: ""} {
			if got := codes(v, base(b)); got != want && got != want+" late" && got != "late "+want {
				t.Errorf("base %d: leads %q, want %q", b, got, want)
			}
		}
		var by []string
		for _, r := range v.Rows {
			by = append(by, fmt.Sprintf("%d:%d/%d", r.Unit-100, r.Factor.Confirmed, r.Factor.Asked))
		}
		// two people were asked in one base: hidden, and with it the smallest of the others
		if got := strings.Join(by[:3], " "); got != "7:5/12 6:8/12 0:0/0" || v.Factor.Confirmed != 25 || v.Factor.Asked != 38 {
			t.Errorf("by factor: %v of %+v", by, v.Factor)
		}
		byTime, err := s.Level(ctx, officer, camp, city, "time")
		if err != nil || byTime.Rows[0].Unit != base(quiet) || byTime.Rows[0].Timing.Kind != "overdue" || byTime.Rows[1].Timing.Kind != "in_time" {
			t.Errorf("by time: %v %+v", err, byTime.Rows[0])
		}
		if _, err := s.Level(ctx, as(access.UnitOfficer, base(plain)), camp, city, ""); fault.Of(err) != fault.Missing {
			t.Errorf("a unit looks at the level above: %v", err)
		}
	})
}

func TestMark(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		officer, own, sibling := as(access.Officer, city), as(access.UnitOfficer, base(round1)), as(access.UnitOfficer, base(plain))
		for _, c := range []struct {
			say  string
			do   func() error
			kind fault.Kind
		}{
			{"nobody answers what was not asked", func() error { return s.Answer(ctx, own, camp, base(round1), "ends", "x") }, fault.Missing},
			{"asking needs words", func() error { return s.Mark(ctx, officer, camp, base(round1), "ends", "asked", " ") }, fault.Invalid},
			{"no such state", func() error { return s.Mark(ctx, officer, camp, base(round1), "ends", "guilty", "x") }, fault.Invalid},
			{"a lead that is none", func() error { return s.Mark(ctx, officer, camp, base(plain), "ends", "seen", "") }, fault.Missing},
			{"the unit itself marks nothing", func() error { return s.Mark(ctx, own, camp, base(round1), "ends", "settled", "ổn") }, fault.Missing},
			{"seen", func() error { return s.Mark(ctx, officer, camp, base(round1), "ends", "seen", "") }, 0},
			{"seen is not asked", func() error { return s.Answer(ctx, own, camp, base(round1), "ends", "x") }, fault.Conflict},
			{"asked", func() error {
				return s.Mark(ctx, officer, camp, base(round1), "ends", "asked", "Số liệu ước lượng?")
			}, 0},
			{"asked twice by one form", func() error {
				return s.Mark(ctx, officer, camp, base(round1), "ends", "asked", "Số liệu ước lượng?")
			}, 0},
			{"a sibling does not answer", func() error { return s.Answer(ctx, sibling, camp, base(round1), "ends", "x") }, fault.Missing},
			{"empty", func() error { return s.Answer(ctx, own, camp, base(round1), "ends", "") }, fault.Invalid},
			{"answered", func() error { return s.Answer(ctx, own, camp, base(round1), "ends", "Có làm tròn, sẽ sửa.") }, 0},
			{"too long", func() error { return s.Answer(ctx, own, camp, base(round1), "ends", strings.Repeat("a", 601)) }, fault.Invalid},
			{"settled", func() error {
				return s.Mark(ctx, officer, camp, base(round1), "ends", "settled", "Đơn vị đã sửa.")
			}, 0},
			{"no answer after it", func() error { return s.Answer(ctx, own, camp, base(round1), "ends", "y") }, fault.Conflict},
		} {
			if err := c.do(); fault.Of(err) != c.kind || c.kind == 0 && err != nil {
				t.Errorf("%s: %v", c.say, err)
			}
		}
		v, err := s.Level(ctx, own, camp, 0, "")
		if err != nil || len(v.Asked) != 1 || v.Asked[0].Said != "Có làm tròn, sẽ sửa." || len(v.Rows) != 0 {
			t.Errorf("the unit's own page: %v %+v", err, v.Asked)
		}
		err = d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update report_figure set value = 1000 where report = $1 and code = 'opinions'`, int64(camp)*100+round1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if v, err = s.Level(ctx, officer, camp, city, ""); err != nil {
			t.Fatal(err)
		}
		for _, r := range v.Rows {
			if r.Unit == base(round1) && (len(r.Leads) != 1 || r.Leads[0].State != "settled" || !r.Leads[0].Reopened == (r.Leads[0].print() != "k=10;n=10;")) {
				t.Errorf("settled: %+v", r.Leads)
			}
		}
	})
}

func TestAsk(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		ask := func(b int) (qs []report.Question) {
			err := d.Read(ctx, func(tx db.Tx) (err error) {
				qs, err = s.Ask(ctx, tx, camp, base(b))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return qs
		}
		if qs := ask(plain); len(qs) != 0 {
			t.Errorf("an honest unit is asked %+v", qs)
		}
		qs := ask(packed)
		if len(qs) != 1 || qs[0].Code != "hall" || qs[0].Key != "honesty.ask.hall" || !qs[0].Must || len(qs[0].Args)%2 != 0 || !slices.Contains(qs[0].Args, "20") {
			t.Errorf("more records than heads: %+v", qs)
		}
	})
}

func TestFlags(t *testing.T) {
	s := seed(t, dbtest.One(t))
	if err := s.Mark(ctx, as(access.Officer, city), camp, base(packed), "hall", "settled", "Đã rõ."); err != nil {
		t.Fatal(err)
	}
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		flags, err := s.Flags(ctx, tx, camp, city)
		if flags[base(plain)] != 0 || flags[base(packed)] < 2 || flags[base(rushed)] != 3 || flags[base(twice)] < 2 {
			t.Errorf("flags: %v", flags)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A wide level says what was kept when reports were sent, and nothing of those that were not.
func TestKeep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		err := d.Write(ctx, func(tx db.Tx) error {
			for _, b := range []int{plain, rushed} {
				if err := s.Keep(ctx, tx, camp, base(b)); err != nil {
					return err
				}
			}
			if err := s.Keep(ctx, tx, camp, base(rushed)); err != nil { // sent again
				return err
			}
			all, err := kept(ctx, tx, camp, city)
			if err != nil || len(all) != 2 || all[base(rushed)].Bulk != 20 || all[base(plain)].Late != 0 || all[base(plain)].Halls != 1 {
				t.Errorf("kept: %v %+v", err, all)
			}
			c, err := campaign.Find(ctx, tx, camp)
			if err != nil {
				return err
			}
			sum, err := whole(ctx, tx, c, campaign.Unit{Unit: city, Lo: 1, Hi: 1 + narrow})
			if err != nil || sum.Records != 40 || sum.Late != 20 {
				t.Errorf("a wide unit adds up what was kept below: %v %+v", err, sum)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
