package slip

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service is the desk of slips over the accounts.
type Service struct {
	DB      *db.DB
	Now     clock.Now
	Account *account.Service
}

// List shows a secretary the members of the cell, by name; who read it is written first. Fault:
// Denied for who is none.
func (s *Service) List(ctx context.Context, who access.Actor, page db.Page) (list db.Rows[Row], err error) {
	if who, err = secretary(who); err != nil {
		return list, err
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = rows(ctx, tx, who.Scope(access.MeetingEdit), nil, s.Now.Ms(), s.Now.Day(), page)
		return err
	})
	if err != nil {
		return list, err
	}
	return list, audit.Tell(ctx, s.DB, who, s.Now.Ms(), sight(who, list.Items, "slip.list"))
}

func sight(who access.Actor, list []Row, purpose string) audit.Sight {
	seen := audit.Sight{Units: audit.Under(0, who.Scope(access.MeetingEdit)), Purpose: purpose}
	for _, r := range list {
		seen.People = append(seen.People, r.Person)
	}
	return seen
}

// Print makes slips that are good for some days, in the place of those of the same people that
// were not used. batch is the key against printing twice: codes are told once only. Faults:
// Denied (no secretary, or slip.above), Missing (somebody outside the cell), Invalid, Conflict.
func (s *Service) Print(ctx context.Context, who access.Actor, batch id.ID, people []id.ID, days int64) (out []Printed, err error) {
	who, err = secretary(who)
	switch {
	case err != nil:
		return nil, err
	case len(people) == 0:
		return nil, fault.At("person", "slip.nobody")
	case len(people) > most:
		return nil, fault.At("person", "slip.many", "n", most)
	}
	if err := checkDays(days); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		out = nil
		if done, err := printed(ctx, tx, batch); err != nil || done {
			return told(err, fault.New(fault.Conflict, "slip.printed"))
		}
		list, err := rows(ctx, tx, who.Scope(access.MeetingEdit), people, s.Now.Ms(), s.Now.Day(), db.Page{Limit: most})
		if err != nil {
			return err
		}
		if len(list.Items) != distinct(people) {
			return fault.Gone()
		}
		for _, r := range list.Items {
			p, err := s.one(ctx, tx, who, batch, r, days)
			if err != nil {
				return err
			}
			out = append(out, p)
		}
		return audit.Look(ctx, tx, who, s.Now.Ms(), sight(who, list.Items, "slip.print"))
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Service) one(ctx context.Context, tx db.Tx, who access.Actor, batch id.ID, r Row, days int64) (p Printed, err error) {
	if r.Above {
		return p, fault.New(fault.Denied, "slip.above", "name", r.Name)
	}
	if r.account == 0 {
		if r.account, err = s.Account.ForMember(ctx, tx, who, r.Person, r.Name, r.Unit); err != nil {
			return p, err
		}
	}
	if _, err := revoke(ctx, tx, r.Person, s.Now.Ms()); err != nil {
		return p, err
	}
	now := s.Now.Ms()
	p = Printed{Person: r.Person, Name: r.Name, UnitName: r.UnitName, Code: secret.Easy(groups, size), Till: clock.From(now).AddDate(0, 0, int(days)).UnixMilli()}
	h, _ := hash(p.Code)
	if err := insert(ctx, tx, slip{batch, r.account, r.Person, r.Unit, who.Account, h, now, p.Till}); err != nil {
		return p, err
	}
	return p, audit.Write(ctx, tx, who, now, "account.slip", r.account, r.Unit, map[string]string{"name": r.Name, "till": clock.Day(clock.From(p.Till))}, "")
}

// Revoke takes back the slips of a member of the cell; when one was used, what is signed in with
// the account ends too. Faults: Denied, Missing.
func (s *Service) Revoke(ctx context.Context, who access.Actor, person id.ID) error {
	who, err := secretary(who)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		list, err := rows(ctx, tx, who.Scope(access.MeetingEdit), []id.ID{person}, s.Now.Ms(), s.Now.Day(), db.Page{Limit: 1})
		if err == nil && (len(list.Items) == 0 || list.Items[0].account == 0) {
			return fault.Gone()
		}
		if err != nil {
			return err
		}
		r := list.Items[0]
		used, err := revoke(ctx, tx, person, s.Now.Ms())
		if err != nil {
			return err
		}
		if used && !r.Above {
			if err := device.RevokeOthers(ctx, tx, r.account, 0, s.Now.Ms()); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.slip_revoke", r.account, r.Unit, map[string]string{"name": r.Name}, "")
	})
	s.Account.Forget()
	return err
}

// Enter signs in by a code and keeps the device. Whatever is wrong with it, the answer is the same:
// Missing slip.over.
func (s *Service) Enter(ctx context.Context, typed string, e account.Entry) (pass account.Pass, err error) {
	over := fault.New(fault.Missing, "slip.over")
	h, ok := hash(typed)
	if !ok {
		return pass, over
	}
	var of id.ID
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		of, err = find(ctx, tx, h, s.Now.Ms())
		return err
	})
	if err == nil {
		e.Keep = true
		pass, err = s.Account.Admit(ctx, of, e, false, func(tx db.Tx) error { return s.spend(ctx, tx, h, of) })
	}
	if k := fault.Of(err); err != nil && (k == fault.Missing || k == fault.Denied) {
		err = over
	}
	return pass, err
}

func (s *Service) spend(ctx context.Context, tx db.Tx, hash string, of id.ID) error {
	good, err := use(ctx, tx, hash, s.Now.Ms())
	if err == nil && good {
		good, err = plain(ctx, tx, of, s.Now.Day())
	}
	if err == nil && !good {
		err = fault.Gone()
	}
	return err
}

func distinct(list []id.ID) int {
	seen := map[id.ID]bool{}
	for _, v := range list {
		seen[v] = true
	}
	return len(seen)
}

// told prefers the first of two errors that is one.
func told(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
