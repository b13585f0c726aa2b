package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// made builds a workbook with excelize.
func made(t testing.TB, build func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	build(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func set(f *excelize.File, sheet string, cells map[string]any) {
	for at, v := range cells {
		if err := f.SetCellValue(sheet, at, v); err != nil {
			panic(err)
		}
	}
}

func merge(f *excelize.File, areas ...string) {
	for _, a := range areas {
		from, to, _ := strings.Cut(a, ":")
		if err := f.MergeCell("Sheet1", from, to); err != nil {
			panic(err)
		}
	}
}

func dated(f *excelize.File, format string, cells ...string) {
	id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		panic(err)
	}
	for _, c := range cells {
		f.SetCellStyle("Sheet1", c, c, id)
	}
}

func TestXLSXTable(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(f *excelize.File)
		want  string
	}{
		{"merged two-row header under a title", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{
				"A1": "ĐẢNG BỘ PHƯỜNG MẪU", "A2": "DANH SÁCH ĐẢNG VIÊN",
				"A4": "STT", "B4": "Thông tin cá nhân", "D4": "Chi bộ", "E4": "Ghi chú", "B5": "Họ và tên", "C5": "Ngày sinh",
				"A6": 1, "B6": "Đảng viên mẫu 001", "C6": "07/02/1980", "D6": "Chi bộ 2",
				"A7": 2, "B7": "Đảng viên mẫu 002", "C7": 29258, "D7": "Chi bộ 10",
			})
			merge(f, "A1:E1", "A2:E2", "A4:A5", "B4:C4", "D4:D5", "E4:E5")
			dated(f, "dd/mm/yyyy", "C7")
		}, "B6 Đảng viên mẫu 001|07/02/1980|Chi bộ 2 / B7 Đảng viên mẫu 002|1980-02-07|Chi bộ 10"},
		{"name merged over two columns", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "C1": "Chi bộ", "A2": "Nguyễn Văn", "B2": "Ân", "C2": "x"})
			merge(f, "A1:B1")
		}, "A2 Nguyễn Văn Ân||x"},
		{"merged data gives the first cell and is reported", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Chi bộ", "A2": "An", "B2": "x", "A3": "Ba", "A4": "Ca", "B4": "y"})
			merge(f, "B2:B3")
		}, "A2 An||x / A3 Ba|| !merged B3 / A4 Ca||y"},
		{"upper header alone does not name its columns", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Ngày sinh", "D1": "Chi bộ", "B2": "Nam", "C2": "Nữ", "A3": "An", "B3": "1980", "D3": "x"})
			merge(f, "A1:A2", "B1:C1", "D1:D2")
		}, "A3 An||x"},
		{"dates of 1904", func(f *excelize.File) {
			yes := true
			f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes})
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Ngày sinh", "C1": "Chi bộ", "A2": "An", "B2": 29258 - 1462, "C2": "x"})
			dated(f, "d-m-yyyy", "B2")
		}, "A2 An|1980-02-07|x"},
		{"built-in date format and numbers", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{
				"A1": "Họ và tên", "B1": "Ngày sinh", "C1": "Chi bộ", "A2": 0.1, "B2": 29258, "C2": 1e21, "A3": 12345678901234567, "B3": 29258.3125, "C3": true,
			})
			id, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
			f.SetCellStyle("Sheet1", "B2", "B2", id)
			dated(f, "dd/mm/yyyy hh:mm", "B3")
		}, "A2 0.1|1980-02-07|1000000000000000000000 / A3 12345678901234567|1980-02-07 07:30|TRUE"},
		{"formulas: the cached value, or a fault", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Chi bộ", "A2": "An", "A3": "Ba"})
			f.SetCellFormula("Sheet1", "B3", `"Chi bộ "&1`)
			set(f, "Sheet1", map[string]any{"B2": "x"})
		}, "A2 An||x / A3 Ba|| !formula B3"},
		{"rich text", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Chi bộ", "B2": "x_x000D_y"})
			f.SetCellRichText("Sheet1", "A2", []excelize.RichTextRun{{Text: "Nguyễn "}, {Text: "Ân", Font: &excelize.Font{Bold: true}}})
		}, "A2 Nguyễn Ân||x y"},
		{"the second sheet holds the table", func(f *excelize.File) {
			f.NewSheet("Dữ liệu")
			set(f, "Sheet1", map[string]any{"A1": "Hướng dẫn: Họ và tên"})
			set(f, "Dữ liệu", map[string]any{"A1": "Họ và tên", "B1": "Chi bộ", "A2": "An", "B2": "x"})
		}, "A2 An||x"},
		{"styled but empty rows at the end of the sheet", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Chi bộ", "A2": "An", "B2": "x"})
			dated(f, "dd/mm/yyyy", "A1048576", "XFD3")
		}, "A2 An||x"},
		{"a value far right", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Chi bộ", "A2": "An", "XFD2": "x"})
		}, "!too_many_columns XFD2"},
		{"empty", func(f *excelize.File) {}, "!empty"},
		{"missing", func(f *excelize.File) {
			set(f, "Sheet1", map[string]any{"A3": "Họ và tên", "A4": "An"})
		}, "!missing_columns 3 Chi bộ"},
	} {
		rows, _ := read(t, made(t, c.build), people, Limits{})
		if got := strings.Join(rows, " / "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestDateFormats(t *testing.T) {
	wb := &workbook{}
	for code, want := range map[string]string{
		"General": "29258.3125", "0.00": "29258.3125", "#,##0": "29258.3125", `0" ngày"`: "29258.3125", "[Red]0": "29258.3125", "@": "29258.3125", "0.00E+00": "29258.3125", "[]0": "29258.3125",
		"dd/mm/yyyy": "1980-02-07", `[$-42A]dd "tháng" mm;@`: "1980-02-07", "mmm": "1980-02-07", `d\-m\-yy`: "1980-02-07", `"x`: "29258.3125",
		"dd/mm/yyyy hh:mm": "1980-02-07 07:30", "hh:mm": "1980-02-07 07:30", "[h]:mm": "1980-02-07 07:30",
	} {
		wb.styles = []look{lookOf(code)}
		if got := wb.number("29258.3125", 0); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	wb.styles = []look{asDate, asTime, asDate | asTime}
	for _, c := range []struct {
		v     string
		style int
		want  string
	}{
		{"1", 0, "1900-01-01"}, {"59", 0, "1900-02-28"}, {"60", 0, "60"}, {"61", 0, "1900-03-01"}, {"-1", 0, "-1"}, {"2958465", 0, "9999-12-31"}, {"2958466", 0, "2958466"},
		{"0.3125", 1, "07:30"}, {"0.312512", 1, "07:30:01"}, {"45000", 2, "2023-03-15"}, {"1E+3", 9, "1000"}, {"1e999", 0, "1e999"}, {"NaN", 0, "NaN"}, {"007", 9, "7"},
	} {
		if got := wb.number(c.v, c.style); got != c.want {
			t.Errorf("%s: %s, want %s", c.v, got, c.want)
		}
	}
}

// packed makes a zip of the given parts.
func packed(t testing.TB, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, parts[name])
	}
	z.Close()
	return b.String()
}

// parts is the smallest workbook around one sheet's rows.
func parts(rows string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Type="x/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func TestWrongFiles(t *testing.T) {
	good := made(t, func(f *excelize.File) {
		set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Chi bộ"})
		for i := range 500 {
			set(f, "Sheet1", map[string]any{fmt.Sprintf("A%d", i+2): fmt.Sprint("Đảng viên mẫu ", i*i), fmt.Sprintf("B%d", i+2): "x"})
		}
	})
	head := `<row><c t="inlineStr"><is><t>Họ tên</t></is></c><c t="inlineStr"><is><t>Đơn vị</t></is></c></row>`
	damaged := []byte(good)
	for i := len(damaged) / 4; i < len(damaged)/2; i++ {
		damaged[i] ^= 0x5A
	}
	var secret, old bytes.Buffer
	secret.Write(oleMagic)
	for _, c := range "EncryptedPackage" {
		binary.Write(&secret, binary.LittleEndian, uint16(c))
	}
	old.Write(oleMagic)
	old.WriteString(strings.Repeat("\x00W\x00o", 70000))
	for _, c := range []struct{ name, data, want string }{
		{"encrypted", strings.Replace(secret.String(), "\xE1", "\xE1"+strings.Repeat("\x00", 100001), 1), "!encrypted"},
		{"old xls", old.String(), "!old_format"},
		{"cut off", good[:len(good)/2], "!broken"},
		{"cut off after four bytes", good[:4], "!broken"},
		{"damaged inside", string(damaged), "!broken"},
		{"a docx", packed(t, map[string]string{"word/document.xml": "<w/>"}), "!not_a_sheet"},
		{"an empty zip", packed(t, nil), "!not_a_sheet"},
		{"a workbook without sheets", packed(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), "!broken"},
		{"a part that ends early", packed(t, parts(head+`<row r="2"><c r="A2"><v>1`)), "!broken A2"},
		{"rows that go back", packed(t, parts(head+`<row r="5"/><row r="3"/>`)), "!broken 5"},
		{"cells that go back", packed(t, parts(head+`<row r="5"><c r="B5"><v>1</v></c><c r="A5"><v>1</v></c></row>`)), "!broken C5"},
		{"a row beyond the last", packed(t, parts(head+`<row r="1048577"/>`)), "!too_many_rows 1048577"},
		{"a shared string that is not there", packed(t, parts(head+`<row><c t="s"><v>7</v></c></row>`)), "A2 || !broken A2"},
		{"a cell without end", packed(t, parts(head+`<row><c t="str"><v>`+strings.Repeat("x", 3<<20)+`</v></c></row>`)), "!broken A2"},
		{"a cell too long", packed(t, parts(head+`<row><c t="str"><v>`+strings.Repeat("x", 40000)+`</v></c></row>`)), "A2 || !too_long A2"},
		{"an entity", packed(t, parts(head+`<row><c t="str"><v>&x;</v></c></row>`)), "!broken A2"},
		{"10,001 parts", packed(t, many(10_001)), "!too_big"},
	} {
		rows, _ := read(t, c.data, people, Limits{})
		if got := strings.Join(rows, " / "); got != c.want {
			t.Errorf("%s: got %.300s, want %s", c.name, got, c.want)
		}
	}
	if rows, _ := read(t, good, people, Limits{Rows: 100}); rows[len(rows)-1] != "!too_many_rows 101" {
		t.Error(rows[len(rows)-1])
	}
}

func many(n int) map[string]string {
	m := parts("")
	for i := range n {
		m[fmt.Sprint(i)] = ""
	}
	return m
}

// TestBombs sends small files that unpack to much: each must be refused within
// two seconds and with 128 MB. The time is printed, and failed only far beyond
// that, for machines busy with other tests.
func TestBombs(t *testing.T) {
	lying := bomb(t, 1<<30)
	binary.LittleEndian.PutUint32(lying[bytes.LastIndex(lying, []byte("PK\x01\x02"))+24:], 1<<20)
	strings60 := parts("")
	var sst strings.Builder
	for i := range 600_000 {
		fmt.Fprintf(&sst, "<si><t>%d%s</t></si>", i*i, strings.Repeat("ab", 45))
	}
	strings60["xl/sharedStrings.xml"] = "<sst>" + sst.String() + "</sst>"
	flood := packed(t, parts(""))
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"1 GB of zeros", bomb(t, 1<<30)},
		{"10 GB of zeros", bomb(t, 10<<30)},
		{"250 MB of zeros, just under the limit", bomb(t, 250<<20)},
		{"1 GB that says it is 1 MB", lying},
		{"60 MB of shared strings", []byte(packed(t, strings60))},
		{"a directory of 400,000 entries that says it has 3", crowd(flood, 400_000)},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		peak := watch()
		rows, _ := read(t, string(c.data), people, Limits{})
		high := peak()
		runtime.ReadMemStats(&after)
		took := time.Since(start)
		if got := rows[0]; got != "!too_big" && !strings.HasPrefix(got, "!broken") {
			t.Errorf("%s: %s", c.name, got)
		}
		grown := int64(high-before.HeapAlloc)>>20 - int64(len(c.data))>>20
		t.Logf("%s (%d KB): %s after %v, heap +%d MB", c.name, len(c.data)>>10, rows[0], took.Round(time.Millisecond), grown)
		if took > 10*time.Second || grown > 128 {
			t.Errorf("%s: %v, +%d MB", c.name, took, grown)
		}
	}
}

// watch samples the heap until the returned function is called, which gives the highest.
func watch() func() uint64 {
	stop, high := make(chan bool), make(chan uint64)
	go func() {
		var top uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top = max(top, m.HeapAlloc)
			select {
			case <-stop:
				high <- top
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); return <-high }
}

func bomb(t testing.TB, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for name, s := range parts("") {
		if !strings.HasSuffix(name, "sheet1.xml") {
			f, _ := z.Create(name)
			io.WriteString(f, s)
		}
	}
	var one bytes.Buffer
	d, _ := flate.NewWriter(&one, flate.BestSpeed)
	zeros := make([]byte, 1<<20)
	h := &zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, UncompressedSize64: uint64(size)}
	for range 4 {
		d.Write(zeros)
	}
	d.Flush()
	chunk := one.Bytes() // 4 MB, ending at a byte boundary
	body := bytes.Repeat(chunk, int(size>>22))
	var tail bytes.Buffer
	e, _ := flate.NewWriter(&tail, flate.BestSpeed)
	e.Close()
	body = append(body, tail.Bytes()...)
	h.CompressedSize64 = uint64(len(body))
	f, err := z.CreateRaw(h)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(body)
	z.Close()
	return b.Bytes()
}

// crowd puts n more entries into the directory of a zip without telling its tail.
func crowd(data string, n int) []byte {
	end := strings.LastIndex(data, "PK\x05\x06")
	dir := strings.Index(data, "PK\x01\x02")
	entry := make([]byte, 46)
	copy(entry, "PK\x01\x02")
	return append(append([]byte(data[:dir]), bytes.Repeat(entry, n)...), data[end:]...)
}

func FuzzXLSX(f *testing.F) {
	f.Add([]byte(packed(f, parts(`<row><c t="inlineStr"><is><t>Họ tên</t></is></c></row><row><c><v>1</v></c></row>`))))
	f.Add([]byte(made(f, func(x *excelize.File) {
		set(x, "Sheet1", map[string]any{"A1": "Họ tên", "B1": "Đơn vị", "A2": "An", "B2": 2.5})
		merge(x, "A2:A3")
	})))
	f.Fuzz(func(t *testing.T, data []byte) { exercise(t, data) })
}

// FuzzSheetXML changes the text of a sheet, which in a zip the fuzzer never gets to.
func FuzzSheetXML(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>Họ tên</v></c><c r="C1" t="s"><v>0</v></c></row><row r="3"><c r="B3" s="1"><f>x</f><v>45000.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`,
		`<styleSheet><numFmts><numFmt numFmtId="165" formatCode="[$-42A]dd\/mm"/></numFmts><cellXfs><xf/><xf numFmtId="165"/></cellXfs></styleSheet>`,
		`<sst><si><r><t>Đơn </t></r><rPh><t>x</t></rPh><r><t>vị_x000D_</t></r></si></sst>`)
	f.Fuzz(func(t *testing.T, sheet, styles, shared string) {
		p := parts("")
		p["xl/worksheets/sheet1.xml"], p["xl/styles.xml"], p["xl/sharedStrings.xml"] = sheet, styles, shared
		exercise(t, []byte(packed(t, p)))
	})
}

// A unit merged over the rows of its people is that of each; nothing else is.
func TestMergedCellThatStandsForItsRows(t *testing.T) {
	data := made(t, func(f *excelize.File) {
		set(f, "Sheet1", map[string]any{"A1": "Họ và tên", "B1": "Đơn vị", "C1": "Ngày sinh", "A2": "An", "B2": "Chi bộ 1", "C2": "1970", "A3": "Ba", "A4": "Ca", "C4": "1971", "A5": "Du", "B5": "Chi bộ 2", "A6": "E"})
		merge(f, "B2:B4", "C2:C3")
	})
	b, err := Open("a.xlsx", strings.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	columns := []Column{{Key: "name", Names: []string{"Họ và tên"}}, {Key: "unit", Names: []string{"Đơn vị"}, Down: true}, {Key: "birth", Names: []string{"Ngày sinh"}}}
	table, err := b.Find(columns)
	if err != nil {
		t.Fatal(err)
	}
	table.Down(columns)
	for range 2 { // rows are read from the beginning every time
		var got []string
		for r, err := range table.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			s := r.Text("name") + "|" + r.Text("unit") + "|" + r.Text("birth")
			for _, e := range r.Faults() {
				s += " !" + e.Code + " " + e.Cell()
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " / "); s != "An|Chi bộ 1|1970 / Ba|Chi bộ 1| !merged C3 / Ca|Chi bộ 1|1971 / Du|Chi bộ 2| / E||" {
			t.Error(s)
		}
	}
	var w bytes.Buffer
	if err := WriteErrors(&w, "csv", table, "Lỗi", func(row int) string { return map[int]string{3: "x"}[row] }); err != nil || !strings.Contains(w.String(), "Ba,Chi bộ 1,") {
		t.Errorf("the error sheet: %s %v", w.String(), err)
	}
}
