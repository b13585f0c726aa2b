package secret

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /people/{person}/numbers", access.PersonEdit, s.pageEdit),
		web.Page("POST /people/{person}/numbers", access.PersonEdit, s.pageSave),
		web.Page("GET /people/{person}/reveal", access.PersonRead, s.pageAsk),
		web.Page("POST /people/{person}/reveal", access.PersonRead, s.pageReveal),
		web.Op("PUT /api/v1/people/{person}/numbers", access.PersonEdit, "save-numbers", "Change a person's identity or phone number", s.apiSave),
		web.Op("POST /api/v1/people/{person}/numbers/open", access.PersonRead, "open-numbers", "Read a person's identity and phone number; who looked is written down", s.apiReveal),
	}
}

type formView struct {
	View
	typed Numbers
	why   string
	errs  ui.Errors
}

func frame(r *http.Request, v View, title string) ui.Page {
	return web.At(r, title, "unit", ui.Crumb{Text: web.T(r, "person.people"), Href: "/people"}, ui.Crumb{Text: v.Name, Href: to(v.Person)})
}

func to(person id.ID) string { return "/people/" + person.String() }

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	p, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, p)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, formPage(frame(r, v, web.T(r, "secret.edit")), formView{View: v}))
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	p, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, p)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	typed, why := Numbers{f.Line("identity", 0, 30), f.Line("phone", 0, 30)}, f.Line("why", 0, 300)
	c := Change{given(f.Has("drop_identity"), typed.Identity), given(f.Has("drop_phone"), typed.Phone)}
	if err = f.Err(); err == nil {
		_, err = s.Save(r.Context(), who, p, c, why)
	}
	if k := fault.Of(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		code := http.StatusUnprocessableEntity
		if k == fault.Conflict {
			code = http.StatusConflict
		}
		return web.Render(w, r, code, formPage(frame(r, v, web.T(r, "secret.edit")), formView{v, typed, why, web.Errors(r, err)}))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(p), "secret.saved")
}

// given is what a field changes: a typed number, or none at all; nil leaves it.
func given(drop bool, typed string) *string {
	none := ""
	switch {
	case typed != "":
		return &typed
	case drop:
		return &none
	}
	return nil
}

func (s *Service) pageAsk(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	p, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	v, err := s.Ask(r.Context(), who, p)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, revealPage(frame(r, v, web.T(r, "secret.title")), formView{View: v}))
}

func (s *Service) pageReveal(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	p, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	purpose := f.Line("purpose", 1, 300)
	if err := f.Err(); err != nil {
		v, e := s.Ask(r.Context(), who, p)
		if e != nil {
			return e
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, revealPage(frame(r, v, web.T(r, "secret.title")), formView{View: v, errs: web.Errors(r, err)}))
	}
	v, err := s.Reveal(r.Context(), who, p, purpose)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, http.StatusOK, revealPage(frame(r, v, web.T(r, "secret.title")), formView{View: v, why: purpose}))
}

// Path names the person of an operation.
type Path struct {
	Person web.Ref `path:"person"`
}

func (s *Service) apiSave(ctx context.Context, who access.Actor, in *struct {
	Path
	Body struct {
		Identity *string `json:"identity,omitempty" maxLength:"30" doc:"left as it is when missing, taken away when empty"`
		Phone    *string `json:"phone,omitempty" maxLength:"30" doc:"left as it is when missing, taken away when empty"`
		Why      string  `json:"why,omitempty" maxLength:"300"`
	}
}) (Numbers, error) {
	v, err := s.Save(ctx, who, in.Person.ID, Change{in.Body.Identity, in.Body.Phone}, in.Body.Why)
	return v.Numbers, err
}

func (s *Service) apiReveal(ctx context.Context, who access.Actor, in *struct {
	Path
	Body struct {
		Purpose string `json:"purpose" minLength:"1" maxLength:"300" doc:"why; shown to the person"`
	}
}) (Numbers, error) {
	v, err := s.Reveal(ctx, who, in.Person.ID, in.Body.Purpose)
	return v.Numbers, err
}
