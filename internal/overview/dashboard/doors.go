package dashboard

import (
	"context"
	"net/http"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /{$}", access.Anyone, s.pageHome),
		web.Page("GET /search", access.Signed, s.pageSearch),
		web.Page("GET /campaigns/{campaign}", access.CampaignRead, s.pageOverview),
		web.Page("GET /campaigns/{campaign}/overview.xlsx", access.CampaignRead, s.pageExport("xlsx")),
		web.Page("GET /campaigns/{campaign}/overview.csv", access.CampaignRead, s.pageExport("csv")),
		web.Op("GET /api/v1/campaigns/{campaign}/overview", access.CampaignRead, "campaign-overview",
			"Figures, reports, deadlines and leads of a campaign for one unit and document", s.apiOverview),
	}
}

func readAsk(r *http.Request) (a Ask, err error) {
	if a.Campaign, err = web.ID(r, "campaign"); err != nil {
		return a, err
	}
	if a.Unit, err = web.Query(r, "unit"); err != nil {
		return a, err
	}
	if a.Document, err = web.Query(r, "document"); err != nil {
		return a, err
	}
	a.Open, err = web.Query(r, "open")
	return a, err
}

func (s *Service) pageOverview(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	ask, err := readAsk(r)
	if err != nil {
		return err
	}
	find, err := readFind(r)
	if err != nil {
		return err
	}
	o, err := s.Overview(r.Context(), who, ask)
	if fault.Of(err) == fault.Missing && s.drafted(r.Context(), who, ask.Campaign) {
		return web.Redirect(w, r, "/campaigns/"+ask.Campaign.String()+"/open", "")
	}
	if err != nil {
		return err
	}
	v := view{Overview: o, open: ask.Open, find: find}
	v.mayClose = o.Campaign.State == "open" && o.Self.Unit == o.Campaign.Unit && who.Holds(access.CampaignEdit)
	if state := r.URL.Query().Get("state"); slices.Contains(states, state) {
		v.state = state
	}
	return web.Render(w, r, http.StatusOK, overviewPage(frame(r, v), v))
}

// frame names the page: the campaign, or the unit with the way down to it.
func frame(r *http.Request, v view) ui.Page {
	crumbs := []ui.Crumb{{Text: web.T(r, "dashboard.campaigns"), Href: "/campaigns"}}
	title := v.Campaign.Title
	if v.Self.Unit != v.Campaign.Unit {
		title = v.Self.Name
		crumbs = append(crumbs, ui.Crumb{Text: short(v.Campaign.Title, 60), Href: v.at()})
	}
	for _, u := range v.Path {
		crumbs = append(crumbs, ui.Crumb{Text: u.Short, Href: v.unitHref(u.ID)})
	}
	return web.At(r, title, "campaign", crumbs...)
}

// readFind reads the words of a search. Fault: Invalid for what is not text or too long.
func readFind(r *http.Request) (string, error) {
	s, ok := text.Clean(r.URL.Query().Get("q"))
	switch {
	case !ok:
		return "", fault.At("q", "web.not_text")
	case len([]rune(s)) > 100:
		return "", fault.At("q", "web.too_long", "n", 100)
	}
	return s, nil
}

type overviewIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     string  `query:"unit" maxLength:"20" doc:"unit of the frozen tree; the widest in sight unless given"`
	Document string  `query:"document" maxLength:"20" doc:"document of the campaign; the first unless given"`
}

func (s *Service) apiOverview(ctx context.Context, who access.Actor, in *overviewIn) (o Overview, err error) {
	ask := Ask{Campaign: in.Campaign.ID}
	if ask.Unit, err = optional(in.Unit); err != nil {
		return o, err
	}
	if ask.Document, err = optional(in.Document); err != nil {
		return o, err
	}
	return s.Overview(ctx, who, ask)
}
