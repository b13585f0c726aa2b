package attendance

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Holder is whose personal code it is in the campaign of a meeting, however it was typed.
// Faults: Missing attendance.unknown_code, or for no meeting.
func Holder(ctx context.Context, tx db.Tx, meeting id.ID, code string) (id.ID, error) {
	codes, err := cipherOf(ctx, tx, meeting)
	if err != nil {
		return 0, err
	}
	unknown := fault.New(fault.Missing, "attendance.unknown_code")
	code, _ = tidy(code)
	lo, n, ok := codes.Place(code)
	if !ok {
		return 0, unknown
	}
	person, err := db.One(ctx, tx, db.Value[id.ID], `select r.person from meeting m join campaign_roster r on r.campaign = m.campaign
		where m.id = $1 and r.lo = $2 and r.n = $3`, meeting, lo, n)
	if fault.Of(err) == fault.Missing {
		err = unknown
	}
	return person, err
}

// MayTake passes for those who take attendance at a site's host or the meeting's organiser.
// Fault: Missing, also when the site is another meeting's.
func MayTake(ctx context.Context, tx db.Tx, who access.Actor, meeting, site id.ID) error {
	return mayTake(ctx, tx, who, meeting, site)
}
