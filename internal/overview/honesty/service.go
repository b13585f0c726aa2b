package honesty

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
)

// Service holds the use cases of leads and verification factors.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// View is a level: the units directly below one, sorted by verification factor or timeliness.
type View struct {
	Campaign campaign.Campaign `json:"-"`
	Unit     campaign.Unit     `json:"unit"`
	Factor   Factor            `json:"factor" doc:"of the whole subtree"`
	Sort     string            `json:"sort" enum:"factor,time"`
	Rows     []Row             `json:"rows"`
	Asked    []Asked           `json:"asked" doc:"what this unit itself was asked"`
	Open     int64             `json:"open" doc:"leads nobody has settled"`

	MayMark   bool `json:"may_mark"`
	MayAnswer bool `json:"may_answer"`
}

// Level shows the units directly below one; without a unit the highest in sight. Faults: Missing.
func (s *Service) Level(ctx context.Context, who access.Actor, of, unit id.ID, sort string) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Campaign, v.Unit, err = place(ctx, tx, who, of, unit); err != nil {
			return err
		}
		l, err := load(ctx, tx, v.Campaign, v.Unit, 0)
		if err != nil {
			return err
		}
		if v.Rows, v.Factor, err = s.rows(l); err != nil {
			return err
		}
		if v.Sort = sort; !slices.Contains(Sorts, sort) {
			v.Sort = Sorts[0]
		}
		order(v.Rows, v.Sort)
		for _, r := range v.Rows {
			for _, a := range r.Leads {
				if a.State != "settled" || a.Reopened {
					v.Open++
				}
			}
		}
		if err := v.own(ctx, tx, who); err != nil {
			return err
		}
		return v.show(ctx, tx, who, l.spans())
	})
	if err != nil {
		return View{}, fmt.Errorf("honesty of %s: %w", unit, err)
	}
	return v, nil
}

// place is a unit of an opened campaign that who reads reports of.
func place(ctx context.Context, tx db.Tx, who access.Actor, of, unit id.ID) (c campaign.Campaign, u campaign.Unit, err error) {
	if c, err = campaign.Find(ctx, tx, of); err != nil {
		return c, u, err
	}
	if unit == 0 {
		if unit, err = ground(ctx, tx, who, of); err != nil {
			return c, u, err
		}
	}
	if u, err = campaign.UnitOf(ctx, tx, of, unit); err != nil {
		return c, u, err
	}
	return c, u, access.Check(ctx, tx, who, access.ReportRead, unit)
}

// own fills what the unit itself was asked, and what who may do.
func (v *View) own(ctx context.Context, tx db.Tx, who access.Actor) (err error) {
	marks, err := askedOf(ctx, tx, v.Campaign.ID, v.Unit.Unit)
	if err != nil {
		return err
	}
	for _, m := range marks {
		told := m.lead
		told.Args = slices.DeleteFunc(slices.Clone(told.Args), func(a number) bool { return !a.own() })
		told.Weight = 0 // it is made of the siblings' figures
		v.Asked = append(v.Asked, Asked{Lead: told, Mark: m})
	}
	if v.MayMark, err = may(ctx, tx, who, access.ReportAccept, v.Unit.Unit); err != nil {
		return err
	}
	wrong := speaks(ctx, tx, who, v.Unit)
	if v.MayAnswer = wrong == nil; fault.Of(wrong) == fault.Denied || fault.Of(wrong) == fault.Missing {
		return nil
	}
	return wrong
}

// speaks passes for officers of a unit; whoever may ask it does not answer in its name.
func speaks(ctx context.Context, tx db.Tx, who access.Actor, u campaign.Unit) error {
	err := access.Check(ctx, tx, who, access.ReportEdit, u.Unit)
	if err != nil || u.Parent == 0 {
		return err
	}
	asks, err := may(ctx, tx, who, access.ReportAccept, u.Parent)
	if err == nil && asks {
		err = fault.New(fault.Denied, "honesty.own_question")
	}
	return err
}

func may(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, unit id.ID) (bool, error) {
	err := access.Check(ctx, tx, who, need, unit)
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return false, nil
	}
	return err == nil, err
}

// rows weighs every unit of a level.
func (s *Service) rows(l *level) ([]Row, Factor, error) {
	marks, err := marksBelow(l.ctx, l.tx, l.of.ID, l.unit.Unit)
	if err != nil {
		return nil, Factor{}, err
	}
	said, err := answers(l.ctx, l.tx, l.of.ID, l.unit.Unit)
	if err != nil {
		return nil, Factor{}, err
	}
	spans := make([]span, len(l.lines))
	for i := range l.lines {
		spans[i] = l.span(i)
	}
	whole, parts, err := factors(l.ctx, l.tx, l.of.ID, l.unit.Lo, l.unit.Hi, spans)
	if err != nil {
		return nil, Factor{}, err
	}
	rows := make([]Row, len(l.lines))
	for i, line := range l.lines {
		p := l.paper[line.Unit]
		rows[i] = Row{Unit: line.Unit, Name: line.Name, Level: line.Level, Kids: line.Kids, Report: p.state, Factor: parts[i],
			Timing: judge(l.due[line.Level], p.first, s.Now.Ms())}
		if l.facts[i].Speaks {
			leads, score := Weigh(l.facts[i], l.facts)
			rows[i].Score = int64(score * 100)
			rows[i].Leads = marry(leads, marks[line.Unit], said[line.Unit])
		}
	}
	return rows, whole, nil
}

// marry joins leads with what was made of them. One that is gone but was asked stays.
func marry(leads []Lead, marks map[string]Mark, said map[string]string) []Asked {
	var out []Asked
	for _, l := range leads {
		m := marks[l.Code]
		if m.State == "settled" && m.lead.print() != l.print() {
			m.Reopened = true
		}
		out = append(out, Asked{Lead: l, Mark: m, Answer: said[l.Code]})
	}
	for _, code := range Checks {
		m, marked := marks[code]
		gone := !slices.ContainsFunc(leads, func(l Lead) bool { return l.Code == code })
		if marked && gone && m.State != "settled" {
			out = append(out, Asked{Lead: m.lead, Mark: m, Answer: said[code]})
		}
	}
	return out
}

// Ask gives the leads of one unit as questions to it, before it sends its report. Joined to
// report in app/links.go. Sums that do not hold are the report's own question.
func (s *Service) Ask(ctx context.Context, tx db.Tx, of, unit id.ID) ([]report.Question, error) {
	u, err := campaign.UnitOf(ctx, tx, of, unit)
	if err != nil || u.Parent == 0 {
		return nil, err
	}
	l, err := levelOf(ctx, tx, of, u)
	if err != nil {
		return nil, fmt.Errorf("questions to %s: %w", unit, err)
	}
	leads, _ := Weigh(l.facts[l.at[unit]], l.facts)
	var out []report.Question
	for _, x := range leads {
		if x.Code == "sum" {
			continue
		}
		q := report.Question{Code: x.Code, Figure: x.Figure, Document: x.Document, Key: "honesty.ask." + x.Code, Args: x.own("vi"), Must: true}
		out = append(out, q)
	}
	return out, nil
}

// Flags are the units directly below one that have leads, each with how many times as many of its people
// are to be asked again: two, and up to four by what weighs. A settled lead weighs as before: those who
// settle it are of the unit whose report is checked. Joined to the back-check in app/links.go.
func (s *Service) Flags(ctx context.Context, tx db.Tx, of, unit id.ID) (map[id.ID]int64, error) {
	c, err := campaign.Find(ctx, tx, of)
	if err != nil {
		return nil, fmt.Errorf("flags below %s: %w", unit, err)
	}
	u, err := campaign.UnitOf(ctx, tx, of, unit)
	if err != nil {
		return nil, fmt.Errorf("flags below %s: %w", unit, err)
	}
	l, err := load(ctx, tx, c, u, 0)
	if err != nil {
		return nil, fmt.Errorf("flags below %s: %w", unit, err)
	}
	rows, _, err := s.rows(l)
	out := map[id.ID]int64{}
	for _, r := range rows {
		if len(r.Leads) > 0 {
			out[r.Unit] = min(4, 2+r.Score/400)
		}
	}
	return out, err
}

// levelOf is the level a unit stands in, with its own marks.
func levelOf(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit) (*level, error) {
	c, err := campaign.Find(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	parent, err := campaign.UnitOf(ctx, tx, of, u.Parent)
	if err != nil {
		return nil, err
	}
	return load(ctx, tx, c, parent, u.Unit)
}

// Keep counts what the records of a unit's subtree say when it sends its report. Joined to
// report in app/links.go.
func (s *Service) Keep(ctx context.Context, tx db.Tx, of, unit id.ID) error {
	c, err := campaign.Find(ctx, tx, of)
	if err != nil {
		return fmt.Errorf("keep marks of %s: %w", unit, err)
	}
	u, err := campaign.UnitOf(ctx, tx, of, unit)
	if err != nil {
		return fmt.Errorf("keep marks of %s: %w", unit, err)
	}
	return keep(ctx, tx, c, u, s.Now.Ms())
}

// Mark says what the level above makes of a lead: seen, asked (note is the question) or settled
// (note is what was found). The same form twice is one mark. Faults: Missing, Denied for who is
// not above, Invalid.
func (s *Service) Mark(ctx context.Context, who access.Actor, of, unit id.ID, code, state, note string) error {
	note, err := clean("note", note)
	if err == nil {
		err = Decide(state, note)
	}
	if err != nil {
		return fmt.Errorf("mark %s of %s: %w", code, unit, err)
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		u, err := campaign.UnitOf(ctx, tx, of, unit)
		if err != nil {
			return err
		}
		if u.Parent == 0 {
			return fault.Gone()
		}
		if err := access.Check(ctx, tx, who, access.ReportAccept, u.Parent); err != nil {
			return err
		}
		return s.mark(ctx, tx, who, of, u, Mark{Unit: unit, Check: code, State: state, Note: note, By: who.Name, At: s.Now.Ms()})
	})
	if err != nil {
		return fmt.Errorf("mark %s of %s: %w", code, unit, err)
	}
	return nil
}

func (s *Service) mark(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, u campaign.Unit, m Mark) error {
	l, err := levelOf(ctx, tx, of, u)
	if err != nil {
		return err
	}
	leads, _ := Weigh(l.facts[l.at[u.Unit]], l.facts)
	i := slices.IndexFunc(leads, func(l Lead) bool { return l.Code == m.Check })
	old, err := findMark(ctx, tx, of, u.Unit, m.Check)
	switch {
	case fault.Of(err) == fault.Missing && i < 0:
		return err
	case fault.Of(err) == fault.Missing:
		old.ID = id.New()
	case err != nil:
		return err
	}
	if m.lead = old.lead; i >= 0 {
		m.lead = leads[i]
	}
	if old.State == m.State && old.Note == m.Note && old.lead.print() == m.lead.print() {
		return nil // the same form again
	}
	m.ID = old.ID
	if err := putMark(ctx, tx, of, m, who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, m.At, "honesty."+m.State, m.ID, u.Unit, map[string]string{"lead": m.lead.Say("vi")}, m.Note)
}

// Answer keeps what a unit says to a lead it was asked about; it may mend its words. Faults:
// Missing, Denied also for the level that asks, Invalid, Conflict when it was not asked.
func (s *Service) Answer(ctx context.Context, who access.Actor, of, unit id.ID, code, said string) error {
	said, err := clean("said", said)
	if err == nil && said == "" {
		err = fault.At("said", "honesty.answer_needed")
	}
	if err != nil {
		return fmt.Errorf("answer %s: %w", code, err)
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		u, err := campaign.UnitOf(ctx, tx, of, unit)
		if err == nil {
			err = speaks(ctx, tx, who, u)
		}
		if err != nil {
			return err
		}
		m, err := findMark(ctx, tx, of, unit, code)
		switch {
		case err != nil:
			return err
		case m.State != "asked":
			return fault.New(fault.Conflict, "honesty.not_asked")
		case m.Said == said:
			return nil
		}
		m.Said, m.SaidAt, m.SaidBy = said, s.Now.Ms(), who.Name
		if err := putAnswer(ctx, tx, m, who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, m.SaidAt, "honesty.answer", m.ID, unit, nil, said)
	})
	if err != nil {
		return fmt.Errorf("answer %s of %s: %w", code, unit, err)
	}
	return nil
}
