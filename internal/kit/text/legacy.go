package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Legacy is an encoding of Vietnamese from before Unicode. Its text reaches us as the
// Latin-1 letters that have the same bytes: "§¶ng viªn" is "Đảng viên" in TCVN3.
type Legacy string

// The encodings; Unicode is the empty one.
const (
	Unicode Legacy = ""
	TCVN3   Legacy = "tcvn3" // ABC, fonts .VnTime
	VNI     Legacy = "vni"   // VNI-Windows, fonts VNI-Times
	CP1258  Legacy = "cp1258"
)

// Legacies are the encodings that a column may be in besides Unicode.
var Legacies = []Legacy{TCVN3, VNI, CP1258}

// Decode is s in Unicode, composed; letters that the encoding does not have stay.
func (l Legacy) Decode(s string) string {
	switch l {
	case TCVN3:
		return strings.Map(func(r rune) rune {
			if v, ok := tcvn3[r]; ok {
				return v
			}
			return r
		}, s)
	case VNI:
		return decodeVNI(s)
	case CP1258:
		return decode1258(s)
	}
	return s
}

const (
	tcvn3Codes   = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
	tcvn3Letters = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
)

var tcvn3 = zip(tcvn3Codes, tcvn3Letters)

func zip(codes, letters string) map[rune]rune {
	out, to := map[rune]rune{}, []rune(letters)
	for i, r := range []rune(codes) {
		out[r] = to[i]
	}
	return out
}

// VNI writes a base letter and then its marks as a second letter; some letters stand alone.
var (
	vniAlone = zip("ñÑöÖôÔæÆîÎíÍìÌóÓòÒ", "đĐưƯơƠỉỈỵỴíÍìÌĩĨịỊ")
	vniMarks = map[rune]string{
		'ù': "\u0301", 'ø': "\u0300", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323",
		'â': "\u0302", 'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323",
		'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323",
	}
)

func decodeVNI(s string) string {
	var b strings.Builder
	carries := false
	for _, r := range s {
		mark, ok := vniMarks[unicode.ToLower(r)]
		if ok && carries {
			b.WriteString(mark)
			carries = false
			continue
		}
		if v, ok := vniAlone[r]; ok {
			r = v
		}
		b.WriteRune(r)
		carries = strings.ContainsRune("aeouyơưAEOUYƠƯ", r)
	}
	return norm.NFC.String(b.String())
}

// decode1258 takes the bytes back out of the Latin-1 letters.
func decode1258(s string) string {
	raw := make([]byte, 0, len(s))
	for _, r := range s {
		c, ok := byte1252(r)
		if !ok {
			return s
		}
		raw = append(raw, c)
	}
	out, err := charmap.Windows1258.NewDecoder().Bytes(raw)
	if err != nil {
		return s
	}
	return norm.NFC.String(string(out))
}

func byte1252(r rune) (byte, bool) {
	if r < 0x80 || r >= 0xA0 && r < 0x100 {
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// Latin1 reads bytes as Windows-1252, the look-alike that Legacy decodes from.
func Latin1(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) * 2)
	for _, c := range b {
		r := charmap.Windows1252.DecodeByte(c)
		if r == utf8.RuneError {
			r = rune(c)
		}
		s.WriteRune(r)
	}
	return s.String()
}

// GuessLegacy finds the encoding under which the words of a column are Vietnamese, from
// those that are not plain ASCII. Unicode wins unless another explains most of them and
// Unicode does not.
func GuessLegacy(samples []string) Legacy {
	plain, all := syllables(samples, Unicode)
	if all == 0 || plain*10 >= all*8 {
		return Unicode
	}
	best, most := Unicode, max(all*6/10, plain+all*3/10)
	for _, l := range Legacies {
		if n, _ := syllables(samples, l); n > most || best == Unicode && n == most && n > plain {
			best, most = l, n
		}
	}
	return best
}

// leastLegacy is how many words beyond ASCII a paragraph needs to be taken for another encoding.
const leastLegacy = 5

// Modern decodes the paragraphs of a text that were written in an old encoding. It comes before
// Lines, which drops the letter that TCVN3 has for ư: elsewhere it is a soft hyphen.
func Modern(s string) string {
	if !beyondASCII(s) {
		return s
	}
	parts := strings.Split(s, "\n")
	for i, p := range parts {
		if _, n := syllables([]string{p}, Unicode); n < leastLegacy {
			continue
		}
		if l := GuessLegacy([]string{p}); l != Unicode {
			parts[i] = l.Decode(p)
		}
	}
	return strings.Join(parts, "\n")
}

// syllables counts the words with letters beyond ASCII, and those that are syllables once decoded.
func syllables(samples []string, l Legacy) (good, all int) {
	for _, s := range samples {
		for _, w := range words(s) {
			if !beyondASCII(w) {
				continue
			}
			all++
			if spelt(l.Decode(w)) {
				good++
			}
		}
	}
	return good, all
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return r < 0x80 && !unicode.IsLetter(r) || r == 0xA0 || unicode.IsSpace(r)
	})
}

func beyondASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) >= 0
}

// spelt reports whether a word is built as Vietnamese syllables are: a beginning, vowels
// that go together with at most one tone, an end.
func spelt(w string) bool {
	bare, tones := strings.Builder{}, 0
	for _, r := range norm.NFD.String(strings.ToLower(w)) {
		switch r {
		case 0x301, 0x300, 0x309, 0x303, 0x323:
			tones++
		case 0x302, 0x306, 0x31B:
		case 'đ':
			bare.WriteByte('d')
		default:
			if r < 'a' || r > 'z' {
				return false
			}
			bare.WriteRune(r)
		}
	}
	s := bare.String()
	if tones > 1 || strings.ContainsAny(norm.NFC.String(strings.ToLower(w)), "ñ") {
		return false
	}
	head := strings.IndexAny(s, "aeiouy")
	if head < 0 {
		return false
	}
	if head > 0 && s[:head] == "q" {
		head++
	}
	if !onsets[s[:head]] || head == len(s) {
		return false
	}
	tail := len(s)
	for tail > head && !strings.ContainsRune("aeiouy", rune(s[tail-1])) {
		tail--
	}
	return codas[s[tail:]] && nuclei[s[head:tail]]
}

func set(list string) map[string]bool {
	out := map[string]bool{"": true}
	for _, s := range strings.Fields(list) {
		out[s] = true
	}
	return out
}

var (
	onsets = set("b c ch d g gh h k kh l m n ng ngh nh p ph qu r s t th tr v x")
	nuclei = set("a ai ao au ay e eo eu i ia ie ieu iu o oa oai oao oay oe oeo oi oo u ua uay ui uo uoi uou uu uy uya uye uyu y ya ye yeu io uoa ue uai uao ueo iai iao iau iay iuo ioi iua iui")
	codas  = set("c ch m n ng nh p t")
)
