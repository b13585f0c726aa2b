package year

import (
	"context"
	"fmt"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// Service holds the use cases of the sheets.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Span is a year, or several up to To: a term.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (s Span) days() (from, to string) {
	return strconv.Itoa(s.From) + "-01-01", strconv.Itoa(s.To) + "-12-31"
}

// span checks years; 0 is this one. Faults: Invalid.
func (s *Service) span(from, to int) (Span, error) {
	if from == 0 {
		from = s.Now().In(clock.Zone).Year()
	}
	if to == 0 {
		to = from
	}
	if from < 1990 || to > 2100 || to < from || to > from+5 {
		return Span{}, fault.At("year", "web.not_number", "min", 1990, "max", 2100)
	}
	return Span{from, to}, nil
}

// Judged is a proposal that was upheld.
type Judged struct {
	Merit id.ID  `json:"merit"`
	Title string `json:"title" doc:"of the campaign"`
	Kind  string `json:"kind" enum:"commend,criticise"`
	What  string `json:"what"`
	Day   string `json:"day"`
}

// Done is a document that a person studied.
type Done struct {
	Number string `json:"number"`
	Form   string `json:"form"`
	Grade  int64  `json:"grade" doc:"evidence, 1 strongest to 5 declared"`
	At     int64  `json:"at"`
}

// Essay is a person's part in a task.
type Essay struct {
	Title  string `json:"title"`
	State  string `json:"state"`
	Late   bool   `json:"late"`
	Known  bool   `json:"known" doc:"results are released"`
	Passed bool   `json:"passed"`
}

// Took is a campaign of a person's year.
type Took struct {
	Campaign  id.ID   `json:"campaign"`
	Title     string  `json:"title"`
	Starts    string  `json:"starts"`
	Documents int64   `json:"documents"`
	Done      []Done  `json:"done"`
	Exempt    bool    `json:"exempt"`
	Excused   int64   `json:"excused" doc:"meetings missed with a reason"`
	Unexcused int64   `json:"unexcused"`
	Spoke     int64   `json:"spoke" doc:"held meetings at which the person spoke as speaker"`
	Picked    int64   `json:"picked" doc:"proposals picked for the action programme"`
	Essays    []Essay `json:"essays"`
}

// Person is somebody's evidence sheet.
type Person struct {
	Person id.ID    `json:"person"`
	Name   string   `json:"name"`
	Unit   id.ID    `json:"unit"`
	Home   string   `json:"home"`
	Span   Span     `json:"span"`
	Rows   []Took   `json:"rows"`
	Judged []Judged `json:"judged"`
	Mine   bool     `json:"mine"`
}

// OfPerson is a person's sheet of a year, or of several. Faults: Missing, Denied, Invalid years.
func (s *Service) OfPerson(ctx context.Context, who access.Actor, person id.ID, from, to int) (p Person, err error) {
	if p.Span, err = s.span(from, to); err != nil {
		return p, err
	}
	p.Person, p.Mine = person, person != 0 && person == who.Person
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if p.Unit, p.Name, p.Home, err = personOf(ctx, tx, person); err != nil {
			return err
		}
		if !p.Mine {
			if err := access.Check(ctx, tx, who, access.PersonRead, p.Unit); err != nil {
				return err
			}
		}
		if p.Rows, err = took(ctx, tx, person, p.Span); err != nil {
			return err
		}
		for i := range p.Rows {
			if err := p.Rows[i].fill(ctx, tx, person); err != nil {
				return err
			}
		}
		p.Judged, err = judged(ctx, tx, "m.person", person, p.Span)
		return err
	})
	if err == nil {
		err = audit.Tell(ctx, s.DB, who, s.Now.Ms(), audit.Sight{Person: person, Unit: p.Unit, Purpose: "merit.evidence"})
	}
	if err != nil {
		return Person{}, fmt.Errorf("evidence of %s: %w", person, err)
	}
	return p, nil
}

// Paper is a document of a unit's campaign.
type Paper struct {
	Document id.ID       `json:"document"`
	Number   string      `json:"number"`
	All      rollup.Rate `json:"all" doc:"studied ÷ members"`
	Obliged  rollup.Rate `json:"obliged" doc:"without the exempt"`
	Exempt   int64       `json:"exempt"`
	Grades   [5]int64    `json:"grades"`
	Forms    [6]int64    `json:"forms"`
}

// Held is a campaign of a unit's year.
type Held struct {
	Campaign   id.ID   `json:"campaign"`
	Title      string  `json:"title"`
	Starts     string  `json:"starts"`
	Rounding   string  `json:"rounding"`
	Sent       int64   `json:"sent" doc:"first complete sending; 0 none"`
	Due        int64   `json:"due" doc:"first instant that is too late; 0: owed none"`
	Late       bool    `json:"late"`
	State      string  `json:"state" doc:"of the report"`
	Amendments int64   `json:"amendments" doc:"versions after it was closed"`
	Asked      int64   `json:"asked" doc:"people asked again, once that is over; 0 also while they are fewer than five"`
	Confirmed  int64   `json:"confirmed"`
	Papers     []Paper `json:"papers"`
}

// Unit is a unit's evidence sheet.
type Unit struct {
	Unit   id.ID    `json:"unit"`
	Name   string   `json:"name"`
	Span   Span     `json:"span"`
	Rows   []Held   `json:"rows"`
	Judged []Judged `json:"judged"`
	Caps   Caps     `json:"caps"`
}

// InTime counts the reports owed, and of them those in time.
func (u Unit) InTime() (n, of int64) {
	for _, h := range u.Rows {
		if h.Due == 0 {
			continue
		}
		of++
		if h.Sent != 0 && !h.Late {
			n++
		}
	}
	return n, of
}

// Sure is how many of those asked again confirmed.
func (u Unit) Sure() (n, of int64) {
	for _, h := range u.Rows {
		n, of = n+h.Confirmed, of+h.Asked
	}
	return n, of
}

// OfUnit is a unit's sheet of a year, or of several, with the cap on the groups given. Faults:
// Missing, Denied, Invalid years or counts.
func (s *Service) OfUnit(ctx context.Context, who access.Actor, unit id.ID, from, to int, groups []Group) (u Unit, err error) {
	if u.Span, err = s.span(from, to); err != nil {
		return u, err
	}
	if err := check(groups); err != nil {
		return u, err
	}
	u.Unit, u.Caps = unit, Caps{Source: Cap.Source, Groups: groups}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if u.Name, err = db.One(ctx, tx, db.Value[string], `select name from org_unit where id = $1`, unit); err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportRead, unit); err != nil {
			return err
		}
		if u.Caps.Percent, err = Cap.On(ctx, tx, unit, s.Now.Day()); err != nil {
			return err
		}
		if u.Rows, err = held(ctx, tx, unit, u.Span); err != nil {
			return err
		}
		for i := range u.Rows {
			if err := u.Rows[i].fill(ctx, tx, unit, s.Now.Ms()); err != nil {
				return err
			}
		}
		u.Judged, err = judged(ctx, tx, "m.person is null and m.unit", unit, u.Span)
		return err
	})
	if err != nil {
		return Unit{}, fmt.Errorf("evidence of %s: %w", unit, err)
	}
	return u, nil
}

// fill reads how a campaign went at the unit.
func (h *Held) fill(ctx context.Context, tx db.Tx, unit id.ID, now int64) error {
	u, err := campaign.UnitOf(ctx, tx, h.Campaign, unit)
	if err != nil {
		return err
	}
	above := u.Parent
	if above == 0 {
		above = unit
	}
	dues, err := campaign.Dues(ctx, tx, h.Campaign, above)
	if err != nil {
		return err
	}
	for _, d := range dues {
		if d.Level == u.Level {
			h.Due = d.End().UnixMilli()
		}
	}
	h.Late = h.Due != 0 && (h.Sent >= h.Due || h.Sent == 0 && now >= h.Due)
	if h.Asked, h.Confirmed, err = confirmed(ctx, tx, h.Campaign, u); err != nil {
		return err
	}
	docs, err := documents(ctx, tx, h.Campaign)
	for _, d := range docs {
		if err != nil {
			return err
		}
		var line rollup.Line
		if line, _, err = rollup.At(ctx, tx, h.Campaign, d.id, unit); err == nil {
			c := line.Count
			h.Papers = append(h.Papers, Paper{d.id, d.number, c.RateAll(), c.RateObliged(), c.Exempt, c.Grades, c.Forms})
		}
	}
	return err
}
