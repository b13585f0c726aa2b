package marking

import (
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

func TestSettle(t *testing.T) {
	m := func(nth, points int64) Mark { return Mark{Nth: nth, Points: points} }
	for _, c := range []struct {
		name           string
		second         bool
		marks          []Mark
		points         int64
		done, disputed bool
	}{
		{"none", false, nil, 0, false, false},
		{"one is enough", false, []Mark{m(1, 70)}, 70, true, false},
		{"one of two", true, []Mark{m(1, 70)}, 0, false, false},
		{"two that agree: the mean, half up", true, []Mark{m(1, 70), m(2, 85)}, 78, true, false},
		{"two at the bound", true, []Mark{m(1, 50), m(2, 70)}, 60, true, false},
		{"two above it", true, []Mark{m(1, 50), m(2, 71)}, 0, false, true},
		{"the third decides", true, []Mark{m(1, 50), m(2, 90), m(3, 65)}, 65, true, false},
	} {
		if p, done, disputed := Settle(c.second, c.marks, 20); p != c.points || done != c.done || disputed != c.disputed {
			t.Errorf("%s: %d %v %v", c.name, p, done, disputed)
		}
	}
}

func TestTurn(t *testing.T) {
	me, you := access.Actor{Account: 1}, access.Actor{Account: 2}
	by := func(nth int64, a access.Actor) Mark { return Mark{Nth: nth, Account: a.Account} }
	handed, second := essay.Essay{State: "handed"}, essay.Essay{State: "handed", Second: true}
	disputed := essay.Essay{State: "handed", Second: true, Disputed: true}
	for _, c := range []struct {
		name  string
		t     essay.Task
		e     essay.Essay
		marks []Mark
		own   bool
		want  int64
		kind  fault.Kind
	}{
		{"the first", essay.Task{}, handed, nil, false, 1, -1},
		{"one's own", essay.Task{}, handed, nil, true, 0, fault.Denied},
		{"mending one's mark", essay.Task{}, essay.Essay{State: "marked"}, []Mark{by(1, me)}, false, 1, -1},
		{"mending it once results are out", essay.Task{Released: 1}, essay.Essay{State: "marked"}, []Mark{by(1, me)}, false, 0, fault.Conflict},
		{"another marked it", essay.Task{}, essay.Essay{State: "marked"}, []Mark{by(1, you)}, false, 0, fault.Conflict},
		{"the second", essay.Task{}, second, []Mark{by(1, you)}, false, 2, -1},
		{"not the second of one's own first", essay.Task{}, second, []Mark{by(1, me)}, false, 1, -1},
		{"the third", essay.Task{}, disputed, []Mark{by(1, you), by(2, access.Actor{Account: 3})}, false, 3, -1},
		{"not the third after being the second", essay.Task{}, disputed, []Mark{by(1, you), by(2, me)}, false, 0, fault.Conflict},
		{"being rewritten", essay.Task{}, essay.Essay{State: "returned"}, nil, false, 0, fault.Conflict},
	} {
		got, err := Turn(c.t, c.e, c.marks, c.own, me)
		if got != c.want || (err == nil) != (c.kind == -1) || err != nil && fault.Of(err) != c.kind {
			t.Errorf("%s: %d %v", c.name, got, err)
		}
	}
}

func TestTenths(t *testing.T) {
	for s, want := range map[string]int64{"3": 30, "3,5": 35, " 0.5 ": 5, "10": 100, "": -1, "3,55": -1, "-1": -1, "x": -1, "3,": -1, "9999999999999": -1} {
		got, ok := Tenths(s)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
	if Points("vi", 75) != "7,5" || Points("en", 75) != "7.5" || Points("vi", 80) != "8" {
		t.Error("points as people write them")
	}
}

func TestLocate(t *testing.T) {
	body := "Một hai ba.\n\nHai ba bốn, hai ba."
	for _, c := range []struct {
		quote      string
		hint       int64
		start, end int64
		ok         bool
	}{
		{"hai ba", 0, 4, 10, true}, {"hai ba", 99, 25, 31, true}, {"ba. Hai", 0, 8, 16, true}, {"ba.\nHai", 0, 8, 16, true}, {"năm", 0, 0, 0, false}, {"  ", 0, 0, 0, false},
	} {
		start, end, ok := Locate(body, c.quote, c.hint)
		if start != c.start || end != c.end || ok != c.ok {
			t.Errorf("%q near %d: %d..%d %v", c.quote, c.hint, start, end, ok)
		}
	}
}

// Pieces put together are the text again, whatever the remarks.
func FuzzPieces(f *testing.F) {
	f.Add("Một hai\n\nba bốn", int64(1), int64(4), int64(3), int64(12))
	f.Fuzz(func(t *testing.T, body string, a, b, c, d int64) {
		r := []rune(body)
		list := []Comment{{Start: a, End: b}, {Start: c, End: d}}
		out := ""
		for _, p := range Pieces(r, 0, int64(len(r)), list) {
			for _, x := range p {
				out += x.Text
			}
			out += "\n"
		}
		want := ""
		for _, l := range essay.Lines(string(r)) {
			want += l + "\n"
		}
		if out != want {
			t.Errorf("%q became %q", want, out)
		}
	})
}

func TestSum(t *testing.T) {
	task := essay.Task{Criteria: []essay.Criterion{{Ord: 1, Points: 6}, {Ord: 2, Points: 4}}}
	if n, err := Sum(task, []Score{{1, 55}, {2, 40}}); err != nil || n != 95 {
		t.Error(n, err)
	}
	for name, bad := range map[string][]Score{"too much": {{1, 61}, {2, 0}}, "one missing": {{1, 10}}, "twice": {{1, 10}, {1, 10}}, "unknown": {{1, 1}, {2, 1}, {3, 1}}, "below zero": {{1, -1}, {2, 1}}} {
		if _, err := Sum(task, bad); fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if Code(id.New()) == "" {
		t.Error("no code")
	}
}
