package person

import (
	"context"

	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// Identity and phone numbers of a sheet stand in no row, change or trace: a piece holds them until they
// are sealed in its own transaction.

// readNumbers is for the draft alone; what is no number is blamed without saying it.
func (d *draft) readNumbers(c *batch.Cells) {
	identity, phone := c.Bare("identity"), c.Bare("phone")
	if identity == "" && phone == "" {
		return
	}
	n, err := secret.Cells(identity, phone)
	for _, f := range fault.List(err) {
		c.Blame(f.Field, f.Key, f.Args...)
	}
	d.numbers = n
}

// sealed are the numbers that the people of a piece have, and who has those that it brings.
type sealed struct {
	of     map[id.ID]secret.Kept
	owners map[string]id.ID // by identity number
}

// loadOwners also loads whom the identity numbers belong to.
func (k *known) loadOwners(ctx context.Context, tx db.Tx, box *seal.Box, rows []*draft) (err error) {
	var identities []string
	for _, d := range rows {
		if d.numbers.Identity != "" {
			identities = append(identities, d.numbers.Identity)
		}
	}
	if len(identities) == 0 {
		return nil
	}
	if k.sealed.owners, err = secret.Owners(ctx, tx, box, identities); err != nil {
		return err
	}
	var people []id.ID
	for _, of := range k.sealed.owners {
		people = append(people, of)
	}
	return load(ctx, tx, k.keep, "p.id", people)
}

// loadNumbers opens those of everybody whom the rows may be, when the file has any.
func (k *known) loadNumbers(ctx context.Context, tx db.Tx, box *seal.Box, rows []*draft, people []id.ID) (err error) {
	for _, d := range rows {
		if d.numbers != (secret.Numbers{}) {
			k.sealed.of, err = secret.All(ctx, tx, box, people)
			return err
		}
	}
	return nil
}

// owner is who has the identity number of a row.
func (k known) owner(d *draft) (Person, bool) {
	of, there := k.sealed.owners[d.numbers.Identity]
	if !there || d.numbers.Identity == "" {
		return Person{}, false
	}
	return k.byID[of], true
}

// byIdentity finds who a row is that nothing else tells: where all that both say is the same it is the one,
// else a question. Who is out of sight is not told of. ok is false when only a person can tell.
func (piece *Piece) byIdentity(d *draft) (old *Person, ok bool) {
	o, there := piece.known.owner(d)
	switch {
	case !there || !piece.units.byID[o.Unit].mine: // lawful refuses the number
		return nil, true
	case fold(o) == d.folded && sameName(d.Name, o.Name) && (d.Birth == "" || o.Birth == "" || sameBirth(d.Birth, o.Birth)) &&
		(d.MemberNo == "" || o.MemberNo == ""):
		return &o, true
	}
	piece.ask(d, o)
	return nil, false
}

// lawfulNumbers refuses an identity number that is somebody else's.
func (piece *Piece) lawfulNumbers(d *draft) {
	if o, there := piece.known.owner(d); there && o.ID != d.old.ID {
		d.Blame("identity", "person.identity_unusable")
	}
	if d.numbers != (secret.Numbers{}) && piece.known.sealed.of[d.old.ID].Closed {
		d.Blame("identity", "person.numbers_closed")
	}
}

// numbered is somebody whose numbers a piece changes.
type numbered struct {
	secret.Entry
	old    Person // zero for somebody new
	fields []string
}

// number notes the numbers of a row; the changes are masked.
func (piece *Piece) number(d *draft, of id.ID) (changes []batch.Change) {
	was := piece.known.sealed.of[of].Numbers
	now := d.numbers.Over(was)
	fields := secret.Fields(was, now)
	if len(fields) == 0 {
		return nil
	}
	piece.numbers = append(piece.numbers, numbered{secret.Entry{Person: of, Numbers: now}, d.old, fields})
	old, new := was.Masked(), now.Masked()
	for _, f := range fields {
		c := batch.Change{Field: f, Old: old.Identity, New: new.Identity}
		if f == "phone" {
			c.Old, c.New = old.Phone, new.Phone
		}
		changes = append(changes, c)
	}
	return changes
}

// enterNumbers seals the numbers of a piece. Those of new people come and go with them.
func (s *Service) enterNumbers(ctx context.Context, tx db.Tx, p *Pass, piece *Piece, trace func(old, now Person) *Trace) error {
	if len(piece.numbers) == 0 {
		return nil
	}
	list := make([]secret.Entry, len(piece.numbers))
	for i, n := range piece.numbers {
		list[i] = n.Entry
	}
	traces, err := secret.Enter(ctx, tx, s.Seal, list, piece.known.sealed.of)
	if err != nil {
		return err
	}
	for _, n := range piece.numbers {
		if n.old.ID == 0 {
			continue
		}
		t := traces[n.Person]
		trace(n.old, n.old).Numbers = &t
		if err := audit.Write(ctx, tx, piece.who, piece.At, "person.numbers", n.Person, n.old.Unit, map[string]any{"fields": n.fields}, p.File); err != nil {
			return err
		}
	}
	return nil
}

// unnumber takes numbers of a sheet back.
func (s *Service) unnumber(ctx context.Context, tx db.Tx, t Trace) error {
	if s.Seal == nil {
		return errTouched
	}
	ok, err := secret.Undo(ctx, tx, s.Seal, t.Person, *t.Numbers)
	if err == nil && !ok {
		err = errTouched
	}
	return err
}
