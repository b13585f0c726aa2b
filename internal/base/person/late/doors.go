package late

import (
	"context"
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /people/exemptions/late", access.PersonRead, s.pageList),
		web.Page("GET /people/exemptions/late/{exemption}/{campaign}", access.PersonRead, s.pageShow),
		web.Page("POST /people/exemptions/late/{exemption}/{campaign}", access.PersonEdit, s.pageAnswer),
		web.Op("GET /api/v1/late-exemptions", access.PersonRead, "list-late-exemptions", "Exemptions that came after a roster was frozen, with what they would do to the rate", s.apiList),
		web.Op("POST /api/v1/exemptions/{exemption}/late/{campaign}", access.PersonEdit, "answer-late-exemption", "Conclude on a late exemption of a unit below; no figure changes", s.apiAnswer),
	}
}

func frame(r *http.Request, title string, more ...ui.Crumb) ui.Page {
	return web.At(r, title, "unit", append([]ui.Crumb{{Text: web.T(r, "person.people"), Href: "/people"}}, more...)...)
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	all := r.URL.Query().Get("all") != ""
	list, err := s.List(r.Context(), who, !all)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(frame(r, web.T(r, "late.title")), list, all))
}

func (s *Service) load(r *http.Request, who access.Actor) (Question, error) {
	e, err := web.ID(r, "exemption")
	if err != nil {
		return Question{}, err
	}
	c, err := web.ID(r, "campaign")
	if err != nil {
		return Question{}, err
	}
	return s.Show(r.Context(), who, e, c)
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := s.load(r, who)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, q, nil, nil)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, status int, q Question, errs ui.Errors, typed url.Values) error {
	p := frame(r, web.T(r, "late.one"), ui.Crumb{Text: web.T(r, "late.title"), Href: "/people/exemptions/late"})
	return web.Render(w, r, status, showPage(p, q, errs, typed))
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := s.load(r, who)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	accepted, why := f.Choice("accepted", "yes", "no") == "yes", f.Line("why", 1, 300)
	if err = f.Err(); err == nil {
		_, err = s.Answer(r.Context(), who, q.Exemption, q.Campaign, accepted, why)
	}
	if fault.Of(err) == fault.Invalid && err != nil {
		return s.show(w, r, http.StatusUnprocessableEntity, q, web.Errors(r, err), r.PostForm)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/people/exemptions/late", "late.saved")
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	All bool `query:"all" doc:"also those that were answered"`
}) (struct {
	Items []Question `json:"items" doc:"at most 300, the newest first"`
}, error) {
	list, err := s.List(ctx, who, !in.All)
	return struct {
		Items []Question `json:"items" doc:"at most 300, the newest first"`
	}{append([]Question{}, list...)}, err
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *struct {
	Exemption web.Ref `path:"exemption"`
	Campaign  web.Ref `path:"campaign"`
	Body      struct {
		Accepted bool   `json:"accepted" doc:"the exemption is in order"`
		Why      string `json:"why" minLength:"1" maxLength:"300"`
	}
}) (Question, error) {
	return s.Answer(ctx, who, in.Exemption.ID, in.Campaign.ID, in.Body.Accepted, in.Body.Why)
}
