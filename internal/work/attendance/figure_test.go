package attendance

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// district is Đức Linh as its newspaper printed it in 2021: 21 organisations of members, of
// whom the first few are key cadres, taught in 2 + 21 classes.
type district struct {
	*world
	top      id.ID
	bases    []*leaf
	campaign campaign.Campaign
	planner  *meeting.Service
	officer  access.Actor
}

const bases, members, cadres, attended, masses = 21, 3044, 223, 2909, 283

// share is part i when n are dealt to the bases one by one.
func share(n, i int) int { return (n + bases - 1 - i) / bases }

func ducLinh(t *testing.T, d *db.DB) *district {
	t.Helper()
	ctx := context.Background()
	w := &world{d: d, at: begin}
	now := func() time.Time { return w.at }
	w.Service = &Service{DB: d, Now: now}
	v := &district{world: w, top: id.New(), planner: &meeting.Service{DB: d, Now: now}}
	units := []org.Unit{{ID: v.top, Level: "district", Code: "DL", Name: "Huyện ủy mẫu", Short: "Huyện mẫu"}}
	var people []person.Person
	for i := range bases {
		u := &leaf{unit: id.New(), name: fmt.Sprintf("Đảng bộ mẫu %02d", i+1)}
		v.bases = append(v.bases, u)
		units = append(units, org.Unit{ID: u.unit, Parent: v.top, Level: "grassroots", Code: fmt.Sprint("B", i), Name: u.name, Short: u.name})
		for k := range share(members, i) {
			p := person.Person{ID: id.New(), MemberNo: fmt.Sprintf("%02d%06d", i, k), Name: fmt.Sprintf("Đảng viên mẫu %02d%03d", i+1, k), Kind: "official", Unit: u.unit, KeyCadre: k < share(cadres, i), Since: "2010-01-01"}
			people, u.people = append(people, p), append(u.people, p.ID)
		}
	}
	doc := id.New()
	w.docs = []id.ID{doc}
	err := d.Write(ctx, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, units, 0, 0); err != nil {
			return err
		}
		if err := person.AddAll(ctx, tx, people, 0, 0); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at)
			values ($1, $2, 'resolution', 'mẫu', 'x', '2018-05-19', 'Nghị quyết Đại hội (mẫu)', 'x', 0)`, doc, v.top)
		return err
	})
	v.officer = actor(access.Officer, v.top)
	order := &campaign.Service{DB: d, Now: clock.Fixed(begin.Add(-14 * 24 * time.Hour))}
	c := campaign.Campaign{ID: id.New(), Unit: v.top, Title: "Học tập nghị quyết", StartsOn: "2018-07-01", Rounding: "truncate", Documents: w.docs,
		Audiences: campaign.Usual(func(k string) string { return k }), Dues: []campaign.Due{{Level: "grassroots", On: "2018-08-01"}}}
	if err == nil {
		c, err = order.Draft(ctx, v.officer, c)
	}
	if err == nil {
		v.campaign, err = order.Open(ctx, v.officer, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.campaign = c.ID
	return v
}

// class plans a class of a unit for an audience.
func (v *district) class(t *testing.T, unit id.ID, audience int, title string) hall {
	t.Helper()
	m, err := v.planner.Plan(context.Background(), v.officer, meeting.Meeting{ID: id.New(), Campaign: v.campaign.ID, Unit: unit, Kind: "class", Mode: "in_person", Audience: v.campaign.Audiences[audience].ID,
		Title: title, Starts: begin.UnixMilli(), Ends: begin.Add(4 * time.Hour).UnixMilli(), Documents: v.docs})
	h := hall{meeting: m.ID}
	if err == nil {
		err = v.d.Read(context.Background(), func(tx db.Tx) error {
			sites, err := meeting.Sites(context.Background(), tx, m.ID)
			h.sites = []id.ID{sites[0].ID}
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// scanCode makes a personal code of key, lo and n.
func scanCode(scan func(...any) error) (string, error) {
	var key, lo, n int64
	err := scan(&key, &lo, &n)
	return campaign.CipherOf(key).Code(lo, n), err
}

// teach fills the classes: the key cadres scan their codes at the district's two, the others
// are called out at home, where the last ones are absent and the masses are counted.
func (v *district) teach(t *testing.T) (halls []hall) {
	t.Helper()
	ctx := context.Background()
	for day := range 2 {
		h := v.class(t, v.top, 0, fmt.Sprint("Lớp cán bộ chủ chốt ", day+1))
		halls = append(halls, h)
		var codes []string
		err := v.d.Read(ctx, func(tx db.Tx) (err error) {
			codes, err = db.All(ctx, tx, scanCode, `select c.code_key, p.lo, p.n from campaign_participant p join campaign c on c.id = p.campaign
				where p.campaign = $1 and p.key_cadre order by p.lo, p.person`, v.campaign.ID)
			return err
		})
		if err != nil || len(codes) != cadres {
			t.Fatal(len(codes), err)
		}
		out, err := v.EnterMany(ctx, v.officer, h.meeting, h.sites[0], codes[day*100:min(cadres, 100+day*cadres)], Way{How: "station"})
		if err != nil || out[0].Fault != "" {
			t.Fatal(out, err)
		}
	}
	for i, u := range v.bases {
		h := v.class(t, u.unit, 1, "Lớp đảng viên "+u.name)
		halls = append(halls, h)
		home := u.people[share(cadres, i):]
		absent := share(members-attended, i)
		var marks []Mark
		for k, p := range home {
			marks = append(marks, Mark{Person: p, Present: k < len(home)-absent, Reason: map[bool]string{k%2 == 0: "sick"}[k >= len(home)-absent]})
		}
		secretary := actor(access.Secretary, u.unit)
		if r, err := v.call(secretary, h, marks...); err != nil || r.Absent != absent {
			t.Fatal(r, err)
		}
		if err := v.Count(ctx, secretary, Headcount{ID: id.New(), Meeting: h.meeting, Site: h.sites[0], Who: "mass", Amount: int64(share(masses, i))}); err != nil {
			t.Fatal(err)
		}
	}
	return halls
}

// TestDucLinh reads the newspaper's figures back from raw attendance: 23 classes, 2,909 of
// 3,044 members, 283 of the masses, 3,192 of 3,327 people as the newspaper adds them up.
func TestDucLinh(t *testing.T) {
	if testing.Short() {
		t.Skip("one request after the other: nothing for the race detector")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v, ctx := ducLinh(t, d), context.Background()
		halls := v.teach(t)
		v.at = begin.Add(5 * time.Hour)
		for _, h := range halls {
			if _, err := v.planner.Hold(ctx, v.officer, h.meeting, "", 0, 0); err != nil {
				t.Fatal(err)
			}
		}
		var line rollup.Line
		var below []rollup.Line
		err := d.Read(ctx, func(tx db.Tx) (err error) {
			line, below, err = rollup.At(ctx, tx, v.campaign.ID, v.docs[0], v.top)
			return err
		})
		if err != nil || len(below) != bases {
			t.Fatal(len(below), err)
		}
		c, m := line.Count, line.Meetings
		for _, x := range []struct {
			says      string
			got, want any
		}{
			{"members who studied", c.Studied, int64(2909)},
			{"of members", c.Members, int64(3044)},
			{"the absent", c.Absent(), int64(135)},
			{"as the newspaper truncates", c.RateAll().Percent("truncate"), "95,56%"},
			{"rounded half up", c.RateAll().Percent("half_up"), "95,57%"},
			{"of those obliged", c.RateObliged(), rollup.Rate{Num: 2909, Den: 3044}},
			{"key cadres studied at a higher level", c.Forms, [6]int64{2909 - 223, 0, 0, 0, 223, 0}},
			{"by code and by mark", c.Grades, [5]int64{0, 223, 2909 - 223, 0, 0}},
			{"classes", m.All(), int64(23)},
			{"for key cadres", m.KeyCadre, int64(2)},
			{"for members", m.Member, int64(21)},
			{"masses, as lượt", line.Heads.Amount, int64(283)},
			{"people who attended", c.Studied + line.Heads.Amount, int64(3192)},
			{"of people", c.Members + line.Heads.Amount, int64(3327)},
		} {
			if x.got != x.want {
				t.Errorf("%s: %v, want %v", x.says, x.got, x.want)
			}
		}
		if got := (rollup.Rate{Num: 3192, Den: 3327}).Percent("half_up"); got != "95,94%" {
			t.Error(got)
		}
		v.sound(t)
	})
}

// A meeting on four documents is one meeting, and gives each document its own rate.
func TestFourDocuments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 6, 4), context.Background()
		h := w.meet(t, w.east, "conference", "in_person", w.docs)
		one := w.meet(t, w.east, "class", "in_person", w.docs[3:])
		for _, code := range w.cell.codes[:3] {
			if _, err := w.scan(w.usher, h, 0, code); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.scan(w.usher, one, 0, w.cell.codes[3]); err != nil {
			t.Fatal(err)
		}
		w.exec(t, `update meeting set state = 'held' where id = $1`, h.meeting)
		w.exec(t, `update campaign_unit set members = 5, civil = 1, exempt = 1 where unit in ($1, $2, $3)`, w.cell.unit, w.own.unit, w.far.unit)
		for i, doc := range w.docs {
			want := rollup.Rate{Num: 3, Den: 15}
			if i == 3 {
				want.Num = 4
			}
			err := d.Read(ctx, func(tx db.Tx) error {
				line, _, err := rollup.At(ctx, tx, w.campaign, doc, w.province.unit)
				if line.Count.RateAll() != want || line.Meetings.All() != 1 {
					t.Errorf("document %d: %+v", i, line)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		w.sound(t)
	})
}
