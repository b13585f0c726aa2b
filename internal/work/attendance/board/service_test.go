package board

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func (w *world) view(t *testing.T, who access.Actor, unit id.ID, part int) View {
	t.Helper()
	f, err := w.OfMeeting(context.Background(), who, w.meeting, unit)
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(w.d, w.Now).View(context.Background(), f, part)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryLevel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 3, 4, 2)
		w.came(t, w.meeting, w.sites[0], Count{Persons: 20, Grades: [5]int64{1, 2, 3, 4, 10}, Heads: 100}, begin)
		w.came(t, w.meeting, w.sites[1], people(60), begin)
		w.came(t, w.meeting, w.sites[8], people(5), begin.Add(-6*time.Minute))
		at := w.sites[0]
		w.exec(t, `insert into account (id, login, name, created_at) values (9, 'u', 'u', 0)`)
		w.exec(t, `insert into attendance_station (id, meeting, site, account, name, public_key, hash, created_at, ends_at, seen_at, unsent) values (1, $1, $2, 9, 'x', 'x', 'x', 0, 0, 0, 7), (2, $1, $2, 9, 'x', 'x', 'x', 0, 0, 0, 0)`, w.meeting, at)

		v := w.view(t, w.officer, 0, 0)
		if v.Sum.Count != (Count{Persons: 85, Grades: [5]int64{1, 2 + 45 + 4, 3 + 15 + 1, 4, 10}, Heads: 100}) {
			t.Errorf("the whole: %+v", v.Sum.Count)
		}
		if v.Sum.Sites != 24 || v.Sum.In(Live) != 1 || v.Sum.In(Done) != 1 || v.Sum.In(Quiet) != 1 || v.Sum.In(Missing) != 21 || v.Sum.Unsent != 1 || v.Changed != begin.UnixMilli() {
			t.Errorf("states of the whole: %+v", v.Sum)
		}
		if len(v.Units) != 3 || v.Units[0].Sum.Count.Persons != 80 || v.Units[1].Sum.Count.Persons != 5 || v.Units[2].Sum.In(Missing) != 8 {
			t.Errorf("one level down: %+v", v.Units)
		}
		if len(v.Sites) != 24 || len(v.Silent) != 21 || v.Silent[0].Contact != "Đồng chí mẫu" {
			t.Errorf("%d sites, %d missing", len(v.Sites), len(v.Silent))
		}
		p := w.view(t, w.province, 0, 0)
		if p.Unit != w.provinces[0].unit || p.Sum.Count.Persons != 80 || len(p.Units) != 4 || p.Units[0].Sum.Count.Persons != 80 || len(p.Sites) != 8 {
			t.Errorf("the province: %+v", p)
		}
		if got := w.view(t, w.officer, w.provinces[1].unit, 0); got.Sum.Count.Persons != 5 || got.Sum.Sites != 8 {
			t.Errorf("another by choice: %+v", got.Sum)
		}
		c := w.view(t, w.commune, 0, 0)
		if c.Sum.Sites != 2 || c.Sum.Count.Persons != 80 || len(c.Units) != 0 || len(c.Sites) != 2 {
			t.Errorf("the commune: %+v", c)
		}
	})
}

func TestSumsOfLinesAreTheWhole(t *testing.T) {
	w := seed(t, dbtest.One(t), 4, 30, 4) // 480 sites: by unit
	for i, s := range w.sites {
		if i%3 > 0 {
			w.came(t, w.meeting, s, people(int64(i%70)), begin.Add(-time.Duration(i%10)*time.Minute))
		}
	}
	w.at.Add(60_000)
	v := w.view(t, w.officer, 0, 0)
	var sum Sum
	for _, l := range v.Units {
		sum = sum.Add(l.Sum)
	}
	if sum != v.Sum || len(v.Units) != 4 || len(v.Sites) != 0 || v.Parts != 1 {
		t.Errorf("lines make %+v, the whole is %+v; %d sites", sum, v.Sum, len(v.Sites))
	}
	if p := w.view(t, w.officer, w.provinces[3].unit, 0); p.Sum != v.Units[3].Sum || len(p.Sites) != 120 {
		t.Errorf("%+v is %+v above", p.Sum, v.Units[3].Sum)
	}
}

// All sites of one host come in parts.
func TestParts(t *testing.T) {
	w := seed(t, dbtest.One(t), 1, 1, 650)
	seen := map[id.ID]bool{}
	for part, want := range []int{300, 300, 50} {
		v := w.view(t, w.officer, w.communes[0].unit, part)
		if len(v.Sites) != want || v.Parts != 3 || v.Part != part {
			t.Errorf("part %d: %d sites of %d parts", part, len(v.Sites), v.Parts)
		}
		for _, s := range v.Sites {
			seen[s.ID] = true
		}
	}
	if v := w.view(t, w.officer, w.communes[0].unit, 99); len(seen) != 650 || v.Part != 2 {
		t.Errorf("%d sites seen, part %d", len(seen), v.Part)
	}
}

func TestCampaignDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 2, 2, 1)
		own, sites := w.meet(t, w.provinces[0], "Lớp của tỉnh", 1, w.communes[0], w.communes[1])
		tomorrow, _ := w.meet(t, w.provinces[0], "Lớp ngày mai", 1, w.communes[0])
		w.exec(t, `update meeting set starts_at = starts_at + 86400000, ends_at = ends_at + 86400000 where id = $1`, tomorrow)
		off, _ := w.meet(t, w.provinces[0], "Lớp đã hoãn", 1, w.communes[0])
		w.exec(t, `update meeting set state = 'cancelled' where id = $1`, off)
		w.came(t, w.meeting, w.sites[0], people(10), begin)
		w.came(t, own, sites[1], people(7), begin)
		day := func(who access.Actor, unit id.ID) View {
			f, err := w.OfCampaign(context.Background(), who, w.campaign, unit)
			if err != nil {
				t.Fatal(err)
			}
			v, err := w.View(context.Background(), f, 0)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		v := day(w.officer, 0)
		if v.Sum.Sites != 6 || v.Sum.Count.Persons != 17 || len(v.Meetings) != 2 || v.Meetings[0].Meeting.ID != w.meeting || v.Meetings[1].Sum.Count.Persons != 7 {
			t.Errorf("the whole: %+v", v)
		}
		if v := day(w.province, 0); v.Sum.Sites != 4 || len(v.Units) != 2 || v.Units[1].Sum.Count.Persons != 7 {
			t.Errorf("the province: %+v", v)
		}
	})
}

func TestScope(t *testing.T) {
	w := seed(t, dbtest.One(t), 2, 2, 1)
	two := actor(access.Leader, w.provinces[1].unit)
	two.Grants = append(two.Grants, access.Grant{Role: access.Leader, Unit: w.provinces[0].unit, From: "2018-01-01"})
	for _, c := range []struct {
		name       string
		who        access.Actor
		unit, want id.ID
		whole      bool
		up, beside int
	}{
		{"the organiser sees all", w.officer, 0, w.root.unit, true, 0, 0},
		{"and may ask for itself", w.officer, w.root.unit, w.root.unit, true, 0, 0},
		{"and look below", w.officer, w.communes[3].unit, w.communes[3].unit, false, 2, 0},
		{"a province sees itself", w.province, 0, w.provinces[0].unit, false, 0, 0},
		{"and below, and back up to itself alone", w.province, w.communes[1].unit, w.communes[1].unit, false, 1, 0},
		{"not the whole", w.province, w.root.unit, 0, false, 0, 0},
		{"not its neighbour", w.province, w.provinces[1].unit, 0, false, 0, 0},
		{"of two units the first, the other beside", two, 0, w.provinces[1].unit, false, 0, 1},
		{"an usher sees the own commune", w.commune, 0, w.communes[0].unit, false, 0, 0},
		{"a stranger nothing", w.stranger, 0, 0, false, 0, 0},
		{"nobody nothing", access.Actor{}, 0, 0, false, 0, 0},
		{"a unit that is none", w.officer, 12345, 0, false, 0, 0},
	} {
		f, err := w.OfMeeting(context.Background(), c.who, w.meeting, c.unit)
		if c.want == 0 {
			if k := fault.Of(err); err == nil || k != fault.Missing && k != fault.Denied {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil || f.At.unit != c.want || f.At.all != c.whole || len(f.Up) != c.up || len(f.Beside) != c.beside {
			t.Errorf("%s: %v, %+v", c.name, err, f)
		}
	}
}
