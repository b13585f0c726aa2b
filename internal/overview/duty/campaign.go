package duty

import (
	"context"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// ofCampaign is the duty that comes with a campaign: nobody types anything, its deadlines are
// the campaign's. Fault: Missing, also for a draft.
func ofCampaign(ctx context.Context, tx db.Tx, of id.ID) (Duty, error) {
	c, err := campaign.Find(ctx, tx, of)
	if err != nil {
		return Duty{}, err
	}
	if c.State != "open" && c.State != "closed" {
		return Duty{}, fault.Gone()
	}
	d := Duty{ID: c.ID, Unit: c.Unit, UnitName: c.UnitName, Title: c.Title, Period: OfCampaign, From: c.StartsOn, Open: c.State == "open"}
	grace, freeze, err := grace(ctx, tx, of)
	for _, due := range c.Dues {
		d.Levels = append(d.Levels, Level{Level: due.Level, On: due.Last(), Grace: grace, Freeze: freeze, Terms: TermsOf(due.Last(), grace, freeze)})
	}
	return d, err
}

// grace are the days of grace of a campaign and those until the freeze; none without a row.
func grace(ctx context.Context, tx db.Tx, of id.ID) (grace, freeze int64, err error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (x [2]int64, err error) {
		err = scan(&x[0], &x[1])
		return x, err
	}, `select grace, closing from duty_campaign where campaign = $1`, of)
	if err != nil || len(list) == 0 {
		return 0, 0, err
	}
	return list[0][0], list[0][1], nil
}

func putGrace(ctx context.Context, tx db.Tx, of id.ID, grace, freeze, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into duty_campaign (campaign, grace, closing, at, by) values ($1, $2, $3, $4, $5)
		on conflict (campaign) do update set grace = excluded.grace, closing = excluded.closing, at = excluded.at, by = excluded.by`, of, grace, freeze, at, by)
	return err
}

// span is a deadline that holds for one level of an interval of the frozen tree.
type span struct {
	lo, hi int64
	level  string
	terms  Terms
}

// spans are a campaign's deadlines in tree order, the owner's and those that units tightened.
func spans(ctx context.Context, tx db.Tx, d Duty) ([]span, error) {
	var grace, freeze int64
	if len(d.Levels) > 0 {
		grace, freeze = d.Levels[0].Grace, d.Levels[0].Freeze
	}
	return db.All(ctx, tx, func(scan func(...any) error) (s span, err error) {
		var due campaign.Due
		err = scan(&s.lo, &s.hi, &due.Level, &due.On, &due.Inclusive)
		s.level, s.terms = due.Level, TermsOf(due.Last(), grace, freeze)
		return s, err
	}, `select u.lo, u.hi, x.level, x.due_on, x.inclusive from campaign_due x join campaign_unit u on u.campaign = x.campaign and u.unit = x.unit
		where x.campaign = $1 order by u.lo, x.level`, d.ID)
}

// sweep finds the tightest deadline of units that are asked for in tree order.
type sweep struct {
	rest []span
	over map[string][]span // by level: what holds here, each already the tightest so far
}

// at is what a unit of a level owes; false when nothing. lo never falls from call to call.
func (w *sweep) at(lo int64, level string) (Terms, bool) {
	for len(w.rest) > 0 && w.rest[0].lo <= lo {
		s := w.rest[0]
		w.rest = w.rest[1:]
		stack := closed(w.over[s.level], s.lo)
		if n := len(stack); n > 0 && stack[n-1].terms.Due < s.terms.Due {
			s.terms = stack[n-1].terms
		}
		w.over[s.level] = append(stack, s)
	}
	stack := closed(w.over[level], lo)
	w.over[level] = stack
	if len(stack) == 0 {
		return Terms{}, false
	}
	return stack[len(stack)-1].terms, true
}

// closed drops the intervals that ended before lo.
func closed(stack []span, lo int64) []span {
	for len(stack) > 0 && stack[len(stack)-1].hi < lo {
		stack = stack[:len(stack)-1]
	}
	return stack
}

// frozenLines are a unit of the frozen tree and those directly below it.
func frozenLines(ctx context.Context, tx db.Tx, of, at id.ID) ([]Line, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		err = scan(&l.Unit, &l.Name, &l.Level, &l.lo, &l.hi)
		return l, err
	}, `select unit, name, level, lo, hi from campaign_unit where campaign = $1 and (unit = $2 or parent = $2) order by lo`, of, at)
}

// entry is a unit that owes a campaign's report.
type entry struct {
	unit   id.ID
	lo     int64
	level  string
	first  int64
	state  string
	opened bool // by the level above, after it was frozen or accepted
}

// eachOwing gives every unit of an interval that owes the campaign's report, in tree order,
// from one query.
func eachOwing(ctx context.Context, tx db.Tx, of id.ID, lo, hi int64, do func(entry)) error {
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var e entry
		if err = scan(&e.unit, &e.lo, &e.level, &e.first, &e.state, &e.opened); err == nil {
			do(e)
		}
		return none, err
	}, `select u.unit, u.lo, u.level, coalesce(r.first_sent_at, 0), coalesce(r.state, ''), coalesce(r.reopened, false) from campaign_unit u
		left join report r on r.campaign = u.campaign and r.unit = u.unit
		where u.campaign = $1 and u.lo between $2 and $3
			and u.level in (select x.level from campaign_due x join campaign c on c.id = x.campaign and c.unit = x.unit where x.campaign = $1)
		order by u.lo`, of, lo, hi)
	return err
}

// campaignLines adds a campaign's duty up for a unit (the first line) and those directly
// below it.
func campaignLines(ctx context.Context, tx db.Tx, d Duty, at id.ID, now int64) ([]Line, error) {
	lines, err := frozenLines(ctx, tx, d.ID, at)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, fault.Gone()
	}
	all, err := spans(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	w, child := sweep{all, map[string][]span{}}, 1
	err = eachOwing(ctx, tx, d.ID, lines[0].lo, lines[0].hi, func(e entry) {
		terms, owes := w.at(e.lo, e.level)
		if !owes {
			return
		}
		open := int64(0)
		if e.opened {
			open = now + 1
		}
		state := Of(terms, e.first, open, now)
		for child < len(lines) && lines[child].hi < e.lo {
			child++
		}
		lines[0].count(e, state, terms)
		if child < len(lines) && lines[child].lo <= e.lo {
			lines[child].count(e, state, terms)
		}
	})
	return lines, err
}

// count takes a unit of the subtree in, which may be the line's own.
func (l *Line) count(e entry, s State, terms Terms) {
	l.Tally.Add(s, 1)
	if e.state == "returned" {
		l.Tally.Back++
	}
	if l.Unit == e.unit {
		l.State, l.First, l.Terms, l.Back = s, e.first, terms, e.state == "returned"
	}
}

// campaignTerms are a unit's own clocks in a campaign; false when its level owes nothing.
func campaignTerms(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit) (Terms, bool, error) {
	days, freeze, err := grace(ctx, tx, of)
	if err != nil {
		return Terms{}, false, err
	}
	dues, err := campaign.Dues(ctx, tx, of, u.Unit)
	for _, x := range dues {
		if x.Level == u.Level {
			return TermsOf(x.Last(), days, freeze), true, err
		}
	}
	return Terms{}, false, err
}
