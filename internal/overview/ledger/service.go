package ledger

import (
	"context"
	"fmt"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance/ledger"
)

// Service holds the use cases of the ledgers. It only reads.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// most bounds the people of one paper or sheet.
const most = 10_000

// OfPerson is a year of somebody's study, for those who may read the person and for the person. A year
// of 0 is this one. Faults: Missing, Invalid for no year.
func (s *Service) OfPerson(ctx context.Context, who access.Actor, person id.ID, year int) (p Person, err error) {
	if year, err = s.year(year); err != nil {
		return p, err
	}
	p.Person, p.Year = person, year
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if _, err := db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) { return none, scan(&p.Name, &p.unit, &p.Unit) },
			`select p.name, p.unit, u.name from person p join org_unit u on u.id = p.unit where p.id = $1`, person); err != nil {
			return err
		}
		if person != who.Person {
			if err := access.Check(ctx, tx, who, access.PersonRead, p.unit); err != nil {
				return err
			}
		}
		return p.load(ctx, tx)
	})
	if err != nil {
		return Person{}, fmt.Errorf("year of %s: %w", person, err)
	}
	return p, audit.Tell(ctx, s.DB, who, s.Now.Ms(), audit.Sight{Person: person, Unit: p.unit, Purpose: "attendance.ledger"})
}

func (p *Person) load(ctx context.Context, tx db.Tx) (err error) {
	from, until := within(p.Year)
	if p.Courses, err = coursesOf(ctx, tx, p.Person, p.Year, from, until); err != nil {
		return err
	}
	took, err := ledger.OfMember(ctx, tx, p.Person, p.Year)
	if err != nil {
		return err
	}
	for i := range p.Courses {
		c := &p.Courses[i]
		for _, t := range took {
			if t.Campaign == c.Campaign {
				c.Rows = append(c.Rows, t)
			}
		}
		self := []Member{{Person: p.Person}}
		if err := besides(ctx, tx, c.Campaign, self); err != nil {
			return err
		}
		c.Essays, c.Merits = self[0].Essays, self[0].Merits
	}
	return nil
}

// Ask says which year of a unit, and whose people: those of Campaign, or of the last in the year.
type Ask struct {
	Unit, Campaign id.ID
	Year           int
	Page           db.Page
}

// OfUnit is a year of a unit, for those who may read attendance there. Faults: Missing, Denied, Invalid.
func (s *Service) OfUnit(ctx context.Context, who access.Actor, a Ask) (u Unit, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if u, err = s.load(ctx, tx, who, a); err != nil || u.Chosen == 0 {
			return err
		}
		u.People, err = people(ctx, tx, who, u.Chosen, u.Unit, a.Page)
		return err
	})
	if err != nil {
		return Unit{}, fmt.Errorf("year of %s: %w", a.Unit, err)
	}
	return u, s.told(ctx, who, u, "attendance.ledger", u.People.Items)
}

// Whole is OfUnit with everybody of the chosen campaign. Fault: Conflict ledger.too_many.
func (s *Service) Whole(ctx context.Context, who access.Actor, a Ask) (u Unit, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if u, err = s.load(ctx, tx, who, a); err != nil || u.Chosen == 0 {
			return err
		}
		u.People.Items, err = everybody(ctx, tx, who, u.Chosen, u.Unit)
		if err == nil && len(u.People.Items) > most {
			err = fault.New(fault.Conflict, "ledger.too_many", "n", most)
		}
		return err
	})
	if err != nil {
		return Unit{}, fmt.Errorf("year of %s: %w", a.Unit, err)
	}
	return u, s.told(ctx, who, u, "attendance.export", u.People.Items)
}

func (s *Service) load(ctx context.Context, tx db.Tx, who access.Actor, a Ask) (u Unit, err error) {
	if u.Year, err = s.year(a.Year); err != nil {
		return u, err
	}
	u.Unit = a.Unit
	if u.Name, err = db.One(ctx, tx, db.Value[string], `select name from org_unit where id = $1`, a.Unit); err != nil {
		return u, err
	}
	if err = access.Check(ctx, tx, who, access.AttendanceRead, a.Unit); err != nil {
		return u, err
	}
	from, until := within(u.Year)
	if u.Courses, err = heldBy(ctx, tx, a.Unit, u.Year, from, until); err != nil {
		return u, err
	}
	if u.Rows, u.Crowded, err = ledger.OfUnit(ctx, tx, a.Unit, u.Year); err != nil {
		return u, err
	}
	return u, u.choose(a.Campaign)
}

// choose takes the campaign asked for, or the last of the year. Fault: Missing.
func (u *Unit) choose(want id.ID) error {
	for _, c := range u.Courses {
		if want == 0 || c.Campaign == want {
			u.Chosen = c.Campaign
		}
	}
	if want != 0 && u.Chosen == 0 {
		return fault.Gone()
	}
	return nil
}

// told writes whose names were read, before they are answered.
func (s *Service) told(ctx context.Context, who access.Actor, u Unit, purpose string, read []Member) error {
	seen := audit.Sight{Units: []id.ID{u.Unit}, Purpose: purpose}
	for _, m := range read {
		seen.People = append(seen.People, m.Person)
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

func (s *Service) year(year int) (int, error) {
	if year == 0 {
		year = s.Now().In(clock.Zone).Year()
	}
	if year < 1990 || year > 2100 {
		return 0, fault.At("year", "web.not_number", "min", 1990, "max", 2100)
	}
	return year, nil
}

// within gives a civil year's first instant and that of the next.
func within(year int) (from, until int64) {
	return time.Date(year, 1, 1, 0, 0, 0, 0, clock.Zone).UnixMilli(), time.Date(year+1, 1, 1, 0, 0, 0, 0, clock.Zone).UnixMilli()
}
