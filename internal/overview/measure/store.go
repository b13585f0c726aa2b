package measure

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

const columnColumns = `m.id, m.campaign, m.unit, o.name, m.name, m.counted, m.summed, coalesce(m.closed_at, 0), m.ord, m.created_by
	from measure_column m join campaign_unit o on o.campaign = m.campaign and o.unit = m.unit`

func scanColumn(scan func(...any) error) (c Column, err error) {
	return c, scan(&c.ID, &c.Campaign, &c.Unit, &c.UnitName, &c.Name, &c.Counted, &c.Summed, &c.Closed, &c.ord, &c.by)
}

// Columns are those that a unit's reports of a campaign have: ordered by the unit or by one
// above it, the highest first, closed ones among them.
func Columns(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]Column, error) {
	return db.All(ctx, tx, scanColumn, `select `+columnColumns+`
		join campaign_unit x on x.campaign = m.campaign and x.unit = $2 and o.lo <= x.lo and o.hi >= x.hi
		where m.campaign = $1 order by o.lo, m.ord`, campaign, unit)
}

func findColumn(ctx context.Context, tx db.Tx, column id.ID) (Column, error) {
	return db.One(ctx, tx, scanColumn, `select `+columnColumns+` where m.id = $1`, column)
}

func insertColumn(ctx context.Context, tx db.Tx, c Column, at int64) error {
	_, err := tx.ExecContext(ctx, `insert into measure_column (id, campaign, unit, ord, name, counted, summed, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, c.ID, c.Campaign, c.Unit, c.ord, c.Name, c.Counted, c.Summed, at, c.by)
	return err
}

func closeColumn(ctx context.Context, tx db.Tx, column id.ID, at int64) error {
	_, err := tx.ExecContext(ctx, `update measure_column set closed_at = $2 where id = $1`, column, at)
	return err
}
