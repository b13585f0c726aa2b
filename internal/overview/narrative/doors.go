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
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	const of, period = "/campaigns/{campaign}/reports/{unit}", "/reviews/{review}"
	var out []web.Route
	for _, at := range []string{of, period} {
		out = append(out, web.Page("GET "+at+"/pieces", access.ReportEdit, s.pagePieces),
			web.Page("POST "+at+"/pieces", access.ReportEdit, s.pageTake),
			web.Page("GET "+at+"/alike", access.ReportRead, s.pageAlike))
	}
	return append(out,
		web.Op("GET /api/v1"+of+"/pieces", access.ReportEdit, "list-report-pieces", "What the reports directly below say, paragraph by paragraph", s.apiPieces),
		web.Op("POST /api/v1"+of+"/pieces", access.ReportEdit, "take-report-piece", "Take a piece into a section, with its source", s.apiTake),
		web.Op("GET /api/v1"+of+"/alike", access.ReportRead, "compare-report", "Sentences nearly the same as last time's or a neighbour's", s.apiAlike),
		web.Op("GET /api/v1"+period+"/pieces", access.ReportEdit, "list-review-pieces", "What the reviews directly below say of parts of the period, paragraph by paragraph", s.apiReviewPieces),
		web.Op("POST /api/v1"+period+"/pieces", access.ReportEdit, "take-review-piece", "Take a piece of a review below into a section, with its source", s.apiReviewTake),
		web.Op("GET /api/v1"+period+"/alike", access.ReportRead, "compare-review", "Sentences nearly the same as the last period's or a neighbour's", s.apiReviewAlike))
}

func path(r *http.Request) (p Paper, err error) {
	if r.PathValue("review") != "" {
		p.Review, err = web.ID(r, "review")
		return p, err
	}
	if p.Campaign, err = web.ID(r, "campaign"); err != nil {
		return p, err
	}
	p.Unit, err = web.ID(r, "unit")
	return p, err
}

func crumbs(r *http.Request, of Paper, title, name string) []ui.Crumb {
	if of.Review != 0 {
		return []ui.Crumb{{Text: web.T(r, "review.list"), Href: "/reviews"}, {Text: title, Href: of.href()}}
	}
	return []ui.Crumb{{Text: web.T(r, "report.list"), Href: "/reports"}, {Text: web.T(r, "report.of_unit", "unit", name), Href: of.href()}}
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
	of, err := path(r)
	if err != nil {
		return err
	}
	v := r.URL.Query()
	q := Query{Section: v.Get("section"), Find: v.Get("q"), Page: db.Page{After: v.Get("after")}}
	if q.From, err = web.Query(r, "from"); err != nil {
		return err
	}
	all, err := s.Pieces(r.Context(), who, of, q)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if no.errs != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "narrative.pieces"), "report", crumbs(r, all.Paper, all.Title, all.Name)...)
	return web.Render(w, r, status, piecesPage(p, all, q, no))
}

func (s *Service) pageTake(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := path(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	t := Taking{ID: f.ID("id", true), Source: f.ID("report", true), Version: f.Int("version", 1, 1_000_000, 0), Part: f.Choice("part", of.sections()...),
		Place: f.Line("place", 1, 20), Into: f.Choice("into", of.sections()...), Own: f.Raw("as") == "own", Words: f.Text("words", 4000)}
	if err = f.Err(); err == nil {
		err = s.Take(r.Context(), who, of, t)
	}
	if fault.Of(err) == fault.Invalid {
		return s.pieces(w, r, who, refused{t, web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	back := of.href() + "/pieces"
	if r.URL.RawQuery != "" {
		back += "?" + r.URL.Query().Encode()
	}
	return web.Redirect(w, r, back, "narrative.taken")
}

func (s *Service) pageAlike(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := path(r)
	if err != nil {
		return err
	}
	v, err := s.Alike(r.Context(), who, of)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "narrative.alike"), "report", crumbs(r, v.Paper, v.Title, v.Name)...)
	return web.Render(w, r, http.StatusOK, alikePage(p, v))
}

type reportIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
}

type reviewIn struct {
	Review web.Ref `path:"review"`
}

type taking struct {
	ID      id.ID  `json:"id" doc:"made by the caller; sent twice it is taken once"`
	Report  id.ID  `json:"report" doc:"of the piece; of a review that"`
	Version int64  `json:"version" minimum:"1"`
	Part    string `json:"part" maxLength:"20" doc:"section of the piece"`
	Place   string `json:"place" maxLength:"20"`
	Into    string `json:"into" maxLength:"20" doc:"section of the own paper"`
	Own     bool   `json:"own,omitempty" doc:"told in own words"`
	Words   string `json:"words,omitempty" maxLength:"4000" doc:"those words"`
}

func (s *Service) apiPieces(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Section  string  `query:"section" maxLength:"20"`
	From     web.Ref `query:"from" doc:"one of the units below"`
	Find     string  `query:"q" maxLength:"100"`
	After    string  `query:"after" maxLength:"100"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}) (Pieces, error) {
	return s.Pieces(ctx, who, On(in.Campaign.ID, in.Unit.ID), Query{Section: in.Section, From: in.From.ID, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}})
}

func (s *Service) apiReviewPieces(ctx context.Context, who access.Actor, in *struct {
	Review  web.Ref `path:"review"`
	Section string  `query:"section" maxLength:"20"`
	From    web.Ref `query:"from" doc:"one of the units below"`
	Find    string  `query:"q" maxLength:"100"`
	After   string  `query:"after" maxLength:"100"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}) (Pieces, error) {
	return s.Pieces(ctx, who, Of(in.Review.ID), Query{Section: in.Section, From: in.From.ID, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}})
}

func (s *Service) apiTake(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Body     taking
}) (Pieces, error) {
	return s.take(ctx, who, On(in.Campaign.ID, in.Unit.ID), in.Body)
}

func (s *Service) apiReviewTake(ctx context.Context, who access.Actor, in *struct {
	Review web.Ref `path:"review"`
	Body   taking
}) (Pieces, error) {
	return s.take(ctx, who, Of(in.Review.ID), in.Body)
}

func (s *Service) take(ctx context.Context, who access.Actor, of Paper, b taking) (Pieces, error) {
	if err := s.Take(ctx, who, of, Taking{b.ID, b.Report, b.Version, b.Part, b.Place, b.Into, b.Own, b.Words}); err != nil {
		return Pieces{}, err
	}
	return s.Pieces(ctx, who, of, Query{Section: b.Part})
}

func (s *Service) apiAlike(ctx context.Context, who access.Actor, in *reportIn) (Alike, error) {
	return s.Alike(ctx, who, On(in.Campaign.ID, in.Unit.ID))
}

func (s *Service) apiReviewAlike(ctx context.Context, who access.Actor, in *reviewIn) (Alike, error) {
	return s.Alike(ctx, who, Of(in.Review.ID))
}

// here is the address of the same list, with one thing more.
func here(v Pieces, q Query, after string) string {
	u := url.Values{}
	for k, x := range map[string]string{"q": q.Find, "section": q.Section, "from": q.From.String(), "after": after} {
		if x != "" {
			u.Set(k, x)
		}
	}
	back := v.href() + "/pieces"
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
