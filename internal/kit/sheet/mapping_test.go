package sheet

import (
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/text"
)

func open(t testing.TB, data string) *Book {
	t.Helper()
	b, err := Open("tệp", strings.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func column(t testing.TB, table *Table, key string) (out []string) {
	t.Helper()
	for r, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Text(key))
	}
	return out
}

// bytes1 writes Latin-1 letters as single bytes, as old programs saved them.
func bytes1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func TestGuessAndUse(t *testing.T) {
	const tcvn3 = "Sè thÎ;Hä vµ tªn;Chi bé\n1;NguyÔn V¨n Hïng;§«ng 1\n2;TrÇn ThÞ L\u00adîng;T©y 2\n"
	for _, c := range []struct{ say, data string }{{"look-alikes in UTF-8", tcvn3}, {"the bytes themselves", bytes1(tcvn3)}} {
		b := open(t, c.data)
		table, err := b.Guess(people)
		if err != nil {
			t.Fatal(c.say, err)
		}
		looks, err := table.Look()
		if err != nil || len(looks) != 3 || looks[1].Legacy != text.TCVN3 || looks[1].Head != "Họ và tên" || looks[0].Legacy != text.Unicode {
			t.Fatalf("%s: %+v %v", c.say, looks, err)
		}
		m := table.Mapping()
		m.Legacy[2], m.Legacy[3] = looks[1].Legacy, text.TCVN3
		used, err := b.Use(m)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(column(t, used, "name"), "|"); got != "Nguyễn Văn Hùng|Trần Thị Lượng" {
			t.Errorf("%s: %q", c.say, got)
		}
		if got := strings.Join(column(t, used, "unit"), "|"); got != "Đông 1|Tây 2" {
			t.Errorf("%s: %q", c.say, got)
		}
	}
	if _, err := open(t, bytes1(tcvn3)).Find(people); err == nil {
		t.Error("old bytes are found without being asked about")
	}
}

func TestMappingOfAStrangeFile(t *testing.T) {
	b := open(t, "x,y,z\nĐảng viên mẫu 001,07/02/1980,Chi bộ 2\n")
	table, err := b.Guess(people)
	if err != nil || table.Header != 1 {
		t.Fatalf("%+v %v", table, err)
	}
	m := table.Mapping()
	m.Columns = map[string][2]int{"name": {1, 1}, "unit": {3, 3}}
	used, err := b.Use(m)
	if err != nil || column(t, used, "unit")[0] != "Chi bộ 2" || used.Print() != table.Print() {
		t.Fatalf("%+v %v", used, err)
	}
	for _, bad := range []Mapping{{Sheet: "none"}, {First: 9, Last: 9}, {First: 1, Last: 0}, {First: 1, Last: 1, Columns: map[string][2]int{"name": {0, 1}}},
		{First: 1, Last: 1, Columns: map[string][2]int{"name": {1, 100_000}}}} {
		if _, err := b.Use(bad); err == nil {
			t.Errorf("%+v is used", bad)
		}
	}
	one, _ := open(t, "Họ tên;Đơn vị\nAn;1\n").Guess(people)
	two, _ := open(t, "HO TEN,don vi\nBa,2\n").Guess(people)
	if one.Print() != two.Print() || one.Print() == table.Print() {
		t.Error("files of one shape have one print")
	}
}

func TestLongLineIsRefusedAtOnce(t *testing.T) {
	for say, tail := range map[string]string{"a line": "", "a quote": `"`} {
		data := "Họ tên,Đơn vị\nAn,1\n" + tail + strings.Repeat("a", 64<<20)
		begun := time.Now()
		rows, _ := read(t, data, people, Limits{Size: 1 << 30})
		if last := rows[len(rows)-1]; !strings.HasPrefix(last, "!") || time.Since(begun) > 2*time.Second {
			t.Errorf("%s of 64 MB: %s after %v", say, last, time.Since(begun))
		}
	}
}
