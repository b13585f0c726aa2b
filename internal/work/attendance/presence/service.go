package presence

import (
	"context"
	"crypto/rand"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/attendance/limit"
)

// Service holds the use cases of presence codes.
type Service struct {
	DB   *db.DB
	Now  clock.Now
	Seal *seal.Box

	tries limit.Limit
}

// New is a room with its limit: five wrong codes in ten minutes.
func New(d *db.DB, now clock.Now) *Service {
	return &Service{DB: d, Now: now, tries: limit.Limit{Most: 5, Per: 10 * minute, Now: now}}
}

// View is a meeting's sessions with their codes.
type View struct {
	Meeting  meeting.Meeting `json:"meeting"`
	Sessions []Part          `json:"sessions"`
	Starts   bool            `json:"starts" doc:"the reader may start a code"`
	Site     id.ID           `json:"-"` // of the reader's, for slips
}

// Part is a session with its codes.
type Part struct {
	Session meeting.Session `json:"session"`
	Calls   []Call          `json:"calls"`
	Running bool            `json:"running"`
}

// Show gives the codes of a meeting with their totals, for who reads attendance at the
// organiser or at a site. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (v View, err error) {
	var old bool
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Meeting, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		if err := near(ctx, tx, who, access.AttendanceRead, of, 0); err != nil {
			return err
		}
		v.Starts = access.Check(ctx, tx, who, access.AttendanceTake, v.Meeting.Unit) == nil
		caller := near(ctx, tx, who, access.AttendanceTake, of, 0) == nil
		all, err := s.of(ctx, tx, of)
		if err != nil {
			return err
		}
		for _, session := range v.Meeting.Parts() {
			p := Part{Session: session, Calls: []Call{}, Running: running(v.Meeting, session, s.Now.Ms()) == nil}
			for _, c := range all {
				if c.Session != session.ID {
					continue
				}
				old = old || c.State == "over" && c.veil != nil
				if c, err = told(ctx, tx, who, c); err != nil {
					return err
				}
				p.Calls = append(p.Calls, shown(c, caller))
			}
			v.Sessions = append(v.Sessions, p)
		}
		return nil
	})
	if err == nil && old {
		err = s.Lift(ctx, of)
	}
	if err != nil {
		return View{}, fmt.Errorf("presence at %s: %w", of, err)
	}
	return v, nil
}

func told(ctx context.Context, tx db.Tx, who access.Actor, c Call) (Call, error) {
	if c.State != "over" {
		return c, nil
	}
	sites, err := counts(ctx, tx, who, c)
	if err != nil {
		return c, err
	}
	answered, of, err := whole(ctx, tx, c)
	c.Totals = fold(c, sites, answered, of)
	return c, err
}

// Lift throws away what could lead from the answers of codes that are over back to people.
func (s *Service) Lift(ctx context.Context, of id.ID) error {
	return s.DB.Write(ctx, func(tx db.Tx) error { return lift(ctx, tx, of, s.Now.Ms()) })
}

// Start makes n codes of a session: one that is called out now, or with drawn one or two whose
// moments nobody chooses. The organiser's people who take attendance may; key is the id of the
// first, and the same key again changes nothing. Faults: Missing, Denied, Conflict.
func (s *Service) Start(ctx context.Context, who access.Actor, of, session, key id.ID, n int, drawn bool) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.AttendanceTake, m.Unit); err != nil {
			return err
		}
		if old, err := s.find(ctx, tx, key); err == nil {
			return again(old, of)
		} else if fault.Of(err) != fault.Missing {
			return err
		}
		part, err := partOf(m, session)
		if err != nil {
			return err
		}
		made, err := s.plan(ctx, tx, m, part, n, drawn)
		if err != nil {
			return err
		}
		for i, c := range made {
			if i == 0 {
				c.ID = key
			}
			c.By = who.Name
			if err := s.insert(ctx, tx, c, who); err != nil {
				return err
			}
		}
		if err := lift(ctx, tx, of, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.presence", key, m.Unit, map[string]any{"n": n, "drawn": drawn}, "")
	})
	if err != nil {
		return fmt.Errorf("start presence at %s: %w", of, err)
	}
	return nil
}

func again(old Call, of id.ID) error {
	if old.Meeting != of {
		return fault.New(fault.Conflict, "attendance.id_taken")
	}
	return nil
}

func partOf(m meeting.Meeting, session id.ID) (meeting.Session, error) {
	for _, p := range m.Parts() {
		if p.ID == session {
			return p, nil
		}
	}
	return meeting.Session{}, fault.At("session", "web.choose")
}

// plan makes the codes that may be had, not stored yet.
func (s *Service) plan(ctx context.Context, tx db.Tx, m meeting.Meeting, part meeting.Session, n int, drawn bool) ([]Call, error) {
	now := s.Now.Ms()
	all, err := s.of(ctx, tx, m.ID)
	if err != nil {
		return nil, err
	}
	var have []Call
	for _, c := range all {
		if c.Session == part.ID {
			have = append(have, c)
		}
	}
	if err := room(have, n, now); err != nil {
		return nil, err
	}
	spans := [][2]int64{{now, now}}
	if drawn {
		if spans, err = parts(part, n, now); err != nil {
			return nil, err
		}
	} else if err := running(m, part, now); err != nil {
		return nil, err
	}
	var out []Call
	for i, span := range spans {
		c := Call{ID: id.New(), Meeting: m.ID, Session: part.ID, Ord: int64(len(have) + i + 1), Drawn: drawn, seed: random(), veil: random()}
		c.Promise, c.Opens = PromiseOf(c.seed), span[0]
		if drawn {
			c.From, c.Till = span[0], span[1]
			c.Opens = MomentOf(c.seed, c.From, c.Till)
		}
		c.Ends = c.Opens + open
		out = append(out, c)
	}
	return out, nil
}

func random() []byte {
	b := make([]byte, 32)
	rand.Read(b)
	return b
}

// Answer says that the actor is there, by the code that was called out. Saying so twice counts
// once. Faults: Self only; Conflict presence.none_open, presence.not_in; Invalid presence.wrong;
// TooMany.
func (s *Service) Answer(ctx context.Context, who access.Actor, of id.ID, code string) error {
	if s.tries.Spent(int64(who.Account)) {
		return fault.New(fault.TooMany, "presence.tries")
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, err := s.current(ctx, tx, of)
		if err != nil {
			return err
		}
		if code != CodeOf(c.seed) {
			s.tries.Wrong(int64(who.Account))
			return fault.At("code", "presence.wrong")
		}
		return s.present(ctx, tx, c, who.Person)
	})
	if err != nil {
		return fmt.Errorf("answer at %s: %w", of, err)
	}
	return nil
}

// AnswerFor is Answer for the holder of a printed slip, who stands before somebody taking
// attendance at the site. The log keeps who helped, not whom: who answered is nobody's to know. Faults: Missing, also attendance.unknown_code; Conflict.
func (s *Service) AnswerFor(ctx context.Context, who access.Actor, of, site id.ID, slip string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := near(ctx, tx, who, access.AttendanceTake, of, site); err != nil {
			return err
		}
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		c, err := s.current(ctx, tx, of)
		if err != nil {
			return err
		}
		person, err := attendance.Holder(ctx, tx, of, slip)
		if fault.Of(err) == fault.Missing {
			return fault.At("slip", "attendance.unknown_code")
		}
		if err != nil {
			return err
		}
		if err := s.present(ctx, tx, c, person); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.presence_for", c.ID, m.Unit, nil, "")
	})
	if err != nil {
		return fmt.Errorf("answer for a slip at %s: %w", of, err)
	}
	return nil
}

func (s *Service) current(ctx context.Context, tx db.Tx, of id.ID) (Call, error) {
	c, err := s.openNow(ctx, tx, of)
	if fault.Of(err) == fault.Missing {
		err = fault.New(fault.Conflict, "presence.none_open")
	}
	return c, err
}

func (s *Service) present(ctx context.Context, tx db.Tx, c Call, person id.ID) error {
	site, err := whereabouts(ctx, tx, c, person)
	if fault.Of(err) == fault.Missing {
		return fault.New(fault.Conflict, "presence.not_in")
	}
	if err != nil {
		return err
	}
	_, err = mark(ctx, tx, c, site, person)
	return err
}

// Current is the code that is open at a meeting, for a screen or somebody who may answer; nil
// when there is none.
func (s *Service) Current(ctx context.Context, tx db.Tx, of id.ID) (*Call, error) {
	c, err := s.openNow(ctx, tx, of)
	if fault.Of(err) == fault.Missing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c = shown(c, true)
	return &c, nil
}

// Answered reports whether a person has answered a code that is open.
func (s *Service) Answered(ctx context.Context, tx db.Tx, c *Call, person id.ID) (bool, error) {
	if c == nil || c.veil == nil {
		return false, nil
	}
	return marked(ctx, tx, *c, person)
}
