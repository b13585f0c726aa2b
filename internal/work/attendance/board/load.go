package board

import (
	"context"
	"slices"
	"time"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/live"
)

// Kinds of subjects.
const (
	ofMeeting  = "meeting"
	ofCampaign = "campaign" // its meetings of today
)

const (
	planAge  = 10 * time.Second // after which sites and units are read anew
	planRest = 20               // but not sooner than so many readings
	wholeAge = 15 * time.Second // after which every counter is read, not only those that changed
	overlap  = 10_000           // milliseconds that clocks and commits may be late
)

// load reads the scene of a subject, from the one before as far as that is good.
func (s *Service) load(ctx context.Context, of live.Subject, before *scene) (*scene, error) {
	began := time.Now()
	next := &scene{}
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if next.plan, err = s.plan(ctx, tx, of, before); err != nil {
			return err
		}
		return next.read(ctx, tx, of, before)
	})
	if err != nil {
		return nil, err
	}
	next.fold(s.Now.Ms(), before)
	next.took = time.Since(began)
	return next, nil
}

func (s *Service) plan(ctx context.Context, tx db.Tx, of live.Subject, before *scene) (*plan, error) {
	if before != nil && before.plan != nil && time.Since(before.made) < max(planAge, planRest*before.plan.took) && before.day == s.Now.Day() {
		return before.plan, nil
	}
	p, err := readPlan(ctx, tx, of, s.Now.Day())
	if err != nil || before == nil || before.plan == nil {
		return p, err
	}
	if p.same(before.plan) { // only loading, one at a time, asks when it was made
		before.made, before.plan.took = p.made, p.took
		return before.plan, nil
	}
	p.edition = before.edition + 1
	return p, nil
}

// which is a SQL condition on meeting m for a subject and a day, with its parameters.
func which(of live.Subject, day string) (string, []any) {
	if of.Kind == ofMeeting {
		return `m.id = $1`, []any{of.ID}
	}
	return `m.campaign = $1 and m.starts_at < $3 and m.ends_at >= $2 and m.state <> 'cancelled' and m.mode <> 'self_study'`,
		[]any{of.ID, clock.Start(day).UnixMilli(), clock.Start(clock.AddDays(day, 1)).UnixMilli()}
}

func readPlan(ctx context.Context, tx db.Tx, of live.Subject, day string) (*plan, error) {
	began := time.Now()
	cond, args := which(of, day)
	meetings, err := db.All(ctx, tx, scanMeeting, `select m.id, m.campaign, m.unit, u.short, m.title, m.state, m.starts_at - m.doors_open, m.starts_at, m.ends_at
		from meeting m join org_unit u on u.id = m.unit where `+cond+` order by m.id`, args...)
	if err != nil || len(meetings) == 0 {
		return arrange(nil, nil, nil).stamped(began, day), err
	}
	at := make(map[id.ID]int, len(meetings))
	for i, m := range meetings {
		at[m.ID] = i
	}
	parents := map[id.ID]unit{}
	sites, err := db.All(ctx, tx, func(scan func(...any) error) (s Site, err error) {
		var u unit
		err = scan(&s.ID, &s.Meeting, &s.ord, &s.Name, &s.Unit, &s.UnitName, &u.parent, &u.lo, &u.hi, &s.Contact, &s.Phone, &s.Expected)
		u.id, u.name = s.Unit, s.UnitName
		parents[u.id] = u
		s.of, s.lo = at[s.Meeting], u.lo
		return s, err
	}, `select s.id, s.meeting, s.ord, s.name, s.unit, cu.short, cu.parent, cu.lo, cu.hi,
			case when s.contact = '' then s.monitor else s.contact end, case when s.phone = '' then s.monitor_phone else s.phone end, s.expected
		from meeting m join meeting_site s on s.meeting = m.id join campaign_unit cu on cu.campaign = m.campaign and cu.unit = s.unit where `+cond, args...)
	if err != nil {
		return nil, err
	}
	if err := climb(ctx, tx, meetings[0].Campaign, parents); err != nil {
		return nil, err
	}
	units := make([]unit, 0, len(parents))
	for _, u := range parents {
		units = append(units, u)
	}
	return arrange(meetings, sites, units).stamped(began, day), nil
}

func scanMeeting(scan func(...any) error) (m Meeting, err error) {
	err = scan(&m.ID, &m.Campaign, &m.Unit, &m.UnitName, &m.Title, &m.State, &m.Opens, &m.Starts, &m.Ends)
	return m, err
}

func (p *plan) stamped(began time.Time, day string) *plan {
	p.made, p.took, p.day = began, time.Since(began), day
	return p
}

// climb adds the units above those known, up to the root.
func climb(ctx context.Context, tx db.Tx, campaign id.ID, known map[id.ID]unit) error {
	for {
		var above []id.ID
		for _, u := range known {
			if _, ok := known[u.parent]; !ok && u.parent != 0 {
				above = append(above, u.parent)
			}
		}
		if len(above) == 0 {
			return nil
		}
		slices.Sort(above)
		for chunk := range batch.Chunks(slices.Compact(above)) {
			in, args := batch.In(chunk, campaign)
			found, err := db.All(ctx, tx, scanUnit, unitSelect+` where campaign = $1 and unit in (`+in+`)`, args...)
			if err != nil {
				return err
			}
			for _, u := range found {
				known[u.id] = u
			}
			for _, of := range chunk {
				if _, ok := known[of]; !ok {
					known[of] = unit{id: of} // not of this tree: the way ends here
				}
			}
		}
	}
}

const unitSelect = `select unit, parent, short, lo, hi from campaign_unit`

func scanUnit(scan func(...any) error) (u unit, err error) {
	err = scan(&u.id, &u.parent, &u.name, &u.lo, &u.hi)
	return u, err
}

// read fills the ticks: all of them, or those that changed since the scene before.
func (s *scene) read(ctx context.Context, tx db.Tx, of live.Subject, before *scene) error {
	cond, args := which(of, s.day)
	if of.Kind == ofMeeting {
		cond = `a.meeting = $1`
	}
	if before != nil && before.plan == s.plan && time.Since(before.full) < max(wholeAge, planRest*before.took) {
		s.ticks, s.full = slices.Clone(before.ticks), before.full
		args = append(args, before.now-overlap)
		cond += ` and a.last_at >= $` + string(rune('0'+len(args)))
	} else {
		s.ticks, s.full = make([]tick, len(s.sites)), time.Now()
	}
	from := `attendance_site a`
	if of.Kind != ofMeeting {
		from = `meeting m join attendance_site a on a.meeting = m.id`
	}
	var site id.ID
	var high, low, heads, last int64
	err := s.each(ctx, tx, `select a.site, cast(a.e1 as bigint) * 1099511627776 + cast(a.e2 as bigint) * 1048576 + a.e3,
		cast(a.e4 as bigint) * 1048576 + a.e5, a.heads, a.last_at from `+from+` where `+cond, args, []any{&site, &high, &low, &heads, &last}, func() {
		if i, ok := s.at[site]; ok {
			s.ticks[i].count, s.ticks[i].last = counted(high, low, heads), last
		}
	})
	if err != nil {
		return err
	}
	return s.readUnsent(ctx, tx, of)
}

// readUnsent counts the stations that hold records back.
func (s *scene) readUnsent(ctx context.Context, tx db.Tx, of live.Subject) error {
	cond, args := which(of, s.day)
	for i := range s.ticks {
		s.ticks[i].unsent = 0
	}
	var site id.ID
	return s.each(ctx, tx, `select t.site from meeting m join attendance_station t on t.meeting = m.id
		where t.unsent > 0 and t.revoked_at is null and `+cond, args, []any{&site}, func() {
		if i, ok := s.at[site]; ok {
			s.ticks[i].unsent++
		}
	})
}

// each reads rows into what into names, and calls row after each.
func (s *scene) each(ctx context.Context, tx db.Tx, query string, args, into []any, row func()) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row()
	}
	return rows.Err()
}

// counted takes the five grades apart, of twenty bits each: thousands of rows are read at
// once, and every column of them costs time.
func counted(high, low, heads int64) (c Count) {
	c.Grades = [5]int64{high >> 40, high >> 20 & 0xfffff, high & 0xfffff, low >> 20, low & 0xfffff}
	for _, n := range c.Grades {
		c.Persons += n
	}
	c.Heads = heads
	return c
}
