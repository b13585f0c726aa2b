package org

import (
	"context"
	"encoding/json"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Heir is a unit that came before or after another through a reorganisation. Day is the
// first day of the new order, People those who went directly from one to the other.
type Heir struct {
	Unit
	Day    string
	Event  id.ID
	Title  string
	People int64
}

// OldName is what a unit was called until a reorganisation.
type OldName struct {
	Name, Day, Title string
	Event            id.ID
}

// Stay is a stretch of days in which a unit sits in the area of another (R022).
type Stay struct {
	Unit
	Since, Till string
}

// Past is what a unit was and became.
type Past struct {
	Before, After []Heir
	Names         []OldName
	Areas         []Stay // where it sits
	Sitting       []Stay // who sits in its area
}

func past(ctx context.Context, tx db.Tx, unit id.ID, day string) (p Past, err error) {
	if p.Before, err = heirs(ctx, tx, `s.new = $1 and u.id = s.old`, unit); err != nil {
		return p, err
	}
	if p.After, err = heirs(ctx, tx, `s.old = $1 and u.id = s.new`, unit); err != nil {
		return p, err
	}
	if p.Names, err = oldNames(ctx, tx, unit); err != nil {
		return p, err
	}
	if p.Areas, err = stays(ctx, tx, `a.unit = $1 and u.id = a.area and $2 <> ''`, unit, day); err != nil {
		return p, err
	}
	p.Sitting, err = stays(ctx, tx, `a.area = $1 and u.id = a.unit and a.valid_from <= $2 and (a.valid_to is null or a.valid_to >= $2)`, unit, day)
	return p, err
}

// heirless refuses a unit that a reorganisation gave away: only undoing the event brings
// it back with all that was its.
func heirless(ctx context.Context, tx db.Tx, unit id.ID) error {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_change where unit = $1 and kind = 'end' and event in (select id from org_event where state = 'applied')`, unit)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "org.has_heir")
	}
	return err
}

func heirs(ctx context.Context, tx db.Tx, where string, unit id.ID) ([]Heir, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (h Heir, err error) {
		err = scan(&h.ID, &h.Code, &h.Name, &h.From, &h.To, &h.Day, &h.Event, &h.Title, &h.People)
		return h, err
	}, `select u.id, u.code, u.name, coalesce(u.valid_from, ''), coalesce(u.valid_to, ''), e.day, e.id, e.title, s.people
		from org_successor s join org_event e on e.id = s.event join org_unit u on `+where+` order by e.day desc, u.sort_key, u.id limit 500`, unit)
}

func oldNames(ctx context.Context, tx db.Tx, unit id.ID) ([]OldName, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (n OldName, err error) {
		err = scan(&n.Name, &n.Day, &n.Title, &n.Event)
		return n, err
	}, `select c.old, e.day, e.title, e.id from org_change c join org_event e on e.id = c.event and e.state = 'applied'
		where c.unit = $1 and c.kind = 'edit' order by e.day desc`, unit)
	for i := range list {
		var u Unit
		if err := json.Unmarshal([]byte(list[i].Name), &u); err != nil {
			return nil, err
		}
		list[i].Name = u.Name
	}
	return list, err
}

func stays(ctx context.Context, tx db.Tx, where string, unit id.ID, day string) ([]Stay, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Stay, err error) {
		err = scan(&s.ID, &s.Code, &s.Name, &s.Since, &s.Till)
		return s, err
	}, `select u.id, u.code, u.name, a.valid_from, coalesce(a.valid_to, '') from org_area a join org_unit u on `+where+`
		order by a.valid_from desc, u.sort_key, u.id limit 200`, unit, day)
}
