package honesty

import (
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// photographs of a meeting of base round1 and, the day after, one of base plain; the second repeats the first.
func (w writer) album() {
	for i, b := range []int{round1, plain} {
		m, at := id.ID(80+i), morning.Add(time.Duration(24*i)*time.Hour)
		w.ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, 'cell', 'in_person', $4, 'x', $5, $6, 'held', 0)`,
			m, camp, base(b), []string{"Buổi trước", "Buổi sau"}[i], at.UnixMilli(), at.Add(2*time.Hour).UnixMilli())
		w.ex(`insert into meeting_photo (id, meeting, unit, kind, type, size, sha256, original, at, by_name) values ($1, $2, $3, 'photo', 'image/jpeg', 1, 'x', 'y', $4, 'Cán bộ mẫu')`, 8000+i, m, base(b), i)
	}
	w.ex(`insert into meeting_photo_twin (photo, other, exact) values (8001, 8000, true)`)
}

func TestPhotographs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		do := func(f func(w writer)) {
			if err := d.Write(ctx, func(tx db.Tx) error { f(writer{t, tx}); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		do(writer.album)
		officer, own := as(access.Officer, city), as(access.UnitOfficer, base(plain))
		v, err := s.Level(ctx, officer, camp, city, "")
		if err != nil || codes(v, base(plain)) != "photo" || strings.Contains(codes(v, base(round1)), "photo") {
			t.Fatalf("the later one alone: %q, %q, %v", codes(v, base(plain)), codes(v, base(round1)), err)
		}
		for _, r := range v.Rows {
			if r.Unit == base(plain) && (len(r.Leads[0].Pairs) != 1 || r.Leads[0].Pairs[0].Other != "Buổi trước" || !r.Leads[0].Pairs[0].Exact) {
				t.Errorf("the officer above: %+v", r.Leads[0].Pairs)
			}
		}
		err = d.Read(ctx, func(tx db.Tx) error {
			qs, err := s.Ask(ctx, tx, camp, base(plain))
			if len(qs) != 1 || qs[0].Key != "honesty.ask.photo" || !qs[0].Must {
				t.Errorf("the question before sending: %+v", qs)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if err := s.Mark(ctx, officer, camp, base(plain), "photo", "asked", "Đề nghị cho biết."); err != nil {
			t.Fatal(err)
		}
		if v, err = s.Level(ctx, own, camp, base(plain), ""); err != nil || len(v.Asked) != 1 || len(v.Asked[0].Pairs) != 1 || v.Asked[0].Pairs[0].Other != "" || v.Asked[0].Pairs[0].Unit != "" {
			t.Errorf("the unit is not told whose: %+v %v", v.Asked, err)
		}
		for say, q := range map[string]string{
			"one place at one hour": `update meeting set place = 'Nhà văn hóa', starts_at = 1000, ends_at = 2000 where id in (80, 81)`,
			"withdrawn":             `update meeting_photo set withdrawn_at = 1 where id = 8001`,
		} {
			do(func(w writer) { w.ex(q) })
			if v, err = s.Level(ctx, officer, camp, city, ""); err != nil {
				t.Fatal(err)
			}
			for _, r := range v.Rows {
				for _, a := range r.Leads {
					if len(a.Pairs) > 0 || a.Code == "photo" && a.State != "asked" {
						t.Errorf("%s: %+v", say, a)
					}
				}
			}
		}
	})
}
