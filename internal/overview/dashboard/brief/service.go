package brief

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/dashboard"
)

// Service reads one unit for a leader.
type Service struct {
	DB *db.DB

	// Overview is what the campaign's page says of the unit.
	Overview func(ctx context.Context, who access.Actor, ask dashboard.Ask) (dashboard.Overview, error)
	// Verified is the factor of a unit below above (0 at the top) as who may see it, nil when there is none. It may be nil.
	Verified func(ctx context.Context, who access.Actor, campaign, above, unit id.ID) (*Factor, error)
}

// Of is one unit in one campaign, for one document, the first unless given. Faults: Missing, Denied.
func (s *Service) Of(ctx context.Context, who access.Actor, ask dashboard.Ask) (b Brief, err error) {
	if b.Overview, err = s.Overview(ctx, who, ask); err != nil {
		return Brief{}, err
	}
	if s.Verified != nil {
		if b.Factor, err = s.Verified(ctx, who, ask.Campaign, b.Self.Parent, ask.Unit); err != nil {
			return Brief{}, fmt.Errorf("brief of %s: %w", ask.Unit, err)
		}
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error { return b.load(ctx, tx, who) })
	if err != nil {
		return Brief{}, fmt.Errorf("brief of %s: %w", ask.Unit, err)
	}
	return b, nil
}

func (b *Brief) load(ctx context.Context, tx db.Tx, who access.Actor) (err error) {
	if b.Given, err = given(ctx, tx, who.Lang, b.Campaign.ID, b.Self.Unit); err != nil {
		return err
	}
	if b.Past, err = past(ctx, tx, *b); err != nil {
		return err
	}
	if err = terms(ctx, tx, b); err != nil {
		return err
	}
	err = access.Check(ctx, tx, who, access.ReportRead, b.Self.Unit)
	if k := fault.Of(err); k == fault.Denied || k == fault.Missing {
		return nil // ushers are told neither what was declared nor who may be contesting
	}
	if err != nil {
		return err
	}
	if b.Contested, err = contested(ctx, tx, *b); err != nil {
		return err
	}
	b.Declared, err = declared(ctx, tx, *b)
	return err
}
