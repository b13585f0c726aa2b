package org

import (
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestFits(t *testing.T) {
	province := Level{Code: "province", Rank: 20}
	district := Level{Code: "district", Rank: 30, To: "2025-06-30"}
	commune := Level{Code: "commune", Rank: 30, From: "2025-07-01"}
	cell := Level{Code: "cell", Rank: 60}
	for _, c := range []struct {
		say      string
		unit     Unit
		level    Level
		parent   *Unit
		above    Level
		want     string
		wantCell string
	}{
		{"a cell stands under a province", Unit{}, cell, &Unit{}, province, "", ""},
		{"equal ranks may stand under each other", Unit{}, commune, &Unit{}, commune, "", ""},
		{"a province does not stand under a cell", Unit{}, province, &Unit{}, cell, "org.level_upside", "parent"},
		{"a district of 2018 is a district", Unit{From: "2018-01-01", To: "2025-06-30"}, district, &Unit{}, province, "", ""},
		{"no district begins in 2026", Unit{From: "2026-01-01"}, district, &Unit{}, province, "org.level_over", "level"},
		{"no commune of today ended in 2020", Unit{To: "2020-01-01"}, commune, &Unit{}, province, "org.level_over", "level"},
		{"nobody begins under a closed parent", Unit{From: "2026-01-01"}, commune, &Unit{To: "2025-12-31"}, province, "org.parent_closed", "parent"},
		{"a top unit needs no parent", Unit{}, province, nil, Level{}, "", ""},
	} {
		err := fits(c.unit, c.level, c.parent, c.above)
		if c.want == "" && err != nil || c.want != "" && (fault.Key(err) != c.want || fault.List(err)[0].Field != c.wantCell) {
			t.Errorf("%s: %v", c.say, err)
		}
	}
}

func TestRelink(t *testing.T) {
	a, b := id.ID(1), id.ID(2)
	open := []link{{a, "2020-01-01", ""}}
	for _, c := range []struct {
		say      string
		links    []link
		from     string
		end, fix *link
		want     string
	}{
		{"the old link ends the day before", open, "2026-03-01", &link{a, "2020-01-01", "2026-02-28"}, nil, ""},
		{"a link of the same day is corrected", []link{{a, "2026-03-01", ""}}, "2026-03-01", nil, &link{b, "2026-03-01", ""}, ""},
		{"a first parent ends nothing", nil, "2026-03-01", nil, nil, ""},
		{"nothing moves before a later move", []link{{a, "2020-01-01", "2026-06-30"}, {3, "2026-07-01", ""}}, "2026-03-01", nil, nil, "org.moved_later"},
		{"nothing moves to where it is", []link{{b, "2020-01-01", ""}}, "2026-03-01", nil, nil, "org.same_parent"},
	} {
		end, fix, err := relink(c.links, b, c.from, "2026-02-28")
		if (c.want == "") != (err == nil) || c.want != "" && fault.Key(err) != c.want {
			t.Errorf("%s: %v", c.say, err)
		}
		if err == nil && (!same(end, c.end) || !same(fix, c.fix)) {
			t.Errorf("%s: end %v fix %v", c.say, end, fix)
		}
	}
}

func same(a, b *link) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

func TestCheckUnit(t *testing.T) {
	good := Unit{Code: "A", Name: "Chi bộ", Short: "Chi bộ"}
	for _, c := range []struct {
		say   string
		spoil func(*Unit)
		field string
	}{
		{"a whole unit passes", func(*Unit) {}, ""},
		{"a code is needed", func(u *Unit) { u.Code = "" }, "code"},
		{"a name has no control characters", func(u *Unit) { u.Name = "a\x00b" }, "name"},
		{"a name is UTF-8", func(u *Unit) { u.Name = "\xff" }, "name"},
		{"a name has its bound", func(u *Unit) { u.Name = string(make([]rune, 301)) }, "name"},
		{"a date is a date", func(u *Unit) { u.From = "2026-02-31" }, "from"},
		{"the end comes after the beginning", func(u *Unit) { u.From, u.To = "2026-02-02", "2026-02-01" }, "to"},
		{"an order has its bound", func(u *Unit) { u.Position = 1 << 30 }, "position"},
	} {
		u := good
		c.spoil(&u)
		list := fault.List(u.check())
		if c.field == "" && len(list) > 0 || c.field != "" && (len(list) == 0 || list[0].Field != c.field) {
			t.Errorf("%s: %v", c.say, list)
		}
	}
}
