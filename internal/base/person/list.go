package person

import (
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Filter says which people a list holds; zero fields do not narrow.
type Filter struct {
	Text   string // folded search in the name, or a member number
	Kind   string // one of Kinds, or "member" for both inside the Party
	Key    bool   // only key cadres
	Exempt string // Exempt or Reduced today, "any" for either
	Unit   id.ID  // this unit and all below it
	Left   bool   // those who left instead of those who are here
	Page   db.Page
	day    string
}

// Item is a person in a list.
type Item struct {
	Person
	UnitName string `json:"unit_name"`
	Exempt   string `json:"exempt" enum:",exempt,reduced" doc:"today"`
}

func scanItem(scan func(...any) error) (it Item, err error) {
	err = scan(append(it.places(), &it.UnitName, &it.Exempt)...)
	return it, err
}

// countMost bounds how far a list is counted: beyond it the exact number helps nobody who
// looks for somebody, and costs more than the list.
const countMost = 10_000

// List is a piece of the people in who's scope in Vietnamese name order; names with the
// very marks typed come first. total counts them, as far as countMost+1. Fault: Invalid
// for a bad cursor.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (rows db.Rows[Item], total int64, err error) {
	err = s.read(ctx, "list people", func(tx db.Tx) error {
		f.day = s.Now.Day()
		scope := who.Scope(access.PersonRead)
		if rows, err = list(ctx, tx, scope, f); err != nil {
			return err
		}
		if total = int64(len(rows.Items)); f.Page.After == "" && rows.Next == "" {
			return nil
		}
		args := []any{countMost + 1}
		where := f.where(scope, &args)
		total, err = db.One(ctx, tx, db.Value[int64], `select count(*) from (select 1 from person p where `+where+` limit $1) counted`, args...)
		return err
	})
	return rows, total, err
}

func list(ctx context.Context, tx db.Tx, scope access.Scope, f Filter) (db.Rows[Item], error) {
	args := []any{f.day}
	where := f.where(scope, &args)
	order := db.Order{Sort: f.sort(&args), ID: "p.id"}
	key := func(it Item) (string, id.ID) { return f.mark(it.Name) + text.NameKey(it.Name), it.ID }
	return db.List(ctx, tx, f.Page, order, key, scanItem, `select `+columns+`, u.name,
		coalesce((select min(e.kind) from person_exemption e where e.person = p.id and e.valid_from <= $1 and coalesce(e.valid_to, '9999') >= $1), '')
		from person p join org_unit u on u.id = p.unit where `+where, args...)
}

func (f Filter) where(scope access.Scope, args *[]any) string {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	parts := []string{scope.Where("p.unit", args), "p.left_on is null"}
	if f.Left {
		parts[1] = "p.left_on is not null"
	}
	if q := text.Fold(f.Text); q != "" {
		parts = append(parts, `(p.folded like `+put("%"+escape(q)+"%")+` escape '\' or p.member_no = `+put(Person{MemberNo: f.typed()}.tidy().MemberNo)+`)`)
	}
	switch f.Kind {
	case "":
	case "member":
		parts = append(parts, "p.kind in ('official', 'probationary')")
	default:
		parts = append(parts, "p.kind = "+put(f.Kind))
	}
	if f.Key {
		parts = append(parts, "p.key_cadre")
	}
	if f.Unit != 0 {
		parts = append(parts, "p.unit in (select un.unit from org_below un where un.top = "+put(f.Unit)+")")
	}
	if f.Exempt != "" {
		day := put(f.day)
		also := ""
		if f.Exempt != "any" {
			also = " and ex.kind = " + put(f.Exempt)
		}
		parts = append(parts, "p.id in (select ex.person from person_exemption ex where ex.valid_from <= "+day+
			" and coalesce(ex.valid_to, '9999') >= "+day+also+")")
	}
	return strings.Join(parts, " and ")
}

// sort puts names that hold the very letters typed before the rest.
func (f Filter) sort(args *[]any) string {
	if !f.marked() {
		return "p.name_key"
	}
	*args = append(*args, f.typed())
	return fmt.Sprintf(`(case when replace(p.name, $%d, '') <> p.name then '0' else '1' end || p.name_key)`, len(*args))
}

// typed is the search as names are written: Nguyễn Thị Hòa.
func (f Filter) typed() string {
	words := strings.Fields(text.NFC(f.Text))
	for i, w := range words {
		r := []rune(strings.ToLower(w))
		words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return strings.Join(words, " ")
}

// marked reports whether what was typed has marks, which then rank the hits.
func (f Filter) marked() bool { return text.Fold(f.Text) != strings.ToLower(f.typed()) }

// mark is what sort computes, for the key of the next piece.
func (f Filter) mark(name string) string {
	switch {
	case !f.marked():
		return ""
	case strings.Contains(name, f.typed()):
		return "0"
	}
	return "1"
}

// escape keeps the wildcards of like from meaning anything.
func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// View is everything the page of one person shows.
type View struct {
	Person
	Home        org.Unit
	Path        []org.Unit // top first, with the study home
	Memberships []Stay
	Exemptions  []Exemption
	MayEdit     bool
}

// Stay is a membership with the name of its unit.
type Stay struct {
	Membership
	Name string
}

// Show loads a person for who. Faults: Missing, Denied.
func (s *Service) Show(ctx context.Context, who access.Actor, person id.ID) (v View, err error) {
	err = s.read(ctx, "show person", func(tx db.Tx) error {
		if v.Person, err = find(ctx, tx, who, access.PersonRead, person); err != nil {
			return err
		}
		if v.Home, err = org.Find(ctx, tx, v.Unit); err != nil {
			return err
		}
		if v.Path, err = org.Path(ctx, tx, v.Unit); err != nil {
			return err
		}
		if v.Exemptions, err = Exemptions(ctx, tx, person); err != nil {
			return err
		}
		v.MayEdit = access.Check(ctx, tx, who, access.PersonEdit, v.Unit) == nil
		v.Memberships, err = stays(ctx, tx, person)
		return err
	})
	return v, err
}

func stays(ctx context.Context, tx db.Tx, person id.ID) ([]Stay, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (m Stay, err error) {
		err = scan(&m.Unit, &m.From, &m.To, &m.Name)
		return m, err
	}, `select m.unit, m.valid_from, coalesce(m.valid_to, ''), u.name from person_membership m join org_unit u on u.id = m.unit
		where m.person = $1 order by m.valid_from desc`, person)
}
