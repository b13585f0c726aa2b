package person

import (
	"context"
	"fmt"
	"strings"
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

var ctx = context.Background()

const ok = fault.Internal // with a nil error

// world is a city with two wards and a cell in each.
type world struct {
	*Service
	city, east, west, e1, w1 org.Unit
	admin, far, all          access.Actor // of the east, of the west, of the city
}

func newWorld(t testing.TB, d *db.DB) *world {
	now := clock.Fixed(clock.Start("2026-02-07").Add(9 * time.Hour))
	w := &world{Service: &Service{DB: d, Now: now}}
	unit := func(code, level, name string, parent id.ID) org.Unit {
		return org.Unit{ID: id.New(), Code: code, Level: level, Name: name, Parent: parent}
	}
	w.city = unit("C", "province", "Thành phố mẫu", 0)
	w.east = unit("E", "commune", "Phường Đông mẫu", w.city.ID)
	w.west = unit("W", "commune", "Phường Tây mẫu", w.city.ID)
	w.e1 = unit("E1", "cell", "Chi bộ Đông 1 mẫu", w.east.ID)
	w.w1 = unit("W1", "cell", "Chi bộ Tây 1 mẫu", w.west.ID)
	err := d.Write(ctx, func(tx db.Tx) error {
		return org.AddAll(ctx, tx, []org.Unit{w.city, w.east, w.west, w.e1, w.w1}, now.Ms(), 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.admin, w.far, w.all = actor(w.east.ID), actor(w.west.ID), actor(w.city.ID)
	return w
}

func actor(unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Người mẫu", Grants: []access.Grant{{Role: access.Administrator, Unit: unit}}}
}

func wants(t *testing.T, say string, err error, kind fault.Kind, key string) {
	t.Helper()
	if fault.Of(err) != kind || kind != fault.Internal && fault.Key(err) != key || (kind == fault.Internal && err != nil) {
		t.Errorf("%s: %v", say, err)
	}
}

func TestPersonLife(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := Person{ID: id.New(), MemberNo: "00 1", Name: "Đảng viên mẫu 001", Birth: "1970-02-07", Kind: Official, Unit: w.e1.ID, Since: "2020-01-01"}
		made, err := w.Create(ctx, w.admin, p, false)
		wants(t, "a person is made", err, ok, "")
		if made.MemberNo != "001" {
			t.Errorf("made %+v", made)
		}
		again, err := w.Create(ctx, w.admin, p, false)
		wants(t, "sent twice is made once", err, ok, "")
		if again != made {
			t.Errorf("again %+v", again)
		}
		_, err = w.Create(ctx, w.all, p, false)
		wants(t, "another's form is no key", err, fault.Conflict, "person.id_taken")
		p.ID = id.New()
		_, err = w.Create(ctx, w.admin, p, false)
		wants(t, "a number is taken once", err, fault.Conflict, "person.number_taken")
		p.MemberNo = ""
		_, err = w.Create(ctx, w.admin, p, false)
		wants(t, "the same name and birth is asked about", err, fault.Conflict, "person.perhaps_known")
		_, err = w.Create(ctx, w.admin, p, true)
		wants(t, "unless one is sure", err, ok, "")
		p.ID, p.Unit = id.New(), w.w1.ID
		_, err = w.Create(ctx, w.admin, p, true)
		wants(t, "not in a unit out of sight", err, fault.Missing, "fault.missing")

		made.Position = "Bí thư"
		_, err = w.Edit(ctx, w.admin, made)
		wants(t, "a person is edited", err, ok, "")
		_, err = w.Edit(ctx, w.far, made)
		wants(t, "not by strangers", err, fault.Missing, "fault.missing")

		wants(t, "a transfer needs both ends", w.Move(ctx, w.admin, made.ID, w.w1.ID, "2026-01-01", ""), fault.Missing, "fault.missing")
		wants(t, "a transfer", w.Move(ctx, w.all, made.ID, w.w1.ID, "2026-01-01", "QĐ 3"), ok, "")
		_, err = w.Show(ctx, w.admin, made.ID)
		wants(t, "gone from the east", err, fault.Missing, "fault.missing")
		v, err := w.Show(ctx, w.far, made.ID)
		wants(t, "seen in the west", err, ok, "")
		if len(v.Memberships) != 2 || v.Memberships[1].To != "2025-12-31" || v.Memberships[0].Unit != w.w1.ID || v.Position != "Bí thư" {
			t.Errorf("view %+v", v)
		}

		wants(t, "leaving", w.Leave(ctx, w.far, made.ID, "2026-02-01", ""), ok, "")
		wants(t, "leaving twice", w.Leave(ctx, w.far, made.ID, "2026-02-01", ""), fault.Conflict, "person.left_already")
		rows, total, err := w.List(ctx, w.far, Filter{})
		if err != nil || len(rows.Items) != 0 || total != 0 {
			t.Errorf("left: %v %v", rows, err)
		}
		wants(t, "coming back", w.Move(ctx, w.far, made.ID, w.w1.ID, "2026-02-05", ""), ok, "")
	})
}

func TestExemptions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p, err := w.Create(ctx, w.admin, Person{ID: id.New(), Name: "Đảng viên mẫu 001", Kind: Official, Unit: w.e1.ID}, false)
		wants(t, "a person", err, ok, "")
		outside, err := w.Create(ctx, w.admin, Person{ID: id.New(), Name: "Quần chúng mẫu 001", Kind: Mass, Unit: w.e1.ID}, false)
		wants(t, "another", err, ok, "")
		e := Exemption{ID: id.New(), Person: p.ID, Kind: Exempt, Reason: "Tuổi cao, sức yếu", From: "2026-01-01", Resolution: "12-NQ/CB", ResolvedOn: "2025-12-20", Approver: "Đảng ủy phường mẫu"}
		_, err = w.AddExemption(ctx, w.admin, e)
		wants(t, "an exemption", err, ok, "")
		_, err = w.AddExemption(ctx, w.admin, e)
		wants(t, "sent twice is one", err, ok, "")
		e.ID = id.New()
		_, err = w.AddExemption(ctx, w.admin, e)
		wants(t, "never two at a time", err, fault.Invalid, "person.exempt_twice")
		none := e
		none.From, none.Resolution = "2020-01-01", ""
		_, err = w.AddExemption(ctx, w.admin, none)
		wants(t, "never without a resolution", err, fault.Invalid, "web.required")
		none = e
		none.From, none.To, none.Approver = "2020-01-01", "2020-12-31", ""
		_, err = w.AddExemption(ctx, w.admin, none)
		wants(t, "never without who approved it", err, fault.Invalid, "web.required")
		none = e
		none.From, none.To, none.ResolvedOn = "2020-01-01", "2020-12-31", ""
		_, err = w.AddExemption(ctx, w.admin, none)
		wants(t, "never without the day of the resolution", err, fault.Invalid, "web.required")
		e.Person = outside.ID
		_, err = w.AddExemption(ctx, w.admin, e)
		wants(t, "only members", err, fault.Invalid, "person.exempt_outside")
		_, err = w.AddExemption(ctx, w.far, e)
		wants(t, "not by strangers", err, fault.Missing, "fault.missing")

		count := func(kind string) int64 {
			_, n, err := w.List(ctx, w.admin, Filter{Exempt: kind})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if count("any") != 1 || count(Exempt) != 1 || count(Reduced) != 0 {
			t.Error("the filter of exemptions")
		}
		v, _ := w.Show(ctx, w.admin, p.ID)
		_, err = w.EndExemption(ctx, w.admin, v.Exemptions[0].ID, "2026-01-31", "")
		wants(t, "it ends", err, ok, "")
		if count("any") != 0 {
			t.Error("an exemption that ended")
		}
		_, err = w.EndExemption(ctx, w.admin, v.Exemptions[0].ID, "2025-01-31", "")
		wants(t, "not before it began", err, fault.Invalid, "person.to_before_from")
		_, err = w.EndExemption(ctx, w.admin, v.Exemptions[0].ID, "2026-02-28", "")
		wants(t, "more days want a new record", err, fault.Invalid, "person.exempt_longer")

		// What makes a record free from more notes who did it and when; anything else does not.
		changed := v.Exemptions[0]
		for i, c := range []struct {
			says, kind, to string
			at, want       int64
		}{
			{"fewer days", Exempt, "2026-01-20", 100, 0},
			{"more days", Exempt, "2026-01-25", 200, 200},
			{"made a reduction", Reduced, "2026-01-25", 300, 200},
			{"made an exemption", Exempt, "2026-01-25", 400, 400},
			{"without a last day", Exempt, "", 500, 500},
			{"the same again", Exempt, "", 600, 500},
		} {
			changed.Kind, changed.To = c.kind, c.to
			var at int64
			err := d.Write(ctx, func(tx db.Tx) error {
				if err := updateExemption(ctx, tx, changed, c.at, id.ID(i)); err != nil {
					return err
				}
				at, err = db.One(ctx, tx, db.Value[int64], `select coalesce(changed_at, 0) from person_exemption where id = $1`, changed.ID)
				return err
			})
			if err != nil || at != c.want {
				t.Errorf("%s: changed at %d, want %d: %v", c.says, at, c.want, err)
			}
		}
	})
}

func TestListOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		names := []string{"Nguyễn Văn Ất", "Trần Thị An", "Nguyễn Văn Ân", "Lê Ánh", "Phạm Văn Đức", "Nguyễn Thị Dung", "Bùi Văn Ấn", "Vũ Thị Hòa", "Vũ Thị Hoa"}
		err := d.Write(ctx, func(tx db.Tx) error {
			var list []Person
			for i, n := range names {
				p := Person{ID: id.New(), Name: n, Kind: Official, MemberNo: fmt.Sprint(i), Unit: w.e1.ID, KeyCadre: i == 0}
				if i == 1 {
					p.Unit, p.Kind, p.MemberNo = w.w1.ID, Mass, ""
				}
				list = append(list, p)
			}
			return AddAll(ctx, tx, list, w.Now.Ms(), 0)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			say  string
			who  access.Actor
			f    Filter
			want string
		}{
			{"Vietnamese order by given name", w.all, Filter{}, "Trần Thị An|Lê Ánh|Nguyễn Văn Ân|Bùi Văn Ấn|Nguyễn Văn Ất|Nguyễn Thị Dung|Phạm Văn Đức|Vũ Thị Hoa|Vũ Thị Hòa"},
			{"marks do not matter", w.all, Filter{Text: "vu  thi hoa"}, "Vũ Thị Hoa|Vũ Thị Hòa"},
			{"the exact marks come first", w.all, Filter{Text: "hòa"}, "Vũ Thị Hòa|Vũ Thị Hoa"},
			{"Đ is a letter", w.all, Filter{Text: "đuc"}, "Phạm Văn Đức"},
			{"by number", w.all, Filter{Text: "4"}, "Phạm Văn Đức"},
			{"only in scope", w.far, Filter{}, "Trần Thị An"},
			{"by kind", w.all, Filter{Kind: Mass}, "Trần Thị An"},
			{"members", w.far, Filter{Kind: "member"}, ""},
			{"key cadres", w.all, Filter{Key: true}, "Nguyễn Văn Ất"},
			{"below a unit", w.all, Filter{Unit: w.west.ID}, "Trần Thị An"},
			{"nobody sees nobody", access.Actor{}, Filter{}, ""},
		} {
			for _, limit := range []int{0, 1, 2} {
				f, got := c.f, []string{}
				f.Page.Limit = limit
				for {
					rows, _, err := w.List(ctx, c.who, f)
					if err != nil {
						t.Fatal(err)
					}
					for _, it := range rows.Items {
						got = append(got, it.Name)
					}
					if f.Page.After = rows.Next; rows.Next == "" {
						break
					}
				}
				if s := strings.Join(got, "|"); s != c.want {
					t.Errorf("%s, %d a page: %s", c.say, limit, s)
				}
			}
		}
		_, _, err = w.List(ctx, w.all, Filter{Page: db.Page{After: "zzz"}})
		wants(t, "a cursor nobody made", err, fault.Invalid, "db.cursor")
	})
}
