package plan

import (
	"strings"
	"testing"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var long = strings.Repeat("Nội dung ", 8)

// sound is the ground of a district and a plan on it that lacks nothing.
func sound() (Plan, Ground) {
	g := Ground{Starts: "2018-06-26", Today: "2018-07-01", Own: "district", Below: []string{"district", "grassroots", "cell"},
		Audiences: []campaign.Audience{{ID: 1, Name: "Cán bộ chủ chốt", Counted: "person"}, {ID: 2, Name: "Đảng viên", Counted: "person"}, {ID: 3, Name: "Quần chúng", Counted: "headcount"}},
		Levels:    []Level{{"province", "Tỉnh", 20}, {"district", "Huyện", 30}, {"grassroots", "Cơ sở", 40}, {"cell", "Chi bộ", 60}},
		Dues:      []campaign.Due{{Level: "district", On: "2018-07-20"}, {Level: "grassroots", On: "2018-07-25"}}}
	p := Plan{Number: "12-KH/HU", IssuedOn: "2018-06-28", Abstract: "học tập", Signer: "A", Sections: map[string]string{},
		Lines: []Line{{Audience: 1, Level: "district", Mode: "in_person", HeldOn: "2018-07-12", DueOn: "2018-07-19", Place: "x", Speaker: "y"},
			{Audience: 2, Level: "grassroots", Mode: "in_person", DueOn: "2018-07-24", Place: "x", Speaker: "y"}},
		Assignments: []Assignment{{Name: "Đảng viên mẫu 001", Position: "Bí thư", Work: "chỉ đạo"}, {Name: "Đảng viên mẫu 002", Position: "Phó Bí thư", Work: "đôn đốc", DueOn: "2018-07-24"}}}
	for _, code := range Codes {
		p.Sections[code] = long
	}
	return p, g
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Plan, *Ground)
		want   string // place key, "?" before a hint
	}{
		{"a sound plan lacks nothing", func(*Plan, *Ground) {}, ""},
		{"a section of a few words", func(p *Plan, _ *Ground) { p.Sections["outreach"] = "Có tuyên truyền." }, "section_outreach plan.find.section.outreach"},
		{"a section of dots", func(p *Plan, _ *Ground) { p.Sections["purpose"] = strings.Repeat(".", 500) }, "section_purpose plan.find.section.purpose"},
		{"an audience forgotten", func(p *Plan, _ *Ground) { p.Lines = p.Lines[:1] }, "lines plan.find.audience"},
		{"the audience counted by head may be left out", func(_ *Plan, g *Ground) { g.Audiences = g.Audiences[:3] }, ""},
		{"the last day itself", func(p *Plan, _ *Ground) { p.Lines[0].DueOn = "2018-07-19" }, ""},
		{"a day later than ordered", func(p *Plan, _ *Ground) { p.Lines[0].DueOn = "2018-07-20" }, "line_0 plan.find.looser"},
		{"held later than ordered, without a last day", func(p *Plan, _ *Ground) { p.Lines[0].HeldOn, p.Lines[0].DueOn = "2018-07-21", "" }, "line_0 plan.find.looser"},
		{"later than the plan above", func(_ *Plan, g *Ground) { g.Above = []Line{{Audience: 2, Level: "grassroots", DueOn: "2018-07-20"}} }, "line_1 plan.find.looser"},
		{"held after its last day", func(p *Plan, _ *Ground) { p.Lines[0].DueOn = "2018-07-11" }, "line_0 plan.find.held_late"},
		{"before the campaign begins", func(p *Plan, _ *Ground) { p.Lines[0].HeldOn = "2018-06-25" }, "line_0 plan.find.before_start"},
		{"without any day", func(p *Plan, _ *Ground) { p.Lines[1].DueOn = "" }, "line_1 plan.find.no_day"},
		{"cells are bound by the grassroots", func(p *Plan, _ *Ground) { p.Lines[1].Level, p.Lines[1].DueOn = "cell", "2018-07-25" }, "line_1 plan.find.looser"},
		{"one person only", func(p *Plan, _ *Ground) { p.Assignments = p.Assignments[:1] }, "assignments plan.find.persons"},
		{"one person twice", func(p *Plan, _ *Ground) { p.Assignments[1].Name = "đảng viên  mẫu 001" }, "assignments plan.find.persons"},
		{"an assignment of nobody", func(p *Plan, _ *Ground) { p.Assignments = append(p.Assignments, Assignment{Work: "x"}) }, "assignment_2 plan.find.unnamed"},
		{"an assignment later than everything", func(p *Plan, _ *Ground) { p.Assignments[1].DueOn = "2018-07-25" }, "assignment_1 plan.find.assignment_looser"},
		{"no head among them is advice", func(p *Plan, _ *Ground) { p.Assignments[0].Position = "Phó Bí thư" }, "?assignments plan.find.head"},
		{"no number is advice", func(p *Plan, _ *Ground) { p.Number = "" }, "?number plan.find.number"},
		{"no speaker is advice", func(p *Plan, _ *Ground) { p.Lines[0].Speaker = "" }, "?line_0 plan.find.no_speaker"},
		{"self-study needs no place and no speaker", func(p *Plan, _ *Ground) { p.Lines[0].Mode, p.Lines[0].Place, p.Lines[0].Speaker = "self_study", "", "" }, ""},
		{"issued tomorrow", func(p *Plan, _ *Ground) { p.IssuedOn = "2018-07-02" }, "issued_on plan.find.future"},
	} {
		p, g := sound()
		c.change(&p, &g)
		var got []string
		for _, f := range Check(p, g) {
			s := f.Place + " " + f.Key
			if f.Hint {
				s = "?" + s
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
	}
}

// The refusal names the last day allowed.
func TestLast(t *testing.T) {
	_, g := sound()
	g.Above = []Line{{Audience: 2, Level: "grassroots", DueOn: "2018-07-22"}, {Audience: 1, Level: "grassroots", DueOn: "2018-08-01"}}
	for _, c := range []struct {
		name     string
		audience id.ID
		level    string
		want     string
	}{
		{"before 20/7 ends with 19/7", 1, "district", "2018-07-19"},
		{"the plan above is tighter", 2, "grassroots", "2018-07-22"},
		{"the plan above never loosens", 1, "grassroots", "2018-07-24"},
		{"a level without a deadline takes that above it", 1, "cell", "2018-07-24"},
		{"nothing above the province binds it", 1, "province", ""},
	} {
		if got := g.Last(c.audience, c.level); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestLeads(t *testing.T) {
	for position, want := range map[string]bool{"Bí thư": true, "Phó Bí thư Thường trực": false, "Phó Bí thư, Chủ tịch UBND": true, "BÍ THƯ CHI BỘ": true,
		"Trưởng Ban Tuyên giáo": true, "Phó trưởng ban": false, "Hiệu trưởng": true, "Giáo viên Trường mẫu": false, "": false} {
		if leads(position) != want {
			t.Errorf("%q leads: %v", position, !want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Plan)
		field  string
	}{
		{"a sound plan", func(*Plan) {}, ""},
		{"an unfinished one", func(p *Plan) { *p = Plan{} }, ""},
		{"a day that is none", func(p *Plan) { p.IssuedOn = "2018-02-31" }, "issued_on"},
		{"a day in words", func(p *Plan) { p.Lines[0].HeldOn = "hôm qua" }, "line_0_held_on"},
		{"an audience of another campaign", func(p *Plan) { p.Lines[1].Audience = 9 }, "line_1_audience"},
		{"a level that is not below", func(p *Plan) { p.Lines[1].Level = "province" }, "line_1_level"},
		{"a mode that is none", func(p *Plan) { p.Lines[0].Mode = "song" }, "line_0_mode"},
		{"a row that is not used says nothing", func(p *Plan) { p.Lines = append(p.Lines, Line{Mode: "song"}) }, ""},
		{"a name of two lines", func(p *Plan) { p.Assignments[0].Name = "A\nB" }, "assignment_0_name"},
		{"letters that are none", func(p *Plan) { p.Signer = "a\x00b" }, "signer"},
		{"bytes that are no letters", func(p *Plan) { p.Sections["content"] = "\xff" }, "section_content"},
		{"a section that no plan has", func(p *Plan) { p.Sections["poem"] = "x" }, "section_poem"},
		{"a very long section", func(p *Plan) { p.Sections["content"] = strings.Repeat("đ", bodyMax+1) }, "section_content"},
		{"a very long place", func(p *Plan) { p.Lines[0].Place = strings.Repeat("đ", shortMax+1) }, "line_0_place"},
		{"too many classes", func(p *Plan) {
			for range rowsMax {
				p.Lines = append(p.Lines, p.Lines[0])
			}
		}, "lines"},
	} {
		p, g := sound()
		c.change(&p)
		err, field := p.check(g), ""
		if all := fault.List(err); len(all) > 0 {
			field = all[0].Field
		}
		if field != c.field || err != nil && fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %q, want %q: %v", c.name, field, c.field, err)
		}
	}
}

func TestTidy(t *testing.T) {
	p := Plan{Number: " 12 ", Signer: " A  B ", Recipients: "x \r\n\r\n y", Lines: []Line{{}, {Audience: 1, Place: " x "}}, Assignments: []Assignment{{Position: " "}, {Name: "A "}}}.tidy("HU")
	if p.Number != "12-KH/HU" || p.Signer != "A B" || len(p.Lines) != 1 || p.Lines[0].Place != "x" || len(p.Assignments) != 1 || p.Assignments[0].Name != "A" || len(p.Sections) != len(Codes) {
		t.Errorf("%+v", p)
	}
	if p := (Plan{Number: "12-kh/hu"}).tidy("HU"); p.Number != "12-KH/HU" {
		t.Error(p.Number)
	}
	if !same(p, p.tidy("HU")) {
		t.Error("tidied twice it is another plan")
	}
}
