package recheck

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Total is what the answers add up to; nothing but Asked while they are too few to be shown.
type Total struct {
	Asked     int64 `json:"asked"`
	Shown     bool  `json:"shown" doc:"false: fewer than five, or still open; the rest is 0"`
	Confirmed int64 `json:"confirmed"`
	Denied    int64 `json:"denied"`
	Skipped   int64 `json:"skipped" doc:"no answer, or does not remember"`
}

// Row is the back-check of one unit's report.
type Row struct {
	ID      id.ID  `json:"draw" doc:"zero: there is none"`
	Unit    id.ID  `json:"unit"`
	Name    string `json:"name"`
	Above   string `json:"above" doc:"name of the unit that accepts the report"`
	Version int64  `json:"version" doc:"of the report"`
	State   string `json:"state" enum:"committed,drawn,closed,waiting,skipped" doc:"waiting, skipped: closed without its draw, for less or more than a day"`
	Drawn   int64  `json:"drawn"`
	Closes  int64  `json:"closes"`
	Size    int64  `json:"size" doc:"lines in the log under the head that decided"`
	Root    string `json:"root"`
	Total   Total  `json:"total" doc:"of those whom the report counts"`

	lo, sealed int64
}

// View is the back-checks of a campaign within what the reader may see.
type View struct {
	Campaign id.ID        `json:"campaign"`
	Title    string       `json:"title"`
	Missing  int64        `json:"missing" doc:"closed reports without their draw for more than a day"`
	List     db.Rows[Row] `json:"list"`
	Unit     *Detail      `json:"unit,omitempty"`
}

// Detail is one draw: the totals, for who accepts the report also by stratum and with the
// secret once it is shown.
type Detail struct {
	Row      Row      `json:"row"`
	Cosigned []string `json:"cosigned" doc:"witnesses whose signature of the head decided with it"`
	Without  []string `json:"without" doc:"witnesses that had not signed it after six hours"`

	Hash   string `json:"hash" doc:"of the secret, in the log before anybody could know the head"`
	Secret string `json:"secret" doc:"hex; shown when it is over, to those who accept the report"`
	Parts  []Part `json:"parts"`
	Missed Total  `json:"missed" doc:"of those whom the report does not count: confirmed is that they did not study"`
	Above  bool   `json:"above" doc:"the reader accepts the report"`
}

// Part is the total of one stratum.
type Part struct {
	Unit  id.ID  `json:"unit"`
	Name  string `json:"name"`
	Flag  bool   `json:"flagged"`
	Total Total  `json:"total"`
}

// Show gives the back-checks of a campaign, and of unit the one in detail when it is not zero. Faults: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of, unit id.ID, page db.Page) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		c, err := campaign.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.See(ctx, tx, who, access.ReportRead, c.Unit); err != nil {
			return err
		}
		v.Campaign, v.Title = c.ID, c.Title
		if unit != 0 {
			if v.Unit, err = s.detail(ctx, tx, who, of, unit); err != nil {
				return err
			}
		}
		if v.Missing, err = s.missing(ctx, tx, who, of); err != nil {
			return err
		}
		v.List, err = s.rows(ctx, tx, who, of, 0, page)
		return err
	})
	if err != nil {
		return View{}, fmt.Errorf("back-checks of %s: %w", of, err)
	}
	if v.List.Items == nil {
		v.List.Items = []Row{}
	}
	return v, nil
}

// closes is the kind of line that closes a report.
const closes = `case when u.parent is null then 'report.send' else 'report.accept' end`

// closed are the reports of a campaign that are closed, each with the instant of its seal and
// its draw, if it has one.
const closed = ` from report r
	join campaign_unit u on u.campaign = r.campaign and u.unit = r.unit
	join proof_line l on l.subject = r.id and l.version = r.version and l.kind = ` + closes + `
	left join recheck_draw d on d.campaign = r.campaign and d.unit = r.unit and d.version = r.version
	where r.campaign = $1`

// missing begins with the lines that closed a version, also of a report that was opened again since.
func (s *Service) missing(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (int64, error) {
	args := []any{of, s.Now.Ms() - Grace}
	return db.One(ctx, tx, db.Value[int64], `select count(*) from report r cross join campaign_unit u cross join proof_line l
		where r.campaign = $1 and r.version > 0 and u.campaign = r.campaign and u.unit = r.unit
		and l.subject = r.id and l.kind = `+closes+` and l.at < $2 and not exists (select 1 from recheck_draw d
			where d.campaign = r.campaign and d.unit = r.unit and d.version = l.version and d.state in ('drawn', 'closed')) and `+
		who.Scope(access.ReportRead).Where("r.unit", &args), args...)
}

// rows are the back-checks in sight, of one unit when it is not zero.
func (s *Service) rows(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID, page db.Page) (db.Rows[Row], error) {
	args := []any{of}
	query := `select d.id, r.unit, u.name, coalesce((select a.name from campaign_unit a where a.campaign = u.campaign and a.unit = u.parent), ''), r.version, coalesce(d.state, ''), coalesce(d.drawn_at, 0), coalesce(d.closes_at, 0), coalesce(d.size, 0), coalesce(d.root, ''), u.lo, l.at` +
		closed + ` and ` + who.Scope(access.ReportRead).Where("r.unit", &args)
	if unit != 0 {
		args = append(args, unit)
		query += ` and r.unit = $` + strconv.Itoa(len(args))
	}
	list, err := db.List(ctx, tx, page, db.Order{Sort: "u.lo", ID: "r.unit", Number: true},
		func(r Row) (string, id.ID) { return strconv.FormatInt(r.lo, 10), r.Unit },
		func(scan func(...any) error) (r Row, err error) {
			err = scan(&r.ID, &r.Unit, &r.Name, &r.Above, &r.Version, &r.State, &r.Drawn, &r.Closes, &r.Size, &r.Root, &r.lo, &r.sealed)
			return r, err
		}, query, args...)
	if err != nil {
		return list, err
	}
	for i := range list.Items {
		r := &list.Items[i]
		if r.State == "" || r.State == "begun" || r.State == "committed" {
			r.State = "waiting"
			if s.Now.Ms()-r.sealed > Grace {
				r.State = "skipped"
			}
			continue
		}
		if r.Total, err = totals(ctx, tx, r.ID, 0, true, r.State == "closed"); err != nil {
			return list, err
		}
	}
	return list, nil
}

// totals add up the answers of a draw, or of one stratum.
func totals(ctx context.Context, tx db.Tx, draw, stratum id.ID, counted, over bool) (Total, error) {
	type line struct {
		answer string
		n      int64
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (l line, err error) {
		err = scan(&l.answer, &l.n)
		return l, err
	}, `select answer, count(*) from recheck_person where draw = $1 and ($2 = 0 or stratum = $2) and counted = $3 group by answer`, draw, int64(stratum), counted)
	var t Total
	for _, l := range list {
		t.Asked += l.n
		switch l.answer {
		case "confirmed":
			t.Confirmed += l.n
		case "denied":
			t.Denied += l.n
		default:
			t.Skipped += l.n
		}
	}
	return t.veiled(over), err
}

// veiled shows a total only when it is over and says nothing of one person.
func (t Total) veiled(over bool) Total {
	if !over || t.Asked < Least {
		return Total{Asked: t.Asked}
	}
	t.Shown = true
	return t
}

func (s *Service) detail(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID) (*Detail, error) {
	list, err := s.rows(ctx, tx, who, of, unit, db.Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(list.Items) == 0 {
		return nil, fault.Gone()
	}
	x := &Detail{Row: list.Items[0]}
	if x.Row.ID == 0 {
		return x, nil
	}
	d, err := db.One(ctx, tx, scanDraw, `select `+drawColumns+` from recheck_draw d where d.id = $1`, x.Row.ID)
	if err != nil {
		return nil, err
	}
	x.Hash = d.Hash
	for line := range strings.Lines(d.Cosigned) {
		words := strings.Fields(line)
		if words[0] == "without" {
			x.Without = append(x.Without, words[1])
		} else {
			x.Cosigned = append(x.Cosigned, words[1])
		}
	}
	if x.Missed, err = totals(ctx, tx, d.ID, 0, false, d.State == "closed"); err != nil {
		return nil, err
	}
	err = access.Check(ctx, tx, who, access.ReportAccept, d.Asker)
	switch kind := fault.Of(err); {
	case kind == fault.Denied || kind == fault.Missing:
		return x, nil
	case err != nil:
		return nil, err
	}
	x.Above, x.Secret = true, d.Shown
	return x, s.parts(ctx, tx, x, d)
}

// parts are the strata of a draw. What stays hidden is of Least people together, so that it
// cannot be had by taking the rest from the whole.
func (s *Service) parts(ctx context.Context, tx db.Tx, x *Detail, d draw) error {
	list, err := strata(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	for _, st := range list {
		p := Part{Unit: st.Unit, Flag: st.Weight > 1}
		if p.Name, err = db.One(ctx, tx, db.Value[string], `select name from campaign_unit where campaign = $1 and unit = $2`, d.Campaign, st.Unit); err != nil {
			return err
		}
		if p.Total, err = totals(ctx, tx, d.ID, st.Unit, true, d.State == "closed"); err != nil {
			return err
		}
		x.Parts = append(x.Parts, p)
	}
	shield(x.Parts)
	return nil
}

// shield hides more parts while those hidden are of fewer than Least people together.
func shield(parts []Part) {
	var hidden int64
	for _, p := range parts {
		if !p.Total.Shown {
			hidden += p.Total.Asked
		}
	}
	for hidden > 0 && hidden < Least {
		least := -1
		for i, p := range parts {
			if p.Total.Shown && (least < 0 || p.Total.Asked < parts[least].Total.Asked) {
				least = i
			}
		}
		if least < 0 {
			return
		}
		hidden += parts[least].Total.Asked
		parts[least].Total = Total{Asked: parts[least].Total.Asked}
	}
}
