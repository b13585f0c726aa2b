package rollup

import (
	"context"
	_ "embed"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

//go:embed sql/roster.sql
var rosterSQL string

//go:embed sql/studied.sql
var studiedSQL string

//go:embed sql/meetings.sql
var meetingsSQL string

//go:embed sql/heads.sql
var headsSQL string

// At gives the line of unit and of each unit directly below it, in tree order, for one
// document of the campaign. Fault: Missing when the unit is not in the frozen tree. The
// caller has checked that the actor may see unit.
func At(ctx context.Context, tx db.Tx, campaign, document, unit id.ID) (self Line, below []Line, err error) {
	lines, err := roster(ctx, tx, campaign, unit)
	if err != nil {
		return self, nil, err
	}
	byLo := make(map[int64]*Line, len(lines))
	for i := range lines {
		byLo[lines[i].Lo] = &lines[i]
	}
	for _, read := range []func() error{
		func() error { return studied(ctx, tx, byLo, campaign, document, unit) },
		func() error { return meetings(ctx, tx, byLo, campaign, document, unit) },
		func() error { return heads(ctx, tx, byLo, campaign, document, unit) },
	} {
		if err := read(); err != nil {
			return self, nil, err
		}
	}
	return lines[0], lines[1:], nil
}

func roster(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Line, error) {
	lines, err := db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		err = scan(&l.Unit, &l.Parent, &l.Name, &l.Short, &l.Level, &l.Depth, &l.Lo, &l.Hi, &l.SelfOrganised,
			&l.Kids, &l.Count.Members, &l.Count.Exempt, &l.Count.Civil)
		return l, err
	}, rosterSQL, campaign, unit)
	if err == nil && (len(lines) == 0 || lines[0].Unit != unit) {
		_, err = db.One(ctx, tx, db.Value[int64], `select 1 from campaign_unit where campaign = $1 and unit = $2`, campaign, unit)
	}
	return lines, err
}

// each reads rows of (lo, figures…) and adds them to their lines; read names where the figures go.
func each(ctx context.Context, tx db.Tx, byLo map[int64]*Line, query string, args []any, dest func(*Line) []any) error {
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var lo int64
		var row Line
		if err = scan(append([]any{&lo}, dest(&row)...)...); err != nil {
			return none, err
		}
		if l := byLo[lo]; l != nil {
			l.take(row)
		}
		return none, nil
	}, query, args...)
	return err
}

// take adds what one row of a query brought.
func (l *Line) take(o Line) {
	l.Count = l.Count.Add(o.Count)
	l.Meetings = l.Meetings.Add(o.Meetings)
	l.Heads.Amount += o.Heads.Amount
	if o.Heads.Marker != "" {
		l.Heads.Marker = o.Heads.Marker
	}
}

func studied(ctx context.Context, tx db.Tx, byLo map[int64]*Line, campaign, document, unit id.ID) error {
	return each(ctx, tx, byLo, studiedSQL, []any{campaign, document, unit}, func(l *Line) []any {
		c := &l.Count
		return []any{&c.CivilStudy, &c.Studied, &c.ExemptCame, &c.Forms[0], &c.Forms[1], &c.Forms[2], &c.Forms[3], &c.Forms[4],
			&c.Grades[0], &c.Grades[1], &c.Grades[2], &c.Grades[3], &c.Grades[4]}
	})
}

func meetings(ctx context.Context, tx db.Tx, byLo map[int64]*Line, campaign, document, unit id.ID) error {
	return each(ctx, tx, byLo, meetingsSQL, []any{campaign, document, unit}, func(l *Line) []any {
		m := &l.Meetings
		return []any{&m.KeyCadre, &m.Member, &m.Mass, &m.Thematic, &m.Sites, &m.Speakers, &m.Speeches}
	})
}

func heads(ctx context.Context, tx db.Tx, byLo map[int64]*Line, campaign, document, unit id.ID) error {
	return each(ctx, tx, byLo, headsSQL, []any{campaign, document, unit}, func(l *Line) []any {
		return []any{&l.Heads.Amount, &l.Heads.Marker}
	})
}
