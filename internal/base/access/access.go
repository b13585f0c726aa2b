package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Grant is a role at Unit for its subtree. From and To are civil dates; To "" is open.
type Grant struct {
	ID      id.ID
	Account id.ID
	Role    Role
	Unit    id.ID
	From    string
	To      string
}

// Actor is who asks, with the grants in force today. It is passed as an argument.
type Actor struct {
	Account id.ID
	Person  id.ID // zero: an account that is nobody in the rosters
	Name    string
	Lang    string // "vi" or "en"
	Grants  []Grant
	system  bool
}

// System is the program itself, on the command line of the machine's keeper.
func System(name string) Actor { return Actor{Name: name, Lang: "vi", system: true} }

// Holds reports whether the actor has the need anywhere.
func (a Actor) Holds(n Need) bool {
	switch {
	case n == Anyone || a.system:
		return true
	case n == Signed:
		return a.Account != 0
	case n == Self:
		return a.Person != 0
	}
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role.Can(n) })
}

// Is reports whether the actor has the role anywhere.
func (a Actor) Is(roles ...Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(roles, g.Role) })
}

// Home is the unit of the actor's first grant, the one pages start from; zero for none.
func (a Actor) Home() id.ID {
	if len(a.Grants) == 0 {
		return 0
	}
	return a.Grants[0].Unit
}

func (a Actor) tops(n Need) []id.ID {
	var out []id.ID
	for _, g := range a.Grants {
		if g.Role.Can(n) && !slices.Contains(out, g.Unit) {
			out = append(out, g.Unit)
		}
	}
	return out
}

// Scope is the part of the tree in which an actor has one need. Its zero value sees nothing.
type Scope struct {
	tops []id.ID
	all  bool
}

// Scope limits a query to where the actor has the need.
func (a Actor) Scope(n Need) Scope { return Scope{tops: a.tops(n), all: a.system} }

// Where is a SQL condition that column (a unit id) lies in the scope; it appends its
// parameters to args. The text depends only on the number of grants.
func (s Scope) Where(column string, args *[]any) string {
	return s.where(args, "exists (select 1 from org_below sc where sc.unit = "+column+" and sc.top in (%s))")
}

// WhereSeen also takes the units above the scope: what a superior unit issued is
// meant for those below it.
func (s Scope) WhereSeen(column string, args *[]any) string {
	return s.where(args, "exists (select 1 from org_below sc where (sc.unit = "+column+
		" and sc.top in (%[1]s)) or (sc.top = "+column+" and sc.unit in (%[1]s)))")
}

func (s Scope) where(args *[]any, text string) string {
	if s.all {
		return "(1 = 1)"
	}
	if len(s.tops) == 0 {
		return "(1 = 0)"
	}
	in := make([]string, len(s.tops))
	for i, t := range s.tops {
		*args = append(*args, t)
		in[i] = fmt.Sprintf("$%d", len(*args))
	}
	return fmt.Sprintf(text, strings.Join(in, ", "))
}

// Check passes when who has the need at unit. Faults: Missing when unit lies outside
// everything granted to who, Denied when it is in sight but the role does not allow it.
func Check(ctx context.Context, tx db.Tx, who Actor, n Need, unit id.ID) error {
	return check(ctx, tx, who, n, unit, Scope.Where)
}

// See is Check for what superior units issue: it also passes when unit is above the scope.
func See(ctx context.Context, tx db.Tx, who Actor, n Need, unit id.ID) error {
	return check(ctx, tx, who, n, unit, Scope.WhereSeen)
}

func check(ctx context.Context, tx db.Tx, who Actor, n Need, unit id.ID, where func(Scope, string, *[]any) string) error {
	if who.system {
		return nil
	}
	ok, err := within(ctx, tx, who.Scope(n), unit, where)
	if err != nil || ok {
		return err
	}
	seen, err := within(ctx, tx, Scope{tops: who.units()}, unit, where)
	if err != nil {
		return err
	}
	if seen {
		return fault.New(fault.Denied, "access.denied")
	}
	return fault.Gone()
}

func (a Actor) units() []id.ID {
	out := make([]id.ID, len(a.Grants))
	for i, g := range a.Grants {
		out[i] = g.Unit
	}
	return out
}

func within(ctx context.Context, tx db.Tx, s Scope, unit id.ID, where func(Scope, string, *[]any) string) (bool, error) {
	args := []any{unit}
	var n int
	err := tx.QueryRowContext(ctx, "select count(*) from org_unit u where u.id = $1 and "+where(s, "u.id", &args), args...).Scan(&n)
	return n > 0, err
}
