package word

import "golang.org/x/text/unicode/norm"

// Advance widths of Times for U+0020 to U+007E, in thousandths of the font size.
var (
	regular = [95]int{250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278,
		500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444,
		921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722,
		556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500,
		333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500,
		500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541}
	bold = [95]int{250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278,
		500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500,
		930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778,
		611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500,
		333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500,
		556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520}
)

// Width is the length of one line of text in Times at size half-points, in twips. Marks above and below a letter
// take no room; đ is as wide as d.
func Width(text string, size int, heavy bool) int {
	table := &regular
	if heavy {
		table = &bold
	}
	sum := 0
	for _, r := range norm.NFD.String(Clean(text)) {
		sum += advance(r, table)
	}
	return (sum*size*10 + 999) / 1000
}

func advance(r rune, table *[95]int) int {
	switch {
	case r >= 0x20 && r <= 0x7e:
		return table[r-0x20]
	case r == 'đ':
		return table['d'-0x20]
	case r == 'Đ':
		return table['D'-0x20]
	case r == '\u031b':
		return 40 // the horn of ơ and ư
	case r >= 0x300 && r < 0x370:
		return 0
	case r == '\u00a0':
		return 250
	case r >= 0x2e80:
		return 1000
	}
	return 500
}
