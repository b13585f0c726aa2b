package door

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/attendance/lead"
)

// seen is what a phone carries from the code to the tap: that it read a good code of a site.
// It is bound to the phone, so that passing the address on does not help.
type seen struct {
	Meeting, Site id.ID
	Mark          string
}

const seenFor = 3 * minute // from the code to the tap, also when signing in comes between

// Welcome is what a good code opens.
type Welcome struct {
	Meeting  meeting.Meeting
	Site     meeting.Site
	Window   Window
	Ticket   string
	Came     int64 // when the actor came to this session; 0 not yet
	Left     int64
	Checkout bool
}

// Open reads the code of a door for a phone. Faults: Missing door.unknown, Conflict door.changed
// for one that is over, which is kept; TooMany door.tries, door.guessed.
func (s *Service) Open(ctx context.Context, who access.Actor, typed, mark string) (v Welcome, err error) {
	name, code, ok := read(typed)
	if !ok {
		return v, fault.New(fault.Missing, "door.unknown")
	}
	try, gate := s.tryOf(who, mark), phoneOf(s.key(), 0, "door "+name)
	switch {
	case s.tries.Spent(try):
		return v, fault.New(fault.TooMany, "door.tries")
	case who.Account == 0 && s.doors.Spent(gate):
		return v, fault.New(fault.TooMany, "door.guessed")
	}
	var age int64
	there := false
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		f, err := s.frameNamed(ctx, tx, name)
		if err != nil {
			return err
		}
		there = true
		if age, ok = ageOf(f.secret, code, s.Now.Ms()); !ok {
			return fault.Gone()
		}
		return s.welcome(ctx, tx, who, f.meeting, f.site, &v)
	})
	switch {
	case fault.Of(err) == fault.Missing:
		s.tries.Wrong(try)
		if there && who.Account == 0 {
			s.doors.Wrong(gate)
		}
		return v, fault.New(fault.Missing, "door.unknown")
	case err != nil:
		return v, fmt.Errorf("open door: %w", err)
	case age > 0:
		s.tries.Wrong(try)
		return v, s.late(ctx, who, v, phoneOf(s.key(), v.Meeting.ID, mark), age)
	}
	v.Ticket, err = secret.Ticket(s.Seal, "door", s.Now.Ms()+seenFor, seen{v.Meeting.ID, v.Site.ID, mark})
	return v, err
}

// tryOf is who is bounded: an account, or else the phone as it calls itself.
func (s *Service) tryOf(who access.Actor, mark string) int64 {
	if who.Account != 0 {
		return phoneOf(s.key(), 0, "account "+who.Account.String())
	}
	return phoneOf(s.key(), 0, mark)
}

func (s *Service) welcome(ctx context.Context, tx db.Tx, who access.Actor, of, site id.ID, v *Welcome) (err error) {
	if v.Meeting, err = meeting.Find(ctx, tx, of); err != nil {
		return err
	}
	if v.Site, err = meeting.FindSite(ctx, tx, site); err != nil {
		return err
	}
	v.Window = When(v.Meeting, s.Now.Ms())
	if who.Person == 0 {
		return nil
	}
	visits, err := visitsOf(ctx, tx, v.Meeting, who.Person)
	if err != nil {
		return err
	}
	here := visits[v.Window.Session.ID]
	v.Came, v.Left = here.came, here.left
	v.Checkout, err = checkout(ctx, tx, of)
	return err
}

// late keeps that an old code was sent, and answers so.
func (s *Service) late(ctx context.Context, who access.Actor, v Welcome, phone, age int64) error {
	now := s.Now.Ms()
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		a := answer{id: id.New(), meeting: v.Meeting.ID, site: v.Site.ID, session: v.Window.Session.ID, person: who.Person, account: who.Account,
			phone: phone, how: "own_code", at: now, age: age, label: "old"}
		if _, err := insertAnswer(ctx, tx, a); err != nil {
			return err
		}
		return lead.Watch(ctx, tx, lead.Seen{Meeting: v.Meeting.ID, Campaign: v.Meeting.Campaign, Site: v.Site.ID, Person: who.Person, Phone: phone, At: now, Age: age})
	})
	if err != nil {
		return fmt.Errorf("keep an old code: %w", err)
	}
	return fault.New(fault.Conflict, "door.changed")
}

// Again is Open with a ticket: after signing in, or to show the page once more. Fault: Conflict
// door.changed.
func (s *Service) Again(ctx context.Context, who access.Actor, ticket, mark string) (v Welcome, err error) {
	t, err := s.ticket(ticket, mark)
	if err != nil {
		return v, err
	}
	v.Ticket = ticket
	if err = s.DB.Read(ctx, func(tx db.Tx) error { return s.welcome(ctx, tx, who, t.Meeting, t.Site, &v) }); err != nil {
		return Welcome{}, fmt.Errorf("open door again: %w", err)
	}
	return v, nil
}

func (s *Service) ticket(ticket, mark string) (t seen, err error) {
	if !secret.Redeem(s.Seal, "door", s.Now.Ms(), ticket, &t) || t.Mark != mark {
		return t, fault.New(fault.Conflict, "door.changed")
	}
	return t, nil
}

// Reply is a tap: of the actor, or of the holder of a slip.
type Reply struct {
	Key    id.ID  // of the form
	Ticket string // from Open
	Mark   string // of the phone
	Slip   string // the personal code; "" is the actor
}

// Done is what came of a reply. It names nobody.
type Done struct {
	Label   string `json:"label" enum:",again,early,over,unknown,refused" doc:"empty: recorded now"`
	Window  Window `json:"window"`
	At      int64  `json:"at" doc:"when it was recorded first, Unix milliseconds UTC"`
	Meeting string `json:"meeting"`
	Site    string `json:"site"`
	Own     bool   `json:"own" doc:"by one's own phone; otherwise by the code of a slip"`
}

// Answer records the actor, or the holder of a slip, at the door of a ticket. Faults: Conflict
// door.changed, Invalid for a slip of nobody, Denied for no person, TooMany, Busy.
func (s *Service) Answer(ctx context.Context, who access.Actor, r Reply) (d Done, err error) {
	t, err := s.ticket(r.Ticket, r.Mark)
	if err != nil {
		return d, err
	}
	phone, try := phoneOf(s.key(), t.Meeting, t.Mark), s.tryOf(who, t.Mark)
	if s.tries.Spent(try) {
		return d, fault.New(fault.TooMany, "door.tries")
	}
	c := call{Reply: r, seen: t, who: who, phone: phone}
	if err = s.DB.Read(ctx, func(tx db.Tx) error { return s.load(ctx, tx, &c) }); err == nil {
		if c.person == 0 {
			s.tries.Wrong(try)
		}
		d, err = s.settle(ctx, c)
	}
	if err != nil {
		return Done{}, fmt.Errorf("answer at %s: %w", t.Site, err)
	}
	return d, nil
}

// call is a reply with what is known of it.
type call struct {
	Reply
	seen
	who    access.Actor
	phone  int64
	m      meeting.Meeting
	site   meeting.Site
	person id.ID // zero: the slip names nobody
	uses   phoneUse
	old    answer // the same form before
}

func (s *Service) load(ctx context.Context, tx db.Tx, c *call) (err error) {
	if c.m, err = meeting.Find(ctx, tx, c.Meeting); err != nil {
		return err
	}
	if c.site, err = meeting.FindSite(ctx, tx, c.Site); err != nil {
		return err
	}
	c.person = c.who.Person
	if c.Slip != "" {
		if c.person, err = attendance.Holder(ctx, tx, c.Meeting, c.Slip); fault.Of(err) == fault.Missing {
			err = nil
		}
	} else if c.person == 0 {
		return fault.New(fault.Denied, "door.nobody")
	}
	if err != nil {
		return err
	}
	c.old, err = findAnswer(ctx, tx, c.Key)
	switch {
	case err == nil && (c.old.phone != c.phone || c.old.person != c.person):
		return fault.New(fault.Conflict, "attendance.id_taken")
	case err != nil && fault.Of(err) != fault.Missing:
		return err
	}
	c.uses, err = usesOf(ctx, tx, c.Meeting, c.person, c.phone)
	return err
}

// settle takes the scan and keeps the answer beside it.
func (s *Service) settle(ctx context.Context, c call) (Done, error) {
	now := s.Now.Ms()
	a := answer{id: c.Key, meeting: c.m.ID, site: c.site.ID, person: c.person, account: c.who.Account, phone: c.phone, how: c.how(), at: now}
	if c.old.id != 0 {
		a = c.old
	}
	w := When(c.m, a.at)
	a.session = w.Session.ID
	d := Done{Window: w, At: a.at, Meeting: c.m.Title, Site: c.site.Name, Own: c.Slip == "", Label: a.label}
	if c.old.id != 0 && c.old.label != "" {
		return d, nil
	}
	var err error
	if d.Label, err = s.take(ctx, c, a, w); err != nil {
		return d, err
	}
	a.label = d.Label
	return s.keep(ctx, c, a, d)
}

// how is a way of attendance.Ways: one's own code only on a phone that is nobody else's.
func (c call) how() string {
	if c.Slip == "" && !c.uses.shared && !c.uses.others {
		return "own_code"
	}
	return "station"
}

// take asks attendance to record the scan, unless the clock or the slip speaks against it, and
// says what the answer is. The door stands for the right to take attendance: whoever reads its
// code is before it.
func (s *Service) take(ctx context.Context, c call, a answer, w Window) (label string, err error) {
	switch {
	case c.person == 0:
		return "unknown", nil
	case w.State == Cancelled:
		return "refused", nil
	case w.State == Over:
		return "over", nil
	}
	by := access.System(c.who.Name)
	if by.Account = c.who.Account; by.Account == 0 {
		by.Name = c.site.Name
	}
	out, err := s.Attendance.Take(ctx, by, c.m.ID, c.site.ID, []attendance.Scan{{Key: c.Key, Person: c.person, How: a.how, DeviceAt: a.at, At: a.at}})
	switch {
	case err != nil:
		return "", err
	case w.State == Early:
		return "early", nil
	}
	switch out[0].Label {
	case "", "late", "forced":
		return "", nil
	case "again", "elsewhere":
		return "again", nil
	case "unknown", "foreign":
		return "unknown", nil
	}
	return "refused", nil
}

// keep stores an answer; one that counts is a visit to the session, and is looked at.
func (s *Service) keep(ctx context.Context, c call, a answer, d Done) (Done, error) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if d.Label != "" && d.Label != "again" {
			_, err := insertAnswer(ctx, tx, a)
			return err
		}
		before, err := visitsOf(ctx, tx, c.m, c.person)
		if err != nil {
			return err
		}
		fresh, err := enter(ctx, tx, visit{session: a.session, person: a.person, meeting: a.meeting, site: a.site, came: a.at, timing: d.Window.State, how: a.how})
		if err != nil {
			return err
		}
		if v, ok := before[a.session]; ok && v.came < a.at {
			d.Label, d.At, a.label = "again", v.came, "again"
		} else if fresh {
			d.Label, a.label = "", "" // of this session, whatever the meeting's record says
		}
		if new, err := insertAnswer(ctx, tx, a); err != nil || !new {
			return err
		}
		return lead.Watch(ctx, tx, lead.Seen{Meeting: a.meeting, Campaign: c.m.Campaign, Site: a.site, Person: a.person, Phone: a.phone, At: a.at, Fresh: fresh})
	})
	return d, err
}
