package door

import (
	"strings"
	"testing"
	"time"

	"quantriet/internal/core/meeting"
	"quantriet/internal/work/attendance"
)

// begin is when the meetings of the tests begin: 07:30 in Hà Nội.
var begin = time.Date(2018, 7, 19, 0, 30, 0, 0, time.UTC)

func TestCodes(t *testing.T) {
	at := begin.UnixMilli() // a whole step
	secret, other := []byte("bí mật một"), []byte("bí mật hai")
	code := codeAt(secret, at)
	for _, c := range []struct {
		says string
		code string
		with []byte
		at   int64
		age  int64
		ok   bool
	}{
		{"the code on the screen", code, secret, 0, 0, true},
		{"at its last moment", code, secret, 14_999, 0, true},
		{"just after it changed", code, secret, 15_000, 0, true},
		{"until the next change", code, secret, 29_999, 0, true},
		{"and not a moment longer", code, secret, 30_000, 15, true},
		{"a photograph four minutes later", code, secret, 240_000, 225, true},
		{"an hour later it is nobody's code", code, secret, 3_600_000, 0, false},
		{"a server whose clock is a second behind", code, secret, -1_000, 0, true},
		{"but no code of the future", code, secret, -10_000, 0, false},
		{"the code of another site", code, other, 0, 0, false},
		{"no code", "", secret, 0, 0, false},
	} {
		if age, ok := ageOf(c.with, c.code, at+c.at); age != c.age || ok != c.ok {
			t.Errorf("%s: %d %v", c.says, age, ok)
		}
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		typed, name, code string
		ok                bool
	}{
		{"ABCD2345", "ABCD", "2345", true}, {" abcd 2345 ", "ABCD", "2345", true}, {"ab.cd-23 45", "ABCD", "2345", true},
		{"", "", "", false}, {"ABCD234", "", "", false}, {"ABCD23456", "", "", false}, {"ABCD234O", "", "", false}, {"ABCD234đ", "", "", false},
		{"ABCD\x002345", "", "", false}, {"\xff\xfe", "", "", false}, {strings.Repeat("A", 9000), "", "", false}, {"' or 1=1", "", "", false},
	} {
		if name, code, ok := read(c.typed); name != c.name || code != c.code || ok != c.ok {
			t.Errorf("%q: %q %q %v", c.typed, name, code, ok)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("ABCD 2345")
	f.Add("\xff\x00 -.")
	f.Fuzz(func(t *testing.T, s string) {
		name, code, ok := read(s)
		if ok != (len(name) == letters && len(code) == letters) || strings.Trim(name+code, alphabet) != "" {
			t.Errorf("%q: %q %q %v", s, name, code, ok)
		}
	})
}

func TestPhones(t *testing.T) {
	if phoneOf([]byte("k"), 1, "m") == phoneOf([]byte("k"), 2, "m") {
		t.Error("two meetings know a phone as the same")
	}
	if one, again := phoneOf([]byte("k"), 1, "m"), phoneOf([]byte("k"), 1, "m"); one != again || one == phoneOf([]byte("k"), 1, "n") {
		t.Error("a meeting does not tell phones apart")
	}
}

func TestWhen(t *testing.T) {
	at := begin.UnixMilli()
	one := meeting.Meeting{ID: 1, Starts: at, Ends: at + 240*minute, DoorsOpen: 60 * minute, State: "planned"}
	kind := one
	kind.Grace = 15 * minute
	off := one
	off.State = "cancelled"
	two := kind
	two.Ends = at + 540*minute
	two.Sessions = []meeting.Session{{ID: 2, Title: "Sáng", Starts: at, Ends: at + 240*minute}, {ID: 3, Title: "Chiều", Starts: at + 390*minute, Ends: at + 540*minute}}
	tight := two
	tight.Sessions = []meeting.Session{two.Sessions[0], {ID: 3, Title: "Chiều", Starts: at + 260*minute, Ends: at + 540*minute}}
	for _, c := range []struct {
		says    string
		m       meeting.Meeting
		min     int64
		session int64
		state   string
		opens   int64
	}{
		{"two hours before", one, -120, 1, Early, -60},
		{"when the doors open", one, -60, 1, InTime, -60},
		{"on the dot", one, 0, 1, InTime, -60},
		{"a minute late without grace", one, 1, 1, Late, -60},
		{"on the dot with grace", kind, 0, 1, Grace, -60},
		{"within the grace", kind, 14, 1, Grace, -60},
		{"after the grace", kind, 15, 1, Late, -60},
		{"at the end", one, 240, 1, Over, -60},
		{"called off", off, 0, 1, Cancelled, -60},
		{"the morning", two, 0, 2, Grace, -60},
		{"at lunch", two, 250, 3, Early, 330},
		{"before the afternoon", two, 335, 3, InTime, 330},
		{"the afternoon has a grace of its own", two, 400, 3, Grace, 330},
		{"late in the afternoon", two, 500, 3, Late, 330},
		{"in the evening", two, 540, 3, Over, 330},
		{"the afternoon's doors do not open in the morning", tight, 239, 2, Late, -60},
		{"but when it is over", tight, 240, 3, InTime, 240},
	} {
		w := When(c.m, at+c.min*minute)
		if int64(w.Session.ID) != c.session || w.State != c.state || (w.Opens-at)/minute != c.opens {
			t.Errorf("%s: %+v", c.says, w)
		}
	}
	for left, want := range map[int64]bool{0: false, at + 100*minute: true, at + 229*minute: true, at + 231*minute: false} {
		if got := leftEarly(meeting.Session{Starts: at, Ends: at + 240*minute}, left); got != want {
			t.Errorf("left after %d minutes: %v", (left-at)/minute, got)
		}
	}
}

// The mark is what a phone compares before it shows what it has kept.
func TestMarkOfKeptCodes(t *testing.T) {
	mine := []attendance.Ticket{{Campaign: 1, Code: "CQCCCJFK7"}}
	was := markCodes(mine, "2018-07-19")
	for _, c := range []struct {
		name  string
		list  []attendance.Ticket
		today string
		same  bool
	}{
		{"the same person on the same day", []attendance.Ticket{{Campaign: 1, Code: "CQCCCJFK7"}}, "2018-07-19", true},
		{"the next day, so that the two days begin anew", mine, "2018-07-20", false},
		{"somebody else", []attendance.Ticket{{Campaign: 1, Code: "CQCCCJFK8"}}, "2018-07-19", false},
		{"the same code of another campaign", []attendance.Ticket{{Campaign: 2, Code: "CQCCCJFK7"}}, "2018-07-19", false},
		{"a second campaign", append(mine, attendance.Ticket{Campaign: 2, Code: "X"}), "2018-07-19", false},
		{"nobody whom a campaign awaits", nil, "2018-07-19", false},
	} {
		if got := markCodes(c.list, c.today); (got == was) != c.same || len(c.list) == 0 && got != "" {
			t.Errorf("%s: %q, was %q", c.name, got, was)
		}
	}
	if keepCodes != 48*60*60*1000 {
		t.Error("codes are kept for", keepCodes)
	}
}
