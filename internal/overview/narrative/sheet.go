package narrative

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/review"
)

// Paper names where words stand: the report of a unit on a campaign or, when Review is given,
// a unit's review of a period.
type Paper struct {
	Campaign id.ID `json:"campaign,omitzero" doc:"of a report"`
	Unit     id.ID `json:"unit"`
	Review   id.ID `json:"review,omitzero" doc:"of a review of a period"`
}

// On is a unit's report on a campaign.
func On(campaign, unit id.ID) Paper { return Paper{Campaign: campaign, Unit: unit} }

// Of is a review.
func Of(review id.ID) Paper { return Paper{Review: review} }

func (p Paper) href() string {
	if p.Review != 0 {
		return "/reviews/" + p.Review.String()
	}
	return "/campaigns/" + p.Campaign.String() + "/reports/" + p.Unit.String()
}

func (p Paper) sections() []string {
	if p.Review != 0 {
		return review.Sections
	}
	return report.Sections
}

// word is the key of a section's name.
func (p Paper) word(section string) string {
	if p.Review != 0 {
		return "review.section." + section
	}
	return "report.section." + section
}

// sheet is a paper as it stands.
type sheet struct {
	Paper
	id             id.ID // of report or review; zero: nobody began it
	parent         id.ID
	title, name    string // of the campaign or the review; of the unit
	state          string
	version        int64
	firstSent      int64
	kind, from, to string // of a review
}

// called is whose words they are; of a review which one, since a unit writes several.
func (s sheet) called() string {
	if s.Review != 0 {
		return s.name + " (" + s.title + ")"
	}
	return s.name
}

// sent reports whether it is with the level above.
func (s sheet) sent() bool { return s.state == "sent" || s.state == "accepted" }

// holds reports whether what x says may be taken into s: a report on the same campaign, or a
// review of a part of the same period, of a unit directly below.
func (s sheet) holds(x sheet) bool {
	if x.parent != s.Unit || (s.Review == 0) != (x.Review == 0) {
		return false
	}
	return s.Review == 0 && x.Campaign == s.Campaign || s.Review != 0 && x.from >= s.from && x.to <= s.to
}

// load is a report or a review. Fault: Missing.
func load(ctx context.Context, tx db.Tx, of id.ID) (sheet, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (s sheet, err error) {
		err = scan(&s.id, &s.Campaign, &s.Review, &s.Unit, &s.parent, &s.title, &s.name, &s.state, &s.version, &s.firstSent, &s.kind, &s.from, &s.to)
		return s, err
	}, `select r.id, r.campaign, 0, r.unit, coalesce(cu.parent, 0), c.title, cu.name, r.state, r.version, coalesce(r.first_sent_at, 0), '', '', ''
			from report r join campaign c on c.id = r.campaign join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit where r.id = $1
		union all select r.id, 0, r.id, r.unit, coalesce(u.parent, 0), r.title, u.name, r.state, r.version, coalesce(r.first_sent_at, 0), r.kind, r.period_from, r.period_to
			from review r join org_unit u on u.id = r.unit where r.id = $1`, of)
}

// sheetOf is a paper, of a report also one that nobody began. Fault: Missing.
func sheetOf(ctx context.Context, tx db.Tx, p Paper) (s sheet, err error) {
	if p.Review != 0 {
		if s, err = load(ctx, tx, p.Review); err == nil && s.Review == 0 {
			err = fault.Gone()
		}
		return s, err
	}
	begun, err := db.All(ctx, tx, db.Value[id.ID], `select id from report where campaign = $1 and unit = $2`, p.Campaign, p.Unit)
	if err != nil {
		return s, err
	}
	if len(begun) > 0 {
		return load(ctx, tx, begun[0])
	}
	c, err := campaign.Find(ctx, tx, p.Campaign)
	if err != nil {
		return s, err
	}
	u, err := campaign.UnitOf(ctx, tx, p.Campaign, p.Unit)
	return sheet{Paper: p, parent: u.Parent, title: c.Title, name: u.Name, state: "draft"}, err
}

// seen is a paper that who may read. Fault: Missing.
func seen(ctx context.Context, tx db.Tx, who access.Actor, p Paper) (s sheet, err error) {
	if p.Review == 0 {
		if _, err := campaign.May(ctx, tx, who, access.ReportRead, p.Campaign, p.Unit); err != nil {
			return s, err
		}
		return sheetOf(ctx, tx, p)
	}
	if s, err = sheetOf(ctx, tx, p); err != nil {
		return s, err
	}
	return s, access.Check(ctx, tx, who, access.ReportRead, s.Unit)
}

// open reports whether who may write it now.
func (s sheet) open(ctx context.Context, tx db.Tx, who access.Actor) (bool, error) {
	err := access.Check(ctx, tx, who, access.ReportEdit, s.Unit)
	if k := fault.Of(err); k == fault.Denied || k == fault.Missing {
		return false, nil
	}
	if writable := s.state == "draft" || s.state == "returned"; err != nil || !writable || s.Review != 0 {
		return err == nil && writable, err
	}
	c, err := campaign.Find(ctx, tx, s.Campaign)
	return c.State == "open", err
}
