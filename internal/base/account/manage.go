package account

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Filter says which accounts a list holds; zero fields do not narrow.
type Filter struct {
	Text  string // folded search in name and login
	Role  access.Role
	State string // "active", "disabled"
	Page  db.Page
}

// List shows a keeper the accounts within the scope, by name, with those of their grants
// that lie within it.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (rows db.Rows[Account], total int64, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if rows, err = list(ctx, tx, who, f); err != nil {
			return err
		}
		if total, err = count(ctx, tx, who, f); err != nil {
			return err
		}
		ids := make([]id.ID, len(rows.Items))
		for i, a := range rows.Items {
			ids[i] = a.ID
		}
		of, err := s.grantsOf(ctx, tx, who, ids, false)
		for i := range rows.Items {
			rows.Items[i].Grants = listed(of[rows.Items[i].ID])
		}
		return err
	})
	if err != nil {
		return rows, total, err
	}
	seen := audit.Sight{Units: audit.Under(0, who.Scope(access.AccountEdit)), Purpose: "account.list"}
	for _, a := range rows.Items {
		if a.Person != 0 {
			seen.People = append(seen.People, a.Person)
		}
	}
	return rows, total, audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// Show loads one account of the scope with its grants there; who read it is written first.
// Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, account id.ID) (a Account, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		a, err = s.shown(ctx, tx, who, account)
		return err
	})
	if err != nil {
		return a, err
	}
	return a, s.looked(ctx, who, a)
}

// looked writes that who read the account of somebody in the rosters.
func (s *Service) looked(ctx context.Context, who access.Actor, a Account) error {
	if a.Person == 0 {
		return nil
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), audit.Sight{Person: a.Person, Unit: a.home, Purpose: "account.page"})
}

func (s *Service) shown(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (Account, error) {
	a, err := visible(ctx, tx, who, account)
	if err != nil {
		return Account{}, err
	}
	of, err := s.grantsOf(ctx, tx, who, []id.ID{a.ID}, false)
	a.Grants = listed(of[a.ID])
	return a, err
}

// listed is never null in JSON.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// reach loads an account that who may take in hand as a whole. Faults: Missing; Denied
// account.wider when it has a right, or a person, outside what who could give.
func (s *Service) reach(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (Account, error) {
	a, err := visible(ctx, tx, who, account)
	if err != nil {
		return Account{}, err
	}
	wider := fault.New(fault.Denied, "account.wider")
	if a.Person != 0 {
		_, err := findPerson(ctx, tx, who.Scope(access.AccountEdit), a.Person, "")
		if fault.Of(err) == fault.Missing {
			return Account{}, wider
		}
		if err != nil {
			return Account{}, err
		}
	}
	of, err := s.grantsOf(ctx, tx, who, []id.ID{a.ID}, true)
	if err != nil {
		return Account{}, err
	}
	for _, g := range of[a.ID] {
		own, err := access.Over(ctx, tx, who, g.Unit)
		if err != nil {
			return Account{}, err
		}
		if !g.Inside() || !grant.May(who, own, g.Role) {
			return Account{}, wider
		}
	}
	return a, nil
}

// New is an account to be made. Person or Card ties it to somebody in the rosters, whose
// name it takes; otherwise Name is its name.
type New struct {
	ID     id.ID
	Login  string
	Name   string
	Person id.ID
	Card   string // number of a Party card, instead of Person
	Lang   string // "" is Vietnamese
	Grants []NewGrant
}

// Create makes an account without a password; NewLink or NewPassword lets it in. Sent
// twice with the same id it answers as if just made. Faults: Invalid, Missing (unit or
// person outside the scope), Denied (a role that who cannot give), Conflict.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (a Account, err error) {
	in.Login = foldLogin(in.Login)
	if err := checkLogin(in.Login); err != nil {
		return Account{}, err
	}
	if len(in.Grants) == 0 && who.Account != 0 {
		return Account{}, fault.At("role", "account.needs_grant")
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		a, err = s.create(ctx, tx, who, in)
		return err
	})
	s.seen.drop()
	return a, err
}

func (s *Service) create(ctx context.Context, tx db.Tx, who access.Actor, in New) (Account, error) {
	old, err := find(ctx, tx, in.ID)
	if err == nil {
		if old.createdBy != who.Account || old.Login != in.Login {
			return Account{}, fault.New(fault.Conflict, "account.twice")
		}
		return s.shown(ctx, tx, who, in.ID)
	}
	if fault.Of(err) != fault.Missing {
		return Account{}, err
	}
	a := Account{ID: in.ID, Login: in.Login, Name: in.Name, Lang: in.Lang, createdBy: who.Account}
	if a.Lang == "" {
		a.Lang = "vi"
	}
	if err := s.tie(ctx, tx, who, &a, in); err != nil {
		return Account{}, err
	}
	if err := insert(ctx, tx, a, s.Now.Ms()); err != nil {
		return Account{}, err
	}
	for _, g := range in.Grants {
		if err := s.Grants().GiveIn(ctx, tx, who, holder(a), g); err != nil {
			return Account{}, err
		}
	}
	detail := map[string]string{"login": a.Login, "name": a.Name}
	if err := audit.Write(ctx, tx, who, s.Now.Ms(), "account.create", a.ID, unitOf(in), detail, ""); err != nil {
		return Account{}, err
	}
	return s.shown(ctx, tx, who, a.ID)
}

func unitOf(in New) id.ID {
	if len(in.Grants) == 0 {
		return 0
	}
	return in.Grants[0].Unit
}

// tie gives the account its name and perhaps its person.
func (s *Service) tie(ctx context.Context, tx db.Tx, who access.Actor, a *Account, in New) error {
	if in.Person != 0 || in.Card != "" {
		p, err := findPerson(ctx, tx, who.Scope(access.AccountEdit), in.Person, in.Card)
		if fault.Of(err) == fault.Missing {
			return fault.At("card", "account.no_person")
		}
		if err != nil {
			return err
		}
		a.Person, a.Name = p.id, p.name
	}
	name, ok := text.Clean(a.Name)
	if !ok || name == "" || len([]rune(name)) > maxName {
		return fault.At("name", "account.bad_name")
	}
	a.Name = name
	byLogin, byPerson, err := taken(ctx, tx, a.Login, a.Person)
	switch {
	case err != nil:
		return err
	case byLogin:
		return fault.At("login", "account.login_taken")
	case byPerson:
		return fault.At("card", "account.person_taken")
	}
	return nil
}

// Disable shuts an account out at once, with its tokens and links, and stops those to whom it
// passed parts of its rights; Enable lets it in again. Faults as reach, and
// Conflict for one's own account.
func (s *Service) Disable(ctx context.Context, who access.Actor, account id.ID, why string) error {
	return s.shut(ctx, who, account, s.Now.Ms(), "account.disable", why)
}

// Enable undoes Disable; the sessions and tokens that it ended stay ended.
func (s *Service) Enable(ctx context.Context, who access.Actor, account id.ID) error {
	return s.shut(ctx, who, account, 0, "account.enable", "")
}

func (s *Service) shut(ctx context.Context, who access.Actor, account id.ID, at int64, action, why string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if account == who.Account {
			return fault.New(fault.Conflict, "account.own_account")
		}
		a, err := s.reach(ctx, tx, who, account)
		switch {
		case err != nil:
			return err
		case (a.DisabledAt != 0) == (at != 0):
			return nil // as asked already
		}
		if err := setDisabled(ctx, tx, a.ID, at); err != nil {
			return err
		}
		if at != 0 {
			if err := s.endFor(ctx, tx, a.ID); err != nil {
				return fmt.Errorf("end sessions: %w", err)
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, a.ID, a.home, nil, why)
	})
	s.seen.drop()
	return err
}

// lookedAt is looked for the rooms that have no more than the account's id.
func (s *Service) lookedAt(ctx context.Context, who access.Actor, account id.ID) error {
	var a Account
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		a, err = find(ctx, tx, account)
		return err
	})
	if err != nil {
		return err
	}
	return s.looked(ctx, who, a)
}

// endFor ends every way in of an account but its password, and what runs for it and for those to
// whom it passed parts of its rights.
func (s *Service) endFor(ctx context.Context, tx db.Tx, account id.ID) error {
	if err := dropLinks(ctx, tx, "signin", account); err != nil {
		return err
	}
	if err := s.EndAll(ctx, tx, account); err != nil {
		return err
	}
	return s.Grants().StopParts(ctx, tx, account)
}

// inHand is Show that also says whether the account reaches further than who does.
func (s *Service) inHand(ctx context.Context, who access.Actor, account id.ID) (a Account, wider bool, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if a, err = s.shown(ctx, tx, who, account); err != nil {
			return err
		}
		_, err = s.reach(ctx, tx, who, account)
		wider = fault.Of(err) == fault.Denied
		if wider {
			return nil
		}
		return err
	})
	if err != nil {
		return a, wider, err
	}
	return a, wider, s.looked(ctx, who, a)
}

// personOf is somebody of the scope for whom an account is to be made; who read it is written first.
func (s *Service) personOf(ctx context.Context, who access.Actor, of id.ID) (p person, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		p, err = findPerson(ctx, tx, who.Scope(access.AccountEdit), of, "")
		return err
	})
	if err != nil {
		return p, err
	}
	return p, s.looked(ctx, who, Account{Person: p.id, home: p.unit})
}

func (s *Service) any(ctx context.Context) (any bool, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		any, err = anyAccount(ctx, tx)
		return err
	})
	return any, err
}
