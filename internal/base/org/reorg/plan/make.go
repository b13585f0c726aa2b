package plan

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Tree is what stands at and below Top on the first day of the new order.
type Tree struct {
	Top    id.ID
	Units  map[id.ID]org.Unit // open on the day, with their parent of the day
	People map[id.ID]int64    // whose study home is exactly the unit
	Levels map[string]org.Level
	Later  map[id.ID]bool   // units that have a link beginning after the day
	Else   map[string]int64 // units of a level outside the tree that stay open

	// Count says how many people of a unit fit who and none of not.
	Count func(unit id.ID, who Rule, not []Rule) (int64, error)
}

// pool is people who stood in one unit and go the same way.
type pool struct {
	from, at id.ID
	who      Rule // zero: the rest
	people   int64
}

// work is a tree on its way from before to after.
type work struct {
	t       Tree
	day     string
	units   map[id.ID]org.Unit // also those that ended
	kids    map[id.ID][]id.ID
	ended   map[id.ID]bool
	begun   map[id.ID]bool
	moved   map[id.ID]int // step of an explicit move
	renamed map[id.ID]int
	codes   map[string]id.ID
	pools   []*pool
	homes   map[id.ID][]*pool
	pairs   []Pair
	levels  []string
	order   []id.ID // units that begin or end, in the order of the steps
	step    int
}

// Make takes the steps one after the other. Faults: Invalid, blaming the step.
func Make(t Tree, day string, steps []Step) (Effect, error) {
	w := begin(t, day)
	for i, s := range steps {
		w.step = i + 1
		if err := s.Check(w.step); err != nil {
			return Effect{}, err
		}
		if err := w.take(s); err != nil {
			return Effect{}, err
		}
	}
	if err := w.finish(); err != nil {
		return Effect{}, err
	}
	return w.effect(), nil
}

func begin(t Tree, day string) *work {
	w := &work{t: t, day: day, units: maps.Clone(t.Units), kids: map[id.ID][]id.ID{}, ended: map[id.ID]bool{}, begun: map[id.ID]bool{},
		moved: map[id.ID]int{}, renamed: map[id.ID]int{}, codes: map[string]id.ID{}, homes: map[id.ID][]*pool{}}
	for _, u := range slices.Sorted(maps.Keys(t.Units)) {
		w.codes[t.Units[u].Code] = u
		if u != t.Top {
			w.kids[t.Units[u].Parent] = append(w.kids[t.Units[u].Parent], u)
		}
		if n := t.People[u]; n > 0 {
			w.put(&pool{from: u, at: u, people: n})
		}
	}
	return w
}

func (w *work) put(p *pool) {
	w.pools = append(w.pools, p)
	w.homes[p.at] = append(w.homes[p.at], p)
}

func (w *work) bad(key string, args ...any) error { return Bad(w.step, key, args...) }

func (w *work) take(s Step) error {
	switch s.Kind {
	case Merge, Dissolve:
		return w.merge(s)
	case Split:
		return w.split(s)
	case Move:
		return w.move(s)
	case Rename:
		return w.rename(s)
	}
	return w.abolish(s)
}

// open is a unit that stands at this step.
func (w *work) open(u id.ID) (org.Unit, error) {
	unit, ok := w.units[u]
	switch {
	case !ok:
		return unit, w.bad("reorg.not_here")
	case w.ended[u]:
		return unit, w.bad("reorg.ended_twice", "name", unit.Name)
	case unit.To != "":
		return unit, w.bad("reorg.has_end", "name", unit.Name, "day", text.Date(unit.To))
	}
	return unit, nil
}

// create begins a unit under its parent, or under another when it names none.
func (w *work) create(f Fresh, above id.ID) error {
	parent, err := w.open(cmp.Or(f.Parent, above))
	if err != nil {
		return err
	}
	if w.codes[f.Code] != 0 {
		return w.bad("reorg.code_taken", "code", f.Code)
	}
	if _, known := w.units[f.ID]; known {
		return w.bad("reorg.new_twice", "name", f.Name)
	}
	u := org.Unit{ID: f.ID, Code: f.Code, Level: f.Level, Parent: parent.ID, Name: f.Name, Short: cmp.Or(f.Short, f.Name),
		Committee: f.Committee, Symbol: f.Symbol, Place: f.Place, From: w.day}
	w.units[u.ID], w.begun[u.ID], w.codes[u.Code] = u, true, u.ID
	w.kids[parent.ID] = append(w.kids[parent.ID], u.ID)
	w.order = append(w.order, u.ID)
	return nil
}

func (w *work) merge(s Step) error {
	into := s.Into
	if s.New != nil {
		first, err := w.open(s.Units[0])
		if err != nil {
			return err
		}
		if err := w.create(*s.New, first.Parent); err != nil {
			return err
		}
		into = s.New.ID
	}
	if _, err := w.open(into); err != nil {
		return err
	}
	for _, u := range s.Units {
		if err := w.end(u, into); err != nil {
			return err
		}
	}
	return nil
}

// end gives all that is a unit's to another one and ends it.
func (w *work) end(u, into id.ID) error {
	unit, err := w.open(u)
	switch {
	case err != nil:
		return err
	case u == w.t.Top:
		return w.bad("reorg.top_ends", "name", unit.Name)
	case w.begun[u]:
		return w.bad("reorg.begun_ends", "name", unit.Name)
	case w.within(into, u):
		return w.bad("reorg.into_itself", "name", unit.Name)
	}
	for _, k := range slices.Clone(w.kids[u]) {
		if !w.ended[k] {
			w.hang(k, into)
		}
	}
	w.ended[u] = true
	w.order = append(w.order, u)
	w.pairs = append(w.pairs, Pair{u, into, w.own(u)})
	for _, p := range w.homes[u] {
		p.at = into
		w.homes[into] = append(w.homes[into], p)
	}
	w.homes[u] = nil
	return nil
}

// own are the people who stood in a unit from the beginning and are still there.
func (w *work) own(u id.ID) (n int64) {
	for _, p := range w.homes[u] {
		n += p.people
	}
	return n
}

// within reports whether a unit stands at or below another.
func (w *work) within(u, top id.ID) bool {
	for steps := 0; u != 0 && steps <= len(w.units); steps++ {
		if u == top {
			return true
		}
		if u == w.t.Top {
			return false
		}
		u = w.units[u].Parent
	}
	return false
}

func (w *work) hang(u, parent id.ID) {
	unit := w.units[u]
	w.kids[unit.Parent] = slices.DeleteFunc(w.kids[unit.Parent], func(k id.ID) bool { return k == u })
	unit.Parent = parent
	w.units[u] = unit
	w.kids[parent] = append(w.kids[parent], u)
}

func (w *work) move(s Step) error {
	if _, err := w.open(s.Into); err != nil {
		return err
	}
	for _, u := range s.Units {
		unit, err := w.open(u)
		switch {
		case err != nil:
			return err
		case u == w.t.Top:
			return w.bad("reorg.top_ends", "name", unit.Name)
		case w.moved[u] > 0:
			return w.bad("reorg.moved_twice", "name", unit.Name, "other", w.moved[u])
		case w.begun[u]:
			return w.bad("reorg.begun_ends", "name", unit.Name)
		case w.within(s.Into, u):
			return w.bad("reorg.cycle", "name", unit.Name)
		case unit.Parent == s.Into:
			return w.bad("reorg.same_parent", "name", unit.Name)
		}
		w.hang(u, s.Into)
		w.moved[u] = w.step
	}
	return nil
}

func (w *work) rename(s Step) error {
	u, err := w.open(s.Units[0])
	switch {
	case err != nil:
		return err
	case w.renamed[u.ID] > 0 || w.begun[u.ID]:
		return w.bad("reorg.renamed_twice", "name", u.Name)
	case s.New.Code != "" && w.codes[s.New.Code] != 0 && w.codes[s.New.Code] != u.ID:
		return w.bad("reorg.code_taken", "code", s.New.Code)
	}
	w.renamed[u.ID] = w.step
	was := u
	delete(w.codes, u.Code)
	if u.Short == u.Name {
		u.Short = s.New.Name
	}
	u.Code, u.Level, u.Name = cmp.Or(s.New.Code, u.Code), cmp.Or(s.New.Level, u.Level), cmp.Or(s.New.Name, u.Name)
	u.Short, u.Committee = cmp.Or(s.New.Short, u.Short, u.Name), cmp.Or(s.New.Committee, u.Committee)
	u.Symbol, u.Place = cmp.Or(s.New.Symbol, u.Symbol), cmp.Or(s.New.Place, u.Place)
	w.units[u.ID], w.codes[u.Code] = u, u.ID
	if u == was {
		return w.bad("reorg.nothing_new", "name", u.Name)
	}
	return nil
}

func (w *work) split(s Step) error {
	u, err := w.open(s.Units[0])
	if err != nil {
		return err
	}
	if u.ID == w.t.Top && s.New.Parent == 0 || w.begun[u.ID] {
		return w.bad("reorg.begun_ends", "name", u.Name)
	}
	if err := w.create(*s.New, u.Parent); err != nil {
		return err
	}
	n := 0
	for _, k := range slices.Clone(w.kids[u.ID]) {
		if !w.ended[k] && k != s.New.ID && (slices.Contains(s.Below, k) || s.Like != "" && strings.Contains(text.Fold(w.units[k].Name), text.Fold(s.Like))) {
			w.hang(k, s.New.ID)
			n++
		}
	}
	for _, k := range s.Below {
		if w.units[k].Parent != s.New.ID {
			return w.bad("reorg.not_below", "name", w.units[k].Name, "above", u.Name)
		}
	}
	people, err := w.part(u, s)
	if err != nil {
		return err
	}
	if n == 0 && people == 0 {
		return w.bad("reorg.split_nobody", "name", u.Name)
	}
	w.pairs = append(w.pairs, Pair{u.ID, s.New.ID, people})
	return nil
}

// part sends the people of a unit who fit to the new one.
func (w *work) part(u org.Unit, s Step) (int64, error) {
	if s.Who.None() {
		return 0, nil
	}
	var not []Rule
	for _, p := range w.pools {
		if p.from == u.ID && !p.who.None() {
			not = append(not, p.who)
		}
	}
	for _, p := range w.homes[u.ID] {
		if p.from != u.ID {
			return 0, w.bad("reorg.split_mixed", "name", u.Name)
		}
	}
	n, err := w.t.Count(u.ID, s.Who, not)
	if err != nil {
		return 0, err
	}
	if r := s.Who; len(r.Numbers) > 0 && r.BornFrom+r.BornTo+r.Position == "" && n < int64(len(r.Numbers)) {
		return 0, w.bad("reorg.numbers_missing", "name", u.Name, "n", n, "of", len(r.Numbers))
	}
	for _, p := range w.homes[u.ID] {
		if p.who.None() {
			p.people -= n
		}
	}
	w.put(&pool{from: u.ID, at: s.New.ID, who: s.Who, people: n})
	return n, nil
}

// abolish ends the units of a level from the lowest up, so that each gives to the next
// that stays.
func (w *work) abolish(s Step) error {
	if _, known := w.t.Levels[s.Level]; !known {
		return w.bad("reorg.no_level")
	}
	var all []id.ID
	for u, unit := range w.units {
		if unit.Level == s.Level && !w.ended[u] {
			all = append(all, u)
		}
	}
	slices.Sort(all)
	if len(all) == 0 && w.t.Else[s.Level] > 0 {
		return w.bad("reorg.level_unused", "level", w.t.Levels[s.Level].Name)
	}
	for _, u := range all {
		if u == w.t.Top {
			return w.bad("reorg.top_ends", "name", w.units[u].Name)
		}
		up := w.units[u].Parent
		for w.units[up].Level == s.Level && up != w.t.Top {
			up = w.units[up].Parent
		}
		if err := w.end(u, up); err != nil {
			return err
		}
	}
	w.levels = append(w.levels, s.Level)
	return nil
}
