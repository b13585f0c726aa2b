package measure

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return append(s.columnRoutes(),
		web.Page("GET /figures", access.ReportRead, s.pageList),
		web.Page("GET /figures/{code}", access.ReportRead, s.pageShow),
		web.Op("GET /api/v1/figures", access.ReportRead, "list-figures", "The definitions in force, in the order of the appendix", s.apiList),
		web.Op("GET /api/v1/figures/{code}", access.ReportRead, "figure", "One definition, of the version in force or another", s.apiShow),
		web.Op("GET /api/v1/figures/{code}/count", access.ReportRead, "count-figure", "A figure of a unit counted anew from the records", s.apiCount),
	)
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "measure.title"), "report", ui.Crumb{Text: web.T(r, "report.list"), Href: "/reports"}), Current()))
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	d, err := find(r.PathValue("code"), r.URL.Query().Get("version"))
	if err != nil {
		return err
	}
	ask := Ask{Figure: d.Code, Version: d.Version}
	for name, into := range map[string]*id.ID{"campaign": &ask.Campaign, "unit": &ask.Unit, "document": &ask.Document} {
		if *into, err = web.Query(r, name); err != nil {
			return err
		}
	}
	var c *Counted
	if ask.Campaign != 0 {
		got, err := s.Count(r.Context(), who, ask)
		if err != nil {
			return err
		}
		c = &got
	}
	p := web.At(r, web.T(r, "report.figure."+d.Code), "report", ui.Crumb{Text: web.T(r, "measure.title"), Href: "/figures"})
	return web.Render(w, r, http.StatusOK, showPage(p, d, c))
}

// find is a definition by its address; an unknown code or version is Missing.
func find(code, version string) (Def, error) {
	d, ok := Of(code)
	if version != "" {
		n, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return d, fault.Gone()
		}
		d, ok = At(code, n)
	}
	if !ok {
		return d, fault.Gone()
	}
	return d, nil
}

type defs struct {
	Items []Def  `json:"items"`
	Next  string `json:"next"`
}

func (s *Service) apiList(context.Context, access.Actor, *struct{}) (defs, error) {
	return defs{Items: Current()}, nil
}

func (s *Service) apiShow(_ context.Context, _ access.Actor, in *struct {
	Code    string `path:"code" maxLength:"40"`
	Version string `query:"version" maxLength:"10" doc:"empty: the one in force"`
}) (Def, error) {
	return find(in.Code, in.Version)
}

func (s *Service) apiCount(ctx context.Context, who access.Actor, in *struct {
	Code     string  `path:"code" maxLength:"40"`
	Campaign web.Ref `query:"campaign" required:"true"`
	Unit     web.Ref `query:"unit" required:"true"`
	Document web.Ref `query:"document" doc:"for figures that stand once for each document"`
}) (Counted, error) {
	return s.Count(ctx, who, Ask{Campaign: in.Campaign.ID, Unit: in.Unit.ID, Document: in.Document.ID, Figure: in.Code})
}

// took is a duration in milliseconds.
func took(d time.Duration) int64 { return d.Milliseconds() }
