package batch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/kit/db"
)

// Most values in one list of ids.
const together = 200

// Insert writes rows of n columns; head is "insert into t (a, b, c)".
func Insert(ctx context.Context, tx db.Tx, head string, n int, rows [][]any) error {
	return db.Insert(ctx, tx, head, n, rows)
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
