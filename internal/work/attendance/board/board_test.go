package board

import (
	"testing"
	"time"
)

func TestState(t *testing.T) {
	h := Hours{Opens: begin.Add(-time.Hour).UnixMilli(), Starts: begin.UnixMilli(), Ends: begin.Add(4 * time.Hour).UnixMilli()}
	none, some := Count{}, people(20)
	for _, c := range []struct {
		name     string
		count    Count
		expected int64
		last     time.Duration // from the beginning
		now      time.Duration
		want     string
	}{
		{"the evening before", none, 60, 0, -12 * time.Hour, Wait},
		{"doors open, nobody yet", none, 60, 0, -30 * time.Minute, Wait},
		{"a moment before the beginning", none, 60, 0, -time.Millisecond, Wait},
		{"it begins and nothing came", none, 60, 0, 0, Missing},
		{"over, and nothing ever came", none, 60, 0, 5 * time.Hour, Missing},
		{"the first ones, early", some, 60, -40 * time.Minute, -39 * time.Minute, Live},
		{"five minutes of silence still receive", some, 60, 0, 5 * time.Minute, Live},
		{"a moment more is quiet", some, 60, 0, 5*time.Minute + time.Millisecond, Quiet},
		{"everybody announced is there", people(60), 60, 0, time.Minute, Done},
		{"more than announced", people(61), 60, 0, time.Minute, Done},
		{"lượt stand for no delegate", Count{Persons: 20, Heads: 40, Grades: [5]int64{0, 20}}, 60, 0, time.Minute, Live},
		{"nothing announced is never full", some, 0, 0, time.Minute, Live},
		{"lượt alone are something", Count{Heads: 5}, 0, 0, time.Minute, Live},
		{"over", some, 60, 0, 4*time.Hour + time.Millisecond, Done},
		{"the last minute", some, 60, 4*time.Hour - time.Minute, 4 * time.Hour, Live},
		{"a device whose records came from ahead", some, 60, 10 * time.Minute, 0, Live},
	} {
		if got := h.State(c.count, c.expected, begin.Add(c.last).UnixMilli(), begin.Add(c.now).UnixMilli()); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSumsAreTheirParts(t *testing.T) {
	a := Sum{Count: people(20), Expected: 60, Sites: 1, States: [5]int64{1}, Unsent: 2}
	b := Sum{Count: Count{Persons: 3, Grades: [5]int64{1, 0, 0, 0, 2}, Heads: 7}, Expected: 10, Sites: 2, States: [5]int64{0, 1, 0, 0, 1}}
	if got := a.Add(b).Less(b); got != a {
		t.Errorf("%+v, want %+v", got, a)
	}
	all := a.Add(b)
	if all.Begun() != 2 || all.In(Missing) != 1 || all.Count.Persons != 23 || all.Count.Heads != 7 {
		t.Errorf("%+v", all)
	}
}

func TestCountersComeApart(t *testing.T) {
	const most = 1<<20 - 1
	if c := counted(most<<40|2<<20|3, 4<<20|5, 6_000_000); c != (Count{Persons: most + 14, Grades: [5]int64{most, 2, 3, 4, 5}, Heads: 6_000_000}) {
		t.Errorf("%+v", c)
	}
}
