package dashboard

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/duty"
)

// Screens are the first screens, the widest role first. Somebody with several roles starts
// with the first of theirs and may switch.
var Screens = []access.Role{access.Administrator, access.Steward, access.Operator, access.Auditor, access.Reader, access.Officer, access.Leader, access.Inspector, access.UnitOfficer,
	access.Secretary, access.Usher, access.Member}

// ScreensOf are the first screens an actor has. Who stands in the rosters has that of a
// member, granted or not.
func ScreensOf(who access.Actor) (out []access.Role) {
	for _, r := range Screens {
		if who.Is(r) || r == access.Member && who.Person != 0 {
			out = append(out, r)
		}
	}
	return out
}

// units are where the actor holds the role.
func units(who access.Actor, role access.Role) (out []id.ID) {
	for _, g := range who.Grants {
		if g.Role == role && !slices.Contains(out, g.Unit) {
			out = append(out, g.Unit)
		}
	}
	return out
}

// mostCampaigns bounds how many campaigns a first screen opens.
const mostCampaigns = 3

// Home is everything the first screen of one role shows; what a role does not need is empty.
type Home struct {
	Role     access.Role
	Roles    []access.Role
	Unit     Unit // where the role is held
	Running  []Overview
	Drafts   []Draft
	Waiting  []Letter // reports sent up by units directly below
	Returned []Letter // reports that went back, own or from below
	Decide   Decisions
	Latest   []Letter // reports of the whole scope, the newest first
	Changed  []Change
	Meetings []Meeting
	Toward   []Meeting // meetings of others to which the unit is invited
	Stations []Station
	Reading  []Reading
	Writing  []Writing
	Marking  []Marking
	Record   []Record
	Talks    []Talk
	SetUp    SetUp
	Remind   duty.Counts // reports that one's own units owe
	Asked    int64       // back-checks that wait for one's own answer
}

// Home gives the first screen of a role the actor has; "" takes the widest. The zero Home
// is for somebody without any.
func (s *Service) Home(ctx context.Context, who access.Actor, role access.Role) (h Home, err error) {
	h.Roles = ScreensOf(who)
	if len(h.Roles) == 0 {
		return h, nil
	}
	if h.Role = h.Roles[0]; slices.Contains(h.Roles, role) {
		h.Role = role
	}
	fill := map[access.Role]func(context.Context, db.Tx, access.Actor, *Home) error{
		access.Administrator: s.keeper, access.Officer: s.desk, access.UnitOfficer: s.desk, access.Leader: s.leader,
		access.Inspector: s.inspector, access.Secretary: s.secretary, access.Usher: s.usher, access.Member: s.member,
	}[h.Role]
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if u := units(who, h.Role); len(u) > 0 {
			if h.Unit, err = unitOf(ctx, tx, u[0]); err != nil {
				return err
			}
		}
		if fill == nil { // who keeps things has places to go, and nothing of the day
			return nil
		}
		return fill(ctx, tx, who, &h)
	})
	if err != nil {
		return Home{}, fmt.Errorf("home of %s: %w", h.Role, err)
	}
	return h, nil
}

// running opens the newest running campaigns at the units where the role is held.
func (s *Service) running(ctx context.Context, tx db.Tx, who access.Actor, h *Home) error {
	seen := map[id.ID]bool{}
	for _, u := range units(who, h.Role) {
		asks, err := runningAt(ctx, tx, u)
		if err != nil {
			return err
		}
		for _, ask := range asks {
			if seen[ask.Campaign] || len(h.Running) == mostCampaigns {
				continue
			}
			seen[ask.Campaign] = true
			o, err := s.overview(ctx, tx, who, ask)
			if err != nil {
				return err
			}
			h.Running = append(h.Running, o)
		}
	}
	return nil
}

func (s *Service) leader(ctx context.Context, tx db.Tx, who access.Actor, h *Home) error {
	return s.running(ctx, tx, who, h)
}

// desk is the day of an officer: what is due, what came in, what came back, what comes next.
func (s *Service) desk(ctx context.Context, tx db.Tx, who access.Actor, h *Home) (err error) {
	if err = s.running(ctx, tx, who, h); err != nil {
		return err
	}
	for _, u := range units(who, h.Role) {
		sent, err := letters(ctx, tx, `cu.parent = $1 and r.state = 'sent' order by r.sent_at`, 8, u)
		if err != nil {
			return err
		}
		back, err := letters(ctx, tx, `(cu.parent = $1 or cu.unit = $1) and r.state = 'returned' order by r.decided_at desc`, 6, u)
		if err != nil {
			return err
		}
		h.Waiting, h.Returned = append(h.Waiting, sent...), append(h.Returned, back...)
	}
	if h.Decide, err = decisions(ctx, tx, who, h.Role, s.Now.Day()); err != nil {
		return err
	}
	if h.Drafts, err = draftsOf(ctx, tx, who); err != nil {
		return err
	}
	h.Meetings, err = nextMeetings(ctx, tx, h.Unit.ID, s.Now.Ms())
	return err
}

func (s *Service) inspector(ctx context.Context, tx db.Tx, who access.Actor, h *Home) (err error) {
	args := []any{}
	scope := who.Scope(access.ReportRead).Where("r.unit", &args)
	if h.Latest, err = letters(ctx, tx, `r.sent_at is not null and `+scope+` order by r.sent_at desc`, 12, args...); err != nil {
		return err
	}
	h.Changed, err = changes(ctx, tx, who)
	return err
}

// secretary is the evening of a cell: its next meeting that is not closed, then what else is due.
func (s *Service) secretary(ctx context.Context, tx db.Tx, who access.Actor, h *Home) (err error) {
	if err = s.running(ctx, tx, who, h); err != nil {
		return err
	}
	for _, u := range units(who, h.Role) {
		own, err := ownMeetings(ctx, tx, u)
		if err != nil {
			return err
		}
		h.Meetings = append(h.Meetings, own...)
		mark, err := markings(ctx, tx, who, u)
		if err != nil {
			return err
		}
		h.Marking = append(h.Marking, mark...)
	}
	h.Toward, err = invited(ctx, tx, h.Unit.ID, s.Now.Ms())
	return err
}

func (s *Service) usher(ctx context.Context, tx db.Tx, who access.Actor, h *Home) (err error) {
	h.Stations, err = stations(ctx, tx, who, s.Now.Day())
	return err
}

// member is what concerns the actor alone; speaking is part of it.
func (s *Service) member(ctx context.Context, tx db.Tx, who access.Actor, h *Home) (err error) {
	if who.Person == 0 {
		return nil
	}
	if h.Unit, err = homeOf(ctx, tx, who.Person); err != nil {
		return err
	}
	if h.Meetings, err = expectedAt(ctx, tx, who.Person, s.Now.Ms()); err != nil {
		return err
	}
	if h.Reading, err = readings(ctx, tx, who.Person); err != nil {
		return err
	}
	if h.Writing, err = writings(ctx, tx, who.Person); err != nil {
		return err
	}
	if h.Record, err = records(ctx, tx, who.Person); err != nil {
		return err
	}
	h.Talks, err = talks(ctx, tx, who.Person, s.Now.Ms())
	return err
}

// keeper is the administrator's: whether the house stands and what to furnish next.
func (s *Service) keeper(ctx context.Context, tx db.Tx, who access.Actor, h *Home) (err error) {
	h.SetUp, err = setUp(ctx, tx, who)
	return err
}
