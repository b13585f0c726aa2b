package rollup

import (
	"context"
	_ "embed"
	"sort"

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
	for _, read := range []func() error{f.roster, f.members, f.civil, f.meetings, f.heads} {
		if err := read(); err != nil {
			return self, nil, err
		}
	}
	f.sum()
	return f.lines[0], f.lines[1:], nil
}

// Branch is a unit directly below the one asked for; Below are the counts of the units
// directly below that, in tree order.
type Branch struct {
	Line
	Below []Count
}

// Tree is At for a picture of two levels: members alone, without meetings and heads. Every
// leaf of the subtree is read once. Fault: Missing.
func Tree(ctx context.Context, tx db.Tx, campaign, document, unit id.ID) (self Line, below []Branch, err error) {
	f, err := begin(ctx, tx, campaign, document, unit, 2)
	if err == nil {
		err = f.roster()
	}
	if err == nil {
		err = f.members()
	}
	if err != nil {
		return self, nil, err
	}
	f.sum()
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
	low                [][]Count        // by line
	at                 map[int64][2]int // of a lower unit by lo: line, place in low
}

func begin(ctx context.Context, tx db.Tx, campaign, document, unit id.ID, down int64) (*fold, error) {
	lines, err := db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		err = scan(&l.Unit, &l.Parent, &l.Name, &l.Short, &l.Level, &l.Depth, &l.Lo, &l.Hi, &l.SelfOrganised,
			&l.Kids, &l.Count.Members, &l.Count.Exempt, &l.Count.Civil)
		return l, err
	}, linesSQL, campaign, unit)
	if err == nil && (len(lines) == 0 || lines[0].Unit != unit) {
		err = fault.Gone()
	}
	for i := range lines {
		if i > 0 && down == 1 {
			lines[i].Count = Count{} // comes with its subtree
		}
	}
	return &fold{ctx, tx, campaign, document, down, lines, make([][]Count, len(lines)), map[int64][2]int{}}, err
}

// owner is the line whose subtree lo lies in: lines stand in tree order, so the last that begins at or before it.
func (f *fold) owner(lo int64) int {
	return max(sort.Search(len(f.lines), func(i int) bool { return f.lines[i].Lo > lo })-1, 0)
}

// each adds rows of (lo, figures…) to the lines; dest names where the figures go.
func (f *fold) each(query string, args []any, dest func(*Line) []any) error {
	rows, err := f.tx.QueryContext(f.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var lo int64
	var row Line
	into := append([]any{&lo}, dest(&row)...)
	for rows.Next() {
		row = Line{}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		f.take(lo, row)
	}
	return rows.Err()
}

func (f *fold) take(lo int64, row Line) {
	i := f.owner(lo)
	f.lines[i].take(row)
	if p, ok := f.at[lo]; ok {
		f.low[p[0]][p[1]] = f.low[p[0]][p[1]].Add(row.Count)
	} else if f.down == 2 && lo != f.lines[i].Lo {
		f.at[lo] = [2]int{i, len(f.low[i])}
		f.low[i] = append(f.low[i], row.Count)
	}
}

// take adds what one row of a query brought.
func (l *Line) take(o Line) {
	l.Count = l.Count.Add(o.Count)
	l.Meetings = l.Meetings.Add(o.Meetings)
	l.Heads.Amount += o.Heads.Amount
	if o.Heads.Marker != "" {
		l.Heads.Marker = o.Heads.Marker
	}
}

// sum adds the lines below to the first.
func (f *fold) sum() {
	for _, l := range f.lines[1:] {
		f.lines[0].take(l)
	}
}

// within are the arguments every query begins with.
func (f *fold) within(more ...any) []any {
	top := f.lines[0]
	return append([]any{f.campaign, top.Lo, top.Hi}, more...)
}

func (f *fold) roster() error {
	return f.each(rosterSQL, f.within(f.lines[0].Depth+f.down), func(l *Line) []any {
		return []any{&l.Count.Members, &l.Count.Exempt, &l.Count.Civil}
	})
}

func (f *fold) members() error {
	return f.studied("member", func(l *Line) []any {
		c := &l.Count
		return []any{&c.Studied, &c.ExemptCame, &c.Forms[0], &c.Forms[1], &c.Forms[2], &c.Forms[3], &c.Forms[4],
			&c.Grades[0], &c.Grades[1], &c.Grades[2], &c.Grades[3], &c.Grades[4]}
	})
}

func (f *fold) civil() error {
	var none int64
	return f.studied("civil", func(l *Line) []any {
		return []any{&l.Count.CivilStudy, &none, &none, &none, &none, &none, &none, &none, &none, &none, &none, &none}
	})
}

func (f *fold) studied(kind string, dest func(*Line) []any) error {
	return f.each(studiedSQL, f.within(f.lines[0].Depth+f.down, f.document, kind), dest)
}

func (f *fold) meetings() error {
	return f.each(meetingsSQL, f.within(f.document), func(l *Line) []any {
		m := &l.Meetings
		return []any{&m.KeyCadre, &m.Member, &m.Mass, &m.Thematic, &m.Sites, &m.Speakers, &m.Speeches}
	})
}

func (f *fold) heads() error {
	return f.each(headsSQL, f.within(f.document), func(l *Line) []any { return []any{&l.Heads.Amount, &l.Heads.Marker} })
}
