package campaign

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/core/campaign/freeze"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Open gives the order and waits until tree and roster are frozen and everybody below sees
// the campaign. Opening it again changes nothing. Faults: Conflict campaign.is_closed,
// campaign.nobody when no member lives in the tree.
func (s *Service) Open(ctx context.Context, who access.Actor, campaign id.ID) (Campaign, error) {
	c, err := s.Order(ctx, who, campaign)
	if err != nil || c.State != "opening" {
		return c, err
	}
	if err := s.Freeze(ctx, campaign); err != nil {
		return Campaign{}, err
	}
	return s.Show(ctx, who, campaign)
}

// Order gives the order to open a campaign: its audiences are frozen as sentences, its
// content cannot be changed any more, and Freeze may begin. Faults as of Open.
func (s *Service) Order(ctx context.Context, who access.Actor, campaign id.ID) (Campaign, error) {
	return s.change(ctx, who, campaign, "campaign.open", func(tx db.Tx, c *Campaign) error {
		switch c.State {
		case "open", "opening":
			return nil
		case "closed":
			return fault.New(fault.Conflict, "campaign.is_closed")
		}
		if err := anybody(ctx, tx, c.Unit, c.StartsOn); err != nil {
			return err
		}
		if err := describe(ctx, tx, c.Audiences); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update campaign set code_key = $2, opened_by = $3 where id = $1`, c.ID, newKey(), who.Account); err != nil {
			return err
		}
		return freeze.Begin(ctx, tx, c.ID, s.Now.Ms(), who.Account)
	})
}

// anybody refuses an opening for nobody.
func anybody(ctx context.Context, tx db.Tx, unit id.ID, day string) error {
	some, err := db.All(ctx, tx, db.Value[id.ID], `
		select m.person from person_membership m join person p on p.id = m.person join org_below b on b.unit = m.unit and b.top = $1
		where m.study_home and m.valid_from <= $2 and (m.valid_to is null or m.valid_to >= $2) and p.kind <> 'mass' and (p.left_on is null or p.left_on >= $2)
		limit 1`, unit, day)
	if err == nil && len(some) == 0 {
		return fault.New(fault.Conflict, "campaign.nobody")
	}
	return err
}

// describe keeps how each query reads today, when its units still have their names.
func describe(ctx context.Context, tx db.Tx, list []Audience) error {
	for _, a := range list {
		said, err := audience.Sentence(ctx, tx, "vi", a.Asks())
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update campaign_audience set sentence = $2 where id = $1`, a.ID, said); err != nil {
			return err
		}
	}
	return nil
}

// Freeze does the pieces of an opening until it is open, ctx ends, or it turns out that
// somebody else is at it. It may be called any time, also after a crash.
func (s *Service) Freeze(ctx context.Context, campaign id.ID) error {
	var c Campaign
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) { c, err = Find(ctx, tx, campaign); return err })
	if err != nil || c.State != "opening" {
		return err
	}
	o := freeze.Order{Campaign: c.ID, Unit: c.Unit, Day: c.StartsOn}
	for _, d := range c.Dues {
		o.Self = append(o.Self, d.Level)
	}
	for _, a := range c.Audiences {
		o.Groups = append(o.Groups, freeze.Group{ID: a.ID, Query: a.Asks()})
	}
	opened := false
	w := freeze.Worker{DB: s.DB, Now: s.Now, First: s.piece, Done: func(ctx context.Context, tx db.Tx, units, members int64) error {
		opened = true
		return setOpen(ctx, tx, c.ID, s.Now.Ms(), units, members)
	}}
	if err := w.Run(ctx, o); err != nil || !opened || s.Opened == nil {
		return err
	}
	return s.Opened(ctx)
}

// Resume looks for openings that were broken off, now and every few seconds until ctx ends.
func (s *Service) Resume(ctx context.Context) {
	for {
		var list []id.ID
		err := s.DB.Read(ctx, func(tx db.Tx) (err error) { list, err = freeze.Waiting(ctx, tx); return err })
		for _, c := range list {
			if err == nil {
				err = s.Freeze(ctx, c)
			}
		}
		if err != nil && ctx.Err() == nil {
			slog.Error("open a campaign", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(5 * time.Second):
		}
	}
}

// patience is how long a page waits for an opening before it shows its progress instead.
const patience = 1500 * time.Millisecond

// start is Order, with Freeze going on after the answer when it takes longer than a page waits.
func (s *Service) start(ctx context.Context, who access.Actor, campaign id.ID) (Campaign, error) {
	c, err := s.Order(ctx, who, campaign)
	if err != nil || c.State != "opening" {
		return c, err
	}
	done := make(chan error, 1)
	go func() {
		err := s.Freeze(context.WithoutCancel(ctx), campaign)
		if err != nil {
			slog.Error("open a campaign", "campaign", campaign, "err", err)
		}
		done <- err
	}()
	select {
	case err = <-done:
	case <-time.After(patience):
	}
	if err != nil {
		return Campaign{}, err
	}
	return s.Show(ctx, who, campaign)
}

// Opening is a campaign on its way to being open.
type Opening struct {
	Campaign Campaign        `json:"campaign"`
	Progress freeze.Progress `json:"progress" doc:"empty once it is open"`
}

// Progress shows how far an opening is, to those who may give the order.
func (s *Service) Progress(ctx context.Context, who access.Actor, campaign id.ID) (o Opening, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if o.Campaign, err = Find(ctx, tx, campaign); err != nil {
			return err
		}
		if err = access.Check(ctx, tx, who, access.CampaignEdit, o.Campaign.Unit); err != nil || o.Campaign.State != "opening" {
			return err
		}
		o.Progress, err = freeze.Find(ctx, tx, campaign)
		return err
	})
	if err != nil {
		return Opening{}, fmt.Errorf("progress of campaign %s: %w", campaign, err)
	}
	return o, nil
}
