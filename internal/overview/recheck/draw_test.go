package recheck

import (
	"fmt"
	"reflect"
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestAsk(t *testing.T) {
	for _, c := range []struct {
		says            string
		n, weight, want int64
	}{
		{"nobody is asked where nobody is", 0, 1, 0},
		{"one of one", 1, 1, 1},
		{"three of a cell of 24", 24, 1, 3},
		{"nine of a commune of 300", 300, 1, 9},
		{"fifty of 10,000", 10_000, 1, 50},
		{"three times as many where it is flagged", 300, 3, 27},
		{"never more than there are", 2, 4, 2},
		{"who rests is asked as usual when the lot falls on it", 24, 0, 3},
	} {
		if got := Ask(c.n, c.weight); got != c.want {
			t.Errorf("%s: %d", c.says, got)
		}
	}
}

func TestWeigh(t *testing.T) {
	for _, c := range []struct {
		says  string
		flag  int64
		asked bool
		want  int64
	}{
		{"the first report of a year always asks", 0, false, 1},
		{"who was asked this year rests", 0, true, 0},
		{"who is flagged does not rest", 2, true, 2},
		{"no flag weighs more than four", 99, false, 4},
	} {
		if got := Weigh(c.flag, c.asked); got != c.want {
			t.Errorf("%s: %d", c.says, got)
		}
	}
}

func stratum(unit id.ID, studied, missed, weight int64) Stratum {
	return Stratum{Unit: unit, Studied: studied, Missed: missed, Weight: weight}.sized()
}

func TestDraw(t *testing.T) {
	strata := []Stratum{stratum(1, 300, 20, 1), stratum(2, 24, 0, 1), stratum(3, 0, 4, 1)}
	a := Draw([]byte("secret"), "root", strata)
	if !reflect.DeepEqual(a, Draw([]byte("secret"), "root", strata)) {
		t.Error("the same secret, root and lists draw different people")
	}
	if reflect.DeepEqual(a, Draw([]byte("other"), "root", strata)) || reflect.DeepEqual(a, Draw([]byte("secret"), "roof", strata)) {
		t.Error("another secret or root draws the same people")
	}
	n, seen := map[string]int64{}, map[Pick]bool{}
	for _, p := range a {
		if seen[p] {
			t.Errorf("%v twice", p)
		}
		seen[p] = true
		n[fmt.Sprint(int64(p.Unit), p.Counted)]++
		if most := strata[p.Unit-1]; p.Place < 0 || p.Counted && p.Place >= most.Studied || !p.Counted && p.Place >= most.Missed {
			t.Errorf("%v is outside its list", p)
		}
	}
	if want := map[string]int64{"1 true": 9, "1 false": 3, "2 true": 3, "3 false": 1}; !reflect.DeepEqual(n, want) {
		t.Errorf("asked %v, want %v", n, want)
	}
}

// Every place is about as likely, whoever chooses the root: 4,000 draws of 3 of 24.
func TestDrawIsEven(t *testing.T) {
	var n [24]int
	for i := range 4000 {
		for _, p := range Draw([]byte("secret"), fmt.Sprint(i), []Stratum{stratum(7, 24, 0, 1)}) {
			n[p.Place]++
		}
	}
	for place, k := range n {
		if k < 400 || k > 600 { // 500 on the average, four and a half deviations
			t.Errorf("place %d was drawn %d times", place, k)
		}
	}
}

// Units that rest are asked by half of the roots; flagged ones by all, and more people of them.
func TestFlaggedAreAskedMore(t *testing.T) {
	rests, plain, flagged := 0, 0, 0
	for i := range 400 {
		for _, p := range Draw([]byte("secret"), fmt.Sprint(i), []Stratum{stratum(1, 24, 0, 0), stratum(2, 24, 0, 1), stratum(3, 24, 0, 3)}) {
			switch p.Unit {
			case 1:
				rests++
			case 2:
				plain++
			case 3:
				flagged++
			}
		}
	}
	if rests < 450 || rests > 750 || plain != 1200 || flagged != 3600 {
		t.Errorf("asked %d where it rests, %d plain, %d flagged", rests, plain, flagged)
	}
}

func TestLists(t *testing.T) {
	list := []someone{{5, true}, {900, false}, {901, true}}
	studied, missed := listed(written(list))
	if written(list) != "+5 895 +1" || !reflect.DeepEqual(studied, []id.ID{5, 901}) || !reflect.DeepEqual(missed, []id.ID{900}) {
		t.Errorf("%q %v %v", written(list), studied, missed)
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		says    string
		counted bool
		form    string
		said    Said
		want    string
	}{
		{"was there, same form, heard it", true, "in_person", Said{"yes", "in_person", "yes"}, "confirmed"},
		{"heard a part of it", true, "in_person", Said{"yes", "in_person", "partly"}, "confirmed"},
		{"television counts as online", true, "relay", Said{"yes", "online", "yes"}, "confirmed"},
		{"a make-up class was held in any form", true, "make_up", Said{"yes", "online", "yes"}, "confirmed"},
		{"was not there", true, "in_person", Said{There: "no"}, "denied"},
		{"in fact studied alone", true, "in_person", Said{"yes", "self_study", "yes"}, "denied"},
		{"in fact did not study", true, "in_person", Said{There: "yes", Form: "none"}, "denied"},
		{"heard nothing of it", true, "in_person", Said{"yes", "in_person", "no"}, "denied"},
		{"does not remember: not confirmed", true, "in_person", Said{There: "unsure"}, "skipped"},
		{"still being asked", true, "in_person", Said{There: "yes"}, ""},
		{"not asked yet", true, "in_person", Said{}, ""},
		{"the report says not studied, and so it was", false, "", Said{There: "no"}, "confirmed"},
		{"the report forgot somebody", false, "", Said{"yes", "in_person", "yes"}, "denied"},
		{"came by, did not study", false, "", Said{There: "yes", Form: "none"}, "confirmed"},
	} {
		if got := Judge(c.counted, c.form, c.said); got != c.want {
			t.Errorf("%s: %q", c.says, got)
		}
	}
}

func TestSaying(t *testing.T) {
	for _, c := range []struct {
		says, question, value string
		before, want          Said
		kind                  fault.Kind
	}{
		{"the first answer", "there", "yes", Said{}, Said{There: "yes"}, fine},
		{"the same again", "there", "yes", Said{There: "yes"}, Said{There: "yes"}, fine},
		{"another one afterwards", "there", "no", Said{There: "yes"}, Said{There: "yes"}, fault.Conflict},
		{"out of order", "heard", "yes", Said{There: "yes"}, Said{There: "yes"}, fault.Conflict},
		{"no such answer", "there", "perhaps", Said{}, Said{}, fault.Invalid},
		{"no such question", "why", "yes", Said{}, Said{}, fault.Invalid},
		{"nothing is left to ask", "form", "online", Said{There: "no"}, Said{There: "no"}, fault.Conflict},
	} {
		got, err := c.before.With(c.question, c.value)
		if got != c.want || kindOf(err) != c.kind {
			t.Errorf("%s: %v %v", c.says, got, err)
		}
	}
}

func TestVeil(t *testing.T) {
	for _, c := range []struct {
		says  string
		t     Total
		over  bool
		shown bool
	}{
		{"five answers are shown", Total{Asked: 5, Confirmed: 4, Denied: 1}, true, true},
		{"four would say too much", Total{Asked: 4, Confirmed: 4}, true, false},
		{"nothing before the end", Total{Asked: 50, Confirmed: 20}, false, false},
	} {
		if got := c.t.veiled(c.over); got.Shown != c.shown || !c.shown && got != (Total{Asked: c.t.Asked}) {
			t.Errorf("%s: %v", c.says, got)
		}
	}
	parts := []Part{{Total: Total{Asked: 3}}, {Total: Total{Asked: 9, Shown: true, Confirmed: 9}}, {Total: Total{Asked: 6, Shown: true, Confirmed: 6}}}
	shield(parts)
	if parts[2].Total.Shown || !parts[1].Total.Shown {
		t.Errorf("what one hidden part holds can be taken from the whole: %v", parts)
	}
	parts = []Part{{Total: Total{Asked: 1}}, {Total: Total{Asked: 1}}, {Total: Total{Asked: 7, Shown: true}}, {Total: Total{Asked: 8, Shown: true}}}
	if shield(parts); parts[2].Total.Shown || !parts[3].Total.Shown {
		t.Errorf("what two people said can be taken from the whole: %v", parts)
	}
	parts = []Part{{Total: Total{Asked: 3}}, {Total: Total{Asked: 3}}, {}, {Total: Total{Asked: 7, Shown: true}}}
	if shield(parts); !parts[3].Total.Shown {
		t.Errorf("six are enough to hide among: %v", parts)
	}
}
