package dashboard

import (
	"context"
	"fmt"
	"sync"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
)

// findCampaign loads a campaign that has been opened. Fault: Missing.
func findCampaign(ctx context.Context, tx db.Tx, campaign id.ID) (Campaign, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (c Campaign, err error) {
		err = scan(&c.ID, &c.Unit, &c.Title, &c.State, &c.Starts, &c.Rounding, &c.Sample, &c.closed, &c.Required, &c.Plan)
		return c, err
	}, `
		select c.id, c.unit, c.title, c.state, c.starts_on, c.rounding, c.sample, coalesce(c.closed_at, 0),
			coalesce((select max(a.min_rate) from campaign_audience a where a.campaign = c.id and a.filter = 'member'), 0),
			coalesce((select p.number from plan p where p.campaign = c.id and p.unit = c.unit and p.state = 'sent'), '')
		from campaign c where c.id = $1 and c.state <> 'draft'`, campaign)
}

func depthOf(ctx context.Context, tx db.Tx, campaign, unit id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select depth from campaign_unit where campaign = $1 and unit = $2`, campaign, unit)
}

func documents(ctx context.Context, tx db.Tx, campaign id.ID) ([]Document, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (d Document, err error) {
		err = scan(&d.ID, &d.Kind, &d.Number, &d.Title)
		return d, err
	}, `select d.id, d.kind, d.number, d.title from campaign_document c join document d on d.id = c.document where c.campaign = $1 order by c.ord`, campaign)
}

// path are the units above unit in the frozen tree that the actor may see, from the top. It
// climbs: whoever asks which intervals hold a place reads half a nation.
func path(ctx context.Context, tx db.Tx, who access.Actor, campaign, unit id.ID) (out []Unit, err error) {
	way, err := db.All(ctx, tx, scanUnit, `with recursive way (unit, parent, name, short, lo) as (
			select u.unit, u.parent, u.name, u.short, u.lo from campaign_unit u where u.campaign = $1 and u.unit = $2
			union all
			select u.unit, u.parent, u.name, u.short, u.lo from way w cross join campaign_unit u where u.campaign = $1 and u.unit = w.parent)
		select unit, name, short from way where unit <> $2 order by lo`, campaign, unit)
	for _, u := range way {
		if e := access.Check(ctx, tx, who, access.CampaignRead, u.ID); e == nil {
			out = append(out, u)
		} else if k := fault.Of(e); k != fault.Missing && k != fault.Denied {
			return nil, e
		}
	}
	return out, err
}

func scanUnit(scan func(...any) error) (u Unit, err error) {
	err = scan(&u.ID, &u.Name, &u.Short)
	return u, err
}

// partLevel is the level of the units two below, or of those directly below when these have
// none; "" when they differ.
func partLevel(ctx context.Context, tx db.Tx, campaign, unit id.ID) (string, error) {
	list, err := db.All(ctx, tx, db.Value[string], `
		select distinct coalesce(g.level, k.level) from campaign_unit k
		left join campaign_unit g on g.campaign = k.campaign and g.parent = k.unit
		where k.campaign = $1 and k.parent = $2 limit 2`, campaign, unit)
	if err != nil || len(list) != 1 {
		return "", err
	}
	return list[0], nil
}

// mostNamed bounds the units two below whose names are read for the picture.
const mostNamed = 600

// grandkids are the units two below unit in tree order, by the unit between.
func grandkids(ctx context.Context, tx db.Tx, campaign, unit id.ID) (map[id.ID][]Unit, error) {
	out := map[id.ID][]Unit{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (u Unit, err error) {
		var parent id.ID
		err = scan(&u.ID, &u.Name, &u.Short, &parent)
		out[parent] = append(out[parent], u)
		return u, err
	}, `select g.unit, g.name, g.short, g.parent from campaign_unit k join campaign_unit g on g.campaign = k.campaign and g.parent = k.unit
		where k.campaign = $1 and k.parent = $2 order by g.lo`, campaign, unit)
	return out, err
}

type level struct {
	name, nameEn string
	rank         int64
}

func (l level) in(lang string) string {
	if lang == "en" {
		return l.nameEn
	}
	return l.name
}

func levels(ctx context.Context, tx db.Tx) (map[string]level, error) {
	out := map[string]level{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var code string
		var l level
		err = scan(&code, &l.name, &l.nameEn, &l.rank)
		out[code] = l
		return none, err
	}, `select code, name, name_en, rank from org_level`)
	return out, err
}

// orders are the deadlines set by units above or within lo..hi, the earliest first.
func orders(ctx context.Context, tx db.Tx, campaign id.ID, lo, hi int64) ([]Order, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (o Order, err error) {
		err = scan(&o.Unit, &o.Lo, &o.Hi, &o.Level, &o.Day, &o.Inclusive)
		return o, err
	}, `select d.unit, cu.lo, cu.hi, d.level, d.due_on, d.inclusive
		from campaign_due d
		join campaign_unit cu on cu.campaign = d.campaign and cu.unit = d.unit
		join org_level l on l.code = d.level
		where d.campaign = $1 and cu.lo <= $3 and cu.hi >= $2 order by d.due_on, d.inclusive, l.rank, d.level`, campaign, lo, hi)
}

const (
	reportSQL = `select cu.unit, r.id, r.state, coalesce(r.first_sent_at, 0), coalesce(r.sent_at, 0), r.verified, r.number, r.issued_on
		from campaign_unit cu join report r on r.campaign = cu.campaign and r.unit = cu.unit
		where cu.campaign = $1 and (cu.unit = $2 or cu.parent = $2 or cu.parent = $3)`
	planSQL = `select cu.unit, p.id, p.state, coalesce(p.sent_at, 0), coalesce(p.sent_at, 0), false, p.number, p.issued_on
		from campaign_unit cu join plan p on p.campaign = cu.campaign and p.unit = cu.unit
		where cu.campaign = $1 and (cu.unit = $2 or cu.parent = $2 or cu.parent = $3)`
)

func papers(ctx context.Context, tx db.Tx, query string, ask Ask) (map[id.ID]Paper, error) {
	out := map[id.ID]Paper{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var unit id.ID
		var p Paper
		err = scan(&unit, &p.ID, &p.State, &p.First, &p.Sent, &p.Verified, &p.Number, &p.IssuedOn)
		out[unit] = p
		return none, err
	}, query, ask.Campaign, ask.Unit, ask.Open)
	return out, err
}

// waits remembers how far the reports of a level have come in: what was sent once stays sent,
// so that the first unit still waited for only moves onward and nobody is asked about twice.
type waits struct {
	mu   sync.Mutex
	from map[waiting]int64 // lo of the first unit that may be waited for
}

type waiting struct {
	campaign id.ID
	lo, hi   int64
	level    string
}

// mostWaits bounds what is remembered.
const mostWaits = 10_000

func (w *waits) at(k waiting) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(k.lo, w.from[k])
}

func (w *waits) set(k waiting, lo int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.from == nil || len(w.from) >= mostWaits {
		w.from = map[waiting]int64{}
	}
	w.from[k] = max(w.from[k], lo)
}

// missing reports whether a unit of the level within lo..hi has never sent its report.
func (w *waits) missing(ctx context.Context, tx db.Tx, k waiting) (bool, error) {
	next, err := db.One(ctx, tx, db.Value[int64], `
		select cu.lo from campaign_unit cu
		where cu.campaign = $1 and cu.lo between $2 and $3 and cu.level = $4 and not exists (
			select 1 from report r where r.campaign = cu.campaign and r.unit = cu.unit and r.first_sent_at is not null)
		order by cu.lo limit 1`, k.campaign, w.at(k), k.hi, k.level)
	switch {
	case fault.Of(err) == fault.Missing:
		w.set(k, k.hi+1)
		return false, nil
	case err == nil:
		w.set(k, next)
	}
	return true, err
}

// unproven are the figures of reports of unit and directly below it that are not verified: all of what
// was sent, and of a draft what the unit declared without records.
func unproven(ctx context.Context, tx db.Tx, campaign, unit id.ID) (map[id.ID]report.Figures, error) {
	out := map[id.ID]report.Figures{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var of id.ID
		var state string
		f := report.Figure{Set: true}
		if err = scan(&of, &state, &f.Code, &f.Document, &f.Value, &f.Marker, &f.Reason); err != nil {
			return none, err
		}
		def, known := report.DefOf(f.Code)
		if known && (state == "sent" || state == "accepted" || !def.Evidenced) {
			out[of] = append(out[of], f)
		}
		return none, nil
	}, `select cu.unit, r.state, f.code, f.document, f.value, f.marker, f.reason
		from campaign_unit cu
		join report r on r.campaign = cu.campaign and r.unit = cu.unit and not r.verified
		join report_figure f on f.report = r.id
		where cu.campaign = $1 and (cu.unit = $2 or cu.parent = $2) order by cu.lo, f.id`, campaign, unit)
	return out, err
}

// bursts are many late marks by one account within five minutes, at meetings organised within
// lo..hi. It looks at the latest 2,000 late marks of the campaign, so that it stays quick.
func bursts(ctx context.Context, tx db.Tx, campaign id.ID, lo, hi int64) ([]Finding, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (f Finding, err error) {
		var last int64
		err = scan(&f.Unit, &f.Name, &f.Meeting, &f.By, &f.A, &f.At, &last)
		f.Kind, f.B = "burst", (last-f.At)/60_000+1
		return f, err
	}, fmt.Sprintf(`
		select cu.unit, cu.name, x.meeting, x.by_name, count(*), min(x.recorded_at), max(x.recorded_at)
		from (select meeting, by_name, recorded_at from attendance_record
			where campaign = $1 and late and void_at is null order by recorded_at desc limit 2000) x
		join meeting m on m.id = x.meeting
		join campaign_unit cu on cu.campaign = $1 and cu.unit = m.unit and cu.lo between $2 and $3
		group by cu.unit, cu.name, x.meeting, x.by_name, x.recorded_at / 300000
		having count(*) >= %d order by count(*) desc, min(x.recorded_at) limit 5`, manyAtOnce), campaign, lo, hi)
}

// sites are the meetings of unit on a document that were held at several places, the latest
// first. Who came is the greater of the named records and of the delegates counted by head:
// both speak of the same people. Guests and others counted by head are lượt and left out.
func sites(ctx context.Context, tx db.Tx, campaign, unit, document id.ID) (out []Sites, err error) {
	held, err := db.All(ctx, tx, func(scan func(...any) error) (s Sites, err error) {
		err = scan(&s.Meeting, &s.Title)
		return s, err
	}, `
		select m.id, m.title from meeting m join meeting_document d on d.meeting = m.id and d.document = $3
		where m.campaign = $1 and m.unit = $2 and m.state <> 'cancelled'
			and exists (select 1 from meeting_site s where s.meeting = m.id and s.ord > 0)
		order by m.starts_at desc, m.id limit 3`, campaign, unit, document)
	if err != nil {
		return nil, err
	}
	for _, s := range held {
		if err := s.count(ctx, tx); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// count adds up how far each site has come, as its row says: records are counted where they are made.
func (s *Sites) count(ctx context.Context, tx db.Tx) error {
	var announced, announcedOthers int64
	err := tx.QueryRowContext(ctx, `
		select coalesce(max(case when x.ord = 0 then x.name end), ''), coalesce(sum(case when x.ord > 0 then 1 else 0 end), 0),
			coalesce(sum(case when x.ord = 0 then x.came else 0 end), 0), coalesce(sum(case when x.ord > 0 then x.came else 0 end), 0),
			coalesce(sum(case when x.ord = 0 then x.expected else 0 end), 0), coalesce(sum(case when x.ord > 0 then x.expected else 0 end), 0)
		from (select s.ord, s.name, s.expected,
				case when coalesce(t.persons, 0) > coalesce(h.heads, 0) then t.persons else coalesce(h.heads, 0) end as came
			from meeting_site s
			left join attendance_site t on t.meeting = s.meeting and t.site = s.id
			left join (select site, sum(amount) as heads from attendance_headcount
				where meeting = $1 and who = 'delegate' and void_at is null group by site) as h on h.site = s.id
			where s.meeting = $1) as x`, s.Meeting).
		Scan(&s.Main, &s.Others, &s.AtMain, &s.AtOthers, &announced, &announcedOthers)
	if err == nil && s.AtMain+s.AtOthers == 0 {
		s.Expected, s.AtMain, s.AtOthers = true, announced, announcedOthers
	}
	return err
}

// drafted reports whether the actor may work on a campaign that is not open yet.
func drafted(ctx context.Context, tx db.Tx, who access.Actor, campaign id.ID) bool {
	unit, err := db.One(ctx, tx, db.Value[id.ID], `select unit from campaign where id = $1 and state = 'draft'`, campaign)
	return err == nil && access.Check(ctx, tx, who, access.CampaignEdit, unit) == nil
}
