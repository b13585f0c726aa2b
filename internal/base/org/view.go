package org

import (
	"context"
	"fmt"
	"slices"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Item is a unit in a list or tree with what is counted below it.
type Item struct {
	Unit
	Depth    int // in the tree that is shown
	Children int64
	Members  int64 // people of the unit and all below it
	Above    Unit  // its parent
	Opened   bool
	More     int64 // children that are not shown
}

// List is a piece of the units in who's scope, ordered by name, and how many there are.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (items []Item, next string, total int64, err error) {
	f.Day = s.Now.Day()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		scope := who.Scope(access.UnitRead)
		rows, err := list(ctx, tx, scope, f)
		if err != nil {
			return err
		}
		if total, err = count(ctx, tx, scope, f); err != nil {
			return err
		}
		next = rows.Next
		for _, u := range rows.Items {
			items = append(items, Item{Unit: u})
		}
		above, err := parents(ctx, tx, rows.Items)
		if err != nil {
			return err
		}
		for i, it := range items {
			items[i].Above = above[it.Parent]
		}
		return s.fill(ctx, tx, items, f.Day)
	})
	return items, next, total, wrap("list units", err)
}

// fill counts what is below the items.
func (s *Service) fill(ctx context.Context, tx db.Tx, items []Item, day string) error {
	ids := make([]id.ID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	people, _, err := s.members(ctx, tx, ids)
	if err != nil {
		return err
	}
	children, err := below(ctx, tx, ids, day)
	for i, it := range items {
		items[i].Members, items[i].Children = people[it.ID], children[it.ID]
	}
	return err
}

// Most units that a tree shows below one, and that it has open.
const (
	siblings = 250
	openMost = 100
)

// Tree is who's part of today's tree as far as it is opened, in display order. Without
// opened (nil) the topmost units are open.
func (s *Service) Tree(ctx context.Context, who access.Actor, opened []id.ID) (items []Item, err error) {
	day := s.Now.Day()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		scope := who.Scope(access.UnitRead)
		roots, err := tops(ctx, tx, scope, day)
		if err != nil {
			return err
		}
		if opened == nil {
			for _, u := range roots {
				opened = append(opened, u.ID)
			}
		}
		kids, err := opening(ctx, tx, scope, opened[:min(len(opened), openMost)], day)
		if err != nil {
			return err
		}
		items = unfold(nil, roots, kids, opened, 0)
		return s.fill(ctx, tx, items, day)
	})
	return items, wrap("show tree", err)
}

// tops are the units of a scope that have none of the scope above them.
func tops(ctx context.Context, tx db.Tx, scope access.Scope, day string) ([]Unit, error) {
	args := []any{day}
	where := scope.Where("u.id", &args) + " and (u.parent is null or not " + scope.Where("u.parent", &args) + ")"
	return db.All(ctx, tx, scanUnit, `select `+columns+` from org_unit u
		where coalesce(u.valid_to, '9999') >= $1 and `+where+` order by u.position, u.sort_key, u.id limit 250`, args...)
}

// opening loads the children of the units that are open.
func opening(ctx context.Context, tx db.Tx, scope access.Scope, open []id.ID, day string) (map[id.ID][]Unit, error) {
	out := map[id.ID][]Unit{}
	if len(open) == 0 {
		return out, nil
	}
	in, args := batch.In(open, day)
	where := scope.Where("u.id", &args)
	list, err := db.All(ctx, tx, scanUnit, `select `+columns+` from org_unit u
		where coalesce(u.valid_to, '9999') >= $1 and u.parent in (`+in+`) and `+where+` order by u.position, u.sort_key, u.id`, args...)
	for _, u := range list {
		out[u.Parent] = append(out[u.Parent], u)
	}
	return out, err
}

func unfold(items []Item, units []Unit, kids map[id.ID][]Unit, opened []id.ID, depth int) []Item {
	for _, u := range units {
		it := Item{Unit: u, Depth: depth, Opened: slices.Contains(opened, u.ID)}
		below := kids[u.ID]
		it.More = int64(max(0, len(below)-siblings))
		items = append(items, it)
		items = unfold(items, below[:min(len(below), siblings)], kids, opened, depth+1)
	}
	return items
}

// Grant is a right held at a unit, with the name of who holds it.
type Grant struct {
	Name, Role, From, To string
}

// Parent is one stretch of a unit's history.
type Parent struct {
	Unit
	Since, Till string
}

// View is everything the page of one unit shows.
type View struct {
	Unit
	LevelName Level
	Path      []Unit // top first, without the unit
	Children  []Item
	Members   int64     // of the unit and all below it
	Counted   time.Time // when, for a large unit; zero: now
	Own       int64     // directly in it
	History   []Parent
	Past      Past
	Grants    []Grant // nil when who may not see names
	MayEdit   bool
	MayNames  bool
	MayKeep   bool // the accounts
}

// Show loads a unit for who. Faults: Missing outside the scope and above it, Denied.
func (s *Service) Show(ctx context.Context, who access.Actor, unit id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Unit, err = Find(ctx, tx, unit); err != nil {
			return err
		}
		if err := access.See(ctx, tx, who, access.UnitRead, unit); err != nil {
			return err
		}
		return s.show(ctx, tx, who, &v)
	})
	return v, wrap("show unit", err)
}

func (s *Service) show(ctx context.Context, tx db.Tx, who access.Actor, v *View) error {
	rungs, err := levels(ctx, tx)
	if err != nil {
		return err
	}
	v.LevelName = rungs[v.Level]
	path, err := Path(ctx, tx, v.ID)
	if err != nil {
		return err
	}
	v.Path = path[:max(0, len(path)-1)]
	if v.History, err = history(ctx, tx, v.ID); err != nil {
		return err
	}
	if v.Past, err = past(ctx, tx, v.ID, s.Now.Day()); err != nil {
		return err
	}
	v.MayEdit = access.Check(ctx, tx, who, access.UnitEdit, v.ID) == nil
	v.MayNames = access.Check(ctx, tx, who, access.PersonRead, v.ID) == nil
	v.MayKeep = access.Check(ctx, tx, who, access.AccountEdit, v.ID) == nil
	if v.Children, err = s.children(ctx, tx, who, v.ID); err != nil {
		return err
	}
	if access.Check(ctx, tx, who, access.UnitRead, v.ID) == nil {
		of, at, err := s.members(ctx, tx, []id.ID{v.ID})
		if err != nil {
			return err
		}
		v.Members, v.Counted = of[v.ID], at
		if v.Own, err = db.One(ctx, tx, db.Value[int64], `select count(*) from person where unit = $1 and left_on is null`, v.ID); err != nil {
			return err
		}
	}
	if v.MayNames || v.MayKeep {
		v.Grants, err = grants(ctx, tx, v.ID, s.Now.Day())
	}
	return err
}

func (s *Service) children(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID) ([]Item, error) {
	args := []any{unit}
	list, err := db.All(ctx, tx, scanUnit, `select `+columns+` from org_unit u
		where u.parent = $1 and `+who.Scope(access.UnitRead).WhereSeen("u.id", &args)+` order by u.position, u.sort_key, u.id limit 500`, args...)
	if err != nil {
		return nil, err
	}
	var items []Item
	for _, u := range list {
		items = append(items, Item{Unit: u})
	}
	return items, s.fill(ctx, tx, items, s.Now.Day())
}

func history(ctx context.Context, tx db.Tx, unit id.ID) ([]Parent, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (p Parent, err error) {
		err = scan(&p.ID, &p.Name, &p.Since, &p.Till)
		return p, err
	}, `select u.id, u.name, l.valid_from, coalesce(l.valid_to, '') from org_parent l join org_unit u on u.id = l.parent
		where l.unit = $1 order by l.valid_from desc`, unit)
}

func grants(ctx context.Context, tx db.Tx, unit id.ID, day string) ([]Grant, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (g Grant, err error) {
		err = scan(&g.Name, &g.Role, &g.From, &g.To)
		return g, err
	}, `select a.name, g.role, g.valid_from, coalesce(g.valid_to, '') from access_grant g join account a on a.id = g.account
		where g.unit = $1 and g.revoked_at is null and coalesce(g.valid_to, '9999') >= $2 order by g.id limit 200`, unit, day)
}

// AllLevels are the levels for a form or filter; with day "" also past ones.
func (s *Service) AllLevels(ctx context.Context, day string) (out []Level, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error { out, err = Levels(ctx, tx, day); return err })
	return out, wrap("levels", err)
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
