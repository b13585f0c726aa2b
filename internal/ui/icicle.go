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
	tinyWidth   = 5.7  // at 10.5 px
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

// tile is a unit placed in the picture; row 1 are the units, row 2 those below them.
type tile struct {
	Cover
	row  int
	x, w float64
}

// across shares the width by members; nothing is under least, which only a single rest could be.
func across(all []Cover, x, width, least float64, row int) []tile {
	out := make([]tile, len(all))
	sum := float64(members(all))
	for i, c := range all {
		w := width / float64(len(all))
		if sum > 0 {
			w = float64(max(c.Members, 0)) / sum * width
		}
		out[i] = tile{Cover: c, row: row, w: w}
	}
	widen(out, min(least, width), width)
	for i := range out {
		out[i].x = x
		x += out[i].w
	}
	return out
}

// widen gives the one tile that is too narrow its least width, from all others.
func widen(tiles []tile, least, width float64) {
	for i := range tiles {
		if lack := least - tiles[i].w; lack > 0 && len(tiles) > 1 && width > tiles[i].w {
			shrink := (width - least) / (width - tiles[i].w)
			for k := range tiles {
				tiles[k].w *= shrink
			}
			tiles[i].w = least
			return
		}
	}
}

// tiles are the units from left to right and, under each, those below it. A unit with none
// below stands in the second row itself when others have some.
func (c Coverage) tiles() (out []tile) {
	deep := c.deep()
	for _, u := range across(gather(c.Below, coverWidth, leastUnit), 0, coverWidth, leastUnit, 1) {
		out = append(out, u)
		kids := u.Below
		if deep && len(kids) == 0 {
			kids = []Cover{u.Cover}
		}
		out = append(out, across(gather(kids, u.w, leastKid), u.x, u.w, leastKid, 2)...)
	}
	return out
}

func (c Coverage) deep() bool {
	for _, u := range c.Below {
		if len(u.Below) > 0 {
			return true
		}
	}
	return false
}

// height of the picture; high and top are of a row's shading.
func (c Coverage) height() float64 {
	if c.deep() {
		return 176
	}
	return 126
}

func (t tile) top() float64 {
	if t.row == 1 {
		return 68
	}
	return 118
}

func (t tile) high() float64 {
	if t.row == 1 {
		return 46
	}
	return 58
}

// stratum is a part of a tile's height: grade 1 to 5, then 6 exempt and away, 7 not yet.
type stratum struct {
	grade int
	y, h  float64
}

// strata fill a tile from below, the strongest evidence first, so that area is people.
func (t tile) strata() (out []stratum) {
	parts := [7]int64{t.Grades[0], t.Grades[1], t.Grades[2], t.Grades[3], t.Grades[4], t.away(), t.missing()}
	var sum int64
	for _, n := range parts {
		sum += max(n, 0)
	}
	y := t.top() + t.high()
	for i, n := range parts {
		if n <= 0 {
			continue
		}
		h := float64(n) / float64(sum) * t.high()
		y -= h
		out = append(out, stratum{i + 1, y, h})
	}
	return out
}

// stretch is a part of the uppermost bar, along its length.
type stretch struct {
	grade int
	x, w  float64
}

func (c Cover) stretches() (out []stretch) {
	t := tile{Cover: c}
	for _, s := range t.strata() {
		w := s.h / t.high() * coverWidth
		out = append(out, stretch{s.grade, (t.top() + t.high() - s.y - s.h) / t.high() * coverWidth, w})
	}
	return out
}

// shade is a grade and all below it over one row, as one outline in whole pixels: painted from the
// weakest to the strongest, what is seen of each is its own stratum.
type shade struct {
	grade int
	path  string
}

func shades(tiles []tile) (out []shade) {
	for row := 1; row <= 2; row++ {
		for grade := 7; grade > 0; grade-- {
			if path := skyline(tiles, row, grade); path != "" {
				out = append(out, shade{grade, path})
			}
		}
	}
	return out
}

// skyline is the upper edge of the grades up to one, closed along the foot of the row.
func skyline(tiles []tile, row, grade int) string {
	var b strings.Builder
	foot, some, last := int64(0), false, int64(-1)
	for _, t := range tiles {
		if t.row != row {
			continue
		}
		if last < 0 {
			foot = round(t.top() + t.high())
			fmt.Fprintf(&b, "M0 %d", foot)
			last = foot
		}
		y := foot
		for _, s := range t.strata() {
			if s.grade <= grade {
				y, some = round(s.y), true
			}
		}
		if y != last {
			fmt.Fprintf(&b, "V%d", y)
		}
		fmt.Fprintf(&b, "H%d", round(t.x+t.w))
		last = y
	}
	if !some {
		return ""
	}
	fmt.Fprintf(&b, "V%dz", foot)
	return b.String()
}

// edges are the outlines of tiles that nobody can hit.
func edges(tiles []tile) string {
	var b strings.Builder
	for _, t := range tiles {
		if t.row == 2 && t.w < leastLink {
			fmt.Fprintf(&b, "M%s %dh%sv%dh-%sz", t.left(), round(t.top()), t.width(), round(t.high()), t.width())
		}
	}
	return b.String()
}

func (s stretch) path(high int64) string {
	return fmt.Sprintf("M%d 0H%dv%dH%dz", round(s.x), round(s.x+s.w), high, round(s.x))
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

// flat, upright: whether and how the name fits.
func (t tile) flat(p Page) bool {
	return letterWidth*float64(utf8.RuneCountInString(t.label(p))) < t.w-4
}

func (t tile) upright(p Page) bool {
	return t.row == 1 && !t.flat(p) && t.w >= 13 && tinyWidth*float64(utf8.RuneCountInString(t.label(p))) < 42
}

// named says whether any name fits on its unit.
func named(p Page, tiles []tile) bool {
	return slices.ContainsFunc(tiles, func(t tile) bool { return t.row == 1 && (t.flat(p) || t.upright(p)) })
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

// told is what hovering says: whole for a unit, short below it.
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
