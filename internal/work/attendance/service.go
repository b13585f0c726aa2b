package attendance

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of attendance.
type Service struct {
	DB  *db.DB
	Now clock.Now
	// Told hears, after each commit and once for each meeting in it, that something changed. It
	// returns at once; may be nil.
	Told func(campaign, meeting id.ID)
	// Strayed hears, after they were kept, of people scanned at a site who count at another; may be nil.
	Strayed func(ctx context.Context, meeting, site id.ID, people []Stray) error

	lane  lane
	trees trees
}

// mayTake passes for those who take attendance at the site's host or the meeting's
// organiser. Fault: Missing, also when the site is another meeting's.
func mayTake(ctx context.Context, tx db.Tx, who access.Actor, meeting, site id.ID) error {
	if err := siteOf(ctx, tx, meeting, site); err != nil {
		return err
	}
	return may(ctx, tx, who, access.AttendanceTake, site)
}
