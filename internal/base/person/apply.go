package person

import (
	"cmp"
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

func loadUnits(ctx context.Context, tx db.Tx, who access.Actor) (u units, err error) {
	u = units{map[string]org.Unit{}, map[string][]org.Unit{}, map[id.ID]org.Unit{}, map[id.ID]bool{}}
	all, err := org.All(ctx, tx)
	if err != nil {
		return u, err
	}
	args := []any{}
	mine, err := db.All(ctx, tx, db.Value[id.ID], `select u.id from org_unit u where `+who.Scope(access.PersonEdit).Where("u.id", &args), args...)
	for _, unit := range mine {
		u.mine[unit] = true
	}
	for _, unit := range all {
		u.byID[unit.ID] = unit
		if u.byCode[unit.Code] = unit; u.mine[unit.ID] {
			u.byName[unit.Name] = append(u.byName[unit.Name], unit)
		}
	}
	return u, err
}

// known are the people whom rows of the file may be.
type known struct {
	byID     map[id.ID]Person
	byNumber map[string]Person
	byFolded map[string][]Person
	reliefs  map[id.ID][]Exemption
	homes    map[id.ID]Membership
}

// near are those of the same folded name in the unit of the row.
func (k known) near(d *draft) (out []Person) {
	for _, p := range k.byFolded[text.Fold(d.Name)] {
		if p.Unit == d.Unit {
			out = append(out, p)
		}
	}
	return out
}

func loadKnown(ctx context.Context, tx db.Tx, rows []*draft) (k known, err error) {
	k = known{map[id.ID]Person{}, map[string]Person{}, map[string][]Person{}, nil, nil}
	var ids []id.ID
	var numbers, names []string
	for _, d := range rows {
		if of, err := id.Parse(d.given); err == nil {
			ids = append(ids, of)
		}
		if d.MemberNo != "" {
			numbers = append(numbers, d.MemberNo)
		}
		names = append(names, text.Fold(d.Name))
	}
	if err = load(ctx, tx, k.keep, "p.id", ids); err == nil {
		err = load(ctx, tx, k.keep, "p.member_no", numbers)
	}
	if err == nil {
		err = load(ctx, tx, k.keep, "p.folded", names)
	}
	if err != nil {
		return k, err
	}
	ids = ids[:0]
	for _, p := range k.byID {
		ids = append(ids, p.ID)
		k.byFolded[text.Fold(p.Name)] = append(k.byFolded[text.Fold(p.Name)], p)
	}
	if k.reliefs, err = exemptionsOf(ctx, tx, ids); err == nil {
		k.homes, err = homesOf(ctx, tx, ids)
	}
	return k, err
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

func (s *Service) apply(ctx context.Context, tx db.Tx, p *plan, file string) error {
	at := s.Now.Ms()
	if err := AddAll(ctx, tx, p.added, at, p.who.Account); err != nil {
		return err
	}
	for _, e := range p.edits {
		if err := s.change(ctx, tx, p.who, e.old, e.new, file); err != nil {
			return err
		}
	}
	for _, e := range p.moves {
		if err := s.move(ctx, tx, p.who, e.old, e.new.Unit, cmp.Or(e.since, p.today), file); err != nil {
			return err
		}
	}
	if err := AddExemptions(ctx, tx, p.relief, at, p.who.Account); err != nil {
		return err
	}
	for _, e := range p.longer {
		if err := updateExemption(ctx, tx, e); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, p.who, at, "person.exempt", e.Person, 0, e, file); err != nil {
			return err
		}
	}
	counts := map[string]any{"file": file, "new": len(p.added), "changed": len(p.edits), "moved": len(p.moves), "exempt": len(p.relief) + len(p.longer)}
	return audit.Write(ctx, tx, p.who, at, "person.import", 0, p.who.Home(), counts, "")
}
