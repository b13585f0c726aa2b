package lookup_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

var ctx = context.Background()

// invented makes names of the shape real ones have: few family names, a third of them one;
// given names shared by many, the commonest by three in a hundred; made-up syllables.
type invented struct {
	r              *rand.Rand
	family, middle []string
	given          []string
}

func inventor(seed uint64) *invented {
	g := &invented{r: rand.New(rand.NewPCG(seed, 7))}
	for name, weight := range map[string]int{"Nguyễn": 310, "Trần": 110, "Lê": 95, "Phạm": 70, "Hoàng": 50, "Phan": 45, "Vũ": 39, "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Khuất": 1} {
		for range weight {
			g.family = append(g.family, name)
		}
	}
	slices.Sort(g.family)
	onsets, rimes := strings.Fields("B C Ch D Đ G Gi H Kh L M N Ng Nh Ph Qu S T Th Tr V X"), strings.Fields("a à á ạ ai ái an ăn ân anh ánh ạnh ao ê em ên i iên iếu inh o oa oan òa ô ông ơn u ung uy ưng ương y yên")
	var all []string
	for _, o := range onsets {
		for _, r := range rimes {
			all = append(all, o+r)
		}
	}
	g.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	g.given, g.middle = all[:500], all[300:600]
	return g
}

// zipf prefers the first of n.
func (g *invented) zipf(n int) int {
	return min(int(float64(n)*g.r.Float64()*g.r.Float64()*g.r.Float64()), n-1)
}

func (g *invented) name() string {
	mid := []string{"Văn", "Thị"}[g.r.IntN(2)]
	switch g.r.IntN(4) {
	case 0:
		mid = g.middle[g.zipf(len(g.middle))]
	case 1:
		mid += " " + g.middle[g.zipf(len(g.middle))]
	}
	return g.family[g.r.IntN(len(g.family))] + " " + mid + " " + g.given[g.zipf(len(g.given))]
}

type land struct {
	root, province id.ID
	names          []string
}

// settle makes 34 provinces of 3,000 cells and spreads n people over them.
func settle(t testing.TB, d *db.DB, n int) (w land) {
	g := inventor(1)
	w.root = id.New()
	units := []org.Unit{{ID: w.root, Code: "TW", Level: "central", Name: "Trung ương mẫu"}}
	var cells []id.ID
	for p := range 34 {
		of := id.New()
		w.province = of
		units = append(units, org.Unit{ID: of, Code: fmt.Sprint("P", p), Level: "province", Name: fmt.Sprint("Tỉnh mẫu ", p), Parent: w.root})
		for c := range 90 {
			units = append(units, org.Unit{ID: id.New(), Code: fmt.Sprint("P", p, "C", c), Level: "cell", Name: fmt.Sprint("Chi bộ mẫu ", c), Parent: of})
			cells = append(cells, units[len(units)-1].ID)
		}
	}
	write := func(fn func(tx db.Tx) error) {
		t.Helper()
		if err := d.Write(ctx, fn); err != nil {
			t.Fatal(err)
		}
	}
	write(func(tx db.Tx) error { return org.AddAll(ctx, tx, units, 1, 0) })
	for at := 0; at < n; at += 10000 {
		write(func(tx db.Tx) error {
			var list []person.Person
			for i := at; i < min(n, at+10000); i++ {
				p := person.Person{ID: id.New(), MemberNo: fmt.Sprintf("%03d.%06d", i/1000000, i%1000000), Name: g.name(), Birth: "1970-02-07", Sex: "m", Kind: "official",
					JoinedOn: "1995-01-01", OfficialOn: "1996-01-01", Unit: cells[i*len(cells)/n], Since: "2020-01-01"}
				if i%1000 == 0 {
					w.names = append(w.names, p.Name)
				}
				list = append(list, p)
			}
			return person.AddAll(ctx, tx, list, 1780000000000, 0)
		})
	}
	if err := d.Analyze(ctx); err != nil {
		t.Fatal(err)
	}
	return w
}

// shapes are the ways people look for somebody, made from a name.
var shapes = []struct {
	say string
	of  func(w []string, r *rand.Rand) string
}{
	{"full name", func(w []string, _ *rand.Rand) string { return strings.Join(w, " ") }},
	{"full name without marks", func(w []string, _ *rand.Rand) string { return text.Fold(strings.Join(w, " ")) }},
	{"family and given name", func(w []string, _ *rand.Rand) string { return text.Fold(w[0] + " " + w[len(w)-1]) }},
	{"given name", func(w []string, _ *rand.Rand) string { return text.Fold(w[len(w)-1]) }},
	{"given name with marks", func(w []string, _ *rand.Rand) string { return w[len(w)-1] }},
	{"family name", func(w []string, _ *rand.Rand) string { return w[0] }},
	{"middle and given name", func(w []string, _ *rand.Rand) string { return text.Fold(strings.Join(w[len(w)-2:], " ")) }},
	{"family and middle name", func(w []string, _ *rand.Rand) string { return text.Fold(strings.Join(w[:2], " ")) }},
	{"two letters", func(w []string, _ *rand.Rand) string { return text.Fold(w[len(w)-1])[:2] }},
	{"words in any order", func(w []string, r *rand.Rand) string {
		w = slices.Clone(w)
		r.Shuffle(len(w), func(i, j int) { w[i], w[j] = w[j], w[i] })
		return text.Fold(strings.Join(w, " "))
	}},
	{"a wrong word", func(w []string, _ *rand.Rand) string { return text.Fold(w[0] + " " + w[1] + " zz" + w[len(w)-1]) }},
	{"names that hardly meet", func(w []string, r *rand.Rand) string { return text.Fold(w[len(w)-1] + " Văn Lý " + w[1]) }},
}

// BenchmarkSearch prints what a search costs by what is typed; QUANTRIET_PEOPLE says among
// how many (300000). It is a measurement, not a bound.
func BenchmarkSearch(b *testing.B) {
	n, _ := strconv.Atoi(os.Getenv("QUANTRIET_PEOPLE"))
	if n == 0 {
		n = 300_000
	}
	b.Run("sqlite", func(b *testing.B) { searches(b, dbtest.One(b), n) })
	b.Run("postgres", func(b *testing.B) { searches(b, dbtest.Postgres(b), n) })
}

func searches(b *testing.B, d *db.DB, n int) {
	began := time.Now()
	w := settle(b, d, n)
	fmt.Printf("%s: %d people stored in %s\n", d.Engine(), n, time.Since(began).Round(time.Second))
	s := &person.Service{DB: d, Now: func() time.Time { return time.Date(2026, 2, 7, 9, 0, 0, 0, time.UTC) }}
	for b.Loop() {
		for say, top := range map[string]id.ID{"nation": w.root, "province": w.province} {
			who := access.Actor{Account: 1, Grants: []access.Grant{{Role: access.Administrator, Unit: top}}}
			var all []time.Duration
			for _, shape := range shapes {
				took, gaveUp := ask(b, s, who, w.names, shape.of)
				fmt.Printf("%-8s %-8s %-24s %s  given up %d of %d\n", d.Engine(), say, shape.say, times(took), gaveUp, len(took))
				all = append(all, took...)
			}
			fmt.Printf("%-8s %-8s %-24s %s\n", d.Engine(), say, "ALL", times(all))
		}
	}
}

func ask(b *testing.B, s *person.Service, who access.Actor, names []string, shape func([]string, *rand.Rand) string) (took []time.Duration, gaveUp int) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 40 {
		f := person.Filter{Text: shape(strings.Fields(names[r.IntN(len(names))]), r)}
		at := time.Now()
		found, err := s.Search(ctx, who, f)
		if err != nil {
			b.Fatal(f.Text, err)
		}
		if took = append(took, time.Since(at)); found.Partial {
			gaveUp++
		}
	}
	return took, gaveUp
}

func times(took []time.Duration) string {
	slices.Sort(took)
	at := func(percent int) float64 { return took[min(len(took)-1, len(took)*percent/100)].Seconds() * 1000 }
	return fmt.Sprintf("p50 %6.1f ms  p95 %6.1f ms  max %6.1f ms", at(50), at(95), at(100))
}
