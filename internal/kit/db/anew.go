package db

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A statement that goes through many rows between two of its parameters ends with the remark
// /* anew */: PostgreSQL then makes its plan each time for the values it is given. A plan for any
// values at all takes such a stretch for half of the table or for nothing: opening a campaign took
// ten times as long. Others keep theirs, for making one costs more than a small statement.
const anew = "/* anew */"

// planner is a transaction on PostgreSQL that heeds the remark.
type planner struct{ *sql.Tx }

func (p planner) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.Tx.ExecContext(ctx, query, planned(query, args)...)
}

func (p planner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.Tx.QueryContext(ctx, query, planned(query, args)...)
}

// planned keeps the description of a statement, but not the statement itself.
func planned(query string, args []any) []any {
	if !strings.HasSuffix(query, anew) {
		return args
	}
	return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
}

// Turn is how long one transaction of a long job may take. SQLite's other writers wait for its end,
// and should not notice; PostgreSQL's write beside it, and longer ones share what each costs.
func (d *DB) Turn() time.Duration {
	if d.Engine() == Postgres {
		return 400 * time.Millisecond
	}
	return 60 * time.Millisecond
}

// Learn tells the planner of tables that were filled just now. SQLite's needs no such help where
// statements are written for it, and counting would hold its writer.
func (d *DB) Learn(ctx context.Context, tables ...string) error {
	p, ok := d.engine.(*postgres)
	for _, t := range tables {
		if ok {
			if _, err := p.writes.ExecContext(ctx, `analyze `+quote(t)); err != nil {
				return err
			}
		}
	}
	return nil
}
