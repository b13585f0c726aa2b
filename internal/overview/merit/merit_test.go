package merit

import (
	"strings"
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func codes(all []Evidence) string {
	var out []string
	for _, e := range all {
		out = append(out, e.Kind[:2]+":"+e.Code)
	}
	return strings.Join(out, " ")
}

func TestEvidenceOfAUnit(t *testing.T) {
	for _, c := range []struct {
		name string
		f    UnitFacts
		want string
	}{
		{"nothing is said without records", UnitFacts{}, ""},
		{"a report in time", UnitFacts{Sent: 5, Due: 9}, "co:in_time"},
		{"a report without a deadline", UnitFacts{Sent: 5}, ""},
		{"late once is no matter", UnitFacts{Sent: 9, Due: 5, Late: true, Before: 2}, ""},
		{"late again is", UnitFacts{Due: 5, Late: true, LateBefore: 1, Before: 2}, "cr:late_again"},
		{"five asked, all sure", UnitFacts{Asked: 5, Confirmed: 5}, "co:confirmed"},
		{"four are too few to say", UnitFacts{Asked: 4, Confirmed: 4}, ""},
		{"one of ten not sure", UnitFacts{Asked: 10, Confirmed: 9}, ""},
		{"own mistakes corrected", UnitFacts{Amended: 1}, "co:amended"},
		{"four of five made up", UnitFacts{Missed: 5, MadeUp: 4}, "co:made_up"},
		{"two who missed are too few", UnitFacts{Missed: 2, MadeUp: 2}, ""},
		{"both ways at once", UnitFacts{Sent: 5, Due: 9, Unanswered: 1, Upheld: 2}, "co:in_time cr:unanswered cr:upheld"},
	} {
		if got := codes(c.f.Evidence()); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEvidenceOfAPerson(t *testing.T) {
	for _, c := range []struct {
		name string
		f    PersonFacts
		want string
	}{
		{"nothing", PersonFacts{}, ""},
		{"absent, and studied later", PersonFacts{Absent: 1, Studied: 1}, ""},
		{"absent and studied nothing", PersonFacts{Absent: 1}, "cr:absent"},
		{"a key official, too", PersonFacts{Absent: 1, KeyCadre: true}, "cr:absent_cadre"},
		{"spoke and was picked", PersonFacts{Spoke: 1, Picked: 2, Studied: 1}, "co:picked co:spoke"},
	} {
		if got := codes(c.f.Evidence()); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	e := UnitFacts{Sent: 1531900800000, Due: 1532019600000}.Evidence()[0]
	if e.Text != "Báo cáo đầy đủ gửi lúc 15:00 18/07/2018, trước hạn 00:00 20/07/2018." || e.say("en") != "Complete report sent at 15:00 18/07/2018, before 00:00 20/07/2018." {
		t.Errorf("it says %q, %q", e.Text, e.say("en"))
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	const proposer, answerer, decider = id.ID(1), id.ID(2), id.ID(3)
	open := Merit{State: "open", Kind: Criticise, What: "x", By: proposer, Until: 100, Evidence: []Evidence{{Code: "said"}}}
	with := func(f func(*Merit)) Merit { m := open; f(&m); return m }
	answered := with(func(m *Merit) { m.State, m.Answer, m.AnsweredBy = "answered", "Đúng.", answerer })
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"a proposal", Propose(open, proposer, 0), ""},
		{"of no kind", Propose(with(func(m *Merit) { m.Kind = "praise" }), proposer, 0), "web.choose"},
		{"for nothing", Propose(with(func(m *Merit) { m.What = "" }), proposer, 0), "web.required"},
		{"without evidence", Propose(with(func(m *Merit) { m.Evidence = nil }), proposer, 0), "merit.no_evidence"},
		{"about oneself", Propose(with(func(m *Merit) { m.Person = 8 }), proposer, 8), "merit.oneself"},
		{"the answer", Reply(open, "Đúng.", answerer), ""},
		{"by who proposed", Reply(open, "Đúng.", proposer), "merit.own_answer"},
		{"of nothing", Reply(open, "", answerer), "web.required"},
		{"twice", Reply(answered, "Sai.", answerer), "merit.was_answered"},
		{"afterwards", Reply(with(func(m *Merit) { m.State = "upheld" }), "Sai.", answerer), "merit.closed"},
		{"a decision before the answer", Decide(open, "Rõ.", decider, 0, 99), "merit.waits"},
		{"a week later", Decide(open, "Rõ.", decider, 0, 100), ""},
		{"after the answer", Decide(answered, "Rõ.", decider, 0, 1), ""},
		{"a commendation waits for nobody", Decide(with(func(m *Merit) { m.Kind = Commend }), "Rõ.", decider, 0, 1), ""},
		{"by who proposed", Decide(answered, "Rõ.", proposer, 0, 200), "merit.own"},
		{"by who answered", Decide(answered, "Rõ.", answerer, 0, 200), "merit.own"},
		{"by the one concerned", Decide(with(func(m *Merit) { m.Person = 8 }), "Rõ.", decider, 8, 200), "merit.concerned"},
		{"without a reason", Decide(answered, "", decider, 0, 200), "web.required"},
		{"twice", Decide(with(func(m *Merit) { m.State = "declined" }), "Rõ.", decider, 0, 200), "merit.closed"},
	} {
		got := ""
		if c.err != nil {
			got = fault.Key(c.err)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWrittenEvidence(t *testing.T) {
	for _, c := range []struct{ said, text, href string }{
		{"Biên bản ngày 18/07", "Biên bản ngày 18/07", ""},
		{"Số liệu tại /reports?campaign=1", "Số liệu tại", "/reports?campaign=1"},
		{"Xem //evil.example", "Xem //evil.example", ""},
		{`Xem /\evil`, `Xem /\evil`, ""},
	} {
		e, err := spoken(c.said)
		if err != nil || len(e) != 1 || e[0].Text != c.text || e[0].Href != c.href {
			t.Errorf("%q is read as %+v: %v", c.said, e, err)
		}
	}
	for _, bad := range []string{"a\xff", strings.Repeat("đ", 301), strings.Repeat("a\n", 13)} {
		if _, err := spoken(bad); fault.Of(err) != fault.Invalid {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
}
