package rollup

import (
	"context"
	"slices"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Heirs says what units of a frozen tree are today: themselves while they stand, else what
// they became through reorganisations, one after the other.
type Heirs struct {
	open map[id.ID]bool
	next map[id.ID][]heir
	done map[id.ID][]id.ID
}

type heir struct {
	unit   id.ID
	people int64
}

// LoadHeirs follows the successors of units, whether they ended or were split.
func LoadHeirs(ctx context.Context, tx db.Tx, units []id.ID, day string) (*Heirs, error) {
	h := &Heirs{open: map[id.ID]bool{}, next: map[id.ID][]heir{}, done: map[id.ID][]id.ID{}}
	for round := units; len(round) > 0; {
		var further []id.ID
		for chunk := range batch.Chunks(round) {
			more, err := h.load(ctx, tx, chunk, day)
			if err != nil {
				return nil, err
			}
			further = append(further, more...)
		}
		slices.Sort(further)
		round = slices.DeleteFunc(slices.Compact(further), func(u id.ID) bool { _, known := h.open[u]; return known })
	}
	return h, nil
}

func (h *Heirs) load(ctx context.Context, tx db.Tx, units []id.ID, day string) (more []id.ID, err error) {
	in, args := batch.In(units, day)
	_, err = db.All(ctx, tx, func(scan func(...any) error) (u id.ID, err error) {
		var open bool
		err = scan(&u, &open)
		h.open[u] = open
		return u, err
	}, `select id, (valid_to is null or valid_to >= $1) from org_unit where id in (`+in+`)`, args...)
	if err != nil {
		return nil, err
	}
	in, args = batch.In(units)
	_, err = db.All(ctx, tx, func(scan func(...any) error) (n heir, err error) {
		var old id.ID
		err = scan(&old, &n.unit, &n.people)
		h.next[old], more = append(h.next[old], n), append(more, n.unit)
		return n, err
	}, `select old, new, people from org_successor where old in (`+in+`) order by event, new`, args...)
	return more, err
}

// Of are the units of today in which the people of a unit are, sorted; none when nothing
// carries it on. People who were parted among several are in all of them.
func (h *Heirs) Of(unit id.ID) []id.ID {
	if out, known := h.done[unit]; known {
		return out
	}
	h.done[unit] = nil // a circle leads nowhere
	seen := map[id.ID]bool{}
	if h.open[unit] {
		seen[unit] = true
	}
	carried := slices.ContainsFunc(h.next[unit], func(n heir) bool { return n.people > 0 })
	for _, n := range h.next[unit] {
		if n.people > 0 || !h.open[unit] && !carried {
			for _, u := range h.Of(n.unit) {
				seen[u] = true
			}
		}
	}
	out := make([]id.ID, 0, len(seen))
	for u := range seen {
		out = append(out, u)
	}
	slices.Sort(out)
	h.done[unit] = out
	return out
}

// Today is a part of a frozen tree shown in the tree of today. The lines add up to Total,
// and where the part is shown whole, to what it is in its frozen tree.
type Today struct {
	At        id.ID  `json:"at" doc:"unit of today whose lines these are"`
	Name      string `json:"name"`
	Total     Line   `json:"total"`
	Lines     []Line `json:"lines" doc:"units directly below it today in which something lands"`
	Own       *Line  `json:"own" doc:"of the unit itself, or of units that were parted among several below it"`
	Elsewhere *Line  `json:"elsewhere" doc:"of units that today stand elsewhere"`
	Lost      *Line  `json:"lost" doc:"of units that nothing carries on"`
}

// Part is what of a frozen tree is shown: the interval of a unit's subtree.
type Part struct {
	Campaign, Document id.ID
	Lo, Hi             int64
}

// InToday folds a part of a frozen tree through the successors into the units directly below
// at. With whole, what lands outside at is shown in lines of its own.
func InToday(ctx context.Context, tx db.Tx, p Part, at id.ID, whole bool, day string) (t Today, err error) {
	g := &landing{at: at, whole: whole, line: map[id.ID]*Line{}, place: map[int64]*Line{}}
	if err := g.lines(ctx, tx); err != nil {
		return t, err
	}
	if err := g.land(ctx, tx, p, day); err != nil {
		return t, err
	}
	f := &fold{ctx: ctx, tx: tx, campaign: p.Campaign, document: p.Document, lines: []Line{{Lo: p.Lo, Hi: p.Hi, Depth: 1}}, sink: g.take}
	for _, read := range []func() error{f.roster, f.members, f.civil, f.meetings, f.heads} {
		if err := read(); err != nil {
			return t, err
		}
	}
	return g.today(), nil
}

// landing knows for every unit of the frozen part on which line its figures land.
type landing struct {
	at     id.ID
	whole  bool
	name   string
	order  []*Line // units directly below at today, in display order
	line   map[id.ID]*Line
	own    Line
	beside Line
	lost   Line
	place  map[int64]*Line // by lo
	total  Line
	used   map[*Line]bool
}

func (g *landing) lines(ctx context.Context, tx db.Tx) error {
	var err error
	if g.name, err = db.One(ctx, tx, db.Value[string], `select name from org_unit where id = $1`, g.at); err != nil {
		return err
	}
	g.used = map[*Line]bool{}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		err = scan(&l.Unit, &l.Parent, &l.Name, &l.Short, &l.Level, &l.Kids)
		return l, err
	}, `select u.id, u.parent, u.name, u.short, u.level, (select count(*) from org_unit k where k.parent = u.id and k.valid_to is null)
		from org_unit u where u.parent = $1 order by u.position, u.sort_key, u.id`, g.at)
	for i := range list {
		g.order = append(g.order, &list[i])
		g.line[list[i].Unit] = &list[i]
	}
	return err
}

// land finds the line of every frozen unit.
func (g *landing) land(ctx context.Context, tx db.Tx, p Part, day string) error {
	type frozen struct {
		unit id.ID
		lo   int64
	}
	units, err := db.All(ctx, tx, func(scan func(...any) error) (f frozen, err error) { err = scan(&f.unit, &f.lo); return f, err },
		`select unit, lo from campaign_unit where campaign = $1 and lo between $2 and $3 order by lo`, p.Campaign, p.Lo, p.Hi)
	if err != nil {
		return err
	}
	ids := make([]id.ID, len(units))
	for i, u := range units {
		ids[i] = u.unit
	}
	heirs, err := LoadHeirs(ctx, tx, ids, day)
	if err != nil {
		return err
	}
	var ends []id.ID
	for _, u := range ids {
		ends = append(ends, heirs.Of(u)...)
	}
	slices.Sort(ends)
	under, err := g.under(ctx, tx, slices.Compact(ends))
	if err != nil {
		return err
	}
	for _, u := range units {
		g.place[u.lo] = g.settle(heirs.Of(u.unit), under)
	}
	return nil
}

// under tells for units of today which unit directly below at they stand at or below; at
// itself stands for at, and those elsewhere are absent.
func (g *landing) under(ctx context.Context, tx db.Tx, units []id.ID) (map[id.ID]id.ID, error) {
	out := map[id.ID]id.ID{}
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk, g.at)
		_, err := db.All(ctx, tx, func(scan func(...any) error) (u id.ID, err error) {
			var top id.ID
			err = scan(&u, &top)
			out[u] = top
			return u, err
		}, `select b.unit, b.top from org_below b join org_unit c on c.id = b.top and c.parent = $1 where b.unit in (`+in+`)`, args...)
		if err != nil {
			return nil, err
		}
		if slices.Contains(chunk, g.at) {
			out[g.at] = g.at
		}
	}
	return out, nil
}

// settle is the line of one frozen unit, nil when it is not shown here.
func (g *landing) settle(ends []id.ID, under map[id.ID]id.ID) *Line {
	tops := map[id.ID]bool{}
	for _, u := range ends {
		tops[under[u]] = true
	}
	switch {
	case len(ends) == 0 && g.whole:
		return &g.lost
	case len(ends) == 0 || tops[0] && !g.whole:
		return nil
	case tops[0]:
		return &g.beside
	case len(tops) == 1 && !tops[g.at]:
		return g.line[under[ends[0]]]
	}
	return &g.own
}

func (g *landing) take(lo int64, row Line) {
	if to := g.place[lo]; to != nil {
		to.take(row)
		g.total.take(row)
		g.used[to] = true
	}
}

func (g *landing) today() Today {
	t := Today{At: g.at, Name: g.name, Total: g.total, Lines: []Line{}}
	t.Total.Unit, t.Total.Name = g.at, g.name
	for _, l := range g.order {
		if g.used[l] {
			t.Lines = append(t.Lines, *l)
		}
	}
	some := func(l *Line) *Line {
		if l.Count == (Count{}) && l.Meetings == (Meetings{}) && l.Heads.Amount == 0 {
			return nil
		}
		return l
	}
	t.Own, t.Elsewhere, t.Lost = some(&g.own), some(&g.beside), some(&g.lost)
	return t
}

// Common is the deepest unit of today at or above all of some; zero when there is none.
func Common(ctx context.Context, tx db.Tx, units []id.ID) (id.ID, error) {
	if len(units) == 0 {
		return 0, nil
	}
	type top struct {
		unit id.ID
		n    int64
	}
	count := map[id.ID]int64{}
	for chunk := range batch.Chunks(units) {
		in, args := batch.In(chunk)
		list, err := db.All(ctx, tx, func(scan func(...any) error) (t top, err error) { err = scan(&t.unit, &t.n); return t, err },
			`select top, count(*) from org_below where unit in (`+in+`) group by top`, args...)
		if err != nil {
			return 0, err
		}
		for _, t := range list {
			count[t.unit] += t.n
		}
	}
	way, err := db.All(ctx, tx, db.Value[id.ID], `select top from org_below where unit = $1 order by depth`, units[0])
	for _, u := range way {
		if count[u] == int64(len(units)) {
			return u, err
		}
	}
	return 0, err
}
