package prepare

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of preparation.
type Service struct {
	DB  *db.DB
	Now clock.Now
	// Count tells attendance how many guests came to a site, as lượt.
	Count func(ctx context.Context, who access.Actor, meeting, site, key id.ID, guests int64) error
}

// Query narrows the sites of a meeting.
type Query struct {
	Meeting id.ID
	Unit    id.ID  // hosted at or below it
	Find    string // words of name, place, contact, without marks
	Show    string // one of Shows
	Page    db.Page
}

// Row is a site in the list.
type Row struct {
	meeting.Site
	May bool `json:"-"` // the actor tells how it stands
}

// Board is how the sites of a meeting stand.
type Board struct {
	Meeting  meeting.Meeting `json:"meeting"`
	Needs    []Need          `json:"needs"`
	Progress Progress        `json:"progress"`
	Rows     db.Rows[Row]    `json:"rows"`
	MayEdit  bool            `json:"-"`
	Mine     bool            `json:"-"` // some row is the actor's to tell
}

// List shows the sites of a meeting to those above, at or below its organiser.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (b Board, err error) {
	if err := q.check(); err != nil {
		return b, err
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if b.Meeting, err = meeting.Find(ctx, tx, q.Meeting); err != nil {
			return err
		}
		if err = access.See(ctx, tx, who, access.MeetingRead, b.Meeting.Unit); err != nil {
			return err
		}
		b.MayEdit = access.Check(ctx, tx, who, access.MeetingEdit, b.Meeting.Unit) == nil
		if b.Needs, err = needs(ctx, tx, b.Meeting); err != nil {
			return err
		}
		if b.Progress, err = progress(ctx, tx, b.Meeting, int64(len(b.Needs))); err != nil {
			return err
		}
		b.Rows, err = list(ctx, tx, who, b.Meeting, q, int64(len(b.Needs)))
		b.Mine = slices.ContainsFunc(b.Rows.Items, func(r Row) bool { return r.May })
		return err
	})
	if err != nil {
		return Board{}, fmt.Errorf("sites of %s: %w", q.Meeting, err)
	}
	return b, nil
}

// Tick is a point of a site's list, done when At is not 0.
type Tick struct {
	Need
	At     int64  `json:"at" doc:"Unix milliseconds UTC; 0: open"`
	ByName string `json:"by"`
}

// One is a site with everything its page shows.
type One struct {
	Meeting meeting.Meeting `json:"meeting"`
	Site    meeting.Site    `json:"site"`
	Ticks   []Tick          `json:"ticks"`
	Trials  []Trial         `json:"trials" doc:"the newest first, at most 20"`
	May     bool            `json:"-"`
	MayEdit bool            `json:"-"`
}

// Show is one site for those above, at or below the organiser.
func (s *Service) Show(ctx context.Context, who access.Actor, of, site id.ID) (o One, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if o, err = find(ctx, tx, who, of, site); err != nil {
			return err
		}
		o.Ticks, o.Trials, err = told(ctx, tx, o.Meeting, site)
		return err
	})
	if err != nil {
		return One{}, fmt.Errorf("site %s: %w", site, err)
	}
	return o, nil
}

// find loads a site of a meeting that the actor may see, and what the actor may do there.
func find(ctx context.Context, tx db.Tx, who access.Actor, of, site id.ID) (o One, err error) {
	if o.Meeting, err = meeting.Find(ctx, tx, of); err != nil {
		return o, err
	}
	if err = access.See(ctx, tx, who, access.MeetingRead, o.Meeting.Unit); err != nil {
		return o, err
	}
	if o.Site, err = meeting.FindSite(ctx, tx, site); err != nil || o.Site.Meeting != of {
		return o, fault.Gone()
	}
	o.MayEdit = access.Check(ctx, tx, who, access.MeetingEdit, o.Meeting.Unit) == nil
	o.May = o.MayEdit || access.Check(ctx, tx, who, access.MeetingEdit, o.Site.Unit) == nil ||
		access.Check(ctx, tx, who, access.AttendanceTake, o.Site.Unit) == nil
	return o, nil
}

// change runs fn on a site whose state the actor tells. Faults: Missing, Denied for whoever
// only sees it, Conflict when the meeting is off.
func (s *Service) change(ctx context.Context, who access.Actor, of, site id.ID, action string, detail any, fn func(tx db.Tx, o One) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		o, err := find(ctx, tx, who, of, site)
		switch {
		case err != nil:
			return err
		case !o.May:
			return fault.New(fault.Denied, "access.denied")
		case o.Meeting.State == "cancelled":
			return fault.New(fault.Conflict, "meeting.is_cancelled")
		}
		if err := fn(tx, o); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, site, o.Meeting.Unit, detail, "")
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", action, site, err)
	}
	return nil
}

// Mend changes what is known of a site; its name only by the organiser. Host and order stay.
func (s *Service) Mend(ctx context.Context, who access.Actor, n meeting.Site) error {
	return s.change(ctx, who, n.Meeting, n.ID, "meeting.site", nil, func(tx db.Tx, o One) error {
		n.Unit, n.Ord = o.Site.Unit, o.Site.Ord
		if !o.MayEdit || n.Name == "" {
			n.Name = o.Site.Name
		}
		return meeting.KeepSite(ctx, tx, n)
	})
}

// Ticks sets which points of a site's list are done; those done before keep who ticked them.
func (s *Service) Ticks(ctx context.Context, who access.Actor, of, site id.ID, codes []string) error {
	return s.change(ctx, who, of, site, "meeting.tick", codes, func(tx db.Tx, o One) error {
		list, err := needs(ctx, tx, o.Meeting)
		if err != nil {
			return err
		}
		for _, c := range codes {
			if !slices.ContainsFunc(list, func(n Need) bool { return n.Code == c }) {
				return fault.At("done", "web.choose")
			}
		}
		for _, n := range list {
			if err := tick(ctx, tx, site, n.Code, slices.Contains(codes, n.Code), s.Now.Ms(), who); err != nil {
				return err
			}
		}
		return recount(ctx, tx, of, site)
	})
}

// Try keeps a test of a site's line. Sent again it is the one that was kept.
func (s *Service) Try(ctx context.Context, who access.Actor, of id.ID, t Trial) error {
	if t.At == 0 {
		t.At = s.Now.Ms()
	}
	if err := t.Check(s.Now.Ms()); err != nil {
		return err
	}
	t.ByName = who.Name
	return s.change(ctx, who, of, t.Site, "meeting.trial", t.Result, func(tx db.Tx, _ One) error {
		return insertTrial(ctx, tx, t, who.Account)
	})
}

// Bulk says the same of many sites of a meeting at once, at most 500: a point is done, or how
// a test of the line ended. Sites the actor may not tell of are Missing, and nothing changes.
func (s *Service) Bulk(ctx context.Context, who access.Actor, of id.ID, sites []id.ID, code, result string) error {
	switch {
	case len(sites) == 0 || len(sites) > 500:
		return fault.At("site", "prepare.choose_sites", "n", 500)
	case (code == "") == (result == ""):
		return fault.At("what", "web.choose")
	case result != "" && !slices.Contains(Results, result):
		return fault.At("what", "web.choose")
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		if m.State == "cancelled" {
			return fault.New(fault.Conflict, "meeting.is_cancelled")
		}
		list, err := needs(ctx, tx, m)
		if err != nil {
			return err
		}
		if n, err := tellable(ctx, tx, who, of, sites); err != nil || n != len(sites) {
			return cmp.Or(err, fault.Gone())
		}
		if code != "" && !slices.ContainsFunc(list, func(n Need) bool { return n.Code == code }) {
			return fault.At("what", "web.choose")
		}
		for _, site := range sites {
			if err := s.say(ctx, tx, who, site, code, result); err != nil {
				return err
			}
		}
		if err := recount(ctx, tx, of, 0); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "meeting.tick", of, m.Unit, map[string]any{"sites": len(sites), "what": code + result}, "")
	})
	if err != nil {
		return fmt.Errorf("bulk at %s: %w", of, err)
	}
	return nil
}

func (s *Service) say(ctx context.Context, tx db.Tx, who access.Actor, site id.ID, code, result string) error {
	if result == "" {
		return tick(ctx, tx, site, code, true, s.Now.Ms(), who)
	}
	return insertTrial(ctx, tx, Trial{ID: id.New(), Site: site, At: s.Now.Ms(), Result: result, ByName: who.Name}, who.Account)
}

// SetNeeds replaces the list that every site of a meeting ticks. It needs the organiser.
func (s *Service) SetNeeds(ctx context.Context, who access.Actor, of id.ID, list []Need) error {
	if err := checkNeeds(list); err != nil {
		return err
	}
	return s.organise(ctx, who, of, "meeting.needs", func(tx db.Tx, m meeting.Meeting) error {
		if err := putNeeds(ctx, tx, of, list); err != nil {
			return err
		}
		return recount(ctx, tx, of, 0)
	})
}

// organise runs fn on a meeting the actor organises.
func (s *Service) organise(ctx context.Context, who access.Actor, of id.ID, action string, fn func(tx db.Tx, m meeting.Meeting) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.MeetingEdit, m.Unit); err != nil {
			return err
		}
		if m.State == "cancelled" {
			return fault.New(fault.Conflict, "meeting.is_cancelled")
		}
		if err := fn(tx, m); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, of, m.Unit, nil, "")
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", action, of, err)
	}
	return nil
}
