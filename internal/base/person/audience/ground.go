package audience

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// named is a unit or level on a list.
type named struct {
	ID   id.ID
	Code string
	Name string
}

// ground is what the editor offers.
type ground struct {
	owners    []named
	below     []named // directly below the owner
	levels    []named
	elsewhere []string // codes of the units asked for that are not directly below
}

func scanNamed(scan func(...any) error) (n named, err error) {
	err = scan(&n.ID, &n.Code, &n.Name)
	return n, err
}

// offer reads what the editor shows for a unit, the highest one of who's when none is given.
func (s *Service) offer(ctx context.Context, who access.Actor, need access.Need, unit id.ID, q Query) (g ground, owner id.ID, err error) {
	err = s.see(ctx, "offer audience", func(tx db.Tx) error {
		args := []any{}
		if g.owners, err = db.All(ctx, tx, scanNamed, `select u.id, u.code, u.name from org_unit u join org_level l on l.code = u.level
			where u.valid_to is null and l.rank < 60 and `+who.Scope(need).Where("u.id", &args)+` order by l.rank, u.position, u.sort_key limit 200`, args...); err != nil {
			return err
		}
		if owner = unit; owner == 0 && len(g.owners) > 0 {
			owner = g.owners[0].ID
		}
		if owner != 0 && need == access.PlanEdit {
			if err = access.Check(ctx, tx, who, need, owner); err != nil {
				return err
			}
		}
		if g.below, err = db.All(ctx, tx, scanNamed, `select id, code, name from org_unit where parent = $1 and valid_to is null order by position, sort_key limit 300`, owner); err != nil {
			return err
		}
		column := "name"
		if who.Lang == "en" {
			column = "name_en"
		}
		if g.levels, err = db.All(ctx, tx, scanNamed, `select 0, code, `+column+` from org_level where valid_to is null order by rank, code`); err != nil {
			return err
		}
		g.elsewhere, err = codes(ctx, tx, q.Units, g.below)
		return err
	})
	return g, owner, err
}

// codes are those of the units that are not on a list.
func codes(ctx context.Context, tx db.Tx, units []id.ID, listed []named) (out []string, err error) {
	rest := slices.DeleteFunc(slices.Clone(units), func(u id.ID) bool {
		return slices.ContainsFunc(listed, func(n named) bool { return n.ID == u })
	})
	for some := range batch.Chunks(rest) {
		in, args := batch.In(some)
		list, err := db.All(ctx, tx, db.Value[string], `select code from org_unit where id in (`+in+`) order by code`, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// byCodes finds the units that were named by codes. Fault: Invalid on field codes for one
// that is nowhere in sight.
func (s *Service) byCodes(ctx context.Context, who access.Actor, typed string) (out []id.ID, err error) {
	list := strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	if len(list) == 0 {
		return nil, nil
	}
	if len(list) > mostUnits {
		return nil, fault.At("codes", "audience.too_many_units", "n", mostUnits)
	}
	err = s.see(ctx, "units of codes", func(tx db.Tx) error {
		for _, code := range list {
			unit, err := db.One(ctx, tx, db.Value[id.ID], `select id from org_unit where code = $1`, strings.ToUpper(code))
			if err == nil {
				err = access.Check(ctx, tx, who, access.UnitRead, unit)
			}
			if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
				return fault.At("codes", "audience.no_such_code", "code", code)
			}
			if err != nil {
				return err
			}
			out = append(out, unit)
		}
		return nil
	})
	return out, err
}

// Group is a ready group as it is shown.
type Group struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Query    Query  `json:"query"`
	Sentence string `json:"sentence"`
}

// Ready gives the ready groups in the language of who asks.
func (s *Service) Ready(ctx context.Context, who access.Actor) (out []Group, err error) {
	err = s.see(ctx, "ready audiences", func(tx db.Tx) error {
		lang := cmp.Or(who.Lang, "vi")
		for _, r := range Ready {
			said, err := Sentence(ctx, tx, lang, r.Query)
			if err != nil {
				return err
			}
			out = append(out, Group{Code: r.Code, Name: nameOf(lang, r.Code), Query: r.Query, Sentence: said})
		}
		return nil
	})
	return out, err
}
