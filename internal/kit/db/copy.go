package db

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/kit/fault"
)

// Bounds of one insert. SQLite looks parameters up in a list, and takes 32,766 of them.
const (
	bulkRows = 200
	bulkArgs = 30000
)

// Copy moves every row of one installation into another of the same schema, from either
// engine to either, in one transaction on each side, and counts both afterwards. Tables
// come in alphabetical order; foreign keys are checked at the end. progress, which may be
// nil, hears after every bulk how many rows of a table have been copied; it may hear a
// table again when the target makes us start over.
// Faults: Conflict when the target holds more than its migrations put there, Invalid when
// the two schemas differ.
func Copy(ctx context.Context, from, to *DB, progress func(table string, n int64)) error {
	if progress == nil {
		progress = func(string, int64) {}
	}
	err := from.Read(ctx, func(src Tx) error {
		return to.Write(ctx, func(dst Tx) error {
			c := copier{from: from.engine, to: to.engine, src: src, dst: dst, progress: progress}
			return c.run(ctx)
		})
	})
	if err == nil {
		err = to.Analyze(ctx)
	}
	if err != nil {
		return fmt.Errorf("copy %s to %s: %w", from.Engine(), to.Engine(), err)
	}
	return nil
}

type copier struct {
	from, to engine
	src, dst Tx
	progress func(string, int64)
}

func (c *copier) run(ctx context.Context) error {
	list, err := c.plan(ctx)
	if err != nil {
		return err
	}
	if err := c.checkEmpty(ctx, list); err != nil {
		return err
	}
	check, err := c.to.deferKeys(ctx, c.dst)
	if err != nil {
		return err
	}
	for _, t := range list {
		if _, err := c.dst.ExecContext(ctx, `delete from `+quote(t.name)); err != nil {
			return err
		}
		if err := c.table(ctx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return check()
}

// plan is the target's tables, which the source must have too. Kinds are PostgreSQL's
// where it takes part: it is the stricter one.
func (c *copier) plan(ctx context.Context) ([]table, error) {
	have, err := c.from.tables(ctx, c.src)
	if err != nil {
		return nil, err
	}
	want, err := c.to.tables(ctx, c.dst)
	if err != nil {
		return nil, err
	}
	if t := difference(have, want); t != "" {
		return nil, fault.New(fault.Invalid, "db.copy_schema", "table", t)
	}
	return want, nil
}

// difference is the first table that is not the same in both, "" when all are.
func difference(a, b []table) string {
	for i, t := range a {
		if i == len(b) || t.name < b[i].name || t.name == b[i].name && !sameColumns(t, b[i]) {
			return t.name
		}
		if t.name > b[i].name {
			return b[i].name
		}
	}
	if len(b) > len(a) {
		return b[len(a)].name
	}
	return ""
}

func sameColumns(a, b table) bool {
	names := func(t table) (s []string) {
		for _, c := range t.columns {
			s = append(s, c.name)
		}
		slices.Sort(s)
		return s
	}
	return slices.Equal(names(a), names(b))
}

// checkEmpty allows what the migrations put there, and nothing else.
func (c *copier) checkEmpty(ctx context.Context, list []table) error {
	for _, t := range list {
		n, err := count(ctx, c.dst, t)
		if err != nil {
			return err
		}
		seed, err := One(ctx, c.dst, Value[int64], `select coalesce((select amount from db_seed where name = $1), 0)`, t.name)
		if err != nil {
			return err
		}
		if n > seed {
			return fault.New(fault.Conflict, "db.copy_filled", "table", t.name, "n", n)
		}
	}
	return nil
}

func count(ctx context.Context, tx Tx, t table) (int64, error) {
	return One(ctx, tx, Value[int64], `select count(*) from `+quote(t.name))
}

func (c *copier) table(ctx context.Context, t table) error {
	rows, err := c.src.QueryContext(ctx, `select `+t.list()+` from `+quote(t.name))
	if err != nil {
		return err
	}
	defer rows.Close()
	size := max(1, min(bulkRows, bulkArgs/len(t.columns)))
	var args []any
	var done int64
	flush := func() error {
		n := len(args) / len(t.columns)
		if n == 0 {
			return nil
		}
		if _, err := c.dst.ExecContext(ctx, t.insert(n), args...); err != nil {
			return err
		}
		args, done = args[:0], done+int64(n)
		c.progress(t.name, done)
		return nil
	}
	for rows.Next() {
		if args, err = t.scan(rows, args); err != nil {
			return err
		}
		if len(args) == size*len(t.columns) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	return c.verify(ctx, t)
}

func (c *copier) verify(ctx context.Context, t table) error {
	a, err := count(ctx, c.src, t)
	if err != nil {
		return err
	}
	b, err := count(ctx, c.dst, t)
	if err == nil && a != b {
		err = fmt.Errorf("%d rows in the source, %d in the target", a, b)
	}
	return err
}

func (t table) list() string {
	var s []string
	for _, c := range t.columns {
		s = append(s, quote(c.name))
	}
	return strings.Join(s, ", ")
}

func (t table) insert(rows int) string {
	var b strings.Builder
	b.WriteString(`insert into ` + quote(t.name) + ` (` + t.list() + `) values `)
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		for k := range t.columns {
			sep := ","
			if k == 0 {
				sep = "("
			}
			fmt.Fprintf(&b, "%s$%d", sep, i*len(t.columns)+k+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// scan appends a row to args, each value in the Go type of its column's kind.
func (t table) scan(rows *Cursor, args []any) ([]any, error) {
	at := len(args)
	args = append(args, make([]any, len(t.columns))...)
	dest := make([]any, len(t.columns))
	for i := range dest {
		dest[i] = &args[at+i]
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, err
	}
	for i, c := range t.columns {
		v, err := convert(c.kind, args[at+i])
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		args[at+i] = v
	}
	return args, nil
}

// convert bridges what the engines hand out: SQLite has numbers for booleans and gives
// whole numbers from float columns.
func convert(kind string, v any) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case bool:
		if kind == "boolean" {
			return x, nil
		}
	case int64:
		switch kind {
		case "boolean":
			return x != 0, nil
		case "float":
			return float64(x), nil
		case "integer":
			return x, nil
		}
	case float64:
		if kind == "float" {
			return x, nil
		}
	case string:
		if kind == "text" {
			return x, nil
		}
	case []byte:
		switch kind {
		case "bytes":
			return append([]byte{}, x...), nil // nil would be stored as NULL
		case "text":
			return string(x), nil
		}
	}
	if kind == "other" {
		return v, nil
	}
	return nil, fmt.Errorf("a %s column holds a %T", kind, v)
}
