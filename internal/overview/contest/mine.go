package contest

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// Campaign is one in whose roster the member stands.
type Campaign struct {
	ID       id.ID  `json:"id"`
	Title    string `json:"title"`
	Rounding string `json:"rounding" enum:"half_up,truncate"`
}

// Level is a unit on the way from the member's own to the top: those who studied of its
// members, as the records stand and as its report says.
type Level struct {
	Unit     id.ID  `json:"unit"`
	Name     string `json:"name"`
	Studied  int64  `json:"studied"`
	Members  int64  `json:"members"`
	Reported *int64 `json:"reported" doc:"studied, as the report that was sent says; null: none was sent"`
}

// Counted is a figure with the member's contest of it, if there is one.
type Counted struct {
	Figure  string   `json:"figure"`
	Contest *Contest `json:"contest"`
}

// Paper is a document of a campaign with how the member is counted for it.
type Paper struct {
	Document id.ID     `json:"document"`
	Name     string    `json:"name"`
	Standing Standing  `json:"standing"`
	Figures  []Counted `json:"figures"`
	Levels   []Level   `json:"levels" doc:"of members of the Party"`
}

// Mine is every figure of a campaign in which the member is counted.
type Mine struct {
	Campaigns []Campaign `json:"campaigns"`
	Campaign  Campaign   `json:"campaign"`
	Papers    []Paper    `json:"papers"`
	Essays    Essays     `json:"essays" doc:"what the member was asked to write"`
	Figures   []Counted  `json:"figures" doc:"about essays, in which the member is counted"`
}

// MyFigures gives the figures of a campaign in which the actor is counted; zero is the newest. Fault:
// Missing for a campaign without the actor.
func (s *Service) MyFigures(ctx context.Context, who access.Actor, of id.ID) (m Mine, err error) {
	m.Campaigns, m.Papers, m.Essays, m.Figures = []Campaign{}, []Paper{}, Essays{}, []Counted{}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err := db.All(ctx, tx, func(scan func(...any) error) (c Campaign, err error) {
			err = scan(&c.ID, &c.Title, &c.Rounding)
			return c, err
		}, `select c.id, c.title, c.rounding from campaign_roster r join campaign c on c.id = r.campaign
			where r.person = $1 and c.state <> 'draft' order by c.starts_on desc, c.id desc limit 100`, int64(who.Person))
		if err != nil {
			return err
		}
		m.Campaigns = append(m.Campaigns, list...)
		if len(list) == 0 && of == 0 {
			return nil
		}
		i := slices.IndexFunc(list, func(c Campaign) bool { return c.ID == of || of == 0 })
		if i < 0 {
			return fault.Gone()
		}
		m.Campaign = list[i]
		return s.papers(ctx, tx, who, &m)
	})
	if err != nil {
		return Mine{}, fmt.Errorf("my figures: %w", err)
	}
	return m, nil
}

func (s *Service) papers(ctx context.Context, tx db.Tx, who access.Actor, m *Mine) error {
	own, err := ofPerson(ctx, tx, who.Person, m.Campaign.ID)
	if err != nil {
		return err
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (p Paper, err error) {
		err = scan(&p.Document, &p.Name)
		return p, err
	}, `select d.id, case when d.number <> '' then d.number else d.title end from campaign_document x join document d on d.id = x.document where x.campaign = $1 order by x.ord`, m.Campaign.ID)
	if err != nil {
		return err
	}
	for _, p := range list {
		var at seat
		if p.Standing, at, err = standing(ctx, tx, m.Campaign.ID, p.Document, who.Person); err != nil {
			return err
		}
		p.Figures = countedIn(p.Standing, p.Document, own)
		if p.Levels, err = levels(ctx, tx, at, p.Document); err != nil {
			return err
		}
		m.Papers = append(m.Papers, p)
	}
	es, _, err := essaysOf(ctx, tx, m.Campaign.ID, who.Person)
	m.Essays, m.Figures = append(m.Essays, es...), append(m.Figures, countedIn(es, 0, own)...)
	return err
}

// countedIn are the figures that a record counts in, and those contested that do not count the member any more.
func countedIn(rec Record, document id.ID, own []Contest) (out []Counted) {
	for _, code := range rec.Counted() {
		out = append(out, Counted{code, lastOf(own, document, code)})
	}
	for _, c := range own {
		if c.Document == document && !slices.ContainsFunc(out, func(f Counted) bool { return f.Figure == c.Figure }) {
			out = append(out, Counted{c.Figure, &c})
		}
	}
	return out
}

func lastOf(own []Contest, document id.ID, figure string) *Contest {
	for _, c := range own {
		if c.Document == document && c.Figure == figure {
			return &c
		}
	}
	return nil
}

// levels are the figures from the member's unit up to the top.
func levels(ctx context.Context, tx db.Tx, at seat, document id.ID) (out []Level, err error) {
	up, err := line(ctx, tx, at.campaign, at.lo)
	if err != nil {
		return nil, err
	}
	for _, u := range up {
		self, _, err := rollup.At(ctx, tx, at.campaign, document, u.unit)
		if err != nil {
			return nil, err
		}
		l := Level{Unit: u.unit, Name: u.name, Studied: self.Count.Studied, Members: self.Count.Members}
		sent, err := db.All(ctx, tx, db.Value[int64], `select f.value from report r join report_figure f on f.report = r.id and f.document = $3 and f.code = 'studied'
			where r.campaign = $1 and r.unit = $2 and r.state in ('sent', 'accepted')`, at.campaign, u.unit, document)
		if err != nil {
			return nil, err
		}
		if len(sent) > 0 {
			l.Reported = &sent[0]
		}
		out = append(out, l)
	}
	return out, nil
}

// Count is how many contests wait for the actor's decision.
func (s *Service) Count(ctx context.Context, who access.Actor) (n int64, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		var args []any
		n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from contest c where c.state = 'open' and `+who.Scope(access.ReportAccept).Where("c.decider", &args), args...)
		return err
	})
	return n, err
}
