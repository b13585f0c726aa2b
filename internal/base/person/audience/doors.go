package audience

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /audiences", access.PersonRead, s.pageList),
		web.Page("GET /audiences/new", access.PlanEdit, s.pageNew),
		web.Page("POST /audiences", access.PlanEdit, s.pageCreate),
		web.Page("POST /audiences/count", access.PersonRead, s.pageCount),
		web.Page("GET /audiences/{audience}", access.PersonRead, s.pageShow),
		web.Page("POST /audiences/{audience}", access.PlanEdit, s.pageSave),
		web.Page("POST /audiences/{audience}/drop", access.PlanEdit, s.pageDrop),
		web.Op("GET /api/v1/audiences", access.PersonRead, "list-audiences", "Saved audiences in sight, by name", s.apiList),
		web.Op("GET /api/v1/audiences/ready", access.PersonRead, "ready-audiences", "Groups that the study of resolutions usually has", s.apiReady),
		web.Op("POST /api/v1/audiences", access.PlanEdit, "create-audience", "Save a query under a name", s.apiCreate),
		web.Op("POST /api/v1/audiences/count", access.PersonRead, "count-audience", "How many are meant today, and the query read back", s.apiCount),
		web.Op("GET /api/v1/audiences/{audience}", access.PersonRead, "show-audience", "A saved audience", s.apiShow),
		web.Op("PUT /api/v1/audiences/{audience}", access.PlanEdit, "edit-audience", "Change name and query", s.apiEdit),
		web.Op("DELETE /api/v1/audiences/{audience}", access.PlanEdit, "drop-audience", "Take it off the list", s.apiDrop),
	}
}

// view is what the editor shows.
type view struct {
	Saved
	ground
	Codes string // of units, as typed
	count Count
	said  string
	saved bool // it exists
	edit  bool // who may change it, or it is new
	wrong ui.Errors
}

func crumbs(r *http.Request) []ui.Crumb {
	return []ui.Crumb{{Text: web.T(r, "audience.list"), Href: "/audiences"}}
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	in := r.URL.Query()
	rows, err := s.List(r.Context(), who, in.Get("q"), db.Page{After: in.Get("after")})
	if err != nil {
		return err
	}
	ready, err := s.Ready(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "audience.list"), "person")
	return web.Render(w, r, http.StatusOK, listPage(p, in.Get("q"), in.Get("after") != "", rows, ready, who.Holds(access.PlanEdit)))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v := view{edit: true}
	from := r.URL.Query().Get("from")
	if q, ok := ReadyOf(from); ok {
		v.Query, v.Name = q, web.T(r, "audience.ready."+from)
	} else if from != "" {
		of, err := id.Parse(from)
		if err != nil {
			return err
		}
		a, err := s.Show(r.Context(), who, of)
		if err != nil {
			return err
		}
		v.Query, v.Name = a.Query, a.Name
	}
	var err error
	if v.Unit, err = web.Query(r, "unit"); err != nil {
		return err
	}
	return s.form(w, r, who, v, nil)
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "audience")
	if err != nil {
		return err
	}
	a, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	return s.form(w, r, who, view{Saved: a, saved: true, edit: a.MayEdit}, nil)
}

// form renders the editor with its count; what was typed stays when it is wrong.
func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, v view, wrong error) error {
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	if err := s.prepare(r.Context(), who, &v); err != nil {
		return err
	}
	v.wrong = web.Errors(r, wrong)
	title := cmp.Or(v.Saved.Name, web.T(r, "audience.new"))
	if !v.saved {
		title = web.T(r, "audience.new")
	}
	p := web.At(r, title, "person", crumbs(r)...)
	if v.ID != 0 {
		p.ID = v.ID.String()
	}
	return web.Render(w, r, status, formPage(p, v))
}

// prepare reads what the editor offers and counts, as far as the query can be asked.
func (s *Service) prepare(ctx context.Context, who access.Actor, v *view) (err error) {
	need := access.PlanEdit
	if !v.edit {
		need = access.PersonRead
	}
	if v.ground, v.Unit, err = s.offer(ctx, who, need, v.Unit, v.Query); err != nil {
		return err
	}
	if v.Codes == "" {
		v.Codes = strings.Join(v.elsewhere, ", ")
	}
	under := v.Unit
	if !v.edit {
		under = cmp.Or(who.Home(), v.Unit)
	}
	if v.edit { // as typed
		v.count, v.said, err = s.Count(ctx, who, under, v.Query)
	} else {
		v.count, v.said, err = s.meant(ctx, who, under, v.Query, func(db.Tx) error { return nil })
	}
	if k := fault.Of(err); k == fault.Invalid || k == fault.Missing || k == fault.Denied {
		err = nil
	}
	return err
}

// read takes the form. Units are ticked or named by their codes.
func (s *Service) read(ctx context.Context, who access.Actor, f *web.Form) (v view, err error) {
	v.edit = true
	v.ID, v.Unit, v.Name = f.ID("id", false), f.ID("unit", true), f.Line("name", 0, 200)
	q := Query{Units: f.IDs("units"), Only: f.Has("only"), Sitting: f.Has("sitting"), Levels: f.All("levels"), Kinds: f.All("kinds"), KeyCadre: f.Has("key_cadre"),
		Positions: strings.Split(f.Line("positions", 0, 2000), ","), Sex: strings.TrimPrefix(f.Raw("sex"), anyOf), Relief: strings.TrimPrefix(f.Raw("relief"), anyOf), Groups: f.All("groups"),
		AgeFrom: f.Int("age_from", 0, oldest, 0), AgeTo: f.Int("age_to", 0, oldest, 0), PartyFrom: f.Int("party_from", 0, oldest, 0), PartyTo: f.Int("party_to", 0, oldest, 0)}
	v.Codes = f.Line("codes", 0, 4000)
	if err := f.Err(); err != nil {
		return v, err
	}
	more, err := s.byCodes(ctx, who, v.Codes)
	q.Units = append(q.Units, more...)
	v.Query = q.Tidy()
	return v, err
}

func (s *Service) pageCreate(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.save(w, r, who, s.Create)
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.save(w, r, who, s.Edit)
}

func (s *Service) save(w http.ResponseWriter, r *http.Request, who access.Actor, do func(context.Context, access.Actor, Saved) (Saved, error)) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	v, err := s.read(r.Context(), who, f)
	if r.PathValue("audience") != "" {
		of, err := web.ID(r, "audience")
		if err != nil {
			return err
		}
		v.ID, v.saved = of, true
	}
	if err == nil && f.Raw("do") != "count" {
		if v.ID == 0 {
			return fault.Gone()
		}
		_, err = do(r.Context(), who, v.Saved)
		if err == nil {
			return web.Redirect(w, r, "/audiences", "audience.kept")
		}
	}
	if err == nil || fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, v, err)
	}
	return err
}

// pageCount answers the editor while it is being filled in.
func (s *Service) pageCount(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	v, err := s.read(r.Context(), who, f)
	if err == nil {
		v.count, v.said, err = s.Count(r.Context(), who, v.Unit, v.Query)
	}
	if err != nil && fault.Of(err) != fault.Invalid {
		return err
	}
	v.wrong = web.Errors(r, err)
	return web.Render(w, r, http.StatusOK, countBox(web.At(r, "", "person"), v))
}

func (s *Service) pageDrop(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "audience")
	if err != nil {
		return err
	}
	if err := s.Drop(r.Context(), who, of); err != nil {
		return err
	}
	return web.Redirect(w, r, "/audiences", "audience.dropped")
}

// asks reports whether a unit is among those ticked.
func (v view) asks(unit id.ID) bool { return slices.Contains(v.Query.Units, unit) }
