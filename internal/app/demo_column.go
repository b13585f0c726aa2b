package app

import (
	"context"
	"fmt"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/report"
)

// ownColumn has the city ask for a figure that the common columns do not have; some bases fill
// it before they report, and districts send up what adds up.
func (t *demo) ownColumn(ctx context.Context, c *city, r *round) error {
	t.at("2018-07-04 08:00")
	col, err := t.Measure.AddColumn(ctx, officer(c.top), measure.Column{ID: id.New(), Campaign: r.campaign.ID, Unit: c.top.ID,
		Name: "Buổi đối thoại với Nhân dân (mẫu)", Counted: "meeting", Summed: true})
	if err != nil {
		return fmt.Errorf("own column: %w", err)
	}
	t.at("2018-07-16 08:00")
	for h, host := range c.hosts[:min(4, len(c.hosts))] {
		for b, base := range c.bases[host.ID] {
			if b == 2 {
				break
			}
			f := report.Figure{Code: col.Code(), Value: int64(2 + h + b), Reason: "Biên bản các buổi đối thoại (mẫu)"}
			if b == 1 {
				f.Marker = "hơn"
			}
			if err := t.Report.SetFigure(ctx, officer(base), r.campaign.ID, base.ID, f); err != nil && fault.Of(err) != fault.Conflict {
				return fmt.Errorf("own column of %s: %w", base.Short, err)
			}
		}
	}
	return nil
}
