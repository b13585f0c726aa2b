package narrative

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	const at = "/campaigns/{campaign}/reports/{unit}"
	return []web.Route{
		web.Page("GET "+at+"/pieces", access.ReportEdit, s.pagePieces),
		web.Page("POST "+at+"/pieces", access.ReportEdit, s.pageTake),
		web.Page("GET "+at+"/alike", access.ReportRead, s.pageAlike),
		web.Op("GET /api/v1"+at+"/pieces", access.ReportEdit, "list-report-pieces", "What the reports directly below say, paragraph by paragraph", s.apiPieces),
		web.Op("POST /api/v1"+at+"/pieces", access.ReportEdit, "take-report-piece", "Take a piece into a section, with its source", s.apiTake),
		web.Op("GET /api/v1"+at+"/alike", access.ReportRead, "compare-report", "Sentences nearly the same as last time's or a neighbour's", s.apiAlike),
	}
}

func to(of, unit id.ID) string { return "/campaigns/" + of.String() + "/reports/" + unit.String() }

func path(r *http.Request) (of, unit id.ID, err error) {
	if of, err = web.ID(r, "campaign"); err != nil {
		return 0, 0, err
	}
	unit, err = web.ID(r, "unit")
	return of, unit, err
}

func crumbs(r *http.Request, of, unit id.ID, name string) []ui.Crumb {
	return []ui.Crumb{{Text: web.T(r, "report.list"), Href: "/reports"}, {Text: web.T(r, "report.of_unit", "unit", name), Href: to(of, unit)}}
}

func (s *Service) pagePieces(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.pieces(w, r, who, refused{})
}

// refused is a form that could not be taken, with what was typed.
type refused struct {
	taking Taking
	errs   ui.Errors
}

func (s *Service) pieces(w http.ResponseWriter, r *http.Request, who access.Actor, no refused) error {
	of, unit, err := path(r)
	if err != nil {
		return err
	}
	v := r.URL.Query()
	q := Query{Section: v.Get("section"), Find: v.Get("q"), Page: db.Page{After: v.Get("after")}}
	if q.From, err = web.Query(r, "from"); err != nil {
		return err
	}
	all, err := s.Pieces(r.Context(), who, of, unit, q)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if no.errs != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "narrative.pieces"), "report", crumbs(r, of, unit, all.Name)...)
	return web.Render(w, r, status, piecesPage(p, all, q, no))
}

func (s *Service) pageTake(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, unit, err := path(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	t := Taking{ID: f.ID("id", true), Source: f.ID("report", true), Version: f.Int("version", 1, 1_000_000, 0), Part: f.Choice("part", report.Sections...),
		Place: f.Line("place", 1, 20), Into: f.Choice("into", report.Sections...), Own: f.Raw("as") == "own", Words: f.Text("words", 4000)}
	if err = f.Err(); err == nil {
		err = s.Take(r.Context(), who, of, unit, t)
	}
	if fault.Of(err) == fault.Invalid {
		return s.pieces(w, r, who, refused{t, web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	back := to(of, unit) + "/pieces"
	if r.URL.RawQuery != "" {
		back += "?" + r.URL.Query().Encode()
	}
	return web.Redirect(w, r, back, "narrative.taken")
}

func (s *Service) pageAlike(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, unit, err := path(r)
	if err != nil {
		return err
	}
	v, err := s.Alike(r.Context(), who, of, unit)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "narrative.alike"), "report", crumbs(r, of, unit, v.Name)...)
	return web.Render(w, r, http.StatusOK, alikePage(p, v))
}

type piecesIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Section  string  `query:"section" maxLength:"20"`
	From     web.Ref `query:"from" doc:"one of the units below"`
	Find     string  `query:"q" maxLength:"100"`
	After    string  `query:"after" maxLength:"100"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiPieces(ctx context.Context, who access.Actor, in *piecesIn) (Pieces, error) {
	return s.Pieces(ctx, who, in.Campaign.ID, in.Unit.ID, Query{Section: in.Section, From: in.From.ID, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}})
}

type takeIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Body     struct {
		ID      id.ID  `json:"id" doc:"made by the caller; sent twice it is taken once"`
		Report  id.ID  `json:"report" doc:"of the piece"`
		Version int64  `json:"version" minimum:"1"`
		Part    string `json:"part" maxLength:"20" doc:"section of the piece"`
		Place   string `json:"place" maxLength:"20"`
		Into    string `json:"into" maxLength:"20" doc:"section of the own report"`
		Own     bool   `json:"own,omitempty" doc:"told in own words"`
		Words   string `json:"words,omitempty" maxLength:"4000" doc:"those words"`
	}
}

func (s *Service) apiTake(ctx context.Context, who access.Actor, in *takeIn) (Pieces, error) {
	b := in.Body
	err := s.Take(ctx, who, in.Campaign.ID, in.Unit.ID, Taking{b.ID, b.Report, b.Version, b.Part, b.Place, b.Into, b.Own, b.Words})
	if err != nil {
		return Pieces{}, err
	}
	return s.Pieces(ctx, who, in.Campaign.ID, in.Unit.ID, Query{From: 0, Section: b.Part})
}

func (s *Service) apiAlike(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
}) (Alike, error) {
	return s.Alike(ctx, who, in.Campaign.ID, in.Unit.ID)
}

// here is the address of the same list, with one thing more.
func here(v Pieces, q Query, after string) string {
	u := url.Values{}
	for k, x := range map[string]string{"q": q.Find, "section": q.Section, "from": q.From.String(), "after": after} {
		if x != "" {
			u.Set(k, x)
		}
	}
	back := to(v.Campaign, v.Unit) + "/pieces"
	if len(u) > 0 {
		back += "?" + u.Encode()
	}
	return back
}

// hundredths writes a share.
func hundredths(p ui.Page, n int64) string {
	whole, rest := n/100, n%100
	point := ","
	if p.Lang == "en" {
		point = "."
	}
	if rest == 0 {
		return strconv.FormatInt(whole, 10) + "%"
	}
	return strconv.FormatInt(whole, 10) + point + strconv.FormatInt(100+rest, 10)[1:] + "%"
}
