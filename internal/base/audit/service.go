package audit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Service shows the log.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Line is an entry with the name of its unit.
type Line struct {
	Entry
	UnitName string            `json:"unit_name"`
	Hidden   bool              `json:"hidden" doc:"what changed is kept from who asks"`
	names    map[string]string // of units and levels that the detail speaks of
}

// Filter says which entries a list holds; zero fields do not narrow.
type Filter struct {
	Action   string // "report.accept", or a room with its dot: "report."
	From, To string // civil days, both included
	Unit     id.ID  // and all below it
	Account  id.ID
	Subject  id.ID
	Page     db.Page
}

// List shows entries within the scope of access.AuditRead, the newest first. Entries of no
// unit concern the whole installation and are shown at the top of the tree. Faults: Invalid
// for a bad day or cursor.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (rows db.Rows[Line], err error) {
	args := []any{}
	where, err := f.where(who, &args)
	if err != nil {
		return rows, err
	}
	content := within(who, access.AuditContent, &args)
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		rows, err = db.List(ctx, tx, f.Page, db.Order{ID: "e.id", Desc: true}, func(l Line) (string, id.ID) { return "", l.ID }, scanLine, `
			select e.id, e.at, e.account, e.who, e.action, e.subject, e.unit, e.detail, e.why, coalesce(u.name, ''),
				case when `+content+` then 0 else 1 end
			from audit_entry e left join org_unit u on u.id = e.unit where `+where, args...)
		return err
	})
	for i := range rows.Items {
		if l := &rows.Items[i]; l.Hidden {
			l.Detail, l.Why = "", ""
		}
	}
	if err == nil {
		err = s.DB.Read(ctx, func(tx db.Tx) error { return called(ctx, tx, rows.Items) })
	}
	return rows, err
}

func scanLine(scan func(...any) error) (l Line, err error) {
	var hidden int
	err = scan(&l.ID, &l.At, &l.Account, &l.Who, &l.Action, &l.Subject, &l.Unit, &l.Detail, &l.Why, &l.UnitName, &hidden)
	l.Hidden = hidden == 1
	return l, err
}

// within: the entry's unit, or the one moved away from, lies where who has the need; entries of no unit, at the top.
func within(who access.Actor, need access.Need, args *[]any) string {
	scope := who.Scope(need)
	return `(` + scope.Where("e.unit", args) + ` or (e.also is not null and ` + scope.Where("e.also", args) + `) or (e.unit is null and exists (
		select 1 from org_unit r where r.parent is null and ` + scope.Where("r.id", args) + `)))`
}

func (f Filter) where(who access.Actor, args *[]any) (string, error) {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	parts := []string{within(who, access.AuditRead, args)}
	switch room, one := strings.CutSuffix(f.Action, "."); {
	case f.Action == "":
	case one:
		parts = append(parts, "e.action >= "+put(room+".")+" and e.action < "+put(room+"/"))
	default:
		parts = append(parts, "e.action = "+put(f.Action))
	}
	for _, bound := range []struct {
		field, day, sign string
		after            int
	}{{"from", f.From, ">=", 0}, {"to", f.To, "<", 1}} {
		if bound.day == "" {
			continue
		}
		start := clock.Start(bound.day)
		if start.IsZero() {
			return "", fault.At(bound.field, "web.not_date")
		}
		parts = append(parts, "e.at "+bound.sign+" "+put(start.AddDate(0, 0, bound.after).UnixMilli()))
	}
	if f.Unit != 0 {
		parts = append(parts, "exists (select 1 from org_below b where (b.unit = e.unit or b.unit = e.also) and b.top = "+put(f.Unit)+")")
	}
	if f.Account != 0 {
		parts = append(parts, "e.account = "+put(f.Account))
	}
	if f.Subject != 0 {
		parts = append(parts, "e.subject = "+put(f.Subject))
	}
	return strings.Join(parts, " and "), nil
}

// Deed is the action as people read it; an action nobody gave a word shows itself.
func (e Entry) Deed(lang string) string {
	if key := "audit.action." + e.Action; words.Has(key) {
		return words.T(lang, key)
	}
	return e.Action
}

// When is the instant on the wall clock.
func (e Entry) When() string {
	return time.UnixMilli(e.At).In(clock.Zone).Format("02/01/2006 15:04:05")
}

// rooms are the first halves of actions, in the order of the filter.
var rooms = []string{
	"account", "unit", "person", "audience", "document", "campaign", "plan", "meeting", "station", "attendance",
	"report", "measure", "duty", "review", "contest", "honesty", "merit", "essay", "likeness",
	"reorg", "privacy", "setting", "proof",
}
