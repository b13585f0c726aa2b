package board

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/live"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /meetings/{meeting}/board", access.AttendanceRead, s.page("meeting", s.OfMeeting)),
		{Pattern: "GET /meetings/{meeting}/board/stream", Need: access.AttendanceRead, Lane: web.Free, Page: s.stream("meeting", s.OfMeeting)},
		web.Page("GET /campaigns/{campaign}/board", access.AttendanceRead, s.page("campaign", s.OfCampaign)),
		{Pattern: "GET /campaigns/{campaign}/board/stream", Need: access.AttendanceRead, Lane: web.Free, Page: s.stream("campaign", s.OfCampaign)},
		web.Op("GET /api/v1/meetings/{meeting}/board", access.AttendanceRead, "meeting-board", "How a meeting stands, at most a second ago", s.apiMeeting),
		web.OpStream[meetingIn, View]("GET /api/v1/meetings/{meeting}/board/events", access.AttendanceRead, "watch-meeting",
			"The board of a meeting whenever it changes, at most about once a second; an event named beat says that the line lives", s.apiWatchMeeting),
		web.Op("GET /api/v1/campaigns/{campaign}/board", access.AttendanceRead, "campaign-board", "How today's meetings of a campaign stand, at most a second ago", s.apiCampaign),
		web.OpStream[campaignIn, View]("GET /api/v1/campaigns/{campaign}/board/events", access.AttendanceRead, "watch-campaign",
			"The board of today's meetings of a campaign whenever it changes", s.apiWatchCampaign),
	}
}

// topic is how somebody looks at a scene.
type topic struct {
	subject live.Subject
	at      spot
	pane    pane
	look    string // page, wall or json
	lang    string
}

// Subject is what changes.
func (t topic) Subject() live.Subject { return t.subject }

// draw makes of a scene what those who watch a topic are sent.
func draw(sc *scene, t topic) ([]byte, error) {
	v := sc.view(t.at, t.pane.nth)
	if t.look == "json" {
		return json.Marshal(v)
	}
	p := ui.Page{Lang: t.lang}
	part := content(p, v, t.pane)
	if t.look == "wall" {
		part = wall(p, v, t.pane)
	}
	var b strings.Builder
	err := part.Render(context.Background(), &b)
	return []byte(b.String()), err
}

// find is OfMeeting or OfCampaign.
type find func(ctx context.Context, who access.Actor, of, unit id.ID) (Frame, error)

// read finds what a request asks for.
func read(r *http.Request, who access.Actor, name string, find find) (f Frame, a pane, err error) {
	of, err := web.ID(r, name)
	if err != nil {
		return f, a, err
	}
	if a.unit, err = web.Query(r, "unit"); err != nil {
		return f, a, err
	}
	q := r.URL.Query()
	if s := q.Get("part"); s != "" {
		if a.nth, err = strconv.Atoi(s); err != nil || a.nth < 0 {
			return f, a, fault.At("part", "web.not_number", "min", 0, "max", 1000)
		}
	}
	a.wall, a.many = q.Get("screen") == "1", name == "campaign"
	a.base = "/" + name + "s/" + of.String() + "/board"
	f, err = find(r.Context(), who, of, a.unit)
	return f, a, err
}

func (s *Service) page(name string, find find) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		f, a, err := read(r, who, name, find)
		if err != nil {
			return err
		}
		v, err := s.View(r.Context(), f, a.nth)
		if err != nil {
			return err
		}
		if a.wall {
			p := web.At(r, f.Title, name)
			p.Dark = p.Dark || r.URL.Query().Get("dark") == "1"
			return web.Render(w, r, http.StatusOK, screenPage(p, f, v, a))
		}
		p := web.At(r, web.T(r, "board.title"), name, ui.Crumb{Text: web.T(r, "board."+name+"s"), Href: "/" + name + "s"},
			ui.Crumb{Text: f.Title, Href: strings.TrimSuffix(a.base, "/board")})
		return web.Render(w, r, http.StatusOK, boardPage(p, f, v, a))
	}
}

func (s *Service) stream(name string, find find) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		f, a, err := read(r, who, name, find)
		if err != nil {
			return err
		}
		look := "page"
		if a.wall {
			look = "wall"
		}
		return s.hub.Serve(w, r, topic{f.subject, f.At, a, look, web.Lang(r)})
	}
}

type meetingIn struct {
	Meeting web.Ref `path:"meeting"`
	Unit    web.Ref `query:"unit" doc:"a unit of the campaign's tree; the widest in scope unless given"`
	Part    int     `query:"part" minimum:"0" maximum:"1000" doc:"which 300 sites"`
}

type campaignIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" doc:"a unit of the campaign's tree; the widest in scope unless given"`
	Part     int     `query:"part" minimum:"0" maximum:"1000" doc:"which 300 sites"`
}

func (s *Service) apiMeeting(ctx context.Context, who access.Actor, in *meetingIn) (View, error) {
	f, err := s.OfMeeting(ctx, who, in.Meeting.ID, in.Unit.ID)
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, f, in.Part)
}

func (s *Service) apiCampaign(ctx context.Context, who access.Actor, in *campaignIn) (View, error) {
	f, err := s.OfCampaign(ctx, who, in.Campaign.ID, in.Unit.ID)
	if err != nil {
		return View{}, err
	}
	return s.View(ctx, f, in.Part)
}

func (s *Service) apiWatchMeeting(w http.ResponseWriter, r *http.Request, who access.Actor, in *meetingIn) error {
	f, err := s.OfMeeting(r.Context(), who, in.Meeting.ID, in.Unit.ID)
	return s.watch(w, r, f, in.Part, err)
}

func (s *Service) apiWatchCampaign(w http.ResponseWriter, r *http.Request, who access.Actor, in *campaignIn) error {
	f, err := s.OfCampaign(r.Context(), who, in.Campaign.ID, in.Unit.ID)
	return s.watch(w, r, f, in.Part, err)
}

func (s *Service) watch(w http.ResponseWriter, r *http.Request, f Frame, part int, err error) error {
	if err != nil {
		return err
	}
	return s.hub.Serve(w, r, topic{f.subject, f.At, pane{nth: part}, "json", ""})
}
