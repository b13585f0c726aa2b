package meeting

import (
	"context"
	"slices"

	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Session is a part of a meeting for which people are recorded by itself: the morning, the
// afternoon. Instants are Unix milliseconds UTC.
type Session struct {
	ID     id.ID  `json:"id"`
	Title  string `json:"title" minLength:"1" maxLength:"100"`
	Starts int64  `json:"starts"`
	Ends   int64  `json:"ends"`
}

const (
	minute = int64(60_000)
	// UsualDoors is how long before the start people are let in when nothing else is said.
	UsualDoors   = 60 * minute
	mostDoors    = 6 * 60 * minute
	mostGrace    = 2 * 60 * minute
	mostSessions = 6
)

// Parts are the sessions of a meeting in order: at least one, which is the meeting itself.
func (m Meeting) Parts() []Session {
	if len(m.Sessions) > 0 {
		return m.Sessions
	}
	return []Session{{ID: m.ID, Title: m.Title, Starts: m.Starts, Ends: m.Ends}}
}

// Opens is when people are let in.
func (m Meeting) Opens() int64 { return m.Starts - m.DoorsOpen }

// checkDay refuses doors, grace and sessions that cannot be.
func (m Meeting) checkDay() []error {
	var errs []error
	bad := func(wrong bool, field, key string, args ...any) {
		if wrong {
			errs = append(errs, fault.At(field, key, args...))
		}
	}
	bad(m.DoorsOpen < 0 || m.DoorsOpen > mostDoors, "doors_open", "web.not_number", "min", 1, "max", mostDoors/minute)
	bad(m.Grace < 0 || m.Grace > mostGrace, "grace", "web.not_number", "min", 0, "max", mostGrace/minute)
	bad(len(m.Sessions) == 1 || len(m.Sessions) > mostSessions, "sessions", "meeting.session_number", "n", mostSessions)
	end := m.Starts
	for _, s := range m.Sessions {
		bad(s.Title == "", "sessions", "meeting.session_title")
		bad(s.Starts < end || s.Ends <= s.Starts || s.Ends > m.Ends, "sessions", "meeting.session_times")
		end = max(end, s.Ends)
	}
	return errs
}

// sessionsOf are the rows of meeting_session.
func sessionsOf(ctx context.Context, tx db.Tx, meeting id.ID) ([]Session, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Session, err error) {
		err = scan(&s.ID, &s.Title, &s.Starts, &s.Ends)
		return s, err
	}, `select id, title, starts_at, ends_at from meeting_session where meeting = $1 order by ord`, meeting)
}

// setSessions keeps the sessions whose id stays and puts the others in their place.
func setSessions(ctx context.Context, tx db.Tx, m Meeting) error {
	old, err := sessionsOf(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	if slices.Equal(old, m.Sessions) {
		return nil
	}
	for _, o := range old {
		if !has(m.Sessions, o.ID) {
			if err := dropSession(ctx, tx, o.ID); err != nil {
				return err
			}
		}
	}
	// Orders are unique: those that stay make room first.
	if _, err := tx.ExecContext(ctx, `update meeting_session set ord = ord + 100 where meeting = $1`, m.ID); err != nil {
		return err
	}
	for n, s := range m.Sessions {
		if !has(old, s.ID) {
			s.ID = id.New()
			m.Sessions[n] = s
		}
		if _, err := tx.ExecContext(ctx, `insert into meeting_session (id, meeting, ord, title, starts_at, ends_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (id) do update set ord = excluded.ord, title = excluded.title, starts_at = excluded.starts_at, ends_at = excluded.ends_at`,
			s.ID, m.ID, n, s.Title, s.Starts, s.Ends); err != nil {
			return err
		}
	}
	return nil
}

func has(list []Session, session id.ID) bool {
	return session != 0 && slices.ContainsFunc(list, func(s Session) bool { return s.ID == session })
}

func dropSession(ctx context.Context, tx db.Tx, session id.ID) error {
	err := db.Attempt(ctx, tx, func() error {
		_, err := tx.ExecContext(ctx, `delete from meeting_session where id = $1`, session)
		return err
	})
	if db.IsReference(err) {
		return fault.At("sessions", "meeting.session_in_use")
	}
	return err
}

// readSessions reads the rows of the form; a row with nothing but its id is none.
func readSessions(f *web.Form) (out []Session) {
	for i := range min(len(f.All("session_title")), mostSessions) {
		title, from, till := f.Nth("session_title", i, 100), f.Nth("session_starts", i, 20), f.Nth("session_ends", i, 20)
		if title == "" && from == "" && till == "" {
			continue
		}
		of, _ := id.Parse(f.Nth("session_id", i, 13))
		out = append(out, Session{ID: of, Title: title, Starts: instant(from), Ends: instant(till)})
	}
	return out
}

// instant is 0 for what is no local time: no session begins there.
func instant(s string) int64 {
	t, ok := clock.At(s)
	if !ok || t.Year() < 1990 || t.Year() > 2100 {
		return 0
	}
	return t.UnixMilli()
}

// sessionRows leave room for another session under those there are.
func sessionRows(m Meeting) []Session {
	out := slices.Clone(m.Sessions)
	for len(out) < mostSessions && len(out) < max(2, len(m.Sessions)+1) {
		out = append(out, Session{})
	}
	return out
}
