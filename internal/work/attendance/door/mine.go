package door

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
)

// Mine is a session of today as a member sees it.
type Mine struct {
	Meeting  id.ID  `json:"meeting"`
	Title    string `json:"title"`
	UnitName string `json:"unit_name"`
	Place    string `json:"place"`
	Window   Window `json:"window"`
	Part     string `json:"part" doc:"title of the session; empty when the meeting is one"`
	Came     int64  `json:"came" doc:"Unix milliseconds UTC; 0 not yet"`
	Timing   string `json:"timing" enum:",in_time,grace,late"`
	Left     int64  `json:"left" doc:"when the member left, as they said; 0 stayed"`
	Early    bool   `json:"left_early"`
	Checkout bool   `json:"checkout" doc:"the member may say that they leave"`
	Presence bool   `json:"presence" doc:"a presence code is open"`
	Answered bool   `json:"answered" doc:"and was answered"`
}

// Today is the sessions of a member's day in order.
type Today struct {
	Items []Mine              `json:"items"`
	Codes []attendance.Ticket `json:"-"`
}

// Today gives the actor's sessions of the civil day, and the personal codes of open campaigns.
func (s *Service) Today(ctx context.Context, who access.Actor) (t Today, err error) {
	t.Items = []Mine{}
	start := clock.Start(s.Now.Day()).UnixMilli()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err := todays(ctx, tx, who.Person, start, start+day)
		if err != nil {
			return err
		}
		for _, of := range list {
			if err := s.mine(ctx, tx, who, of, start, &t); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		_, t.Codes, err = s.Attendance.Own(ctx, who)
	}
	if err != nil {
		return Today{}, fmt.Errorf("my sessions: %w", err)
	}
	return t, nil
}

// mine adds the sessions of one meeting that lie within the day.
func (s *Service) mine(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, start int64, t *Today) error {
	m, err := meeting.Find(ctx, tx, of)
	if err != nil {
		return err
	}
	visits, err := visitsOf(ctx, tx, m, who.Person)
	if err != nil {
		return err
	}
	out, err := checkout(ctx, tx, of)
	if err != nil {
		return err
	}
	call, err := s.Presence.Current(ctx, tx, of)
	if err != nil {
		return err
	}
	answered, err := s.Presence.Answered(ctx, tx, call, who.Person)
	if err != nil {
		return err
	}
	now := s.Now.Ms()
	for _, part := range m.Parts() {
		if part.Starts >= start+day || part.Ends <= start {
			continue
		}
		v := visits[part.ID]
		x := Mine{Meeting: m.ID, Title: m.Title, UnitName: m.UnitName, Place: m.Place, Window: windowOf(m, part, now), Came: v.came, Timing: v.timing,
			Left: v.left, Early: leftEarly(part, v.left)}
		if len(m.Sessions) > 0 {
			x.Part = part.Title
		}
		x.Checkout = out && x.Came > 0 && now >= part.Starts && now < part.Ends
		if call != nil && call.Session == part.ID {
			x.Presence, x.Answered = true, answered
		}
		t.Items = append(t.Items, x)
	}
	return nil
}

// windowOf is When for one session of a meeting.
func windowOf(m meeting.Meeting, part meeting.Session, now int64) Window {
	if w := When(m, now); w.Session.ID == part.ID {
		return w
	}
	if now < part.Starts {
		return Window{Session: part, Opens: opensOf(m, part), State: Early}
	}
	return Window{Session: part, Opens: opensOf(m, part), State: Over}
}

// Leave notes that the actor leaves a session now, or with back that they stay after all.
// Saying so again keeps the first instant. Faults: Missing for who did not come, Conflict
// door.no_checkout outside the session or where it is not asked for.
func (s *Service) Leave(ctx context.Context, who access.Actor, of, session id.ID, back bool) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		visits, err := visitsOf(ctx, tx, m, who.Person)
		if err != nil {
			return err
		}
		v, came := visits[session]
		if !came {
			return fault.Gone()
		}
		on, err := checkout(ctx, tx, of)
		if err != nil {
			return err
		}
		now := s.Now.Ms()
		if part, ok := partOf(m, session); !ok || !on || now < part.Starts || now >= part.Ends {
			return fault.New(fault.Conflict, "door.no_checkout")
		}
		if _, err := enter(ctx, tx, v); err != nil { // came by a station or a list
			return err
		}
		switch {
		case back:
			return leave(ctx, tx, session, who.Person, nil)
		case v.left == 0:
			return leave(ctx, tx, session, who.Person, &now)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("leave %s: %w", of, err)
	}
	return nil
}

func partOf(m meeting.Meeting, session id.ID) (meeting.Session, bool) {
	for _, p := range m.Parts() {
		if p.ID == session {
			return p, true
		}
	}
	return meeting.Session{}, false
}
