package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// The demo tells S2 as it was printed: 480 and 3,350 delegates at 1 + 16 sites, 48 tasks, 15/15
// districts and 20/20 departments with a plan, and every part of the database agrees.
func TestDemoTellsHaiPhong(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the whole story twice")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		dir := t.TempDir()
		story, err := Demo(ctx, d, dir, HaiPhong, Size{})
		if err != nil {
			t.Fatal(err)
		}
		if len(story.Doors) != len(access.Roles)-1 { // no founder, no reader, two unit officers
			t.Errorf("%d ways in, want one for each role and two unit officers", len(story.Doors))
		}
		a, who := New(d, func() time.Time { return story.Now }, dir), access.System("test")
		one := func(query string, args ...any) (n int64) {
			err := d.Read(ctx, func(tx db.Tx) (err error) { n, err = db.One(ctx, tx, db.Value[int64], query, args...); return err })
			if err != nil {
				t.Error(query, err)
			}
			return n
		}
		for _, c := range []struct {
			name  string
			query string
			want  int64
		}{
			{"delegates at the main site", `select count(*) from attendance_record r join meeting_site s on s.id = r.site join meeting m on m.id = s.meeting where m.kind = 'conference' and s.ord = 0`, 480},
			{"delegates at the other sites", `select count(*) from attendance_record r join meeting_site s on s.id = r.site join meeting m on m.id = s.meeting where m.kind = 'conference' and s.ord > 0`, 3350},
			{"other sites", `select count(*) from meeting_site s join meeting m on m.id = s.meeting where m.kind = 'conference' and s.ord > 0`, 16},
			{"plans and directive documents of the People's Committee", `select count(*) from document where issuer_name = 'Ủy ban nhân dân thành phố'`, 9},
			{"documents of lead agencies", `select count(*) from document where issuer_name = 'Cơ quan được phân công chủ trì'`, 25},
			{"districts due before 20/7", `select count(*) from campaign_due where level = 'district' and due_on = '2018-07-20' and not inclusive`, 1},
			{"grassroots due before 25/7", `select count(*) from campaign_due where level = 'grassroots' and due_on = '2018-07-25' and not inclusive`, 1},
		} {
			if got := one(c.query); got != c.want {
				t.Errorf("%s: %d, want %d", c.name, got, c.want)
			}
		}
		checkPlan91(t, a, who, id.ID(one(`select id from document where number = '91-KH/TU'`)))
		if _, err := a.Likeness.Work(ctx); err != nil {
			t.Error(err)
		}
		for _, c := range []struct {
			name        string
			query       string
			least, most int64
		}{
			{"essays that stand out for what they share are those planted, and what they were taken from", `select count(*) from likeness_essay where share >= 2500`, 8, 11},
			{"no other essay shares a tenth", `select count(*) from likeness_essay where share >= 1000 and share < 2500`, 0, 0},
			{"essays compared", `select count(*) from likeness_essay where seq is not null`, 45, 60},
		} {
			if got := one(c.query); got < c.least || got > c.most {
				t.Errorf("%s: %d, want %d to %d", c.name, got, c.least, c.most)
			}
		}
		var out bytes.Buffer
		if err := a.Doctor(ctx, &out); err != nil {
			t.Errorf("%v\n%s", err, &out)
		}
		sum, err := os.ReadDir(filepath.Join(a.Dir, "photos"))
		if err != nil || len(sum) == 0 || os.RemoveAll(filepath.Join(a.Dir, "photos", sum[0].Name())) != nil {
			t.Fatal("no photographs to lose:", err)
		}
		if err := a.Doctor(ctx, &out); err == nil || !strings.Contains(out.String(), "LOOK      files") {
			t.Errorf("a file that is gone is not missed: %v", err)
		}
		again, err := Demo(ctx, d, t.TempDir(), HaiPhong, Size{})
		if err != nil || len(again.Doors) != len(story.Doors) {
			t.Error("the second start of the same folder:", len(again.Doors), err)
		}
		if _, err := Demo(ctx, d, t.TempDir(), Province, Size{}); err == nil {
			t.Error("one story was told over another")
		}
	})
}

func checkPlan91(t *testing.T, a *App, who access.Actor, plan id.ID) {
	t.Helper()
	ctx := context.Background()
	v, err := a.Document.Show(ctx, who, plan)
	if err != nil {
		t.Fatal(err)
	}
	if n, _, of := document.Tasks(v.Document.Parts); n != 48 || len(of) != 4 {
		t.Errorf("plan 91 has %d tasks in %d groups, want 48 = 13 + 11 + 11 + 13", n, len(of))
	}
	cs, err := a.Document.Cover(ctx, who, plan, "")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]int64{}
	for _, c := range cs {
		got[c.Level] = [2]int64{c.Issued, c.Total}
	}
	if got["district"] != [2]int64{15, 15} || got["department"] != [2]int64{20, 20} {
		t.Errorf("coverage %v, want 15/15 districts and 20/20 departments", got)
	}
}

// Real data is never touched by a demo.
func TestDemoRefusesRealData(t *testing.T) {
	d := dbtest.One(t)
	ctx := context.Background()
	if err := d.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into account (id, login, name, folded, name_key, created_at) values (1, 'x', 'X', 'x', 'x', 0)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := Demo(ctx, d, t.TempDir(), HaiPhong, Size{}); err == nil {
		t.Error("a demo was built over an account")
	}
}

// The synthetic province adds up at any size.
func TestDemoProvince(t *testing.T) {
	d := dbtest.One(t)
	ctx := context.Background()
	if _, err := Demo(ctx, d, t.TempDir(), Province, Size{Communes: 3, Grassroots: 2, Cells: 2, Members: 5}); err != nil {
		t.Fatal(err)
	}
	err := d.Read(ctx, func(tx db.Tx) error {
		campaign, err := db.One(ctx, tx, db.Value[id.ID], `select id from campaign`)
		if err != nil {
			return err
		}
		doc, err := db.One(ctx, tx, db.Value[id.ID], `select document from campaign_document`)
		if err != nil {
			return err
		}
		top, err := db.One(ctx, tx, db.Value[id.ID], `select unit from campaign_unit where parent is null`)
		if err != nil {
			return err
		}
		self, below, err := rollup.At(ctx, tx, campaign, doc, top)
		if err != nil {
			return err
		}
		var sum rollup.Count
		for _, l := range below {
			sum = sum.Add(l.Count)
		}
		if self.Count.Members != 60 || len(below) != 3 || sum != self.Count {
			t.Errorf("%+v is not the sum of %d parts %+v", self.Count, len(below), sum)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := Demo(ctx, dbtest.One(t), t.TempDir(), Province, Size{}); err == nil {
		t.Error("a province without communes was built")
	}
}
