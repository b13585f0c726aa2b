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
	decodeVISCII
	decode1258
)

// decoder folds the first letter of s and says how many bytes it took.
type decoder func(f *folder, s string) (letter byte, size int)

var decoders = [...]decoder{
	decodePlain: (*folder).plainLetter, decodeTCVN3: (*folder).tcvn3,
	decodeVNI: (*folder).vni, decodeTwice: (*folder).twice,
	decodeVISCII: (*folder).viscii, decode1258: (*folder).windows1258,
}

// oddLatin says whether s begins with a Latin-1 character that Vietnamese does not use.
// s begins with byte 0xC2 or 0xC3.
func oddLatin(s string) bool { return len(s) > 1 && oddBytes[s[0]&1][s[1]] }

var oddBytes = func() (t [2][256]bool) {
	for r := rune(0xA1); r < 0x100; r++ {
		s := string(r)
		t[s[0]&1][s[1]] = !strings.ContainsRune("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ«»°·§©", r)
	}
	return t
}()

// sniff picks the encoding under which most words of the clause are Vietnamese syllables,
// common ones counting twice. The plain reading wins unless another makes at least two more,
// and a quarter more, valid.
func sniff(clause string) int {
	plain, words := countValid(clause, decoders[decodePlain])
	best, kind := plain, decodePlain
	for k := decodePlain + 1; k < len(decoders); k++ {
		if valid, all := countValid(clause, decoders[k]); valid > best && valid >= plain+2 && 4*(valid-plain) >= min(words, all) {
			best, kind = valid, k
		}
	}
	return kind
}

// usual are the commonest syllables, folded: an encoding read wrongly makes syllables, but
// seldom these.
var usual = func() *inventory {
	t := new(inventory)
	for _, s := range strings.Fields("va cua la cac co trong cho duoc nguoi voi mot nhung khong den nai nam ve tai tu hien theo cong thuc ra da nha dang viec lam " +
		"phat qua khi xa quan su thanh dan chi bo vien toi nghi quiet chuc giao hoi nhan tinh hoat kinh te chinh the de cung so dong nhieu sinh bao hoc con gia tac truong trien cap vao phai nuoc viet") {
		t.put(pack([]byte(s)))
	}
	return t
}()

func countValid(clause string, decode decoder) (valid, all int) {
	t := &Text{}
	f := newFolder(t, clause)
	for f.at < len(clause) {
		b, size := decode(f, clause[f.at:])
		f.take(b, size)
	}
	for i := range t.Words {
		if w := t.word(i); len(w) > 1 && isSyllable(w) {
			if valid++; usual.has(pack(w)) {
				valid++
			}
		}
	}
	return valid, len(t.Words)
}

// legacy decodes up to end. Words that are syllables only in the plain reading stay plain; of
// those that are in both, or in neither, the ones that follow a word of modern letters.
func (f *folder) legacy(end int, decode decoder) {
	plain := false
	for f.at < end {
		stop := f.at + 1 + strings.IndexAny(f.s[f.at+1:end], " \t\n")
		if stop == f.at {
			stop = end
		}
		by := decode
		if plain = f.modern(f.s[f.at:stop], decode, plain); plain {
			by = (*folder).plainLetter
		}
		for f.at < stop {
			b, size := by(f, f.s[f.at:end])
			f.take(b, size)
		}
	}
}

// modern says whether a word is to be read plainly; before is what the word before was.
func (f *folder) modern(word string, decode decoder, before bool) bool {
	latin, plain := false, false
	for i, r := range word {
		switch {
		case r < utf8.RuneSelf:
		case r >= 0x1EA0 && r <= 0x1EF9 || strings.ContainsRune("ăĂđĐĩĨũŨơƠưƯ", r):
			plain = true
		case (word[i] == 0xC2 || word[i] == 0xC3) && oddLatin(word[i:]):
			return false
		default:
			latin = true
		}
	}
	if plain || !latin {
		return plain || before
	}
	now, _ := countValid(word, (*folder).plainLetter)
	then, _ := countValid(word, decode)
	return now > 0 && (before || then == 0) || before && then == 0
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

// visciiTable maps the bytes of VISCII to base letters.
var visciiTable = func() (t [256]byte) {
	for letter, codes := range map[byte]string{
		'a': "åâàäãáÕ¢ÆÇ¡£¥¦ç¤§ÅÂÀÄÃÁ€\u0081‚ƒ„…†‡", 'd': "ðÐ", 'e': "êèë¨é©«¬\u00adª®ÊÈËÉˆ‰Š‹Œ\u008dŽ",
		'i': "ìïîí¸ÌÎÍÏÖÛýÜÝ˜›Ÿ", 'o': "ôòöõó÷°±²¯µ¶·½Þ¾þÔÒÓ´³\u008f\u0090‘’“”•–—™š", 'u': "ßùüûúø×ØæÑñ¿ÙÚ»¼ÿº¹œ\u009dž",
	} {
		for _, r := range codes {
			b, _ := windows1252(r)
			t[b] = letter
		}
	}
	return t
}()

func (f *folder) viscii(s string) (byte, int) {
	r, size := utf8.DecodeRuneInString(s)
	if b, ok := windows1252(r); ok && visciiTable[b] != 0 {
		return visciiTable[b], size
	}
	return f.rune(r), size
}

// windows1258 reads Windows-1258 that was taken for Windows-1252: tones follow their vowel.
func (f *folder) windows1258(s string) (byte, int) {
	r, size := utf8.DecodeRuneInString(s)
	switch r {
	case 'ð', 'Ð':
		return 'd', size
	case 'õ', 'Õ':
		return 'o', size
	case 'ý', 'Ý':
		return 'u', size
	case 'Ì', 'ì', 'Ò', 'ò', 'Þ':
		if f.in && strings.IndexByte("aeiou", f.t.Letters[len(f.t.Letters)-1]) >= 0 {
			return unseen, size
		}
	}
	return f.rune(r), size
}

// upperHalf is Windows-1252 80–9F as Unicode; the rest of the code page equals Latin-1.
var upperHalf = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

// twice reads UTF-8 that was taken for Windows-1252 and encoded once more ("Äáº£ng").
func (f *folder) twice(s string) (byte, int) {
	if r, size := doubled(s); size > 0 {
		return f.coded(r, size), size
	}
	return f.plainLetter(s)
}

// doubled reads one character that was encoded twice, or three times; size 0 when it was not.
func doubled(s string) (r rune, size int) {
	r, size = again(s, utf8.DecodeRuneInString)
	if c, ok := windows1252(r); ok && c >= 0xC2 && size > 0 {
		if r, size := again(s, func(s string) (rune, int) { return again(s, utf8.DecodeRuneInString) }); size > 0 {
			return r, size
		}
	}
	return r, size
}

// again reads a character whose bytes were taken for characters, which read gives.
func again(s string, read func(string) (rune, int)) (r rune, size int) {
	var raw [utf8.UTFMax]byte
	n, at := 0, 0
	for at < len(s) && n < len(raw) {
		r, size := read(s[at:])
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
