package ui

import (
	"fmt"
	"strings"
)

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
		return 186
	}
	return 136
}

func (t tile) top() float64 {
	if t.row == 1 {
		return 78
	}
	return 128
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
