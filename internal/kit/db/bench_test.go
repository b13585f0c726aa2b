package db_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// BenchmarkWrite prints durable records a second: bare ones, and such as a check-in
// writes (four look-ups, an insert, two tallies), alone and with many at the same time.
func BenchmarkWrite(b *testing.B) {
	for _, c := range []struct {
		name    string
		writers int // for each core
		record  func(context.Context, db.Tx, int64) error
	}{
		{"insert/alone", 0, bare},
		{"insert/grouped", 128, bare},
		{"record/alone", 0, record},
		{"record/grouped", 128, record},
	} {
		b.Run(c.name, func(b *testing.B) {
			d, ctx := dbtest.One(b), b.Context()
			note(b, d)
			script(b, d, `create table tally (id bigint primary key, n bigint not null)`,
				`insert into tally (id, n) values (0,0),(1,0),(2,0),(3,0),(4,0),(5,0),(6,0),(7,0)`)
			var serial atomic.Int64
			one := func() {
				n := serial.Add(1)
				must(b, d.Write(ctx, func(tx db.Tx) error { return c.record(ctx, tx, n) }))
			}
			b.ReportAllocs()
			b.ResetTimer()
			if c.writers == 0 {
				for range b.N {
					one()
				}
			} else {
				b.SetParallelism(c.writers)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						one()
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			s := d.Stats()
			b.ReportMetric(float64(s.Writes)/float64(s.Groups), "rows/commit")
		})
	}
}

func bare(ctx context.Context, tx db.Tx, n int64) error {
	return insert(ctx, tx, n, fmt.Sprint("word ", n))
}

func record(ctx context.Context, tx db.Tx, n int64) error {
	for k := range int64(4) {
		if _, err := db.One(ctx, tx, db.Value[int64], `select n from tally where id = $1`, (n+k)%8); err != nil {
			return err
		}
	}
	if err := bare(ctx, tx, n); err != nil {
		return err
	}
	for k := range int64(2) {
		if _, err := db.Exec(ctx, tx, `update tally set n = n + 1 where id = $1`, (n+k)%8); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkRead prints point reads a second, each in its own snapshot.
func BenchmarkRead(b *testing.B) {
	d, ctx := dbtest.One(b), b.Context()
	note(b, d)
	must(b, d.Write(ctx, func(tx db.Tx) error { return insert(ctx, tx, 1, "một") }))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			must(b, d.Read(ctx, func(tx db.Tx) error {
				_, err := db.One(ctx, tx, db.Value[string], `select word from note where id = $1`, 1)
				return err
			}))
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
}
