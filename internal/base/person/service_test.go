package person

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
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
	t                        *testing.T
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
		e := Exemption{ID: id.New(), Person: p.ID, Kind: Exempt, Reason: "Tuổi cao, sức yếu", From: "2026-01-01", Resolution: "12-NQ/CB"}
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

const goodSheet = `STT,Số thẻ đảng,Họ và tên,Ngày sinh,Giới tính,Ngày vào Đảng,Ngày chính thức,Mã chi bộ,Cán bộ chủ chốt,Miễn sinh hoạt từ ngày,Lý do miễn,Số nghị quyết
1,001,Nguyễn Văn Mẫu,07/02/1970,Nam,19/05/1995,19/05/1996,E1,x,,,
2,002,Trần Thị Mẫu,1950,Nữ,1975-04-30,30.4.1976,Chi bộ Đông 1 mẫu,,01/01/2025,Tuổi cao,12-NQ/CB
3,,Lê Văn Mẫu,25569,Nam,03/02/2025,,W1,,,,
`

func (w *world) load(t *testing.T, who access.Actor, text string, o batch.Options) *batch.Result {
	t.Helper()
	r, err := w.Import(ctx, who, batch.Bytes("t.csv", []byte(text)), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func brief(r *batch.Result) string {
	return fmt.Sprint(r.Count[batch.New], r.Count[batch.Changed], r.Count[batch.Same], r.Count[batch.Ask], r.Count[batch.Bad], r.Applied)
}

func TestImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		step := func(say, text, want string, o batch.Options) *batch.Result {
			t.Helper()
			r := w.load(t, w.all, text, o)
			if got := brief(r); got != want {
				t.Errorf("%s: %s, want %s %+v", say, got, want, r.Rows)
			}
			return r
		}
		step("dry run", goodSheet, "3 0 0 0 0 false", batch.Options{DryRun: true})
		step("import", goodSheet, "3 0 0 0 0 true", batch.Options{})
		step("again nothing happens", goodSheet, "0 0 3 0 0 true", batch.Options{})

		rows, _, _ := w.List(ctx, w.all, Filter{Text: "le van"})
		if len(rows.Items) != 1 || rows.Items[0].Birth != "1970-01-01" || rows.Items[0].Kind != Probationary {
			t.Errorf("serial date and kind: %+v", rows.Items)
		}
		exempt, _, _ := w.List(ctx, w.all, Filter{Exempt: "any"})
		if len(exempt.Items) != 1 || exempt.Items[0].MemberNo != "002" {
			t.Errorf("exempt: %+v", exempt.Items)
		}

		step("moved, with a number now, without marks", strings.NewReplacer("E1,x", "W1,x", "3,,Lê Văn Mẫu", "3,003,LE VAN MAU").Replace(goodSheet), "0 2 1 0 0 true", batch.Options{})
		people, _, _ := w.List(ctx, w.all, Filter{})
		if len(people.Items) != 3 {
			t.Errorf("people %+v", people.Items)
		}
		for _, it := range people.Items {
			if it.MemberNo == "003" && it.Name != "Lê Văn Mẫu" || it.MemberNo == "001" && it.Unit != w.w1.ID {
				t.Errorf("after the move: %+v", it)
			}
		}
		r := step("elsewhere is a question", "Họ và tên,Ngày sinh,Mã chi bộ,Đối tượng\nTrần Thị Mẫu,1950,W1,Chính thức\n", "0 0 0 1 0 false", batch.Options{})
		told := r.Rows[0].Told("vi")
		at := strings.Index(told, "ghi ") + len("ghi ")
		step("answered with the id", "Họ và tên,Ngày sinh,Mã chi bộ,Mã trong hệ thống\nTrần Thị Mẫu,1950,W1,"+told[at:at+13]+"\n", "0 1 0 0 0 true", batch.Options{})
		step("answered with new", "Họ và tên,Ngày sinh,Mã chi bộ,Đối tượng,Mã trong hệ thống\nTrần Thị Mẫu,1950,E1,Dự bị,mới\n", "1 0 0 0 0 true", batch.Options{})
	})
}

func TestImportBad(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	w.load(t, w.all, goodSheet, batch.Options{})
	const head = "Số thẻ đảng,Họ và tên,Ngày sinh,Đối tượng,Mã chi bộ,Ngày chính thức,Miễn sinh hoạt từ ngày\n"
	for _, c := range []struct{ say, rows, cell, key string }{
		{"a date that never was", "9,Mẫu,31/02/1970,Chính thức,E1,,", "C2", "batch.not_date"},
		{"no name", "9,,1970,Chính thức,E1,,", "B2", "batch.empty"},
		{"unknown unit", "9,Mẫu,1970,Chính thức,Z9,,", "E2", "person.unit_unknown"},
		{"unit out of sight", "9,Mẫu,1970,Chính thức,W1,,", "E2", "person.unit_unknown"},
		{"no unit", "9,Mẫu,1970,Chính thức,,,", "E2", "batch.empty"},
		{"number twice", "9,Mẫu,1970,Chính thức,E1,,\n9,Mẫu hai,1971,Chính thức,E1,,", "A3", "person.twice"},
		{"person twice", ",Mẫu,1970,Chính thức,E1,,\n,MẪU,1970,Chính thức,E1,,", "B3", "person.twice"},
		{"no kind", ",Mẫu,1970,,E1,,", "D2", "person.kind_needed"},
		{"unknown kind", ",Mẫu,1970,Vua,E1,,", "D2", "batch.not_known"},
		{"a number outside the Party", "9,Mẫu,1970,Quần chúng,E1,,", "A2", "person.number_outside"},
		{"a day ahead", "9,Mẫu,1970,Chính thức,E1,01/01/2030,", "F2", "person.not_ahead"},
		{"an exemption without resolution", "9,Mẫu,1970,Chính thức,E1,,01/01/2025", "2", "person.exempt_needs"},
		{"a name too long", "9," + strings.Repeat("a", 200) + ",1970,Chính thức,E1,,", "B2", "web.too_long"},
	} {
		r := w.load(t, w.admin, head+c.rows, batch.Options{})
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
	r := w.load(t, w.admin, "Số thẻ đảng,Họ và tên\n001,Nguyễn Văn Mẫu\n", batch.Options{Under: w.e1.ID})
	if brief(r) != "0 0 1 0 0 true" {
		t.Errorf("a sheet of one cell: %s", brief(r))
	}
	for _, c := range []struct{ say, body, key string }{
		{"no unit column", "Họ và tên\nA\n", "sheet.missing_columns"},
		{"no name column", "Mã chi bộ,Họ đệm\nE1,A\n", "sheet.missing_columns"},
		{"no header", "x,y\n1,2\n", "sheet.no_header"},
	} {
		_, err := w.Import(ctx, w.admin, batch.Bytes("x", []byte(c.body)), batch.Options{})
		wants(t, c.say, err, fault.Invalid, c.key)
	}
	mixed := head + "21,Mẫu một,1970,Chính thức,E1,,\n22,Mẫu hai,31/02/1970,Chính thức,E1,,\n"
	good := w.load(t, w.admin, mixed, batch.Options{Good: true})
	var b bytes.Buffer
	if err := good.WriteWrong(&b, batch.Bytes("t.csv", []byte(mixed)), Columns, "csv", "vi"); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); brief(good) != "1 0 0 0 1 true" || !strings.Contains(s, "22,Mẫu hai,31/02/1970") || strings.Contains(s, "Mẫu một") || !strings.Contains(s, "C3: “31/02/1970”") {
		t.Errorf("good rows alone: %s %s", brief(good), s)
	}
}

func TestSplitNamesAndBirths(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	r := w.load(t, w.all, "DANH SÁCH\nSố thẻ;Họ đệm;Tên;Năm sinh Nam;Năm sinh Nữ;Chi bộ\n1;Nguyễn Văn;An;1970;;E1\n2;Trần Thị;Bình;;1980;E1\n", batch.Options{})
	rows, _, _ := w.List(ctx, w.all, Filter{})
	if brief(r) != "2 0 0 0 0 true" || len(rows.Items) != 2 || rows.Items[0].Name != "Nguyễn Văn An" || rows.Items[0].Sex != "m" || rows.Items[1].Birth != "1980" {
		t.Errorf("%s %+v", brief(r), rows.Items)
	}
}

func TestSampleAndExportRoundTrip(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	w.load(t, w.all, goodSheet, batch.Options{})
	for _, kind := range []string{"xlsx", "csv"} {
		var b bytes.Buffer
		if err := w.Export(ctx, w.all, Filter{}, &b, kind, "vi"); err != nil {
			t.Fatal(err)
		}
		r, err := w.Import(ctx, w.all, batch.Bytes("export."+kind, b.Bytes()), batch.Options{DryRun: true})
		if err != nil || brief(r) != "0 0 3 0 0 false" {
			t.Errorf("%s: %+v %v", kind, r, err)
		}
	}
	var b bytes.Buffer
	if err := Sample(&b); err != nil {
		t.Fatal(err)
	}
	r, err := w.Import(ctx, w.all, batch.Bytes("mau.xlsx", b.Bytes()), batch.Options{DryRun: true})
	if err != nil || r.Total != 3 || r.Rows[0].Notes[0].Key != "person.unit_unknown" {
		t.Errorf("sample: %+v %v", r, err)
	}
}

func TestManyPeople(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	people := make([]Person, 20_000)
	for i := range people {
		people[i] = Person{ID: id.New(), Name: fmt.Sprint("Đảng viên mẫu ", i), MemberNo: fmt.Sprint(i), Kind: Official, Unit: w.e1.ID}
	}
	start := time.Now()
	if err := w.DB.Write(ctx, func(tx db.Tx) error { return AddAll(ctx, tx, people, w.Now.Ms(), 0) }); err != nil {
		t.Fatal(err)
	}
	added := time.Since(start)
	start = time.Now()
	rows, total, err := w.List(ctx, w.all, Filter{Text: "mau 19999"})
	if err != nil || total != 1 || len(rows.Items) != 1 {
		t.Errorf("%d %v", total, err)
	}
	t.Logf("added %d in %v, searched in %v", len(people), added, time.Since(start))
}

func FuzzImport(f *testing.F) {
	f.Add([]byte(goodSheet))
	f.Add([]byte("Số thẻ;Họ đệm;Tên;Năm sinh Nam;Chi bộ;Mã trong hệ thống\n1;A;B;1970;E1;mới\n"))
	f.Add([]byte("Họ và tên\tMã chi bộ\n\x00\xff\tE1\n"))
	var b bytes.Buffer
	if err := Sample(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	w := newWorld(f, dbtest.One(f))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := w.Import(ctx, w.all, batch.Bytes("fuzz", body), batch.Options{DryRun: true, Kind: Official, Under: w.e1.ID})
		if err != nil && fault.Of(err) == fault.Internal {
			t.Fatalf("%v", err)
		}
		if err == nil && r.Total != r.Wrong()+r.Fresh()+r.Count[batch.Same] {
			t.Fatalf("%+v", r)
		}
	})
}
