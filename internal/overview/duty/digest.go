package duty

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Owed is a duty of one of an account's own units.
type Owed struct {
	Duty  Duty   `json:"duty"`
	Unit  id.ID  `json:"unit"`
	Name  string `json:"name"`
	State State  `json:"state"`
	First int64  `json:"first_sent"`
	Back  bool   `json:"back"`
	Terms Terms  `json:"terms"`

	opened bool // by the level above, after it was frozen or accepted
}

// Open reports whether something is still to be done for it.
func (o Owed) Open() bool { return !o.State.Sent() || o.Back }

// Under is a duty of the units below one of an account's own.
type Under struct {
	Duty  Duty   `json:"duty"`
	Unit  id.ID  `json:"unit"`
	Name  string `json:"name"`
	Tally Tally  `json:"tally"`
}

// Digest is everything one person is reminded of, once: there is no message per duty.
type Digest struct {
	Mine  []Owed  `json:"mine" doc:"the most urgent first"`
	Below []Under `json:"below"`
}

// Counts are what one's own units owe, in three numbers.
type Counts struct {
	Late int64 `json:"late" doc:"overdue and not sent"`
	Soon int64 `json:"soon"`
	Back int64 `json:"back" doc:"came back"`
}

// Counts adds up what one's own units owe.
func (d Digest) Counts() (n Counts) {
	for _, o := range d.Mine {
		switch {
		case o.Back:
			n.Back++
		case o.State.Overdue():
			n.Late++
		case o.State == Soon:
			n.Soon++
		}
	}
	return n
}

// most bounds how many duties a digest looks at; older ones are found by their own page.
const most = 12

// Digest gathers what an account's own units owe and what is missing below them.
func (s *Service) Digest(ctx context.Context, who access.Actor) (d Digest, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if d.Mine, err = s.mine(ctx, tx, who); err != nil {
			return err
		}
		d.Below, err = s.below(ctx, tx, who)
		return err
	})
	if err != nil {
		return Digest{}, fmt.Errorf("digest: %w", err)
	}
	return d, nil
}

// Count is the part of an account's digest about its own units, in three numbers: what the
// first page says. Joined to dashboard in app/links.go.
func (s *Service) Count(ctx context.Context, who access.Actor) (Counts, error) {
	var d Digest
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		d.Mine, err = s.mine(ctx, tx, who)
		return err
	})
	if err != nil {
		return Counts{}, fmt.Errorf("count duties: %w", err)
	}
	return d.Counts(), nil
}

func (s *Service) mine(ctx context.Context, tx db.Tx, who access.Actor) ([]Owed, error) {
	now := s.Now.Ms()
	out, err := owedPeriodic(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	of, err := owedCampaign(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	for _, o := range of {
		u, err := campaign.UnitOf(ctx, tx, o.Duty.ID, o.Unit)
		if err != nil {
			return nil, err
		}
		var owes bool
		if o.Terms, owes, err = campaignTerms(ctx, tx, o.Duty.ID, u); err != nil {
			return nil, err
		}
		if owes {
			out = append(out, o)
		}
	}
	for i := range out {
		o := &out[i]
		open, err := openUntil(ctx, tx, o.Duty.ID, o.Unit)
		if err != nil {
			return nil, err
		}
		if o.opened {
			open = now + 1
		}
		o.State = Of(o.Terms, o.First, open, now)
	}
	slices.SortStableFunc(out, func(a, b Owed) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Terms.Due, b.Terms.Due))
	})
	return out, nil
}

// rank puts what is open before what is done.
func rank(o Owed) int {
	if o.Open() {
		return 0
	}
	return 1
}

// owedPeriodic are the newest periodic duties of an account's own units.
func owedPeriodic(ctx context.Context, tx db.Tx, who access.Actor) ([]Owed, error) {
	var args []any
	return db.All(ctx, tx, func(scan func(...any) error) (o Owed, err error) {
		d := &o.Duty
		err = scan(&d.ID, &d.Unit, &d.UnitName, &d.Title, &d.Period, &d.From, &d.To, &d.Note,
			&o.Unit, &o.Name, &o.First, &o.Back, &o.Terms.Due, &o.Terms.Grace, &o.Terms.Freeze)
		d.Open = true
		return o, err
	}, `select `+columns+`, n.id, n.name, coalesce(x.sent_at, 0), coalesce(v.state = 'returned', false), t.due_at, t.grace_at, t.freeze_at
		from duty_unit x join duty d on d.id = x.duty join org_unit u on u.id = d.unit join org_unit n on n.id = x.unit
		join duty_level t on t.duty = x.duty and t.level = x.level
		left join review v on v.duty = x.duty and v.unit = x.unit
		where `+own(who, access.ReportEdit, "x.unit", &args)+`
		order by case when x.sent_at is null then 0 else 1 end, t.due_at desc, d.id desc limit 30`, args...)
}

// owedCampaign are the reports of open campaigns that an account's own units may owe.
func owedCampaign(ctx context.Context, tx db.Tx, who access.Actor) ([]Owed, error) {
	var args []any
	return db.All(ctx, tx, func(scan func(...any) error) (o Owed, err error) {
		d := &o.Duty
		err = scan(&d.ID, &d.Unit, &d.UnitName, &d.Title, &d.From, &o.Unit, &o.Name, &o.First, &o.Back, &o.opened)
		d.Period, d.Open = OfCampaign, true
		return o, err
	}, `select c.id, c.unit, u.name, c.title, c.starts_on, x.unit, x.name, coalesce(r.first_sent_at, 0), coalesce(r.state = 'returned', false), coalesce(r.reopened, false)
		from campaign_unit x join campaign c on c.id = x.campaign and c.state = 'open' join org_unit u on u.id = c.unit
		left join report r on r.campaign = x.campaign and r.unit = x.unit
		where `+own(who, access.ReportEdit, "x.unit", &args)+` order by c.starts_on desc, c.id desc limit 30`, args...)
}

// below adds the newest duties up under the highest unit whose reports who receives.
func (s *Service) below(ctx context.Context, tx db.Tx, who access.Actor) ([]Under, error) {
	out := []Under{}
	for _, g := range who.Grants {
		if !g.Role.Can(access.ReportRead) || len(out) >= most {
			continue
		}
		list, err := running(ctx, tx, g.Unit)
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			if slices.ContainsFunc(out, func(u Under) bool { return u.Duty.ID == d.ID && u.Unit == g.Unit }) {
				continue
			}
			self, _, err := s.lines(ctx, tx, d, g.Unit)
			if err != nil {
				return nil, err
			}
			self.without()
			if self.Tally.Owed > 0 {
				out = append(out, Under{d, g.Unit, self.Name, self.Tally})
			}
		}
	}
	return out, nil
}

// without takes what the line's unit owes itself out of its tally.
func (l *Line) without() {
	if l.State == "" {
		return
	}
	var self Tally
	self.Add(l.State, 1)
	t := &l.Tally
	t.Owed, t.Sent, t.InTime, t.InGrace = t.Owed-self.Owed, t.Sent-self.Sent, t.InTime-self.InTime, t.InGrace-self.InGrace
	t.Late, t.Missing, t.Frozen, t.Waiting = t.Late-self.Late, t.Missing-self.Missing, t.Frozen-self.Frozen, t.Waiting-self.Waiting
	if l.Back {
		t.Back--
	}
}

// running are the newest duties that units below one owe: open campaigns and periodic ones.
func running(ctx context.Context, tx db.Tx, unit id.ID) ([]Duty, error) {
	ids, err := db.All(ctx, tx, db.Value[id.ID], `select x.id from (
			select c.id, c.starts_on as since from campaign c where c.state = 'open' and exists (select 1 from campaign_unit u where u.campaign = c.id and u.unit = $1)
			union all
			select d.id, d.period_from from duty d where d.unit in (select b.top from org_below b where b.unit = $1)
		) x order by x.since desc, x.id desc limit 6`, unit)
	var out []Duty
	for _, of := range ids {
		d, err := find(ctx, tx, of)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, err
}
