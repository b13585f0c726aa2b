package sheet

import (
	"fmt"
	"strings"
	"unicode"
)

// Layout is what must be known of a sheet before its first row.
type Layout struct {
	Widths     []float64 // of columns in characters; 0 leaves the default
	FreezeRows int       // rows that stay on top
	FreezeCols int       // columns that stay at the left
	RepeatFrom int       // first and last row printed on every page, from 1
	RepeatTo   int
	Portrait   bool // A4 upright instead of lying
	A3         bool // twice as large a paper
	PagesWide  int  // pages a row is printed over, each with the columns that stay; 0 is one
}

func pane(rows, cols int) string {
	at, which := fmt.Sprintf("%s%d", Letter(cols+1), rows+1), "bottomRight"
	x, y := fmt.Sprintf(` xSplit="%d"`, cols), fmt.Sprintf(` ySplit="%d"`, rows)
	if cols == 0 {
		x, which = "", "bottomLeft"
	} else if rows == 0 {
		y, which = "", "topRight"
	}
	return `<pane` + x + y + ` topLeftCell="` + at + `" activePane="` + which + `" state="frozen"/><selection pane="` + which + `"/>`
}

const (
	lineHeight = 15.75 // points, of 12 pt text
	rowHighest = 409
)

// height is 0 for a row of one line. A cell that has an empty one of its style
// to the right is taken for merged and left out.
func (l Layout) height(cells []Cell) float64 {
	most := 1
	for i, c := range cells {
		s, ok := c.Value.(string)
		if !ok || i >= len(l.Widths) || l.Widths[i] == 0 || !wraps[c.Style] {
			continue
		}
		if i+1 < len(cells) && cells[i+1].Value == nil && cells[i+1].Style == c.Style {
			continue
		}
		width := l.Widths[i]
		if c.Style != Head {
			width *= 1.12 // small letters are narrower than the digit that widths count in
		}
		most = max(most, linesOf(s, width))
	}
	if most == 1 {
		return 0
	}
	return min(float64(most)*lineHeight+2, rowHighest)
}

var wraps = [styleCount]bool{Head: true, Text: true, Middle: true, TotalText: true, Wrong: true}

// linesOf breaks s at words into lines of width characters.
func linesOf(s string, width float64) int {
	n := 0
	for par := range strings.SplitSeq(s, "\n") {
		n++
		used := 0.0
		for word := range strings.FieldsSeq(par) {
			w := breadth(word)
			if used > 0 && used+1+w > width {
				n, used = n+1, -1
			}
			used += 1 + w
			for ; used > width+1; used -= width {
				n++
			}
		}
	}
	return n
}

// breadth is the width of a word: capitals and digits are wider than small letters.
func breadth(word string) (w float64) {
	for _, r := range word {
		if w++; unicode.IsUpper(r) || unicode.IsDigit(r) {
			w += 0.25
		}
	}
	return w
}
