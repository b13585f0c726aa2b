package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var levels = map[string]org.Level{
	"province": {Code: "province", Name: "Tỉnh", Rank: 20}, "district": {Code: "district", Name: "Huyện", Rank: 30, To: "2025-06-30"},
	"commune": {Code: "commune", Name: "Xã", Rank: 30, From: "2025-07-01"}, "grassroots": {Code: "grassroots", Name: "Cơ sở", Rank: 40},
	"cell": {Code: "cell", Name: "Chi bộ", Rank: 60},
}

// tree reads lines "id level parent people"; names are "Chi bộ mẫu 4".
func tree(lines ...string) Tree {
	t := Tree{Top: 1, Units: map[id.ID]org.Unit{}, People: map[id.ID]int64{}, Levels: levels, Later: map[id.ID]bool{}, Else: map[string]int64{}}
	for _, l := range lines {
		var u, parent id.ID
		var level string
		var n int64
		fmt.Sscan(l, (*int64)(&u), &level, (*int64)(&parent), &n)
		t.Units[u] = org.Unit{ID: u, Code: fmt.Sprint("M", int64(u)), Level: level, Parent: parent, Name: fmt.Sprint("Chi bộ mẫu ", int64(u)), Short: "x"}
		t.People[u] = n
	}
	t.Count = func(u id.ID, who Rule, not []Rule) (int64, error) {
		if len(who.Numbers) > 0 {
			return min(int64(len(who.Numbers)), t.People[u]), nil
		}
		return max(0, min(2, t.People[u]-2*int64(len(not)))), nil
	}
	return t
}

func small() Tree {
	return tree("1 province 0 1", "2 district 1 2", "3 district 1 0", "4 grassroots 2 3", "5 grassroots 3 5", "6 cell 4 10", "7 cell 4 20", "8 cell 5 30")
}

func fresh(u id.ID, level string, parent id.ID) *Fresh {
	return &Fresh{ID: u, Code: fmt.Sprint("M", int64(u)), Level: level, Name: fmt.Sprint("Đảng bộ mẫu ", int64(u)), Parent: parent}
}

func TestMake(t *testing.T) {
	ids := func(u ...id.ID) []id.ID { return u }
	for _, c := range []struct {
		say   string
		steps []Step
		want  string // key of the fault, or the tree after
	}{
		{"two communes become one below the province", []Step{{Kind: Merge, Units: ids(4, 5), New: fresh(20, "commune", 1)}}, "1 1>2 1>20 1>3 20>6 20>7 20>8"},
		{"a level ends", []Step{{Kind: Abolish, Level: "district"}}, "1 1>4 1>5 4>6 4>7 5>8"},
		{"into one that stands", []Step{{Kind: Dissolve, Units: ids(5), Into: 4}}, "1 1>2 1>3 2>4 4>6 4>7 4>8"},
		{"a cell goes elsewhere before its commune ends", []Step{{Kind: Move, Units: ids(6), Into: 5}, {Kind: Dissolve, Units: ids(4), Into: 1}}, "1 1>2 1>3 1>7 3>5 5>6 5>8"},
		{"a chain of receivers", []Step{{Kind: Dissolve, Units: ids(6), Into: 7}, {Kind: Dissolve, Units: ids(7), Into: 8}}, "1 1>2 1>3 2>4 3>5 5>8"},
		{"split by list", []Step{{Kind: Split, Units: ids(4), New: fresh(20, "grassroots", 0), Below: ids(7)}}, "1 1>2 1>3 20>7 2>20 2>4 3>5 4>6 5>8"},
		{"split by name", []Step{{Kind: Split, Units: ids(4), New: fresh(20, "grassroots", 0), Like: "CHI BO mẫu 7"}}, "1 1>2 1>3 20>7 2>20 2>4 3>5 4>6 5>8"},
		{"split people by birth", []Step{{Kind: Split, Units: ids(6), New: fresh(20, "cell", 0), Who: Rule{BornTo: "1970"}}}, "1 1>2 1>3 2>4 3>5 4>20 4>6 4>7 5>8"},
		{"renamed", []Step{{Kind: Rename, Units: ids(6), New: &Fresh{Name: "Chi bộ mới"}}}, "1 1>2 1>3 2>4 3>5 4>6 4>7 5>8"},

		{"nothing named", []Step{{Kind: Merge}}, "reorg.step_incomplete"},
		{"an unknown kind", []Step{{Kind: "burn", Units: ids(4)}}, "reorg.step_incomplete"},
		{"receiver and new unit", []Step{{Kind: Merge, Units: ids(4), Into: 5, New: fresh(20, "commune", 1)}}, "reorg.step_incomplete"},
		{"a new unit without a name", []Step{{Kind: Merge, Units: ids(4), New: &Fresh{ID: 20, Code: "X", Level: "commune"}}}, "reorg.new_incomplete"},
		{"a unit from elsewhere", []Step{{Kind: Dissolve, Units: ids(99), Into: 4}}, "reorg.not_here"},
		{"ended twice", []Step{{Kind: Dissolve, Units: ids(6), Into: 7}, {Kind: Dissolve, Units: ids(6), Into: 8}}, "reorg.ended_twice"},
		{"into what ended", []Step{{Kind: Dissolve, Units: ids(6), Into: 7}, {Kind: Dissolve, Units: ids(8), Into: 6}}, "reorg.ended_twice"},
		{"into itself", []Step{{Kind: Dissolve, Units: ids(4), Into: 6}}, "reorg.into_itself"},
		{"the top ends", []Step{{Kind: Dissolve, Units: ids(1), Into: 4}}, "reorg.top_ends"},
		{"the top moves", []Step{{Kind: Move, Units: ids(1), Into: 4}}, "reorg.top_ends"},
		{"a circle", []Step{{Kind: Move, Units: ids(2), Into: 4}}, "reorg.cycle"},
		{"a circle of two moves", []Step{{Kind: Move, Units: ids(4), Into: 5}, {Kind: Move, Units: ids(5), Into: 6}}, "reorg.cycle"},
		{"two parents on one day", []Step{{Kind: Move, Units: ids(6), Into: 5}, {Kind: Move, Units: ids(6), Into: 3}}, "reorg.moved_twice"},
		{"where it is already", []Step{{Kind: Move, Units: ids(6), Into: 4}}, "reorg.same_parent"},
		{"upside down", []Step{{Kind: Move, Units: ids(5), Into: 6}}, "reorg.level_upside"},
		{"a level that is over", []Step{{Kind: Merge, Units: ids(4, 5), New: fresh(20, "district", 1)}}, "reorg.level_closed"},
		{"a level that never was", []Step{{Kind: Merge, Units: ids(4, 5), New: fresh(20, "galaxy", 1)}}, "reorg.level_closed"},
		{"a code that stands", []Step{{Kind: Merge, Units: ids(4, 5), New: &Fresh{ID: 20, Code: "M6", Level: "commune", Name: "x", Parent: 1}}}, "reorg.code_taken"},
		{"the same unit twice new", []Step{{Kind: Merge, Units: ids(4), New: fresh(20, "commune", 1)}, {Kind: Merge, Units: ids(5), New: &Fresh{ID: 20, Code: "Z", Level: "commune", Name: "x", Parent: 1}}}, "reorg.new_twice"},
		{"what begins does not end", []Step{{Kind: Merge, Units: ids(4), New: fresh(20, "commune", 1)}, {Kind: Dissolve, Units: ids(20), Into: 5}}, "reorg.begun_ends"},
		{"split of nobody", []Step{{Kind: Split, Units: ids(4), New: fresh(20, "grassroots", 0)}}, "reorg.split_nobody"},
		{"split of what is not below", []Step{{Kind: Split, Units: ids(4), New: fresh(20, "grassroots", 0), Below: ids(8)}}, "reorg.not_below"},
		{"split after a merge", []Step{{Kind: Dissolve, Units: ids(6), Into: 7}, {Kind: Split, Units: ids(7), New: fresh(20, "cell", 0), Who: Rule{BornTo: "1970"}}}, "reorg.split_mixed"},
		{"numbers that are not there", []Step{{Kind: Split, Units: ids(4), New: fresh(20, "grassroots", 0), Who: Rule{Numbers: []string{"1", "2", "3", "4"}}}}, "reorg.numbers_missing"},
		{"years that are none", []Step{{Kind: Split, Units: ids(4), New: fresh(20, "grassroots", 0), Who: Rule{BornTo: "12"}}}, "reorg.bad_year"},
		{"no such level", []Step{{Kind: Abolish, Level: "galaxy"}}, "reorg.no_level"},
		{"the top's own level", []Step{{Kind: Abolish, Level: "province"}}, "reorg.top_ends"},
		{"renamed twice", []Step{{Kind: Rename, Units: ids(6), New: &Fresh{Name: "a"}}, {Kind: Rename, Units: ids(6), New: &Fresh{Name: "b"}}}, "reorg.renamed_twice"},
		{"renamed to what it is", []Step{{Kind: Rename, Units: ids(6), New: &Fresh{Name: "Chi bộ mẫu 6"}}}, "reorg.nothing_new"},
		{"what has a last day receives nothing", []Step{{Kind: Dissolve, Units: ids(6), Into: 9}}, "reorg.has_end"},
		{"control letters", []Step{{Kind: Rename, Units: ids(6), New: &Fresh{Name: "a\x00b"}}}, "web.not_text"},
		{"too long", []Step{{Kind: Rename, Units: ids(6), New: &Fresh{Name: strings.Repeat("a", 301)}}}, "web.too_long"},
	} {
		tr := small()
		if c.want == "reorg.has_end" {
			tr.Units[9] = org.Unit{ID: 9, Code: "M9", Level: "cell", Parent: 4, Name: "Chi bộ mẫu 9", To: "2025-12-31"}
		}
		e, err := Make(tr, "2025-07-01", c.steps)
		got := after(tr, e)
		if err != nil {
			got = fault.Key(err)
			if f := fault.List(err)[0]; !strings.HasPrefix(f.Field, "step") || f.Kind != fault.Invalid {
				t.Errorf("%s: blames %q", c.say, f.Field)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.say, got, c.want)
		}
		if err == nil && (e.Before != e.After || e.Before != 71) {
			t.Errorf("%s: %d people, then %d", c.say, e.Before, e.After)
		}
	}
}

// after prints the tree that an effect leaves, built from the effect alone.
func after(t Tree, e Effect) string {
	parent := map[id.ID]id.ID{}
	for u, unit := range t.Units {
		parent[u] = unit.Parent
	}
	for _, c := range e.Begins {
		parent[c.Unit.ID] = c.Unit.Parent
	}
	for _, m := range e.Moves {
		parent[m.Unit] = m.To
	}
	for _, c := range e.Ends {
		delete(parent, c.Unit.ID)
	}
	var out []string
	for u, p := range parent {
		if p == 0 {
			out = append(out, fmt.Sprint(int64(u)))
		} else {
			out = append(out, fmt.Sprintf("%d>%d", p, u))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestFlowsAndSight(t *testing.T) {
	e, err := Make(small(), "2025-07-01", []Step{
		{Kind: Split, Units: []id.ID{6}, New: fresh(20, "cell", 0), Who: Rule{BornTo: "1970"}},
		{Kind: Dissolve, Units: []id.ID{6}, Into: 8},
		{Kind: Move, Units: []id.ID{7}, Into: 5},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Flows) != 2 || e.Flows[0].To != 20 || e.Flows[0].People != 2 || !e.Flows[1].All || e.Flows[1].To != 8 || e.Flows[1].People != 8 {
		t.Errorf("who fits goes first, the rest last: %+v", e.Flows)
	}
	if e.Lost[2] != 28 || e.Lost[4] != 28 || e.Seen[5] != 8 || e.Gained[5] != 20 || e.Lost[1] != 0 {
		t.Errorf("sight: lost %v, seen %v, gained %v", e.Lost, e.Seen, e.Gained)
	}
	if into := e.Into(6); !slices.Equal(into, []id.ID{20, 8}) {
		t.Errorf("successors: %v", into)
	}
}

// Whatever steps come in whatever order: either they are refused, or everybody is still
// there, every unit stands under one that stands, and there is no circle.
func TestAnySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr, steps := anyTree(t), []Step(nil)
		n := int64(len(tr.Units))
		one := func(name string) id.ID { return id.ID(rapid.Int64Range(1, n).Draw(t, name)) }
		for i := range rapid.IntRange(1, 6).Draw(t, "steps") {
			f := fresh(id.ID(n+int64(i)+1), rapid.SampledFrom([]string{"commune", "grassroots", "cell"}).Draw(t, "level"), one("parent"))
			s := Step{Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), Units: []id.ID{one("unit")}}
			switch s.Kind {
			case Merge:
				if s.Units = append(s.Units, one("second")); rapid.Bool().Draw(t, "new") {
					s.New = f
				} else {
					s.Into = one("into")
				}
			case Split:
				s.New, s.Like, s.Who = f, rapid.SampledFrom([]string{"", "mẫu 1", "mẫu"}).Draw(t, "like"), Rule{BornTo: "1970"}
			case Move, Dissolve:
				s.Into = one("into")
			case Rename:
				s.New = &Fresh{Name: "Tên mới"}
			default:
				s.Units, s.Level = nil, "district"
			}
			steps = append(steps, s)
			if _, err := Make(tr, "2025-07-01", steps); err != nil {
				steps = steps[:len(steps)-1] // what is refused never happens; the rest must hold
			}
		}
		e, err := Make(tr, "2025-07-01", steps)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, tr, e)
	})
}

func anyTree(t *rapid.T) Tree {
	rungs := []string{"province", "district", "grassroots", "cell"}
	lines, at := []string{"1 province 0 1"}, []int{0}
	for u := 2; u <= rapid.IntRange(4, 14).Draw(t, "units"); u++ {
		p := rapid.IntRange(1, u-1).Draw(t, "above")
		l := min(at[p-1]+rapid.IntRange(0, 2).Draw(t, "down"), 3)
		at = append(at, max(l, 1))
		lines = append(lines, fmt.Sprintf("%d %s %d %d", u, rungs[max(l, 1)], p, rapid.IntRange(0, 9).Draw(t, "people")))
	}
	return tree(lines...)
}

func holds(t *rapid.T, tr Tree, e Effect) {
	if e.Before != e.After {
		t.Fatalf("%d people became %d", e.Before, e.After)
	}
	parent := map[id.ID]id.ID{}
	for edge := range strings.FieldsSeq(after(tr, e)) {
		var p, u id.ID
		if n, _ := fmt.Sscanf(edge, "%d>%d", (*int64)(&p), (*int64)(&u)); n == 2 {
			if parent[u] != 0 {
				t.Fatalf("%d has two parents", u)
			}
			parent[u] = p
		}
	}
	for u, p := range parent {
		if _, stands := parent[p]; !stands && p != tr.Top {
			t.Fatalf("%d stands under %d, which does not", u, p)
		}
		steps := 0
		for up := u; up != tr.Top; up = parent[up] {
			if steps++; steps > 100 {
				t.Fatalf("%d stands in a circle", u)
			}
		}
	}
	moved := map[id.ID]int64{}
	for _, f := range e.Flows {
		moved[f.From] += f.People
		if f.People < 0 {
			t.Fatalf("a flow of %d", f.People)
		}
	}
	for _, c := range e.Ends {
		if moved[c.Unit.ID] != tr.People[c.Unit.ID] {
			t.Fatalf("%d ends with %d people, %d go", c.Unit.ID, tr.People[c.Unit.ID], moved[c.Unit.ID])
		}
		if len(e.Into(c.Unit.ID)) == 0 {
			t.Fatalf("%d ends without a successor", c.Unit.ID)
		}
	}
}
