package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
)

// Tx is what store functions need: statements inside one transaction. Only this package
// makes them.
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*Cursor, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *Row
}

// querier is a connection or transaction of database/sql, or our caching one.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// run is one transaction while its function runs.
type run struct {
	on     querier
	steady bool    // contexts are looked at between statements, never during one
	open   *Cursor // the one cursor in use
	failed error   // first failed statement; nothing runs after it
	over   bool
	depth  int // of Attempt

	stream func(ctx context.Context, table string, columns []string, rows [][]any) error // on PostgreSQL; see Insert
}

var (
	errOver   = errors.New("the transaction is over")
	errCursor = errors.New("a cursor is still open: read or close it before the next statement")
)

func (r *run) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, err := r.ready(ctx, args)
	if err != nil {
		return nil, err
	}
	res, err := r.on.ExecContext(ctx, query, args...)
	return res, r.note(query, err)
}

func (r *run) QueryContext(ctx context.Context, query string, args ...any) (*Cursor, error) {
	ctx, err := r.ready(ctx, args)
	if err != nil {
		return nil, err
	}
	rows, err := r.on.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, r.note(query, err)
	}
	r.open = &Cursor{rows: rows, run: r, query: query}
	return r.open, nil
}

func (r *run) QueryRowContext(ctx context.Context, query string, args ...any) *Row {
	c, err := r.QueryContext(ctx, query, args...)
	return &Row{c, err}
}

// ready refuses what must not reach the engine. On the shared writer a context may not
// interrupt a statement: SQLite would roll back the whole group.
func (r *run) ready(ctx context.Context, args []any) (context.Context, error) {
	switch {
	case r.over:
		return ctx, errOver
	case r.failed != nil:
		return ctx, fmt.Errorf("transaction has failed: %w", r.failed)
	case r.open != nil:
		return ctx, errCursor
	}
	err := ctx.Err()
	if err == nil {
		err = cleanText(args)
	}
	if err != nil {
		r.failed = err
		return ctx, err
	}
	if r.steady {
		ctx = context.WithoutCancel(ctx)
	}
	return ctx, nil
}

func (r *run) note(query string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", brief(query), err)
	if isBadText(err) {
		err = errBadText
	}
	if r.failed == nil {
		r.failed = err
	}
	return err
}

// end closes the transaction for its function; what fn returned is err.
func (r *run) end(err error) error {
	if r.open != nil {
		r.open.Close()
	}
	r.over = true
	if err == nil && r.failed != nil {
		return fmt.Errorf("a failed statement was ignored: %w", r.failed)
	}
	return err
}

// Attempt runs fn inside a savepoint: when it fails, its statements alone are undone and
// the transaction goes on. Collisions and lost transactions are not forgiven.
func Attempt(ctx context.Context, tx Tx, fn func() error) error {
	r := tx.(*run)
	r.depth++
	defer func() { r.depth-- }()
	name := fmt.Sprintf("attempt%d", r.depth)
	if _, err := r.ExecContext(ctx, "savepoint "+name); err != nil {
		return err
	}
	err := cmp.Or(fn(), r.failed)
	if r.open != nil {
		r.open.Close()
	}
	if err == nil {
		_, err = r.ExecContext(ctx, "release savepoint "+name)
		return err
	}
	if r.over || isLost(r.failed) || isCollision(r.failed) || ctx.Err() != nil {
		r.failed = cmp.Or(r.failed, err)
		return err
	}
	r.failed = nil
	for _, q := range []string{"rollback to savepoint " + name, "release savepoint " + name} {
		if _, e := r.ExecContext(ctx, q); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}

// Cursor walks the rows of one query.
type Cursor struct {
	rows  *sql.Rows
	run   *run
	query string
}

// Next moves to the next row; after the last it closes the cursor.
func (c *Cursor) Next() bool {
	if c.rows.Next() {
		return true
	}
	c.Close()
	return false
}

// Scan copies the columns of the current row.
func (c *Cursor) Scan(dest ...any) error { return c.rows.Scan(dest...) }

// Err is what ended the walk early.
func (c *Cursor) Err() error { return c.run.note(c.query, c.rows.Err()) }

// Close ends the walk; it may be called more than once.
func (c *Cursor) Close() error {
	if c.run.open == c {
		c.run.open = nil
	}
	return errors.Join(c.Err(), c.rows.Close())
}

// Row is the first row of a query.
type Row struct {
	c   *Cursor
	err error
}

// Scan copies the columns; sql.ErrNoRows when there is no row.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.c.Close()
	if !r.c.Next() {
		return cmp.Or(r.c.Err(), sql.ErrNoRows)
	}
	return r.c.Scan(dest...)
}

var errBadText = fault.New(fault.Invalid, "db.text")

// cleanText keeps both engines alike: PostgreSQL refuses such text, SQLite stores it.
func cleanText(args []any) error {
	for _, a := range args {
		if s, ok := a.(string); ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			return errBadText
		}
	}
	return nil
}

// brief is enough of a statement to find it by.
func brief(query string) string {
	s := strings.Join(strings.Fields(query), " ")
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return s
}
