package door

import (
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /meetings/{meeting}/doors", access.AttendanceTake, s.pageDoors),
		web.Page("POST /meetings/{meeting}/doors", access.MeetingEdit, s.pageCheckout),
		web.Page("GET /meetings/{meeting}/sites/{site}/door", access.AttendanceTake, s.pageScreen),
		web.Page("GET /meetings/{meeting}/sites/{site}/lend", access.AttendanceTake, s.pageLend),
		quick(web.Page("GET /d", access.Anyone, s.pageType)),
		quick(web.Page("GET /d/{code}", access.Anyone, s.pageOpen)),
		quick(web.Page("POST /d", access.Anyone, s.pageAnswer)),
		quick(web.Page("GET /d/lend/{ticket}", access.Anyone, s.pageBorrow)),
		quick(web.Page("POST /d/lend", access.Anyone, s.pageBorrowed)),
		web.Page("GET /me/code", access.Self, s.pageMine),
		web.Page("GET /me/code/kept", access.Self, s.pageKept),
		web.Page("GET /me/code/worker.js", access.Anyone, s.pageWorker),
		web.Page("POST /me/leave/{meeting}", access.Self, s.pageLeave),
		web.Op("GET /api/v1/meetings/{meeting}/doors", access.AttendanceTake, "list-doors", "Doors of a meeting and what an answer is worth now", s.apiDoors),
		web.Op("POST /api/v1/meetings/{meeting}/doors", access.MeetingEdit, "set-checkout", "Whether people say when they leave", s.apiCheckout),
		web.Op("GET /api/v1/meetings/{meeting}/sites/{site}/door", access.AttendanceTake, "door-codes", "The code on a site's screen, for the next minute", s.apiScreen),
		quick(web.Op("POST /api/v1/door", access.Anyone, "answer-door", "Answer the code of a door, for oneself or the holder of a slip", s.apiAnswer)),
		web.Op("GET /api/v1/me/sessions", access.Self, "my-sessions", "The actor's sessions of today", s.apiToday),
		web.Op("POST /api/v1/me/leave/{meeting}", access.Self, "leave-session", "Say that the actor leaves a session, or stays after all", s.apiLeave),
	}
}

// quick is a route of the lane in which people check in.
func quick(rt web.Route) web.Route {
	rt.Lane = web.CheckIn
	return rt
}

func to(m id.ID) string { return "/meetings/" + m.String() }

func atDoor(m, site id.ID) string { return to(m) + "/sites/" + site.String() + "/door" }

func crumbs(r *http.Request, m id.ID, title string) []ui.Crumb {
	return []ui.Crumb{{Text: web.T(r, "door.meetings"), Href: "/meetings"}, {Text: title, Href: to(m)}}
}

// two reads the meeting and the site of the path.
func two(r *http.Request) (m, site id.ID, err error) {
	if m, err = web.ID(r, "meeting"); err == nil {
		site, err = web.ID(r, "site")
	}
	return m, site, err
}

func (s *Service) pageDoors(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	find, ok := text.Clean(r.URL.Query().Get("q"))
	if !ok || len(find) > 200 {
		find = ""
	}
	v, err := s.Doors(r.Context(), who, m, find)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "door.doors"), "meeting", crumbs(r, m, v.Meeting.Title)...)
	return web.Render(w, r, http.StatusOK, doorsPage(p, v, find, who.Holds(access.AttendanceRead)))
}

func (s *Service) pageCheckout(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	if err := s.SetCheckout(r.Context(), who, m, f.Has("checkout")); err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/doors", "door.saved")
}

func (s *Service) pageScreen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, site, err := two(r)
	if err != nil {
		return err
	}
	v, err := s.Screen(r.Context(), who, m, site)
	if err != nil {
		return err
	}
	p := web.At(r, v.Site.Name, "meeting")
	return web.Render(w, r, http.StatusOK, screenPage(p, v, factor.At(r).Origin))
}

func (s *Service) pageLend(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, site, err := two(r)
	if err != nil {
		return err
	}
	ticket, err := s.Lend(r.Context(), who, m, site)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "door.lend"), "meeting")
	p.Back = atDoor(m, site)
	return web.Render(w, r, http.StatusOK, lendPage(p, factor.At(r).Origin+"/d/lend/"+ticket))
}

// markName holds what tells one phone from another: random, and known to a meeting only under
// a key of its own.
const markName = "__Host-door"

// markOf is the phone's mark; a phone without one gets it.
func markOf(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(markName); err == nil && len(c.Value) == len(secret.New()) {
		return c.Value
	}
	mark := secret.New()
	http.SetCookie(w, &http.Cookie{Name: markName, Value: mark, Path: "/", MaxAge: 180 * 24 * 3600, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return mark
}
