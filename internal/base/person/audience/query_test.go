package audience

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const day = "2026-03-01"

// country is a random tree with random people.
type country struct {
	*rand.Rand
	units  []org.Unit
	people []person.Person
	relief map[id.ID][]person.Exemption
	sits   []sit
}

// sit is where a unit sits, beside the line it belongs to.
type sit struct {
	unit, area id.ID
	from, to   string
}

var levels = []string{"province", "commune", "grassroots", "cell"}

func (c *country) day(from, to int) string {
	return fmt.Sprintf("%04d-%02d-%02d", from+c.IntN(to-from), 1+c.IntN(12), 1+c.IntN(28))
}

func pick[T any](c *country, list ...T) T { return list[c.IntN(len(list))] }

func random(seed uint64) *country {
	c := &country{Rand: rand.New(rand.NewPCG(seed, 1)), relief: map[id.ID][]person.Exemption{}}
	for i := range 12 {
		u := org.Unit{ID: id.New(), Code: fmt.Sprint("U", i), Name: fmt.Sprint("Đơn vị mẫu ", i), Short: "x", Level: pick(c, levels...)}
		if i > 0 {
			u.Parent = c.units[c.IntN(i)].ID
		}
		c.units = append(c.units, u)
	}
	for i := range 6 {
		s := sit{unit: c.units[i*2].ID, area: pick(c, c.units...).ID, from: "2020-01-01", to: pick(c, "", "2026-02-28", "2027-01-01")}
		if i == 5 {
			s.from, s.to = "2026-03-02", ""
		}
		c.sits = append(c.sits, s)
	}
	posts := []string{"", "", "Bí thư", "Phó Bí thư, Chủ tịch", "Đảng ủy viên", "Báo cáo viên", "Nguyên Chủ tịch (nghỉ hưu)", "Thư ký"}
	for i := range 120 {
		p := person.Person{ID: id.New(), Name: fmt.Sprintf("Đảng viên mẫu %03d", i), Kind: pick(c, Kinds...), Unit: pick(c, c.units...).ID, KeyCadre: c.IntN(4) == 0,
			Sex: pick(c, "", "m", "f"), Position: pick(c, posts...), Since: "2010-01-01"}
		switch c.IntN(4) {
		case 0:
		case 1:
			p.Birth = fmt.Sprint(1940 + c.IntN(70))
		default:
			p.Birth = c.day(1940, 2010)
		}
		if p.Member() && c.IntN(3) > 0 {
			p.JoinedOn = c.day(1970, 2026)
		}
		if c.IntN(8) == 0 {
			p.LeftOn = "2026-01-01"
		}
		c.people = append(c.people, p)
		if c.IntN(4) == 0 {
			c.relief[p.ID] = append(c.relief[p.ID], person.Exemption{ID: id.New(), Person: p.ID, Kind: pick(c, "exempt", "reduced"), Reason: "x", Resolution: "1",
				From: c.day(2020, 2027), To: pick(c, "", "2026-02-28", "2026-03-01", "2027-01-01")})
		}
	}
	return c
}

func (c *country) store(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, c.units, 0, 0); err != nil {
			return err
		}
		for _, s := range c.sits {
			if _, err := tx.ExecContext(ctx, `insert into org_area (unit, area, valid_from, valid_to) values ($1, $2, $3, nullif($4, ''))`, s.unit, s.area, s.from, s.to); err != nil {
				return err
			}
		}
		if err := person.AddAll(ctx, tx, c.people, 0, 0); err != nil {
			return err
		}
		for _, list := range c.relief {
			if err := person.AddExemptions(ctx, tx, list, 0, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// path is a unit with those above it.
func (c *country) path(unit id.ID) (out []id.ID) {
	for unit != 0 {
		out = append(out, unit)
		i := slices.IndexFunc(c.units, func(u org.Unit) bool { return u.ID == unit })
		unit = c.units[i].Parent
	}
	return out
}

func (c *country) row(p person.Person) Row {
	i := slices.IndexFunc(c.units, func(u org.Unit) bool { return u.ID == p.Unit })
	r := Row{Path: c.path(p.Unit), Home: p.Unit, Level: c.units[i].Level, Kind: p.Kind, Position: text.Bare(p.Position), Sex: p.Sex, Birth: p.Birth, Joined: p.JoinedOn, KeyCadre: p.KeyCadre}
	for _, s := range c.sits {
		if slices.Contains(r.Path, s.unit) && s.from <= day && (s.to == "" || s.to >= day) {
			r.Areas = append(r.Areas, c.path(s.area)...)
		}
	}
	for _, e := range c.relief[p.ID] {
		r.Exempt = r.Exempt || e.Kind == "exempt" && e.On(day)
		r.Reduced = r.Reduced || e.Kind == "reduced" && e.On(day)
	}
	return r
}

func (c *country) query() Query {
	var q Query
	maybe := func(fn func()) {
		if c.IntN(3) == 0 {
			fn()
		}
	}
	maybe(func() { q.Units, q.Only = []id.ID{pick(c, c.units...).ID, pick(c, c.units...).ID}, c.IntN(3) == 0 })
	maybe(func() { q.Sitting = true })
	maybe(func() { q.Levels = []string{pick(c, levels...), pick(c, levels...)} })
	maybe(func() { q.Kinds = []string{pick(c, Kinds...), pick(c, Kinds...)} })
	maybe(func() { q.KeyCadre = true })
	maybe(func() {
		q.Positions = []string{pick(c, "bí thư", "THU KY", "ủy viên", "nguyên", "tịch nghỉ", "thư")}
	})
	maybe(func() { q.Sex = pick(c, "m", "f") })
	maybe(func() { q.AgeFrom = int64(c.IntN(70)) })
	maybe(func() { q.AgeTo = q.AgeFrom + int64(c.IntN(40)) })
	maybe(func() { q.PartyTo = int64(c.IntN(40)) })
	maybe(func() { q.PartyFrom = int64(c.IntN(int(q.PartyTo) + 1)) })
	maybe(func() { q.Relief = pick(c, Reliefs...) })
	return q.Tidy()
}

// Whom SQL counts is whom the rule means, within the scope, on both engines.
func TestSQLIsTheRule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := random(uint64(len(t.Name())))
		c.store(t, d)
		met := 0
		for i := range 400 {
			q, under, tops := c.query(), pick(c, c.units...).ID, []id.ID{pick(c, c.units...).ID, pick(c, c.units...).ID}
			if err := q.Check(); err != nil {
				t.Fatal(q, err)
			}
			who := access.Actor{Account: 1, Grants: []access.Grant{{Role: access.Officer, Unit: tops[0], From: "2018-01-01"}, {Role: access.UnitOfficer, Unit: tops[1], From: "2018-01-01"}}}
			var want Count
			homes := map[id.ID]bool{}
			for _, p := range c.people {
				r := c.row(p)
				seen := slices.Contains(r.Path, tops[0]) || slices.Contains(r.Path, tops[1])
				if p.LeftOn == "" && seen && slices.Contains(r.Path, under) && q.Has(r, day) {
					want.People++
					homes[p.Unit] = true
				}
			}
			want.Units = int64(len(homes))
			s := &Service{DB: d, apart: int64(1 + i%2*1000)} // in parts, and in one
			if got, err := s.count(context.Background(), who.Scope(access.PersonRead), under, q, day); got != want || err != nil {
				t.Errorf("%d: %s counts %+v, the rule means %+v %v", i, q, got, want, err)
			}
			if want.People > 0 {
				met++
			}
		}
		if met < 40 {
			t.Errorf("only %d of the questions meant anybody", met)
		}
	})
}

func TestHas(t *testing.T) {
	r := Row{Path: []id.ID{3, 2, 1}, Areas: []id.ID{7, 8}, Home: 3, Level: "cell", Kind: "official", Position: text.Bare("Phó Bí thư, Đảng ủy viên"), Sex: "f", Birth: "1990-03-02", Joined: "2016-03-01", KeyCadre: true}
	for _, c := range []struct {
		name string
		q    Query
		want bool
	}{
		{"nothing asked means everybody", Query{}, true},
		{"below a unit", Query{Units: []id.ID{9, 2}}, true},
		{"directly in a unit above", Query{Units: []id.ID{2}, Only: true}, false},
		{"sitting in the area of a unit below that one", Query{Units: []id.ID{8}, Sitting: true}, true},
		{"sitting there is not asked for", Query{Units: []id.ID{8}}, false},
		{"another level", Query{Levels: []string{"commune"}}, false},
		{"words of a position", Query{Positions: []string{"dang uy vien"}}, true},
		{"half a word is none", Query{Positions: []string{"vi"}}, false},
		{"words that do not stand together", Query{Positions: []string{"phó ủy viên"}}, false},
		{"35 tomorrow", Query{AgeFrom: 36}, false},
		{"35 years old the day before the 36th birthday", Query{AgeFrom: 35, AgeTo: 35}, true},
		{"ten years in the Party today", Query{PartyFrom: 10}, true},
		{"less than ten", Query{PartyTo: 9}, false},
		{"outside the rosters", Query{Groups: []string{"union"}}, false},
		{"neither exempt nor reduced", Query{Relief: "none"}, true},
		{"exempt", Query{Relief: "exempt"}, false},
	} {
		if got := c.q.Has(r, day); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if (Query{AgeFrom: 1}).Has(Row{}, day) || !(Query{AgeFrom: 36, AgeTo: 36}).Has(Row{Birth: "1990"}, day) {
		t.Error("nobody's age is guessed; a year alone counts by the year")
	}
}

func TestCheckAndTidy(t *testing.T) {
	long := make([]id.ID, 301)
	for i := range long {
		long[i] = id.ID(i + 1)
	}
	for _, c := range []struct {
		name  string
		q     Query
		field string
	}{
		{"sound", Query{Kinds: []string{"official"}, AgeFrom: 18, AgeTo: 30}, ""},
		{"a kind that is none", Query{Kinds: []string{"x"}}, "kinds"},
		{"too many units", Query{Units: long}, "units"},
		{"ages crossed", Query{AgeFrom: 30, AgeTo: 18}, "age_to"},
		{"ages beyond life", Query{PartyFrom: 131}, "party_from"},
		{"a position without letters", Query{Positions: []string{"…"}}, "positions"},
		{"a position that is no text", Query{Positions: []string{"a\x00"}}, "positions"},
		{"heads narrowed by the roster", Query{Groups: []string{"union"}, Sex: "f"}, "groups"},
		{"a relief that is none", Query{Relief: "maybe"}, "relief"},
	} {
		got := ""
		if fs := fault.List(c.q.Check()); len(fs) > 0 {
			got = fs[0].Field
		}
		if got != c.field {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	a := Query{Units: []id.ID{3, 1, 3}, Kinds: []string{"civil", "official"}, Positions: []string{" Bí  thư ", "bi thu", ""}}.Tidy()
	b := Query{Units: []id.ID{1, 3}, Kinds: []string{"official", "civil"}, Positions: []string{"Bí thư"}}.Tidy()
	if a.String() != b.String() {
		t.Errorf("equal questions, two texts: %s, %s", a, b)
	}
	if again, err := Parse(a.String()); err != nil || again.String() != a.String() {
		t.Error(again, err)
	}
}

func TestSay(t *testing.T) {
	n := Names{Units: map[id.ID]string{1: "Đảng bộ xã Mẫu Một", 2: "Đảng bộ xã Mẫu Hai"}, Levels: map[string]string{"cell": "Chi bộ"}, Same: "Đảng ủy xã"}
	for _, c := range []struct {
		q    Query
		want string
	}{
		{Query{}, "mọi người trong danh sách"},
		{Query{Kinds: []string{"official"}, Positions: []string{"cấp ủy viên"}, Units: []id.ID{1, 2, 3, 4}}, "đảng viên chính thức, có chức vụ “cấp ủy viên”, của 4 đảng ủy xã"},
		{Query{Kinds: members, Sex: "f", AgeFrom: 18, AgeTo: 30, Units: []id.ID{1, 2}}, "đảng viên, nữ, từ 18 đến 30 tuổi, của Đảng bộ xã Mẫu Một và Đảng bộ xã Mẫu Hai"},
		{Query{Kinds: []string{"official", "probationary", "civil"}, Relief: "none", Levels: []string{"cell"}}, "đảng viên hoặc cán bộ, công chức, viên chức ngoài Đảng, không thuộc diện miễn, giảm, sinh hoạt tại cấp Chi bộ"},
		{Query{Kinds: []string{"civil"}, Units: []id.ID{1}, Sitting: true}, "cán bộ, công chức, viên chức ngoài Đảng, của Đảng bộ xã Mẫu Một, kể cả đơn vị đóng trên địa bàn"},
		{Query{Groups: []string{"union", "mass"}}, "đoàn viên hoặc quần chúng, đếm đầu người tại hội nghị"},
	} {
		if got := c.q.Say("vi", n); got != c.want {
			t.Errorf("%s\nis said %q\nwant    %q", c.q, got, c.want)
		}
	}
	for _, r := range Ready {
		if err := r.Query.Check(); err != nil || r.Query.Empty() || r.Query.String() != r.Query.Tidy().String() {
			t.Errorf("%s: %v", r.Code, err)
		}
	}
}
