package rollup

import (
	"context"
	_ "embed"
	"sort"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

//go:embed sql/lines.sql
var linesSQL string

//go:embed sql/roster.sql
var rosterSQL string

//go:embed sql/studied.sql
var studiedSQL string

//go:embed sql/meetings.sql
var meetingsSQL string

//go:embed sql/heads.sql
var headsSQL string

// At gives the line of unit and of each unit directly below it, in tree order, for one
// document of the campaign. Fault: Missing when the unit is not in the frozen tree. The
// caller has checked that the actor may see unit.
func At(ctx context.Context, tx db.Tx, campaign, document, unit id.ID) (self Line, below []Line, err error) {
	f, err := begin(ctx, tx, campaign, document, unit, 1)
	if err != nil {
		return self, nil, err
	}
	build, err := f.buildOf()
	if err != nil {
		return self, nil, err
	}
	reads := []func() error{f.meetings, f.heads, f.people}
	if build != 0 {
		reads = []func() error{f.people, func() error { return f.held(build) }}
	}
	for _, read := range reads {
		if err := read(); err != nil {
			return self, nil, err
		}
	}
	return f.lines[0], f.lines[1:], nil
}

// people counts those of the lines and ends the reading: whoever is read from leaves is
// added up here, whoever is read added up is set.
func (f *fold) people() error {
	wide, err := f.wide()
	if err != nil {
		return err
	}
	if wide {
		f.sum()
		return f.upper()
	}
	for _, read := range []func() error{f.roster, f.members, f.civil} {
		if err := read(); err != nil {
			return err
		}
	}
	f.sum()
	return nil
}

// Branch is a unit directly below the one asked for; Below are the members' counts of
// the units directly below that, in tree order.
type Branch struct {
	Line
	Below []Count
}

// Tree is At for a picture of two levels: people alone, without meetings and heads. Fault: Missing.
func Tree(ctx context.Context, tx db.Tx, campaign, document, unit id.ID) (self Line, below []Branch, err error) {
	f, err := begin(ctx, tx, campaign, document, unit, 2)
	if err == nil {
		err = f.people()
	}
	if err != nil {
		return self, nil, err
	}
	for i, l := range f.lines[1:] {
		below = append(below, Branch{l, f.low[i+1]})
	}
	return f.lines[0], below, nil
}

// fold is one reading of a subtree: the lines of the unit and of those directly below it, and,
// when it goes two levels down, the counts of the units below each line.
type fold struct {
	ctx                context.Context
	tx                 db.Tx
	campaign, document id.ID
	down               int64
	lines              []Line
	low                [][]Count                // by line
	places             []place                  // every unit down to the lowest shown, in tree order
	spots              []spot                   // of low, in tree order, when it is read added up
	sink               func(lo int64, row Line) // takes the rows instead of the lines
}

// place says where the figures of a unit and of all that is deeper go; low -1 is the line alone.
type place struct {
	lo        int64
	line, low int
}

func begin(ctx context.Context, tx db.Tx, campaign, document, unit id.ID, down int64) (*fold, error) {
	lines, err := db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		err = scan(&l.Unit, &l.Parent, &l.Name, &l.Short, &l.Level, &l.Depth, &l.Lo, &l.Hi, &l.SelfOrganised, &l.Kids)
		return l, err
	}, linesSQL, campaign, unit)
	if err == nil && (len(lines) == 0 || lines[0].Unit != unit) {
		err = fault.Gone()
	}
	f := &fold{ctx: ctx, tx: tx, campaign: campaign, document: document, down: down, lines: lines, low: make([][]Count, len(lines))}
	if down == 1 {
		for i, l := range lines {
			f.places = append(f.places, place{l.Lo, i, -1})
		}
	}
	return f, err
}

// enter makes a place for a unit that is shown; units come in tree order.
func (f *fold) enter(lo, depth int64) {
	if f.sink != nil {
		return
	}
	depth -= f.lines[0].Depth
	if f.down == 1 || depth > f.down {
		return
	}
	line := sort.Search(len(f.lines), func(i int) bool { return f.lines[i].Lo > lo }) - 1
	p := place{lo, line, -1}
	if depth == f.down {
		p.low = len(f.low[line])
		f.low[line] = append(f.low[line], Count{})
	}
	f.places = append(f.places, p)
}

// take adds what one row of a query brought to where the unit at lo belongs: to the last place that begins at or before it.
func (f *fold) take(lo int64, row Line) {
	if f.sink != nil {
		f.sink(lo, row)
		return
	}
	p := f.places[sort.Search(len(f.places), func(i int) bool { return f.places[i].lo > lo })-1]
	f.lines[p.line].take(row)
	if p.low >= 0 {
		c := &f.low[p.line][p.low]
		*c = c.Add(row.Count)
	}
}

func (l *Line) take(o Line) {
	l.Count = l.Count.Add(o.Count)
	l.Meetings = l.Meetings.Add(o.Meetings)
	l.Heads.Amount += o.Heads.Amount
	l.Heads.Marker = max(l.Heads.Marker, o.Heads.Marker)
}

// sum adds the lines below to the first.
func (f *fold) sum() {
	for _, l := range f.lines[1:] {
		f.lines[0].take(l)
	}
}

// each asks about the whole subtree.
func (f *fold) each(query string, args []any, into []any, row func()) error {
	top := f.lines[0]
	return f.ask(query, append([]any{f.campaign, top.Lo, top.Hi}, args...), into, row)
}

// three takes a number of the queries apart.
func three(n int64) (a, b, c int64) { return n >> 40, n >> 20 & 0xfffff, n & 0xfffff }

func (f *fold) roster() error {
	var lo, depth, n int64
	return f.each(rosterSQL, nil, []any{&lo, &depth, &n}, func() {
		var l Line
		l.Count.Members, l.Count.Exempt, l.Count.Civil = three(n)
		f.enter(lo, depth)
		f.take(lo, l)
	})
}

func (f *fold) members() error {
	return f.studied("member", func(n [5]int64) (c Count) {
		c.Studied, c.ExemptCame, c.Forms[0] = three(n[0])
		c.Forms[1], c.Forms[2], c.Forms[3] = three(n[1])
		c.Forms[4], c.Grades[0], c.Grades[1] = three(n[2])
		c.Grades[2], c.Grades[3], c.Grades[4] = three(n[3])
		c.Forms[5] = n[4]
		return c
	})
}

func (f *fold) civil() error {
	return f.studied("civil", func(n [5]int64) (c Count) {
		c.CivilStudy, _, _ = three(n[0])
		return c
	})
}

func (f *fold) studied(kind string, count func([5]int64) Count) error {
	var lo int64
	var n [5]int64
	return f.each(studiedSQL, []any{f.document, kind}, []any{&lo, &n[0], &n[1], &n[2], &n[3], &n[4]}, func() {
		f.take(lo, Line{Count: count(n)})
	})
}

// Broad reports whether a unit of a frozen tree is its root, or has so many units below it that
// what happened in the whole campaign is sooner read than what each of them had.
func Broad(depth, lo, hi int64) bool { return depth == 0 || hi-lo >= 50_000 }

// first turns a query that goes from units to what they had about, where the part is broad.
func (f *fold) first(query, table string) string {
	if top := f.lines[0]; !Broad(top.Depth, top.Lo, top.Hi) {
		return query
	}
	return strings.Replace(query, "from campaign_unit own\ncross join "+table, "from "+table+"\ncross join campaign_unit own", 1)
}

func (f *fold) meetings() error {
	var lo, talks int64
	var m Meetings
	into := []any{&lo, &m.KeyCadre, &m.Member, &m.Mass, &m.Thematic, &m.Sites, &talks, &m.Speeches}
	return f.each(f.first(meetingsSQL, "meeting m"), []any{f.document}, into, func() {
		m.Province, m.Central, m.Speakers = three(talks)
		f.take(lo, Line{Meetings: m})
	})
}

func (f *fold) heads() error {
	var lo int64
	var h Heads
	return f.each(f.first(headsSQL, "attendance_headcount h"), []any{f.document}, []any{&lo, &h.Amount, &h.Marker}, func() { f.take(lo, Line{Heads: h}) })
}
