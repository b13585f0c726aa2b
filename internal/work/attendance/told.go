package attendance

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
)

// List shows who is expected at a meeting and who came. Names are those of people within
// the actor's scope for reading people or taking attendance.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (v Sheet, err error) {
	if v, err = s.list(ctx, who, q); err != nil {
		return v, err
	}
	purpose := "attendance.list"
	if q.Taking {
		purpose = "attendance.roll"
	}
	return v, s.told(ctx, who, v.Meeting, purpose, v.Rows.Items)
}

// told writes whose names were read, before they are answered.
func (s *Service) told(ctx context.Context, who access.Actor, m meeting.Meeting, purpose string, read []Seat) error {
	if len(read) == 0 {
		return nil
	}
	units, err := audit.OfCampaign(ctx, s.DB, m.Campaign)
	if err != nil {
		return err
	}
	seen := audit.Sight{Units: units, Purpose: purpose, Why: m.Title}
	for _, seat := range read {
		seen.People = append(seen.People, seat.Person)
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}
