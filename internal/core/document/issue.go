package document

import (
	"context"
	"errors"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Issue puts a paper that another room has made, such as a sent plan, into the register,
// inside that room's transaction: the caller has checked that who may issue it. A paper
// under the same id is written anew; one that the register has under another id already
// stays as it is, but implements the targets too. It answers under which id it stands.
// Faults: Invalid, Conflict for a secret one.
func (s *Service) Issue(ctx context.Context, tx db.Tx, who access.Actor, d Document) (id.ID, error) {
	of, err := s.issue(ctx, tx, who, d.tidy())
	if err != nil {
		return 0, fmt.Errorf("issue document %s: %w", d.ID, err)
	}
	return of, nil
}

func (s *Service) issue(ctx context.Context, tx db.Tx, who access.Actor, d Document) (id.ID, error) {
	if err := d.check(s.Now.Day()); err != nil {
		return 0, err
	}
	old, err := Find(ctx, tx, d.ID)
	there := err == nil
	if err != nil && fault.Of(err) != fault.Missing {
		return 0, err
	}
	err = s.fits(ctx, tx, who, &d, old.Targets)
	if known, ok := errors.AsType[*Known](err); ok {
		return known.Of, s.adopt(ctx, tx, who, known.Of, d.Targets)
	}
	if err != nil {
		return 0, err
	}
	action := "document.register"
	if there {
		action, d.Parts, d.CreatedAt, d.CreatedBy = "document.edit", old.Parts, old.CreatedAt, old.CreatedBy
		_, err = s.replace(ctx, tx, d)
	} else {
		d.CreatedAt, d.CreatedBy = s.Now.Ms(), who.Account
		err = Add(ctx, tx, d)
	}
	if err != nil {
		return 0, err
	}
	return d.ID, audit.Write(ctx, tx, who, s.Now.Ms(), action, d.ID, d.Unit, facts(d), "")
}

// adopt links a paper that somebody had registered by hand.
func (s *Service) adopt(ctx context.Context, tx db.Tx, who access.Actor, document id.ID, targets []id.ID) error {
	d, err := Find(ctx, tx, document)
	if err != nil {
		return err
	}
	if d.Secret() {
		return fault.New(fault.Conflict, "document.secret_bare")
	}
	all := unique(append(d.Targets, targets...))
	if len(all) == len(d.Targets) {
		return nil
	}
	links, err := above(ctx, tx, all)
	if err != nil || circular(links, d.ID, all) {
		return err // a paper that already stands above its targets keeps its place
	}
	d.Targets = all
	if err := details(ctx, tx, d); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "document.link", d.ID, d.Unit, map[string]any{"targets": targets}, "")
}
