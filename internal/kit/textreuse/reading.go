package textreuse

import "bytes"

// abbreviations are the usual ones that are no syllables themselves, with the syllables
// they stand for; folded.
var abbreviations = func() map[string][]string {
	m := map[string][]string{}
	for _, p := range [][2]string{
		{"xhcn", "xa hoi chu nghia"}, {"cnxh", "chu nghia xa hoi"}, {"cnh", "cong nghiep hoa"}, {"hdh", "hien dai hoa"},
		{"cnhhdh", "cong nghiep hoa hien dai hoa"}, {"dcsvn", "dang cong san viet nam"}, {"dcs", "dang cong san"}, {"csvn", "cong san viet nam"},
		{"chxhcn", "cong hoa xa hoi chu nghia"}, {"hdnd", "hoi dong nhan dan"}, {"ubnd", "ui ban nhan dan"}, {"mttq", "mat tran to quoc"},
		{"nq", "nghi quiet"}, {"qd", "quiet dinh"}, {"tw", "trung uong"}, {"bch", "ban chap hanh"}, {"bct", "bo chinh tri"}, {"hcm", "ho chi minh"},
		{"gd", "giao duc"}, {"ktxh", "kinh te xa hoi"}, {"qpan", "quoc phong an ninh"}, {"cntt", "cong nghe thong tin"}, {"khcn", "khoa hoc cong nghe"},
		{"cbcc", "can bo cong chuc"}, {"cbdv", "can bo dang vien"}, {"dv", "dang vien"}, {"tntp", "thieu nien tien phong"}, {"ldld", "lien doan lao dong"},
		{"bhxh", "bao hiem xa hoi"}, {"bhit", "bao hiem i te"}, {"thpt", "trung hoc pho thong"}, {"thcs", "trung hoc co so"}, {"gddt", "giao duc dao tao"},
		{"ccvc", "cong chuc vien chuc"}, {"ptnt", "phat trien nong thon"}, {"ntm", "nong thon moi"}, {"cds", "chuien doi so"}, {"vhxh", "van hoa xa hoi"},
	} {
		for _, w := range bytes.Fields([]byte(p[1])) {
			m[p[0]] = append(m[p[0]], string(w))
		}
	}
	return m
}()

// digitNames are the numbers that are written out most often.
var digitNames = [10]string{"khong", "mot", "hai", "ba", "bon", "nam", "sau", "bai", "tam", "chin"}

// spelled reads an abbreviation or a number of one or two digits as syllables.
func spelled(w []byte) []string {
	if !allDigits(w) {
		return abbreviations[string(w)]
	}
	switch {
	case len(w) == 1:
		return []string{digitNames[w[0]-'0']}
	case len(w) != 2 || w[0] == '0':
		return nil
	}
	var out []string
	if w[0] > '1' {
		out = append(out, digitNames[w[0]-'0'])
	}
	out = append(out, "muoi")
	switch {
	case w[1] == '5':
		out = append(out, "lam")
	case w[1] != '0':
		out = append(out, digitNames[w[1]-'0'])
	}
	return out
}

// spell is the fix that writes a word out.
func spell(from, to int, w []byte) (fix, bool) {
	f := fix{from: from, to: to}
	for _, s := range spelled(w) {
		f.letters = append(f.letters, s...)
		f.ends = append(f.ends, len(f.letters))
	}
	return f, len(f.ends) > 0
}

// alternatives are readings of a word that is no syllable: digits for letters that look
// like them, and the word backwards.
func alternatives(w []byte) []byte {
	if len(w) > longestSyllable {
		return nil
	}
	y := bytes.Map(func(r rune) rune {
		if at := bytes.IndexRune([]byte("013457"), r); at >= 0 {
			return rune("oieast"[at])
		}
		return r
	}, w)
	if !bytes.Equal(y, w) && isSyllable(y) {
		return y
	}
	for i, c := range w {
		y[len(w)-1-i] = c
	}
	if isSyllable(y) {
		return y
	}
	return nil
}
