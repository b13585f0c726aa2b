package door

import "quantriet/internal/core/meeting"

// What an answer is by the clock. The first and the last two count nothing.
const (
	Early     = "early"
	InTime    = "in_time"
	Grace     = "grace" // after the start, still in time, and labelled
	Late      = "late"
	Over      = "over"
	Cancelled = "cancelled"
)

// Window is the session an instant belongs to: the one that goes on, or the next.
type Window struct {
	Session meeting.Session `json:"session"`
	Opens   int64           `json:"opens" doc:"when its doors open, Unix milliseconds UTC"`
	State   string          `json:"state" enum:"early,in_time,grace,late,over,cancelled"`
}

// Counts reports whether an answer now makes somebody present.
func (w Window) Counts() bool { return w.State == InTime || w.State == Grace || w.State == Late }

// When says what an answer at an instant of the server is worth. The doors of a session open
// before its start, but not before the session ahead of it is over.
func When(m meeting.Meeting, at int64) Window {
	var w Window
	for _, s := range m.Parts() {
		w = Window{Session: s, Opens: opensOf(m, s), State: Over}
		switch {
		case m.State == "cancelled":
			w.State = Cancelled
			return w
		case at >= s.Ends:
			continue
		case at < w.Opens:
			w.State = Early
		default:
			w.State = timing(m, s, at)
		}
		return w
	}
	return w
}

// opensOf is when the doors of a session open.
func opensOf(m meeting.Meeting, s meeting.Session) int64 {
	opens := s.Starts - m.DoorsOpen
	for _, p := range m.Parts() {
		if p.Starts < s.Starts {
			opens = max(opens, p.Ends)
		}
	}
	return opens
}

// timing is how somebody came who came to a session at an instant.
func timing(m meeting.Meeting, s meeting.Session, at int64) string {
	switch {
	case at < s.Starts:
		return InTime
	case at < s.Starts+m.Grace:
		return Grace
	case m.Grace == 0 && at == s.Starts:
		return InTime
	}
	return Late
}

// leftEarly reports whether somebody who left at an instant missed the end of a session.
func leftEarly(s meeting.Session, left int64) bool { return left > 0 && left < s.Ends-10*minute }
