package campaign

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of campaigns.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Opened, if set, runs after a campaign was opened and stored; app refreshes what the
	// query planner knows, since the roster has grown by a great leap.
	Opened func(ctx context.Context) error

	piece int // units or people in the first piece of an opening; 0 is the usual
}

// Draft stores a new campaign that nobody below sees yet. Sending the same id again finds
// what was made. Faults: Invalid by field, Missing, Denied.
func (s *Service) Draft(ctx context.Context, who access.Actor, c Campaign) (Campaign, error) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.CampaignEdit, c.Unit); err != nil {
			return err
		}
		old, err := Find(ctx, tx, c.ID)
		switch {
		case err == nil && old.Unit == c.Unit:
			c = old
			return nil
		case err == nil:
			return fault.New(fault.Conflict, "campaign.id_taken")
		case fault.Of(err) != fault.Missing:
			return err
		}
		if err := s.admissible(ctx, tx, who, c); err != nil {
			return err
		}
		if err := insert(ctx, tx, c, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, who, s.Now.Ms(), "campaign.draft", c.ID, c.Unit, nil, ""); err != nil {
			return err
		}
		c, err = Find(ctx, tx, c.ID)
		return err
	})
	if err != nil {
		return Campaign{}, fmt.Errorf("draft campaign: %w", err)
	}
	return c, nil
}

// admissible also proves that every document may be seen by who and every level exists.
func (s *Service) admissible(ctx context.Context, tx db.Tx, who access.Actor, c Campaign) error {
	if err := c.Check(); err != nil {
		return err
	}
	for _, d := range c.Documents {
		unit, err := db.One(ctx, tx, db.Value[id.ID], `select unit from document where id = $1`, d)
		if err == nil {
			err = access.See(ctx, tx, who, access.DocumentRead, unit)
		}
		if fault.Of(err) == fault.Missing || fault.Of(err) == fault.Denied {
			return fault.At("documents", "campaign.no_such_document")
		}
		if err != nil {
			return err
		}
	}
	for _, d := range c.Dues {
		if _, err := db.One(ctx, tx, db.Value[string], `select code from org_level where code = $1`, d.Level); err != nil {
			return fault.At("due_"+d.Level, "web.choose")
		}
	}
	return nil
}

// change loads a campaign that who may edit and runs fn on it in one transaction.
func (s *Service) change(ctx context.Context, who access.Actor, campaign id.ID, action string, fn func(tx db.Tx, c *Campaign) error) (Campaign, error) {
	var c Campaign
	err := s.DB.Write(ctx, func(tx db.Tx) (err error) {
		if c, err = Find(ctx, tx, campaign); err != nil {
			return err
		}
		if err = access.Check(ctx, tx, who, access.CampaignEdit, c.Unit); err != nil {
			return err
		}
		if err = fn(tx, &c); err != nil {
			return err
		}
		if err = audit.Write(ctx, tx, who, s.Now.Ms(), action, c.ID, c.Unit, nil, ""); err != nil {
			return err
		}
		c, err = Find(ctx, tx, campaign)
		return err
	})
	if err != nil {
		return Campaign{}, fmt.Errorf("%s %s: %w", action, campaign, err)
	}
	return c, nil
}

// Edit changes a draft; an open campaign is an order that was given.
func (s *Service) Edit(ctx context.Context, who access.Actor, n Campaign) (Campaign, error) {
	return s.change(ctx, who, n.ID, "campaign.edit", func(tx db.Tx, c *Campaign) error {
		if err := c.editable(); err != nil {
			return err
		}
		n.Unit, n.Sample = c.Unit, c.Sample
		if err := s.admissible(ctx, tx, who, n); err != nil {
			return err
		}
		return update(ctx, tx, n, s.Now.Ms(), who.Account)
	})
}

// Close ends a campaign; everything stays readable.
func (s *Service) Close(ctx context.Context, who access.Actor, campaign id.ID) (Campaign, error) {
	return s.change(ctx, who, campaign, "campaign.close", func(tx db.Tx, c *Campaign) error {
		switch c.State {
		case "closed":
			return nil
		case "draft", "opening":
			return fault.New(fault.Conflict, "campaign.not_open")
		}
		return setClosed(ctx, tx, c.ID, s.Now.Ms())
	})
}

// unit loads an open campaign and a unit of its tree at which who has need.
func (s *Service) unit(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, campaign, unit id.ID) (c Campaign, u Unit, err error) {
	if c, err = Find(ctx, tx, campaign); err != nil {
		return c, u, err
	}
	u, err = May(ctx, tx, who, need, campaign, unit)
	return c, u, err
}

// SetDue tightens the deadline of a level for a unit's subtree; a deadline without a day
// takes the unit's own one away. Faults: Invalid campaign.looser naming the last day
// allowed, Conflict campaign.not_open.
func (s *Service) SetDue(ctx context.Context, who access.Actor, campaign id.ID, wish Due) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, u, err := s.unit(ctx, tx, who, access.PlanEdit, campaign, wish.Unit)
		if err != nil {
			return err
		}
		if c.State != "open" {
			return fault.New(fault.Conflict, "campaign.not_open")
		}
		if u.Unit == c.Unit {
			return fault.New(fault.Conflict, "campaign.is_open")
		}
		if wish.On == "" {
			return dropDue(ctx, tx, campaign, wish.Unit, wish.Level)
		}
		above, err := Dues(ctx, tx, campaign, u.Parent)
		if err != nil {
			return err
		}
		given, has := Effective(above, units(above), wish.Level)
		if err := Tighten(given, has, wish, c.StartsOn); err != nil {
			return err
		}
		if err := putDue(ctx, tx, campaign, wish, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "campaign.tighten", campaign, wish.Unit, wish, "")
	})
	if err != nil {
		return fmt.Errorf("set deadline of %s: %w", wish.Unit, err)
	}
	return nil
}

func units(dues []Due) (out []id.ID) {
	for _, d := range dues {
		out = append(out, d.Unit)
	}
	return out
}

// Organise says whether a unit holds its own meetings or joins those of another unit above
// or beside it.
func (s *Service) Organise(ctx context.Context, who access.Actor, campaign, unit id.ID, self bool, joins id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, u, err := s.unit(ctx, tx, who, access.PlanEdit, campaign, unit)
		if err != nil {
			return err
		}
		if c.State != "open" {
			return fault.New(fault.Conflict, "campaign.not_open")
		}
		if self {
			joins = 0
		} else if j, err := UnitOf(ctx, tx, campaign, joins); err != nil || j.Unit == unit || j.Lo > u.Lo && j.Lo <= u.Hi {
			return fault.At("joins", "campaign.join_whom")
		}
		if err := setOrganise(ctx, tx, campaign, unit, self, joins); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "campaign.organise", campaign, unit, map[string]any{"self": self, "joins": joins}, "")
	})
	if err != nil {
		return fmt.Errorf("organise %s: %w", unit, err)
	}
	return nil
}
