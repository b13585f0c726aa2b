package privacy

import (
	"context"
	"net/http"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is every door of the room.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /me/privacy", access.Self, s.pageMine),
		web.Page("GET /me/privacy/new", access.Self, s.pageNew),
		web.Page("POST /me/privacy", access.Self, s.pageOpen),
		web.Page("GET /me/privacy/{case}", access.Self, s.pageOwn),
		web.Page("POST /me/privacy/{case}/withdraw", access.Self, s.pageWithdraw),
		web.Page("GET /me/data", access.Self, s.pageData),
		web.Page("GET /privacy", access.PrivacyAnswer, s.pageList),
		web.Page("GET /privacy/{case}", access.PrivacyAnswer, s.pageShow),
		web.Page("POST /privacy/{case}/answer", access.PrivacyAnswer, s.pageAnswer),

		web.Op("GET /api/v1/me/privacy", access.Self, "list-my-cases", "One's own requests about personal data", s.apiMine),
		web.Op("POST /api/v1/me/privacy", access.Self, "open-case", "Ask about one's own personal data", s.apiOpen),
		web.Op("POST /api/v1/me/privacy/{case}/withdraw", access.Self, "withdraw-case", "Take a request back", s.apiWithdraw),
		web.Op("GET /api/v1/me/data", access.Self, "export-my-data", "Everything kept about oneself", s.apiData),
		web.Op("GET /api/v1/privacy", access.PrivacyAnswer, "list-cases", "Requests to be answered, those due first", s.apiList),
		web.Op("POST /api/v1/privacy/{case}/answer", access.PrivacyAnswer, "answer-case", "Answer a request", s.apiAnswer),
	}
}

func again(err error) (status int, ok bool) {
	status, ok = map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.Conflict: http.StatusConflict}[fault.Of(err)]
	return status, ok && err != nil
}

func crumb(r *http.Request) ui.Crumb { return ui.Crumb{Text: web.T(r, "privacy.me"), Href: "/me"} }

func own(r *http.Request) ui.Crumb {
	return ui.Crumb{Text: web.T(r, "privacy.mine"), Href: "/me/privacy"}
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	list, err := s.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, minePage(web.At(r, web.T(r, "privacy.mine"), "me", crumb(r)), list, s.Now.Day()))
}

type newView struct {
	New
	Errors ui.Errors
}

func (s *Service) renderNew(w http.ResponseWriter, r *http.Request, status int, v newView) error {
	p := web.At(r, web.T(r, "privacy.ask."+v.Kind), "me", crumb(r), own(r))
	p.ID = v.ID.String()
	return web.Render(w, r, status, newPage(p, v))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	kind := r.URL.Query().Get("kind")
	if !slices.Contains(Kinds, kind) {
		return web.Redirect(w, r, "/me/privacy", "")
	}
	return s.renderNew(w, r, http.StatusOK, newView{New: New{ID: id.New(), Kind: kind}})
}

func (s *Service) pageOpen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	v := newView{New: New{ID: f.ID("id", true), Kind: f.Choice("kind", Kinds...), Body: f.Text("body", maxBody)}}
	var c Case
	if err = f.Err(); err == nil {
		c, err = s.Open(r.Context(), who, v.New)
	}
	if status, ok := again(err); ok && slices.Contains(Kinds, v.Kind) {
		v.Errors = web.Errors(r, err)
		return s.renderNew(w, r, status, v)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/privacy/"+c.ID.String(), "privacy.opened")
}

func (s *Service) pageOwn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "case")
	if err != nil {
		return err
	}
	c, _, err := s.Show(r.Context(), who, of)
	if err == nil && c.Person != who.Person {
		err = fault.Gone()
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, ownPage(web.At(r, web.T(r, "privacy.kind."+c.Kind), "me", crumb(r), own(r)), c, s.Now.Day()))
}

func (s *Service) pageWithdraw(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "case")
	if err == nil {
		err = s.Withdraw(r.Context(), who, of)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/privacy", "privacy.withdrawn")
}

func (s *Service) pageData(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	list, err := s.Data(r.Context(), who, web.Lang(r))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, dataPage(web.At(r, web.T(r, "privacy.data"), "me", crumb(r), own(r)), list))
}

type listView struct {
	Filter
	Rows  db.Rows[Case]
	Today string
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	q := r.URL.Query()
	v := listView{Filter: Filter{All: q.Get("all") != "", Page: db.Page{After: q.Get("after")}}, Today: s.Now.Day()}
	if v.Rows, err = s.List(r.Context(), who, v.Filter); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "privacy.title"), "privacy"), v))
}

type caseView struct {
	Case
	MayAnswer    bool
	Today        string
	Chosen, Text string // as typed, when the answer was refused
	Errors       ui.Errors
}

func (s *Service) render(w http.ResponseWriter, r *http.Request, who access.Actor, status int, of id.ID, v caseView) (err error) {
	if v.Case, v.MayAnswer, err = s.Show(r.Context(), who, of); err != nil {
		return err
	}
	if v.Kind == "delete" && v.Errors == nil {
		v.Chosen = "" // what deletes for good is never chosen beforehand
	}
	v.Today = s.Now.Day()
	p := web.At(r, v.Name, "privacy", ui.Crumb{Text: web.T(r, "privacy.title"), Href: "/privacy"})
	return web.Render(w, r, status, casePage(p, v))
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "case")
	if err != nil {
		return err
	}
	return s.render(w, r, who, http.StatusOK, of, caseView{Chosen: "granted"})
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "case")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	v := caseView{Chosen: f.Choice("state", answers...), Text: f.Text("answer", maxBody)}
	if err = f.Err(); err == nil {
		_, err = s.Answer(r.Context(), who, of, v.Chosen, v.Text)
	}
	if status, ok := again(err); ok {
		v.Errors = web.Errors(r, err)
		return s.render(w, r, who, status, of, v)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/privacy", "privacy.answered")
}

// Cases is a piece of a list.
type Cases struct {
	Items []Case `json:"items"`
	Next  string `json:"next" doc:"give it as after; empty at the end"`
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, _ *web.Empty) (Cases, error) {
	list, err := s.Mine(ctx, who)
	return Cases{Items: listed(list)}, err
}

type openIn struct {
	Body struct {
		ID   id.ID  `json:"id,omitempty" doc:"idempotency key; made when left out"`
		Kind string `json:"kind" enum:"access,correct,delete,object"`
		Body string `json:"body,omitempty" maxLength:"4000"`
	}
}

func (s *Service) apiOpen(ctx context.Context, who access.Actor, in *openIn) (Case, error) {
	if in.Body.ID == 0 {
		in.Body.ID = id.New()
	}
	return s.Open(ctx, who, New(in.Body))
}

type caseRef struct {
	Case web.Ref `path:"case"`
}

func (s *Service) apiWithdraw(ctx context.Context, who access.Actor, in *caseRef) (web.Empty, error) {
	return web.Empty{}, s.Withdraw(ctx, who, in.Case.ID)
}

// Sections is one's own data.
type Sections struct {
	Items []Section `json:"items"`
}

func (s *Service) apiData(ctx context.Context, who access.Actor, _ *web.Empty) (Sections, error) {
	list, err := s.Data(ctx, who, who.Lang)
	return Sections{listed(list)}, err
}

type listIn struct {
	All   bool   `query:"all" doc:"also those that were answered"`
	After string `query:"after" maxLength:"2000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (Cases, error) {
	rows, err := s.List(ctx, who, Filter{All: in.All, Page: db.Page{After: in.After, Limit: in.Limit}})
	return Cases{listed(rows.Items), rows.Next}, err
}

type answerIn struct {
	Case web.Ref `path:"case"`
	Body struct {
		State  string `json:"state" enum:"granted,partly,refused"`
		Answer string `json:"answer" maxLength:"4000"`
	}
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *answerIn) (Case, error) {
	return s.Answer(ctx, who, in.Case.ID, in.Body.State, in.Body.Answer)
}
