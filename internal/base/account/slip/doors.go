package slip

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is every door of the package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /slip", access.Anyone, s.pageType),
		web.Page("GET /slip/{code}", access.Anyone, s.pageOpen),
		web.Page("POST /slip", access.Anyone, s.pageEnter),
		web.Page("GET /slips", access.MeetingEdit, s.pageList),
		web.Page("POST /slips", access.MeetingEdit, s.pagePrint),
		web.Page("POST /slips/{person}/revoke", access.MeetingEdit, s.pageRevoke),
		web.Op("GET /api/v1/slips", access.MeetingEdit, "list-slips", "Members of the secretary's cell and their sign-in slips", s.apiList),
		web.Op("POST /api/v1/slips", access.MeetingEdit, "print-slips", "Make one-time sign-in slips; the codes are told once", s.apiPrint),
		web.Op("DELETE /api/v1/slips/{person}", access.MeetingEdit, "revoke-slip", "Take the slips of a member back", s.apiRevoke),
	}
}

type enterView struct {
	Code   string // of the address, not shown
	Errors ui.Errors
}

func (s *Service) renderEnter(w http.ResponseWriter, r *http.Request, status int, v enterView) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Render(w, r, status, enterPage(web.At(r, web.T(r, "slip.enter"), ""), v))
}

func (s *Service) pageType(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	return s.renderEnter(w, r, http.StatusOK, enterView{})
}

// pageOpen is where the QR picture leads. It says nothing of whose slip it is, nor whether it is
// one; only the button signs in.
func (s *Service) pageOpen(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	code := r.PathValue("code")
	if _, ok := hash(code); !ok {
		code = ""
	}
	return s.renderEnter(w, r, http.StatusOK, enterView{Code: code})
}

func (s *Service) pageEnter(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	pass, err := s.Enter(r.Context(), f.Raw("code"), s.Account.Entry(r, f))
	if err != nil && fault.Of(err) == fault.Missing {
		return s.renderEnter(w, r, http.StatusUnprocessableEntity, enterView{Errors: ui.Errors{"code": web.T(r, fault.Key(err))}})
	}
	if err != nil {
		return err
	}
	return s.Account.Let(w, r, pass, "/", "slip.welcome")
}

type listView struct {
	Rows   db.Rows[Row]
	Batch  id.ID
	Days   int64
	After  string
	Chosen map[id.ID]bool
	Errors ui.Errors

	Stranger bool // is secretary of no cell
}

func (s *Service) renderList(w http.ResponseWriter, r *http.Request, who access.Actor, status int, v listView) (err error) {
	v.After = r.URL.Query().Get("after")
	v.Rows, err = s.List(r.Context(), who, db.Page{After: v.After, Limit: most})
	if v.Stranger = fault.Key(err) == "slip.secretary_only"; err != nil && !v.Stranger {
		return err
	}
	if v.Batch == 0 {
		v.Batch, v.Days = id.New(), usual
	}
	return web.Render(w, r, status, listPage(web.At(r, web.T(r, "slip.slips"), "person"), v))
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.renderList(w, r, who, http.StatusOK, listView{})
}

func (s *Service) pagePrint(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	v := listView{Batch: f.ID("id", true), Days: f.Int("days", minDays, maxDays, usual), Chosen: map[id.ID]bool{}}
	people := f.IDs("person")
	for _, p := range people {
		v.Chosen[p] = true
	}
	var out []Printed
	if err = f.Err(); err == nil {
		out, err = s.Print(r.Context(), who, v.Batch, people, v.Days)
	}
	if k := fault.Of(err); err != nil && (k == fault.Invalid || k == fault.Conflict || fault.Key(err) == "slip.above") {
		if v.Errors = web.Errors(r, err); k == fault.Conflict {
			v.Batch = 0 // the next printing is another
		}
		return s.renderList(w, r, who, status[k], v)
	}
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "slip.slips"), "person")
	p.Back = "/slips"
	return web.Render(w, r, http.StatusOK, printPage(p, out, factor.At(r).Origin))
}

var status = map[fault.Kind]int{fault.Invalid: http.StatusUnprocessableEntity, fault.Conflict: http.StatusConflict, fault.Denied: http.StatusForbidden}

func (s *Service) pageRevoke(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	person, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	if err := s.Revoke(r.Context(), who, person); err != nil {
		return err
	}
	return web.Redirect(w, r, "/slips", "slip.revoked")
}

type listIn struct {
	After string `query:"after" maxLength:"2000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (db.Rows[Row], error) {
	list, err := s.List(ctx, who, db.Page{After: in.After, Limit: in.Limit})
	if list.Items == nil {
		list.Items = []Row{}
	}
	return list, err
}

type printIn struct {
	Body struct {
		ID     id.ID   `json:"id,omitempty" doc:"key against printing twice; made when left out"`
		People []id.ID `json:"people" minItems:"1" maxItems:"100"`
		Days   int64   `json:"days" minimum:"1" maximum:"30"`
	}
}

// Slips are codes on paper.
type Slips struct {
	Items []Printed `json:"items"`
}

func (s *Service) apiPrint(ctx context.Context, who access.Actor, in *printIn) (Slips, error) {
	batch := in.Body.ID
	if batch == 0 {
		batch = id.New()
	}
	list, err := s.Print(ctx, who, batch, in.Body.People, in.Body.Days)
	return Slips{list}, err
}

type personRef struct {
	Person web.Ref `path:"person"`
}

func (s *Service) apiRevoke(ctx context.Context, who access.Actor, in *personRef) (web.Empty, error) {
	return web.Empty{}, s.Revoke(ctx, who, in.Person.ID)
}
