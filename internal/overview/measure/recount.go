package measure

import (
	"context"
	"fmt"
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

// Recount counts a figure anew from the records, past everything that was added up. Faults:
// Missing for an unknown figure, version or unit; Conflict for one that is declared.
func Recount(ctx context.Context, tx db.Tx, ask Ask) (a Answer, err error) {
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
	u, err := db.One(ctx, tx, func(scan func(...any) error) (p [4]int64, err error) { return p, scan(&p[0], &p[1], &p[2], &p[3]) },
		`select u.depth, u.lo, u.hi, (select max(t.hi) from campaign_unit t where t.campaign = u.campaign and t.parent is null) from campaign_unit u
		where u.campaign = $1 and u.unit = $2`, ask.Campaign, ask.Unit)
	if err != nil {
		return a, fmt.Errorf("recount %s of %s: %w", ask.Figure, ask.Unit, err)
	}
	c := counter{ctx: ctx, tx: tx, part: shareOf(u[0], u[2]-u[1]+1, u[3]),
		at: place{":campaign": ask.Campaign, ":unit": ask.Unit, ":document": ask.Document, ":lo": u[1], ":hi": u[2]}}
	a.Def = def
	if def.Rate() {
		a.Num, a.Den, err = c.rate(def)
	} else {
		a.Num, err = c.count(def)
	}
	if err != nil {
		return a, fmt.Errorf("recount %s of %s: %w", ask.Figure, ask.Unit, err)
	}
	return a, nil
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
	for _, name := range []string{":campaign", ":unit", ":document", ":lo", ":hi"} {
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
