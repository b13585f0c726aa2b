package setting

import (
	"context"
	"encoding/json"
	"fmt"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Key names a setting, its value when nobody set one, and where that value comes from.
type Key[T any] struct {
	Name    string
	Default T
	Source  string
}

// On returns the value in force on a civil day for a unit: its own, else the
// installation's, else the default. A unit of zero asks for the installation's.
func (k Key[T]) On(ctx context.Context, tx db.Tx, unit id.ID, day string) (T, error) {
	raw, err := db.One(ctx, tx, func(scan func(...any) error) (s string, err error) {
		err = scan(&s)
		return s, err
	}, `
		select value from setting_value
		where key = $1 and valid_from <= $2 and (unit is null or unit = $3)
		order by case when unit is null then 1 else 0 end, valid_from desc, id desc limit 1`, k.Name, day, unit)
	if fault.Of(err) == fault.Missing {
		return k.Default, nil
	}
	if err != nil {
		return k.Default, err
	}
	v := k.Default
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		return k.Default, fmt.Errorf("setting %s: %w", k.Name, err)
	}
	return v, nil
}

// Put sets the value from a civil day on. Earlier days keep theirs.
func (k Key[T]) Put(ctx context.Context, tx db.Tx, unit id.ID, from string, v T, source string, at int64, by id.ID) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("setting %s: %w", k.Name, err)
	}
	return insert(ctx, tx, k.Name, unit, from, string(b), source, at, by)
}

// Installation is the name on every page and the office's kind of papers.
var Installation = Key[string]{Name: "installation.name"}

// Demo marks an installation that holds only invented people.
var Demo = Key[bool]{Name: "installation.demo"}
