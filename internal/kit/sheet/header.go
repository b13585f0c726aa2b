package sheet

import (
	"fmt"
	"regexp"
	"slices"
)

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return ""
}

// spread repeats merged values over their area.
func spread(l line, areas []area) []string {
	out := make([]string, len(l.cells))
	for i, c := range l.cells {
		out[i] = oneLine(c.text)
	}
	for _, a := range areas {
		v := at(out, a.col-1)
		if l.number != a.row || v == "" {
			continue
		}
		for len(out) < a.lastCol {
			out = append(out, "")
		}
		for c := a.col; c <= a.lastCol; c++ {
			out[c-1] = v
		}
	}
	return out
}

// goOn lets what stands over a column stand over those to the right that have only a lower header:
// a csv file keeps no merged cells.
func goOn(upper, lower []string) []string {
	out := make([]string, max(len(upper), len(lower)))
	for col := range out {
		if out[col] = at(upper, col); out[col] == "" && col > 0 && at(lower, col) != "" && at(lower, col-1) != "" {
			out[col] = out[col-1]
		}
	}
	return out
}

// goesOn decides whether the row below belongs to the header although it names
// no more columns: it does if a merged area joins it to a column that was found,
// or if it is empty under everything that was found.
func (h *header) goesOn(two *header, below line) bool {
	if len(two.places) == 0 {
		return false
	}
	under := 0
	for _, at := range h.places {
		for _, a := range h.areas {
			if a.row <= h.first.number && a.lastRow == below.number && a.col <= at.first+1 && at.first < a.lastCol {
				return true
			}
		}
		if at.first < len(below.cells) && below.cells[at.first] != (cell{}) {
			under++
		}
	}
	return under == 0 && len(h.places) > 1 && len(two.places) == len(h.places)
}

var numbering = regexp.MustCompile(`^\(?(\d{1,2}|[A-Za-z])\)?$`)

// passNumbering takes the row "A B (1) (2)" that forms have under the header to
// it; not the first of rows that count 1, 2, 3 downwards.
func (h *header) passNumbering(top []line) {
	i := slices.IndexFunc(top, func(l line) bool { return l.number == h.last })
	if i < 0 || i+1 >= len(top) {
		return
	}
	next, count := 1, 0
	for col, c := range top[i+1].cells {
		if c.text == "" {
			continue
		}
		m := numbering.FindStringSubmatch(c.text)
		if m == nil {
			return
		}
		count++
		switch digit := m[1][0] <= '9'; {
		case digit && m[1] != fmt.Sprint(next), !digit && next > 1:
			return
		case digit && count == 1 && i+2 < len(top) && top[i+2].text(col) == "2":
			return
		case digit:
			next++
		}
	}
	if count >= 3 {
		h.last = top[i+1].number
	}
}
