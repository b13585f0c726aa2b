package brief

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/dashboard"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /campaigns/{campaign}/units/{unit}", access.CampaignRead, s.pageOne),
		web.Op("GET /api/v1/campaigns/{campaign}/units/{unit}/brief", access.CampaignRead, "unit-brief",
			"One unit in a campaign: rates, evidence, time, what is missing or contested, campaigns before", s.apiOne),
	}
}

func (s *Service) pageOne(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	var ask dashboard.Ask
	if ask.Campaign, err = web.ID(r, "campaign"); err != nil {
		return err
	}
	if ask.Unit, err = web.ID(r, "unit"); err != nil {
		return err
	}
	if ask.Document, err = web.Query(r, "document"); err != nil {
		return err
	}
	b, err := s.Of(r.Context(), who, ask)
	if err != nil {
		return err
	}
	at := "/campaigns/" + ask.Campaign.String()
	crumbs := []ui.Crumb{{Text: web.T(r, "dashboard.campaigns"), Href: "/campaigns"}, {Text: b.Campaign.Title, Href: at}}
	for _, u := range b.Path {
		crumbs = append(crumbs, ui.Crumb{Text: u.Short, Href: at + "/units/" + u.ID.String()})
	}
	v := view{Brief: b, at: at, reports: who.Holds(access.ReportRead)}
	return web.Render(w, r, http.StatusOK, page(web.At(r, b.Self.Name, "campaign", crumbs...), v))
}

type oneIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Document string  `query:"document" maxLength:"20" doc:"document of the campaign; the first unless given"`
}

func (s *Service) apiOne(ctx context.Context, who access.Actor, in *oneIn) (b Brief, err error) {
	ask := dashboard.Ask{Campaign: in.Campaign.ID, Unit: in.Unit.ID}
	if in.Document != "" {
		if ask.Document, err = id.Parse(in.Document); err != nil {
			return b, err
		}
	}
	return s.Of(ctx, who, ask)
}
