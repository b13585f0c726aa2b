package ui

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"quantriet/internal/kit/text"
)

// Cover is a unit seen from above: its people, by how their study is known, and the units below it.
type Cover struct {
	Name, Short, Href string
	Members           int64    // all of them: the width
	Num, Den          int64    // obliged who studied, and obliged
	Grades            [5]int64 // of all who studied
	Late              bool
	Below             []Cover
	more              int64  // how many small units this one stands for
	only              *Cover // the last of them
}

// Coverage is the picture of a tree: the whole, its units, and what is below these, each as wide as it has members.
type Coverage struct {
	Cover
	Round   text.Rounding
	Note    string // what else the heading says
	Overdue int64
}

const (
	coverWidth  = 1052.0
	leastUnit   = 13.0 // px under which units are put together: a name fits upright
	leastKid    = 10.0
	leastLink   = 24.0 // px under which nothing can be hit; the table has the link
	letterWidth = 6.3  // px of a letter at 11.5 px, on average
	boldWidth   = 6.9  // of a bold one
	tinyWidth   = 5.7  // of a bold one at 10.5 px
	mostListed  = 12   // units that a phone lists, and
	mostTabled  = 200  // that the table behind has
)

// studied, away and missing add up to the members: who studied, exempt who did not, obliged who have not yet.
func (c Cover) studied() int64 { return total(c.Grades) }

func (c Cover) missing() int64 { return max(c.Den-c.Num, 0) }

func (c Cover) away() int64 { return max(c.Members-c.studied()-c.missing(), 0) }

func (c Cover) rate(p Page, r text.Rounding) string {
	return text.For(p.Lang).Percent(c.Num, c.Den, r)
}

func (c Cover) plus(o Cover) Cover {
	c.Members, c.Num, c.Den, c.Late, c.more = c.Members+o.Members, c.Num+o.Num, c.Den+o.Den, c.Late || o.Late, c.more+max(o.more, 1)
	for i := range c.Grades {
		c.Grades[i] += o.Grades[i]
	}
	c.Below = append(c.Below, o.Below...)
	return c
}

func members(all []Cover) (n int64) {
	for _, c := range all {
		n += max(c.Members, 0)
	}
	return n
}

// gather keeps the units that are at least so wide within width, in their order, and puts smaller
// neighbours together until they are; nothing is lost, and what is left over joins the last such group.
func gather(all []Cover, width, least float64) (out []Cover) {
	need := least / max(width-least, least) * float64(members(all))
	var group Cover
	last := -1
	flush := func() {
		if group.more > 0 {
			out, last, group = append(out, group.alone()), len(out), Cover{}
		}
	}
	for i, c := range all {
		if c.Members > 0 && float64(c.Members) >= need {
			out = append(out, c)
			continue
		}
		group = group.plus(c)
		group.only = &all[i]
		if float64(group.Members) >= need && need > 0 {
			flush()
		}
	}
	if group.more > 0 && last >= 0 {
		out[last], group = out[last].plus(group), Cover{}
	}
	flush()
	return out
}

// alone is the unit itself when the group has but one.
func (c Cover) alone() Cover {
	if c.more == 1 {
		return *c.only
	}
	return c
}

// first keeps the largest units in their order, in n lines.
func first(all []Cover, n int) []Cover {
	if len(all) <= n {
		return all
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(all[b].Members, all[a].Members) })
	large := map[int]bool{}
	for _, i := range order[:n-1] {
		large[i] = true
	}
	var kept []Cover
	var rest Cover
	for i, c := range all {
		if large[i] {
			kept = append(kept, c)
		} else {
			rest = rest.plus(c)
		}
	}
	return append(kept, rest)
}

func round(f float64) int64 { return int64(math.Round(f)) }

func (t tile) left() string { return num(round(t.x)) }

func (t tile) width() string { return num(round(t.x+t.w) - round(t.x)) }

// shadeClass and hatched are how a grade is drawn.
func shadeClass(grade int) string {
	if grade >= 5 {
		return "g" + num(int64(grade))
	}
	return "f" + num(int64(grade))
}

func hatched(grade int) templ.Attributes {
	if grade == 5 {
		return templ.Attributes{"fill": "url(#hatch)"}
	}
	return nil
}

func (t tile) mid() float64 { return t.x + t.w/2 }

func (t tile) label(p Page) string {
	switch {
	case t.more > 0:
		return p.T("ui.n_units", "n", p.Int(t.more))
	case t.Short != "":
		return t.Short
	}
	return t.Name
}

// lines is the name as it fits on its unit: on one line, or on two; none when it fits on neither.
func (t tile) lines(p Page) []string {
	name := t.label(p)
	if t.fits(name) {
		return []string{name}
	}
	words := strings.Fields(name)
	for i := len(words) - 1; i > 0; i-- {
		if a, b := strings.Join(words[:i], " "), strings.Join(words[i:], " "); t.fits(a) && t.fits(b) {
			return []string{a, b}
		}
	}
	return nil
}

func (t tile) fits(s string) bool {
	return boldWidth*float64(utf8.RuneCountInString(s)) < t.w-4
}

// upright: whether the name fits when it is turned.
func (t tile) upright(p Page) bool {
	return t.row == 1 && t.more == 0 && len(t.lines(p)) == 0 && t.w >= 13 && tinyWidth*float64(utf8.RuneCountInString(t.label(p))) < 50
}

// named says whether any name fits on its unit.
func named(p Page, tiles []tile) bool {
	return slices.ContainsFunc(tiles, func(t tile) bool { return t.row == 1 && (len(t.lines(p)) > 0 || t.upright(p)) })
}

func (t tile) band() string {
	if t.Late {
		return "u-late"
	}
	return "u-n"
}

// called is the whole name of a unit, or how many it stands for.
func (c Cover) called(p Page) string {
	if c.more > 0 {
		return p.T("ui.and_more", "n", p.Int(c.more))
	}
	return c.Name
}

func (c Cover) spoken(p Page, r text.Rounding) string {
	s := c.called(p)
	if s == "" {
		s = c.Short
	}
	s = fmt.Sprintf("%s: %s (%s/%s); %s", s, c.rate(p, r), p.Int(c.Num), p.Int(c.Den), spoken(p, c.Grades))
	if c.away() > 0 {
		s += "; " + p.T("ui.away") + " " + p.Int(c.away())
	}
	s += "; " + p.T("ui.missing") + " " + p.Int(c.missing())
	if c.Late {
		s += "; " + p.T("ui.overdue")
	}
	return s
}

// told is what hovering says and what a link is called: whole for a unit, short below it.
func (t tile) told(p Page, r text.Rounding) string {
	if t.row == 1 {
		return t.spoken(p, r)
	}
	return fmt.Sprintf("%s %s (%s/%s)", t.label(p), t.rate(p, r), p.Int(t.Num), p.Int(t.Den))
}

// long is the length of a bar on a phone: as long as its unit is large.
func (c Cover) long(most int64) string { return pct(max(int64(portion(c.Members, most)*10000), 300)) }

func largest(all []Cover) (n int64) {
	for _, c := range all {
		if c.more == 0 {
			n = max(n, c.Members)
		}
	}
	return max(n, 1)
}

func portion(num, den int64) float64 {
	if den <= 0 {
		return 0
	}
	return min(float64(num)/float64(den), 1)
}
