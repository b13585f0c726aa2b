package likeness

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/work/essay"
)

// Service holds the use cases of likeness.
type Service struct {
	DB     *db.DB
	Now    clock.Now
	Secret []byte // of the installation; keys the fingerprints and must stay the same

	corpora corpora
	self    self
}

// HandedIn makes a version wait to be compared; joined to essay in app/links.go.
func (s *Service) HandedIn(ctx context.Context, tx db.Tx, essay, version id.ID) error {
	return put(ctx, tx, essay, version)
}

// Deleted drops everything known of an essay; its fingerprints leave memory and the stored
// index when the index is stored next, at the latest after midnight.
func (s *Service) Deleted(ctx context.Context, tx db.Tx, of id.ID) error {
	return remove(ctx, tx, of)
}

// Sentence is what was last found of an essay, for the marker; "" when nothing is shared.
func (s *Service) Sentence(ctx context.Context, tx db.Tx, lang string, of id.ID) (string, error) {
	f, err := db.One(ctx, tx, scanFigures, `select own, copied, exempt, longest, sources from likeness_essay where essay = $1 and seq is not null`, of)
	if fault.Of(err) == fault.Missing || err == nil && f.Copied == 0 {
		return "", nil
	}
	return Say(lang, f), err
}

func scanFigures(scan func(...any) error) (f Figures, err error) {
	err = scan(&f.Own, &f.Copied, &f.Exempt, &f.Longest, &f.Sources)
	return f, err
}

// Say is the one sentence that stands before any number.
func Say(lang string, f Figures) string {
	n := text.For(lang).Int
	if f.Copied == 0 {
		return words.T(lang, "likeness.sentence_none", "own", n(f.Own), "exempt", n(f.Exempt))
	}
	return words.T(lang, "likeness.sentence", "own", n(f.Own), "copied", n(f.Copied), "exempt", n(f.Exempt), "longest", n(f.Longest), "n", n(f.Sources))
}

// lead tells the essay whether it waits for a talk.
func (s *Service) lead(ctx context.Context, tx db.Tx, of id.ID) error {
	var state string
	f, err := db.One(ctx, tx, func(scan func(...any) error) (f Figures, err error) {
		err = scan(&f.Own, &f.Copied, &f.Exempt, &f.Longest, &f.Sources, &state)
		return f, err
	}, `select own, copied, exempt, longest, sources, state from likeness_essay where essay = $1`, of)
	if err != nil {
		return err
	}
	return essay.SetLead(ctx, tx, of, state != Explained && (f.Lead() || state != None))
}

// Note is a line of the talk about an essay.
type Note struct {
	ID   id.ID  `json:"id"`
	Kind string `json:"kind" enum:"lead,ask,reply,explain,propose,uphold,reopen"`
	Body string `json:"body"`
	Who  string `json:"who"`
	At   int64  `json:"at"`
	By   id.ID  `json:"-"`
}

const noteMax = 2000

func notes(ctx context.Context, tx db.Tx, of id.ID) ([]Note, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (n Note, err error) {
		err = scan(&n.ID, &n.Kind, &n.Body, &n.Who, &n.At, &n.By)
		return n, err
	}, `select id, kind, body, who, at, by from likeness_note where essay = $1 order by at, id`, of)
}

// Step takes the talk about an essay one step on. n.ID is the form's key. Upholding takes
// another reader than proposing. Faults: Invalid without words where the author reads them,
// Conflict when the step is not open any more.
func (s *Service) Step(ctx context.Context, who access.Actor, of id.ID, n Note) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		h, err := s.head(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayMark, h.Unit); err != nil {
			return err
		}
		if err := others(ctx, tx, who, of); err != nil {
			return err
		}
		if h.Waits || h.Handwritten {
			return fault.New(fault.Conflict, "likeness.not_compared")
		}
		if n.Kind == "uphold" {
			if err := second(ctx, tx, of, who); err != nil {
				return err
			}
		}
		return s.step(ctx, tx, who, h, n)
	})
	if err != nil {
		return fmt.Errorf("%s in the talk about %s: %w", n.Kind, of, err)
	}
	return nil
}

// others refuses the author as a reader of the own essay: the way there is Mine. Fault: Denied.
func others(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) error {
	err := author(ctx, tx, who, of)
	if err == nil {
		return fault.New(fault.Denied, "likeness.own")
	}
	if fault.Of(err) == fault.Missing {
		return nil
	}
	return err
}

// nameless takes the author's name off the replies.
func nameless(all []Note) {
	for i := range all {
		if all[i].Kind == "reply" {
			all[i].Who = ""
		}
	}
}

// proposed reports whether who made the last proposal.
func proposed(all []Note, who access.Actor) (mine bool) {
	for _, n := range all {
		if n.Kind == "propose" {
			mine = n.By == who.Account
		}
	}
	return mine
}

// second refuses the reader who proposed.
func second(ctx context.Context, tx db.Tx, of id.ID, who access.Actor) error {
	all, err := notes(ctx, tx, of)
	if err == nil && proposed(all, who) {
		err = fault.New(fault.Conflict, "likeness.needs_second")
	}
	return err
}

func (s *Service) step(ctx context.Context, tx db.Tx, who access.Actor, h Head, n Note) error {
	done, err := db.One(ctx, tx, db.Value[int64], `select count(*) from likeness_note where id = $1 and essay = $2 and kind = $3 and by = $4`, n.ID, h.Essay, n.Kind, who.Account)
	if err != nil || done > 0 {
		return err
	}
	to, ok := next(h.State, n.Kind)
	switch {
	case !ok:
		return fault.New(fault.Conflict, "likeness.not_open")
	case n.Kind != "lead" && strings.TrimSpace(n.Body) == "":
		return fault.At("body", "web.required")
	}
	taken, err := db.One(ctx, tx, db.Value[int64], `select count(*) from likeness_note where id = $1`, n.ID)
	if err != nil || taken > 0 || n.ID == 0 {
		if err == nil {
			err = fault.New(fault.Conflict, "likeness.id_taken")
		}
		return err
	}
	if _, err := tx.ExecContext(ctx, `insert into likeness_note (id, essay, kind, body, who, at, by) values ($1, $2, $3, $4, $5, $6, $7)`,
		n.ID, h.Essay, n.Kind, n.Body, who.Name, s.Now.Ms(), who.Account); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update likeness_essay set state = $1 where essay = $2`, to, h.Essay); err != nil {
		return err
	}
	if err := s.lead(ctx, tx, h.Essay); err != nil {
		return err
	}
	subject := h.Essay
	if n.Kind == "reply" { // by the author: the log lifts no veil
		subject = h.Task
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "likeness."+n.Kind, subject, h.Unit, nil, n.Body)
}

// Unveil shows who an essay's author is to who, from now on; the reason is logged. Faults:
// Denied without the second permission, Invalid without a reason.
func (s *Service) Unveil(ctx context.Context, who access.Actor, of id.ID, why string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		h, err := s.head(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayIdentify, h.Unit); err != nil {
			return err
		}
		if strings.TrimSpace(why) == "" {
			return fault.At("why", "web.required")
		}
		n, err := db.Exec(ctx, tx, `insert into likeness_unveiled (account, essay, why, at) values ($1, $2, $3, $4) on conflict (account, essay) do nothing`,
			who.Account, of, why, s.Now.Ms())
		if err != nil || n == 0 {
			return err
		}
		people, err := db.All(ctx, tx, db.Value[id.ID], `select person from essay_member where essay = $1`, of)
		if err != nil {
			return err
		}
		if err := audit.Look(ctx, tx, who, s.Now.Ms(), audit.Sight{Unit: h.Unit, People: people, Purpose: "essay.author", Why: why}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "likeness.identify", of, h.Unit, nil, why)
	})
	if err != nil {
		return fmt.Errorf("lift the veil over %s: %w", of, err)
	}
	return nil
}
