package door

import (
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

func phone(r *http.Request, title string) ui.Page {
	p := web.At(r, web.T(r, title), "today")
	p.Back = "/me/code"
	if p.Who == "" {
		p.Back = ""
	}
	return p
}

// refusals are what a phone is told in a page of its own, with what to do next.
var refusals = map[fault.Kind]int{fault.Missing: http.StatusNotFound, fault.Conflict: http.StatusConflict, fault.Invalid: http.StatusUnprocessableEntity,
	fault.TooMany: http.StatusTooManyRequests, fault.Denied: http.StatusForbidden}

func (s *Service) refuse(w http.ResponseWriter, r *http.Request, err error) error {
	status, ok := refusals[fault.Of(err)]
	if !ok {
		return err
	}
	return web.Render(w, r, status, typePage(phone(r, "door.title"), web.Errors(r, err)))
}

func (s *Service) pageType(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	mark, q := markOf(w, r), r.URL.Query()
	if ticket := q.Get("t"); ticket != "" {
		v, err := s.Again(r.Context(), who, ticket, mark)
		if err != nil {
			return s.refuse(w, r, err)
		}
		return s.tap(w, r, http.StatusOK, who, v, nil)
	}
	if code := q.Get("code"); code != "" {
		return s.open(w, r, who, code, mark)
	}
	return web.Render(w, r, http.StatusOK, typePage(phone(r, "door.title"), nil))
}

func (s *Service) pageOpen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.open(w, r, who, r.PathValue("code"), markOf(w, r))
}

func (s *Service) open(w http.ResponseWriter, r *http.Request, who access.Actor, code, mark string) error {
	v, err := s.Open(r.Context(), who, code, mark)
	if err != nil {
		return s.refuse(w, r, err)
	}
	return s.tap(w, r, http.StatusOK, who, v, nil)
}

// tap shows the one button.
func (s *Service) tap(w http.ResponseWriter, r *http.Request, status int, who access.Actor, v Welcome, errs ui.Errors) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	next := "/sign-in?next=" + url.QueryEscape("/d?t="+v.Ticket)
	return web.Render(w, r, status, tapPage(phone(r, "door.title"), v, who, next, errs))
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	reply := Reply{Key: f.ID("id", true), Ticket: f.Raw("ticket"), Mark: markOf(w, r), Slip: f.Line("slip", 0, 60)}
	if f.Has("by_slip") && reply.Slip == "" {
		f.Blame("slip", "web.required")
	}
	if err := f.Err(); err != nil {
		v, again := s.Again(r.Context(), who, reply.Ticket, reply.Mark)
		if again != nil {
			return s.refuse(w, r, again)
		}
		return s.tap(w, r, http.StatusUnprocessableEntity, who, v, web.Errors(r, err))
	}
	d, err := s.Answer(r.Context(), who, reply)
	if err != nil {
		return s.refuse(w, r, err)
	}
	status := http.StatusOK
	if d.Label == "unknown" || d.Label == "refused" {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, status, donePage(phone(r, "door.title"), d, who, reply))
}

func (s *Service) pageBorrow(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	markOf(w, r)
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Render(w, r, http.StatusOK, borrowPage(phone(r, "door.lend"), r.PathValue("ticket")))
}

func (s *Service) pageBorrowed(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	if _, err := s.Borrow(r.Context(), f.Raw("ticket"), markOf(w, r)); err != nil {
		return s.refuse(w, r, err)
	}
	return web.Redirect(w, r, "/d", "door.lent")
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	t, err := s.Today(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "door.mine"), "today")
	p.Back = "/"
	return web.Render(w, r, http.StatusOK, minePage(p, t, markCodes(t.Codes, s.Now.Day())))
}

func (s *Service) pageLeave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	session := f.ID("session", true)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Leave(r.Context(), who, m, session, f.Has("back")); err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/code", "door.saved")
}
