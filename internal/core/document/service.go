package document

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
)

// Service is the room's desk.
type Service struct {
	DB    *db.DB
	Now   clock.Now
	Files *file.Store
}

// Known says that the paper stands in the register already, as Of; it unwraps to a
// Conflict fault.
type Known struct {
	Of id.ID
	error
}

// Unwrap gives the fault.
func (k *Known) Unwrap() error { return k.error }

// Register puts a paper into the register of d.Unit. Sent twice by the same account it is
// made once. Faults: Invalid, Denied, Missing, Conflict (*Known when the paper is there).
func (s *Service) Register(ctx context.Context, who access.Actor, d Document) (Document, error) {
	d = d.tidy()
	if err := d.check(s.Now.Day()); err != nil {
		return d, err
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.DocumentEdit, d.Unit); err != nil {
			return err
		}
		old, err := Find(ctx, tx, d.ID)
		if err == nil {
			return again(&d, old, who)
		}
		if fault.Of(err) != fault.Missing {
			return err
		}
		d.CreatedAt, d.CreatedBy, d.Sample = s.Now.Ms(), who.Account, false
		if err := s.fits(ctx, tx, who, &d, nil); err != nil {
			return err
		}
		if err := Add(ctx, tx, d); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "document.register", d.ID, d.Unit, facts(d), "")
	})
	return d, wrap("register", err)
}

// again answers the same form sent twice.
func again(d *Document, old Document, who access.Actor) error {
	if old.CreatedBy != who.Account || old.Unit != d.Unit || old.Number != d.Number {
		return fault.New(fault.Conflict, "document.taken")
	}
	*d = old
	return nil
}

// facts are what the log keeps of a paper: nothing of its content, which may have to be
// forgotten when it turns out to be secret.
func facts(d Document) map[string]any {
	return map[string]any{"number": d.Number, "issued_on": d.IssuedOn, "secrecy": d.Secrecy}
}

// fits looks at what only the database knows: issuer, targets, and whether the paper is
// already there. had are targets that the paper has now.
func (s *Service) fits(ctx context.Context, tx db.Tx, who access.Actor, d *Document, had []id.ID) error {
	if err := issuer(ctx, tx, who, d); err != nil {
		return err
	}
	others, err := known(ctx, tx, *d)
	if err != nil {
		return err
	}
	for _, o := range others {
		if same(*d, o) {
			return &Known{o.ID, fault.New(fault.Conflict, "document.known", "number", d.Number)}
		}
	}
	for _, t := range d.Targets {
		if err := target(ctx, tx, who, t, slices.Contains(had, t)); err != nil {
			return err
		}
	}
	links, err := above(ctx, tx, d.Targets)
	if err == nil && circular(links, d.ID, d.Targets) {
		err = fault.At("targets", "document.circle")
	}
	return err
}

// issuer takes the name of a unit of the tree; it must be in sight of the one who registers.
func issuer(ctx context.Context, tx db.Tx, who access.Actor, d *Document) error {
	if d.Issuer == 0 {
		return nil
	}
	if err := access.See(ctx, tx, who, access.DocumentRead, d.Issuer); err != nil {
		return blame(err, "issuer")
	}
	u, err := org.Find(ctx, tx, d.Issuer)
	d.IssuerName = u.Name
	return err
}

// target passes what the actor sees, and what was linked before and is kept.
func target(ctx context.Context, tx db.Tx, who access.Actor, document id.ID, kept bool) error {
	t, err := Find(ctx, tx, document)
	if err == nil && !kept {
		err = access.See(ctx, tx, who, access.DocumentRead, t.Unit)
	}
	if err == nil && t.Secret() {
		return fault.At("targets", "document.target_secret")
	}
	return blame(err, "targets")
}

// blame says "choose from the list" for an id of a form that leads nowhere.
func blame(err error, field string) error {
	if k := fault.Of(err); err != nil && (k == fault.Missing || k == fault.Denied) {
		return fault.At(field, "web.choose")
	}
	return err
}

// Edit changes everything but the register that a paper stands in. A paper that becomes a
// state secret loses all that may not be kept, its files too.
func (s *Service) Edit(ctx context.Context, who access.Actor, d Document) (Document, error) {
	d = d.tidy()
	if err := d.check(s.Now.Day()); err != nil {
		return d, err
	}
	var gone []File
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		old, err := s.editable(ctx, tx, who, d.ID)
		if err != nil {
			return err
		}
		d.Unit, d.Sample, d.CreatedAt, d.CreatedBy = old.Unit, old.Sample, old.CreatedAt, old.CreatedBy
		if err := s.fits(ctx, tx, who, &d, old.Targets); err != nil {
			return err
		}
		if gone, err = s.replace(ctx, tx, d); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "document.edit", d.ID, d.Unit, facts(d), "")
	})
	if err != nil {
		return d, wrap("edit", err)
	}
	return d, s.drop(ctx, gone)
}

func (s *Service) editable(ctx context.Context, tx db.Tx, who access.Actor, document id.ID) (Document, error) {
	d, err := Find(ctx, tx, document)
	if err != nil {
		return d, err
	}
	if err := access.See(ctx, tx, who, access.DocumentRead, d.Unit); err != nil {
		return Document{}, err
	}
	if err := access.Check(ctx, tx, who, access.DocumentEdit, d.Unit); err != nil {
		return Document{}, fault.New(fault.Denied, "document.other_register")
	}
	return d, nil
}

// replace writes the whole document anew and answers the files it may no longer have.
func (s *Service) replace(ctx context.Context, tx db.Tx, d Document) (gone []File, err error) {
	if err := update(ctx, tx, d); err != nil {
		return nil, err
	}
	if err := details(ctx, tx, d); err != nil || !d.Secret() {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `delete from document_link where target = $1`, d.ID); err != nil {
		return nil, err
	}
	if gone, err = filesOf(ctx, tx, d.ID); err != nil {
		return nil, err
	}
	return gone, deleteFiles(ctx, tx, d.ID, 0)
}

// Link adds what a paper implements; twice is no fault.
func (s *Service) Link(ctx context.Context, who access.Actor, document, implements id.ID) error {
	return s.relink(ctx, who, document, implements, "document.link", func(targets []id.ID) []id.ID {
		return unique(append(targets, implements))
	})
}

// Unlink takes it away; what was not linked is no fault.
func (s *Service) Unlink(ctx context.Context, who access.Actor, document, implements id.ID) error {
	return s.relink(ctx, who, document, implements, "document.unlink", func(targets []id.ID) []id.ID {
		return slices.DeleteFunc(targets, func(t id.ID) bool { return t == implements })
	})
}

func (s *Service) relink(ctx context.Context, who access.Actor, document, implements id.ID, action string, change func([]id.ID) []id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		d, err := s.editable(ctx, tx, who, document)
		if err != nil {
			return err
		}
		if d.Secret() {
			return fault.New(fault.Conflict, "document.secret_bare")
		}
		had := d.Targets
		d.Targets = change(slices.Clone(had))
		if slices.Equal(had, d.Targets) {
			return nil
		}
		if err := d.check(s.Now.Day()); err != nil {
			return err
		}
		if err := s.fits(ctx, tx, who, &d, had); err != nil {
			return err
		}
		if err := details(ctx, tx, d); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, d.ID, d.Unit, map[string]any{"target": implements}, "")
	})
	return wrap("link", err)
}

// wrap says where an error comes from; faults are for the reader and pass as they are.
func wrap(what string, err error) error {
	if err == nil || fault.Of(err) != fault.Internal {
		return err
	}
	return fmt.Errorf("%s document: %w", what, err)
}
