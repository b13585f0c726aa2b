package merit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/proof"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service holds the use cases of the room.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Candidate is a unit or person that the records say something of.
type Candidate struct {
	Unit     id.ID      `json:"unit"`
	Name     string     `json:"name"`
	Person   id.ID      `json:"person"`
	Who      string     `json:"who" doc:"name of the person"`
	Position string     `json:"position"`
	Evidence []Evidence `json:"evidence"`
}

// List is what stands for a unit and below it after a campaign.
type List struct {
	Campaign   id.ID       `json:"campaign"`
	Title      string      `json:"title"`
	Unit       id.ID       `json:"unit"`
	Name       string      `json:"name"`
	Merits     []Merit     `json:"merits" doc:"in the order of the tree"`
	Units      []Candidate `json:"units" doc:"directly below, in the order of the tree"`
	People     []Candidate `json:"people" doc:"in the order of the tree; none where the roster is too large"`
	Large      bool        `json:"large" doc:"people are listed from units further down"`
	MayPropose bool        `json:"may_propose"`
}

// most bounds the proposals of a list.
const most = 500

// List shows the proposals about a unit and those below it, and whom the records say something
// of. Without a unit it is about the actor's own. Faults: Missing, Denied.
func (s *Service) List(ctx context.Context, who access.Actor, of, unit id.ID) (l List, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		c, u, err := s.place(ctx, tx, who, of, unit)
		if err != nil {
			return err
		}
		l = List{Campaign: c.ID, Title: c.Title, Unit: u.Unit, Name: u.Name}
		if l.Merits, err = within(ctx, tx, who, of, u, most); err != nil {
			return err
		}
		for i := range l.Merits {
			if l.Merits[i].Evidence, err = evidence(ctx, tx, l.Merits[i]); err != nil {
				return err
			}
		}
		if l.MayPropose, err = may(ctx, tx, who, access.ReportEdit, u.Unit); err != nil {
			return err
		}
		return s.candidates(ctx, tx, who, c, u, &l)
	})
	if err != nil {
		return List{}, fmt.Errorf("commend and criticise below %s: %w", unit, err)
	}
	return l, s.told(ctx, who, l)
}

// place is the unit asked for, or where the actor is at home.
func (s *Service) place(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID) (c campaign.Campaign, u campaign.Unit, err error) {
	if c, err = campaign.Find(ctx, tx, of); err != nil {
		return c, u, err
	}
	if unit == 0 {
		unit = c.Unit
		here, err := home(ctx, tx, of, who.Home())
		if err != nil {
			return c, u, err
		}
		if here {
			unit = who.Home()
		}
	}
	u, err = campaign.May(ctx, tx, who, access.ReportRead, of, unit)
	return c, u, err
}

func (s *Service) candidates(ctx context.Context, tx db.Tx, who access.Actor, c campaign.Campaign, u campaign.Unit, l *List) error {
	units, err := unitFacts(ctx, tx, c, u, true, s.Now.Ms())
	if err != nil {
		return err
	}
	for _, f := range units {
		if e := f.Evidence(); len(e) > 0 {
			l.Units = append(l.Units, Candidate{Unit: f.Unit, Name: f.Name, Evidence: e})
		}
	}
	n, err := roster(ctx, tx, c.ID, u)
	if l.Large = n > mostRoster; err != nil || l.Large {
		return err
	}
	people, err := peopleFacts(ctx, tx, who, c.ID, u, 0)
	for _, f := range people {
		if e := f.Evidence(); len(e) > 0 {
			l.People = append(l.People, Candidate{Unit: f.Unit, Name: f.UnitName, Person: f.Person, Who: f.Name, Position: f.Position, Evidence: e})
		}
	}
	return err
}

// told writes whose names were read.
func (s *Service) told(ctx context.Context, who access.Actor, l List) error {
	seen := audit.Sight{Unit: l.Unit, Purpose: "merit.list", Why: l.Title}
	for _, x := range l.People {
		seen.People = append(seen.People, x.Person)
	}
	for _, m := range l.Merits {
		if m.Person != 0 && !slices.Contains(seen.People, m.Person) {
			seen.People = append(seen.People, m.Person)
		}
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// may is Check as a yes or no.
func may(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, unit id.ID) (bool, error) {
	err := access.Check(ctx, tx, who, need, unit)
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return false, nil
	}
	return err == nil, err
}

// Draft is the form of a proposal: about whom, and what the records say of them.
type Draft struct {
	Campaign   id.ID      `json:"campaign"`
	Title      string     `json:"title"`
	Unit       id.ID      `json:"unit"`
	Name       string     `json:"name"`
	Person     id.ID      `json:"person"`
	PersonName string     `json:"person_name"`
	Kind       string     `json:"kind"`
	Evidence   []Evidence `json:"evidence" doc:"to choose from"`
}

// Draft prepares a proposal about a unit, or about a person of the campaign's roster.
// Faults: Missing, Denied, Invalid kind.
func (s *Service) Draft(ctx context.Context, who access.Actor, of, unit, person id.ID, kind string) (d Draft, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		d, _, err = s.draft(ctx, tx, who, of, unit, person, kind)
		return err
	})
	if err == nil && person != 0 {
		err = audit.Tell(ctx, s.DB, who, s.Now.Ms(), audit.Sight{Person: person, Unit: d.Unit, Purpose: "merit.list", Why: d.Title})
	}
	if err != nil {
		return Draft{}, fmt.Errorf("begin a proposal: %w", err)
	}
	return d, nil
}

func (s *Service) draft(ctx context.Context, tx db.Tx, who access.Actor, of, unit, person id.ID, kind string) (d Draft, u campaign.Unit, err error) {
	if !slices.Contains(Kinds, kind) {
		return d, u, fault.At("kind", "web.choose")
	}
	c, err := campaign.Find(ctx, tx, of)
	if err != nil {
		return d, u, err
	}
	d = Draft{Campaign: of, Title: c.Title, Person: person, Kind: kind}
	if person != 0 {
		if unit, d.PersonName, err = rostered(ctx, tx, of, person); err != nil {
			return d, u, err
		}
		if err = access.Check(ctx, tx, who, access.PersonRead, unit); err != nil {
			return d, u, err
		}
	}
	if u, err = campaign.May(ctx, tx, who, access.ReportEdit, of, unit); err != nil {
		return d, u, err
	}
	d.Unit, d.Name = u.Unit, u.Name
	if person != 0 {
		people, err := peopleFacts(ctx, tx, who, of, u, person)
		for _, f := range people {
			d.Evidence = kept(f.Evidence(), kind)
		}
		return d, u, err
	}
	units, err := unitFacts(ctx, tx, c, u, false, s.Now.Ms())
	for _, f := range units {
		d.Evidence = kept(f.Evidence(), kind)
	}
	return d, u, err
}

// Proposal is what the form says.
type Proposal struct {
	ID                     id.ID
	Campaign, Unit, Person id.ID
	Kind, What             string
	Codes                  []string // of the evidence that the records give
	Said                   string   // further evidence, one a line; an address inside the program may end it
}

// Propose keeps a proposal and seals it. The same form twice is one. Faults: Invalid by field,
// Missing, Denied, Conflict for another's form.
func (s *Service) Propose(ctx context.Context, who access.Actor, in Proposal) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if was, err := find(ctx, tx, in.ID); err == nil {
			if was.By == who.Account {
				return nil
			}
			return fault.New(fault.Conflict, "merit.other_form")
		} else if fault.Of(err) != fault.Missing {
			return err
		}
		m, err := s.proposed(ctx, tx, who, in)
		if err != nil {
			return err
		}
		if err := put(ctx, tx, m); err != nil {
			return err
		}
		return s.seal(ctx, tx, who, m, "merit.propose", m.What)
	})
	if err != nil {
		return fmt.Errorf("propose: %w", err)
	}
	return nil
}

func (s *Service) proposed(ctx context.Context, tx db.Tx, who access.Actor, in Proposal) (m Merit, err error) {
	d, u, err := s.draft(ctx, tx, who, in.Campaign, in.Unit, in.Person, in.Kind)
	if err != nil {
		return m, err
	}
	now := s.Now.Ms()
	m = Merit{ID: in.ID, Campaign: d.Campaign, Unit: d.Unit, Person: d.Person, Kind: d.Kind, Decider: u.Parent, State: "open", At: now, By: who.Account, ByName: who.Name, Until: now + week, lo: u.Lo, salt: random()}
	if m.Decider == 0 {
		m.Decider = u.Unit
	}
	if m.What, err = written("what", in.What, longWhat); err != nil {
		return m, err
	}
	for _, e := range d.Evidence {
		if slices.Contains(in.Codes, e.Code) {
			m.Evidence = append(m.Evidence, e)
		}
	}
	more, err := spoken(in.Said)
	m.Evidence = append(m.Evidence, more...)
	if err == nil && in.ID == 0 {
		err = fault.At("id", "web.required")
	}
	if err == nil {
		err = Propose(m, who.Account, who.Person)
	}
	return m, err
}

// written is a text of a form. Faults: Invalid.
func written(field, s string, most int) (string, error) {
	out, ok := text.Lines(s)
	switch {
	case !ok:
		return "", fault.At(field, "web.not_text")
	case utf8.RuneCountInString(out) > most:
		return "", fault.At(field, "web.too_long", "n", most)
	}
	return out, nil
}

// spoken reads the evidence that the officer wrote.
func spoken(said string) (out []Evidence, err error) {
	if said, err = written("said", said, mostLines*longLine); err != nil {
		return nil, err
	}
	for l := range strings.SplitSeq(said, "\n") {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		if utf8.RuneCountInString(l) > longLine || len(out) == mostLines {
			return nil, fault.At("said", "merit.lines", "n", mostLines, "letters", longLine)
		}
		e := Evidence{Code: "said", Text: l}
		if i := strings.LastIndex(l, " /"); i > 0 && !strings.ContainsAny(l[i+1:], "\\ ") && !strings.HasPrefix(l[i+1:], "//") {
			e.Text, e.Href = strings.TrimSpace(l[:i]), l[i+1:]
		}
		out = append(out, e)
	}
	return out, nil
}

// kept keeps the lines of one kind.
func kept(all []Evidence, kind string) (out []Evidence) {
	for _, e := range all {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// seal logs a step and seals its row.
func (s *Service) seal(ctx context.Context, tx db.Tx, who access.Actor, m Merit, kind, why string) error {
	row, err := m.sealed(kind)
	if err != nil {
		return err
	}
	if err := proof.Append(ctx, tx, s.Now.Ms(), row); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), kind, m.ID, m.Unit, nil, why)
}
