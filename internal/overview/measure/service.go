package measure

import (
	"context"
	"fmt"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
)

// Service holds the use cases of definitions and of the rosters' prints.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Counted is a figure of a unit counted anew, with how long that took.
type Counted struct {
	Answer
	Unit     string        `json:"unit"`
	Rounding string        `json:"rounding" doc:"of the campaign"`
	At       int64         `json:"at" doc:"Unix milliseconds UTC"`
	Took     time.Duration `json:"took" doc:"nanoseconds"`
}

// Count counts a figure of a unit, with all below it, anew from the records. Faults: Missing
// (figure, campaign, unit, document, or outside the scope), Conflict for a declared figure.
func (s *Service) Count(ctx context.Context, who access.Actor, ask Ask) (c Counted, err error) {
	began := time.Now()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		of, err := campaign.Find(ctx, tx, ask.Campaign)
		if err != nil {
			return err
		}
		u, err := campaign.UnitOf(ctx, tx, ask.Campaign, ask.Unit)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportRead, ask.Unit); err != nil {
			return err
		}
		if err := studies(ctx, tx, ask); err != nil {
			return err
		}
		c.Unit, c.Rounding = u.Name, of.Rounding
		return nil
	})
	if err == nil {
		c.Answer, err = Recount(ctx, s.DB, ask)
	}
	c.At, c.Took = s.Now.Ms(), time.Since(began)
	if err != nil {
		return Counted{}, fmt.Errorf("count %s: %w", ask.Figure, err)
	}
	return c, nil
}

// studies refuses a document that the campaign does not study, where the figure has one.
func studies(ctx context.Context, tx db.Tx, ask Ask) error {
	if d, _ := Of(ask.Figure); !d.Over {
		return nil
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_document where campaign = $1 and document = $2`, ask.Campaign, ask.Document)
	if err == nil && n == 0 {
		err = fault.Gone()
	}
	return err
}
