package sheet

import (
	"slices"
	"strings"
)

// Veil hides the columns whose header says so, and those of the keys whatever their header: from then
// on every reader of the table (rows, glimpses, error sheets) gets only what mask leaves of their
// values. Those of the keys are read with Row.Bare.
func (t *Table) Veil(hide func(head string) bool, mask func(string) string, keys ...string) {
	t.mask, t.bare = mask, keys
	for col, head := range t.heads {
		if head != "" && hide(head) || t.keyed(col) {
			t.veiled = append(t.veiled, col)
		}
	}
}

// keyed reports whether a column is one of the hidden keys.
func (t *Table) keyed(col int) bool {
	return slices.ContainsFunc(t.bare, func(key string) bool {
		at, ok := t.places[key]
		return ok && col >= at.first && col <= at.last
	})
}

// Veiled are the headers of hidden columns that are not read.
func (t *Table) Veiled() (heads []string) {
	for _, col := range t.veiled {
		if !t.keyed(col) {
			heads = append(heads, t.heads[col])
		}
	}
	return heads
}

// Asked is the first hidden column, from 1, that a wanted one but those of the keys lies over, and
// its header; 0 for none.
func (t *Table) Asked() (col int, head string) {
	for key, at := range t.places {
		for c := at.first; c <= at.last && !slices.Contains(t.bare, key); c++ {
			if slices.Contains(t.veiled, c) && (col == 0 || c+1 < col) {
				col, head = c+1, t.heads[c]
			}
		}
	}
	return col, head
}

// Bare is the Text of a column of the hidden keys as it stands in the file, for who seals it at once.
func (r Row) Bare(key string) string {
	at, ok := r.table.places[key]
	if !ok || !slices.Contains(r.table.bare, key) {
		return ""
	}
	s := r.line.text(at.first)
	for col := at.first + 1; col <= at.last; col++ {
		s += " " + r.line.text(col)
	}
	return oneLine(strings.TrimSpace(s))
}
