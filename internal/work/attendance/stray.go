package attendance

import (
	"context"
	"log/slog"

	"quantriet/internal/kit/id"
)

// Stray is somebody who was scanned at one site and counts at another.
type Stray struct {
	Person id.ID
	At     int64 // of the scan, Unix milliseconds UTC
}

// stray tells of those among the scans just taken. The scans are kept whatever comes of it.
func (s *Service) stray(ctx context.Context, meeting, site id.ID, scans []Scan, out []Verdict) {
	if s.Strayed == nil {
		return
	}
	var people []Stray
	for i, v := range out {
		if v.Label == Elsewhere && v.Entry.Person != 0 {
			at := scans[i].At
			if at == 0 {
				at = s.Now.Ms()
			}
			people = append(people, Stray{v.Entry.Person, at})
		}
	}
	if len(people) == 0 {
		return
	}
	if err := s.Strayed(ctx, meeting, site, people); err != nil {
		slog.Warn("strays not told", "meeting", meeting.String(), "err", err)
	}
}
