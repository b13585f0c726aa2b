package person

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/sheet"
)

// firstLoad is an import that found the rosters empty. While nobody else adds to them, whoever is
// known stands in an earlier row of the same file: two indexes that nothing asks for then are
// set aside, and so are foreign keys to units and people that the same transaction has just read or
// written; numbers and namesakes need not be looked for in the database.
type firstLoad struct {
	alone bool  // nobody else has written so far
	guard int64 // when the rosters were empty
	aside bool
}

// begin sets the indexes aside for a file that is large enough. A file that names ids of this system is
// none of a first load.
func (l *firstLoad) begin(ctx context.Context, d *db.DB, t *sheet.Table, p *Pass) (err error) {
	if !p.Large || p.Dry || p.After > 0 || p.Guard == nil || t.Has("id") {
		return nil
	}
	l.aside, err = d.Aside(ctx, func(tx db.Tx) (bool, error) {
		some, err := db.All(ctx, tx, db.Value[int64], `select 1 from person limit 1`)
		if err == nil && len(some) == 0 {
			l.guard, err = p.Guard(ctx, tx)
		}
		return len(some) == 0, err
	}, "person_twin", "person_name", "person_unit_fkey", "person_membership_person_fkey", "person_membership_unit_fkey")
	l.alone = l.aside
	return err
}

// still asks whether the load is alone in a view of the rosters.
func (l *firstLoad) still(ctx context.Context, tx db.Tx, p *Pass) (bool, error) {
	if !l.alone {
		return false, nil
	}
	now, err := p.Guard(ctx, tx)
	if err == nil {
		l.alone = now == l.guard
	}
	return l.alone, err
}

// end makes the indexes again, at the end or as soon as somebody else writes too.
func (l *firstLoad) end(ctx context.Context, d *db.DB) error {
	if !l.aside {
		return nil
	}
	l.aside, l.alone = false, false
	return d.Restore(context.WithoutCancel(ctx))
}
