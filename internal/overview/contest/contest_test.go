package contest

import (
	"reflect"
	"strings"
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// fine is the kind of no error.
const fine = fault.Kind(-1)

func kindOf(err error) fault.Kind {
	if err == nil {
		return fine
	}
	return fault.Of(err)
}

func TestCounted(t *testing.T) {
	for _, c := range []struct {
		says string
		s    Standing
		want string
	}{
		{"who studied in the hall", Standing{Kind: "member", Form: "in_person"}, "members obliged studied form_in_person"},
		{"who is exempt and came", Standing{Kind: "member", Exempt: true, Form: "online"}, "members exempt studied form_online exempt_came"},
		{"who is exempt and did not", Standing{Kind: "member", Exempt: true, Absence: "unknown"}, "members exempt"},
		{"who was absent without a reason", Standing{Kind: "member", Absence: "unexcused"}, "members obliged absent absent_unexcused"},
		{"who is outside the Party", Standing{Kind: "civil"}, "civil"},
		{"and studied", Standing{Kind: "civil", Form: "relay"}, "civil civil_studied"},
	} {
		if got := strings.Join(c.s.Counted(), " "); got != c.want {
			t.Errorf("%s: %s", c.says, got)
		}
		for _, code := range c.s.Counted() {
			if k := Kinds(code); len(k) < 2 || k[len(k)-1] != "other" {
				t.Errorf("%s: nothing can be wrong with %s: %v", c.says, code, k)
			}
		}
	}
}

func TestMay(t *testing.T) {
	absent := Standing{Kind: "member", Absence: "unexcused"}
	for _, c := range []struct {
		says               string
		f                  Facts
		figure, kind, said string
		want               fault.Kind
	}{
		{"was there and is noted absent", Facts{Standing: absent}, "absent_unexcused", "was_there", "", fine},
		{"a figure that counts others", Facts{Standing: absent}, "studied", "was_not_there", "", fault.Missing},
		{"what cannot be wrong with it", Facts{Standing: absent}, "absent_unexcused", "not_exempt", "", fault.Invalid},
		{"something else, unsaid", Facts{Standing: absent}, "members", "other", "", fault.Invalid},
		{"something else, said", Facts{Standing: absent}, "members", "other", "Tôi ở đơn vị khác", fine},
		{"eleven at once", Facts{Standing: absent, Open: Most}, "absent_unexcused", "was_there", "", fault.Conflict},
		{"rejected, and nothing changed since", Facts{Standing: absent, Rejected: absent.Written("")}, "absent_unexcused", "was_there", "", fault.Conflict},
		{"rejected, and the record is another now", Facts{Standing: absent, Rejected: "member obliged absent unknown"}, "absent_unexcused", "was_there", "", fine},
	} {
		if err := May(c.f, c.figure, c.kind, c.said); kindOf(err) != c.want {
			t.Errorf("%s: %v", c.says, err)
		}
	}
}

func TestDeciding(t *testing.T) {
	for _, c := range []struct {
		says, state, to, remark string
		person                  id.ID
		want                    fault.Kind
	}{
		{"upheld", "open", "upheld", "Đúng như đồng chí nêu.", 2, fine},
		{"rejected", "open", "rejected", "Biên bản ghi vắng.", 0, fine},
		{"without a sentence", "open", "rejected", "", 2, fault.Invalid},
		{"into nothing", "open", "gone", "Đúng như thế.", 2, fault.Invalid},
		{"a second time", "rejected", "upheld", "Xem lại thì đúng.", 2, fault.Conflict},
		{"one's own", "open", "upheld", "Đúng như thế.", 1, fault.Denied},
	} {
		if err := Decide(Contest{State: c.state, Person: 1}, c.to, c.remark, c.person); kindOf(err) != c.want {
			t.Errorf("%s: %v", c.says, err)
		}
	}
	now := Standing{Kind: "member", Form: "in_person", Grade: 4, Record: 7}
	for _, c := range []struct {
		says string
		c    Contest
		want fault.Kind
	}{
		{"the record was put right", Contest{State: "upheld", was: "member obliged absent unknown"}, fine},
		{"it was not", Contest{State: "upheld", was: now.Written("")}, fault.Conflict},
		{"who must study, of a roster that stays as it is", Contest{State: "upheld", Figure: "obliged", Kind: "is_exempt", was: now.Written("")}, fine},
		{"another unit", Contest{State: "upheld", Figure: "members", Kind: "other_unit", was: now.Written("")}, fine},
		{"an exempt one who came", Contest{State: "upheld", Figure: "exempt_came", Kind: "not_exempt", was: now.Written("")}, fine},
		{"the roster, not yet decided", Contest{State: "open", Figure: "members", Kind: "other_unit", was: now.Written("")}, fault.Conflict},
		{"another form, which the record has", Contest{State: "upheld", Figure: "studied", Kind: "other_form", was: now.Written("")}, fault.Conflict},
		{"it was rejected", Contest{State: "rejected", was: "x"}, fault.Conflict},
	} {
		if err := Mend(c.c, now); kindOf(err) != c.want {
			t.Errorf("%s: %v", c.says, err)
		}
	}
}

func TestDecider(t *testing.T) {
	up := []above{{unit: 3}, {unit: 2}, {unit: 1}}
	for _, c := range []struct {
		says      string
		line      []above
		organiser id.ID
		want      id.ID
	}{
		{"the commune decides on a record of the cell", up, 3, 2},
		{"the province on a meeting that the commune held", up, 2, 1},
		{"nobody sits above the province", up, 1, 1},
		{"an organiser outside the line changes nothing", up, 9, 2},
		{"nor does none", up, 0, 2},
		{"who stands in no tree", nil, 0, 0},
	} {
		if got := decider(c.line, c.organiser); got != c.want {
			t.Errorf("%s: %d", c.says, got)
		}
	}
}

func TestVeiled(t *testing.T) {
	c := Contest{Person: 1, Name: "Đảng viên mẫu 001", Said: "Tôi có dự", Remark: "x", Figure: "studied", Kind: "was_there"}
	for _, x := range []struct {
		says  string
		c     Contest
		as    id.ID
		seen  bool
		judge bool
	}{
		{"who decides sees the name", with(c, func(c *Contest) { c.Decides = true }), 5, true, true},
		{"the unit does not", c, 5, false, false},
		{"an account without a person does not", c, 0, false, false},
		{"the unit does when the member allows it", with(c, func(c *Contest) { c.Named = true }), 5, true, false},
		{"the member sees it and does not decide", with(c, func(c *Contest) { c.Decides = true }), 1, true, false},
	} {
		got := x.c.veiled(actor(x.as))
		if (got.Name != "" && got.Said != "" && got.Person != 0) != x.seen || got.Decides != x.judge || got.Figure != "studied" {
			t.Errorf("%s: %+v", x.says, got)
		}
	}
	if m := (Contest{State: "upheld"}).Marks(); !m || (Contest{State: "upheld", Mended: 1}).Marks() || (Contest{State: "rejected"}).Marks() {
		t.Error("a figure is marked until its record is put right")
	}
	if got := (Contest{State: "upheld", Mended: 1}).kinds(); !reflect.DeepEqual(got, []string{sealOpen, sealDecide, sealMend}) {
		t.Error(got)
	}
}

func with(c Contest, change func(*Contest)) Contest { change(&c); return c }
