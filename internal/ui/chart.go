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

const stripWidth = 450.0

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

// allowed places given and ours between from and to on 136 px.
func allowed(from, to, t time.Time) float64 {
	whole := float64(to.Sub(from))
	if whole <= 0 {
		return 0
	}
	return min(max(float64(t.Sub(from))/whole*136, 0), 136)
}
