package sheet

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"quantriet/internal/kit/text"
)

// Column is one the caller looks for. Names are the headers it may have, in
// Vietnamese and English; the first is shown in messages. Case, marks,
// punctuation and remarks in brackets do not matter, but a header with the right
// marks wins over one without ("Năm" is not "Nam" when both are asked for).
type Column struct {
	Key      string
	Names    []string
	Required bool
	Down     bool // a cell merged over several rows stands for each of them
}

// Table is the part of a sheet under a header that was found.
type Table struct {
	Sheet   string   // its title, "" for csv
	Header  int      // first row of the header
	Unknown []string // headers nobody asked for, as "C: Ghi chú"

	grid   grid
	legacy map[int]text.Legacy // encoding by column index, where it is not Unicode
	start  int                 // rows up to this one are header
	places map[string]span     // columns by key
	labels map[string]string   // header by key as it is in the file
	heads  []string            // header by column index
	areas  []area              // merged below the header
	veiled []int               // columns whose values are hidden, by index
	mask   func(string) string // what is left of them
	bare   []string            // keys of those that may be read as they stand
	down   []int               // columns whose merged cells stand for each of their rows, by index
}

const headerRows = 25 // rows of the file among which the header is looked for

// Find looks through all sheets for the header that has most of the columns. The
// header may be one row or two with merged cells, under any title rows; a
// column of running numbers (STT) and a row that numbers the columns are passed
// over. Without a header it fails with NoHeader, with a required column
// missing with NoColumn, both an *Error with Names.
func (b *Book) Find(columns []Column) (*Table, error) {
	best, err := b.best(columns)
	if err != nil {
		return nil, err
	}
	if err := b.unicode(); err != nil {
		return nil, err
	}
	if best == nil {
		return nil, b.noHeader(columns)
	}
	if len(best.missing) > 0 {
		return nil, &Error{Code: NoColumn, Row: best.first.number, Names: best.missing}
	}
	for _, col := range best.twice {
		return nil, &Error{Code: TwoColumns, Row: best.first.number, Col: col + 1, Names: []string{best.labels[col]}}
	}
	return best.table(), nil
}

func (b *Book) best(columns []Column) (best *header, err error) {
	want := newNames(columns)
	for _, g := range b.grids {
		h, err := want.search(g)
		if err != nil {
			return nil, err
		}
		if h != nil && (best == nil || h.better(best)) {
			best = h
		}
	}
	return best, nil
}

func (b *Book) noHeader(columns []Column) error {
	e := &Error{Code: NoHeader}
	for _, c := range columns {
		if c.Required {
			e.Names = append(e.Names, c.Names[0])
		}
	}
	for _, g := range b.grids {
		for range g.lines() {
			return e
		}
	}
	return &Error{Code: Empty}
}

// names finds the key of a header.
type names struct {
	columns []Column
	exact   map[string]string
	folded  map[string]string
}

func newNames(columns []Column) *names {
	n := &names{columns: columns, exact: map[string]string{}, folded: map[string]string{}}
	for _, c := range columns {
		for _, name := range c.Names {
			n.exact[label(name)] = c.Key
			if f := text.Fold(label(name)); n.folded[f] == "" {
				n.folded[f] = c.Key
			}
		}
	}
	return n
}

var remark = regexp.MustCompile(`\([^)]*\)|\[[^]]*\]`)

// label is a header without case, punctuation and remarks in brackets.
func label(s string) string {
	bare := remark.ReplaceAllString(s, " ")
	if strings.TrimSpace(bare) == "" {
		bare = s
	}
	return strings.Join(strings.FieldsFunc(strings.ToLower(text.NFC(bare)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r)
	}), " ")
}

// key also finds headers in an old encoding, which are as good as those without marks.
func (n *names) key(s string) (key string, exact bool) {
	l := label(s)
	if k, ok := n.exact[l]; ok {
		return k, true
	}
	if k, ok := n.folded[text.Fold(l)]; ok {
		return k, false
	}
	for _, old := range text.Legacies {
		if k, ok := n.exact[label(old.Decode(unshield(s)))]; ok {
			return k, false
		}
	}
	return "", false
}

// header is a candidate: one row or two, read as one.
type header struct {
	grid    grid
	first   line
	last    int // last row of the header
	two     bool
	labels  []string
	places  map[string]span
	sure    map[string]bool // key was matched with its marks
	missing []string
	twice   map[string]int // column that another one equally good has the key of
	areas   []area
}

// span is a first and last column, from 0: "Họ và tên" over two columns, merged
// or repeated, is one value in two cells.
type span struct{ first, last int }

func (h *header) better(o *header) bool {
	if len(h.missing) != len(o.missing) {
		return len(h.missing) < len(o.missing)
	}
	return len(h.places) > len(o.places)
}

// onlyTitleAbove tells that the upper row of h adds nothing to o, which begins one row later.
func (h *header) onlyTitleAbove(o *header) bool {
	return h.two && o.first.number == h.last && !h.better(o)
}

// search tries every row near the top of g, alone and with the next one.
func (n *names) search(g grid) (*header, error) {
	top, err := head(g)
	if err != nil || len(top) == 0 {
		return nil, err
	}
	areas, err := g.merges()
	if err != nil {
		return nil, err
	}
	near := nearTop(areas, top[len(top)-1].number)
	var best *header
	consider := func(h *header) {
		if len(h.places) > 0 && (best == nil || h.better(best) || best.onlyTitleAbove(h)) {
			best = h
		}
	}
	for i, l := range top {
		one := n.match(g, near, l, nil)
		if i+1 < len(top) && top[i+1].number == l.number+1 {
			if two := n.match(g, near, l, &top[i+1]); two.better(one) || one.goesOn(two, top[i+1]) {
				one = two
			}
		}
		consider(one)
	}
	if best != nil {
		best.passNumbering(top)
		best.areas = areas
	}
	return best, nil
}

// head copies the first rows of g.
func head(g grid) ([]line, error) {
	var top []line
	for l, err := range g.lines() {
		if err != nil {
			return nil, err
		}
		if l.number > headerRows && len(top) > 0 || len(top) >= headerRows {
			break
		}
		top = append(top, line{l.number, slices.Clone(l.cells)})
	}
	return top, nil
}

// nearTop bounds the work that overlapping areas, which no real file has, can make.
func nearTop(areas []area, last int) []area {
	var near []area
	for _, a := range areas {
		if a.row <= last && len(near) < 1000 {
			a.lastCol = min(a.lastCol, a.col+255)
			near = append(near, a)
		}
	}
	return near
}

// match reads a header out of row a, or of rows a and b.
func (n *names) match(g grid, areas []area, a line, b *line) *header {
	h := &header{grid: g, first: a, last: a.number, places: map[string]span{}, sure: map[string]bool{}, twice: map[string]int{}, areas: areas}
	upper := spread(a, areas)
	lower := []string(nil)
	if b != nil {
		h.last, h.two = b.number, true
		lower = spread(*b, areas)
		upper = goOn(upper, lower)
	}
	for col := range max(len(upper), len(lower)) {
		h.take(n, col, at(upper, col), at(lower, col))
	}
	for _, c := range n.columns {
		if _, ok := h.places[c.Key]; !ok && c.Required {
			h.missing = append(h.missing, c.Names[0])
		}
	}
	return h
}

// take names column col; its label becomes the part that was understood, which
// an error sheet with one header row is found by again. Under a wide upper header only the two together or the
// lower one count: "Ngày sinh" over "Nam" and "Nữ" is no date of birth.
func (h *header) take(n *names, col int, upper, lower string) {
	tries := []string{upper + " " + lower, lower}
	whole := strings.TrimSpace(upper + " " + lower)
	if lower == "" || lower == upper {
		tries, whole = []string{upper}, upper
	}
	h.labels = append(h.labels, whole)
	for _, s := range tries {
		key, sure := n.key(s)
		if key == "" {
			continue
		}
		h.labels[col] = s
		at, taken := h.places[key]
		switch {
		case taken && at.last == col-1 && h.labels[col-1] == s:
			h.places[key] = span{at.first, col}
		case taken && h.sure[key] == sure:
			h.twice[key] = col
		case !taken || sure:
			h.places[key], h.sure[key] = span{col, col}, sure
			delete(h.twice, key)
		}
		return
	}
}

// passed are headers that are neither wanted nor worth a remark: running
// numbers and the verdicts of an error sheet sent back.
var passed = []string{"", "stt", "tt", "so tt", "so thu tu", "no", "loi", "error"}

func (h *header) table() *Table {
	h.labels = readable(h.labels)
	t := &Table{
		Sheet: h.grid.title(), Header: h.first.number,
		grid: h.grid, start: h.last, places: h.places, heads: h.labels, labels: map[string]string{}, legacy: map[int]text.Legacy{},
	}
	known := map[int]bool{}
	for key, s := range h.places {
		t.labels[key] = h.labels[s.first]
		for col := s.first; col <= s.last; col++ {
			known[col] = true
		}
	}
	for col, s := range h.labels {
		if !known[col] && !slices.Contains(passed, text.Fold(label(s))) {
			t.Unknown = append(t.Unknown, Letter(col+1)+": "+s)
		}
	}
	for _, a := range h.areas {
		if a.row > h.last {
			t.areas = append(t.areas, a)
		}
	}
	slices.SortFunc(t.areas, func(a, b area) int { return a.row - b.row })
	return t
}
