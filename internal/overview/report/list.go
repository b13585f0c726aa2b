package report

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Listed is a report in a list: whose, in which campaign, its state and deadline.
type Listed struct {
	Campaign id.ID  `json:"campaign"`
	Title    string `json:"title" doc:"of the campaign"`
	Open     bool   `json:"open" doc:"the campaign is open"`
	Unit     id.ID  `json:"unit"`
	Name     string `json:"name"`
	State    string `json:"state" doc:"empty: not begun"`
	Sent     int64  `json:"sent"`
	First    int64  `json:"first_sent"`
	Verified bool   `json:"verified"`
	Remark   string `json:"remark"`
	Due      int64  `json:"due" doc:"first instant that is too late; 0 none"`
	Late     bool   `json:"late"`
	On       string `json:"on" doc:"the day of the deadline as it is written"`
	Until    bool   `json:"inclusive" doc:"the day itself still counts"`

	level string
	lo    int64
}

// Query asks for the reports that units directly below send up.
type Query struct {
	Campaign id.ID
	State    string // none, draft, sent, returned, accepted, late; "" all
	Find     string
	Page     db.Page
}

// Lists are the reports an account has to do with.
type Lists struct {
	Mine      []Listed        `json:"mine" doc:"of the account's own units, the newest campaigns first"`
	Receive   db.Rows[Listed] `json:"receive" doc:"of the units directly below, in one campaign"`
	Campaign  id.ID           `json:"campaign" doc:"of Receive"`
	Campaigns []Titled        `json:"-"`
}

// Titled is a campaign to choose.
type Titled struct {
	ID    id.ID
	Title string
}

// List shows what an account's units owe and what those directly below them send. Without a
// campaign Receive is about the newest one.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (l Lists, err error) {
	tops := who.Scope(access.ReportRead)
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if l.Campaigns, err = chosen(ctx, tx, tops); err != nil || len(l.Campaigns) == 0 {
			return err
		}
		if l.Mine, err = mine(ctx, tx, who); err != nil {
			return err
		}
		l.Campaign = q.Campaign
		if l.Campaign == 0 {
			l.Campaign = l.Campaigns[0].ID
		}
		if l.Receive, err = receive(ctx, tx, who, l.Campaign, q); err != nil {
			return err
		}
		if err := s.clocks(ctx, tx, l.Mine, true); err != nil {
			return err
		}
		return s.clocks(ctx, tx, l.Receive.Items, false)
	})
	if err != nil {
		return Lists{}, fmt.Errorf("list reports: %w", err)
	}
	return l, nil
}

// chosen are the opened campaigns that have a unit in the scope.
func chosen(ctx context.Context, tx db.Tx, scope access.Scope) ([]Titled, error) {
	var args []any
	return db.All(ctx, tx, func(scan func(...any) error) (c Titled, err error) {
		err = scan(&c.ID, &c.Title)
		return c, err
	}, `select c.id, c.title from campaign c where c.state <> 'draft' and `+scope.WhereSeen("c.unit", &args)+`
		order by c.starts_on desc, c.id desc limit 50`, args...)
}

const listed = `select c.id, c.title, c.state = 'open', cu.unit, cu.name, coalesce(r.state, ''), coalesce(r.sent_at, 0),
		coalesce(r.first_sent_at, 0), coalesce(r.verified, false), coalesce(r.remark, ''), cu.level, cu.lo
	from campaign_unit cu
	join campaign c on c.id = cu.campaign and c.state <> 'draft'
	join org_unit u on u.id = cu.unit
	left join report r on r.campaign = cu.campaign and r.unit = cu.unit
	where (cu.parent is null or exists (select 1 from campaign_due d where d.campaign = c.id and d.unit = c.unit and d.level = cu.level)) and `

func scanListed(scan func(...any) error) (l Listed, err error) {
	err = scan(&l.Campaign, &l.Title, &l.Open, &l.Unit, &l.Name, &l.State, &l.Sent, &l.First, &l.Verified, &l.Remark, &l.level, &l.lo)
	return l, err
}

// in is "column in (the units of the grants with a need)"; it sees nothing without any.
func in(who access.Actor, need access.Need, column string, args *[]any) string {
	var marks []string
	for _, g := range who.Grants {
		if g.Role.Can(need) {
			*args = append(*args, g.Unit)
			marks = append(marks, "$"+strconv.Itoa(len(*args)))
		}
	}
	if len(marks) == 0 {
		return "(1 = 0)"
	}
	return column + " in (" + strings.Join(marks, ", ") + ")"
}

func mine(ctx context.Context, tx db.Tx, who access.Actor) ([]Listed, error) {
	var args []any
	return db.All(ctx, tx, scanListed, listed+in(who, access.ReportRead, "cu.unit", &args)+
		` order by case c.state when 'open' then 0 else 1 end, c.starts_on desc, c.id desc, cu.lo limit 30`, args...)
}

func receive(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, q Query) (db.Rows[Listed], error) {
	args := []any{of}
	query := listed + `cu.campaign = $1 and ` + in(who, access.ReportRead, "cu.parent", &args)
	switch q.State {
	case "none":
		query += ` and r.first_sent_at is null`
	case "draft", "sent", "returned", "accepted":
		args = append(args, q.State)
		query += fmt.Sprintf(` and r.state = $%d`, len(args))
	}
	for _, word := range text.Words(q.Find) {
		args = append(args, "%"+db.Like(word)+"%")
		query += fmt.Sprintf(` and u.folded like $%d escape '\'`, len(args))
	}
	return db.List(ctx, tx, q.Page, db.Order{Sort: "cu.lo", ID: "cu.unit", Number: true},
		func(l Listed) (string, id.ID) { return strconv.FormatInt(l.lo, 10), l.Unit }, scanListed, query, args...)
}

// clocks fills the deadlines: of one's own reports with what the unit itself tightened, of
// those below as this level sees them.
func (s *Service) clocks(ctx context.Context, tx db.Tx, rows []Listed, self bool) error {
	type key struct{ campaign, unit id.ID }
	known := map[key][]campaign.Due{}
	for i := range rows {
		l := &rows[i]
		u, err := campaign.UnitOf(ctx, tx, l.Campaign, l.Unit)
		if err != nil {
			return err
		}
		k := key{l.Campaign, u.Parent}
		if self || u.Parent == 0 {
			k.unit = l.Unit
		}
		if _, there := known[k]; !there {
			if known[k], err = campaign.Dues(ctx, tx, k.campaign, k.unit); err != nil {
				return err
			}
		}
		for _, d := range known[k] {
			if d.Level == l.level {
				l.Due, l.On, l.Until = d.End().UnixMilli(), d.On, d.Inclusive
			}
		}
		l.Late = late(l.First, l.Due, s.Now.Ms())
	}
	return nil
}
