package sheet

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"quantriet/internal/kit/text"
)

// Mapping says where a table stands in a file and what its columns are: what Guess found,
// as people corrected it, to be kept for the next file of the same shape. Rows and columns
// count from 1.
type Mapping struct {
	Sheet   string              `json:"sheet"`
	First   int                 `json:"first"` // rows of the header
	Last    int                 `json:"last"`
	Columns map[string][2]int   `json:"columns"` // first and last column by key
	Legacy  map[int]text.Legacy `json:"legacy,omitempty"`
	Veiled  []string            `json:"veiled,omitempty"` // headers of columns that are not read
}

// Guess is Find for a file that people look over first: columns may be missing, and where no
// row names any the fullest of the first ones is taken for the header. Faults: Invalid for
// a file that cannot be read.
func (b *Book) Guess(columns []Column) (*Table, error) {
	best, err := b.best(columns)
	if err != nil {
		return nil, err
	}
	if best == nil {
		if best, err = b.fullest(); err != nil {
			return nil, err
		}
	}
	if best == nil {
		return nil, b.noHeader(columns)
	}
	return best.table(), nil
}

// fullest is the first row with the most cells, as a header that names nothing.
func (b *Book) fullest() (best *header, err error) {
	most := 1
	for _, g := range b.grids {
		top, err := head(g)
		if err != nil {
			return nil, err
		}
		for _, l := range top {
			if n := l.filled(); n > most {
				most, best = n, newNames(nil).match(g, nil, l, nil)
			}
		}
	}
	return best, nil
}

func (l line) filled() (n int) {
	for _, c := range l.cells {
		if c != (cell{}) {
			n++
		}
	}
	return n
}

// Use gives the table that a mapping describes. Faults: Invalid when the file has no such rows.
func (b *Book) Use(m Mapping) (*Table, error) {
	for _, g := range b.grids {
		if g.title() != m.Sheet {
			continue
		}
		top, err := head(g)
		if err != nil {
			return nil, err
		}
		areas, err := g.merges()
		if err != nil {
			return nil, err
		}
		first := slices.IndexFunc(top, func(l line) bool { return l.number == m.First })
		if first < 0 || m.Last < m.First || m.Last > m.First+headerRows {
			return nil, &Error{Code: NoHeader, Row: m.First}
		}
		var second *line
		if i := first + 1; i < len(top) && top[i].number == m.First+1 && m.Last > m.First {
			second = &top[i]
		}
		h := newNames(nil).match(g, nearTop(areas, m.Last), top[first], second)
		h.last, h.areas = m.Last, areas
		for key, at := range m.Columns {
			if at[0] < 1 || at[1] < at[0] || at[1] > b.columns {
				return nil, &Error{Code: NoColumn, Row: m.First}
			}
			h.places[key] = span{at[0] - 1, at[1] - 1}
		}
		for len(h.labels) < widest(m.Columns) {
			h.labels = append(h.labels, "")
		}
		t := h.table()
		for col, l := range m.Legacy {
			t.legacy[col-1] = l
		}
		return t, nil
	}
	return nil, &Error{Code: NoHeader}
}

func widest(columns map[string][2]int) (n int) {
	for _, at := range columns {
		n = max(n, at[1])
	}
	return n
}

// Mapping is how the table is read, to be shown and kept.
func (t *Table) Mapping() Mapping {
	m := Mapping{Sheet: t.Sheet, First: t.Header, Last: t.start, Columns: map[string][2]int{}, Legacy: map[int]text.Legacy{}}
	for key, at := range t.places {
		m.Columns[key] = [2]int{at.first + 1, at.last + 1}
	}
	for col, l := range t.legacy {
		m.Legacy[col+1] = l
	}
	m.Veiled = t.Veiled()
	return m
}

// Print is the shape of the file: the same for every file with the same headers.
func (t *Table) Print() string {
	var folded []string
	for _, s := range t.heads {
		folded = append(folded, text.Fold(label(s)))
	}
	sum := sha256.Sum256([]byte(strings.Join(folded, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Glimpse is a column as its first rows have it.
type Glimpse struct {
	Column int    // from 1
	Head   string // "" for a column without a header
	Values []string
	Legacy text.Legacy // what it seems to be written in
	Marked bool        // some of it is beyond ASCII, so that the encoding shows
}

// looked is how many rows a glimpse goes through, shown how many values it keeps.
const (
	looked = 400
	shown  = 3
)

// Look reads the first rows to show what stands in each column, undecoded.
func (t *Table) Look() ([]Glimpse, error) {
	samples, n := [][]string{}, 0
	for r, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		for len(samples) < len(r.line.cells) {
			samples = append(samples, nil)
		}
		for i, c := range r.line.cells {
			s := oneLine(unshield(c.text))
			if s != "" && slices.Contains(t.veiled, i) {
				s = t.mask(s)
			}
			if s != "" {
				samples[i] = append(samples[i], s)
			}
		}
		if n++; n == looked {
			break
		}
	}
	var out []Glimpse
	for i := range max(len(samples), len(t.heads)) {
		g := Glimpse{Column: i + 1, Head: at(t.heads, i)}
		if i < len(samples) {
			g.Legacy = text.GuessLegacy(samples[i])
			g.Marked = slices.ContainsFunc(samples[i], func(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) >= 0 })
			g.Values = first(samples[i], g.Legacy)
		}
		out = append(out, g)
	}
	return out, nil
}

// Fit lays over a mapping that was kept the encodings in which its columns seem to be written in
// this file; same is false when they are others: the same headers come from old programs and from new ones.
func (t *Table) Fit(m *Mapping) (same bool, err error) {
	looks, err := t.Look()
	same = err == nil
	for _, g := range looks {
		if !g.Marked || g.Legacy == m.Legacy[g.Column] || !m.reads(g.Column) {
			continue
		}
		if same = false; m.Legacy == nil {
			m.Legacy = map[int]text.Legacy{}
		}
		if m.Legacy[g.Column] = g.Legacy; g.Legacy == text.Unicode {
			delete(m.Legacy, g.Column)
		}
	}
	return same, err
}

func (m *Mapping) reads(column int) bool {
	for _, at := range m.Columns {
		if column >= at[0] && column <= at[1] {
			return true
		}
	}
	return false
}

// first are a few different values; of a column in an old encoding, those that show it.
func first(all []string, l text.Legacy) (out []string) {
	for _, odd := range []bool{true, false} {
		for _, s := range all {
			telling := l == text.Unicode || l.Decode(s) != s
			if len(out) < shown && telling == odd && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// readable are headers in Unicode: all in the encoding that fits them together, else each in its own.
func readable(heads []string) []string {
	out := make([]string, len(heads))
	for i, s := range heads {
		out[i] = unshield(s)
	}
	whole := text.GuessLegacy(out)
	for i, s := range out {
		l := whole
		if l == text.Unicode {
			l = text.GuessLegacy(out[i : i+1])
		}
		out[i] = l.Decode(s)
	}
	return out
}

func (t *Table) decode(col int, s string) string {
	if s != "" && slices.Contains(t.veiled, col) {
		return t.mask(s)
	}
	if l, ok := t.legacy[col]; ok {
		return l.Decode(unshield(s))
	}
	if strings.Contains(s, softSafe) {
		return strings.ReplaceAll(s, softSafe, "")
	}
	return s
}

// The soft hyphen is a letter of TCVN3: it is carried past the cleaning of a cell, which
// takes invisible characters away, as a private one.
const softHyphen, softSafe = "\u00ad", "\uf0ad"

func shield(s string) string   { return strings.ReplaceAll(s, softHyphen, softSafe) }
func unshield(s string) string { return strings.ReplaceAll(s, softSafe, softHyphen) }

// unicode refuses a file whose bytes are in an old encoding, naming the first such cell.
func (b *Book) unicode() error {
	for _, g := range b.grids {
		if p, ok := g.(*plain); !ok || !p.odd {
			continue
		}
		for l, err := range g.lines() {
			if err != nil {
				return err
			}
			for i, c := range l.cells {
				if strings.IndexFunc(c.text, func(r rune) bool { return r >= 0x80 }) >= 0 {
					return &Error{Code: Encoding, Row: l.number, Col: i + 1}
				}
			}
		}
		return &Error{Code: Encoding}
	}
	return nil
}
