package rollup

import (
	_ "embed"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
)

//go:embed sql/upper.sql
var upperSQL string

//go:embed sql/upper_low.sql
var upperLowSQL string

//go:embed sql/upper_studied.sql
var upperStudiedSQL string

//go:embed sql/upper_low_studied.sql
var upperLowStudiedSQL string

// few is the most units a subtree may have to be read leaf by leaf, which takes some
// milliseconds. Above it stands what others have added up: attendance_fold, with what is on
// its way there in attendance_pending, and measure_fold. Both ways say the same.
var few int64 = 1000

// wide reports whether the subtree is read from what is added up; before measure_fold is
// written, the leaves must do.
func (f *fold) wide() (bool, error) {
	top := f.lines[0]
	if top.Hi-top.Lo < few {
		return false, nil
	}
	_, err := db.One(f.ctx, f.tx, db.Value[int64], `select lo from measure_fold where campaign = $1 and lo = $2`, f.campaign, top.Lo)
	if fault.Of(err) == fault.Missing {
		return false, nil
	}
	return err == nil, err
}

// upper sets the counts of the lines, and of the units below them when the fold goes two
// levels down, from what is added up. Own figures of the first line are its remainder.
func (f *fold) upper() error {
	for _, read := range []func() error{f.upperRoster, f.upperStudied, f.lowRoster, f.lowStudied, f.pending} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// at is the line of the unit at lo, which is one of the lines.
func (f *fold) at(lo int64) *Line {
	return &f.lines[sort.Search(len(f.lines), func(i int) bool { return f.lines[i].Lo >= lo })]
}

func (f *fold) upperRoster() error {
	var lo, hi, members, exempt, civil int64
	return f.ask(upperSQL, []any{f.campaign, f.lines[0].Unit}, []any{&lo, &hi, &members, &exempt, &civil}, func() {
		c := &f.at(lo).Count
		c.Members, c.Exempt, c.Civil = members, exempt, civil
	})
}

func (f *fold) upperStudied() error {
	var kind string
	var lo int64
	var c Count
	into := []any{&kind, &lo, &c.Studied, &c.ExemptCame, &c.Forms[0], &c.Forms[1], &c.Forms[2], &c.Forms[3], &c.Forms[4], &c.Forms[5],
		&c.Grades[0], &c.Grades[1], &c.Grades[2], &c.Grades[3], &c.Grades[4]}
	return f.ask(upperStudiedSQL, []any{f.campaign, f.lines[0].Unit, f.document}, into, func() { f.at(lo).Count.studied(kind, c) })
}

// studied adds who studied of one kind.
func (c *Count) studied(kind string, o Count) {
	if kind == "civil" {
		o = Count{CivilStudy: o.Studied}
	}
	*c = c.Add(o)
}

// spot is a unit two below the first: whose line it belongs to, and its place there.
type spot struct {
	lo, hi    int64
	line, low int
}

// deep says where the units two below the first stand.
func (f *fold) deep() []any {
	top := f.lines[0]
	return []any{f.campaign, top.Lo, top.Hi, top.Depth + 2}
}

func (f *fold) lowRoster() error {
	if f.down < 2 {
		return nil
	}
	var lo, hi, civil int64
	var c Count
	return f.ask(upperLowSQL, f.deep(), []any{&lo, &hi, &c.Members, &c.Exempt, &civil}, func() {
		line := sort.Search(len(f.lines), func(i int) bool { return f.lines[i].Lo > lo }) - 1
		f.spots = append(f.spots, spot{lo, hi, line, len(f.low[line])})
		f.low[line] = append(f.low[line], c)
	})
}

// below is the count of the unit two below the first that is or holds the unit at lo; nil
// when there is none.
func (f *fold) below(lo int64) (*Count, spot) {
	i := sort.Search(len(f.spots), func(i int) bool { return f.spots[i].lo > lo }) - 1
	if i < 0 || f.spots[i].hi < lo {
		return nil, spot{}
	}
	s := f.spots[i]
	return &f.low[s.line][s.low], s
}

func (f *fold) lowStudied() error {
	if f.down < 2 {
		return nil
	}
	var lo int64
	var n [7]int64
	into := []any{&lo, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6]}
	return f.ask(upperLowStudiedSQL, append(f.deep(), f.document), into, func() {
		c, _ := f.below(lo)
		c.Studied, c.ExemptCame = two(n[0])
		c.Forms[0], c.Forms[1] = two(n[1])
		c.Forms[2], c.Forms[3] = two(n[2])
		c.Forms[4], c.Forms[5] = two(n[3])
		c.Grades[0], c.Grades[1] = two(n[4])
		c.Grades[2], c.Grades[3] = two(n[5])
		c.Grades[4] = n[6]
	})
}

// two takes a number of the query apart.
func two(n int64) (a, b int64) { return n >> 32, n & 0xffffffff }

// pending adds what leaves have counted and nobody has carried upward yet; the rows are as
// attendance writes them: "lo:n,n,…;lo:…".
func (f *fold) pending() error {
	var kind, leaves string
	var bad error
	err := f.ask(`select kind, leaves from attendance_pending where campaign = $1 and document = $2`, []any{f.campaign, f.document}, []any{&kind, &leaves}, func() {
		for row := range strings.SplitSeq(strings.TrimSuffix(leaves, ";"), ";") {
			lo, c, err := leaf(row)
			if err != nil {
				bad = err
				return
			}
			f.carry(lo, kind, c)
		}
	})
	if err == nil {
		err = bad
	}
	return err
}

// carry adds to the units shown at and above the leaf at lo; those that are leaves have it already.
func (f *fold) carry(lo int64, kind string, c Count) {
	top := &f.lines[0]
	if lo < top.Lo || lo > top.Hi {
		return
	}
	top.Count.studied(kind, c)
	l := &f.lines[sort.Search(len(f.lines), func(i int) bool { return f.lines[i].Lo > lo })-1]
	if l != top && l.Hi > l.Lo {
		l.Count.studied(kind, c)
	}
	if low, s := f.below(lo); low != nil && s.hi > s.lo && kind == "member" {
		*low = low.Add(c)
	}
}

// leaf reads one leaf's row: studied, exempt, in person, online, self-study, make-up, higher, E1 to E5, relay.
func leaf(row string) (lo int64, c Count, err error) {
	head, tail, _ := strings.Cut(row, ":")
	if lo, err = strconv.ParseInt(head, 10, 64); err != nil {
		return lo, c, fmt.Errorf("pending leaf: %w", err)
	}
	into := []*int64{&c.Studied, &c.ExemptCame, &c.Forms[0], &c.Forms[1], &c.Forms[2], &c.Forms[3], &c.Forms[4],
		&c.Grades[0], &c.Grades[1], &c.Grades[2], &c.Grades[3], &c.Grades[4], &c.Forms[5]}
	i := 0
	for s := range strings.SplitSeq(tail, ",") {
		if i == len(into) {
			return lo, c, fmt.Errorf("pending leaf %q has too many counts", row)
		}
		if *into[i], err = strconv.ParseInt(s, 10, 64); err != nil {
			return lo, c, fmt.Errorf("pending leaf: %w", err)
		}
		i++
	}
	return lo, c, nil
}

// ask reads rows into what into names, and calls row after each.
func (f *fold) ask(query string, args, into []any, row func()) error {
	rows, err := f.tx.QueryContext(f.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row()
	}
	return rows.Err()
}
