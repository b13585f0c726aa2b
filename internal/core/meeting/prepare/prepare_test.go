package prepare

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestUsual(t *testing.T) {
	has := func(list []Need, code string) bool {
		for _, n := range list {
			if n.Code == code {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		name, kind, mode, code string
		want                   bool
	}{
		{"a linked conference needs a line", "conference", "hybrid", "line", true},
		{"a conference in one room needs none", "conference", "in_person", "line", false},
		{"a conference is decorated", "conference", "in_person", "decoration", true},
		{"a cell meeting is not", "cell", "in_person", "decoration", false},
		{"everybody needs materials", "cell", "in_person", "materials", true},
		{"reading alone needs only these", "class", "self_study", "hall", false},
	} {
		if got := has(Usual(c.kind, c.mode), c.code); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	for kind := range usual {
		if err := checkNeeds(Usual(kind, "hybrid")); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestChecklist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		if err := w.Ticks(ctx, w.host, w.meeting, w.siteEast, []string{"hall", "line"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Ticks(ctx, w.host, w.meeting, w.siteEast, []string{"song"}); fault.Of(err) != fault.Invalid {
			t.Error("a point that is none:", err)
		}
		if err := w.Ticks(ctx, w.host, w.meeting, w.siteWest, []string{"hall"}); fault.Of(err) != fault.Denied {
			t.Error("a host told of a neighbour's site:", err)
		}
		if err := w.Ticks(ctx, w.usher, w.meeting, w.siteEast, []string{"hall"}); err != nil {
			t.Error("an usher of the site may not tick:", err)
		}
		trial := Trial{ID: id.New(), Site: w.siteEast, Result: "weak"}
		for range 2 {
			if err := w.Try(ctx, w.host, w.meeting, trial); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Try(ctx, w.host, w.meeting, Trial{ID: id.New(), Site: w.siteEast, Result: "good", At: now.UnixMilli() - 3600_000}); err != nil {
			t.Fatal(err)
		}
		o, err := w.Show(ctx, w.member, w.meeting, w.siteEast)
		if err != nil || o.May || o.Site.Ticked != 1 || o.Site.Trial != "weak" || len(o.Trials) != 2 {
			t.Errorf("an older test does not overtake: %+v %v", o, err)
		}
		own := []Need{{Code: "hall"}, {Code: "x1", Title: "Phiên dịch tiếng Mông"}}
		if err := w.SetNeeds(ctx, w.host, w.meeting, own); fault.Of(err) != fault.Missing {
			t.Error("a host changed everybody's list:", err)
		}
		if err := w.SetNeeds(ctx, w.officer, w.meeting, own); err != nil {
			t.Fatal(err)
		}
		if err := w.Bulk(ctx, w.officer, w.meeting, []id.ID{w.main, w.siteEast, w.siteWest}, "x1", ""); err != nil {
			t.Fatal(err)
		}
		if err := w.Bulk(ctx, w.host, w.meeting, []id.ID{w.siteEast, w.siteWest}, "", "good"); fault.Of(err) != fault.Missing {
			t.Error("in bulk a host told of a neighbour's site:", err)
		}
		if err := w.Bulk(ctx, w.officer, w.meeting, []id.ID{w.siteEast}, "", "good"); err != nil {
			t.Fatal(err)
		}
		b, err := w.List(ctx, w.officer, Query{Meeting: w.meeting, Show: "untried"})
		if err != nil || len(b.Rows.Items) != 2 || b.Progress.Untried != 2 || b.Progress.Ready != 1 || b.Progress.Done != 4 || b.Progress.Points != 6 {
			t.Errorf("%+v %v", b, err)
		}
		if b, err := w.List(ctx, w.officer, Query{Meeting: w.meeting, Find: "cau dong", Page: db.Page{Limit: 1}}); err != nil || len(b.Rows.Items) != 1 || b.Rows.Items[0].ID != w.siteEast {
			t.Errorf("search: %+v %v", b.Rows, err)
		}
		for _, show := range Shows {
			if _, err := w.List(ctx, w.member, Query{Meeting: w.meeting, Show: show, Unit: w.east}); err != nil {
				t.Error(show, err)
			}
		}
	})
}

func TestMove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		who := w.people[0]
		at := func(name string, east, west int64) {
			t.Helper()
			if e, f := w.expected(t, w.siteEast), w.expected(t, w.siteWest); e != east || f != west {
				t.Errorf("%s: %d expected in the east and %d in the west, want %d and %d", name, e, f, east, west)
			}
		}
		at("before", 4, 4)
		if err := w.Move(ctx, w.stranger, w.meeting, who, w.siteWest, ""); fault.Of(err) != fault.Missing {
			t.Error("a stranger moved somebody:", err)
		}
		for range 2 {
			if err := w.Move(ctx, w.member, w.meeting, who, w.siteWest, "công tác"); err != nil {
				t.Fatal(err)
			}
			at("moved", 3, 5)
		}
		o, _ := w.Show(ctx, w.officer, w.meeting, w.siteWest)
		if o.Site.Expected != 5 {
			t.Error("the number announced did not follow:", o.Site.Expected)
		}
		_, rows, err := w.Moved(ctx, w.officer, w.meeting, "", db.Page{})
		if err != nil || len(rows.Items) != 1 || rows.Items[0].From != "Điểm cầu Đông" || rows.Items[0].Why != "công tác" {
			t.Errorf("%+v %v", rows, err)
		}
		if _, rows, err := w.Moved(ctx, w.member, w.meeting, "mau 00", db.Page{}); err != nil || len(rows.Items) != 4 {
			t.Errorf("a secretary finds the own cell: %+v %v", rows, err)
		}
		if err := w.Move(ctx, w.officer, w.meeting, who, w.siteEast, ""); err != nil {
			t.Fatal(err)
		}
		at("moved back", 4, 4)
		w.Now = func() time.Time { return now.AddDate(0, 0, 9) }
		if err := w.Move(ctx, w.officer, w.meeting, who, w.siteWest, ""); fault.Key(err) != "prepare.meeting_over" {
			t.Error("moved after the meeting:", err)
		}
	})
}

func TestGuests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		list := readGuests(id.New(), "Khách mẫu 01 – Chủ tịch Hội mẫu\n\n  Khách mẫu 02, Ban mẫu\nKhách mẫu 03")
		if len(list) != 3 || list[0].Post != "Chủ tịch Hội mẫu" || list[1].Name != "Khách mẫu 02" {
			t.Fatalf("%+v", list)
		}
		for range 2 {
			if err := w.Invite(ctx, w.usher, w.meeting, w.siteEast, list); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.See(ctx, w.stranger, w.meeting, list[0].ID, true); fault.Of(err) != fault.Missing {
			t.Error("a stranger saw a guest:", err)
		}
		for _, g := range list[:2] {
			if err := w.See(ctx, w.usher, w.meeting, g.ID, true); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Uninvite(ctx, w.usher, w.meeting, list[0].ID); fault.Key(err) != "prepare.guest_came" {
			t.Error("a guest who came was struck off:", err)
		}
		if err := w.Tally(ctx, w.usher, w.meeting, w.siteEast); err != nil || w.told != 2 {
			t.Error(w.told, err)
		}
		if err := w.Tally(ctx, w.host, w.meeting, w.siteEast); err != nil || w.told != 4 || len(w.keys) != 2 || w.keys[0] != w.keys[1] {
			t.Error("two who read the same tell it under two keys:", w.keys, w.told, err)
		}
		w.exec(t, `insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, at, by_name) values ($1, $2, $3, $4, $5, 'guest', 2, 0, 'x')`, id.New(), w.campaign, w.meeting, w.siteEast, w.province)
		if err := w.Tally(ctx, w.usher, w.meeting, w.siteEast); fault.Key(err) != "prepare.guests_counted" {
			t.Error("guests were counted twice:", err)
		}
		g, err := w.Guests(ctx, w.officer, w.meeting, "khach mau 0", db.Page{Limit: 2})
		if err != nil || len(g.Rows.Items) != 2 || g.Rows.Next == "" || g.Tables[0] != (Table{w.siteEast, "Điểm cầu Đông", 3, 2, 2}) {
			t.Errorf("%+v %v", g, err)
		}
		if _, err := w.Guests(ctx, w.member, w.meeting, "", db.Page{}); fault.Of(err) != fault.Missing {
			t.Error("a secretary far from it reads guests:", err)
		}
	})
}

const sites3 = "Tên điểm cầu;Đơn vị chủ trì;Địa điểm;Sức chứa;Phụ trách kỹ thuật\nĐiểm cầu Đông;;Nhà văn hóa;1.200;Kỹ thuật mẫu\nXã mẫu 01;u2;Hội trường xã;62;\nXã mẫu 02;Chi bộ mẫu 09;;;\nXã mẫu 01;;;;\n;;x;;\nXã mẫu 03;;;nhiều;\n"

func TestSheet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d), context.Background()
		lines, err := ReadSheet("x.csv", bytes.NewReader([]byte(sites3)), int64(len(sites3)))
		if err != nil || len(lines) != 6 {
			t.Fatal(lines, err)
		}
		f, err := w.Foresee(ctx, w.officer, w.meeting, lines)
		var got []string
		for _, v := range f.Verdicts {
			got = append(got, v.Verdict+v.Key)
		}
		want := "change add badprepare.row.no_unit badprepare.row.twice badprepare.row.no_name badprepare.row.number"
		if err != nil || strings.Join(got, " ") != want {
			t.Fatalf("%v %v", got, err)
		}
		if _, err := w.Bring(ctx, w.host, w.meeting, lines); fault.Of(err) != fault.Missing {
			t.Error("a host brought sites in:", err)
		}
		for n := range 2 {
			f, err := w.Bring(ctx, w.officer, w.meeting, lines)
			if err != nil || f.Same != 2*n || f.Add != 1-n {
				t.Errorf("time %d: %+v %v", n, f, err)
			}
		}
		b, err := w.List(ctx, w.officer, Query{Meeting: w.meeting})
		if err != nil || len(b.Rows.Items) != 4 || b.Rows.Items[3].Unit != w.cell || b.Rows.Items[1].Capacity != 1200 || b.Rows.Items[1].Expected != 4 {
			t.Errorf("%+v %v", b.Rows.Items, err)
		}
	})
}

func TestRoomForSites(t *testing.T) {
	m := meeting.Meeting{ID: 1, Unit: 2}
	f := judge([]Line{{Name: strings.Repeat("đ", 201)}, {Name: "a\x00"}, {Name: "Hai", Unit: "mẫu"}}, m, nil, hosts{map[string]id.ID{"mau": 0}, nil})
	if f.Bad != 3 || f.Verdicts[2].Key != "prepare.row.two_units" {
		t.Errorf("%+v", f)
	}
}
