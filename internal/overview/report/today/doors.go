package today

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
		web.Page("GET /campaigns/{campaign}/today", access.ReportRead, s.pageShow),
		web.Page("GET /campaigns/{campaign}/successors", access.CampaignRead, s.pageSuccessors),
		web.Op("GET /api/v1/campaigns/{campaign}/today", access.ReportRead, "campaign-today", "A unit's part of a campaign in the tree of today", s.apiShow),
		web.Op("GET /api/v1/campaigns/{campaign}/successors", access.CampaignRead, "campaign-successors", "What the units of a campaign are today", s.apiSuccessors),
	}
}

func crumbs(r *http.Request, of id.ID, title string) []ui.Crumb {
	return []ui.Crumb{{Text: web.T(r, "campaign.list"), Href: "/campaigns"}, {Text: title, Href: "/campaigns/" + of.String()}}
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	var a Ask
	for _, q := range []struct {
		name string
		into *id.ID
	}{{"unit", &a.Unit}, {"at", &a.At}, {"document", &a.Document}} {
		if *q.into, err = web.Query(r, q.name); err != nil {
			return err
		}
	}
	if a.Campaign, err = web.ID(r, "campaign"); err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, a)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "today.title"), "campaign", crumbs(r, a.Campaign, v.Campaign.Title)...)
	return web.Render(w, r, http.StatusOK, showPage(p, v, s.Now.Day()))
}

// with is the address of the same view with one thing chosen otherwise.
func (v View) with(name string, value id.ID) string {
	q := url.Values{"unit": {v.Unit.String()}, "document": {v.Document.String()}, "at": {v.Today.At.String()}}
	q.Set(name, value.String())
	return "/campaigns/" + v.Campaign.ID.String() + "/today?" + q.Encode()
}

func (s *Service) pageSuccessors(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page := db.Page{After: q.Get("after")}
	page.Limit, _ = strconv.Atoi(q.Get("limit"))
	c, rows, total, err := s.Successors(r.Context(), who, of, page)
	if err != nil {
		return err
	}
	base := "/campaigns/" + of.String() + "/successors"
	next, first := "", ""
	if rows.Next != "" {
		next = base + "?" + url.Values{"after": {rows.Next}}.Encode()
	}
	if page.After != "" {
		first = base
	}
	p := web.At(r, web.T(r, "today.successors"), "campaign", crumbs(r, of, c.Title)...)
	return web.Render(w, r, http.StatusOK, successorPage(p, c, rows.Items, total, next, first))
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" doc:"of the frozen tree, or of today; the highest in sight when empty"`
	At       web.Ref `query:"at" doc:"unit of today whose lines are wanted"`
	Document web.Ref `query:"document"`
}) (View, error) {
	return s.Show(ctx, who, Ask{Campaign: in.Campaign.ID, Unit: in.Unit.ID, At: in.At.ID, Document: in.Document.ID})
}

type becomes struct {
	Items []Become `json:"items"`
	Next  string   `json:"next" doc:"send as after for the next piece; empty at the end"`
	Total int64    `json:"total"`
}

func (s *Service) apiSuccessors(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	After    string  `query:"after" maxLength:"2000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}) (becomes, error) {
	_, rows, total, err := s.Successors(ctx, who, in.Campaign.ID, db.Page{After: in.After, Limit: in.Limit})
	return becomes{append([]Become{}, rows.Items...), rows.Next, total}, err
}
