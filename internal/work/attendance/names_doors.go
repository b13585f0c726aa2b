package attendance

import (
	"context"
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// namesRoutes lead from a figure to the people behind it.
func (s *Service) namesRoutes() []web.Route {
	return []web.Route{
		web.Page("GET /campaigns/{campaign}/names", access.AttendanceRead, s.pageNames),
		web.Op("GET /api/v1/campaigns/{campaign}/names", access.AttendanceRead, "list-names", "A figure and the people behind it, as far as the scope covers them", s.apiNames),
	}
}

func (s *Service) pageNames(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	q := Behind{Figure: r.URL.Query().Get("figure"), Page: db.Page{After: r.URL.Query().Get("after")}}
	if q.Campaign, err = web.ID(r, "campaign"); err != nil {
		return err
	}
	if q.Unit, err = web.Query(r, "unit"); err != nil {
		return err
	}
	if q.Document, err = web.Query(r, "document"); err != nil {
		return err
	}
	if q.Figure == "" {
		q.Figure = "absent"
	}
	if q.Unit == 0 {
		q.Unit = who.Home()
	}
	v, err := s.Names(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.figure."+v.Figure), "campaign", ui.Crumb{Text: v.Campaign, Href: "/campaigns/" + q.Campaign.String()}, ui.Crumb{Text: v.Unit})
	return web.Render(w, r, http.StatusOK, namesPage(p, v, q))
}

// namesURL is the address of another figure, document or page.
func namesURL(q Behind, document id.ID, figure, after string) string {
	v := url.Values{"unit": {q.Unit.String()}, "document": {document.String()}, "figure": {figure}}
	if after != "" {
		v.Set("after", after)
	}
	return "/campaigns/" + q.Campaign.String() + "/names?" + v.Encode()
}

type namesIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" required:"true" doc:"of the campaign's frozen tree, with everything below"`
	Document web.Ref `query:"document" doc:"empty: the campaign's first"`
	Figure   string  `query:"figure" required:"true" enum:"members,exempt,exempt_came,obliged,studied,form_in_person,form_online,form_relay,form_self_study,form_make_up,form_higher,grade_1,grade_2,grade_3,grade_4,grade_5,absent,absent_excused,absent_unexcused,absent_unknown,civil,civil_studied"`
	After    string  `query:"after" maxLength:"100"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiNames(ctx context.Context, who access.Actor, in *namesIn) (Answer, error) {
	return s.Names(ctx, who, Behind{Campaign: in.Campaign.ID, Unit: in.Unit.ID, Document: in.Document.ID, Figure: in.Figure, Page: db.Page{After: in.After, Limit: in.Limit}})
}
