package recheck

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Mine is what a member is asked. Title, Place and Starts are of the meeting that the report
// counts; empty when it counts none.
type Mine struct {
	Draw     id.ID  `json:"draw"`
	Campaign string `json:"campaign"`
	Document string `json:"document" doc:"title of what was studied"`
	Title    string `json:"meeting"`
	Place    string `json:"place"`
	Starts   int64  `json:"starts" doc:"Unix milliseconds UTC"`
	Closes   int64  `json:"closes" doc:"answers count until then"`
	Question string `json:"question" enum:",there,form,heard" doc:"the next one; empty: answered"`
	Step     int64  `json:"step" doc:"its number, from 1"`

	campaign id.ID
}

// MyAsks are the questions to the actor, oldest first; answered ones stay until the time is over.
func (s *Service) MyAsks(ctx context.Context, who access.Actor) (out []Mine, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out, err = s.mine(ctx, tx, who)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("my back-checks: %w", err)
	}
	return out, nil
}

func (s *Service) mine(ctx context.Context, tx db.Tx, who access.Actor) ([]Mine, error) {
	out := []Mine{}
	if who.Person == 0 {
		return out, nil
	}
	list, err := ofPerson(ctx, tx, who.Person, s.Now.Ms())
	if err != nil {
		return nil, err
	}
	seen := map[id.ID]bool{}
	for _, a := range list {
		if seen[a.Campaign] {
			continue // asked by two levels, answered once
		}
		seen[a.Campaign] = true
		m, err := told(ctx, tx, a)
		if err != nil {
			return nil, err
		}
		m.Question = a.Said.Next()
		for i, q := range Questions {
			if q == m.Question {
				m.Step = int64(i + 1)
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// Waiting counts the questions to the actor that wait for an answer.
func (s *Service) Waiting(ctx context.Context, who access.Actor) (n int64, err error) {
	if who.Person == 0 {
		return 0, nil
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err := ofPerson(ctx, tx, who.Person, s.Now.Ms())
		seen := map[id.ID]bool{} // asked by two levels, answered once
		for _, a := range list {
			if a.Said.Next() != "" && !seen[a.Campaign] {
				n++
			}
			seen[a.Campaign] = true
		}
		return err
	})
	return n, err
}

// told is what somebody is asked about, in words.
func told(ctx context.Context, tx db.Tx, a asked) (m Mine, err error) {
	m.Draw, m.Closes, m.campaign = a.Draw, a.Closes, a.Campaign
	if m.Campaign, err = db.One(ctx, tx, db.Value[string], `select title from campaign where id = $1`, a.Campaign); err != nil {
		return m, err
	}
	if a.Record == 0 {
		return m, nil
	}
	of, err := db.One(ctx, tx, func(scan func(...any) error) (m Mine, err error) {
		err = scan(&m.Title, &m.Starts, &m.Place, &m.Document)
		return m, err
	}, `select m.title, m.starts_at, coalesce(x.name, ''), d.title from attendance_record r join meeting m on m.id = r.meeting
		left join meeting_site x on x.id = r.site join document d on d.id = $2 where r.id = $1`, a.Record, a.Document)
	if fault.Of(err) == fault.Missing {
		return m, nil
	}
	m.Title, m.Starts, m.Place, m.Document = of.Title, of.Starts, of.Place, of.Document
	return m, err
}

// Answer takes the actor's answer to one question. The same answer again is taken once. Faults:
// Missing for who is not asked, or not any more; Invalid; Conflict for another answer than the one given.
func (s *Service) Answer(ctx context.Context, who access.Actor, of id.ID, question, value string) (next string, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		list, err := ofPerson(ctx, tx, who.Person, s.Now.Ms())
		if err != nil {
			return err
		}
		var this *asked
		for i := range list {
			if list[i].Draw == of {
				this = &list[i]
			}
		}
		if this == nil {
			return fault.Gone()
		}
		said, err := this.Said.With(question, value)
		if err != nil {
			return err
		}
		next = said.Next()
		return s.put(ctx, tx, list, this.Campaign, said)
	})
	if err != nil {
		return "", fmt.Errorf("answer a back-check: %w", err)
	}
	return next, nil
}

// put keeps what was said with every draw of the campaign that asks the person.
func (s *Service) put(ctx context.Context, tx db.Tx, list []asked, campaign id.ID, said Said) error {
	for _, a := range list {
		if a.Campaign != campaign || a.Said == said {
			continue
		}
		a.Said = said
		if a.Answer = Judge(a.Counted, a.Recorded, said); a.Answer != "" {
			a.Closes = s.Now.Ms()
		}
		if err := updateAnswer(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}
