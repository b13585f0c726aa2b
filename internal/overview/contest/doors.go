package contest

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
	return []web.Route{
		web.Page("GET /me/figures", access.Self, s.pageMine),
		web.Page("POST /me/figures", access.Self, s.pageOpen),
		web.Page("POST /me/figures/{contest}", access.Self, s.pageName),
		web.Page("GET /contests", access.ReportRead, s.pageList),
		web.Page("GET /contests/{contest}", access.ReportRead, s.pageShow),
		web.Page("POST /contests/{contest}", access.ReportAccept, s.pageDecide),
		web.Page("POST /contests/{contest}/mended", access.ReportAccept, s.pageMend),
		web.Op("GET /api/v1/me/figures", access.Self, "my-figures", "Every figure of a campaign in which the actor is counted", s.apiMine),
		web.Op("POST /api/v1/me/contests", access.Self, "contest-figure", "Contest a figure in which the actor is counted", s.apiOpen),
		web.Op("POST /api/v1/me/contests/{contest}", access.Self, "name-contest", "Let the unit see who contests, or not", s.apiName),
		web.Op("GET /api/v1/contests", access.ReportRead, "list-contests", "Contests to decide, and those about units in sight without names", s.apiList),
		web.Op("GET /api/v1/contests/{contest}", access.ReportRead, "show-contest", "One contest", s.apiShow),
		web.Op("POST /api/v1/contests/{contest}", access.ReportAccept, "decide-contest", "Uphold or reject, with a sentence to the member", s.apiDecide),
		web.Op("POST /api/v1/contests/{contest}/mended", access.ReportAccept, "mend-contest", "Close an upheld contest whose record was put right", s.apiMend),
	}
}

// typed is a form that was sent and has to be mended.
type typed struct {
	n    New
	errs ui.Errors
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.Query(r, "campaign")
	if err != nil {
		return err
	}
	return s.mine(w, r, who, http.StatusOK, of, typed{})
}

func (s *Service) mine(w http.ResponseWriter, r *http.Request, who access.Actor, status int, of id.ID, t typed) error {
	m, err := s.MyFigures(r.Context(), who, of)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "contest.mine"), "me")
	p.Back = "/me"
	return web.Render(w, r, status, minePage(p, m, t))
}

func (s *Service) pageOpen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	n := New{ID: f.ID("id", true), Campaign: f.ID("campaign", true), Document: f.ID("document", false), Figure: f.Line("figure", 1, 40),
		Kind: f.Line("kind", 0, 40), Said: f.Text("said", longest), Named: f.Has("named")}
	if err = f.Err(); err == nil {
		_, err = s.Open(r.Context(), who, n)
	}
	if fault.Of(err) == fault.Invalid {
		return s.mine(w, r, who, http.StatusUnprocessableEntity, n.Campaign, typed{n, web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/figures?campaign="+n.Campaign.String(), "contest.sent")
}

func (s *Service) pageName(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "contest")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	if err := s.Name(r.Context(), who, of, f.Has("named")); err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/figures", "contest.saved")
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q := r.URL.Query()
	of, err := web.Query(r, "campaign")
	if err != nil {
		return err
	}
	ask := Query{Campaign: of, State: stateOf(q.Get("state")), Page: db.Page{After: q.Get("after")}}
	ask.Page.Limit, _ = strconv.Atoi(q.Get("limit"))
	rows, err := s.List(r.Context(), who, ask)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "contest.title"), "report"), rows, ask))
}

func stateOf(s string) string {
	switch s {
	case "open", "upheld", "rejected":
		return s
	}
	return ""
}

func (q Query) address(after string) string {
	v := url.Values{}
	if q.Campaign != 0 {
		v.Set("campaign", q.Campaign.String())
	}
	if q.State != "" {
		v.Set("state", q.State)
	}
	if after != "" {
		v.Set("after", after)
	}
	if len(v) == 0 {
		return "/contests"
	}
	return "/contests?" + v.Encode()
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, http.StatusOK, "", nil)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, status int, remark string, errs ui.Errors) error {
	of, err := web.ID(r, "contest")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "contest.one"), "report", ui.Crumb{Text: web.T(r, "contest.title"), Href: "/contests"})
	return web.Render(w, r, status, showPage(p, v, remark, errs))
}

func (s *Service) pageDecide(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "contest")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	remark := f.Text("remark", longest)
	if err = f.Err(); err == nil {
		err = s.Decide(r.Context(), who, of, f.Raw("state"), remark)
	}
	if fault.Of(err) == fault.Invalid {
		return s.show(w, r, who, http.StatusUnprocessableEntity, remark, web.Errors(r, err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/contests/"+of.String(), "contest.decided")
}

func (s *Service) pageMend(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "contest")
	if err != nil {
		return err
	}
	if err := s.Mend(r.Context(), who, of); err != nil {
		return err
	}
	return web.Redirect(w, r, "/contests/"+of.String(), "contest.mended")
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `query:"campaign" doc:"the newest unless given"`
}) (Mine, error) {
	return s.MyFigures(ctx, who, in.Campaign.ID)
}

func (s *Service) apiOpen(ctx context.Context, who access.Actor, in *struct {
	Body struct {
		ID       id.ID  `json:"id" doc:"made by the sender: sending it twice answers once"`
		Campaign id.ID  `json:"campaign"`
		Document id.ID  `json:"document,omitempty" doc:"empty for a figure about essays"`
		Figure   string `json:"figure" maxLength:"40"`
		Kind     string `json:"kind" maxLength:"40"`
		Said     string `json:"said,omitempty" maxLength:"500"`
		Named    bool   `json:"named,omitempty"`
	}
}) (Contest, error) {
	return s.Open(ctx, who, New(in.Body))
}

type ref struct {
	Contest web.Ref `path:"contest"`
}

func (s *Service) apiName(ctx context.Context, who access.Actor, in *struct {
	Contest web.Ref `path:"contest"`
	Body    struct {
		Named bool `json:"named"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Name(ctx, who, in.Contest.ID, in.Body.Named)
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `query:"campaign"`
	State    string  `query:"state" enum:"open,upheld,rejected"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}) (db.Rows[Contest], error) {
	return s.List(ctx, who, Query{Campaign: in.Campaign.ID, State: in.State, Page: db.Page{After: in.After, Limit: in.Limit}})
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *ref) (View, error) {
	return s.Show(ctx, who, in.Contest.ID)
}

func (s *Service) apiDecide(ctx context.Context, who access.Actor, in *struct {
	Contest web.Ref `path:"contest"`
	Body    struct {
		State  string `json:"state" enum:"upheld,rejected"`
		Remark string `json:"remark" maxLength:"500"`
	}
}) (View, error) {
	if err := s.Decide(ctx, who, in.Contest.ID, in.Body.State, in.Body.Remark); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Contest.ID)
}

func (s *Service) apiMend(ctx context.Context, who access.Actor, in *ref) (View, error) {
	if err := s.Mend(ctx, who, in.Contest.ID); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Contest.ID)
}
