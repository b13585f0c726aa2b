package person

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Trace is what an import did to somebody who was known, enough to take it back.
type Trace struct {
	Person id.ID       `json:"person"`
	Old    Person      `json:"old"`
	New    Person      `json:"new"`
	Home   *Membership `json:"home,omitempty"` // before a move
	From   string      `json:"from,omitempty"` // first day in the new one
	Fix    bool        `json:"fix,omitempty"`  // it was corrected, not ended
	Relief *Exemption  `json:"relief,omitempty"`
	Was    *Exemption  `json:"was,omitempty"` // the exemption before; nil when it is new
	Left   string      `json:"left,omitempty"`

	Numbers *secret.Trace `json:"numbers,omitempty"`

	Further []Membership `json:"further,omitempty"` // as they were, of those that the move or the leaving ended
}

// enter writes a piece.
func (s *Service) enter(ctx context.Context, tx db.Tx, p *Pass, piece *Piece) error {
	piece.At, piece.Changes = s.Now.Ms(), nil
	people := make([]record, len(piece.added))
	for i, d := range piece.added {
		people[i] = d.made
		if i == 0 || d.ID < piece.First {
			piece.First = d.ID
		}
		piece.Until = max(piece.Until, d.ID)
	}
	if err := insertAll(ctx, tx, people, piece.At, piece.who.Account); err != nil {
		return err
	}
	traces := map[id.ID]*Trace{}
	trace := func(old, now Person) *Trace {
		t := traces[old.ID]
		if t == nil {
			t = &Trace{Person: old.ID, Old: old, New: now}
			traces[old.ID] = t
		}
		return t
	}
	for _, e := range piece.edits {
		trace(e.old, e.new)
		if err := s.change(ctx, tx, piece.who, e.old, e.new, p.File); err != nil {
			return err
		}
	}
	for _, e := range piece.moves {
		if err := s.enterMove(ctx, tx, p, piece, e, trace(e.old, e.new)); err != nil {
			return err
		}
	}
	if err := s.enterRelief(ctx, tx, p, piece, trace); err != nil {
		return err
	}
	if err := s.enterNumbers(ctx, tx, p, piece, trace); err != nil {
		return err
	}
	for _, d := range piece.drafts {
		if t := traces[d.old.ID]; t != nil {
			piece.Changes = append(piece.Changes, *t)
		}
	}
	return nil
}

func (s *Service) enterMove(ctx context.Context, tx db.Tx, p *Pass, piece *Piece, e edit, t *Trace) (err error) {
	last, from := piece.known.homes[e.old.ID], cmp.Or(e.since, p.today)
	t.Home, t.From, t.Fix = &last, from, last.From == from
	t.Further, err = s.move(ctx, tx, piece.who, e.old, e.new.Unit, from, p.File)
	return err
}

// enterRelief writes exemptions; those of new people need no trace and no line of their own, since
// they come and go with them.
func (s *Service) enterRelief(ctx context.Context, tx db.Tx, p *Pass, piece *Piece, trace func(old, now Person) *Trace) error {
	if err := AddExemptions(ctx, tx, piece.relief, piece.At, piece.who.Account); err != nil {
		return err
	}
	for _, e := range piece.relief {
		if old, known := piece.known.byID[e.Person]; known {
			trace(old, old).Relief = &e
			if err := audit.Write(ctx, tx, piece.who, piece.At, "person.exempt", e.Person, old.Unit, e, p.File); err != nil {
				return err
			}
		}
	}
	for _, e := range piece.longer {
		if err := updateExemption(ctx, tx, e, piece.At, piece.who.Account); err != nil {
			return err
		}
		old, was := piece.known.byID[e.Person], piece.before[e.ID]
		t := trace(old, old)
		t.Relief, t.Was = &e, &was
		if err := audit.Write(ctx, tx, piece.who, piece.At, "person.exempt", e.Person, old.Unit, e, p.File); err != nil {
			return err
		}
	}
	return nil
}

// Counts of an import's line in the log.
type Counts struct {
	File    string `json:"file"`
	New     int64  `json:"added"`
	Changed int64  `json:"changed"`
	Removed int64  `json:"removed,omitempty"`
}

// Imported writes the line of a whole import, at each unit of the officer's that it went to.
func (s *Service) Imported(ctx context.Context, tx db.Tx, p *Pass, sheet id.ID, c Counts) error {
	into, err := access.Into(ctx, tx, p.Who, access.PersonEdit, slices.Collect(maps.Keys(p.homes)))
	if err != nil {
		return err
	}
	for _, unit := range into {
		if err := audit.Write(ctx, tx, p.Who, s.Now.Ms(), "person.import", sheet, unit, c, ""); err != nil {
			return err
		}
	}
	return nil
}
