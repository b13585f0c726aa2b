package meeting

import (
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const hour = 3600_000

func sound() Meeting {
	return Meeting{Kind: "conference", Mode: "hybrid", Title: "Hội nghị", Starts: hour, Ends: 4 * hour,
		Monitor: "Đảng viên mẫu 001", Documents: []id.ID{1}, State: "planned"}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Meeting)
		field  string
	}{
		{"sound", func(*Meeting) {}, ""},
		{"without a title", func(m *Meeting) { m.Title = "" }, "title"},
		{"of no known kind", func(m *Meeting) { m.Kind = "party" }, "kind"},
		{"ending when it starts", func(m *Meeting) { m.Ends = m.Starts }, "ends"},
		{"lasting a week", func(m *Meeting) { m.Ends = m.Starts + 7*24*hour }, "ends"},
		{"on no document", func(m *Meeting) { m.Documents = nil }, "documents"},
		{"on a document of another campaign", func(m *Meeting) { m.Documents = []id.ID{1, 9} }, "documents"},
	} {
		m := sound()
		c.change(&m)
		got := ""
		if fs := fault.List(m.Check([]id.ID{1, 2})); len(fs) > 0 {
			got = fs[0].Field
		}
		if got != c.field {
			t.Errorf("%s: blamed %q, want %q", c.name, got, c.field)
		}
	}
}

func TestReview(t *testing.T) {
	talk := []Item{{Kind: "talk", Minutes: 90}, {Kind: "discussion", Minutes: 60}}
	for _, c := range []struct {
		name   string
		change func(*Meeting)
		items  []Item
		sites  []Site
		want   string
	}{
		{"nothing to say", func(*Meeting) {}, talk, []Site{{}}, ""},
		{"nobody supervises", func(m *Meeting) { m.Monitor = "" }, talk, nil, "meeting.review.monitor"},
		{"self-study needs neither", func(m *Meeting) { m.Monitor, m.Mode = "", "self_study" }, nil, nil, ""},
		{"a monologue", func(*Meeting) {}, talk[:1], nil, "meeting.review.discussion"},
		{"more than fits", func(m *Meeting) { m.Ends = m.Starts + hour }, talk, nil, "meeting.review.overfull"},
		{"a cell meeting under 90 minutes", func(m *Meeting) { m.Kind, m.Ends = "cell", m.Starts+hour },
			[]Item{{Kind: "discussion", Minutes: 60}}, nil, "meeting.review.short"},
		{"more delegates than chairs", func(*Meeting) {}, talk, []Site{{Capacity: 10, Expected: 11}}, "meeting.review.capacity"},
		{"a linked site nobody answers for", func(*Meeting) {}, talk, []Site{{Ord: 1}}, "meeting.review.contact"},
		{"many of them are told in one line", func(*Meeting) {}, talk, []Site{{Ord: 1}, {Ord: 2}, {Ord: 3}, {Ord: 4}}, "meeting.review.contacts"},
		{"a linked meeting whose lines nobody tested", func(m *Meeting) { m.Mode = "hybrid" }, talk, []Site{{}, {Ord: 1, Contact: "x", Monitor: "x"}}, "meeting.review.untried"},
		{"a line that failed", func(m *Meeting) { m.Mode = "hybrid" }, talk, []Site{{Trial: "good"}, {Ord: 1, Contact: "x", Monitor: "x", Trial: "failed"}}, "meeting.review.failed"},
		{"nobody watches a site", func(m *Meeting) { m.Mode = "in_person" }, talk, []Site{{}, {Ord: 1, Contact: "x"}}, "meeting.review.unwatched"},
	} {
		m := sound()
		c.change(&m)
		got := ""
		if fs := Review(m, c.items, c.sites, Minimum{90, 120}); len(fs) > 0 {
			got = fs[0].Key
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStates(t *testing.T) {
	m := sound()
	if fault.Key(m.Hold(0)) != "meeting.not_begun" || m.Hold(hour) != nil {
		t.Error("a meeting is held from its start on")
	}
	if m.Cancel(0) != nil || fault.Key(m.Cancel(3)) != "meeting.has_attendance" {
		t.Error("a meeting people attended is not called off")
	}
	m.State = "held"
	if fault.Key(m.Cancel(0)) != "meeting.is_held" {
		t.Error("a held meeting is not called off")
	}
}
