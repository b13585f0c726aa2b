package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"quantriet/internal/kit/fault"
)

// Scan reads one row: scan(&a, &b) as with database/sql.
type Scan[T any] = func(scan func(dest ...any) error) (T, error)

// All reads every row.
func All[T any](ctx context.Context, tx Tx, scan Scan[T], query string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// One reads a single row. Fault: Missing when there is none.
func One[T any](ctx context.Context, tx Tx, scan Scan[T], query string, args ...any) (T, error) {
	v, err := scan(tx.QueryRowContext(ctx, query, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		var none T
		return none, fault.Gone()
	}
	return v, err
}

// Value scans the single column of a row: db.One(ctx, tx, db.Value[int64], `select count(*) …`).
func Value[T any](scan func(dest ...any) error) (v T, err error) {
	err = scan(&v)
	return v, err
}

// Like escapes text that is looked for with "column like $1 escape '\\'"; the caller adds the %.
// Both engines heed case: look in folded columns.
func Like(text string) string { return likeEscapes.Replace(text) }

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Exec runs a statement and returns how many rows it touched.
func Exec(ctx context.Context, tx Tx, query string, args ...any) (int64, error) {
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
