package batch

import "testing"

func TestDay(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"07/02/1970", "1970-02-07"}, {"7-2-1970", "1970-02-07"}, {"1970-02-07", "1970-02-07"}, {"1970-02-07 00:00", "1970-02-07"},
		{"25569", "1970-01-01"}, {"7/2/70", "1970-02-07"}, {"07.02.05", "2005-02-07"}, {"7-2-99", "1999-02-07"}, {"46060", "2026-02-07"}, {"31/02/1970", ""}, {"1970", ""}, {"", ""}, {"hôm qua", ""}, {"9999999", ""},
	} {
		got, ok := Day(c.typed)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q is %q %v, want %q", c.typed, got, ok, c.want)
		}
	}
}

func TestResultKeepsEveryWrongRow(t *testing.T) {
	r := &Result{Count: map[Verdict]int{}}
	for i := range 1000 {
		r.Add(Row{Number: i, Verdict: New})
		r.Add(Row{Number: i, Verdict: Bad})
	}
	if len(r.Of(New)) != keepGood || len(r.Of(Bad)) != 1000 || r.Total != 2000 || r.Fresh() != 1000 || r.Wrong() != 1000 {
		t.Errorf("%d %d %+v", len(r.Of(New)), len(r.Of(Bad)), r.Count)
	}
	for _, c := range []struct {
		say  string
		o    Options
		want bool
	}{
		{"wrong rows stop the file", Options{}, false},
		{"unless the good ones are wanted alone", Options{Good: true}, true},
		{"a dry run applies nothing", Options{Good: true, DryRun: true}, false},
	} {
		if got := r.May(c.o); got != c.want {
			t.Errorf("%s: %v", c.say, got)
		}
	}
}
