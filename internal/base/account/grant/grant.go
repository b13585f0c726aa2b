package grant

import (
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Grant is an access.Grant as people read it.
type Grant struct {
	ID       id.ID       `json:"id"`
	Role     access.Role `json:"role"`
	Unit     id.ID       `json:"unit"`
	UnitName string      `json:"unit_name"`
	From     string      `json:"from" doc:"civil date"`
	To       string      `json:"to" doc:"last day; empty is open"`
	Kind     access.Kind `json:"kind" enum:"own,post,acting,delegated"`
	Title    string      `json:"title" doc:"of the post it goes with"`
	By       string      `json:"by" doc:"who passed it on, of a delegation"`
	Units    int64       `json:"units" doc:"open units that it covers today"`
	Moved    int64       `json:"moved" doc:"units that a move brought below it and that it does not cover yet"`

	Account id.ID `json:"-"`
	inside  bool  // within the scope of who asked
}

// Inside reports whether who asked may end the grant.
func (g Grant) Inside() bool { return g.inside }

// InForce reports whether the grant counts on a civil day.
func (g Grant) InForce(day string) bool { return g.From <= day && (g.To == "" || day <= g.To) }

// New is a right to be given; ID makes it the same right when it is sent twice.
type New struct {
	ID       id.ID
	Role     access.Role
	Unit     id.ID
	From, To string
}

// Holder is what this room needs to know of an account.
type Holder struct {
	ID     id.ID
	Login  string
	Name   string
	Person id.ID
}

// CheckPeriod wants two civil dates in order, the second open or not. Fault: Invalid.
func CheckPeriod(from, to string) error {
	if clock.Start(from).IsZero() || from < "1945-01-01" || from > "2200-01-01" {
		return fault.At("from", "grant.bad_from")
	}
	if to != "" && (clock.Start(to).IsZero() || to < from || to > "2200-01-01") {
		return fault.At("to", "grant.bad_to")
	}
	return nil
}

// May decides whether somebody who holds own roles over a unit may give or end role there:
// who keeps accounts may, except for the role of the first set-up, which is the program's.
func May(who access.Actor, own []access.Role, role access.Role) bool {
	if who.IsSystem() {
		return true
	}
	keeps := func(r access.Role) bool { return r.Can(access.AccountEdit) }
	return role != access.Administrator && slices.ContainsFunc(own, keeps)
}

// part decides whether role in the days is a part of what g gives, and passes it on today
// or later. Faults: Denied, Invalid.
func part(g access.Grant, role access.Role, from, to, today string) error {
	switch {
	case g.Kind == access.Delegated:
		return fault.New(fault.Denied, "grant.not_twice_passed")
	case !Within(role, g.Role):
		return fault.At("role", "grant.not_yours")
	case to == "":
		return fault.At("to", "grant.needs_end")
	}
	if err := CheckPeriod(from, to); err != nil {
		return err
	}
	switch {
	case from < today:
		return fault.At("from", "grant.not_back")
	case from < g.From:
		return fault.At("from", "grant.before_own")
	case g.To != "" && to > g.To:
		return fault.At("to", "grant.after_own")
	}
	return nil
}

// Within reports whether everything that role can do, whole can do too; the roles of the
// first set-up are no part of anything, and nothing is a part of them.
func Within(role, whole access.Role) bool {
	if !role.Known() || role == access.Administrator || whole == access.Administrator {
		return false
	}
	lacks := func(n access.Need) bool { return !whole.Can(n) }
	return !slices.ContainsFunc(role.Needs(), lacks) && !access.Apart(role, whole)
}

// parts are the roles that can be passed on by who holds role.
func parts(role access.Role) (out []access.Role) {
	for _, r := range access.Roles {
		if Within(r, role) && (r != access.Member || role == access.Member) {
			out = append(out, r)
		}
	}
	return out
}

// succeed decides what becomes of the holders of a post when another begins on from: who
// holds it then ends the day before. Fault: Conflict for one who begins that day or later.
func succeed(held []access.Grant, from, to string) (end []access.Grant, err error) {
	for _, g := range held {
		if g.Kind != access.ByPost || !access.Overlap(g.From, g.To, from, to) {
			continue
		}
		if g.From >= from {
			return nil, fault.At("from", "grant.held_later")
		}
		end = append(end, g)
	}
	return end, nil
}
