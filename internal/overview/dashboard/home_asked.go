package dashboard

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/privacy"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Request is a unit's wish to have a closed report or review opened again, which waits for the level above.
type Request struct {
	Campaign, Unit id.ID // of a report
	Review         id.ID
	Name, Title    string
	At             int64
}

// Decisions is what waits for somebody's decision beside the reports that were sent.
type Decisions struct {
	Requests []Request
	Contests int64 // of members against figures they are counted in
	Privacy  privacy.Waiting
	Late     bool // the first of the requests about personal data is overdue
}

// mostRequests bounds how many of a unit's requests a first screen names.
const mostRequests = 8

// decisions are what waits at the units where the actor decides for the level above.
func decisions(ctx context.Context, tx db.Tx, who access.Actor, role access.Role, day string) (d Decisions, err error) {
	if role.Can(access.PrivacyAnswer) {
		if d.Privacy, err = privacy.Wait(ctx, tx, who); err != nil {
			return d, err
		}
		d.Late = d.Privacy.N > 0 && day > d.Privacy.DueOn
	}
	if !role.Can(access.ReportAccept) {
		return d, nil
	}
	scan := func(scan func(...any) error) (q Request, err error) {
		err = scan(&q.Campaign, &q.Unit, &q.Review, &q.Name, &q.Title, &q.At)
		return q, err
	}
	for _, u := range units(who, role) {
		reports, err := db.All(ctx, tx, scan, `
			select r.campaign, r.unit, 0, cu.name, c.title, q.at from report_reopen q
			join report r on r.id = q.report
			join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit
			join campaign c on c.id = r.campaign
			where q.state = 'asked' and cu.parent = $1 order by q.at, q.id limit $2`, u, mostRequests)
		if err != nil {
			return d, err
		}
		reviews, err := db.All(ctx, tx, scan, `
			select 0, r.unit, r.id, u.name, r.title, q.at from review_ask q
			join review r on r.id = q.review
			join org_unit u on u.id = r.unit
			where q.state = 'asked' and u.parent = $1 order by q.at, q.id limit $2`, u, mostRequests)
		if err != nil {
			return d, err
		}
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from contest where decider = $1 and state = 'open'`, u)
		if err != nil {
			return d, err
		}
		d.Requests, d.Contests = append(append(d.Requests, reports...), reviews...), d.Contests+n
	}
	return d, nil
}

// toDecide are the same as things to do.
func toDecide(p ui.Page, d Decisions) (out []ui.Obligation) {
	if d.Privacy.N > 0 {
		o := ui.Obligation{Kind: "warn", Icon: "clock", Title: p.T("dashboard.duty.privacy", "n", p.Int(d.Privacy.N)), Href: "/privacy",
			Clock: p.T("dashboard.duty.privacy_due", "day", text.Date(d.Privacy.DueOn))}
		if d.Late {
			o.Kind, o.Icon, o.Clock = "late", "late", p.T("dashboard.duty.privacy_late", "day", text.Date(d.Privacy.DueOn))
		}
		out = append(out, o)
	}
	for _, q := range d.Requests {
		o := ui.Obligation{Kind: "warn", Icon: "back", Title: p.T("dashboard.duty.reopen", "unit", q.Name), Whose: short(q.Title, 60), Href: reportPath(q.Campaign, q.Unit)}
		if q.Review != 0 {
			o.Href = "/reviews/" + q.Review.String()
		}
		out = append(out, o)
	}
	if d.Contests > 0 {
		out = append(out, ui.Obligation{Kind: "warn", Icon: "flag", Title: p.T("dashboard.duty.contests", "n", p.Int(d.Contests)), Href: "/contests"})
	}
	return out
}
