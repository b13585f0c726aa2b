package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"quantriet/internal/app"
	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

type reports struct {
	app.Config `embed:""`
	Campaign   string `help:"Id of the campaign, or words of its title; the newest unless given."`
	Unit       string `help:"Code or id of the unit; the campaign's owner unless given."`
	As         string `help:"json, xlsx, docx or csv." default:"docx" enum:"json,xlsx,docx,csv"`
	Out        string `short:"o" help:"File to write; the screen unless given." type:"path"`
}

// Run writes the report as it stands.
func (c reports) Run(ctx context.Context) error {
	a, err := c.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	campaign, unit, err := c.find(ctx, a.DB)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := a.Report.Export(ctx, access.System("command line"), campaign, unit, c.As, &b); err != nil {
		return err
	}
	if c.Out == "" {
		_, err = os.Stdout.Write(b.Bytes())
		return err
	}
	return os.WriteFile(c.Out, b.Bytes(), 0o600)
}

func (c reports) find(ctx context.Context, d *db.DB) (campaign, unit id.ID, err error) {
	err = d.Read(ctx, func(tx db.Tx) error {
		campaign, err = db.One(ctx, tx, db.Value[id.ID], `
			select id from campaign where state <> 'draft' and ($1 = '' or title like $2) order by starts_on desc, id desc limit 1`,
			c.Campaign, "%"+db.Like(c.Campaign)+"%")
		if given, bad := id.Parse(strings.ToUpper(c.Campaign)); bad == nil {
			campaign, err = given, nil
		}
		if err != nil {
			return fmt.Errorf("campaign %q: %w", c.Campaign, err)
		}
		unit, err = db.One(ctx, tx, db.Value[id.ID], `
			select cu.unit from campaign_unit cu join org_unit u on u.id = cu.unit
			where cu.campaign = $1 and (u.code = $2 or ($2 = '' and cu.parent is null)) limit 1`, campaign, c.Unit)
		if given, bad := id.Parse(strings.ToUpper(c.Unit)); bad == nil {
			unit, err = given, nil
		}
		if err != nil {
			return fmt.Errorf("unit %q: %w", c.Unit, err)
		}
		return nil
	})
	return campaign, unit, err
}
