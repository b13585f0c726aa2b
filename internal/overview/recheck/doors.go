package recheck

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /campaigns/{campaign}/recheck", access.ReportRead, s.pageShow),
		web.Page("GET /me/recheck", access.Self, s.pageMine),
		web.Page("POST /me/recheck", access.Self, s.pageAnswer),
		web.Op("GET /api/v1/campaigns/{campaign}/recheck", access.ReportRead, "list-rechecks", "Back-checks of the sealed reports of a campaign", s.apiShow),
		web.Op("GET /api/v1/me/recheck", access.Self, "my-rechecks", "What the actor is asked", s.apiMine),
		web.Op("POST /api/v1/me/recheck", access.Self, "answer-recheck", "Answer one question; only totals are ever shown", s.apiAnswer),
	}
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page := db.Page{After: q.Get("after")}
	page.Limit, _ = strconv.Atoi(q.Get("limit"))
	v, err := s.Show(r.Context(), who, of, unit, page)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "recheck.title"), "campaign", ui.Crumb{Text: web.T(r, "campaign.list"), Href: "/campaigns"}, ui.Crumb{Text: v.Title, Href: "/campaigns/" + of.String()})
	return web.Render(w, r, http.StatusOK, showPage(p, v, page.After != ""))
}

func address(of, unit id.ID, after string) string {
	q := url.Values{}
	if unit != 0 {
		q.Set("unit", unit.String())
	}
	if after != "" {
		q.Set("after", after)
	}
	to := "/campaigns/" + of.String() + "/recheck"
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	return to
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	list, err := s.MyAsks(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "recheck.mine"), "me")
	p.Back = "/me"
	return web.Render(w, r, http.StatusOK, minePage(p, list))
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	of, question, value := f.ID("draw", true), f.Line("question", 1, 20), f.Line("value", 1, 20)
	if err := f.Err(); err != nil {
		return err
	}
	next, err := s.Answer(r.Context(), who, of, question, value)
	if err != nil {
		return err
	}
	if next == "" {
		return web.Redirect(w, r, "/me/recheck", "recheck.thanks")
	}
	http.Redirect(w, r, "/me/recheck", http.StatusSeeOther)
	return nil
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" doc:"gives this unit's in detail"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}) (View, error) {
	return s.Show(ctx, who, in.Campaign.ID, in.Unit.ID, db.Page{After: in.After, Limit: in.Limit})
}

type mineOut struct {
	Items []Mine `json:"items"`
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, _ *web.Empty) (mineOut, error) {
	list, err := s.MyAsks(ctx, who)
	return mineOut{list}, err
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *struct {
	Body struct {
		Draw     id.ID  `json:"draw"`
		Question string `json:"question" enum:"there,form,heard"`
		Value    string `json:"value" maxLength:"20"`
	}
}) (mineOut, error) {
	if _, err := s.Answer(ctx, who, in.Body.Draw, in.Body.Question, in.Body.Value); err != nil {
		return mineOut{}, err
	}
	return s.apiMine(ctx, who, nil)
}
