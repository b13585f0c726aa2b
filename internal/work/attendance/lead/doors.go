package lead

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /meetings/{meeting}/leads", access.AttendanceRead, s.pageList),
		web.Page("POST /meetings/{meeting}/leads/{lead}", access.AttendanceTake, s.pageExplain),
		web.Op("GET /api/v1/meetings/{meeting}/leads", access.AttendanceRead, "list-leads", "What looks odd at the doors of a meeting, to be asked about", s.apiList),
		web.Op("POST /api/v1/meetings/{meeting}/leads/{lead}", access.AttendanceTake, "explain-lead", "Say what it was", s.apiExplain),
	}
}

func to(m id.ID) string { return "/meetings/" + m.String() }

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.list(w, r, who, http.StatusOK, nil)
}

func (s *Service) list(w http.ResponseWriter, r *http.Request, who access.Actor, status int, errs ui.Errors) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	v, err := s.List(r.Context(), who, m)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "lead.leads"), "meeting", ui.Crumb{Text: web.T(r, "lead.meetings"), Href: "/meetings"}, ui.Crumb{Text: v.Meeting.Title, Href: to(m)})
	return web.Render(w, r, status, listPage(p, v, who.Holds(access.AttendanceTake), errs))
}

func (s *Service) pageExplain(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	of, err := web.ID(r, "lead")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	said := f.Line("said", 3, length)
	if err = f.Err(); err == nil {
		_, err = s.Explain(r.Context(), who, m, of, said, f.Has("shared"))
	}
	if fault.Of(err) == fault.Invalid {
		return s.list(w, r, who, http.StatusUnprocessableEntity, web.Errors(r, err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/leads", "lead.explained")
}

type listIn struct {
	Meeting web.Ref `path:"meeting"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (List, error) {
	return s.List(ctx, who, in.Meeting.ID)
}

type explaining struct {
	Said   string `json:"said" minLength:"3" maxLength:"300"`
	Shared bool   `json:"shared,omitempty" doc:"the phone was lent to everybody"`
}

type explainIn struct {
	Meeting web.Ref `path:"meeting"`
	Lead    web.Ref `path:"lead"`
	Body    explaining
}

func (s *Service) apiExplain(ctx context.Context, who access.Actor, in *explainIn) (Lead, error) {
	return s.Explain(ctx, who, in.Meeting.ID, in.Lead.ID, in.Body.Said, in.Body.Shared)
}
