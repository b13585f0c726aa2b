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
// Covers is the instant (Unix ms) up to which moves count: a unit that a later move brought
// below Unit is not covered until a keeper of accounts has confirmed it.
type Grant struct {
	ID      id.ID
	Account id.ID
	Role    Role
	Unit    id.ID
	From    string
	To      string
	Kind    Kind
	Post    id.ID // of a holder or of who acts for one
	Parent  id.ID // the grant that a delegation is a part of
	Covers  int64
}

// Kind says how a grant came to be.
type Kind string

// The kinds; "" stands for Own when a grant is added.
const (
	Own       Kind = "own"
	ByPost    Kind = "post"      // the holder's, with a post
	Acting    Kind = "acting"    // in the holder's place, for the days
	Delegated Kind = "delegated" // a part of what somebody else holds, while that one does
)

// Actor is who asks, with the grants in force today. It is passed as an argument.
type Actor struct {
	Account id.ID
	Person  id.ID // zero: an account that is nobody in the rosters
	Name    string
	Lang    string // "vi" or "en"
	Grants  []Grant
	Via     id.ID // the device or API token that asks; zero for what has none
	Until   int64 // when the session ends if it is not used any more, Unix ms; 0 for what has no session
	system  bool
}

// System is the program itself, on the command line of the machine's keeper.
func System(name string) Actor { return Actor{Name: name, Lang: "vi", system: true} }

// IsSystem reports whether it is the program itself.
func (a Actor) IsSystem() bool { return a.system }

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

// top is where a grant begins and up to which instant it follows moves.
type top struct {
	unit   id.ID
	covers int64
}

func (a Actor) tops(may func(Role) bool) []top {
	var out []top
	for _, g := range a.Grants {
		if !may(g.Role) {
			continue
		}
		if i := slices.IndexFunc(out, func(t top) bool { return t.unit == g.Unit }); i >= 0 {
			out[i].covers = max(out[i].covers, g.Covers)
		} else {
			out = append(out, top{g.Unit, g.Covers})
		}
	}
	return out
}

// Scope is the part of the tree in which an actor has one need. Its zero value sees nothing.
type Scope struct {
	tops []top
	all  bool
}

// Scope limits a query to where the actor has the need.
func (a Actor) Scope(n Need) Scope {
	return Scope{tops: a.tops(func(r Role) bool { return r.Can(n) }), all: a.system}
}

// Where is a SQL condition that column (a unit id) lies in the scope; it appends its
// parameters to args. The text depends only on the number of grants. The limit says nothing
// new but keeps SQLite from making a join of it, which reads the whole tree first.
func (s Scope) Where(column string, args *[]any) string {
	return s.where(args, "exists (select 1 from org_below sc where sc.unit = "+column+" and %[2]s limit 1)")
}

// WhereSeen also takes the units above the scope: what a superior unit issued is
// meant for those below it, wherever they were moved.
func (s Scope) WhereSeen(column string, args *[]any) string {
	return s.where(args, "exists (select 1 from org_below sc where (sc.unit = "+column+
		" and %[2]s) or (sc.top = "+column+" and sc.unit in (%[1]s)) limit 1)")
}

// where gives text the list of units, and the condition on a row sc that its top is one of
// them and that the grant there covers it.
func (s Scope) where(args *[]any, text string) string {
	if s.all {
		return "(1 = 1)"
	}
	if len(s.tops) == 0 {
		return "(1 = 0)"
	}
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	in, covered := make([]string, len(s.tops)), make([]string, len(s.tops))
	for i, t := range s.tops {
		in[i] = put(t.unit)
		covered[i] = "(sc.top = " + in[i] + " and sc.since <= " + put(t.covers) + ")"
	}
	list := strings.Join(in, ", ")
	return fmt.Sprintf(text, list, "sc.top in ("+list+") and ("+strings.Join(covered, " or ")+")")
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
	seen, err := within(ctx, tx, Scope{tops: who.tops(func(Role) bool { return true })}, unit, where)
	if err != nil {
		return err
	}
	if seen {
		return fault.New(fault.Denied, "access.denied")
	}
	return fault.Gone()
}

func within(ctx context.Context, tx db.Tx, s Scope, unit id.ID, where func(Scope, string, *[]any) string) (bool, error) {
	args := []any{unit}
	var n int
	err := tx.QueryRowContext(ctx, "select count(*) from org_unit u where u.id = $1 and "+where(s, "u.id", &args), args...).Scan(&n)
	return n > 0, err
}
