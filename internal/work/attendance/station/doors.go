package station

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
	"quantriet/internal/work/attendance"
)

// Routes is the room's whole outside. Doors that anyone may knock at ask for a station's token
// themselves: it opens nothing else in the house.
func (s *Service) Routes() []web.Route {
	return append(s.doors(), []web.Route{
		web.Page("GET /meetings/{meeting}/sites/{site}/station", access.AttendanceTake, s.pageSite),
		web.Page("POST /meetings/{meeting}/sites/{site}/station", access.AttendanceTake, s.pageEnter),
		web.Page("GET /meetings/{meeting}/stations", access.AttendanceTake, s.pageList),
		web.Page("POST /meetings/{meeting}/stations/{station}/revoke", access.AttendanceTake, s.pageRevoke),
		web.Page("GET /station", access.Anyone, s.pageShell),
		web.Page("GET /station/worker.js", access.Anyone, s.pageWorker),
		web.Page("GET /station/manifest.webmanifest", access.Anyone, s.pageManifest),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/stations", access.AttendanceTake, "register-station", "Make a device a station of one site", s.apiRegister),
		web.Op("GET /api/v1/meetings/{meeting}/stations", access.AttendanceTake, "list-stations", "The stations of a meeting", s.apiList),
		web.Op("POST /api/v1/meetings/{meeting}/stations/{station}/revoke", access.AttendanceTake, "revoke-station", "Shut a station out", s.apiRevoke),
	}...)
}

// doors are those at which the devices themselves knock, in the lane of check-in.
func (s *Service) doors() []web.Route {
	all := []web.Route{
		web.Op("GET /api/v1/stations/{station}/roster", access.Anyone, "station-roster", "Who is awaited at the station's site", s.apiRoster),
		web.Op("GET /api/v1/stations/{station}/state", access.Anyone, "station-state", "How the station's site stands", s.apiState),
		web.OpLean[Batch, Answer]("POST /api/v1/stations/{station}/scans", access.Anyone, "station-scans", "Bring scans, at most 200", s.apiSend),
		web.Op("POST /api/v1/stations/{station}/end", access.Anyone, "end-station", "The station erases itself: its token ends", s.apiEnd),
		web.Op("POST /api/v1/stations/{station}/heads", access.Anyone, "station-heads", "Count heads, or count again", s.apiCount),
	}
	for i := range all {
		all[i].Lane, all[i].Unasked = web.CheckIn, true
	}
	return all
}

// Bearer is how a station says who it is.
type Bearer struct {
	Station       web.Ref `path:"station"`
	Authorization string  `header:"Authorization" maxLength:"200" doc:"Bearer qs_…"`
}

func (b Bearer) token() string {
	const scheme = "Bearer "
	if len(b.Authorization) > len(scheme) && b.Authorization[:len(scheme)] == scheme {
		return b.Authorization[len(scheme):]
	}
	return ""
}

func (s *Service) apiRegister(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    New
}) (p Pass, err error) {
	name, ok := text.Clean(in.Body.Name)
	if in.Body.Name = name; !ok || name == "" {
		in.Body.Name = "–"
	}
	return s.Register(ctx, who, in.Meeting.ID, in.Site.ID, in.Body)
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Find    string  `query:"q" maxLength:"200" doc:"in the names of sites; 200 stations at most are listed"`
}) ([]Listed, error) {
	_, list, err := s.List(ctx, who, in.Meeting.ID, in.Find)
	return list, err
}

func (s *Service) apiRevoke(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Station web.Ref `path:"station"`
	Body    struct {
		Why string `json:"why" minLength:"3" maxLength:"300"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Revoke(ctx, who, in.Meeting.ID, in.Station.ID, in.Body.Why)
}

// People is a page of a roster.
type People struct {
	Items []Person `json:"items"`
	Next  string   `json:"next"`
}

func (s *Service) apiRoster(ctx context.Context, _ access.Actor, in *struct {
	Bearer
	After string `query:"after" maxLength:"3000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}) (p People, err error) {
	rows, err := s.Roster(ctx, in.Station.ID, in.token(), db.Page{After: in.After, Limit: in.Limit})
	return People(rows), err
}

func (s *Service) apiState(ctx context.Context, _ access.Actor, in *struct {
	Bearer
	Since int64   `query:"since" doc:"Unix milliseconds: those recorded from then on, at most 500"`
	After web.Ref `query:"after" doc:"last person told of that instant"`
}) (State, error) {
	return s.State(ctx, in.Station.ID, in.token(), in.Since, in.After.ID)
}

func (s *Service) apiEnd(ctx context.Context, _ access.Actor, in *struct{ Bearer }) (web.Empty, error) {
	return web.Empty{}, s.End(ctx, in.Station.ID, in.token())
}

type counting struct {
	ID     id.ID  `json:"id,omitempty" doc:"made by the device: sending it twice counts once"`
	Again  id.ID  `json:"again,omitempty" doc:"headcount by somebody else that this counts a second time"`
	Who    string `json:"who,omitempty" enum:"mass,guest,delegate,hall"`
	Amount int64  `json:"amount" minimum:"0" maximum:"1000000"`
	Marker string `json:"marker,omitempty" enum:",hơn,gần,khoảng"`
	Note   string `json:"note,omitempty" maxLength:"300"`
}

func (s *Service) apiCount(ctx context.Context, _ access.Actor, in *struct {
	Bearer
	Body counting
}) (attendance.Headcount, error) {
	b := in.Body
	return s.Count(ctx, in.Station.ID, in.token(), attendance.Headcount{ID: b.ID, Who: b.Who, Amount: b.Amount, Marker: b.Marker, Note: b.Note}, b.Again)
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	find, err := readFind(r)
	if err != nil {
		return err
	}
	m, list, err := s.List(r.Context(), who, of, find)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "station.list"), "meeting", ui.Crumb{Text: web.T(r, "station.meetings"), Href: "/meetings"}, ui.Crumb{Text: m.Title, Href: to(of)})
	p.Sub = m.Title + " · " + text.DateTime(m.Starts, clock.Zone)
	return web.Render(w, r, http.StatusOK, listPage(p, m, list, find))
}

func (s *Service) pageRevoke(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	station, err := web.ID(r, "station")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	why := f.Line("why", 3, 300)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Revoke(r.Context(), who, of, station, why); err != nil {
		return err
	}
	return web.Redirect(w, r, to(of)+"/stations", "station.shut_out")
}

func to(m id.ID) string { return "/meetings/" + m.String() }

func atSite(m, site id.ID) string { return to(m) + "/sites/" + site.String() + "/station" }
