package presence

import (
	"fmt"
	"testing"
	"time"

	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var half7 = time.Date(2018, 7, 19, 0, 30, 0, 0, time.UTC).UnixMilli()

func TestMoments(t *testing.T) {
	s := meeting.Session{Starts: half7, Ends: half7 + 240*minute}
	for _, c := range []struct {
		says string
		n    int
		now  int64
		ends int64
		want string
		key  string
	}{
		{"one, long before", 1, half7 - 600*minute, 240, "[[10 225]]", ""},
		{"two, never open together", 2, half7 - 600*minute, 240, "[[10 112] [117 225]]", ""},
		{"one, in the middle of the session", 1, half7 + 120*minute, 240, "[[121 225]]", ""},
		{"one, too late", 1, half7 + 220*minute, 240, "[]", "presence.no_room"},
		{"two in a short session", 2, half7 - minute, 40, "[]", "presence.no_room"},
		{"one in a short session", 1, half7 - minute, 40, "[[10 25]]", ""},
	} {
		s.Ends = half7 + c.ends*minute
		spans, err := parts(s, c.n, c.now)
		got := [][2]int64{}
		for _, x := range spans {
			got = append(got, [2]int64{(x[0] - half7) / minute, (x[1] - half7) / minute})
		}
		if fmt.Sprint(got) != c.want || c.key != "" && fault.Key(err) != c.key || c.key == "" && err != nil {
			t.Errorf("%s: %v %v", c.says, got, err)
		}
	}
	seen := map[int64]bool{}
	for i := range 400 {
		at := MomentOf([]byte{byte(i), byte(i >> 8)}, half7, half7+10*minute)
		if at < half7 || at > half7+10*minute || at%1000 != 0 {
			t.Fatal(at)
		}
		seen[(at-half7)/minute] = true
	}
	if len(seen) < 10 {
		t.Errorf("moments fall on %d of ten minutes", len(seen))
	}
}

func TestRoom(t *testing.T) {
	for _, c := range []struct {
		says string
		have []Call
		n    int
		key  string
	}{
		{"the first", nil, 1, ""},
		{"two at once", nil, 2, ""},
		{"a second when the first is over", []Call{{State: "over"}}, 1, ""},
		{"two more", []Call{{State: "over"}}, 2, "presence.enough"},
		{"a third", []Call{{State: "over"}, {State: "waiting"}}, 1, "presence.enough"},
		{"while one is open", []Call{{State: "open"}}, 1, "presence.is_open"},
	} {
		if err := room(c.have, c.n, half7); c.key == "" && err != nil || c.key != "" && fault.Key(err) != c.key {
			t.Errorf("%s: %v", c.says, err)
		}
	}
}

// What is told of answers is totals, and nothing that leads to one person.
func TestFold(t *testing.T) {
	site := func(ord, n int64) Count {
		return Count{Site: id.ID(ord + 1), Name: fmt.Sprint(ord), Ord: ord, Answered: n, Of: n + 2}
	}
	for _, c := range []struct {
		says     string
		state    string
		sites    []Count
		answered int64
		want     string
	}{
		{"nothing while people answer", "open", []Count{site(0, 40)}, 40, "0 false 0 []"},
		{"sites in their order", "over", []Count{site(0, 40), site(1, 50)}, 90, "90 false 0 [0:40 1:50]"},
		{"few are not told", "over", []Count{site(0, 3)}, 3, "0 true 1 []"},
		{"one small site hides another, lest it be what is missing from the whole", "over", []Count{site(0, 40), site(1, 3), site(2, 9)}, 52, "52 false 2 [0:40]"},
		{"two small sites hide each other", "over", []Count{site(0, 40), site(1, 3), site(2, 2)}, 45, "45 false 2 [0:40]"},
	} {
		f := fold(Call{State: c.state}, c.sites, c.answered, 100)
		shown := []string{}
		for _, x := range f.Sites {
			shown = append(shown, fmt.Sprint(x.Name, ":", x.Answered))
		}
		if got := fmt.Sprint(f.Answered, f.Few, f.Hidden, shown); got != c.want {
			t.Errorf("%s: %s, want %s", c.says, got, c.want)
		}
	}
}

func TestShown(t *testing.T) {
	c := Call{State: "waiting", Drawn: true, Opens: 5, Ends: 9, seed: []byte("x"), Promise: PromiseOf([]byte("x"))}
	if got := shown(c, true); got.Opens != 0 || got.Ends != 0 || got.Code != "" || got.Seed != "" {
		t.Errorf("of a moment to come is told %+v", got)
	}
	c.State = "open"
	if got := shown(c, false); got.Code != "" || got.Seed != "" {
		t.Errorf("to who does not call it out is told %+v", got)
	}
	if got := shown(c, true); len(got.Code) != 4 || got.Seed != "" {
		t.Errorf("to who calls it out is told %+v", got)
	}
	c.State = "over"
	if got := shown(c, true); got.Seed != "78" || got.Code != "" {
		t.Errorf("when it is over is told %+v", got)
	}
	if markOf([]byte("veil"), 7) == markOf([]byte("veil"), 8) || markOf([]byte("veil"), 7) == markOf([]byte("other"), 7) {
		t.Error("marks do not tell people and codes apart")
	}
}
