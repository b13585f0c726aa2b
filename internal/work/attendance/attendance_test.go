package attendance

import (
	"testing"

	"quantriet/internal/kit/fault"
)

const hour = 3600_000

// What a scan is, sentence by sentence.
func TestJudge(t *testing.T) {
	const code, tick = "station", "roll_call"
	here := func(at, grade int64) Record { return Record{ID: 50, Site: 1, At: at, Grade: grade} }
	there := func(at, grade int64) Record { return Record{ID: 50, Site: 2, At: at, Grade: grade} }
	none := Record{}
	for _, c := range []struct {
		name   string
		change func(*Facts)
		scan   Scan
		stands Record
		now    int64
		label  string
		form   string // "" does not count
		grade  int64
	}{
		{"scanned at the door", nil, Scan{How: code}, none, 10 * hour, "", "in_person", Code},
		{"called out", nil, Scan{How: tick}, none, 11 * hour, "", "in_person", Marked},
		{"the doors open an hour before", nil, Scan{How: code}, none, 9 * hour, "", "in_person", Code},
		{"a moment earlier they are shut", nil, Scan{How: code}, none, 9*hour - 1, Early, "", 0},
		{"where they open earlier they are not", func(f *Facts) { f.Doors = 2 * hour }, Scan{How: code}, none, 9*hour - 1, "", "in_person", Code},
		{"the usher lets somebody in before", nil, Scan{How: code, Forced: true}, none, 8 * hour, Forced, "in_person", Marked},
		{"after the start is in time where no grace is set", nil, Scan{How: code}, none, 11 * hour, "", "in_person", Code},
		{"within the grace", func(f *Facts) { f.Grace = hour / 4 }, Scan{How: code}, none, 10*hour + hour/4, "", "in_person", Code},
		{"when the grace is over", func(f *Facts) { f.Grace = hour / 4 }, Scan{How: code}, none, 10*hour + hour/4 + 1, Late, "in_person", Code},
		{"marked the next day", nil, Scan{How: tick}, none, 36 * hour, Late, "in_person", Afterward},
		{"scanned after the end", nil, Scan{How: code}, none, 12*hour + 1, Late, "in_person", Afterward},
		{"scanned in time without a line, sent the next day by a station of ours", nil, Scan{How: code, At: 10 * hour, Offline: true, Station: 7, Counter: 3}, none, 36 * hour, "", "in_person", Code},
		{"sent the next day by whoever says so", nil, Scan{How: code, At: 10 * hour, Offline: true}, none, 36 * hour, Late, "in_person", Afterward},
		{"scanned after the end without a line", nil, Scan{How: code, At: 13 * hour, Offline: true, Station: 7, Counter: 3}, none, 36 * hour, Late, "in_person", Afterward},
		{"declared", nil, Scan{How: "declared"}, none, 11 * hour, "", "in_person", Declared},
		{"at a linked site", func(f *Facts) { f.Mode, f.Main = "hybrid", false }, Scan{How: code}, none, 10 * hour, "", "online", Code},
		{"in the main hall of a linked conference", func(f *Facts) { f.Mode = "hybrid" }, Scan{How: code}, none, 10 * hour, "", "in_person", Code},
		{"by relay", func(f *Facts) { f.Mode = "relay" }, Scan{How: tick}, none, 10 * hour, "", "relay", Marked},
		{"made up for", func(f *Facts) { f.Kind = "make_up" }, Scan{How: tick}, none, 10 * hour, "", "make_up", Marked},
		{"made up for at the district", func(f *Facts) { f.Kind, f.Higher = "make_up", true }, Scan{How: tick}, none, 10 * hour, "", "make_up", Marked},
		{"alone, confirmed by the secretary", func(f *Facts) { f.Mode = "self_study" }, Scan{How: "confirmed"}, none, 11 * hour, "", "self_study", Marked},
		{"at the province", func(f *Facts) { f.Higher = true }, Scan{How: code}, none, 10 * hour, "", "higher", Code},
		{"said to have studied at the province", nil, Scan{How: "declared", Form: "higher"}, none, 11 * hour, "", "higher", Declared},
		{"twice at one site", nil, Scan{How: code}, here(9*hour, Code), 10 * hour, Again, "", 0},
		{"at two sites", nil, Scan{How: code}, there(9*hour, Code), 10 * hour, Elsewhere, "", 0},
		{"an earlier scan that comes in later counts instead", nil, Scan{How: code, At: 9 * hour}, there(10*hour, Code), 11 * hour, "", "in_person", Code},
		{"a code outdoes a tick", nil, Scan{How: code}, here(9*hour, Marked), 10 * hour, "", "in_person", Code},
		{"a tick does not outdo a code", nil, Scan{How: tick, At: 9 * hour}, here(10*hour, Code), 10 * hour, Again, "", 0},
		{"force does not count twice", nil, Scan{How: code, Forced: true}, there(9*hour, Code), 10 * hour, Elsewhere, "", 0},
		{"two at the same instant: the lower key", nil, Scan{How: code, At: 10 * hour}, Record{ID: 200, Site: 2, At: 10 * hour, Grade: Code}, 10 * hour, "", "in_person", Code},
		{"at a meeting called off", func(f *Facts) { f.State = "cancelled" }, Scan{How: code}, none, 10 * hour, Closed, "", 0},
		{"when the campaign is over", func(f *Facts) { f.State = "closed" }, Scan{How: code, Forced: true}, none, 10 * hour, Closed, "", 0},
		{"tomorrow", nil, Scan{How: code, At: 99 * hour}, none, 10 * hour, Future, "", 0},
		{"tomorrow by force", nil, Scan{How: code, At: 99 * hour, Forced: true}, none, 10 * hour, Future, "", 0},
		{"by a clock some minutes fast", nil, Scan{How: code, At: 10*hour + ahead}, none, 10 * hour, "", "in_person", Code},
		{"by a station that was shut out", nil, Scan{How: code, Revoked: true}, none, 10 * hour, Revoked, "", 0},
		{"by nobody of the roster", func(f *Facts) { f.Person = 0 }, Scan{How: code, Forced: true}, none, 10 * hour, Unknown, "", 0},
	} {
		f := Facts{State: "planned", Kind: "class", Mode: "in_person", Starts: 10 * hour, Ends: 12 * hour, Doors: hour, Main: true, Site: 1, Person: 9}
		if c.change != nil {
			c.change(&f)
		}
		c.scan.Key = 100
		r, label, counts := Judge(f, c.scan, c.stands, c.now)
		if label != c.label || counts != (c.form != "") || counts && (r.Form != c.form || r.Grade != c.grade || r.ID != 100) {
			t.Errorf("%s: %+v %q %v", c.name, r, label, counts)
		}
		refused := map[string]bool{Early: true, Closed: true, Future: true, Revoked: true, Unknown: true}[label]
		if err := f.refusal(label); (err != nil) != refused || err != nil && fault.Of(err) == fault.Internal {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBetter(t *testing.T) {
	strong, weak, later := Record{ID: 3, Grade: 2, At: 9}, Record{ID: 1, Grade: 4, At: 1}, Record{ID: 2, Grade: 2, At: 10}
	if !Better(strong, weak) || Better(weak, strong) || !Better(strong, later) {
		t.Error("stronger evidence counts first, then the earlier")
	}
}
