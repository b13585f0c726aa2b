package dashboard

import (
	"testing"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/rollup"
)

func ms(day string, hour int) int64 {
	return clock.Start(day).Add(time.Duration(hour) * time.Hour).UnixMilli()
}

func TestDueOf(t *testing.T) {
	orders := []Order{
		{Unit: 1, Lo: 1, Hi: 100, Level: "cell", Day: "2018-07-25"},
		{Unit: 1, Lo: 1, Hi: 100, Level: "district", Day: "2018-07-20"},
		{Unit: 2, Lo: 10, Hi: 50, Level: "cell", Day: "2018-07-23", Inclusive: true},
		{Unit: 3, Lo: 60, Hi: 80, Level: "cell", Day: "2018-07-28"},
	}
	for _, c := range []struct {
		name, level string
		lo          int64
		day         string
		limit       int64
	}{
		{"the owner's deadline", "cell", 55, "2018-07-25", ms("2018-07-25", 0)},
		{"a lower unit tightened it; that day still counts", "cell", 11, "2018-07-23", ms("2018-07-24", 0)},
		{"a lower unit cannot loosen it", "cell", 61, "2018-07-25", ms("2018-07-25", 0)},
		{"before 20/7 ends with 19/7", "district", 10, "2018-07-20", ms("2018-07-20", 0)},
		{"no deadline for the level", "grassroots", 11, "", 0},
	} {
		if d := DueOf(orders, c.lo, c.level); d.Day != c.day || d.Limit != c.limit {
			t.Errorf("%s: %+v", c.name, d)
		}
	}
}

func TestJudge(t *testing.T) {
	before := Due{Limit: ms("2018-07-20", 0), Day: "2018-07-20"}
	until := Due{Limit: ms("2018-07-21", 0), Day: "2018-07-20", Inclusive: true}
	const hour = 3600_000
	for _, c := range []struct {
		name      string
		due       Due
		sent, now int64
		want      Timing
	}{
		{"no deadline, not sent", Due{}, 0, ms("2018-07-23", 8), Timing{"none", 0}},
		{"no deadline, sent", Due{}, ms("2018-07-19", 9), ms("2018-07-23", 8), Timing{"in_time", 0}},
		{"sent on the 19th, before the 20th", before, ms("2018-07-19", 23), ms("2018-07-23", 8), Timing{"in_time", 0}},
		{"sent at the first instant of the 20th, before the 20th", before, ms("2018-07-20", 0), ms("2018-07-23", 8), Timing{"late", 0}},
		{"sent on the 20th, until the 20th", until, ms("2018-07-20", 23), ms("2018-07-23", 8), Timing{"in_time", 0}},
		{"sent a day and nine hours late", before, ms("2018-07-21", 9), ms("2018-07-23", 8), Timing{"late", 33 * hour}},
		{"not sent, three days and eight hours over", before, 0, ms("2018-07-23", 8), Timing{"overdue", 80 * hour}},
		{"not sent, at the limit", before, 0, before.Limit, Timing{"overdue", 0}},
		{"not sent, a day before", before, 0, ms("2018-07-18", 12), Timing{"soon", 0}},
		{"not sent, a week before", before, 0, ms("2018-07-10", 0), Timing{"waiting", 0}},
	} {
		if got := Judge(c.due, c.sent, c.now); got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestStages(t *testing.T) {
	units := []rollup.Count{
		{Members: 100, Exempt: 10, Studied: 81},
		{Members: 100, Exempt: 10, Studied: 80},
		{Members: 100, Exempt: 10, Studied: 91, ExemptCame: 1},
		{Members: 100, Exempt: 10},
		{Members: 5, Exempt: 5},
	}
	for _, c := range []struct {
		name     string
		required int64
		want     Parts
	}{
		{"90 % asked for: 81 of 90 is done, 80 is not; where all are exempt nothing is open", 9000, Parts{3, 1, 1}},
		{"no rate asked for: everybody obliged", 0, Parts{2, 2, 1}},
	} {
		if got := Stages(units, c.required); got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestReview(t *testing.T) {
	line := func(u id.ID, c rollup.Count) rollup.Line { return rollup.Line{Unit: u, Name: "x", Count: c} }
	sites := func(total int64) report.Figures {
		var fs report.Figures
		for code, n := range map[string]int64{"sites_main": 1, "sites_grassroots": 100, "sites_cell": 573, "sites_total": total} {
			fs = append(fs, report.Figure{Code: code, Value: n, Set: true})
		}
		return fs
	}
	for _, c := range []struct {
		name string
		row  Row
		fs   report.Figures
		want Finding // zero: nothing found
	}{
		{"in time, well evidenced", Row{Line: line(1, rollup.Count{Members: 10, Studied: 9, Grades: [5]int64{9}}), Timing: Timing{Kind: "in_time"}}, nil, Finding{}},
		{"overdue, 12 of 74 have not begun", Row{Line: line(1, rollup.Count{}), Parts: Parts{41, 21, 12}, Timing: Timing{"overdue", 5}}, nil,
			Finding{Kind: "overdue", Unit: 1, Name: "x", A: 12, B: 74, None: true, Over: 5}},
		{"overdue, everybody has begun: how many studied", Row{Line: line(1, rollup.Count{Members: 20, Exempt: 2, Studied: 9}), Timing: Timing{"overdue", 5}}, nil,
			Finding{Kind: "overdue", Unit: 1, Name: "x", A: 9, B: 18, Over: 5}},
		{"seven of ten are declared", Row{Line: line(1, rollup.Count{Members: 10, Studied: 10, Grades: [5]int64{3, 0, 0, 0, 7}})}, nil,
			Finding{Kind: "declared", Unit: 1, Name: "x", A: 7, B: 10, Rate: "100%"}},
		{"29 of a hundred declared is not asked about", Row{Line: line(1, rollup.Count{Members: 100, Studied: 100, Grades: [5]int64{71, 0, 0, 0, 29}})}, nil, Finding{}},
		{"F4: 674 is not 675", Row{Line: line(1, rollup.Count{})}, sites(675), Finding{Kind: "gap", Unit: 1, Name: "x", A: 674, B: 675, Code: "sites_total"}},
		{"674 is 674", Row{Line: line(1, rollup.Count{})}, sites(674), Finding{}},
	} {
		got := Review([]Row{c.row}, "half_up", map[id.ID]report.Figures{1: c.fs}, nil)
		switch {
		case c.want == Finding{} && len(got) > 0:
			t.Errorf("%s: found %+v", c.name, got)
		case c.want != Finding{} && (len(got) != 1 || got[0] != c.want):
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestRest(t *testing.T) {
	kids := make([]Row, 100)
	for i := range kids {
		kids[i].Count.Members, kids[i].Parts.Done = 2, 1
	}
	shown, more, sum := rest(kids)
	if len(shown) != mostKids || more != 60 || sum.Count.Members != 120 || sum.Parts.Done != 60 {
		t.Error(len(shown), more, sum)
	}
}
