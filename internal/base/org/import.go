package org

import (
	"cmp"
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
)

// Import reads a sheet of units: new ones are added, known ones (by organisation code)
// changed where the sheet says something else, and moved from today on. A cell left empty
// changes nothing; nothing is ever closed by being absent. All rows are weighed together, as a
// tree is right as a whole only; they are written in pieces, parents before what stands below
// them, so that others wait for one piece alone and the tree is sound after each. Brought again
// after it was broken off, what is in already is the same. Faults: Invalid for a file that cannot
// be read, Conflict when others change the tree so that rows are wrong which were right; what
// is wrong with single rows is in the result.
func (s *Service) Import(ctx context.Context, who access.Actor, f batch.File, o batch.Options, steps Steps) (*batch.Result, error) {
	table, err := batch.Open(f, Columns)
	if err != nil {
		return nil, err
	}
	p := &plan{who: who, o: o, steps: steps, file: f.Name, today: s.Now.Day(), unreported: s.Unreported, byCode: map[string]*draft{}}
	if err := s.DB.Read(ctx, func(tx db.Tx) (err error) { p.levels, err = levels(ctx, tx); return err }); err != nil {
		return nil, fmt.Errorf("import units: %w", err)
	}
	if err := p.readAll(table); err != nil {
		return nil, err
	}
	result := batch.Begin(f, table)
	if err = s.DB.Read(ctx, func(tx db.Tx) error { return p.weigh(ctx, tx, result) }); err == nil && steps.Weighed != nil {
		err = steps.Weighed(result)
	}
	if err == nil && result.May(o) {
		result.Applied = true
		err = s.bring(ctx, p)
	}
	if err != nil {
		return nil, fmt.Errorf("import units: %w", err)
	}
	return result, nil
}

// readAll reads the rows that hold something.
func (p *plan) readAll(table *sheet.Table) error {
	words := wording(p.levels)
	for row, err := range table.Rows() {
		if err != nil {
			return err
		}
		if !row.Blank() {
			p.take(readDraft(row, words))
		}
		if err := p.beat(row.Number); err != nil {
			return err
		}
	}
	return nil
}

// beat tells the caller now and again that the work goes on.
func (p *plan) beat(n int) error {
	if n%2000 != 0 || p.steps.Beat == nil {
		return nil
	}
	return p.steps.Beat()
}

// plan is what becomes of the rows of one file.
type plan struct {
	who    access.Actor
	o      batch.Options
	steps  Steps
	file   string
	today  string
	levels map[string]Level

	unreported func(ctx context.Context, tx db.Tx, field, day string, units ...id.ID) error

	rows   []*draft
	read   []uint8 // remarks that a row had when it was read, to start over from
	byCode map[string]*draft
	byName map[string][]*draft // made when a row names its parent by name

	tree
	byID map[id.ID]*draft
	todo []*draft // rows that change something
}

// tree is what is known already.
type tree struct {
	kids  map[id.ID][]id.ID // as the file will leave them, made when a row gets a last day
	known map[string]*Unit  // by code
	units map[id.ID]*Unit
	named map[string][]*Unit // by name, made with byName
	mine  map[id.ID]bool     // may be edited
}

func (p *plan) take(d *draft) {
	if first := p.byCode[d.Code]; first != nil && d.Code != "" {
		d.Blame("code", "org.code_twice", "row", first.row)
	} else {
		p.byCode[d.Code] = d
	}
	if up := p.byCode[d.above]; up != nil {
		d.above = up.Code // one copy for all that stand below it
	}
	p.rows, p.read = append(p.rows, d), append(p.read, uint8(min(len(d.Notes), 255)))
}

func loadTree(ctx context.Context, tx db.Tx, who access.Actor) (t tree, err error) {
	t = tree{known: map[string]*Unit{}, units: map[id.ID]*Unit{}, mine: map[id.ID]bool{}}
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		u, err := scanUnit(scan)
		t.known[u.Code], t.units[u.ID] = &u, &u
		return none, err
	}, `select `+columns+` from org_unit u`)
	if err != nil {
		return t, err
	}
	args := []any{}
	mine, err := db.All(ctx, tx, db.Value[id.ID], `select u.id from org_unit u where `+who.Scope(access.UnitEdit).Where("u.id", &args), args...)
	for _, u := range mine {
		t.mine[u] = true
	}
	return t, err
}

// old is a unit as it is known, zero when it is not.
func (t tree) old(u id.ID) (Unit, bool) {
	if known := t.units[u]; known != nil {
		return *known, true
	}
	return Unit{}, false
}

// names are needed only by sheets that name a parent without its code.
func (p *plan) names() {
	if p.byName == nil {
		p.byName = map[string][]*draft{}
		for _, d := range p.rows {
			if p.byCode[d.Code] == d || d.Code == "" {
				p.byName[d.Name] = append(p.byName[d.Name], d)
			}
		}
	}
	if p.named == nil {
		p.named = map[string][]*Unit{}
		for _, u := range p.units {
			p.named[u.Name] = append(p.named[u.Name], u)
		}
	}
}

// weigh gives every row its verdict. It may run again, with another view of the tree.
func (p *plan) weigh(ctx context.Context, tx db.Tx, r *batch.Result) (err error) {
	if p.tree, err = loadTree(ctx, tx, p.who); err != nil {
		return err
	}
	p.byID, p.todo = make(map[id.ID]*draft, len(p.rows)), nil
	for i, d := range p.rows {
		d.Notes = d.Notes[:min(len(d.Notes), int(p.read[i]))]
		if d.ID = id.New(); p.byCode[d.Code] == d {
			if old := p.known[d.Code]; old != nil {
				d.ID = old.ID
				d.share(old)
			}
			p.byID[d.ID] = d
		}
	}
	for _, d := range p.rows {
		p.hang(d)
	}
	for i, d := range p.rows {
		if err := p.judge(ctx, tx, d); err != nil {
			return err
		}
		if err := p.beat(i); err != nil {
			return err
		}
	}
	p.spread()
	for _, d := range p.rows {
		r.Add(p.verdict(d))
	}
	p.order()
	return nil
}

// hang finds the parent that a row names.
func (p *plan) hang(d *draft) {
	old, known := p.old(d.ID)
	d.Parent = old.Parent
	if known && !p.mine[d.ID] {
		d.Blame("code", "org.code_unusable", "code", d.Code)
		return
	}
	if d.above == "" {
		if !known {
			p.hangLoose(d)
		}
		return
	}
	d.Parent = p.parentOf(d)
	if _, there := p.units[d.Parent]; there && d.Parent != old.Parent && !p.mine[d.Parent] {
		d.Blame(d.by, "org.unknown", "text", d.above)
	}
}

func (p *plan) hangLoose(d *draft) {
	switch {
	case p.o.Under != 0 && p.mine[p.o.Under]:
		d.Parent = p.o.Under
	case p.o.Under != 0 || !p.who.Holds(rootEdit):
		d.Blame("above", "org.parent_needed")
	}
}

// parentOf is the parent by code or, when only one has it, by name.
func (p *plan) parentOf(d *draft) id.ID {
	if up := p.byCode[Code(d.above)]; up != nil {
		return up.ID
	}
	if up := p.known[Code(d.above)]; up != nil {
		return up.ID
	}
	p.names()
	found := map[id.ID]bool{}
	for _, up := range p.byName[d.above] {
		found[up.ID] = true
	}
	for _, up := range p.named[d.above] {
		if p.mine[up.ID] {
			found[up.ID] = true
		}
	}
	switch len(found) {
	case 0:
		d.Blame(d.by, "org.unknown", "text", d.above)
	case 1:
		for up := range found {
			return up
		}
	default:
		d.Blame(d.by, "org.ambiguous", "text", d.above)
	}
	return 0
}

// unit is a unit as the file will leave it.
func (p *plan) unit(u id.ID) (Unit, bool) {
	old, known := p.old(u)
	if d := p.byID[u]; d != nil {
		return d.over(old), true
	}
	return old, known
}

// over lays the cells that are filled over what is known.
func (d *draft) over(old Unit) Unit {
	u := old
	u.ID, u.Code, u.Parent = d.ID, d.Code, d.Parent
	u.Name, u.Level = cmp.Or(d.Name, old.Name), cmp.Or(d.Level, old.Level)
	u.Short = cmp.Or(d.Short, old.Short, u.Name)
	u.Committee, u.Symbol, u.Place = cmp.Or(d.Committee, old.Committee), cmp.Or(d.Symbol, old.Symbol), cmp.Or(d.Place, old.Place)
	u.From, u.To = cmp.Or(d.From, old.From), cmp.Or(d.To, old.To)
	if d.placed {
		u.Position = d.Position
	}
	return u
}

// judge looks at a row together with its place in the tree.
func (p *plan) judge(ctx context.Context, tx db.Tx, d *draft) error {
	if len(d.Notes) > 0 {
		return nil
	}
	u, _ := p.unit(d.ID)
	for up, steps := u.Parent, 0; up != 0; steps++ {
		if up == d.ID || steps > 1000 {
			d.Blame(d.by, "org.cycle", "name", d.above)
			return nil
		}
		above, _ := p.unit(up)
		up = above.Parent
	}
	var parent *Unit
	if up, ok := p.unit(u.Parent); ok {
		parent = &up
	}
	rank := Level{}
	if parent != nil {
		rank = p.levels[parent.Level]
	}
	if f := fault.List(fits(u, p.levels[u.Level], parent, rank)); len(f) > 0 {
		column := f[0].Field
		if column == "parent" {
			column = d.by
		}
		d.Blame(column, f[0].Key, f[0].Args...)
	}
	return p.allowed(ctx, tx, d, u)
}

// spread carries faults of new units down to the new units under them, and finds levels
// that would turn those below upside down.
func (p *plan) spread() {
	for _, old := range p.units {
		up := p.byID[old.Parent]
		if up == nil || p.byID[old.ID] != nil || up.Level == "" {
			continue
		}
		if p.levels[up.Level].Rank > p.levels[old.Level].Rank && len(up.Notes) == 0 {
			up.Blame("level", "org.level_below", "n", 1)
		}
	}
	for again := true; again; {
		again = false
		for _, d := range p.rows {
			up := p.byID[d.Parent]
			if _, known := p.units[d.Parent]; up != nil && !known && len(up.Notes) > 0 && len(d.Notes) == 0 {
				d.Blame(d.by, "org.parent_bad", "row", up.row)
				again = true
			}
		}
	}
}

func (p *plan) verdict(d *draft) batch.Row {
	row := batch.Row{Number: d.row, Name: d.Name, Code: d.Code, Notes: d.Notes, Verdict: batch.Bad}
	if len(d.Notes) > 0 {
		return row
	}
	u, _ := p.unit(d.ID)
	old, known := p.old(d.ID)
	if !known {
		p.todo = append(p.todo, d)
		row.Verdict = batch.New
		return row
	}
	row.Verdict = batch.Same
	for _, c := range diff(old, u) {
		if c.Field == "level" {
			c.Old, c.New = p.levels[c.Old].Name, p.levels[c.New].Name
		}
		row.Changes = append(row.Changes, batch.Change(c))
	}
	if u.Parent != old.Parent {
		from, _ := p.unit(old.Parent)
		to, _ := p.unit(u.Parent)
		row.Changes = append(row.Changes, batch.Change{Field: "parent", Old: from.Name, New: to.Name})
	}
	if len(row.Changes) > 0 {
		p.todo, row.Verdict = append(p.todo, d), batch.Changed
	}
	return row
}
