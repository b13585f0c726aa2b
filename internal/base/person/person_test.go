package person

import (
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestCheckPerson(t *testing.T) {
	good := Person{Name: "Đảng viên mẫu 001", MemberNo: "1", Birth: "1970-02-07", Sex: "m", Kind: Official, JoinedOn: "1995-01-01", OfficialOn: "1996-01-01"}
	for _, c := range []struct {
		say   string
		spoil func(*Person)
		field string
	}{
		{"a whole person passes", func(*Person) {}, ""},
		{"the year of birth may stand alone", func(p *Person) { p.Birth = "1970" }, ""},
		{"a name is needed", func(p *Person) { p.Name = "" }, "name"},
		{"a name has its bound", func(p *Person) { p.Name = string(make([]rune, 121)) }, "name"},
		{"a birth is a day", func(p *Person) { p.Birth = "1970-02-31" }, "birth"},
		{"a year is four digits", func(p *Person) { p.Birth = "19x0" }, "birth"},
		{"nobody is born tomorrow", func(p *Person) { p.Birth = "2027-01-01" }, "birth"},
		{"nobody joins before birth", func(p *Person) { p.JoinedOn = "1969-01-01" }, "joined_on"},
		{"nobody is official before joining", func(p *Person) { p.OfficialOn = "1994-01-01" }, "official_on"},
		{"the probationary are not official", func(p *Person) { p.Kind = Probationary }, "official_on"},
		{"a kind is one of four", func(p *Person) { p.Kind = "king" }, "kind"},
		{"a sex is one of two or not said", func(p *Person) { p.Sex = "x" }, "sex"},
		{"only members have numbers", func(p *Person) { p.Kind, p.JoinedOn, p.OfficialOn = Mass, "", "" }, "member_no"},
	} {
		p := good
		c.spoil(&p)
		list := fault.List(p.check("2026-02-07"))
		if c.field == "" && len(list) > 0 || c.field != "" && (len(list) == 0 || list[0].Field != c.field) {
			t.Errorf("%s: %v", c.say, list)
		}
	}
}

func TestRehome(t *testing.T) {
	last := Membership{Unit: 1, From: "2020-01-01"}
	for _, c := range []struct {
		say, left, from string
		unit            id.ID
		end             string
		fix             bool
		want            string
	}{
		{"the old home ends the day before", "", "2026-01-01", 2, "2025-12-31", false, ""},
		{"a home of the same day is corrected", "", "2020-01-01", 2, "", true, ""},
		{"not before the last move", "", "2019-12-31", 2, "", false, "person.moved_later"},
		{"not ahead", "", "2026-02-08", 2, "", false, "person.not_ahead"},
		{"not to where one is", "", "2026-01-01", 1, "", false, "person.same_unit"},
		{"who left comes back", "2025-01-01", "2026-01-01", 1, "", false, ""},
		{"not before leaving", "2025-01-01", "2025-01-01", 1, "", false, "person.left_later"},
		{"a day is needed", "", "", 2, "", false, "web.required"},
	} {
		end, fix, err := rehome(last, c.left, c.unit, c.from, "2026-02-07")
		if end != c.end || fix != c.fix || (c.want == "") != (err == nil) || c.want != "" && fault.Key(err) != c.want {
			t.Errorf("%s: %q %v %v", c.say, end, fix, err)
		}
	}
}

func TestMatch(t *testing.T) {
	hoa := Person{ID: 1, Name: "Nguyễn Thị Hòa", Birth: "1970-02-07"}
	numbered := Person{ID: 2, Name: "Nguyễn Thị Hòa", Birth: "1970-02-07", MemberNo: "7"}
	undated := Person{ID: 3, Name: "Nguyễn Thị Hòa"}
	for _, c := range []struct {
		say  string
		row  Person
		near []Person
		sure id.ID
		ask  id.ID
	}{
		{"the same name and birth is the same person", hoa, []Person{hoa}, 1, 0},
		{"the mark may stand on either letter", Person{Name: "Nguyễn Thị Hoà", Birth: "1970-02-07"}, []Person{hoa}, 1, 0},
		{"a name without marks is the same", Person{Name: "Nguyen Thi Hoa", Birth: "1970-02-07"}, []Person{hoa}, 1, 0},
		{"other marks are a question", Person{Name: "Nguyễn Thị Hoa", Birth: "1970-02-07"}, []Person{hoa}, 0, 1},
		{"another birth is another person", Person{Name: "Nguyễn Thị Hòa", Birth: "1971-02-07"}, []Person{hoa}, 0, 0},
		{"the year alone is enough", Person{Name: "Nguyễn Thị Hòa", Birth: "1970"}, []Person{hoa}, 1, 0},
		{"no birth in the row is a question", undated, []Person{hoa}, 0, 1},
		{"no birth on either side is the same", undated, []Person{undated}, 3, 0},
		{"a number is added to one without", numbered, []Person{hoa}, 1, 0},
		{"two numbers are two people", Person{Name: "Nguyễn Thị Hòa", Birth: "1970-02-07", MemberNo: "8"}, []Person{numbered}, 0, 0},
		{"two of the same are a question", hoa, []Person{hoa, numbered}, 0, 1},
		{"nobody near is somebody new", hoa, nil, 0, 0},
	} {
		sure, ask := match(c.row, c.near)
		if of(sure) != c.sure || of(ask) != c.ask {
			t.Errorf("%s: sure %d, perhaps %d", c.say, of(sure), of(ask))
		}
	}
}

func of(p *Person) id.ID {
	if p == nil {
		return 0
	}
	return p.ID
}

func TestExemptionClash(t *testing.T) {
	all := []Exemption{{ID: 1, From: "2024-01-01", To: "2024-12-31"}, {ID: 2, From: "2025-06-01"}}
	for _, c := range []struct {
		say  string
		e    Exemption
		want bool
	}{
		{"between two is free", Exemption{ID: 9, From: "2025-01-01", To: "2025-05-31"}, false},
		{"a common day is none", Exemption{ID: 9, From: "2024-12-31", To: "2025-01-01"}, true},
		{"an open one meets all later", Exemption{ID: 9, From: "2025-01-01"}, true},
		{"itself is no neighbour", Exemption{ID: 2, From: "2025-06-01", To: "2026-01-01"}, false},
	} {
		if got := c.e.clash(all) != nil; got != c.want {
			t.Errorf("%s: %v", c.say, got)
		}
	}
}

func TestBetterName(t *testing.T) {
	for _, c := range []struct {
		name, old string
		want      bool
	}{
		{"Nguyễn Văn Hùng", "Nguyen Van Hung", true},
		{"Nguyen Van Hung", "Nguyễn Văn Hùng", false},
		{"NGUYỄN VĂN HÙNG", "Nguyễn Văn Hùng", false},
		{"Nguyễn Văn Hùng", "NGUYỄN VĂN HÙNG", true},
		{"Nguyễn Văn Hưng", "Nguyễn Văn Hùng", true},
		{"Nguyễn Vаn Hùng", "Nguyễn Văn Hùng", false}, // a Cyrillic а
		{"Nguyễn Văn Hùng", "Nguyễn Vаn Hùng", true},
		{"Trần Văn Hùng", "Nguyễn Văn Hùng", true},
		{"", "Nguyễn Văn Hùng", true}, // an empty cell is passed over where cells are laid over
	} {
		if better(c.name, c.old) != c.want {
			t.Errorf("%q for %q: %v", c.name, c.old, !c.want)
		}
	}
}
