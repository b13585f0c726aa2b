package textreuse

import (
	"strings"
	"unicode/utf8"
)

// Encodings a clause may be written in. Old ones reach us as Latin-1 look-alikes: a
// TCVN3 document pasted into a browser reads "§¶ng Céng s¶n ViÖt Nam".
const (
	decodePlain = iota
	decodeTCVN3
	decodeVNI
	decodeTwice
)

// decoder folds the first letter of s and says how many bytes it took.
type decoder func(f *folder, s string) (letter byte, size int)

var decoders = [...]decoder{
	decodePlain: (*folder).plainLetter, decodeTCVN3: (*folder).tcvn3,
	decodeVNI: (*folder).vni, decodeTwice: (*folder).twice,
}

// oddLatin says whether s begins with a Latin-1 character that Vietnamese does not use.
// s begins with byte 0xC2 or 0xC3.
func oddLatin(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r > 0xA0 && r < 0x100 && !strings.ContainsRune("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ«»°·§©", r)
}

// sniff picks the encoding under which most words of the clause are Vietnamese syllables.
// The plain reading wins unless another makes at least two more, and a quarter more, valid.
func sniff(clause string) int {
	best, kind, words := 0, decodePlain, 0
	for k := range decoders {
		valid, all := countValid(clause, decoders[k])
		if k == decodePlain {
			best, words = valid, all
		} else if valid >= best+2 && 4*(valid-best) >= min(words, all) {
			best, kind = valid, k
		}
	}
	return kind
}

func countValid(clause string, decode decoder) (valid, all int) {
	t := &Text{}
	f := newFolder(t, clause)
	f.legacy(len(clause), decode)
	for i := range t.Words {
		if w := t.word(i); len(w) > 1 && isSyllable(w) {
			valid++
		}
	}
	return valid, len(t.Words)
}

func (f *folder) plainLetter(s string) (byte, int) {
	r, size := utf8.DecodeRuneInString(s)
	return f.rune(r), size
}

// tcvn3Table maps Latin-1 code points to base letters.
var tcvn3Table = func() (t [256]byte) {
	for letter, codes := range map[byte]string{
		'a': "¡¢¨©µ¶·¸¹»¼½¾ÆÇÈÉÊË", 'd': "§®", 'e': "£ªÌÎÏÐÑÒÓÔÕÖ", 'i': "×ØÜÝÞúûüýþ",
		'o': "¤¥«¬ßáâãäåæçèéêëìíî", 'u': "¦\u00adïñòóôõö÷øù",
	} {
		for _, r := range codes {
			t[r] = letter
		}
	}
	return t
}()

func (f *folder) tcvn3(s string) (byte, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r >= 0x80 && r < 0x100 && tcvn3Table[r] != 0 {
		return tcvn3Table[r], size
	}
	return f.rune(r), size
}

// VNI-Windows writes a base letter and then its marks as a second Latin-1 character.
const (
	vniMarks = "ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË"
	vniAlone = "ñdÑdöuÖuôoÔoæiÆiîiÎiíiÍiìiÌióiÓiòiÒi"
)

var vniTable = func() map[rune]byte {
	m := map[rune]byte{}
	rs := []rune(vniAlone)
	for i := 0; i < len(rs); i += 2 {
		m[rs[i]] = byte(rs[i+1])
	}
	return m
}()

func (f *folder) vni(s string) (byte, int) {
	r, size := utf8.DecodeRuneInString(s)
	if b, ok := vniTable[r]; ok {
		return b, size
	}
	if f.in && strings.ContainsRune(vniMarks, r) && strings.IndexByte("aeiou", f.t.Letters[len(f.t.Letters)-1]) >= 0 {
		return unseen, size
	}
	return f.rune(r), size
}

// upperHalf is Windows-1252 80–9F as Unicode; the rest of the code page equals Latin-1.
var upperHalf = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

// twice reads UTF-8 that was taken for Windows-1252 and encoded once more ("Äáº£ng").
func (f *folder) twice(s string) (byte, int) {
	if r, size := doubled(s); size > 0 {
		return f.rune(r), size
	}
	return f.plainLetter(s)
}

// doubled reads one character that was encoded twice; size 0 when it was not.
func doubled(s string) (r rune, size int) {
	var raw [utf8.UTFMax]byte
	n, at := 0, 0
	for at < len(s) && n < len(raw) {
		r, size := utf8.DecodeRuneInString(s[at:])
		c, ok := windows1252(r)
		if !ok || n == 0 && c < 0xC2 || n > 0 && c&0xC0 != 0x80 {
			break
		}
		raw[n], n, at = c, n+1, at+size
		if r, size := utf8.DecodeRune(raw[:n]); size == n && r != utf8.RuneError {
			return r, at
		}
	}
	return 0, 0
}

func windows1252(r rune) (byte, bool) {
	if r >= 0x80 && r < 0x100 {
		return byte(r), true
	}
	for i, u := range upperHalf {
		if u == r {
			return byte(0x80 + i), true
		}
	}
	return 0, false
}
