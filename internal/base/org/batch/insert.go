package batch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"quantriet/internal/kit/db"
)

// Most values in one list of ids.
const together = 200

// Parameters of one inserting statement: SQLite's driver looks each of them up in a list,
// so that the cost of a row grows with them.
const most = 400

// Insert writes rows of n columns; head is "insert into t (a, b, c)".
func Insert(ctx context.Context, tx db.Tx, head string, n int, rows [][]any) error {
	for chunk := range slices.Chunk(rows, max(1, most/n)) {
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

// In is "$2, $3, $4" for ids behind the arguments that a query has already, with them all.
func In[T any](ids []T, first ...any) (text string, args []any) {
	args = slices.Clone(first)
	names := make([]string, len(ids))
	for i, v := range ids {
		args = append(args, v)
		names[i] = fmt.Sprintf("$%d", len(args))
	}
	return strings.Join(names, ", "), args
}

// Chunks are the pieces of a long list that fit one In.
func Chunks[T any](list []T) func(func([]T) bool) { return slices.Chunk(list, together) }
