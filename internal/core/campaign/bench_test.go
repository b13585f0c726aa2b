package campaign

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// BenchmarkOpen freezes a province of 10,000 units and 300,000 people; it prints seconds.
// A tenth of it unless QUANTRIET_BENCH=full.
func BenchmarkOpen(b *testing.B) {
	communes := 13
	if os.Getenv("QUANTRIET_BENCH") == "full" {
		communes = 130
	}
	w := seed(b, dbtest.One(b))
	ctx := context.Background()
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		var units []org.Unit
		var people []person.Person
		for i := range communes {
			d := org.Unit{ID: id.New(), Parent: w.province, Level: "district", Code: fmt.Sprint("D", i), Name: fmt.Sprint("Huyện mẫu ", i), Short: "x"}
			units = append(units, d)
			for j := range 15 {
				g := org.Unit{ID: id.New(), Parent: d.ID, Level: "grassroots", Code: fmt.Sprint("G", i, "-", j), Name: fmt.Sprint("Cơ sở mẫu ", j), Short: "x"}
				units = append(units, g)
				for k := range 4 {
					c := org.Unit{ID: id.New(), Parent: g.ID, Level: "cell", Code: fmt.Sprint("C", i, "-", j, "-", k), Name: fmt.Sprint("Chi bộ mẫu ", k), Short: "x"}
					units = append(units, c)
					for m := range 39 {
						people = append(people, person.Person{ID: id.New(), MemberNo: fmt.Sprint("N", i, "-", j, "-", k, "-", m), Name: "Đảng viên mẫu", Kind: "official", Unit: c.ID, Since: "2010-01-01"})
					}
				}
			}
		}
		if err := org.AddAll(ctx, tx, units, 0, 0); err != nil {
			return err
		}
		return person.AddAll(ctx, tx, people, 0, 0)
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		start := time.Now()
		c := w.open(b)
		b.ReportMetric(time.Since(start).Seconds(), "s/opening")
		_ = c
	}
}
