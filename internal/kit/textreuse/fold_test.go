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
		{"junk letters", "Đảng ủy xã q đã quán triệt x nghị quyết đến k từng chi bộ, kỹ lưỡng và t hiệu quả."},
	} {
		if got, want := letters(c.text), letters(said); got != want {
			t.Errorf("%s: %s\nwant %s", c.name, got, want)
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
		{"too long is said", strings.Repeat("nghị ", 100_000), func(f textreuse.Flags) bool { return f.Truncated }},
	} {
		if f := textreuse.Fold(c.text).Flags; !c.flagged(f) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

// messy draws texts of everything that folding has rules for.
var messy = rapid.StringOfN(rapid.OneOf(
	rapid.SampledFrom([]rune("aăâbcdđeêghiklmnoôơpqrstuưvxyấềộữỳ ,.;\n1249wfjz^'`µ¸®¶ÖñûäÃ¡»ºаеос\u200b\u0301\u0323\u202e\u202cﬁ㎏@þßÌÞ")),
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
