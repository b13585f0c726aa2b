package bench

import (
	"context"
	"fmt"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// freeze opens a campaign for the whole country while somebody else writes without pause.
func (n *Nation) freeze(ctx context.Context) error {
	sys := access.System("bench")
	doc, err := n.paper(ctx)
	if err != nil {
		return err
	}
	c := campaign.Campaign{ID: id.New(), Unit: n.top, Title: "Đợt mẫu " + doc.String(), StartsOn: n.app.Now.Day(), Rounding: "half_up", Documents: []id.ID{doc},
		Audiences: campaign.Usual(func(string) string { return "Mẫu" }), Dues: []campaign.Due{{Level: "province", On: "2099-01-01"}, {Level: "commune", On: "2099-01-01"}}}
	c, err = n.app.Campaign.Draft(ctx, sys, c)
	if err != nil {
		return err
	}
	var times Times
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() { stopped <- n.disturb(ctx, &times, stop) }()
	began := time.Now()
	if _, err = n.app.Campaign.Order(ctx, sys, c.ID); err == nil {
		err = n.app.Campaign.Freeze(ctx, c.ID)
	}
	took := time.Since(began)
	close(stop)
	if e := <-stopped; err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	people, err := n.number(ctx, `select count(*) from campaign_roster where campaign = $1`, c.ID)
	units, _ := n.number(ctx, `select count(*) from campaign_unit where campaign = $1`, c.ID)
	n.table.Line("opening a campaign for everybody", round(took), "≤ 60 s", fmt.Sprintf("%d units, %d people, statistics renewed", units, people))
	n.table.Line("another writer meanwhile", times.Said(), "max ≤ 200 ms", "one small change after the other")
	return err
}

// paper registers what the campaign studies.
func (n *Nation) paper(ctx context.Context) (id.ID, error) {
	day := n.app.Now.Day()
	d, err := n.app.Document.Register(ctx, access.System("bench"), document.Document{ID: id.New(), Unit: n.top, Kind: "resolution", Number: fmt.Sprintf("%d-NQ/TW", time.Now().Unix()%100_000),
		IssuerName: "Cơ quan mẫu", IssuedOn: day, Title: "Nghị quyết mẫu " + id.New().String()})
	return d.ID, err
}

// disturb writes small changes until stop closes, and keeps how long each waited.
func (n *Nation) disturb(ctx context.Context, times *Times, stop chan struct{}) error {
	for {
		select {
		case <-stop:
			return nil
		case <-time.After(5 * time.Millisecond):
		}
		err := times.Of(func() error {
			return n.app.DB.Write(ctx, func(tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `update db_seed set amount = amount where name = 'org_level'`)
				return err
			})
		})
		if err != nil {
			return err
		}
	}
}
