package person

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const goodSheet = `STT,Số thẻ đảng,Họ và tên,Ngày sinh,Giới tính,Ngày vào Đảng,Ngày chính thức,Mã chi bộ,Cán bộ chủ chốt,Miễn sinh hoạt từ ngày,Lý do miễn,Số nghị quyết
1,001,Nguyễn Văn Mẫu,07/02/1970,Nam,19/05/1995,19/05/1996,E1,x,,,
2,002,Trần Thị Mẫu,1950,Nữ,1975-04-30,30.4.1976,Chi bộ Đông 1 mẫu,,01/01/2025,Tuổi cao,12-NQ/CB
3,,Lê Văn Mẫu,25569,Nam,03/02/2025,,W1,,,,
`

// pass goes once through a sheet and gathers what became of its rows.
func (w *world) pass(who access.Actor, text string, o batch.Options) (*batch.Result, *Pass, error) {
	f := batch.Bytes("t.csv", []byte(text))
	table, err := batch.Open(f, Columns)
	if err != nil {
		return nil, nil, err
	}
	r := batch.Begin(f, table)
	p := &Pass{Who: who, File: f.Name, Under: o.Under, Usual: o.Kind, Dry: o.DryRun, Done: func(p *Piece) error {
		for _, row := range p.Rows {
			r.Add(row)
		}
		return nil
	}}
	return r, p, w.Run(ctx, table, p)
}

// imported looks a sheet over and, when all of it or the good rows may, brings it in.
func (w *world) imported(who access.Actor, text string, o batch.Options) (*batch.Result, error) {
	dry := o
	dry.DryRun = true
	r, _, err := w.pass(who, text, dry)
	if err != nil || !r.May(o) {
		return r, err
	}
	r, _, err = w.pass(who, text, o)
	if err == nil {
		r.Applied = true
	}
	return r, err
}

func (w *world) load(t *testing.T, who access.Actor, text string, o batch.Options) *batch.Result {
	t.Helper()
	r, err := w.imported(who, text, o)
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
		{"person twice", ",Mẫu,1970,Chính thức,E1,,\n,MẪU,1970,Chính thức,E1,,", "B3", "person.twice_perhaps"},
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
		_, err := w.imported(w.admin, c.body, batch.Options{})
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
		r, err := w.imported(w.all, b.String(), batch.Options{DryRun: true})
		if err != nil || brief(r) != "0 0 3 0 0 false" {
			t.Errorf("%s: %+v %v", kind, r, err)
		}
	}
	var b bytes.Buffer
	if err := Sample(&b); err != nil {
		t.Fatal(err)
	}
	r, err := w.imported(w.all, b.String(), batch.Options{DryRun: true})
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
		r, err := w.imported(w.all, string(body), batch.Options{DryRun: true, Kind: Official, Under: w.e1.ID})
		if err != nil && fault.Of(err) == fault.Internal {
			t.Fatalf("%v", err)
		}
		if err == nil && r.Total != r.Wrong()+r.Fresh()+r.Count[batch.Same] {
			t.Fatalf("%+v", r)
		}
	})
}
