package org

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Unit is an organisation of the tree. From and To are civil dates, its first and last
// day; "" is open. Parent is today's, zero for a unit without one.
type Unit struct {
	ID        id.ID  `json:"id"`
	Code      string `json:"code" doc:"organisation code, unique"`
	Level     string `json:"level" doc:"code of its level"`
	Parent    id.ID  `json:"parent" doc:"today's; empty at the top"`
	Name      string `json:"name" example:"Đảng bộ huyện Thủy Nguyên"`
	Short     string `json:"short" example:"Thủy Nguyên"`
	Committee string `json:"committee" doc:"issuing body on its papers" example:"HUYỆN UỶ THUỶ NGUYÊN"`
	Symbol    string `json:"symbol" doc:"in the numbers of its papers" example:"HU"`
	Place     string `json:"place" doc:"named beside the date of its papers"`
	Position  int    `json:"position" doc:"order among siblings, then by name"`
	From      string `json:"from" doc:"first day; empty when not known"`
	To        string `json:"to" doc:"last day; empty while it exists"`
}

// Open reports whether the unit exists on a civil day.
func (u Unit) Open(day string) bool { return during(u.From, u.To, day) }

// Level is a rung of the tree; equal ranks are equivalent. From and To bound the days on
// which it exists, "" is open.
type Level struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en"`
	Rank   int    `json:"rank" doc:"order from the top; equal ranks are equivalent"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// In is the level's name in a language.
func (l Level) In(lang string) string {
	if lang == "en" {
		return l.NameEn
	}
	return l.Name
}

func during(from, to, day string) bool {
	return (from == "" || from <= day) && (to == "" || to >= day)
}

// meet reports whether two spans of days have a day in common.
func meet(from1, to1, from2, to2 string) bool {
	return (to1 == "" || from2 <= to1) && (to2 == "" || from1 <= to2)
}

// always begins a parent link whose first day nobody wrote down.
const always = "0001-01-01"

// Bounds of the columns, in letters.
const (
	codeMax = 40
	nameMax = 300
	tagMax  = 20
)

// Code is an organisation code as it is kept: without white space at the ends, in capitals.
func Code(s string) string { return strings.ToUpper(s) }

// tidy fills what may be left out.
func (u Unit) tidy() Unit {
	u.Code = Code(u.Code)
	u.Short = cmp.Or(u.Short, u.Name)
	return u
}

func (u Unit) folded() string { return text.Fold(u.Name + " " + u.Short + " " + u.Code) }

// check finds what is wrong with a unit by itself.
func (u Unit) check() error {
	errs := []error{
		line("code", u.Code, 1, codeMax), line("name", u.Name, 1, nameMax), line("short", u.Short, 1, nameMax),
		line("committee", u.Committee, 0, nameMax), line("symbol", u.Symbol, 0, tagMax), line("place", u.Place, 0, 100),
		civil("from", u.From), civil("to", u.To),
	}
	if u.Position < -positionMax || u.Position > positionMax {
		errs = append(errs, fault.At("position", "web.not_number", "min", -positionMax, "max", positionMax))
	}
	if u.From != "" && u.To != "" && u.To < u.From {
		errs = append(errs, fault.At("to", "org.to_before_from"))
	}
	return fault.All(errs...)
}

const positionMax = 1_000_000

func line(field, s string, least, most int) error {
	clean, ok := text.Clean(s)
	n := utf8.RuneCountInString(s)
	switch {
	case !ok || clean != s:
		return fault.At(field, "web.not_text")
	case n < least:
		return fault.At(field, "web.required")
	case n > most:
		return fault.At(field, "web.too_long", "n", most)
	}
	return nil
}

func civil(field, s string) error {
	if s == "" {
		return nil
	}
	if day, err := text.ParseDate(s); err != nil || day != s {
		return fault.At(field, "web.not_date")
	}
	return nil
}

// fits decides whether a unit of a level may stand under a parent: never above its rank,
// and the level and the parent must exist while the unit does.
func fits(u Unit, l Level, parent *Unit, above Level) error {
	switch {
	case !meet(u.From, u.To, l.From, l.To):
		return fault.At("level", "org.level_over", "level", l.Name)
	case parent == nil:
		return nil
	case above.Rank > l.Rank:
		return fault.At("parent", "org.level_upside", "level", l.Name, "above", above.Name)
	case !meet(u.From, u.To, parent.From, parent.To):
		return fault.At("parent", "org.parent_closed", "name", parent.Name)
	}
	return nil
}

// link is a parent from one civil day to another; To "" is open.
type link struct {
	Parent   id.ID
	From, To string
}

// relink decides how a unit's links change when it moves under parent from a day on: the
// link of the day ends the day before, or is corrected when it begins that very day.
// Faults: Invalid when a later link exists already or nothing would change.
func relink(links []link, parent id.ID, from, before string) (end, fix *link, err error) {
	for _, l := range links {
		if l.From > from {
			return nil, nil, fault.At("from", "org.moved_later", "day", text.Date(l.From))
		}
	}
	for _, l := range links {
		switch {
		case !during(l.From, l.To, from):
			continue
		case l.Parent == parent:
			return nil, nil, fault.At("parent", "org.same_parent")
		case l.From == from:
			fix = &link{parent, from, l.To}
		default:
			end = &link{l.Parent, l.From, before}
		}
	}
	return end, fix, nil
}

// Change is a field before and after.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// diff lists what an edit changes; parent and dates are changed by Move and Close.
func diff(old, u Unit) []Change {
	pairs := []Change{
		{"code", old.Code, u.Code}, {"name", old.Name, u.Name}, {"short", old.Short, u.Short}, {"level", old.Level, u.Level},
		{"committee", old.Committee, u.Committee}, {"symbol", old.Symbol, u.Symbol}, {"place", old.Place, u.Place},
		{"position", text.Int(int64(old.Position)), text.Int(int64(u.Position))}, {"from", old.From, u.From}, {"to", old.To, u.To},
	}
	return slices.DeleteFunc(pairs, func(c Change) bool { return c.Old == c.New })
}

// Open reports whether the level exists on a civil day.
func (l Level) Open(day string) bool { return during(l.From, l.To, day) }
