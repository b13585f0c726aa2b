package app

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/dashboard/brief"
)

// verified is a unit's verification factor among those of its siblings, for whoever may see these;
// the unit itself does not, since a few answers could be told apart.
func (a *App) verified(ctx context.Context, who access.Actor, campaign, above, unit id.ID) (*brief.Factor, error) {
	at := above
	if above == 0 {
		at = unit
	}
	v, err := a.Honesty.Level(ctx, who, campaign, at, "")
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f := v.Factor
	for _, r := range v.Rows {
		if r.Unit == unit {
			f = r.Factor
		}
	}
	if !f.Known() {
		return nil, nil
	}
	return &brief.Factor{Asked: f.Asked, Confirmed: f.Confirmed, Low: f.Low, High: f.High}, nil
}
