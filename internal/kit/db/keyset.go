package db

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Page asks for a piece of a list. After is the Next of the piece before, "" for the
// first; Limit is at most 500, and 50 when it is not given.
type Page struct {
	After string
	Limit int
}

// Rows is a piece of a list. Next asks for the piece that follows; "" when this is the last.
type Rows[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// Order is what a list is sorted by: two columns that are never null, the second unique.
// Both run the same way. Sort may be empty when the id alone gives the order. With Number
// it is a whole-number column, whose key is written in decimal digits.
type Order struct {
	Sort, ID string
	Desc     bool
	Number   bool
}

const (
	usualLimit = 50
	mostLimit  = 500
	longestKey = 8000 // bytes of a cursor
)

// List reads one piece of a list, however long the list is, in the time of that piece.
// query ends inside its where clause ("where unit = $1", or "where true"), so that the
// rest can be added; key gives the Order columns of an item. Fault: Invalid for a cursor
// that List did not make.
func List[T any](ctx context.Context, tx Tx, p Page, o Order, key func(T) (sort string, of id.ID),
	scan Scan[T], query string, args ...any) (Rows[T], error) {
	limit := p.limit()
	tail, args, err := o.tail(p.After, limit+1, args)
	if err != nil {
		return Rows[T]{}, err
	}
	items, err := All(ctx, tx, scan, query+tail, args...)
	if err != nil || len(items) <= limit {
		return Rows[T]{Items: items}, err
	}
	return Rows[T]{items[:limit], cursor(key(items[limit-1]))}, nil
}

func (p Page) limit() int {
	if p.Limit <= 0 {
		return usualLimit
	}
	return min(p.Limit, mostLimit)
}

// tail adds where the piece begins, its order and its length.
func (o Order) tail(after string, limit int, args []any) (string, []any, error) {
	sign, way := ">", ""
	if o.Desc {
		sign, way = "<", " desc"
	}
	args = args[:len(args):len(args)]
	var b strings.Builder
	if after != "" {
		sort, of, err := o.parse(after)
		if err != nil {
			return "", nil, err
		}
		if o.Sort == "" {
			args = append(args, of)
			fmt.Fprintf(&b, " and %s %s $%d", o.ID, sign, len(args))
		} else {
			args = append(args, sort, of)
			fmt.Fprintf(&b, " and (%s, %s) %s ($%d, $%d)", o.Sort, o.ID, sign, len(args)-1, len(args))
		}
	}
	args = append(args, limit)
	b.WriteString(" order by ")
	if o.Sort != "" {
		b.WriteString(o.Sort + way + ", ")
	}
	fmt.Fprintf(&b, "%s%s limit $%d", o.ID, way, len(args))
	return b.String(), args, nil
}

// cursor is safe in a URL; readers of it learn no more than the page shows.
func cursor(sort string, of id.ID) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(of), 36) + "." + sort))
}

func (o Order) parse(s string) (sort any, of id.ID, err error) {
	text, of, err := parseCursor(s)
	if err != nil || !o.Number {
		return text, of, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, 0, fault.New(fault.Invalid, "db.cursor")
	}
	return n, of, nil
}

func parseCursor(s string) (sort string, of id.ID, err error) {
	bad := fault.New(fault.Invalid, "db.cursor")
	if len(s) > longestKey {
		return "", 0, bad
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || !utf8.Valid(b) || strings.IndexByte(string(b), 0) >= 0 {
		return "", 0, bad
	}
	head, sort, ok := strings.Cut(string(b), ".")
	n, err := strconv.ParseInt(head, 36, 64)
	if !ok || err != nil || n <= 0 {
		return "", 0, bad
	}
	return sort, id.ID(n), nil
}
