package level

import (
	"context"
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside; the list of the API belongs to the tree.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /levels", access.UnitRead, s.pageList),
		web.Page("GET /levels/new", access.UnitEdit, s.pageNew),
		web.Page("GET /levels/{code}/edit", access.UnitEdit, s.pageEdit),
		web.Page("POST /levels", access.UnitEdit, s.pageSave),
		web.Op("PUT /api/v1/levels/{code}", access.UnitEdit, "save-level", "Change a level, or add it", s.apiSave),
	}
}

func frame(r *http.Request, title string) ui.Page {
	return web.At(r, title, "unit", ui.Crumb{Text: web.T(r, "org.units"), Href: "/units"}, ui.Crumb{Text: web.T(r, "level.list"), Href: "/levels"})
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	rungs, may, err := s.List(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "level.list"), "unit", ui.Crumb{Text: web.T(r, "org.units"), Href: "/units"})
	return web.Render(w, r, http.StatusOK, listPage(p, rungs, may, s.Now.Day()))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return web.Render(w, r, http.StatusOK, formPage(frame(r, web.T(r, "level.new")), formView{Level: org.Level{From: s.Now.Day()}}))
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	rungs, _, err := s.List(r.Context(), who)
	if err != nil {
		return err
	}
	for _, l := range rungs {
		if l.Code == r.PathValue("code") {
			return web.Render(w, r, http.StatusOK, formPage(frame(r, l.In(web.Lang(r))), formView{Level: l.Level, known: true}))
		}
	}
	return fault.Gone()
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	known := f.Raw("known") != ""
	l := org.Level{Code: f.Line("code", 1, 40), Name: f.Line("name", 1, 100), NameEn: f.Line("name_en", 1, 100), Rank: int(f.Int("rank", 1, 1000, 0)),
		From: f.Date("from", false), To: f.Date("to", false)}
	if err = f.Err(); err == nil {
		err = s.Save(r.Context(), who, l, known)
	}
	if k := fault.Of(err); k == fault.Invalid || k == fault.Conflict {
		v := formView{Level: l, known: known, values: r.PostForm, errs: web.Errors(r, err)}
		return web.Render(w, r, http.StatusUnprocessableEntity, formPage(frame(r, web.T(r, "level.new")), v))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/levels", "level.saved")
}

func (s *Service) apiSave(ctx context.Context, who access.Actor, in *struct {
	Code string `path:"code" maxLength:"40"`
	Body struct {
		Name   string `json:"name" minLength:"1" maxLength:"100"`
		NameEn string `json:"name_en" minLength:"1" maxLength:"100"`
		Rank   int    `json:"rank" minimum:"1" maximum:"1000" doc:"order from the top; equal ranks are equivalent"`
		From   string `json:"from,omitempty" maxLength:"10"`
		To     string `json:"to,omitempty" maxLength:"10"`
	}
}) (org.Level, error) {
	b := in.Body
	l := org.Level{Code: in.Code, Name: b.Name, NameEn: b.NameEn, Rank: b.Rank, From: b.From, To: b.To}
	err := s.Save(ctx, who, l, true)
	if fault.Of(err) == fault.Missing {
		err = s.Save(ctx, who, l, false)
	}
	return l, err
}

// formView is the form of a level, with what was typed when it was refused.
type formView struct {
	org.Level
	known  bool
	values url.Values
	errs   ui.Errors
}

func (v formView) typed(name, own string) string {
	if v.values != nil {
		return v.values.Get(name)
	}
	return own
}
