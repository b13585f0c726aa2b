package ui

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Strip is a line of time with its deadlines.
type Strip struct {
	Start        time.Time
	From, Source string // words under both ends: "từ 26/6", "Kế hoạch 117-KH/TU"
	Ticks        []Tick // in order of time
}

// Tick is a deadline: At the first instant that is too late, Label as the plan writes it
// ("trước 20/7"), Who it binds, Missing whether work is still open.
type Tick struct {
	At         time.Time
	Label, Who string
	Missing    bool
}

// Coverage is a tree seen from above: the whole, its units as wide as they have people
// obliged, and under each the state of its grassroots organisations.
type Coverage struct {
	Name       string // of the whole
	Rate       string // "93,36%"
	Num, Den   int64
	Units      []CoverUnit
	UnitsWord  string // what the lowest row counts: "tổ chức cơ sở"
	OverdueNum int
}

// CoverUnit is one unit of a Coverage. Cells are done, under way, not opened.
type CoverUnit struct {
	Name, Short, Rate, Href string
	Num, Den                int64
	Late                    bool
	Cells                   [3]int64
}

const (
	stripWidth  = 450.0
	coverWidth  = 1052.0
	coverGap    = 2.0
	coverLeast  = 15.0 // px a unit keeps however small it is
	letterWidth = 6.3  // px of a letter at 11.5 px, on average
)

// mark is a tick placed on the strip.
type mark struct {
	Tick
	x, end     float64 // of the tick; right end of its words
	kind, left string
}

// scale maps time to px; a seventh stays free behind the last thing.
func (s Strip) scale(now time.Time) func(time.Time) float64 {
	last := now
	for _, t := range s.Ticks {
		if t.At.After(last) {
			last = t.At
		}
	}
	whole := float64(last.Sub(s.Start)) * 7 / 6
	return func(t time.Time) float64 {
		if whole <= 0 {
			return 0
		}
		return min(max(float64(t.Sub(s.Start))/whole*stripWidth, 0), stripWidth)
	}
}

// marks places the words from the right so that they do not touch; the last ends at the edge.
func (s Strip) marks(p Page) []mark {
	at := s.scale(p.Now)
	out := make([]mark, len(s.Ticks))
	room := stripWidth
	for i := len(s.Ticks) - 1; i >= 0; i-- {
		t := s.Ticks[i]
		m := mark{Tick: t, x: at(t.At), end: room}
		m.kind, m.left = Left(p, t.At)
		if m.kind == "late" && !t.Missing {
			m.kind, m.left = "ok", p.T("ui.done")
		}
		need := letterWidth * float64(max(utf8.RuneCountInString(t.Label+" "+t.Who), utf8.RuneCountInString(m.left)))
		if i < len(s.Ticks)-1 {
			m.end = min(room, max(m.x, need))
		}
		room = m.end - need - 12
		out[i] = m
	}
	return out
}

// over is where the overdue part begins, or -1.
func (s Strip) over(now time.Time) float64 {
	at := s.scale(now)
	for _, t := range s.Ticks {
		if t.Missing && t.At.Before(now) {
			return at(t.At)
		}
	}
	return -1
}

// lead says whether the words of the beginning have room before the first deadline's.
func (s Strip) lead(marks []mark) bool {
	if len(marks) == 0 {
		return true
	}
	m := marks[0]
	words := max(utf8.RuneCountInString(m.Label+" "+m.Who), utf8.RuneCountInString(m.left))
	own := max(utf8.RuneCountInString(s.From), utf8.RuneCountInString(s.Source))
	return m.end-letterWidth*float64(words) > letterWidth*float64(own)+8
}

func (s Strip) spoken(p Page) string {
	var out []string
	for _, m := range s.marks(p) {
		out = append(out, strings.TrimSpace(m.Label+" "+m.Who)+": "+m.left)
	}
	return p.T("ui.deadlines") + ": " + strings.Join(out, "; ")
}

func px(f float64) string { return fmt.Sprintf("%.1f", f) }

// title is what the uppermost bar says.
func (c Coverage) title(p Page) string {
	return fmt.Sprintf("%s · %s (%s/%s)", c.Name, c.Rate, p.Int(c.Num), p.Int(c.Den))
}

// inside says whether the title fits on the dark part of its bar.
func (c Coverage) inside(p Page) bool {
	return portion(c.Num, c.Den)*coverWidth > 7.2*float64(utf8.RuneCountInString(c.title(p)))+20
}

// column is a unit placed in the picture.
type column struct {
	CoverUnit
	x, w float64
}

// columns shares the width by people obliged; nobody gets less than coverLeast, unless there are too many.
func (c Coverage) columns() []column {
	n := len(c.Units)
	gap := min(coverGap, coverWidth/float64(max(n, 1))/6)
	free := coverWidth - gap*float64(n-1)
	least := min(coverLeast, free/float64(max(n, 1))*0.6)
	var sum float64
	for _, u := range c.Units {
		sum += float64(max(u.Den, 0))
	}
	rest := free - least*float64(n) // everyone gets the least, the rest is shared
	out, x := make([]column, n), 0.0
	for i, u := range c.Units {
		w := least
		if sum > 0 {
			w += rest * float64(max(u.Den, 0)) / sum
		} else {
			w += rest / float64(n)
		}
		out[i] = column{u, x, w}
		x += w + gap
	}
	return out
}

func (c column) mid() float64 { return c.x + c.w/2 }

func (c column) done() float64 { return portion(c.Num, c.Den) * c.w }

// flat, upright: whether and how the name fits.
func (c column) flat() bool { return letterWidth*float64(utf8.RuneCountInString(c.Short)) < c.w-3 }

func (c column) upright() bool {
	return !c.flat() && c.w >= 13 && letterWidth*float64(utf8.RuneCountInString(c.Short)) < 46
}

func (c column) unitClass() string {
	if c.Late {
		return "u-late"
	}
	return "u-n"
}

// cell is a stretch of the lowest row: 0 done, 1 under way, 2 not opened.
type cell struct {
	state int
	x, w  float64
}

func (c column) cells() []cell {
	all := c.Cells[0] + c.Cells[1] + c.Cells[2]
	var out []cell
	x := c.x
	for i, n := range c.Cells {
		if w := portion(n, all) * c.w; w > 0 {
			out = append(out, cell{i, x, w})
			x += w
		}
	}
	return out
}

func (c column) spoken(p Page) string {
	name, also := c.Name, ""
	if !strings.Contains(c.Name, c.Short) { // what is read out begins with what is seen
		name, also = c.Short, " "+c.Name
	}
	s := fmt.Sprintf("%s: %s%s (%s/%s); %s %s, %s %s, %s %s", name, c.Rate, also, p.Int(c.Num), p.Int(c.Den), p.T("ui.done"), p.Int(c.Cells[0]),
		p.T("ui.under_way"), p.Int(c.Cells[1]), p.T("ui.not_opened"), p.Int(c.Cells[2]))
	if c.Late {
		s += "; " + p.T("ui.overdue")
	}
	return s
}

func (c Coverage) cells(state int) (n int64) {
	for _, u := range c.Units {
		n += u.Cells[state]
	}
	return n
}

func portion(num, den int64) float64 {
	if den <= 0 {
		return 0
	}
	return min(float64(num)/float64(den), 1)
}

// allowed places given and ours between from and to on 136 px.
func allowed(from, to, t time.Time) float64 {
	whole := float64(to.Sub(from))
	if whole <= 0 {
		return 0
	}
	return min(max(float64(t.Sub(from))/whole*136, 0), 136)
}
