package attendance

import (
	"context"
	"net/http"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return append(s.namesRoutes(), []web.Route{
		web.Page("GET /meetings/{meeting}/roll", access.AttendanceTake, s.pageRoll),
		web.Page("POST /meetings/{meeting}/roll", access.AttendanceTake, s.pageRollCall),
		web.Page("GET /meetings/{meeting}/sites/{site}/station", access.AttendanceTake, s.pageStation),
		web.Page("POST /meetings/{meeting}/sites/{site}/station", access.AttendanceTake, s.pageEnter),
		web.Page("POST /meetings/{meeting}/sites/{site}/heads", access.AttendanceTake, s.pageCount),
		web.Page("POST /meetings/{meeting}/heads/{headcount}/again", access.AttendanceTake, s.pageCountAgain),
		web.Page("GET /meetings/{meeting}/attendance", access.AttendanceRead, s.pageList),
		web.Page("GET /meetings/{meeting}/attendance.xlsx", access.AttendanceRead, s.pageXLSX),
		web.Page("GET /meetings/{meeting}/attendance.csv", access.AttendanceRead, s.pageCSV),
		web.Page("POST /meetings/{meeting}/records/{person}/void", access.AttendanceEdit, s.pageVoid),
		web.Page("POST /meetings/{meeting}/records/{person}/higher", access.AttendanceEdit, s.pageHigher),
		web.Page("GET /meetings/{meeting}/slips", access.AttendanceTake, s.pageSlips),
		web.Page("GET /me/code", access.Self, s.pageCode),
		web.Page("GET /me/record", access.Self, s.pageRecord),
		web.Op("GET /api/v1/meetings/{meeting}/attendance", access.AttendanceRead, "list-attendance", "Who is expected and who came, within the scope", s.apiList),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/records", access.AttendanceTake, "enter-codes", "Record people by their codes", s.apiEnter),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/roll", access.AttendanceTake, "roll-call", "Mark people present or absent", s.apiRoll),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/headcounts", access.AttendanceTake, "count-heads", "Count people outside the roster: lượt", s.apiCount),
		web.Op("POST /api/v1/meetings/{meeting}/records/{person}/void", access.AttendanceEdit, "void-record", "Take a wrong record back", s.apiVoid),
		web.Op("GET /api/v1/me/record", access.Self, "my-record", "The actor's own records", s.apiOwn),
	}...)
}

func to(m id.ID) string { return "/meetings/" + m.String() }

func atSite(m, site id.ID) string { return to(m) + "/sites/" + site.String() + "/station" }

func crumbs(r *http.Request, m id.ID, title string) []ui.Crumb {
	return []ui.Crumb{{Text: web.T(r, "attendance.meetings"), Href: "/meetings"}, {Text: title, Href: to(m)}}
}

// two reads the meeting and another id of the path.
func two(r *http.Request, name string) (m, other id.ID, err error) {
	if m, err = web.ID(r, "meeting"); err == nil {
		other, err = web.ID(r, name)
	}
	return m, other, err
}

func readQuery(r *http.Request) (q Query, err error) {
	if q.Meeting, err = web.ID(r, "meeting"); err != nil {
		return q, err
	}
	if q.Unit, err = web.Query(r, "unit"); err != nil {
		return q, err
	}
	v := r.URL.Query()
	q.Find, q.Show, q.Page = v.Get("q"), v.Get("show"), db.Page{After: v.Get("after"), Limit: 60}
	return q, nil
}

func (s *Service) pageRoll(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	v, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.roll"), "meeting", crumbs(r, q.Meeting, v.Meeting.Title)...)
	p.Sub, p.Back = v.Meeting.Title, to(q.Meeting)
	return web.Render(w, r, http.StatusOK, rollPage(p, v, q))
}

func (s *Service) pageRollCall(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	site, marks := f.ID("site", true), readMarks(f)
	if err := f.Err(); err != nil {
		return err
	}
	if _, _, err := s.RollCall(r.Context(), who, m, site, marks); err != nil {
		return err
	}
	if next := f.Raw("next"); next != "" {
		return web.Redirect(w, r, to(m)+"/roll?after="+next, "attendance.rolled")
	}
	return web.Redirect(w, r, to(m)+"/attendance", "attendance.rolled")
}

// readMarks: everybody shown is present unless ticked as absent; the exempt only count when ticked as come.
func readMarks(f *web.Form) (out []Mark) {
	absent, came := map[string]bool{}, map[string]bool{}
	for _, v := range f.All("absent") {
		absent[v] = true
	}
	for _, v := range f.All("came") {
		came[v] = true
	}
	exempt := map[string]bool{}
	for _, v := range f.All("exempt") {
		exempt[v] = true
	}
	for _, v := range f.All("shown") {
		p, err := id.Parse(v)
		if err != nil {
			f.Blame("shown", "web.choose")
			continue
		}
		m := Mark{Person: p, Present: !absent[v]}
		if exempt[v] {
			m.Present = came[v]
		}
		if !m.Present && !exempt[v] {
			m.Reason = strings.TrimPrefix(f.Choice("why_"+v, "sick", "work", "away", "family", "other", "none"), "none")
		}
		out = append(out, m)
	}
	return out
}

func (s *Service) pageStation(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.station(w, r, who, http.StatusOK, nil, "")
}

// station shows the screen of a site with what the last scan did.
func (s *Service) station(w http.ResponseWriter, r *http.Request, who access.Actor, status int, last *Entry, wrong string) error {
	m, site, err := two(r, "site")
	if err != nil {
		return err
	}
	v, err := s.AtSite(r.Context(), who, m, site, r.URL.Query().Get("q"))
	if err != nil {
		return err
	}
	if v.Meeting.ID != m {
		return fault.Gone()
	}
	p := web.At(r, v.Site.Name, "meeting")
	p.Sub, p.Back, p.Nav = v.Meeting.Title, to(m), nil
	return web.Render(w, r, status, stationPage(p, v, last, wrong, r.URL.Query().Get("q")))
}

func (s *Service) pageEnter(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, site, err := two(r, "site")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	var e Entry
	if person := f.ID("person", false); person != 0 {
		e, err = s.EnterPerson(r.Context(), who, m, site, person, Way{How: "list"})
	} else {
		code := strings.ToUpper(f.Line("code", 1, 40))
		if err = f.Err(); err == nil {
			e, err = s.Enter(r.Context(), who, m, site, code, Way{How: "station"})
		}
	}
	if err != nil {
		if fault.Of(err) == fault.Internal || fault.Key(err) == "fault.missing" {
			return err
		}
		return s.station(w, r, who, http.StatusUnprocessableEntity, nil, web.Errors(r, err).First())
	}
	return s.station(w, r, who, http.StatusOK, &e, "")
}

func (s *Service) pageCount(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, site, err := two(r, "site")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	h := Headcount{ID: f.ID("id", true), Meeting: m, Site: site, Who: f.Choice("who", Crowds...), Amount: f.Int("amount", 0, 1_000_000, 0),
		Marker: f.Choice("marker", Markers...), Note: f.Line("note", 0, 300)}
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Count(r.Context(), who, h); err != nil {
		return err
	}
	return web.Redirect(w, r, atSite(m, site), "attendance.counted")
}

func (s *Service) pageCountAgain(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, h, err := two(r, "headcount")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	n := f.Int("amount", 0, 1_000_000, -1)
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := s.CountAgain(r.Context(), who, h, n); err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/attendance", "attendance.counted")
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	v, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.list"), "meeting", crumbs(r, q.Meeting, v.Meeting.Title)...)
	return web.Render(w, r, http.StatusOK, listPage(p, v, q))
}

func (s *Service) pageVoid(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, person, err := two(r, "person")
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
	if err := s.Void(r.Context(), who, m, person, why); err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/attendance", "attendance.voided")
}

func (s *Service) pageHigher(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, person, err := two(r, "person")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	site, note := f.ID("site", true), f.Line("note", 3, 300)
	if err := f.Err(); err != nil {
		return err
	}
	if _, _, err := s.RollCall(r.Context(), who, m, site, []Mark{{Person: person, Reason: "higher", Note: note}}); err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/attendance", "attendance.rolled")
}

func (s *Service) pageSlips(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	q.Page.Limit = 200
	v, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.slips"), "meeting", crumbs(r, q.Meeting, v.Meeting.Title)...)
	return web.Render(w, r, http.StatusOK, slipsPage(p, v))
}

func (s *Service) pageCode(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	_, tickets, err := s.Own(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.my_code"), "today")
	p.Back = "/"
	return web.Render(w, r, http.StatusOK, codePage(p, tickets))
}

func (s *Service) pageRecord(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	records, _, err := s.Own(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.my_record"), "today")
	p.Back = "/"
	return web.Render(w, r, http.StatusOK, recordPage(p, records))
}

type listIn struct {
	Meeting web.Ref `path:"meeting"`
	Unit    web.Ref `query:"unit"`
	Find    string  `query:"q" maxLength:"100"`
	Show    string  `query:"show" enum:"present,absent,exempt"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (Sheet, error) {
	return s.List(ctx, who, Query{Meeting: in.Meeting.ID, Unit: in.Unit.ID, Find: in.Find, Show: in.Show, Page: db.Page{After: in.After, Limit: in.Limit}})
}

type siteIn[B any] struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    B
}

func (s *Service) apiEnter(ctx context.Context, who access.Actor, in *siteIn[struct {
	Codes []string `json:"codes" maxItems:"500"`
	At    int64    `json:"at,omitempty" doc:"when they were scanned, Unix milliseconds UTC; 0 now"`
}]) ([]Verdict, error) {
	return s.EnterMany(ctx, who, in.Meeting.ID, in.Site.ID, in.Body.Codes, Way{How: "station", At: in.Body.At})
}

// Rolled says what a roll call came to.
type Rolled struct {
	Present int `json:"present"`
	Absent  int `json:"absent"`
}

func (s *Service) apiRoll(ctx context.Context, who access.Actor, in *siteIn[struct {
	Marks []Mark `json:"marks" maxItems:"1000"`
}]) (r Rolled, err error) {
	r.Present, r.Absent, err = s.RollCall(ctx, who, in.Meeting.ID, in.Site.ID, in.Body.Marks)
	return r, err
}

func (s *Service) apiCount(ctx context.Context, who access.Actor, in *siteIn[struct {
	ID     id.ID  `json:"id,omitempty" doc:"made by the sender: sending it twice counts once"`
	Who    string `json:"who" enum:"mass,guest,delegate,hall"`
	Amount int64  `json:"amount" minimum:"0" maximum:"1000000"`
	Marker string `json:"marker,omitempty" enum:",hơn,gần,khoảng"`
	Note   string `json:"note,omitempty" maxLength:"300"`
}]) (Headcount, error) {
	b := in.Body
	if b.ID == 0 {
		b.ID = id.New()
	}
	h := Headcount{ID: b.ID, Meeting: in.Meeting.ID, Site: in.Site.ID, Who: b.Who, Amount: b.Amount, Marker: b.Marker, Note: b.Note, Second: -1}
	return h, s.Count(ctx, who, h)
}

func (s *Service) apiVoid(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Person  web.Ref `path:"person"`
	Body    struct {
		Why string `json:"why" minLength:"3" maxLength:"300"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Void(ctx, who, in.Meeting.ID, in.Person.ID, in.Body.Why)
}

// Ownership is the actor's own records and codes.
type Ownership struct {
	Records []Mine   `json:"records"`
	Codes   []Ticket `json:"codes"`
}

func (s *Service) apiOwn(ctx context.Context, who access.Actor, _ *web.Empty) (o Ownership, err error) {
	o.Records, o.Codes, err = s.Own(ctx, who)
	return o, err
}
