package measure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Column is a figure that a unit orders for one campaign: it and those below it declare it in
// their reports, with its ground. It is never part of a rate.
type Column struct {
	ID       id.ID  `json:"id"`
	Campaign id.ID  `json:"campaign"`
	Unit     id.ID  `json:"unit" doc:"who ordered it"`
	UnitName string `json:"unit_name"`
	Name     string `json:"name"`
	Counted  string `json:"counted" enum:"meeting,person,head"`
	Summed   bool   `json:"summed" doc:"what those below declared is added up"`
	Closed   int64  `json:"closed" doc:"since when nobody fills it any more; 0: open"`

	ord int64
	by  id.ID
}

const (
	mostColumns = 12 // of one unit in one campaign
	longestName = 80 // letters
	ownCode     = "own:"
)

// Kinds are what a column may count, as they are offered.
var Kinds = []string{"meeting", "person", "head"}

// Code names the column as a figure of reports.
func (c Column) Code() string { return ownCode + c.ID.String() }

// Own reports whether a figure's code is that of a column a unit ordered.
func Own(code string) bool { return strings.HasPrefix(code, ownCode) }

// check refuses what a column may not be; it cleans the name. there are the unit's by now.
func (c *Column) check(there []Column) error {
	name, ok := text.Clean(c.Name)
	c.Name = name
	same := func(o Column) bool { return o.Closed == 0 && text.Fold(o.Name) == text.Fold(name) }
	switch {
	case c.ID <= 0:
		return fault.At("id", "web.required")
	case !ok:
		return fault.At("name", "web.not_text")
	case name == "":
		return fault.At("name", "web.required")
	case len([]rune(name)) > longestName:
		return fault.At("name", "web.too_long", "n", longestName)
	case !slices.Contains(Kinds, c.Counted):
		return fault.At("counted", "web.choose")
	case slices.ContainsFunc(there, same):
		return fault.At("name", "measure.column_twice")
	case len(there) >= mostColumns:
		return fault.New(fault.Conflict, "measure.columns_full", "n", mostColumns)
	}
	return nil
}

// Ordered are the columns that a unit's reports of a campaign have.
type Ordered struct {
	Campaign campaign.Campaign `json:"campaign"`
	Unit     campaign.Unit     `json:"unit"`
	Columns  []Column          `json:"columns" doc:"ordered by the unit and by those above it"`
	MayEdit  bool              `json:"may_edit"`
}

// orders refuses a unit with nobody below it, and a campaign that is over.
func (o Ordered) orders() error {
	switch {
	case o.Unit.Hi <= o.Unit.Lo:
		return fault.New(fault.Conflict, "measure.orders_none")
	case o.Campaign.State != "open":
		return fault.New(fault.Conflict, "measure.campaign_not_open")
	}
	return nil
}

// ColumnsOf are the columns of a unit's reports of a campaign. Faults: Missing.
func (s *Service) ColumnsOf(ctx context.Context, who access.Actor, of, unit id.ID) (o Ordered, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if o, err = ordered(ctx, tx, who, access.ReportRead, of, unit); err != nil {
			return err
		}
		err := access.Check(ctx, tx, who, access.ReportAccept, unit)
		o.MayEdit = err == nil && o.orders() == nil
		if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
			return nil
		}
		return err
	})
	if err != nil {
		return Ordered{}, fmt.Errorf("columns of %s: %w", unit, err)
	}
	return o, nil
}

// ordered loads the columns of a unit where who has the need.
func ordered(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, of, unit id.ID) (o Ordered, err error) {
	if o.Campaign, err = campaign.Find(ctx, tx, of); err != nil {
		return o, err
	}
	if o.Unit, err = campaign.May(ctx, tx, who, need, of, unit); err != nil {
		return o, err
	}
	o.Columns, err = Columns(ctx, tx, of, unit)
	return o, err
}

// AddColumn orders a column. Only ID, Campaign, Unit, Name, Counted and Summed are read; the
// same id sent twice by one account finds the column it made. Faults: Invalid by field,
// Missing, Denied, Conflict for a unit that orders nobody, one too many, or a closed campaign.
func (s *Service) AddColumn(ctx context.Context, who access.Actor, c Column) (Column, error) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		o, err := ordered(ctx, tx, who, access.ReportAccept, c.Campaign, c.Unit)
		if err != nil {
			return err
		}
		old, err := findColumn(ctx, tx, c.ID)
		switch {
		case err == nil && old.Unit == c.Unit && old.Campaign == c.Campaign && old.by == who.Account:
			c = old
			return nil
		case err == nil:
			return fault.New(fault.Conflict, "measure.id_taken")
		case fault.Of(err) != fault.Missing:
			return err
		}
		if err := o.orders(); err != nil {
			return err
		}
		there := slices.DeleteFunc(o.Columns, func(x Column) bool { return x.Unit != c.Unit })
		if err := c.check(there); err != nil {
			return err
		}
		c.UnitName, c.Closed, c.ord, c.by = o.Unit.Name, 0, int64(len(there)), who.Account
		if err := insertColumn(ctx, tx, c, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "measure.column_add", c.ID, c.Unit, c, "")
	})
	if err != nil {
		return Column{}, fmt.Errorf("add a column: %w", err)
	}
	return c, nil
}

// CloseColumn ends a column: what was declared stays, nobody declares any more. Closing twice
// closes once. Faults: Missing for a column that the unit did not order, Denied.
func (s *Service) CloseColumn(ctx context.Context, who access.Actor, of, unit, column id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if _, err := ordered(ctx, tx, who, access.ReportAccept, of, unit); err != nil {
			return err
		}
		c, err := findColumn(ctx, tx, column)
		switch {
		case err != nil:
			return err
		case c.Campaign != of || c.Unit != unit:
			return fault.Gone()
		case c.Closed != 0:
			return nil
		}
		if err := closeColumn(ctx, tx, column, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "measure.column_close", column, unit, audit.Changes{{Field: "name", Old: c.Name, New: ""}}, "")
	})
	if err != nil {
		return fmt.Errorf("close column %s: %w", column, err)
	}
	return nil
}
