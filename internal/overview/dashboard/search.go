package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/person/lookup"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Hit is one thing found.
type Hit struct {
	Text, Note, Href string

	person id.ID // of a hit that is somebody
}

// Group is what was found of one kind: units, people, documents, campaigns, meetings.
type Group struct {
	Kind string
	Hits []Hit
	More bool // there are further ones
	All  string
}

// mostHits bounds each group.
const mostHits = 10

// Search looks for words, without marks, in everything the actor may see; a group the actor
// has no right to is not there.
func (s *Service) Search(ctx context.Context, who access.Actor, find string) (out []Group, err error) {
	words := strings.Fields(text.Fold(find))
	if len(words) == 0 {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		for _, k := range kinds {
			if !who.Holds(k.need) {
				continue
			}
			g, err := s.look(ctx, tx, k, who, words)
			if err != nil {
				return err
			}
			if len(g.Hits) > 0 {
				out = append(out, g)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	seen := audit.Sight{Units: audit.Under(0, who.Scope(access.PersonRead)), Purpose: "person.search"}
	for _, g := range out {
		for _, h := range g.Hits {
			if h.person != 0 {
				seen.People = append(seen.People, h.person)
			}
		}
	}
	return out, audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// kind is one table that is looked through: columns are id, text, note, a moment (0: none).
type kind struct {
	name, path    string
	need          access.Need
	columns, from string
	unit, folded  string
	order         string
	above         bool // what superior units issued is found too
}

var kinds = []kind{
	{"unit", "/units", access.UnitRead, `u.id, u.name, u.code, 0`, `org_unit u`, "u.id", "u.folded", "u.sort_key, u.id", false},
	{name: "person", path: "/people", need: access.PersonRead},
	{"document", "/documents", access.DocumentRead, `d.id, case when d.number = '' then d.title else d.number end, case when d.number = '' then d.issuer_name else d.title end, 0`,
		`document d`, "d.unit", "d.folded", "d.issued_on desc, d.id", true},
	{name: "campaign", path: "/campaigns", need: access.CampaignRead},
	{"meeting", "/meetings", access.MeetingRead, `m.id, m.title, u.short, m.starts_at`, `meeting m join org_unit u on u.id = m.unit`, "m.unit", "m.folded", "m.starts_at desc, m.id", true},
}

// look finds what of a kind the actor may see.
func (s *Service) look(ctx context.Context, tx db.Tx, k kind, who access.Actor, words []string) (Group, error) {
	switch k.name {
	case "campaign":
		return campaigns(ctx, tx, who, words)
	case "person":
		return people(ctx, tx, &s.crowds, who, words)
	}
	return k.search(ctx, tx, who, words)
}

func (k kind) search(ctx context.Context, tx db.Tx, who access.Actor, words []string) (Group, error) {
	args := []any{}
	scope := who.Scope(k.need).Where
	if k.above {
		scope = who.Scope(k.need).WhereSeen
	}
	var where []string
	for _, w := range words {
		args = append(args, "% "+db.Like(w)+"%")
		where = append(where, fmt.Sprintf(`' ' || %s like $%d escape '\'`, k.folded, len(args)))
	}
	where = append(where, scope(k.unit, &args))
	hits, err := db.All(ctx, tx, func(scan func(...any) error) (h Hit, err error) {
		var of id.ID
		var at int64
		err = scan(&of, &h.Text, &h.Note, &at)
		if at != 0 {
			h.Note += " · " + text.DateTime(at, clock.Zone)
		}
		if h.Href = k.path + "/" + of.String(); k.name == "person" {
			h.person = of
		}
		return h, err
	}, fmt.Sprintf(`select %s from %s where %s order by %s limit %d`, k.columns, k.from, strings.Join(where, " and "), k.order, mostHits+1), args...)
	return k.group(hits), err
}

func (k kind) group(hits []Hit) Group {
	g := Group{Kind: k.name, Hits: hits, All: k.path}
	if g.More = len(hits) > mostHits; g.More {
		g.Hits = hits[:mostHits]
	}
	return g
}

// people are millions, so they are looked up as their own room does.
func people(ctx context.Context, tx db.Tx, crowds *lookup.Crowds, who access.Actor, words []string) (Group, error) {
	scope := who.Scope(access.PersonRead)
	tops, _ := scope.Tops()
	found, err := lookup.People(ctx, tx, lookup.Query{Text: strings.Join(words, " "), Tops: tops, Page: db.Page{Limit: mostHits + 1}, Crowds: crowds,
		Where: func(args *[]any) string { return scope.Where("p.unit", args) + " and p.left_on is null" }})
	hits := make([]Hit, len(found.Hits))
	for i, h := range found.Hits {
		hits[i] = Hit{Text: h.Name, Href: "/people/" + h.ID.String(), person: h.ID}
		if err == nil {
			hits[i].Note, err = db.One(ctx, tx, db.Value[string], `select u.short from person p join org_unit u on u.id = p.unit where p.id = $1`, h.ID)
		}
	}
	return kind{name: "person", path: "/people"}.group(hits), err
}

// campaigns are few and their titles are not kept folded, so they are compared here.
func campaigns(ctx context.Context, tx db.Tx, who access.Actor, words []string) (Group, error) {
	args := []any{}
	seen, own := who.Scope(access.CampaignRead).WhereSeen("c.unit", &args), who.Scope(access.CampaignEdit).Where("c.unit", &args)
	all, err := db.All(ctx, tx, func(scan func(...any) error) (h Hit, err error) {
		var of id.ID
		err = scan(&of, &h.Text, &h.Note)
		h.Href = "/campaigns/" + of.String()
		return h, err
	}, `select c.id, c.title, u.short from campaign c join org_unit u on u.id = c.unit where (c.state <> 'draft' and `+seen+` or `+own+`)
		order by c.starts_on desc, c.id desc limit 500`, args...)
	var hits []Hit
	for _, h := range all {
		if found(" "+text.Fold(h.Text), words) && len(hits) <= mostHits {
			hits = append(hits, h)
		}
	}
	return kind{name: "campaign", path: "/campaigns"}.group(hits), err
}

// found reports whether each word begins a word of the folded text.
func found(folded string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(folded, " "+w) {
			return false
		}
	}
	return true
}

func (s *Service) pageSearch(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	find, err := readFind(r)
	if err != nil {
		return err
	}
	groups, err := s.Search(r.Context(), who, find)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, searchPage(web.At(r, web.T(r, "dashboard.search"), "search"), find, groups))
}
