package attendance

import (
	"testing"

	"quantriet/internal/kit/fault"
)

const hour = 3600_000

func TestDecide(t *testing.T) {
	base := func() Facts {
		return Facts{State: "planned", Kind: "class", Mode: "in_person", Starts: 10 * hour, Ends: 12 * hour, Main: true}
	}
	for _, c := range []struct {
		name   string
		change func(*Facts)
		way    Way
		now    int64
		form   string
		grade  int64
		key    string
	}{
		{"scanned at the door", func(*Facts) {}, Way{How: "station"}, 10 * hour, "in_person", Code, ""},
		{"called out", func(*Facts) {}, Way{How: "roll_call"}, 11 * hour, "in_person", Marked, ""},
		{"the doors open an hour before", func(*Facts) {}, Way{How: "station"}, 9 * hour, "in_person", Code, ""},
		{"a moment earlier they are shut", func(*Facts) {}, Way{How: "station"}, 9*hour - 1, "", 0, "attendance.early"},
		{"marked the next day", func(*Facts) {}, Way{How: "roll_call"}, 36 * hour, "in_person", Afterward, ""},
		{"scanned after the end is late too", func(*Facts) {}, Way{How: "station"}, 12*hour + 1, "in_person", Afterward, ""},
		{"declared", func(*Facts) {}, Way{How: "declared"}, 11 * hour, "in_person", Declared, ""},
		{"at a linked site", func(f *Facts) { f.Mode, f.Main = "hybrid", false }, Way{How: "station"}, 10 * hour, "online", Code, ""},
		{"in the main hall of a linked conference", func(f *Facts) { f.Mode = "hybrid" }, Way{How: "station"}, 10 * hour, "in_person", Code, ""},
		{"by relay", func(f *Facts) { f.Mode = "relay" }, Way{How: "roll_call"}, 10 * hour, "online", Marked, ""},
		{"made up for", func(f *Facts) { f.Kind = "make_up" }, Way{How: "roll_call"}, 10 * hour, "make_up", Marked, ""},
		{"made up for at the district", func(f *Facts) { f.Kind, f.Higher = "make_up", true }, Way{How: "roll_call"}, 10 * hour, "make_up", Marked, ""},
		{"alone, confirmed by the secretary", func(f *Facts) { f.Mode = "self_study" }, Way{How: "confirmed"}, 11 * hour, "self_study", Marked, ""},
		{"at the province", func(f *Facts) { f.Higher = true }, Way{How: "station"}, 10 * hour, "higher", Code, ""},
		{"said to have studied at the province", func(*Facts) {}, Way{How: "declared", Form: "higher"}, 11 * hour, "higher", Declared, ""},
		{"twice", func(f *Facts) { f.Already = 1 }, Way{How: "station"}, 10 * hour, "", 0, ""},
		{"at a meeting called off", func(f *Facts) { f.State = "cancelled" }, Way{How: "station"}, 10 * hour, "", 0, "attendance.cancelled"},
		{"tomorrow", func(*Facts) {}, Way{How: "station", At: 99 * hour}, 10 * hour, "", 0, "attendance.future"},
		{"in no known way", func(*Facts) {}, Way{How: "dreamt"}, 10 * hour, "", 0, "web.choose"},
	} {
		f := base()
		c.change(&f)
		r, enter, err := Decide(f, c.way, c.now)
		if (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key || enter != (c.form != "") || r.Form != c.form || r.Grade != c.grade {
			t.Errorf("%s: %+v %v %v", c.name, r, enter, err)
		}
	}
}

func TestBetter(t *testing.T) {
	strong, weak, later := Record{ID: 3, Grade: 2, At: 9}, Record{ID: 1, Grade: 4, At: 1}, Record{ID: 2, Grade: 2, At: 10}
	if !Better(strong, weak) || Better(weak, strong) || !Better(strong, later) {
		t.Error("stronger evidence counts first, then the earlier")
	}
}
