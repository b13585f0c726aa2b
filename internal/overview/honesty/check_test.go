package honesty

import (
	"math"
	"strings"
	"testing"

	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/rollup"
)

// around are eleven siblings of 300 people, 93 to 98 % of whom studied, with a few late marks.
func around() (out []Facts) {
	for i := range int64(11) {
		c := rollup.Count{Members: 300, Exempt: 20, Studied: 260 + i + i%3, Grades: [5]int64{100, 100, 60 + i + i%3}}
		f := Facts{Unit: id.ID(500 + i), Speaks: true, Marked: true, Studies: []Study{{Count: c}}}
		f.Marks = Marks{Records: c.Studied, Late: 4 + i, Two: i % 2}
		for j, code := range moving {
			v := 21 + 13*int64(j) + 7*i
			f.Now, f.Then = append(f.Now, Stated{code, 0, v}), append(f.Then, Stated{code, 0, v + 1 + int64(j)})
		}
		out = append(out, f)
	}
	return out
}

func studied(members, exempt, n int64, grades ...int64) []Study {
	c := rollup.Count{Members: members, Exempt: exempt, Studied: n}
	copy(c.Grades[:], grades)
	return []Study{{Count: c}}
}

func kids(size, studied []int64) []Study {
	var s Study
	for i := range size {
		k := rollup.Count{Members: size[i], Studied: studied[i%len(studied)]}
		s.Kids, s.Count = append(s.Kids, k), s.Count.Add(k)
	}
	return []Study{s}
}

func values(of string, all ...int64) (out []Stated) {
	for i, v := range all {
		out = append(out, Stated{moving[i], 0, v})
	}
	if of != "" {
		out = append(out, Stated{of, 0, 0})
	}
	return out
}

func TestChecks(t *testing.T) {
	sizes := []int64{44, 51, 48, 60, 55, 47, 53, 58}
	for _, c := range []struct {
		say   string
		f     Facts
		want  string // codes, the heaviest first
		words string
	}{
		{"nothing known", Facts{}, "", ""},
		{"a sum out by one in 675", Facts{Gaps: []report.Gap{{Code: "sites_total", Sum: 674, Stated: 675}}}, "sum", "674"},
		{"a sum far out", Facts{Gaps: []report.Gap{{Code: "sites_total", Sum: 100, Stated: 120}}}, "sum", "120"},
		{"a cell of nine, all there", Facts{Studies: studied(9, 0, 9)}, "", ""},
		{"a cell of thirty, all there", Facts{Studies: studied(30, 1, 29)}, "", ""},
		{"fifteen hundred, all there by lists", Facts{Studies: studied(1500, 20, 1480, 0, 0, 1480)}, "full", "1.480"},
		{"fifteen hundred, all there by codes", Facts{Studies: studied(1500, 20, 1480, 700, 780)}, "", ""},
		{"fifteen hundred, one away", Facts{Studies: studied(1500, 20, 1479, 0, 0, 1479)}, "", ""},
		{"twelve numbers that end in 0 and 5", Facts{Now: values("", 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75)}, "ends", "12 trong 12"},
		{"five such numbers among twelve", Facts{Now: values("", 20, 25, 30, 35, 40, 41, 52, 53, 64, 66, 71, 78)}, "", ""},
		{"the same number again is one number", Facts{Now: values("", 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20)}, "", ""},
		{"small numbers say nothing", Facts{Now: values("", 0, 5, 10, 15, 10, 5, 0, 15, 5, 10, 0, 5)}, "", ""},
		{"cells of all sizes with 44 each", Facts{Studies: kids(sizes, []int64{44})}, "equal", "8 trong 8"},
		{"cells of one size, all full", Facts{Studies: kids([]int64{12, 12, 12, 12, 12, 12}, []int64{12})}, "", ""},
		{"cells that differ", Facts{Studies: kids(sizes, []int64{42, 50, 46, 57, 52, 46, 50, 56})}, "", ""},
		{"three cells", Facts{Studies: kids(sizes[:3], []int64{44})}, "", ""},
		{"last time's numbers", Facts{Now: values("", 21, 33, 47, 58, 61), Then: values("", 21, 33, 47, 58, 61)}, "copied", "5 trong 5"},
		{"two of last time's numbers", Facts{Now: values("", 21, 33, 47, 58, 61), Then: values("", 21, 33, 48, 59, 62)}, "", ""},
		{"zeros again are no copy", Facts{Now: values("", 0, 0, 3, 0, 1), Then: values("", 0, 0, 3, 0, 1)}, "", ""},
		{"ten left and came back", Facts{Studies: studied(300, 20, 262), Marks: Marks{Moved: 6, Excused: 4}, Marked: true}, "shrunk", "6 chuyển đi"},
		{"two left and came back", Facts{Studies: studied(300, 20, 262), Marks: Marks{Moved: 2}, Marked: true}, "", ""},
		{"a third entered late", Facts{Marks: Marks{Records: 262, Late: 87}, Marked: true}, "", ""},
		{"all entered late, at once", Facts{Marks: Marks{Records: 262, Late: 262, Bulk: 262}, Marked: true}, "late bulk", ""},
		{"a dozen at two places", Facts{Marks: Marks{Records: 262, Two: 12}, Marked: true}, "two", "12 người"},
		{"two at two places", Facts{Marks: Marks{Records: 262, Two: 2}, Marked: true}, "", ""},
		{"records far over the heads", Facts{Marks: Marks{Halls: 2, Present: 240, Heads: 190}, Marked: true}, "hall", "190"},
		{"records a little over the heads", Facts{Marks: Marks{Halls: 2, Present: 200, Heads: 195}, Marked: true}, "", ""},
		{"guests over the records", Facts{Marks: Marks{Halls: 2, Present: 200, Heads: 260}, Marked: true}, "", ""},
		{"one of four photographs sent before", Facts{Marks: Marks{Photos: 4, Same: 1}, Marked: true}, "photo", "1 trong 4 ảnh"},
		{"one of a thousand sent before, of a large unit", Facts{Marks: Marks{Photos: 1000, Same: 1}, Marked: true}, "", ""},
		{"one of five nearly the same", Facts{Marks: Marks{Photos: 5, Near: 1}, Marked: true}, "photo", "1 ảnh gần như trùng"},
		{"one of fifty nearly the same", Facts{Marks: Marks{Photos: 50, Near: 1}, Marked: true}, "", ""},
		{"two of fifty nearly the same", Facts{Marks: Marks{Photos: 50, Near: 2}, Marked: true}, "photo", "2 trong 50"},
		{"photographs of its own", Facts{Marks: Marks{Photos: 60}, Marked: true}, "", ""},
	} {
		leads, score := Weigh(c.f, around())
		var got, said []string
		for _, l := range leads {
			got, said = append(got, l.Code), append(said, l.Say("vi"))
			if l.Say("en") == "" || strings.Contains(l.Say("vi")+l.Say("en")+l.Ask("vi")+l.Ask("en"), "{") || l.Perhaps("vi") == "" {
				t.Errorf("%s: %q", c.say, l.Say("vi"))
			}
		}
		if strings.Join(got, " ") != c.want || !strings.Contains(strings.Join(said, " "), c.words) || score < 0 || math.IsNaN(score) {
			t.Errorf("%s: %v %q (%.2f), want %s", c.say, got, said, score, c.want)
		}
	}
}

// Without siblings hardly anything is asked: the wide law stands in for them.
func TestAlone(t *testing.T) {
	for say, f := range map[string]Facts{
		"full":         {Studies: studied(300, 20, 280)},
		"late":         {Marks: Marks{Records: 100, Late: 60, Bulk: 60}, Marked: true},
		"a unit alone": {Studies: studied(40, 0, 40), Marks: Marks{Records: 40, Late: 40}, Marked: true},
	} {
		if leads, _ := Weigh(f, []Facts{f}); len(leads) > 0 {
			t.Errorf("%s: %+v", say, leads)
		}
	}
}

func TestModel(t *testing.T) {
	near := func(say string, got, want float64) {
		if math.Abs(got-want) > 1e-3*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: %.5f, want %.5f", say, got, want)
		}
	}
	near("3 or more of 4 heads", binomial(share{3, 4}, 0.5), 0.3125)
	near("none or more", binomial(share{0, 4}, 0.5), 1)
	near("a uniform law: 8 or more of 9", beta{0.5, 2}.tail(share{8, 9}), 0.2)
	near("the whole of a law", beta{0.3, 7}.tail(share{0, 50}), 1)
	near("a geometric law", rare(2, 1, 1), 0.25)
	near("no fewer than none", rare(0, 3, 2), 1)
	near("two of three coins", atLeast([]float64{0.5, 0.5, 0.5}, 2), 0.5)
	near("1.96 deviations", above(1.959964), 0.025)
	near("never beyond a million", weight(0), 6)
	near("certain", weight(1), 0)
	low, high := wilson(8, 10)
	near("Wilson low", low, 0.4902)
	near("Wilson high", high, 0.9433)
	law := fit([]share{{95, 100}, {93, 100}, {97, 100}, {94, 100}, {96, 100}, {95, 100}}, studying, force)
	if law.mean < 0.93 || law.mean > 0.97 || law.size < studying.size {
		t.Errorf("six alike: %+v", law)
	}
	if spread := fit([]share{{99, 100}, {60, 100}, {95, 100}, {30, 100}}, studying, force); spread.size > 10 {
		t.Errorf("four unlike: %+v", spread)
	}
}

func TestVeil(t *testing.T) {
	of := func(asked ...int64) (out []Factor) {
		for _, n := range asked {
			out = append(out, FactorOf(n/2, n))
		}
		return out
	}
	for _, c := range []struct {
		say   string
		whole int64
		parts []int64
		want  string
	}{
		{"all large", 22, []int64{10, 12}, "22: 10 12"},
		{"nobody asked", 0, []int64{0, 0}, "0: 0 0"},
		{"a small one hides the smallest other", 24, []int64{10, 12, 2}, "24: ? 12 ?"},
		{"two small ones hide each other", 18, []int64{10, 4, 4}, "18: 10 ? ?"},
		{"only small ones", 4, []int64{2, 2}, "?: ? ?"},
		{"people of the unit itself", 13, []int64{10}, "13: ?"},
	} {
		whole, parts := veil(FactorOf(0, c.whole), of(c.parts...))
		say := func(f Factor) string {
			if f.Hidden {
				return "?"
			}
			return number{N: f.Asked}.in("vi")
		}
		got := say(whole) + ":"
		for _, p := range parts {
			got += " " + say(p)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.say, got, c.want)
		}
	}
}

func TestOrder(t *testing.T) {
	row := func(u id.ID, k, n int64, kind string, over int64) Row {
		return Row{Unit: u, Factor: FactorOf(k, n), Timing: Timing{Kind: kind, Over: over}}
	}
	rows := []Row{row(1, 10, 10, "in_time", 0), row(2, 0, 0, "overdue", 5), row(3, 4, 8, "late", 3), row(4, 20, 40, "overdue", 9), row(5, 9, 10, "none", 0)}
	for by, want := range map[string]string{"factor": "43512", "time": "42315"} {
		order(rows, by)
		got := ""
		for _, r := range rows {
			got += number{N: int64(r.Unit)}.in("vi")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", by, got, want)
		}
	}
	for _, c := range []struct {
		due, first, now int64
		kind            string
	}{{0, 0, 5, "none"}, {0, 3, 5, "in_time"}, {10, 0, 5, "waiting"}, {10, 0, 10, "overdue"}, {10, 9, 20, "in_time"}, {10, 10, 20, "late"}} {
		if got := judge(c.due, c.first, c.now); got.Kind != c.kind {
			t.Errorf("due %d, sent %d, now %d: %s, want %s", c.due, c.first, c.now, got.Kind, c.kind)
		}
	}
}
