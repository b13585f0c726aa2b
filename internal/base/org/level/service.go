package level

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service is the desk of the levels.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Rung is a level with the units that have it on this day.
type Rung struct {
	org.Level
	Units int64 `json:"units" doc:"that exist today"`
}

// List are all levels from the top, also past ones, and whether who may change them.
func (s *Service) List(ctx context.Context, who access.Actor) (out []Rung, may bool, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		levels, err := org.Levels(ctx, tx, "")
		if err != nil {
			return err
		}
		counts, err := count(ctx, tx, s.Now.Day())
		for _, l := range levels {
			out = append(out, Rung{l, counts[l.Code]})
		}
		if err != nil {
			return err
		}
		err = keeper(ctx, tx, who)
		may = err == nil
		if k := fault.Of(err); k == fault.Denied || k == fault.Missing {
			err = nil
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("list levels: %w", err)
	}
	return out, may, err
}

func count(ctx context.Context, tx db.Tx, day string) (map[string]int64, error) {
	out := map[string]int64{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (code string, err error) {
		var n int64
		err = scan(&code, &n)
		out[code] = n
		return code, err
	}, `select level, count(*) from org_unit where (valid_from is null or valid_from <= $1) and (valid_to is null or valid_to >= $1) group by level`, day)
	return out, err
}

// keeper passes who may edit every unit without a parent.
func keeper(ctx context.Context, tx db.Tx, who access.Actor) error {
	tops, err := db.All(ctx, tx, db.Value[id.ID], `select id from org_unit where parent is null and valid_to is null order by id`)
	for _, top := range tops {
		if err := access.Check(ctx, tx, who, access.UnitEdit, top); err != nil {
			return fault.New(fault.Denied, "level.whole")
		}
	}
	if err == nil && len(tops) == 0 && !who.Holds("unit.root") {
		err = fault.New(fault.Denied, "level.whole")
	}
	return err
}

// Save adds a level, or changes the one of its code when change is set. Faults: Invalid,
// Conflict for a code that is taken, Denied, Missing.
func (s *Service) Save(ctx context.Context, who access.Actor, l org.Level, change bool) error {
	err := s.DB.Queue(ctx, org.Queue, func(tx db.Tx) error {
		if err := keeper(ctx, tx, who); err != nil {
			return err
		}
		if err := Check(l); err != nil {
			return err
		}
		old, err := known(ctx, tx, l.Code)
		switch {
		case err != nil:
			return err
		case old == l:
			return nil
		case change && old.Code == "":
			return fault.Gone()
		case !change && old.Code != "":
			return &fault.Error{Kind: fault.Conflict, Key: "level.taken", Field: "code"}
		}
		if err := held(ctx, tx, l); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into org_level (code, name, name_en, rank, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)
			on conflict (code) do update set name = excluded.name, name_en = excluded.name_en, rank = excluded.rank, valid_from = excluded.valid_from, valid_to = excluded.valid_to`,
			l.Code, l.Name, l.NameEn, l.Rank, null(l.From), null(l.To))
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "unit.level", 0, who.Home(), map[string]any{"old": old, "new": l}, "")
	})
	if err != nil {
		err = fmt.Errorf("save level: %w", err)
	}
	return err
}

func known(ctx context.Context, tx db.Tx, code string) (org.Level, error) {
	levels, err := org.Levels(ctx, tx, "")
	for _, l := range levels {
		if l.Code == code {
			return l, nil
		}
	}
	return org.Level{}, err
}

// held refuses days on which units of the level stand that it would not cover any more, and
// a rank that would turn some of them upside down.
func held(ctx context.Context, tx db.Tx, l org.Level) error {
	n, err := db.One(ctx, tx, db.Value[int64], `
		select count(*) from org_unit where level = $1 and $2 <> '' and coalesce(valid_to, '9999') > $2 and coalesce(valid_from, '') <= $2`, l.Code, l.To)
	if err != nil {
		return err
	}
	if n > 0 {
		return fault.At("to", "level.in_use", "n", text.Int(n))
	}
	n, err = db.One(ctx, tx, db.Value[int64], `
		select count(*) from org_unit u join org_unit p on p.id = u.parent join org_level pl on pl.code = p.level join org_level ul on ul.code = u.level
		where (u.level = $1 or p.level = $1) and u.level <> p.level and (u.valid_to is null and p.valid_to is null)
			and (case when p.level = $1 then $2 else pl.rank end) > (case when u.level = $1 then $2 else ul.rank end)`, l.Code, l.Rank)
	if err == nil && n > 0 {
		err = fault.At("rank", "level.upside", "n", text.Int(n))
	}
	return err
}

// Check finds what is wrong with a level by itself.
func Check(l org.Level) error {
	errs := []error{line("name", l.Name, 100), line("name_en", l.NameEn, 100), civil("from", l.From), civil("to", l.To)}
	if l.Code == "" || len(l.Code) > 40 || strings.Trim(l.Code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		errs = append(errs, fault.At("code", "level.bad_code"))
	}
	if l.Rank < 1 || l.Rank > 1000 {
		errs = append(errs, fault.At("rank", "web.not_number", "min", 1, "max", 1000))
	}
	if l.From != "" && l.To != "" && l.To < l.From {
		errs = append(errs, fault.At("to", "org.to_before_from"))
	}
	return fault.All(errs...)
}

func line(field, s string, most int) error {
	clean, ok := text.Clean(s)
	switch {
	case !ok || clean != s:
		return fault.At(field, "web.not_text")
	case s == "":
		return fault.At(field, "web.required")
	case utf8.RuneCountInString(s) > most:
		return fault.At(field, "web.too_long", "n", most)
	}
	return nil
}

func civil(field, s string) error {
	if day, err := text.ParseDate(s); s != "" && (err != nil || day != s) {
		return fault.At(field, "web.not_date")
	}
	return nil
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
