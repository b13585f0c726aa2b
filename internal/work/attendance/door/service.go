package door

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/attendance/limit"
	"quantriet/internal/work/attendance/presence"
)

// Service holds the use cases of doors.
type Service struct {
	DB         *db.DB
	Now        clock.Now
	Seal       *seal.Box
	Attendance *attendance.Service
	Presence   *presence.Service

	tries limit.Limit // of a phone or account
	doors limit.Limit // of a door, by who is not signed in
}

// New is a room with its limits: ten wrong answers of a phone or account in ten minutes, and 300
// wrong codes of one door by phones that are not signed in. A phone's mark is its own word, so
// that whoever guesses may be a new phone each time: of 810,000 codes two are good.
func New(d *db.DB, now clock.Now) *Service {
	return &Service{DB: d, Now: now, tries: limit.Limit{Most: 10, Per: 10 * minute, Now: now}, doors: limit.Limit{Most: 300, Per: 10 * minute, Now: now}}
}

// Screen is what stands at the door of a site.
type Screen struct {
	Meeting  meeting.Meeting `json:"-"`
	Site     meeting.Site    `json:"-"`
	Window   Window          `json:"window"`
	Now      int64           `json:"now" doc:"the server's clock, Unix milliseconds UTC"`
	Codes    []Shown         `json:"codes" doc:"for this step and the next ones; none while nothing counts"`
	Entered  int64           `json:"entered" doc:"people recorded at the site"`
	Presence *presence.Call  `json:"presence,omitempty" doc:"a presence code that may be answered now"`
}

// Shown is a code and when it is on the screen.
type Shown struct {
	Code string `json:"code" doc:"eight letters, the last four change"`
	From int64  `json:"from"`
	Till int64  `json:"till"`
}

// Screen gives the code at the door of a site, to who takes attendance there. Fault: Missing.
func (s *Service) Screen(ctx context.Context, who access.Actor, of, site id.ID) (v Screen, err error) {
	var f frame
	read := func(tx db.Tx) error {
		if err := attendance.MayTake(ctx, tx, who, of, site); err != nil {
			return err
		}
		if v.Meeting, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		if v.Site, err = meeting.FindSite(ctx, tx, site); err != nil {
			return err
		}
		if v.Entered, err = entered(ctx, tx, of, site); err != nil {
			return err
		}
		if v.Presence, err = s.Presence.Current(ctx, tx, of); err != nil {
			return err
		}
		f, err = s.frameOf(ctx, tx, site)
		if fault.Of(err) == fault.Missing {
			err = nil
		}
		return err
	}
	err = s.DB.Read(ctx, read)
	if err == nil && f.site == 0 {
		err = s.DB.Write(ctx, func(tx db.Tx) (err error) {
			f, err = s.hang(ctx, tx, site, v.Meeting.Ends, who.Account)
			return err
		})
	}
	if err != nil {
		return Screen{}, fmt.Errorf("door of %s: %w", site, err)
	}
	v.Now = s.Now.Ms()
	v.Window = When(v.Meeting, v.Now)
	v.Codes = codes(f, v.Window, v.Now)
	return v, nil
}

// codes are those of the next minute, while they count or soon will.
func codes(f frame, w Window, now int64) []Shown {
	out := []Shown{}
	if !w.Counts() && w.State != Early {
		return out
	}
	for i := range int64(batch) {
		from := (now/step + i) * step
		out = append(out, Shown{Code: f.name + codeAt(f.secret, from), From: from, Till: from + step})
	}
	return out
}

// Doors is a meeting with the doors at which an actor takes attendance.
type Doors struct {
	Meeting  meeting.Meeting `json:"meeting"`
	Windows  []Window        `json:"windows" doc:"of every session, as now"`
	Places   []Place         `json:"places"`
	Checkout bool            `json:"checkout" doc:"people say when they leave"`
	Edits    bool            `json:"-"`
}

// Doors lists the doors of a meeting at which who takes attendance: perhaps none, for those below
// the organiser. Fault: Missing.
func (s *Service) Doors(ctx context.Context, who access.Actor, of id.ID, find string) (v Doors, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Meeting, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		if v.Places, err = places(ctx, tx, who, of, find); err != nil {
			return err
		}
		v.Edits = access.Check(ctx, tx, who, access.MeetingEdit, v.Meeting.Unit) == nil
		all := v.Places
		if len(all) == 0 && find != "" && !v.Edits { // finding nothing shows the meeting to nobody
			if all, err = places(ctx, tx, who, of, ""); err != nil {
				return err
			}
		}
		if len(all) == 0 && !v.Edits {
			if err := access.See(ctx, tx, who, access.AttendanceTake, v.Meeting.Unit); err != nil {
				return err
			}
		}
		v.Checkout, err = checkout(ctx, tx, of)
		return err
	})
	if err != nil {
		return Doors{}, fmt.Errorf("doors of %s: %w", of, err)
	}
	now := s.Now.Ms()
	for _, part := range v.Meeting.Parts() {
		v.Windows = append(v.Windows, windowOf(v.Meeting, part, now))
	}
	return v, nil
}

// SetCheckout says whether people tell when they leave early; the organiser's officers decide.
func (s *Service) SetCheckout(ctx context.Context, who access.Actor, of id.ID, on bool) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.MeetingEdit, m.Unit); err != nil {
			return err
		}
		if err := setCheckout(ctx, tx, of, on); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.checkout", of, m.Unit, map[string]bool{"on": on}, "")
	})
	if err != nil {
		return fmt.Errorf("check-out at %s: %w", of, err)
	}
	return nil
}

// lending is what a phone carries to become one for everybody.
type lending struct {
	Meeting, Site, By id.ID
	Name              string
}

const lendFor = 10 * minute

// Lend makes a ticket with which a phone becomes a shared one at a site: many people at it are
// nothing odd. Fault: Missing.
func (s *Service) Lend(ctx context.Context, who access.Actor, of, site id.ID) (ticket string, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error { return attendance.MayTake(ctx, tx, who, of, site) })
	if err == nil {
		ticket, err = secret.Ticket(s.Seal, "door lend", s.Now.Ms()+lendFor, lending{of, site, who.Account, who.Name})
	}
	if err != nil {
		return "", fmt.Errorf("lend a phone at %s: %w", site, err)
	}
	return ticket, nil
}

// Borrow makes the phone with a mark a shared one. Fault: Conflict door.lend_over.
func (s *Service) Borrow(ctx context.Context, ticket, mark string) (of id.ID, err error) {
	var l lending
	if !secret.Redeem(s.Seal, "door lend", s.Now.Ms(), ticket, &l) {
		return 0, fault.New(fault.Conflict, "door.lend_over")
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		return share(ctx, tx, l.Meeting, l.Site, phoneOf(s.key(), l.Meeting, mark), s.Now.Ms(), l.By, l.Name)
	})
	if err != nil {
		return 0, fmt.Errorf("borrow a phone: %w", err)
	}
	return l.Meeting, nil
}

// key is that of the phones' marks.
func (s *Service) key() []byte { return s.Seal.Key("door phone") }
