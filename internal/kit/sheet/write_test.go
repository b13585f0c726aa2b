package sheet

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"quantriet/internal/kit/text"
)

// appendix writes a sheet with every style, as a report has them.
func appendix(t testing.TB, w io.Writer) {
	t.Helper()
	x := NewXLSX(w)
	s, err := x.Sheet("Phụ lục 1: kết quả", Layout{Widths: []float64{6, 34, 12, 12, 12, 14, 30}, FreezeRows: 5, FreezeCols: 2, RepeatFrom: 4, RepeatTo: 5})
	must(t, err)
	must(t, s.Row(Cell{"TỔNG HỢP KẾT QUẢ HỌC TẬP NGHỊ QUYẾT", Title}))
	must(t, s.Merge(1, 7, 1))
	must(t, s.Row(Cell{"(Kèm theo Báo cáo số 01-BC/ĐU, ngày 07 tháng 02 năm 2026)", Subtitle}))
	must(t, s.Merge(1, 7, 1))
	must(t, s.Row())
	must(t, s.Row(Cell{"STT", Head}, Cell{"Đơn vị", Head}, Cell{"Đảng viên", Head}, Cell{nil, Head}, Cell{nil, Head}, Cell{"Ngày báo cáo", Head}, Cell{"Ghi chú", Head}))
	must(t, s.Merge(1, 1, 2))
	must(t, s.Merge(2, 2, 2))
	must(t, s.Merge(3, 5, 1))
	must(t, s.Merge(6, 6, 2))
	must(t, s.Merge(7, 7, 2))
	must(t, s.Row(Cell{nil, Head}, Cell{nil, Head}, Cell{"Tổng số", Head}, Cell{"Đã học", Head}, Cell{"Tỷ lệ", Head}, Cell{nil, Head}, Cell{nil, Head}))
	for i := range 40 {
		must(t, s.Row(Cell{i + 1, Middle}, Cell{fmt.Sprintf("Chi bộ mẫu %d", i+1), Text}, Cell{1234 + i, Int}, Cell{1200, Int},
			Cell{Fraction{1200, int64(1234 + i), text.HalfUp}, Rate}, Cell{Day("2026-02-07"), Date}, Cell{"Học bù ngày 15/02/2026 cho các đồng chí đi công tác; =1+1 là chữ", Text}))
	}
	must(t, s.Row(Cell{"Cộng", TotalText}, Cell{nil, TotalText}, Cell{3044, TotalInt}, Cell{2909, TotalInt}, Cell{Fraction{2909, 3044, text.Truncate}, TotalRate}, Cell{nil, TotalText}, Cell{nil, TotalText}))
	must(t, s.Merge(1, 2, 1))
	must(t, s.Row(Cell{"Tỷ lệ tính đến 2 số thập phân, cắt bỏ phần dư.", Italic}))
	second, err := x.Sheet("Phụ lục 1: kết quả", Layout{Portrait: true})
	must(t, err)
	must(t, second.RowOf(30, Cell{"Tên", Bold}, Cell{1.5, Decimal}, Cell{Fraction{0, 0, text.HalfUp}, Rate}, Cell{"Ngày không rõ\x00", Wrong}))
	if second.Merge(1, 2, 1) != nil || second.Merge(2, 3, 1) == nil || second.Merge(3, 2, 1) == nil {
		t.Error("areas that meet were joined")
	}
	must(t, x.Close())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWrittenIsReadByExcelize checks our files with a reader that is not ours.
func TestWrittenIsReadByExcelize(t *testing.T) {
	var b, again bytes.Buffer
	appendix(t, &b)
	appendix(t, &again)
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the same rows gave other bytes")
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	must(t, err)
	defer f.Close()
	names := f.GetSheetList()
	if want := "Phụ lục 1- kết quả|Phụ lục 1- kết quả (2)"; strings.Join(names, "|") != want {
		t.Fatal(names)
	}
	for cell, want := range map[string]string{
		"A1": "TỔNG HỢP KẾT QUẢ HỌC TẬP NGHỊ QUYẾT", "B6": "Chi bộ mẫu 1", "C6": "1,234", "E6": "97.24%", "F6": "07/02/2026", "C46": "3,044", "E46": "95.56%",
	} {
		if got, err := f.GetCellValue(names[0], cell); err != nil || got != want {
			t.Errorf("%s: %q, %v", cell, got, err)
		}
	}
	merged, err := f.GetMergeCells(names[0])
	must(t, err)
	if len(merged) != 8 || merged[4].GetStartAxis() != "C4" || merged[4].GetEndAxis() != "E4" {
		t.Error(merged)
	}
	panes, err := f.GetPanes(names[0])
	must(t, err)
	if !panes.Freeze || panes.YSplit != 5 || panes.XSplit != 2 || panes.TopLeftCell != "C6" {
		t.Errorf("%+v", panes)
	}
	if n := f.GetDefinedName(); len(n) != 1 || n[0].RefersTo != "'Phụ lục 1- kết quả'!$4:$5" {
		t.Error(n)
	}
	page, err := f.GetPageLayout(names[0])
	must(t, err)
	if *page.Orientation != "landscape" || *page.Size != 9 {
		t.Error(page)
	}
	if got, _ := f.GetCellValue(names[1], "C1"); got != text.None {
		t.Errorf("0 of 0 is %q", got)
	}
}

func TestWrittenIsReadBack(t *testing.T) {
	var b bytes.Buffer
	appendix(t, &b)
	rows, table := read(t, b.String(), []Column{
		{Key: "unit", Names: []string{"Đơn vị"}, Required: true}, {Key: "all", Names: []string{"Tổng số"}, Required: true},
		{Key: "rate", Names: []string{"Đảng viên tỷ lệ"}}, {Key: "day", Names: []string{"Ngày báo cáo"}},
	}, Limits{})
	if rows[0] != "B6 Chi bộ mẫu 1|1234|0.9724|2026-02-07" || len(rows) != 42 {
		t.Errorf("%d rows: %s", len(rows), rows[0])
	}
	if table.Header != 4 || strings.Join(table.Unknown, "|") != "D: Đảng viên Đã học|G: Ghi chú" {
		t.Errorf("header in row %d, unknown %q", table.Header, table.Unknown)
	}
}

// TestErrorSheet: what is sent back has the columns of the file and the verdicts,
// and can be read again by the same import.
func TestErrorSheet(t *testing.T) {
	source := "DANH SÁCH\nSTT,Họ tên,Đơn vị,Ghi chú\n1,An,Chi bộ lạ,=1\n2,Ba,Chi bộ 1,\n3,Ca,,z\n"
	_, table := read(t, source, people, Limits{})
	verdicts := map[int]string{3: "Không có đơn vị “Chi bộ lạ” (ô C3)", 5: "Thiếu đơn vị (ô C5)"}
	for _, kind := range []string{"csv", "xlsx"} {
		var b, twice bytes.Buffer
		must(t, WriteErrors(&b, kind, table, "Lỗi", func(row int) string { return verdicts[row] }))
		if want := "\ufeffSTT,Họ tên,Đơn vị,Ghi chú,Lỗi\r\n1,An,Chi bộ lạ,'=1,Không có đơn vị “Chi bộ lạ” (ô C3)\r\n3,Ca,,z,Thiếu đơn vị (ô C5)\r\n"; kind == "csv" && b.String() != want {
			t.Errorf("got %q", b.String())
		}
		rows, again := read(t, b.String(), people, Limits{})
		if got := strings.Join(rows, " / "); got != "B2 An||Chi bộ lạ / B3 Ca||" {
			t.Errorf("%s: %s", kind, got)
		}
		if strings.Join(again.Unknown, "") != "D: Ghi chú" {
			t.Error(again.Unknown)
		}
		must(t, WriteErrors(&twice, kind, again, "Lỗi", func(int) string { return "x" }))
		if _, third := read(t, twice.String(), people, Limits{}); strings.Count(strings.Join(third.Heads(), "|"), "Lỗi") != 1 {
			t.Error(third.Heads())
		}
	}
}

// TestLibreOfficeOpensIt prints the appendix; a file it cannot read makes no pdf.
func TestLibreOfficeOpensIt(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if strings.Contains(os.Getenv("QUANTRIET_TEST_REQUIRE"), "libreoffice") {
			t.Fatal("soffice is required")
		}
		t.Skip("no soffice here: the xlsx is not opened in LibreOffice")
	}
	if testing.Short() {
		t.Skip("short")
	}
	dir := t.TempDir()
	if keep := os.Getenv("QUANTRIET_KEEP"); keep != "" {
		dir = keep
	}
	var b bytes.Buffer
	appendix(t, &b)
	file := filepath.Join(dir, "appendix.xlsx")
	must(t, os.WriteFile(file, b.Bytes(), 0o600))
	out, err := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if pdf, err := os.ReadFile(filepath.Join(dir, "appendix.pdf")); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("no pdf: %v %s", err, out)
	}
}

// roster writes n people in 12 columns.
func roster(t testing.TB, n int) []byte {
	var b bytes.Buffer
	x := NewXLSX(&b)
	s, err := x.Sheet("Danh sách", Layout{})
	must(t, err)
	must(t, s.Row(styled(Head, strings.Split("STT,Họ và tên,Ngày sinh,Chi bộ,a,b,c,d,e,f,g,h", ","))...))
	for i := range n {
		must(t, s.Row(Cell{i + 1, Int}, Cell{fmt.Sprintf("Đảng viên mẫu %06d", i), Text}, Cell{Day("1980-02-07"), Date}, Cell{fmt.Sprintf("Chi bộ %d", i%997), Text},
			Cell{"a", Text}, Cell{"b", Text}, Cell{i, Int}, Cell{i, Int}, Cell{"c", Text}, Cell{"d", Text}, Cell{"e", Text}, Cell{"f", Text}))
	}
	must(t, x.Close())
	return b.Bytes()
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		b.SetBytes(int64(len(roster(b, 50_000))))
	}
	b.ReportMetric(50_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRead(b *testing.B) {
	data := roster(b, 50_000)
	for b.Loop() {
		peak := watch()
		book, err := Open("x", bytes.NewReader(data), int64(len(data)), Limits{})
		must(b, err)
		table, err := book.Find(people)
		must(b, err)
		n := 0
		for row, err := range table.Rows() {
			must(b, err)
			n += len(row.Text("name"))
		}
		b.ReportMetric(float64(peak())/(1<<20), "MB-heap")
	}
	b.ReportMetric(50_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func TestRowHeight(t *testing.T) {
	l := Layout{Widths: []float64{10, 10}}
	for _, c := range []struct {
		cells []Cell
		lines int
	}{
		{[]Cell{{"ngắn", Text}}, 1},
		{[]Cell{{"hai dòng chữ", Text}}, 2},
		{[]Cell{{"một\nhai\nba", Text}}, 3},
		{[]Cell{{"mộttừrấtrấtrấtrấtdài", Text}}, 2},
		{[]Cell{{"tiêu đề trên hai cột", Head}, {nil, Head}}, 1},
		{[]Cell{{"chữ không gói dòng thì thôi", Plain}, {12, Int}}, 1},
		{[]Cell{{"a", Text}, {"b", Text}, {"cột không rõ bề rộng thì thôi", Text}}, 1},
	} {
		want := 0.0
		if c.lines > 1 {
			want = float64(c.lines)*lineHeight + 2
		}
		if got := l.height(c.cells); got != want {
			t.Errorf("%v: %v points, want %v", c.cells, got, want)
		}
	}
}
