package attendance

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
)

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
