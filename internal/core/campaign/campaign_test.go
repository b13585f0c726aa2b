package campaign

import (
	"slices"
	"testing"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

func TestDue(t *testing.T) {
	before := Due{On: "2018-07-20"}
	if before.Last() != "2018-07-19" || clock.Day(before.End()) != "2018-07-20" {
		t.Error("before 20/7 ends with 19/7:", before.Last(), before.End())
	}
	until := Due{On: "2018-07-20", Inclusive: true}
	if until.Last() != "2018-07-20" || clock.Day(until.End()) != "2018-07-21" {
		t.Error("until 20/7 includes it:", until.Last(), until.End())
	}
}

func TestEffective(t *testing.T) {
	dues := []Due{{1, "grassroots", "2018-07-25", false}, {2, "grassroots", "2018-07-22", false}, {3, "grassroots", "2018-07-01", false}, {1, "district", "2018-07-20", false}}
	for _, c := range []struct {
		name  string
		chain []id.ID
		level string
		want  string
	}{
		{"the order itself", []id.ID{1}, "grassroots", "2018-07-25"},
		{"tightened on the way down", []id.ID{1, 2, 9}, "grassroots", "2018-07-22"},
		{"a neighbour's is not ours", []id.ID{1, 4}, "grassroots", "2018-07-25"},
		{"another level", []id.ID{1, 2}, "district", "2018-07-20"},
		{"no deadline", []id.ID{1, 2}, "cell", ""},
	} {
		if d, _ := Effective(dues, c.chain, c.level); d.On != c.want {
			t.Errorf("%s: %s", c.name, d.On)
		}
	}
}

func TestTighten(t *testing.T) {
	given := Due{Level: "grassroots", On: "2018-07-25"}
	for _, c := range []struct {
		name string
		has  bool
		wish Due
		key  string
	}{
		{"earlier", true, Due{Level: "grassroots", On: "2018-07-22"}, ""},
		{"the same", true, given, ""},
		{"until the last day is the same as before the next", true, Due{Level: "grassroots", On: "2018-07-24", Inclusive: true}, ""},
		{"until the 25th is a day looser than before it", true, Due{Level: "grassroots", On: "2018-07-25", Inclusive: true}, "campaign.looser"},
		{"later", true, Due{Level: "grassroots", On: "2018-07-26"}, "campaign.looser"},
		{"before the start", true, Due{Level: "grassroots", On: "2018-06-01"}, "campaign.before_start"},
		{"for a level without one", false, Due{Level: "cell", On: "2018-07-22"}, "campaign.level_without_deadline"},
	} {
		if err := Tighten(given, c.has, c.wish, "2018-06-26"); (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestCheck(t *testing.T) {
	sound := func() Campaign {
		return Campaign{Title: "Đợt", StartsOn: "2018-06-26", Rounding: "half_up", Documents: []id.ID{1},
			Audiences: Usual(func(k string) string { return k }), Dues: []Due{{1, "district", "2018-07-20", false}}}
	}
	for _, c := range []struct {
		name   string
		change func(*Campaign)
		field  string
	}{
		{"sound", func(*Campaign) {}, ""},
		{"without documents", func(c *Campaign) { c.Documents = nil }, "documents"},
		{"nobody but masses", func(c *Campaign) { c.Audiences = c.Audiences[3:] }, "audiences"},
		{"masses counted as persons", func(c *Campaign) { c.Audiences[3].Counted = "person" }, "audiences"},
		{"without deadlines", func(c *Campaign) { c.Dues = nil }, "dues"},
		{"due before it starts", func(c *Campaign) { c.Dues[0].On = "2018-06-26" }, "due_district"},
		{"one level twice", func(c *Campaign) { c.Dues = append(c.Dues, c.Dues[0]) }, "due_district"},
	} {
		x := sound()
		c.change(&x)
		got := ""
		if fs := fault.List(x.Check()); len(fs) > 0 {
			got = fs[0].Field
		}
		if got != c.field {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestUsualDues(t *testing.T) {
	level := func(code string, rank int64) LevelCount { return LevelCount{Level: code, Rank: rank} }
	got := UsualDues([]LevelCount{level("district", 30), level("equivalent", 30), level("grassroots", 40), level("cell", 60)}, "2018-06-26")
	want := []Due{{0, "district", "2018-07-20", false}, {0, "equivalent", "2018-07-20", false}, {0, "grassroots", "2018-07-25", false}}
	if !slices.Equal(got, want) {
		t.Errorf("the order of 2018: %v", got)
	}
	if got := UsualDues(nil, "2018-06-26"); len(got) != 0 {
		t.Error("nothing below:", got)
	}
}

func TestVerdict(t *testing.T) {
	given := Due{Level: "cell", On: "2018-07-25"}
	for _, c := range []struct {
		name string
		ours Due
		want string
	}{
		{"as given", given, "ok"},
		{"until the day before is the same", Due{On: "2018-07-24", Inclusive: true}, "ok"},
		{"earlier", Due{On: "2018-07-24"}, "info"},
		{"until the very day is looser", Due{On: "2018-07-25", Inclusive: true}, "late"},
	} {
		if kind, _, _ := verdict(ui.Page{}, given, c.ours); kind != c.want {
			t.Errorf("%s: %s", c.name, kind)
		}
	}
}

func TestBinding(t *testing.T) {
	owed := func(level string, rank int64, on string, mine bool) Owed {
		return Owed{Due: Due{Level: level, On: on}, Rank: rank, Mine: mine}
	}
	dues := []Owed{owed("district", 30, "2018-07-20", false), owed("grassroots", 40, "2018-07-25", false)}
	for _, c := range []struct {
		name string
		v    Standing
		want string
	}{
		{"its own level's", Standing{Rank: 40, Dues: []Owed{dues[0], owed("grassroots", 40, "2018-07-22", true)}}, "2018-07-22"},
		{"a cell by the level above it", Standing{Rank: 60, Dues: dues}, "2018-07-25"},
		{"the owner by none", Standing{Rank: 20, Dues: dues}, ""},
	} {
		if d, _ := binding(c.v); d.On != c.want {
			t.Errorf("%s: %s", c.name, d.On)
		}
	}
}

// A code says where its holder stands, and is read back to that alone.
func TestCode(t *testing.T) {
	c, other := CipherOf(7), CipherOf(8)
	seen := map[string]bool{}
	for lo := range int64(50) {
		for n := range int64(50) {
			code := c.Code(lo, n*n*9000)
			gotLo, gotN, ok := c.Place(code)
			if len(code) != 9 || seen[code] || !ok || gotLo != lo || gotN != n*n*9000 {
				t.Fatalf("%d, %d: %s is read as %d, %d", lo, n, code, gotLo, gotN)
			}
			seen[code] = true
		}
	}
	if lo, n, ok := other.Place(c.Code(3, 4)); ok && lo == 3 && n == 4 {
		t.Error("another campaign's key opens the code")
	}
	for _, bad := range []string{"", "22222222", "2222222222", "22222222O", "ZZZZZZZZZ", "đđđđ"} {
		if _, _, ok := c.Place(bad); ok {
			t.Errorf("%q is taken for a code", bad)
		}
	}
}
