package org

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var ctx = context.Background()

// world is a city with two districts, a commune in the first and a cell in that.
type world struct {
	*Service
	t                            testing.TB
	city, east, west, ward, cell Unit
	admin, far                   access.Actor // administrators of the east and of the west
}

func at(day string) clock.Now { return clock.Fixed(clock.Start(day).Add(9 * time.Hour)) }

func newWorld(t testing.TB, d *db.DB) *world {
	w := &world{Service: &Service{DB: d, Now: at("2026-02-07")}, t: t}
	unit := func(code, level, name string, parent id.ID) Unit {
		return Unit{ID: id.New(), Code: code, Level: level, Name: name, Parent: parent}.tidy()
	}
	w.city = unit("C", "province", "Thành phố mẫu", 0)
	w.east = unit("E", "equivalent", "Đảng bộ Đông mẫu", w.city.ID)
	w.west = unit("W", "equivalent", "Đảng bộ Tây mẫu", w.city.ID)
	w.ward = unit("E1", "commune", "Phường Đường Hoa mẫu", w.east.ID)
	w.cell = unit("E11", "cell", "Chi bộ 10 mẫu", w.ward.ID)
	w.write(func(tx db.Tx) error {
		return AddAll(ctx, tx, []Unit{w.cell, w.ward, w.west, w.east, w.city}, w.Now.Ms(), 0)
	})
	w.admin = actor(access.Administrator, w.east.ID)
	w.far = actor(access.Administrator, w.west.ID)
	return w
}

func actor(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Người mẫu", Grants: []access.Grant{{Role: role, Unit: unit}}}
}

func (w *world) write(fn func(db.Tx) error) {
	w.t.Helper()
	if err := w.DB.Write(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

// tree prints today's tree from the closure, and complains when it disagrees with the links.
func (w *world) tree() string {
	w.t.Helper()
	var out []string
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		all, err := db.All(ctx, tx, scanUnit, `select `+columns+` from org_unit u order by u.code`)
		if err != nil {
			return err
		}
		for _, u := range all {
			path, err := Path(ctx, tx, u.ID)
			if err != nil {
				return err
			}
			var way []string
			for i, p := range path {
				way = append(way, p.Code)
				if i > 0 && p.Parent != path[i-1].ID {
					w.t.Errorf("%s: the way down jumps at %s", u.Code, p.Code)
				}
			}
			out = append(out, strings.Join(way, ">"))
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func (w *world) is(want string) {
	w.t.Helper()
	if got := w.tree(); got != want {
		w.t.Errorf("tree is\n%s, want\n%s", got, want)
	}
}

func wants(t *testing.T, say string, err error, kind fault.Kind, key string) {
	t.Helper()
	if fault.Of(err) != kind || kind != fault.Internal && fault.Key(err) != key || (kind == fault.Internal && err != nil) {
		t.Errorf("%s: %v", say, err)
	}
}

const ok = fault.Internal // with a nil error

func TestTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.is("C C>E C>E>E1 C>E>E1>E11 C>W")

		both := access.Actor{Account: 7, Grants: []access.Grant{{Role: access.Administrator, Unit: w.city.ID}}}
		wants(t, "a ward moves", w.Move(ctx, both, w.ward.ID, w.west.ID, "2026-02-01", "QĐ 1"), ok, "")
		w.is("C C>E C>W>E1 C>W>E1>E11 C>W")
		wants(t, "not under itself", w.Move(ctx, both, w.west.ID, w.cell.ID, "2026-02-05", ""), fault.Invalid, "org.level_upside")
		wants(t, "not in a circle", w.Move(ctx, both, w.west.ID, w.west.ID, "2026-02-05", ""), fault.Invalid, "org.cycle")
		wants(t, "not before the last move", w.Move(ctx, both, w.ward.ID, w.east.ID, "2026-01-01", ""), fault.Invalid, "org.moved_later")
		wants(t, "a move may lie ahead", w.Move(ctx, both, w.ward.ID, w.east.ID, "2026-03-01", ""), ok, "")
		w.is("C C>E C>W>E1 C>W>E1>E11 C>W")
		w.Now = at("2026-03-01")
		wants(t, "its day comes", w.Refresh(ctx), ok, "")
		w.is("C C>E C>E>E1 C>E>E1>E11 C>W")

		wants(t, "out of sight", w.Move(ctx, w.far, w.ward.ID, w.west.ID, "2026-03-02", ""), fault.Missing, "fault.missing")
		wants(t, "not into what is out of sight", w.Move(ctx, w.admin, w.ward.ID, w.west.ID, "2026-03-02", ""), fault.Missing, "fault.missing")
		wants(t, "a reader does not move", w.Move(ctx, actor(access.Leader, w.city.ID), w.ward.ID, w.west.ID, "2026-03-02", ""), fault.Denied, "access.denied")
	})
}

func TestCreateEditClose(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		u := Unit{ID: id.New(), Code: "e12", Level: "cell", Name: "Chi bộ 2 mẫu", Parent: w.ward.ID}
		made, err := w.Create(ctx, w.admin, u)
		wants(t, "a cell is made", err, ok, "")
		if made.Code != "E12" || made.Short != made.Name {
			t.Errorf("made %+v", made)
		}
		again, err := w.Create(ctx, w.admin, u)
		wants(t, "sent twice it is made once", err, ok, "")
		if again != made {
			t.Errorf("again %+v", again)
		}
		_, err = w.Create(ctx, actor(access.Administrator, w.city.ID), u)
		wants(t, "another's form is no key", err, fault.Conflict, "org.id_taken")
		u.ID = id.New()
		_, err = w.Create(ctx, w.admin, u)
		wants(t, "a code is taken once", err, fault.Conflict, "org.code_taken")
		u.Code, u.Parent = "X", 0
		_, err = w.Create(ctx, w.admin, u)
		wants(t, "nobody makes a second top", err, fault.Invalid, "web.required")
		u.Parent, u.Level = w.ward.ID, "province"
		_, err = w.Create(ctx, w.admin, u)
		wants(t, "nothing stands upside down", err, fault.Invalid, "org.level_upside")
		u.Level = "kingdom"
		_, err = w.Create(ctx, w.admin, u)
		wants(t, "a level is one of the list", err, fault.Invalid, "web.choose")

		made.Name = "Chi bộ 2 mẫu đổi tên"
		_, err = w.Edit(ctx, w.admin, made)
		wants(t, "a unit is renamed", err, ok, "")
		_, err = w.Edit(ctx, w.far, made)
		wants(t, "not by strangers", err, fault.Missing, "fault.missing")
		ward := w.ward
		ward.Level = "group"
		_, err = w.Edit(ctx, w.admin, ward)
		wants(t, "not over those below", err, fault.Invalid, "org.level_below")

		wants(t, "a unit with units stays", w.Close(ctx, w.admin, w.ward.ID, "2026-02-07", ""), fault.Conflict, "org.not_empty")
		wants(t, "a day is needed", w.Close(ctx, w.admin, made.ID, "31/12/2026", ""), fault.Invalid, "web.not_date")
		wants(t, "an empty cell ends", w.Close(ctx, w.admin, made.ID, "2026-02-01", "QĐ 2"), ok, "")
		rows, _, total, err := w.List(ctx, w.admin, Filter{Text: "chi bo"})
		if err != nil || len(rows) != 1 || total != 1 || rows[0].Code != "E11" {
			t.Errorf("open cells: %v %d %v", rows, total, err)
		}
		wants(t, "it opens again", w.Reopen(ctx, w.admin, made.ID, ""), ok, "")
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.write(func(tx db.Tx) error {
			return AddAll(ctx, tx, []Unit{
				{ID: id.New(), Code: "E2", Level: "commune", Name: "Phường Dương Hòa mẫu", Parent: w.east.ID},
				{ID: id.New(), Code: "W1", Level: "commune", Name: "Phường Đường Hòa mẫu", Parent: w.west.ID},
			}, 1, 0)
		})
		codes := func(who access.Actor, f Filter) string {
			var out []string
			for {
				rows, next, _, err := w.List(ctx, who, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					out = append(out, r.Code)
				}
				if f.Page.After = next; next == "" {
					return strings.Join(out, " ")
				}
			}
		}
		all := access.Actor{Grants: []access.Grant{{Role: access.Leader, Unit: w.city.ID}}}
		for _, c := range []struct {
			say  string
			who  access.Actor
			f    Filter
			want string
		}{
			{"without marks all are found", all, Filter{Text: "DUONG hoa"}, "E2 E1 W1"},
			{"the exact marks come first", all, Filter{Text: "Đường"}, "E1 W1 E2"},
			{"page by page it is the same", all, Filter{Text: "Đường", Page: db.Page{Limit: 1}}, "E1 W1 E2"},
			{"only in sight", w.admin, Filter{Text: "duong"}, "E2 E1"},
			{"by level", all, Filter{Level: "cell"}, "E11"},
			{"by code", all, Filter{Text: "e11"}, "E11"},
			{"below a unit", all, Filter{Under: w.west.ID}, "W W1"},
			{"wildcards mean themselves", all, Filter{Text: "%"}, ""},
			{"nobody sees nothing", access.Actor{}, Filter{}, ""},
		} {
			if got := codes(c.who, c.f); got != c.want {
				t.Errorf("%s: %q, want %q", c.say, got, c.want)
			}
		}
		items, err := w.Tree(ctx, w.admin, nil)
		if err != nil || len(items) != 3 || items[0].Code != "E" || !items[0].Opened || items[1].Depth != 1 {
			t.Errorf("tree %+v %v", items, err)
		}
	})
}

const goodSheet = `DANH SÁCH TỔ CHỨC ĐẢNG
STT;Mã tổ chức;Tên tổ chức đảng;Cấp;Mã cấp trên;Từ ngày
1;E13;Chi bộ 3 mẫu;Chi bộ;E2;01/07/2025
2;E2;Đảng bộ phường mẫu 2;Phường;E;
3;E11;Chi bộ 10 mẫu;chi bộ;E1;
4;E1;Phường Đường Hoa mẫu mới;Đảng ủy xã, phường, đặc khu;;
`

func TestImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		run := func(text string, o batch.Options) string {
			t.Helper()
			r, err := w.Import(ctx, w.admin, batch.Bytes("t.csv", []byte(text)), o, Steps{})
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(r.Count[batch.New], r.Count[batch.Changed], r.Count[batch.Same], r.Count[batch.Bad], r.Applied)
		}
		if got := run(goodSheet, batch.Options{DryRun: true}); got != "2 1 1 0 false" {
			t.Errorf("dry run: %s", got)
		}
		w.is("C C>E C>E>E1 C>E>E1>E11 C>W")
		if got := run(goodSheet, batch.Options{}); got != "2 1 1 0 true" {
			t.Errorf("import: %s", got)
		}
		w.is("C C>E C>E>E1 C>E>E1>E11 C>E>E2>E13 C>E>E2 C>W")
		if got := run(goodSheet, batch.Options{}); got != "0 0 4 0 true" {
			t.Errorf("again: %s", got)
		}
		moved := strings.Replace(goodSheet, "E11;Chi bộ 10 mẫu;chi bộ;E1", "E11;Chi bộ 10 mẫu;chi bộ;Đảng bộ phường mẫu 2", 1)
		if got := run(moved, batch.Options{}); got != "0 1 3 0 true" {
			t.Errorf("moved: %s", got)
		}
		w.is("C C>E C>E>E1 C>E>E2>E11 C>E>E2>E13 C>E>E2 C>W")
	})
}

func TestImportBad(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	const head = "Mã tổ chức,Tên tổ chức đảng,Cấp,Trực thuộc,Từ ngày\n"
	for _, c := range []struct{ say, rows, cell, key string }{
		{"no name", "N1,,Chi bộ,E1,", "B2", "batch.empty"},
		{"no code", ",Chi bộ,Chi bộ,E1,", "A2", "batch.empty"},
		{"unknown level", "N1,Chi bộ,Vương quốc,E1,", "C2", "batch.not_known"},
		{"unknown parent", "N1,Chi bộ,Chi bộ,ZZ,", "D2", "org.unknown"},
		{"no parent", "N1,Chi bộ,Chi bộ,,", "2", "org.parent_needed"},
		{"a date that never was", "N1,Chi bộ,Chi bộ,E1,31/02/1970", "E2", "batch.not_date"},
		{"a district after their end", "N1,Huyện,Huyện,E,01/01/2026", "C2", "org.level_over"},
		{"a code twice", "N1,Chi bộ,Chi bộ,E1,\nn1,Chi bộ,Chi bộ,E1,", "A3", "org.code_twice"},
		{"a parent out of sight", "N1,Chi bộ,Chi bộ,W,", "D2", "org.unknown"},
		{"a unit out of sight", "W,Tây,Cấp trên trực tiếp cơ sở,E,", "A2", "org.code_unusable"},
		{"a circle", "N1,Một,Chi bộ,N2,\nN2,Hai,Chi bộ,N1,", "D2", "org.cycle"},
		{"upside down", "N1,Phường,Phường,E11,", "D2", "org.level_upside"},
		{"below a wrong row", "N1,Một,Chi bộ,ZZ,\nN2,Hai,Tổ đảng,N1,", "D3", "org.parent_bad"},
		{"too long", "N1," + strings.Repeat("a", 400) + ",Chi bộ,E1,", "B2", "web.too_long"},
	} {
		r, err := w.Import(ctx, w.admin, batch.Bytes("t.csv", []byte(head+c.rows)), batch.Options{}, Steps{})
		if err != nil {
			t.Errorf("%s: %v", c.say, err)
			continue
		}
		found := false
		for _, row := range r.Rows {
			for _, n := range row.Notes {
				found = found || n.Cell == c.cell && n.Key == c.key
			}
		}
		if !found || r.Applied {
			t.Errorf("%s: %+v", c.say, r.Rows)
		}
	}
	w.is("C C>E C>E>E1 C>E>E1>E11 C>W")

	mixed := head + "N1,Một mẫu,Chi bộ,E1,\nN2,Hai mẫu,Chi bộ,ZZ,\n"
	r, err := w.Import(ctx, w.admin, batch.Bytes("t.csv", []byte(mixed)), batch.Options{Good: true}, Steps{})
	if err != nil || !r.Applied || r.Count[batch.New] != 1 {
		t.Fatalf("good rows alone: %+v %v", r, err)
	}
	var b bytes.Buffer
	if err := r.WriteWrong(&b, batch.Bytes("t.csv", []byte(mixed)), Columns, "csv", "vi"); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, "N2,Hai mẫu,Chi bộ,ZZ,,") || strings.Contains(s, "Một mẫu") || !strings.Contains(s, "D3: Không có tổ chức nào") {
		t.Errorf("error sheet: %s", s)
	}
	for _, c := range []struct{ say, body, key string }{
		{"no header", "a,b\n1,2\n", "sheet.no_header"},
		{"missing column", "Mã tổ chức,Tên tổ chức đảng\nA,B\n", "sheet.missing_columns"},
		{"no sheet at all", "%PDF-1.4", "sheet.not_a_sheet"},
		{"nothing", "", "sheet.empty"},
	} {
		_, err := w.Import(ctx, w.admin, batch.Bytes("x", []byte(c.body)), batch.Options{}, Steps{})
		wants(t, c.say, err, fault.Invalid, c.key)
	}
}

func TestSampleAndExportRoundTrip(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	for _, kind := range []string{"xlsx", "csv"} {
		var b bytes.Buffer
		if err := w.Export(ctx, w.admin, Filter{}, &b, kind, "vi"); err != nil {
			t.Fatal(err)
		}
		r, err := w.Import(ctx, w.admin, batch.Bytes("export."+kind, b.Bytes()), batch.Options{DryRun: true}, Steps{})
		if err != nil || r.Count[batch.Same] != 3 || r.Total != 3 {
			t.Errorf("%s: %+v %v", kind, r, err)
		}
	}
	var b bytes.Buffer
	if err := Sample(&b); err != nil {
		t.Fatal(err)
	}
	r, err := w.Import(ctx, access.System("test"), batch.Bytes("mau.xlsx", b.Bytes()), batch.Options{DryRun: true}, Steps{})
	if err != nil || r.Count[batch.New] != 3 {
		t.Errorf("sample: %+v %v", r, err)
	}
}

func TestAddAllIsQuick(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	var units []Unit
	for i := range 100 {
		ward := Unit{ID: id.New(), Code: fmt.Sprint("P", i), Level: "commune", Name: fmt.Sprint("Phường mẫu ", i), Parent: w.west.ID}
		units = append(units, ward)
		for k := range 100 {
			units = append(units, Unit{ID: id.New(), Code: fmt.Sprint("P", i, ".", k), Level: "cell", Name: fmt.Sprint("Chi bộ mẫu ", k), Parent: ward.ID})
		}
	}
	start := time.Now()
	w.write(func(tx db.Tx) error { return AddAll(ctx, tx, units, 1, 0) })
	t.Logf("%d units in %v", len(units), time.Since(start))
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(goodSheet))
	f.Add([]byte("Mã;Tên;Cấp;Trực thuộc\nA;A;Chi bộ;A\n"))
	var b bytes.Buffer
	if err := Sample(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	d := dbtest.One(f)
	s := &Service{DB: d, Now: at("2026-02-07")}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := s.Import(ctx, access.System("fuzz"), batch.Bytes("fuzz", body), batch.Options{DryRun: true}, Steps{})
		if err != nil && fault.Of(err) == fault.Internal {
			t.Fatalf("%v", err)
		}
		if err == nil && r.Total != r.Wrong()+r.Fresh()+r.Count[batch.Same] {
			t.Fatalf("%+v", r)
		}
	})
}
