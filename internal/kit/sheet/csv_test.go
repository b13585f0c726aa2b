package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/words"
)

var people = []Column{
	{Key: "name", Names: []string{"Họ và tên", "Họ tên", "Full name"}, Required: true},
	{Key: "born", Names: []string{"Ngày sinh", "Ngày, tháng, năm sinh", "Date of birth"}},
	{Key: "unit", Names: []string{"Chi bộ", "Đơn vị", "Unit"}, Required: true},
}

// read gives the rows as "number name|born|unit", or the code and cell of the error.
func read(t testing.TB, data string, columns []Column, l Limits) (rows []string, table *Table) {
	t.Helper()
	b, err := Open("tệp", strings.NewReader(data), int64(len(data)), l)
	if err == nil {
		table, err = b.Find(columns)
	}
	if err != nil {
		return []string{code(t, err)}, nil
	}
	for row, err := range table.Rows() {
		if err != nil {
			return append(rows, code(t, err)), table
		}
		var cells []string
		for _, c := range columns {
			cells = append(cells, row.Text(c.Key))
		}
		s := strings.TrimSpace(strings.Join([]string{row.Cell(columns[0].Key), strings.Join(cells, "|")}, " "))
		for _, f := range row.Faults() {
			s += " !" + f.Code + " " + f.Cell()
		}
		rows = append(rows, s)
	}
	return rows, table
}

func code(t testing.TB, err error) string {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("not an *Error: %v", err)
	}
	if fault.Of(err) != fault.Invalid || !words.Has(fault.Key(err)) {
		t.Fatalf("no fault with a word: %v, %s", err, fault.Key(err))
	}
	return strings.TrimSpace("!" + e.Code + " " + e.Cell() + " " + strings.Join(e.Names, ","))
}

func wide(e unicode.Endianness, bom unicode.BOMPolicy, s string) string {
	out, err := unicode.UTF16(e, bom).NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

func TestCSV(t *testing.T) {
	const two = "Họ và tên,Ngày sinh,Chi bộ\nĐảng viên mẫu 001,07/02/1980,Chi bộ 2\n"
	const twoRead = "A2 Đảng viên mẫu 001|07/02/1980|Chi bộ 2"
	for _, c := range []struct{ name, in, want string }{
		{"plain", two, twoRead},
		{"byte order mark", "\ufeff" + two, twoRead},
		{"semicolons", strings.ReplaceAll(two, ",", ";"), twoRead},
		{"tabs", strings.ReplaceAll(two, ",", "\t"), twoRead},
		{"tabs in UTF-16 as Excel's Unicode text", wide(unicode.LittleEndian, unicode.UseBOM, strings.ReplaceAll(two, ",", "\t")), twoRead},
		{"UTF-16 without a mark", wide(unicode.LittleEndian, unicode.IgnoreBOM, "Full name,Unit\nAn,Chi\n"), "A2 An||Chi"},
		{"UTF-16 big endian", wide(unicode.BigEndian, unicode.UseBOM, two), twoRead},
		{"CRLF", strings.ReplaceAll(two, "\n", "\r\n"), twoRead},
		{"CR alone", strings.ReplaceAll(two, "\n", "\r"), twoRead},
		{"no end of line", strings.TrimSpace(two), twoRead},
		{"sep line", "sep=;\nHọ tên;Đơn vị\nAn;1,2", "A3 An||1,2"},
		{"semicolons win over commas in text", "Họ tên;Đơn vị\nAn;Quận 1, TP, VN\nBa;Quận 2, TP, VN", "A2 An||Quận 1, TP, VN / A3 Ba||Quận 2, TP, VN"},
		{"quotes, a quote inside, a line break", "Họ tên,Đơn vị\n\"Nguyễn \"\"Ba\"\"\",\"Chi bộ\n2\"", "A2 Nguyễn \"Ba\"||Chi bộ 2"},
		{"a quote within a field is a letter", "Họ tên,Đơn vị\nAn,Trường \"A\"", `A2 An||Trường "A"`},
		{"blank lines count", "Họ tên,Đơn vị\n\n,,\nAn,1\n", "A4 An||1"},
		{"NFD and spaces", "Ho\u0323 te\u0302n , Đơn vi\u0323\n  An\u00a0 Ba ,1", "A2 An Ba||1"},
		{"header without marks", "HO VA TEN,NGAY SINH (*),CHI BO:\nAn,,1", "A2 An||1"},
		{"title rows and STT", "DANH SÁCH ĐẢNG VIÊN\nNăm 2026,,,\n\nSTT,Họ và tên,Ngày sinh,Chi bộ\n1,An,,x\n2,Ba,,y", "B5 An||x / B6 Ba||y"},
		{"numbering row", "STT,Họ và tên,Ngày sinh,Chi bộ\n(1),(2),(3),(4)\n1,An,,x", "B3 An||x"},
		{"letters then numbers", "STT,Họ và tên,Ngày sinh,Chi bộ\nA,B,1,2\n1,An,,x", "B3 An||x"},
		{"data that looks like numbering", "STT,Họ và tên,Chi bộ\n1,2,3\n2,5,3", "B2 2||3 / B3 5||3"},
		{"two header rows", "Cá nhân,,Chi bộ\nHọ tên,Ngày sinh,\nAn,,x", "A3 An||x"},
		{"two header rows under a title, the lower one adds nothing", "Danh sách\nHọ tên,Chi bộ,Khác,\n,,a,b\nAn,x", "A4 An||x"},
		{"name under two headers of one name", "Họ và tên,Họ và tên,Chi bộ\nNguyễn Văn,An,x", "A2 Nguyễn Văn An||x"},
		{"guarded formula", "Họ tên,Đơn vị\n'=1+1,'@x", "A2 =1+1||@x"},
		{"missing column", "Họ tên,Ghi chú\nAn,x", "!missing_columns 1 Chi bộ"},
		{"no header", "An,x\nBa,y", "!no_header  Họ và tên,Chi bộ"},
		{"same column twice", "Họ tên,Đơn vị,Họ tên\nAn,x,y", "!duplicate_column C1 Họ tên"},
		{"empty", "", "!empty"},
		{"only blanks", " \r\n\n ", "!empty"},
		{"only delimiters", ",,,\n,,,\n", "!empty"},
		{"open quote", "Họ tên,Đơn vị\nAn,\"x\nBa,y", "!open_quote B2"},
		{"legacy encoding", "Ho ten,Don vi\nAn,Chi b\xe9", "!encoding B2"},
		{"NUL in a cell far down", "Họ tên,Đơn vị\n" + strings.Repeat("An,x\n", 20000) + "A\x00n,x", "!control_text A20002"},
		{"too long", "Họ tên,Đơn vị\n" + strings.Repeat("ộ", 32768) + ",x", "!too_long A2"},
		{"just long enough", "Họ tên,Đơn vị\nAn," + strings.Repeat("ộ", 32767), "A2 An||" + strings.Repeat("ộ", 32767)},
		{"too many columns", "Họ tên,Đơn vị\nAn,x" + strings.Repeat(",", 255) + "y", "!too_many_columns IW2"},
		{"pdf", "%PDF-1.7\nx", "!not_a_sheet"},
		{"html", "\ufeff <html><table>", "!not_a_sheet"},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00", "!not_a_sheet"},
		{"noise", "ab\x01\x02\x00\xff\xfe", "!not_a_sheet"},
	} {
		rows, _ := read(t, c.in, people, Limits{})
		got := strings.Join(rows, " / ")
		if i := strings.LastIndex(got, "!control"); i > 0 {
			got = got[i:]
		}
		if i := strings.LastIndex(got, "!too_long"); i > 0 {
			got = got[i:]
		}
		if got != c.want {
			t.Errorf("%s:\n got %.200s\nwant %.200s", c.name, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	data := "Họ tên,Đơn vị\n" + strings.Repeat("An,x\n", 10)
	if rows, _ := read(t, data, people, Limits{Rows: 5}); rows[len(rows)-1] != "!too_many_rows 6" {
		t.Error(rows)
	}
	if rows, _ := read(t, data, people, Limits{Size: 20}); rows[0] != "!too_big" {
		t.Error(rows)
	}
}

func TestMarksDecide(t *testing.T) {
	columns := []Column{
		{Key: "male", Names: []string{"Nam"}},
		{Key: "year", Names: []string{"Năm"}},
		{Key: "unit", Names: []string{"Đơn vị"}, Required: true},
	}
	rows, table := read(t, "Đơn vị,Năm,Nam,Ghi chú\nx,2026,5,z", columns, Limits{})
	if got := strings.Join(rows, "/"); got != "C2 5|2026|x" {
		t.Error(got)
	}
	if len(table.Unknown) != 1 || table.Unknown[0] != "D: Ghi chú" || table.Label("year") != "Năm" {
		t.Error(table.Unknown, table.Label("year"))
	}
}

func TestCSVGuards(t *testing.T) {
	var b bytes.Buffer
	w := NewCSV(&b)
	cells := []string{"=HYPERLINK(1)", "+84912", "-5", "-5,5%", "-1+cmd", "@x", "\tx", "a,\"b\"", "'=x", "'", "–", "1.930.000"}
	if err := w.Row(cells...); err != nil {
		t.Fatal(err)
	}
	w.Close()
	want := "\ufeff'=HYPERLINK(1),+84912,-5,\"-5,5%\",'-1+cmd,'@x,'\tx,\"a,\"\"b\"\"\",''=x,',–,1.930.000\r\n"
	if b.String() != want {
		t.Errorf("got %q", b.String())
	}
	for _, s := range cells {
		if unguard(Guard(s)) != s {
			t.Errorf("%q came back as %q", s, unguard(Guard(s)))
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("Họ và tên;Chi bộ\n\"An\";'=1\n"))
	f.Add([]byte("sep=\t\nHọ tên\tĐơn vị\n"))
	f.Add([]byte(wide(unicode.LittleEndian, unicode.UseBOM, "Họ tên,Đơn vị\nAn,x")))
	f.Add([]byte("a,b\r\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		exercise(t, data)
	})
}

// exercise reads everything there is to read and lets no foreign error or unclean text through.
func exercise(t *testing.T, data []byte) {
	b, err := Open("x", bytes.NewReader(data), int64(len(data)), Limits{Rows: 5000})
	if err != nil {
		code(t, err)
		return
	}
	table, err := b.Find([]Column{{Key: "name", Names: []string{"Họ tên", "a"}}, {Key: "unit", Names: []string{"Đơn vị"}}})
	if err != nil {
		code(t, err)
		return
	}
	for row, err := range table.Rows() {
		if err != nil {
			code(t, err)
			return
		}
		if s := row.Text("name"); strings.ContainsAny(s, "\x00\n\r") {
			t.Fatalf("unclean %q", s)
		}
		for _, f := range row.Faults() {
			code(t, f)
		}
		row.Blank()
	}
	for _, kind := range []string{"csv", "xlsx"} {
		if err := WriteErrors(&bytes.Buffer{}, kind, table, "Lỗi", func(int) string { return "x" }); err != nil {
			t.Fatal(err)
		}
	}
}
