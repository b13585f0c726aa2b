package meeting

import (
	"context"
	"net/http"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /meetings", access.MeetingRead, s.pageList),
		web.Page("GET /meetings.ics", access.MeetingRead, s.pageCalendar),
		web.Page("GET /meetings/new", access.MeetingEdit, s.pageNew),
		web.Page("POST /meetings", access.MeetingEdit, s.pagePlan),
		web.Page("GET /meetings/{meeting}", access.MeetingRead, s.pageShow),
		web.Page("GET /meetings/{meeting}/edit", access.MeetingEdit, s.pageEdit),
		web.Page("POST /meetings/{meeting}", access.MeetingEdit, s.pageSave),
		web.Page("POST /meetings/{meeting}/agenda", access.MeetingEdit, s.pageAgenda),
		web.Page("POST /meetings/{meeting}/sites", access.MeetingEdit, s.pageSite),
		web.Page("POST /meetings/{meeting}/sites/children", access.MeetingEdit, s.pageChildren),
		web.Page("POST /meetings/{meeting}/sites/{site}/drop", access.MeetingEdit, s.pageDrop),
		web.Page("POST /meetings/{meeting}/hold", access.MeetingEdit, s.pageHold),
		web.Page("POST /meetings/{meeting}/cancel", access.MeetingEdit, s.pageCancel),
		web.Page("POST /meetings/{meeting}/make-up", access.MeetingEdit, s.pageMakeUp),
		web.Op("GET /api/v1/meetings", access.MeetingRead, "list-meetings", "Meetings in sight, the newest first", s.apiList),
		web.OpFile("GET /api/v1/meetings.ics", access.MeetingRead, "meetings-calendar", "Meetings as iCalendar", s.apiCalendar),
		web.Op("POST /api/v1/meetings", access.MeetingEdit, "plan-meeting", "Plan a meeting", s.apiPlan),
		web.Op("GET /api/v1/meetings/{meeting}", access.MeetingRead, "show-meeting", "A meeting with agenda, sites and counts", s.apiShow),
		web.Op("PUT /api/v1/meetings/{meeting}", access.MeetingEdit, "edit-meeting", "Change a meeting", s.apiEdit),
		web.Op("PUT /api/v1/meetings/{meeting}/agenda", access.MeetingEdit, "set-agenda", "Replace the agenda", s.apiAgenda),
		web.Op("PUT /api/v1/meetings/{meeting}/sites/{site}", access.MeetingEdit, "put-site", "Add or change a site", s.apiSite),
		web.Op("POST /api/v1/meetings/{meeting}/hold", access.MeetingEdit, "hold-meeting", "Record that it took place", s.apiHold),
		web.Op("POST /api/v1/meetings/{meeting}/cancel", access.MeetingEdit, "cancel-meeting", "Call it off", s.apiCancel),
		web.Op("POST /api/v1/meetings/{meeting}/make-up", access.MeetingEdit, "make-up-meeting", "Plan a meeting for the absent", s.apiMakeUp),
	}
}

func crumbs(r *http.Request, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "meeting.list"), Href: "/meetings"}}, more...)
}

func to(m id.ID) string { return "/meetings/" + m.String() }

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	rows, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "meeting.list"), "meeting"), q, rows, who.Holds(access.MeetingEdit), s.Now.Ms()))
}

func readQuery(r *http.Request) (q Query, err error) {
	v := r.URL.Query()
	if q.Campaign, err = web.Query(r, "campaign"); err != nil {
		return q, err
	}
	if q.Unit, err = web.Query(r, "unit"); err != nil {
		return q, err
	}
	q.Find, q.State, q.Page.After = v.Get("q"), v.Get("state"), v.Get("after")
	q.Page.Limit, _ = strconv.Atoi(v.Get("limit"))
	return q, nil
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, m)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, showPage(web.At(r, v.Meeting.Title, "meeting", crumbs(r)...), v, s.Now.Ms(), nil))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, err := web.Query(r, "campaign")
	if err != nil {
		return err
	}
	m := Meeting{Campaign: campaign, Kind: "conference", Mode: "in_person"}
	c, err := s.choices(r.Context(), who, campaign)
	if err != nil {
		return err
	}
	for _, d := range c.Papers {
		m.Documents = append(m.Documents, d.ID)
	}
	if len(c.Units) > 0 {
		m.Unit = c.Units[0].ID
	}
	p := web.At(r, web.T(r, "meeting.new"), "meeting", crumbs(r)...)
	return web.Render(w, r, http.StatusOK, formPage(p, m, c, nil))
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	return s.form(w, r, who, v.Meeting, nil)
}

// form shows what was typed again, with what is wrong beside it.
func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, m Meeting, wrong error) error {
	c, err := s.choices(r.Context(), who, m.Campaign)
	if err != nil {
		return err
	}
	title, status := web.T(r, "meeting.new"), http.StatusOK
	if r.PathValue("meeting") != "" {
		title = web.T(r, "meeting.edit")
	}
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, title, "meeting", crumbs(r)...)
	if m.ID != 0 {
		p.ID = m.ID.String()
	}
	return web.Render(w, r, status, formPage(p, m, c, web.Errors(r, wrong)))
}

func readMeeting(f *web.Form) Meeting {
	return Meeting{
		ID: f.ID("id", true), Campaign: f.ID("campaign", true), Unit: f.ID("unit", true), Audience: f.ID("audience", false),
		Kind: f.Choice("kind", Kinds...), Mode: f.Choice("mode", Modes...), Title: f.Line("title", 1, 300),
		Starts: f.Moment("starts"), Ends: f.Moment("ends"), Place: f.Line("place", 0, 200), Chair: f.Line("chair", 0, 200),
		Monitor: f.Line("monitor", 0, 200), Documents: f.IDs("documents"),
		DoorsOpen: f.Int("doors_open", 0, mostDoors/minute, 0) * minute, Grace: f.Int("grace", 0, mostGrace/minute, 0) * minute, Sessions: readSessions(f),
	}
}

func (s *Service) pagePlan(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.save(w, r, who, s.Plan, "meeting.planned")
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.save(w, r, who, s.Edit, "meeting.saved")
}

func (s *Service) save(w http.ResponseWriter, r *http.Request, who access.Actor, do func(context.Context, access.Actor, Meeting) (Meeting, error), notice string) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	m := readMeeting(f)
	if of := r.PathValue("meeting"); of != "" {
		if m.ID, err = web.ID(r, "meeting"); err != nil {
			return err
		}
	}
	if err = f.Err(); err == nil {
		m, err = do(r.Context(), who, m)
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, m, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(m.ID), notice)
}

// act runs a use case on the meeting of the path and comes back to its page.
func act(w http.ResponseWriter, r *http.Request, notice string, do func(f *web.Form, meeting id.ID) (Meeting, error)) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	m, err := do(f, of)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(m.ID), notice)
}

func (s *Service) pageHold(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return act(w, r, "meeting.held", func(f *web.Form, of id.ID) (Meeting, error) {
		minutes, talk, n := f.Text("minutes", 20000), f.Int("discussion_minutes", 0, 4320, 0), f.Int("speeches", 0, 100000, 0)
		if err := f.Err(); err != nil {
			return Meeting{}, err
		}
		return s.Hold(r.Context(), who, of, minutes, talk, n)
	})
}

func (s *Service) pageCancel(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return act(w, r, "meeting.cancelled", func(_ *web.Form, of id.ID) (Meeting, error) { return s.Cancel(r.Context(), who, of) })
}

func (s *Service) pageAgenda(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return act(w, r, "meeting.saved", func(f *web.Form, of id.ID) (Meeting, error) {
		items := readItems(f)
		if err := f.Err(); err != nil {
			return Meeting{}, err
		}
		return s.SetAgenda(r.Context(), who, of, items)
	})
}

// readItems reads the rows of the agenda table; a row without a title is none.
func readItems(f *web.Form) (out []Item) {
	for i := range min(len(f.All("item_title")), 60) {
		n := strconv.Itoa(i)
		row := Item{Title: f.Nth("item_title", i, 300), Speaker: f.Nth("item_speaker", i, 200), SpeakerLevel: f.Nth("item_level", i, 100)}
		if row.Title == "" {
			continue
		}
		row.Kind = f.Choice("item_kind_"+n, Items...)
		row.Minutes = f.Int("item_minutes_"+n, 0, 1440, 0)
		out = append(out, row)
	}
	return out
}

func (s *Service) pageSite(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return act(w, r, "meeting.saved", func(f *web.Form, of id.ID) (Meeting, error) {
		n := Site{ID: f.ID("id", true), Meeting: of, Unit: f.ID("unit", true), Name: f.Line("name", 1, 200), Place: f.Line("place", 0, 200),
			Capacity: f.Int("capacity", 0, 1_000_000, 0), Contact: f.Line("contact", 0, 200), Phone: f.Line("phone", 0, 40),
			Expected: f.Int("expected", 0, 1_000_000, 0)}
		if err := f.Err(); err != nil {
			return Meeting{}, err
		}
		return s.PutSite(r.Context(), who, n, f.Has("inviting"))
	})
}

func (s *Service) pageChildren(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return act(w, r, "meeting.saved", func(_ *web.Form, of id.ID) (Meeting, error) { return s.LinkChildren(r.Context(), who, of) })
}

func (s *Service) pageDrop(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	site, err := web.ID(r, "site")
	if err != nil {
		return err
	}
	return act(w, r, "meeting.saved", func(*web.Form, id.ID) (Meeting, error) { return s.DropSite(r.Context(), who, site) })
}

func (s *Service) pageMakeUp(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return act(w, r, "meeting.planned", func(f *web.Form, of id.ID) (Meeting, error) {
		m := Meeting{ID: f.ID("id", true), Mode: f.Choice("mode", Modes...), Title: f.Line("title", 1, 300), Starts: f.Moment("starts"),
			Ends: f.Moment("ends"), Place: f.Line("place", 0, 200), Monitor: f.Line("monitor", 0, 200)}
		if err := f.Err(); err != nil {
			return Meeting{}, err
		}
		return s.MakeUp(r.Context(), who, of, m)
	})
}

type listIn struct {
	Campaign web.Ref `query:"campaign"`
	Unit     web.Ref `query:"unit" doc:"organised at or below it"`
	State    string  `query:"state" enum:"planned,held,cancelled"`
	Find     string  `query:"q" maxLength:"100"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (db.Rows[Meeting], error) {
	return s.List(ctx, who, Query{Campaign: in.Campaign.ID, Unit: in.Unit.ID, State: in.State, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}})
}

type oneIn struct {
	Meeting web.Ref `path:"meeting"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *oneIn) (Whole, error) {
	return s.Show(ctx, who, in.Meeting.ID)
}

// Draft is a meeting as a program sends it.
type Draft struct {
	ID        id.ID     `json:"id,omitempty" doc:"made by the sender: sending it twice makes one meeting"`
	Campaign  id.ID     `json:"campaign,omitempty"`
	Unit      id.ID     `json:"unit,omitempty" doc:"organiser"`
	Kind      string    `json:"kind" enum:"conference,class,in_depth,cell,thematic,speaker,make_up"`
	Mode      string    `json:"mode" enum:"in_person,online,hybrid,relay,self_study"`
	Audience  id.ID     `json:"audience,omitempty"`
	Title     string    `json:"title" minLength:"1" maxLength:"300"`
	Starts    int64     `json:"starts"`
	Ends      int64     `json:"ends"`
	Place     string    `json:"place,omitempty" maxLength:"200"`
	Chair     string    `json:"chair,omitempty" maxLength:"200"`
	Monitor   string    `json:"monitor,omitempty" maxLength:"200"`
	Documents []id.ID   `json:"documents,omitempty" maxItems:"50"`
	DoorsOpen int64     `json:"doors_open,omitempty" minimum:"0" maximum:"21600000" doc:"milliseconds before the start from which people are let in; none: an hour"`
	Grace     int64     `json:"grace,omitempty" minimum:"0" maximum:"7200000" doc:"milliseconds after the start that are still in time"`
	Sessions  []Session `json:"sessions,omitempty" maxItems:"6"`
}

func (d Draft) meeting() Meeting {
	if d.ID == 0 {
		d.ID = id.New()
	}
	return Meeting{ID: d.ID, Campaign: d.Campaign, Unit: d.Unit, Kind: d.Kind, Mode: d.Mode, Audience: d.Audience, Title: d.Title,
		Starts: d.Starts, Ends: d.Ends, Place: d.Place, Chair: d.Chair, Monitor: d.Monitor, Documents: d.Documents,
		DoorsOpen: d.DoorsOpen, Grace: d.Grace, Sessions: d.Sessions}
}

func (s *Service) apiPlan(ctx context.Context, who access.Actor, in *struct{ Body Draft }) (Meeting, error) {
	return s.Plan(ctx, who, in.Body.meeting())
}

func (s *Service) apiEdit(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Body    Draft
}) (Meeting, error) {
	m := in.Body.meeting()
	m.ID = in.Meeting.ID
	return s.Edit(ctx, who, m)
}

func (s *Service) apiAgenda(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Body    []Item
}) (Meeting, error) {
	return s.SetAgenda(ctx, who, in.Meeting.ID, in.Body)
}

func (s *Service) apiSite(ctx context.Context, who access.Actor, in *struct {
	Meeting  web.Ref `path:"meeting"`
	Site     web.Ref `path:"site"`
	Inviting bool    `query:"inviting" doc:"everybody of the audience below the host is expected there"`
	Body     Site
}) (Meeting, error) {
	n := in.Body
	n.ID, n.Meeting = in.Site.ID, in.Meeting.ID
	return s.PutSite(ctx, who, n, in.Inviting)
}

func (s *Service) apiHold(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Body    struct {
		Minutes    string `json:"minutes" maxLength:"20000"`
		Discussion int64  `json:"discussion_minutes" minimum:"0" maximum:"4320"`
		Speeches   int64  `json:"speeches" minimum:"0" maximum:"100000"`
	}
}) (Meeting, error) {
	return s.Hold(ctx, who, in.Meeting.ID, in.Body.Minutes, in.Body.Discussion, in.Body.Speeches)
}

func (s *Service) apiCancel(ctx context.Context, who access.Actor, in *oneIn) (Meeting, error) {
	return s.Cancel(ctx, who, in.Meeting.ID)
}

func (s *Service) apiMakeUp(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Body    Draft
}) (Meeting, error) {
	return s.MakeUp(ctx, who, in.Meeting.ID, in.Body.meeting())
}

// local is an instant as the browser's date and time field takes it.
func local(ms int64) string {
	if ms == 0 {
		return ""
	}
	return clock.From(ms).Format("2006-01-02T15:04")
}
