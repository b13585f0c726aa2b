package textreuse

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What a code point is to the letter stream; any other value is the folded letter.
const (
	gap    = 0 // separates syllables
	unseen = 1 // leaves no trace: marks, zero width, format characters
	wide   = 2 // stands for several letters (ligatures, ㎏)
)

// lookAlikes are letters that only look Latin and that compatibility decomposition
// leaves alone, grouped by what they look like.
var lookAlikes = map[byte]string{
	'a': "аАαΑаɑᴀ∀⍺ꭺ", 'b': "вВьΒʙЬЪъƀɓ", 'c': "сСϲᴄⅽςꮯ¢ƈ©", 'd': "đĐðÐɖƌԁᴅɗḓꓓ", 'e': "еЕεΕᴇєЄҽɛ℮ꭼ€ǝ",
	'f': "ғƒꜰϝſ", 'g': "ɡɢցǥԍɠ", 'h': "һнНΗհʜҺħ", 'i': "іІιΙıɪӏӀⅰꭵ¡ɩ", 'j': "јЈϳᴊȷ", 'k': "кКκΚᴋĸƙ",
	'l': "łŁʟⅼɫƚ", 'm': "мМΜᴍⅿ", 'n': "пηΝɴոƞɲŋи", 'o': "оОοΟσøØᴏօ๐०ⲟ●○ɵө", 'p': "рРρΡᴘƥþ", 'q': "ԛզ",
	'r': "гʀᴦɼⲅя®", 's': "ѕЅꜱʂ§ș", 't': "тТτΤᴛŧƭ†", 'u': "υսᴜμʋцυꞟ", 'v': "νѵᴠⅴ", 'w': "ԝωᴡѡɯшщ", 'x': "хХχΧⅹ×ҳ", 'y': "уУγΥүҮʏʎ¥ұ",
	'z': "ΖᴢƶʐZ",
}

// scripts are capitals of other scripts that look like the Latin ones below them.
var scripts = [][2]string{
	{"ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "abcdefghijklmnoprstuvwxyz"}, // Lisu
	{"ᎪᏴᏟᎠᎬᏀᎻᏆᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᎩᏃ", "abcdeghijklmprstvwyz"},           // Cherokee
	{"ⲀⲂⲤⲈⲎⲒⲔⲘⲚⲞⲢⲦⲬⲨ", "abcehikmnoptxy"},                       // Coptic
}

// plane holds the meaning of the code points below its length; rarer ones are worked out
// when met. several holds the letters of those that stand for more than one.
type plane [0x10000]byte

var (
	planeOnce = sync.OnceValue(func() *plane {
		t := new(plane)
		for r := range t {
			t[r] = classify(rune(r))
		}
		return t
	})
	severalOnce = sync.OnceValue(func() map[rune][]byte {
		m := map[rune][]byte{}
		for r, b := range planeOnce() {
			if b == wide {
				m[rune(r)] = decompose(rune(r))
			}
		}
		return m
	})
)

var likeness = sync.OnceValue(func() map[rune]byte {
	m := map[rune]byte{}
	for _, s := range scripts {
		for i, r := range []rune(s[0]) {
			m[r] = s[1][i]
			m[unicode.ToLower(r)] = s[1][i]
		}
	}
	for letter, alikes := range lookAlikes {
		for _, r := range alikes {
			m[r] = letter
		}
	}
	return m
})

// classify says what one code point is to the letter stream.
func classify(r rune) byte {
	if b := ascii(r); b != gap || r < 0x80 {
		return b
	}
	if b, ok := likeness()[r]; ok {
		return vowelY(b)
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) || r == 0x200B {
		return unseen
	}
	if r == utf8.RuneError || r >= 0x3400 && r <= 0xD7FF || r >= 0xE000 && r <= 0xF8FF {
		return gap // unreadable, ideographs and syllables of other scripts, private use
	}
	for _, from := range []rune{0x1F1E6, 0x1F150, 0x1F170} { // flags, white on black
		if r >= from && r < from+26 {
			return vowelY(byte('a' + r - from))
		}
	}
	switch s := decompose(r); len(s) {
	case 0:
		return gap
	case 1:
		return s[0]
	default:
		return wide
	}
}

// decompose lists the folded letters of a code point with a compatibility decomposition.
func decompose(r rune) []byte {
	var out []byte
	for _, c := range norm.NFKD.String(string(r)) {
		b := ascii(c)
		if like, ok := likeness()[c]; ok && b == gap {
			b = vowelY(like)
		}
		if b > wide {
			out = append(out, b)
		}
	}
	return out
}

// ascii folds a Latin letter or digit; y is i, so that kỹ = kĩ and quý = quí.
func ascii(r rune) byte {
	switch {
	case r >= 'a' && r <= 'z':
		return vowelY(byte(r))
	case r >= 'A' && r <= 'Z':
		return vowelY(byte(r - 'A' + 'a'))
	case r >= '0' && r <= '9':
		return byte(r)
	}
	return gap
}

func vowelY(b byte) byte {
	if b == 'y' {
		return 'i'
	}
	return b
}

// joins says whether a sign between two letters belongs to a way of typing marks (VIQR:
// Vie^.t, d-a^'t) rather than to the sentence.
func joins(b byte) bool {
	switch b {
	case '^', '`', '~', '\'', '*', '+':
		return true
	}
	return false
}
