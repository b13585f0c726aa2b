package board

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// pane is where a view stands: its address and the choices in it.
type pane struct {
	base string // "/meetings/…/board"
	unit id.ID  // chosen by the reader; 0 the widest
	nth  int    // part of the sites
	wall bool
	many bool // meetings of a day
}

func (a pane) with(kv ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" {
			v.Set(kv[i], kv[i+1])
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

func (a pane) at(unit id.ID) string { return a.base + a.with("unit", unit.String()) }

func (a pane) self() string {
	return a.base + a.with("unit", a.unit.String(), "part", number(a.nth))
}

func (a pane) part(n int) string {
	return a.base + a.with("unit", a.unit.String(), "part", number(n)) + "#bd-sites"
}

func (a pane) screen(dark bool) string {
	how := ""
	if dark {
		how = "1"
	}
	return a.base + a.with("unit", a.unit.String(), "screen", "1", "dark", how)
}

func (a pane) stream() string {
	look := ""
	if a.wall {
		look = "1"
	}
	return a.base + "/stream" + a.with("unit", a.unit.String(), "part", number(a.nth), "screen", look)
}

func (a pane) nothing() string {
	if a.many {
		return "board.none_today"
	}
	return "board.none_here"
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func digit(n int) string { return strconv.Itoa(n) }

// what says whose board it is.
func (f Frame) what(p ui.Page) string {
	if f.Meeting.ID == 0 {
		return p.T("board.of_day", "day", f.day())
	}
	from, till := clock.From(f.Meeting.Starts), clock.From(f.Meeting.Ends)
	return p.T("board.of_meeting", "from", from.Format("15:04"), "till", till.Format("15:04"), "day", f.day())
}

// kinds and signs of the states: never colour alone.
var (
	kinds = map[string]string{Live: "ok", Quiet: "info", Done: "", Wait: "", Missing: "late"}
	signs = map[string]string{Live: "users", Quiet: "minus", Done: "check", Wait: "clock", Missing: "late"}
)

func announced(p ui.Page, n int64) string {
	if n == 0 {
		return p.T("board.unannounced")
	}
	return p.T("board.announced", "n", p.Int(n))
}

func changed(p ui.Page, at int64) string {
	if at == 0 {
		return p.T("board.unchanged")
	}
	return p.T("board.changed", "at", clock.From(at).Format("15:04:05"))
}

func some(p ui.Page, n int64) string {
	if n == 0 {
		return "–"
	}
	return p.Int(n)
}

// beside is what stands small next to a site's persons.
func beside(p ui.Page, s Site) string {
	var out []string
	if s.Expected > 0 {
		out = append(out, "/"+p.Int(s.Expected))
	}
	if s.Count.Heads > 0 {
		out = append(out, p.T("board.plus_heads", "n", p.Int(s.Count.Heads)))
	}
	return strings.Join(out, " ")
}

// tip tells of a site what has no room in its cell.
func tip(p ui.Page, s Site) string {
	var grades []string
	for i, n := range s.Count.Grades {
		if n > 0 {
			grades = append(grades, "E"+digit(i+1)+" "+p.Int(n))
		}
	}
	parts := []string{s.Name, s.UnitName, strings.Join(grades, ", ")}
	if s.Last > 0 {
		parts = append(parts, changed(p, s.Last))
	}
	return strings.Join(compact(parts), " · ")
}

func compact(parts []string) (out []string) {
	for _, s := range parts {
		if s != "" && (len(out) == 0 || out[len(out)-1] != s) {
			out = append(out, s)
		}
	}
	return out
}

// dial is a phone number as a link has it.
func dial(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
}

// band is a run of a strip.
type band struct{ state, x, width string }

func bands(s Sum) (out []band) {
	var before int64
	for i, n := range s.States {
		if n > 0 {
			out = append(out, band{States[i], share(before, s.Sites), share(n, s.Sites)})
			before += n
		}
	}
	return out
}

func share(n, of int64) string { return fmt.Sprintf("%.2f%%", float64(n)*100/float64(max(of, 1))) }

func spoken(p ui.Page, s Sum) string {
	var out []string
	for i, n := range s.States {
		if n > 0 {
			out = append(out, p.T("board.state."+States[i])+" "+p.Int(n))
		}
	}
	return strings.Join(out, "; ")
}

// tile is a unit or a site on the wall.
type tile struct {
	name    string
	persons int64
	state   string
	sum     Sum // of a unit
	missing int64
}

// mostTiles fit on a wall so that they can be read from the last row.
const mostTiles = 40

// tiles are the sites while they fit, else the units.
func tiles(v View) (out []tile) {
	if v.Sum.Sites > mostTiles && len(v.Units) > 1 {
		for _, l := range v.Units {
			out = append(out, tile{l.Name, l.Sum.Count.Persons, overall(l.Sum), l.Sum, l.Sum.In(Missing)})
		}
	} else {
		for _, s := range v.Sites {
			out = append(out, tile{name: s.Name, persons: s.Count.Persons, state: s.State})
		}
	}
	return out[:min(len(out), mostTiles)]
}

func beyond(v View) int64 {
	if v.Sum.Sites > mostTiles && len(v.Units) > 1 {
		return int64(max(0, len(v.Units)-mostTiles))
	}
	return max(0, v.Sum.Sites-mostTiles)
}

// overall is the state of most sites of a unit.
func overall(s Sum) (state string) {
	state = States[0]
	for _, other := range States {
		if s.In(other) > s.In(state) {
			state = other
		}
	}
	return state
}

// word says a tile's state; of a unit, how many of its sites have begun.
func (t tile) word(p ui.Page) string {
	if t.sum.Sites == 0 {
		return p.T("board.state." + t.state)
	}
	return p.Int(t.sum.Begun()) + "/" + p.Int(t.sum.Sites)
}

// crowd is how small the tiles have to be.
func crowd(v View) string {
	switch n := len(tiles(v)); {
	case n <= 6:
		return "few"
	case n <= 18:
		return "some"
	}
	return "many"
}

// size is how large the counter may be.
func size(n int64) string {
	if n >= 100_000 {
		return "long"
	}
	return ""
}
