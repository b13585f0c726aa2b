package board

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/live"
)

// Service holds the use cases of live boards. Make it with New; streams live while Run does.
type Service struct {
	DB  *db.DB
	Now clock.Now
	hub *live.Hub[topic, *scene]

	mu     sync.Mutex
	told   map[id.ID]struct{} // meetings and campaigns that others have to hear of
	toldUp chan struct{}
}

// New makes the service.
func New(d *db.DB, now clock.Now) *Service {
	s := &Service{DB: d, Now: now, told: map[id.ID]struct{}{}, toldUp: make(chan struct{}, 1)}
	s.hub = &live.Hub[topic, *scene]{Load: s.load, Draw: draw, Stamp: func(sc *scene, t topic) uint64 { return sc.stamp(t.at) }}
	return s
}

const (
	channel  = "board"               // of the notes between replicas
	pause    = 50 * time.Millisecond // between two notes
	mostIDs  = 400                   // in one note
	anything = "*"                   // a note that too much has changed to name it
)

// Told hears that attendance of a meeting has changed. It returns at once.
func (s *Service) Told(campaign, meeting id.ID) {
	s.tell(campaign)
	s.tell(meeting)
	s.mu.Lock()
	s.told[campaign], s.told[meeting] = struct{}{}, struct{}{}
	s.mu.Unlock()
	select {
	case s.toldUp <- struct{}{}:
	default:
	}
}

func (s *Service) tell(of id.ID) {
	s.hub.Tell(live.Subject{Kind: ofMeeting, ID: of})
	s.hub.Tell(live.Subject{Kind: ofCampaign, ID: of})
}

// Run keeps the boards live until ctx ends; then every stream ends.
func (s *Service) Run(ctx context.Context) {
	go s.DB.Listen(ctx, channel, s.hear)
	go s.spread(ctx)
	s.hub.Run(ctx)
}

// hear takes a note of another replica, or of this one.
func (s *Service) hear(note string) {
	if note == "" || note == anything {
		s.hub.TellAll()
		return
	}
	for word := range strings.FieldsSeq(note) {
		if of, err := id.Parse(word); err == nil {
			s.tell(of)
		}
	}
}

// spread passes on to other replicas what was told here.
func (s *Service) spread(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.toldUp:
		}
		if err := s.DB.Notify(ctx, channel, s.note()); err != nil && ctx.Err() == nil {
			slog.Warn("boards of other replicas are told later", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

func (s *Service) note() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]string, 0, len(s.told))
	for of := range s.told {
		list = append(list, of.String())
	}
	clear(s.told)
	if len(list) > mostIDs {
		return anything
	}
	return strings.Join(list, " ")
}

// Stats are the numbers of the streams.
func (s *Service) Stats() live.Stats { return s.hub.Stats() }

// Frame is what stands around a view: whose it is and where else one may look.
type Frame struct {
	Meeting  Meeting // zero for a campaign's board
	Campaign id.ID
	Title    string
	Day      string
	At       spot
	Up       []Place // units above the one shown that the actor may look at, from the top
	Beside   []Place // other units that the actor holds
	subject  live.Subject
}

// Place is a unit to look at.
type Place struct {
	Unit id.ID
	Name string
}

// OfMeeting finds where an actor may look at a meeting's board. unit 0 is the widest: the
// whole for those of the organiser and above, the own unit for those below. Fault: Missing.
func (s *Service) OfMeeting(ctx context.Context, who access.Actor, of, unit id.ID) (f Frame, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		f = Frame{Meeting: Meeting{ID: m.ID, Campaign: m.Campaign, Unit: m.Unit, UnitName: m.UnitName, Title: m.Title, State: m.State,
			Hours: Hours{m.Opens(), m.Starts, m.Ends}}, Campaign: m.Campaign, Title: m.Title, subject: live.Subject{Kind: ofMeeting, ID: of}}
		f.Day = clock.Day(clock.From(m.Starts))
		return s.place(ctx, tx, who, m.Unit, unit, &f)
	})
	if err != nil {
		return Frame{}, fmt.Errorf("board of meeting %s: %w", of, err)
	}
	return f, nil
}

// OfCampaign is OfMeeting for all meetings of a campaign today.
func (s *Service) OfCampaign(ctx context.Context, who access.Actor, of, unit id.ID) (f Frame, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		var owner id.ID
		_, err := db.One(ctx, tx, func(scan func(...any) error) (bool, error) { return true, scan(&owner, &f.Title) },
			`select unit, title from campaign where id = $1 and state <> 'draft'`, of)
		if err != nil {
			return err
		}
		f.Campaign, f.Day, f.subject = of, s.Now.Day(), live.Subject{Kind: ofCampaign, ID: of}
		return s.place(ctx, tx, who, owner, unit, &f)
	})
	if err != nil {
		return Frame{}, fmt.Errorf("board of campaign %s: %w", of, err)
	}
	return f, nil
}

// View is what is seen there now, at most a second old.
func (s *Service) View(ctx context.Context, f Frame, part int) (View, error) {
	sc, err := s.hub.State(ctx, f.subject)
	if err != nil {
		return View{}, fmt.Errorf("board %s: %w", f.subject.ID, err)
	}
	return sc.view(f.At, part), nil
}

// place decides what the actor sees. Fault: Missing.
func (s *Service) place(ctx context.Context, tx db.Tx, who access.Actor, organiser, want id.ID, f *Frame) error {
	whole := access.Check(ctx, tx, who, access.AttendanceRead, organiser)
	if whole != nil {
		if err := access.See(ctx, tx, who, access.AttendanceRead, organiser); err != nil {
			return err
		}
	}
	var err error
	switch {
	case want != 0 && (want != organiser || whole != nil):
		err = access.Check(ctx, tx, who, access.AttendanceRead, want)
	case whole == nil:
		want, f.At.all = organiser, true
	default:
		want, err = own(ctx, tx, who, f)
	}
	if err != nil {
		return err
	}
	if want == 0 { // sees the meeting, but no unit of the campaign's tree: nothing of it
		f.At.hi = -1
		return nil
	}
	u, err := db.One(ctx, tx, scanUnit, unitSelect+` where campaign = $1 and unit = $2`, f.Campaign, want)
	if err != nil {
		return err
	}
	f.At.unit, f.At.name, f.At.lo, f.At.hi = u.id, u.name, u.lo, u.hi
	return above(ctx, tx, who, u, organiser, f)
}

// own is the first unit of the campaign's tree that the actor was given; the others stand
// beside; 0 when there is none.
func own(ctx context.Context, tx db.Tx, who access.Actor, f *Frame) (first id.ID, err error) {
	for _, g := range who.Grants {
		if !g.Role.Can(access.AttendanceRead) {
			continue
		}
		u, err := db.One(ctx, tx, scanUnit, unitSelect+` where campaign = $1 and unit = $2`, f.Campaign, g.Unit)
		switch {
		case fault.Of(err) == fault.Missing || first == u.id:
		case err != nil:
			return 0, err
		case first == 0:
			first = u.id
		default:
			f.Beside = append(f.Beside, Place{u.id, u.name})
		}
	}
	return first, nil
}

// above finds the way up from a unit, as far as the actor may look.
func above(ctx context.Context, tx db.Tx, who access.Actor, u unit, top id.ID, f *Frame) error {
	for u.parent != 0 && u.id != top {
		switch err := access.Check(ctx, tx, who, access.AttendanceRead, u.parent); fault.Of(err) {
		case fault.Missing, fault.Denied:
			return nil
		default:
			if err != nil {
				return err
			}
		}
		var err error
		if u, err = db.One(ctx, tx, scanUnit, unitSelect+` where campaign = $1 and unit = $2`, f.Campaign, u.parent); err != nil {
			return err
		}
		f.Up = append([]Place{{u.id, u.name}}, f.Up...)
	}
	return nil
}
