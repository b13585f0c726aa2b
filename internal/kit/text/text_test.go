package text

import (
	"cmp"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"  Nguyễn   Văn\tAn \n", "Nguyễn Văn An", true},
		{norm.NFD.String("Đường Điện Biên Phủ"), "Đường Điện Biên Phủ", true},
		{"a\u00a0\u3000b", "a b", true},
		{"\ufeffTên\u200b\u202e", "Tên", true},
		{"e\u200d\u0301", "é", true},
		{"", "", true},
		{"a\x00b", "", false},
		{"a\x1bb", "", false},
		{"a\u0086b", "", false},
		{"a\xffb", "", false},
	} {
		if got, ok := Clean(c.in); got != c.want || ok != c.ok {
			t.Errorf("Clean(%q) = %q, %v", c.in, got, ok)
		}
	}
}

func TestLines(t *testing.T) {
	got, ok := Lines("\r\n  một  hai\r\n\r\n\r\nba\rbốn \n\n")
	if want := "một hai\n\nba\nbốn"; got != want || !ok {
		t.Errorf("got %q, %v", got, ok)
	}
	if _, ok := Lines("a\x00"); ok {
		t.Error("NUL was taken")
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Đường  Điện Biên Phủ": "duong dien bien phu",
		"ẤU Ỡm ƯỚC":            "au om uoc",
		"Ðảng":                 "dang", // eth
		"Нải Рhòng":            "hai phong",
		"ＡＢ\u00a0①":            "ab 1",
		"ΑΝ":                   "an",
		"ı İ":                  "i i",
		"":                     "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	alphabet := []rune("aăâbcdđeêghiklmnoôơpqrstuưvxyÁẠẲẴỆỘỮỲỸĐÐđð ̣̀́-.,0123456789АВЕКМНОРСТУХαΗΩßſµ")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom(alphabet))).Draw(t, "s")
		if a, b := Fold(norm.NFD.String(s)), Fold(norm.NFC.String(s)); a != b {
			t.Fatalf("NFD %q, NFC %q", a, b)
		}
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("Fold twice: %q then %q", once, Fold(once))
		}
		if tidy(s) && (!norm.NFC.IsNormalString(s) || strings.Join(strings.Fields(s), " ") != s || !printable(s)) {
			t.Fatalf("%q is not tidy", s)
		}
		if c, ok := Clean(s); ok {
			if again, ok := Clean(c); again != c || !ok {
				t.Fatalf("Clean twice: %q then %q", c, again)
			}
			if Fold(c) != Fold(s) {
				t.Fatalf("cleaning changed what is found: %q, %q", Fold(s), Fold(c))
			}
		}
	})
}

func TestNameOrder(t *testing.T) {
	want := []string{
		"Bùi An", "Nguyễn Văn An", "Nguyễn Văn Ân", "Lê Thị Ánh", "Đặng Bình", "Hồ Dung", "Dương Dũng",
		"Đinh Dũng", "Nguyễn Đức", "Đảng viên mẫu 2", "Đảng viên mẫu 010",
	}
	// numbers come before letters
	want = append(want[9:], want[:9]...)
	// a, ă and â are three letters: An < Ánh < Ân
	i := slices.Index(want, "Lê Thị Ánh")
	want[i], want[i-1] = want[i-1], want[i]
	checkOrder(t, want, NameKey)
	checkOrder(t, []string{"Trần Văn Tuấn Tú", "Lê Tuân", "Trần Văn Tuấn"}, NameKey)
	checkOrder(t, []string{"Nguyễn Lê An", "Nguyễn Văn An", "Nguyễn Văn Bá An", "Nguyễn Vân An"}, NameKey)
}

func TestTitleOrder(t *testing.T) {
	checkOrder(t, []string{
		"1 tháng 5", "Chi bộ", "Chi bộ 2", "Chi bộ 03", "Chi bộ 10", "Chi bộ 10 Lê Lợi", "Chi bộ An Dương",
		"Chi bộ ấp 1", "Đảng bộ", "Êm", "Hoa", "Hòa", "Hỏa", "Hoá", "Họa", "Hòa An", "Y tế", "Ω",
	}, TitleKey)
	if TitleKey("Hoà Bình") != TitleKey("  Hòa - bình ") {
		t.Error("place of the mark, case or punctuation changed the key")
	}
}

func checkOrder(t *testing.T, want []string, key func(string) string) {
	t.Helper()
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return cmp.Compare(key(a), key(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("order\n got %q\nwant %q", got, want)
	}
}

// TestOrderIsTheCollators compares our short keys with x/text's on Vietnamese words.
func TestOrderIsTheCollators(t *testing.T) {
	words := strings.Fields("An Ăn Ân Ánh Bá Ba Bà Cường Dung Dũng Đức Đông Em Êm Giang Hà Hạ Hả Hồ Hố Hổ Khuê Lê Lệ Mơ Mờ Ngô Ngọ Oanh Ông Ơn Phú Quy Quý Sơn Tuân Tuấn Tuyết Ung Ứng Vũ Vu Xuân Yến Y")
	c := collate.New(language.Vietnamese, collate.IgnoreCase)
	rapid.Check(t, func(t *rapid.T) {
		title := func(label string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 3).Draw(t, label), " ")
		}
		a, b := title("a"), title("b")
		if want, got := c.CompareString(a, b), cmp.Compare(TitleKey(a), TitleKey(b)); want != got {
			t.Fatalf("%q and %q: collator %d, key %d", a, b, want, got)
		}
	})
}

func TestKeysArePrintable(t *testing.T) {
	printable := regexp.MustCompile(`^[!-~]*$`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		for _, k := range []string{NameKey(s), TitleKey(s)} {
			if !printable.MatchString(k) {
				t.Fatalf("%q has key %q", s, k)
			}
		}
		if NameKey(norm.NFD.String(s)) != NameKey(norm.NFC.String(s)) {
			t.Fatalf("key of %q depends on its form", s)
		}
	})
	if n := len(NameKey("Nguyễn Thị Ánh Tuyết")); n > 30 {
		t.Errorf("a key of %d characters is long", n)
	}
}

func TestStarts(t *testing.T) {
	names := strings.Fields("An Ấn Ánh Ăn Đức Duc Dương Đường Hoà Hòa Hoàng Nguyên Nguyễn Sơn Thuỳ Thủy Trường Uyên Ước 001 Ω")
	for _, given := range names {
		for _, family := range names {
			key, g := NameKey(family+" Thị "+given), Fold(given)
			for n := range len([]rune(g)) + 1 {
				begin := string([]rune(g)[:n])
				starts, _ := Starts(begin)
				if !slices.ContainsFunc(starts, func(s string) bool { return s <= key && key < After(s) }) || !slices.IsSorted(starts) {
					t.Errorf("%q is not found by %q among %q", key, begin, starts)
				}
			}
			own, whole := Starts(g)
			kin, _ := Starts(Fold(family))
			found := !whole
			for _, s := range own {
				for _, tone := range Tones {
					for _, f := range kin {
						found = found || strings.HasPrefix(key, s+tone+f)
					}
				}
			}
			if !found {
				t.Errorf("%s of family %s is not found by both", given, family)
			}
		}
	}
	if s, whole := Starts("nguyen"); len(s) != 4 || !whole {
		t.Errorf("nguyen has %d starts", len(s))
	}
	if s, whole := Starts(strings.Repeat("o", 100)); len(s) > mostStarts || whole {
		t.Errorf("a silly word has %d starts", len(s))
	}
}

func TestInt(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.000", 1930000: "1.930.000", -45678: "-45.678", math.MinInt64: "-9.223.372.036.854.775.808"} {
		if got := Int(n); got != want {
			t.Errorf("Int(%d) = %s", n, got)
		}
	}
	if got := For("en").Int(1930000); got != "1,930,000" {
		t.Error(got)
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		r        Rounding
		want     string
	}{
		{2909, 3044, HalfUp, "95,57%"}, // F1
		{2909, 3044, Truncate, "95,56%"},
		{283, 283, HalfUp, "100%"},
		{0, 10, HalfUp, "0%"},
		{0, 0, HalfUp, "–"},
		{5, 0, HalfUp, "–"},
		{1, -1, HalfUp, "–"},
		{99999, 100000, HalfUp, "100,00%"},
		{99999, 100000, Truncate, "99,99%"},
		{1, 20000, HalfUp, "0,01%"},
		{1, 20001, HalfUp, "0,00%"},
		{3, 2, HalfUp, "150,00%"},
		{25, 1, HalfUp, "2.500,00%"},
		{-1, 3, HalfUp, "-33,33%"},
		{math.MaxInt64 - 1, math.MaxInt64, HalfUp, "100,00%"},
	} {
		if got := Percent(c.num, c.den, c.r); got != c.want {
			t.Errorf("Percent(%d, %d, %d) = %s, want %s", c.num, c.den, c.r, got, c.want)
		}
	}
	if got := For("en").Percent(2909, 3044, HalfUp); got != "95.57%" {
		t.Error(got)
	}
}

func TestHundredthsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		n := new(big.Int).Mul(big.NewInt(num), big.NewInt(20000))
		n.Add(n, big.NewInt(den)).Div(n, new(big.Int).Mul(big.NewInt(den), big.NewInt(2)))
		if got, _ := Hundredths(num, den, HalfUp); got != n.Int64() {
			t.Fatalf("got %d, want %s", got, n)
		}
	})
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"07/02/2026": "2026-02-07", "7-2-2026": "2026-02-07", "7.2.2026": "2026-02-07", " 2026-02-07 ": "2026-02-07",
		"2026/2/7": "2026-02-07", "29/02/2024": "2024-02-29",
		"29/02/2025": "", "31/04/2026": "", "2/13/2026": "", "7/2/26": "", "": "", "hôm nay": "", "07/02/0026": "", "1\x00/2/2026": "",
	} {
		got, err := ParseDate(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseDate(%q) = %q, %v", in, got, err)
		}
	}
	loc := time.FixedZone("ICT", 7*3600)
	ms := time.Date(2026, 2, 7, 0, 30, 0, 0, time.UTC).UnixMilli()
	for _, c := range [][2]string{
		{Date("2026-02-07"), "07/02/2026"}, {Date(""), ""},
		{Time(ms, loc), "07:30"}, {DateTime(ms, loc), "07:30 07/02/2026"}, {Day(ms+17*3600e3, loc), "2026-02-08"},
		{Weekday("2026-02-07"), "thứ Bảy"}, {Weekday("2026-02-08"), "Chủ nhật"}, {Weekday(""), ""},
		{For("en").Weekday("2026-02-09"), "Monday"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}

func BenchmarkNameKey(b *testing.B) {
	for b.Loop() {
		NameKey("Nguyễn Thị Ánh Tuyết")
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("07/02/2026")
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil && Date(d) == d {
			t.Errorf("%q became %q", s, d)
		}
	})
}

func TestWords(t *testing.T) {
	if w := Words("  Đảng  viên "); len(w) != 2 || w[0] != "dang" || w[1] != "vien" {
		t.Error(w)
	}
	if w := Words(strings.Repeat("a ", 5000)); len(w) != 20 {
		t.Error("a search of", len(w), "words is asked")
	}
}

func TestFoldAgrees(t *testing.T) {
	for _, s := range []string{"", " ", "Đảng  viên\tmẫu 001 ", "Nguye\u0302\u0303n", "НГУЕН", "ﬁ½²", "a\u00a0\u00adb", "ΗΜ", "x\u0301", "１２", "\x01a", "Ỹ ỵ"} {
		if got, want := Fold(s), strings.Join(strings.Fields(foldLetters(s)), " "); got != want {
			t.Errorf("%q folds to %q, one by one to %q", s, got, want)
		}
	}
}
