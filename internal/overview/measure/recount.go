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
	u, err := db.One(ctx, tx, func(scan func(...any) error) (p [3]int64, err error) { return p, scan(&p[0], &p[1], &p[2]) },
		`select lo, hi, depth from campaign_unit where campaign = $1 and unit = $2`, ask.Campaign, ask.Unit)
	if err != nil {
		return a, fmt.Errorf("recount %s of %s: %w", ask.Figure, ask.Unit, err)
	}
	at := place{":campaign": ask.Campaign, ":unit": ask.Unit, ":document": ask.Document, ":lo": u[0], ":hi": u[1]}
	count := func(code string, def Def) (n int64) {
		if code != def.Code {
			def, _ = Of(code)
		}
		if err == nil && code != "" {
			query, args := at.fill(def.sql(u[2] == 0))
			n, err = db.One(ctx, tx, db.Value[int64], query, args...)
		}
		return n
	}
	a.Def = def
	if def.Rate() {
		a.Num, a.Den = count(def.Numerator, def)-count(def.Less, def), count(def.Denominator, def)
	} else {
		a.Num = count(def.Code, def)
	}
	if err != nil {
		return a, fmt.Errorf("recount %s of %s: %w", ask.Figure, ask.Unit, err)
	}
	return a, nil
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

// sql counts the figure; of a whole tree nobody needs to ask where somebody belongs.
func (d Def) sql(whole bool) string {
	within := func(lo string) string {
		if whole {
			return ""
		}
		return ` and ` + lo + ` between :lo and :hi`
	}
	const own = ` join campaign_unit own on own.campaign = m.campaign and own.unit = m.unit`
	over := ""
	if d.Over {
		over = ` join meeting_document d on d.meeting = m.id and d.document = :document`
	}
	where := d.Where(":document")
	switch d.From {
	case "roster":
		return `select count(*) from campaign_roster p` + d.joins() + ` where p.campaign = :campaign` + within("p.lo") + ` and ` + where
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

// joins are what the filters of a figure of people look at.
func (d Def) joins() string {
	where, how := d.Where(":document"), ` join `
	if strings.Contains(where, missed.SQL) {
		how = ` left join `
	}
	out := ""
	if strings.Contains(where, "st.") || strings.Contains(where, "ar.") {
		out = how + `attendance_studied st on st.campaign = p.campaign and st.document = :document and st.person = p.person`
	}
	if strings.Contains(where, "ar.") {
		out += how + `attendance_record ar on ar.id = st.record`
	}
	return out
}
