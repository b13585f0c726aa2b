package textreuse_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"quantriet/internal/kit/textreuse"
)

const said = "Đảng ủy xã đã quán triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."

func TestFoldSame(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"decomposed", norm.NFD.String(said)},
		{"upper case", strings.ToUpper(said)},
		{"no diacritics", "Dang uy xa da quan triet nghi quyet den tung chi bo, ky luong va hieu qua."},
		{"i for y", strings.ReplaceAll(said, "kỹ", "kĩ")},
		{"Cyrillic look-alikes", strings.NewReplacer("a", "а", "o", "о", "c", "с").Replace(said)},
		{"full width", "Ｄａｎｇ ｕｙ xã đã quán triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"zero width", strings.ReplaceAll(said, "t", "t\u200b")},
		{"soft hyphens", strings.ReplaceAll(said, "n", "n\u00ad")},
		{"glued", strings.ReplaceAll(said, " ", "")},
		{"spelled letter by letter", strings.Join(strings.Split(said, ""), " ")},
		{"dots between letters", strings.ReplaceAll(said, "triệt", "t.r.i.ệ.t")},
		{"Telex", "DDarng uyr xax ddax quans trieetj nghij quyeets ddeens tuwngf chi booj, kyx luwowngx vaf hieeuj quar."},
		{"VNI", "D9a3ng uy3 xa4 d9a4 qua1n trie6t5 nghi5 quye6t1 d9e6n1 tu7ng2 chi bo65, ky4 lu7o7ng4 va2 hie6u5 qua3."},
		{"TCVN3", "§¶ng ñy x· ®· qu¸n triÖt nghÞ quyÕt ®Õn tõng chi bé, kü l\u00ad\u00acìng vµ hiÖu qu¶."},
		{"VNI-Windows", "Ñaûng uûy xaõ ñaõ quaùn trieät nghò quyeát ñeán töøng chi boä, kyõ löôõng vaø hieäu quaû."},
		{"encoded twice", twice(said)},
		{"entities", "&#272;&#7843;ng &#x1EE7;y x&atilde; đã qu&aacute;n triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"percent", "Đ%E1%BA%A3ng ủy xã đã qu%C3%A1n triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"quoted printable", "Đ=E1=BA=A3ng ủy xã đã qu=C3=A1n triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"backslash", `\u0110\u1ea3ng ủy xã đã quán triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả.`},
		{"one letter encoded twice", strings.ReplaceAll(said, "ả", "áº£")},
		{"white on black", "🅳🅰🅽🅶 🆄🆈 xã đã quán triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"Lisu", "ꓓꓮꓠꓖ ủy xã đã quán triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"struck through", strings.ReplaceAll(said, "n", "n\u0336")},
		{"hyphenated at the line's end", strings.ReplaceAll(said, "quyết", "qu-\nyết")},
		{"numbered", "  12.1) Đảng ủy xã đã quán triệt nghị quyết\n3. đến từng chi bộ,\n 7 \nkỹ lưỡng và hiệu quả."},
		{"abbreviated", strings.ReplaceAll(said, "nghị quyết", "NQ")},
		{"0 for o", strings.ReplaceAll(said, "bộ", "b0")},
		{"letters torn off", strings.NewReplacer("nghị", "n ghị", "quyết", "q uyết", "triệt", "triệ t").Replace(said)},
		{"VISCII", "Ðäng üy xã ðã quán tri®t ngh¸ quyªt ðªn t×ng chi bµ, kÛ lßÞng và hi®u quä."},
		{"Windows-1258", "Ðaòng uÒy xaÞ ðaÞ quaìn triêòt nghiò quyêìt ðêìn týÌng chi bôò, kyÞ lýõÞng vaÌ hiêòu quaÒ."},
		{"words of TCVN3 among others", "§¶ng ủy x· đã qu¸n triệt nghÞ quyết ®Õn từng chi bộ, kü lưỡng vµ hiệu quả."},
		{"stored from right to left", "\u202e" + backwards(said) + "\u202c"},
		{"@ for a", strings.ReplaceAll(said, "a", "@")},
		{"entities escaped twice", "&amp;#272;&amp;amp;#7843;ng ủy x&amp;atilde; đã quán triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"entities without their end", "&#272&#7843ng ủy xã đã qu\\u{e1}n triệt nghị quyết đến từng chi bộ, kỹ lưỡng và hiệu quả."},
		{"encoded three times", twice(twice(said))},
		{"tags", "<p class=\"a; b\">Đảng ủy x<b>ã</b> đã quán triệt<br/>nghị quyết<!--[if gte mso 9]--> đến [b]từng[/b] chi bộ,<o:p></o:p> kỹ lưỡng và hiệu [color=#111]quả."},
		{"words in a comment", "<!-- " + said + " -->"},
		{"every word numbered", "1) Đảng 2) ủy 3) xã 4) đã 5) quán 6) triệt 7) nghị 8) quyết 9) đến 10) từng 11) chi 12) bộ, 13) kỹ 14) lưỡng 15) và 16) hiệu 17) quả."},
		{"notes numbered", "Đảng ủy xã[11] đã quán triệt[12] nghị quyết đến[13] từng chi bộ,[14] kỹ lưỡng và[15] hiệu quả."},
		{"numbers between", "Đảng 812 ủy 7 xã 90 đã 3 quán 55 triệt 61 nghị 2030 quyết 4 đến 18 từng 7 chi 3 bộ, 77 kỹ 5 lưỡng 214 và 9 hiệu 33 quả."},
		{"every word twice", strings.Join(strings.Fields(strings.NewReplacer("Đảng", "Đảng đảng", "ủy", "ủy ủy ủy").Replace(doubled(said))), " ")},
		{"letters drawn out", strings.NewReplacer("ng", "nggg", "ý", "ýýý", "chi", "chiiii").Replace(said)},
		{"every letter twice", "ĐĐảảnngg ủủyy xxãã đđãã qquuáánn ttrriiệệtt nngghhịị qquuyyếếtt đđếếnn ttừừnngg cchhii bbộộ, kkỹỹ llưưỡỡnngg vvàà hhiiệệuu qquuảả."},
		{"junk letters", "Đảng ủy xã q đã quán triệt x nghị quyết đến k từng chi bộ, kỹ lưỡng và t hiệu quả."},
	} {
		if got, want := letters(c.text), letters(said); got != want {
			t.Errorf("%s: %s\nwant %s", c.name, got, want)
		}
	}
}

func doubled(s string) string {
	ws := strings.Fields(s)
	for i, w := range ws[2:] {
		ws[i+2] = strings.Trim(w, ",.") + " " + w
	}
	return strings.Join(ws, " ")
}

// What means something stays: two numbers, a word said twice, signs that are no tags.
func TestFoldKeeps(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Năm 2025 có 1 kế hoạch, 2 chi bộ và 3 tổ.", "nam 2025 co mot ke hoach hai chi bo va ba to"},
		{"dần dần, luôn luôn, ngày ngày", "dan dan luon luon ngai ngai"},
		{"nếu a < b và c > d thì <nghị quyết> [trích]", "neu a b va c d thi nghi quiet trich"},
		{"số 120 và số 121 và số 122", "so 120 va so 121 va so 122"},
	} {
		if got := textreuse.Fold(c.text).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

func backwards(s string) string {
	rs := []rune(s)
	slices.Reverse(rs)
	return string(rs)
}

// twice reads UTF-8 as Latin-1, the way old programs do.
func twice(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

func letters(s string) string { return string(textreuse.Fold(s).Letters) }

func TestFoldFlags(t *testing.T) {
	for _, c := range []struct {
		name, text string
		flagged    func(textreuse.Flags) bool
	}{
		{"plain text has no flags", said, func(f textreuse.Flags) bool { return f == textreuse.Flags{} }},
		{"decomposed text has no flags", norm.NFD.String(said), func(f textreuse.Flags) bool { return f == textreuse.Flags{} }},
		{"look-alikes are counted", "nghị quyеt", func(f textreuse.Flags) bool { return f.LookAlikes == 1 }},
		{"zero width is counted", "ng\u200bhị\u2060", func(f textreuse.Flags) bool { return f.Invisible == 2 }},
		{"key strokes are counted", "quyeets nghij", func(f textreuse.Flags) bool { return f.Strokes == 2 }},
		{"so are those with digits", "nghi5 quye61t", func(f textreuse.Flags) bool { return f.Strokes == 2 }},
		{"a size of paper is no key stroke", "in trên giấy A4, phòng E5", func(f textreuse.Flags) bool { return f == textreuse.Flags{} }},
		{"too long is said", strings.Repeat("nghị ", 100_000), func(f textreuse.Flags) bool { return f.Truncated }},
	} {
		if f := textreuse.Fold(c.text).Flags; !c.flagged(f) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

// messy draws texts of everything that folding has rules for.
var messy = rapid.StringOfN(rapid.OneOf(
	rapid.SampledFrom([]rune("aăâbcdđeêghiklmnoôơpqrstuưvxyấềộữỳ ,.;\n1249wfjz<>[]&^'`µ¸®¶ÖñûäÃ¡»ºаеос\u200b\u0301\u0323\u202e\u202cﬁ㎏@þßÌÞ")),
	rapid.Rune()), 0, 120, -1)

func TestFoldTwiceIsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := textreuse.Fold(messy.Draw(t, "text"))
		if twice := textreuse.Fold(once.String()); twice.String() != once.String() {
			t.Fatalf("%q folds to %q", once.String(), twice.String())
		}
	})
}

func TestFoldOffsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { wellFolded(t, messy.Draw(t, "text")) })
}

type fataler interface{ Fatalf(string, ...any) }

// wellFolded checks that letters lie in order on code points of the text.
func wellFolded(t fataler, s string) {
	f := textreuse.Fold(s)
	if len(f.Start) != len(f.Letters) || len(f.End) != len(f.Letters) {
		t.Fatalf("lengths differ")
	}
	for i := range f.Letters {
		a, b := int(f.Start[i]), int(f.End[i])
		if a >= b || b > len(s) || i > 0 && int(f.Start[i-1]) > a {
			t.Fatalf("letter %d at %d-%d", i, a, b)
		}
		if utf8.ValidString(s) && !utf8.ValidString(s[a:b]) {
			t.Fatalf("letter %d cuts %q", i, s[a:b])
		}
	}
	for i, w := range f.Words {
		if int(w) >= len(f.Letters) || i > 0 && f.Words[i-1] >= w {
			t.Fatalf("syllable %d begins at %d", i, w)
		}
	}
}
