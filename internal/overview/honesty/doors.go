package honesty

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	const page, api = "/campaigns/{campaign}/honesty", "/api/v1/campaigns/{campaign}/honesty"
	return []web.Route{
		web.Page("GET "+page, access.ReportRead, s.pageLevel),
		web.Page("POST "+page+"/{unit}/{code}", access.ReportAccept, s.pageMark),
		web.Page("POST "+page+"/{unit}/{code}/answer", access.ReportEdit, s.pageAnswer),
		web.Op("GET "+api, access.ReportRead, "list-honesty", "Units directly below one: verification factors, timeliness, and what deserves a second look", s.apiLevel),
		web.Op("POST "+api+"/{unit}/{code}", access.ReportAccept, "mark-honesty", "Mark a lead seen, asked or settled", s.apiMark),
		web.Op("POST "+api+"/{unit}/{code}/answer", access.ReportEdit, "answer-honesty", "Answer a lead the unit was asked about", s.apiAnswer),
	}
}

// to is the page of a level.
func to(of, unit id.ID, sort string) string {
	q := url.Values{"unit": {unit.String()}}
	if sort != "" && sort != Sorts[0] {
		q.Set("sort", sort)
	}
	return "/campaigns/" + of.String() + "/honesty?" + q.Encode()
}

func (s *Service) pageLevel(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	return s.level(w, r, who, of, unit, form{status: http.StatusOK})
}

// form is what was typed into a form that has to be shown again.
type form struct {
	status int
	key    string // unit and check it belongs to
	typed  string
	errs   ui.Errors
}

func (s *Service) level(w http.ResponseWriter, r *http.Request, who access.Actor, of, unit id.ID, f form) error {
	v, err := s.Level(r.Context(), who, of, unit, r.URL.Query().Get("sort"))
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "honesty.title"), "campaign", ui.Crumb{Text: web.T(r, "campaign.list"), Href: "/campaigns"},
		ui.Crumb{Text: v.Campaign.Title, Href: "/campaigns/" + of.String()})
	return web.Render(w, r, f.status, levelPage(p, v, f))
}

// lead is the lead a path names.
func lead(r *http.Request) (of, unit id.ID, code string, err error) {
	if of, err = web.ID(r, "campaign"); err != nil {
		return 0, 0, "", err
	}
	if unit, err = web.ID(r, "unit"); err != nil {
		return 0, 0, "", err
	}
	if code = r.PathValue("code"); !slices.Contains(Checks, code) {
		return 0, 0, "", fault.Gone()
	}
	return of, unit, code, nil
}

func (s *Service) pageMark(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, unit, code, err := lead(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	at := f.ID("at", true)
	note, state := f.Text("note", length), f.Choice("state", States...)
	if err = f.Err(); err == nil {
		err = s.Mark(r.Context(), who, of, unit, code, state, note)
	}
	if fault.Of(err) == fault.Invalid {
		return s.level(w, r, who, of, at, form{http.StatusUnprocessableEntity, unit.String() + code, note, web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(of, at, ""), "honesty.marked")
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, unit, code, err := lead(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	said := f.Text("said", length)
	if err = f.Err(); err == nil {
		err = s.Answer(r.Context(), who, of, unit, code, said)
	}
	if fault.Of(err) == fault.Invalid {
		return s.level(w, r, who, of, unit, form{http.StatusUnprocessableEntity, unit.String() + code, said, web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(of, unit, ""), "honesty.answered")
}

func (s *Service) apiLevel(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" doc:"the highest in sight when empty"`
	Sort     string  `query:"sort" enum:"factor,time"`
}) (View, error) {
	return s.Level(ctx, who, in.Campaign.ID, in.Unit.ID, in.Sort)
}

// Spot is a lead in the path of an operation.
type Spot struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Code     string  `path:"code" enum:"sum,full,ends,equal,copied,shrunk,late,bulk,two,hall"`
}

// done answers a change.
type done struct {
	State string `json:"state"`
}

func (s *Service) apiMark(ctx context.Context, who access.Actor, in *struct {
	Spot
	Body struct {
		State string `json:"state" enum:"seen,asked,settled"`
		Note  string `json:"note,omitempty" maxLength:"600" doc:"the question, or what was found"`
	}
}) (done, error) {
	return done{in.Body.State}, s.Mark(ctx, who, in.Campaign.ID, in.Unit.ID, in.Code, in.Body.State, in.Body.Note)
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *struct {
	Spot
	Body struct {
		Said string `json:"said" minLength:"1" maxLength:"600"`
	}
}) (done, error) {
	return done{"asked"}, s.Answer(ctx, who, in.Campaign.ID, in.Unit.ID, in.Code, in.Body.Said)
}
