package attendance

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// numbers are which of its numbers each station has used, 64 to a block.
type numbers map[block]uint64

type block struct {
	station id.ID
	n       int64 // the numbers from 64n on
}

func blockOf(station id.ID, n int64) (block, uint64) { return block{station, n / 64}, 1 << (n % 64) }

func (u numbers) has(station id.ID, n int64) bool {
	b, bit := blockOf(station, n)
	return u[b]&bit != 0
}

func (u numbers) add(station id.ID, n int64) {
	b, bit := blockOf(station, n)
	u[b] |= bit
}

var (
	numbersQuery = shape{head: `select n.station, n.block, n.bits from (values `, cols: 2, cast: true, tail: `) as q
		cross join attendance_number n where n.station = q.column1 and n.block = q.column2`}
	numberUpsert = shape{cols: 3, head: `insert into attendance_number (station, block, bits) values `,
		tail: ` on conflict (station, block) do update set bits = attendance_number.bits | excluded.bits`}
)

func (b block) compare(o block) int {
	return cmp.Or(cmp.Compare(b.station, o.station), cmp.Compare(b.n, o.n))
}
func (b block) put(args []any) []any { return append(args, int64(b.station), b.n) }

// row is a block with its bits.
type row struct {
	block
	bits int64
}

func scanRowOf(scan func(...any) error) (r row, err error) { return r, scan(&r.station, &r.n, &r.bits) }

// putNumbers keeps which numbers were used here for the first time.
func (d *desk) putNumbers() error {
	rows := make([]row, 0, len(d.writes.numbers))
	for b, set := range d.writes.numbers {
		rows = append(rows, row{b, int64(set)})
	}
	slices.SortFunc(rows, func(a, b row) int { return a.compare(b.block) })
	return add(d, numberUpsert, rows, func(r row, args []any) []any { return append(r.put(args), r.bits) })
}

// UseNumber keeps that a station has used a number for something else than a scan.
func UseNumber(ctx context.Context, tx db.Tx, station id.ID, n int64) error {
	b, bit := blockOf(station, n)
	q := numberUpsert
	q.rows = 1
	_, err := tx.ExecContext(ctx, q.text(), int64(b.station), b.n, int64(bit))
	return err
}

// Used tells how many of its numbers a station has used, and the last of them.
type Used struct{ Count, Last int64 }

// FindUsed reads how far stations have come; one that sent nothing is not among them.
func FindUsed(ctx context.Context, tx db.Tx, stations []id.ID) (map[id.ID]Used, error) {
	out := map[id.ID]Used{}
	query := shape{head: `select station, block, bits from attendance_number where station in (`, cols: 1, tail: `)`}
	return out, look(ctx, tx, query, nil, stations, one, scanRowOf, func(r row) {
		u, set := out[r.station], uint64(r.bits)
		out[r.station] = Used{u.Count + int64(bits.OnesCount64(set)), max(u.Last, r.n*64+63-int64(bits.LeadingZeros64(set)))}
	})
}
