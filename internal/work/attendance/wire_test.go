package attendance

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"quantriet/internal/kit/id"
)

// What is written by hand is what encoding/json writes.
func TestWire(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := func(name string) id.ID { return id.ID(rapid.Int64Range(0, 1<<62).Draw(r, name)) }
		s := func(name string) string {
			return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "Đảng viên mẫu 001", "a\u2028b", "\xff", "<&>", "\x7f", "\"\\"})).Draw(r, name)
		}
		var list []Verdict
		for range rapid.IntRange(0, 3).Draw(r, "lines") {
			v := Verdict{Key: n("key"), Code: s("code"), Label: s("label"), Fault: s("fault"), Entry: Entry{Person: n("person"), Name: s("name"), Again: int64(n("again")), Exempt: rapid.Bool().Draw(r, "exempt")}}
			v.Entry.Record = Record{ID: n("id"), Campaign: n("campaign"), Meeting: n("meeting"), Site: n("site"), Person: v.Entry.Person, Form: s("form"), How: s("how"),
				Grade: int64(n("grade")), At: -int64(n("at")), Recorded: int64(n("recorded")), By: n("by"), ByName: s("by"), Late: rapid.Bool().Draw(r, "late"), Note: s("note")}
			list = append(list, v)
		}
		if list == nil {
			list = []Verdict{}
		}
		want, err := json.Marshal(list)
		if got := string(appendVerdicts(nil, list)); err != nil || got != string(want)+"\n" {
			r.Fatalf("%s\nwant %s %v", got, want, err)
		}
	})
}
