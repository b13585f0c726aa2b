package year

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Routes is the sheets' whole outside.
func (s *Service) Routes() []web.Route {
	const unit, person = "/units/{unit}/evidence", "/people/{person}/evidence"
	return []web.Route{
		web.Page("GET "+unit, access.ReportRead, s.pageUnit),
		web.Page("GET "+unit+".docx", access.ReportRead, s.pageUnitFile("docx")),
		web.Page("GET "+unit+".xlsx", access.ReportRead, s.pageUnitFile("xlsx")),
		web.Page("GET "+person, access.PersonRead, s.pagePerson),
		web.Page("GET "+person+".docx", access.PersonRead, s.pagePersonFile("docx")),
		web.Page("GET "+person+".xlsx", access.PersonRead, s.pagePersonFile("xlsx")),
		web.Page("GET /me/evidence", access.Self, s.pageMine),
		web.Page("GET /me/evidence.docx", access.Self, s.pagePersonFile("docx")),
		web.Op("GET /api/v1"+unit, access.ReportRead, "unit-evidence", "A unit's evidence sheet for its annual classification, with the check of the cap", s.apiUnit),
		web.OpFile("GET /api/v1"+unit+".docx", access.ReportRead, "unit-evidence-paper", "The unit's evidence sheet as an official paper", s.apiUnitFile("docx")),
		web.OpFile("GET /api/v1"+unit+".xlsx", access.ReportRead, "unit-evidence-sheet", "The unit's evidence sheet as a workbook", s.apiUnitFile("xlsx")),
		web.Op("GET /api/v1"+person, access.PersonRead, "person-evidence", "A person's evidence sheet", s.apiPerson),
		web.OpFile("GET /api/v1"+person+".docx", access.PersonRead, "person-evidence-paper", "The person's evidence sheet as an official paper", s.apiPersonFile("docx")),
		web.OpFile("GET /api/v1"+person+".xlsx", access.PersonRead, "person-evidence-sheet", "The person's evidence sheet as a workbook", s.apiPersonFile("xlsx")),
		web.Op("GET /api/v1/me/evidence", access.Self, "own-evidence", "One's own evidence sheet", s.apiMine),
	}
}

// years reads year and to. Faults: Invalid.
func years(q url.Values) (from, to int, err error) {
	for name, at := range map[string]*int{"year": &from, "to": &to} {
		if v := q.Get(name); v != "" {
			if *at, err = strconv.Atoi(v); err != nil || *at == 0 {
				return 0, 0, fault.At("year", "web.not_number", "min", 1990, "max", 2100)
			}
		}
	}
	return from, to, nil
}

// groups reads the counts typed; lines without any are left out. Faults: Invalid.
func groups(names, excellent, good []string) (out []Group, err error) {
	number := func(all []string, i int) (int64, error) {
		if i >= len(all) || strings.TrimSpace(all[i]) == "" {
			return 0, nil
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(all[i]), ".", ""), 10, 64)
		if err != nil {
			return 0, fault.At("good", "web.not_number", "min", 0, "max", mostCount)
		}
		return n, nil
	}
	for i := range min(max(len(excellent), len(good)), mostGroups+1) {
		var g Group
		if i < len(names) {
			var ok bool
			if g.Name, ok = text.Clean(names[i]); !ok || len([]rune(g.Name)) > 100 {
				return nil, fault.At("group", "web.too_long", "n", 100)
			}
		}
		if g.Excellent, err = number(excellent, i); err != nil {
			return nil, err
		}
		if g.Good, err = number(good, i); err != nil {
			return nil, err
		}
		if g.Excellent != 0 || g.Good != 0 {
			out = append(out, g)
		}
	}
	return out, nil
}

func (s *Service) unit(r *http.Request, who access.Actor) (u Unit, err error) {
	unit, err := web.ID(r, "unit")
	if err != nil {
		return u, err
	}
	q := r.URL.Query()
	from, to, err := years(q)
	if err != nil {
		return u, err
	}
	gs, err := groups(q["group"], q["excellent"], q["good"])
	if err != nil {
		return u, err
	}
	return s.OfUnit(r.Context(), who, unit, from, to, gs)
}

func (s *Service) pageUnit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	u, err := s.unit(r, who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "year.unit"), "unit", ui.Crumb{Text: u.Name, Href: "/units/" + u.Unit.String()})
	return web.Render(w, r, http.StatusOK, unitPage(p, u, r.URL.RawQuery))
}

func (s *Service) pageUnitFile(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		u, err := s.unit(r, who)
		if err != nil {
			return err
		}
		f, err := s.unitFile(r.Context(), u, kind)
		if err != nil {
			return err
		}
		return web.Download(w, f.Name, f.Type, f.Body)
	}
}

// person is the one of the path, or who asks.
func (s *Service) person(r *http.Request, who access.Actor) (p Person, err error) {
	person := who.Person
	if r.PathValue("person") != "" {
		if person, err = web.ID(r, "person"); err != nil {
			return p, err
		}
	}
	from, to, err := years(r.URL.Query())
	if err != nil {
		return p, err
	}
	return s.OfPerson(r.Context(), who, person, from, to)
}

func (s *Service) pagePerson(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	p, err := s.person(r, who)
	if err != nil {
		return err
	}
	at := web.At(r, web.T(r, "year.person", "name", p.Name), "person", ui.Crumb{Text: p.Name, Href: "/people/" + p.Person.String()})
	return web.Render(w, r, http.StatusOK, personPage(at, p, "/people/"+p.Person.String()+"/evidence", r.URL.RawQuery))
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	p, err := s.person(r, who)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, personPage(web.At(r, web.T(r, "year.mine"), "me"), p, "/me/evidence", r.URL.RawQuery))
}

func (s *Service) pagePersonFile(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		p, err := s.person(r, who)
		if err != nil {
			return err
		}
		f, err := s.personFile(r.Context(), p, kind)
		if err != nil {
			return err
		}
		return web.Download(w, f.Name, f.Type, f.Body)
	}
}

type unitIn struct {
	Unit      web.Ref  `path:"unit"`
	Year      int      `query:"year" doc:"this one unless given"`
	To        int      `query:"to" doc:"last year, for a term"`
	Group     []string `query:"group,explode" maxItems:"20" doc:"names of groups"`
	Excellent []string `query:"excellent,explode" maxItems:"20" doc:"counts rated as excellent"`
	Good      []string `query:"good,explode" maxItems:"20" doc:"counts rated as good"`
}

func (s *Service) apiUnit(ctx context.Context, who access.Actor, in *unitIn) (Unit, error) {
	gs, err := groups(in.Group, in.Excellent, in.Good)
	if err != nil {
		return Unit{}, err
	}
	return s.OfUnit(ctx, who, in.Unit.ID, in.Year, in.To, gs)
}

func (s *Service) apiUnitFile(kind string) func(context.Context, access.Actor, *unitIn) (web.File, error) {
	return func(ctx context.Context, who access.Actor, in *unitIn) (web.File, error) {
		u, err := s.apiUnit(ctx, who, in)
		if err != nil {
			return web.File{}, err
		}
		return s.unitFile(ctx, u, kind)
	}
}

type personIn struct {
	Person web.Ref `path:"person"`
	Year   int     `query:"year" doc:"this one unless given"`
	To     int     `query:"to" doc:"last year, for a term"`
}

func (s *Service) apiPerson(ctx context.Context, who access.Actor, in *personIn) (Person, error) {
	return s.OfPerson(ctx, who, in.Person.ID, in.Year, in.To)
}

func (s *Service) apiPersonFile(kind string) func(context.Context, access.Actor, *personIn) (web.File, error) {
	return func(ctx context.Context, who access.Actor, in *personIn) (web.File, error) {
		p, err := s.apiPerson(ctx, who, in)
		if err != nil {
			return web.File{}, err
		}
		return s.personFile(ctx, p, kind)
	}
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, in *struct {
	Year int `query:"year" doc:"this one unless given"`
	To   int `query:"to" doc:"last year, for a term"`
}) (Person, error) {
	if who.Person == 0 {
		return Person{}, fault.Gone()
	}
	return s.OfPerson(ctx, who, who.Person, in.Year, in.To)
}
