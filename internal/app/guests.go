package app

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
)

// countGuests tells attendance how many guests of a list came to a site.
func (a *App) countGuests(ctx context.Context, who access.Actor, meeting, site, key id.ID, guests int64) error {
	return a.Attendance.Count(ctx, who, attendance.Headcount{ID: key, Meeting: meeting, Site: site, Who: "guest", Amount: guests})
}
