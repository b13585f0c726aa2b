package person

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person/lookup"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
)

// Filter says which people a list holds; zero fields do not narrow.
type Filter struct {
	Text   string // words of the name, or a member, identity or phone number
	Kind   string // one of Kinds, or "member" for both inside the Party
	Key    bool   // only key cadres
	Exempt string // Exempt or Reduced today, "any" for either
	Unit   id.ID  // this unit and all below it
	Left   bool   // those who left instead of those who are here
	Wide   bool   // a search goes through all names, however long it takes
	Page   db.Page

	day    string
	scope  access.Scope
	seal   *seal.Box
	crowds *lookup.Crowds
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

// Found is a piece of a list of people. Total is counted as far as countMost+1, and -1 where
// nobody counted. Partial says that a search was given up after its share of names; the same
// search with Wide goes through the rest.
type Found struct {
	db.Rows[Item]
	Total   int64
	Partial bool
}

// Search is a piece of the people in who's scope in Vietnamese name order. Of those a text
// finds, names with the very marks typed come first; a whole member, identity or phone
// number finds its bearer. Fault: Invalid for a bad cursor.
func (s *Service) Search(ctx context.Context, who access.Actor, f Filter) (out Found, err error) {
	f.day, f.scope, f.seal, f.crowds = s.Now.Day(), who.Scope(access.PersonRead), s.Seal, &s.crowds
	err = s.read(ctx, "search people", func(tx db.Tx) error {
		out, err = f.piece(ctx, tx)
		return err
	})
	if err != nil {
		return out, err
	}
	return out, wrap("search people", f.tell(ctx, s, who, "person.list", out.Items))
}

// tell writes that a list was read, before it is answered.
func (f Filter) tell(ctx context.Context, s *Service, who access.Actor, purpose string, read []Item) error {
	if f.Text != "" && purpose == "person.list" {
		purpose = "person.search"
	}
	seen := audit.Sight{Units: audit.Under(f.Unit, who.Scope(access.PersonRead)), Purpose: purpose}
	for _, it := range read {
		seen.People = append(seen.People, it.ID)
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// List is Search for those who need not know whether it was given up.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (db.Rows[Item], int64, error) {
	found, err := s.Search(ctx, who, f)
	return found.Rows, found.Total, err
}

// plain reports whether nothing narrows the list but its units.
func (f Filter) plain() bool {
	return f.Text == "" && f.Kind == "" && !f.Key && !f.Left && f.Exempt == ""
}

// rows is a piece that nobody counts.
func (f Filter) rows(ctx context.Context, tx db.Tx) (db.Rows[Item], error) {
	if len(text.Words(f.Text)) == 0 {
		return f.inOrder(ctx, tx)
	}
	found, err := f.search(ctx, tx)
	return found.Rows, err
}

func (f Filter) piece(ctx context.Context, tx db.Tx) (out Found, err error) {
	if len(text.Words(f.Text)) > 0 {
		return f.search(ctx, tx)
	}
	if out.Rows, err = f.inOrder(ctx, tx); err != nil {
		return out, err
	}
	if out.Total = int64(len(out.Items)); f.Page.After != "" || out.Next != "" {
		out.Total, err = f.count(ctx, tx)
	}
	return out, err
}

const items = `select ` + columns + `, u.name,
	coalesce((select min(e.kind) from person_exemption e where e.person = p.id and e.valid_from <= $1 and coalesce(e.valid_to, '9999') >= $1), '')
	from person p join org_unit u on u.id = p.unit where `

// sortMost is how many people are sorted rather than met in name order: among six million
// the walk to a page of one's own is as long as the sort of so many.
const sortMost = 15_000

// inOrder reads the people in name order. Where they are few, the order is made of those found:
// going through all names in order would meet them seldom.
func (f Filter) inOrder(ctx context.Context, tx db.Tx) (db.Rows[Item], error) {
	few, err := f.crowds.AreFew(ctx, tx, f.tops(), sortMost)
	if err != nil {
		return db.Rows[Item]{}, err
	}
	args := []any{f.day}
	where, order := f.where(&args), db.Order{Sort: "p.name_key", ID: "p.id"}
	if few {
		where, order.Sort = lookup.Below("p.unit", f.tops(), &args)+" and "+where, "(p.name_key || '')"
	}
	key := func(it Item) (string, id.ID) { return text.NameKey(it.Name), it.ID }
	return db.List(ctx, tx, f.Page, order, key, scanItem, items+where, args...)
}

// tops are units that all who may be listed are at or below; none: anywhere.
func (f Filter) tops() []id.ID {
	if f.Unit != 0 {
		return []id.ID{f.Unit}
	}
	tops, _ := f.scope.Tops()
	return tops
}

func (f Filter) count(ctx context.Context, tx db.Tx) (int64, error) {
	args := []any{countMost + 1}
	where := f.where(&args)
	few, err := f.crowds.AreFew(ctx, tx, f.tops(), sortMost)
	if err != nil {
		return 0, err
	}
	if tops := f.tops(); len(tops) == 1 && !few && f.plain() {
		return countMost + 1, nil // sortMost and more: they need not be met one by one
	}
	if tops := f.tops(); len(tops) > 0 {
		where = lookup.Below("p.unit", tops, &args) + " and " + where
	}
	return db.One(ctx, tx, db.Value[int64], `select count(*) from (select 1 from person p where `+where+` limit $1) counted`, args...)
}

// search finds by number, else by words of the name.
func (f Filter) search(ctx context.Context, tx db.Tx) (out Found, err error) {
	if f.Page.After == "" {
		if out.Items, err = f.numbered(ctx, tx); err != nil || len(out.Items) > 0 {
			out.Total = int64(len(out.Items))
			return out, err
		}
	}
	hits, err := lookup.People(ctx, tx, lookup.Query{Text: f.Text, Tops: f.tops(), Where: f.where, Wide: f.Wide, Page: f.Page, Crowds: f.crowds})
	if err != nil {
		return out, err
	}
	ids := make([]id.ID, len(hits.Hits))
	for i, h := range hits.Hits {
		ids[i] = h.ID
	}
	out.Total, out.Partial, out.Next = min(hits.Total, countMost+1), hits.Partial, hits.Next
	out.Items, err = f.items(ctx, tx, ids)
	return out, err
}

// numbered finds who has the very number typed: of a member, or sealed.
func (f Filter) numbered(ctx context.Context, tx db.Tx) ([]Item, error) {
	typed := Person{MemberNo: text.NFC(f.Text)}.tidy().MemberNo
	if len(typed) > numberMax {
		return nil, nil
	}
	args := []any{f.day}
	where := f.where(&args) + fmt.Sprintf(" and (p.member_no = $%d", len(args)+1)
	args = append(args, typed)
	if hash, ok := secret.Hashes(f.seal, f.Text); ok {
		where += fmt.Sprintf(" or p.id in (select se.person from person_secret se where se.identity = $%d or se.phone = $%d)", len(args)+1, len(args)+2)
		args = append(args, hash.Identity, hash.Phone)
	}
	return db.All(ctx, tx, scanItem, items+where+`) order by p.name_key, p.id limit 50`, args...)
}

// items loads people in the order of their ids as given.
func (f Filter) items(ctx context.Context, tx db.Tx, ids []id.ID) ([]Item, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := batch.In(ids, f.day)
	list, err := db.All(ctx, tx, scanItem, items+`p.id in (`+in+`)`, args...)
	place := make(map[id.ID]int, len(ids))
	for i, of := range ids {
		place[of] = i
	}
	slices.SortFunc(list, func(a, b Item) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return list, err
}

// where is what must hold of a person p, but for the words of a search.
func (f Filter) where(args *[]any) string {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	var parts []string
	if f.Unit != 0 { // turns most away, so it is asked first
		parts = append(parts, lookup.Under("p.unit", f.Unit, args))
	}
	parts = append(parts, f.scope.Where("p.unit", args))
	if f.Left {
		parts = append(parts, "p.left_on is not null")
	} else {
		parts = append(parts, "p.left_on is null")
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
