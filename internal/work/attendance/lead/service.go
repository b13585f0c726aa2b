package lead

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
)

// Service holds the use cases of leads.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// List is the leads of a meeting that an actor sees.
type List struct {
	Meeting meeting.Meeting `json:"meeting"`
	Items   []Lead          `json:"items"`
	Waiting int64           `json:"waiting" doc:"that their units look at first"`
}

// List shows the leads of a meeting in the actor's scope. Those that the unit has not answered
// yet are only counted for who stands above it.
func (s *Service) List(ctx context.Context, who access.Actor, of id.ID) (v List, err error) {
	v.Items = []Lead{}
	seen := audit.Sight{Purpose: "attendance.list"}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Meeting, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		all, err := leads(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return s.mayRead(ctx, tx, who, v.Meeting)
		}
		for _, l := range all {
			switch {
			case !l.Worth():
			case !Visible(l, who.Grants, s.Now.Ms()):
				v.Waiting++
			default:
				if l, err = identify(ctx, tx, who, v.Meeting.Campaign, l, &seen); err != nil {
					return err
				}
				v.Items = append(v.Items, l)
			}
		}
		return nil
	})
	if err == nil && len(seen.People) > 0 {
		err = s.tell(ctx, who, v.Meeting, seen)
	}
	if err != nil {
		return List{}, fmt.Errorf("leads of %s: %w", of, err)
	}
	return v, nil
}

// identify puts the name to a lead for who may read it.
func identify(ctx context.Context, tx db.Tx, who access.Actor, campaign id.ID, l Lead, seen *audit.Sight) (Lead, error) {
	if l.Person == 0 {
		return l, nil
	}
	name, err := named(ctx, tx, who, campaign, l.Person)
	if err != nil {
		return l, err
	}
	if l.Name = name; name == "" {
		l.Person = 0
		return l, nil
	}
	seen.People = append(seen.People, l.Person)
	return l, nil
}

func (s *Service) tell(ctx context.Context, who access.Actor, m meeting.Meeting, seen audit.Sight) (err error) {
	if seen.Units, err = audit.OfCampaign(ctx, s.DB, m.Campaign); err != nil {
		return err
	}
	seen.Why = m.Title
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// mayRead passes for who reads attendance at the organiser or a site's host. Fault: Missing.
func (s *Service) mayRead(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting) error {
	args := []any{m.ID}
	scope := who.Scope(access.AttendanceRead)
	host := scope.Where("s.unit", &args)
	organiser := scope.Where("m.unit", &args)
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from meeting m where m.id = $1 and (`+organiser+` or exists (
		select 1 from meeting_site s where s.meeting = m.id and `+host+`))`, args...)
	if err == nil && n == 0 {
		err = fault.Gone()
	}
	return err
}

// Explain keeps what a unit says to a lead. shared also tells that the phone was lent to
// everybody, which ends the lead. Who takes attendance at the host may answer, and again to
// mend the words. Faults: Missing, Denied, Invalid.
func (s *Service) Explain(ctx context.Context, who access.Actor, of, lead id.ID, said string, shared bool) (l Lead, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if l, err = find(ctx, tx, of, lead); err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.AttendanceTake, l.Unit); err != nil {
			return err
		}
		if shared && !l.Phone() {
			return fault.At("shared", "lead.no_phone")
		}
		l.Said, l.SaidAt, l.SaidName, l.Shared = said, s.Now.Ms(), who.Name, l.Shared || shared
		if err := say(ctx, tx, l, who.Account); err != nil {
			return err
		}
		if shared {
			if err := share(ctx, tx, l, who, s.Now.Ms()); err != nil {
				return err
			}
		}
		l.Person = 0 // who answers need not be one who reads names
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.lead", l.ID, l.Unit, map[string]string{"kind": l.Kind}, said)
	})
	if err != nil {
		return Lead{}, fmt.Errorf("explain %s: %w", lead, err)
	}
	return l, nil
}

// Saw is told of people who were scanned at a site and count at another: perhaps leads. Joined to
// attendance in app/links.go.
func (s *Service) Saw(ctx context.Context, of, site id.ID, people []attendance.Stray) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		campaign, err := db.One(ctx, tx, db.Value[id.ID], `select campaign from meeting where id = $1`, of)
		if err != nil {
			return err
		}
		for _, p := range people {
			if err := Watch(ctx, tx, Seen{Meeting: of, Campaign: campaign, Site: site, Person: p.Person, At: p.At}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seen at two sites of %s: %w", of, err)
	}
	return nil
}
