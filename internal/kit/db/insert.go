package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Parameters of one inserting statement: SQLite's driver looks each of them up in a list,
// so that the cost of a row grows with them.
const insertArgs = 400

// copied is from how many rows on PostgreSQL takes them as a stream, which costs a question more
// than a statement and half as much for each row.
const copied = 50

// Insert writes rows of n columns; head is "insert into t (a, b, c)".
func Insert(ctx context.Context, tx Tx, head string, n int, rows [][]any) error {
	if r, ok := tx.(*run); ok && r.stream != nil && len(rows) >= copied {
		return r.copy(ctx, head, rows)
	}
	for chunk := range slices.Chunk(rows, max(1, insertArgs/n)) {
		args := make([]any, 0, len(chunk)*n)
		for _, row := range chunk {
			args = append(args, row...)
		}
		if _, err := tx.ExecContext(ctx, head+values(len(chunk), n), args...); err != nil {
			return err
		}
	}
	return nil
}

// texts remembers values by rows and columns: there are few of them, and they are long.
var texts sync.Map

// values is " values ($1, $2), ($3, $4)".
func values(rows, n int) string {
	if text, ok := texts.Load([2]int{rows, n}); ok {
		return text.(string)
	}
	var b strings.Builder
	for i := range rows * n {
		switch {
		case i == 0:
			b.WriteString(" values (")
		case i%n == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	text := b.String() + ")"
	texts.Store([2]int{rows, n}, text)
	return text
}

// copy is Insert as a stream inside the same transaction.
func (r *run) copy(ctx context.Context, head string, rows [][]any) error {
	for _, row := range rows {
		if err := cleanText(row); err != nil {
			r.failed = err
			return err
		}
	}
	ctx, err := r.ready(ctx, nil)
	if err != nil {
		return err
	}
	table, columns, err := target(head)
	if err == nil {
		err = r.stream(ctx, table, columns, rows)
	}
	return r.note(head, err)
}

// target takes "insert into t (a, b, c)" apart.
func target(head string) (table string, columns []string, err error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(head), "insert into ")
	table, list, open := strings.Cut(rest, "(")
	list, end, closed := strings.Cut(list, ")")
	if !ok || !open || !closed || strings.TrimSpace(end) != "" {
		return "", nil, fmt.Errorf("rows can't be streamed by %q", brief(head))
	}
	for c := range strings.SplitSeq(list, ",") {
		columns = append(columns, strings.TrimSpace(c))
	}
	return strings.TrimSpace(table), columns, nil
}

// stream gives rows to PostgreSQL on the connection of a transaction.
func stream(conn *sql.Conn) func(context.Context, string, []string, [][]any) error {
	return func(ctx context.Context, table string, columns []string, rows [][]any) (err error) {
		raw := conn.Raw(func(c any) error {
			_, err = c.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
			return nil // what is wrong with rows is nothing that is wrong with the connection
		})
		if err == nil {
			err = raw
		}
		return err
	}
}
