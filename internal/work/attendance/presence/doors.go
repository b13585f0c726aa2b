package presence

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
		web.Page("GET /meetings/{meeting}/presence", access.AttendanceRead, s.pageShow),
		web.Page("POST /meetings/{meeting}/presence", access.AttendanceTake, s.pageStart),
		web.Page("POST /meetings/{meeting}/presence/slip", access.AttendanceTake, s.pageSlip),
		web.Page("GET /me/presence/{meeting}", access.Self, s.pageMine),
		web.Page("POST /me/presence/{meeting}", access.Self, s.pageAnswer),
		web.Op("GET /api/v1/meetings/{meeting}/presence", access.AttendanceRead, "list-presence", "Presence codes of a meeting and their totals", s.apiShow),
		web.Op("POST /api/v1/meetings/{meeting}/presence", access.AttendanceTake, "start-presence", "Call a presence code out now, or have the moments drawn", s.apiStart),
		web.Op("POST /api/v1/meetings/{meeting}/presence/slip", access.AttendanceTake, "answer-presence-for", "Answer for the holder of a printed slip", s.apiSlip),
		web.Op("POST /api/v1/me/presence/{meeting}", access.Self, "answer-presence", "Say that the actor is there", s.apiAnswer),
	}
}

func to(m id.ID) string { return "/meetings/" + m.String() }

// mine is where the actor answers.
func mine(m id.ID) string { return "/me/presence/" + m.String() }

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, http.StatusOK, nil)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, status int, errs ui.Errors) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, m)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "presence.codes"), "meeting", ui.Crumb{Text: web.T(r, "presence.meetings"), Href: "/meetings"}, ui.Crumb{Text: v.Meeting.Title, Href: to(m)})
	return web.Render(w, r, status, showPage(p, v, who.Holds(access.AttendanceTake), errs))
}

// refused shows the page again with what was wrong; other faults are the door's.
func (s *Service) refused(w http.ResponseWriter, r *http.Request, who access.Actor, err error) error {
	switch fault.Of(err) {
	case fault.Invalid:
		return s.show(w, r, who, http.StatusUnprocessableEntity, web.Errors(r, err))
	case fault.Conflict:
		return s.show(w, r, who, http.StatusConflict, web.Errors(r, err))
	}
	return err
}

func (s *Service) pageStart(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	session, key, how := f.ID("session", true), f.ID("id", true), f.Choice("how", "now", "one", "two")
	if err = f.Err(); err == nil {
		err = s.Start(r.Context(), who, m, session, key, number(how), how != "now")
	}
	if err != nil {
		return s.refused(w, r, who, err)
	}
	return web.Redirect(w, r, to(m)+"/presence", "presence.started")
}

func number(how string) int {
	if how == "two" {
		return 2
	}
	return 1
}

func (s *Service) pageSlip(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	slip := f.Line("slip", 1, 60)
	if err = f.Err(); err == nil {
		err = s.AnswerFor(r.Context(), who, m, 0, slip)
	}
	if err != nil {
		return s.refused(w, r, who, err)
	}
	return web.Redirect(w, r, to(m)+"/presence", "presence.answered")
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	code := r.URL.Query().Get("code")
	if !digits(code) {
		code = ""
	}
	return web.Render(w, r, http.StatusOK, minePage(own(r), m, code, nil))
}

func own(r *http.Request) ui.Page {
	p := web.At(r, web.T(r, "presence.mine"), "today")
	p.Back = "/me/code"
	return p
}

// digits reports whether it can be a code.
func digits(s string) bool {
	if len(s) != 4 {
		return false
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	code := f.Line("code", 1, 10)
	if err = f.Err(); err == nil {
		err = s.Answer(r.Context(), who, m, code)
	}
	switch fault.Of(err) {
	case fault.Invalid:
		return web.Render(w, r, http.StatusUnprocessableEntity, minePage(own(r), m, "", web.Errors(r, err)))
	case fault.Conflict:
		return web.Render(w, r, http.StatusConflict, minePage(own(r), m, "", web.Errors(r, err)))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/code", "presence.answered")
}

type meetingIn[B any] struct {
	Meeting web.Ref `path:"meeting"`
	Body    B
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
}) (View, error) {
	return s.Show(ctx, who, in.Meeting.ID)
}

type starting struct {
	ID      id.ID `json:"id,omitempty" doc:"made by the sender: sending it twice starts once"`
	Session id.ID `json:"session" doc:"of the meeting; the meeting's own id when it has none"`
	Drawn   bool  `json:"drawn,omitempty" doc:"the moments are drawn, nobody chooses them"`
	N       int   `json:"n,omitempty" minimum:"0" maximum:"2" doc:"with drawn: one or two"`
}

func (s *Service) apiStart(ctx context.Context, who access.Actor, in *meetingIn[starting]) (View, error) {
	b := in.Body
	if b.ID == 0 {
		b.ID = id.New()
	}
	n := 1
	if b.Drawn && b.N == 2 {
		n = 2
	}
	if err := s.Start(ctx, who, in.Meeting.ID, b.Session, b.ID, n, b.Drawn); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Meeting.ID)
}

type answering struct {
	Code string `json:"code" maxLength:"10"`
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *meetingIn[answering]) (web.Empty, error) {
	return web.Empty{}, s.Answer(ctx, who, in.Meeting.ID, in.Body.Code)
}

type slipping struct {
	Site id.ID  `json:"site,omitempty"`
	Slip string `json:"slip" maxLength:"60"`
}

func (s *Service) apiSlip(ctx context.Context, who access.Actor, in *meetingIn[slipping]) (web.Empty, error) {
	return web.Empty{}, s.AnswerFor(ctx, who, in.Meeting.ID, in.Body.Site, in.Body.Slip)
}
