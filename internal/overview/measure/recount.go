package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Ask is a figure of a unit, with all below it, in a campaign's frozen tree.
type Ask struct {
	Campaign, Unit, Document id.ID
	Figure                   string
	Version                  int64 // 0: the one in force
}

// Answer is a figure counted anew. Den is 0 for all but rates.
type Answer struct {
	Def Def   `json:"definition"`
	Num int64 `json:"num" doc:"the figure; of a rate what stands above the line"`
	Den int64 `json:"den" doc:"of a rate what stands below the line"`
}

// Recount counts a figure anew from the records, past everything that was added up. The people of a
// large part of a tree are counted by as many readers as there are processors, each of whom takes
// those between two numbers: everybody is counted once, as the record is at one of moments a few
// milliseconds apart. Faults: Missing for an unknown figure, version or unit; Conflict for one that is
// declared.
func Recount(ctx context.Context, of *db.DB, ask Ask) (a Answer, err error) {
	def, known := Of(ask.Figure)
	if ask.Version != 0 {
		def, known = At(ask.Figure, ask.Version)
	}
	switch {
	case !known:
		return a, fault.Gone()
	case def.Declared():
		return a, fault.New(fault.Conflict, "measure.no_records")
	}
	var parts []counter
	err = of.Read(ctx, func(tx db.Tx) error { parts, err = split(ctx, tx, def, ask); return err })
	found, faults := make([]Answer, len(parts)), make(chan error, len(parts))
	for i, c := range parts {
		go func() {
			faults <- of.Read(ctx, func(tx db.Tx) (err error) {
				c.ctx, c.tx = ctx, tx
				if def.Rate() {
					found[i].Num, found[i].Den, err = c.rate(def)
				} else {
					found[i].Num, err = c.count(def)
				}
				return err
			})
		}()
	}
	for range parts {
		err = errors.Join(err, <-faults)
	}
	if err != nil {
		return a, fmt.Errorf("recount %s of %s: %w", ask.Figure, ask.Unit, err)
	}
	a.Def = def
	for _, f := range found {
		a.Num, a.Den = a.Num+f.Num, a.Den+f.Den
	}
	return a, nil
}

// splitFrom is from how many participants on more than one counts.
var splitFrom int64 = 200_000

// split says who counts what.
func split(ctx context.Context, tx db.Tx, d Def, ask Ask) ([]counter, error) {
	type node struct{ depth, lo, hi, members, all int64 }
	u, err := db.One(ctx, tx, func(scan func(...any) error) (u node, err error) {
		return u, scan(&u.depth, &u.lo, &u.hi, &u.members, &u.all)
	}, `select u.depth, u.lo, u.hi,
			(select coalesce(sum(b.members + b.civil), 0) from campaign_unit b where b.campaign = u.campaign and b.lo between u.lo and u.hi),
			(select max(t.hi) from campaign_unit t where t.campaign = u.campaign and t.parent is null)
		from campaign_unit u where u.campaign = $1 and u.unit = $2`, ask.Campaign, ask.Unit)
	if err != nil {
		return nil, err
	}
	part := shareOf(u.depth, u.hi-u.lo+1, u.all)
	marks := []int64{0, math.MaxInt64}
	if readers := min(4, runtime.GOMAXPROCS(0)); part != little && (d.People() || d.Rate()) && u.members >= splitFrom && readers > 1 {
		if marks, err = quantiles(ctx, tx, ask.Campaign, u.lo, u.hi, readers); err != nil {
			return nil, err
		}
	}
	var out []counter
	for i := range len(marks) - 1 {
		out = append(out, counter{part: part, at: place{":campaign": ask.Campaign, ":unit": ask.Unit, ":document": ask.Document,
			":lo": u.lo, ":hi": u.hi, ":after": marks[i], ":upto": marks[i+1]}})
	}
	return out, nil
}

// quantiles are numbers of people with about as many participants between each two, from those of a
// few units here and there.
func quantiles(ctx context.Context, tx db.Tx, campaign id.ID, lo, hi int64, parts int) ([]int64, error) {
	const units = 200
	var some []int64
	for i := range min(int64(units), hi-lo+1) {
		more, err := db.All(ctx, tx, db.Value[int64], `select person from campaign_roster where campaign = $1 and lo >= $2 and lo <= $3 order by lo, n limit 3`,
			campaign, lo+(hi-lo+1)*i/units, hi)
		if err != nil {
			return nil, err
		}
		some = append(some, more...)
	}
	slices.Sort(some)
	some = slices.Compact(some)
	marks := []int64{0}
	for i := 1; i < parts && len(some) >= parts; i++ {
		marks = append(marks, some[len(some)*i/parts])
	}
	return append(marks, math.MaxInt64), nil
}

// counter counts figures of one part of a tree.
type counter struct {
	ctx  context.Context
	tx   db.Tx
	at   place
	part share
}

func (c counter) count(d Def) (int64, error) {
	query, args := c.at.fill(d.sql(c.part))
	return db.One(c.ctx, c.tx, db.Value[int64], query, args...)
}

func (c counter) rate(d Def) (num, den int64, err error) {
	of := func(code string) Def { def, _ := Of(code); return def }
	above, less := of(d.Numerator), int64(0)
	if d.Less != "" {
		if rest, one := above.without(of(d.Less)); one {
			above = rest
		} else if less, err = c.count(of(d.Less)); err != nil {
			return 0, 0, err
		}
	}
	if num, err = c.count(above); err == nil {
		den, err = c.count(of(d.Denominator))
	}
	return num - less, den, err
}

// place is what the names in a definition's SQL stand for.
type place map[string]any

// fill puts numbered places for the names, so that each engine is given only what it asks for.
func (p place) fill(sql string) (string, []any) {
	var args []any
	for _, name := range []string{":campaign", ":unit", ":document", ":lo", ":hi", ":after", ":upto"} {
		if strings.Contains(sql, name) {
			args = append(args, p[name])
			sql = strings.ReplaceAll(sql, name, "$"+strconv.Itoa(len(args)))
		}
	}
	return sql, args
}

// sql counts the figure.
func (d Def) sql(part share) string {
	within := func(lo string) string {
		if part == whole {
			return ""
		}
		return little.within(lo)
	}
	const own = ` join campaign_unit own on own.campaign = m.campaign and own.unit = m.unit`
	over := ""
	if d.Over {
		over = ` join meeting_document d on d.meeting = m.id and d.document = :document`
	}
	where := d.Where(":document")
	switch d.From {
	case "roster":
		return d.people(part)
	case "meeting":
		return `select count(*) from meeting m` + own + within("own.lo") + over + ` left join campaign_audience g on g.id = m.audience where m.campaign = :campaign and ` + where
	case "talk":
		return `select count(*) from meeting m` + own + within("own.lo") + over + ` join meeting_item i on i.meeting = m.id where m.campaign = :campaign and ` + where
	case "speech":
		return `select coalesce(sum(` + d.Sum + `), 0) from meeting m` + own + within("own.lo") + over + ` where m.campaign = :campaign and ` + where
	case "headcount":
		return `select coalesce(sum(` + d.Sum + `), 0) from attendance_headcount h join campaign_unit own on own.campaign = h.campaign and own.unit = h.unit` + within("own.lo") +
			strings.ReplaceAll(over, "m.id", "h.meeting") + ` where h.campaign = :campaign and ` + where
	case "essay":
		return `select coalesce(sum(` + d.Sum + `), 0) from essay_tally y join essay_task t on t.id = y.task where t.campaign = :campaign` + within("y.lo")
	}
	return `select count(*) from campaign_unit k left join plan pl on pl.campaign = k.campaign and pl.unit = k.unit where k.campaign = :campaign and ` + where
}
