package sheet

import "slices"

// Veil hides the columns whose header says so: from then on every reader of the table (rows,
// glimpses, error sheets) gets only what mask leaves of their values.
func (t *Table) Veil(hide func(head string) bool, mask func(string) string) {
	t.mask = mask
	for col, head := range t.heads {
		if head != "" && hide(head) {
			t.veiled = append(t.veiled, col)
		}
	}
}

// Veiled are the headers of hidden columns.
func (t *Table) Veiled() (heads []string) {
	for _, col := range t.veiled {
		heads = append(heads, t.heads[col])
	}
	return heads
}

// Asked is the first hidden column, from 1, that a wanted one lies over, and its header; 0 for none.
func (t *Table) Asked() (col int, head string) {
	for _, at := range t.places {
		for c := at.first; c <= at.last; c++ {
			if slices.Contains(t.veiled, c) && (col == 0 || c+1 < col) {
				col, head = c+1, t.heads[c]
			}
		}
	}
	return col, head
}
