package person

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
)

// units are the study homes that a piece names.
type units struct {
	byCode map[string]house
	byID   map[id.ID]house
}

// house is a unit and whether its people may be edited.
type house struct {
	org.Unit
	mine bool
}

func (p *Pass) loadUnits(ctx context.Context, tx db.Tx, rows []*draft) (u units, err error) {
	u = units{map[string]house{}, map[id.ID]house{}}
	codes, named := map[string]bool{}, false
	for _, d := range rows {
		if d.place != "" {
			codes[org.Code(d.place)] = true
		}
	}
	if err = u.load(ctx, tx, p.Who, "u.code", keys(codes)); err != nil {
		return u, err
	}
	for _, d := range rows {
		_, known := u.byCode[org.Code(d.place)]
		named = named || d.place != "" && !known
	}
	ids := map[id.ID]bool{p.Under: p.Under != 0}
	delete(ids, 0)
	if named {
		if err = p.loadNames(ctx, tx); err != nil {
			return u, err
		}
		for _, d := range rows {
			for _, of := range p.called(d.place) {
				ids[of.id] = true
			}
		}
	}
	return u, u.load(ctx, tx, p.Who, "u.id", keys(ids))
}

func keys[K comparable](m map[K]bool) (out []K) {
	for k := range m {
		out = append(out, k)
	}
	return out
}

// loadNames is done once, for a file that names units without their codes.
func (p *Pass) loadNames(ctx context.Context, tx db.Tx) error {
	if p.names != nil {
		return nil
	}
	args := []any{p.today}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (n called, err error) {
		err = scan(&n.id, &n.name, &n.open)
		return n, err
	}, `select u.id, u.name, u.valid_to is null or u.valid_to >= $1 from org_unit u where `+p.Who.Scope(access.PersonEdit).Where("u.id", &args), args...)
	p.names = map[string][]called{}
	for _, n := range list {
		p.names[text.Fold(n.name)] = append(p.names[text.Fold(n.name)], n)
	}
	return err
}

// called is a unit by its name.
type called struct {
	id   id.ID
	name string
	open bool
}

// called are the units that a name may mean: those written just so, else those that differ in
// marks, case and spaces alone; a unit that ended only where none goes on under its name.
func (p *Pass) called(name string) []called {
	if p.names == nil {
		return nil
	}
	list := p.names[text.Fold(name)]
	for _, fits := range []func(called) bool{func(c called) bool { return c.open && c.name == name }, func(c called) bool { return c.open },
		func(c called) bool { return c.name == name }} {
		if some := slices.DeleteFunc(slices.Clone(list), func(c called) bool { return !fits(c) }); len(some) > 0 {
			return some
		}
	}
	return list
}

func (u units) load(ctx context.Context, tx db.Tx, who access.Actor, column string, list any) error {
	switch list := list.(type) {
	case []id.ID:
		return loadHomes(ctx, tx, u, who, column, list)
	case []string:
		return loadHomes(ctx, tx, u, who, column, list)
	}
	return nil
}

func loadHomes[T any](ctx context.Context, tx db.Tx, u units, who access.Actor, column string, list []T) error {
	for chunk := range batch.Chunks(list) {
		in, args := batch.In(chunk)
		mine := who.Scope(access.PersonEdit).Where("u.id", &args)
		found, err := db.All(ctx, tx, func(scan func(...any) error) (h house, err error) {
			err = scan(&h.ID, &h.Code, &h.Name, &h.From, &h.To, &h.mine)
			return h, err
		}, `select u.id, u.code, u.name, coalesce(u.valid_from, ''), coalesce(u.valid_to, ''), `+mine+`
			from org_unit u where `+column+` in (`+in+`)`, args...)
		if err != nil {
			return err
		}
		for _, h := range found {
			u.byCode[h.Code], u.byID[h.ID] = h, h
		}
	}
	return nil
}

// known are the people whom rows of a piece may be.
type known struct {
	byID     map[id.ID]Person
	byNumber map[string]Person
	byFolded map[string][]Person
	reliefs  map[id.ID][]Exemption
	homes    map[id.ID]Membership
	sealed   sealed
}

// loadKnown looks for ids and numbers first; only rows that neither finds are looked for
// among the people of their unit and, by name and birth, everywhere. When all people are of this very file,
// alone, numbers and namesakes elsewhere have been met already.
func loadKnown(ctx context.Context, tx db.Tx, box *seal.Box, rows []*draft, alone bool) (k known, err error) {
	k = known{byID: map[id.ID]Person{}, byNumber: map[string]Person{}, byFolded: map[string][]Person{}}
	var ids []id.ID
	var numbers []string
	for _, d := range rows {
		if of, err := id.Parse(d.given); err == nil {
			ids = append(ids, of)
		}
		if d.MemberNo != "" && !alone {
			numbers = append(numbers, d.MemberNo)
		}
	}
	if err = load(ctx, tx, k.keep, "p.id", ids); err == nil {
		err = load(ctx, tx, k.keep, "p.member_no", numbers)
	}
	if err == nil {
		err = k.loadOwners(ctx, tx, box, rows)
	}
	if err == nil {
		err = k.loadNear(ctx, tx, rows, alone)
	}
	if err != nil {
		return k, err
	}
	ids = ids[:0]
	for _, p := range k.byID {
		ids = append(ids, p.ID)
	}
	if k.reliefs, err = exemptionsOf(ctx, tx, ids); err == nil {
		k.homes, err = homesOf(ctx, tx, ids)
	}
	if err == nil {
		err = k.loadNumbers(ctx, tx, box, rows, ids)
	}
	return k, err
}

func fold(p Person) string { return text.Fold(p.Name) }

// near are those of the same folded name in the unit of the row.
func (k known) near(d *draft) (out []Person) {
	for _, p := range k.byFolded[d.folded] {
		if p.Unit == d.Unit {
			out = append(out, p)
		}
	}
	return out
}

func (k known) loadNear(ctx context.Context, tx db.Tx, rows []*draft, alone bool) error {
	wanted, units, twins := map[string]bool{}, map[id.ID]bool{}, map[int32]bool{}
	for _, d := range rows {
		if _, found := k.byNumber[d.MemberNo]; found || d.Name == "" || isNew(d.given) {
			continue
		}
		wanted[d.folded] = true
		if d.Unit != 0 {
			units[d.Unit] = true
		}
		if d.Birth != "" && !alone {
			twins[twinOf(d.Person)] = true
		}
	}
	near := func(p Person, folded string) {
		if _, twice := k.byID[p.ID]; wanted[folded] && !twice {
			k.keep(p)
			k.byFolded[folded] = append(k.byFolded[folded], p)
		}
	}
	for _, p := range k.byID {
		if f := fold(p); wanted[f] {
			k.byFolded[f] = append(k.byFolded[f], p)
		}
	}
	if err := load(ctx, tx, func(p Person) { near(p, fold(p)) }, "p.left_on is null and p.unit", keys(units)); err != nil {
		return err
	}
	return load(ctx, tx, func(p Person) { near(p, fold(p)) }, "p.twin", keys(twins))
}

// homesOf are the last study homes of many people.
func homesOf(ctx context.Context, tx db.Tx, people []id.ID) (map[id.ID]Membership, error) {
	type stay struct {
		person id.ID
		Membership
	}
	out := map[id.ID]Membership{}
	for chunk := range batch.Chunks(people) {
		in, args := batch.In(chunk)
		list, err := db.All(ctx, tx, func(scan func(...any) error) (m stay, err error) {
			err = scan(&m.person, &m.Unit, &m.From, &m.To)
			return m, err
		}, `select person, unit, valid_from, coalesce(valid_to, '') from person_membership
			where study_home and person in (`+in+`) order by valid_from`, args...)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			out[m.person] = m.Membership
		}
	}
	return out, nil
}

func (k known) keep(p Person) {
	k.byID[p.ID] = p
	if p.MemberNo != "" {
		k.byNumber[p.MemberNo] = p
	}
}

func load[T any](ctx context.Context, tx db.Tx, keep func(Person), column string, values []T) error {
	for chunk := range batch.Chunks(values) {
		in, args := batch.In(chunk)
		list, err := db.All(ctx, tx, scanPerson, `select `+columns+` from person p where `+column+` in (`+in+`)`, args...)
		if err != nil {
			return err
		}
		for _, p := range list {
			keep(p)
		}
	}
	return nil
}
