package duty

import (
	"testing"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func ms(s string) int64 {
	t, ok := clock.At(s)
	if !ok {
		panic(s)
	}
	return t.UnixMilli()
}

// A deadline of 20/7, three days of grace, frozen seven days after those.
func TestState(t *testing.T) {
	terms := TermsOf("2018-07-20", 3, 7)
	if terms != (Terms{ms("2018-07-21T00:00"), ms("2018-07-24T00:00"), ms("2018-07-31T00:00")}) {
		t.Fatalf("the clocks are %+v", terms)
	}
	for _, c := range []struct {
		name             string
		terms            Terms
		first, open, now string
		want             State
	}{
		{"a month before", terms, "", "", "2018-06-20T08:00", Waiting},
		{"three days before the day is over", terms, "", "", "2018-07-18T00:00", Soon},
		{"a minute before", terms, "", "", "2018-07-20T23:59", Soon},
		{"sent a minute before", terms, "2018-07-20T23:59", "", "2018-07-21T08:00", InTime},
		{"the day is over", terms, "", "", "2018-07-21T00:00", Grace},
		{"sent when the day is over", terms, "2018-07-21T00:00", "", "2018-07-21T08:00", InGrace},
		{"the last minute of grace", terms, "2018-07-23T23:59", "", "2018-08-21T08:00", InGrace},
		{"the grace is over", terms, "", "", "2018-07-24T00:00", Late},
		{"sent when the grace is over", terms, "2018-07-24T00:00", "", "2018-07-25T08:00", SentLate},
		{"frozen", terms, "", "", "2018-07-31T00:00", Frozen},
		{"opened again by the level above", terms, "", "2018-08-10T00:00", "2018-08-09T23:59", Late},
		{"and frozen again", terms, "", "2018-08-10T00:00", "2018-08-10T00:00", Frozen},
		{"sent after it was opened: late for good", terms, "2018-08-09T08:00", "2018-08-10T00:00", "2018-09-01T00:00", SentLate},
		{"in time, came back and was sent again a month later", terms, "2018-07-19T08:00", "", "2018-08-19T08:00", InTime},
		{"no deadline at all", Terms{}, "", "", "2018-08-19T08:00", Waiting},
		{"no deadline, sent", Terms{}, "2018-07-19T08:00", "", "2018-08-19T08:00", InTime},
		{"never frozen", TermsOf("2018-07-20", 0, 0), "", "", "2030-01-01T00:00", Late},
	} {
		at := func(s string) int64 {
			if s == "" {
				return 0
			}
			return ms(s)
		}
		if got := Of(c.terms, at(c.first), at(c.open), at(c.now)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Ten units, each in one way; the two rates keep their own denominators.
func TestTally(t *testing.T) {
	var all Tally
	for _, s := range []State{Waiting, Soon, Grace, Late, Frozen, InTime, InTime, InTime, InGrace, SentLate} {
		all.Add(s, 1)
	}
	want := Tally{Owed: 10, Sent: 5, InTime: 3, InGrace: 1, Late: 1, Missing: 3, Frozen: 1, Waiting: 2}
	if all != want {
		t.Errorf("%+v, want %+v", all, want)
	}
	if c, in := all.Complete(), all.Timely(); c.Num != 5 || c.Den != 10 || in.Num != 3 || in.Den != 8 {
		t.Errorf("complete %+v, timely %+v", c, in)
	}
	l := Line{State: InTime, Tally: all}
	if l.without(); l.Tally.Owed != 9 || l.Tally.InTime != 2 || l.Tally.Sent != 4 {
		t.Errorf("without itself: %+v", l.Tally)
	}
}

// Units are put in the order of timeliness, the worst first; those not yet judged come last.
func TestSort(t *testing.T) {
	ls := []Line{{Unit: 1, Tally: Tally{Owed: 2, Sent: 2, InTime: 2}}, {Unit: 2, Tally: Tally{Owed: 4, Sent: 3, InTime: 1, Late: 2, Missing: 1}},
		{Unit: 3, Tally: Tally{Owed: 5, Waiting: 5}}, {Unit: 4, Tally: Tally{Owed: 3, Sent: 1, InTime: 1, Missing: 2}}}
	for by, want := range map[string][]id.ID{"": {1, 2, 3, 4}, "time": {2, 4, 1, 3}, "missing": {4, 2, 1, 3}} {
		got := append([]Line{}, ls...)
		Sort(got, by)
		for i, l := range got {
			if l.Unit != want[i] {
				t.Errorf("by %q: place %d is unit %d, want %d", by, i, int64(l.Unit), int64(want[i]))
			}
		}
	}
}

// A unit tightens a deadline for its part of the tree; the tightest along the line holds.
func TestSweep(t *testing.T) {
	due := func(day string) Terms { return TermsOf(day, 0, 0) }
	w := sweep{[]span{{1, 20, "cell", due("2018-07-20")}, {1, 20, "district", due("2018-07-25")},
		{3, 9, "cell", due("2018-07-15")}, {4, 6, "cell", due("2018-07-18")}, {10, 12, "cell", due("2018-07-30")}}, map[string][]span{}}
	for _, c := range []struct {
		lo    int64
		level string
		day   string
	}{
		{2, "cell", "2018-07-20"}, {3, "cell", "2018-07-15"}, {5, "cell", "2018-07-15"}, {5, "district", "2018-07-25"},
		{8, "cell", "2018-07-15"}, {10, "cell", "2018-07-20"}, {11, "group", ""}, {19, "cell", "2018-07-20"}, {21, "cell", ""},
	} {
		got, owes := w.at(c.lo, c.level)
		if owes != (c.day != "") || owes && got != due(c.day) {
			t.Errorf("%s at %d: %v until %s, want %q", c.level, c.lo, owes, time.UnixMilli(got.Due), c.day)
		}
	}
}

func TestCheck(t *testing.T) {
	good := func() Duty {
		return Duty{Title: "Báo cáo tháng", Period: "month", From: "2018-06-01", To: "2018-06-30", Levels: []Level{{Level: "district", On: "2018-07-05", Grace: 3, Freeze: 7}}}
	}
	for _, c := range []struct {
		name   string
		change func(*Duty)
		field  string
	}{
		{"a good one", func(*Duty) {}, ""},
		{"without a name", func(d *Duty) { d.Title = "" }, "title"},
		{"of an unknown period", func(d *Duty) { d.Period = "week" }, "period"},
		{"of a campaign's kind", func(d *Duty) { d.Period = OfCampaign }, "period"},
		{"from no day", func(d *Duty) { d.From = "hôm qua" }, "from"},
		{"to no day", func(d *Duty) { d.To = "" }, "to"},
		{"ending before it begins", func(d *Duty) { d.To = "2018-05-31" }, "to"},
		{"from nobody", func(d *Duty) { d.Levels = nil }, "due"},
		{"from a level twice", func(d *Duty) { d.Levels = append(d.Levels, d.Levels[0]) }, "due_district"},
		{"due on no day", func(d *Duty) { d.Levels[0].On = "31/02" }, "due_district"},
		{"due before the period", func(d *Duty) { d.Levels[0].On = "2018-05-01" }, "due_district"},
		{"with a grace of a year", func(d *Duty) { d.Levels[0].Grace = 365 }, "grace"},
		{"frozen before it is due", func(d *Duty) { d.Levels[0].Freeze = -1 }, "freeze"},
	} {
		d := good()
		c.change(&d)
		err := d.Check()
		list := fault.List(err)
		if c.field == "" && err != nil || c.field != "" && (len(list) == 0 || list[0].Field != c.field) {
			t.Errorf("a duty %s: %v", c.name, err)
		}
	}
}

func TestReopenRules(t *testing.T) {
	if err := Ask(true, false); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{"not frozen": Ask(false, false), "asked twice": Ask(true, true), "decided twice": Decide(Reopening{Verdict: "open"}, 2)} {
		if fault.Of(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := Decide(Reopening{AskedBy: 2}, 2); fault.Of(err) != fault.Denied {
		t.Error("nobody opens their own report:", err)
	}
}
