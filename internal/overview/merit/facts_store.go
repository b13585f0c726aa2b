package merit

import (
	"context"
	"sort"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/recheck"
	"quantriet/internal/overview/rollup"
)

// unitFacts reads what the records say of the units directly below one, or of it alone when
// below is false, in tree order.
func unitFacts(ctx context.Context, tx db.Tx, c campaign.Campaign, u campaign.Unit, below bool, now int64) ([]UnitFacts, error) {
	all, err := db.All(ctx, tx, func(scan func(...any) error) (f UnitFacts, err error) {
		f.Campaign = c.ID
		err = scan(&f.Unit, &f.Name, &f.lo, &f.hi, &f.level, &f.Sent, &f.Amended)
		return f, err
	}, `select cu.unit, cu.name, cu.lo, cu.hi, cu.level, coalesce(r.first_sent_at, 0),
			(select count(*) from report_reopen o where o.report = r.id and o.state = 'granted')
		from campaign_unit cu left join report r on r.campaign = cu.campaign and r.unit = cu.unit
		where cu.campaign = $1 and (cu.parent = $2 and $3 = 1 or cu.unit = $2 and $3 = 0) order by cu.lo`, c.ID, u.Unit, flag(below))
	if err != nil {
		return nil, err
	}
	above := u.Unit
	if !below && u.Parent != 0 {
		above = u.Parent
	}
	if err := timely(ctx, tx, c.ID, above, all, now); err != nil {
		return nil, err
	}
	if err := earlier(ctx, tx, c, above, all, now); err != nil {
		return nil, err
	}
	if err := asked(ctx, tx, c.ID, all); err != nil {
		return nil, err
	}
	return all, madeUp(ctx, tx, c, u, below, all)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// timely compares the sendings with the deadlines as the level above has them.
func timely(ctx context.Context, tx db.Tx, of, above id.ID, all []UnitFacts, now int64) error {
	dues, err := campaign.Dues(ctx, tx, of, above)
	for i := range all {
		for _, d := range dues {
			if d.Level == all[i].level {
				all[i].Due = d.End().UnixMilli()
			}
		}
		all[i].Late = late(all[i].Sent, all[i].Due, now)
	}
	return err
}

func late(sent, due, now int64) bool {
	if due == 0 {
		return false
	}
	return sent >= due || sent == 0 && now >= due
}

// earlier counts how often the same units were late in the three campaigns before.
func earlier(ctx context.Context, tx db.Tx, c campaign.Campaign, above id.ID, all []UnitFacts, now int64) error {
	list, err := db.All(ctx, tx, db.Value[id.ID], `select e.id from campaign e join campaign_unit cu on cu.campaign = e.id and cu.unit = $2
		where e.state <> 'draft' and e.id <> $1 and e.starts_on < $3 order by e.starts_on desc, e.id desc limit 3`, c.ID, above, c.StartsOn)
	for _, e := range list {
		if err != nil {
			return err
		}
		then := make([]UnitFacts, len(all))
		sent := map[id.ID]int64{}
		level := map[id.ID]string{}
		_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var unit id.ID
			var l string
			var at int64
			err = scan(&unit, &l, &at)
			sent[unit], level[unit] = at, l
			return none, err
		}, `select cu.unit, cu.level, coalesce(r.first_sent_at, 0) from campaign_unit cu left join report r on r.campaign = cu.campaign and r.unit = cu.unit
			where cu.campaign = $1 and (cu.parent = $2 or cu.unit = $2)`, e, above)
		for i := range all {
			then[i] = UnitFacts{Unit: all[i].Unit, level: level[all[i].Unit], Sent: sent[all[i].Unit]}
		}
		if err == nil {
			err = timely(ctx, tx, e, above, then, now)
		}
		for i := range all {
			if then[i].Due > 0 {
				all[i].Before++
			}
			if then[i].Late {
				all[i].LateBefore++
			}
		}
	}
	return err
}

// asked counts who confirmed, which questions wait, and contests upheld, subtree by subtree.
func asked(ctx context.Context, tx db.Tx, of id.ID, all []UnitFacts) error {
	if len(all) == 0 {
		return nil
	}
	lo, hi := all[0].lo, all[len(all)-1].hi
	at := func(lo int64, add func(f *UnitFacts)) {
		if i := sort.Search(len(all), func(i int) bool { return all[i].hi >= lo }); i < len(all) && all[i].lo <= lo {
			add(&all[i])
		}
	}
	err := recheck.Confirmed(ctx, tx, of, lo, hi, func(lo, asked, confirmed int64) {
		at(lo, func(f *UnitFacts) { f.Asked, f.Confirmed = f.Asked+asked, f.Confirmed+confirmed })
	})
	if err != nil {
		return err
	}
	for _, q := range []struct {
		sql string
		add func(f *UnitFacts, n int64)
	}{
		{`select lo, count(*) from contest where campaign = $1 and lo between $2 and $3 and state = 'upheld' group by lo`, func(f *UnitFacts, n int64) { f.Upheld += n }},
		{`select cu.lo, count(*) from honesty_lead l join campaign_unit cu on cu.campaign = l.campaign and cu.unit = l.unit
			where l.campaign = $1 and cu.lo between $2 and $3 and l.state = 'asked' and l.said = '' group by cu.lo`, func(f *UnitFacts, n int64) { f.Unanswered += n }},
	} {
		_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var lo, n int64
			err = scan(&lo, &n)
			at(lo, func(f *UnitFacts) { q.add(f, n) })
			return none, err
		}, q.sql, of, lo, hi)
		if err != nil {
			return err
		}
	}
	return nil
}

// madeUp tells how many made up what they missed, of the document for which most had to.
func madeUp(ctx context.Context, tx db.Tx, c campaign.Campaign, u campaign.Unit, below bool, all []UnitFacts) error {
	for _, document := range c.Documents {
		self, lines, err := rollup.At(ctx, tx, c.ID, document, u.Unit)
		if err != nil {
			return err
		}
		if !below {
			lines = []rollup.Line{self}
		}
		for _, l := range lines {
			made := l.Count.Forms[3]
			missed := made + max(0, l.Count.Absent())
			for i := range all {
				if all[i].Unit == l.Unit && missed > all[i].Missed {
					all[i].Missed, all[i].MadeUp = missed, made
				}
			}
		}
	}
	return nil
}

// Bounds of the people listed: where more are in the roster, a unit further down is opened.
const (
	mostPeople = 100
	mostRoster = 3000
)

// roster is how many people a subtree has.
func roster(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select coalesce(sum(members + civil), 0) from campaign_unit where campaign = $1 and lo between $2 and $3`, of, u.Lo, u.Hi)
}

// peopleFacts reads whom the records say something of below a unit, as far as who may read
// names, in tree order. person narrows it to one.
func peopleFacts(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, u campaign.Unit, person id.ID) ([]PersonFacts, error) {
	args := []any{of, u.Lo, u.Hi, int64(person), mostPeople}
	scope := who.Scope(access.PersonRead).Where("p.unit", &args)
	return db.All(ctx, tx, func(scan func(...any) error) (f PersonFacts, err error) {
		f.Campaign = of
		err = scan(&f.Person, &f.Name, &f.Position, &f.Unit, &f.UnitName, &f.KeyCadre, &f.Absent, &f.Studied, &f.Spoke, &f.Picked)
		return f, err
	}, `select x.person, x.name, x.position, x.unit, x.unit_name, x.key_cadre, x.absent, x.studied, x.spoke, x.picked from (
			select p.person, p.name, p.position, p.unit, cu.name as unit_name, p.key_cadre,
				case when p.exempt then 0 else (select count(*) from attendance_absence a where a.campaign = p.campaign and a.person = p.person and a.reason = '') end as absent,
				(select count(*) from attendance_studied s where s.campaign = p.campaign and s.person = p.person) as studied,
				(select count(distinct i.meeting) from meeting_item i join meeting m on m.id = i.meeting and m.state = 'held' where m.campaign = p.campaign and i.speaker_person = p.person) as spoke,
				(select count(*) from essay_pick k join essay e on e.id = k.essay where e.campaign = p.campaign and e.person = p.person and e.state <> 'apart') as picked,
				p.lo, p.name_key
			from campaign_participant p join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit
			where p.campaign = $1 and p.lo between $2 and $3 and (p.person = $4 or $4 = 0) and p.name is not null and `+scope+`) x
		where $4 <> 0 or x.absent > 0 and x.studied = 0 or x.spoke > 0 or x.picked > 0
		order by x.lo, x.name_key, x.person limit $5`, args...)
}
