package text

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// encodeTCVN3 and encodeVNI turn Unicode into what old files hold, for tests.
func encodeTCVN3(s string) string {
	back := map[rune]rune{}
	for code, letter := range tcvn3 {
		back[letter] = code
	}
	return strings.Map(func(r rune) rune {
		if c, ok := back[r]; ok {
			return c
		}
		return r
	}, norm.NFC.String(s))
}

func encodeVNI(s string) string {
	var b strings.Builder
next:
	for _, r := range norm.NFC.String(s) {
		for code, letter := range vniAlone {
			if letter == r {
				b.WriteRune(code)
				continue next
			}
		}
		for _, base := range "aeouyơưAEOUYƠƯ" {
			for mark, marks := range vniMarks {
				if norm.NFC.String(string(base)+marks) == string(r) {
					b.WriteString(encodeVNI(string(base)) + string(mark))
					continue next
				}
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

func TestLegacy(t *testing.T) {
	for _, c := range []struct {
		as        Legacy
		old, want string
	}{
		{TCVN3, "§¶ng viªn", "Đảng viên"}, {TCVN3, "NguyÔn V¨n Hïng", "Nguyễn Văn Hùng"}, {TCVN3, "TrÇn ThÞ L\u00adîng", "Trần Thị Lượng"},
		{VNI, "Ñaûng vieân", "Đảng viên"}, {VNI, "Nguyeãn Vaên Huøng", "Nguyễn Văn Hùng"}, {VNI, "Traàn Thò Löôïng", "Trần Thị Lượng"},
		{VNI, "NGUYEÃN THÒ YÛ", "NGUYỄN THỊ Ỷ"}, {Unicode, "Lê Văn Tám", "Lê Văn Tám"},
		{CP1258, Latin1([]byte("Nguy\xea\xden V\xe3n H\xf9ng")), "Nguyễn Văn Hùng"},
	} {
		if got := c.as.Decode(c.old); got != c.want {
			t.Errorf("%s %q is %q, want %q", c.as, c.old, got, c.want)
		}
		if got := GuessLegacy([]string{c.old}); got != c.as {
			t.Errorf("%q is taken for %q, want %q", c.old, got, c.as)
		}
	}
}

const names = `Nguyễn Văn Hùng|Trần Thị Lượng|Lê Quốc Khánh|Phạm Đức Thắng|Hoàng Thị Mỹ Duyên|Vũ Ngọc Ánh|Đặng Tiến Dũng|Bùi Xuân Trường|Đỗ Thuỷ Tiên|Hồ Quỳnh Như|Chi bộ Đông|Bí thư|Nữ|Dự bị|Chính thức`

func TestLegacyRoundTrip(t *testing.T) {
	for _, s := range strings.Split(names, "|") {
		for as, old := range map[Legacy]string{TCVN3: encodeTCVN3(s), VNI: encodeVNI(s), Unicode: s} {
			if got := as.Decode(old); got != s {
				t.Errorf("%s: %q came back as %q", as, s, got)
			}
		}
	}
	all := strings.Split(names, "|")
	var old, vni []string
	for _, s := range all {
		old, vni = append(old, encodeTCVN3(s)), append(vni, encodeVNI(s))
	}
	for _, c := range []struct {
		want Legacy
		in   []string
	}{{Unicode, all}, {TCVN3, old}, {VNI, vni}, {Unicode, []string{"Nam", "001", "07/02/1970"}}, {Unicode, nil}, {TCVN3, []string{"Nam", "N÷"}}, {VNI, []string{"Nam", "Nöõ"}}} {
		if got := GuessLegacy(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzLegacy(f *testing.F) {
	f.Add("NguyÔn V¨n Hïng")
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range Legacies {
			l.Decode(s)
		}
		GuessLegacy([]string{s})
	})
}

func TestModern(t *testing.T) {
	const said = "Đảng ủy xã đã quán triệt nghị quyết đến từng người, từng chi bộ; trước hết là nước sạch ở trường học."
	for _, c := range []struct{ name, text, want string }{
		{"as it is written today", said, said},
		{"TCVN3", encodeTCVN3(said), said},
		{"VNI", encodeVNI(said), said},
		{"a paragraph of each", said + "\n" + encodeTCVN3(said) + "\n" + encodeVNI(said), said + "\n" + said + "\n" + said},
		{"a soft hyphen", "quán tri\u00adệt nghị quyết đến từng người, từng chi bộ", "quán tri\u00adệt nghị quyết đến từng người, từng chi bộ"},
		{"a name of another language", "Café Zürich", "Café Zürich"},
		{"without marks", "quan triet", "quan triet"},
		{"nothing", "", ""},
	} {
		if got := Modern(c.text); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
		if got, ok := Lines(Modern(c.text)); !ok || c.name == "TCVN3" && got != said {
			t.Errorf("%s, cleaned: %q", c.name, got)
		}
	}
}
