package likeness

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// Mine is what an author sees: his own text, and the talk when there is one. Of other
// essays he sees nothing.
type Mine struct {
	Head
	Figures
	Level   string  `json:"level"`
	Share   int64   `json:"share"`
	Text    []Piece `json:"text" doc:"the own text in stretches"`
	Flags   []Flag  `json:"flags"`
	Notes   []Note  `json:"notes"`
	MayTell bool    `json:"may_reply"`
	Checks  int64   `json:"checks_left" doc:"self-checks that are left today"`
	Empty   bool    `json:"-"`
}

// checksMost bounds an author's own checks a day: it must not become a tool for hiding.
const checksMost = 3

// author passes for a person for whom the essay counts; for everybody else it does not exist.
func author(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) error {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_member m join essay e on e.id = m.essay
		where m.essay = $1 and m.person = $2 and e.state <> 'deleted'`, of, who.Person)
	if err == nil && (n == 0 || who.Person == 0) {
		return fault.Gone()
	}
	return err
}

// Talk is how far the talk with an essay's author is; "" while the author knows of none. It is
// joined to the room of essays in app/links.go.
func (s *Service) Talk(ctx context.Context, tx db.Tx, of id.ID) (string, error) {
	state, err := db.One(ctx, tx, db.Value[string], `select state from likeness_essay where essay = $1`, of)
	if fault.Of(err) == fault.Missing || err == nil && !Told(state) {
		return "", nil
	}
	return state, err
}

// Mine shows the talk about one's own essay; Missing while there is none.
func (s *Service) Mine(ctx context.Context, who access.Actor, of id.ID) (m Mine, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if err := author(ctx, tx, who, of); err != nil {
			return err
		}
		if m.Head, err = findHead(ctx, tx, of, who.Account); err != nil {
			return err
		}
		if !Told(m.State) {
			return fault.Gone()
		}
		_, m.MayTell = next(m.State, "reply")
		all, err := notes(ctx, tx, of)
		for _, n := range all {
			if n.Kind == "ask" || n.Kind == "reply" || n.Kind == "explain" || n.Kind == "uphold" {
				m.Notes = append(m.Notes, n)
			}
		}
		return err
	})
	if err == nil {
		err = s.own(ctx, &m, m.Body)
	}
	if err != nil {
		return Mine{}, fmt.Errorf("likeness of one's own %s: %w", of, err)
	}
	return m, nil
}

// own marks in the author's text what others have, too, without saying who.
func (s *Service) own(ctx context.Context, m *Mine, body string) error {
	c, err := s.current(ctx, m.Campaign)
	if err != nil {
		return err
	}
	e := c.engine.Prepare(body)
	r, err := s.find(ctx, c, e, m.Essay)
	if err != nil {
		return err
	}
	m.Figures, m.Flags = figures(r), flags(e.Flags, 0)
	if m.Level = m.Figures.Level(); m.Rated() {
		m.Share = m.Figures.Share()
	}
	text := newCloth(body)
	for _, x := range c.engine.Exempt(e.Text) {
		text.exempt(x.Start, x.End, x.Name)
	}
	for i, p := range inOrder(r.Passages, 0) {
		start, end := e.Span(p.From, p.To)
		text.stretch(i+1, Source{}, start, end)
	}
	m.Text = text.pieces()
	return nil
}

// Reply is the author's word in the talk.
func (s *Service) Reply(ctx context.Context, who access.Actor, of id.ID, n Note) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := author(ctx, tx, who, of); err != nil {
			return err
		}
		h, err := findHead(ctx, tx, of, who.Account)
		if err != nil {
			return err
		}
		if !Told(h.State) {
			return fault.Gone()
		}
		n.Kind = "reply"
		return s.step(ctx, tx, who, h, n)
	})
	if err != nil {
		return fmt.Errorf("reply about %s: %w", of, err)
	}
	return nil
}

// Check compares what an author has written so far, a few times a day. Nothing is kept but
// that it was done. Faults: TooMany, Conflict when the essay is not being written.
func (s *Service) Check(ctx context.Context, who access.Actor, of id.ID) (m Mine, err error) {
	var body string
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if err := author(ctx, tx, who, of); err != nil {
			return err
		}
		if body, err = s.draft(ctx, tx, of, &m); err != nil || m.Empty {
			return err
		}
		day := s.Now.Day()
		used, err := db.One(ctx, tx, db.Value[int64], `insert into likeness_check (person, day, n) values ($1, $2, 1)
			on conflict (person, day) do update set n = likeness_check.n + 1 returning n`, who.Person, day)
		if err != nil {
			return err
		}
		if m.Checks = checksMost - used; m.Checks < 0 {
			return fault.New(fault.TooMany, "likeness.checked_enough", "n", checksMost)
		}
		_, err = tx.ExecContext(ctx, `delete from likeness_check where person = $1 and day <> $2`, who.Person, day)
		return err
	})
	if err == nil && !m.Empty {
		err = s.own(ctx, &m, body)
	}
	if err != nil {
		return Mine{}, fmt.Errorf("own check of %s: %w", of, err)
	}
	return m, nil
}

// draft is the text of an essay being written.
func (s *Service) draft(ctx context.Context, tx db.Tx, of id.ID, m *Mine) (string, error) {
	var state string
	var err error
	m.Head, err = db.One(ctx, tx, func(scan func(...any) error) (h Head, err error) {
		err = scan(&h.Essay, &h.Campaign, &h.Task, &h.TaskTitle, &state)
		return h, err
	}, `select e.id, e.campaign, e.task, t.title, e.state from essay e join essay_task t on t.id = e.task where e.id = $1`, of)
	if err != nil {
		return "", err
	}
	if state == "marked" {
		return "", fault.New(fault.Conflict, "likeness.not_writing")
	}
	answers, err := db.All(ctx, tx, db.Value[string], `select text from essay_answer where essay = $1 order by ord`, of)
	body := strings.Join(answers, "\n\n")
	m.Empty = len(textreuse.Fold(body).Letters) == 0
	return body, err
}
