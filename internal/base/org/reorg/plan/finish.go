package plan

import (
	"cmp"
	"maps"
	"slices"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/id"
)

func sorted(seen map[id.ID]bool) []id.ID { return slices.Sorted(maps.Keys(seen)) }

// finish looks at the tree as a whole: what stays stands under what stays, in the order of
// the levels, and nothing that ended holds anything.
func (w *work) finish() error {
	for _, u := range slices.Sorted(maps.Keys(w.units)) {
		unit := w.units[u]
		if w.ended[u] || u == w.t.Top {
			continue
		}
		if err := w.stands(unit); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) stands(u org.Unit) error {
	old, known := w.t.Units[u.ID]
	l, level := w.t.Levels[u.Level]
	above := w.units[u.Parent]
	changed := !known || old.Parent != u.Parent || old.Level != u.Level || w.t.Units[u.Parent].Level != above.Level
	switch {
	case w.ended[u.Parent]:
		return w.bad("reorg.parent_ends", "name", u.Name, "above", above.Name)
	case !w.within(u.ID, w.t.Top):
		return w.bad("reorg.cycle", "name", u.Name)
	case !level || !known && !l.Open(w.day) || known && old.Level != u.Level && !l.Open(w.day):
		return w.bad("reorg.level_closed", "name", u.Name, "level", cmp.Or(l.Name, u.Level))
	case slices.Contains(w.levels, u.Level):
		return w.bad("reorg.level_closed", "name", u.Name, "level", l.Name)
	case changed && w.t.Levels[above.Level].Rank > l.Rank:
		return w.bad("reorg.level_upside", "name", u.Name, "level", l.Name, "above", above.Name)
	case known && old.Parent != u.Parent && w.t.Later[u.ID]:
		return w.bad("reorg.moved_later", "name", u.Name)
	}
	return nil
}

func (w *work) effect() Effect {
	e := Effect{Begins: []Change{}, Ends: []Change{}, Stays: []Change{}, Moves: []Shift{}, Edits: []Edit{}, Flows: []Flow{},
		Pairs: append([]Pair{}, w.pairs...), Levels: []string{}, Kept: []string{}, Lost: map[id.ID]int64{}, Gained: map[id.ID]int64{}, Seen: map[id.ID]int64{}, Direct: map[id.ID]int64{}}
	for _, u := range slices.Sorted(maps.Keys(w.t.Units)) {
		old, now := w.t.Units[u], w.units[u]
		if w.ended[u] || u == w.t.Top && old == now {
			continue
		}
		if old.Parent != now.Parent && u != w.t.Top {
			e.Moves = append(e.Moves, Shift{u, old.Parent, now.Parent})
		}
		facts := now
		if facts.Parent = old.Parent; facts != old {
			e.Edits = append(e.Edits, Edit{old, facts})
		}
	}
	for _, p := range w.pools {
		e.Direct[p.at] += p.people
		if p.from != p.at {
			e.Flows = append(e.Flows, Flow{p.from, p.at, p.who.None(), p.who, p.people})
		}
	}
	slices.SortStableFunc(e.Flows, func(a, b Flow) int { return cmp.Compare(asInt(a.All), asInt(b.All)) }) // the rest goes last
	for _, l := range w.levels {
		if w.t.Else[l] > 0 {
			e.Kept = append(e.Kept, l)
		} else {
			e.Levels = append(e.Levels, l)
		}
	}
	w.count(&e)
	return e
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sums adds people up from where they are to everything above.
func (w *work) sums(parent func(id.ID) id.ID, at func(*pool) id.ID) map[id.ID]int64 {
	out := map[id.ID]int64{}
	for _, p := range w.pools {
		for u := at(p); u != 0; u = parent(u) {
			out[u] += p.people
			if u == w.t.Top {
				break
			}
		}
	}
	return out
}

// count fills what stands at and below each unit before and after.
func (w *work) count(e *Effect) {
	old := func(u id.ID) id.ID { return w.t.Units[u].Parent }
	now := func(u id.ID) id.ID { return w.units[u].Parent }
	before := w.sums(old, func(p *pool) id.ID { return p.from })
	after := w.sums(now, func(p *pool) id.ID { return p.at })
	e.Before, e.After = before[w.t.Top], after[w.t.Top]
	e.Units, e.UnitsNow = int64(len(w.t.Units)), int64(len(w.units)-len(w.ended))
	for _, u := range w.order {
		c := Change{w.units[u], before[u], after[u]}
		if w.begun[u] {
			e.Begins = append(e.Begins, c)
		} else {
			c.Unit = w.t.Units[u]
			e.Ends = append(e.Ends, c)
		}
	}
	for _, u := range slices.Sorted(maps.Keys(w.t.Units)) {
		if !w.ended[u] && before[u] != after[u] {
			e.Stays = append(e.Stays, Change{w.units[u], before[u], after[u]})
		}
	}
	w.sight(e, old, now)
}

// sight counts, for every unit that stood before, the people who come into and go out of
// its subtree.
func (w *work) sight(e *Effect, old, now func(id.ID) id.ID) {
	for _, p := range w.pools {
		was, is := w.way(p.from, old), w.way(p.at, now)
		for u := range was {
			if !is[u] {
				e.Lost[u] += p.people
			}
		}
		into := e.Gained
		if p.from != p.at {
			into = e.Seen
		}
		for u := range is {
			if _, stood := w.t.Units[u]; stood && !was[u] {
				into[u] += p.people
			}
		}
	}
}

func (w *work) way(u id.ID, parent func(id.ID) id.ID) map[id.ID]bool {
	out := map[id.ID]bool{}
	for ; u != 0; u = parent(u) {
		out[u] = true
		if u == w.t.Top {
			break
		}
	}
	return out
}
