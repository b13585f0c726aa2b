package access

import (
	"context"
	"fmt"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// tree is 1 over 2 and 3, 2 over 4.
func tree(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		for u := range id.ID(5) {
			if u == 0 {
				continue
			}
			if _, err := tx.ExecContext(ctx, `insert into org_unit (id, code, level, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', 'x', 'x', 'x', 'x', 0)`, u, fmt.Sprint(int64(u))); err != nil {
				return err
			}
		}
		for u, path := range map[int][]int{1: {1}, 2: {2, 1}, 3: {3, 1}, 4: {4, 2, 1}} {
			for depth, top := range path {
				if _, err := tx.ExecContext(ctx, `insert into org_below (top, unit, depth) values ($1, $2, $3)`, id.ID(top), id.ID(u), depth); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func at(r Role, units ...id.ID) Actor {
	a := Actor{Account: 9, Name: "Cán bộ mẫu"}
	for _, u := range units {
		a.Grants = append(a.Grants, Grant{Role: r, Unit: u, From: "2018-01-01"})
	}
	return a
}

func TestCheckAndSee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree(t, d)
		ok := fault.Kind(-1)
		for _, c := range []struct {
			name  string
			who   Actor
			need  Need
			unit  id.ID
			check fault.Kind
			see   fault.Kind
		}{
			{"at one's own unit", at(UnitOfficer, 2), PlanEdit, 2, ok, ok},
			{"below it", at(UnitOfficer, 2), PlanEdit, 4, ok, ok},
			{"above it", at(UnitOfficer, 2), PlanRead, 1, fault.Missing, ok},
			{"beside it", at(UnitOfficer, 2), PlanRead, 3, fault.Missing, fault.Missing},
			{"without the need", at(Secretary, 2), PlanEdit, 4, fault.Denied, fault.Denied},
			{"two grants, the second fits", at(UnitOfficer, 3, 2), PlanEdit, 4, ok, ok},
			{"nobody", Actor{}, PlanRead, 1, fault.Missing, fault.Missing},
			{"a unit that is none", at(Officer, 1), PlanRead, 77, fault.Missing, fault.Missing},
			{"the program itself", System("x"), PlanEdit, 3, ok, ok},
		} {
			err := d.Read(context.Background(), func(tx db.Tx) error {
				if err := Check(context.Background(), tx, c.who, c.need, c.unit); (err == nil) != (c.check == ok) || err != nil && fault.Of(err) != c.check {
					t.Errorf("%s: check %v", c.name, err)
				}
				if err := See(context.Background(), tx, c.who, c.need, c.unit); (err == nil) != (c.see == ok) || err != nil && fault.Of(err) != c.see {
					t.Errorf("%s: see %v", c.name, err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		tree(t, d)
		count := func(s Scope, where func(Scope, string, *[]any) string) (n int64) {
			args := []any{}
			q := `select count(*) from org_unit u where ` + where(s, "u.id", &args)
			if err := d.Read(context.Background(), func(tx db.Tx) (err error) {
				n, err = db.One(context.Background(), tx, db.Value[int64], q, args...)
				return err
			}); err != nil {
				t.Error(err)
			}
			return n
		}
		for _, c := range []struct {
			name        string
			s           Scope
			below, seen int64
		}{
			{"an officer of 2", at(UnitOfficer, 2).Scope(PlanRead), 2, 3},
			{"an officer of everything", at(Officer, 1).Scope(PlanRead), 4, 4},
			{"of two units", at(UnitOfficer, 3, 4).Scope(PlanRead), 2, 4},
			{"a role without the need", at(Usher, 1).Scope(PersonRead), 0, 0},
			{"the zero scope sees nothing", Scope{}, 0, 0},
			{"the program", System("x").Scope(PlanRead), 4, 4},
		} {
			if n := count(c.s, Scope.Where); n != c.below {
				t.Errorf("%s: %d below, want %d", c.name, n, c.below)
			}
			if n := count(c.s, Scope.WhereSeen); n != c.seen {
				t.Errorf("%s: %d seen, want %d", c.name, n, c.seen)
			}
		}
	})
}

func TestRoles(t *testing.T) {
	for _, r := range Roles {
		if !r.Known() || len(needs[r]) == 0 {
			t.Errorf("%s can do nothing", r)
		}
	}
	for _, c := range []struct {
		role Role
		need Need
		can  bool
	}{
		{Inspector, AuditRead, true}, {Inspector, ReportEdit, false}, {Leader, ReportAccept, false}, {Usher, PersonRead, false},
		{Member, PersonRead, false}, {Administrator, CampaignEdit, false}, {Secretary, PlanEdit, false}, {UnitOfficer, AccountEdit, false},
	} {
		if c.role.Can(c.need) != c.can {
			t.Errorf("%s, %s: %v", c.role, c.need, !c.can)
		}
	}
	if !(Actor{Account: 1}).Holds(Signed) || (Actor{}).Holds(Signed) || !(Actor{}).Holds(Anyone) || (Actor{Account: 1}).Holds(Self) {
		t.Error("what everybody holds")
	}
}
